//! How a refund is booked when it has left: by the provider, or by the bank.

use super::{Row, find};
use crate::{
    account::{AccountKey, account, stored},
    notice,
    posting::{Posting, post},
};
use base::Money;
use kernel::{Result, Tx, events::Event};
use serde_json::json;
use uuid::Uuid;

/// Writes a locked refund's new state.
pub(super) async fn turn(
    tx: &mut Tx,
    id: Uuid,
    row: &Row,
    to: &'static str,
    attempts: Option<i32>,
) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update ledger.refund set state = $3, attempts = coalesce($4, attempts), updated_at = $5, version = version + 1
         where workspace_id = $1 and id = $2",
        workspace,
        id,
        to,
        attempts,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    tx.change("state", row.state.as_str(), to);
    Ok(())
}

/// Books that a locked refund has left by `by` (the provider's or the bank's clearing), with the
/// credit note and the word to the payer.
pub(super) async fn paid(
    tx: &mut Tx,
    id: Uuid,
    row: &Row,
    provider_id: Option<&str>,
    by: AccountKey,
) -> Result<()> {
    let workspace = tx.workspace();
    let amount = stored(row.amount_minor, &row.currency)?;
    turn(tx, id, row, "succeeded", None).await?;
    sqlx::query!(
        "update ledger.refund set provider_refund_id = $3 where workspace_id = $1 and id = $2",
        workspace,
        id,
        provider_id
    )
    .execute(&mut **tx)
    .await?;
    let posting = Posting::because(format!("ledger.refund_paid/{id}")).transfer(
        "refund_paid",
        account("refund_in_transit", id),
        by,
        amount,
    );
    post(tx, posting).await?;
    let client_fee = Money::new(row.client_fee_minor, amount.currency);
    crate::invoice::of_refund(
        tx,
        id,
        row.payer_id,
        row.payment_id,
        row.item_id,
        amount,
        client_fee,
    )
    .await?;
    let href = format!("/payments/{}", row.payment_id);
    let notify = [notice::about(row.payer_id, "refund_made", &href, amount)];
    tx.emit(Event::new(
        "ledger.refund_made",
        "refund",
        id,
        row.version + 1,
        json!({"payment_id": row.payment_id, "notify": notify}),
    ));
    Ok(())
}

/// The bank's statement says that `amount` went back to the payer of a locked payment: books the
/// refunds that waited for it, one of that sum or all together. False when none fit.
///
/// # Errors
/// The database's.
pub(crate) async fn paid_by_bank(tx: &mut Tx, payment: Uuid, amount: Money) -> Result<bool> {
    let workspace = tx.workspace();
    let waiting = sqlx::query!(
        "select id, amount_minor from ledger.refund where workspace_id = $1 and payment_id = $2 and state = 'manual'
         order by id for no key update",
        workspace,
        payment
    )
    .fetch_all(&mut **tx)
    .await?;
    let one = waiting.iter().find(|r| r.amount_minor == amount.minor);
    let all: i64 = waiting.iter().map(|r| r.amount_minor).sum();
    let fit: Vec<Uuid> = match one {
        Some(one) => vec![one.id],
        None if all == amount.minor => waiting.iter().map(|r| r.id).collect(),
        None => return Ok(false),
    };
    for id in fit {
        let row = find(tx, workspace, id, true).await?;
        paid(tx, id, &row, None, account("bank_clearing", workspace)).await?;
    }
    Ok(true)
}
