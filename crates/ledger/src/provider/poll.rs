//! Finding out what nobody told us: the provider's list of events from where we left off, and
//! whatever has stayed open for a minute.

use super::{
    CallError, inbox,
    simulator::{Events, Simulator},
};
use crate::{account::PROVIDER, payment, payout, refund};
use base::Instant;
use kernel::{Kernel, Result};
use serde::Deserialize;
use serde_json::json;
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// Reads the provider's events since the last time, processes them, and looks after payments,
/// refunds and payouts that have been open for a minute (in test: all of them). Says how many
/// events and objects it dealt with; 0 without a provider.
///
/// # Errors
/// The database's, or 503 when the provider cannot be reached.
pub async fn poll(kernel: &Arc<Kernel>) -> Result<usize> {
    let Ok(simulator) = Simulator::new(kernel) else {
        return Ok(0);
    };
    let mut tx = kernel.db.begin_system(None).await?;
    let mut position = sqlx::query_scalar!(
        "select position from ledger.provider_cursor where provider = $1",
        PROVIDER
    )
    .fetch_optional(&mut *tx)
    .await?
    .unwrap_or(0);
    tx.commit().await?;
    loop {
        let path = format!("/v1/events?after={position}&limit=100");
        let events: Events = simulator
            .call(reqwest::Method::GET, &path, None, None)
            .await?;
        inbox::store(kernel, &events.data).await?;
        if events.next_after > position {
            position = events.next_after;
            remember(kernel, position).await?;
        }
        if !events.has_more || events.data.is_empty() {
            break;
        }
    }
    Ok(inbox::process(kernel).await? + open(kernel).await?)
}

async fn remember(kernel: &Arc<Kernel>, position: i64) -> Result<()> {
    let mut tx = kernel.db.begin_system(None).await?;
    sqlx::query!(
        "insert into ledger.provider_cursor (provider, position, read_at) values ($1, $2, $3)
         on conflict (provider) do update set position = greatest(ledger.provider_cursor.position, excluded.position), read_at = excluded.read_at",
        PROVIDER,
        position,
        base::instant::wall() as _
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Looks after what stays open; one that goes wrong does not keep the others.
async fn open(kernel: &Arc<Kernel>) -> Result<usize> {
    let now = kernel.now().await?;
    let before = if kernel.config.has_test() {
        now.plus_seconds(1)
    } else {
        now.plus_seconds(-60)
    };
    let mut tx = kernel.db.begin_system(None).await?;
    let payments = sqlx::query!(
        r#"(select workspace_id as "workspace_id!", id as "id!" from ledger.payment
              where state in ('created', 'processing', 'requires_action') and updated_at < $1 order by updated_at limit 200)
           union all
           (select workspace_id, id from ledger.payment where state = 'captured' and applied = 'no' and updated_at < $1 order by updated_at limit 200)"#,
        before as _
    )
    .fetch_all(&mut *tx)
    .await?;
    // Those of a disputed payment wait for how that ends, unless it ended and was not followed yet.
    let refunds = sqlx::query!(
        r#"(select r.workspace_id as "workspace_id!", r.id as "id!" from ledger.refund r
              where r.state in ('approved', 'processing', 'failed') and r.updated_at < $1
                and not exists (select 1 from ledger.chargeback c where c.workspace_id = r.workspace_id and c.payment_id = r.payment_id and c.state = 'open')
              order by r.updated_at limit 200)
           union all
           (select r.workspace_id, r.id from ledger.refund r
              join ledger.chargeback c on c.workspace_id = r.workspace_id and c.payment_id = r.payment_id and c.state = 'lost'
                and c.outstanding_minor + c.guarantee_minor > 0
              where r.state = 'manual' and r.updated_at < $1 order by r.updated_at limit 200)"#,
        before as _
    )
    .fetch_all(&mut *tx)
    .await?;
    // Those of books that are looked into stay where they are until they add up.
    let payouts = sqlx::query!(
        "select workspace_id, id from ledger.payout
         where (state = 'processing' and updated_at < $1) or (state = 'requested' and updated_at < $2
           and not exists (select 1 from ledger.books_review b where b.workspace_id = payout.workspace_id))
         order by updated_at limit 200",
        before as _,
        now.plus_seconds(-600) as _
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut changed = 0;
    for row in payments {
        changed += note(
            "payment",
            row.id,
            payment::settle::look_after(kernel, row.workspace_id, row.id).await,
        );
    }
    for row in refunds {
        changed += note(
            "refund",
            row.id,
            refund::drive(kernel, row.workspace_id, row.id).await,
        );
    }
    for row in payouts {
        changed += note(
            "payout",
            row.id,
            payout::settle::drive(kernel, row.workspace_id, row.id).await,
        );
    }
    Ok(changed)
}

fn note(kind: &str, id: Uuid, result: Result<bool>) -> usize {
    match result {
        Ok(changed) => usize::from(changed),
        Err(error) => {
            tracing::warn!(key = "provider.open", kind, record = %id, error = %error);
            0
        }
    }
}

/// In the test environment: takes the simulator to the business time, has it deliver what it has to
/// tell, and settles everything. Says how much happened. Elsewhere it does nothing.
///
/// # Errors
/// As [`poll`].
pub async fn sync(kernel: &Arc<Kernel>) -> Result<usize> {
    #[derive(Deserialize)]
    struct Clock {
        ran: usize,
    }
    #[derive(Deserialize)]
    struct Flush {
        delivered: usize,
    }
    if !kernel.config.has_test() {
        return Ok(0);
    }
    let Ok(simulator) = Simulator::new(kernel) else {
        return Ok(0);
    };
    let long = Duration::from_secs(20);
    let body = json!({"now": kernel.now().await?});
    let clock: Clock = simulator
        .call_within(
            long,
            reqwest::Method::POST,
            "/control/clock",
            None,
            Some(body),
        )
        .await?;
    let flush: Flush = simulator
        .call_within(
            long,
            reqwest::Method::POST,
            "/control/flush",
            None,
            Some(json!({})),
        )
        .await?;
    Ok(clock.ran + flush.delivered + poll(kernel).await?)
}

/// In the test environment: the next instant at which something happens at the simulator.
///
/// # Errors
/// 503 when it cannot be reached.
pub async fn next_due(kernel: &Arc<Kernel>) -> Result<Option<Instant>> {
    #[derive(Deserialize)]
    struct Next {
        next_due: Option<Instant>,
    }
    if !kernel.config.has_test() {
        return Ok(None);
    }
    let Ok(simulator) = Simulator::new(kernel) else {
        return Ok(None);
    };
    match simulator
        .call::<Next>(reqwest::Method::GET, "/control/next_due", None, None)
        .await
    {
        Ok(next) => Ok(next.next_due),
        Err(CallError::Unknown) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
