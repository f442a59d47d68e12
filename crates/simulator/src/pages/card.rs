//! The card page.

use std::sync::Arc;

use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State as Shared};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use maud::html;
use reqwest::Url;
use serde::Deserialize;

use super::{Field, Look, PageAsked, bad_link, faults, hand_back, hidden, page};
use crate::app::App;
use crate::refusal::Refusal;
use crate::{back, method};

/// The form as typed; numbers are never put into a page again.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    number: String,
    exp_month: String,
    exp_year: String,
    cvc: String,
    return_to: String,
    locale: String,
    theme: String,
}

/// `GET /fields`
pub(super) async fn show(
    Shared(app): Shared<Arc<App>>,
    headers: HeaderMap,
    asked: Result<Query<PageAsked>, QueryRejection>,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let look = Look::new(asked.locale.as_deref(), asked.theme.as_deref(), &headers);
    match back::allowed(&app.config, asked.return_to.as_deref().unwrap_or_default()) {
        Some(url) => form(look, &url, &Typed::default(), None),
        None => bad_link(look, StatusCode::BAD_REQUEST),
    }
}

/// `POST /fields`
pub(super) async fn take(
    Shared(app): Shared<Arc<App>>,
    headers: HeaderMap,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = match typed {
        Ok(Form(typed)) => typed,
        Err(fault) => return bad_link(Look::new(None, None, &headers), fault.status()),
    };
    let look = Look::new(Some(&typed.locale), Some(&typed.theme), &headers);
    let Some(url) = back::allowed(&app.config, &typed.return_to) else {
        return bad_link(look, StatusCode::BAD_REQUEST);
    };
    match method::save(
        &app,
        &typed.number,
        &typed.exp_month,
        &typed.exp_year,
        &typed.cvc,
    )
    .await
    {
        Ok(saved) => hand_back(look, &url, &saved.id),
        Err(fault) => form(look, &url, &typed, Some(&fault)),
    }
}

fn form(look: Look, return_to: &Url, typed: &Typed, fault: Option<&Refusal>) -> Response {
    let field = Field {
        name: "number",
        label: "card-number",
        hint: Some("card-hint"),
        autocomplete: "cc-number",
        numeric: true,
        words: false,
        required: true,
        longest: 40,
        value: "",
    };
    let body = html! {
        p.note { (look.say("card-note")) }
        (faults(look, fault))
        form method="post" action="/fields" {
            (hidden(look, return_to))
            (field.markup(look, fault))
            div.row {
                (Field {
                    name: "exp_month",
                    label: "card-month",
                    hint: Some("card-month-hint"),
                    autocomplete: "cc-exp-month",
                    longest: 2,
                    value: short(&typed.exp_month),
                    ..field
                }.markup(look, fault))
                (Field {
                    name: "exp_year",
                    label: "card-year",
                    hint: Some("card-year-hint"),
                    autocomplete: "cc-exp-year",
                    longest: 4,
                    value: short(&typed.exp_year),
                    ..field
                }.markup(look, fault))
            }
            (Field {
                name: "cvc",
                label: "card-cvc",
                hint: None,
                autocomplete: "cc-csc",
                longest: 4,
                ..field
            }.markup(look, fault))
            button type="submit" { (look.say("card-save")) }
        }
    };
    let status = fault.map_or(StatusCode::OK, |fault| fault.status);
    let targets = [back::origin(return_to)];
    page(look, status, &look.say("card-title"), &targets, &body)
}

/// An expiry part to show again; anything longer may be a card number in the wrong field.
fn short(text: &str) -> &str {
    if text.chars().count() <= 4 { text } else { "" }
}
