//! Roles and the limits of their holders: the list, one role's form, the API.

use super::{form_page, refused, role_words};
use crate::role::{self, RoleEdit, RoleQuery, RoleView};
use axum::{
    response::Response,
    routing::{get, patch, post},
};
use http::{HeaderMap, Method};
use kernel::{
    Body, Cx, Error, Form, Id, Idempotency, Input, Query, Reader, Result, Route, extract,
    extract::{IfMatch, Typed},
    once, page,
};
use maud::{Markup, html};
use serde_json::json;
use ui::parts::{Button, Choice, Column, Field, ListPage, Table, hidden, pager};
use uuid::Uuid;

pub fn routes() -> Vec<Route> {
    vec![
        Route::api(
            Method::GET,
            "/w/{workspace}/roles",
            "role.list",
            get(api_list),
        )
        .permission("role.list")
        .query::<RoleQuery>()
        .lists::<RoleView>(),
        Route::api(
            Method::GET,
            "/w/{workspace}/roles/{role}",
            "role.show",
            get(api_show),
        )
        .permission("role.list")
        .answers::<RoleView>(200),
        Route::api(
            Method::PATCH,
            "/w/{workspace}/roles/{role}",
            "role.update",
            patch(api_update),
        )
        .permission("role.update")
        .if_match()
        .body::<RoleEdit>()
        .example(json!({"session_cap": 2, "session_policy": "end_oldest"}))
        .answers::<RoleView>(200),
        Route::page(Method::GET, "/w/{workspace}/roles", "role.list", get(list))
            .permission("role.list")
            .query::<RoleQuery>(),
        Route::page(
            Method::GET,
            "/w/{workspace}/roles/{role}",
            "role.show",
            get(show),
        )
        .permission("role.list"),
        Route::page(
            Method::POST,
            "/w/{workspace}/roles/{role}",
            "role.update",
            post(form),
        )
        .permission("role.update")
        .idempotency(Idempotency::Accepted)
        .body::<RoleForm>(),
    ]
}

/// The limits from the page's form, with the version they were filled in against.
pub struct RoleForm {
    edit: RoleEdit,
    version: i64,
}

impl Input for RoleForm {
    fn read(r: &mut Reader) -> Self {
        Self {
            edit: RoleEdit::read(r),
            version: r.integer("version", 1, i64::MAX),
        }
    }
}

async fn api_list(cx: Cx, Query(query): Query<RoleQuery>) -> Result<Response> {
    Ok(role::list(&cx, &query).await?.answer())
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>, headers: HeaderMap) -> Result<Response> {
    let view = role::show(&cx, id).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_update(
    cx: Cx,
    Id(id): Id<Uuid>,
    headers: HeaderMap,
    IfMatch(version): IfMatch,
    Body(edit): Body<RoleEdit>,
) -> Result<Response> {
    let edited = once(role::update(&cx, id, version, &edit).await);
    extract::or_current(edited, role::show(&cx, id)).await?;
    let view = role::show(&cx, id).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

fn cap(cx: &Cx, role: &RoleView) -> String {
    match role.session_cap {
        Some(most) => ui::text::number(cx.locale, i64::from(most)),
        None => cx.t("identity-session-cap-usual"),
    }
}

async fn list(cx: Cx, Query(query): Query<RoleQuery>) -> Result<Response> {
    let found = role::list(&cx, &query).await?;
    let columns = vec![
        Column::text(cx.t("identity-role")),
        Column::number(cx.t("identity-members")),
        Column::text(cx.t("identity-session-cap")),
        Column::text(cx.t("identity-session-policy")),
    ];
    let rows = found.rows.iter().map(|r| {
        let href = cx.href(&format!("/roles/{}", r.id));
        vec![
            html! { a href=(href) { (role_words(&cx, &r.key, &r.name)) } },
            html! { (ui::text::number(cx.locale, r.members)) },
            html! { (cap(&cx, r)) },
            html! { (policy(&cx, &r.session_policy)) },
        ]
    });
    let href = |cursor: &Option<String>| {
        cursor
            .as_ref()
            .map(|c| cx.href(&format!("/roles?cursor={c}")))
    };
    let (prev, next) = (href(&found.prev), href(&found.next));
    let list = ListPage {
        title: cx.t("identity-roles"),
        lead: Some(cx.t("identity-roles-lead")),
        body: html! { (Table::new(cx.t("identity-roles"), columns).rows(rows)) },
        pager: Some(pager(cx.locale, prev.as_deref(), next.as_deref(), None)),
        ..ListPage::default()
    };
    page::page_under(
        &cx,
        cx.t("identity-roles"),
        trail(&cx)[..1].to_vec(),
        html! { (list) },
    )
    .await
}

fn policy(cx: &Cx, policy: &str) -> String {
    cx.t(&format!(
        "identity-session-policy-{}",
        policy.replace('_', "-")
    ))
}

fn trail(cx: &Cx) -> Vec<(String, String)> {
    vec![
        (cx.t("identity-members"), cx.href("/members")),
        (cx.t("identity-roles"), cx.href("/roles")),
    ]
}

fn view(cx: &Cx, of: &RoleView, typed: &Typed, messages: &page::Messages) -> Markup {
    let value = |name: &str, known: String| {
        if typed.0.is_empty() {
            known
        } else {
            typed.get(name).to_owned()
        }
    };
    let known = of.session_cap.map_or(String::new(), |cap| cap.to_string());
    let policies = role::POLICIES
        .iter()
        .map(|p| Choice::new(*p, policy(cx, p)))
        .collect();
    let fields = ui::parts::Form::post(
        cx.href(&format!("/roles/{}", of.id)),
        html! {
            (hidden("version", &of.version.to_string()))
            (Field::number("session_cap", cx.t("identity-session-cap")).value(value("session_cap", known)).min("1").max("100").optional(cx.locale)
                .hint(cx.t("identity-session-cap-hint")).error(page::message_of(messages, "session_cap")))
            (Field::radios("session_policy", cx.t("identity-session-policy"), policies).value(value("session_policy", of.session_policy.clone()))
                .hint(cx.t("identity-session-policy-hint"))
                .error(page::message_of(messages, "session_policy")))
            div.actions { (Button::primary(cx.t("identity-save"))) (Button::quiet(cx.t("identity-back")).href(cx.href("/roles"))) }
        },
    )
    .key(cx.form_key());
    let form = html! {
        h2 { (role_words(cx, &of.key, &of.name)) }
        @if cx.can("role.update", &[]) { (fields) } @else {
            p { (cx.t("identity-session-cap")) ": " (cap(cx, of)) }
            p { (cx.t("identity-session-policy")) ": " (policy(cx, &of.session_policy)) }
        }
    };
    form_page(cx, "identity-role", None, messages, form, None)
}

async fn show(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let of = role::show(&cx, id).await?;
    let body = view(&cx, &of, &Typed::default(), &vec![]);
    page::page_under(&cx, cx.t("identity-role"), trail(&cx), body).await
}

/// Two edits at once: both are shown, to choose from.
async fn stale(cx: &Cx, id: Uuid, mine: &Typed) -> Result<Response> {
    let of = role::show(cx, id).await?;
    let mut now = Typed::default();
    now.set("version", of.version.to_string());
    now.set(
        "session_cap",
        of.session_cap.map_or(String::new(), |cap| cap.to_string()),
    );
    now.set("session_policy", of.session_policy);
    let label = |name: &str| cx.t(&format!("identity-{}", name.replace('_', "-")));
    let shown = |name: &str, value: &str| match name {
        "session_policy" => policy(cx, value),
        _ => value.to_owned(),
    };
    let stale = page::Stale {
        title: cx.t("identity-role"),
        action: cx.href(&format!("/roles/{id}")),
        back: cx.href("/roles"),
        mine,
        now: &now,
        label: &label,
        shown: &shown,
    };
    page::stale(cx, stale).await
}

async fn form(cx: Cx, Id(id): Id<Uuid>, form: Form<RoleForm>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(role::update(&cx, id, input.version, &input.edit).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href("/roles"))),
        Err(error) if error.is_stale() => stale(&cx, id, &form.typed).await,
        Err(error) => {
            let of = role::show(&cx, id).await?;
            refused(&cx, error, "identity-role", |m| {
                view(&cx, &of, &form.typed, m)
            })
            .await
        }
    }
}
