//! Whole documents. Values in, `<html>` out: [`page`] for people at work, [`public_page`] for visitors,
//! [`error_page`] when something is in the way.

mod error;
mod rail;
mod top;

use crate::{Icon, Locale, assets, parts::Banner, text::t};
use maud::{DOCTYPE, Markup, html};

pub use error::error_page;

/// Page where people sign in.
pub const SIGN_IN: &str = "/login";
/// Page where people register.
pub const REGISTER: &str = "/register";
/// Where people choose among their workspaces.
pub const WORKSPACES: &str = "/workspaces";
/// POST here ends the session.
pub const SIGN_OUT: &str = "/sign-out";
/// POST here with `theme` or `locale`, and `return_to`.
pub const PREFERENCES: &str = "/preferences";

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// `system`, `light`, `dark`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// From [`Self::code`]; anything else is none.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.code() == code)
    }
}

/// A workspace as the frame shows it; its home is `/w/SLUG`.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Its name, as people wrote it.
    pub name: String,
    /// Its place in URLs.
    pub slug: String,
}

/// A place in the rail. The first four also stand in the bottom bar of a phone.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Where it leads.
    pub href: String,
    /// One or two words.
    pub label: String,
    /// A word for the bottom bar of a phone, where the label is long.
    pub short: Option<String>,
    /// Its sign.
    pub icon: Icon,
    /// Whether the page shown belongs to it.
    pub active: bool,
    /// How many things there wait for this person.
    pub count: Option<i64>,
    /// Heading above it, when it begins a group (a product).
    pub group: Option<String>,
}

impl NavItem {
    /// An item that is neither active nor counted.
    #[must_use]
    pub fn new(href: impl Into<String>, label: impl Into<String>, icon: Icon) -> Self {
        Self {
            href: href.into(),
            label: label.into(),
            short: None,
            icon,
            active: false,
            count: None,
            group: None,
        }
    }

    /// Marks it as the place of this page.
    #[must_use]
    pub const fn active(mut self, active: bool) -> Self {
        self.active = active;
        self
    }

    /// Counts what waits there; zero shows nothing.
    #[must_use]
    pub const fn count(mut self, count: i64) -> Self {
        self.count = Some(count);
        self
    }

    /// Begins a group under a heading.
    #[must_use]
    pub fn group(mut self, heading: impl Into<String>) -> Self {
        self.group = Some(heading.into());
        self
    }
}

/// The signed-in person.
#[derive(Clone, Debug)]
pub struct Me {
    /// Account id: keeps drafts of two people in one browser apart.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Account and settings.
    pub href_account: String,
    /// Their notices.
    pub href_notices: String,
    /// Unread notices.
    pub unread: i64,
}

/// What stands around a page's own content. All fields are plain values; begin with [`Frame::new`].
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Language and direction.
    pub locale: Locale,
    /// Light or dark.
    pub theme: Theme,
    /// Title of the document, without the product's name.
    pub title: String,
    /// The workspace of the URL.
    pub workspace: Option<Workspace>,
    /// Other workspaces of this person, to switch to.
    pub others: Vec<Workspace>,
    /// The rail; empty: none.
    pub nav: Vec<NavItem>,
    /// Who is signed in.
    pub me: Option<Me>,
    /// Way back up: label and address; shown when there are any.
    pub breadcrumbs: Vec<(String, String)>,
    /// What the last act led to.
    pub flash: Option<Banner>,
    /// Path and query of this page, to come back to after a change of language or theme.
    pub path: String,
    /// Where the search form leads (GET `q`); none hides it.
    pub search: Option<String>,
    /// Whether nobody can register where this page is: the way to it is not shown.
    pub closed: bool,
    /// Whether the page listens at `/events`.
    pub events: bool,
    /// Whether single-key shortcuts are off.
    pub no_shortcuts: bool,
    /// One sentence for search engines and link previews (public pages).
    pub description: Option<String>,
}

impl Frame {
    /// An empty frame with a title.
    #[must_use]
    pub fn new(locale: Locale, title: impl Into<String>) -> Self {
        Self {
            locale,
            title: title.into(),
            ..Self::default()
        }
    }
}

/// A page of someone at work: rail, top bar, content.
#[must_use]
pub fn page(frame: &Frame, body: Markup) -> Markup {
    let railed = !frame.nav.is_empty();
    document(
        frame,
        &html! {
            div.frame.railed[railed] {
                (top::bar(frame))
                @if railed { (rail::rail(frame)) }
                (content(frame, &body))
                @if railed { (rail::bottom(frame)) }
            }
        },
    )
}

/// A page for anyone: no rail; a header with sign in and register (or the way back in), a footer.
#[must_use]
pub fn public_page(frame: &Frame, body: Markup) -> Markup {
    document(
        frame,
        &html! {
            div.frame.public {
                (top::public_bar(frame))
                (content(frame, &body))
                footer.foot {
                    p { (t(frame.locale, "ui-foot")) }
                    (top::language(frame))
                }
            }
        },
    )
}

fn content(frame: &Frame, body: &Markup) -> Markup {
    html! {
        main #main tabindex="-1" {
            @if !frame.breadcrumbs.is_empty() {
                nav.crumbs aria-label=(t(frame.locale, "ui-breadcrumbs")) {
                    ol { @for (label, href) in &frame.breadcrumbs { li { a href=(href) { bdi { (label) } } } } }
                }
            }
            @if let Some(flash) = &frame.flash { div.flash data-flash { (flash) } }
            (body)
        }
    }
}

fn document(frame: &Frame, body: &Markup) -> Markup {
    let locale = frame.locale;
    html! {
        (DOCTYPE)
        html lang=(locale.code()) dir=(locale.dir()) data-theme=(frame.theme.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                meta name="htmx-config" content="includeIndicatorCSS:false,mode:'same-origin'";
                @if let Some(description) = &frame.description {
                    meta name="description" content=(description);
                    meta property="og:title" content=(frame.title);
                    meta property="og:description" content=(description);
                }
                title { (frame.title) " · " (t(locale, "ui-brand")) }
                link rel="icon" type="image/svg+xml" href=(assets::link(assets::FAVICON_SVG));
                link rel="stylesheet" href=(assets::link(assets::APP_CSS));
                link rel="preload" as="font" type="font/woff2" crossorigin href=(assets::link(match locale {
                    Locale::En => assets::PLEX_LATIN_400_WOFF2,
                    Locale::Ar => assets::PLEX_ARABIC_400_WOFF2,
                }));
                script type="module" src=(assets::link(assets::APP_JS)) {}
            }
            body
                data-htmx=(assets::link(assets::HTMX_JS))
                data-hx-sse=(assets::link(assets::HX_SSE_JS))
                data-events[frame.events]
                data-no-shortcuts[frame.no_shortcuts]
                data-me=[frame.me.as_ref().map(|me| &me.id)]
            {
                a.skip href="#main" { (t(locale, "ui-skip")) }
                (body)
                div #status.sr role="status" aria-live="polite" {}
                (words(locale))
            }
        }
    }
}

/// What scripts say when sending fails or the connection is gone; they have no words of their own.
const WORDS: [&str; 33] = [
    "400",
    "400-text",
    "401",
    "401-text",
    "403",
    "403-text",
    "404",
    "404-text",
    "409",
    "409-text",
    "422",
    "422-text",
    "429",
    "500",
    "again",
    "back",
    "fresh",
    "go",
    "kept",
    "look-first",
    "network",
    "now-stands",
    "offline",
    "offline-link",
    "once",
    "online",
    "open-again",
    "reference",
    "send-mine",
    "show",
    "sign-in",
    "timeout",
    "wait",
];

/// What a field says when it is left with something the server would refuse: the server's own words.
const FIELD_WORDS: [(&str, &str); 5] = [
    ("blank", "error-required"),
    ("short", "error-too-short"),
    ("small", "error-too-small"),
    ("large", "error-too-large"),
    ("format", "error-invalid-format"),
];

fn words(locale: Locale) -> Markup {
    html! {
        template #words {
            (Icon::TriangleAlert)
            @for key in WORDS { span data-word=(key) { (t(locale, &format!("ui-send-{key}"))) } }
            @for (key, words) in FIELD_WORDS { span data-word=(key) { (t(locale, words)) } }
        }
    }
}
