use crate::{
    Icon, Locale,
    text::{number, t, tr},
};
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

/// Further fields of a filter form: in sight on wide screens, behind a button on phones. `chosen` says how
/// many are in use; `open` shows them at once (an error among them).
#[must_use]
pub fn filter_fold(locale: Locale, chosen: usize, open: bool, fields: Markup) -> Markup {
    html! {
        details.fold open[open] {
            summary {
                (Icon::Funnel) span { (t(locale, "ui-more-filters")) }
                @if chosen > 0 { span.count { (number(locale, i64::try_from(chosen).unwrap_or(0))) } }
                (Icon::ChevronDown)
            }
            div.form-inline { (fields) }
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
