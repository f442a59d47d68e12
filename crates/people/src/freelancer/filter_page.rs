//! The filters of the list of freelancers: a form that works without scripts, chips of what is on,
//! and counts of what each further filter would leave.

use super::{
    list::{Facets, ListQuery, RATINGS, SORTS},
    page::country,
};
use crate::profile::{AVAILABILITIES, zones};
use kernel::{
    Cx,
    page::{self, Messages},
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{Button, Choice, Field, Form, error_summary, filter_chip, filter_fold, filters},
    text,
};

/// Whether anything narrows the list.
pub(super) fn is_filtered(query: &ListQuery) -> bool {
    query.text.is_some() || !query.skills.is_empty() || others(query) > 0
}

/// How many filters are on beside words and skills.
fn others(query: &ListQuery) -> usize {
    [
        query.country.is_some(),
        query.language.is_some(),
        query.rate_min.is_some(),
        query.rate_max.is_some(),
        query.availability.is_some(),
        query.rating.is_some(),
        query.time_zone.is_some(),
    ]
    .into_iter()
    .filter(|on| *on)
    .count()
}

fn counted(cx: &Cx, label: String, n: i64) -> String {
    format!("{label} ({})", text::number(cx.locale, n))
}

/// The choices a facet offers, the one that is on among them whatever its count.
fn offered(
    cx: &Cx,
    chosen: Option<&str>,
    facet: Option<&[(String, i64)]>,
    name: impl Fn(&str) -> String,
) -> Vec<Choice> {
    let facet = facet.unwrap_or_default();
    let mut all = vec![Choice::new("", cx.t("people-any"))];
    let lone = chosen.filter(|c| !facet.iter().any(|(value, _)| value == c));
    all.extend(lone.map(|c| Choice::new(c, counted(cx, name(c), 0))));
    all.extend(
        facet
            .iter()
            .map(|(value, n)| Choice::new(value.clone(), counted(cx, name(value), *n))),
    );
    all
}

/// The words of a least rating, in tenths of a star: `4.5 stars or more`.
#[must_use]
pub fn rating_name(cx: &Cx, tenths: &str) -> String {
    let stars = tenths.parse::<u32>().unwrap_or(0);
    let shown = format!("{}.{}", stars / 10, stars % 10);
    cx.tr("people-rating-from", &[("stars", shown.into())])
}

pub(super) fn search(
    cx: &Cx,
    query: &ListQuery,
    facets: Option<&Facets>,
    messages: &Messages,
) -> Markup {
    let text = |v: &Option<String>| v.clone().unwrap_or_default();
    let currency = cx.workspace.as_ref().map_or("USD", |w| w.currency.code());
    let countries = offered(cx, query.country, facets.map(|f| &f.countries[..]), |c| {
        country(cx, c)
    });
    let chosen = query.language.as_ref().map(|l| l.to_lowercase());
    let languages = offered(
        cx,
        chosen.as_deref(),
        facets.map(|f| &f.languages[..]),
        str::to_owned,
    );
    let ratings = offered(cx, query.rating, facets.map(|f| &f.ratings[..]), |r| {
        rating_name(cx, r)
    });
    let free: Vec<(String, i64)> = AVAILABILITIES
        .iter()
        .filter_map(|a| {
            let counts = facets.map(|f| &f.availabilities);
            let n = counts.and_then(|all| all.iter().find(|(value, _)| value == a));
            n.cloned()
        })
        .collect();
    let availabilities = offered(cx, query.availability, Some(&free), |a| {
        cx.t(&format!("people-availability-{a}"))
    });
    let sorts = SORTS
        .iter()
        .filter(|s| **s != "relevance" || query.text.is_some())
        .map(|s| Choice::new(*s, cx.t(&format!("people-sort-{}", s.replace('_', "-")))))
        .collect();
    let matches = ["all", "any"]
        .iter()
        .map(|m| Choice::new(*m, cx.t(&format!("people-skills-{m}"))))
        .collect();
    let mut places = vec![Choice::new("", cx.t("people-any"))];
    places.extend(zones(cx));
    // Empty unless chosen: hours alone are shared with one's own time zone.
    let hours = query
        .overlap_hours
        .map(|n| n.to_string())
        .unwrap_or_default();
    let fields = html! {
        (Field::search("q", cx.t("people-search")).value(text(&query.text)).max_len(200))
        (Field::select("sort", cx.t("people-sort"), sorts).value(query.order()))
        (filter_fold(cx.locale, others(query) + query.skills.len(), !messages.is_empty(), html! {
            (Field::text("skills", cx.t("people-skills-commas")).value(query.skills.join(", ")).list("known-skills"))
            @if let Some(facets) = facets { datalist #known-skills { @for (skill, _) in &facets.skills { option value=(skill) {} } } }
            (Field::select("match", cx.t("people-skills-match"), matches).value(query.match_skills.unwrap_or("all")))
            (Field::select("country", cx.t("people-field-country"), countries).value(query.country.unwrap_or("")))
            (Field::select("language", cx.t("people-language"), languages).value(chosen.clone().unwrap_or_default()))
            (Field::money("rate_min", cx.t("people-rate-from"), currency).value(text(&query.rate_min)).error(page::message_of(messages, "rate_min")))
            (Field::money("rate_max", cx.t("people-rate-to"), currency).value(text(&query.rate_max)).error(page::message_of(messages, "rate_max")))
            (Field::select("availability", cx.t("people-field-availability"), availabilities).value(query.availability.unwrap_or("")))
            (Field::select("rating", cx.t("people-rating"), ratings).value(query.rating.unwrap_or("")))
            (Field::select("time_zone", cx.t("people-zone-shared"), places).value(text(&query.time_zone)).error(page::message_of(messages, "time_zone")))
            (Field::number("overlap_hours", cx.t("people-overlap-hours")).value(hours).min(1).max(8).short().hint(cx.t("people-overlap-hint")))
        }))
        (Button::quiet(cx.t("people-search-act")).icon(Icon::Search))
    };
    html! {
        (error_summary(cx.locale, messages))
        (Form::get(cx.href("/freelancers"), fields).inline())
    }
}

pub(super) fn chips(cx: &Cx, query: &ListQuery, facets: Option<&Facets>) -> Markup {
    let mut chips = vec![];
    let mut add = |label: String, take: &dyn Fn(&mut ListQuery)| {
        let mut rest = query.clone();
        take(&mut rest);
        chips.push(filter_chip(cx.locale, label, &href(cx, &rest, None)));
    };
    if let Some(words) = &query.text {
        add(words.clone(), &|q| q.text = None);
    }
    for skill in &query.skills {
        add(skill.clone(), &|q| q.skills.retain(|s| s != skill));
    }
    if let Some(code) = query.country {
        add(country(cx, code), &|q| q.country = None);
    }
    if let Some(language) = &query.language {
        add(language.clone(), &|q| q.language = None);
    }
    let currency = cx.workspace.as_ref().map_or("USD", |w| w.currency.code());
    if let Some(sum) = &query.rate_min {
        let sum = format!("{sum} {currency}");
        add(cx.tr("people-from-sum", &[("sum", sum.into())]), &|q| {
            q.rate_min = None
        });
    }
    if let Some(sum) = &query.rate_max {
        let sum = format!("{sum} {currency}");
        add(cx.tr("people-to-sum", &[("sum", sum.into())]), &|q| {
            q.rate_max = None
        });
    }
    if let Some(state) = query.availability {
        add(cx.t(&format!("people-availability-{state}")), &|q| {
            q.availability = None
        });
    }
    if let Some(tenths) = query.rating {
        add(rating_name(cx, tenths), &|q| q.rating = None);
    }
    if let Some(zone) = &query.time_zone {
        let (name, n) = (zone.replace('_', " "), query.overlap());
        let label = cx.tr(
            "people-overlap-chip",
            &[("zone", name.into()), ("n", n.into())],
        );
        add(label, &|q| (q.time_zone, q.overlap_hours) = (None, None));
    }
    html! {
        @if !chips.is_empty() { (filters(cx.locale, &chips, &cx.href("/freelancers"))) }
        @if let Some(facets) = facets {
            @if !facets.skills.is_empty() && query.skills.len() < 10 {
                div.chips role="group" aria-label=(cx.t("people-narrow-by-skill")) {
                    @for (skill, n) in &facets.skills {
                        @let narrowed = { let mut q = query.clone(); q.skills.push(skill.clone()); q };
                        a.chip href=(href(cx, &narrowed, None)) { bdi { (skill) } " (" (text::number(cx.locale, *n)) ")" }
                    }
                }
            }
        }
    }
}

/// The address of this search.
pub(super) fn href(cx: &Cx, query: &ListQuery, cursor: Option<&str>) -> String {
    let mut pairs: Vec<(&str, String)> = vec![];
    for (name, value) in [
        ("q", query.text.as_deref()),
        ("match", query.match_skills),
        ("country", query.country),
        ("language", query.language.as_deref()),
        ("rate_min", query.rate_min.as_deref()),
        ("rate_max", query.rate_max.as_deref()),
        ("availability", query.availability),
        ("rating", query.rating.filter(|r| RATINGS.contains(r))),
        ("time_zone", query.time_zone.as_deref()),
        ("sort", query.sort),
        ("cursor", cursor),
    ] {
        pairs.extend(value.map(|v| (name, v.to_owned())));
    }
    if let Some(hours) = query.overlap_hours {
        pairs.push(("overlap_hours", hours.to_string()));
    }
    if !query.skills.is_empty() {
        pairs.push(("skills", query.skills.join(",")));
    }
    if query.paging.size() != kernel::list::USUAL {
        pairs.push(("limit", query.paging.size().to_string()));
    }
    let encoded = serde_urlencoded::to_string(&pairs).unwrap_or_default();
    let path = cx.href("/freelancers");
    if encoded.is_empty() {
        path
    } else {
        format!("{path}?{encoded}")
    }
}
