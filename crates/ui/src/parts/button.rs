use crate::Icon;
use maud::{Markup, Render, html};

#[derive(Clone, Copy, Debug)]
enum Weight {
    Primary,
    Quiet,
    Danger,
}

/// A button, or a link that looks like one ([`Button::href`]). The label is a verb.
#[derive(Clone, Debug)]
pub struct Button {
    label: String,
    weight: Weight,
    icon: Option<Icon>,
    value: Option<(String, String)>,
    href: Option<String>,
    form: Option<String>,
    formaction: Option<String>,
    disabled: bool,
    small: bool,
    ticked: Option<(u8, u8)>,
    id: Option<String>,
}

impl Button {
    fn new(label: impl Into<String>, weight: Weight) -> Self {
        Self {
            label: label.into(),
            weight,
            icon: None,
            value: None,
            href: None,
            form: None,
            formaction: None,
            disabled: false,
            small: false,
            ticked: None,
            id: None,
        }
    }
    /// The one act of the page.
    #[must_use]
    pub fn primary(label: impl Into<String>) -> Self {
        Self::new(label, Weight::Primary)
    }
    /// Any other act.
    #[must_use]
    pub fn quiet(label: impl Into<String>) -> Self {
        Self::new(label, Weight::Quiet)
    }
    /// An act that takes something away.
    #[must_use]
    pub fn danger(label: impl Into<String>) -> Self {
        Self::new(label, Weight::Danger)
    }
    /// A sign before the label.
    #[must_use]
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }
    /// Field sent when this button submits its form.
    #[must_use]
    pub fn value(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.value = Some((name.into(), value.into()));
        self
    }
    /// Makes it a link to one of our own addresses.
    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
    /// Submits the form with this id from outside of it.
    #[must_use]
    pub fn form(mut self, id: impl Into<String>) -> Self {
        self.form = Some(id.into());
        self
    }
    /// Sends the form to another address.
    #[must_use]
    pub fn formaction(mut self, action: impl Into<String>) -> Self {
        self.formaction = Some(action.into());
        self
    }
    /// Cannot be pressed now; say why beside it.
    #[must_use]
    pub const fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
    /// An act on ticked rows that waits until at least `least` and at most `most` of them are ticked; its bar is
    /// shown from the start.
    #[must_use]
    pub const fn ticked(mut self, least: u8, most: u8) -> Self {
        self.ticked = Some((least, most));
        self
    }
    /// For rows of tables and cards.
    #[must_use]
    pub const fn small(mut self) -> Self {
        self.small = true;
        self
    }
    /// Id of the element.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
}

impl Render for Button {
    fn render(&self) -> Markup {
        let class = match self.weight {
            Weight::Primary => "btn-primary",
            Weight::Quiet => "btn-quiet",
            Weight::Danger => "btn-danger",
        };
        html! {
            @if let Some(href) = self.href.as_ref().filter(|_| !self.disabled) {
                a.btn.(class).btn-small[self.small] href=(href) id=[self.id.as_ref()] {
                    @if let Some(icon) = self.icon { (icon) }
                    span { (self.label) }
                }
            } @else {
                button.btn.(class).btn-small[self.small] type="submit" id=[self.id.as_ref()]
                    name=[self.value.as_ref().map(|(name, _)| name)]
                    value=[self.value.as_ref().map(|(_, value)| value)]
                    form=[self.form.as_ref()] formaction=[self.formaction.as_ref()] disabled[self.disabled]
                    data-least=[self.ticked.map(|(least, _)| least)] data-most=[self.ticked.map(|(_, most)| most)]
                {
                    @if let Some(icon) = self.icon { (icon) }
                    span { (self.label) }
                }
            }
        }
    }
}

/// The address if a person may give it as a link: `http`, `https` or `mailto`; else none.
#[must_use]
pub fn safe_href(href: &str) -> Option<&str> {
    let href = href.trim();
    let lower = href.to_ascii_lowercase();
    ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| lower.starts_with(scheme))
        .then_some(href)
}

/// A link that a person gave; bare text when its scheme is not allowed.
#[must_use]
pub fn external_link(href: &str, label: &str) -> Markup {
    html! {
        @match safe_href(href) {
            Some(href) => a.external href=(href) rel="noopener nofollow ugc" { bdi { (label) } (Icon::ExternalLink) },
            None => bdi { (label) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_schemes_become_links() {
        assert_eq!(
            safe_href(" HTTPS://example.org "),
            Some("HTTPS://example.org")
        );
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//evil",
            "/own",
            "vbscript:x",
            "java\nscript:x",
        ] {
            assert_eq!(safe_href(bad), None, "{bad}");
        }
    }
}
