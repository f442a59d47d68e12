//! A command's transaction: state, ledger, audit, events, jobs and the idempotency row commit
//! together or not at all.

use crate::{BoxFuture, Cx, Error, Permit, Result, events::Event, idempotency};
use base::Instant;
use database::Transaction;
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use std::ops::{Deref, DerefMut};
use uuid::Uuid;

/// Work that must be the last before the commit: the ledger posts its collected legs here.
pub trait AtCommit: Send {
    /// Runs on the transaction's connection at business time `now`.
    fn run<'a>(
        self: Box<Self>,
        connection: &'a mut PgConnection,
        now: Instant,
    ) -> BoxFuture<'a, Result<()>>;
}

/// An open transaction as a role, in a workspace, at one business time.
pub struct Tx {
    inner: Transaction,
    cx: Cx,
    workspace: Uuid,
    reads: bool,
    now: Instant,
    claim: Option<idempotency::Claim>,
    answer: Option<Uuid>,
    changes: Map<String, Value>,
    events: Vec<Event>,
    jobs: Vec<crate::jobs::NewJob>,
    at_commit: Vec<Box<dyn AtCommit>>,
}

impl Deref for Tx {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}
impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}

impl Cx {
    /// Begins a command as the application in the request's workspace and takes up the request's
    /// idempotency key, if it carries one that no transaction has taken yet.
    ///
    /// # Errors
    /// Replayed, 409 `in_progress`, 422 `idempotency_mismatch`, the database's.
    pub async fn begin(&self) -> Result<Tx> {
        let workspace = self.workspace()?.id;
        let inner = self.kernel.db.begin_app(Some(workspace)).await?;
        self.open(inner, workspace, true).await
    }

    /// Begins a read, in which the database refuses to write: no key is taken, nothing is to be
    /// committed.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(&self) -> Result<Tx> {
        self.reading(false).await
    }

    /// The same for records looked up by their ids: their statements are planned once a
    /// connection, not once a request. Not for lists, whose best plan depends on the filters.
    ///
    /// # Errors
    /// The database's.
    pub async fn read_records(&self) -> Result<Tx> {
        self.reading(true).await
    }

    /// Begins the checks of a command without the command: they may lock what it would lock, and
    /// nothing is done. No key is taken.
    ///
    /// # Errors
    /// The database's.
    pub async fn rehearse(&self) -> Result<Tx> {
        let workspace = self.workspace()?.id;
        let inner = self.kernel.db.begin_app(Some(workspace)).await?;
        self.open(inner, workspace, false).await
    }

    async fn reading(&self, planned_once: bool) -> Result<Tx> {
        let workspace = self.workspace()?.id;
        let begun = self.kernel.db.begin_read(Some(workspace), planned_once);
        let mut tx = self.open(begun.await?, workspace, false).await?;
        tx.reads = true;
        Ok(tx)
    }

    /// Begins as the system role: accounts, sessions, provider events. The workspace is the
    /// request's, or none.
    ///
    /// # Errors
    /// The database's; replay as in [`Cx::begin`].
    pub async fn begin_system(&self) -> Result<Tx> {
        let workspace = self.workspace.as_ref().map(|w| w.id);
        let inner = self.kernel.db.begin_system(workspace).await?;
        self.open(inner, workspace.unwrap_or_default(), workspace.is_some())
            .await
    }

    async fn open(&self, mut inner: Transaction, workspace: Uuid, takes_key: bool) -> Result<Tx> {
        let now = crate::clock::business(&mut inner, self.kernel.config.has_test()).await?;
        let claim = if takes_key {
            self.claim.lock().ok().and_then(|mut slot| slot.take())
        } else {
            None
        };
        if let Some(claim) = &claim {
            idempotency::take(&mut inner, workspace, claim, now).await?;
        }
        Ok(Tx {
            inner,
            cx: self.clone(),
            workspace,
            reads: false,
            now,
            claim,
            answer: None,
            changes: Map::new(),
            events: vec![],
            jobs: vec![],
            at_commit: vec![],
        })
    }
}

impl Tx {
    /// The business time of this transaction, one value for all it writes.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The workspace of this transaction.
    #[must_use]
    pub fn workspace(&self) -> Uuid {
        self.workspace
    }

    /// The context it was begun from.
    #[must_use]
    pub fn cx(&self) -> &Cx {
        &self.cx
    }

    /// Notes a changed field for the audit row. Never a secret, never a personal field.
    pub fn change(&mut self, field: &str, before: impl Into<Value>, after: impl Into<Value>) {
        self.changes
            .insert(field.to_owned(), json!([before.into(), after.into()]));
    }

    /// The same for a field that may have stayed as it was: only a difference is noted.
    pub fn differs<T: Into<Value> + PartialEq>(&mut self, field: &str, before: T, after: T) {
        if before != after {
            self.change(field, before, after);
        }
    }

    /// Notes that a personal field changed, and neither what it was nor what it became.
    pub fn change_masked(&mut self, field: &str) {
        self.change(field, "***", "***");
    }

    /// Tells the listeners, with the commit.
    pub fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Asks for background work, with the commit.
    pub fn enqueue(&mut self, job: crate::jobs::NewJob) {
        self.jobs.push(job);
    }

    /// Runs `work` last before the commit.
    pub fn at_commit(&mut self, work: Box<dyn AtCommit>) {
        self.at_commit.push(work);
    }

    /// Says which record the answer is rendered from, where it is not the permit's.
    pub fn answer_with(&mut self, record: Uuid) {
        self.answer = Some(record);
    }

    /// Posts, audits, emits and commits. A reply of success after this means it is on disk.
    ///
    /// # Errors
    /// The ledger's refusals and the database's; nothing is kept then, unless the connection was
    /// lost with the answer (503): repeating the request with its key tells.
    pub async fn commit(mut self, permit: Permit) -> Result<()> {
        for work in std::mem::take(&mut self.at_commit) {
            work.run(&mut self.inner, self.now).await?;
        }
        // What an account does to itself is audited under the nil workspace: the installation's.
        crate::audit::write(
            &mut self.inner,
            &self.cx,
            self.workspace,
            self.now,
            &permit,
            &self.changes,
        )
        .await?;
        if !self.workspace.is_nil() {
            crate::events::write(
                &mut self.inner,
                &self.cx,
                self.workspace,
                self.now,
                &self.events,
            )
            .await?;
            crate::jobs::write(&mut self.inner, &self.cx, self.workspace, &self.jobs).await?;
        } else if !self.events.is_empty() || !self.jobs.is_empty() {
            return Err(Error::Internal(anyhow::anyhow!(
                "an event or job needs a workspace"
            )));
        }
        if let Some(claim) = &self.claim {
            let answer = self.answer.unwrap_or(permit.record_id);
            idempotency::done(&mut self.inner, self.workspace, claim, answer, self.now).await?;
        }
        self.inner.commit().await?;
        tracing::info!(
            key = "changed", action = permit.action, record_kind = permit.record_kind,
            record = %permit.record_id, workspace = %self.workspace, request_id = %self.cx.request_id,
        );
        // Each is woken only for what it does: idle rounds cost as much as a small command.
        if !self.events.is_empty() {
            self.cx.kernel.wake.notify_one();
        }
        if self.jobs.iter().any(|job| job.delay_seconds <= 0) {
            self.cx.kernel.wake_workers.notify_waiters();
        }
        Ok(())
    }

    /// Leaves a read whose statement failed, for a new one in its place.
    pub(crate) async fn begin_again(&mut self) -> Result<()> {
        self.inner.give_back();
        *self = self.cx.read().await?;
        Ok(())
    }

    /// Ends a read, or a command that found nothing to do.
    ///
    /// # Errors
    /// The database's.
    pub async fn finish(mut self) -> Result<()> {
        if !self.reads {
            self.inner.commit().await?;
            return Ok(());
        }
        if let Some(tell) = self.cx.wants_told() {
            // The frame of the page needs it a moment later: no transaction of its own for that.
            // What fails here the frame asks again, and then says so.
            let told = tell(&self.cx, &mut self.inner).await;
            if let (Ok(told), Ok(mut slot)) = (told, self.cx.told.lock()) {
                *slot = Some(told);
            }
        }
        self.inner.leave();
        Ok(())
    }
}
