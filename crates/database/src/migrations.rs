//! The history of the schema, embedded into the program, and the stamp of the environment.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, SqlSafeStr,
    migrate::{MigrateError, Migration, Migrator},
};

use crate::{
    access::Access,
    roles::{Names, code_of},
    transactions::Database,
};

static EMBEDDED: Migrator = sqlx::migrate!("../../migrations");

/// Where the versions that were applied are kept.
const SCHEMA: &str = "migration";
const TABLE: &str = "migration.applied";
/// Any number, the same for every process of ours.
const LOCK: i64 = 7_310_579_627;
/// How long we wait for another process that migrates.
const WAIT: Duration = Duration::from_secs(300);
/// A migration that cannot get its table locks in time, or by a deadlock with running work, is tried
/// again this often.
const ATTEMPTS: u32 = 12;

/// How the database's schema relates to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// As this program needs it.
    Current,
    /// Some migrations are still to run.
    Older,
    /// A newer program has migrated it; this one may go on only as long as it is being replaced.
    Newer,
}

/// Brings the schema up to date; does nothing where it is. Processes that try at once take turns.
///
/// # Errors
/// When a migration was edited after it had been applied, when the database is newer than this
/// program, or when one fails (it is then undone as a whole).
pub async fn migrate(access: &Access) -> Result<()> {
    let mut connection = access.owner_connection().await?;
    let began = Instant::now();
    // Asked for again and again: waiting inside the lock would hold a snapshot, which an index
    // build without blocking waits for.
    loop {
        let got: bool = sqlx::query_scalar("select pg_try_advisory_lock($1)")
            .bind(LOCK)
            .fetch_one(&mut connection)
            .await?;
        if got {
            break;
        }
        if began.elapsed() > WAIT {
            bail!(
                "another process has been migrating this database for {} seconds",
                WAIT.as_secs()
            );
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let migrator = migrator(access.names());
    let mut attempt = 1;
    while let Err(error) = migrator.run_direct(None, &mut connection, false).await {
        let locked = matches!(&error, MigrateError::ExecuteMigration(cause, _) if matches!(code_of(cause).as_deref(), Some("55P03" | "40P01")));
        if !locked || attempt == ATTEMPTS {
            return Err(explain(error));
        }
        tracing::warn!(
            key = "migration.waits",
            "a migration waits for locks of running work, trying again"
        );
        tokio::time::sleep(Duration::from_millis(250) * attempt).await;
        attempt += 1;
    }
    // Its end gives the lock back.
    connection.close().await?;
    Ok(())
}

/// Compares the database's schema with the one this program needs.
///
/// # Errors
/// When the database cannot be read, or an applied migration differs from ours.
pub async fn schema_state(database: &Database) -> Result<SchemaState> {
    let mut transaction = database.begin_reserved_owner().await?;
    let applied = applied(&mut transaction).await?;
    transaction.rollback().await?;
    if applied
        .iter()
        .any(|(version, _)| !EMBEDDED.version_exists(*version))
    {
        return Ok(SchemaState::Newer);
    }
    let mut state = SchemaState::Current;
    for migration in EMBEDDED.iter() {
        match applied
            .iter()
            .find(|(version, _)| *version == migration.version)
        {
            None => state = SchemaState::Older,
            Some((_, checksum)) if *checksum == *migration.checksum => {}
            Some(_) => return Err(explain(MigrateError::VersionMismatch(migration.version))),
        }
    }
    Ok(state)
}

/// Marks the database with the environment it belongs to (`production`, `development`, `test`), the
/// first time; afterwards refuses any other. `now` is the time of the marking.
///
/// # Errors
/// When the database belongs to another environment.
pub async fn stamp(database: &Database, environment: &str, now: base::Instant) -> Result<()> {
    let mut transaction = database.begin_owner().await?;
    let found: Option<String> = sqlx::query_scalar("select environment from kernel.installation")
        .fetch_optional(&mut *transaction)
        .await
        .context("read the stamp of the database")?;
    let found = match found {
        Some(found) => found,
        None => {
            sqlx::query(
                "insert into kernel.installation (environment, created_at) values ($1, $2)
                 on conflict do nothing",
            )
            .bind(environment)
            .bind(now)
            .execute(&mut *transaction)
            .await
            .context("stamp the database")?;
            sqlx::query_scalar("select environment from kernel.installation")
                .fetch_one(&mut *transaction)
                .await?
        }
    };
    transaction.commit().await?;
    if found != environment {
        bail!(
            "this database belongs to the environment `{found}`, but GUILDHALL_ENV is `{environment}`"
        );
    }
    Ok(())
}

async fn applied(connection: &mut PgConnection) -> Result<Vec<(i64, Vec<u8>)>> {
    let exists: bool = sqlx::query_scalar("select to_regclass($1) is not null")
        .bind(TABLE)
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_as(AssertSqlSafe(format!(
        "select version, checksum from {TABLE} order by version"
    )))
    .fetch_all(connection)
    .await?)
}

fn migrator(names: &Names) -> Migrator {
    // The checksum stays that of the file, so that installations with other role names agree.
    let migrations = EMBEDDED
        .iter()
        .map(|migration| Migration {
            sql: AssertSqlSafe(names.rename(migration.sql.as_str())).into_sql_str(),
            ..migration.clone()
        })
        .collect();
    let mut migrator = Migrator::with_migrations(migrations);
    migrator.dangerous_set_table_name(TABLE);
    migrator.create_schema(SCHEMA);
    migrator.set_locking(false);
    migrator
}

fn explain(error: MigrateError) -> anyhow::Error {
    match error {
        MigrateError::VersionMissing(version) => {
            anyhow!(
                "the database is newer than this program (it has migration {version}): use the newer program"
            )
        }
        MigrateError::VersionMismatch(version) => anyhow!(
            "migration {version} was changed after it had been applied to this database: restore the file, or begin with an empty database"
        ),
        MigrateError::ExecuteMigration(cause, version) => {
            anyhow::Error::new(cause).context(format!("migration {version} failed and was undone"))
        }
        other => anyhow::Error::new(other).context("migrate the database"),
    }
}
