//! The page on which freelancers are found.

use super::{
    FreelancerCard,
    filter_page::{chips, href, is_filtered, search},
    list,
    list::ListQuery,
    show::availability,
};
use axum::response::Response;
use base::Money;
use http::StatusCode;
use kernel::{Cx, Query, Result, list::COUNTED, page};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{Banner, Button, ListPage, chip, clear_filters, empty_state, pager, person, stars},
    text,
};

pub(super) async fn list_page(cx: Cx, Query(query): Query<ListQuery>) -> Result<Response> {
    let mut query = ListQuery {
        facets: None,
        ..query
    };
    // Links to further pages repeat what was asked: their places are sealed with just that.
    let asked = query.clone();
    let title = cx.t("people-freelancers");
    let (status, messages, found) = match list::list(&cx, &mut query).await {
        Ok(found) => (StatusCode::OK, vec![], Some(found)),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            (status, messages, None)
        }
    };
    let facets = found.as_ref().and_then(|f| f.facets.as_ref());
    let total = found.as_ref().and_then(|f| f.page.total).map(|t| {
        if t > COUNTED {
            cx.tr("market-more-than", &[("n", COUNTED.into())])
        } else {
            text::number(cx.locale, t)
        }
    });
    let turn = |cursor: &Option<String>| cursor.as_deref().map(|c| href(&cx, &asked, Some(c)));
    let (prev, next) = found
        .as_ref()
        .map_or((None, None), |f| (turn(&f.page.prev), turn(&f.page.next)));
    let body = html! {
        @if let Some(found) = &found {
            @if let Some(words) = &found.meant {
                (Banner::info(cx.tr("people-search-instead", &[("words", words.into())]))
                    .text(cx.tr("people-search-none-for", &[("words", query.text.as_deref().unwrap_or_default().into())])))
            }
            @if found.page.rows.is_empty() { (nothing(&cx, &query)) } @else {
                div.grid-cards { @for card in &found.page.rows { (one(&cx, card)) } }
            }
        }
    };
    let shown = ListPage {
        title: title.clone(),
        count: total.clone(),
        lead: Some(cx.t("people-freelancers-lead")),
        filters: Some(
            html! { (search(&cx, &query, facets, &messages)) (chips(&cx, &query, facets)) },
        ),
        body,
        pager: (prev.is_some() || next.is_some()).then(|| {
            pager(
                cx.locale,
                prev.as_deref(),
                next.as_deref(),
                total.as_deref(),
            )
        }),
        ..ListPage::default()
    };
    page::page_with(&cx, status, title, html! { (shown) }).await
}

fn nothing(cx: &Cx, query: &ListQuery) -> Markup {
    let searched = is_filtered(query);
    let (title, text) = if searched {
        ("people-none-found", "people-none-found-text")
    } else {
        ("people-none", "people-none-text")
    };
    let act = html! {
        @if searched { (clear_filters(cx.locale, cx.href("/freelancers"))) }
        @else if cx.can("proposal.submit", &["listed"]) { (Button::quiet(cx.t("people-edit")).href(cx.href("/profile/edit"))) }
        @else if cx.member.is_some() { (Button::quiet(cx.t("market-projects")).href(cx.href("/projects"))) }
        @else { (Button::primary(cx.t("identity-register")).href(cx.href("/register"))) }
    };
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
            @if card.reviews > 0 {
                p { (stars(cx.locale, u32::try_from(card.rating_tenths).unwrap_or(0), Some(card.reviews.into()))) }
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
