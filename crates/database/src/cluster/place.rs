//! Where the cluster of a data folder lies, and the locks beside it.
//!
//! Normally in `<data>/database`. Where we are root and the server's account cannot reach that
//! folder, under `/var/lib/guildhall`; a file `database-location` in the data folder then says so.

use std::{
    collections::hash_map::DefaultHasher,
    fs::{self, File, OpenOptions, Permissions},
    hash::{Hash, Hasher},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::geteuid;

use super::account::Account;

/// Longest folder name that leaves room for the socket's own name (the system allows 107 bytes).
const LONGEST_SOCKET_FOLDER: usize = 90;

/// The folders and files of one cluster.
#[derive(Clone, Debug)]
pub struct Place {
    /// Holds everything below.
    pub home: PathBuf,
    /// PostgreSQL's own folder.
    pub pg: PathBuf,
    /// The folder of the socket; only its owner and root may enter.
    pub run: PathBuf,
    /// Whom the server runs as, when we are root.
    pub account: Option<Account>,
    /// What the operator should know about the place.
    pub notice: Option<String>,
}

impl Place {
    /// Finds or makes the place that belongs to the data folder.
    pub fn of(data: &Path) -> Result<Self> {
        let root = geteuid().is_root();
        make_folder(data, if root { 0o711 } else { 0o700 })?;
        let data = data.canonicalize()?;
        let (home, notice) = if root {
            home_for_root(&data)?
        } else {
            (data.join("database"), None)
        };
        make_folder(&home, if root { 0o711 } else { 0o700 })?;
        let home = home.canonicalize()?;
        let pg = home.join("pg");
        let owner = fs::metadata(&pg).ok();
        let account = match (&owner, root) {
            (Some(owner), true) => Some(Account {
                uid: owner.uid(),
                gid: owner.gid(),
            }),
            (None, true) => Some(Account::unprivileged()?),
            (Some(owner), false) if owner.uid() != geteuid().as_raw() => bail!(
                "the database in {} belongs to the user with the id {}; run guildhall as that user or as root",
                pg.display(),
                owner.uid()
            ),
            (_, false) => None,
        };
        if let Some(account) = account {
            ensure!(
                account.uid != 0,
                "{} belongs to root, under which PostgreSQL does not run",
                pg.display()
            );
            ensure!(
                account.reaches(&home),
                "the user with the id {} cannot enter {}: allow it (chmod o+x on that folder and those above it)",
                account.uid,
                home.display()
            );
        }
        let run = socket_folder(&home);
        let place = Self {
            home,
            pg,
            run,
            account,
            notice,
        };
        place.make_own(&place.run)?;
        let owner = fs::symlink_metadata(&place.run)?;
        let wanted = place
            .account
            .map_or(geteuid().as_raw(), |account| account.uid);
        ensure!(
            owner.is_dir() && owner.uid() == wanted && owner.mode().trailing_zeros() >= 6,
            "{} belongs to somebody else; remove it",
            place.run.display()
        );
        Ok(place)
    }

    /// Makes a folder that only the server's account may enter.
    pub fn make_own(&self, folder: &Path) -> Result<()> {
        make_folder(folder, 0o700)?;
        if let Some(account) = self.account {
            ensure!(
                !fs::symlink_metadata(folder)?.is_symlink(),
                "{} is a link",
                folder.display()
            );
            chown(folder, Some(account.uid), Some(account.gid))
                .with_context(|| format!("give {} to PostgreSQL", folder.display()))?;
            fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        }
        Ok(())
    }

    /// Opens (making it first) a lock file of this cluster. The lock itself is the caller's.
    pub fn lock_file(&self, name: &str) -> Result<File> {
        let path = self.home.join(name);
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .with_context(|| format!("open {}", path.display()))
    }
}

fn home_for_root(data: &Path) -> Result<(PathBuf, Option<String>)> {
    let inside = data.join("database");
    let pointer = data.join("database-location");
    if let Ok(text) = fs::read_to_string(&pointer) {
        let home = PathBuf::from(text.trim());
        ensure!(
            home.join("belongs-to").exists(),
            "the database of {} was in {}, which is gone: restore it, or remove {} to begin anew",
            data.display(),
            home.display(),
            pointer.display()
        );
        adopt(data, &home, &pointer)?;
        return Ok((home, None));
    }
    if inside.join("pg").exists() || Account::unprivileged()?.reaches(data) {
        return Ok((inside, None));
    }
    let all = Path::new("/var/lib/guildhall");
    make_folder(all, 0o711)?;
    let mut number = 0_u32;
    // A folder of the same name may be left from an earlier data folder: its data are not ours.
    let home = loop {
        let home = all.join(format!(
            "{:016x}{}",
            hash(data),
            if number == 0 {
                String::new()
            } else {
                format!("-{number}")
            }
        ));
        match fs::DirBuilder::new().mode(0o711).create(&home) {
            Ok(()) => break home,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error).with_context(|| format!("make {}", home.display())),
        }
    };
    fs::set_permissions(&home, Permissions::from_mode(0o711))?;
    fs::write(home.join("belongs-to"), data.as_os_str().as_encoded_bytes())?;
    fs::write(&pointer, home.as_os_str().as_encoded_bytes())?;
    let notice = format!(
        "PostgreSQL cannot run as root and its account cannot enter {}; the database is kept in {} instead",
        data.display(),
        home.display()
    );
    Ok((home, Some(notice)))
}

/// A moved data folder takes its cluster along; a copied one must not share it with the original.
fn adopt(data: &Path, home: &Path, pointer: &Path) -> Result<()> {
    let note = home.join("belongs-to");
    let owner = PathBuf::from(fs::read_to_string(&note)?.trim());
    if owner == data {
        return Ok(());
    }
    let still_there = fs::read_to_string(owner.join("database-location"))
        .is_ok_and(|text| Path::new(text.trim()) == home);
    ensure!(
        !still_there,
        "{} is a copy of {}, whose database is in {}: remove {} to begin with an empty database here",
        data.display(),
        owner.display(),
        home.display(),
        pointer.display()
    );
    fs::write(note, data.as_os_str().as_encoded_bytes())?;
    Ok(())
}

fn socket_folder(home: &Path) -> PathBuf {
    let inside = home.join("run");
    if inside.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
        return inside;
    }
    PathBuf::from(format!("/tmp/guildhall-{:016x}", hash(home)))
}

fn hash(path: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}

/// Makes the folder and those above it where absent; one that is there keeps its mode.
fn make_folder(folder: &Path, mode: u32) -> Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(folder)
        .with_context(|| format!("make the folder {}", folder.display()))
}
