//! The private cluster of a data folder.
//!
//! One process at a time runs the server; everybody else on the same folder joins it over the
//! socket. Each process has a keeper: a thread that tries for the lock `cluster.lock`. Whoever gets
//! it starts the server as its child, watches it, starts it again when it dies, and stops it at the
//! end; the others find the server answering and keep trying, so that one of them takes over within
//! moments when the first is gone. The server stops by itself when its keeper is killed.
//!
//! Commands hold `users.lock` shared while they work, and who stops the server waits for them.
//! `serve.lock` belongs to the one `guildhall serve` of a folder.

mod account;
mod binaries;
mod place;
mod server;

use std::{
    fs::{File, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
    process::Child,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail};

use crate::{access::Access, roles::Names};
use place::Place;
use server::Server;

/// How often the keeper looks at its child or tries for the lock.
const ROUND: Duration = Duration::from_millis(50);
/// How long `serve` waits for an earlier `serve` on the same folder, which may be draining.
const WAIT_FOR_SERVE: Duration = Duration::from_secs(10);
/// How long anybody waits for a server that another process is starting or stopping.
const WAIT_FOR_SERVER: Duration = Duration::from_secs(330);
/// How long a command that ends waits for other commands that use its server.
const WAIT_FOR_USERS: Duration = Duration::from_secs(120);
/// The same for `serve`, which whoever stopped it wants gone soon.
const WAIT_FOR_USERS_OF_SERVE: Duration = Duration::from_secs(15);

/// What this process is to the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The long-running service. One per data folder; it survives a restart of the server.
    Serve,
    /// A command that comes and goes.
    Command,
}

/// How to run a private cluster.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The data folder (`GUILDHALL_DATA`).
    pub data: PathBuf,
    /// The names of the database roles.
    pub names: Names,
    /// For tests alone: no waiting for the disk, and many connections. Data do not survive a crash
    /// of the machine.
    pub fast: bool,
    /// For tests alone: leave the server running when this process ends, until nobody has used it
    /// for this long.
    pub linger: Option<Duration>,
}

impl Settings {
    /// The usual settings for a data folder; tests set `GUILDHALL_TEST_FAST_CLUSTER`.
    pub fn new(data: impl Into<PathBuf>, names: Names) -> Self {
        Self {
            data: data.into(),
            names,
            fast: std::env::var_os("GUILDHALL_TEST_FAST_CLUSTER").is_some(),
            linger: None,
        }
    }
}

/// A running private cluster, as seen by one process. Dropping it leaves the cluster, and stops the
/// server where this process runs it.
#[derive(Debug)]
pub struct Cluster {
    names: Names,
    home: PathBuf,
    run: PathBuf,
    notice: Option<String>,
    keeper: Option<Keeper>,
    users: Arc<Mutex<Option<File>>>,
    _serve: Option<File>,
}

#[derive(Debug)]
struct Keeper {
    thread: thread::JoinHandle<Result<()>>,
    stop: Arc<AtomicBool>,
    owner: Arc<AtomicBool>,
}

impl Cluster {
    /// Joins the cluster of the data folder, or makes and starts it. Blocks until it accepts
    /// connections; call it before the asynchronous runtime starts, or from a thread that may block.
    ///
    /// # Errors
    /// One sentence for the operator: no PostgreSQL installed or of the wrong version, a second
    /// `serve` on the same folder, a folder that cannot be used.
    pub fn open(settings: Settings, part: Part) -> Result<Self> {
        let place = Place::of(&settings.data)?;
        let serve = match part {
            Part::Serve => Some(lock_serve(&place)?),
            Part::Command => None,
        };
        let users = Arc::new(Mutex::new(match part {
            Part::Serve => None,
            Part::Command => Some(lock_users(&place)?),
        }));
        let mut cluster = Self {
            names: settings.names.clone(),
            home: place.home.clone(),
            run: place.run.clone(),
            notice: place.notice.clone(),
            keeper: None,
            users,
            _serve: serve,
        };
        let server = Server::new(place, settings.clone())?;
        match settings.linger {
            Some(linger) => join_or_start_apart(&server, linger)?,
            None => cluster.keeper = Some(keep(server, part, Arc::clone(&cluster.users))?),
        }
        Ok(cluster)
    }

    /// How to reach the database `guildhall` of this cluster.
    pub fn access(&self) -> Access {
        Access::to_socket(&self.run, self.names.clone())
    }

    /// Where the cluster's files lie.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// What the operator should be told, when the files are not in the data folder. Set only by the
    /// process that made the cluster.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// Does this process run the server (and not another one whose server it joined)?
    pub fn is_owner(&self) -> bool {
        self.keeper
            .as_ref()
            .is_some_and(|keeper| keeper.owner.load(Ordering::Acquire))
    }

    /// Leaves the cluster; where this process runs the server, waits for commands that use it and
    /// stops it. Close the pool first.
    ///
    /// # Errors
    /// When the server does not stop.
    pub fn close(mut self) -> Result<()> {
        self.leave()
    }

    fn leave(&mut self) -> Result<()> {
        self.users
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(keeper) = self.keeper.take() else {
            return Ok(());
        };
        keeper.stop.store(true, Ordering::Release);
        keeper.thread.thread().unpark();
        keeper
            .thread
            .join()
            .unwrap_or_else(|_| Err(anyhow!("the keeper of the cluster panicked")))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.leave() {
            tracing::error!(key = "database.leave_failed", "{error:#}");
        }
    }
}

/// Starts the keeper and waits until the server is there, whoever runs it.
fn keep(server: Server, part: Part, users: Arc<Mutex<Option<File>>>) -> Result<Keeper> {
    let stop = Arc::new(AtomicBool::new(false));
    let owner = Arc::new(AtomicBool::new(false));
    let (tell, told) = mpsc::channel();
    // The death signal follows the thread that starts the server, so it gets one of its own.
    let thread = thread::Builder::new().name("cluster".to_owned()).spawn({
        let (stop, owner) = (Arc::clone(&stop), Arc::clone(&owner));
        move || {
            let done = keeper_loop(&server, part, &stop, &owner, &tell);
            // Those who wait at `users.lock` must not wait for a process that no longer works.
            users.lock().unwrap_or_else(PoisonError::into_inner).take();
            done
        }
    })?;
    let keeper = Keeper {
        thread,
        stop,
        owner,
    };
    match told.recv_timeout(WAIT_FOR_SERVER) {
        Ok(()) => Ok(keeper),
        Err(mpsc::RecvTimeoutError::Timeout) => {
            keeper.stop.store(true, Ordering::Release);
            bail!("the database of another guildhall process on this folder does not become ready")
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(match keeper.thread.join() {
            Ok(Err(error)) => error,
            _ => anyhow!("the keeper of the cluster ended"),
        }),
    }
}

fn keeper_loop(
    server: &Server,
    part: Part,
    stop: &AtomicBool,
    owner: &AtomicBool,
    tell: &mpsc::Sender<()>,
) -> Result<()> {
    let lock = server.place.lock_file("cluster.lock")?;
    let mut joined = false;
    while !stop.load(Ordering::Acquire) {
        match lock.try_lock() {
            Ok(()) => {
                if joined {
                    tracing::warn!(
                        key = "database.taken_over",
                        "the process that ran the database is gone, taking over"
                    );
                }
                owner.store(true, Ordering::Release);
                return run(server, part, stop, tell);
            }
            Err(TryLockError::WouldBlock) => {
                if !joined && server.answers() {
                    joined = true;
                    // Nobody listens when the wait was given up.
                    let _ = tell.send(());
                }
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).context("lock the database's folder");
            }
        }
        thread::park_timeout(ROUND);
    }
    Ok(())
}

/// Runs the server until told to stop, and starts it again whenever it dies.
fn run(server: &Server, part: Part, stop: &AtomicBool, tell: &mpsc::Sender<()>) -> Result<()> {
    server.create()?;
    let mut child = server.start()?;
    let _ = tell.send(());
    while !stop.load(Ordering::Acquire) {
        thread::park_timeout(ROUND);
        if let Some(status) = child.try_wait()? {
            tracing::error!(
                key = "database.ended",
                "PostgreSQL ended ({status}), starting it again"
            );
            match restart(server, stop) {
                Some(fresh) => child = fresh,
                None => return Ok(()),
            }
        }
    }
    let users = wait_for_users(
        server,
        match part {
            Part::Serve => WAIT_FOR_USERS_OF_SERVE,
            Part::Command => WAIT_FOR_USERS,
        },
    )?;
    server.stop(&mut child)?;
    drop(users);
    Ok(())
}

fn restart(server: &Server, stop: &AtomicBool) -> Option<Child> {
    while !stop.load(Ordering::Acquire) {
        match server.start() {
            Ok(child) => return Some(child),
            Err(error) => tracing::error!(key = "database.start_failed", "{error:#}"),
        }
        thread::park_timeout(Duration::from_secs(1));
    }
    None
}

/// Waits until no command uses the server, within limits; while the returned file lives, new ones
/// wait at the door.
fn wait_for_users(server: &Server, limit: Duration) -> Result<File> {
    let users = server.place.lock_file("users.lock")?;
    let began = Instant::now();
    while users.try_lock().is_err() && began.elapsed() < limit {
        thread::sleep(ROUND);
    }
    Ok(users)
}

fn lock_users(place: &Place) -> Result<File> {
    let users = place.lock_file("users.lock")?;
    users.lock_shared().context("lock the database's folder")?;
    Ok(users)
}

fn lock_serve(place: &Place) -> Result<File> {
    let mut serve = place.lock_file("serve.lock")?;
    let began = Instant::now();
    loop {
        match serve.try_lock() {
            Ok(()) => break,
            Err(TryLockError::Error(error)) => return Err(error).context("lock the data folder"),
            Err(TryLockError::WouldBlock) if began.elapsed() < WAIT_FOR_SERVE => {
                thread::sleep(ROUND)
            }
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                serve.read_to_string(&mut pid)?;
                bail!(
                    "another `guildhall serve` (process {}) uses this data folder: stop it, choose another GUILDHALL_DATA, or give both one DATABASE_URL",
                    pid.trim()
                );
            }
        }
    }
    serve.set_len(0)?;
    serve.rewind()?;
    writeln!(serve, "{}", std::process::id())?;
    Ok(serve)
}

fn join_or_start_apart(server: &Server, linger: Duration) -> Result<()> {
    let lock = server.place.lock_file("cluster.lock")?;
    lock.lock().context("lock the database's folder")?;
    if !server.answers() {
        server.create()?;
        server.start_apart(&server.place.home.join("users.lock"), linger)?;
    }
    Ok(())
}
