//! The bar on top: workspace, search, notices, display, account.

use super::{Frame, Me, PREFERENCES, REGISTER, SIGN_IN, SIGN_OUT, Theme, WORKSPACES, Workspace};
use crate::{
    Icon, Locale,
    parts::initials,
    text::{number, t, tr},
};
use maud::{Markup, html};

pub(super) fn bar(frame: &Frame) -> Markup {
    let locale = frame.locale;
    html! {
        header.top {
            (place(frame))
            @if let Some(action) = &frame.search { (search(locale, action)) }
            div.top-end {
                @if let Some(action) = &frame.search {
                    a.icon-button.narrow-only href=(action) { (Icon::Search) span.sr { (t(locale, "ui-search-projects")) } }
                }
                @if let Some(me) = &frame.me { (bell(locale, me)) }
                (language(frame))
                (display(frame))
                @if let Some(me) = &frame.me { (account(frame, me)) } @else { (enter(frame)) }
            }
        }
    }
}

pub(super) fn public_bar(frame: &Frame) -> Markup {
    let locale = frame.locale;
    html! {
        header.top {
            (public_brand(frame))
            @if !frame.nav.is_empty() {
                nav.top-links aria-label=(t(locale, "ui-nav")) {
                    @for item in &frame.nav {
                        a href=(item.href) aria-current=[item.active.then_some("page")] { (item.label) }
                    }
                }
            }
            div.top-end {
                (display(frame))
                @match &frame.me {
                    Some(me) => { (bell(locale, me)) (account(frame, me)) },
                    None => (enter(frame)),
                }
            }
        }
    }
}

/// A workspace that visitors may look at stands under its own name.
fn public_brand(frame: &Frame) -> Markup {
    match &frame.workspace {
        None => brand(frame.locale, "/"),
        Some(here) => {
            let home = frame.nav.first().map_or("/", |item| item.href.as_str());
            html! { a.brand href=(home) { (mark()) span { bdi { (here.name) } } } }
        }
    }
}

/// Only the way home: for pages that do not know who looks.
pub(super) fn bare_bar(frame: &Frame, signed_in: bool) -> Markup {
    let locale = frame.locale;
    html! {
        header.top {
            (brand(locale, "/"))
            div.top-end { @if !signed_in { a.btn.btn-quiet href=(SIGN_IN) { (t(locale, "ui-sign-in")) } } }
        }
    }
}

fn brand(locale: Locale, href: &str) -> Markup {
    html! {
        a.brand href=(href) { (mark()) span { (t(locale, "ui-brand")) } }
    }
}

/// The hall: gable, pillars, steps.
fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false" {
            rect width="32" height="32" rx="7" {}
            path d="M6 13.5 16 7l10 6.5M9 15v8m4.7-8v8m4.6-8v8M23 15v8M6.5 25.5h19" {}
        }
    }
}

fn place(frame: &Frame) -> Markup {
    let locale = frame.locale;
    html! {
        @match &frame.workspace {
            None => (brand(locale, "/")),
            Some(here) if frame.others.is_empty() => {
                a.brand href={ "/w/" (here.slug) } { (mark()) span { bdi { (here.name) } } }
            },
            Some(here) => {
                details.menu {
                    summary.brand aria-label=(tr(locale, "ui-switch-workspace", &[("name", (&here.name).into())])) {
                        (mark()) span { bdi { (here.name) } } (Icon::ChevronDown)
                    }
                    ul.menu-list.menu-start {
                        @for Workspace { name, slug } in std::iter::once(here).chain(&frame.others) {
                            li { a href={ "/w/" (slug) } aria-current=[(*slug == here.slug).then_some("true")] { bdi { (name) } } }
                        }
                    }
                }
            },
        }
    }
}

fn search(locale: Locale, action: &str) -> Markup {
    let words = t(locale, "ui-search-projects");
    html! {
        form.search role="search" method="get" action=(action) {
            label.sr for="search" { (words) }
            (Icon::Search)
            input #search type="search" name="q" placeholder=(words) maxlength="200" autocomplete="off" data-search;
            kbd aria-hidden="true" { "/" }
        }
    }
}

fn bell(locale: Locale, me: &Me) -> Markup {
    html! {
        a.icon-button href=(me.href_notices) {
            (Icon::Bell)
            span.sr { (t(locale, "ui-notices")) }
            (badge(locale, me.unread))
        }
    }
}

/// The count of unread notices; the live stream replaces its text.
fn badge(locale: Locale, unread: i64) -> Markup {
    html! {
        span #notice-badge.count hidden[unread <= 0] {
            span data-count { @if unread > 99 { "99+" } @else { (number(locale, unread)) } }
            span.sr { " " (t(locale, "ui-unread")) }
        }
    }
}

/// One button that switches to the other language and comes back here.
pub(super) fn language(frame: &Frame) -> Markup {
    let other = frame.locale.other();
    html! {
        form.language method="post" action=(PREFERENCES) {
            input type="hidden" name="return_to" value=(back(frame));
            button.link-button name="locale" value=(other.code()) lang=(other.code()) { (other.own_name()) }
        }
    }
}

fn back(frame: &Frame) -> &str {
    if frame.path.is_empty() {
        "/"
    } else {
        &frame.path
    }
}

fn display(frame: &Frame) -> Markup {
    let locale = frame.locale;
    let sign = |theme| match theme {
        Theme::System => Icon::Monitor,
        Theme::Light => Icon::Sun,
        Theme::Dark => Icon::Moon,
    };
    html! {
        details.menu {
            summary.icon-button { (sign(frame.theme)) span.sr { (t(locale, "ui-display")) } }
            form.menu-list method="post" action=(PREFERENCES) {
                input type="hidden" name="return_to" value=(back(frame));
                p.menu-head { (t(locale, "ui-theme")) }
                @for theme in Theme::ALL {
                    button name="theme" value=(theme.code()) aria-pressed=(if theme == frame.theme { "true" } else { "false" }) {
                        (sign(theme)) (t(locale, &format!("ui-theme-{}", theme.code())))
                    }
                }
                p.menu-head { (t(locale, "ui-language")) }
                @for each in Locale::ALL {
                    button name="locale" value=(each.code()) lang=(each.code()) aria-pressed=(if each == locale { "true" } else { "false" }) {
                        (Icon::Languages) (each.own_name())
                    }
                }
                @if !frame.no_shortcuts && frame.me.is_some() {
                    p.menu-head.wide-only { (t(locale, "ui-keys")) br; (t(locale, "ui-keys-text")) }
                }
            }
        }
    }
}

fn account(frame: &Frame, me: &Me) -> Markup {
    let locale = frame.locale;
    html! {
        details.menu {
            summary.icon-button {
                span.avatar aria-hidden="true" { (initials(&me.name)) }
                span.sr { (t(locale, "ui-account-menu")) }
            }
            div.menu-list {
                p.menu-head { bdi { (me.name) } }
                a href=(me.href_account) { (Icon::Settings) (t(locale, "ui-account")) }
                a href=(me.href_notices) { (Icon::Bell) (t(locale, "ui-notices")) }
                a href=(WORKSPACES) { (Icon::Building2) (t(locale, "ui-workspaces")) }
                form method="post" action=(SIGN_OUT) data-sign-out {
                    button { (Icon::LogOut) (t(locale, "ui-sign-out")) }
                }
            }
        }
    }
}

/// The ways in; inside a workspace one joins that workspace.
fn enter(frame: &Frame) -> Markup {
    let locale = frame.locale;
    let register = frame.workspace.as_ref().map_or_else(
        || REGISTER.to_owned(),
        |w| format!("/w/{}/register", w.slug),
    );
    html! {
        a.btn.btn-quiet href=(SIGN_IN) { (t(locale, "ui-sign-in")) }
        @if !frame.closed { a.btn.btn-primary.wide-only href=(register) { (t(locale, "ui-register")) } }
    }
}
