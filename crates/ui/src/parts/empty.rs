use super::Button;
use crate::{Icon, Locale};
use maud::{Markup, html};

/// Nothing here: what that means and the next step.
#[must_use]
pub fn empty_state(
    icon: Icon,
    title: impl Into<String>,
    text: impl Into<String>,
    action: Markup,
) -> Markup {
    html! {
        div.empty {
            (icon)
            h2 { (title.into()) }
            p { (text.into()) }
            div.actions { (action) }
        }
    }
}

/// The way out of filters that leave nothing: the next step of an [`empty_state`] that is not the
/// list's own.
#[must_use]
pub fn clear_filters(locale: Locale, href: impl Into<String>) -> Markup {
    html! { (Button::quiet(crate::t(locale, "ui-clear-filters")).icon(Icon::X).href(href)) }
}

/// A list of which the chosen filters leave nothing, where no more can be said than that.
#[must_use]
pub fn none_match(locale: Locale, icon: Icon, clear_href: impl Into<String>) -> Markup {
    empty_state(
        icon,
        crate::t(locale, "ui-none-match"),
        crate::t(locale, "ui-none-match-text"),
        clear_filters(locale, clear_href),
    )
}
