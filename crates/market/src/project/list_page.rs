//! The lists of projects: what is open, and one's own.

use super::{
    filter_page::{filter_form, href},
    list,
    query::ListQuery,
    state::State,
    view::Shown,
};
use crate::category;
use axum::response::Response;
use base::Instant;
use http::StatusCode;
use kernel::{
    Cx, Query, Result,
    list::{COUNTED, Page},
    page,
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        Banner, Button, ListPage, Tone, chip, clear_filters, empty_state, money, pager, person,
        state_badge, time,
    },
};

/// A project's state as a badge.
pub(crate) fn badge(cx: &Cx, state: State) -> Markup {
    let (tone, icon) = match state {
        State::Draft => (Tone::Neutral, Icon::Pencil),
        State::Open => (Tone::Info, Icon::CircleDot),
        State::Paused => (Tone::Waiting, Icon::CirclePause),
        State::Expired => (Tone::Waiting, Icon::CalendarClock),
        State::InProgress => (Tone::Good, Icon::CirclePlay),
        State::Completed => (Tone::Good, Icon::CircleCheck),
        State::Cancelled => (Tone::Bad, Icon::Ban),
    };
    state_badge(
        tone,
        icon,
        cx.t(&format!(
            "market-project-state-{}",
            state.name().replace('_', "-")
        )),
    )
}

/// The words of a level of experience.
pub(crate) fn level(cx: &Cx, level: &str) -> String {
    cx.t(&format!("market-level-{level}"))
}

/// A budget from least to most.
pub(crate) fn budget(cx: &Cx, project: &Shown) -> Markup {
    html! {
        @if project.budget_min == project.budget_max { (money(cx.locale, project.budget_max)) }
        @else { (money(cx.locale, project.budget_min)) " – " (money(cx.locale, project.budget_max)) }
    }
}

/// Projects taking proposals, for members and, where public, for visitors.
pub(super) async fn open(cx: Cx, Query(query): Query<ListQuery>) -> Result<Response> {
    let mut tx = cx.read().await?;
    let now = tx.now();
    let categories = category::all(&mut tx, cx.locale).await?;
    let mut query = query;
    query.scope = None;
    query.facets = None;
    // Links to further pages repeat what was asked: their places are sealed with just that.
    let asked = query.clone();
    let found = match list::located(&mut tx, &cx, &mut query).await {
        Ok(()) => list::page(&mut tx, &cx, &query).await,
        Err(error) => Err(error),
    };
    let (status, messages, found) = match found {
        Ok(found) => (StatusCode::OK, vec![], Some(found)),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            (status, messages, None)
        }
    };
    let (found, counts, meant) = match found {
        Some(f) => (Some(f.page), f.facets, f.meant),
        None => (None, None, None),
    };
    tx.finish().await?;
    let title = cx.t("market-projects");
    let total = found
        .as_ref()
        .and_then(|f| f.total)
        .map(|n| total_words(&cx, n));
    let actions = cx.member.as_ref().is_some_and(|m| m.grants.has("project.create")).then(|| {
        html! { (Button::primary(cx.t("market-new-project")).icon(Icon::Plus).href(cx.href("/projects/new"))) }
    });
    let body = match &found {
        Some(found) if found.rows.is_empty() => empty(&cx, query.is_filtered()),
        Some(found) => cards(&cx, now, &found.rows),
        None => html! {},
    };
    let body = html! {
        @if let Some(words) = &meant { (told_instead(&cx, &query, words)) }
        (body)
    };
    let pager = found
        .as_ref()
        .and_then(|f| turn(&cx, "/projects", &asked, f));
    let body = html! { (ListPage {
        title: title.clone(), count: total, lead: Some(cx.t("market-projects-lead")), actions,
        filters: Some(filter_form(&cx, &query, &categories, counts.as_ref(), &messages)),
        body, pager, ..Default::default()
    }) };
    page::page_with(&cx, status, title, body).await
}

/// Says that other words were searched for than those asked.
fn told_instead(cx: &Cx, query: &ListQuery, words: &str) -> Markup {
    let title = cx.tr("market-search-instead", &[("words", words.into())]);
    let asked = query.q.as_deref().unwrap_or_default();
    let text = cx.tr("market-search-none-for", &[("words", asked.into())]);
    html! { (Banner::info(title).text(text)) }
}

pub(super) fn total_words(cx: &Cx, n: i64) -> String {
    if n > COUNTED {
        cx.tr("market-more-than", &[("n", COUNTED.into())])
    } else {
        ui::text::number(cx.locale, n)
    }
}

fn empty(cx: &Cx, filtered: bool) -> Markup {
    if filtered {
        return empty_state(
            Icon::Search,
            cx.t("market-projects-none-found"),
            cx.t("market-projects-none-found-text"),
            clear_filters(cx.locale, cx.href("/projects")),
        );
    }
    let may = |right: &str| cx.member.as_ref().is_some_and(|m| m.grants.has(right));
    let act = html! {
        @if may("project.create") { (Button::primary(cx.t("market-new-project")).href(cx.href("/projects/new"))) }
        // Who waits for work is found by their profile.
        @else if may("proposal.submit") { (Button::quiet(cx.t("work-first-profile")).href(cx.href("/profile/edit"))) }
        @else if cx.member.is_some() { (Button::quiet(cx.t("work-dashboard")).href(cx.href(""))) }
        @else { (Button::primary(cx.t("identity-register")).href(cx.href("/register"))) }
    };
    empty_state(
        Icon::Briefcase,
        cx.t("market-projects-none"),
        cx.t("market-projects-none-text"),
        act,
    )
}

fn cards(cx: &Cx, now: Instant, rows: &[Shown]) -> Markup {
    html! {
        div.stack {
            @for project in rows {
                article.card {
                    h2 { a href=(cx.href(&format!("/projects/{}", project.id))) { bdi { (project.title) } } }
                    p.meta {
                        span { (project.category_name) " · " (level(cx, &project.level)) " · " (cx.tr("market-days", &[("n", project.duration_days.into())])) }
                        (person(&project.owner_name, None)) @if project.payment_verified { " " (ui::parts::badge(ui::parts::Tone::Good, cx.t("market-payment-verified"))) }
                        @if let Some(at) = project.published_at { span { (time(cx.locale, now, at)) } }
                    }
                    p.number { strong { (budget(cx, project)) } }
                    @if let Some(day) = &project.wishes.deadline { p.meta { (cx.t("market-deadline")) ": " (super::room_page::day_told(cx, day)) } }
                    @if !project.description.is_empty() { p dir="auto" { (shortened(&project.description)) } }
                    div.row { @for skill in &project.skills { (chip(skill.clone())) } }
                    @if let Some(words) = bids(cx, project) { p.meta { (words) } }
                    @if project.my_proposal.is_some() { p.meta { (Icon::CircleCheck) " " (cx.t("market-you-proposed")) } }
                }
            }
        }
    }
}

/// "12 proposals, 400.00 to 900.00 USD", where the seal allows it.
pub(crate) fn bids(cx: &Cx, project: &Shown) -> Option<String> {
    let (n, (least, most)) = (project.proposals?, project.bids?);
    let (least, most) = (
        ui::text::money(cx.locale, least),
        ui::text::money(cx.locale, most),
    );
    Some(cx.tr(
        "market-bids-range",
        &[
            ("n", n.into()),
            ("least", least.into()),
            ("most", most.into()),
        ],
    ))
}

fn shortened(text: &str) -> String {
    let plain: String = text
        .lines()
        .map(|line| match line.trim_start().strip_prefix("- ") {
            Some(point) => format!("· {point} "),
            None => format!("{line} "),
        })
        .collect::<String>()
        .chars()
        .filter(|c| !matches!(c, '#' | '*' | '`' | '_'))
        .collect();
    let plain = base::text::line(&plain);
    if plain.chars().count() <= 220 {
        plain
    } else {
        format!(
            "{}…",
            plain.chars().take(219).collect::<String>().trim_end()
        )
    }
}

pub(super) fn turn(cx: &Cx, path: &str, query: &ListQuery, found: &Page<Shown>) -> Option<Markup> {
    let to = |cursor: &Option<String>| cursor.as_deref().map(|c| href(cx, path, query, Some(c)));
    let (prev, next) = (to(&found.prev), to(&found.next));
    if prev.is_none() && next.is_none() {
        return None;
    }
    let total = found.total.map(|n| total_words(cx, n));
    Some(pager(
        cx.locale,
        prev.as_deref(),
        next.as_deref(),
        total.as_deref(),
    ))
}
