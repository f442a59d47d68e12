//! The lists of projects: what is open, and one's own.

use super::{
    facets::{self, Facets},
    input::{LEVELS, ListQuery, SORTS, STATES},
    list,
    state::State,
    view::Shown,
};
use crate::category::{self, CategoryView};
use axum::response::Response;
use base::Instant;
use http::StatusCode;
use kernel::{
    Cx, Query, Result,
    list::{COUNTED, Page},
    page::{self, Messages},
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        Banner, Button, Choice, Column, Field, Form, ListPage, Tab, Table, Tone, chip, empty_state,
        error_summary, filter_chip, filter_fold, filters, money, pager, person, state_badge, tabs,
        time,
    },
};

/// A project's state as a badge.
pub(crate) fn badge(cx: &Cx, state: State) -> Markup {
    let (tone, icon) = match state {
        State::Draft => (Tone::Neutral, Icon::Pencil),
        State::Open => (Tone::Info, Icon::CircleDot),
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
    let (status, messages, found) = match list::page(&mut tx, &cx, &query).await {
        Ok(found) => (StatusCode::OK, vec![], Some(found)),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            (status, messages, None)
        }
    };
    let (found, searched, meant) = match found {
        Some(f) => (Some(f.page), f.searched, f.meant),
        None => (None, None, None),
    };
    let counts = match &found {
        Some(_) => Some(facets::of(&mut tx, &cx, &query, searched.as_deref()).await?),
        None => None,
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
        Some(found) if found.rows.is_empty() => empty(&cx, chosen(&query)),
        Some(found) => cards(&cx, now, &found.rows),
        None => html! {},
    };
    let body = html! {
        @if let Some(words) = &meant { (told_instead(&cx, &query, words)) }
        (body)
    };
    let pager = found
        .as_ref()
        .and_then(|f| turn(&cx, "/projects", &query, f));
    let body = html! { (ListPage {
        title: title.clone(), count: total, lead: Some(cx.t("market-projects-lead")), actions,
        filters: Some(filter_form(&cx, &query, &categories, counts.as_ref(), &messages)),
        body, pager, ..Default::default()
    }) };
    page::page_with(&cx, status, title, body).await
}

fn chosen(query: &ListQuery) -> bool {
    query.q.is_some()
        || query.category.is_some()
        || !query.skills.is_empty()
        || query.budget_min.is_some()
        || query.budget_max.is_some()
        || query.level.is_some()
}

/// Says that other words were searched for than those asked.
fn told_instead(cx: &Cx, query: &ListQuery, words: &str) -> Markup {
    let title = cx.tr("market-search-instead", &[("words", words.into())]);
    let asked = query.q.as_deref().unwrap_or_default();
    let text = cx.tr("market-search-none-for", &[("words", asked.into())]);
    html! { (Banner::info(title).text(text)) }
}

fn total_words(cx: &Cx, n: i64) -> String {
    if n > COUNTED {
        cx.tr("market-more-than", &[("n", COUNTED.into())])
    } else {
        ui::text::number(cx.locale, n)
    }
}

fn empty(cx: &Cx, filtered: bool) -> Markup {
    if filtered {
        let clear =
            html! { (Button::quiet(cx.t("market-clear-filters")).href(cx.href("/projects"))) };
        return empty_state(
            Icon::Search,
            cx.t("market-projects-none-found"),
            cx.t("market-projects-none-found-text"),
            Some(clear),
        );
    }
    let may = cx
        .member
        .as_ref()
        .is_some_and(|m| m.grants.has("project.create"));
    let act = may.then(
        || html! { (Button::primary(cx.t("market-new-project")).href(cx.href("/projects/new"))) },
    );
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
                        (project.category_name) " · " (level(cx, &project.level)) " · "
                        (cx.tr("market-days", &[("n", project.duration_days.into())])) " · " (person(&project.owner_name, None))
                        @if let Some(at) = project.published_at { " · " (time(cx.locale, now, at)) }
                    }
                    p.number { strong { (budget(cx, project)) } }
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

fn counted(label: &str, n: Option<i64>, cx: &Cx) -> String {
    match n {
        Some(n) => format!("{label} ({})", ui::text::number(cx.locale, n)),
        None => label.to_owned(),
    }
}

fn filter_form(
    cx: &Cx,
    query: &ListQuery,
    categories: &[CategoryView],
    facets: Option<&Facets>,
    messages: &Messages,
) -> Markup {
    let mut kinds = vec![Choice::new("", cx.t("market-any"))];
    kinds.extend(categories.iter().map(|c| {
        let n = facets.map(|f| f.categories.get(&c.key).copied().unwrap_or(0));
        Choice::new(c.key.clone(), counted(&c.name, n, cx))
    }));
    let mut levels = vec![Choice::new("", cx.t("market-any"))];
    levels.extend(LEVELS.iter().map(|l| {
        let n = facets.map(|f| f.levels.get(*l).copied().unwrap_or(0));
        Choice::new(*l, counted(&level(cx, l), n, cx))
    }));
    let sorts = SORTS
        .iter()
        .map(|s| Choice::new(*s, cx.t(&format!("market-sort-{s}"))))
        .collect();
    let currency = cx.workspace.as_ref().map_or("USD", |w| w.currency.code());
    let text = |v: &Option<String>| v.clone().unwrap_or_default();
    let used = [
        query.category.is_some(),
        query.level.is_some(),
        query.budget_min.is_some(),
        query.budget_max.is_some(),
    ]
    .into_iter()
    .filter(|on| *on)
    .count()
        + query.skills.len();
    let body = html! {
        (Field::search("q", cx.t("market-search")).value(text(&query.q)).max_len(200))
        (filter_fold(cx.locale, used, !messages.is_empty(), html! {
        (Field::select("category", cx.t("market-category"), kinds).value(text(&query.category)))
        (Field::select("level", cx.t("market-level"), levels).value(query.level.unwrap_or("")))
        (Field::text("skills", cx.t("market-skills-filter")).value(query.skills.join(", ")))
        (Field::money("budget_min", cx.t("market-budget-from"), currency).value(text(&query.budget_min)).error(page::message_of(messages, "budget_min")))
        (Field::money("budget_max", cx.t("market-budget-to"), currency).value(text(&query.budget_max)).error(page::message_of(messages, "budget_max")))
        (Field::select("sort", cx.t("market-sort"), sorts).value(query.sort.unwrap_or("newest")))
        }))
        (Button::quiet(cx.t("market-filter")).icon(Icon::Funnel))
    };
    let mut chips = vec![];
    let mut add = |name: &str, label: String| {
        let mut rest = query.clone();
        match name {
            "q" => rest.q = None,
            "category" => rest.category = None,
            "level" => rest.level = None,
            "budget_min" => rest.budget_min = None,
            "budget_max" => rest.budget_max = None,
            skill => rest.skills.retain(|s| s != skill),
        }
        chips.push(filter_chip(
            cx.locale,
            label,
            &href(cx, "/projects", &rest, None),
        ));
    };
    if let Some(q) = &query.q {
        add("q", q.clone());
    }
    if let Some(key) = &query.category {
        add("category", category::name_of(categories, key));
    }
    if let Some(key) = query.level {
        add("level", level(cx, key));
    }
    for skill in &query.skills {
        add(skill, skill.clone());
    }
    if let Some(sum) = &query.budget_min {
        add(
            "budget_min",
            cx.tr(
                "market-from-sum",
                &[("sum", format!("{sum} {currency}").into())],
            ),
        );
    }
    if let Some(sum) = &query.budget_max {
        add(
            "budget_max",
            cx.tr(
                "market-to-sum",
                &[("sum", format!("{sum} {currency}").into())],
            ),
        );
    }
    html! {
        (error_summary(cx.locale, messages))
        (Form::get(cx.href("/projects"), body).inline())
        @if !chips.is_empty() { (filters(cx.locale, &chips, &cx.href("/projects"))) }
        @if let Some(facets) = facets { (skill_links(cx, query, &facets.skills)) }
    }
}

/// Skills by which the list can be narrowed, with how many projects each would leave.
fn skill_links(cx: &Cx, query: &ListQuery, skills: &[(String, i64)]) -> Markup {
    html! {
        @if !skills.is_empty() && query.skills.len() < 15 {
            div.chips role="group" aria-label=(cx.t("market-narrow-by-skill")) {
                @for (skill, n) in skills {
                    a.chip href=(narrowed(cx, query, skill)) { bdi { (skill) } " (" (ui::text::number(cx.locale, *n)) ")" }
                }
            }
        }
    }
}

fn narrowed(cx: &Cx, query: &ListQuery, skill: &str) -> String {
    let mut narrow = query.clone();
    narrow.skills.push(skill.to_owned());
    narrow.paging = kernel::list::Paging::first(query.paging.limit);
    href(cx, "/projects", &narrow, None)
}

fn href(cx: &Cx, path: &str, query: &ListQuery, cursor: Option<&str>) -> String {
    let mut pairs: Vec<(&str, String)> = vec![];
    for (name, value) in [
        ("q", &query.q),
        ("category", &query.category),
        ("budget_min", &query.budget_min),
        ("budget_max", &query.budget_max),
    ] {
        if let Some(value) = value {
            pairs.push((name, value.clone()));
        }
    }
    for (name, value) in [
        ("level", query.level),
        ("state", query.state),
        ("sort", query.sort),
    ] {
        if let Some(value) = value {
            pairs.push((name, value.to_owned()));
        }
    }
    if !query.skills.is_empty() {
        pairs.push(("skills", query.skills.join(",")));
    }
    if let Some(cursor) = cursor {
        pairs.push(("cursor", cursor.to_owned()));
    }
    if query.paging.limit != kernel::list::USUAL {
        pairs.push(("limit", query.paging.limit.to_string()));
    }
    let text = serde_urlencoded::to_string(&pairs).unwrap_or_default();
    if text.is_empty() {
        cx.href(path)
    } else {
        format!("{}?{text}", cx.href(path))
    }
}

fn turn(cx: &Cx, path: &str, query: &ListQuery, found: &Page<Shown>) -> Option<Markup> {
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

/// The reader's own projects, by state.
pub(super) async fn mine(cx: Cx, Query(query): Query<ListQuery>) -> Result<Response> {
    let mut query = query;
    query.scope = Some("mine");
    let mut tx = cx.read().await?;
    let now = tx.now();
    let found = list::page(&mut tx, &cx, &query).await?.page;
    tx.finish().await?;
    let title = cx.t("market-my-projects");
    let tab = |state: Option<&'static str>| {
        let mut other = query.clone();
        other.state = state;
        other.paging = kernel::list::Paging::first(query.paging.limit);
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
    let body = if found.rows.is_empty() && query.state.is_some() {
        let all =
            html! { (Button::quiet(cx.t("market-show-all")).href(cx.href("/projects/mine"))) };
        empty_state(
            Icon::FolderOpen,
            cx.t("market-mine-none-state"),
            cx.t("market-mine-none-state-text"),
            Some(all),
        )
    } else if found.rows.is_empty() {
        empty_state(
            Icon::FolderOpen,
            cx.t("market-mine-none"),
            cx.t("market-mine-none-text"),
            Some(new.clone()),
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
            html! { (ui::text::number(cx.locale, p.hired.into())) " / " (ui::text::number(cx.locale, p.positions.into())) },
            time(cx.locale, now, p.created_at),
        ]
    }));
    html! { (table) }
}
