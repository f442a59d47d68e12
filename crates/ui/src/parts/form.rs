use super::{Button, field_id, hidden};
use crate::{Icon, Locale, text::t};
use maud::{Markup, Render, html};

/// A form. Browsers' own bubbles are off: our errors stand at the field, in the page's language.
#[derive(Clone, Debug)]
pub struct Form {
    action: String,
    method: &'static str,
    body: Markup,
    multipart: bool,
    key: Option<String>,
    id: Option<String>,
    draft: Option<(Locale, String)>,
    autosave: Option<String>,
    swap: Option<(String, String)>,
    inline: bool,
    guard: Option<bool>,
}

impl Form {
    fn new(method: &'static str, action: impl Into<String>, body: Markup) -> Self {
        Self {
            action: action.into(),
            method,
            body,
            multipart: false,
            key: None,
            id: None,
            draft: None,
            autosave: None,
            swap: None,
            inline: false,
            guard: None,
        }
    }
    /// A form that changes something.
    #[must_use]
    pub fn post(action: impl Into<String>, body: Markup) -> Self {
        Self::new("post", action, body)
    }
    /// A form that asks (search, filters).
    #[must_use]
    pub fn get(action: impl Into<String>, body: Markup) -> Self {
        Self::new("get", action, body)
    }
    /// Carries `idempotency_key`: the same key sent twice acts once. Make a fresh one for each page drawn,
    /// and draw the same one again with a refused form.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }
    /// May carry files.
    #[must_use]
    pub const fn multipart(mut self) -> Self {
        self.multipart = true;
        self
    }
    /// Id of the element.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
    /// Keeps what is written in this browser under a name (`proposal-PROJECT`) until it is sent, and warns
    /// before leaving. Passwords and files are never kept.
    #[must_use]
    pub fn draft(mut self, locale: Locale, name: impl Into<String>) -> Self {
        self.draft = Some((locale, name.into()));
        self
    }
    /// Sends what is written to this address while one writes, so that it can be gone on with in
    /// another browser; a form that keeps a draft only.
    #[must_use]
    pub fn autosave(mut self, address: impl Into<String>) -> Self {
        self.autosave = Some(address.into());
        self
    }
    /// Warns before leaving with unsent changes, without keeping them: what every form does that changes
    /// something and has a [`Field`](super::Field). For forms whose fields are drawn otherwise.
    #[must_use]
    pub const fn guard(mut self) -> Self {
        self.guard = Some(true);
        self
    }
    /// Left without a word, whatever was typed: signing in.
    #[must_use]
    pub const fn unguarded(mut self) -> Self {
        self.guard = Some(false);
        self
    }
    /// Sends by htmx where scripts run: the answer goes to `target` (a selector or `this`) by `swap` (`outerHTML`).
    #[must_use]
    pub fn swap(mut self, target: impl Into<String>, swap: impl Into<String>) -> Self {
        self.swap = Some((target.into(), swap.into()));
        self
    }
    /// Fields side by side (filters).
    #[must_use]
    pub const fn inline(mut self) -> Self {
        self.inline = true;
        self
    }
    fn guards(&self) -> bool {
        let fields = self.method == "post" && self.body.0.contains("class=\"field");
        self.guard.unwrap_or(fields)
    }
}

impl Render for Form {
    fn render(&self) -> Markup {
        let hx = |method: &str| {
            self.swap
                .as_ref()
                .filter(|_| self.method == method)
                .map(|_| &self.action)
        };
        html! {
            form.form.form-inline[self.inline] id=[self.id.as_ref()] method=(self.method) action=(self.action) novalidate
                enctype=[self.multipart.then_some("multipart/form-data")]
                data-draft=[self.draft.as_ref().map(|(_, name)| name)] data-guard[self.guards()] data-autosave=[self.autosave.as_ref()]
                hx-post=[hx("post")] hx-get=[hx("get")]
                hx-target=[self.swap.as_ref().map(|(target, _)| target)] hx-swap=[self.swap.as_ref().map(|(_, swap)| swap)]
            {
                @if let Some(key) = &self.key { (hidden("idempotency_key", key)) }
                @if let Some((locale, _)) = &self.draft {
                    p.draft-note data-draft-note hidden {
                        (Icon::History) span { (t(*locale, "ui-draft-restored")) }
                        button.link-button type="button" data-draft-discard { (t(*locale, "ui-draft-discard")) }
                    }
                }
                (self.body)
            }
        }
    }
}

/// One act in one button: a small form around it. `key` as in [`Form::key`]; `fields` are carried along.
#[must_use]
pub fn form_button(
    action: &str,
    key: Option<&str>,
    button: &Button,
    fields: &[(&str, &str)],
) -> Markup {
    html! {
        form.form-button method="post" action=(action) {
            @if let Some(key) = key { (hidden("idempotency_key", key)) }
            @for (name, value) in fields { (hidden(name, value)) }
            (button)
        }
    }
}

/// All that is wrong with a form, with links to its fields: names as given to [`Field`](super::Field), and
/// messages. An empty name is a fault of the whole form. Nothing when there are no errors.
#[must_use]
pub fn error_summary(locale: Locale, errors: &[(String, String)]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.error-summary role="alert" tabindex="-1" data-error-summary aria-labelledby="error-summary-title" {
                h2 #error-summary-title { (Icon::TriangleAlert) span { (t(locale, "ui-errors-title")) } }
                ul {
                    @for (name, message) in errors {
                        li {
                            @if name.is_empty() { (message) } @else { a href={ "#" (field_id(name)) } { (message) } }
                        }
                    }
                }
            }
        }
    }
}
