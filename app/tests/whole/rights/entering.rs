//! Coming in: bounded when many do, told at once when nobody can, shorter where a workspace says so;
//! and limits that are rows.

use super::{one, run, signed_in, world};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{Api, DEMO_PASSWORD, Setup, unique};

async fn try_login(api: &Api, email: &str) -> testkit::Answer {
    let body = json!({"email": email, "password": DEMO_PASSWORD});
    api.send("POST", "/api/v1/auth/login", &body, &[]).await
}

#[tokio::test]
async fn two_hundred_sign_ins_of_one_account_wait_no_longer_than_they_may() {
    let (_server, api) = world().await;
    let began = Instant::now();
    let asked: Vec<_> = (0..200)
        .map(|_| {
            let api = api.clone();
            tokio::spawn(async move { try_login(&api, "client@demo.test").await })
        })
        .collect();
    let mut done = 0;
    for task in asked {
        let answer = task.await.expect("an answer");
        match answer.status {
            200 => done += 1,
            503 => {
                assert_eq!(answer.code(), "busy", "{}", answer.text);
                assert!(!answer.header("retry-after").is_empty());
            }
            other => panic!("{other} {}", answer.text),
        }
    }
    assert!(done > 0);
    assert!(
        began.elapsed() < Duration::from_secs(25),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn without_a_database_a_sign_in_is_told_so_at_once() {
    let server = Setup::of(crate::BIN).demo().private().start().await;
    let api = server.api().await;
    assert_eq!(try_login(&api, "client@demo.test").await.status, 200);
    let postmaster = server.postmaster().expect("a private server").to_string();
    let children = std::process::Command::new("pgrep")
        .args(["-P", &postmaster])
        .output()
        .expect("pgrep");
    let children = String::from_utf8_lossy(&children.stdout).into_owned();
    let signal = |name: &str| {
        let all = std::iter::once(postmaster.as_str()).chain(children.lines());
        let _ = std::process::Command::new("kill")
            .arg(name)
            .args(all)
            .output();
    };
    signal("-STOP");
    let began = Instant::now();
    let answer = try_login(&api, "client@demo.test").await;
    let took = began.elapsed();
    signal("-CONT");
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert!(!answer.header("retry-after").is_empty());
    assert!(took < Duration::from_secs(4), "told after {took:?}");
}

#[tokio::test]
async fn limits_are_rows_and_a_refusal_names_its_own() {
    let server = Setup::of(crate::BIN).demo().start().await;
    let api = server.api().await;
    let ask = async |path: &str, body: serde_json::Value, from: &str| {
        api.send("POST", path, &body, &[("x-forwarded-for", from)])
            .await
    };
    // A request for a new password: three an hour to one address, whether it is known or not.
    for email in [
        "client@demo.test".to_owned(),
        format!("{}@example.test", unique()),
    ] {
        for n in 0..4 {
            let answer = ask(
                "/api/v1/auth/forgot",
                json!({"email": email}),
                &format!("203.0.113.{n}"),
            )
            .await;
            assert_eq!(answer.status, if n < 3 { 202 } else { 429 }, "{email} {n}");
            if n == 3 {
                assert_eq!(
                    answer.header("ratelimit-limit"),
                    "3",
                    "the limit that refused"
                );
                assert_eq!(answer.header("ratelimit-remaining"), "0");
                assert_eq!(
                    answer.header("ratelimit-reset"),
                    answer.header("retry-after")
                );
            }
        }
    }
    for n in 0..6 {
        let body = json!({"token": unique(), "password": "correct horse battery staple 41"});
        let answer = ask("/api/v1/auth/reset", body, "198.51.100.9").await;
        assert_eq!(
            answer.status,
            if n < 5 { 410 } else { 429 },
            "{n}: {}",
            answer.text
        );
        if n == 5 {
            assert_eq!(answer.header("ratelimit-limit"), "5");
        }
    }
    // Every class in the document has its row.
    let known = super::column(&server, "select class from kernel.rate_policy").await;
    for operation in &api.spec.operations {
        let class = operation.raw["x-rate-class"].as_str().unwrap_or("");
        assert!(
            class == "free" || known.iter().any(|k| k == class),
            "{}: {class}",
            operation.id
        );
    }
    // A row that changes holds within seconds.
    let client = signed_in(&server, "client@demo.test").await;
    assert_eq!(
        client.get("/api/v1/me").await.header("ratelimit-limit"),
        "300"
    );
    run(
        &server,
        "update kernel.rate_policy set requests = 7 where class = 'read' and audience = 'account'",
    )
    .await
    .expect("done");
    tokio::time::sleep(Duration::from_secs(5)).await;
    let other = signed_in(&server, "freelancer@demo.test").await;
    assert_eq!(other.get("/api/v1/me").await.header("ratelimit-limit"), "7");
}

#[tokio::test]
async fn a_workspace_may_keep_its_people_signed_in_for_less_long() {
    let (server, api) = world().await;
    let owner = signed_in(&server, "owner@demo.test").await;
    let client = signed_in(&server, "client@demo.test").await;
    let role = one::<String>(&server, "select r.id::text from kernel.role r join kernel.workspace w using (workspace_id) where w.slug = 'atelier' and r.key = 'client'").await;
    let edit = |idle: i64| json!({"session_cap": 1, "session_policy": "refuse", "idle_seconds": idle, "absolute_seconds": 86_400});
    assert_eq!(
        owner
            .call("role.update", &role, edit(2_000_000))
            .await
            .status,
        422,
        "never longer"
    );
    let set = owner.call("role.update", &role, edit(900)).await.ok();
    assert_eq!(set["idle_seconds"], 900);
    assert_eq!(client.get("/api/v1/me").await.status, 200);
    api.advance(600).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(client.get("/api/v1/events").await.status, 200);
    api.advance(400).await;
    assert_eq!(
        client.get("/api/v1/me").await.status,
        401,
        "a running session too: that a page asks what is new is no use of it"
    );
    // It takes no place either.
    let again = try_login(&api, "client@demo.test").await.ok();
    assert_eq!(again["expires_in"], 86_400);
    let again = Api {
        token: again["access_token"].as_str().map(str::to_owned),
        ..api.clone()
    };
    let live = again.get("/api/v1/me/sessions").await.ok();
    assert_eq!(live.as_array().map(Vec::len), Some(1), "{live}");
    let other = try_login(&api, "freelancer@demo.test").await.ok();
    assert_eq!(other["expires_in"], 60 * 86_400, "only of that role");
}

#[tokio::test]
async fn the_number_of_the_newest_event_is_ones_own() {
    let (server, api) = world().await;
    let quiet = testkit::Party::register(&api, "Quiet", &["client"], "en").await;
    let newest = async || quiet.api.get("/api/v1/events").await.body["data"]["newest"].as_i64();
    api.settle().await;
    let before = newest().await;
    let deal = testkit::Deal::demo(&server, &[10_000]).await;
    deal.finish(&deal.milestones[0]).await;
    api.settle().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(newest().await, before, "others were busy");
    let own = deal.client.api.get("/api/v1/events?after=0").await.body;
    let numbers: Vec<i64> = own["data"]["changes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|c| c["number"].as_i64())
        .collect();
    assert!(
        !numbers.is_empty() && numbers.windows(2).all(|w| w[0] < w[1]),
        "{own}"
    );
}
