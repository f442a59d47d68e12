//! Confirming an address, asking for a new password: the pages and the API.

use super::{AcceptedView, accepted, form_page, no_content, notice, refused};
use crate::recovery::{self, Address, LinkToken, NewPassword};
use axum::{
    response::Response,
    routing::{get, post},
};
use http::{Method, StatusCode};
use kernel::{
    Body, Cx, Error, Form, Rate, Result, Route, extract, extract::Typed, input::Nothing, page,
};
use maud::{Markup, html};
use serde_json::json;
use ui::parts::{Banner, Button, Field, form_button};

pub fn routes() -> Vec<Route> {
    vec![
        Route::api(
            Method::POST,
            "/auth/verify",
            "auth.verify",
            post(api_verify),
        )
        .codes(&[(410, "token_invalid")])
        .public()
        .body::<LinkToken>()
        .status(204)
        .refuses(&[410]),
        Route::api(
            Method::POST,
            "/auth/resend",
            "auth.resend",
            post(api_resend),
        )
        .signed_in()
        .rate(Rate::Link)
        .answers::<AcceptedView>(202)
        .refuses(&[409]),
        Route::api(
            Method::POST,
            "/auth/address",
            "auth.correct_address",
            post(api_address),
        )
        .signed_in()
        .rate(Rate::Link)
        .body::<Address>()
        .example(json!({"email": "ana@example.test"}))
        .answers::<AcceptedView>(202)
        .refuses(&[409]),
        Route::api(
            Method::POST,
            "/auth/forgot",
            "auth.forgot",
            post(api_forgot),
        )
        .public()
        .rate(Rate::Link)
        .body::<Address>()
        .example(json!({"email": "ana@example.test"}))
        .answers::<AcceptedView>(202),
        Route::api(Method::POST, "/auth/reset", "auth.reset", post(api_reset))
            .codes(&[(410, "token_invalid")])
            .public()
            .body::<NewPassword>()
            .status(204)
            .refuses(&[410, 503]),
        Route::api(
            Method::POST,
            "/auth/unlock",
            "auth.unlock",
            post(api_unlock),
        )
        .codes(&[(410, "token_invalid")])
        .public()
        .body::<LinkToken>()
        .status(204)
        .refuses(&[410]),
        Route::page(Method::GET, "/verify", "auth.verify", get(show)).signed_in(),
        Route::page(
            Method::POST,
            "/verify/resend",
            "auth.resend",
            post(form_resend),
        )
        .signed_in()
        .rate(Rate::Link),
        Route::page(
            Method::POST,
            "/verify/address",
            "auth.correct_address",
            post(form_address),
        )
        .signed_in()
        .rate(Rate::Link)
        .body::<Address>(),
        Route::page(Method::GET, "/forgot", "auth.forgot", get(forgot)).public(),
        Route::page(Method::POST, "/forgot", "auth.forgot", post(form_forgot))
            .public()
            .rate(Rate::Link)
            .body::<Address>(),
    ]
}

async fn api_verify(cx: Cx, Body(token): Body<LinkToken>) -> Result<Response> {
    recovery::verify(&cx, &token.0).await?;
    Ok(no_content())
}

async fn api_resend(cx: Cx, _: Body<Nothing>) -> Result<Response> {
    recovery::resend(&cx).await?;
    Ok(accepted())
}

async fn api_address(cx: Cx, Body(address): Body<Address>) -> Result<Response> {
    recovery::correct_address(&cx, &address).await?;
    Ok(accepted())
}

async fn api_forgot(cx: Cx, Body(address): Body<Address>) -> Result<Response> {
    recovery::forgot(&cx, &address).await?;
    Ok(accepted())
}

async fn api_reset(cx: Cx, Body(input): Body<NewPassword>) -> Result<Response> {
    recovery::reset(&cx, &input).await?;
    Ok(no_content())
}

async fn api_unlock(cx: Cx, Body(token): Body<LinkToken>) -> Result<Response> {
    recovery::unlock(&cx, &token.0).await?;
    Ok(no_content())
}

async fn show(cx: Cx) -> Result<Response> {
    if cx.session()?.verified {
        return Ok(extract::see_other("/"));
    }
    let to = recovery::awaited(&cx).await?;
    page::page(
        &cx,
        cx.t("identity-verify"),
        view(&cx, &to.email, &Typed::default(), &vec![], None),
    )
    .await
}

fn view(
    cx: &Cx,
    email: &str,
    typed: &Typed,
    messages: &page::Messages,
    told: Option<Banner>,
) -> Markup {
    let correct = ui::parts::Form::post(
        "/verify/address",
        html! {
            (Field::email("email", cx.t("identity-correct-address")).value(typed.get("email")).autocomplete("email").required()
                .error(page::message_of(messages, "email")))
            div.actions { (Button::quiet(cx.t("identity-correct-address-button"))) }
        },
    );
    let form = html! {
        @if let Some(told) = told { (told) }
        p.lead { (cx.tr("identity-verify-lead", &[("email", email.into())])) }
        div.actions { (form_button("/verify/resend", None, &Button::primary(cx.t("identity-resend")), &[])) }
        (correct)
        p { a href="/account/deletion" { (cx.t("identity-delete-account")) } }
    };
    form_page(cx, "identity-verify", None, messages, form, None)
}

async fn form_resend(cx: Cx, _: Form<Nothing>) -> Result<Response> {
    let result = recovery::resend(&cx).await;
    again(&cx, result, &Typed::default()).await
}

async fn form_address(cx: Cx, form: Form<Address>) -> Result<Response> {
    let result = match form.input {
        Ok(address) => recovery::correct_address(&cx, &address).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    again(&cx, result, &form.typed).await
}

async fn again(cx: &Cx, result: Result<()>, typed: &Typed) -> Result<Response> {
    let to = recovery::awaited(cx).await?;
    match result {
        Ok(()) => {
            let told =
                Banner::good(cx.t("identity-check-mail")).text(cx.t("identity-check-mail-text"));
            let body = view(cx, &to.email, &Typed::default(), &vec![], Some(told));
            page::page_with(cx, StatusCode::ACCEPTED, cx.t("identity-verify"), body).await
        }
        Err(error) => {
            refused(cx, error, "identity-verify", |m| {
                view(cx, &to.email, typed, m, None)
            })
            .await
        }
    }
}

async fn forgot(cx: Cx) -> Result<Response> {
    page::page(
        &cx,
        cx.t("identity-forgot"),
        forgot_view(&cx, &Typed::default(), &vec![]),
    )
    .await
}

fn forgot_view(cx: &Cx, typed: &Typed, messages: &page::Messages) -> Markup {
    let form = ui::parts::Form::post(
        "/forgot",
        html! {
            (Field::email("email", cx.t("identity-email")).value(typed.get("email")).autocomplete("username").required().focus()
                .error(page::message_of(messages, "email")))
            div.actions { (Button::primary(cx.t("identity-forgot-button"))) }
        },
    );
    let below = html! { p { a href="/login" { (cx.t("identity-back-to-sign-in")) } } };
    form_page(
        cx,
        "identity-forgot",
        Some("identity-forgot-lead"),
        messages,
        html! { (form) },
        Some(below),
    )
}

async fn form_forgot(cx: Cx, form: Form<Address>) -> Result<Response> {
    let result = match form.input {
        Ok(address) => recovery::forgot(&cx, &address).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(()) => {
            notice(
                &cx,
                StatusCode::ACCEPTED,
                "identity-check-mail",
                "identity-forgot-sent",
                Some(("identity-back-to-sign-in", "/login")),
            )
            .await
        }
        Err(error) => {
            refused(&cx, error, "identity-forgot", |m| {
                forgot_view(&cx, &form.typed, m)
            })
            .await
        }
    }
}
