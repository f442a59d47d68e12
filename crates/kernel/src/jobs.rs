//! Durable background work in PostgreSQL: committed with the change that asked for it, leased,
//! retried with growing pauses, dead in sight. Times here are of the wall clock.

pub(crate) mod lease;

use crate::{BoxFuture, Cx, Error, Kernel, Result};
use base::Instant;
use lease::{Beat, Ended, guarded};
use serde_json::Value;
use sqlx::PgConnection;
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// What somebody waits for stands before what may take its time.
const INTERACTIVE: i16 = 20;
const BATCH: i16 = 80;

/// A kind of job and what it does. Handlers are idempotent: a lease may be lost.
#[derive(Clone, Copy)]
pub struct JobKind {
    /// Its name in rows.
    pub name: &'static str,
    /// What it does.
    pub run: fn(Arc<Kernel>, Job) -> BoxFuture<'static, Result<()>>,
    /// Seconds an attempt may take; then it is stopped.
    pub seconds: u64,
    /// Attempts before it is given up.
    pub attempts: i32,
    /// Whether nobody waits for it: it goes behind what somebody waits for.
    pub is_batch: bool,
    /// Whether the member who asked for it may have it stopped half-way.
    pub is_cancellable: bool,
    /// Permission that the member who asked for it must still hold, before each attempt and at each
    /// checkpoint; none for what must be finished whoever began it (money).
    pub permission: Option<&'static str>,
}

impl JobKind {
    /// A kind that somebody waits for, with a minute for each of twelve attempts, not to be
    /// stopped half-way.
    #[must_use]
    pub const fn new(
        name: &'static str,
        run: fn(Arc<Kernel>, Job) -> BoxFuture<'static, Result<()>>,
    ) -> Self {
        Self {
            name,
            run,
            seconds: 60,
            attempts: 12,
            is_batch: false,
            is_cancellable: false,
            permission: None,
        }
    }
    /// It stops with `permission_lost` when the member who asked for it loses this permission.
    #[must_use]
    pub const fn permitted(mut self, permission: &'static str) -> Self {
        self.permission = Some(permission);
        self
    }
    /// An attempt may take this many seconds.
    #[must_use]
    pub const fn within(mut self, seconds: u64) -> Self {
        self.seconds = seconds;
        self
    }
    /// It is given up after this many attempts.
    #[must_use]
    pub const fn attempts(mut self, attempts: i32) -> Self {
        self.attempts = attempts;
        self
    }
    /// Nobody waits for it.
    #[must_use]
    pub const fn batch(mut self) -> Self {
        self.is_batch = true;
        self
    }
    /// The member who asked for it may have it stopped at any moment.
    #[must_use]
    pub const fn cancellable(mut self) -> Self {
        self.is_cancellable = true;
        self
    }
}

/// A job a worker has leased.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its workspace; nil for work of the installation.
    pub workspace_id: Uuid,
    /// Its id: the idempotency key of its effects.
    pub id: Uuid,
    /// Its arguments.
    pub payload: Value,
    /// Which attempt this is, from 1.
    pub attempt: i32,
    /// What an earlier attempt kept by [`Job::checkpoint`], if it came so far.
    pub checkpoint: Option<Value>,
}

impl Job {
    /// Keeps how far the work is, in the transaction of the work itself: both or neither, and
    /// neither once another worker has taken the job up. `progress` is in percent.
    ///
    /// # Errors
    /// When the lease or the permission was lost: the transaction must not commit then.
    pub async fn checkpoint(
        &self,
        connection: &mut PgConnection,
        value: &Value,
        progress: i16,
    ) -> Result<()> {
        let kept = sqlx::query!(
            "update kernel.job set checkpoint = $4, progress = $5
             where workspace_id = $1 and id = $2 and attempts = $3 and state in ('running', 'cancelling')
               and kernel.job_may_run(workspace_id, member_id, permission)",
            self.workspace_id,
            self.id,
            self.attempt,
            value,
            progress.clamp(0, 100)
        )
        .execute(connection)
        .await?;
        self.still_ours(kept.rows_affected())
    }

    /// Keeps what came of the work, for whoever asked for it. Never secrets or sealed text.
    ///
    /// # Errors
    /// As [`Job::checkpoint`].
    pub async fn result(&self, connection: &mut PgConnection, value: &Value) -> Result<()> {
        let kept = sqlx::query!(
            "update kernel.job set result = $4
             where workspace_id = $1 and id = $2 and attempts = $3 and state in ('running', 'cancelling')",
            self.workspace_id,
            self.id,
            self.attempt,
            value
        )
        .execute(connection)
        .await?;
        self.still_ours(kept.rows_affected())
    }

    fn still_ours(&self, rows: u64) -> Result<()> {
        if rows == 1 {
            return Ok(());
        }
        Err(Error::Internal(anyhow::anyhow!(
            "another worker has taken up job {}, or it may not go on",
            self.id
        )))
    }
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

fn kind_of<'a>(kernel: &'a Kernel, name: &str) -> Option<&'a JobKind> {
    kernel.wiring().jobs.iter().find(|kind| kind.name == name)
}

pub(crate) async fn write(
    connection: &mut PgConnection,
    cx: &Cx,
    workspace: Uuid,
    jobs: &[NewJob],
) -> Result<()> {
    for job in jobs {
        let asker = (cx.me(), &*cx.request_id);
        insert(
            connection,
            &cx.kernel,
            workspace,
            base::id::new(),
            asker,
            job,
        )
        .await?;
    }
    Ok(())
}

/// Writes one job; says whether it is new.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    kernel: &Kernel,
    workspace: Uuid,
    id: Uuid,
    (member, request): (Option<Uuid>, &str),
    job: &NewJob,
) -> Result<bool> {
    let wall = base::instant::wall();
    let kind = kind_of(kernel, job.kind);
    let priority = if kind.is_some_and(|kind| kind.is_batch) {
        BATCH
    } else {
        INTERACTIVE
    };
    let written = sqlx::query!(
        "insert into kernel.job (workspace_id, id, kind, payload, dedup, member_id, request_id, run_at, created_at, priority, max_attempts, permission)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (workspace_id, kind, dedup) where dedup is not null do nothing",
        workspace,
        id,
        job.kind,
        job.payload,
        job.dedup,
        member,
        request,
        wall.plus_seconds(job.delay_seconds) as _,
        wall as _,
        priority,
        kind.map_or(12, |kind| kind.attempts),
        kind.and_then(|kind| kind.permission)
    )
    .execute(&mut *connection)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Which jobs a worker takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Any, what somebody waits for first.
    Any,
    /// Only what somebody waits for: long work never holds every worker.
    Interactive,
}

/// Runs one due job, if there is one; says whether there was. `ahead` also takes jobs whose first
/// attempt lies in the near future (`/test/settle`).
///
/// # Errors
/// The database's; a handler's own error is kept with the job.
pub async fn run_one(kernel: &Arc<Kernel>, ahead: Duration) -> Result<bool> {
    run_some(kernel, ahead, Which::Any).await
}

/// The same for a worker that takes only some jobs.
///
/// # Errors
/// As [`run_one`].
pub async fn run_some(kernel: &Arc<Kernel>, ahead: Duration, which: Which) -> Result<bool> {
    let until = base::instant::wall().plus_seconds(i64::try_from(ahead.as_secs()).unwrap_or(0));
    let most = match which {
        Which::Any => i16::MAX,
        Which::Interactive => BATCH - 1,
    };
    let mut tx = kernel.db.begin_system(None).await?;
    let claimed = sqlx::query!(
        r#"with due as (
           select j.workspace_id, j.id, j.state from kernel.job j
           where j.priority <= $2
             and ((j.state = 'queued' and j.run_at <= $1) or (j.state in ('running', 'cancelling') and j.lease_until < clock_timestamp()))
           order by j.priority, j.run_at limit 1 for update skip locked)
         update kernel.job j set state = case j.state when 'cancelling' then 'cancelling' else 'running' end,
           lease_until = clock_timestamp() + interval '20 seconds', attempts = j.attempts + 1
         from due where j.workspace_id = due.workspace_id and j.id = due.id
         returning j.workspace_id, j.id, j.kind, j.payload, j.attempts, j.max_attempts, j.checkpoint, j.state,
           kernel.job_may_run(j.workspace_id, j.member_id, j.permission) as "may!""#,
        until as _,
        most
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
        checkpoint: row.checkpoint,
    };
    let ended = if row.state == "cancelling" {
        // Its worker died after somebody asked for it to stop.
        Ended::Cancelled
    } else if !row.may {
        Ended::Done(Err(Error::Forbidden("permission_lost")))
    } else if row.attempts > row.max_attempts {
        Ended::Done(Err(Error::Internal(anyhow::anyhow!(
            "its worker died at the last attempt"
        ))))
    } else if let Some(kind) = kind_of(kernel, &row.kind) {
        let limit = Duration::from_secs(kind.seconds);
        let work = (kind.run)(kernel.clone(), job.clone());
        guarded(kernel, limit, work, || renew(kernel, &job)).await
    } else {
        Ended::Done(Err(Error::Internal(anyhow::anyhow!(
            "no handler for jobs of kind {}",
            row.kind
        ))))
    };
    // What is no longer allowed is not tried again.
    let most = if row.may { row.max_attempts } else { 0 };
    end(kernel, &job, &row.kind, most, ended).await?;
    Ok(true)
}

/// Renews the lease, on the connection that requests cannot exhaust.
async fn renew(kernel: &Kernel, job: &Job) -> Result<Beat> {
    let mut tx = kernel.db.begin_reserved().await?;
    let state = sqlx::query_scalar!(
        "update kernel.job set lease_until = clock_timestamp() + interval '20 seconds'
         where workspace_id = $1 and id = $2 and attempts = $3 and state in ('running', 'cancelling') returning state",
        job.workspace_id,
        job.id,
        job.attempt
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(match state.as_deref() {
        Some("running") => Beat::Held,
        Some(_) => Beat::Cancelled,
        None => Beat::Lost,
    })
}

/// Writes how an attempt ended, unless another worker has the job by now.
async fn end(
    kernel: &Arc<Kernel>,
    job: &Job,
    kind: &str,
    max_attempts: i32,
    ended: Ended,
) -> Result<()> {
    let wall = base::instant::wall();
    let last = job.attempt >= max_attempts;
    let mut more = 0;
    let (state, run_at, error) = match ended {
        Ended::Lost => {
            tracing::error!(key = "job.lost", kind, job = %job.id, attempt = job.attempt);
            return Ok(());
        }
        Ended::Done(Ok(())) => ("succeeded", wall, None),
        Ended::Cancelled => ("cancelled", wall, None),
        // That the process ends is no fault of the job.
        Ended::HandedBack => {
            more = 1;
            (
                "queued",
                wall,
                Some("handed back by a process that ended".to_owned()),
            )
        }
        Ended::TimedOut if last => (
            "timed_out",
            wall,
            Some("took longer than its limit".to_owned()),
        ),
        Ended::TimedOut => (
            "queued",
            backoff(job.attempt),
            Some("took longer than its limit".to_owned()),
        ),
        Ended::Done(Err(error)) => {
            tracing::warn!(key = "job.failed", kind, job = %job.id, attempts = job.attempt, error = %error);
            let state = if last { "dead" } else { "queued" };
            (state, backoff(job.attempt), Some(short(&error)))
        }
    };
    if matches!(state, "dead" | "timed_out") {
        tracing::error!(key = "job.given_up", kind, job = %job.id, attempts = job.attempt, state);
    }
    let finished = (state != "queued").then_some(wall);
    let mut tx = kernel.db.begin_system(None).await?;
    // Somebody may have asked for it to stop since the last heartbeat: then it is not tried again.
    sqlx::query!(
        "update kernel.job set state = case when state = 'cancelling' and $4::text = 'queued' then 'cancelled' else $4::text end,
           run_at = $5, last_error = $6, finished_at = case when state = 'cancelling' then $8::timestamptz else $7::timestamptz end, lease_until = null,
           max_attempts = max_attempts + $9, progress = case when $4::text = 'succeeded' then 100 else progress end
         where workspace_id = $1 and id = $2 and attempts = $3 and state in ('running', 'cancelling')",
        job.workspace_id,
        job.id,
        job.attempt,
        state,
        run_at as _,
        error,
        finished as _,
        wall as _,
        more
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Asks for a job to stop. A queued one ends at once; a running one within seconds, at the state
/// it gave last. Says the state after, or nothing for a job that is not the member's own.
///
/// # Errors
/// 409 `job_finished` and `job_not_cancellable`, the database's.
pub async fn cancel(tx: &mut crate::Tx, member: Uuid, id: Uuid) -> Result<Option<&'static str>> {
    let workspace = tx.workspace();
    let Some(row) = sqlx::query!(
        "select kind, state from kernel.job where workspace_id = $1 and id = $2 and member_id = $3 for no key update",
        workspace,
        id,
        member
    )
    .fetch_optional(&mut **tx)
    .await?
    else {
        return Ok(None);
    };
    let to = match row.state.as_str() {
        "cancelling" => return Ok(Some("cancelling")),
        "cancelled" => return Ok(Some("cancelled")),
        "queued" => "cancelled",
        "running" => "cancelling",
        _ => return Err(Error::conflict("job_finished")),
    };
    if !kind_of(&tx.cx().kernel, &row.kind).is_some_and(|kind| kind.is_cancellable) {
        return Err(Error::conflict("job_not_cancellable"));
    }
    let finished = (to == "cancelled").then(base::instant::wall);
    sqlx::query!(
        "update kernel.job set state = $3, finished_at = $4 where workspace_id = $1 and id = $2",
        workspace,
        id,
        to,
        finished as _
    )
    .execute(&mut **tx)
    .await?;
    tx.change("state", row.state, to);
    Ok(Some(to))
}

/// Gives jobs that were given up (one, or all) as many attempts again; says how many.
///
/// # Errors
/// The database's.
pub async fn retry(connection: &mut PgConnection, id: Option<Uuid>) -> Result<u64> {
    let again = sqlx::query!(
        "update kernel.job set state = 'queued', max_attempts = max_attempts + attempts, run_at = $1, finished_at = null
         where state in ('dead', 'timed_out') and ($2::uuid is null or id = $2)",
        base::instant::wall() as _,
        id
    )
    .execute(connection)
    .await?;
    Ok(again.rows_affected())
}

/// When to try again after this many attempts: doubling pauses up to an hour.
pub(crate) fn backoff(attempts: i32) -> Instant {
    let pause = 1_i64 << u32::try_from(attempts.clamp(0, 11)).unwrap_or(0);
    base::instant::wall().plus_seconds(pause)
}

pub(crate) fn short(error: &Error) -> String {
    error.to_string().chars().take(500).collect()
}
