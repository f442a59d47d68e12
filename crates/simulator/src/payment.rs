//! Payments: made, acted upon by the payer, captured late, cancelled, disputed.

mod create;
mod step;

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use serde::Serialize;

pub(crate) use create::create;
pub(crate) use step::{Answer, answer, cancel, fall_due};

use crate::app::App;
use crate::body::{Asked, Id, List, ListAsked, reference};
use crate::model::{EventData, Payment, PaymentFace, PaymentStatus};
use crate::refusal::Refusal;

/// A payment as the API shows it.
#[derive(Debug, Serialize)]
pub(crate) struct PaymentShown {
    #[serde(flatten)]
    face: PaymentFace,
    next_action: Option<NextAction>,
}

#[derive(Debug, Serialize)]
struct NextAction {
    url: String,
}

pub(crate) fn shown(payment: &Payment, base: &str) -> PaymentShown {
    let face = payment.face.clone();
    let next_action = payment
        .action
        .as_ref()
        .filter(|_| face.status == PaymentStatus::RequiresAction)
        .map(|random| NextAction {
            url: format!("{base}/actions/{}/{random}", face.id),
        });
    PaymentShown { face, next_action }
}

/// `GET /v1/payments/{id}`
pub(crate) async fn show(
    Shared(app): Shared<Arc<App>>,
    Id(id): Id,
) -> Result<Json<PaymentShown>, Refusal> {
    app.store
        .read(|state| {
            let payment = state.payments.get(&id).ok_or_else(Refusal::not_found)?;
            Ok(Json(shown(payment, &app.base)))
        })
        .await
}

/// `GET /v1/payments?reference=`
pub(crate) async fn list(
    Shared(app): Shared<Arc<App>>,
    Asked(asked): Asked<ListAsked>,
) -> Result<Json<List<PaymentShown>>, Refusal> {
    let of = reference(asked.reference.as_deref().unwrap_or_default())?;
    app.store
        .read(|state| {
            let ids = state.payments_of.get(&of).map_or(&[][..], Vec::as_slice);
            List::part(ids, &asked, |id| {
                state.payments.get(id).map(|it| shown(it, &app.base))
            })
            .map(Json)
        })
        .await
}

fn status_name(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::Succeeded => "succeeded",
        PaymentStatus::Processing => "processing",
        PaymentStatus::RequiresAction => "requires_action",
        PaymentStatus::Failed => "failed",
    }
}

fn event_data(face: &PaymentFace) -> EventData {
    EventData {
        object: "payment".to_owned(),
        id: face.id.clone(),
        reference: face.reference,
        status: status_name(face.status).to_owned(),
        amount_minor: face.amount_minor,
        currency: face.currency.clone(),
        failure_code: face.failure_code.clone(),
        payment: None,
    }
}
