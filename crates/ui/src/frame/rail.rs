//! The rail, and on a phone the bottom bar of five: four places and a button for all of them.

use super::{Frame, NavItem};
use crate::{
    Icon, Locale,
    text::{number, t},
};
use maud::{Markup, html};

pub(super) fn rail(frame: &Frame) -> Markup {
    html! {
        nav.rail aria-label=(t(frame.locale, "ui-nav")) { (places(frame)) }
    }
}

pub(super) fn bottom(frame: &Frame) -> Markup {
    let locale = frame.locale;
    html! {
        nav.bottom aria-label=(t(locale, "ui-nav-short")) {
            @for item in frame.nav.iter().take(4) { (place(locale, item, true)) }
            details.menu.more {
                summary.place { (Icon::Menu) span.place-label { (t(locale, "ui-more")) } }
                div.sheet { (places(frame)) }
            }
        }
    }
}

fn places(frame: &Frame) -> Markup {
    html! {
        ul {
            @for item in &frame.nav {
                @if let Some(group) = &item.group { li.rail-group { (group) } }
                li { (place(frame.locale, item, false)) }
            }
        }
    }
}

fn place(locale: Locale, item: &NavItem, short: bool) -> Markup {
    let label = item.short.as_ref().filter(|_| short).unwrap_or(&item.label);
    html! {
        a.place href=(item.href) aria-current=[item.active.then_some("page")] {
            (item.icon)
            span.place-label { (label) }
            @if let Some(count) = item.count.filter(|count| *count > 0) { span.count { (number(locale, count)) } }
        }
    }
}
