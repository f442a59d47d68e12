//! The private cluster: how it starts, who may share it, and what it survives.

use std::{
    fs::{self, Permissions},
    io::{BufRead, BufReader, Write},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use database::{Access, Cluster, Database, Names, Part, PoolSettings, Settings};

/// Set in a child of a test: the data folder on which it shall join or start the cluster.
const CHILD: &str = "GUILDHALL_TEST_CHILD_FOLDER";

fn settings(data: &Path) -> Settings {
    let mut settings = Settings::new(data, Names::default());
    settings.fast = true;
    settings
}

/// A folder that the server's account can reach, as `./data` of a checkout usually is; this checkout may
/// lie where it cannot.
fn open_folder() -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
    Ok(folder)
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?)
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

async fn database(access: &Access) -> Result<Database> {
    access.prepare().await?;
    access
        .connect(PoolSettings {
            max: 4,
            min: 1,
            ..PoolSettings::default()
        })
        .await
}

async fn role(database: &Database) -> Result<String> {
    let mut transaction = database.begin_app(None).await?;
    let role = sqlx::query_scalar("select current_user::text")
        .fetch_one(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(role)
}

fn postmaster(cluster: &Cluster) -> Result<i32> {
    let text = fs::read_to_string(cluster.home().join("pg/postmaster.pid"))?;
    Ok(text.lines().next().context("first line")?.trim().parse()?)
}

fn kill_hard(pid: i32) -> Result<()> {
    let pid = rustix::process::Pid::from_raw(pid).context("process number")?;
    Ok(rustix::process::kill_process(
        pid,
        rustix::process::Signal::KILL,
    )?)
}

/// Starts this test program again with one "test" that only holds the cluster until told to end.
fn other_process(data: &Path) -> Result<(Child, String)> {
    let mut child = Command::new(std::env::current_exe()?)
        .args([
            "--exact",
            "child_that_holds_the_cluster",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(CHILD, data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()?;
    let mut output = BufReader::new(child.stdout.take().context("output")?);
    let mut line = String::new();
    while output.read_line(&mut line)? > 0 {
        if let Some((_, part)) = line.split_once("cluster: ") {
            // What it still has to say at its end must find a reader.
            std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
            return Ok((child, part.trim().to_owned()));
        }
        line.clear();
    }
    child.wait()?;
    anyhow::bail!("the other process did not reach the cluster")
}

#[test]
fn child_that_holds_the_cluster() -> Result<()> {
    let Some(data) = std::env::var_os(CHILD) else {
        return Ok(());
    };
    let cluster = Cluster::open(settings(Path::new(&data)), Part::Command)?;
    println!(
        "cluster: {}",
        if cluster.is_owner() {
            "owner"
        } else {
            "joined"
        }
    );
    std::io::stdout().flush()?;
    std::io::stdin().read_line(&mut String::new())?;
    cluster.close()
}

#[test]
fn starts_answers_and_stops() -> Result<()> {
    let folder = open_folder()?;
    // As an operator runs it, in a folder whose name is too long for a socket.
    let data = folder.path().join("a-long-name-of-a-folder".repeat(4));
    let mut settings = settings(&data);
    settings.fast = false;
    let cluster = Cluster::open(settings, Part::Command)?;
    ensure!(cluster.is_owner() && cluster.notice().is_none());
    let pid = postmaster(&cluster)?;
    if is_root() {
        ensure!(
            fs::metadata(format!("/proc/{pid}"))?.uid() != 0,
            "the server must not run as root"
        );
    }
    let access = cluster.access();
    runtime()?.block_on(async {
        let database = database(&access).await?;
        ensure!(role(&database).await? == "guildhall_app");
        let mut transaction = database.begin_app(Some(uuid::Uuid::from_u128(7))).await?;
        let workspace: String = sqlx::query_scalar("select current_setting('app.workspace')")
            .fetch_one(&mut *transaction)
            .await?;
        ensure!(workspace == uuid::Uuid::from_u128(7).to_string());
        for (name, wanted) in [
            ("data_checksums", "on"),
            ("listen_addresses", ""),
            ("fsync", "on"),
            ("full_page_writes", "on"),
            ("lc_collate", "C"),
            ("statement_timeout", "10s"),
        ] {
            let value: String = sqlx::query_scalar("select current_setting($1)")
                .bind(name)
                .fetch_one(&mut *transaction)
                .await?;
            ensure!(value == wanted, "{name} is {value}");
        }
        transaction.rollback().await?;
        database.close().await;
        Ok(())
    })?;
    cluster.close()?;
    ensure!(
        !Path::new(&format!("/proc/{pid}")).exists(),
        "the server still runs"
    );
    Ok(())
}

#[test]
fn no_role_is_strong() -> Result<()> {
    let folder = open_folder()?;
    let cluster = Cluster::open(settings(folder.path()), Part::Command)?;
    let access = cluster.access();
    runtime()?.block_on(async {
        let database = database(&access).await?;
        access.prepare().await.context("a second time")?;
        let mut transaction = database.begin_system(None).await?;
        let roles: Vec<(String, bool, bool, bool, bool)> = sqlx::query_as(
            "select rolname::text, rolsuper, rolbypassrls, rolcreaterole or rolcreatedb, rolcanlogin
             from pg_roles where rolname like 'guildhall\\_%' and rolname <> 'guildhall_bootstrap' order by 1",
        )
        .fetch_all(&mut *transaction)
        .await?;
        ensure!(roles.len() == 6, "{roles:?}");
        for (name, superuser, passes_by, creates, logs_in) in roles {
            ensure!(!superuser && !passes_by && !creates, "{name} is too strong");
            ensure!(logs_in == (name == "guildhall_login"), "{name} and login");
        }
        transaction.rollback().await?;
        // The login itself is granted nothing and cannot become the superuser.
        let refused = sqlx::query("set role guildhall_bootstrap").execute(&database.pool).await;
        ensure!(refused.is_err());
        database.close().await;
        Ok(())
    })?;
    cluster.close()
}

#[test]
fn folder_out_of_reach_is_replaced_and_kept() -> Result<()> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700))?;
    let data = folder.path().join("data");
    let cluster = Cluster::open(settings(&data), Part::Command)?;
    let home = cluster.home().to_owned();
    ensure!(cluster.notice().is_some() == is_root());
    ensure!(
        home.starts_with("/var/lib/guildhall") == is_root(),
        "{}",
        home.display()
    );
    runtime()?.block_on(database(&cluster.access()))?;
    cluster.close()?;
    let again = Cluster::open(settings(&data), Part::Command)?;
    ensure!(again.home() == home && again.notice().is_none());
    again.close()?;
    if is_root() {
        fs::remove_dir_all(home)?;
    }
    Ok(())
}

#[test]
fn killed_server_is_started_again_under_work() -> Result<()> {
    let folder = open_folder()?;
    let cluster = Cluster::open(settings(folder.path()), Part::Serve)?;
    let access = cluster.access();
    runtime()?.block_on(async {
        let database = database(&access).await?;
        let before = postmaster(&cluster)?;
        kill_hard(before)?;
        // To begin always succeeds; what was begun on a dying connection may be lost.
        let began = Instant::now();
        let mut done = 0;
        while done < 6 {
            drop(database.begin_app(None).await.context("begin")?);
            match role(&database).await {
                Ok(role) => {
                    ensure!(role == "guildhall_app");
                    done += 1;
                }
                Err(error) => {
                    done = 0;
                    ensure!(
                        began.elapsed() < Duration::from_secs(10),
                        "still lost: {error:#}"
                    );
                }
            }
        }
        ensure!(postmaster(&cluster)? != before);
        database.close().await;
        Ok(())
    })?;
    cluster.close()
}

#[test]
fn leftovers_of_a_dead_server_do_not_hinder() -> Result<()> {
    let folder = open_folder()?;
    let (mut owner, part) = other_process(folder.path())?;
    ensure!(part == "owner");
    owner.kill()?;
    owner.wait()?;
    // The server is still stopping by itself; then its number is given to a stranger: to us.
    let cluster = Cluster::open(settings(folder.path()), Part::Command)?;
    let home = cluster.home().to_owned();
    cluster.close()?;
    fs::write(
        home.join("pg/postmaster.pid"),
        format!(
            "{}\n{}\n0\n5432\n{}\n\n0 0\nready\n",
            std::process::id(),
            home.join("pg").display(),
            home.join("run").display()
        ),
    )?;
    let cluster = Cluster::open(settings(folder.path()), Part::Command)?;
    runtime()?.block_on(database(&cluster.access()))?;
    cluster.close()
}

#[test]
fn second_process_joins_and_takes_over() -> Result<()> {
    let folder = open_folder()?;
    let (mut owner, part) = other_process(folder.path())?;
    ensure!(part == "owner");
    let cluster = Cluster::open(settings(folder.path()), Part::Serve)?;
    ensure!(!cluster.is_owner());
    let access = cluster.access();
    runtime()?.block_on(async {
        let database = database(&access).await?;
        ensure!(role(&database).await? == "guildhall_app");
        owner.kill()?;
        owner.wait()?;
        let began = Instant::now();
        // The server goes with its owner. What it was doing at that moment is cut off, and told so;
        // whoever begins anew is served.
        while let Err(cut) = role(&database).await {
            ensure!(cut.is::<sqlx::Error>(), "{cut:#}");
            ensure!(
                began.elapsed() < Duration::from_secs(20),
                "nobody is served"
            );
        }
        while !cluster.is_owner() {
            ensure!(
                began.elapsed() < Duration::from_secs(20),
                "nobody took over"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        ensure!(role(&database).await? == "guildhall_app");
        database.close().await;
        Ok(())
    })?;
    let (mut joined, part) = other_process(folder.path())?;
    ensure!(part == "joined");
    drop(joined.stdin.take());
    ensure!(joined.wait()?.success());
    cluster.close()
}

#[test]
fn one_serve_per_folder() -> Result<()> {
    let folder = open_folder()?;
    let cluster = Cluster::open(settings(folder.path()), Part::Serve)?;
    let second = Cluster::open(settings(folder.path()), Part::Serve);
    let message = second
        .err()
        .context("a second serve must be refused")?
        .to_string();
    ensure!(
        message.contains(&std::process::id().to_string()),
        "{message}"
    );
    cluster.close()
}

#[test]
fn lingering_server_outlives_its_starter_and_then_stops() -> Result<()> {
    let folder = open_folder()?;
    let mut lingering = settings(folder.path());
    lingering.linger = Some(Duration::from_secs(1));
    let first = Cluster::open(lingering.clone(), Part::Command)?;
    let pid = postmaster(&first)?;
    first.close()?;
    let second = Cluster::open(lingering, Part::Command)?;
    ensure!(postmaster(&second)? == pid);
    std::thread::sleep(Duration::from_secs(3));
    runtime()?.block_on(database(&second.access()))?;
    second.close()?;
    let began = Instant::now();
    while fs::read_link(format!("/proc/{pid}/cwd")).is_ok() {
        ensure!(
            began.elapsed() < Duration::from_secs(20),
            "the server stays"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

#[test]
fn databases_are_copied_from_a_template() -> Result<()> {
    let folder = open_folder()?;
    let cluster = Cluster::open(settings(folder.path()), Part::Command)?;
    let access = cluster.access();
    runtime()?.block_on(async {
        access.prepare().await?;
        database::migrate(&access).await?;
        database::migrate(&access).await.context("a second time")?;
        let original = access.connect(PoolSettings::default()).await?;
        ensure!(database::schema_state(&original).await? == database::SchemaState::Current);
        database::stamp(&original, "test", base::instant::wall()).await?;
        database::stamp(&original, "test", base::instant::wall()).await?;
        let refused = database::stamp(&original, "production", base::instant::wall()).await;
        ensure!(refused.is_err_and(|error| error.to_string().contains("`test`")));
        original.close().await;
        access.create_database("copy", Some("guildhall")).await?;
        let copy = access.with_database("copy").connect(PoolSettings::default()).await?;
        ensure!(database::schema_state(&copy).await? == database::SchemaState::Current);
        let mut owner = copy.begin_owner().await?;
        sqlx::query("delete from migration.applied where version = (select max(version) from migration.applied)")
            .execute(&mut *owner)
            .await?;
        owner.commit().await?;
        ensure!(database::schema_state(&copy).await? == database::SchemaState::Older);
        let mut owner = copy.begin_owner().await?;
        sqlx::query(
            "insert into migration.applied (version, description, success, checksum, execution_time)
             values (99999999, 'of tomorrow', true, '', 0)",
        )
        .execute(&mut *owner)
        .await?;
        owner.commit().await?;
        ensure!(database::schema_state(&copy).await? == database::SchemaState::Newer);
        let refused = database::migrate(copy.access()).await;
        ensure!(refused.is_err_and(|error| error.to_string().contains("newer")));
        copy.close().await;
        access.drop_database("copy").await?;
        Ok(())
    })?;
    cluster.close()
}
