//! What an operator relies on: migrations, a change of processes without a lost request, nightly
//! proofs that speak up, exports, and events that reach who was away.

use crate::BIN;
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use testkit::{Api, Party, Server, Setup, provider::Simulator};

async fn world() -> Server {
    let server = Setup::of(BIN).demo().start().await;
    server.api().await.raise_limits().await;
    server
}

fn said(output: &std::process::Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[tokio::test]
async fn migrations_run_once_are_never_edited_and_a_newer_schema_makes_unready() {
    let mut server = Setup::of(BIN).start().await;
    let database = server.database().await;
    let count = || async {
        let mut tx = database.begin_owner().await.expect("the owner");
        let n: i64 = sqlx::query_scalar("select count(*) from migration.applied")
            .fetch_one(&mut *tx)
            .await
            .expect("a count");
        tx.commit().await.expect("read");
        n
    };
    let all = count().await;
    let mut change = database.begin_owner().await.expect("the owner");
    // As if the newest one were still to come, for two who bring it at once.
    sqlx::query("create table kernel.kept as select * from migration.applied where version = 8")
        .execute(&mut *change)
        .await
        .expect("kept");
    sqlx::query("delete from migration.applied where version = 8; ")
        .execute(&mut *change)
        .await
        .expect("gone");
    sqlx::query("drop function kernel.grant_to_role(text, text, text[])")
        .execute(&mut *change)
        .await
        .expect("gone");
    change.commit().await.expect("committed");
    let both: Vec<_> = (0..2)
        .map(|_| {
            let mut command = server.command(&["migrate"]);
            std::thread::spawn(move || command.output().expect("migrate runs"))
        })
        .collect();
    for one in both {
        let output = one.join().expect("it ends");
        assert!(output.status.success(), "{}", said(&output));
    }
    assert_eq!(count().await, all, "applied once");

    let mut change = database.begin_owner().await.expect("the owner");
    sqlx::query("update migration.applied set checksum = '\\x00' where version = 2")
        .execute(&mut *change)
        .await
        .expect("edited");
    change.commit().await.expect("committed");
    let refused = server.run(&["migrate"]);
    assert!(!refused.status.success());
    assert!(
        said(&refused).contains("migration 2 was changed"),
        "{}",
        said(&refused)
    );

    let mut change = database.begin_owner().await.expect("the owner");
    sqlx::query("update migration.applied a set checksum = decode($1, 'hex') where version = 2")
        .bind(checksum("0002_identity.sql"))
        .execute(&mut *change)
        .await
        .expect("mended");
    sqlx::query(
        "insert into migration.applied select 9999, 'later', installed_on, success, checksum, execution_time from migration.applied where version = 1",
    )
    .execute(&mut *change)
    .await
    .expect("newer");
    change.commit().await.expect("committed");
    let began = Instant::now();
    let client = testkit::api::client();
    while client
        .get(format!("{}/health/ready", server.url))
        .send()
        .await
        .is_ok_and(|answer| answer.status() == 200)
    {
        assert!(began.elapsed() < Duration::from_secs(10), "unready soon");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let told = server.run(&["preflight"]);
    assert!(!told.status.success());
    assert!(
        said(&told).contains("newer than this program"),
        "{}",
        said(&told)
    );
    server.kill_9();
}

/// The checksum of a migration as the program knows it.
fn checksum(name: &str) -> String {
    use std::process::Command;
    let path = format!("{}/../migrations/{name}", env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("sha384sum").arg(path).output();
    let output = output.expect("sha384sum is there");
    String::from_utf8_lossy(&output.stdout)
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn processes_are_replaced_in_turn_without_a_failed_request() {
    let simulator = Simulator::start().await;
    let mut one = Setup::of(BIN)
        .demo()
        .with("GUILDHALL_PROVIDER_URL", &simulator.url)
        .with("GUILDHALL_PROVIDER_SECRET", &simulator.secret)
        .start()
        .await;
    one.api().await.raise_limits().await;
    let mut two = one.twin().await;
    let client = Party::demo(&one, "client").await;
    let places = [one.url.clone(), two.url.clone()];
    let ready = Arc::new([AtomicBool::new(true), AtomicBool::new(true)]);
    let (stop, sent) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU32::new(0)),
    );
    let failed = Arc::new(Mutex::new(vec![]));
    let path = client.api.spec.find("project.list").at("atelier", "");
    let mut tasks = vec![];
    // A balancer that looks every 100 ms who is ready…
    for (n, place) in places.iter().enumerate() {
        let (place, ready, stop) = (place.clone(), ready.clone(), stop.clone());
        tasks.push(tokio::spawn(async move {
            let http = testkit::api::client();
            while !stop.load(Ordering::Relaxed) {
                let answer = http.get(format!("{place}/health/ready")).send().await;
                ready[n].store(answer.is_ok_and(|a| a.status() == 200), Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }));
    }
    // … and eight who send through it.
    for worker in 0..8_usize {
        let (ready, stop, sent, failed) =
            (ready.clone(), stop.clone(), sent.clone(), failed.clone());
        let apis: Vec<Api> = places.iter().map(|url| client.api.at(url)).collect();
        let path = path.clone();
        tasks.push(tokio::spawn(async move {
            let mut turn = worker;
            while !stop.load(Ordering::Relaxed) {
                turn += 1;
                let at = (turn..turn + 2)
                    .map(|n| n % 2)
                    .find(|n| ready[*n].load(Ordering::Relaxed));
                let Some(at) = at else { continue };
                match apis[at].try_send("GET", &path, &Value::Null, &[]).await {
                    Ok(answer) if answer.status == 200 => {
                        sent.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(answer) => failed.lock().expect("a list").push(answer.text),
                    Err(error) => failed.lock().expect("a list").push(format!("{error:?}")),
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    for server in [&mut one, &mut two] {
        let ended = server.terminate().await;
        assert!(ended.success(), "{ended}");
        server.restart().await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.expect("it ends");
    }
    let failed = failed.lock().expect("a list").clone();
    let sent = sent.load(Ordering::Relaxed);
    assert!(failed.is_empty(), "{} of {sent}: {failed:?}", failed.len());
    assert!(sent > 100, "there was load: {sent}");
}

#[tokio::test]
async fn told_twice_it_leaves_at_once_and_work_is_handed_back_when_told_once() {
    let mut server = world().await;
    let database = server.database().await;
    let mut tx = database.begin_system(None).await.expect("the system");
    sqlx::query(
        "insert into kernel.job (workspace_id, id, kind, payload, request_id, run_at, created_at, priority)
         values ('00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'test.steps', '{\"steps\": 100, \"pause_ms\": 400}', 'test', clock_timestamp(), clock_timestamp(), 80)",
    )
    .execute(&mut *tx)
    .await
    .expect("a job");
    tx.commit().await.expect("committed");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(server.terminate().await.success());
    let mut tx = database.begin_system(None).await.expect("the system");
    let (state, checkpoint): (String, Option<Value>) =
        sqlx::query_as("select state, checkpoint from kernel.job where kind = 'test.steps'")
            .fetch_one(&mut *tx)
            .await
            .expect("the job");
    tx.commit().await.expect("read");
    assert_eq!(state, "queued", "handed back");
    assert!(checkpoint.is_some_and(|at| at["done"].as_i64() > Some(1)));
    server.restart().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let pid = server.pid().expect("it runs");
    testkit::server::signal(pid, "TERM");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let twice = Instant::now();
    let ended = server.terminate().await;
    assert!(!ended.success());
    assert!(
        twice.elapsed() < Duration::from_secs(1),
        "{:?}",
        twice.elapsed()
    );
}

#[tokio::test]
async fn the_nightly_proof_runs_once_and_names_what_was_tampered_with() {
    let server = world().await;
    let second = server.twin().await;
    let api = server.api().await;
    let database = server.database().await;
    // Its place among the schedules is found a moment after the start.
    tokio::time::sleep(Duration::from_secs(2)).await;
    api.advance(86_400).await;
    second.api().await.settle().await;
    let runs = || async {
        let mut tx = database.begin_system(None).await.expect("the system");
        let found: Vec<(String, Option<Value>)> = sqlx::query_as(
            "select state, result from kernel.job where kind = 'proof.daily' order by created_at",
        )
        .fetch_all(&mut *tx)
        .await
        .expect("its jobs");
        tx.commit().await.expect("read");
        found
    };
    let first = runs().await;
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(first[0].0, "succeeded");
    assert_eq!(first[0].1.as_ref().expect("a result")["faults"], json!([]));
    let mut tx = database.begin_owner().await.expect("the owner");
    let account: String = sqlx::query_scalar(
        "update ledger.account set balance_minor = balance_minor + 1 where id = (select id from ledger.account order by id limit 1) returning id::text",
    )
    .fetch_one(&mut *tx)
    .await
    .expect("tampered");
    tx.commit().await.expect("committed");
    api.advance(86_400).await;
    let found = runs().await;
    assert_eq!(found.len(), 2, "{found:?}");
    let words = found[1].1.as_ref().expect("a result")["found"].to_string();
    assert!(words.contains(&account), "{words} names {account}");
    let mails = api.mails("operator@demo.test").await;
    assert!(
        mails.iter().any(|mail| mail["text"]
            .as_str()
            .is_some_and(|text| text.contains(&account))),
        "the operator is told: {mails:?}"
    );
    // It stands on the operator's page, which is there for nobody else.
    let cookie = api
        .cookie("operator@demo.test", testkit::DEMO_PASSWORD)
        .await;
    let page = api.page("/operator", &cookie).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("proof.daily") && page.text.contains(&account));
    let cookie = api.cookie("owner@demo.test", testkit::DEMO_PASSWORD).await;
    assert_eq!(api.page("/operator", &cookie).await.status, 404);
    let check = server.run(&["check"]);
    assert!(!check.status.success(), "{}", said(&check));
}

#[tokio::test]
async fn the_audit_is_exported_by_those_who_may_and_that_is_audited() {
    let server = world().await;
    let owner = Party::demo(&server, "owner").await;
    let client = Party::demo(&server, "client").await;
    let path = owner.api.spec.find("audit.export").at("atelier", "");
    let table = owner.api.get(&format!("{path}?action=project")).await;
    assert_eq!(table.status, 200, "{}", table.text);
    assert!(table.header("content-type").starts_with("text/csv"));
    assert!(table.header("content-disposition").contains("attachment"));
    let mut lines = table.text.lines();
    assert!(
        lines
            .next()
            .is_some_and(|head| head.starts_with("id,occurred_at,"))
    );
    let rows: Vec<_> = lines.collect();
    assert!(
        !rows.is_empty() && rows.iter().all(|row| row.contains("project.")),
        "{rows:?}"
    );
    let all = owner.api.get(&format!("{path}?format=jsonl")).await;
    let read: Vec<Value> = all
        .text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    // The same rows as the list has; the list is read later, so it also has the exports themselves.
    let exported: HashSet<&str> = read.iter().filter_map(|row| row["id"].as_str()).collect();
    let listed = owner.api.list("audit.list", "").await;
    let (known, later): (Vec<_>, Vec<_>) = listed
        .iter()
        .partition(|row| exported.contains(row["id"].as_str().unwrap_or_default()));
    assert_eq!(known.len(), read.len());
    assert!(
        later.iter().all(|row| row["action"] == "audit.export"),
        "{later:?}"
    );
    assert_eq!(client.api.get(&path).await.status, 403);
    let wrong = owner.api.get(&format!("{path}?format=pdf")).await;
    assert_eq!(wrong.status, 422);
    tokio::time::sleep(Duration::from_secs(2)).await;
    // As a browser asks for it.
    let packed = owner
        .api
        .send(
            "GET",
            &path,
            &Value::Null,
            &[("accept-encoding", "gzip, br")],
        )
        .await;
    assert_eq!(packed.status, 200);
    assert!(!packed.header("content-encoding").is_empty());
    let noted = owner.api.get(&format!("{path}?action=audit.export")).await;
    assert!(noted.text.contains("audit.export"), "{}", noted.text);
}

/// Reads what a stream tells for a while, as (event, id, data).
async fn stream(api: &Api, after: Option<&str>, time: Duration) -> Vec<(String, String, Value)> {
    let mut request = api
        .http
        .get(format!("{}/events", api.url))
        .bearer_auth(api.token.clone().unwrap_or_default());
    if let Some(after) = after {
        request = request.header("last-event-id", after);
    }
    let mut answer = request.send().await.expect("a stream");
    assert_eq!(answer.status(), 200);
    let mut text = String::new();
    let _ = tokio::time::timeout(time, async {
        while let Ok(Some(chunk)) = answer.chunk().await {
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
    })
    .await;
    text.split("\n\n")
        .map(|block| {
            let field = |name: &str| {
                let line = block.lines().find_map(|line| line.strip_prefix(name));
                line.unwrap_or_default().trim().to_owned()
            };
            let data = serde_json::from_str(&field("data:")).unwrap_or_default();
            (field("event:"), field("id:"), data)
        })
        .filter(|(_, id, _)| !id.is_empty())
        .collect()
}

#[tokio::test]
async fn who_was_away_hears_what_happened_once_and_in_order() {
    let server = world().await;
    let client = Party::demo(&server, "client").await;
    let freelancer = Party::demo(&server, "freelancer").await;
    let short = Duration::from_secs(2);
    let begun = stream(&client.api, None, short).await;
    let last = begun
        .last()
        .expect("the stream says where it stands")
        .1
        .clone();
    // Away: three projects, each told to who made it.
    let mut made = vec![];
    for n in 0..3 {
        made.push(
            client
                .post_project(&format!("While you were away {n}"))
                .await,
        );
        client.api.settle().await;
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    let missed = stream(&client.api, Some(&last), short).await;
    let told: Vec<String> = missed
        .iter()
        .filter(|(event, _, data)| event == "change" && data["kind"] == "project")
        .map(|(_, _, data)| data["id"].as_str().unwrap_or_default().to_owned())
        .collect();
    let mut once = told.clone();
    once.dedup();
    assert_eq!(once, made, "in order: {missed:?}");
    let ids: Vec<i64> = missed
        .iter()
        .filter_map(|(_, id, _)| id.parse().ok())
        .collect();
    assert!(ids.windows(2).all(|pair| pair[0] <= pair[1]), "{ids:?}");
    let again = stream(&client.api, missed.last().map(|m| m.1.as_str()), short).await;
    assert!(
        again.iter().all(|(event, _, _)| event != "change"),
        "{again:?}"
    );
    // The same for who asks now and then.
    let path = format!("/api/v1/events?after={last}");
    let polled = client.api.get(&path).await;
    assert!(!polled.header("retry-after").is_empty());
    let tag = polled.header("etag").to_owned();
    let data = polled.ok();
    let polled: Vec<_> = data["changes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|change| change["kind"] == "project")
        .map(|change| change["id"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(polled, told);
    let path = format!("/api/v1/events?after={}", data["newest"]);
    let same = client
        .api
        .send("GET", &path, &Value::Null, &[("if-none-match", &tag)])
        .await;
    assert_eq!(same.status, 304, "{}", same.text);
    let foreign = freelancer
        .api
        .get(&format!("/api/v1/events?after={last}"))
        .await
        .ok();
    let foreign = foreign["changes"].to_string();
    assert!(made.iter().all(|id| !foreign.contains(id)), "{foreign}");
}
