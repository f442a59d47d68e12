//! The skeletons of pages: list, workroom, form.

use crate::{Locale, text::t};
use maud::{Markup, PreEscaped, Render, html};

/// A list or queue: title, count, acts, filters, rows, pager.
#[derive(Clone, Debug, Default)]
pub struct ListPage {
    /// Heading.
    pub title: String,
    /// How many in all, formatted.
    pub count: Option<String>,
    /// A sentence below the heading.
    pub lead: Option<String>,
    /// Buttons at the end of the heading.
    pub actions: Option<Markup>,
    /// Tabs or saved views below the heading.
    pub views: Option<Markup>,
    /// Filter form and the chips of those that are on.
    pub filters: Option<Markup>,
    /// Table, cards or the empty state.
    pub body: Markup,
    /// From [`pager`](super::pager).
    pub pager: Option<Markup>,
}

impl Render for ListPage {
    fn render(&self) -> Markup {
        html! {
            header.page-head {
                div {
                    h1 { (self.title) @if let Some(count) = &self.count { " " span.count { (count) } } }
                    @if let Some(lead) = &self.lead { p.lead { (lead) } }
                }
                @if let Some(actions) = &self.actions { div.actions { (actions) } }
            }
            @if let Some(views) = &self.views { (views) }
            @if let Some(filters) = &self.filters { div.filters { (filters) } }
            (self.body)
            @if let Some(pager) = &self.pager { (pager) }
        }
    }
}

/// The room of one thing: header with state, main column, aside with the [`Standing`](super::Standing) card.
#[derive(Clone, Debug, Default)]
pub struct Workroom {
    /// Heading: what it is called, as people wrote it.
    pub title: String,
    /// State badge beside the heading.
    pub badge: Option<Markup>,
    /// Line below: with whom, since when.
    pub meta: Option<Markup>,
    /// Further acts.
    pub actions: Option<Markup>,
    /// Tabs.
    pub views: Option<Markup>,
    /// Main column.
    pub main: Markup,
    /// Standing card and facts.
    pub aside: Option<Markup>,
}

impl Render for Workroom {
    fn render(&self) -> Markup {
        html! {
            header.page-head {
                div {
                    h1 { bdi { (self.title) } @if let Some(badge) = &self.badge { " " (badge) } }
                    @if let Some(meta) = &self.meta { div.meta { (meta) } }
                }
                @if let Some(actions) = &self.actions { div.actions { (actions) } }
            }
            @if let Some(views) = &self.views { (views) }
            div.workroom {
                @if let Some(aside) = &self.aside { aside { (aside) } }
                div.workroom-main { (self.main) }
            }
        }
    }
}

/// One column with a form.
#[derive(Clone, Debug, Default)]
pub struct FormPage {
    /// Heading.
    pub title: String,
    /// What it is for.
    pub lead: Option<String>,
    /// Steps of a wizard.
    pub steps: Option<Markup>,
    /// From [`error_summary`](super::error_summary).
    pub errors: Option<Markup>,
    /// The form.
    pub form: Markup,
    /// What else there is to do here.
    pub below: Option<Markup>,
}

impl Render for FormPage {
    fn render(&self) -> Markup {
        html! {
            div.form-page {
                @if let Some(steps) = &self.steps { (steps) }
                @if let Some(errors) = &self.errors { (named(errors, &self.form)) }
                h1 { (self.title) }
                @if let Some(lead) = &self.lead { p.lead { (lead) } }
                (self.form)
                @if let Some(below) = &self.below { div.form-below { (below) } }
            }
        }
    }
}

/// Grey lines in the place of what is being fetched.
#[must_use]
pub fn loading(locale: Locale, lines: u32) -> Markup {
    html! {
        div.loading role="status" {
            span.sr { (t(locale, "ui-loading")) }
            @for _ in 0..lines { span.loading-line aria-hidden="true" {} }
        }
    }
}

/// An error summary in the order of the form, its links beginning with the words at their fields:
/// "Title: Fill this in."
pub(super) fn named(errors: &Markup, form: &Markup) -> Markup {
    if !errors.0.contains("data-error-summary") {
        return errors.clone();
    }
    let errors = ordered(&errors.0, &form.0);
    let mut drawn = String::with_capacity(errors.len() + 128);
    let mut rest = errors.as_str();
    while let Some(at) = rest.find("<a href=\"#") {
        let (before, link) = rest.split_at(at);
        drawn.push_str(before);
        let Some((head, tail)) = link.split_once('>') else {
            rest = link;
            break;
        };
        drawn.push_str(head);
        drawn.push('>');
        let id = head.trim_start_matches("<a href=\"#").trim_end_matches('"');
        if let Some(label) = label_of(&form.0, id) {
            drawn.push_str(label);
            drawn.push_str(": ");
        }
        rest = tail;
    }
    drawn.push_str(rest);
    PreEscaped(drawn)
}

/// The items of a drawn summary in the order of their fields; those of the whole form come first.
fn ordered(errors: &str, form: &str) -> String {
    let Some((head, rest)) = errors.split_once("<ul>") else {
        return errors.to_owned();
    };
    let Some((list, tail)) = rest.split_once("</ul>") else {
        return errors.to_owned();
    };
    let mut items: Vec<&str> = list.split_inclusive("</li>").collect();
    items.sort_by_key(|item| {
        let id = item
            .split_once("href=\"#")
            .and_then(|(_, rest)| rest.split('"').next());
        id.map_or(0, |id| {
            form.find(&format!(" id=\"{id}\"")).unwrap_or(usize::MAX)
        })
    });
    format!("{head}<ul>{}</ul>{tail}", items.concat())
}

/// The words of a field's label or legend, as they stand (escaped) in a drawn form; none for a single tick,
/// whose label is a sentence.
fn label_of<'a>(form: &'a str, id: &str) -> Option<&'a str> {
    let group = format!("id=\"{id}-label\"");
    if !form.contains(&group) && form.contains(&format!(" id=\"{id}\" type=\"checkbox\"")) {
        return None;
    }
    let at = form
        .find(&group)
        .or_else(|| form.find(&format!(" for=\"{id}\"")))?;
    let (_, words) = form[at..].split_once('>')?;
    let label = words.split('<').next()?.trim();
    (!label.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::FormPage;
    use crate::{
        Locale,
        parts::{Choice, Field, error_summary},
    };
    use maud::{Render, html};

    #[test]
    fn errors_name_their_fields() {
        let wrong = [
            ("title", "Fill this in."),
            ("kind", "Choose one."),
            ("", "Not now."),
            ("gone", "Too many."),
            ("terms", "Accept them."),
        ]
        .map(|(name, words)| (name.to_owned(), words.to_owned()));
        let page = FormPage {
            errors: Some(error_summary(Locale::En, &wrong)),
            form: html! {
                (Field::text("title", "Title & more").optional(Locale::En))
                (Field::radios("kind", "Kind", vec![Choice::new("a", "First")]))
                (Field::checkbox("terms", "I accept"))
            },
            ..FormPage::default()
        };
        let drawn = page.render().0;
        assert!(drawn.contains(">Title &amp; more: Fill this in.</a>"));
        assert!(drawn.contains(">Kind: Choose one.</a>"));
        assert!(drawn.contains(">Accept them.</a>"));
        let at = |words: &str| drawn.find(words).unwrap();
        assert!(at(">Not now.") < at("Fill this in.") && at("Fill this in.") < at("Choose one."));
        assert!(drawn.contains("<li>Not now.</li>") && drawn.contains(">Too many.</a>"));
    }
}
