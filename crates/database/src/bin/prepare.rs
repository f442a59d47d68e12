//! Writes `.sqlx`, the record of every checked query, so that building needs no database.
//!
//! Boots a throw-away cluster under `target/prepare`, migrates it, and lets the compiler expand all
//! query macros against it. With `--check` nothing is changed, and a difference is a failure; the
//! lints run in the same pass over the sources, and a warning is a failure too.

use std::{
    collections::BTreeMap,
    fs::{self, File, FileTimes},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use database::{Cluster, Names, Part, Settings, migrate};

fn main() -> ExitCode {
    match prepare() {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("prepare: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn prepare() -> Result<String> {
    let check = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(other) => bail!("unknown argument {other}; there is only --check"),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()?;
    let work = root.join("target/prepare");
    let fresh = work.join("sqlx");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(&fresh)?;

    let mut settings = Settings::new(work.join("data"), Names::default());
    settings.fast = true;
    let cluster = Cluster::open(settings, Part::Command)?;
    if let Some(notice) = cluster.notice() {
        eprintln!("{notice}");
    }
    let name = "prepare";
    let admin = cluster.access();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        admin.prepare().await?;
        admin.drop_database(name).await?;
        admin.create_database(name, None).await?;
        migrate(&admin.with_database(name)).await
    })?;
    expand(
        &root,
        &fresh,
        &admin.with_database(name).check_url()?,
        check,
    )?;
    runtime.block_on(admin.drop_database(name))?;
    cluster.close()?;

    let new = read(&fresh)?;
    let kept = root.join(".sqlx");
    let old = read(&kept)?;
    if new == old {
        return Ok(format!(".sqlx is up to date ({} queries)", new.len()));
    }
    let changed = new
        .iter()
        .filter(|(name, text)| old.get(*name) != Some(*text))
        .count();
    let gone = old.keys().filter(|name| !new.contains_key(*name)).count();
    ensure!(
        !check,
        ".sqlx does not match the queries ({changed} new or changed, {gone} no longer used): run `cargo run --bin prepare` and commit .sqlx"
    );
    fs::create_dir_all(&kept)?;
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        fs::remove_file(kept.join(name))?;
    }
    for (name, text) in &new {
        if old.get(name) != Some(text) {
            fs::write(kept.join(name), text)?;
        }
    }
    Ok(format!(
        ".sqlx has {} queries now ({changed} new or changed, {gone} removed)",
        new.len()
    ))
}

/// Has the compiler expand the macros: it does so only for sources that look newer than its last
/// result, so they are made to, and afterwards get their old times back (else everything that was
/// built from them would be built again).
///
/// To build everything twice, once for the queries and once for the lints, would take minutes.
fn expand(root: &Path, into: &Path, url: &str, lint: bool) -> Result<()> {
    let mut sources = Vec::new();
    for folder in ["crates", "app", "bench"] {
        find_sources(&root.join(folder), &mut sources)?;
    }
    let mut times = Vec::new();
    for source in sources {
        times.push((source.clone(), fs::metadata(&source)?.modified()?));
        // A second ahead of anything the compiler may be writing just now.
        let soon = fs::metadata(into)?.modified()? + Duration::from_secs(1);
        set_time(&source, soon)?;
    }
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What `cargo run` told us about this package would make build scripts run again.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
        ]
        .iter()
        .any(|start| text.starts_with(start))
        {
            cargo.env_remove(&name);
        }
    }
    let pass = if lint { "clippy" } else { "check" };
    let deny: &[&str] = if lint { &["--", "-D", "warnings"] } else { &[] };
    let status = cargo
        .args([pass, "--workspace", "--all-targets", "--quiet"])
        .args(deny)
        .current_dir(root)
        .env("GUILDHALL_CHECK_URL", url)
        .env("SQLX_OFFLINE_DIR", into)
        .env("SQLX_OFFLINE", "false")
        .stdin(Stdio::null())
        .status();
    for (source, time) in times {
        set_time(&source, time)?;
    }
    ensure!(
        status
            .with_context(|| format!("run cargo {pass}"))?
            .success(),
        "cargo {pass} failed"
    );
    Ok(())
}

fn set_time(file: &Path, time: std::time::SystemTime) -> Result<()> {
    File::options()
        .append(true)
        .open(file)?
        .set_times(FileTimes::new().set_modified(time))
        .with_context(|| format!("set the time of {}", file.display()))
}

/// Rust sources with query macros.
fn find_sources(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with("node_modules") && !path.ends_with("target") {
                find_sources(&path, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            let macros = [
                "query!(",
                "query_as!(",
                "query_scalar!(",
                "query_file!(",
                "query_file_as!(",
            ];
            if macros.iter().any(|name| text.contains(name)) {
                found.push(path);
            }
        }
    }
    Ok(())
}

fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    if folder.exists() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("query-") {
                files.insert(name, fs::read(entry.path())?);
            }
        }
    }
    Ok(files)
}
