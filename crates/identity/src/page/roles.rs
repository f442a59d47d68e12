//! Roles and the limits of their holders: the list, one role's form, the API.

use super::{refused, role_words};
use crate::role::{self, RoleEdit, RoleQuery, RoleView};
use axum::{
    response::Response,
    routing::{get, patch, post},
};
use http::{HeaderMap, Method};
use kernel::{
    Body, Cx, Edit, Error, Form, Id, Idempotency, Query, Result, Route, extract,
    extract::{IfMatch, Typed},
    once, page,
};
use maud::{Markup, html};
use serde_json::json;
use ui::parts::{
    Button, Choice, Column, Field, FormPage, ListPage, Table, error_summary, hidden, pager,
};
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
        .example(json!({"session_cap": 2, "session_policy": "end_oldest", "idle_seconds": 1_800, "absolute_seconds": 43_200}))
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
        .body::<Edit<RoleEdit>>(),
    ]
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

/// What the two times may be chosen as, in seconds.
const IDLE: &[i64] = &[300, 900, 1_800, 3_600, 28_800, 86_400, 604_800];
const ABSOLUTE: &[i64] = &[900, 3_600, 28_800, 43_200, 86_400, 604_800, 2_592_000];

/// A span of time in words; the usual one where none is set.
fn span(cx: &Cx, seconds: Option<i64>) -> String {
    let Some(seconds) = seconds else {
        return cx.t("identity-span-usual");
    };
    let (unit, length) = match seconds {
        s if s % 86_400 == 0 => ("days", 86_400),
        s if s % 3_600 == 0 => ("hours", 3_600),
        s if s % 60 == 0 => ("minutes", 60),
        _ => ("seconds", 1),
    };
    cx.tr(
        &format!("identity-span-{unit}"),
        &[("n", (seconds / length).into())],
    )
}

/// The times to choose from, the one in force among them.
fn spans(cx: &Cx, usual: &[i64], known: Option<i32>) -> Vec<Choice> {
    let mut all = usual.to_vec();
    all.extend(known.map(i64::from));
    all.sort_unstable();
    all.dedup();
    let each = all
        .into_iter()
        .map(|s| Choice::new(s.to_string(), span(cx, Some(s))));
    std::iter::once(Choice::new("", span(cx, None)))
        .chain(each)
        .collect()
}

fn text(number: Option<i32>) -> String {
    number.map_or(String::new(), |n| n.to_string())
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
    let known = text(of.session_cap);
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
            (Field::select("idle_seconds", cx.t("identity-idle-seconds"), spans(cx, IDLE, of.idle_seconds))
                .value(value("idle_seconds", text(of.idle_seconds))).hint(cx.t("identity-idle-seconds-hint"))
                .error(page::message_of(messages, "idle_seconds")))
            (Field::select("absolute_seconds", cx.t("identity-absolute-seconds"), spans(cx, ABSOLUTE, of.absolute_seconds))
                .value(value("absolute_seconds", text(of.absolute_seconds))).hint(cx.t("identity-absolute-seconds-hint"))
                .error(page::message_of(messages, "absolute_seconds")))
            div.actions { (Button::primary(cx.t("identity-save"))) (Button::quiet(cx.t("identity-back")).href(cx.href("/roles"))) }
        },
    )
    .key(cx.form_key());
    let form = html! {
        @if cx.can("role.update", &[]) { (fields) } @else {
            p { (cx.t("identity-session-cap")) ": " (cap(cx, of)) }
            p { (cx.t("identity-session-policy")) ": " (policy(cx, &of.session_policy)) }
            p { (cx.t("identity-idle-seconds")) ": " (span(cx, of.idle_seconds.map(i64::from))) }
            p { (cx.t("identity-absolute-seconds")) ": " (span(cx, of.absolute_seconds.map(i64::from))) }
        }
    };
    html! {
        (FormPage {
            title: role_words(cx, &of.key, &of.name),
            errors: (!messages.is_empty()).then(|| error_summary(cx.locale, messages)),
            form,
            ..FormPage::default()
        })
    }
}

async fn show(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let of = role::show(&cx, id).await?;
    let body = view(&cx, &of, &Typed::default(), &vec![]);
    page::page_under(&cx, role_words(&cx, &of.key, &of.name), trail(&cx), body).await
}

/// Two edits at once: both are shown, to choose from.
async fn stale(cx: &Cx, id: Uuid, mine: &Typed) -> Result<Response> {
    let of = role::show(cx, id).await?;
    let mut now = Typed::default();
    now.set("version", of.version.to_string());
    now.set("session_cap", text(of.session_cap));
    now.set("session_policy", of.session_policy);
    now.set("idle_seconds", text(of.idle_seconds));
    now.set("absolute_seconds", text(of.absolute_seconds));
    let label = |name: &str| cx.t(&format!("identity-{}", name.replace('_', "-")));
    let shown = |name: &str, value: &str| match name {
        "session_policy" => policy(cx, value),
        "idle_seconds" | "absolute_seconds" => span(cx, value.parse().ok()),
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

async fn form(cx: Cx, Id(id): Id<Uuid>, form: Form<Edit<RoleEdit>>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(role::update(&cx, id, input.version, &input.input).await),
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
