use crate::Icon;
use maud::{Markup, html};

/// What a colour means; never shown without a word and a sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to say.
    #[default]
    Neutral,
    /// Waits or is held (brass).
    Waiting,
    /// Safe, done (verdigris).
    Good,
    /// Refused, lost, late (brick).
    Bad,
    /// To know (slate blue).
    Info,
}

impl Tone {
    /// Every tone.
    pub const ALL: [Self; 5] = [
        Self::Neutral,
        Self::Waiting,
        Self::Good,
        Self::Bad,
        Self::Info,
    ];

    /// Class that sets the colour.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Waiting => "tone-waiting",
            Self::Good => "tone-good",
            Self::Bad => "tone-bad",
            Self::Info => "tone-info",
        }
    }

    /// The usual sign of the tone.
    #[must_use]
    pub const fn icon(self) -> Icon {
        match self {
            Self::Neutral => Icon::Circle,
            Self::Waiting => Icon::Hourglass,
            Self::Good => Icon::CircleCheck,
            Self::Bad => Icon::CircleX,
            Self::Info => Icon::Info,
        }
    }
}

/// The state of a thing, with the usual sign of its tone: `badge(Tone::Good, "Paid")`.
#[must_use]
pub fn badge(tone: Tone, word: impl Into<String>) -> Markup {
    state_badge(tone, tone.icon(), word)
}

/// The state of a thing with a sign of its own.
#[must_use]
pub fn state_badge(tone: Tone, icon: Icon, word: impl Into<String>) -> Markup {
    html! {
        span class={ "badge " (tone.class()) } { (icon) span { (word.into()) } }
    }
}
