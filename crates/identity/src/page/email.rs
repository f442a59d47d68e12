//! Changing the address of a confirmed account: the page and the API.

use super::{AcceptedView, accepted, form_page, notice, refused};
use crate::email::{self, AddressChange};
use axum::{
    response::Response,
    routing::{get, post},
};
use http::{Method, StatusCode};
use kernel::{Body, Cx, Error, Form, Rate, Result, Route, extract, extract::Typed, page};
use maud::{Markup, html};
use serde_json::json;
use ui::parts::{Button, Field};

pub fn routes() -> Vec<Route> {
    vec![
        Route::api(
            Method::POST,
            "/me/email",
            "account.change_email",
            post(api_change),
        )
        .codes(&[(429, "too_many_attempts")])
        .signed_in()
        .rate(Rate::Link)
        .body::<AddressChange>()
        .example(
            json!({"current_password": "purple-harbour-29-stones", "email": "ana@example.test"}),
        )
        .answers::<AcceptedView>(202)
        .refuses(&[403, 503]),
        Route::page(
            Method::GET,
            "/account/address",
            "account.change_email",
            get(show),
        )
        .signed_in(),
        Route::page(
            Method::POST,
            "/account/address",
            "account.change_email",
            post(form),
        )
        .signed_in()
        .rate(Rate::Link)
        .body::<AddressChange>(),
    ]
}

async fn api_change(cx: Cx, Body(change): Body<AddressChange>) -> Result<Response> {
    email::request(&cx, &change).await?;
    Ok(accepted())
}

async fn show(cx: Cx) -> Result<Response> {
    if !cx.session()?.verified {
        return Ok(extract::see_other("/verify"));
    }
    page::page(
        &cx,
        cx.t("identity-change-address"),
        view(&cx, &Typed::default(), &vec![]),
    )
    .await
}

fn view(cx: &Cx, typed: &Typed, messages: &page::Messages) -> Markup {
    let form = ui::parts::Form::post(
        "/account/address",
        html! {
            (Field::email("email", cx.t("identity-new-address")).value(typed.get("email")).autocomplete("email").required()
                .error(page::message_of(messages, "email")))
            (Field::password("current_password", cx.t("identity-current-password"), "current-password").required()
                .error(page::message_of(messages, "current_password")))
            div.actions {
                (Button::primary(cx.t("identity-change-address")))
                (Button::quiet(cx.t("identity-back")).href("/account"))
            }
        },
    );
    form_page(
        cx,
        "identity-change-address",
        Some("identity-change-address-lead"),
        messages,
        html! { (form) },
        None,
    )
}

async fn form(cx: Cx, form: Form<AddressChange>) -> Result<Response> {
    let result = match form.input {
        Ok(change) => email::request(&cx, &change).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(()) => {
            notice(
                &cx,
                StatusCode::ACCEPTED,
                "identity-check-mail",
                "identity-change-address-sent",
                Some(("identity-account", "/account")),
            )
            .await
        }
        Err(error) => {
            refused(&cx, error, "identity-change-address", |m| {
                view(&cx, &form.typed, m)
            })
            .await
        }
    }
}
