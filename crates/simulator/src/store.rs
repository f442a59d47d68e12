//! State and journal together. Whatever is answered, read or written, is on the disk first.

use std::sync::mpsc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use anyhow::Context as _;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;

use crate::Config;
use crate::journal::{self, Durable, Line};
use crate::model::{Next, Op};
use crate::refusal::Refusal;
use crate::state::State;

struct Inner {
    state: State,
    seq: u64,
    lines: Option<mpsc::Sender<Line>>,
}

pub(crate) struct Store {
    inner: Mutex<Inner>,
    durable: watch::Receiver<Durable>,
}

/// One call's work on the state. What it puts is journaled as one line, all or nothing.
pub(crate) struct Tx<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) now: Timestamp,
    ops: Vec<Op>,
}

impl Tx<'_> {
    pub(crate) fn put(&mut self, op: Op) {
        self.state.apply(op.clone());
        self.ops.push(op);
    }

    /// Uses up the first waiting wish among `kinds`.
    pub(crate) fn take_next(&mut self, kinds: &[Next]) -> Option<Next> {
        let mut waiting = self.state.waiting.clone();
        let at = waiting
            .iter()
            .position(|entry| kinds.contains(&entry.next))?;
        let entry = waiting.get_mut(at)?;
        let next = entry.next;
        entry.count = entry.count.saturating_sub(1);
        waiting.retain(|entry| entry.count > 0);
        self.put(Op::Next { waiting });
        Some(next)
    }

    /// The object that a call with this key has made before.
    pub(crate) fn known(&self, asked: &Asking) -> Result<Option<String>, Refusal> {
        match self.state.keys.get(&asked.key) {
            None => Ok(None),
            Some(used) if used.hash == asked.hash => Ok(Some(used.object.clone())),
            Some(_) => Err(Refusal::conflict(
                "idempotency_conflict",
                "This Idempotency-Key was used with another body.",
            )),
        }
    }

    pub(crate) fn remember(&mut self, asked: Asking, object: &str) {
        self.put(Op::Key {
            key: asked.key,
            hash: asked.hash,
            object: object.to_owned(),
        });
    }
}

/// Identity of a call that must not be done twice.
pub(crate) struct Asking {
    key: String,
    hash: String,
}

impl Asking {
    /// `kind` keeps the keys of different calls apart.
    pub(crate) fn new(
        kind: &str,
        key: &str,
        body: &impl serde::Serialize,
    ) -> Result<Self, Refusal> {
        let body = serde_json::to_vec(body).map_err(|_| Refusal::internal())?;
        Ok(Self {
            key: format!("{kind}:{key}"),
            hash: data_encoding::HEXLOWER.encode(&Sha256::digest(&body)),
        })
    }
}

impl Store {
    /// Opens the folder, plays its journal back and starts the thread that writes it.
    pub(crate) async fn open(config: &Config) -> anyhow::Result<(Self, JoinHandle<()>)> {
        let folder = config.state_dir.clone();
        let mut state = State::new(config.test, config.webhook_url.is_some());
        let (file, state) = tokio::task::spawn_blocking(move || {
            let file = journal::open(&folder, |ops| {
                for op in ops {
                    state.apply(op);
                }
            })?;
            anyhow::Ok((file, state))
        })
        .await??;
        let (lines, receiver) = mpsc::channel();
        let (sender, durable) = watch::channel(Durable::default());
        let writer = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || journal::write(file, &receiver, &sender))
            .context("cannot start the journal's thread")?;
        let inner = Mutex::new(Inner {
            state,
            seq: 0,
            lines: Some(lines),
        });
        Ok((Self { inner, durable }, writer))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does `work`, journals what it put and answers once that is on the disk.
    pub(crate) async fn write<T>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let (answer, seq) = self.change(work)?;
        self.synced(seq).await?;
        answer
    }

    fn change<T>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refusal>,
    ) -> Result<(Result<T, Refusal>, u64), Refusal> {
        let mut guard = self.lock();
        let inner = &mut *guard;
        let now = inner.state.now();
        let mut tx = Tx {
            state: &mut inner.state,
            now,
            ops: Vec::new(),
        };
        let answer = work(&mut tx);
        let ops = tx.ops;
        if !ops.is_empty() {
            let mut bytes = serde_json::to_vec(&ops).map_err(|_| Refusal::internal())?;
            bytes.push(b'\n');
            inner.seq += 1;
            let line = Line {
                seq: inner.seq,
                bytes,
            };
            inner
                .lines
                .as_ref()
                .and_then(|lines| lines.send(line).ok())
                .ok_or_else(Refusal::internal)?;
        }
        Ok((answer, inner.seq))
    }

    /// Reads; answers once all it may have seen is on the disk.
    pub(crate) async fn read<T>(
        &self,
        work: impl FnOnce(&State) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let (answer, seq) = {
            let inner = self.lock();
            (work(&inner.state), inner.seq)
        };
        self.synced(seq).await?;
        answer
    }

    /// Works on what is in memory only (the state of deliveries); `work` is told the time. Answers
    /// once all it may have seen is on the disk.
    pub(crate) async fn memory<T>(
        &self,
        work: impl FnOnce(&mut State, Timestamp) -> T,
    ) -> Result<T, Refusal> {
        let (answer, seq) = {
            let mut inner = self.lock();
            let now = inner.state.now();
            (work(&mut inner.state, now), inner.seq)
        };
        self.synced(seq).await?;
        Ok(answer)
    }

    async fn synced(&self, seq: u64) -> Result<(), Refusal> {
        let mut durable = self.durable.clone();
        match durable
            .wait_for(|durable| durable.failed || durable.seq >= seq)
            .await
        {
            Ok(durable) if durable.seq >= seq => Ok(()),
            _ => Err(Refusal::internal()),
        }
    }

    /// Told of every change that reached the disk.
    pub(crate) fn changes(&self) -> watch::Receiver<Durable> {
        self.durable.clone()
    }

    pub(crate) fn failed(&self) -> bool {
        self.durable.borrow().failed
    }

    /// Ends when the journal can no longer be written.
    pub(crate) async fn until_failed(&self) {
        let mut durable = self.durable.clone();
        if durable.wait_for(|durable| durable.failed).await.is_err() {
            std::future::pending().await
        }
    }

    /// Takes no more writes; the journal's thread ends after what it has been given.
    pub(crate) fn close(&self) {
        self.lock().lines = None;
    }
}
