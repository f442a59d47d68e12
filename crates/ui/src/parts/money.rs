use crate::{
    Icon, Locale,
    text::{self, t},
};
use base::Money;
use maud::{Markup, html};

/// Where a sum stands; each has one word and one sign everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyState {
    /// Set aside for agreed work; neither side can spend it.
    Held,
    /// On its way; not yet free.
    Pending,
    /// Free to use or pay out.
    Available,
}

/// A sum with its currency, in figures of equal width.
#[must_use]
pub fn money(locale: Locale, sum: Money) -> Markup {
    html! { span.money dir="ltr" { (text::money(locale, sum)) } }
}

/// A sum that opens the entries it is made of.
#[must_use]
pub fn money_why(locale: Locale, sum: Money, href: &str) -> Markup {
    html! {
        a.money-why href=(href) title=(t(locale, "ui-why")) {
            (money(locale, sum)) span.sr { " " (t(locale, "ui-why")) }
        }
    }
}

/// A sum with the word and sign of where it stands.
#[must_use]
pub fn money_state(locale: Locale, state: MoneyState, sum: Money) -> Markup {
    let (class, sign, word) = match state {
        MoneyState::Held => ("tone-waiting", Icon::Lock, "ui-held"),
        MoneyState::Pending => ("tone-info", Icon::Clock, "ui-pending"),
        MoneyState::Available => ("tone-good", Icon::Wallet, "ui-available"),
    };
    html! {
        span class={ "money-state " (class) } {
            (sign) span.money-word { (t(locale, word)) } " " (money(locale, sum))
        }
    }
}
