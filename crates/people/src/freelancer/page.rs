//! The page on which freelancers are found.

use super::{FreelancerCard, list, list::ListQuery, show::availability};
use crate::profile::countries;
use axum::response::Response;
use base::Money;
use kernel::{Cx, Query, Result, page};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        Button, Field, Form, ListPage, chip, empty_state, filter_chip, filters, pager, person,
    },
    text,
};

pub(super) async fn list_page(cx: Cx, Query(query): Query<ListQuery>) -> Result<Response> {
    let found = list::list(&cx, &query).await?;
    let total = found.total.map(|t| text::number(cx.locale, t));
    let here =
        |cursor: &Option<String>| cursor.as_ref().map(|c| href(&cx, &query, &[("cursor", c)]));
    let (prev, next) = (here(&found.prev), here(&found.next));
    let title = cx.t("people-freelancers");
    let body = html! {
        div.stack {
            (search(&cx, &query))
            @if found.rows.is_empty() { (nothing(&cx, &query)) } @else {
                div.grid-cards { @for card in &found.rows { (one(&cx, card)) } }
            }
        }
    };
    let shown = ListPage {
        title: title.clone(),
        count: total.clone(),
        lead: Some(cx.t("people-freelancers-lead")),
        filters: chips(&cx, &query),
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

fn search(cx: &Cx, query: &ListQuery) -> Markup {
    let fields = html! {
        div.grid-cards {
            (Field::search("q", cx.t("people-search")).value(query.text.clone().unwrap_or_default()).max_len(200))
            (Field::text("skills", cx.t("people-skills-commas")).value(query.skills.join(", ")))
            (Field::select("country", cx.t("people-field-country"), countries(cx, "people-any-country")).value(query.country.unwrap_or("")))
        }
        div.actions { (Button::primary(cx.t("people-search-act")).icon(Icon::Search)) }
    };
    html! { (Form::get(cx.href("/freelancers"), fields)) }
}

fn chips(cx: &Cx, query: &ListQuery) -> Option<Markup> {
    let mut chips = vec![];
    if let Some(words) = &query.text {
        let without = ListQuery {
            text: None,
            ..copy(query)
        };
        chips.push(filter_chip(
            cx.locale,
            words.clone(),
            &href(cx, &without, &[]),
        ));
    }
    for skill in &query.skills {
        let mut without = copy(query);
        without.skills.retain(|s| s != skill);
        chips.push(filter_chip(
            cx.locale,
            skill.clone(),
            &href(cx, &without, &[]),
        ));
    }
    if let Some(code) = query.country {
        let without = ListQuery {
            country: None,
            ..copy(query)
        };
        chips.push(filter_chip(
            cx.locale,
            country(cx, code),
            &href(cx, &without, &[]),
        ));
    }
    (!chips.is_empty()).then(|| filters(cx.locale, &chips, &cx.href("/freelancers")))
}

fn copy(query: &ListQuery) -> ListQuery {
    ListQuery {
        text: query.text.clone(),
        skills: query.skills.clone(),
        country: query.country,
        paging: query.paging.clone(),
    }
}

/// The address of this search with more pairs.
fn href(cx: &Cx, query: &ListQuery, more: &[(&str, &str)]) -> String {
    let mut pairs: Vec<(&str, String)> = vec![];
    pairs.extend(query.text.clone().map(|t| ("q", t)));
    if !query.skills.is_empty() {
        pairs.push(("skills", query.skills.join(",")));
    }
    pairs.extend(query.country.map(|c| ("country", c.to_owned())));
    pairs.extend(more.iter().map(|(n, v)| (*n, (*v).to_owned())));
    let encoded = serde_urlencoded::to_string(&pairs).unwrap_or_default();
    let path = cx.href("/freelancers");
    if encoded.is_empty() {
        path
    } else {
        format!("{path}?{encoded}")
    }
}

fn nothing(cx: &Cx, query: &ListQuery) -> Markup {
    let searched = query.text.is_some() || !query.skills.is_empty() || query.country.is_some();
    let (title, text) = if searched {
        ("people-none-found", "people-none-found-text")
    } else {
        ("people-none", "people-none-text")
    };
    let act = searched
        .then(|| html! { (Button::quiet(cx.t("people-clear")).href(cx.href("/freelancers"))) });
    empty_state(Icon::Users, cx.t(title), cx.t(text), act)
}

fn one(cx: &Cx, card: &FreelancerCard) -> Markup {
    html! {
        article.card {
            h2 { (person(&card.display_name, Some(&card.href))) }
            @if !card.title.is_empty() { p { bdi { (card.title) } } }
            p.meta {
                @if let Some(code) = &card.country { span { (Icon::MapPin) " " (country(cx, code)) } }
                @if let Some(rate) = &card.hourly_rate
                    && let Ok(currency) = rate.currency.parse() {
                    span { (cx.tr("people-rate", &[("amount", text::money(cx.locale, Money::new(rate.amount_minor, currency)).into())])) }
                }
            }
            @if !card.skills.is_empty() { div.row { @for skill in card.skills.iter().take(6) { (chip(skill.clone())) } } }
            (availability(cx, &card.availability))
        }
    }
}

/// The name of a country.
pub(super) fn country(cx: &Cx, code: &str) -> String {
    cx.t(&format!("people-country-{}", code.to_lowercase()))
}
