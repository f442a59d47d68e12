//! What slows guessing down: failures per address (known or not) or per known device lock its
//! sign-in for a while that doubles with each further lock. Times are of the business clock.

use base::Instant;
use kernel::{Error, Result};
use sqlx::PgConnection;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, Weak},
    time::Duration,
};
use uuid::Uuid;

/// Failures after which sign-in is locked.
const MOST: i32 = 5;
/// Seconds in which they count together, and length of the first lock.
const WINDOW: i64 = 15 * 60;
/// The longest lock, in seconds.
const LONGEST: i64 = 24 * 3600;

/// Who is counted, as the database knows it: no address is kept for unknown ones.
#[must_use]
pub fn address(canonical: &str) -> Vec<u8> {
    base::secret::hash(&format!("address:{canonical}"))
}

/// Who is signed in already has a counter of their own, which no stranger can lock.
#[must_use]
pub fn signed_in(account: Uuid) -> Vec<u8> {
    base::secret::hash(&format!("session-account:{account}"))
}

/// A browser from which the account has signed in before has a counter of its own.
#[must_use]
pub fn device(account: Uuid, token_hash: &[u8]) -> Vec<u8> {
    base::secret::hash(&format!(
        "device:{account}:{}",
        data_encoding::HEXLOWER.encode(token_hash)
    ))
}

/// Length of a lock in seconds, when there were `locks` before it.
#[must_use]
pub fn lock_seconds(locks: i32) -> i64 {
    let doubled = u32::try_from(locks.max(0))
        .ok()
        .and_then(|n| 1_i64.checked_shl(n.min(20)))
        .unwrap_or(1);
    WINDOW.saturating_mul(doubled).min(LONGEST)
}

type Turns = HashMap<Vec<u8>, Weak<tokio::sync::Mutex<()>>>;
static TURNS: Mutex<Option<Turns>> = Mutex::new(None);
/// Subjects kept before those nobody waits for are forgotten.
const TURNS_MOST: usize = 1_000;

/// Guesses about one subject that may wait for their turn, and how long.
const WAITING_MOST: usize = 64;
/// See [`WAITING_MOST`].
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Waits until no other guess about this subject is being checked here. Without turns, many
/// guesses sent at once would all be compared before the first of them is counted.
///
/// # Errors
/// 503 `busy` when too many wait, or the turn does not come within five seconds.
pub async fn turn(subject: &[u8]) -> Result<tokio::sync::OwnedMutexGuard<()>> {
    let mine = match TURNS.lock() {
        Ok(mut turns) => {
            let turns = turns.get_or_insert_default();
            if turns.len() > TURNS_MOST {
                turns.retain(|_, turn| turn.strong_count() > 0);
            }
            match turns.get(subject).and_then(Weak::upgrade) {
                Some(turn) => turn,
                None => {
                    let turn = Arc::default();
                    turns.insert(subject.to_vec(), Arc::downgrade(&turn));
                    turn
                }
            }
        }
        Err(_) => Arc::default(),
    };
    // Whoever holds or awaits the turn keeps it alive.
    if Arc::strong_count(&mine) > WAITING_MOST {
        return Err(Error::unavailable("busy"));
    }
    tokio::time::timeout(PATIENCE, mine.lock_owned())
        .await
        .map_err(|_| Error::unavailable("busy"))
}

/// Refuses while the subject is locked.
///
/// # Errors
/// 429 `too_many_attempts` with the seconds that remain.
pub async fn admit(connection: &mut PgConnection, subject: &[u8], now: Instant) -> Result<()> {
    let until = sqlx::query_scalar!(
        "select locked_until from identity.guard where subject = $1",
        subject
    )
    .fetch_optional(connection)
    .await?
    .flatten();
    match until {
        Some(until) if until > now => Err(locked(until.seconds_since(now).max(1))),
        _ => Ok(()),
    }
}

fn locked(seconds: i64) -> Error {
    let minutes = (seconds + 59) / 60;
    let mut error = Error::refused(429, "too_many_attempts")
        .with("minutes", minutes)
        .with("limit", i64::from(MOST));
    if let Error::Refused { retry_after, .. } = &mut error {
        *retry_after = Some(seconds);
    }
    error
}

/// Counts one failure; gives the seconds of the lock it led to, if any.
///
/// # Errors
/// The database's.
pub async fn fail(
    connection: &mut PgConnection,
    subject: &[u8],
    now: Instant,
) -> Result<Option<i64>> {
    sqlx::query!(
        "insert into identity.guard (subject, failures, since) values ($1, 0, $2) on conflict do nothing",
        subject,
        now as _
    )
    .execute(&mut *connection)
    .await?;
    let row = sqlx::query!(
        "select failures, since, locks, locked_until from identity.guard where subject = $1 for update",
        subject
    )
    .fetch_one(&mut *connection)
    .await?;
    if row.locked_until.is_some_and(|until| until > now) {
        // Checked beside the guess that led to the lock, in another process: one burst, one lock.
        return Ok(None);
    }
    let fresh = now.seconds_since(row.since) > WINDOW;
    let (failures, since) = if fresh {
        (1, now)
    } else {
        (row.failures + 1, row.since)
    };
    let lock = (failures >= MOST).then(|| lock_seconds(row.locks));
    sqlx::query!(
        "update identity.guard set failures = $2, since = $3, locks = $4, locked_until = coalesce($5, locked_until) where subject = $1",
        subject,
        if lock.is_some() { 0 } else { failures },
        since as _,
        row.locks + i32::from(lock.is_some()),
        lock.map(|seconds| now.plus_seconds(seconds)) as _
    )
    .execute(connection)
    .await?;
    Ok(lock)
}

/// Forgets failures and ends a lock: after success, reset or unlock. How often it was locked is
/// kept, so that the next lock is longer.
///
/// # Errors
/// The database's.
pub async fn clear(connection: &mut PgConnection, subject: &[u8]) -> Result<()> {
    sqlx::query!(
        "update identity.guard set failures = 0, locked_until = null where subject = $1",
        subject
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The same for an address, its account while signed in, and every browser the account is known from.
///
/// # Errors
/// The database's.
pub async fn clear_all(
    connection: &mut PgConnection,
    account: Uuid,
    canonical: &str,
) -> Result<()> {
    let devices = sqlx::query_scalar!(
        "select token_hash from identity.device where account_id = $1",
        account
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut subjects: Vec<Vec<u8>> = devices.iter().map(|hash| device(account, hash)).collect();
    subjects.push(address(canonical));
    subjects.push(signed_in(account));
    sqlx::query!(
        "update identity.guard set failures = 0, locked_until = null where subject = any($1)",
        &subjects
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_double_up_to_a_day() {
        assert_eq!(lock_seconds(0), 900);
        assert_eq!(lock_seconds(1), 1_800);
        assert_eq!(lock_seconds(6), 57_600);
        assert_eq!(lock_seconds(7), 86_400);
        assert_eq!(lock_seconds(i32::MAX), 86_400);
    }

    #[test]
    fn subjects_are_apart() {
        let account = base::id::new();
        assert_ne!(address("a@x.test"), address("b@x.test"));
        assert_ne!(device(account, b"t"), device(base::id::new(), b"t"));
        assert_ne!(signed_in(account), signed_in(base::id::new()));
    }
}
