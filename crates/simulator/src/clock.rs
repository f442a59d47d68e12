//! The one place that reads the machine's clock.

use jiff::{SignedDuration, Timestamp};

/// The wall clock, cut to microseconds (what a database keeps).
#[expect(
    clippy::disallowed_methods,
    reason = "the simulator is a process of its own; its clocks all come from here"
)]
pub(crate) fn wall() -> Timestamp {
    cut(Timestamp::now())
}

/// Cuts a time to microseconds.
pub(crate) fn cut(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

/// `time` moved on by `by`, at most the last time that can be told.
pub(crate) fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}
