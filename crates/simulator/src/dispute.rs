//! Disputes: the payer's bank takes a payment back.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use jiff::Timestamp;

use crate::app::App;
use crate::body::{Asked, Id, List, ListAsked};
use crate::event;
use crate::id;
use crate::model::{Dispute, EventData, Next, Op, Payment};
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
    let data = data(&dispute);
    tx.put(Op::Payment { object: payment });
    tx.put(Op::Dispute {
        object: dispute.clone(),
    });
    event::emit(tx, "dispute.opened", at, data)?;
    match tx.take_next(&[Next::WinDispute, Next::LoseDispute]) {
        Some(next) => close(tx, dispute, next == Next::WinDispute, at),
        None => Ok(()),
    }
}

fn data(dispute: &Dispute) -> EventData {
    EventData {
        object: "dispute".to_owned(),
        id: dispute.id.clone(),
        reference: dispute.payment_reference,
        status: dispute.status.clone(),
        amount_minor: dispute.amount_minor,
        currency: dispute.currency.clone(),
        failure_code: None,
        payment: Some(dispute.payment.clone()),
    }
}

/// Ends a dispute: won, the money comes back; lost, it stays away.
fn close(tx: &mut Tx<'_>, mut dispute: Dispute, won: bool, at: Timestamp) -> Result<(), Refusal> {
    dispute.status = if won { "won" } else { "lost" }.to_owned();
    dispute.updated_at = at;
    if won && let Some(payment) = tx.state.payments.get(&dispute.payment) {
        let mut payment = payment.clone();
        payment.face.disputed_minor = 0;
        payment.face.updated_at = at;
        tx.put(Op::Payment { object: payment });
    }
    let data = data(&dispute);
    tx.put(Op::Dispute { object: dispute });
    event::emit(
        tx,
        if won { "dispute.won" } else { "dispute.lost" },
        at,
        data,
    )
}

/// Ends up to `count` open disputes now, the oldest first; says how many there were.
pub(crate) fn close_open(tx: &mut Tx<'_>, won: bool, count: u32) -> Result<u32, Refusal> {
    let mut open: Vec<Dispute> = tx
        .state
        .disputes
        .values()
        .filter(|dispute| dispute.status == "open")
        .cloned()
        .collect();
    open.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    open.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    let (closed, now) = (u32::try_from(open.len()).unwrap_or(count), tx.now);
    for dispute in open {
        close(tx, dispute, won, now)?;
    }
    Ok(closed)
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
