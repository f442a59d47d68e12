use crate::{
    Icon, Locale,
    text::{self, t},
};
use base::Instant;
use maud::{Markup, html};

/// How far a moment is, with the exact time in the title and for screen readers. Scripts keep it fresh.
#[must_use]
pub fn time(locale: Locale, now: Instant, then: Instant) -> Markup {
    let exact = text::date_time(locale, then);
    html! {
        time datetime=(then.0) title=(exact) {
            span data-relative=(now.0.as_second()) { (text::relative(locale, now, then)) }
            span.sr { " (" (exact) ")" }
        }
    }
}

/// The exact day and minute.
#[must_use]
pub fn time_exact(locale: Locale, then: Instant) -> Markup {
    html! { time datetime=(then.0) { (text::date_time(locale, then)) } }
}

/// A time by which something must happen: overdue is brick, within two days brass.
#[must_use]
pub fn deadline(locale: Locale, now: Instant, due: Instant) -> Markup {
    const SOON_SECONDS: i64 = 2 * 86_400;
    let left = due.0.as_second().saturating_sub(now.0.as_second());
    let (class, sign, word) = match left {
        ..0 => ("deadline tone-bad", Icon::TriangleAlert, Some("ui-overdue")),
        0..SOON_SECONDS => (
            "deadline tone-waiting",
            Icon::Hourglass,
            Some("ui-due-soon"),
        ),
        _ => ("deadline", Icon::Calendar, None),
    };
    html! {
        span class=(class) {
            (sign)
            @if let Some(word) = word { span.deadline-word { (t(locale, word)) } " " }
            (time(locale, now, due))
        }
    }
}
