//! Chargebacks: the payer's bank has taken a sum back through the provider. The platform holds the
//! claim, and earnings that came from the payment do not clear while it is open. Won, the sum comes
//! back; lost, it is taken from where the payment's money lies, and what was paid out already is a
//! debt of the payee, recovered from what comes later. Refunds wait while it is open, and meet the
//! claim when it is lost.

pub(crate) mod claim;
pub(crate) mod close;
pub(crate) mod list;
mod recover;
pub(crate) mod web;

use crate::{
    account::{account, stored},
    notice, payment,
    posting::{Posting, post},
    provider::DisputeFact,
    refund,
};
use kernel::{Action, Cx, Error, Kernel, Result, events::Event};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Takes up what the provider says of a dispute: opens it here, and ends it when it has ended; says
/// whether anything changed.
///
/// # Errors
/// As [`open`].
pub(crate) async fn follow(
    kernel: &Arc<Kernel>,
    workspace: Uuid,
    payment_id: Uuid,
    fact: &DisputeFact,
) -> Result<bool> {
    let opened = open(kernel, workspace, payment_id, fact).await?;
    if matches!(fact.status.as_str(), "won" | "lost") {
        // A refund that went through before must be known: what lies on its way is part of the sum.
        refund::drive_all(kernel, workspace, payment_id).await?;
    }
    let ended = match fact.status.as_str() {
        "won" => close::close(kernel, workspace, payment_id, close::End::Won).await?,
        "lost" => close::close(kernel, workspace, payment_id, close::End::Lost).await?,
        _ => false,
    };
    if ended {
        // Won, they are sent now; lost, they meet the claim. Should this not succeed, the poller does it.
        if let Err(error) = refund::drive_all(kernel, workspace, payment_id).await {
            tracing::warn!(key = "refund.waits", payment = %payment_id, error = %error);
        }
    }
    Ok(opened || ended)
}

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
        "insert into ledger.chargeback (workspace_id, id, payment_id, amount_minor, currency, opened_at, provider_dispute_id, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict on constraint chargeback_payment_unique do nothing",
        workspace,
        id,
        payment_id,
        amount.minor,
        amount.currency.code(),
        now as _,
        fact.id,
        fact.reason.chars().take(100).collect::<String>()
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
    let href = format!("/chargebacks/{id}");
    for staff in notice::staff(&mut tx).await? {
        if staff != row.payer_id {
            notify.push(notice::about(staff, "chargeback_opened", &href, amount));
        }
    }
    for holder in close::holders(&mut tx, payment_id).await? {
        if holder != row.payer_id {
            notify.push(notice::about(
                holder,
                "chargeback_held",
                "/wallet/holds",
                amount,
            ));
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
