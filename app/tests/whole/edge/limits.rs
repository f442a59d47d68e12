//! Limits: one request too many is told so, over all processes; refusals count; what is too large
//! is refused early; nobody takes an address that is not theirs.

use crate::BIN;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Answer, Api, MARKET, Party, Setup};

/// Waits until a minute has begun, so that a count does not fall into two windows.
async fn early_in_a_minute() {
    let second = base::instant::wall()
        .unix_seconds()
        .rem_euclid(60)
        .unsigned_abs();
    if second > 30 {
        tokio::time::sleep(Duration::from_secs(60 - second)).await;
    }
}

fn number(answer: &Answer, name: &str) -> i64 {
    answer.header(name).parse().unwrap_or(-1)
}

#[tokio::test]
async fn the_next_request_is_too_many_on_all_processes() {
    let server = Setup::of(BIN).demo().start().await;
    let twin = server.twin().await;
    // Somebody new: the making of the demo world may have spent of the others' minute.
    let party = Party::register(&server.api().await, "Carla", &["client"], "en").await;
    let client = party.api;
    let other = client.at(&twin.url);
    early_in_a_minute().await;
    // Writes: 60 a minute; these are refused for what they are and count all the same.
    let path = client.spec.find("project.create").at(MARKET, "");
    let (mut passed, mut refused) = (0, 0);
    for n in 0..130 {
        let api = if n % 2 == 0 { &client } else { &other };
        let answer = api.post(&path, &json!({})).await;
        match answer.status {
            422 => {
                passed += 1;
                assert_eq!(number(&answer, "ratelimit-limit"), 60);
                assert!(number(&answer, "ratelimit-remaining") < 60);
            }
            429 => {
                refused += 1;
                assert_eq!(answer.code(), "rate_limited");
                assert_eq!(answer.body["retryable"], true);
                assert!(
                    (1..=60).contains(&number(&answer, "retry-after")),
                    "{:?}",
                    answer.headers
                );
                assert!((0..=60).contains(&number(&answer, "ratelimit-reset")));
            }
            other => panic!("{other} {}", answer.text),
        }
    }
    assert_eq!((passed, refused), (60, 70), "60 on both processes together");
    // Readings have a limit of their own.
    assert_eq!(
        client
            .get(&client.spec.find("wallet.show").at(MARKET, ""))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn sign_in_registration_and_links_are_counted_per_network() {
    let mut server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    let from = |address: &'static str| {
        [
            ("x-forwarded-for", address),
            ("content-type", "application/json"),
        ]
    };
    let attempt = async |api: &Api, address| {
        let body = json!({"email": format!("{}@demo.test", testkit::unique()), "password": "not the one at all"});
        api.send("POST", "/api/v1/auth/login", &body, &from(address))
            .await
            .status
    };
    for n in 0..10 {
        assert_eq!(attempt(&api, "203.0.113.7").await, 401, "{n}");
        if n == 4 {
            // What was counted stays counted.
            server.restart().await;
        }
    }
    let api = server.api().await;
    assert_eq!(attempt(&api, "203.0.113.7").await, 429);
    assert_ne!(attempt(&api, "203.0.113.8").await, 429, "another network");
    let register = api.spec.find("auth.register").at(MARKET, "");
    let mut last = 0;
    for _ in 0..6 {
        last = api
            .send("POST", &register, &json!({}), &from("203.0.113.9"))
            .await
            .status;
    }
    assert_eq!(last, 429, "the sixth registration");
}

/// Who is refused again and again waits as a whole, also where requests would be allowed.
#[tokio::test]
async fn a_client_that_only_errs_waits() {
    let server = Setup::of(BIN).demo().start().await;
    let client = server.demo_account("client@demo.test").await;
    early_in_a_minute().await;
    let absent = client
        .spec
        .find("project.show")
        .at(MARKET, "01a1fa64-b84e-71aa-9d61-ca29e662c131");
    let mut statuses = vec![];
    for _ in 0..105 {
        statuses.push(client.get(&absent).await.status);
    }
    assert!(statuses[..100].iter().all(|s| *s == 404), "{statuses:?}");
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    let freelancer = server.demo_account("freelancer@demo.test").await;
    assert_eq!(
        freelancer.get("/api/v1/me").await.status,
        200,
        "nobody else waits"
    );
}

#[tokio::test]
async fn an_address_is_believed_only_from_a_trusted_proxy() {
    let server = Setup::of(BIN)
        .demo()
        .with("GUILDHALL_TRUSTED_PROXIES", "192.0.2.0/24")
        .start()
        .await;
    let api = server.api().await;
    let body = json!({"email": "nobody@demo.test", "password": "not the one at all"});
    let mut last = 0;
    for n in 0..11 {
        let address = format!("203.0.113.{n}");
        let headers = [
            ("x-forwarded-for", address.as_str()),
            ("x-request-id", "chosen-by-a-stranger"),
        ];
        let answer = api
            .send("POST", "/api/v1/auth/login", &body, &headers)
            .await;
        assert_ne!(answer.header("x-request-id"), "chosen-by-a-stranger");
        last = answer.status;
    }
    assert_eq!(last, 429, "a made-up address does not help");
}

#[tokio::test]
async fn a_proxys_own_line_counts_and_not_the_one_before_it() {
    let server = Setup::of(BIN)
        .demo()
        .with("GUILDHALL_TRUSTED_PROXIES", "127.0.0.0/8")
        .start()
        .await;
    let api = server.api().await;
    let body = json!({"email": "nobody@demo.test", "password": "not the one at all"});
    let mut last = 0;
    for n in 0..11 {
        let made_up = format!("203.0.113.{n}");
        let headers = [
            ("x-forwarded-for", made_up.as_str()),
            ("x-forwarded-for", "198.51.100.7"),
        ];
        last = api
            .send("POST", "/api/v1/auth/login", &body, &headers)
            .await
            .status;
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn too_large_is_refused_early() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.demo_account("client@demo.test").await;
    let path = api.spec.find("project.create").at(MARKET, "");
    let large = json!({"title": "a".repeat(2 * 1024 * 1024)});
    assert_eq!(
        api.post(&path, &large).await.refused(413),
        "payload_too_large"
    );
    let mut deep = Value::Null;
    for _ in 0..33 {
        deep = json!([deep]);
    }
    assert_eq!(api.post(&path, &deep).await.refused(400), "malformed");
    let long = "a".repeat(20 * 1024);
    let answer = api
        .send("GET", "/api/v1/me", &Value::Null, &[("x-long", &long)])
        .await;
    assert_eq!(answer.refused(431), "headers_too_large");
    assert_eq!(api.get("/api/v1/me").await.status, 200);
}
