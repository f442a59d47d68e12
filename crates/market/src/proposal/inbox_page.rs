//! Lists of proposals: the client's inbox of a project, and one's own.

use super::{
    for_client,
    input::{ProposalsQuery, SORTS, STATES},
    list,
    state::State,
    view::Shown,
};
use axum::response::Response;
use base::Instant;
use http::StatusCode;
use kernel::{
    Cx, Id, Query, Result,
    list::{COUNTED, Page, Paging},
    page::{self, message_of},
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        Button, Choice, Column, Field, Form, ListPage, Tab, Table, Tone, clear_filters,
        empty_state, error_summary, form_button, hidden, money, pager, person_with, state_badge,
        tabs, time,
    },
};
use uuid::Uuid;

/// A proposal's state as a badge.
pub(crate) fn badge(cx: &Cx, state: State) -> Markup {
    let (tone, icon) = match state {
        State::Submitted => (Tone::Info, Icon::Inbox),
        State::Shortlisted => (Tone::Waiting, Icon::Star),
        State::Offered => (Tone::Waiting, Icon::Handshake),
        State::Hired => (Tone::Good, Icon::UserCheck),
        State::Declined => (Tone::Bad, Icon::CircleX),
        State::Withdrawn => (Tone::Neutral, Icon::Undo2),
        State::Closed => (Tone::Neutral, Icon::Lock),
    };
    state_badge(
        tone,
        icon,
        cx.t(&format!("market-proposal-state-{}", state.name())),
    )
}

fn href(cx: &Cx, path: &str, query: &ProposalsQuery, cursor: Option<&str>) -> String {
    let mut pairs: Vec<(&str, String)> = vec![];
    for (name, value) in [
        ("state", query.state),
        ("sort", query.sort),
        ("viewed", query.viewed),
        ("bid_max", query.bid_max.as_deref()),
        ("cursor", cursor),
    ] {
        if let Some(value) = value {
            pairs.push((name, value.to_owned()));
        }
    }
    if query.paging.size() != kernel::list::USUAL {
        pairs.push(("limit", query.paging.size().to_string()));
    }
    let text = serde_urlencoded::to_string(&pairs).unwrap_or_default();
    if text.is_empty() {
        cx.href(path)
    } else {
        format!("{}?{text}", cx.href(path))
    }
}

fn turn(cx: &Cx, path: &str, query: &ProposalsQuery, found: &Page<Shown>) -> Option<Markup> {
    let to = |cursor: &Option<String>| cursor.as_deref().map(|c| href(cx, path, query, Some(c)));
    let (prev, next) = (to(&found.prev), to(&found.next));
    (prev.is_some() || next.is_some()).then(|| {
        pager(
            cx.locale,
            prev.as_deref(),
            next.as_deref(),
            total(cx, found).as_deref(),
        )
    })
}

fn total(cx: &Cx, found: &Page<Shown>) -> Option<String> {
    found.total.map(|n| {
        if n > COUNTED {
            cx.tr("market-more-than", &[("n", COUNTED.into())])
        } else {
            ui::text::number(cx.locale, n)
        }
    })
}

fn by_state(cx: &Cx, path: &str, query: &ProposalsQuery) -> Markup {
    let tab = |state: Option<&'static str>| {
        let other = ProposalsQuery {
            state,
            sort: query.sort,
            viewed: query.viewed,
            bid_max: query.bid_max.clone(),
            paging: Paging::first(query.paging.size()),
        };
        let label = state.map_or_else(
            || cx.t("market-all"),
            |s| cx.t(&format!("market-proposal-state-{s}")),
        );
        Tab::new(label, href(cx, path, &other, None), query.state == state)
    };
    let all: Vec<Tab> = std::iter::once(tab(None))
        .chain(STATES.iter().map(|s| tab(Some(s))))
        .collect();
    tabs(&cx.t("market-by-state"), &all)
}

/// The client's inbox of a project.
pub(super) async fn inbox(
    cx: Cx,
    Id(id): Id<Uuid>,
    Query(query): Query<ProposalsQuery>,
) -> Result<Response> {
    let mut tx = cx.read().await?;
    let now = tx.now();
    let project = for_client(&mut tx, &cx, id, "proposal.list").await?;
    let (status, messages, found) = match list::inbox(&mut tx, id, &query).await {
        Ok(found) => (StatusCode::OK, vec![], Some(found)),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            (status, messages, None)
        }
    };
    let narrowed = query.state.is_some() || query.viewed.is_some() || query.bid_max.is_some();
    // Where none has come at all there is nothing to clear filters for.
    let elsewhere = found.as_ref().is_some_and(|f| f.rows.is_empty())
        && narrowed
        && !list::inbox(&mut tx, id, &ProposalsQuery::all())
            .await?
            .rows
            .is_empty();
    tx.finish().await?;
    let path = format!("/projects/{id}/proposals");
    let title = cx.t("market-proposals");
    let sorts = SORTS
        .iter()
        .map(|s| Choice::new(*s, cx.t(&format!("market-sort-{s}"))))
        .collect();
    let seen = ["", "false", "true"]
        .iter()
        .map(|v| {
            Choice::new(
                *v,
                cx.t(match *v {
                    "" => "market-any",
                    "false" => "market-viewed-not",
                    _ => "market-viewed-yes",
                }),
            )
        })
        .collect();
    let order = html! {
        @if let Some(state) = query.state { (hidden("state", state)) }
        (Field::select("sort", cx.t("market-sort"), sorts).value(query.sort.unwrap_or("newest")))
        (Field::select("viewed", cx.t("market-viewed-filter"), seen).value(query.viewed.unwrap_or("")))
        (Field::money("bid_max", cx.t("market-bid-most"), cx.workspace()?.currency.code()).value(query.bid_max.clone().unwrap_or_default()).error(message_of(&messages, "bid_max")))
        (Button::quiet(cx.t("market-sort-act")))
    };
    let body = match &found {
        None => html! {},
        Some(found) if found.rows.is_empty() && elsewhere => empty_state(
            Icon::Inbox,
            cx.t("market-inbox-none-state"),
            cx.t("market-inbox-none-state-text"),
            clear_filters(cx.locale, cx.href(&path)),
        ),
        Some(found) if found.rows.is_empty() => {
            let back = html! { (Button::quiet(cx.t("market-to-project")).href(cx.href(&format!("/projects/{id}")))) };
            empty_state(
                Icon::Inbox,
                cx.t("market-inbox-none"),
                cx.t("market-inbox-none-text"),
                back,
            )
        }
        Some(found) => {
            let table = inbox_table(&cx, now, &found.rows);
            html! { (Form::get(cx.href(&format!("/projects/{id}/compare")), html! { (table) })) }
        }
    };
    let pager = found.as_ref().and_then(|f| turn(&cx, &path, &query, f));
    let count = found.as_ref().and_then(|f| total(&cx, f));
    let body = html! { (ListPage {
        title: title.clone(), count,
        lead: Some(project.title.clone()),
        actions: Some(html! { (Button::quiet(cx.t("market-to-project")).href(cx.href(&format!("/projects/{id}")))) }),
        views: Some(by_state(&cx, &path, &query)),
        filters: Some(html! { (error_summary(cx.locale, &messages)) (Form::get(cx.href(&path), order).inline()) }),
        body, pager,
    }) };
    let trail = vec![
        (cx.t("market-my-projects"), cx.href("/projects/mine")),
        (project.title, cx.href(&format!("/projects/{id}"))),
    ];
    page::page_under_with(&cx, status, title, trail, body).await
}

fn inbox_table(cx: &Cx, now: Instant, rows: &[Shown]) -> Table {
    let columns = vec![
        Column::text(cx.t("market-freelancer")),
        Column::text(cx.t("market-state")),
        Column::number(cx.t("market-bid")),
        Column::number(cx.t("market-duration")),
        Column::text(cx.t("market-sent")),
    ];
    // Two to five, as `compare` takes them; until then the button waits (see tick.js).
    let compare = html! {
        (Button::quiet(cx.t("market-compare")).icon(Icon::Columns3).ticked(2, 5))
        span.hint { (cx.t("market-compare-tick")) }
    };
    let table = Table::new(cx.t("market-proposals"), columns).pick(cx.locale, "ids", compare);
    rows.iter().fold(table, |table, p| {
        let at = cx.href(&format!("/proposals/{}", p.id));
        let line = (!p.freelancer_title.is_empty()).then(|| html! { bdi { (p.freelancer_title) } });
        table.pick_row(
            p.id.to_string(),
            p.freelancer_name.clone(),
            vec![
                person_with(&p.freelancer_name, Some(&at), None, line),
                badge(cx, p.state),
                money(cx.locale, p.bid),
                html! { (cx.tr("market-days", &[("n", p.duration_days.into())])) },
                time(cx.locale, now, p.submitted_at),
            ],
        )
    })
}

/// A freelancer's own proposals.
pub(super) async fn own(cx: Cx, Query(query): Query<ProposalsQuery>) -> Result<Response> {
    let mut tx = cx.read().await?;
    let now = tx.now();
    let found = list::own(&mut tx, &cx, &query).await?;
    // Whoever has sent none at all is not sent to look at all of them.
    let elsewhere = found.rows.is_empty()
        && query.state.is_some()
        && !list::own(&mut tx, &cx, &ProposalsQuery::all())
            .await?
            .rows
            .is_empty();
    tx.finish().await?;
    let title = cx.t("market-my-proposals");
    let find = html! { (Button::primary(cx.t("market-find-projects")).icon(Icon::Search).href(cx.href("/projects"))) };
    let body = if found.rows.is_empty() && elsewhere {
        empty_state(
            Icon::FileText,
            cx.t("market-inbox-none-state"),
            cx.t("market-inbox-none-state-text"),
            clear_filters(cx.locale, cx.href("/proposals")),
        )
    } else if found.rows.is_empty() {
        empty_state(
            Icon::FileText,
            cx.t("market-own-none"),
            cx.t("market-own-none-text"),
            find.clone(),
        )
    } else {
        own_table(&cx, now, &found.rows)
    };
    let pager = turn(&cx, "/proposals", &query, &found);
    let body = html! { (ListPage {
        title: title.clone(), count: total(&cx, &found), actions: Some(find),
        views: Some(by_state(&cx, "/proposals", &query)), body, pager, ..Default::default()
    }) };
    page::page(&cx, title, body).await
}

fn own_table(cx: &Cx, now: Instant, rows: &[Shown]) -> Markup {
    let columns = vec![
        Column::text(cx.t("market-project")),
        Column::text(cx.t("market-client")),
        Column::text(cx.t("market-state")),
        Column::number(cx.t("market-bid")),
        Column::text(cx.t("market-sent")),
        Column::actions(cx.t("market-next")),
    ];
    let table = Table::new(cx.t("market-my-proposals"), columns).rows(rows.iter().map(|p| {
        vec![
            html! { a href=(cx.href(&format!("/proposals/{}", p.id))) { bdi { (p.project_title) } } },
            html! { bdi { (p.client_name) } },
            badge(cx, p.state),
            money(cx.locale, p.bid),
            time(cx.locale, now, p.submitted_at),
            html! {
                @if let (State::Offered | State::Hired, Some(contract)) = (p.state, p.contract_id) {
                    (Button::quiet(cx.t(if p.state == State::Offered { "market-answer-offer" } else { "market-open-contract" })).small()
                        .href(cx.href(&format!("/contracts/{contract}"))))
                }
            },
        ]
    }));
    html! { (table) }
}

/// The button that considers a proposal, or no longer does; in its own form.
pub(crate) fn shortlist_button(cx: &Cx, proposal: &Shown) -> Markup {
    let (what, label, icon) = match proposal.state {
        State::Submitted => ("shortlisting", "market-shortlist", Icon::Star),
        State::Shortlisted => ("unshortlisting", "market-unshortlist", Icon::Undo2),
        _ => return html! {},
    };
    let action = cx.href(&format!("/proposals/{}/{what}", proposal.id));
    form_button(
        &action,
        Some(&cx.form_key()),
        &Button::quiet(cx.t(label)).icon(icon),
        &[],
    )
}
