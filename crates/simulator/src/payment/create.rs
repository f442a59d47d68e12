//! Making a payment.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State as Shared;
use http::StatusCode;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::step::{fail, succeed, tell};
use super::{PaymentShown, shown};
use crate::app::App;
use crate::body::{Body, Key, reference};
use crate::card::{self, CardDoes};
use crate::model::{Method, MethodStatus, Next, Op, Payment, PaymentFace, PaymentStatus};
use crate::refusal::Refusal;
use crate::store::{Asking, Tx};
use crate::{back, clock, id, money};

/// How long a hanging call hangs.
const HANG: Duration = Duration::from_secs(35);
/// How long the payer may take to answer.
const ACTION_LIMIT: SignedDuration = SignedDuration::from_hours(24);
/// How long a late capture takes, in test and otherwise.
const LATE_TEST: SignedDuration = SignedDuration::from_mins(20);
const LATE: SignedDuration = SignedDuration::from_secs(10);

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPayment {
    reference: String,
    payment_method: String,
    amount_minor: i64,
    currency: String,
    description: Option<String>,
    customer: Option<String>,
    return_url: Option<String>,
    locale: Option<String>,
}

/// `POST /v1/payments`
pub(crate) async fn create(
    Shared(app): Shared<Arc<App>>,
    Key(key): Key,
    Body(new): Body<NewPayment>,
) -> Result<Json<PaymentShown>, Refusal> {
    let asking = Asking::new("payment", &key, &new)?;
    let (payment, hangs) = app
        .store
        .write(|tx| {
            if let Some(id) = tx.known(&asking)? {
                let payment = tx.state.payments.get(&id).ok_or_else(Refusal::internal)?;
                return Ok((shown(payment, &app.base), false));
            }
            let (id, hangs) = make(tx, &app, new)?;
            tx.remember(asking, &id);
            let payment = tx.state.payments.get(&id).ok_or_else(Refusal::internal)?;
            Ok((shown(payment, &app.base), hangs))
        })
        .await?;
    if hangs {
        tokio::select! {
            () = tokio::time::sleep(HANG) => {}
            () = app.stop.cancelled() => {}
        }
        return Err(Refusal::new(
            StatusCode::GATEWAY_TIMEOUT,
            "timeout",
            "The provider took too long. Look the payment up before trying again.",
        ));
    }
    Ok(Json(payment))
}

/// Checks and makes the payment; answers its id and whether the answer shall hang.
fn make(tx: &mut Tx<'_>, app: &App, new: NewPayment) -> Result<(String, bool), Refusal> {
    let reference = reference(&new.reference)?;
    money::check_amount(new.amount_minor, money::LEAST_PAYMENT)?;
    money::check_currency(&new.currency)?;
    check_words(app, &new)?;
    let method = usable(tx, &new)?;
    let now = tx.now;
    let face = &method.face;
    let next = tx.take_next(&[
        Next::Decline,
        Next::ActionRequired,
        Next::Timeout,
        Next::Dispute,
    ]);

    let mut payment = Payment {
        face: PaymentFace {
            id: id::fresh("pay")?,
            reference,
            payment_method: new.payment_method,
            status: PaymentStatus::Processing,
            amount_minor: new.amount_minor,
            currency: new.currency,
            fee_minor: 0,
            net_minor: 0,
            refunded_minor: 0,
            disputed_minor: 0,
            failure_code: None,
            description: new.description,
            created_at: now,
            updated_at: now,
        },
        disputed: method.does == CardDoes::Dispute || next == Some(Next::Dispute),
        refund_fails: method.does == CardDoes::RefundFails,
        action: None,
        return_url: new.return_url,
        locale: new.locale,
        due: None,
    };
    let id = payment.face.id.clone();
    let failure = match (next, method.does) {
        (Some(Next::Decline), _) | (_, CardDoes::Decline) => Some("card_declined"),
        (_, CardDoes::Insufficient) => Some("insufficient_funds"),
        _ if card::expired(face.exp_month, face.exp_year, now) => Some("expired_card"),
        _ => None,
    };
    if let Some(code) = failure {
        fail(tx, payment, code, now)?;
    } else if next == Some(Next::ActionRequired) || method.does == CardDoes::Action {
        payment.face.status = PaymentStatus::RequiresAction;
        payment.action = Some(id::random()?);
        payment.due = Some(clock::later(now, ACTION_LIMIT));
        tell(tx, payment, "payment.requires_action", now)?;
    } else if method.does == CardDoes::Late {
        let wait = if tx.state.test() { LATE_TEST } else { LATE };
        payment.due = Some(clock::later(now, wait));
        tx.put(Op::Payment { object: payment });
    } else {
        succeed(tx, payment, now)?;
    }
    Ok((id, next == Some(Next::Timeout)))
}

fn check_words(app: &App, new: &NewPayment) -> Result<(), Refusal> {
    let description = new.description.as_deref().unwrap_or_default();
    if description.chars().count() > 500 {
        return Err(Refusal::unprocessable(
            "description_too_long",
            "The description has at most 500 characters.",
            "description",
        ));
    }
    if let Some(url) = &new.return_url
        && back::allowed(&app.config, url).is_none()
    {
        return Err(Refusal::unprocessable(
            "return_url_refused",
            "The return address is not of an allowed origin.",
            "return_url",
        ));
    }
    if !matches!(new.locale.as_deref(), None | Some("en" | "ar")) {
        return Err(Refusal::unprocessable(
            "locale_invalid",
            "The locale must be en or ar.",
            "locale",
        ));
    }
    Ok(())
}

/// The payment method, if this customer may pay with it.
fn usable(tx: &Tx<'_>, new: &NewPayment) -> Result<Method, Refusal> {
    let method = tx.state.methods.get(&new.payment_method).ok_or_else(|| {
        Refusal::unprocessable(
            "payment_method_unknown",
            "There is no such payment method.",
            "payment_method",
        )
    })?;
    if method.face.status == MethodStatus::Detached {
        return Err(Refusal::unprocessable(
            "payment_method_detached",
            "This payment method was removed.",
            "payment_method",
        ));
    }
    if new.customer.is_some() && new.customer != method.face.customer {
        return Err(Refusal::conflict(
            "wrong_customer",
            "This payment method is not attached to this customer.",
        ));
    }
    Ok(method.clone())
}
