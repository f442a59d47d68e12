//! The provider's events: API and pages for staff.

use super::{EventQuery, ProviderEventDetailView, ProviderEventView, STATES, list, replay, show};
use crate::{finance, words};
use axum::{
    response::Response,
    routing::{get, post},
};
use http::Method;
use kernel::{
    Body, Cx, Error, Form, Id, Idempotency, Query, Result, Route, extract, input::Nothing, once,
    page,
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        Banner, Button, Column, Form as UiForm, ListPage, Standing, Tab, Table, Tone, Workroom,
        state_badge, tabs, time_exact,
    },
};

const LIST: &str = "/w/{workspace}/provider-events";
const ONE: &str = "/w/{workspace}/provider-events/{event}";
const REPLAY: &str = "/w/{workspace}/provider-events/{event}/replay";

pub(crate) fn routes() -> Vec<Route> {
    let market = |route: Route| route.product("market");
    [
        Route::api(Method::GET, LIST, "provider_event.list", get(api_list))
            .permission("provider_event.list")
            .query::<EventQuery>()
            .lists::<ProviderEventView>(),
        Route::api(Method::GET, ONE, "provider_event.show", get(api_show))
            .permission("provider_event.show")
            .answers::<ProviderEventDetailView>(200),
        Route::api(
            Method::POST,
            REPLAY,
            "provider_event.replay",
            post(api_replay),
        )
        .permission("provider_event.replay")
        .idempotency(Idempotency::Accepted)
        .body::<Nothing>()
        .answers::<ProviderEventDetailView>(200),
        Route::page(Method::GET, LIST, "provider_event.list", get(list_page))
            .permission("provider_event.list")
            .query::<EventQuery>(),
        Route::page(Method::GET, ONE, "provider_event.show", get(show_page))
            .permission("provider_event.show"),
        Route::page(
            Method::POST,
            REPLAY,
            "provider_event.replay",
            post(form_replay),
        )
        .permission("provider_event.replay")
        .idempotency(Idempotency::Accepted),
    ]
    .into_iter()
    .map(market)
    .collect()
}

async fn api_list(cx: Cx, Query(query): Query<EventQuery>) -> Result<Response> {
    Ok(list(&cx, &query).await?.answer())
}

async fn api_show(cx: Cx, Id(id): Id<String>) -> Result<Response> {
    Ok(extract::data(&show(&cx, &id).await?))
}

async fn api_replay(cx: Cx, Id(id): Id<String>, Body(_): Body<Nothing>) -> Result<Response> {
    once(replay(&cx, &id).await)?;
    Ok(extract::data(&show(&cx, &id).await?))
}

async fn form_replay(cx: Cx, Id(id): Id<String>, form: Form<Nothing>) -> Result<Response> {
    form.input.map_err(Error::Invalid)?;
    once(replay(&cx, &id).await)?;
    Ok(extract::see_other(
        &cx.href(&format!("/provider-events/{id}")),
    ))
}

fn badge(cx: &Cx, state: &str) -> Markup {
    let (tone, icon) = match state {
        "processed" => (Tone::Good, Icon::CircleCheck),
        "kept" => (Tone::Bad, Icon::CircleAlert),
        "failing" => (Tone::Waiting, Icon::RefreshCw),
        _ => (Tone::Waiting, Icon::Clock),
    };
    state_badge(tone, icon, cx.t(&format!("ledger-event-{state}")))
}

async fn list_page(cx: Cx, Query(query): Query<EventQuery>) -> Result<Response> {
    let rows = list(&cx, &query).await?;
    let total = rows.total.unwrap_or(0);
    let kind = query
        .kind
        .as_deref()
        .map(|k| format!("&kind={k}"))
        .unwrap_or_default();
    let base = |state: Option<&str>| {
        let state = state.map(|s| format!("&state={s}")).unwrap_or_default();
        cx.href(&format!("/provider-events?limit=50{state}{kind}"))
    };
    let mut views = vec![Tab::new(
        cx.t("ledger-event-all"),
        base(None),
        query.state.is_none(),
    )];
    for state in STATES {
        let label = cx.t(&format!("ledger-event-{state}"));
        views.push(Tab::new(
            label,
            base(Some(state)),
            query.state == Some(*state),
        ));
    }
    let filters = tabs(&cx.t("ledger-state"), &views);
    let body = if rows.rows.is_empty() {
        let onward = finance::way(&cx, "ledger-overview-title", "/ledger");
        finance::nothing(
            &cx,
            Icon::Webhook,
            "ledger-events",
            (query.state.is_some() || query.kind.is_some()).then_some("/provider-events"),
            onward,
        )
    } else {
        let columns = vec![
            Column::text(cx.t("ledger-event-when")),
            Column::text(cx.t("ledger-event-kind")),
            Column::text(cx.t("ledger-state")),
            Column::text(cx.t("ledger-event-reason")),
        ];
        let cells = rows.rows.iter().map(|row| {
            let href = cx.href(&format!("/provider-events/{}", row.id));
            vec![
                html! { (time_exact(cx.locale, row.received_at)) },
                html! { a href=(href) { bdi dir="ltr" { (row.kind) } } },
                badge(&cx, &row.state),
                html! { @if row.reason.is_some() { (reason(&cx, &row.state)) } },
            ]
        });
        html! { (Table::new(cx.t("ledger-events"), columns).rows(cells)) }
    };
    let view = ListPage {
        title: cx.t("ledger-events"),
        count: Some(ui::text::number(cx.locale, total)),
        lead: Some(cx.t("ledger-events-lead")),
        views: Some(finance::tabs(&cx, "/provider-events")),
        filters: Some(filters),
        body,
        pager: finance::pager(&cx, &base(query.state), &rows),
        ..Default::default()
    };
    page::page(&cx, cx.t("ledger-events"), html! { (view) }).await
}

fn reason(cx: &Cx, state: &str) -> String {
    words(cx, "ledger-event-why", state)
}

async fn show_page(cx: Cx, Id(id): Id<String>) -> Result<Response> {
    let detail = show(&cx, &id).await?;
    let event = &detail.event;
    let mut standing = Standing::new(
        cx.locale,
        badge(&cx, &event.state),
        cx.t(&format!("ledger-event-{}-text", event.state)),
    )
    .fact(
        cx.t("ledger-event-when"),
        time_exact(cx.locale, event.received_at),
    )
    .fact(
        cx.t("ledger-event-attempts"),
        html! { (ui::text::number(cx.locale, event.attempts.into())) },
    );
    if let Some(at) = event.processed_at {
        standing = standing.fact(cx.t("ledger-event-done"), time_exact(cx.locale, at));
    }
    if cx.can("provider_event.replay", &[]) {
        let button = Button::primary(cx.t("ledger-event-replay")).icon(Icon::RefreshCw);
        let form = UiForm::post(
            cx.href(&format!("/provider-events/{id}/replay")),
            html! { (button) },
        )
        .key(cx.form_key());
        standing = standing.act(html! { (form) });
    }
    let body = serde_json::to_string_pretty(&detail.body).unwrap_or_default();
    let main = html! {
        @if let Some(why) = &event.reason {
            (Banner::waiting(reason(&cx, &event.state)).text(why.clone()))
        }
        p { (cx.t("ledger-event-about")) }
        pre tabindex="0" dir="ltr" { code { (body) } }
    };
    let title = event.kind.clone();
    let trail = vec![(cx.t("ledger-events"), cx.href("/provider-events"))];
    page::page_under(&cx, title.clone(), trail, html! { (Workroom { title, main, aside: Some(html! { (standing) }), ..Default::default() }) }).await
}
