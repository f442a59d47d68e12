//! Handing a workspace over to another member: the page that asks for the decision, and the API.

use super::{form_page, refused};
use crate::member::{self, MemberView};
use axum::{
    response::Response,
    routing::{get, post},
};
use http::Method;
use kernel::{Body, Cx, Form, Id, Idempotency, Result, Route, extract, input::Nothing, once, page};
use maud::{Markup, html};
use ui::parts::{Button, person};
use uuid::Uuid;

pub fn routes() -> Vec<Route> {
    vec![
        Route::api(
            Method::POST,
            "/w/{workspace}/members/{member}/ownership",
            "workspace.transfer",
            post(api_transfer),
        )
        .codes(&[(409, "already_owner")])
        .permission("workspace.transfer")
        .idempotency(Idempotency::Accepted)
        .answers::<MemberView>(200)
        .refuses(&[409]),
        Route::page(
            Method::GET,
            "/w/{workspace}/members/{member}/ownership",
            "workspace.transfer",
            get(show),
        )
        .permission("workspace.transfer"),
        Route::page(
            Method::POST,
            "/w/{workspace}/members/{member}/ownership",
            "workspace.transfer",
            post(form),
        )
        .permission("workspace.transfer")
        .idempotency(Idempotency::Accepted),
    ]
}

async fn api_transfer(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    let id = once(member::transfer(&cx, id).await)?;
    Ok(extract::data(&member::show(&cx, id).await?))
}

fn view(cx: &Cx, of: &MemberView, messages: &page::Messages) -> Markup {
    let workspace = cx.workspace.as_ref().map_or("", |w| w.name.as_str());
    let form = ui::parts::Form::post(
        cx.href(&format!("/members/{}/ownership", of.id)),
        html! {
            div.actions {
                (Button::danger(cx.t("identity-transfer")))
                (Button::quiet(cx.t("identity-back")).href(cx.href(&format!("/members/{}", of.id))))
            }
        },
    )
    .key(cx.form_key());
    let body = html! {
        p { (person(&of.display_name, None)) }
        p { (cx.tr("identity-transfer-text", &[("workspace", workspace.into())])) }
        (form)
    };
    form_page(cx, "identity-transfer", None, messages, body, None)
}

async fn show(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let of = member::show(&cx, id).await?;
    page::page(&cx, cx.t("identity-transfer"), view(&cx, &of, &vec![])).await
}

async fn form(cx: Cx, Id(id): Id<Uuid>, _: Form<Nothing>) -> Result<Response> {
    match once(member::transfer(&cx, id).await) {
        Ok(_) => Ok(extract::see_other(&cx.href(&format!("/members/{id}")))),
        Err(error) => {
            let of = member::show(&cx, id).await?;
            refused(&cx, error, "identity-transfer", |m| view(&cx, &of, m)).await
        }
    }
}
