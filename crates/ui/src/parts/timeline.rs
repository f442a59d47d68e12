use super::time;
use crate::{Icon, Locale, text::t};
use base::Instant;
use maud::{Markup, html};

/// What an entry tells of; told apart by sign and word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// Something changed.
    Change,
    /// Money moved.
    Money,
    /// Something was said.
    Message,
    /// Someone came or went.
    Person,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Entry {
    kind: EntryKind,
    at: Instant,
    title: Markup,
    who: Option<Markup>,
    body: Option<Markup>,
}

impl Entry {
    /// `title` says in one line what happened.
    #[must_use]
    pub const fn new(kind: EntryKind, at: Instant, title: Markup) -> Self {
        Self {
            kind,
            at,
            title,
            who: None,
            body: None,
        }
    }
    /// Who did it.
    #[must_use]
    pub fn who(mut self, who: Markup) -> Self {
        self.who = Some(who);
        self
    }
    /// What belongs to it: text, sums, files.
    #[must_use]
    pub fn body(mut self, body: Markup) -> Self {
        self.body = Some(body);
        self
    }
}

/// What happened, in the order given (newest first).
#[must_use]
pub fn timeline(locale: Locale, now: Instant, entries: &[Entry]) -> Markup {
    html! {
        ol.timeline {
            @for entry in entries {
                @let (class, sign, word) = match entry.kind {
                    EntryKind::Change => ("entry", Icon::CircleDot, "ui-entry-change"),
                    EntryKind::Money => ("entry entry-money", Icon::Coins, "ui-entry-money"),
                    EntryKind::Message => ("entry entry-message", Icon::MessageSquare, "ui-entry-message"),
                    EntryKind::Person => ("entry entry-person", Icon::User, "ui-entry-person"),
                };
                li class=(class) {
                    span.entry-mark { (sign) span.sr { (t(locale, word)) } }
                    div.entry-words {
                        p.entry-title { (entry.title) }
                        p.entry-meta { @if let Some(who) = &entry.who { (who) " · " } (time(locale, now, entry.at)) }
                        @if let Some(body) = &entry.body { div.entry-body { (body) } }
                    }
                }
            }
        }
    }
}
