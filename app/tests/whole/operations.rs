//! Background work: it outlives its lease, is never done twice, ends when it should, and can be
//! stopped. The kinds `test.…` exist in the test environment alone; their effects are counted.

use crate::BIN;
use database::Database;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Party, Server, Setup};
use uuid::Uuid;

async fn world() -> Server {
    let server = Setup::of(BIN).demo().start().await;
    server.api().await.raise_limits().await;
    server
}

/// Asks for a job as `member` of the marketplace; gives its id.
async fn ask(database: &Database, email: &str, kind: &str, payload: Value) -> Uuid {
    let id: Uuid = testkit::unique().parse().expect("an id");
    let mut tx = database.begin_system(None).await.expect("the system");
    sqlx::query(
        "insert into kernel.job (workspace_id, id, kind, payload, member_id, request_id, run_at, created_at, priority, max_attempts)
         select m.workspace_id, $1, $2, $3, m.id, 'test', clock_timestamp(), clock_timestamp(), case $2 when 'test.steps' then 80 else 20 end,
                case $2 when 'test.hang' then 1 else 12 end
         from kernel.member m join identity.account a on a.id = m.account_id where a.email = $4",
    )
    .bind(id)
    .bind(kind)
    .bind(payload)
    .bind(email)
    .execute(&mut *tx)
    .await
    .expect("a job");
    tx.commit().await.expect("committed");
    id
}

/// How often each step of a job had its effect.
async fn effects(database: &Database, job: Uuid) -> Vec<i32> {
    let mut tx = database.begin_system(None).await.expect("the system");
    let found = sqlx::query_scalar(
        "select value::integer from kernel.setting where key like $1 order by key",
    )
    .bind(format!("test/{job}/%"))
    .fetch_all(&mut *tx)
    .await
    .expect("effects");
    tx.commit().await.expect("read");
    found
}

async fn show(party: &Party, job: Uuid) -> Value {
    party
        .api
        .call("job.show", &job.to_string(), Value::Null)
        .await
        .ok()
}

/// Waits until the job is in a state; gives how long that took.
async fn until(party: &Party, job: Uuid, state: &str, most: u64) -> Duration {
    let began = Instant::now();
    loop {
        let seen = show(party, job).await;
        if seen["state"] == state {
            return began.elapsed();
        }
        assert!(
            began.elapsed() < Duration::from_secs(most),
            "{job} does not become {state}: {seen}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_slow_job_outlives_its_lease_and_nobody_runs_it_beside() {
    let server = world().await;
    let _second = server.twin().await;
    let client = Party::demo(&server, "client").await;
    let database = server.database().await;
    let payload = json!({"steps": 25, "pause_ms": 1000});
    let job = ask(&database, &client.email, "test.steps", payload).await;
    until(&client, job, "running", 10).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let half = show(&client, job).await["progress"].as_i64().unwrap_or(0);
    assert!((4..=60).contains(&half), "it tells how far it is: {half}");
    until(&client, job, "succeeded", 45).await;
    let seen = show(&client, job).await;
    assert_eq!(
        (&seen["attempts"], &seen["progress"], &seen["result"]),
        (&json!(1), &json!(100), &json!({"steps": 25}))
    );
    assert_eq!(effects(&database, job).await, vec![1; 25]);
    let other = Party::demo(&server, "freelancer").await;
    let foreign = other
        .api
        .call("job.show", &job.to_string(), Value::Null)
        .await;
    assert_eq!(foreign.status, 404, "{}", foreign.text);
}

#[tokio::test]
async fn killed_workers_leave_their_jobs_to_others_from_the_checkpoint() {
    let mut server = world().await;
    let client = Party::demo(&server, "client").await;
    let database = server.database().await;
    let mut jobs = vec![];
    for _ in 0..4 {
        let payload = json!({"steps": 4, "pause_ms": 250});
        jobs.push(ask(&database, &client.email, "test.steps", payload).await);
    }
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(900)).await;
        server.restart().await;
    }
    let client = client.again().await;
    for job in jobs {
        until(&client, job, "succeeded", 90).await;
        assert_eq!(effects(&database, job).await, vec![1; 4], "once each");
    }
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}

#[tokio::test]
async fn a_worker_cut_off_from_the_database_stops_its_work() {
    let server = world().await;
    let client = Party::demo(&server, "client").await;
    let database = server.database().await;
    // From beside: a database cannot be closed from inside.
    let elsewhere = database
        .access()
        .with_database("guildhall")
        .connect(database::PoolSettings {
            max: 1,
            min: 1,
            ..database::PoolSettings::default()
        })
        .await
        .expect("another database of the server");
    let mut mine = elsewhere.pool.acquire().await.expect("a connection");
    // One effect after 24 seconds: past the end of the lease, which cannot be renewed.
    let payload = json!({"steps": 1, "pause_ms": 24_000});
    let job = ask(&database, &client.email, "test.steps", payload).await;
    until(&client, job, "running", 10).await;
    let name = database.access().database().to_owned();
    let allow = |allowed: bool| {
        let statement = format!(
            "set role guildhall_owner; alter database \"{name}\" with allow_connections {allowed}; reset role"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
    };
    allow(false)
        .execute(&mut *mine)
        .await
        .expect("nobody comes in");
    sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1")
        .bind(&name)
        .execute(&mut *mine)
        .await
        .expect("nobody stays");
    let cut = Instant::now();
    let log = server.log_file();
    loop {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        if text.contains("lease.cut_off") {
            break;
        }
        assert!(
            cut.elapsed() < Duration::from_secs(20),
            "it stops before its lease is over"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    allow(true)
        .execute(&mut *mine)
        .await
        .expect("everyone comes in");
    tokio::time::sleep(Duration::from_secs(2)).await;
    until(&client, job, "succeeded", 60).await;
    let database = server.database().await;
    assert_eq!(effects(&database, job).await, vec![1]);
    assert_eq!(show(&client, job).await["attempts"], 2);
}

#[tokio::test]
async fn jobs_end_at_their_limit_when_asked_and_after_failures() {
    let server = world().await;
    let client = Party::demo(&server, "client").await;
    let other = Party::demo(&server, "freelancer").await;
    let database = server.database().await;
    let hang = ask(&database, &client.email, "test.hang", json!({})).await;
    let fail = ask(&database, &client.email, "test.fail", json!({})).await;
    let payload = json!({"steps": 100, "pause_ms": 500});
    let long = ask(&database, &client.email, "test.steps", payload.clone()).await;
    let waiting = ask(&database, &client.email, "test.steps", payload).await;
    until(&client, hang, "timed_out", 12).await;
    assert_eq!(show(&client, hang).await["error_code"], "timed_out");
    until(&client, fail, "succeeded", 20).await;
    assert_eq!(show(&client, fail).await["attempts"], 3);

    until(&client, long, "running", 10).await;
    let cancel = |party: &Party, job: Uuid| {
        let party = party.clone();
        async move {
            party
                .api
                .call("job.cancel", &job.to_string(), Value::Null)
                .await
        }
    };
    assert_eq!(cancel(&other, long).await.status, 404, "someone else's");
    assert_eq!(cancel(&client, waiting).await.ok()["state"], "cancelled");
    let asked = cancel(&client, long).await.ok();
    assert_eq!(asked["state"], "cancelling");
    let took = until(&client, long, "cancelled", 10).await;
    assert!(took < Duration::from_secs(10), "{took:?}");
    let done = effects(&database, long).await;
    assert!(!done.is_empty() && done.iter().all(|n| *n == 1), "{done:?}");
    assert_eq!(cancel(&client, long).await.ok()["state"], "cancelled");
    assert_eq!(cancel(&client, hang).await.refused(409), "job_finished");
    let again = ask(&database, &client.email, "test.fail", json!({})).await;
    assert_eq!(
        cancel(&client, again).await.refused(409),
        "job_not_cancellable"
    );
    // What was given up is in the operator's sight, and tried again when they say so.
    let retried = server.run(&["retry"]);
    let said = String::from_utf8_lossy(&retried.stdout).into_owned();
    assert!(said.contains("0 deliveries and 1 jobs"), "{said}");
    until(&client, hang, "timed_out", 15).await;
}
