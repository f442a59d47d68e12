//! Refunds of payments, in part or in full.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::body::{Asked, Body, Id, Key, List, ListAsked, reference};
use crate::model::{EventData, Op, PaymentStatus, Refund, RefundStatus};
use crate::refusal::Refusal;
use crate::store::{Asking, Tx};
use crate::{event, id, money};

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRefund {
    reference: String,
    payment: String,
    amount_minor: i64,
}

/// `POST /v1/refunds`
pub(crate) async fn create(
    Shared(app): Shared<Arc<App>>,
    Key(key): Key,
    Body(new): Body<NewRefund>,
) -> Result<Json<Refund>, Refusal> {
    let asking = Asking::new("refund", &key, &new)?;
    app.store
        .write(|tx| {
            let id = match tx.known(&asking)? {
                Some(id) => id,
                None => {
                    let id = make(tx, &new)?;
                    tx.remember(asking, &id);
                    id
                }
            };
            let refund = tx.state.refunds.get(&id).ok_or_else(Refusal::internal)?;
            Ok(Json(refund.clone()))
        })
        .await
}

fn make(tx: &mut Tx<'_>, new: &NewRefund) -> Result<String, Refusal> {
    let reference = reference(&new.reference)?;
    money::check_amount(new.amount_minor, 1)?;
    let mut payment = tx
        .state
        .payments
        .get(&new.payment)
        .cloned()
        .ok_or_else(|| {
            Refusal::unprocessable("payment_unknown", "There is no such payment.", "payment")
        })?;
    let face = &mut payment.face;
    if face.status != PaymentStatus::Succeeded {
        return Err(Refusal::conflict(
            "payment_not_refundable",
            "Only a payment that succeeded can be refunded.",
        ));
    }
    if face.disputed_minor > 0 {
        return Err(Refusal::conflict(
            "payment_disputed",
            "This payment is disputed.",
        ));
    }
    if new.amount_minor > face.amount_minor - face.refunded_minor {
        return Err(Refusal::conflict(
            "refund_exceeds_payment",
            "The refund is above what is left of the payment.",
        ));
    }
    let now = tx.now;
    let (status, status_name, failure_code) = if payment.refund_fails {
        (RefundStatus::Failed, "failed", Some("refund_declined"))
    } else {
        (RefundStatus::Succeeded, "succeeded", None)
    };
    let refund = Refund {
        id: id::fresh("rf")?,
        reference,
        payment: face.id.clone(),
        payment_reference: face.reference,
        amount_minor: new.amount_minor,
        currency: face.currency.clone(),
        status,
        failure_code: failure_code.map(str::to_owned),
        created_at: now,
        updated_at: now,
    };
    let data = EventData {
        object: "refund".to_owned(),
        id: refund.id.clone(),
        reference,
        status: status_name.to_owned(),
        amount_minor: refund.amount_minor,
        currency: refund.currency.clone(),
        failure_code: refund.failure_code.clone(),
        payment: Some(refund.payment.clone()),
    };
    let id = refund.id.clone();
    if status == RefundStatus::Succeeded {
        face.refunded_minor += new.amount_minor;
        face.updated_at = now;
        tx.put(Op::Payment { object: payment });
    }
    tx.put(Op::Refund { object: refund });
    event::emit(tx, &format!("refund.{status_name}"), now, data)?;
    Ok(id)
}

/// `GET /v1/refunds/{id}`
pub(crate) async fn show(
    Shared(app): Shared<Arc<App>>,
    Id(id): Id,
) -> Result<Json<Refund>, Refusal> {
    app.store
        .read(|state| {
            let refund = state.refunds.get(&id).ok_or_else(Refusal::not_found)?;
            Ok(Json(refund.clone()))
        })
        .await
}

/// `GET /v1/refunds?reference=` or `?payment=`
pub(crate) async fn list(
    Shared(app): Shared<Arc<App>>,
    Asked(asked): Asked<ListAsked>,
) -> Result<Json<List<Refund>>, Refusal> {
    let of = match &asked.payment {
        Some(_) => None,
        None => Some(reference(asked.reference.as_deref().unwrap_or_default())?),
    };
    app.store
        .read(|state| {
            let ids = match (&asked.payment, of) {
                (Some(payment), _) => state.refunds_on.get(payment),
                (None, Some(of)) => state.refunds_of.get(&of),
                (None, None) => None,
            };
            let ids = ids.map_or(&[][..], Vec::as_slice);
            List::part(ids, &asked, |id| state.refunds.get(id).cloned()).map(Json)
        })
        .await
}
