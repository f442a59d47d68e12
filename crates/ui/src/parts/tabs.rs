use maud::{Markup, html};

/// One of several views of the same thing; a link of its own.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Words.
    pub label: String,
    /// Address.
    pub href: String,
    /// Whether it is the view shown.
    pub active: bool,
    /// How many things stand there, already formatted.
    pub count: Option<String>,
}

impl Tab {
    /// A tab without a count.
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>, active: bool) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
            active,
            count: None,
        }
    }
    /// Says how much stands there.
    #[must_use]
    pub fn count(mut self, count: impl Into<String>) -> Self {
        self.count = Some(count.into());
        self
    }
}

/// Views of one thing side by side; `label` names the group.
#[must_use]
pub fn tabs(label: &str, tabs: &[Tab]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            ul {
                @for tab in tabs {
                    li {
                        a href=(tab.href) aria-current=[tab.active.then_some("page")] {
                            (tab.label)
                            @if let Some(count) = &tab.count { " " span.count { (count) } }
                        }
                    }
                }
            }
        }
    }
}
