use super::{MoneyState, deadline, money_state};
use crate::{Locale, text::t};
use base::{Instant, Money};
use maud::{Markup, Render, html};

/// Where a thing stands: its state, who acts next, by when, what is held, and the one act.
#[derive(Clone, Debug)]
pub struct Standing {
    locale: Locale,
    badge: Markup,
    stands: String,
    who: Option<Markup>,
    due: Option<(Instant, Instant)>,
    held: Option<Money>,
    facts: Vec<(String, Markup)>,
    act: Option<Markup>,
    more: Option<Markup>,
}

impl Standing {
    /// `badge` from [`badge`](super::badge), `stands` a sentence.
    #[must_use]
    pub fn new(locale: Locale, badge: Markup, stands: impl Into<String>) -> Self {
        Self {
            locale,
            badge,
            stands: stands.into(),
            who: None,
            due: None,
            held: None,
            facts: vec![],
            act: None,
            more: None,
        }
    }
    /// Who acts next.
    #[must_use]
    pub fn who(mut self, who: Markup) -> Self {
        self.who = Some(who);
        self
    }
    /// By when.
    #[must_use]
    pub const fn due(mut self, now: Instant, due: Instant) -> Self {
        self.due = Some((now, due));
        self
    }
    /// What is held.
    #[must_use]
    pub const fn held(mut self, sum: Money) -> Self {
        self.held = Some(sum);
        self
    }
    /// A further line.
    #[must_use]
    pub fn fact(mut self, label: impl Into<String>, value: Markup) -> Self {
        self.facts.push((label.into(), value));
        self
    }
    /// The primary button.
    #[must_use]
    pub fn act(mut self, act: Markup) -> Self {
        self.act = Some(act);
        self
    }
    /// Quiet acts below it.
    #[must_use]
    pub fn more(mut self, more: Markup) -> Self {
        self.more = Some(more);
        self
    }
}

impl Render for Standing {
    fn render(&self) -> Markup {
        let locale = self.locale;
        html! {
            section.standing aria-label=(t(locale, "ui-standing")) {
                (self.badge)
                p.standing-words { (self.stands) }
                dl {
                    @if let Some(who) = &self.who { div { dt { (t(locale, "ui-acts-next")) } dd { (who) } } }
                    @if let Some((now, due)) = self.due { div { dt { (t(locale, "ui-by-when")) } dd { (deadline(locale, now, due)) } } }
                    @if let Some(held) = self.held { div { dt { (t(locale, "ui-money")) } dd { (money_state(locale, MoneyState::Held, held)) } } }
                    @for (label, value) in &self.facts { div { dt { (label) } dd { (value) } } }
                }
                @if let Some(act) = &self.act { div.standing-act { (act) } }
                @if let Some(more) = &self.more { div.standing-more { (more) } }
            }
        }
    }
}
