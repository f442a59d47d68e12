//! An open transaction that nobody leaves behind: one that is dropped is undone, and a statement
//! that still runs for it is ended in the server too (sqlx alone would wait for its end).

use std::{
    ops::{Deref, DerefMut},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sqlx::{AssertSqlSafe, PgConnection, PgPool};

use crate::warm::Lease;

/// How long an undoing may take before it is clear that a statement stands in its way.
const QUIET: Duration = Duration::from_millis(150);

/// A transaction of [`crate::Database`]. Dropped without a commit it is rolled back, and what it
/// was waiting for is cancelled within a moment.
pub struct Transaction {
    inner: Option<Lease>,
    mark: String,
    reserve: PgPool,
}

impl Transaction {
    pub(crate) fn new(inner: Lease, mark: String, reserve: PgPool) -> Self {
        Self {
            inner: Some(inner),
            mark,
            reserve,
        }
    }

    /// Keeps what was done.
    ///
    /// # Errors
    /// The database's; nothing is kept then, unless the connection was lost on the way.
    pub async fn commit(mut self) -> sqlx::Result<()> {
        match self.inner.take() {
            Some(inner) => inner.commit().await,
            None => Ok(()),
        }
    }

    /// Ends a read: there is nothing to keep, so nobody waits for its end. The pool undoes it on
    /// the round trip with which it takes the connection back.
    pub fn leave(mut self) {
        self.give_back();
    }

    /// The same for a transaction that is replaced by another: its connection is free before the
    /// next one is asked for. Nothing can be asked of it afterwards.
    pub fn give_back(&mut self) {
        drop(self.inner.take());
    }

    /// Undoes what was done.
    ///
    /// # Errors
    /// The database's; it is undone also then.
    pub async fn rollback(mut self) -> sqlx::Result<()> {
        match self.inner.take() {
            Some(inner) => inner.rollback().await,
            None => Ok(()),
        }
    }
}

impl Deref for Transaction {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        self.inner.as_ref().expect("only its end takes it")
    }
}
impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.inner.as_mut().expect("only its end takes it")
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else {
            return;
        };
        // Without a runtime the pool undoes it when it takes the connection back.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(undo(
                inner,
                std::mem::take(&mut self.mark),
                self.reserve.clone(),
            ));
        }
    }
}

/// A name that `pg_stat_activity` shows for as long as the transaction is open, and no other has.
pub(crate) fn mark() -> String {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| {
        let nanos = base::instant::wall().0.subsec_nanosecond();
        (u64::from(std::process::id()) << 32) | u64::from(nanos.unsigned_abs())
    });
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("guildhall {:x} {next:x}", *PROCESS)
}

/// Rolls back. The connection is ours until then, so that what is cancelled cannot be another's.
async fn undo(inner: Lease, mark: String, reserve: PgPool) {
    let mut undoing = std::pin::pin!(inner.rollback());
    // An error here is the server's, or that of the cancelled statement: the pool then proves the
    // connection before it gives it to anyone.
    if tokio::time::timeout(QUIET, undoing.as_mut()).await.is_err() {
        if let Err(error) = cancel(&reserve, &mark).await {
            tracing::warn!(key = "database.cancel_failed", error = %error);
        }
        let _ = undoing.await;
    }
}

/// Ends whatever runs under this mark. As the role that logged in, whose statements these are.
async fn cancel(reserve: &PgPool, mark: &str) -> sqlx::Result<()> {
    let mut connection = reserve.acquire().await?;
    let statement = format!(
        "set role none;
         select pg_cancel_backend(pid) from pg_stat_activity
         where application_name = '{mark}' and state = 'active' and pid <> pg_backend_pid();
         reset role"
    );
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut *connection)
        .await?;
    Ok(())
}
