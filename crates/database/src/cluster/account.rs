//! The operating system's accounts: who we are, and whom the server runs as.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

/// A local account, by its numbers. PostgreSQL refuses to run as root, so as root we lend it one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    pub uid: u32,
    pub gid: u32,
}

impl Account {
    /// `postgres`, which the packages make, else `nobody`.
    pub fn unprivileged() -> Result<Self> {
        named("postgres").or_else(|| named("nobody")).context(
            "PostgreSQL does not run as root and there is neither an account `postgres` nor `nobody` to run it under",
        )
    }

    /// Can this account enter the folder? Asked of the system itself, so that access lists and
    /// mounts count as well.
    pub fn reaches(self, folder: &Path) -> bool {
        Command::new("/bin/sh")
            .args(["-c", r#"cd -- "$0""#])
            .arg(folder)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .uid(self.uid)
            .gid(self.gid)
            .status()
            .is_ok_and(|status| status.success())
    }
}

/// The name of the account this process runs under; peer authentication goes by it.
pub fn own_name() -> Result<String> {
    let uid = rustix::process::geteuid().as_raw();
    entries()
        .into_iter()
        .find(|entry| entry.1.uid == uid)
        .map(|entry| entry.0)
        .with_context(|| {
            format!(
                "the user id {uid} has no name in /etc/passwd, which PostgreSQL needs; add one or set DATABASE_URL"
            )
        })
}

fn named(name: &str) -> Option<Account> {
    entries()
        .into_iter()
        .find(|entry| entry.0 == name)
        .map(|entry| entry.1)
}

fn entries() -> Vec<(String, Account)> {
    let text = fs::read_to_string("/etc/passwd").unwrap_or_default();
    text.lines()
        .filter_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?.to_owned();
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            Some((name, Account { uid, gid }))
        })
        .collect()
}
