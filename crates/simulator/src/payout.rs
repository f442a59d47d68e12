//! Payouts to bank accounts: processing, then paid or failed, sometimes returned.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::bank::BankDoes;
use crate::body::{Asked, Body, Id, Key, List, ListAsked, reference};
use crate::model::{DestinationKind, EventData, Next, Op, Payout, PayoutFace, PayoutStatus};
use crate::refusal::Refusal;
use crate::store::{Asking, Tx};
use crate::{clock, event, id, money};

/// How long a payout takes outside of test.
const PAID_AFTER: SignedDuration = SignedDuration::from_secs(10);
/// When a payout that comes back does, after it was paid.
const RETURNED_AFTER: SignedDuration = SignedDuration::from_hours(3 * 24);

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPayout {
    reference: String,
    destination: String,
    amount_minor: i64,
    currency: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    speed: Option<Speed>,
}

/// How soon a payout arrives; `instant` goes to debit cards alone.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Speed {
    Standard,
    Instant,
}

/// `POST /v1/payouts`
pub(crate) async fn create(
    Shared(app): Shared<Arc<App>>,
    Key(key): Key,
    Body(new): Body<NewPayout>,
) -> Result<Json<PayoutFace>, Refusal> {
    let asking = Asking::new("payout", &key, &new)?;
    app.store
        .write(|tx| {
            let id = match tx.known(&asking)? {
                Some(id) => id,
                None => {
                    let id = make(tx, new)?;
                    tx.remember(asking, &id);
                    id
                }
            };
            let payout = tx.state.payouts.get(&id).ok_or_else(Refusal::internal)?;
            Ok(Json(payout.face.clone()))
        })
        .await
}

fn make(tx: &mut Tx<'_>, new: NewPayout) -> Result<String, Refusal> {
    let reference = reference(&new.reference)?;
    money::check_amount(new.amount_minor, 1)?;
    money::check_currency(&new.currency)?;
    let failure = match tx.state.destinations.get(&new.destination) {
        None => Some("destination_unknown"),
        Some(destination) if destination.face.currency != new.currency => Some("currency_mismatch"),
        Some(_) => None,
    };
    let instant = new.speed == Some(Speed::Instant);
    let takes_instant = tx
        .state
        .destinations
        .get(&new.destination)
        .is_none_or(|destination| destination.face.kind == DestinationKind::Card);
    if instant && !takes_instant {
        return Err(Refusal::unprocessable(
            "instant_unavailable",
            "Only a debit card takes an instant payout.",
            "speed",
        ));
    }
    let now = tx.now;
    let arrival_at = if instant || tx.state.test() {
        now
    } else {
        clock::later(now, PAID_AFTER)
    };
    let id = id::fresh("po")?;
    let mut payout = Payout {
        face: PayoutFace {
            id: id.clone(),
            reference,
            destination: new.destination,
            amount_minor: new.amount_minor,
            currency: new.currency,
            status: PayoutStatus::Processing,
            failure_code: None,
            arrival_at,
            created_at: now,
            updated_at: now,
        },
        returns: false,
        due: Some(arrival_at),
    };
    match failure {
        Some(code) => settle(tx, payout, PayoutStatus::Failed, Some(code), now)?,
        None => {
            payout.returns = tx.take_next(&[Next::ReturnPayout]).is_some();
            tx.put(Op::Payout { object: payout });
        }
    }
    Ok(id)
}

/// Stores a payout's next status and tells of it.
fn settle(
    tx: &mut Tx<'_>,
    mut payout: Payout,
    status: PayoutStatus,
    code: Option<&str>,
    at: Timestamp,
) -> Result<(), Refusal> {
    payout.due =
        (status == PayoutStatus::Paid && payout.returns).then(|| clock::later(at, RETURNED_AFTER));
    let face = &mut payout.face;
    face.status = status;
    face.failure_code = code.map(str::to_owned);
    face.updated_at = at;
    let name = match status {
        PayoutStatus::Processing => "processing",
        PayoutStatus::Paid => "paid",
        PayoutStatus::Returned => "returned",
        PayoutStatus::Failed => "failed",
    };
    let data = EventData {
        object: "payout".to_owned(),
        id: face.id.clone(),
        reference: face.reference,
        status: name.to_owned(),
        amount_minor: face.amount_minor,
        currency: face.currency.clone(),
        failure_code: face.failure_code.clone(),
        payment: None,
    };
    tx.put(Op::Payout { object: payout });
    event::emit(tx, &format!("payout.{name}"), at, data)
}

/// What happens to a payout when its time has come.
pub(crate) fn fall_due(tx: &mut Tx<'_>, id: &str, at: Timestamp) -> Result<(), Refusal> {
    let payout = tx.state.payouts.get(id).cloned();
    let mut payout = payout.ok_or_else(Refusal::internal)?;
    match payout.face.status {
        PayoutStatus::Processing => {
            let closed = tx
                .state
                .destinations
                .get(&payout.face.destination)
                .is_none_or(|destination| destination.does == BankDoes::Closed);
            if closed {
                settle(tx, payout, PayoutStatus::Failed, Some("account_closed"), at)
            } else {
                settle(tx, payout, PayoutStatus::Paid, None, at)
            }
        }
        PayoutStatus::Paid => settle(
            tx,
            payout,
            PayoutStatus::Returned,
            Some("account_returned"),
            at,
        ),
        PayoutStatus::Returned | PayoutStatus::Failed => {
            payout.due = None;
            tx.put(Op::Payout { object: payout });
            Ok(())
        }
    }
}

/// `GET /v1/payouts/{id}`
pub(crate) async fn show(
    Shared(app): Shared<Arc<App>>,
    Id(id): Id,
) -> Result<Json<PayoutFace>, Refusal> {
    app.store
        .read(|state| {
            let payout = state.payouts.get(&id).ok_or_else(Refusal::not_found)?;
            Ok(Json(payout.face.clone()))
        })
        .await
}

/// `GET /v1/payouts?reference=`
pub(crate) async fn list(
    Shared(app): Shared<Arc<App>>,
    Asked(asked): Asked<ListAsked>,
) -> Result<Json<List<PayoutFace>>, Refusal> {
    let of = reference(asked.reference.as_deref().unwrap_or_default())?;
    app.store
        .read(|state| {
            let ids = state.payouts_of.get(&of).map_or(&[][..], Vec::as_slice);
            List::part(ids, &asked, |id| {
                state.payouts.get(id).map(|payout| payout.face.clone())
            })
            .map(Json)
        })
        .await
}

/// What the provider holds for us in one currency.
#[derive(Serialize)]
pub(crate) struct Balance {
    currency: String,
    amount_minor: i64,
}

/// `GET /v1/balance`
pub(crate) async fn balance(Shared(app): Shared<Arc<App>>) -> Result<Json<List<Balance>>, Refusal> {
    app.store
        .read(|state| {
            let data = state.balance.iter().map(|(currency, amount)| Balance {
                currency: currency.clone(),
                amount_minor: *amount,
            });
            Ok(Json(List {
                data: data.collect(),
                has_more: false,
            }))
        })
        .await
}
