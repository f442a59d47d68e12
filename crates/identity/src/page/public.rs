//! What anyone may open: the first page, the terms, the choice of language and theme.

use crate::{
    account::{self, Preferences},
    session,
    signin::local_path,
    workspace,
};
use axum::{
    response::Response,
    routing::{get, post},
};
use http::Method;
use kernel::{
    Cx, Form, Input, Part, Query, Reader, Result, Route, edge, extract, list::Paging, page,
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{Button, ListPage, empty_state, pager},
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::page(Method::GET, "/", "home.show", get(home)).public(),
        // What people type from habit: it leads where signing in leads.
        Route::page(Method::GET, "/dashboard", "home.landing", get(home)).signed_in(),
        Route::page(Method::GET, "/terms", "terms.show", get(terms)).public(),
        Route::page(
            Method::POST,
            "/preferences",
            "account.preferences",
            post(prefer),
        )
        .public()
        .body::<Preferences>(),
        Route::page(
            Method::GET,
            "/workspaces",
            "workspace.list",
            get(workspaces),
        )
        .signed_in()
        .query::<Workspaces>(),
        Route::api(
            Method::GET,
            "/me/workspaces",
            "workspace.list",
            get(api_workspaces),
        )
        .signed_in()
        .query::<Workspaces>()
        .lists::<workspace::MembershipView>(),
    ]
}

async fn home(cx: Cx) -> Result<Response> {
    if let Some(me) = &cx.session {
        let to = if me.verified {
            workspace::home(&cx.kernel, me.account_id).await?
        } else {
            "/verify".to_owned()
        };
        return Ok(extract::see_other(&to));
    }
    let places = workspace::open_places(&cx.kernel).await;
    let places = Part::confine("identity.places", places)?;
    let cards = [
        (
            Icon::Handshake,
            "identity-home-agree",
            "identity-home-agree-text",
        ),
        (
            Icon::Wallet,
            "identity-home-money",
            "identity-home-money-text",
        ),
        (
            Icon::ShieldCheck,
            "identity-home-privacy",
            "identity-home-privacy-text",
        ),
    ];
    let body = html! {
        div.stack {
            h1 { (cx.t("identity-home-title")) }
            p.lead { (cx.t("identity-home-lead")) }
            div.actions {
                (Button::primary(cx.t("identity-sign-in")).href("/login").icon(Icon::LogIn))
                @if cx.kernel.config.open_founding { (Button::quiet(cx.t("identity-register")).href("/register")) }
            }
            @if let Some(places) = places.get().filter(|places| !places.is_empty()) {
                section.section {
                    h2 { (cx.t("identity-home-places")) }
                    div.grid-cards { @for place in places { (open_place(&cx, place)) } }
                }
            }
            div.grid-cards {
                @for (icon, title, text) in cards {
                    article.card { h2 { (icon) " " (cx.t(title)) } p { (cx.t(text)) } }
                }
            }
        }
    };
    page::page(&cx, cx.t("identity-home-title"), body).await
}

/// A workspace on the first page: what of it a visitor may look at, and the way in.
fn open_place(cx: &Cx, place: &workspace::OpenPlace) -> Markup {
    let at = format!("/w/{}", place.slug);
    html! {
        article.card {
            h3 { bdi { (place.name) } }
            div.row {
                @if place.has_market {
                    a href={ (at) "/projects" } { (cx.t("identity-home-projects")) }
                    a href={ (at) "/freelancers" } { (cx.t("identity-home-freelancers")) }
                }
                a href={ (at) "/register" } { (cx.t("identity-home-join")) }
            }
        }
    }
}

async fn terms(cx: Cx) -> Result<Response> {
    let body = html! {
        div.stack {
            h1 { (cx.t("identity-terms")) }
            p.meta { (cx.tr("identity-terms-version", &[("version", account::TERMS_VERSION.into())])) }
            @for part in ["use", "money", "content", "privacy", "end"] {
                section {
                    h2 { (cx.t(&format!("identity-terms-{part}"))) }
                    p { (cx.t(&format!("identity-terms-{part}-text"))) }
                }
            }
        }
    };
    page::page(&cx, cx.t("identity-terms"), body).await
}

async fn prefer(cx: Cx, form: Form<Preferences>) -> Result<Response> {
    let chosen = form.input.map_err(kernel::Error::Invalid)?;
    account::prefer(&cx, &chosen).await?;
    let mut response = extract::see_other(local_path(chosen.return_to.as_deref()).unwrap_or("/"));
    for (name, value) in [
        (edge::LOCALE_COOKIE, chosen.locale),
        (edge::THEME_COOKIE, chosen.theme),
    ] {
        if let Some(value) = value {
            session::set_cookie(&mut response, name, value, 365 * 86_400);
        }
    }
    Ok(response)
}

/// Which page of one's workspaces.
pub struct Workspaces(Paging);

impl Input for Workspaces {
    fn read(r: &mut Reader) -> Self {
        Self(Paging::read(r))
    }
}

async fn api_workspaces(cx: Cx, Query(query): Query<Workspaces>) -> Result<Response> {
    Ok(workspace::list(&cx, &query.0).await?.answer())
}

async fn workspaces(cx: Cx, Query(query): Query<Workspaces>) -> Result<Response> {
    let found = workspace::list(&cx, &query.0).await?;
    let href = |cursor: &Option<String>| cursor.as_ref().map(|c| format!("/workspaces?cursor={c}"));
    let (prev, next) = (href(&found.prev), href(&found.next));
    let rows = html! {
        @if found.rows.is_empty() {
            (empty_state(Icon::House, cx.t("identity-no-workspace"), cx.t("identity-no-workspace-text"), html! { (Button::quiet(cx.t("identity-account")).href("/account")) }))
        } @else {
            div.grid-cards {
                @for row in &found.rows {
                    article.card {
                        h2 { a href={ "/w/" (row.slug) } { bdi { (row.name) } } }
                        p.meta { (super::role_list(&cx, &row.roles)) }
                        p { a href={ "/w/" (row.slug) "/leave" } { (cx.t("identity-leave")) } }
                    }
                }
            }
        }
    };
    let list = ListPage {
        title: cx.t("identity-workspaces"),
        body: rows,
        pager: Some(pager(cx.locale, prev.as_deref(), next.as_deref(), None)),
        ..ListPage::default()
    };
    page::page(&cx, cx.t("identity-workspaces"), html! { (list) }).await
}
