//! The journal: one JSON line per call, synced before the call is answered. Waiting calls are
//! synced together.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::watch;

use crate::model::Op;

/// A line on its way to the disk.
pub(crate) struct Line {
    pub(crate) seq: u64,
    pub(crate) bytes: Vec<u8>,
}

/// How far the journal is on the disk.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Durable {
    pub(crate) seq: u64,
    pub(crate) failed: bool,
}

const NAME: &str = "journal.jsonl";
/// How often, 100 ms apart, a folder held by another process is tried.
const LOCK_TRIES: u32 = 50;
/// Bytes after which a group of lines is synced even if more wait.
const GROUP: usize = 1 << 20;

/// Opens the journal of `folder` and plays it back. A torn last line, left by a kill in the middle
/// of a write and never answered, is cut off.
pub(crate) fn open(folder: &Path, mut play: impl FnMut(Vec<Op>)) -> anyhow::Result<File> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(NAME);
    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    lock(&file, &path)?;
    File::open(folder)?.sync_all()?;

    let end = read(&file, &path, &mut play)?;
    if file.metadata()?.len() > end {
        tracing::warn!(path = %path.display(), "cut off a torn last line");
        file.set_len(end)?;
        file.sync_all()?;
    }
    file.seek(SeekFrom::End(0))?;
    Ok(file)
}

fn lock(file: &File, path: &Path) -> anyhow::Result<()> {
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(100)),
            Err(TryLockError::Error(fault)) => {
                return Err(fault).with_context(|| format!("cannot lock {}", path.display()));
            }
        }
    }
    anyhow::bail!("another process uses {}", path.display())
}

/// Plays the lines back and answers where the last good one ends.
fn read(file: &File, path: &Path, play: &mut impl FnMut(Vec<Op>)) -> anyhow::Result<u64> {
    let mut reader = BufReader::new(file);
    let mut end = 0_u64;
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let length = reader.read_until(b'\n', &mut line)?;
        if length == 0 {
            break;
        }
        match serde_json::from_slice(&line) {
            Ok(ops) if line.ends_with(b"\n") => play(ops),
            _ => {
                let last = reader.fill_buf()?.is_empty();
                anyhow::ensure!(last, "line {number} of {} is damaged", path.display());
                break;
            }
        }
        end += u64::try_from(length)?;
    }
    Ok(end)
}

/// Writes lines until the sender is gone; one sync for all that wait.
pub(crate) fn write(
    mut file: File,
    lines: &mpsc::Receiver<Line>,
    durable: &watch::Sender<Durable>,
) {
    while let Ok(first) = lines.recv() {
        let Line { mut seq, mut bytes } = first;
        while bytes.len() < GROUP
            && let Ok(next) = lines.try_recv()
        {
            seq = next.seq;
            bytes.extend_from_slice(&next.bytes);
        }
        if let Err(fault) = file.write_all(&bytes).and_then(|()| file.sync_data()) {
            tracing::error!(%fault, "the journal cannot be written");
            durable.send_modify(|durable| durable.failed = true);
            return;
        }
        durable.send_modify(|durable| durable.seq = seq);
    }
}
