//! An agreed change becomes the terms: milestones are added, changed and taken out, and the
//! contract's total is their sum again.

use super::terms::{Terms, TermsMilestone};
use crate::{
    contract::{self, store::Row},
    delivery,
    milestone::fund,
};
use kernel::{Error, Result, Tx};
use std::collections::HashSet;
use uuid::Uuid;

/// Applies a change to a contract the caller holds.
///
/// # Errors
/// 409 `funding_in_progress` while a milestone it touches is being paid; the database's.
pub(super) async fn apply(
    tx: &mut Tx,
    contract: &Row,
    before: &Terms,
    after: &Terms,
) -> Result<Row> {
    let kept: HashSet<Uuid> = after
        .milestones
        .iter()
        .filter_map(|m| m.milestone_id)
        .collect();
    let dropped: Vec<Uuid> = before
        .milestones
        .iter()
        .filter_map(|m| m.milestone_id)
        .filter(|id| !kept.contains(id))
        .collect();
    let changed: Vec<&TermsMilestone> = after
        .milestones
        .iter()
        .filter(|m| m.milestone_id.is_some() && !before.milestones.contains(m))
        .collect();
    let touched: Vec<Uuid> = dropped
        .iter()
        .copied()
        .chain(changed.iter().filter_map(|m| m.milestone_id))
        .collect();
    if !fund::running(tx, &touched).await?.is_empty() {
        return Err(Error::conflict("funding_in_progress"));
    }
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update market.milestone set state = 'cancelled', dropped_at = $3, version = version + 1
         where workspace_id = $1 and id = any($2) and state = 'agreed'",
        workspace,
        &dropped,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    for one in changed {
        change(tx, one).await?;
    }
    for one in after.milestones.iter().filter(|m| m.milestone_id.is_none()) {
        add(tx, contract, one).await?;
    }
    sqlx::query!(
        "update market.contract c set terms = $3, revisions = $4, version = version + 1,
                total_minor = (select sum(m.amount_minor) from market.milestone m
                               where m.workspace_id = $1 and m.contract_id = $2 and m.dropped_at is null)
         where c.workspace_id = $1 and c.id = $2",
        workspace,
        contract.id,
        after.description,
        after.revisions
    )
    .execute(&mut **tx)
    .await?;
    let row = contract::store::load(tx, contract.id)
        .await?
        .ok_or(Error::NotFound)?;
    // Taking out the last open milestone leaves nothing to do but to sign off.
    delivery::approve::close_when_done(tx, &row).await?;
    Ok(row)
}

async fn change(tx: &mut Tx, one: &TermsMilestone) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "update market.milestone set
           title = case when state = 'agreed' then $3 else title end,
           amount_minor = case when state = 'agreed' then $4 else amount_minor end,
           due_at = due_at + ($5::integer - due_days) * interval '1 day',
           due_days = $5, checklist = $6, version = version + 1
         where workspace_id = $1 and id = $2 and state in ('agreed', 'funded', 'submitted', 'changes_requested')",
        workspace,
        one.milestone_id,
        one.title,
        one.amount.amount_minor,
        one.due_days,
        &one.checklist
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn add(tx: &mut Tx, contract: &Row, one: &TermsMilestone) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "insert into market.milestone (workspace_id, id, contract_id, position, title, amount_minor, currency, due_days, checklist)
         select $1, $2, $3, coalesce(max(position), 0) + 1, $4, $5, $6, $7, $8 from market.milestone where workspace_id = $1 and contract_id = $3",
        workspace,
        base::id::new(),
        contract.id,
        one.title,
        one.amount.amount_minor,
        one.amount.currency,
        one.due_days,
        &one.checklist
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
