//! The filters of the list of open projects: a form that works without scripts, chips of what is on,
//! and counts of what each further filter would leave.

use super::{
    facets::Facets,
    input::LEVELS,
    list_page::level,
    query::{ListQuery, RATINGS, SORTS},
};
use crate::category::{self, CategoryView};
use kernel::{
    Cx,
    page::{self, Messages},
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{Button, Choice, Field, Form, error_summary, filter_chip, filter_fold, filters},
};

fn counted(label: &str, n: Option<i64>, cx: &Cx) -> String {
    match n {
        Some(n) => format!("{label} ({})", ui::text::number(cx.locale, n)),
        None => label.to_owned(),
    }
}

pub(super) fn filter_form(
    cx: &Cx,
    query: &ListQuery,
    categories: &[CategoryView],
    facets: Option<&Facets>,
    messages: &Messages,
) -> Markup {
    let mut kinds = vec![Choice::new("", cx.t("market-any"))];
    kinds.extend(categories.iter().map(|c| {
        let n = facets.map(|f| f.categories.get(&c.key).copied().unwrap_or(0));
        Choice::new(c.key.clone(), counted(&c.label(), n, cx))
    }));
    let mut levels = vec![Choice::new("", cx.t("market-any"))];
    levels.extend(LEVELS.iter().map(|l| {
        let n = facets.map(|f| f.levels.get(*l).copied().unwrap_or(0));
        Choice::new(*l, counted(&level(cx, l), n, cx))
    }));
    let mut places = vec![Choice::new("", cx.t("market-any"))];
    let wished = facets.map(|f| f.countries.clone()).unwrap_or_default();
    let chosen = query
        .country
        .filter(|c| !wished.iter().any(|(code, _)| code == c));
    places.extend(chosen.map(|code| Choice::new(code, country(cx, code))));
    places.extend(
        wished
            .iter()
            .map(|(code, n)| Choice::new(code.clone(), counted(&country(cx, code), Some(*n), cx))),
    );
    let mut ratings = vec![Choice::new("", cx.t("market-any"))];
    ratings.extend(RATINGS.iter().map(|tenths| {
        let n = facets.map(|f| f.ratings.get(*tenths).copied().unwrap_or(0));
        Choice::new(
            *tenths,
            counted(&people::freelancer::rating_name(cx, tenths), n, cx),
        )
    }));
    let yes = counted(&cx.t("market-yes"), facets.map(|f| f.verified), cx);
    let verified = vec![
        Choice::new("", cx.t("market-any")),
        Choice::new("true", yes),
    ];
    let mut zones = vec![Choice::new("", cx.t("market-any"))];
    zones.extend(people::zones(cx));
    // Empty unless chosen: hours alone are shared with one's own time zone.
    let hours = query
        .overlap_hours
        .map(|n| n.to_string())
        .unwrap_or_default();
    let matches = ["all", "any"]
        .iter()
        .map(|m| Choice::new(*m, cx.t(&format!("market-skills-{m}"))))
        .collect();
    let sorts = SORTS
        .iter()
        .filter(|s| **s != "relevance" || query.q.is_some())
        .map(|s| Choice::new(*s, cx.t(&format!("market-sort-{}", s.replace('_', "-")))))
        .collect();
    let currency = cx.workspace.as_ref().map_or("USD", |w| w.currency.code());
    let text = |v: &Option<String>| v.clone().unwrap_or_default();
    let used = [
        query.category.is_some(),
        query.level.is_some(),
        query.budget_min.is_some(),
        query.budget_max.is_some(),
        query.country.is_some(),
        query.time_zone.is_some(),
        query.client_rating.is_some(),
        query.verified(),
    ]
    .into_iter()
    .filter(|on| *on)
    .count()
        + query.skills.len();
    let body = html! {
        (Field::search("q", cx.t("market-search")).value(text(&query.q)).max_len(200))
        (Field::select("sort", cx.t("market-sort"), sorts).value(query.order()))
        (filter_fold(cx.locale, used, !messages.is_empty(), html! {
        (Field::select("category", cx.t("market-category"), kinds).value(text(&query.category)))
        (Field::select("level", cx.t("market-level"), levels).value(query.level.unwrap_or("")))
        (Field::text("skills", cx.t("market-skills-filter")).value(query.skills.join(", ")).list("known-skills"))
        @if let Some(facets) = facets { datalist #known-skills { @for (skill, _) in &facets.skills { option value=(skill) {} } } }
        (Field::select("match", cx.t("market-skills-match"), matches).value(query.match_skills.unwrap_or("all")))
        (Field::money("budget_min", cx.t("market-budget-from"), currency).value(text(&query.budget_min)).error(page::message_of(messages, "budget_min")))
        (Field::money("budget_max", cx.t("market-budget-to"), currency).value(text(&query.budget_max)).error(page::message_of(messages, "budget_max")))
        (Field::select("country", cx.t("market-country"), places).value(query.country.unwrap_or("")))
        (Field::select("client_rating", cx.t("market-client-rating"), ratings).value(query.client_rating.unwrap_or("")))
        (Field::select("payment_verified", cx.t("market-payment-verified"), verified).value(if query.verified() { "true" } else { "" }))
        (Field::select("time_zone", cx.t("market-time-zone-shared"), zones).value(text(&query.time_zone)).error(page::message_of(messages, "time_zone")))
        (Field::number("overlap_hours", cx.t("market-overlap-hours")).value(hours).min(1).max(8).short().hint(cx.t("people-overlap-hint")))
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
            "country" => rest.country = None,
            "client_rating" => rest.client_rating = None,
            "payment_verified" => rest.payment_verified = None,
            "time_zone" => (rest.time_zone, rest.overlap_hours) = (None, None),
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
    if let Some(code) = query.country {
        add("country", country(cx, code));
    }
    if let Some(zone) = &query.time_zone {
        let (zone, n) = (zone.replace('_', " "), query.overlap());
        add(
            "time_zone",
            cx.tr(
                "market-overlap-chip",
                &[("zone", zone.into()), ("n", n.into())],
            ),
        );
    }
    if let Some(tenths) = query.client_rating {
        let name = people::freelancer::rating_name(cx, tenths);
        add(
            "client_rating",
            format!("{}: {name}", cx.t("market-client-rating")),
        );
    }
    if query.verified() {
        add("payment_verified", cx.t("market-payment-verified"));
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

fn country(cx: &Cx, code: &str) -> String {
    cx.t(&format!("people-country-{}", code.to_lowercase()))
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
    narrow.paging = kernel::list::Paging::first(query.paging.size());
    href(cx, "/projects", &narrow, None)
}

/// The address of a list under these filters.
pub(super) fn href(cx: &Cx, path: &str, query: &ListQuery, cursor: Option<&str>) -> String {
    let mut pairs: Vec<(&str, String)> = vec![];
    for (name, value) in [
        ("q", &query.q),
        ("category", &query.category),
        ("budget_min", &query.budget_min),
        ("budget_max", &query.budget_max),
        ("time_zone", &query.time_zone),
    ] {
        if let Some(value) = value {
            pairs.push((name, value.clone()));
        }
    }
    for (name, value) in [
        ("level", query.level),
        ("country", query.country),
        ("match", query.match_skills),
        ("state", query.state),
        ("sort", query.sort),
        ("client_rating", query.client_rating),
        ("payment_verified", query.payment_verified),
    ] {
        if let Some(value) = value {
            pairs.push((name, value.to_owned()));
        }
    }
    if !query.skills.is_empty() {
        pairs.push(("skills", query.skills.join(",")));
    }
    if let Some(hours) = query.overlap_hours {
        pairs.push(("overlap_hours", hours.to_string()));
    }
    if let Some(cursor) = cursor {
        pairs.push(("cursor", cursor.to_owned()));
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
