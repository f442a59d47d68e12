//! The end of a contract before its time: what lies in escrow is released or goes back, exactly
//! once, and the contract is over.

use super::{State, Step, answer, store::Row};
use crate::{
    activity,
    milestone::{self, Step as Work},
    policy, project, proposal,
};
use base::Money;
use kernel::{Error, Result, Tx, events::Event};
use serde_json::json;
use uuid::Uuid;

/// What becomes of one funded milestone: so much is released, the rest goes back.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// The milestone.
    pub milestone: Uuid,
    /// Minor units that go to the freelancer, before the fee.
    pub release_minor: i64,
}

/// Ends a contract whose project and proposal the caller holds. `parts` name every milestone that
/// holds money; `by` is `both` or `staff`.
///
/// # Errors
/// 409 `settlement_outdated` when the parts do not fit what is held; the ledger's.
pub(super) async fn end(
    tx: &mut Tx,
    contract: &Row,
    parts: &[Part],
    by: &'static str,
    reason: &str,
) -> Result<()> {
    let milestones = milestone::store::of_contract(tx, contract.id).await?;
    let held: Vec<_> = milestones.iter().filter(|m| m.state.is_held()).collect();
    if held.len() != parts.len() {
        return Err(Error::conflict("settlement_outdated"));
    }
    let mut paid = milestones
        .iter()
        .any(|m| m.state == milestone::State::Approved);
    for one in held {
        let part = parts.iter().find(|p| p.milestone == one.id);
        let part = part
            .filter(|p| (0..=one.amount.minor).contains(&p.release_minor))
            .ok_or(Error::conflict("settlement_outdated"))?;
        paid |= part.release_minor > 0;
        settle(tx, contract, one.id, part.release_minor, by).await?;
    }
    finish(tx, contract, paid, reason).await
}

/// Settles the escrow of one milestone.
async fn settle(
    tx: &mut Tx,
    contract: &Row,
    id: Uuid,
    release_minor: i64,
    by: &'static str,
) -> Result<()> {
    let row = milestone::store::lock(tx, id).await?;
    let released = Money::new(release_minor, row.amount.currency);
    let refunded = Money::new(row.amount.minor - release_minor, row.amount.currency);
    let step = match (released.minor, refunded.minor) {
        (_, 0) => Work::SettleRelease,
        (0, _) => Work::SettleRefund,
        _ => Work::SettleSplit,
    };
    let to = row
        .state
        .after(step)
        .ok_or(Error::conflict("settlement_outdated"))?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let version = row.fee_version.unwrap_or(contract.fee_version);
    let rates =
        crate::quote::rates_of(tx, version, contract.project_id, contract.freelancer_id).await?;
    let terms = rates.terms(row.amount);
    let (fee, net) = milestone::show::split_of(&row, released, terms.payee_fee);
    let clearance = row
        .clearance_days
        .map_or(rates.fees.clearance_days, i64::from);
    let split = ledger::escrow::Split {
        item: id,
        cause: format!("market.release/{id}"),
        payee: contract.freelancer_id,
        release: released,
        payee_fee: fee,
        clears_at: now.plus_days(clearance),
        refund: refunded,
        reason: "contract_ended",
    };
    ledger::escrow::split(tx, split).await?;
    if released.minor > 0 {
        let papers = ledger::invoice::Released {
            item_kind: "milestone",
            item_id: id,
            client: contract.client_id,
            freelancer: contract.freelancer_id,
            title: &row.title,
            record_path: "/contracts/",
            record_id: contract.id,
            gross: released,
            client_fee: milestone::show::client_fee_of(&row, released, terms.client_fee),
            payee_fee: fee,
            fee_version: version,
        };
        ledger::invoice::of_release(tx, &papers).await?;
    }
    let approved = to == milestone::State::Approved;
    sqlx::query!(
        "update market.milestone set state = $3, approved_at = case when $4 then $5::timestamptz end, approved_by = case when $4 then $6 end,
                refunded_minor = nullif($7::bigint, 0), review_until = null, review_left_seconds = null, version = version + 1
         where workspace_id = $1 and id = $2 and state in ('funded', 'submitted', 'changes_requested')",
        workspace,
        id,
        to.name(),
        approved,
        now as _,
        by,
        refunded.minor
    )
    .execute(&mut **tx)
    .await?;
    let args = json!({"milestone": row.title, "released": policy::told(released), "refunded": policy::told(refunded)});
    activity::note(tx, contract.id, "money_settled", args).await?;
    let kind = if released.minor > 0 {
        "market.milestone_approved"
    } else {
        "market.milestone_refunded"
    };
    tx.emit(Event::new(
        kind,
        "milestone",
        id,
        row.version + 1,
        json!({"contract_id": contract.id, "milestone_id": id, "approved_by": by, "amount_minor": released.minor,
               "net_minor": net.minor, "fee_minor": fee.minor, "refunded_minor": refunded.minor,
               "currency": released.currency.code(), "notify": []}),
    ));
    Ok(())
}

/// The contract itself: what was only agreed falls away, its position is free, both are told.
async fn finish(tx: &mut Tx, contract: &Row, paid: bool, reason: &str) -> Result<()> {
    let from = if contract.state == State::Terminating {
        State::Terminating
    } else {
        contract
            .state
            .after(Step::Terminate)
            .ok_or(Error::conflict("contract_not_running"))?
    };
    let to = from
        .after(Step::Settle)
        .ok_or(Error::conflict("contract_not_running"))?;
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update market.contract set state = $3, ended_at = $4, end_reason = $5, stopped_at = null, stopped_by = null, stop_reason = null,
                before_hold = null, before_termination = null, review_until = case when $6 then $7::timestamptz end, version = version + 1
         where workspace_id = $1 and id = $2 and state = $8",
        workspace,
        contract.id,
        to.name(),
        now as _,
        reason,
        paid,
        now.plus_days(policy::REVIEW_WINDOW_DAYS) as _,
        contract.state.name()
    )
    .execute(&mut **tx)
    .await?;
    answer::cancel_milestones(tx, contract.id).await?;
    crate::amendment::fall_away(tx, contract.id).await?;
    crate::share::fall_away(tx, contract.id).await?;
    proposal::step(tx, contract.proposal_id, proposal::Step::Release).await?;
    project::ended_early(tx, contract.project_id).await?;
    tx.change("state", contract.state.name(), to.name());
    activity::note(tx, contract.id, "contract_terminated", json!({})).await?;
    let args = json!({"contract": contract.title, "reason": reason});
    let notices = [contract.client_id, contract.freelancer_id]
        .map(|m| activity::notice(m, "contract_terminated", &contract.href(), args.clone()));
    tx.emit(Event::new(
        "market.contract_terminated",
        "contract",
        contract.id,
        contract.version + 1,
        json!({"contract_id": contract.id, "project_id": contract.project_id, "paid": paid, "notify": notices}),
    ));
    Ok(())
}
