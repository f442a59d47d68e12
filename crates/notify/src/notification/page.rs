//! The page of notices.

use super::{NotificationView, about::About, list, list::ListQuery};
use axum::response::Response;
use base::Instant;
use kernel::{Cx, Query, Result, list::Paging, page};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        Button, Choice, Column, Field, Form, ListPage, Tab, Table, clear_filters, empty_state,
        hidden, pager, tabs, time,
    },
    text,
};

pub(super) async fn list_page(cx: Cx, Query(query): Query<ListQuery>) -> Result<Response> {
    let found = list::list(&cx, &query).await?.map(|row| row.shown(&cx));
    let unread = super::unread(&cx).await?;
    let filtered = query.unread || query.about.is_some();
    // Whoever was never told anything has no other notices to look at.
    let narrowed = filtered && found.rows.is_empty() && {
        let all = ListQuery {
            unread: false,
            about: None,
            paging: Paging::first(1),
        };
        !list::list(&cx, &all).await?.rows.is_empty()
    };
    let now = cx.kernel.now().await?;
    let total = found.total.map(|t| text::number(cx.locale, t));
    let base = cx.href("/notifications");
    let about = query.about.map_or("", About::code);
    let filter = filter_of(query.unread, about);
    let way = |cursor: &Option<String>| {
        cursor
            .as_ref()
            .map(|c| format!("{base}?{filter}cursor={c}"))
    };
    let (prev, next) = (way(&found.prev), way(&found.next));
    let body = html! {
        section #notices data-live="notice" data-panel=(cx.path) {
            @if found.rows.is_empty() { (nothing(&cx, narrowed)) } @else { (table(&cx, now, &found.rows)) }
        }
    };
    let title = cx.t("notify-title");
    let tab = |key: &str, unread: bool| {
        let filter = filter_of(unread, about);
        let href = format!("{base}?{}", filter.trim_end_matches('&'));
        Tab::new(
            cx.t(key),
            href.trim_end_matches('?'),
            query.unread == unread,
        )
    };
    let shown = ListPage {
        title: title.clone(),
        count: total.clone(),
        lead: None,
        actions: Some(actions(&cx, unread)),
        views: Some(tabs(
            &title,
            &[
                tab("notify-all", false),
                tab("notify-unread", true).count(text::number(cx.locale, unread)),
            ],
        )),
        filters: Some(types(&cx, &query)),
        body,
        pager: Some(pager(
            cx.locale,
            prev.as_deref(),
            next.as_deref(),
            total.as_deref(),
        )),
    };
    page::page(&cx, title, html! { (shown) }).await
}

/// The query string of a view, ended by `&`.
fn filter_of(unread: bool, about: &str) -> String {
    let mut filter = String::new();
    if unread {
        filter.push_str("unread=true&");
    }
    if !about.is_empty() {
        filter.push_str(&format!("about={about}&"));
    }
    filter
}

fn type_words(cx: &Cx, about: &str) -> String {
    cx.t(&format!("notify-about-{about}"))
}

/// The choice of a type.
fn types(cx: &Cx, query: &ListQuery) -> Markup {
    let mut choices = vec![Choice::new("", cx.t("notify-about-any"))];
    choices.extend(About::CODES.map(|code| Choice::new(code, type_words(cx, code))));
    let body = html! {
        @if query.unread { (hidden("unread", "true")) }
        (Field::select("about", cx.t("notify-about"), choices).value(query.about.map_or("", About::code)))
        (Button::quiet(cx.t("notify-filter")))
    };
    html! { (Form::get(cx.href("/notifications"), body).inline()) }
}

fn actions(cx: &Cx, unread: i64) -> Markup {
    html! {
        @if unread > 0 {
            form.form-button method="post" action=(cx.href("/notifications/readings")) data-sure="read-all" {
                (hidden("idempotency_key", &cx.form_key()))
                (Button::quiet(cx.t("notify-read-all")).icon(Icon::Check))
            }
        }
        (Button::quiet(cx.t("notify-preferences")).icon(Icon::Settings).href(cx.href("/notifications/preferences")))
    }
}

fn nothing(cx: &Cx, narrowed: bool) -> Markup {
    if narrowed {
        return empty_state(
            Icon::Bell,
            cx.t("notify-none-such"),
            cx.t("notify-none-such-text"),
            clear_filters(cx.locale, cx.href("/notifications")),
        );
    }
    empty_state(
        Icon::Bell,
        cx.t("notify-empty-title"),
        cx.t("notify-empty-text"),
        html! {
            (Button::quiet(cx.t("notify-preferences")).icon(Icon::Settings).href(cx.href("/notifications/preferences")))
        },
    )
}

fn table(cx: &Cx, now: Instant, rows: &[NotificationView]) -> Markup {
    let columns = vec![
        Column::text(cx.t("notify-what")),
        Column::text(cx.t("notify-about")),
        Column::text(cx.t("notify-when")),
        Column::actions(cx.t("notify-read-one")),
    ];
    let rows = rows.iter().map(|row| {
        let act = |part: &str, button: Markup| {
            html! {
                form.form-button method="post" action=(cx.href(&format!("/notifications/{}/{part}", row.id))) {
                    (hidden("idempotency_key", &cx.form_key()))
                    (button)
                }
            }
        };
        let new = row.read_at.is_none();
        vec![
            html! {
                div.notice.notice-new[new] {
                    p.row {
                        // Opening marks as read, so it is a form; it looks and reads as the link it is.
                        (act("opening", html! { button.link-button.notice-title { (row.title) } }))
                        @if new { span.sr { (cx.t("notify-new")) } }
                        @if row.repeats > 1 { span.meta { (cx.tr("notify-repeats", &[("n", row.repeats.into())])) } }
                    }
                    p.meta { (row.body) }
                }
            },
            html! { (type_words(cx, &row.about)) },
            time(cx.locale, now, row.created_at),
            html! {
                @if new { (act("reading", html! { button.icon-button title=(cx.t("notify-read-one")) { (Icon::Check) span.sr { (cx.t("notify-read-one")) ": " (row.title) } } })) }
            },
        ]
    });
    html! { (Table::new(cx.t("notify-title"), columns).rows(rows)) }
}
