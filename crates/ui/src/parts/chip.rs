use crate::{Icon, Locale, text::tr};
use maud::{Markup, html};

/// A small word that belongs to a thing: a skill, a tag.
#[must_use]
pub fn chip(label: impl Into<String>) -> Markup {
    html! { span.chip { bdi { (label.into()) } } }
}

/// A filter that is on; its cross leads to the list without it.
#[must_use]
pub fn filter_chip(locale: Locale, label: impl Into<String>, href_without: &str) -> Markup {
    let label = label.into();
    html! {
        a.chip.chip-filter href=(href_without) aria-label=(tr(locale, "ui-remove-filter", &[("name", (&label).into())])) {
            bdi { (label) } (Icon::X)
        }
    }
}

/// The filters that are on, with a link that takes all of them off.
#[must_use]
pub fn filters(locale: Locale, chips: &[Markup], clear_href: &str) -> Markup {
    html! {
        @if !chips.is_empty() {
            div.chips role="group" aria-label=(crate::t(locale, "ui-filters-on")) {
                @for chip in chips { (chip) }
                a href=(clear_href) { (crate::t(locale, "ui-clear-filters")) }
            }
        }
    }
}
