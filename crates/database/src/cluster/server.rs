//! One run of the server: making the cluster, starting, stopping, and clearing up after a crash.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::{fs::chown, net::UnixStream, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{
    Pid, Signal, getpid, getppid, kill_process, set_parent_process_death_signal,
};

use super::{Settings, account::own_name, binaries, place::Place};
use crate::roles::SUPERUSER;

/// Crash recovery of a busy cluster may take long; it is only cut off when nothing helps.
const LONGEST_START: Duration = Duration::from_secs(300);
/// Longest wait for a server to stop by itself before its work is aborted.
const LONGEST_STOP: Duration = Duration::from_secs(30);
/// The log is begun anew at a start above this size; one older file is kept.
const LARGEST_LOG: u64 = 10 << 20;

/// What is needed to run the server of one place.
pub struct Server {
    pub place: Place,
    bin: PathBuf,
    settings: Settings,
}

impl Server {
    pub fn new(place: Place, settings: Settings) -> Result<Self> {
        let bin = binaries::find(&place.pg)?;
        Ok(Self {
            place,
            bin,
            settings,
        })
    }

    /// Makes the cluster where there is none. It appears under its name only when it is complete,
    /// so a kill in between leaves nothing half made.
    pub fn create(&self) -> Result<()> {
        if self.place.pg.join("PG_VERSION").exists() {
            return Ok(());
        }
        let fresh = self.place.home.join("pg.new");
        if let Err(error) = fs::remove_dir_all(&fresh) {
            ensure!(
                error.kind() == io::ErrorKind::NotFound,
                "{}: {error}",
                fresh.display()
            );
        }
        self.place.make_own(&fresh)?;
        let mut initdb = self.command("initdb");
        initdb
            .arg("-D")
            .arg(&fresh)
            .args(["-U", SUPERUSER, "-E", "UTF8"]);
        initdb.args(["--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C"]);
        initdb.args(["--lc-monetary=C", "--lc-numeric=C", "--lc-time=C"]);
        initdb.args(["-A", "peer", "--data-checksums", "--no-instructions"]);
        if self.settings.fast {
            initdb.arg("--no-sync");
        }
        let output = initdb.output().context("run initdb")?;
        ensure!(
            output.status.success(),
            "initdb could not make the database: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        fs::rename(&fresh, &self.place.pg)?;
        File::open(&self.place.home)?.sync_all()?;
        Ok(())
    }

    /// Starts the server as a child that stops by itself when the calling *thread* ends. Clears up
    /// first after an earlier run. Returns when the server accepts connections.
    pub fn start(&self) -> Result<Child> {
        self.place.make_own(&self.place.run)?;
        self.clear_up()?;
        self.write_access_files()?;
        let mut command = self.command("postgres");
        command.args(self.arguments());
        command.stdout(Stdio::null()).stderr(self.log()?);
        // Ctrl-C goes to us alone: we drain first, then stop the server.
        command.process_group(0);
        die_with_parent(&mut command);
        let mut child = command.spawn().context("start PostgreSQL")?;
        let pid = child.id().to_string();
        self.wait_until_ready(Some(&pid), || {
            Ok(child.try_wait()?.map(|status| status.to_string()))
        })?;
        Ok(child)
    }

    /// Starts the server apart from this process; a watchman stops it once nobody has held a
    /// shared lock on `users` for `linger`. For tests, whose processes come and go.
    pub fn start_apart(&self, users: &Path, linger: Duration) -> Result<()> {
        const WATCHMAN: &str = r#"
            users=$1; limit=$2; shift 2
            "$@" & server=$!
            idle=0
            while [ -e /proc/$server/cwd ]; do
                sleep 1
                if flock -n -x "$users" true; then idle=$((idle + 1)); else idle=0; fi
                if [ $idle -ge $limit ]; then
                    flock -n -x "$users" sh -c "kill -QUIT $server; while [ -e /proc/$server/cwd ]; do sleep 0.05; done"
                fi
            done"#;
        self.place.make_own(&self.place.run)?;
        self.clear_up()?;
        self.write_access_files()?;
        let mut command = self.bare_command(Path::new("/bin/sh"));
        command
            .args(["-c", WATCHMAN, "guildhall-watchman"])
            .arg(users);
        command.arg(linger.as_secs().max(1).to_string());
        command
            .arg(self.bin.join("postgres"))
            .args(self.arguments());
        command
            .stdout(Stdio::null())
            .stderr(self.log()?)
            .process_group(0);
        let mut child = command.spawn().context("start PostgreSQL")?;
        self.wait_until_ready(None, || {
            Ok(child.try_wait()?.map(|status| status.to_string()))
        })?;
        // The watchman outlives us; if it ends first, somebody has to take note of its death.
        thread::spawn(move || child.wait());
        Ok(())
    }

    /// Is a server up on this place that answers on its socket?
    pub fn answers(&self) -> bool {
        self.ready_pid().is_some()
            && UnixStream::connect(self.place.run.join(".s.PGSQL.5432")).is_ok()
    }

    /// Stops the child: sessions are aborted and a checkpoint is written; after a long wait it is
    /// aborted, which the next start recovers from.
    pub fn stop(&self, child: &mut Child) -> Result<()> {
        let began = Instant::now();
        kill_process(Pid::from_child(child), Signal::INT)?;
        let mut aborted = false;
        loop {
            if child.try_wait()?.is_some() {
                if !self.place.run.starts_with(&self.place.home) {
                    // Empty now, and made again at the next start.
                    let _ = fs::remove_dir(&self.place.run);
                }
                return Ok(());
            }
            if began.elapsed() > LONGEST_STOP && !aborted {
                kill_process(Pid::from_child(child), Signal::QUIT)?;
                aborted = true;
            }
            ensure!(
                began.elapsed() < 2 * LONGEST_STOP,
                "PostgreSQL does not stop"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The number of the running server's process, once it accepts connections.
    pub fn ready_pid(&self) -> Option<i32> {
        let text = fs::read_to_string(self.place.pg.join("postmaster.pid")).ok()?;
        let ready = text.lines().nth(7)?.trim() == "ready";
        let pid = text.lines().next()?.trim().parse().ok()?;
        (ready && self.works_here(pid)).then_some(pid)
    }

    /// Every process of a server has the cluster's folder as its working directory. A stranger
    /// that got the number of a dead one has not, nor has a dead one that nobody has buried.
    fn works_here(&self, pid: i32) -> bool {
        fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == self.place.pg)
    }

    fn wait_until_ready(
        &self,
        pid: Option<&str>,
        mut ended: impl FnMut() -> Result<Option<String>>,
    ) -> Result<()> {
        let began = Instant::now();
        loop {
            if let Some(status) = ended()? {
                let log =
                    fs::read_to_string(self.place.home.join("postgres.log")).unwrap_or_default();
                let lines: Vec<_> = log.lines().rev().take(5).collect();
                bail!(
                    "PostgreSQL ended at its start ({status}): {}",
                    lines.into_iter().rev().collect::<Vec<_>>().join(" / ")
                );
            }
            if let Some(ready) = self.ready_pid()
                && pid.is_none_or(|pid| pid == ready.to_string())
            {
                return Ok(());
            }
            ensure!(
                began.elapsed() < LONGEST_START,
                "PostgreSQL is not ready after {LONGEST_START:?}"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// We hold the lock, so whatever the files say is a leftover: ask an orphan to stop, wait until
    /// the last of its processes is gone (only then is it safe), then remove its files. Covers a
    /// dead process, a number since given to a stranger and a dead process nobody buried; all three
    /// fool PostgreSQL itself.
    fn clear_up(&self) -> Result<()> {
        let began = Instant::now();
        let pid_file = self.place.pg.join("postmaster.pid");
        let main: Option<i32> = fs::read_to_string(&pid_file)
            .ok()
            .and_then(|text| text.lines().next()?.trim().parse().ok());
        let mut asked = 0;
        loop {
            let alive: Vec<i32> = fs::read_dir("/proc")?
                .flatten()
                .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
                .filter(|pid| self.works_here(*pid))
                .collect();
            if alive.is_empty() {
                break;
            }
            let signal = match asked {
                0 => Some(Signal::INT),
                1 if began.elapsed() > LONGEST_STOP => Some(Signal::QUIT),
                _ => None,
            };
            if let (Some(signal), Some(pid)) = (signal, main.filter(|pid| alive.contains(pid))) {
                kill_process(Pid::from_raw(pid).context("process number")?, signal)?;
                asked += 1;
            }
            ensure!(
                began.elapsed() < 2 * LONGEST_STOP,
                "processes {alive:?} of an earlier PostgreSQL on {} do not end",
                self.place.pg.display()
            );
            thread::sleep(Duration::from_millis(10));
        }
        let run = &self.place.run;
        for file in [
            pid_file,
            run.join(".s.PGSQL.5432.lock"),
            run.join(".s.PGSQL.5432"),
        ] {
            if let Err(error) = fs::remove_file(&file) {
                ensure!(
                    error.kind() == io::ErrorKind::NotFound,
                    "{}: {error}",
                    file.display()
                );
            }
        }
        Ok(())
    }

    /// Who may connect: this process's account, over the socket, as the login role, and as the
    /// superuser for making roles and databases. No passwords anywhere.
    fn write_access_files(&self) -> Result<()> {
        let me = own_name()?;
        let login = self.settings.names.login();
        let users = format!("guildhall \"{me}\" {login}\nguildhall \"{me}\" {SUPERUSER}\n");
        for (name, text) in [
            ("pg_hba.conf", "local all all peer map=guildhall\n"),
            ("pg_ident.conf", &users),
        ] {
            let path = self.place.pg.join(name);
            fs::write(&path, text)?;
            if let Some(account) = self.place.account {
                chown(&path, Some(account.uid), Some(account.gid))?;
            }
        }
        Ok(())
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["-D".to_owned(), self.place.pg.display().to_string()];
        arguments.extend(["-k".to_owned(), self.place.run.display().to_string()]);
        let mut set = |text: &str| arguments.extend(["-c".to_owned(), text.to_owned()]);
        for text in [
            "listen_addresses=",
            "unix_socket_permissions=0700",
            "cluster_name=guildhall",
            "shared_buffers=64MB",
            "effective_cache_size=512MB",
            "work_mem=8MB",
            "maintenance_work_mem=64MB",
            "max_wal_size=512MB",
            "min_wal_size=64MB",
            "wal_compression=on",
            "max_locks_per_transaction=256",
            "random_page_cost=1.1",
            "jit=off",
            "timezone=UTC",
            "log_timezone=UTC",
            // Statements may carry personal data: the log names faults, not texts.
            "log_min_error_statement=panic",
            "log_line_prefix=%m [%p] %u ",
        ] {
            set(text);
        }
        if self.settings.fast {
            for text in [
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "wal_compression=off",
                // Databases that live for seconds need no vacuum.
                "autovacuum=off",
                "max_connections=400",
            ] {
                set(text);
            }
        } else {
            set("max_connections=60");
        }
        arguments
    }

    fn log(&self) -> Result<File> {
        let path = self.place.home.join("postgres.log");
        if fs::metadata(&path).is_ok_and(|file| file.len() > LARGEST_LOG) {
            fs::rename(&path, path.with_extension("log.1"))?;
        }
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .with_context(|| format!("open {}", path.display()))
    }

    fn command(&self, program: &str) -> Command {
        self.bare_command(&self.bin.join(program))
    }

    fn bare_command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC");
        command.current_dir("/").stdin(Stdio::null());
        // The supplementary groups of root go with it: the standard library clears them.
        if let Some(account) = self.place.account {
            command.uid(account.uid).gid(account.gid);
        }
        command
    }
}

/// Lets the system stop the child (in good order) when the thread that starts it ends.
#[expect(
    unsafe_code,
    reason = "the standard library has no other door to the child between fork and exec"
)]
fn die_with_parent(command: &mut Command) {
    let parent = getpid();
    // SAFETY: the closure only makes system calls, which is all that is allowed between fork and
    // exec. It runs after the change of user, which would clear the setting.
    unsafe {
        command.pre_exec(move || {
            set_parent_process_death_signal(Some(Signal::INT))?;
            // Where the parent died before the call above, nothing would ever stop the child.
            if getppid() == Some(parent) {
                Ok(())
            } else {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        });
    }
}
