//! Chargebacks: the payer's bank has taken a sum back through the provider. The platform holds the
//! claim, and earnings that came from the payment do not clear while it is open.

use crate::{
    account::{account, stored},
    notice, payment,
    posting::{Posting, post},
    provider::DisputeFact,
};
use kernel::{Action, Cx, Error, Kernel, Result, events::Event};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

const OPEN: Action = Action::new("chargeback.open", "chargeback", "payment.show");

/// Posts a chargeback the provider tells of, once per payment; says whether it was new.
///
/// # Errors
/// Not found for a payment that is not ours, or whose capture is not known yet.
pub(crate) async fn open(
    kernel: &Arc<Kernel>,
    workspace: Uuid,
    payment_id: Uuid,
    fact: &DisputeFact,
) -> Result<bool> {
    // The dispute may be heard of before the capture.
    payment::settle::refresh(kernel, workspace, payment_id).await?;
    let cx = Cx::system_in(kernel, workspace, "provider").await?;
    let mut tx = cx.begin().await?;
    let row = payment::find(&mut tx, workspace, payment_id, true)
        .await?
        .ok_or(Error::NotFound)?;
    if row.state != "captured" {
        return Err(Error::NotFound);
    }
    let (now, amount, id) = (
        tx.now(),
        stored(fact.amount_minor, &fact.currency)?,
        base::id::new(),
    );
    let new = sqlx::query!(
        "insert into ledger.chargeback (workspace_id, id, payment_id, amount_minor, currency, opened_at)
         values ($1, $2, $3, $4, $5, $6) on conflict on constraint chargeback_payment_unique do nothing",
        workspace,
        id,
        payment_id,
        amount.minor,
        amount.currency.code(),
        now as _
    )
    .execute(&mut *tx)
    .await?
    .rows_affected()
        == 1;
    if !new {
        tx.finish().await?;
        return Ok(false);
    }
    let posting = Posting::because(format!("ledger.chargeback/{payment_id}")).transfer(
        "chargeback",
        account("disputed", workspace),
        account("clearing", workspace),
        amount,
    );
    post(&mut tx, posting).await?;
    let mut notify = vec![notice::about(
        row.payer_id,
        "chargeback_opened",
        &format!("/payments/{payment_id}"),
        amount,
    )];
    for owner in notice::owners(&mut tx).await? {
        if owner != row.payer_id {
            notify.push(notice::about(owner, "chargeback_opened", "/ledger", amount));
        }
    }
    tx.emit(Event::new(
        "ledger.chargeback_opened",
        "chargeback",
        id,
        1,
        json!({
        "payment_id": payment_id, "purpose_kind": row.purpose_kind, "purpose_id": row.purpose_id,
        "amount_minor": amount.minor, "currency": amount.currency.code(), "notify": notify}),
    ));
    let permit = cx.authorize(&OPEN, id, &[])?;
    tx.commit(permit).await?;
    Ok(true)
}
