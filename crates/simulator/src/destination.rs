//! Bank accounts that payouts go to.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use http::StatusCode;
use serde::Deserialize;

use crate::app::App;
use crate::bank;
use crate::body::{Body, Id};
use crate::id;
use crate::model::{Destination, DestinationFace, DestinationKind, Op};
use crate::refusal::Refusal;

/// A bank account as typed. Has no `Debug` and no `Serialize`, so that it cannot get anywhere.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDestination {
    account_number: Option<String>,
    iban: Option<String>,
    card_number: Option<String>,
    holder: String,
    country: String,
    currency: String,
}

/// `POST /v1/destinations`, public.
pub(crate) async fn create(
    Shared(app): Shared<Arc<App>>,
    Body(new): Body<NewDestination>,
) -> Result<(StatusCode, Json<DestinationFace>), Refusal> {
    let account = bank::read(
        new.account_number.as_deref(),
        new.iban.as_deref(),
        new.card_number.as_deref(),
        &new.holder,
        &new.country,
        &new.currency,
    )?;
    let face = save(&app, account).await?;
    Ok((StatusCode::CREATED, Json(face)))
}

/// Keeps what may be kept of a checked account.
pub(crate) async fn save(app: &App, account: bank::Account) -> Result<DestinationFace, Refusal> {
    app.store
        .write(|tx| {
            let face = DestinationFace {
                id: id::fresh("dst")?,
                label: match account.kind {
                    DestinationKind::Bank => format!("Bank ••{}", account.last4),
                    DestinationKind::Card => format!("Debit card ••{}", account.last4),
                },
                last4: account.last4,
                holder: account.holder,
                country: account.country,
                currency: account.currency,
                created_at: tx.now,
                kind: account.kind,
            };
            tx.put(Op::Destination {
                object: Destination {
                    face: face.clone(),
                    does: account.does,
                },
            });
            Ok(face)
        })
        .await
}

/// `GET /v1/destinations/{id}`
pub(crate) async fn show(
    Shared(app): Shared<Arc<App>>,
    Id(id): Id,
) -> Result<Json<DestinationFace>, Refusal> {
    app.store
        .read(|state| {
            let destination = state.destinations.get(&id).ok_or_else(Refusal::not_found)?;
            Ok(Json(destination.face.clone()))
        })
        .await
}
