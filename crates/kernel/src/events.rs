//! What happened, told to whoever listens: written with the change, fanned out to one delivery
//! per consumer, done at least once, in order per record.

use crate::{
    BoxFuture, Cx, Kernel, Result,
    jobs::lease::{Beat, Ended, guarded},
    product::Happened,
};
use base::Instant;
use serde_json::Value;
use sqlx::PgConnection;
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// A fact to tell: past tense, with versioned fields.
#[derive(Debug, Clone)]
pub struct Event {
    /// `market.proposal_submitted`.
    pub kind: &'static str,
    /// Version of the payload's fields.
    pub version: i32,
    /// Kind of the record it is about.
    pub record_kind: &'static str,
    /// The record it is about.
    pub record_id: Uuid,
    /// The record's version after the change; lower ones are delivered first.
    pub record_version: i64,
    /// Fields. Never secrets, never sealed text.
    pub payload: Value,
}

impl Event {
    /// An event of version 1.
    #[must_use]
    pub fn new(
        kind: &'static str,
        record_kind: &'static str,
        record_id: Uuid,
        record_version: i64,
        payload: Value,
    ) -> Self {
        Self {
            kind,
            version: 1,
            record_kind,
            record_id,
            record_version,
            payload,
        }
    }
}

/// An event as a consumer receives it.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// Its workspace.
    pub workspace_id: Uuid,
    /// Its id: the idempotency key of whatever the consumer does.
    pub id: Uuid,
    /// Its kind.
    pub kind: String,
    /// Kind of its record.
    pub record_kind: String,
    /// Its record.
    pub record_id: Uuid,
    /// Its fields.
    pub payload: Value,
    /// Who did it; `None` for the system.
    pub actor_id: Option<Uuid>,
    /// The request that did it.
    pub request_id: String,
    /// When it happened, business time.
    pub occurred_at: Instant,
}

/// Someone who listens. Handlers are idempotent: an event may come again.
#[derive(Clone, Copy)]
pub struct Consumer {
    /// Its name in deliveries.
    pub name: &'static str,
    /// Which kinds it wants.
    pub wants: fn(&str) -> bool,
    /// What it does.
    pub run: fn(Arc<Kernel>, Delivered) -> BoxFuture<'static, Result<()>>,
}

/// Writes events of a workspace that is not the transaction's own, delivered after the commit; for
/// its own there is [`crate::Tx::emit`].
///
/// # Errors
/// The database's.
pub async fn write(
    connection: &mut PgConnection,
    cx: &Cx,
    workspace: Uuid,
    now: Instant,
    events: &[Event],
) -> Result<()> {
    for event in events {
        let id = base::id::new();
        sqlx::query!(
            "with told as (
                insert into kernel.event (workspace_id, id, kind, version, record_kind, record_id, record_version, payload, actor_id, request_id, occurred_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))
             insert into kernel.event_pending (workspace_id, event_id) values ($1, $2)",
            workspace,
            id,
            event.kind,
            event.version,
            event.record_kind,
            event.record_id,
            event.record_version,
            event.payload,
            cx.me(),
            &*cx.request_id,
            now as _
        )
        .execute(&mut *connection)
        .await?;
        for also in cx.kernel.at_once() {
            if (also.wants)(event.kind) {
                let happened = Happened {
                    workspace,
                    record: event.record_id,
                    at: now,
                };
                (also.run)(&mut *connection, happened).await?;
            }
        }
    }
    Ok(())
}

/// Fans pending events out to deliveries; says how many it took.
///
/// # Errors
/// The database's.
pub async fn dispatch(kernel: &Arc<Kernel>) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let pending = sqlx::query!(
        "select p.workspace_id, p.event_id, e.kind, e.record_id, e.record_version
         from (select workspace_id, event_id from kernel.event_pending order by event_id limit 100 for update skip locked) p
         join kernel.event e on e.workspace_id = p.workspace_id and e.id = p.event_id"
    )
    .fetch_all(&mut *tx)
    .await?;
    if pending.is_empty() {
        tx.commit().await?;
        return Ok(0);
    }
    let (mut workspaces, mut events, mut consumers, mut records, mut versions) =
        (vec![], vec![], vec![], vec![], vec![]);
    for row in &pending {
        for consumer in kernel
            .wiring()
            .consumers
            .iter()
            .filter(|c| (c.wants)(&row.kind))
        {
            workspaces.push(row.workspace_id);
            events.push(row.event_id);
            consumers.push(consumer.name.to_owned());
            records.push(row.record_id);
            versions.push(row.record_version);
        }
    }
    sqlx::query!(
        "insert into kernel.delivery (workspace_id, event_id, consumer, record_id, record_version, run_at)
         select w, e, c, r, v, $6 from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[]) as t (w, e, c, r, v)
         on conflict do nothing",
        &workspaces,
        &events,
        &consumers,
        &records,
        &versions,
        base::instant::wall() as _
    )
    .execute(&mut *tx)
    .await?;
    let ids: Vec<Uuid> = pending.iter().map(|p| p.event_id).collect();
    sqlx::query!(
        "delete from kernel.event_pending where event_id = any($1)",
        &ids
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(pending.len())
}

/// Attempts before a delivery is dead: with doubling pauses this is about a day.
const MAX_ATTEMPTS: i32 = 16;
/// How long a consumer may take over one event.
const LIMIT: Duration = Duration::from_secs(60);

/// Does one due delivery, if there is one; says whether there was.
///
/// # Errors
/// The database's; a consumer's own error is kept with the delivery.
pub async fn deliver_one(kernel: &Arc<Kernel>) -> Result<bool> {
    let wall = base::instant::wall();
    let mut tx = kernel.db.begin_system(None).await?;
    let claimed = sqlx::query!(
        r#"with due as (
             select d.workspace_id, d.event_id, d.consumer from kernel.delivery d
             where d.dead_at is null and d.run_at <= $1 and (d.lease_until is null or d.lease_until < clock_timestamp())
               and not exists (select 1 from kernel.delivery o
                   where o.workspace_id = d.workspace_id and o.consumer = d.consumer and o.record_id = d.record_id and o.dead_at is null
                     and (o.record_version, o.event_id) < (d.record_version, d.event_id))
             order by d.run_at limit 1 for update skip locked)
           update kernel.delivery d set lease_until = clock_timestamp() + interval '20 seconds', attempts = d.attempts + 1
           from due, kernel.event e
           where d.workspace_id = due.workspace_id and d.event_id = due.event_id and d.consumer = due.consumer
             and e.workspace_id = d.workspace_id and e.id = d.event_id
           returning d.workspace_id, d.event_id, d.consumer, d.attempts, e.kind, e.record_kind, e.record_id, e.payload,
             e.actor_id, e.request_id, e.occurred_at as "occurred_at: Instant""#,
        wall as _
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    let Some(row) = claimed else { return Ok(false) };
    let Some(consumer) = kernel
        .wiring()
        .consumers
        .iter()
        .find(|c| c.name == row.consumer)
    else {
        // A consumer that is no more.
        let mut tx = kernel.db.begin_system(None).await?;
        sqlx::query!(
            "delete from kernel.delivery where workspace_id = $1 and event_id = $2 and consumer = $3",
            row.workspace_id,
            row.event_id,
            row.consumer
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        return Ok(true);
    };
    let delivered = Delivered {
        workspace_id: row.workspace_id,
        id: row.event_id,
        kind: row.kind,
        record_kind: row.record_kind,
        record_id: row.record_id,
        payload: row.payload,
        actor_id: row.actor_id,
        request_id: row.request_id,
        occurred_at: row.occurred_at,
    };
    let lease = Lease {
        workspace: row.workspace_id,
        event: row.event_id,
        consumer: consumer.name,
        attempt: row.attempts,
    };
    let work = (consumer.run)(kernel.clone(), delivered);
    let ended = guarded(kernel, LIMIT, work, || lease.renew(kernel)).await;
    let error = match ended {
        Ended::Done(Ok(())) => return forget(kernel, &lease).await,
        Ended::Done(Err(error)) => Some(crate::jobs::short(&error)),
        Ended::TimedOut => Some("took longer than its limit".to_owned()),
        Ended::HandedBack => None,
        // Another has it, or it was dropped with its event: nothing to say about it any more.
        Ended::Lost | Ended::Cancelled => return Ok(true),
    };
    let dead = error.is_some() && row.attempts >= MAX_ATTEMPTS;
    if let Some(error) = &error {
        tracing::warn!(key = "delivery.failed", consumer = row.consumer, event = %row.event_id, attempts = row.attempts, error);
    }
    if dead {
        tracing::error!(key = "delivery.given_up", consumer = row.consumer, event = %row.event_id);
    }
    let run_at = match error {
        Some(_) => crate::jobs::backoff(row.attempts),
        None => wall,
    };
    let mut tx = kernel.db.begin_system(None).await?;
    sqlx::query!(
        "update kernel.delivery set lease_until = null, last_error = $5, run_at = $6, dead_at = $7
         where workspace_id = $1 and event_id = $2 and consumer = $3 and attempts = $4",
        lease.workspace,
        lease.event,
        lease.consumer,
        lease.attempt,
        error,
        run_at as _,
        dead.then_some(wall) as _
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(true)
}

/// A delivery that this worker has for the moment.
struct Lease {
    workspace: Uuid,
    event: Uuid,
    consumer: &'static str,
    attempt: i32,
}

impl Lease {
    async fn renew(&self, kernel: &Kernel) -> Result<Beat> {
        let mut tx = kernel.db.begin_reserved().await?;
        let renewed = sqlx::query!(
            "update kernel.delivery set lease_until = clock_timestamp() + interval '20 seconds'
             where workspace_id = $1 and event_id = $2 and consumer = $3 and attempts = $4 and dead_at is null",
            self.workspace,
            self.event,
            self.consumer,
            self.attempt
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(if renewed.rows_affected() == 1 {
            Beat::Held
        } else {
            Beat::Lost
        })
    }
}

/// Ends a delivery that is done, unless another worker has taken it up meanwhile.
async fn forget(kernel: &Arc<Kernel>, lease: &Lease) -> Result<bool> {
    let mut tx = kernel.db.begin_system(None).await?;
    sqlx::query!(
        "delete from kernel.delivery where workspace_id = $1 and event_id = $2 and consumer = $3 and attempts = $4",
        lease.workspace,
        lease.event,
        lease.consumer,
        lease.attempt
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(true)
}

/// How old the oldest thing is that nobody has delivered yet and that is not dead, in seconds, and
/// how many there are (counted to 10 000).
///
/// # Errors
/// The database's.
pub async fn backlog(connection: &mut PgConnection) -> Result<Backlog> {
    let row = sqlx::query!(
        r#"with waiting as (
             (select event_id as id from kernel.event_pending order by event_id limit 10000)
             union all
             (select event_id from kernel.delivery where dead_at is null order by event_id limit 10000))
           select count(*) as "waiting!", (select e.id from waiting e order by e.id limit 1) as oldest,
             (select count(*) from (select 1 from kernel.delivery where dead_at is not null limit 10000) d) as "dead!"
           from waiting"#
    )
    .fetch_one(connection)
    .await?;
    let seconds = row
        .oldest
        .and_then(|id| id.get_timestamp())
        .map_or(0, |at| {
            let (since, _) = at.to_unix();
            base::instant::wall().unix_seconds() - i64::try_from(since).unwrap_or(0)
        });
    Ok(Backlog {
        waiting: row.waiting,
        seconds: seconds.max(0),
        dead: row.dead,
    })
}

/// Gives deliveries that were given up (of one event, or all) another day of attempts; says how many.
///
/// # Errors
/// The database's.
pub async fn retry(connection: &mut PgConnection, event: Option<Uuid>) -> Result<u64> {
    let again = sqlx::query!(
        "update kernel.delivery set dead_at = null, attempts = 0, run_at = $1
         where dead_at is not null and ($2::uuid is null or event_id = $2)",
        base::instant::wall() as _,
        event
    )
    .execute(connection)
    .await?;
    Ok(again.rows_affected())
}

/// What waits in the outbox.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub struct Backlog {
    /// Events not fanned out and deliveries not done.
    pub waiting: i64,
    /// Age of the oldest of them, in seconds.
    pub seconds: i64,
    /// Deliveries given up.
    pub dead: i64,
}
