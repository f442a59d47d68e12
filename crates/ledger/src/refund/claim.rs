//! A refund of a payment whose chargeback was lost: the payer has the sum from their bank already.

use super::{SETTLE, find, turn};
use crate::{
    account::{account, stored},
    chargeback::claim::level,
    payment,
    posting::{Posting, post},
};
use base::Money;
use kernel::{Cx, Error, Kernel, Result, events::Event};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Sets what was put aside for a refund against the claim of the payment's lost chargeback; what of
/// it is the platform's fee that it has given up already stays with the platform. False when the
/// payer has not had the whole payment back, so that this is still owed to them.
///
/// # Errors
/// Not found, or the database's.
pub(super) async fn meet(
    kernel: &Arc<Kernel>,
    workspace: Uuid,
    id: Uuid,
    payment_id: Uuid,
) -> Result<bool> {
    let cx = Cx::system_in(kernel, workspace, "provider").await?;
    let mut tx = cx.begin().await?;
    let payment = payment::find(&mut tx, workspace, payment_id, true)
        .await?
        .ok_or(Error::NotFound)?;
    let lost = sqlx::query!(
        r#"select c.id, c.amount_minor, c.outstanding_minor, c.guarantee_minor,
             (select coalesce(sum(r.amount_minor), 0)::bigint from ledger.refund r
              where r.workspace_id = c.workspace_id and r.payment_id = c.payment_id and r.state = 'succeeded') as "returned!"
           from ledger.chargeback c where c.workspace_id = $1 and c.payment_id = $2 and c.state = 'lost' for no key update of c"#,
        workspace,
        payment_id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let row = find(&mut tx, workspace, id, true).await?;
    let fees = row.client_fee_minor + row.payee_fee_minor;
    let claim = lost.outstanding_minor.saturating_add(lost.guarantee_minor);
    let take = row.amount_minor.min(claim);
    let kept = row.amount_minor - take;
    let owed = lost.amount_minor.saturating_add(lost.returned) < payment.amount_minor;
    if row.is_over() || owed || kept > fees {
        tx.finish().await?;
        return Ok(false);
    }
    let currency = stored(row.amount_minor, &row.currency)?.currency;
    let transit = account("refund_in_transit", id);
    let posting = Posting::because(format!("ledger.refund_charged_back/{id}"))
        .transfer(
            "chargeback_taken",
            transit,
            account("disputed", workspace),
            Money::new(take, currency),
        )
        .transfer(
            "fee_kept",
            transit,
            account("fees", workspace),
            Money::new(kept, currency),
        );
    post(&mut tx, posting).await?;
    turn(&mut tx, id, &row, "charged_back", None).await?;
    let outstanding = take.min(lost.outstanding_minor);
    sqlx::query!(
        "update ledger.chargeback set outstanding_minor = outstanding_minor - $3, guarantee_minor = guarantee_minor - $4,
           fee_minor = fee_minor + $5, version = version + 1
         where workspace_id = $1 and id = $2",
        workspace,
        lost.id,
        outstanding,
        take - outstanding,
        fees - kept
    )
    .execute(&mut *tx)
    .await?;
    level(&mut tx, payment_id);
    tx.emit(Event::new(
        "ledger.refund_charged_back",
        "refund",
        id,
        row.version + 1,
        json!({"payment_id": payment_id}),
    ));
    let permit = cx.authorize(&SETTLE, id, &[])?;
    tx.commit(permit).await?;
    Ok(true)
}
