//! Approval: the milestone's escrow goes to the freelancer and the platform, exactly once.

use super::{changes::refusal, next, store};
use crate::{
    activity, contract,
    milestone::{self, Step},
    policy,
};
use kernel::{Action, Cx, Error, Input, Reader, Result, Tx, events::Event};
use ledger::Posting;
use serde_json::json;
use uuid::Uuid;

/// Approving a delivery and so releasing its milestone.
pub const APPROVE: Action = Action::new("delivery.approve", "delivery", "contract.show");

/// What the client decides with an approval.
#[derive(Debug, Default, Clone)]
pub struct Approval {
    /// Why open points of the checklist are let pass.
    pub waiver: Option<String>,
    /// Whether the next milestone is funded with it.
    pub fund_next: bool,
    /// With which method; the default one when absent.
    pub payment_method_id: Option<Uuid>,
}
impl Input for Approval {
    fn read(r: &mut Reader) -> Self {
        Self {
            waiver: r.line_opt("waiver", 500),
            fund_next: r.flag("fund_next"),
            payment_method_id: r.id_opt("payment_method_id"),
        }
    }
}

/// The client approves the newest delivery and, if they say so, intends the payment of the next
/// milestone in the same transaction. Answers the delivery, or with `fund_next` that payment: call
/// [`next::advance`] with it.
///
/// # Errors
/// 404 for strangers, 403 for the freelancer, 409 `already_approved`, `nothing_submitted`,
/// `not_latest_delivery`, `contract_paused`, `checklist_open` unless its open points are waived;
/// `nothing_to_fund`, `no_payment_method`, `party_suspended`, `funding_in_progress` with `fund_next`.
pub async fn approve(cx: &Cx, id: Uuid, input: &Approval) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let delivery = store::load(&mut tx, id).await?;
    let contract_id = milestone::store::contract_of(&mut tx, delivery.milestone_id).await?;
    let contract = contract::store::lock(&mut tx, cx, contract_id).await?;
    let milestone = milestone::store::lock(&mut tx, delivery.milestone_id).await?;
    let permit = cx.authorize(&APPROVE, id, &contract.relations(cx))?;
    if milestone.state.after(Step::Approve).is_none() {
        return Err(Error::conflict(refusal(milestone.state)));
    }
    contract.must_be_active()?;
    if store::latest(&mut tx, milestone.id)
        .await?
        .is_none_or(|(latest, _)| latest != id)
    {
        return Err(Error::conflict("not_latest_delivery"));
    }
    let open = delivery.ticked.iter().filter(|done| !**done).count();
    if open > 0 {
        let waiver = input.waiver.as_deref();
        let waiver = waiver.ok_or_else(|| {
            Error::conflict("checklist_open").with("n", i64::try_from(open).unwrap_or(0))
        })?;
        let workspace = tx.workspace();
        sqlx::query!(
            "update market.milestone set checklist_waiver = $3 where workspace_id = $1 and id = $2",
            workspace,
            milestone.id,
            waiver
        )
        .execute(&mut *tx)
        .await?;
        let args = json!({"milestone": milestone.title, "reason": waiver});
        activity::note(&mut tx, contract.id, "checklist_waived", args).await?;
    }
    release(&mut tx, &contract, &milestone, "client").await?;
    let answer = if input.fund_next {
        next::intend(&mut tx, cx, &contract, input.payment_method_id).await?
    } else {
        id
    };
    tx.answer_with(answer);
    tx.commit(permit).await?;
    Ok(answer)
}

/// Releases a milestone in the caller's transaction, which holds contract and milestone: escrow →
/// the freelancer's pending earnings and the platform's fee; the last one closes the contract.
///
/// # Errors
/// 409 where nothing waits for approval; the ledger's at commit.
pub(crate) async fn release(
    tx: &mut Tx,
    contract: &contract::store::Row,
    milestone: &milestone::store::Row,
    by: &'static str,
) -> Result<()> {
    let to = milestone
        .state
        .after(Step::Approve)
        .ok_or(Error::conflict(refusal(milestone.state)))?;
    let version = milestone.fee_version.unwrap_or(contract.fee_version);
    let rates =
        crate::quote::rates_of(tx, version, contract.project_id, contract.freelancer_id).await?;
    let terms = rates.terms(milestone.amount);
    let (fee, net) = milestone::show::split(milestone, terms.payee_fee);
    let clearance = milestone
        .clearance_days
        .map_or(rates.fees.clearance_days, i64::from);
    let (workspace, now) = (tx.workspace(), tx.now());
    let clears_at = now.plus_days(clearance);
    let escrow = ledger::account("escrow", milestone.id);
    let mut posting = Posting::because(format!("market.release/{}", milestone.id));
    if net.minor > 0 {
        posting = posting
            .transfer(
                "release",
                escrow,
                ledger::account("pending", contract.freelancer_id),
                net,
            )
            .clears_at(clears_at);
    }
    if fee.minor > 0 {
        posting = posting.transfer("fee", escrow, ledger::account("fees", workspace), fee);
    }
    ledger::post(tx, posting).await?;
    let papers = ledger::invoice::Released {
        item_kind: "milestone",
        item_id: milestone.id,
        client: contract.client_id,
        freelancer: contract.freelancer_id,
        title: &milestone.title,
        record_path: "/contracts/",
        record_id: contract.id,
        gross: milestone.amount,
        client_fee: milestone::show::client_fee_of(milestone, milestone.amount, terms.client_fee),
        payee_fee: fee,
        fee_version: version,
    };
    ledger::invoice::of_release(tx, &papers).await?;
    let done = sqlx::query!(
        "update market.milestone set state = $3, approved_at = $4, approved_by = $5, review_until = null, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'submitted'",
        workspace,
        milestone.id,
        to.name(),
        now as _,
        by
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(Error::conflict("already_approved"));
    }
    tx.change("milestone_state", milestone.state.name(), to.name());
    tx.change("approved_by", serde_json::Value::Null, by);
    let words = |money| ui::text::money(ui::Locale::En, money);
    let figures = json!({"contract": contract.title, "milestone": milestone.title, "amount": words(milestone.amount), "net": words(net), "fee": words(fee), "days": clearance});
    let (kind, note) = if by == "system" {
        ("milestone_released", "money_auto_released")
    } else {
        ("delivery_approved", "money_released")
    };
    activity::note(tx, contract.id, note, json!({"milestone": milestone.title, "amount": words(milestone.amount), "net": words(net), "fee": words(fee)})).await?;
    let mut notices = vec![activity::notice(
        contract.freelancer_id,
        kind,
        &contract.href(),
        figures.clone(),
    )];
    if by == "system" {
        notices.push(activity::notice(
            contract.client_id,
            "delivery_auto_approved",
            &contract.href(),
            figures,
        ));
    }
    tx.emit(Event::new(
        "market.milestone_approved",
        "milestone",
        milestone.id,
        milestone.version + 1,
        json!({"contract_id": contract.id, "milestone_id": milestone.id, "approved_by": by, "amount_minor": milestone.amount.minor,
               "net_minor": net.minor, "fee_minor": fee.minor, "currency": net.currency.code(), "clears_at": clears_at, "notify": notices}),
    ));
    close_when_done(tx, contract).await
}

/// The last approval asks both sides to sign off.
///
/// # Errors
/// The database's.
pub(crate) async fn close_when_done(tx: &mut Tx, contract: &contract::store::Row) -> Result<()> {
    close_without(tx, contract, &[]).await
}

/// The same where milestones with these titles were just taken out by one side: both are told.
///
/// # Errors
/// The database's.
pub(crate) async fn close_without(
    tx: &mut Tx,
    contract: &contract::store::Row,
    dropped: &[&str],
) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let open = sqlx::query_scalar!(
        r#"select count(*) as "n!" from market.milestone
           where workspace_id = $1 and contract_id = $2 and state not in ('approved', 'cancelled')"#,
        workspace,
        contract.id
    )
    .fetch_one(&mut **tx)
    .await?;
    let Some(closing) = contract
        .state
        .after(contract::Step::Finish)
        .filter(|_| open == 0)
    else {
        return Ok(());
    };
    let closes_at = now.plus_days(policy::SIGN_OFF_DAYS);
    sqlx::query!(
        "update market.contract set state = $3, closing_at = $4, closes_at = $5, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'active'",
        workspace,
        contract.id,
        closing.name(),
        now as _,
        closes_at as _
    )
    .execute(&mut **tx)
    .await?;
    tx.change("contract_state", contract.state.name(), closing.name());
    activity::note(tx, contract.id, "contract_closing", json!({})).await?;
    let args = json!({"contract": contract.title, "closes_at": closes_at,
        "dropped": dropped.len(), "titles": dropped.join(" · ")});
    let notices: Vec<_> = [contract.client_id, contract.freelancer_id]
        .into_iter()
        .map(|member| activity::notice(member, "sign_off_asked", &contract.href(), args.clone()))
        .collect();
    tx.emit(Event::new(
        "market.contract_closing",
        "contract",
        contract.id,
        contract.version + 1,
        json!({"contract_id": contract.id, "notify": notices}),
    ));
    Ok(())
}
