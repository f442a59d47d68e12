//! What becomes of a bonus's captured money: escrow and release in one posting, with its papers.

use super::{PURPOSE, send::SEND};
use crate::{activity, contract, policy};
use base::Money;
use kernel::{Cx, Kernel, Result, events::Event};
use ledger::{Captured, Posting, account};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Payments for bonuses, as the ledger knows them.
#[must_use]
pub fn purpose() -> ledger::Purpose {
    ledger::Purpose {
        kind: PURPOSE,
        apply: |kernel, workspace, captured| Box::pin(apply(kernel, workspace, captured)),
        owes: ledger::payment::owes_nothing,
        parties: |kernel, workspace, id| Box::pin(parties(kernel, workspace, id)),
    }
}

/// Who gives a bonus, and who gets it.
async fn parties(kernel: Arc<Kernel>, workspace: Uuid, id: Uuid) -> Result<Vec<Uuid>> {
    let mut tx = kernel.db.begin_system(Some(workspace)).await?;
    let both = sqlx::query!(
        "select client_id, freelancer_id from market.bonus where workspace_id = $1 and id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(both.map_or(vec![], |b| vec![b.client_id, b.freelancer_id]))
}

/// Pays a bonus out of its captured payment, once; false when there is no such bonus, and the
/// payer gets the money back. A contract that ended meanwhile does not matter: the thanks stand.
async fn apply(kernel: Arc<Kernel>, workspace: Uuid, captured: Captured) -> Result<bool> {
    let cx = Cx::system_in(&kernel, workspace, "ledger").await?;
    let id = captured.purpose_id;
    let mut tx = cx.begin().await?;
    let contract_id = sqlx::query_scalar!(
        "select contract_id from market.bonus where workspace_id = $1 and id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(contract_id) = contract_id else {
        tx.finish().await?;
        return Ok(false);
    };
    let contract = contract::store::lock(&mut tx, &cx, contract_id).await?;
    let row = sqlx::query!(
        "select amount_minor, currency, note, state, fee_version, client_fee_minor, payee_fee_minor, clearance_days, payment_id, version
         from market.bonus where workspace_id = $1 and id = $2 for no key update",
        workspace,
        id
    )
    .fetch_one(&mut *tx)
    .await?;
    let amount = policy::money(row.amount_minor, &row.currency)?;
    let sum = |minor| Money::new(minor, amount.currency);
    let (client_fee, payee_fee) = (sum(row.client_fee_minor), sum(row.payee_fee_minor));
    let net = sum(amount.minor - payee_fee.minor);
    let whole = captured.amount == sum(amount.minor + client_fee.minor);
    if row.payment_id != captured.payment_id || row.state != "intended" || !whole {
        tx.finish().await?;
        return Ok(row.state == "paid" && row.payment_id == captured.payment_id);
    }
    let permit = cx.authorize(&SEND, id, &[])?;
    let now = tx.now();
    let from = account("unapplied", captured.payment_id);
    let (escrow, fees) = (account("escrow", id), account("fees", workspace));
    let clears_at = now.plus_days(i64::from(row.clearance_days));
    let posting = Posting::because(format!("market.bonus/{id}"))
        .transfer("fund", from, escrow, amount)
        .from_payment(captured.payment_id)
        .transfer("client_fee", from, fees, client_fee)
        .from_payment(captured.payment_id)
        .transfer(
            "bonus",
            escrow,
            account("pending", contract.freelancer_id),
            net,
        )
        .clears_at(clears_at)
        .transfer("fee", escrow, fees, payee_fee);
    ledger::payment::mark_applied(&mut tx, captured.payment_id).await?;
    ledger::post(&mut tx, posting).await?;
    let papers = ledger::invoice::Released {
        item_kind: "bonus",
        item_id: id,
        client: contract.client_id,
        freelancer: contract.freelancer_id,
        title: &contract.title,
        record_path: "/contracts/",
        record_id: contract.id,
        gross: amount,
        client_fee,
        payee_fee,
        fee_version: row.fee_version,
    };
    ledger::invoice::of_release(&mut tx, &papers).await?;
    sqlx::query!(
        "update market.bonus set state = 'paid', paid_at = $3, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'intended'",
        workspace,
        id,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    tx.change("state", "intended", "paid");
    let told = policy::told(amount);
    activity::note(
        &mut tx,
        contract.id,
        "bonus_paid",
        json!({"amount": told, "note": row.note}),
    )
    .await?;
    let args = json!({"contract": contract.title, "amount": told, "net": policy::told(net), "days": row.clearance_days});
    let notices = [activity::notice(
        contract.freelancer_id,
        "bonus_received",
        &format!("/bonuses/{id}"),
        args,
    )];
    tx.emit(Event::new(
        "market.bonus_paid",
        "bonus",
        id,
        row.version + 1,
        json!({"contract_id": contract.id, "amount_minor": amount.minor, "net_minor": net.minor, "currency": amount.currency.code(),
               "clears_at": clears_at, "notify": notices}),
    ));
    tx.commit(permit).await?;
    Ok(true)
}
