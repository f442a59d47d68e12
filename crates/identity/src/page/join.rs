//! A signed-in account joins a further workspace.

use super::{form_page, refused, register::role_choice};
use crate::{
    registration::{self, Joining},
    workspace::{self, OpenRole},
};
use axum::{
    response::Response,
    routing::{get, post},
};
use http::Method;
use kernel::{Body, Cx, Error, Form, Result, Route, extract, extract::Typed, page};
use maud::{Markup, html};
use serde::Serialize;
use serde_json::json;
use ui::parts::Button;
use uuid::Uuid;

pub fn routes() -> Vec<Route> {
    vec![
        Route::api(
            Method::POST,
            "/w/{workspace}/members/join",
            "member.join",
            post(api_join),
        )
        .codes(&[(409, "already_member")])
        .signed_in()
        .body::<Joining>()
        .example(json!({"roles": ["client"]}))
        .answers::<JoinedView>(201)
        .refuses(&[409, 503]),
        Route::page(Method::GET, "/w/{workspace}/join", "member.join", get(show)).signed_in(),
        Route::page(
            Method::POST,
            "/w/{workspace}/join",
            "member.join",
            post(form),
        )
        .signed_in()
        .body::<Joining>(),
    ]
}

/// A membership just begun.
#[derive(Serialize, utoipa::ToSchema)]
pub struct JoinedView {
    /// The member's id in the workspace.
    pub member_id: Uuid,
}

async fn api_join(cx: Cx, Body(input): Body<Joining>) -> Result<Response> {
    let member_id = registration::join(&cx, &input).await?;
    Ok(extract::created(&JoinedView { member_id }))
}

async fn show(cx: Cx) -> Result<Response> {
    if cx.member.is_some() {
        return Ok(extract::see_other(&cx.href("")));
    }
    if !cx.session()?.verified {
        return Ok(extract::see_other("/verify"));
    }
    let open = workspace::open_roles(&cx).await?;
    page::page(
        &cx,
        cx.t("identity-join"),
        view(&cx, &open, &Typed::default(), &vec![]),
    )
    .await
}

fn view(cx: &Cx, open: &[OpenRole], typed: &Typed, messages: &page::Messages) -> Markup {
    let name = cx.workspace.as_ref().map_or("", |w| w.name.as_str());
    let form = ui::parts::Form::post(
        cx.href("/join"),
        html! {
            p.lead { (cx.tr("identity-join-lead", &[("workspace", name.into())])) }
            (role_choice(cx, open, typed, messages))
            div.actions { (Button::primary(cx.t("identity-join"))) }
        },
    );
    form_page(cx, "identity-join", None, messages, html! { (form) }, None)
}

async fn form(cx: Cx, form: Form<Joining>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => registration::join(&cx, &input).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href(""))),
        Err(error) => {
            let open = workspace::open_roles(&cx).await?;
            refused(&cx, error, "identity-join", |m| {
                view(&cx, &open, &form.typed, m)
            })
            .await
        }
    }
}
