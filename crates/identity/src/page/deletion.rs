//! Deleting one's own account: the page that asks for the decision, and the API.

use super::{form_page, no_content, notice, refused};
use crate::{
    account,
    deletion::{self, Deletion},
    leaving::{self, Keeps},
    session,
};
use axum::{
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use base::Instant;
use http::{Method, StatusCode};
use kernel::{Body, Cx, Error, Form, Rate, Result, Route, extract, page};
use maud::{Markup, html};
use serde::Serialize;
use serde_json::json;
use ui::parts::{Banner, Button, Field};

pub fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::DELETE, "/me", "account.delete", delete(api_delete))
            .codes(&[
                (409, "member_has_contracts"),
                (409, "member_has_money"),
                (409, "member_has_payments"),
                (409, "owner_required"),
                (429, "too_many_attempts"),
            ])
            .signed_in()
            .rate(Rate::Link)
            .body::<Deletion>()
            .example(
                json!({"current_password": "purple-harbour-29-stones", "confirmation": "delete"}),
            )
            .answers::<DeletionView>(202)
            .refuses(&[409, 503]),
        Route::page(
            Method::GET,
            "/account/deletion",
            "account.delete",
            get(show),
        )
        .signed_in(),
        Route::page(
            Method::POST,
            "/account/deletion",
            "account.delete",
            post(form),
        )
        .signed_in()
        .rate(Rate::Link)
        .body::<Deletion>(),
        Route::page(Method::GET, "/account/kept", "account.kept", get(kept)).signed_in(),
    ]
}

/// A deletion that waits.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DeletionView {
    /// When the account is erased; signing in before then keeps it.
    pub deletes_at: Instant,
}

/// 202 while the grace runs, 204 for an unconfirmed account, which is gone.
async fn api_delete(cx: Cx, Body(wish): Body<Deletion>) -> Result<Response> {
    Ok(match deletion::delete(&cx, &wish).await? {
        Some(deletes_at) => {
            let mut response = extract::data(&DeletionView { deletes_at }).into_response();
            *response.status_mut() = StatusCode::ACCEPTED;
            response
        }
        None => no_content(),
    })
}

async fn keeps(cx: &Cx) -> Result<Vec<Keeps>> {
    let me = cx.session()?;
    if !me.verified {
        return Ok(vec![]);
    }
    let mut tx = cx.begin_system().await?;
    let keeps = leaving::account_keeps(&cx.kernel, &mut tx, me.account_id).await?;
    tx.finish().await?;
    Ok(keeps)
}

async fn show(cx: Cx) -> Result<Response> {
    let me = account::show(&cx).await?;
    let keeps = keeps(&cx).await?;
    let body = view(&cx, &me.email, &keeps, &vec![]);
    page::page(&cx, cx.t("identity-delete-account"), body).await
}

/// What must be settled first, each with its workspace; else the form.
fn view(cx: &Cx, email: &str, keeps: &[Keeps], messages: &page::Messages) -> Markup {
    let verified = cx.session.as_ref().is_some_and(|s| s.verified);
    let (text, back) = if verified {
        ("identity-delete-account-later", "/account")
    } else {
        ("identity-delete-account-text", "/verify")
    };
    let days = deletion::GRACE_DAYS;
    let fields = ui::parts::Form::post(
        "/account/deletion",
        html! {
            (Field::text("confirmation", cx.t("identity-delete-confirm")).autocomplete("off").required().short()
                .hint(cx.tr("identity-delete-confirm-hint", &[("word", cx.t("identity-delete-word").into())]))
                .error(page::message_of(messages, "confirmation")))
            (Field::password("current_password", cx.t("identity-current-password"), "current-password").required()
                .error(page::message_of(messages, "current_password")))
            div.actions {
                (Button::danger(cx.t("identity-delete-account")))
                (Button::quiet(cx.t("identity-back")).href(back))
            }
        },
    );
    let form = html! {
        p { (cx.tr(text, &[("email", email.into()), ("days", days.into())])) }
        @if keeps.is_empty() { (fields) } @else {
            (Banner::waiting(cx.t("identity-delete-first")))
            ul {
                @for kept in keeps {
                    li {
                        a href={ "/w/" (kept.slug) } { bdi { (kept.place) } } ": "
                        (cx.tr(&format!("error-{}", kept.code.replace('_', "-")), &[("workspace", kept.place.as_str().into())]))
                    }
                }
            }
            div.actions { (Button::quiet(cx.t("identity-back")).href(back)) }
        }
    };
    form_page(cx, "identity-delete-account", None, messages, form, None)
}

async fn form(cx: Cx, form: Form<Deletion>) -> Result<Response> {
    let result = match form.input {
        Ok(wish) => deletion::delete(&cx, &wish).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    let waits = match result {
        Ok(waits) => waits,
        Err(error) => {
            let me = account::show(&cx).await?;
            let keeps = keeps(&cx).await?;
            return refused(&cx, error, "identity-delete-account", |m| {
                view(&cx, &me.email, &keeps, m)
            })
            .await;
        }
    };
    let mut gone = cx;
    gone.session = None;
    let (title, text, on) = match waits {
        Some(_) => (
            "identity-account-waits",
            "identity-account-waits-text",
            ("identity-sign-in", "/login"),
        ),
        None => (
            "identity-account-deleted",
            "identity-account-deleted-text",
            ("identity-continue", "/"),
        ),
    };
    let mut response = notice(&gone, StatusCode::OK, title, text, Some(on)).await?;
    session::clear(&mut response);
    Ok(response)
}

/// Told after the sign-in that ended the wait.
async fn kept(cx: Cx) -> Result<Response> {
    notice(
        &cx,
        StatusCode::OK,
        "identity-account-kept",
        "identity-account-kept-text",
        Some(("identity-continue", "/")),
    )
    .await
}
