//! How a payment moves on. Each step stores the payment and makes its event.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use super::{PaymentShown, event_data, shown};
use crate::app::App;
use crate::body::{Body, Id, Nothing};
use crate::model::{Op, Payment, PaymentStatus};
use crate::refusal::Refusal;
use crate::store::Tx;
use crate::{clock, dispute, event, money};

/// When a payment that will be disputed is.
const DISPUTE_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Stores a payment and tells of it.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    payment: Payment,
    kind: &str,
    at: Timestamp,
) -> Result<(), Refusal> {
    let data = event_data(&payment.face);
    tx.put(Op::Payment { object: payment });
    event::emit(tx, kind, at, data)
}

pub(super) fn succeed(tx: &mut Tx<'_>, mut payment: Payment, at: Timestamp) -> Result<(), Refusal> {
    let face = &mut payment.face;
    face.status = PaymentStatus::Succeeded;
    face.fee_minor = money::fee(face.amount_minor);
    face.net_minor = face.amount_minor - face.fee_minor;
    face.updated_at = at;
    payment.due = payment.disputed.then(|| clock::later(at, DISPUTE_AFTER));
    tell(tx, payment, "payment.succeeded", at)
}

pub(super) fn fail(
    tx: &mut Tx<'_>,
    mut payment: Payment,
    code: &str,
    at: Timestamp,
) -> Result<(), Refusal> {
    payment.face.status = PaymentStatus::Failed;
    payment.face.failure_code = Some(code.to_owned());
    payment.face.updated_at = at;
    payment.due = None;
    tell(tx, payment, "payment.failed", at)
}

/// What happens to a payment when its time has come.
pub(crate) fn fall_due(tx: &mut Tx<'_>, id: &str, at: Timestamp) -> Result<(), Refusal> {
    let payment = tx.state.payments.get(id).cloned();
    let mut payment = payment.ok_or_else(Refusal::internal)?;
    match payment.face.status {
        PaymentStatus::Processing => succeed(tx, payment, at),
        PaymentStatus::RequiresAction => fail(tx, payment, "action_expired", at),
        PaymentStatus::Succeeded => dispute::open(tx, payment, at),
        PaymentStatus::Failed => {
            payment.due = None;
            tx.put(Op::Payment { object: payment });
            Ok(())
        }
    }
}

/// `POST /v1/payments/{id}/cancel`
pub(crate) async fn cancel(
    Shared(app): Shared<Arc<App>>,
    Id(id): Id,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<PaymentShown>, Refusal> {
    app.store
        .write(|tx| {
            let payment = tx.state.payments.get(&id).cloned();
            let payment = payment.ok_or_else(Refusal::not_found)?;
            match payment.face.status {
                PaymentStatus::RequiresAction | PaymentStatus::Processing => {
                    let now = tx.now;
                    fail(tx, payment, "canceled", now)?;
                }
                PaymentStatus::Failed
                    if payment.face.failure_code.as_deref() == Some("canceled") => {}
                PaymentStatus::Failed | PaymentStatus::Succeeded => {
                    return Err(Refusal::conflict(
                        "payment_final",
                        "This payment has succeeded or failed already.",
                    ));
                }
            }
            let payment = tx.state.payments.get(&id).ok_or_else(Refusal::internal)?;
            Ok(Json(shown(payment, &app.base)))
        })
        .await
}

/// What the payer says on the action page.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    Approve,
    Refuse,
}

/// The payment behind an action page; takes the payer's answer if there is one and the payment
/// still waits for it. A wrong random part is not found.
pub(crate) async fn answer(
    app: &App,
    id: &str,
    random: &str,
    said: Option<Answer>,
) -> Result<Payment, Refusal> {
    app.store
        .write(|tx| {
            let payment = tx
                .state
                .payments
                .get(id)
                .filter(|payment| {
                    payment.action.as_deref().is_some_and(|action| {
                        bool::from(action.as_bytes().ct_eq(random.as_bytes()))
                    })
                })
                .cloned()
                .ok_or_else(Refusal::not_found)?;
            if payment.face.status == PaymentStatus::RequiresAction {
                let now = tx.now;
                match said {
                    Some(Answer::Approve) => succeed(tx, payment, now)?,
                    Some(Answer::Refuse) => fail(tx, payment, "authentication_failed", now)?,
                    None => {}
                }
            }
            let payment = tx.state.payments.get(id).cloned();
            payment.ok_or_else(Refusal::internal)
        })
        .await
}
