//! The business clock: equal to the wall clock, except in test, where it is a movable, monotone
//! row of the database, read when a transaction begins. It drives whatever a person would date.

use base::Instant;
use sqlx::PgConnection;
use std::sync::atomic::{AtomicI64, Ordering};

/// Seconds by which this process lives in the past: only while it fills an empty installation, so
/// that the demo world has a history.
static BEHIND: AtomicI64 = AtomicI64::new(0);

/// Sets the business clock of this process back by so many seconds, or right again with 0. For the
/// demo world alone, before anybody works with it.
pub fn set_back(seconds: i64) {
    BEHIND.store(seconds.max(0), Ordering::Relaxed);
}

/// Holds the sweepers of all processes until the transaction ends: to them whatever is written by
/// a clock that was set back would be due at once.
///
/// # Errors
/// The database's.
pub async fn hold_sweepers(kernel: &crate::Kernel) -> crate::Result<database::Transaction> {
    let mut tx = kernel.db.begin_system(None).await?;
    // It only waits; a slow machine may need longer than others may idle.
    sqlx::query("set local idle_in_transaction_session_timeout = '10min'")
        .execute(&mut *tx)
        .await?;
    sqlx::query("select pg_advisory_xact_lock(7310579629)")
        .execute(&mut *tx)
        .await?;
    Ok(tx)
}

/// Whether sweepers may act now. In production no clock is set back: there is no demo world.
pub(crate) async fn may_sweep(kernel: &crate::Kernel) -> crate::Result<bool> {
    if kernel.config.environment.is_production() {
        return Ok(true);
    }
    let mut tx = kernel.db.begin_system(None).await?;
    let may = sqlx::query_scalar("select pg_try_advisory_xact_lock_shared(7310579629)")
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(may)
}

/// Reads the business clock inside a transaction; `movable` is true in the test environment only.
///
/// # Errors
/// The database's, in test.
pub async fn business(connection: &mut PgConnection, movable: bool) -> sqlx::Result<Instant> {
    let stored = if movable {
        sqlx::query_scalar!("select now from kernel.clock")
            .fetch_optional(connection)
            .await?
    } else {
        None
    };
    Ok(set_right(stored.unwrap_or_else(base::instant::wall)))
}

/// The time after what this process was set back by.
pub(crate) fn set_right(now: Instant) -> Instant {
    match BEHIND.load(Ordering::Relaxed) {
        0 => now,
        behind => now.plus_seconds(-behind),
    }
}

/// Moves the clock forward to `to`, never back.
///
/// # Errors
/// The database's.
pub async fn move_to(connection: &mut PgConnection, to: Instant) -> sqlx::Result<Instant> {
    sqlx::query_scalar!(
        "insert into kernel.clock (singleton, now) values (true, $1)
         on conflict (singleton) do update set now = greatest(kernel.clock.now, excluded.now)
         returning now",
        to as _
    )
    .fetch_one(connection)
    .await
}

/// Starts the movable clock at the wall clock when it has never been set.
///
/// # Errors
/// The database's.
pub async fn start(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into kernel.clock (singleton, now) values (true, $1) on conflict do nothing",
        base::instant::wall() as _
    )
    .execute(connection)
    .await?;
    Ok(())
}
