//! Durable background work in PostgreSQL: committed with the change that asked for it, leased,
//! retried with growing pauses, dead in sight. Times here are of the wall clock.

use crate::{BoxFuture, Cx, Error, Kernel, Result};
use base::Instant;
use serde_json::Value;
use sqlx::PgConnection;
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// A kind of job and what it does. Handlers are idempotent: a lease may be lost.
#[derive(Clone, Copy)]
pub struct JobKind {
    /// Its name in rows.
    pub name: &'static str,
    /// What it does.
    pub run: fn(Arc<Kernel>, Job) -> BoxFuture<'static, Result<()>>,
}

/// A job a worker has leased.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its workspace.
    pub workspace_id: Uuid,
    /// Its id: the idempotency key of its effects.
    pub id: Uuid,
    /// Its arguments.
    pub payload: Value,
    /// Which attempt this is, from 1.
    pub attempt: i32,
}

/// A job to be written with a commit.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Its kind.
    pub kind: &'static str,
    /// Its arguments.
    pub payload: Value,
    /// Only one of a kind with this text is ever made.
    pub dedup: Option<String>,
    /// Seconds to wait before the first attempt.
    pub delay_seconds: i64,
}

pub(crate) async fn write(
    connection: &mut PgConnection,
    cx: &Cx,
    workspace: Uuid,
    jobs: &[NewJob],
) -> Result<()> {
    let wall = base::instant::wall();
    for job in jobs {
        sqlx::query!(
            "insert into kernel.job (workspace_id, id, kind, payload, dedup, member_id, request_id, run_at, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (workspace_id, kind, dedup) where dedup is not null do nothing",
            workspace,
            base::id::new(),
            job.kind,
            job.payload,
            job.dedup,
            cx.me(),
            &*cx.request_id,
            wall.plus_seconds(job.delay_seconds) as _,
            wall as _
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Runs one due job, if there is one; says whether there was. `ahead` also takes jobs whose first
/// attempt lies in the near future (`/test/settle`).
///
/// # Errors
/// The database's; a handler's own error is kept with the job.
pub async fn run_one(kernel: &Arc<Kernel>, ahead: Duration) -> Result<bool> {
    let until = base::instant::wall().plus_seconds(i64::try_from(ahead.as_secs()).unwrap_or(0));
    let mut tx = kernel.db.begin_system(None).await?;
    let claimed = sqlx::query!(
        "with due as (
           select j.workspace_id, j.id from kernel.job j
           where (j.state = 'queued' and j.run_at <= $1) or (j.state = 'running' and j.lease_until < clock_timestamp())
           order by j.run_at limit 1 for update skip locked)
         update kernel.job j set state = 'running', lease_until = clock_timestamp() + interval '20 seconds', attempts = j.attempts + 1
         from due where j.workspace_id = due.workspace_id and j.id = due.id
         returning j.workspace_id, j.id, j.kind, j.payload, j.attempts, j.max_attempts",
        until as _
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    let Some(row) = claimed else { return Ok(false) };
    let job = Job {
        workspace_id: row.workspace_id,
        id: row.id,
        payload: row.payload,
        attempt: row.attempts,
    };
    let outcome = match kernel.wiring().jobs.iter().find(|k| k.name == row.kind) {
        Some(kind) => guarded((kind.run)(kernel.clone(), job)).await,
        None => Err(Error::Internal(anyhow::anyhow!(
            "no handler for jobs of kind {}",
            row.kind
        ))),
    };
    let wall = base::instant::wall();
    let (state, run_at, error, finished) = match &outcome {
        Ok(()) => ("succeeded", wall, None, Some(wall)),
        Err(e) if row.attempts >= row.max_attempts => ("dead", wall, Some(short(e)), Some(wall)),
        Err(e) => ("queued", backoff(row.attempts), Some(short(e)), None),
    };
    if let Err(error) = &outcome {
        tracing::warn!(key = "job.failed", kind = row.kind, job = %row.id, attempts = row.attempts, error = %error);
    }
    let mut tx = kernel.db.begin_system(None).await?;
    sqlx::query!(
        "update kernel.job set state = $3, run_at = $4, last_error = $5, finished_at = $6, lease_until = null
         where workspace_id = $1 and id = $2",
        row.workspace_id,
        row.id,
        state,
        run_at as _,
        error,
        finished as _
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(true)
}

/// A panic in a handler is a failure of that handler, not of the worker.
pub(crate) async fn guarded(work: BoxFuture<'static, Result<()>>) -> Result<()> {
    match tokio::time::timeout(Duration::from_secs(18), tokio::spawn(work)).await {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => Err(Error::Internal(anyhow::anyhow!("panicked: {panic}"))),
        Err(_) => Err(Error::Internal(anyhow::anyhow!(
            "took longer than its lease"
        ))),
    }
}

/// When to try again after this many attempts: doubling pauses up to an hour.
pub(crate) fn backoff(attempts: i32) -> Instant {
    let pause = 1_i64 << u32::try_from(attempts.clamp(0, 11)).unwrap_or(0);
    base::instant::wall().plus_seconds(pause)
}

pub(crate) fn short(error: &Error) -> String {
    error.to_string().chars().take(500).collect()
}
