//! One PostgreSQL cluster for all tests of a checkout, without waiting for the disk, and a database
//! of its own for each test, copied from a template that is already migrated (or already filled
//! with the demo world).

use database::{Access, Cluster, Database, Names, Part, PoolSettings, Settings};
use std::{
    collections::hash_map::DefaultHasher,
    fs::{self, File},
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

static CLUSTER: OnceLock<Cluster> = OnceLock::new();

/// The folder of build results, from the path of a built program.
#[must_use]
pub fn target(bin: &Path) -> PathBuf {
    bin.parent()
        .and_then(Path::parent)
        .expect("the program lies in target/PROFILE")
        .to_owned()
}

/// The folder of what tests write and nobody keeps: `GUILDHALL_TEST_SCRATCH`, which `./test` puts into
/// memory where there is enough of it, or else the folder of build results.
#[must_use]
pub fn scratch(bin: &Path) -> PathBuf {
    std::env::var_os("GUILDHALL_TEST_SCRATCH").map_or_else(|| target(bin), PathBuf::from)
}

/// How to reach the shared cluster, which is started where it does not run.
///
/// # Panics
/// When there is no PostgreSQL.
pub fn access(bin: &Path) -> Access {
    let data = scratch(bin).join("test-cluster");
    let cluster = CLUSTER.get_or_init(|| {
        fs::create_dir_all(&data).expect("a folder for the test cluster");
        std::thread::spawn(move || {
            let names = Names::from_env().expect("names of roles");
            let settings = Settings {
                fast: true,
                linger: Some(Duration::from_secs(30)),
                ..Settings::new(data, names)
            };
            Cluster::open(settings, Part::Command).expect("the test cluster starts")
        })
        .join()
        .expect("the test cluster starts")
    });
    cluster.access()
}

/// A test's own database; dropped with this value.
pub struct TestDatabase {
    access: Access,
    name: String,
}

impl TestDatabase {
    /// A copy of `template`.
    ///
    /// # Panics
    /// When the cluster refuses.
    pub async fn copy(access: &Access, template: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "t_{}_{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        access
            .drop_database(&name)
            .await
            .expect("an old database of this name goes");
        access
            .create_database(&name, Some(template))
            .await
            .expect("a copy of the template");
        Self {
            access: access.clone(),
            name,
        }
    }

    /// What `DATABASE_URL` says to reach it.
    ///
    /// # Panics
    /// Never on a private cluster.
    #[must_use]
    pub fn url(&self) -> String {
        url(&self.access, &self.name)
    }

    /// A pool on it, with the roles of the program.
    ///
    /// # Panics
    /// When it cannot be reached.
    pub async fn connect(&self) -> Database {
        let settings = PoolSettings {
            max: 5,
            min: 0,
            ..PoolSettings::default()
        };
        self.access
            .with_database(&self.name)
            .connect(settings)
            .await
            .expect("the test database answers")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (access, name) = (self.access.clone(), self.name.clone());
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(access.drop_database(&name))
        })
        .join();
        if !matches!(dropped, Ok(Ok(()))) {
            eprintln!("the database {} stays behind", self.name);
        }
    }
}

fn url(access: &Access, name: &str) -> String {
    let url = access
        .with_database(name)
        .check_url()
        .expect("a private cluster");
    url.split('?').next().unwrap_or_default().to_owned()
}

/// A lock between processes, held while the value lives.
pub struct Guard(#[expect(dead_code, reason = "the lock lives as long as the file")] File);

impl Guard {
    /// Waits for the lock of this name.
    ///
    /// # Panics
    /// When the file cannot be made.
    pub async fn take(bin: &Path, name: &str) -> Self {
        let folder = scratch(bin).join("test-locks");
        let name = name.to_owned();
        tokio::task::spawn_blocking(move || {
            fs::create_dir_all(&folder).expect("a folder for locks");
            let file = File::create(folder.join(name)).expect("a lock file");
            file.lock().expect("the lock");
            Self(file)
        })
        .await
        .expect("the lock")
    }
}

/// The name of the migrated template, made where it is missing.
///
/// # Panics
/// When a migration fails.
pub async fn migrated(bin: &Path, access: &Access) -> String {
    let mut hash = DefaultHasher::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("migrations")
        .flatten()
        .map(|f| f.path())
        .collect();
    files.sort();
    for file in files {
        file.file_name().hash(&mut hash);
        fs::read(&file).expect("a migration").hash(&mut hash);
    }
    let name = format!("migrated_{:016x}", hash.finish());
    let _guard = Guard::take(bin, &name).await;
    if !is_ready(bin, &name) || !exists(access, &name).await {
        access.prepare().await.expect("roles");
        access
            .drop_database(&name)
            .await
            .expect("half a template goes");
        access
            .create_database(&name, None)
            .await
            .expect("a template");
        database::migrate(&access.with_database(&name))
            .await
            .expect("migrations run");
        set_ready(bin, &name);
    }
    name
}

/// The name of the template with the demo world, and the data folder that belongs to it; `fill`
/// fills the given address and folder.
///
/// # Panics
/// When it cannot be made.
pub async fn demo<F: Future<Output = ()>>(
    bin: &Path,
    access: &Access,
    fill: impl FnOnce(String, PathBuf) -> F,
) -> (String, PathBuf) {
    let base = migrated(bin, access).await;
    let built = fs::metadata(bin).expect("the built program");
    let mut hash = DefaultHasher::new();
    (base.as_str(), built.len(), built.modified().ok()).hash(&mut hash);
    // The demo world's dates are relative to the day it is made on.
    (base::instant::wall().unix_seconds() / 14_400).hash(&mut hash);
    let name = format!("demo_{:016x}", hash.finish());
    let folder = scratch(bin).join("test-data").join(&name);
    let _guard = Guard::take(bin, &name).await;
    if !is_ready(bin, &name) || !exists(access, &name).await {
        forget_older(bin, access, &name).await;
        access
            .drop_database(&name)
            .await
            .expect("half a template goes");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a data folder");
        access
            .create_database(&name, Some(&base))
            .await
            .expect("a template");
        fill(url(access, &name), folder.clone()).await;
        set_ready(bin, &name);
    }
    (name, folder)
}

/// Demo templates of earlier builds and days, and what killed tests left.
async fn forget_older(bin: &Path, access: &Access, now: &str) {
    for name in names(access).await {
        let orphan = name
            .strip_prefix("t_")
            .and_then(|n| n.split('_').next())
            .is_some_and(|pid| !Path::new("/proc").join(pid).exists());
        let old = name.starts_with("demo_") && name != now;
        if old || orphan {
            let _ = fs::remove_file(marker(bin, &name));
            let _ = fs::remove_dir_all(scratch(bin).join("test-data").join(&name));
            let _ = access.drop_database(&name).await;
        }
    }
}

async fn exists(access: &Access, name: &str) -> bool {
    names(access).await.iter().any(|n| n == name)
}

async fn names(access: &Access) -> Vec<String> {
    access.prepare().await.expect("roles");
    let settings = PoolSettings {
        max: 1,
        min: 0,
        ..PoolSettings::default()
    };
    let database = access
        .connect(settings)
        .await
        .expect("the test cluster answers");
    let names = sqlx::query_scalar("select datname::text from pg_database")
        .fetch_all(&database.pool)
        .await
        .expect("names");
    database.close().await;
    names
}

fn marker(bin: &Path, name: &str) -> PathBuf {
    scratch(bin)
        .join("test-locks")
        .join(format!("{name}.ready"))
}

fn is_ready(bin: &Path, name: &str) -> bool {
    marker(bin, name).exists()
}

fn set_ready(bin: &Path, name: &str) {
    fs::write(marker(bin, name), "").expect("a marker");
}
