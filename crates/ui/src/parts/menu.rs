use crate::Icon;
use maud::{Markup, html};

/// Further acts behind a button; works without scripts. `items` are links, buttons or [`form_button`](super::form_button)s.
#[must_use]
pub fn menu(label: impl Into<String>, items: &[Markup]) -> Markup {
    html! {
        details.menu {
            summary.icon-button { (Icon::Ellipsis) span.sr { (label.into()) } }
            div.menu-list { @for item in items { (item) } }
        }
    }
}
