//! Finding PostgreSQL's programs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// The oldest major version we work with.
const OLDEST: u32 = 15;

/// The folder with the programs of the major version that wrote `pg`, or the newest one where there
/// is no cluster yet.
pub fn find(pg: &Path) -> Result<PathBuf> {
    let mut installed = installed();
    installed.sort_by_key(|found| found.0);
    let Ok(written_by) = fs::read_to_string(pg.join("PG_VERSION")) else {
        return installed
            .into_iter()
            .rfind(|found| found.0 >= OLDEST)
            .map(|found| found.1)
            .with_context(|| {
                format!(
                    "PostgreSQL {OLDEST} or newer is not installed: install it (Debian, Ubuntu: apt-get install postgresql) or set DATABASE_URL"
                )
            });
    };
    let written_by: u32 = written_by.trim().parse().context("read PG_VERSION")?;
    let Some(found) = installed.iter().find(|found| found.0 == written_by) else {
        let newest = installed
            .last()
            .map_or_else(|| "none".to_owned(), |found| found.0.to_string());
        bail!(
            "the database in {} was written by PostgreSQL {written_by}, which is not installed (newest here: {newest}): install postgresql-{written_by}, or move the data with pg_upgrade",
            pg.display()
        );
    };
    Ok(found.1.clone())
}

fn installed() -> Vec<(u32, PathBuf)> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
    {
        let major = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        add(&mut found, major, entry.path().join("bin"));
    }
    for entry in fs::read_dir("/usr").into_iter().flatten().flatten() {
        let major = entry
            .file_name()
            .to_str()
            .and_then(|name| name.strip_prefix("pgsql-"))
            .and_then(|major| major.parse().ok());
        add(&mut found, major, entry.path().join("bin"));
    }
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        let bin = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        add(&mut found, major_of(&bin), bin);
    }
    found
}

fn add(found: &mut Vec<(u32, PathBuf)>, major: Option<u32>, bin: PathBuf) {
    if let Some(major) = major
        && bin.join("postgres").exists()
        && bin.join("initdb").exists()
        && found.iter().all(|known| known.0 != major)
    {
        found.push((major, bin));
    }
}

/// `postgres (PostgreSQL) 15.18 (Debian …)` gives 15.
fn major_of(bin: &Path) -> Option<u32> {
    let output = Command::new(bin.join("postgres")).arg("--version").output();
    let text = String::from_utf8(output.ok()?.stdout).ok()?;
    text.split_whitespace()
        .find_map(|word| word.split('.').next()?.parse().ok())
}
