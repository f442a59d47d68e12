//! Bank accounts that payouts go to.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use http::StatusCode;
use serde_json::{Map, Value};

use crate::app::App;
use crate::bank;
use crate::body::{Body, Id};
use crate::id;
use crate::model::{Destination, DestinationFace, DestinationKind, Op};
use crate::refusal::Refusal;

/// The fields of a bank account or debit card. Their values get nowhere but into [`bank::read`].
const FIELDS: [&str; 6] = [
    "account_number",
    "iban",
    "card_number",
    "holder",
    "country",
    "currency",
];

/// `POST /v1/destinations`, public.
pub(crate) async fn create(
    Shared(app): Shared<Arc<App>>,
    Body(new): Body<Map<String, Value>>,
) -> Result<(StatusCode, Json<DestinationFace>), Refusal> {
    if new.keys().any(|name| !FIELDS.contains(&name.as_str())) {
        let known = FIELDS.join(", ");
        return Err(Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unknown_field",
            format!("A field is unknown. Known are {known}."),
        ));
    }
    let account = bank::read(
        text(&new, "account_number")?,
        text(&new, "iban")?,
        text(&new, "card_number")?,
        given(&new, "holder")?,
        given(&new, "country")?,
        given(&new, "currency")?,
    )?;
    let face = save(&app, account).await?;
    Ok((StatusCode::CREATED, Json(face)))
}

/// A field's text, if it was sent.
fn text<'a>(new: &'a Map<String, Value>, name: &'static str) -> Result<Option<&'a str>, Refusal> {
    match new.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Refusal::unprocessable(
            "invalid_type",
            format!("{name} must be a text."),
            name,
        )),
    }
}

/// The text of a field that is needed.
fn given<'a>(new: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, Refusal> {
    text(new, name)?
        .ok_or_else(|| Refusal::unprocessable("required", format!("{name} is missing."), name))
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
