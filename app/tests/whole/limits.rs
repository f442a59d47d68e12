//! Time and room are limited: what nobody waits for any more ends in the database too, a full pool
//! says so, and health answers all the while.

use crate::BIN;
use database::{Database, Transaction};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Party, Server, Setup, unique};

/// Holds everyone off the categories, which no background work reads, until it is dropped.
async fn blocked(database: &Database) -> Transaction {
    let mut tx = database.begin_owner().await.expect("the owner");
    sqlx::query("lock table market.category in access exclusive mode")
        .execute(&mut *tx)
        .await
        .expect("a lock");
    tx
}

/// How many statements of the server wait for a lock.
async fn waiting(database: &Database) -> i64 {
    let mut connection = database.pool.acquire().await.expect("a connection");
    sqlx::query_scalar(
        "select count(*) from pg_stat_activity
         where datname = current_database() and state = 'active' and wait_event_type = 'Lock'",
    )
    .fetch_one(&mut *connection)
    .await
    .expect("a count")
}

async fn settles_at(database: &Database, count: i64, most: Duration) -> Duration {
    let began = Instant::now();
    loop {
        let found = waiting(database).await;
        if found == count {
            return began.elapsed();
        }
        assert!(
            began.elapsed() < most,
            "{found} statements wait, not {count}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn world(pool: &str) -> Server {
    let server = Setup::of(BIN)
        .demo()
        .with("GUILDHALL_POOL_MAX", pool)
        .start()
        .await;
    server.api().await.raise_limits().await;
    server
}

#[tokio::test]
async fn a_client_that_goes_away_ends_its_statement() {
    let server = world("20").await;
    let client = Party::demo(&server, "client").await;
    let database = server.database().await;
    let path = client.api.spec.find("category.list").at("atelier", "");
    let _ = client.api.get(&path).await.ok();
    let lock = blocked(&database).await;
    let asked = {
        let (api, path) = (client.api.clone(), path.clone());
        tokio::spawn(async move { api.get(&path).await })
    };
    settles_at(&database, 1, Duration::from_secs(5)).await;
    asked.abort();
    let took = settles_at(&database, 0, Duration::from_secs(5)).await;
    assert!(took < Duration::from_secs(1), "gone after {took:?}");

    // One that stays is told after ten seconds, and nothing of it stays behind.
    let began = Instant::now();
    let answer = client.api.get(&path).await;
    let took = began.elapsed();
    assert_eq!(answer.refused(504), "request_timeout");
    assert!(
        (9..12).contains(&took.as_secs()),
        "told after {took:?} (a statement has ten seconds)"
    );
    settles_at(&database, 0, Duration::from_secs(1)).await;
    drop(lock);
    let _ = client.api.get(&path).await.ok();
    let log = std::fs::read_to_string(server.log_file()).unwrap_or_default();
    assert!(!log.contains("already a transaction"), "{log}");
}

#[tokio::test]
async fn writes_that_are_broken_off_are_whole_or_nothing() {
    let server = world("20").await;
    let client = Party::demo(&server, "client").await;
    let database = server.database().await;
    let body = client.api.spec.body_with("project.create", json!({}));
    let mut asked = vec![];
    for n in 0..60_u64 {
        let (api, body) = (client.api.clone(), body.clone());
        let task =
            tokio::spawn(async move { api.try_call("project.create", "", body, &unique()).await });
        tokio::time::sleep(Duration::from_millis(n * 7 % 45)).await;
        task.abort();
        asked.push(task);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut tx = database.begin_system(None).await.expect("the system");
    let (rows, audited, broken): (i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from market.project p),
                (select count(*) from kernel.audit where action = 'project.create' and outcome = 'done'),
                (select count(*) from market.project p where not exists (select 1 from kernel.audit a
                   where a.workspace_id = p.workspace_id and a.record_id = p.id and a.action = 'project.create'))",
    )
    .fetch_one(&mut *tx)
    .await
    .expect("counts");
    tx.commit().await.expect("read");
    assert_eq!((rows, broken), (audited, 0), "rows and audit agree");
    assert!(server.failures().is_empty(), "{:?}", server.failures());
    server.check();
}

#[tokio::test]
async fn a_full_pool_says_so_after_five_seconds_while_health_answers() {
    let server = world("4").await;
    let client = Party::demo(&server, "client").await;
    let database = server.database().await;
    let path = client.api.spec.find("category.list").at("atelier", "");
    let _ = client.api.get(&path).await.ok();
    let lock = blocked(&database).await;
    let probe = server.api().await;
    let began = Instant::now();
    let asked: Vec<_> = (0..12)
        .map(|_| {
            let (api, path) = (client.api.clone(), path.clone());
            tokio::spawn(async move { (api.get(&path).await, Instant::now()) })
        })
        .collect();
    while began.elapsed() < Duration::from_secs(7) {
        let asked = Instant::now();
        let ready = probe.get("/health/ready").await;
        assert_eq!(ready.status, 200, "after {:?}", began.elapsed());
        assert!(asked.elapsed() < Duration::from_millis(900));
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    drop(lock);
    let mut busy = 0;
    for task in asked {
        let (answer, at) = task.await.expect("an answer");
        if answer.status == 503 {
            busy += 1;
            assert_eq!(answer.code(), "database_busy");
            assert!(!answer.header("retry-after").is_empty());
            let took = at.duration_since(began);
            assert!((4..7).contains(&took.as_secs()), "told after {took:?}");
        } else {
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
    }
    assert!(busy >= 6, "those without a place are told: {busy}");
    let _ = client.api.get(&path).await.ok();
}

#[tokio::test]
async fn the_level_of_the_logs_changes_while_it_runs() {
    let server = world("20").await;
    let api = server.api().await;
    let log = || std::fs::read_to_string(server.log_file()).unwrap_or_default();
    let set = |arguments: &[&str]| {
        let told = server.run(arguments);
        assert!(told.status.success(), "{told:?}");
        String::from_utf8_lossy(&told.stdout).trim().to_owned()
    };
    assert_eq!(
        set(&["log-level", "warn,sqlx::query=debug"]),
        "warn,sqlx::query=debug"
    );
    let began = Instant::now();
    while !log().contains("sqlx::query") {
        assert!(began.elapsed() < Duration::from_secs(6), "within seconds");
        let _ = api.get("/login").await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    set(&["log-level", "--usual"]);
    let wrong = server.run(&["log-level", "kernel=loud"]);
    assert!(!wrong.status.success());
    for line in log().lines() {
        let read: Result<Value, _> = serde_json::from_str(line);
        assert!(read.is_ok(), "a line that is not JSON: {line}");
    }
}

#[tokio::test]
async fn a_pool_that_contradicts_itself_is_refused() {
    let server = Setup::of(BIN)
        .with("GUILDHALL_POOL_MAX", "4")
        .with("GUILDHALL_POOL_MIN", "5")
        .prepared()
        .await;
    let output = server.run(&["serve"]);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("GUILDHALL_POOL_MIN"), "{said}");
}
