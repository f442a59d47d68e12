//! The skeletons of pages: list, workroom, form.

use crate::{Locale, text::t};
use maud::{Markup, Render, html};

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
                @if let Some(errors) = &self.errors { (errors) }
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
