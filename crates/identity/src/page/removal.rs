//! Removing a member and leaving: the page that asks for the decision and who takes over, the API.

use super::{form_page, no_content, refused};
use crate::member::{self, Heir, Leave};
use axum::{
    response::Response,
    routing::{delete, get, post},
};
use http::Method;
use kernel::{
    Body, Cx, Error, Form, Id, Idempotency, Result, Route, extract, extract::Typed, once, page,
};
use maud::{Markup, html};
use serde_json::json;
use ui::parts::{Button, Choice, Field, person};
use uuid::Uuid;

pub fn routes() -> Vec<Route> {
    vec![
        Route::api(
            Method::DELETE,
            "/w/{workspace}/members/{member}",
            "member.remove",
            delete(api_remove),
        )
        .codes(&[(409, "member_has_contracts"), (409, "member_owns_records")])
        .permission("member.remove")
        .body::<Leave>()
        .example(json!({}))
        .status(204)
        .refuses(&[409]),
        Route::api(
            Method::POST,
            "/w/{workspace}/members/leave",
            "member.leave",
            post(api_leave),
        )
        .codes(&[(409, "last_owner"), (409, "member_has_contracts")])
        .permission("workspace.show")
        .idempotency(Idempotency::Accepted)
        .body::<Leave>()
        .example(json!({}))
        .status(204)
        .refuses(&[409]),
        Route::page(
            Method::GET,
            "/w/{workspace}/members/{member}/removal",
            "member.remove",
            get(show_remove),
        )
        .permission("member.remove"),
        Route::page(
            Method::POST,
            "/w/{workspace}/members/{member}/removal",
            "member.remove",
            post(form_remove),
        )
        .permission("member.remove")
        .idempotency(Idempotency::Accepted)
        .body::<Leave>(),
        Route::page(
            Method::GET,
            "/w/{workspace}/leave",
            "member.leave",
            get(show_leave),
        )
        .permission("workspace.show"),
        Route::page(
            Method::POST,
            "/w/{workspace}/leave",
            "member.leave",
            post(form_leave),
        )
        .permission("workspace.show")
        .idempotency(Idempotency::Accepted)
        .body::<Leave>(),
    ]
}

async fn api_remove(cx: Cx, Id(id): Id<Uuid>, Body(input): Body<Leave>) -> Result<Response> {
    once(member::remove(&cx, id, &input).await)?;
    Ok(no_content())
}

async fn api_leave(cx: Cx, Body(input): Body<Leave>) -> Result<Response> {
    once(member::leave(&cx, &input).await)?;
    Ok(no_content())
}

/// What the page of the decision shows.
struct Decision {
    title: &'static str,
    text: &'static str,
    path: String,
    back: String,
    name: String,
    owned: i64,
    heirs: Vec<Heir>,
}

async fn of_removal(cx: &Cx, id: Uuid) -> Result<Decision> {
    let view = member::show(cx, id).await?;
    let (owned, heirs) = member::heirs(cx, id).await?;
    Ok(Decision {
        title: "identity-remove",
        text: "identity-remove-text",
        path: cx.href(&format!("/members/{id}/removal")),
        back: cx.href(&format!("/members/{id}")),
        name: view.display_name,
        owned,
        heirs,
    })
}

async fn of_leaving(cx: &Cx) -> Result<Decision> {
    let me = cx.member()?.clone();
    let (owned, heirs) = member::heirs(cx, me.id).await?;
    Ok(Decision {
        title: "identity-leave",
        text: "identity-leave-text",
        path: cx.href("/leave"),
        back: "/workspaces".to_owned(),
        name: me.display_name,
        owned,
        heirs,
    })
}

fn view(cx: &Cx, of: &Decision, typed: &Typed, messages: &page::Messages) -> Markup {
    let workspace = cx.workspace.as_ref().map_or("", |w| w.name.as_str());
    let choices = std::iter::once(Choice::new("", cx.t("identity-new-owner-choose")))
        .chain(
            of.heirs
                .iter()
                .map(|h| Choice::new(h.id.to_string(), h.display_name.as_str())),
        )
        .collect();
    let form = ui::parts::Form::post(
        of.path.as_str(),
        html! {
            @if of.owned > 0 {
                (Field::select("new_owner_id", cx.t("identity-new-owner"), choices).value(typed.get("new_owner_id")).required()
                    .hint(cx.tr("identity-new-owner-hint", &[("n", of.owned.into())]))
                    .error(page::message_of(messages, "new_owner_id")))
            }
            div.actions {
                (Button::danger(cx.t(of.title)))
                (Button::quiet(cx.t("identity-back")).href(of.back.as_str()))
            }
        },
    )
    .key(cx.form_key());
    let body = html! {
        p { (person(&of.name, None)) }
        p { (cx.tr(of.text, &[("workspace", workspace.into())])) }
        (form)
    };
    form_page(cx, of.title, None, messages, body, None)
}

async fn show_remove(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let of = of_removal(&cx, id).await?;
    let body = view(&cx, &of, &Typed::default(), &vec![]);
    page::page(&cx, cx.t(of.title), body).await
}

async fn show_leave(cx: Cx) -> Result<Response> {
    let of = of_leaving(&cx).await?;
    let body = view(&cx, &of, &Typed::default(), &vec![]);
    page::page(&cx, cx.t(of.title), body).await
}

async fn form_remove(cx: Cx, Id(id): Id<Uuid>, form: Form<Leave>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(member::remove(&cx, id, &input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href("/members"))),
        Err(error) => {
            let of = of_removal(&cx, id).await?;
            refused(&cx, error, of.title, |m| view(&cx, &of, &form.typed, m)).await
        }
    }
}

async fn form_leave(cx: Cx, form: Form<Leave>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(member::leave(&cx, &input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other("/workspaces")),
        Err(error) => {
            let of = of_leaving(&cx).await?;
            refused(&cx, error, of.title, |m| view(&cx, &of, &form.typed, m)).await
        }
    }
}
