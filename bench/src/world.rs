//! A served demo world with a hundred thousand projects, and its database by the back door.

use crate::{
    fill, http,
    served::{Served, cpu, cpu_with_ended},
};
use anyhow::{Context, Result};
use database::{Cluster, Database, Names, Part, PoolSettings, Settings};
use sqlx::{
    AssertSqlSafe, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
};
use std::{
    fs,
    path::{Path, PathBuf},
    str::FromStr,
};
use uuid::Uuid;

/// The demo world's marketplace.
pub const WORKSPACE: &str = "atelier";
/// The private cluster's superuser.
const SUPERUSER: &str = "guildhall_bootstrap";

/// A folder that goes with this value.
pub struct Folder(PathBuf);

impl Folder {
    /// A new one in the system's place for such.
    pub fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("guildhall-bench-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::thread::panicking() || fs::remove_dir_all(&self.0).is_err() {
            eprintln!("bench: {} stays behind", self.0.display());
        }
    }
}

/// A plain connection: superuser, no policies, with the workspace set for functions that ask.
pub fn plain(socket: &Path, workspace: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(socket)
        .port(5432)
        .ssl_mode(PgSslMode::Disable)
        .username(SUPERUSER)
        .database("guildhall")
        .options([("app.workspace", workspace)])
}

/// Everything the measurements need.
pub struct World<'a> {
    /// The program.
    pub served: Served,
    /// Its data.
    pub folder: &'a Folder,
    /// Folder of the database's socket.
    pub socket: PathBuf,
    /// The marketplace.
    pub workspace: Uuid,
    /// One of its projects.
    pub project: Uuid,
    /// The program's way to the database, with the pool it uses itself.
    pub db: Database,
    /// Plain connections.
    pub bare: PgPool,
    freelancer: String,
    client: String,
    cluster: Cluster,
    postmaster: u32,
}

impl<'a> World<'a> {
    /// Starts the program on a new folder, fills it, signs in.
    pub async fn open(program: &Path, folder: &'a Folder) -> Result<Self> {
        let data = folder.path().join("world");
        let served = Served::start(program, &data, true).await?;
        let settings = Settings::new(&data, Names::default());
        let cluster =
            tokio::task::spawn_blocking(move || Cluster::open(settings, Part::Command)).await??;
        let access = cluster.access();
        let db = access
            .connect(PoolSettings {
                max: 20,
                min: 8,
                ..PoolSettings::default()
            })
            .await?;
        let address = PgConnectOptions::from_str(&access.check_url()?)?;
        let socket = address
            .get_socket()
            .context("a private cluster has a socket")?
            .clone();
        let first = PgPoolOptions::new()
            .max_connections(1)
            .connect_with(plain(&socket, ""))
            .await?;
        let workspace: Uuid =
            sqlx::query_scalar("select workspace_id from kernel.workspace where slug = $1")
                .bind(WORKSPACE)
                .fetch_one(&first)
                .await?;
        let project = fill::projects(&first, workspace).await?;
        // Before the program counts its first request against a limit.
        sqlx::query("insert into kernel.setting (key, value) values ('rate_factor', '1000000')")
            .execute(&first)
            .await?;
        let folder_of_pg: String = sqlx::query_scalar("show data_directory")
            .fetch_one(&first)
            .await?;
        let pid = fs::read_to_string(Path::new(&folder_of_pg).join("postmaster.pid"))?;
        let postmaster = pid.lines().next().unwrap_or_default().parse()?;
        first.close().await;
        let options = plain(&socket, &workspace.to_string());
        let bare = PgPoolOptions::new()
            .max_connections(20)
            .test_before_acquire(false)
            .connect_with(options)
            .await?;
        let mut world = Self {
            served,
            folder,
            socket,
            workspace,
            project,
            db,
            bare,
            freelancer: String::new(),
            client: String::new(),
            cluster,
            postmaster,
        };
        world.freelancer = world.sign_in("freelancer@demo.test").await?;
        world.client = world.sign_in("client2@demo.test").await?;
        Ok(world)
    }

    async fn sign_in(&self, email: &str) -> Result<String> {
        let body =
            serde_json::json!({"email": email, "password": "guildhall-demo-2026"}).to_string();
        let request = http::request("POST", "/api/v1/auth/login", &[], &body);
        let answer = http::Connection::open(self.served.address)
            .await?
            .ask(&request)
            .await?
            .json()?;
        Ok(format!(
            "Bearer {}",
            answer["data"]["access_token"].as_str().context("a token")?
        ))
    }

    /// A read as the signed-in freelancer.
    pub fn get(&self, path: &str) -> Vec<u8> {
        http::request("GET", path, &[("authorization", &self.freelancer)], "")
    }

    /// A write as the client who owns the projects, with a key of its own.
    pub fn post(&self, path: &str, body: &str) -> Vec<u8> {
        http::keyed(&self.client, path, body)
    }

    /// What the client says who it is with.
    pub fn client(&self) -> &str {
        &self.client
    }

    /// CPU seconds of PostgreSQL with all its processes.
    pub fn postgres_cpu(&self) -> f64 {
        let mut all = vec![];
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Some(pid) = entry
                .file_name()
                .to_str()
                .and_then(|n| n.parse::<u32>().ok())
            else {
                continue;
            };
            let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            let parent = stat
                .rsplit_once(')')
                .and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse::<u32>().ok());
            if parent == Some(self.postmaster) {
                all.push(pid);
            }
        }
        // Processes that have ended are counted with the one that waited for them.
        cpu(&all) + cpu_with_ended(self.postmaster)
    }

    /// The file to which PostgreSQL writes.
    pub async fn postgres_log(&self) -> Result<PathBuf> {
        let folder: String = sqlx::query_scalar("show data_directory")
            .fetch_one(&self.bare)
            .await?;
        let home = Path::new(&folder)
            .parent()
            .context("a folder above the data")?;
        Ok(home.join("postgres.log"))
    }

    /// Lets PostgreSQL log every statement with its values, or not.
    pub async fn log_statements(&self, on: bool) -> Result<()> {
        let change = if on {
            "alter system set log_min_duration_statement = 0"
        } else {
            "alter system reset log_min_duration_statement"
        };
        sqlx::query(AssertSqlSafe(change))
            .execute(&self.bare)
            .await?;
        sqlx::query("select pg_reload_conf()")
            .execute(&self.bare)
            .await?;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        Ok(())
    }

    /// Leaves everything in order.
    pub async fn close(self) -> Result<()> {
        self.bare.close().await;
        self.db.close().await;
        self.served.stop().await?;
        tokio::task::spawn_blocking(move || self.cluster.close()).await??;
        Ok(())
    }
}

/// Cores, memory and their maker.
pub fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model = info
        .lines()
        .find_map(|l| l.strip_prefix("model name"))
        .and_then(|l| l.split(": ").nth(1))
        .unwrap_or("unknown")
        .to_owned();
    let cores = info.lines().filter(|l| l.starts_with("processor")).count();
    let memory = read("/proc/meminfo")
        .split_whitespace()
        .nth(1)
        .and_then(|m| m.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
        / 1024;
    format!("{cores} cores ({model}), {memory} GiB")
}

/// Load averages.
pub fn load() -> String {
    fs::read_to_string("/proc/loadavg")
        .unwrap_or_default()
        .split_whitespace()
        .take(3)
        .collect::<Vec<_>>()
        .join(" ")
}
