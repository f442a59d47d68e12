//! Icons: lucide, drawn inline so that they take the colour of the text.

use maud::{Markup, PreEscaped, Render, html};

include!(concat!(env!("OUT_DIR"), "/icons.rs"));

impl Render for Icon {
    fn render(&self) -> Markup {
        icon(*self)
    }
}

/// The sign alone, hidden from screen readers: a word stands beside it.
#[must_use]
pub fn icon(icon: Icon) -> Markup {
    // Arrows point the way of reading and turn with it.
    let turns = matches!(
        icon,
        Icon::ArrowLeft
            | Icon::ArrowRight
            | Icon::ChevronLeft
            | Icon::ChevronRight
            | Icon::Undo2
            | Icon::LogIn
            | Icon::LogOut
            | Icon::Send
            | Icon::ExternalLink
    );
    html! {
        svg.icon.turns[turns] viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false" {
            (PreEscaped(icon.inner()))
        }
    }
}

/// The sign with a name, where no word stands beside it.
#[must_use]
pub fn icon_named(sign: Icon, name: &str) -> Markup {
    html! { (icon(sign)) span.sr { (name) } }
}
