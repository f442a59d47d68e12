//! The pages of the audit.

use super::{
    read::{self, AuditQuery, AuditView, MineQuery},
    words,
};
use axum::response::Response;
use http::Method;
use kernel::{
    Cx, Query, Result,
    list::Page,
    page,
    route::{Access, Kind},
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        Button, Choice, Column, Field, Form, ListPage, Table, Tone, badge, description_list,
        empty_state, filter_chip, filters, hidden, menu, money, none_match, pager, time,
    },
};
use uuid::Uuid;

pub(super) async fn list(cx: Cx, Query(query): Query<AuditQuery>) -> Result<Response> {
    let found = read::list(&cx, &query).await?;
    let title = cx.t("audit-title");
    let pairs = pairs(&query);
    let page = ListPage {
        title: title.clone(),
        lead: Some(cx.t("audit-lead")),
        filters: Some(
            html! { (form(&cx, &query)) (chips(&cx, &pairs, found.rows.first(), &query)) },
        ),
        body: table(&cx, &found, true, &pairs).await?,
        pager: Some(turn(&cx, "/audit", &found, &pairs)),
        actions: cx.can("audit.export", &[]).then(|| exports(&cx, &pairs)),
        ..ListPage::default()
    };
    page::page(&cx, title, html! { (page) }).await
}

/// The same rows as files.
fn exports(cx: &Cx, pairs: &[(&'static str, String)]) -> Markup {
    let link = |format: &'static str| {
        let mut address = url::form_urlencoded::Serializer::new(String::new());
        address.extend_pairs(pairs).append_pair("format", format);
        let label = cx.t(&format!("audit-export-{format}"));
        let href = cx.href(&format!("/audit/export?{}", address.finish()));
        html! { a href=(href) { (label) } }
    };
    menu(cx.t("audit-export"), &[link("csv"), link("jsonl")])
}

pub(super) async fn mine(cx: Cx, Query(query): Query<MineQuery>) -> Result<Response> {
    let found = read::mine(&cx, &query).await?;
    let title = cx.t("audit-mine");
    let page = ListPage {
        title: title.clone(),
        lead: Some(cx.t("audit-mine-lead")),
        body: table(&cx, &found, false, &[]).await?,
        pager: Some(turn(&cx, "/activity", &found, &[])),
        ..ListPage::default()
    };
    page::page(&cx, title, html! { (page) }).await
}

type Pairs = Vec<(&'static str, String)>;

/// The filters that are on, as they stand in the address.
fn pairs(query: &AuditQuery) -> Pairs {
    let mut pairs = vec![];
    let mut add = |name, value: Option<String>| pairs.extend(value.map(|v| (name, v)));
    add("actor_id", query.actor_id.map(|id| id.to_string()));
    add("action", query.action.clone());
    add("record_id", query.record_id.map(|id| id.to_string()));
    add("outcome", query.outcome.map(str::to_owned));
    add("from", query.from.map(base::Instant::rfc3339));
    add("to", query.to.map(base::Instant::rfc3339));
    pairs
}

/// The audit with these filters but one, and perhaps another instead.
fn href(cx: &Cx, pairs: &[(&str, String)], without: &str, with: Option<(&str, String)>) -> String {
    let kept = pairs
        .iter()
        .filter(|(name, _)| *name != without)
        .cloned()
        .chain(with);
    let mut address = url::form_urlencoded::Serializer::new(String::new());
    address.extend_pairs(kept);
    match address.finish() {
        none if none.is_empty() => cx.href("/audit"),
        some => cx.href(&format!("/audit?{some}")),
    }
}

fn turn(cx: &Cx, path: &str, found: &Page<AuditView>, pairs: &[(&str, String)]) -> Markup {
    let to = |cursor: &Option<String>| {
        cursor.as_ref().map(|cursor| {
            let mut address = url::form_urlencoded::Serializer::new(String::new());
            address.extend_pairs(pairs);
            address.append_pair("cursor", cursor);
            cx.href(&format!("{path}?{}", address.finish()))
        })
    };
    let (prev, next) = (to(&found.prev), to(&found.next));
    pager(cx.locale, prev.as_deref(), next.as_deref(), None)
}

fn form(cx: &Cx, query: &AuditQuery) -> Markup {
    let outcomes = ["done", "denied", "failed"]
        .map(|o| Choice::new(o, cx.t(&format!("audit-outcome-{o}"))))
        .into_iter();
    let outcomes = std::iter::once(Choice::new("", cx.t("audit-any"))).chain(outcomes);
    // A date field shows the day; the end is kept as the day's own, not the next one's.
    let day = |at: Option<base::Instant>, back: i64| {
        at.map_or_else(String::new, |at| {
            at.plus_seconds(-back).rfc3339().chars().take(10).collect()
        })
    };
    let fields = html! {
        @if let Some(actor) = query.actor_id { (hidden("actor_id", &actor.to_string())) }
        @if let Some(record) = query.record_id { (hidden("record_id", &record.to_string())) }
        div.row {
            (Field::text("action", cx.t("audit-action")).value(query.action.clone().unwrap_or_default()).hint(cx.t("audit-action-hint")).max_len(80))
            (Field::select("outcome", cx.t("audit-outcome"), outcomes.collect()).value(query.outcome.unwrap_or_default()))
            (Field::date("from", cx.t("audit-from")).value(day(query.from, 0)))
            (Field::date("to", cx.t("audit-to")).value(day(query.to, 1)))
        }
        div.actions { (Button::quiet(cx.t("audit-filter")).icon(Icon::Funnel)) }
    };
    html! { (Form::get(cx.href("/audit"), fields)) }
}

fn chips(
    cx: &Cx,
    pairs: &[(&str, String)],
    first: Option<&AuditView>,
    query: &AuditQuery,
) -> Markup {
    let mut on = vec![];
    if let Some(actor) = query.actor_id {
        let name = first.and_then(|row| row.actor_name.clone());
        let label = name.unwrap_or_else(|| short(actor));
        on.push(filter_chip(
            cx.locale,
            cx.tr("audit-by", &[("who", label.into())]),
            &href(cx, pairs, "actor_id", None),
        ));
    }
    if let Some(record) = query.record_id {
        let kind = first.map_or_else(String::new, |row| words::kind(cx, &row.record_kind));
        let label = format!("{kind} {}", short(record));
        on.push(filter_chip(
            cx.locale,
            label.trim(),
            &href(cx, pairs, "record_id", None),
        ));
    }
    filters(cx.locale, &on, &cx.href("/audit"))
}

async fn table(
    cx: &Cx,
    found: &Page<AuditView>,
    all: bool,
    pairs: &[(&'static str, String)],
) -> Result<Markup> {
    if found.rows.is_empty() {
        if !pairs.is_empty() {
            return Ok(none_match(cx.locale, Icon::History, cx.href("/audit")));
        }
        return Ok(empty_state(
            Icon::History,
            cx.t("audit-empty"),
            cx.t("audit-empty-text"),
            html! { (Button::quiet(cx.t("audit-to-start")).href(cx.href(""))) },
        ));
    }
    let now = cx.kernel.now().await?;
    let mut columns = vec![Column::text(cx.t("audit-what"))];
    if all {
        columns.push(Column::text(cx.t("audit-who")));
    }
    columns.extend([
        Column::text(cx.t("audit-record")),
        Column::text(cx.t("audit-when")),
        Column::actions(cx.t("audit-details")),
    ]);
    let caption = cx.t(if all { "audit-title" } else { "audit-mine" });
    let rows = found.rows.iter().map(|row| {
        let mut cells = vec![what(cx, row)];
        if all {
            cells.push(who(cx, row, pairs));
        }
        cells.extend([
            record(cx, row, all),
            time(cx.locale, now, row.occurred_at),
            details(cx, row, all, pairs),
        ]);
        cells
    });
    Ok(html! { (Table::new(caption, columns).rows(rows)) })
}

fn who(cx: &Cx, row: &AuditView, pairs: &[(&'static str, String)]) -> Markup {
    let label = row
        .actor_name
        .clone()
        .unwrap_or_else(|| cx.t(&format!("audit-actor-{}", row.actor_kind)));
    match row.actor_id {
        Some(id) => {
            let by = href(cx, pairs, "actor_id", Some(("actor_id", id.to_string())));
            html! { a href=(by) { bdi { (label) } } }
        }
        None => html! { (label) },
    }
}

fn what(cx: &Cx, row: &AuditView) -> Markup {
    html! {
        (words::act(cx, row))
        @if let Some(sum) = words::sum(cx, row) { " · " (money(cx.locale, sum)) }
        @if row.times > 1 { " " span.meta { (cx.tr("audit-times", &[("n", row.times.into())])) } }
        @match row.outcome.as_str() {
            "denied" => { " " (badge(Tone::Waiting, cx.t("audit-outcome-denied"))) },
            "failed" => { " " (badge(Tone::Bad, cx.t("audit-outcome-failed"))) },
            _ => {},
        }
    }
}

/// The last eight digits: enough to tell records of one screen apart.
fn short(id: Uuid) -> String {
    let text = id.simple().to_string();
    text.get(24..).unwrap_or(&text).to_owned()
}

/// A record's page, where a product has one for its kind and the reader may open it: in the audit of all any
/// such record, in one's own activity those to which one stands in the right relation.
fn record_page(cx: &Cx, kind: &str, id: Uuid, all: bool) -> Option<String> {
    let operation = format!("{kind}.show");
    let route =
        cx.kernel.wiring().routes.iter().find(|m| {
            m.kind == Kind::Page && m.method == Method::GET && m.operation == operation
        })?;
    let may = match route.access {
        Access::Permission(permission) if all => cx.can(permission, &[]),
        Access::Permission(permission) => cx.member().is_ok_and(|m| m.grants.has(permission)),
        _ => true,
    };
    let below = route.path.strip_prefix("/w/{workspace}")?;
    let (before, rest) = below.split_once('{')?;
    (may && rest.ends_with('}')).then(|| cx.href(&format!("{before}{id}")))
}

fn record(cx: &Cx, row: &AuditView, all: bool) -> Markup {
    let label = words::kind(cx, &row.record_kind);
    let page = row
        .record_id
        .filter(|id| !id.is_nil() && row.outcome == "done")
        .and_then(|id| record_page(cx, &row.record_kind, id, all));
    html! {
        @match page {
            Some(page) => { a href=(page) { (label) } },
            None => { (label) },
        }
    }
}

/// What only whoever looks closely wants: the name of the act, ids, fields before and after, and whence it came.
fn details(cx: &Cx, row: &AuditView, all: bool, pairs: &[(&'static str, String)]) -> Markup {
    let mut rows = vec![(cx.t("audit-action"), html! { code { (row.action) } })];
    if let Some(id) = row.record_id.filter(|id| !id.is_nil()) {
        let words = html! { bdi { code { (id) } } };
        rows.push((
            cx.t("audit-record"),
            if all {
                let these = href(cx, pairs, "record_id", Some(("record_id", id.to_string())));
                html! { (words) " " a href=(these) { (cx.t("audit-this-record")) } }
            } else {
                words
            },
        ));
    }
    for change in &row.changes {
        let value = |v: &Option<String>| words::value(cx, row, &change.field, v.as_deref());
        let told = cx.tr(
            "audit-from-to",
            &[
                ("before", value(&change.before).into()),
                ("after", value(&change.after).into()),
            ],
        );
        rows.push((
            cx.t("audit-changes"),
            html! { code { (change.field) } ": " (told) },
        ));
    }
    if let Some(network) = &row.network {
        rows.push((cx.t("audit-from-where"), html! { bdi { (network) } }));
    }
    if let Some(request) = &row.request_id {
        rows.push((cx.t("audit-request"), html! { bdi { code { (request) } } }));
    }
    html! {
        details.fine { summary { (cx.t("audit-details")) } (description_list(&rows)) }
    }
}
