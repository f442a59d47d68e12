//! The built program as a process.

use crate::{
    Api, Spec, api,
    cluster::{self, TestDatabase},
};
use database::Database;
use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

/// How long a start may take on a loaded machine.
const START: Duration = Duration::from_secs(90);

/// How a process is to be started.
#[derive(Clone)]
pub struct Setup {
    bin: PathBuf,
    private: bool,
    demo: bool,
    filling: bool,
    environment: Vec<(String, String)>,
}

impl Setup {
    /// The program at this path (`env!("CARGO_BIN_EXE_guildhall")`), on an empty database of the
    /// shared test cluster.
    #[must_use]
    pub fn of(bin: &str) -> Self {
        crate::crypto();
        Self {
            bin: bin.into(),
            private: false,
            demo: false,
            filling: false,
            environment: vec![],
        }
    }
    /// With the demo world in it.
    #[must_use]
    pub fn demo(mut self) -> Self {
        self.demo = true;
        self
    }
    /// With a private cluster of its own in its data folder, as people run it.
    #[must_use]
    pub fn private(mut self) -> Self {
        self.private = true;
        self.environment
            .push(("GUILDHALL_TEST_FAST_CLUSTER".into(), "1".into()));
        self
    }
    /// Made by `serve --demo` itself, as `./run` does.
    #[must_use]
    pub fn filling(mut self) -> Self {
        self.filling = true;
        self
    }
    /// With a variable set. An empty value takes it away.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.into()));
        self
    }
    /// Starts `guildhall serve` and waits until it is ready.
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn start(self) -> Server {
        let mut server = self.prepared().await;
        server.launch();
        server.wait_ready().await;
        server
    }

    /// Everything but the process: database and data folder.
    ///
    /// # Panics
    /// When they cannot be made.
    pub async fn prepared(self) -> Server {
        let data = folder(&self.bin);
        let mut database = None;
        if !self.private {
            let bin = self.bin.clone();
            let access = tokio::task::spawn_blocking(move || cluster::access(&bin))
                .await
                .expect("a cluster");
            let template = if self.demo {
                // The cached world is filled by a plain process, whatever this one is told.
                let setup = Self::of(&self.bin.display().to_string());
                let (template, filled) =
                    cluster::demo(&self.bin, &access, |url, folder| async move {
                        let output = setup
                            .command_in(&folder, Some(&url), &["demo"])
                            .output()
                            .expect("guildhall demo runs");
                        assert_success("guildhall demo", &output);
                    })
                    .await;
                copy(&filled, &data);
                template
            } else {
                cluster::migrated(&self.bin, &access).await
            };
            database = Some(TestDatabase::copy(&access, &template).await);
        }
        let server = Server {
            setup: self,
            data: Arc::new(Folder(data)),
            database: database.map(Arc::new),
            child: None,
            url: String::new(),
            log: 0,
            spec: Mutex::new(None),
        };
        if server.setup.private && server.setup.demo {
            assert_success("guildhall demo", &server.run(&["demo"]));
        }
        server
    }

    fn command_in(&self, data: &Path, url: Option<&str>, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.bin);
        for (name, _) in std::env::vars() {
            if name.starts_with("GUILDHALL_") || name.starts_with("DATABASE_") {
                command.env_remove(name);
            }
        }
        command
            .env("GUILDHALL_ENV", "test")
            .env("GUILDHALL_LISTEN", "127.0.0.1:0")
            .env("GUILDHALL_DATA", data);
        if let Some(url) = url {
            command.env("DATABASE_URL", url);
        }
        for (name, value) in &self.environment {
            if value.is_empty() {
                command.env_remove(name);
            } else {
                command.env(name, value);
            }
        }
        command.args(arguments).stdin(Stdio::null());
        command
    }
}

/// A data folder, removed with the last process that uses it.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

fn folder(bin: &Path) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!(
        "{}-{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    let folder = cluster::scratch(bin).join("test-data").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a data folder");
    folder
}

fn copy(from: &Path, to: &Path) {
    let done = Command::new("cp")
        .arg("-a")
        .arg(format!("{}/.", from.display()))
        .arg(to)
        .status();
    assert!(
        done.is_ok_and(|s| s.success()),
        "the filled data folder is copied"
    );
}

fn assert_success(what: &str, output: &Output) {
    assert!(
        output.status.success(),
        "{what} failed ({}): {}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A running `guildhall serve` with its data; killed and forgotten when dropped.
pub struct Server {
    setup: Setup,
    data: Arc<Folder>,
    database: Option<Arc<TestDatabase>>,
    child: Option<Child>,
    /// `http://127.0.0.1:PORT`, kept over restarts.
    pub url: String,
    log: u32,
    spec: Mutex<Option<Arc<Spec>>>,
}

impl Server {
    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data.0
    }

    /// The process's id, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// The process of PostgreSQL's postmaster, while a private cluster runs. Its files lie outside
    /// of the data folder where PostgreSQL's account cannot enter that.
    #[must_use]
    pub fn postmaster(&self) -> Option<u32> {
        let home = fs::read_to_string(self.data().join("database-location"))
            .map_or_else(|_| self.data().join("database"), |text| text.trim().into());
        let text = fs::read_to_string(home.join("pg/postmaster.pid")).ok()?;
        text.lines().next()?.trim().parse().ok()
    }

    /// Where the process's standard error goes.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        self.data.0.join(format!("serve-{}.log", self.log))
    }

    /// Starts the process; does not wait until it is ready.
    ///
    /// # Panics
    /// When it ends, or does not say where it listens.
    pub fn launch(&mut self) {
        self.log += 1;
        // A second process in the same folder writes a log of its own.
        while self.log_file().exists() {
            self.log += 1;
        }
        let mut command = self.command(if self.setup.filling {
            &["serve", "--demo"]
        } else {
            &["serve"]
        });
        if let Some(address) = self.url.strip_prefix("http://") {
            command.env("GUILDHALL_LISTEN", address);
        }
        let log = File::create(self.log_file()).expect("a log file");
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Some(address) = line.split("listening on ").nth(1) {
                    let _ = tell.send(address.trim().to_owned());
                }
            }
        });
        self.child = Some(child);
        match told.recv_timeout(START) {
            Ok(url) => self.url = url,
            Err(_) => panic!("guildhall serve does not listen: {}", self.log_tail()),
        }
    }

    /// Waits until `/health/ready` says so.
    ///
    /// # Panics
    /// When it does not for long.
    pub async fn wait_ready(&mut self) {
        let client = api::client();
        let began = Instant::now();
        loop {
            let answer = client
                .get(format!("{}/health/ready", self.url))
                .send()
                .await;
            if answer.is_ok_and(|a| a.status() == 200) {
                return;
            }
            let ended = self
                .child
                .as_mut()
                .and_then(|c| c.try_wait().ok().flatten());
            assert!(
                ended.is_none(),
                "guildhall serve ended ({ended:?}): {}",
                self.log_tail()
            );
            assert!(
                began.elapsed() < START,
                "guildhall serve does not become ready: {}",
                self.log_tail()
            );
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// Kills the process at once; nothing of it can say goodbye.
    pub fn kill_9(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Sets a variable for the next start; an empty value takes it away.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.setup = self.setup.clone().with(name, value);
    }

    /// Starts it again at the same address, and waits until it is ready.
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn restart(&mut self) {
        self.kill_9();
        self.launch();
        self.wait_ready().await;
    }

    /// Asks the process to stop, and waits until it has.
    ///
    /// # Panics
    /// When it does not stop within 40 seconds.
    pub async fn terminate(&mut self) -> ExitStatus {
        let mut child = self.child.take().expect("a running process");
        signal(child.id(), "TERM");
        let began = Instant::now();
        loop {
            if let Some(status) = child.try_wait().expect("its status") {
                return status;
            }
            if began.elapsed() > Duration::from_secs(40) {
                let _ = child.kill();
                let _ = child.wait();
                panic!("guildhall serve does not stop: {}", self.log_tail());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A second process on the same database and data folder, at an address of its own.
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn twin(&self) -> Self {
        let mut twin = Self {
            setup: self.setup.clone(),
            data: self.data.clone(),
            database: self.database.clone(),
            child: None,
            url: String::new(),
            log: self.log,
            spec: Mutex::new(None),
        };
        twin.launch();
        twin.wait_ready().await;
        twin
    }

    /// A command of the program on this server's data: `server.command(&["check"])`.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let url = self.database.as_ref().map(|d| d.url());
        self.setup
            .command_in(&self.data.0, url.as_deref(), arguments)
    }

    /// Runs a command of the program and gives what it said.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the command runs")
    }

    /// Runs `guildhall check` and demands that it finds nothing.
    ///
    /// # Panics
    /// With its words when it finds a fault.
    pub fn check(&self) {
        assert_success("guildhall check", &self.run(&["check"]));
    }

    /// A pool on this server's database (on the shared cluster), with the roles of the program.
    ///
    /// # Panics
    /// On a private cluster.
    pub async fn database(&self) -> Database {
        self.database
            .as_ref()
            .expect("a database of the shared cluster")
            .connect()
            .await
    }

    /// A transaction as the owner of all tables.
    ///
    /// # Panics
    /// As [`Server::database`].
    pub async fn owner(&self) -> database::Transaction {
        let database = self.database().await;
        database.begin_owner().await.expect("the owner")
    }

    /// The document of all API routes, read once.
    ///
    /// # Panics
    /// When it is not served.
    pub async fn spec(&self) -> Arc<Spec> {
        if let Some(known) = self.spec.lock().ok().and_then(|s| s.clone()) {
            return known;
        }
        let spec = Arc::new(Spec::of(&self.setup.bin, &self.url).await);
        if let Ok(mut slot) = self.spec.lock() {
            *slot = Some(spec.clone());
        }
        spec
    }

    /// A client that is not signed in, in the marketplace of the demo world.
    pub async fn api(&self) -> Api {
        Api::new(&self.url, crate::MARKET, self.spec().await)
    }

    /// A client signed in with an account of the demo world (`client@demo.test`).
    ///
    /// # Panics
    /// When the sign-in is refused.
    pub async fn demo_account(&self, email: &str) -> Api {
        let mut api = self.api().await;
        api.login(email, crate::DEMO_PASSWORD).await;
        api
    }

    /// The last lines of the process's log.
    #[must_use]
    pub fn log_tail(&self) -> String {
        let text = fs::read_to_string(self.log_file()).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    /// What the log says of failures of our own: lines with an error.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        let text = fs::read_to_string(self.log_file()).unwrap_or_default();
        text.lines()
            .filter(|l| l.contains("ERROR") || l.contains("\"level\":\"error\""))
            .map(str::to_owned)
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill_9();
        if std::thread::panicking() {
            eprintln!("--- log of {} ---\n{}", self.url, self.log_tail());
        }
    }
}

/// Sends a signal to one process.
///
/// # Panics
/// When there is no such process.
pub fn signal(pid: u32, name: &str) {
    let done = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(pid.to_string())
        .status();
    assert!(done.is_ok_and(|s| s.success()), "process {pid} gets {name}");
}
