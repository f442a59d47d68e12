//! Connections go from one transaction to the next without the pool, and nothing goes with them.

use std::{fs::Permissions, os::unix::fs::PermissionsExt, time::Duration};

use anyhow::{Context, Result, ensure};
use database::{Cluster, Database, Names, Part, PoolSettings, Settings, Transaction, impatient};
use uuid::Uuid;

const MOST: u32 = 3;

/// Who speaks, where, on which connection of the server.
async fn whereabouts(tx: &mut Transaction) -> Result<(String, String, i32)> {
    Ok(sqlx::query_as(
        "select current_user::text, current_setting('app.workspace'), pg_backend_pid()",
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Connections that the pool has on the server, and how many of them have a transaction open.
async fn on_the_server(watcher: &Database) -> Result<(i64, i64)> {
    let mut tx = watcher.begin_system(None).await?;
    let found = sqlx::query_as(
        "select count(*), count(*) filter (where xact_start is not null) from pg_stat_activity
         where usename = 'guildhall_login' and pid <> pg_backend_pid()",
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(found)
}

async fn comes_to(watcher: &Database, expected: (i64, i64)) -> Result<()> {
    let mut found = (-1, -1);
    for _ in 0..200 {
        found = on_the_server(watcher).await?;
        if found == expected {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    anyhow::bail!("{found:?}, not {expected:?}")
}

async fn nothing_goes_along(database: &Database) -> Result<()> {
    let workspace = Uuid::from_u128(7);
    let mut tx = database.begin_app(Some(workspace)).await?;
    let (user, place, connection) = whereabouts(&mut tx).await?;
    ensure!((user.as_str(), place) == ("guildhall_app", workspace.to_string()));
    tx.commit().await?;
    let mut tx = database.begin_system(None).await?;
    let (user, place, same) = whereabouts(&mut tx).await?;
    ensure!((user.as_str(), place.as_str(), same) == ("guildhall_system", "", connection));
    tx.commit().await?;
    Ok(())
}

/// A commit that the server refuses, with its connection, is undone like any other end.
async fn a_refused_commit_is_undone(database: &Database) -> Result<()> {
    let mut tx = database.begin_owner().await?;
    sqlx::raw_sql(
        "create temporary table once (n integer unique deferrable initially deferred);
         insert into once values (1), (1)",
    )
    .execute(&mut *tx)
    .await?;
    let refused = tx.commit().await.err().context("must be refused")?;
    ensure!(refused.to_string().contains("once_n_key"), "{refused}");
    for _ in 0..MOST {
        nothing_goes_along(database).await?;
    }
    Ok(())
}

/// Who goes away in the middle of a beginning leaves no transaction open and takes no place along.
async fn goes_away_while_beginning(database: &Database, watcher: &Database) -> Result<()> {
    for microseconds in 0..300 {
        let begin = database.begin_app(Some(Uuid::from_u128(9)));
        let begun = tokio::time::timeout(Duration::from_micros(microseconds), begin).await;
        if let Ok(tx) = begun {
            tx?.commit().await?;
        }
    }
    comes_to(watcher, (i64::from(MOST), 0)).await?;
    let mut all = vec![];
    for _ in 0..MOST {
        all.push(database.begin_app(None).await?);
    }
    for tx in all {
        tx.commit().await?;
    }
    Ok(())
}

async fn more_callers_than_connections(database: &Database) -> Result<()> {
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..60_u128 {
        let database = database.clone();
        tasks.spawn(async move {
            for round in 0..10 {
                let workspace = Uuid::from_u128(n + 1);
                let mut tx = database.begin_app(Some(workspace)).await?;
                let (_, place, _) = whereabouts(&mut tx).await?;
                ensure!(place == workspace.to_string(), "{place} is another's");
                match (n + round) % 4 {
                    0 => tx.rollback().await?,
                    1 => tx.leave(),
                    2 => drop(tx),
                    _ => tx.commit().await?,
                }
            }
            Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    ensure!(database.usage().open <= MOST, "{:?}", database.usage());
    // All in use: the next one is told so, and served as soon as one is free.
    let mut held = vec![];
    for _ in 0..MOST {
        held.push(database.begin_app(None).await?);
    }
    let refused = impatient(Duration::from_millis(100), database.begin_app(None)).await;
    ensure!(matches!(refused.err(), Some(sqlx::Error::PoolTimedOut)));
    let waits = tokio::spawn({
        let database = database.clone();
        async move { database.begin_app(None).await?.commit().await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    held.pop().context("one of them")?.commit().await?;
    waits.await??;
    Ok(())
}

#[test]
fn a_connection_serves_one_transaction_after_another() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
    let mut settings = Settings::new(folder.path(), Names::default());
    settings.fast = true;
    let cluster = Cluster::open(settings, Part::Command)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let access = cluster.access();
        access.prepare().await?;
        let pool = PoolSettings {
            max: MOST,
            min: 0,
            idle: Duration::from_secs(1),
            ..PoolSettings::default()
        };
        let watcher = access.connect(PoolSettings { max: 1, ..pool }).await?;
        let database = access.connect(pool).await?;
        nothing_goes_along(&database).await?;
        a_refused_commit_is_undone(&database).await?;
        more_callers_than_connections(&database).await?;
        goes_away_while_beginning(&database, &watcher).await?;
        ensure!(database.usage().idle == MOST, "{:?}", database.usage());
        // What nobody uses goes back to the pool, which closes it when its time has come.
        comes_to(&watcher, (0, 0)).await?;
        // Closing ends those that wait, and nobody begins any more.
        nothing_goes_along(&database).await?;
        comes_to(&watcher, (1, 0)).await?;
        database.close().await;
        comes_to(&watcher, (0, 0)).await?;
        ensure!(matches!(
            database.begin_app(None).await.err(),
            Some(sqlx::Error::PoolClosed)
        ));
        watcher.close().await;
        anyhow::Ok(())
    })?;
    cluster.close()
}
