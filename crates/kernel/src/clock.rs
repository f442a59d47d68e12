//! The business clock: equal to the wall clock, except in test, where it is a movable, monotone
//! row of the database, read when a transaction begins. It drives whatever a person would date.

use base::Instant;
use sqlx::PgConnection;

/// Reads the business clock inside a transaction; `movable` is true in the test environment only.
///
/// # Errors
/// The database's, in test.
pub async fn business(connection: &mut PgConnection, movable: bool) -> sqlx::Result<Instant> {
    if !movable {
        return Ok(base::instant::wall());
    }
    let stored = sqlx::query_scalar!("select now from kernel.clock")
        .fetch_optional(connection)
        .await?;
    Ok(stored.unwrap_or_else(base::instant::wall))
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
