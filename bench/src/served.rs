//! The program as a process: started, watched, stopped.

use crate::{
    http,
    table::{Table, median},
    world::Folder,
};
use anyhow::{Context, Result, ensure};
use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// A running `guildhall serve`; killed when dropped.
pub struct Served {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start until it was ready.
    pub ready_after: Duration,
    largest_kib: AtomicU64,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    /// Starts it on a data folder and waits until it is ready.
    pub async fn start(program: &Path, data: &Path, demo: bool) -> Result<Self> {
        let mut command = Command::new(program);
        command.arg("serve");
        if demo {
            command.arg("--demo");
        }
        for name in [
            "DATABASE_URL",
            "GUILDHALL_DATABASE_DIRECT_URL",
            "GUILDHALL_TEST_FAST_CLUSTER",
            "GUILDHALL_LOG",
        ] {
            command.env_remove(name);
        }
        command
            .env("GUILDHALL_ENV", "development")
            .env("GUILDHALL_LISTEN", "127.0.0.1:0")
            .env("GUILDHALL_DATA", data);
        fs::create_dir_all(data)?;
        let log = fs::File::create(data.with_extension("log"))?;
        let began = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn()?;
        let mut output = BufReader::new(child.stdout.take().context("its output")?);
        let mut first = String::new();
        output.read_line(&mut first)?;
        let address = first
            .trim()
            .strip_prefix("listening on http://")
            .and_then(|a| a.parse().ok());
        let address = address.with_context(|| {
            format!(
                "it does not listen; see {}",
                data.with_extension("log").display()
            )
        })?;
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        let request = http::request("GET", "/health/ready", &[], "");
        loop {
            let answer = async { http::Connection::open(address).await?.ask(&request).await }.await;
            if answer.is_ok_and(|a| a.status == 200) {
                break;
            }
            ensure!(
                child.try_wait()?.is_none(),
                "it ended; see {}",
                data.with_extension("log").display()
            );
            ensure!(
                began.elapsed() < Duration::from_secs(180),
                "it does not become ready"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(Self {
            child,
            address,
            ready_after: began.elapsed(),
            largest_kib: AtomicU64::new(0),
        })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory now, KiB.
    pub fn memory_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|l| l.split_whitespace().next()?.parse().ok())
            .unwrap_or(0)
    }

    /// Remembers how much memory it has now.
    pub fn note_memory(&self) {
        self.largest_kib
            .fetch_max(self.memory_kib(), Ordering::Relaxed);
    }

    /// The most memory that was noted.
    pub fn largest(&self) -> String {
        mebibytes(self.largest_kib.load(Ordering::Relaxed))
    }

    /// Stops it in the orderly way.
    pub async fn stop(mut self) -> Result<()> {
        let told = Command::new("kill")
            .args(["-TERM", &self.pid().to_string()])
            .status()?;
        ensure!(told.success(), "the program cannot be told to stop");
        let began = Instant::now();
        while self.child.try_wait()?.is_none() {
            ensure!(
                began.elapsed() < Duration::from_secs(60),
                "the program does not stop"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }
}

fn mebibytes(kib: u64) -> String {
    format!("{:.1} MiB", kib as f64 / 1024.0)
}

/// CPU seconds that running processes have used.
pub fn cpu(pids: &[u32]) -> f64 {
    pids.iter().map(|pid| seconds(*pid, 2)).sum()
}

/// CPU seconds of a process and of those of its children that have ended.
pub fn cpu_with_ended(pid: u32) -> f64 {
    seconds(pid, 4)
}

fn seconds(pid: u32, fields: usize) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = after
        .split_whitespace()
        .skip(11)
        .take(fields)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    // A tick is a hundredth of a second on every Linux we run on.
    ticks as f64 / 100.0
}

/// From start to ready, on a new and on an existing cluster, and memory when idle.
pub async fn starts(program: &Path, folder: &Folder, table: &mut Table) -> Result<()> {
    let data = folder.path().join("start");
    let new = Served::start(program, &data, false).await?;
    table.figure(
        "start to ready, new cluster",
        format!("{:.2} s", new.ready_after.as_secs_f64()),
    );
    new.stop().await?;
    let mut times = vec![];
    for _ in 0..5 {
        let served = Served::start(program, &data, false).await?;
        times.push(served.ready_after.as_secs_f64());
        served.stop().await?;
    }
    let most = times.iter().copied().fold(0.0, f64::max);
    table.figure(
        "start to ready, existing cluster (median of 5; slowest)",
        format!("{:.3} s; {most:.3} s", median(times)),
    );
    let served = Served::start(program, &data, false).await?;
    tokio::time::sleep(Duration::from_secs(10)).await;
    table.figure(
        "resident memory of the program, idle",
        mebibytes(served.memory_kib()),
    );
    served.stop().await
}
