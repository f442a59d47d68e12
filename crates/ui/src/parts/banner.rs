use super::Tone;
use crate::{Icon, Locale, text};
use maud::{Markup, Render, html};

/// A message across the page: what happened or what to know, perhaps with a way on.
#[derive(Clone, Debug)]
pub struct Banner {
    tone: Tone,
    title: String,
    text: Option<String>,
    action: Option<(String, String)>,
}

impl Banner {
    fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self {
            tone,
            title: title.into(),
            text: None,
            action: None,
        }
    }
    /// Something to know.
    #[must_use]
    pub fn info(title: impl Into<String>) -> Self {
        Self::new(Tone::Info, title)
    }
    /// Something went well.
    #[must_use]
    pub fn good(title: impl Into<String>) -> Self {
        Self::new(Tone::Good, title)
    }
    /// Something waits or is held.
    #[must_use]
    pub fn waiting(title: impl Into<String>) -> Self {
        Self::new(Tone::Waiting, title)
    }
    /// Something was refused or failed.
    #[must_use]
    pub fn bad(title: impl Into<String>) -> Self {
        Self::new(Tone::Bad, title)
    }
    /// A second line: what it means, what to do.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }
    /// A link on.
    #[must_use]
    pub fn action(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.action = Some((label.into(), href.into()));
        self
    }
}

impl Render for Banner {
    fn render(&self) -> Markup {
        let role = if self.tone == Tone::Bad {
            "alert"
        } else {
            "status"
        };
        let sign = if self.tone == Tone::Bad {
            Icon::TriangleAlert
        } else {
            self.tone.icon()
        };
        html! {
            div class={ "banner " (self.tone.class()) } role=(role) {
                (sign)
                div {
                    p.banner-title { (self.title) }
                    @if let Some(text) = &self.text { p { (text) } }
                    @if let Some((label, href)) = &self.action { p { a href=(href) { (label) } } }
                }
            }
        }
    }
}

/// What stands in the place of a part of a page that could not be read.
#[must_use]
pub fn broken(locale: Locale) -> Markup {
    let banner = Banner::bad(text::t(locale, "ui-part-failed"))
        .text(text::t(locale, "ui-part-failed-text"))
        // An empty address is the page itself.
        .action(text::t(locale, "ui-try-again"), "");
    html! { (banner) }
}
