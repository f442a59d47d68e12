use super::{person, time};
use crate::{Locale, text::t};
use base::Instant;
use maud::{Markup, html};

/// Something said.
#[derive(Clone, Debug)]
pub struct Speech {
    /// Element id, for links to it (`m-ID`).
    pub id: String,
    /// Name of the speaker.
    pub who: String,
    /// Whether the reader said it.
    pub mine: bool,
    /// When.
    pub at: Instant,
    /// Words and files.
    pub body: Markup,
    /// State of sending, read receipt, "edited".
    pub note: Option<String>,
    /// Further acts (report, edit).
    pub actions: Option<Markup>,
    /// Whether it is the first not yet read.
    pub first_unread: bool,
}

/// What was said, oldest first, gathered by speaker.
#[must_use]
pub fn conversation(locale: Locale, now: Instant, said: &[Speech]) -> Markup {
    html! {
        ol.talk aria-label=(t(locale, "ui-conversation")) {
            @for (at, speech) in said.iter().enumerate() {
                @let begins = at == 0 || speech.first_unread || said[at - 1].who != speech.who || said[at - 1].mine != speech.mine;
                @if speech.first_unread { li.unread { span { (t(locale, "ui-unread-line")) } } }
                li.speech.speech-mine[speech.mine].speech-begins[begins] id=(speech.id) {
                    @if begins { div.speech-head { (person(&speech.who, None)) (time(locale, now, speech.at)) } }
                    @else { span.sr { (speech.who) " " (time(locale, now, speech.at)) } }
                    div.speech-body { (speech.body) }
                    @if speech.note.is_some() || speech.actions.is_some() {
                        div.speech-foot {
                            @if let Some(note) = &speech.note { span { (note) } }
                            @if let Some(actions) = &speech.actions { (actions) }
                        }
                    }
                }
            }
        }
    }
}
