//! The list of one's own projects.

use super::{
    filter_page::href,
    list,
    list_page::{badge, budget, total_words, turn},
    query::{ListQuery, STATES},
    view::Shown,
};
use axum::response::Response;
use base::Instant;
use kernel::{Cx, Query, Result, page};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{Button, Column, ListPage, Tab, Table, clear_filters, empty_state, tabs, time},
};

/// The reader's own projects, by state.
pub(super) async fn mine(cx: Cx, Query(query): Query<ListQuery>) -> Result<Response> {
    let mut query = query;
    query.scope = Some("mine");
    let mut tx = cx.read().await?;
    let now = tx.now();
    let found = list::page(&mut tx, &cx, &query).await?.page;
    // Whoever has no project at all is not sent to look at all of them.
    let elsewhere = if found.rows.is_empty() && query.state.is_some() {
        let mut all = query.clone();
        all.state = None;
        all.paging = kernel::list::Paging::first(1);
        !list::page(&mut tx, &cx, &all).await?.page.rows.is_empty()
    } else {
        false
    };
    tx.finish().await?;
    let title = cx.t("market-my-projects");
    let tab = |state: Option<&'static str>| {
        let mut other = query.clone();
        other.state = state;
        other.paging = kernel::list::Paging::first(query.paging.size());
        let label = state.map_or_else(
            || cx.t("market-all"),
            |s| cx.t(&format!("market-project-state-{}", s.replace('_', "-"))),
        );
        Tab::new(
            label,
            href(&cx, "/projects/mine", &other, None),
            query.state == state,
        )
    };
    let views: Vec<Tab> = std::iter::once(tab(None))
        .chain(STATES.iter().map(|s| tab(Some(s))))
        .collect();
    let new = html! { (Button::primary(cx.t("market-new-project")).icon(Icon::Plus).href(cx.href("/projects/new"))) };
    let body = if found.rows.is_empty() && elsewhere {
        empty_state(
            Icon::FolderOpen,
            cx.t("market-mine-none-state"),
            cx.t("market-mine-none-state-text"),
            clear_filters(cx.locale, cx.href("/projects/mine")),
        )
    } else if found.rows.is_empty() {
        empty_state(
            Icon::FolderOpen,
            cx.t("market-mine-none"),
            cx.t("market-mine-none-text"),
            new.clone(),
        )
    } else {
        mine_table(&cx, now, &found.rows)
    };
    let pager = turn(&cx, "/projects/mine", &query, &found);
    let body = html! { (ListPage {
        title: title.clone(), count: found.total.map(|n| total_words(&cx, n)), actions: Some(new),
        views: Some(tabs(&cx.t("market-by-state"), &views)), body, pager, ..Default::default()
    }) };
    page::page(&cx, title, body).await
}

fn mine_table(cx: &Cx, now: Instant, rows: &[Shown]) -> Markup {
    let columns = vec![
        Column::text(cx.t("market-title")),
        Column::text(cx.t("market-state")),
        Column::number(cx.t("market-budget")),
        Column::number(cx.t("market-proposals")),
        Column::number(cx.t("market-hired")),
        Column::text(cx.t("market-written")),
    ];
    let table = Table::new(cx.t("market-my-projects"), columns).rows(rows.iter().map(|p| {
        let at = cx.href(&format!("/projects/{}", p.id));
        vec![
            html! { a href=(at) { bdi { (p.title) } } },
            badge(cx, p.state),
            budget(cx, p),
            html! {
                @let n = p.proposals.unwrap_or(0);
                @if n > 0 { a href=(format!("{at}/proposals")) { (ui::text::number(cx.locale, n.into())) } } @else { "0" }
            },
            html! { (cx.tr("market-positions-filled", &[("n", p.hired.into()), ("all", p.positions.into())])) },
            time(cx.locale, now, p.created_at),
        ]
    }));
    html! { (table) }
}
