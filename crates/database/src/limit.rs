//! How long the statements of a piece of work may take: handed down from whoever has the deadline
//! to the server, so that work stops there too.

use std::{cell::Cell, future::Future, time::Duration};

use tokio::time::Instant;

/// The limit of a statement where nothing else is said; every session begins with it.
pub const STATEMENT: Duration = Duration::from_secs(10);

/// Less than this is not asked of the server: the answer would not come in time anyway.
const LEAST: Duration = Duration::from_millis(50);

#[derive(Clone, Copy)]
struct Limit {
    until: Instant,
    most: Duration,
}

tokio::task_local! {
    static LIMIT: Limit;
    static PATIENCE: Cell<Duration>;
}

/// Does `work`, whose beginning transactions together wait `patience` at most for a free connection
/// or a server that is away: for those who are better told at once, as who signs in.
pub async fn impatient<F: Future>(patience: Duration, work: F) -> F::Output {
    PATIENCE.scope(Cell::new(patience), work).await
}

/// What is left of the patience of the work that runs now; none: the usual.
pub(crate) fn patience() -> Option<Duration> {
    PATIENCE.try_with(|left| left.get().max(LEAST)).ok()
}

/// Takes what a beginning transaction waited from the patience of the work that runs now.
pub(crate) fn waited(time: Duration) {
    // Other work has the usual patience each time.
    let _ = PATIENCE.try_with(|left| left.set(left.get().saturating_sub(time)));
}

/// Does `work`, in which each statement may take `most`, and none longer than `until`. Work inside
/// such work keeps the tighter of the two ends.
pub async fn within<F: Future>(until: Instant, most: Duration, work: F) -> F::Output {
    let outer = LIMIT.try_with(|limit| limit.until).unwrap_or(until);
    let limit = Limit {
        until: until.min(outer),
        most,
    };
    LIMIT.scope(limit, work).await
}

/// What a beginning transaction tells the server, where that is not the session's own limit.
pub(crate) fn of_statements() -> Option<Duration> {
    let limit = LIMIT.try_with(|limit| *limit).ok()?;
    let left = limit.until.saturating_duration_since(Instant::now());
    let most = limit.most.min(left).max(LEAST);
    (most != STATEMENT).then_some(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn patience_is_spent_over_all_beginnings() {
        assert_eq!(patience(), None, "the usual");
        impatient(Duration::from_secs(2), async {
            assert_eq!(patience(), Some(Duration::from_secs(2)));
            waited(Duration::from_millis(1_500));
            assert_eq!(patience(), Some(Duration::from_millis(500)));
            waited(Duration::from_secs(8));
            assert_eq!(patience(), Some(LEAST), "one quick try each");
        })
        .await;
    }

    #[tokio::test]
    async fn what_is_left_is_handed_down() {
        assert_eq!(of_statements(), None, "the session's own");
        let now = Instant::now();
        within(now + Duration::from_secs(30), STATEMENT, async {
            assert_eq!(of_statements(), None);
            let soon = now + Duration::from_secs(4);
            let left = within(soon, STATEMENT, async { of_statements() }).await;
            let left = left.expect("less than the session's own");
            assert!(left <= Duration::from_secs(4) && left > Duration::from_secs(3));
            let search = Duration::from_secs(5);
            let most = within(now + STATEMENT, search, async { of_statements() }).await;
            assert_eq!(most, Some(search));
        })
        .await;
        let over = within(now, STATEMENT, async {
            within(now + STATEMENT, STATEMENT, async { of_statements() }).await
        });
        assert_eq!(over.await, Some(LEAST), "the outer end holds");
    }
}
