//! The bank account page.

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
use crate::{back, bank, destination};

/// The form as typed; account numbers are never put into a page again.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    holder: String,
    country: String,
    currency: String,
    account_number: String,
    iban: String,
    card_number: String,
    return_to: String,
    locale: String,
    theme: String,
}

/// `GET /destinations`
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

/// `POST /destinations`
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
    let account = bank::read(
        Some(&typed.account_number),
        Some(&typed.iban),
        Some(&typed.card_number),
        &typed.holder,
        &typed.country,
        &typed.currency,
    );
    let saved = match account {
        Ok(account) => destination::save(&app, account).await,
        Err(fault) => Err(fault),
    };
    match saved {
        Ok(saved) => hand_back(look, &url, &saved.id),
        Err(fault) => form(look, &url, &typed, Some(&fault)),
    }
}

fn form(look: Look, return_to: &Url, typed: &Typed, fault: Option<&Refusal>) -> Response {
    let holder = Field {
        name: "holder",
        label: "bank-holder",
        hint: None,
        autocomplete: "name",
        numeric: false,
        words: true,
        required: true,
        longest: 140,
        value: &typed.holder,
    };
    let number = Field {
        name: "account_number",
        label: "bank-number",
        autocomplete: "off",
        numeric: true,
        words: false,
        required: false,
        longest: 34,
        value: "",
        ..holder
    };
    let body = html! {
        p.note { (look.say("bank-note")) }
        (faults(look, fault))
        form method="post" action="/destinations" {
            (hidden(look, return_to))
            (holder.markup(look, fault))
            div.row {
                (Field {
                    name: "country",
                    label: "bank-country",
                    hint: Some("bank-country-hint"),
                    autocomplete: "country",
                    words: false,
                    longest: 2,
                    value: &typed.country,
                    ..holder
                }.markup(look, fault))
                (Field {
                    name: "currency",
                    label: "bank-currency",
                    hint: Some("bank-currency-hint"),
                    autocomplete: "off",
                    words: false,
                    longest: 3,
                    value: &typed.currency,
                    ..holder
                }.markup(look, fault))
            }
            p.hint { (look.say("bank-either")) }
            (number.markup(look, fault))
            (Field {
                name: "iban",
                label: "bank-iban",
                numeric: false,
                longest: 42,
                ..number
            }.markup(look, fault))
            (Field {
                name: "card_number",
                label: "bank-card",
                hint: Some("bank-card-hint"),
                longest: 23,
                ..number
            }.markup(look, fault))
            button type="submit" { (look.say("bank-save")) }
        }
    };
    let status = fault.map_or(StatusCode::OK, |fault| fault.status);
    let targets = [back::origin(return_to)];
    page(look, status, &look.say("bank-title"), &targets, &body)
}
