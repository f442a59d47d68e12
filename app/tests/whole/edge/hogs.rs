//! One client that holds on to what all share: silent connections, slow bodies, endless guesses.

use crate::BIN;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{MARKET, Setup};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

async fn connected(url: &str, bytes: &[u8]) -> TcpStream {
    let address = url.strip_prefix("http://").expect("plain http");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(bytes).await.expect("sent");
    stream
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_ended() {
    let server = Setup::of(BIN).start().await;
    let mut waiting = vec![];
    let half: [&[u8]; 5] = [
        b"",
        b"P",
        b"PRI * HTTP/2.0\r\n\r\nSM",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
        b"GET / HTTP/1.1\r\nHost: local",
    ];
    for bytes in half {
        let mut stream = connected(&server.url, bytes).await;
        waiting.push(tokio::spawn(async move {
            let began = Instant::now();
            let mut rest = vec![];
            // Told why or cut off: in either case it is over.
            let _ = tokio::time::timeout(Duration::from_secs(40), stream.read_to_end(&mut rest))
                .await
                .unwrap_or_else(|_| panic!("{:?} is still open", String::from_utf8_lossy(bytes)));
            began.elapsed()
        }));
    }
    for one in waiting {
        assert!(one.await.expect("it ends") < Duration::from_secs(30));
    }
    // Between two requests a browser's connection stays a while.
    let client = testkit::api::client();
    let live = format!("{}/health/live", server.url);
    for _ in 0..2 {
        assert_eq!(
            client.get(&live).send().await.expect("it lives").status(),
            200
        );
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test]
async fn slow_strangers_leave_room_for_those_who_are_known() {
    let server = Setup::of(BIN).demo().start().await;
    let client = server.demo_account("client@demo.test").await;
    let mut slow = vec![];
    for _ in 0..70 {
        let head = "POST /api/v1/provider/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
        slow.push(connected(&server.url, head.as_bytes()).await);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let refused = server.api().await.get("/api/v1/w/atelier/projects").await;
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(client.get("/api/v1/me").await.status, 200);
    let live = client.get("/health/live").await;
    assert_eq!(live.status, 200);
    drop(slow);
    let began = Instant::now();
    while server
        .api()
        .await
        .get("/api/v1/w/atelier/projects")
        .await
        .status
        == 503
    {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "the places stay taken"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn who_guesses_tokens_waits_and_nobody_else() {
    let server = Setup::of(BIN).demo().start().await;
    let client = server.demo_account("client@demo.test").await;
    let guesser = server.api().await;
    let mut answers = vec![];
    for n in 0..115 {
        let header = format!("Bearer {n:043}");
        let headers = [("authorization", header.as_str())];
        answers.push(
            guesser
                .send("GET", "/api/v1/me", &Value::Null, &headers)
                .await,
        );
    }
    let last = &answers[105..];
    assert!(last.iter().all(|a| a.status == 429));
    assert_eq!(
        client.get("/api/v1/me").await.status,
        200,
        "who is known goes on"
    );
}

#[tokio::test]
async fn a_body_of_unknown_or_repeated_names_is_answered_briefly() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.demo_account("client@demo.test").await;
    let path = api.spec.find("project.create").at(MARKET, "");
    let mut many = serde_json::Map::new();
    for n in 0..5_000 {
        many.insert(format!("name{n}"), json!(n));
    }
    let answer = api.post(&path, &Value::Object(many)).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.len() < 16_000, "{} bytes", answer.text.len());
    let twice = r#"{"email": "nobody@demo.test", "email": "client@demo.test", "password": "guildhall-demo-2026"}"#;
    let answer = testkit::api::client()
        .post(format!("{}/api/v1/auth/login", server.url))
        .header("content-type", "application/json")
        .body(twice)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 400);
}
