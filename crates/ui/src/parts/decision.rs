use super::money;
use crate::{Locale, text::t};
use base::Money;
use maud::{Markup, Render, html};

/// A line of a sum: what, how much, perhaps why.
#[derive(Clone, Debug)]
pub struct MoneyLine {
    label: String,
    sum: Money,
    note: Option<String>,
    why: Option<String>,
    total: bool,
}

impl MoneyLine {
    /// An ordinary line.
    #[must_use]
    pub fn new(label: impl Into<String>, sum: Money) -> Self {
        Self {
            label: label.into(),
            sum,
            note: None,
            why: None,
            total: false,
        }
    }
    /// What the lines above come to.
    #[must_use]
    pub fn total(label: impl Into<String>, sum: Money) -> Self {
        Self {
            total: true,
            ..Self::new(label, sum)
        }
    }
    /// How it is reckoned: `10 % of 1,500.00 USD`.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
    /// The entries behind it.
    #[must_use]
    pub fn why(mut self, href: impl Into<String>) -> Self {
        self.why = Some(href.into());
        self
    }
}

/// Sums under each other, to the unit, with their totals.
#[must_use]
pub fn money_lines(locale: Locale, lines: &[MoneyLine]) -> Markup {
    html! {
        dl.money-lines {
            @for line in lines {
                div class=[line.total.then_some("money-total")] {
                    dt { (line.label) @if let Some(note) = &line.note { span.money-note { (note) } } }
                    dd {
                        @match &line.why {
                            Some(href) => (super::money_why(locale, line.sum, href)),
                            None => (money(locale, line.sum)),
                        }
                    }
                }
            }
        }
    }
}

/// A quiet page of its own for an act that binds: what happens, to whom, the money line by line, what cannot
/// be undone. The button says the act and the sum; the way back stands beside it.
#[derive(Clone, Debug)]
pub struct Decision {
    locale: Locale,
    title: String,
    body: Option<Markup>,
    lines: Vec<MoneyLine>,
    final_words: Option<String>,
    act: Markup,
    back: (String, String),
}

impl Decision {
    /// `act` is the form with the one button; `back_href` where one goes without deciding.
    #[must_use]
    pub fn new(
        locale: Locale,
        title: impl Into<String>,
        act: Markup,
        back_href: impl Into<String>,
    ) -> Self {
        Self {
            locale,
            title: title.into(),
            body: None,
            lines: vec![],
            final_words: None,
            act,
            back: (t(locale, "ui-back"), back_href.into()),
        }
    }
    /// What will happen, and to whom.
    #[must_use]
    pub fn body(mut self, body: Markup) -> Self {
        self.body = Some(body);
        self
    }
    /// The money.
    #[must_use]
    pub fn lines(mut self, lines: Vec<MoneyLine>) -> Self {
        self.lines = lines;
        self
    }
    /// What cannot be undone.
    #[must_use]
    pub fn cannot_undo(mut self, words: impl Into<String>) -> Self {
        self.final_words = Some(words.into());
        self
    }
    /// Other words for the way back.
    #[must_use]
    pub fn back_label(mut self, label: impl Into<String>) -> Self {
        self.back.0 = label.into();
        self
    }
}

impl Render for Decision {
    fn render(&self) -> Markup {
        html! {
            article.decision {
                h1 { (self.title) }
                @if let Some(body) = &self.body { div.decision-body { (super::skeleton::named(body, &self.act)) } }
                @if !self.lines.is_empty() { (money_lines(self.locale, &self.lines)) }
                @if let Some(words) = &self.final_words { p.cannot-undo { (crate::Icon::TriangleAlert) span { (words) } } }
                div.decision-act {
                    (self.act)
                    a.btn.btn-quiet href=(self.back.1) { span { (self.back.0) } }
                }
            }
        }
    }
}
