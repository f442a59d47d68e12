//! What `guildhall check` proves about milestones and bonuses. Each query is one statement, so one
//! snapshot.

use kernel::{Kernel, Result, product::Finding};
use std::sync::Arc;

/// Every milestone's escrow holds exactly its amount while funded work is open, else nothing; and
/// there is no escrow of anything else.
///
/// # Errors
/// The database's.
pub async fn escrow(kernel: Arc<Kernel>) -> Result<Vec<Finding>> {
    let mut tx = kernel.db.begin_snapshot().await?;
    let found = sqlx::query_as!(
        Finding,
        r#"with held as (select * from ledger.balance where kind = 'escrow')
           select coalesce(m.workspace_id, h.workspace_id) as workspace_id, case
               when m.id is not null then format('milestone %s (%s) of %s minor units has %s in escrow account %s',
                   m.id, m.state, m.amount_minor, coalesce(h.balance_minor, 0), h.account_id)
               when x.id is not null then format('bonus %s (%s) has %s in escrow account %s', x.id, x.state, h.balance_minor, h.account_id)
               else format('escrow account %s holds %s %s for %s, which is no item', h.account_id, h.balance_minor, h.currency, h.owner_id) end as "says!"
           from market.milestone m
           full join held h on h.workspace_id = m.workspace_id and h.owner_id = m.id and h.currency = m.currency
           left join market.bonus x on x.workspace_id = h.workspace_id and x.id = h.owner_id and m.id is null
           where coalesce(h.balance_minor, 0) <>
             case when m.state in ('funded', 'submitted', 'changes_requested') then m.amount_minor else 0 end
              or (m.id is null and x.id is null)
           limit 1000"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(found)
}

/// Every contract's total is the sum of its milestones.
///
/// # Errors
/// The database's.
pub async fn totals(kernel: Arc<Kernel>) -> Result<Vec<Finding>> {
    let mut tx = kernel.db.begin_snapshot().await?;
    let found = sqlx::query_as!(
        Finding,
        r#"select c.workspace_id, format('contract %s totals %s but its milestones sum to %s', c.id, c.total_minor, coalesce(sum(m.amount_minor), 0)) as "says!"
           from market.contract c
           left join market.milestone m on m.workspace_id = c.workspace_id and m.contract_id = c.id and m.currency = c.currency and m.dropped_at is null
           group by c.workspace_id, c.id, c.total_minor
           having coalesce(sum(m.amount_minor), 0) <> c.total_minor
           limit 1000"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(found)
}

/// Every approved milestone was released, and nothing else was.
///
/// # Errors
/// The database's.
pub async fn released(kernel: Arc<Kernel>) -> Result<Vec<Finding>> {
    let mut tx = kernel.db.begin_snapshot().await?;
    let found = sqlx::query_as!(
        Finding,
        r#"select m.workspace_id, format('milestone %s is %s but %s', m.id, m.state,
               case when c.cause is null then 'was never released' else 'was released' end) as "says!"
           from market.milestone m
           left join ledger.cause c on c.workspace_id = m.workspace_id and c.cause = 'market.release/' || m.id::text
           where (m.state in ('approved', 'split')) <> (c.cause is not null)
           limit 1000"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(found)
}

/// What left a milestone's or a bonus's escrow for its freelancer and the platform is its amount, the
/// platform's part the fee that was frozen, and the client's receipt says the fee the client paid.
///
/// # Errors
/// The database's.
pub async fn fees(kernel: Arc<Kernel>) -> Result<Vec<Finding>> {
    let mut tx = kernel.db.begin_snapshot().await?;
    let found = sqlx::query_as!(
        Finding,
        r#"with posted as (
             select t.workspace_id, f.owner_id, t.currency, sum(t.amount_minor) as gross, coalesce(sum(t.amount_minor) filter (where g.kind = 'fees'), 0) as fee
             from ledger.transfer t
             join ledger.account f on f.workspace_id = t.workspace_id and f.id = t.from_id and f.kind = 'escrow'
             join ledger.account g on g.workspace_id = t.workspace_id and g.id = t.to_id and g.kind in ('pending', 'fees')
             group by 1, 2, 3),
           item as (
             select workspace_id, 'milestone' as kind, id, state, amount_minor - coalesce(refunded_minor, 0) as amount_minor, currency,
                 case when state = 'approved' then payee_fee_minor end as payee_fee, case when state = 'approved' then client_fee_minor end as client_fee
             from market.milestone where state in ('approved', 'split')
             union all
             select workspace_id, 'bonus', id, state, amount_minor, currency, payee_fee_minor, client_fee_minor from market.bonus where state = 'paid')
           select i.workspace_id, format('%s %s (%s) came to %s with fees of %s and %s, but %s with %s were posted and the receipt says %s',
               i.kind, i.id, i.state, i.amount_minor, i.payee_fee, i.client_fee, coalesce(p.gross, 0), coalesce(p.fee, 0), r.fee_minor) as "says!"
           from item i
           left join posted p on p.workspace_id = i.workspace_id and p.owner_id = i.id and p.currency = i.currency
           left join ledger.invoice r on r.workspace_id = i.workspace_id and r.item_id = i.id and r.kind = 'receipt'
           where p.gross is distinct from i.amount_minor or p.fee <> i.payee_fee or r.fee_minor <> i.client_fee
           limit 1000"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(found)
}

/// A contract's state fits its milestones: nothing is funded before it is active, and it closes
/// only when all are approved.
///
/// # Errors
/// The database's.
pub async fn states(kernel: Arc<Kernel>) -> Result<Vec<Finding>> {
    let mut tx = kernel.db.begin_snapshot().await?;
    let found = sqlx::query_as!(
        Finding,
        r#"select c.workspace_id, format('contract %s is %s, which its milestones do not allow', c.id, c.state) as "says!" from market.contract c
           cross join lateral (
             select count(*) filter (where m.state in ('funded', 'submitted', 'changes_requested')) as open,
                    count(*) filter (where m.state = 'approved') as approved,
                    count(*) filter (where m.state in ('refunded', 'split')) as settled, count(*) as n
             from market.milestone m where m.workspace_id = c.workspace_id and m.contract_id = c.id and m.dropped_at is null) s
           where (c.state in ('offered', 'accepted', 'declined', 'retracted', 'expired', 'cancelled') and s.open + s.approved + s.settled > 0)
              or (c.state in ('active', 'paused', 'on_hold', 'terminating') and (s.open + s.approved = 0 or (c.state = 'active' and s.approved = s.n) or s.settled > 0))
              or (c.state in ('closing', 'completed') and s.approved <> s.n)
              or (c.state = 'terminated' and s.open > 0)
           limit 1000"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(found)
}
