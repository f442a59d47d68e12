//! Standing still: while a contract is paused, on hold or being ended, the client's clocks keep
//! what remains of them and the dates of the work move by as long as it stood.

use super::{State, store::Row};
use kernel::{Error, Result, Tx};

/// Moves a contract the caller holds into a state in which work stands still. `reason` is kept
/// from the first stop on: a hold over a pause does not forget why it was paused.
///
/// # Errors
/// 409 `contract_changed` when it is no longer where the caller saw it; the database's.
pub(super) async fn stop(
    tx: &mut Tx,
    contract: &Row,
    to: State,
    reason: Option<&str>,
) -> Result<()> {
    let (workspace, now, me) = (tx.workspace(), tx.now(), tx.cx().me());
    let by = reason.and(me);
    let done = sqlx::query!(
        "update market.contract set state = $3,
           stopped_by = case when stopped_at is null then $5 else stopped_by end,
           stop_reason = case when stopped_at is null then $6 else stop_reason end,
           stopped_at = coalesce(stopped_at, $4),
           before_hold = case when $3 = 'on_hold' then $7 else before_hold end,
           before_termination = case when $3 = 'terminating' then $7 end,
           version = version + 1
         where workspace_id = $1 and id = $2 and state = $7",
        workspace,
        contract.id,
        to.name(),
        now as _,
        by,
        reason,
        contract.state.name()
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(Error::conflict("contract_changed"));
    }
    sqlx::query!(
        "update market.milestone set review_left_seconds = greatest(0, extract(epoch from (review_until - $3))::bigint),
                review_until = null, version = version + 1
         where workspace_id = $1 and contract_id = $2 and state = 'submitted' and review_until is not null",
        workspace,
        contract.id,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    tx.change("state", contract.state.name(), to.name());
    Ok(())
}

/// Moves a contract the caller holds back from a stop; when work goes on, so do its clocks.
///
/// # Errors
/// As [`stop`].
pub(super) async fn go_on(tx: &mut Tx, contract: &Row, to: State) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    if to == State::Active {
        sqlx::query!(
            "update market.milestone m set
               review_until = case when m.review_left_seconds is null then m.review_until
                                   else $3::timestamptz + m.review_left_seconds * interval '1 second' end,
               review_left_seconds = null,
               due_at = m.due_at + ($3::timestamptz - greatest(c.stopped_at, m.funded_at)),
               version = m.version + 1
             from market.contract c
             where m.workspace_id = $1 and m.contract_id = $2 and m.state in ('funded', 'submitted', 'changes_requested')
               and c.workspace_id = $1 and c.id = $2",
            workspace,
            contract.id,
            now as _
        )
        .execute(&mut **tx)
        .await?;
    }
    let done = sqlx::query!(
        "update market.contract set state = $3,
           stopped_at = case when $3 <> 'active' then stopped_at end,
           stopped_by = case when $3 <> 'active' then stopped_by end,
           stop_reason = case when $3 <> 'active' then stop_reason end,
           before_hold = case when $3 = 'on_hold' then coalesce(before_hold, before_termination) end,
           before_termination = null,
           version = version + 1
         where workspace_id = $1 and id = $2 and state = $4",
        workspace,
        contract.id,
        to.name(),
        contract.state.name()
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(Error::conflict("contract_changed"));
    }
    tx.change("state", contract.state.name(), to.name());
    Ok(())
}
