//! Members of a workspace: the list, one member's roles, ending a membership.

use super::{form_page, role_list, role_words};
use crate::member::{self, MemberQuery, MemberView, Role, RoleChange};
use axum::{
    response::Response,
    routing::{get, post, put},
};
use http::Method;
use kernel::{
    Body, Cx, Edit, Error, Form, Id, Idempotency, Query, Result, Route, extract,
    extract::{IfMatch, Typed},
    input::Nothing,
    once, page,
};
use maud::{Markup, html};
use serde_json::json;
use ui::{
    Icon,
    parts::{
        Button, Choice, Column, Field, ListPage, Tab, Table, Tone, badge, form_button, hidden,
        none_match, pager, person, tabs, time,
    },
};
use uuid::Uuid;

pub fn routes() -> Vec<Route> {
    vec![
        Route::api(
            Method::GET,
            "/w/{workspace}/members",
            "member.list",
            get(api_list),
        )
        .permission("member.list")
        .query::<MemberQuery>()
        .lists::<MemberView>(),
        Route::api(
            Method::GET,
            "/w/{workspace}/members/{member}",
            "member.show",
            get(api_show),
        )
        .permission("member.list")
        .answers::<MemberView>(200),
        Route::api(
            Method::PUT,
            "/w/{workspace}/members/{member}/roles",
            "member.change_roles",
            put(api_roles),
        )
        .codes(&[
            (403, "role_above_own"),
            (403, "role_beyond_own"),
            (409, "last_owner"),
            (409, "member_not_active"),
        ])
        .permission("member.change_roles")
        .if_match()
        .idempotency(Idempotency::Accepted)
        .body::<RoleChange>()
        .example(json!({"roles": ["client", "freelancer"]}))
        .answers::<MemberView>(200)
        .refuses(&[409, 412]),
        Route::api(
            Method::POST,
            "/w/{workspace}/members/{member}/deactivation",
            "member.deactivate",
            post(api_deactivate),
        )
        .permission("member.deactivate")
        .idempotency(Idempotency::Accepted)
        .answers::<MemberView>(200)
        .refuses(&[409]),
        Route::api(
            Method::POST,
            "/w/{workspace}/members/{member}/reactivation",
            "member.reactivate",
            post(api_reactivate),
        )
        .permission("member.deactivate")
        .idempotency(Idempotency::Accepted)
        .answers::<MemberView>(200)
        .refuses(&[409]),
        Route::page(
            Method::GET,
            "/w/{workspace}/members",
            "member.list",
            get(list),
        )
        .permission("member.list")
        .query::<MemberQuery>(),
        Route::page(
            Method::GET,
            "/w/{workspace}/members/{member}",
            "member.show",
            get(show),
        )
        .permission("member.list"),
        Route::page(
            Method::POST,
            "/w/{workspace}/members/{member}/roles",
            "member.change_roles",
            post(form_roles),
        )
        .permission("member.change_roles")
        .idempotency(Idempotency::Accepted)
        .body::<Edit<RoleChange>>(),
        Route::page(
            Method::POST,
            "/w/{workspace}/members/{member}/deactivation",
            "member.deactivate",
            post(form_deactivate),
        )
        .permission("member.deactivate")
        .idempotency(Idempotency::Accepted),
        Route::page(
            Method::POST,
            "/w/{workspace}/members/{member}/reactivation",
            "member.reactivate",
            post(form_reactivate),
        )
        .permission("member.deactivate")
        .idempotency(Idempotency::Accepted),
    ]
}

async fn api_list(cx: Cx, Query(query): Query<MemberQuery>) -> Result<Response> {
    Ok(member::list(&cx, &query).await?.answer())
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>, headers: http::HeaderMap) -> Result<Response> {
    let view = member::show(&cx, id).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_roles(
    cx: Cx,
    Id(id): Id<Uuid>,
    headers: http::HeaderMap,
    IfMatch(version): IfMatch,
    Body(change): Body<RoleChange>,
) -> Result<Response> {
    let changed = once(member::change_roles(&cx, id, version, &change).await);
    let id = extract::or_current(changed, member::show(&cx, id)).await?;
    let view = member::show(&cx, id).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_deactivate(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    let id = once(member::deactivate(&cx, id).await)?;
    Ok(extract::data(&member::show(&cx, id).await?))
}

async fn api_reactivate(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    let id = once(member::reactivate(&cx, id).await)?;
    Ok(extract::data(&member::show(&cx, id).await?))
}

fn state(cx: &Cx, state: &str) -> Markup {
    let tone = if state == "active" {
        Tone::Good
    } else {
        Tone::Neutral
    };
    badge(tone, cx.t(&format!("identity-member-{state}")))
}

async fn list(cx: Cx, Query(query): Query<MemberQuery>) -> Result<Response> {
    let found = member::list(&cx, &query).await?;
    let now = cx.kernel.now().await?;
    let columns = vec![
        Column::text(cx.t("identity-member")),
        Column::text(cx.t("identity-roles")),
        Column::text(cx.t("identity-state")),
        Column::text(cx.t("identity-joined")),
    ];
    let rows = found.rows.iter().map(|m| {
        let href = cx.href(&format!("/members/{}", m.id));
        vec![
            person(&m.display_name, Some(&href)),
            html! { (role_list(&cx, &m.roles)) },
            state(&cx, &m.state),
            html! { (time(cx.locale, now, m.joined_at)) },
        ]
    });
    let suffix = query.state.map_or(String::new(), |s| format!("&state={s}"));
    let href = |cursor: &Option<String>| {
        cursor
            .as_ref()
            .map(|c| cx.href(&format!("/members?cursor={c}{suffix}")))
    };
    let (prev, next) = (href(&found.prev), href(&found.next));
    let actions = html! {
        @if cx.can("member.invite", &[]) { (Button::primary(cx.t("identity-invite")).href(cx.href("/invitations/new")).icon(Icon::UserPlus)) }
        @if cx.can("invitation.list", &[]) { (Button::quiet(cx.t("identity-invitations")).href(cx.href("/invitations")).icon(Icon::Mail)) }
        @if cx.can("role.list", &[]) { (Button::quiet(cx.t("identity-roles")).href(cx.href("/roles")).icon(Icon::ShieldCheck)) }
    };
    let tab = |name: Option<&'static str>| {
        let label = name.map_or("identity-members-all".to_owned(), |s| {
            format!("identity-member-{s}")
        });
        let at = name.map_or(String::new(), |s| format!("?state={s}"));
        Tab::new(
            cx.t(&label),
            cx.href(&format!("/members{at}")),
            query.state == name,
        )
    };
    let views = [None, Some("active"), Some("deactivated"), Some("removed")].map(tab);
    let page = ListPage {
        title: cx.t("identity-members"),
        views: Some(tabs(&cx.t("identity-state"), &views)),
        count: found
            .total
            .map(|n| ui::text::number(cx.locale, n.min(kernel::list::COUNTED))),
        actions: Some(actions),
        body: html! {
            @if found.rows.is_empty() { (none_match(cx.locale, Icon::Users, cx.href("/members"))) }
            @else { (Table::new(cx.t("identity-members"), columns).rows(rows)) }
        },
        pager: Some(pager(cx.locale, prev.as_deref(), next.as_deref(), None)),
        ..ListPage::default()
    };
    page::page(&cx, cx.t("identity-members"), html! { (page) }).await
}

async fn load(cx: &Cx, id: Uuid) -> Result<(MemberView, Vec<Role>)> {
    let view = member::show(cx, id).await?;
    let mut tx = cx.read().await?;
    let roles = member::roles(&mut tx, cx).await?;
    tx.finish().await?;
    Ok((view, roles))
}

async fn show(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let (view, roles) = load(&cx, id).await?;
    page::page_under(
        &cx,
        view.display_name.clone(),
        trail(&cx),
        body(&cx, &view, &roles, &vec![]),
    )
    .await
}

fn trail(cx: &Cx) -> Vec<(String, String)> {
    vec![(cx.t("identity-members"), cx.href("/members"))]
}

fn body(cx: &Cx, view: &MemberView, roles: &[Role], messages: &page::Messages) -> Markup {
    let choices = roles
        .iter()
        .map(|r| {
            let held = view.roles.contains(&r.key);
            Choice::new(r.key.as_str(), role_words(cx, &r.key, &r.name))
                .disabled(!r.grantable && !held)
        })
        .collect();
    let wrong = messages
        .iter()
        .find(|(name, _)| name == "roles" || name.starts_with("roles."))
        .map(|(_, words)| words.as_str());
    let edit = ui::parts::Form::post(
        cx.href(&format!("/members/{}/roles", view.id)),
        html! {
            (hidden("version", &view.version.to_string()))
            (Field::checkboxes("roles", cx.t("identity-roles"), choices).values(view.roles.iter().map(String::as_str)).error(wrong))
            div.actions { (Button::primary(cx.t("identity-save"))) }
        },
    )
    .key(cx.form_key());
    let key = cx.form_key();
    let (path, act) = if view.state == "active" {
        ("deactivation", Button::danger(cx.t("identity-deactivate")))
    } else {
        ("reactivation", Button::quiet(cx.t("identity-reactivate")))
    };
    let form = html! {
        p { (person(&view.display_name, None)) " " (state(cx, &view.state)) }
        @if view.state == "active" && cx.can("member.change_roles", &[]) { (edit) } @else { p { (role_list(cx, &view.roles)) } }
    };
    let below = html! {
        @if view.state != "removed" && cx.can("member.deactivate", &[]) {
            section.panel {
                h2 { (cx.t("identity-membership")) }
                p.hint { (cx.t("identity-deactivate-hint")) }
                (form_button(&cx.href(&format!("/members/{}/{path}", view.id)), Some(&key), &act, &[]))
                @if cx.can("member.remove", &[]) {
                    p.hint { (cx.t("identity-remove-hint")) }
                    div.actions { (Button::quiet(cx.t("identity-remove")).href(cx.href(&format!("/members/{}/removal", view.id))).icon(Icon::Trash2)) }
                }
            }
        }
        @if view.state == "active" && cx.me() != Some(view.id) && cx.can("workspace.transfer", &[]) && !view.roles.iter().any(|r| r == member::OWNER) {
            section.panel {
                h2 { (cx.t("identity-transfer")) }
                p.hint { (cx.t("identity-transfer-hint")) }
                div.actions { (Button::quiet(cx.t("identity-transfer")).href(cx.href(&format!("/members/{}/ownership", view.id))).icon(Icon::KeyRound)) }
            }
        }
    };
    form_page(cx, "identity-member", None, messages, form, Some(below))
}

async fn told(cx: &Cx, id: Uuid, result: Result<Uuid>) -> Result<Response> {
    match once(result) {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/members/{id}")))),
        Err(error) => {
            let (view, roles) = load(cx, id).await?;
            let (status, messages) = page::refusal(cx, error)?;
            page::page_with(
                cx,
                status,
                view.display_name.clone(),
                body(cx, &view, &roles, &messages),
            )
            .await
        }
    }
}

async fn form_roles(cx: Cx, Id(id): Id<Uuid>, form: Form<Edit<RoleChange>>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => member::change_roles(&cx, id, input.version, &input.input).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Err(error) if error.is_stale() => stale(&cx, id, &form.typed).await,
        result => told(&cx, id, result).await,
    }
}

/// Two edits at once: both sets of roles are shown, to choose from. A set is one value here, since
/// half of either was meant by nobody.
async fn stale(cx: &Cx, id: Uuid, typed: &Typed) -> Result<Response> {
    let (view, roles) = load(cx, id).await?;
    let joined = |keys: Vec<&str>| {
        let mut keys = keys;
        keys.sort_unstable();
        keys.join(",")
    };
    let (mut mine, mut now) = (Typed::default(), Typed::default());
    mine.set("version", typed.get("version"));
    mine.set("roles", joined(typed.all("roles").collect()));
    now.set("version", view.version.to_string());
    now.set(
        "roles",
        joined(view.roles.iter().map(String::as_str).collect()),
    );
    let shown = |_: &str, value: &str| {
        let words = value.split(',').map(|key| {
            let name = roles.iter().find(|r| r.key == key);
            role_words(cx, key, name.map_or(key, |r| r.name.as_str()))
        });
        let words: Vec<String> = words.collect();
        words.join(&cx.t("identity-list-comma"))
    };
    let stale = page::Stale {
        title: view.display_name.clone(),
        action: cx.href(&format!("/members/{id}/roles")),
        back: cx.href(&format!("/members/{id}")),
        mine: &mine,
        now: &now,
        label: &|_| cx.t("identity-roles"),
        shown: &shown,
    };
    page::stale(cx, stale).await
}

async fn form_deactivate(cx: Cx, Id(id): Id<Uuid>, _: Form<Nothing>) -> Result<Response> {
    let result = member::deactivate(&cx, id).await;
    told(&cx, id, result).await
}

async fn form_reactivate(cx: Cx, Id(id): Id<Uuid>, _: Form<Nothing>) -> Result<Response> {
    let result = member::reactivate(&cx, id).await;
    told(&cx, id, result).await
}
