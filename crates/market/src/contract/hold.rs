//! A party is suspended: the contract is put on hold, its escrow stays, the other side and the
//! staff are told, and staff decide.

pub mod page;

use super::{
    State, Step, settle,
    stop::{go_on, stop},
    store, termination,
};
use crate::{activity, milestone};
use kernel::{
    Action, Cx, Error, Input, Kernel, Reader, Result, Tx,
    events::{Consumer, Delivered, Event},
};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Putting a contract on hold.
const HOLD: Action = Action::new("contract.hold", "contract", "contract.show");
/// Staff's decision on a held or unsettled contract.
pub const DECIDE: Action = Action::new("contract.decide", "contract", "contract.show");

/// Holds the contracts of members who are suspended or leave.
#[must_use]
pub fn consumer() -> Consumer {
    Consumer {
        name: "market.holds",
        wants: |kind| {
            matches!(
                kind,
                "identity.member_deactivated" | "identity.member_removed"
            )
        },
        run: |kernel, event| Box::pin(member_gone(kernel, event)),
    }
}

/// Puts every running contract of a suspended member on hold. It may come twice. Those that may be
/// on their way into a running state at this moment are looked at too, under their lock.
async fn member_gone(kernel: Arc<Kernel>, event: Delivered) -> Result<()> {
    let cx = Cx::system_in(&kernel, event.workspace_id, "scheduler").await?;
    let mut tx = cx.read().await?;
    let (workspace, member) = (tx.workspace(), event.record_id);
    let ids = sqlx::query_scalar!(
        "select id from market.contract
         where workspace_id = $1 and (client_id = $2 or freelancer_id = $2)
           and state in ('accepted', 'active', 'paused', 'terminating') order by id",
        workspace,
        member
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.finish().await?;
    for id in ids {
        hold(&cx, id, member).await?;
    }
    Ok(())
}

/// Puts one contract on hold because `member` is suspended; false when there is nothing to hold.
///
/// # Errors
/// The database's.
pub async fn hold(cx: &Cx, id: Uuid, member: Uuid) -> Result<bool> {
    let mut tx = cx.begin().await?;
    let contract = store::lock(&mut tx, cx, id).await?;
    let suspended = suspended(&mut tx, &[member]).await?.is_some();
    if !suspended || contract.state.after(Step::Hold).is_none() {
        tx.finish().await?;
        return Ok(false);
    }
    let permit = cx.authorize(&HOLD, id, &[])?;
    put(&mut tx, &contract, member).await?;
    tx.commit(permit).await?;
    Ok(true)
}

/// Puts a contract the caller holds on hold in the caller's transaction.
///
/// # Errors
/// 409 `contract_changed` where it cannot be held; the database's.
pub(crate) async fn put(tx: &mut Tx, contract: &store::Row, member: Uuid) -> Result<()> {
    let to = contract
        .state
        .after(Step::Hold)
        .ok_or(Error::conflict("contract_changed"))?;
    stop(tx, contract, to, None).await?;
    tell(tx, contract, member).await
}

/// Tells the other side and the staff that a contract is on hold because `member` is suspended.
///
/// # Errors
/// The database's.
pub(super) async fn tell(tx: &mut Tx, contract: &store::Row, member: Uuid) -> Result<()> {
    let id = contract.id;
    let person = activity::name_of(tx, member).await?;
    activity::note(tx, id, "contract_held", json!({"person": person})).await?;
    let args = json!({"contract": contract.title, "person": person});
    let mut notify = vec![activity::notice(
        contract.other(member),
        "contract_held",
        &contract.href(),
        args.clone(),
    )];
    for one in staff(tx).await? {
        let href = format!("/contracts/{id}/decision");
        notify.push(activity::notice(one, "hold_decision", &href, args.clone()));
    }
    tx.emit(Event::new(
        "market.contract_held",
        "contract",
        id,
        contract.version + 1,
        json!({"contract_id": id, "member_id": member, "notify": notify}),
    ));
    Ok(())
}

/// Whoever of these is no active member, if anyone.
///
/// # Errors
/// The database's.
pub(crate) async fn suspended(tx: &mut Tx, members: &[Uuid]) -> Result<Option<Uuid>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        "select id from kernel.member where workspace_id = $1 and id = any($2) and state <> 'active' order by id limit 1",
        workspace,
        members
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The members who may decide on held contracts.
pub(crate) async fn staff(tx: &mut Tx) -> Result<Vec<Uuid>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        "select distinct m.id from kernel.member m
         join kernel.member_role mr on mr.workspace_id = m.workspace_id and mr.member_id = m.id
         join kernel.role_permission rp on rp.workspace_id = mr.workspace_id and rp.role_id = mr.role_id
         where m.workspace_id = $1 and m.state = 'active' and rp.permission = 'contract.decide'
         order by m.id limit 50",
        workspace
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// What staff decide.
pub struct Verdict {
    /// `refund`: all escrow goes back to the client; `release`: all of it to the freelancer;
    /// `reactivate`: work goes on.
    pub action: &'static str,
    /// Why; both parties read it.
    pub reason: String,
}
impl Input for Verdict {
    fn read(r: &mut Reader) -> Self {
        Self {
            action: r.choice("action", &["refund", "release", "reactivate"]),
            reason: r.line("reason", 1, 500),
        }
    }
}

/// Staff decide on a contract that is on hold, or whose settlement nobody agreed on.
///
/// # Errors
/// 404 for parties and strangers, 403 `own_contract`, 409 `contract_not_held`, `settlement_open`
/// while the parties may still agree, `party_suspended` when work cannot go on.
pub async fn decide(cx: &Cx, id: Uuid, input: Verdict) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract = store::lock_from_project(&mut tx, cx, id).await?;
    let permit = cx.authorize(&DECIDE, id, &contract.relations(cx))?;
    if !contract.relations(cx).is_empty() {
        return Err(Error::Forbidden("own_contract"));
    }
    match contract.state {
        State::OnHold => {}
        State::Terminating if contract.before_hold.is_some() => {}
        State::Terminating => {
            let open = termination::latest(&mut tx, id).await?;
            if open.is_some_and(|t| t.state == "proposed") {
                return Err(Error::conflict("settlement_open"));
            }
        }
        _ => return Err(Error::conflict("contract_not_held")),
    }
    termination::close(&mut tx, id, "decided").await?;
    tx.change("decision", serde_json::Value::Null, input.action);
    let words = match input.action {
        "reactivate" => "hold_reactivated",
        "release" => "hold_released",
        _ => "hold_refunded",
    };
    activity::note(&mut tx, id, words, json!({"reason": input.reason})).await?;
    if input.action != "reactivate" {
        let milestones = milestone::store::of_contract(&mut tx, id).await?;
        let parts: Vec<_> = milestones
            .iter()
            .filter(|m| m.state.is_held())
            .map(|m| settle::Part {
                milestone: m.id,
                release_minor: if input.action == "release" {
                    m.amount.minor
                } else {
                    0
                },
            })
            .collect();
        settle::end(&mut tx, &contract, &parts, "staff", &input.reason).await?;
        tx.commit(permit).await?;
        return Ok(id);
    }
    if suspended(&mut tx, &contract.parties()).await?.is_some() {
        return Err(Error::conflict("party_suspended"));
    }
    let back = contract
        .before_hold
        .or(contract.before_termination)
        .unwrap_or(State::Active);
    let to = back
        .back()
        .and_then(|step| contract.state.after(step))
        .ok_or(Error::conflict("contract_not_held"))?;
    go_on(&mut tx, &contract, to).await?;
    let args = json!({"contract": contract.title, "reason": input.reason});
    let notify = [contract.client_id, contract.freelancer_id]
        .map(|m| activity::notice(m, "contract_reactivated", &contract.href(), args.clone()));
    tx.emit(Event::new(
        "market.contract_reactivated",
        "contract",
        id,
        contract.version + 1,
        json!({"contract_id": id, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}
