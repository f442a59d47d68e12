//! Where a person is signed in: the panel of the account page and the API.

use super::no_content;
use crate::session::{self, SessionView};
use axum::{
    response::Response,
    routing::{delete, get, post},
};
use base::Instant;
use http::Method;
use kernel::{
    Body, Cx, Form, Id, Input, Query, Reader, Result, Route, extract,
    input::Nothing,
    list::{Page, Paging},
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{Button, Column, Table, Tone, badge, form_button, time},
};
use uuid::Uuid;

pub fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::GET, "/me/sessions", "session.list", get(api_list))
            .signed_in()
            .query::<Which>()
            .lists::<SessionView>(),
        Route::api(
            Method::DELETE,
            "/me/sessions/{session}",
            "session.end",
            delete(api_end),
        )
        .signed_in()
        .status(204),
        Route::api(
            Method::POST,
            "/me/sessions/end-others",
            "session.end_others",
            post(api_end_others),
        )
        .signed_in()
        .status(204),
        Route::page(
            Method::POST,
            "/account/sessions/{session}/end",
            "session.end",
            post(form_end),
        )
        .signed_in(),
        Route::page(
            Method::POST,
            "/account/sessions/end-others",
            "session.end_others",
            post(form_end_others),
        )
        .signed_in(),
    ]
}

/// Which page of one's sessions.
pub struct Which(Paging);

impl Input for Which {
    fn read(r: &mut Reader) -> Self {
        Self(Paging::read(r))
    }
}

async fn api_list(cx: Cx, Query(which): Query<Which>) -> Result<Response> {
    Ok(session::list(&cx, &which.0).await?.answer())
}

async fn api_end(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    session::end(&cx, id).await?;
    Ok(no_content())
}

async fn api_end_others(cx: Cx, _: Body<Nothing>) -> Result<Response> {
    session::end_others(&cx).await?;
    Ok(no_content())
}

async fn form_end(cx: Cx, Id(id): Id<Uuid>, _: Form<Nothing>) -> Result<Response> {
    session::end(&cx, id).await?;
    Ok(extract::see_other("/account"))
}

async fn form_end_others(cx: Cx, _: Form<Nothing>) -> Result<Response> {
    session::end_others(&cx).await?;
    Ok(extract::see_other("/account"))
}

/// The sessions of the account, the present one marked, each with the means to end it.
pub fn panel(cx: &Cx, now: Instant, sessions: &Page<SessionView>) -> Markup {
    let columns = vec![
        Column::text(cx.t("identity-session-device")),
        Column::text(cx.t("identity-session-network")),
        Column::text(cx.t("identity-session-since")),
        Column::text(cx.t("identity-session-seen")),
        Column::actions(cx.t("identity-acts")),
    ];
    let rows = sessions.rows.iter().map(|s| {
        let icon = match s.device.as_str() {
            "phone" | "tablet" => Icon::Smartphone,
            "computer" => Icon::Monitor,
            _ => Icon::Code,
        };
        vec![
            html! {
                (icon) " " (cx.t(&format!("identity-device-{}", s.device)))
                @if !s.browser.is_empty() { " · " bdi { (s.browser) } }
                @if s.is_current { " " (badge(Tone::Good, cx.t("identity-session-current"))) }
            },
            html! {
                @if s.network == "unknown" { "—" } @else { bdi { (s.network) } }
                " · " (cx.t(&format!("identity-place-{}", s.place.replace('_', "-"))))
            },
            html! { (time(cx.locale, now, s.created_at)) },
            html! { (time(cx.locale, now, s.last_seen_at)) },
            html! {
                @if !s.is_current {
                    (form_button(&format!("/account/sessions/{}/end", s.id), None, &Button::quiet(cx.t("identity-session-end")).small(), &[]))
                }
            },
        ]
    });
    html! {
        section.panel {
            h2 { (cx.t("identity-sessions")) }
            p.hint { (cx.t("identity-sessions-hint")) }
            (Table::new(cx.t("identity-sessions"), columns).rows(rows))
            @if sessions.rows.len() > 1 {
                div.actions { (form_button("/account/sessions/end-others", None, &Button::danger(cx.t("identity-session-end-others")), &[])) }
            }
        }
    }
}
