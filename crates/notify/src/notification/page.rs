//! The page of notices.

use super::{NotificationView, list, list::ListQuery};
use axum::response::Response;
use base::Instant;
use kernel::{Cx, Query, Result, page};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        Button, Column, ListPage, Tab, Table, Tone, badge, empty_state, form_button, pager, tabs,
        time,
    },
    text,
};

pub(super) async fn list_page(cx: Cx, Query(query): Query<ListQuery>) -> Result<Response> {
    let found = list::list(&cx, &query).await?.map(|row| row.shown(&cx));
    let unread = super::unread(&cx).await?;
    let now = cx.kernel.now().await?;
    let total = found.total.map(|t| text::number(cx.locale, t));
    let base = cx.href("/notifications");
    let filter = if query.unread { "unread=true&" } else { "" };
    let way = |cursor: &Option<String>| {
        cursor
            .as_ref()
            .map(|c| format!("{base}?{filter}cursor={c}"))
    };
    let (prev, next) = (way(&found.prev), way(&found.next));
    let body = html! {
        section #notices data-live="notice" hx-get=(cx.path) hx-trigger="live" hx-select="#notices" hx-swap="outerHTML" {
            @if found.rows.is_empty() { (nothing(&cx)) } @else { (table(&cx, now, &found.rows)) }
        }
    };
    let title = cx.t("notify-title");
    let shown = ListPage {
        title: title.clone(),
        count: total.clone(),
        lead: None,
        actions: Some(actions(&cx, unread)),
        views: Some(tabs(
            &title,
            &[
                Tab::new(cx.t("notify-all"), base.clone(), !query.unread),
                Tab::new(
                    cx.t("notify-unread"),
                    format!("{base}?unread=true"),
                    query.unread,
                )
                .count(text::number(cx.locale, unread)),
            ],
        )),
        body,
        pager: Some(pager(
            cx.locale,
            prev.as_deref(),
            next.as_deref(),
            total.as_deref(),
        )),
        ..ListPage::default()
    };
    page::page(&cx, title, html! { (shown) }).await
}

fn actions(cx: &Cx, unread: i64) -> Markup {
    html! {
        @if unread > 0 {
            (form_button(&cx.href("/notifications/readings"), Some(&cx.form_key()), &Button::quiet(cx.t("notify-read-all")).icon(Icon::Check), &[]))
        }
        (Button::quiet(cx.t("notify-preferences")).icon(Icon::Settings).href(cx.href("/notifications/preferences")))
    }
}

fn nothing(cx: &Cx) -> Markup {
    empty_state(
        Icon::Bell,
        cx.t("notify-empty-title"),
        cx.t("notify-empty-text"),
        None,
    )
}

fn table(cx: &Cx, now: Instant, rows: &[NotificationView]) -> Markup {
    let columns = vec![
        Column::text(cx.t("notify-what")),
        Column::text(cx.t("notify-details")),
        Column::text(cx.t("notify-when")),
        Column::actions(cx.t("notify-open")),
    ];
    let rows = rows.iter().map(|row| {
        let open = cx.href(&format!("/notifications/{}/opening", row.id));
        let button = Button::quiet(cx.t("notify-open")).small();
        vec![
            html! {
                span.row {
                    span { (row.title) }
                    @if row.read_at.is_none() { (badge(Tone::Info, cx.t("notify-new"))) }
                    @if row.repeats > 1 { span.meta { (cx.tr("notify-repeats", &[("n", row.repeats.into())])) } }
                }
            },
            html! { (row.body) },
            time(cx.locale, now, row.created_at),
            form_button(&open, Some(&cx.form_key()), &button, &[]),
        ]
    });
    html! { (Table::new(cx.t("notify-title"), columns).rows(rows)) }
}
