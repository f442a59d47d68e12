use maud::{Markup, html};

/// Names and values of a thing.
#[must_use]
pub fn description_list(rows: &[(String, Markup)]) -> Markup {
    html! {
        dl.facts { @for (name, value) in rows { div { dt { (name) } dd { (value) } } } }
    }
}
