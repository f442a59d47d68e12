use crate::{Icon, Locale, text};
use maud::{Markup, Render, html};

/// A file: name, size, perhaps a state and further acts.
#[derive(Clone, Debug)]
pub struct FileRow {
    locale: Locale,
    name: String,
    size: i64,
    href: Option<String>,
    state: Option<Markup>,
    note: Option<Markup>,
    actions: Option<Markup>,
}

impl FileRow {
    /// `size` in bytes.
    #[must_use]
    pub fn new(locale: Locale, name: impl Into<String>, size: i64) -> Self {
        Self {
            locale,
            name: name.into(),
            size,
            href: None,
            state: None,
            note: None,
            actions: None,
        }
    }
    /// Where it is downloaded; without it the name is not a link.
    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
    /// A badge (being checked, refused).
    #[must_use]
    pub fn state(mut self, state: Markup) -> Self {
        self.state = Some(state);
        self
    }
    /// Who and when.
    #[must_use]
    pub fn note(mut self, note: Markup) -> Self {
        self.note = Some(note);
        self
    }
    /// Buttons at the end.
    #[must_use]
    pub fn actions(mut self, actions: Markup) -> Self {
        self.actions = Some(actions);
        self
    }
}

impl Render for FileRow {
    fn render(&self) -> Markup {
        html! {
            div.file {
                (Icon::File)
                div.file-words {
                    @match &self.href {
                        Some(href) => a.file-name href=(href) { bdi { (self.name) } },
                        None => span.file-name { bdi { (self.name) } },
                    }
                    span.file-note {
                        (text::bytes(self.locale, self.size))
                        @if let Some(note) = &self.note { " · " (note) }
                    }
                }
                @if let Some(state) = &self.state { (state) }
                @if let Some(actions) = &self.actions { div.actions { (actions) } }
            }
        }
    }
}

/// Several files under each other.
#[must_use]
pub fn files(rows: &[FileRow]) -> Markup {
    html! { ul.files { @for row in rows { li { (row) } } } }
}
