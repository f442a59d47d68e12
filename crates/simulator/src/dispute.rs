//! Disputes: the payer's bank takes a payment back.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use jiff::Timestamp;

use crate::app::App;
use crate::body::{Asked, Id, List, ListAsked};
use crate::event;
use crate::id;
use crate::model::{Dispute, EventData, Op, Payment};
use crate::refusal::Refusal;
use crate::store::Tx;

/// Opens the dispute of what is left of a payment; where all was refunded there is none.
pub(crate) fn open(tx: &mut Tx<'_>, mut payment: Payment, at: Timestamp) -> Result<(), Refusal> {
    let rest = payment.face.amount_minor - payment.face.refunded_minor;
    payment.due = None;
    if rest <= 0 {
        tx.put(Op::Payment { object: payment });
        return Ok(());
    }
    payment.face.disputed_minor = rest;
    payment.face.updated_at = at;
    let dispute = Dispute {
        id: id::fresh("dsp")?,
        payment: payment.face.id.clone(),
        payment_reference: payment.face.reference,
        amount_minor: rest,
        fee_minor: 0,
        currency: payment.face.currency.clone(),
        reason: "fraudulent".to_owned(),
        status: "open".to_owned(),
        created_at: at,
        updated_at: at,
    };
    let data = EventData {
        object: "dispute".to_owned(),
        id: dispute.id.clone(),
        reference: dispute.payment_reference,
        status: dispute.status.clone(),
        amount_minor: rest,
        currency: dispute.currency.clone(),
        failure_code: None,
        payment: Some(dispute.payment.clone()),
    };
    tx.put(Op::Payment { object: payment });
    tx.put(Op::Dispute { object: dispute });
    event::emit(tx, "dispute.opened", at, data)
}

/// `GET /v1/disputes/{id}`
pub(crate) async fn show(
    Shared(app): Shared<Arc<App>>,
    Id(id): Id,
) -> Result<Json<Dispute>, Refusal> {
    app.store
        .read(|state| {
            let dispute = state.disputes.get(&id).ok_or_else(Refusal::not_found)?;
            Ok(Json(dispute.clone()))
        })
        .await
}

/// `GET /v1/disputes?payment=`
pub(crate) async fn list(
    Shared(app): Shared<Arc<App>>,
    Asked(asked): Asked<ListAsked>,
) -> Result<Json<List<Dispute>>, Refusal> {
    let payment = asked.payment.clone().ok_or_else(|| {
        Refusal::unprocessable("payment_required", "Name the payment.", "payment")
    })?;
    app.store
        .read(|state| {
            let ids = state
                .disputes_on
                .get(&payment)
                .map_or(&[][..], Vec::as_slice);
            List::part(ids, &asked, |id| state.disputes.get(id).cloned()).map(Json)
        })
        .await
}
