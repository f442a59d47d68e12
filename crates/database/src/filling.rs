//! A mark on a database that is being filled, so that a filling that was cut short is begun again
//! instead of being taken for the whole.

use crate::{Access, migrate};
use anyhow::Result;
use sqlx::{AssertSqlSafe, Connection};

/// The setting that stands while a database is filled.
const MARK: &str = "filling";

/// Marks the database as being filled. Only for one that nobody else can have reached yet: where
/// the mark is still there at the next start, all that is in the database goes.
///
/// # Errors
/// The database's.
pub async fn begin_filling(access: &Access) -> Result<()> {
    let mut connection = access.owner_connection().await?;
    sqlx::query(
        "insert into kernel.setting (key, value) values ($1, 'true') on conflict (key) do nothing",
    )
    .bind(MARK)
    .execute(&mut connection)
    .await?;
    Ok(connection.close().await?)
}

/// Takes the mark away: what is there is whole.
///
/// # Errors
/// The database's.
pub async fn end_filling(access: &Access) -> Result<()> {
    let mut connection = access.owner_connection().await?;
    sqlx::query("delete from kernel.setting where key = $1")
        .bind(MARK)
        .execute(&mut connection)
        .await?;
    Ok(connection.close().await?)
}

/// Empties a migrated database whose filling was cut short and migrates it again; says whether it
/// had to. Ask for it before anything else connects.
///
/// # Errors
/// The database's.
pub async fn forget_half_filled(access: &Access) -> Result<bool> {
    let mut connection = access.owner_connection().await?;
    let half: bool =
        sqlx::query_scalar("select exists (select 1 from kernel.setting where key = $1)")
            .bind(MARK)
            .fetch_one(&mut connection)
            .await?;
    if half {
        let ours: Vec<String> = sqlx::query_scalar(
            "select format('drop schema %I cascade', nspname) from pg_namespace where nspowner = current_user::regrole
             union all select format('drop table %s', oid::regclass) from pg_class
               where relowner = current_user::regrole and relkind = 'r' and relnamespace = 'public'::regnamespace",
        )
        .fetch_all(&mut connection)
        .await?;
        let mut all = connection.begin().await?;
        for statement in ours {
            sqlx::query(AssertSqlSafe(statement))
                .execute(&mut *all)
                .await?;
        }
        all.commit().await?;
    }
    connection.close().await?;
    if half {
        migrate(access).await?;
    }
    Ok(half)
}
