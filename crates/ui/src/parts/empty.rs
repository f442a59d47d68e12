use crate::Icon;
use maud::{Markup, html};

/// Nothing here: what that means and the next step.
#[must_use]
pub fn empty_state(
    icon: Icon,
    title: impl Into<String>,
    text: impl Into<String>,
    action: Option<Markup>,
) -> Markup {
    html! {
        div.empty {
            (icon)
            h2 { (title.into()) }
            p { (text.into()) }
            @if let Some(action) = action { div.actions { (action) } }
        }
    }
}
