//! Saved cards.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use http::StatusCode;
use serde::Deserialize;

use crate::app::App;
use crate::body::{Body, Id, Loose, Nothing};
use crate::card;
use crate::id;
use crate::model::{Method, MethodFace, MethodStatus, Op};
use crate::refusal::Refusal;

/// A card as typed. Has no `Debug` and no `Serialize`, so that it cannot get anywhere.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMethod {
    number: Loose,
    exp_month: Loose,
    exp_year: Loose,
    cvc: Loose,
}

/// `POST /v1/payment_methods`, public.
pub(crate) async fn create(
    Shared(app): Shared<Arc<App>>,
    Body(new): Body<NewMethod>,
) -> Result<(StatusCode, Json<MethodFace>), Refusal> {
    let number = String::from(new.number);
    let exp_month = String::from(new.exp_month);
    let exp_year = String::from(new.exp_year);
    let cvc = String::from(new.cvc);
    let face = save(&app, &number, &exp_month, &exp_year, &cvc).await?;
    Ok((StatusCode::CREATED, Json(face)))
}

/// Checks a card and keeps what may be kept of it.
pub(crate) async fn save(
    app: &App,
    number: &str,
    exp_month: &str,
    exp_year: &str,
    cvc: &str,
) -> Result<MethodFace, Refusal> {
    app.store
        .write(|tx| {
            let card = card::read(number, exp_month, exp_year, cvc, tx.now)?;
            let face = MethodFace {
                id: id::fresh("pm")?,
                brand: card.brand.to_owned(),
                last4: card.last4,
                exp_month: card.exp_month,
                exp_year: card.exp_year,
                customer: None,
                status: MethodStatus::Active,
                created_at: tx.now,
            };
            tx.put(Op::Method {
                object: Method {
                    face: face.clone(),
                    does: card.does,
                },
            });
            Ok(face)
        })
        .await
}

/// `GET /v1/payment_methods/{id}`
pub(crate) async fn show(
    Shared(app): Shared<Arc<App>>,
    Id(id): Id,
) -> Result<Json<MethodFace>, Refusal> {
    app.store
        .read(|state| {
            let method = state.methods.get(&id).ok_or_else(Refusal::not_found)?;
            Ok(Json(method.face.clone()))
        })
        .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attach {
    customer: String,
}

/// `POST /v1/payment_methods/{id}/attach`: from now on it is this customer's alone.
pub(crate) async fn attach(
    Shared(app): Shared<Arc<App>>,
    Id(id): Id,
    Body(Attach { customer }): Body<Attach>,
) -> Result<Json<MethodFace>, Refusal> {
    if customer.is_empty() || customer.len() > 255 {
        return Err(Refusal::unprocessable(
            "customer_invalid",
            "The customer has 1 to 255 characters.",
            "customer",
        ));
    }
    app.store
        .write(|tx| {
            let mut method = tx
                .state
                .methods
                .get(&id)
                .cloned()
                .ok_or_else(Refusal::not_found)?;
            match &method.face.customer {
                Some(owner) if *owner == customer => {}
                Some(_) => {
                    return Err(Refusal::conflict(
                        "already_attached",
                        "This payment method belongs to another customer.",
                    ));
                }
                None => {
                    method.face.customer = Some(customer);
                    tx.put(Op::Method {
                        object: method.clone(),
                    });
                }
            }
            Ok(Json(method.face))
        })
        .await
}

/// `POST /v1/payment_methods/{id}/detach`: no new payment with it.
pub(crate) async fn detach(
    Shared(app): Shared<Arc<App>>,
    Id(id): Id,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<MethodFace>, Refusal> {
    app.store
        .write(|tx| {
            let mut method = tx
                .state
                .methods
                .get(&id)
                .cloned()
                .ok_or_else(Refusal::not_found)?;
            if method.face.status != MethodStatus::Detached {
                method.face.status = MethodStatus::Detached;
                tx.put(Op::Method {
                    object: method.clone(),
                });
            }
            Ok(Json(method.face))
        })
        .await
}
