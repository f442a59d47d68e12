use crate::{Icon, Locale, text::t};
use maud::{Markup, html};

/// Earlier and later pages of a list, and how much there is in all. Draws nothing when one page holds it all:
/// the head of the list says how many there are.
#[must_use]
pub fn pager(
    locale: Locale,
    prev: Option<&str>,
    next: Option<&str>,
    total: Option<&str>,
) -> Markup {
    html! {
        @if prev.is_some() || next.is_some() {
            nav.pager aria-label=(t(locale, "ui-pages")) {
                @if let Some(total) = total { p { (total) } }
                div.pager-links {
                    @if let Some(href) = prev { a.btn.btn-quiet href=(href) rel="prev" { (Icon::ChevronLeft) span { (t(locale, "ui-previous")) } } }
                    @if let Some(href) = next { a.btn.btn-quiet href=(href) rel="next" { span { (t(locale, "ui-next")) } (Icon::ChevronRight) } }
                }
            }
        }
    }
}
