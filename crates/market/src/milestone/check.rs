//! What `guildhall check` proves about milestones. Each query is one statement, so one snapshot.

use kernel::{Kernel, Result};
use std::sync::Arc;

/// Every milestone's escrow holds exactly its amount while funded work is open, else nothing.
///
/// # Errors
/// The database's.
pub async fn escrow(kernel: Arc<Kernel>) -> Result<Vec<String>> {
    let mut tx = kernel.db.begin_snapshot().await?;
    let wrong = sqlx::query!(
        r#"select m.id, m.state, m.amount_minor, coalesce(b.balance_minor, 0) as "held!"
           from market.milestone m
           left join ledger.balance b
             on b.workspace_id = m.workspace_id and b.owner_id = m.id and b.kind = 'escrow' and b.currency = m.currency
           where coalesce(b.balance_minor, 0) <>
             case when m.state in ('funded', 'submitted', 'changes_requested') then m.amount_minor else 0 end
           limit 5"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(wrong
        .into_iter()
        .map(|r| {
            format!(
                "milestone {} ({}) of {} minor units has {} in escrow",
                r.id, r.state, r.amount_minor, r.held
            )
        })
        .collect())
}

/// Every contract's total is the sum of its milestones.
///
/// # Errors
/// The database's.
pub async fn totals(kernel: Arc<Kernel>) -> Result<Vec<String>> {
    let mut tx = kernel.db.begin_snapshot().await?;
    let wrong = sqlx::query!(
        r#"select c.id, c.total_minor, coalesce(sum(m.amount_minor), 0)::bigint as "sum!"
           from market.contract c
           left join market.milestone m on m.workspace_id = c.workspace_id and m.contract_id = c.id and m.currency = c.currency and m.dropped_at is null
           group by c.workspace_id, c.id, c.total_minor
           having coalesce(sum(m.amount_minor), 0) <> c.total_minor
           limit 5"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(wrong
        .into_iter()
        .map(|r| {
            format!(
                "contract {} totals {} but its milestones sum to {}",
                r.id, r.total_minor, r.sum
            )
        })
        .collect())
}

/// Every approved milestone was released, and nothing else was.
///
/// # Errors
/// The database's.
pub async fn released(kernel: Arc<Kernel>) -> Result<Vec<String>> {
    let mut tx = kernel.db.begin_snapshot().await?;
    let wrong = sqlx::query!(
        r#"select m.id, m.state, (c.cause is not null) as "released!"
           from market.milestone m
           left join ledger.cause c on c.workspace_id = m.workspace_id and c.cause = 'market.release/' || m.id::text
           where (m.state in ('approved', 'split')) <> (c.cause is not null)
           limit 5"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(wrong
        .into_iter()
        .map(|r| {
            let fact = if r.released {
                "was released"
            } else {
                "was never released"
            };
            format!("milestone {} is {} but {fact}", r.id, r.state)
        })
        .collect())
}

/// A contract's state fits its milestones: nothing is funded before it is active, and it closes
/// only when all are approved.
///
/// # Errors
/// The database's.
pub async fn states(kernel: Arc<Kernel>) -> Result<Vec<String>> {
    let mut tx = kernel.db.begin_snapshot().await?;
    let wrong = sqlx::query!(
        r#"select c.id, c.state from market.contract c
           cross join lateral (
             select count(*) filter (where m.state in ('funded', 'submitted', 'changes_requested')) as open,
                    count(*) filter (where m.state = 'approved') as approved,
                    count(*) filter (where m.state in ('refunded', 'split')) as settled, count(*) as n
             from market.milestone m where m.workspace_id = c.workspace_id and m.contract_id = c.id and m.dropped_at is null) s
           where (c.state in ('offered', 'accepted', 'declined', 'retracted', 'expired', 'cancelled') and s.open + s.approved + s.settled > 0)
              or (c.state in ('active', 'paused', 'on_hold', 'terminating') and (s.open + s.approved = 0 or (c.state = 'active' and s.approved = s.n) or s.settled > 0))
              or (c.state in ('closing', 'completed') and s.approved <> s.n)
              or (c.state = 'terminated' and s.open > 0)
           limit 5"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(wrong
        .into_iter()
        .map(|r| {
            format!(
                "contract {} is {}, which its milestones do not allow",
                r.id, r.state
            )
        })
        .collect())
}
