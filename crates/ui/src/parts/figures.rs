use maud::{Markup, html};

/// A number to see at a glance, leading to the rows it counts.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What is counted.
    pub label: String,
    /// The number, formatted.
    pub value: Markup,
    /// Time it is of, or what it compares with.
    pub note: Option<String>,
    /// The rows behind it.
    pub href: Option<String>,
}

/// Numbers in a row.
#[must_use]
pub fn figures(figures: &[Figure]) -> Markup {
    html! {
        dl.figures {
            @for figure in figures {
                div {
                    dt { (figure.label) }
                    dd {
                        @match &figure.href {
                            Some(href) => a.figure href=(href) { (figure.value) },
                            None => span.figure { (figure.value) },
                        }
                        @if let Some(note) = &figure.note { span.figure-note { (note) } }
                    }
                }
            }
        }
    }
}
