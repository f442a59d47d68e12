//! What becomes of captured money: it goes into the escrow of the milestone it was paid for.

use crate::{
    activity, contract,
    milestone::{self, State, Step, fund},
};
use base::Money;
use kernel::{Cx, Kernel, Result, events::Event};
use ledger::{Captured, Posting};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Payments for milestones, as the ledger knows them.
#[must_use]
pub fn purpose() -> ledger::Purpose {
    ledger::Purpose {
        kind: fund::PURPOSE,
        apply: |kernel, workspace, captured| Box::pin(apply(kernel, workspace, captured)),
        owes: |kernel, workspace, member| Box::pin(owes(kernel, workspace, member)),
        parties: |kernel, workspace, id| Box::pin(parties(kernel, workspace, id)),
    }
}

/// The client and the freelancer of a milestone's contract.
async fn parties(kernel: Arc<Kernel>, workspace: Uuid, id: Uuid) -> Result<Vec<Uuid>> {
    let mut tx = kernel.db.begin_system(Some(workspace)).await?;
    let both = sqlx::query!(
        "select c.client_id, c.freelancer_id from market.milestone m
         join market.contract c on c.workspace_id = m.workspace_id and c.id = m.contract_id
         where m.workspace_id = $1 and m.id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(both.map_or(vec![], |b| vec![b.client_id, b.freelancer_id]))
}

/// Whether a client has agreed to milestones that are still to be paid for.
async fn owes(kernel: Arc<Kernel>, workspace: Uuid, member: Uuid) -> Result<bool> {
    let mut tx = kernel.db.begin_system(Some(workspace)).await?;
    let owes = sqlx::query_scalar!(
        r#"select exists (select 1 from market.contract c
             join market.milestone m on m.workspace_id = c.workspace_id and m.contract_id = c.id and m.state = 'agreed'
             where c.workspace_id = $1 and c.client_id = $2 and c.state in ('accepted', 'active', 'paused', 'on_hold', 'terminating')) as "owes!""#,
        workspace,
        member
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(owes)
}

/// Moves a captured payment into the escrow of its milestone: all of it or nothing. True when this
/// payment funds the milestone, now or before; false when the milestone no longer takes it, and the
/// payer gets it back.
///
/// # Errors
/// The database's and the ledger's.
pub async fn apply(kernel: Arc<Kernel>, workspace: Uuid, captured: Captured) -> Result<bool> {
    let cx = Cx::system_in(&kernel, workspace, "ledger").await?;
    let id = captured.purpose_id;
    let mut tx = cx.begin().await?;
    let contract_id = match milestone::store::contract_of(&mut tx, id).await {
        Err(kernel::Error::NotFound) => return Ok(false),
        found => found?,
    };
    let contract = contract::store::lock(&mut tx, &cx, contract_id).await?;
    let milestone = milestone::store::lock(&mut tx, id).await?;
    let version = milestone.fee_version.unwrap_or(contract.fee_version);
    let rates = crate::quote::rates_of(
        &mut tx,
        version,
        contract.project_id,
        contract.freelancer_id,
    )
    .await?;
    let mut terms = rates.terms(milestone.amount);
    if let Some(asked) = milestone.client_fee_minor {
        terms.client_fee = Money::new(asked, milestone.amount.currency);
    }
    let price = fund::price(&terms)?;
    let fits = contract.state.takes_captured()
        && captured.amount == price.total
        && captured.payer_id == contract.client_id;
    let Some(to) = milestone.state.after(Step::Fund).filter(|_| fits) else {
        tx.finish().await?;
        let payment = ledger::payment::show(&cx, captured.payment_id).await?;
        return Ok(payment.applied == "purpose");
    };
    let permit = cx.authorize(&fund::FUND, id, &[])?;
    let now = tx.now();
    let (from, to_escrow) = (
        ledger::account("unapplied", captured.payment_id),
        ledger::account("escrow", id),
    );
    let mut posting = Posting::because(format!("market.fund/{id}"))
        .transfer("fund", from, to_escrow, price.amount)
        .from_payment(captured.payment_id);
    if price.fee.minor > 0 {
        posting = posting
            .transfer(
                "client_fee",
                from,
                ledger::account("fees", workspace),
                price.fee,
            )
            .from_payment(captured.payment_id);
    }
    ledger::payment::mark_applied(&mut tx, captured.payment_id).await?;
    ledger::post(&mut tx, posting).await?;
    let due_at = now.plus_days(i64::from(milestone.due_days));
    sqlx::query!(
        "update market.milestone set state = $3, funded_at = $4, due_at = $5, fee_basis_points = $6, clearance_days = $7, fee_version = $8, payee_fee_minor = $9, client_fee_minor = $10, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'agreed'",
        workspace,
        id,
        to.name(),
        now as _,
        due_at as _,
        i32::try_from(rates.payee_basis_points()).unwrap_or(0),
        i32::try_from(rates.fees.clearance_days).unwrap_or(0),
        version,
        terms.payee_fee.minor,
        price.fee.minor
    )
    .execute(&mut *tx)
    .await?;
    if let Some(active) = contract.state.after(contract::Step::Start) {
        sqlx::query!(
            "update market.contract set state = $3, active_at = $4, version = version + 1
             where workspace_id = $1 and id = $2 and state = 'accepted'",
            workspace,
            contract.id,
            active.name(),
            now as _
        )
        .execute(&mut *tx)
        .await?;
        tx.change("contract_state", contract.state.name(), active.name());
        // Suspended between the payment and its capture: work does not start.
        if let Some(member) = contract::hold::suspended(&mut tx, &contract.parties()).await? {
            let started = contract::store::load(&mut tx, contract.id)
                .await?
                .ok_or(kernel::Error::NotFound)?;
            contract::hold::put(&mut tx, &started, member).await?;
        }
    }
    tx.change("state", State::Agreed.name(), to.name());
    let amount = ui::text::money(ui::Locale::En, price.amount);
    let args = json!({"milestone": milestone.title, "amount": amount, "n": milestone.position});
    activity::note(&mut tx, contract.id, "money_funded", args).await?;
    let args = json!({"contract": contract.title, "milestone": milestone.title, "amount": amount});
    let notices = [
        activity::notice(
            contract.freelancer_id,
            "milestone_funded",
            &contract.href(),
            args.clone(),
        ),
        activity::notice(contract.client_id, "milestone_paid", &contract.href(), args),
    ];
    tx.emit(Event::new(
        "market.milestone_funded",
        "milestone",
        id,
        milestone.version + 1,
        json!({"contract_id": contract.id, "milestone_id": id, "payment_id": captured.payment_id,
               "amount_minor": price.amount.minor, "currency": price.amount.currency.code(), "notify": notices}),
    ));
    tx.commit(permit).await?;
    Ok(true)
}
