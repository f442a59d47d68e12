//! The circuit breaker: after several failures in a row a provider is left alone for a while, so
//! that requests fail at once instead of waiting, and it is not hammered while it is down.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
    time::{Duration, Instant},
};

const FAILURES: u32 = 5;
const PAUSE: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
struct Circuit {
    failures: u32,
    open_until: Option<Instant>,
}

impl Circuit {
    /// Whether a call may be tried; after the pause one may, and the next after its answer.
    fn admits(&mut self, now: Instant) -> bool {
        match self.open_until {
            Some(until) if now < until => false,
            Some(_) => {
                self.open_until = Some(now + PAUSE);
                true
            }
            None => true,
        }
    }

    fn note(&mut self, answered: bool, now: Instant) {
        if answered {
            *self = Self::default();
        } else {
            self.failures = self.failures.saturating_add(1);
            if self.failures >= FAILURES {
                self.open_until = Some(now + PAUSE);
            }
        }
    }
}

static CIRCUITS: LazyLock<Mutex<HashMap<String, Circuit>>> = LazyLock::new(Mutex::default);

/// Whether a call to this provider may be tried now.
pub(crate) fn admits(url: &str) -> bool {
    CIRCUITS.lock().is_ok_and(|mut all| {
        all.entry(url.to_owned())
            .or_default()
            .admits(Instant::now())
    })
}

/// Whether the circuit is closed, without taking the one try of a half-open one.
pub(crate) fn closed(url: &str) -> bool {
    let now = Instant::now();
    CIRCUITS.lock().is_ok_and(|all| {
        all.get(url)
            .is_none_or(|c| c.open_until.is_none_or(|until| now >= until))
    })
}

/// Notes whether a call was answered at all.
pub(crate) fn note(url: &str, answered: bool) {
    if let Ok(mut all) = CIRCUITS.lock() {
        all.entry(url.to_owned())
            .or_default()
            .note(answered, Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_failures_and_lets_one_through_after_the_pause() {
        let (mut circuit, start) = (Circuit::default(), Instant::now());
        for _ in 0..FAILURES {
            assert!(circuit.admits(start));
            circuit.note(false, start);
        }
        assert!(!circuit.admits(start));
        let later = start + PAUSE;
        assert!(circuit.admits(later));
        assert!(!circuit.admits(later), "only one try while half open");
        circuit.note(true, later);
        assert!(circuit.admits(later));
    }
}
