//! The process: it starts, says how it is, stops in good order, comes back after a kill, and
//! refuses to run where it would not be safe.

use crate::BIN;
use serde_json::{Value, json};
use std::{
    io::Write,
    process::{Output, Stdio},
    time::Duration,
};
use testkit::{Server, Setup};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn status(url: &str) -> u16 {
    let answer = testkit::api::client()
        .get(url)
        .send()
        .await
        .expect("an answer");
    answer.status().as_u16()
}

#[tokio::test]
async fn it_starts_is_ready_and_stops_when_asked() {
    let mut server = Setup::of(BIN).private().start().await;
    for path in [
        "/health/live",
        "/health/ready",
        "/api/v1/openapi.json",
        "/login",
    ] {
        assert_eq!(
            status(&format!("{}{path}", server.url)).await,
            200,
            "{path}"
        );
    }
    let ended = server.terminate().await;
    assert!(ended.success(), "SIGTERM ends it with 0, not {ended}");
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}

#[tokio::test]
async fn killed_at_once_it_starts_again_with_what_it_knew() {
    let mut server = Setup::of(BIN).private().start().await;
    let api = server.api().await;
    api.advance(86_400).await;
    let before = api.now().await;
    for _ in 0..3 {
        server.kill_9();
        server.restart().await;
        assert_eq!(api.now().await, before, "the clock survives a kill");
    }
    server.check();
}

/// Runs `serve` to its end, which must come by itself.
async fn refusal(server: &Server) -> Output {
    let mut child = server
        .command(&["serve"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    for _ in 0..400 {
        if child.try_wait().expect("its status").is_some() {
            return child.wait_with_output().expect("what it said");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let _ = child.kill();
    panic!("serve runs although it should refuse");
}

fn production() -> Setup {
    Setup::of(BIN)
        .with("GUILDHALL_ENV", "production")
        .with("GUILDHALL_BASE_URL", "https://guildhall.example")
        .with(
            "GUILDHALL_SECRET_KEY",
            "4f1c0a5b7e2d93886a1b3c5d7e9f00112233445566778899aabbccddeeff0011",
        )
        .with("GUILDHALL_SMTP_URL", "smtp://127.0.0.1:9")
}

#[tokio::test]
async fn production_refuses_what_is_not_safe_and_names_it() {
    for (variable, value) in [
        ("GUILDHALL_SECRET_KEY", ""),
        ("GUILDHALL_SECRET_KEY", "short"),
        (
            "GUILDHALL_SECRET_KEY",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
        (
            "GUILDHALL_SECRET_KEY",
            "changeme-changeme-changeme-changeme-1234",
        ),
        ("GUILDHALL_PROVIDER_SECRET", "short"),
        ("GUILDHALL_BASE_URL", "http://guildhall.example"),
        ("GUILDHALL_SMTP_URL", ""),
        ("GUILDHALL_ARGON2_MEMORY_KIB", "1024"),
        ("GUILDHALL_ARGON2_PASSES", "1"),
        ("GUILDHALL_LISTEN", "nowhere"),
    ] {
        let mut setup = production().with(variable, value);
        if variable == "GUILDHALL_PROVIDER_SECRET" {
            setup = setup.with("GUILDHALL_PROVIDER_URL", "https://provider.example");
        }
        let server = setup.prepared().await;
        let output = refusal(&server).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{variable}={value} is refused");
        assert!(
            said.contains(variable),
            "{variable}={value} is named: {said}"
        );
        assert!(!said.contains("panicked"), "{variable}={value}: {said}");
    }
}

#[tokio::test]
async fn an_unset_environment_is_production() {
    let server = Setup::of(BIN).with("GUILDHALL_ENV", "").prepared().await;
    let output = refusal(&server).await;
    assert!(!output.status.success());
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("GUILDHALL_"),
        "it says what is missing"
    );
}

#[tokio::test]
async fn production_has_no_test_doors_and_waits_for_its_schema() {
    let mut server = production().private().prepared().await;
    server.launch();
    let ready = format!("{}/health/ready", server.url);
    let client = testkit::api::client();
    let host = "guildhall.example";
    let ask = |path: &str| {
        client
            .get(format!("{}{path}", server.url))
            .header("host", host)
            .send()
    };
    let mut unready = 0;
    for _ in 0..100 {
        unready = client
            .get(&ready)
            .send()
            .await
            .expect("an answer")
            .status()
            .as_u16();
        if unready == 503 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(unready, 503, "unready on an empty schema");
    let migrated = server.run(&["migrate"]);
    assert!(
        migrated.status.success(),
        "{}",
        String::from_utf8_lossy(&migrated.stderr)
    );
    let mut seen = 0;
    for _ in 0..200 {
        seen = client
            .get(&ready)
            .send()
            .await
            .expect("an answer")
            .status()
            .as_u16();
        if seen == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(seen, 200, "ready after guildhall migrate");
    assert_eq!(ask("/login").await.expect("an answer").status(), 200);
    for path in [
        "/dev/ui",
        "/dev/mail",
        "/test/clock",
        "/test/mail?to=a@b.test",
        "/test/provider",
        "/test/limits",
        "/test/settle",
    ] {
        assert_eq!(
            ask(path).await.expect("an answer").status(),
            404,
            "{path} is not there"
        );
        let posted = client
            .post(format!("{}{path}", server.url))
            .header("host", host)
            .json(&json!({"factor": 1000}))
            .send()
            .await;
        assert_eq!(
            posted.expect("an answer").status(),
            404,
            "{path} takes nothing"
        );
    }
    let demo = server.run(&["demo"]);
    assert!(
        !demo.status.success(),
        "the demo world is refused in production"
    );
    let misdirected = client
        .get(format!("{}/login", server.url))
        .header("host", "evil.example")
        .send()
        .await;
    assert_eq!(
        misdirected.expect("an answer").status(),
        421,
        "another host is not ours"
    );
    assert!(server.terminate().await.success());
}

#[tokio::test]
async fn a_database_belongs_to_its_environment() {
    let mut server = Setup::of(BIN).start().await;
    server.terminate().await;
    let output = server
        .command(&["serve"])
        .env("GUILDHALL_ENV", "development")
        .output()
        .expect("the program runs");
    assert!(
        !output.status.success(),
        "a database of the test environment is refused in development"
    );
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("environment"),
        "it says why"
    );
}

#[tokio::test]
async fn a_filled_installation_is_not_filled_again() {
    let server = Setup::of(BIN).demo().start().await;
    let again = server.run(&["demo"]);
    assert!(!again.status.success(), "the demo world is made once");
    server.check();
}

#[tokio::test]
async fn the_demo_world_is_made_beside_a_process_that_lives_today() {
    let server = Setup::of(BIN).start().await;
    let made = server.run(&["demo"]);
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{said}");
    server.check();
    // What began weeks ago took its course; nothing of it was cut short by today's clock.
    let client = server.demo_account("client@demo.test").await;
    let all = client.list("contract.list", "").await;
    let states: Vec<&str> = all.iter().filter_map(|c| c["state"].as_str()).collect();
    assert_eq!(states, ["accepted", "active", "active", "completed"]);
}

#[tokio::test]
async fn a_demo_world_that_was_cut_short_is_made_again() {
    let mut server = Setup::of(BIN).private().filling().prepared().await;
    server.launch();
    let begun = |server: &Server| {
        let log = std::fs::read_to_string(server.log_file()).unwrap_or_default();
        log.contains("contract.accept")
    };
    for _ in 0..600 {
        if begun(&server) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(begun(&server), "it is being filled: {}", server.log_tail());
    server.restart().await;
    let client = server.demo_account("client@demo.test").await;
    let all = client.list("contract.list", "").await;
    let states: Vec<&str> = all.iter().filter_map(|c| c["state"].as_str()).collect();
    assert_eq!(states, ["accepted", "active", "active", "completed"]);
    server.check();
    // A whole one stays as it is.
    server.restart().await;
    let client = client.at(&server.url);
    assert_eq!(client.list("contract.list", "").await.len(), all.len());
}

#[tokio::test]
async fn test_doors_answer_only_our_own_pages_on_loopback() {
    let server = Setup::of(BIN).start().await;
    let client = testkit::api::client();
    let url = format!("{}/test/clock", server.url);
    let rebound = client
        .get(&url)
        .header("host", "evil.example")
        .send()
        .await
        .expect("an answer")
        .status();
    assert!(
        matches!(rebound.as_u16(), 403 | 404 | 421),
        "a foreign host name gets {rebound}"
    );
    let before: Value = client
        .get(&url)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let foreign = client
        .post(&url)
        .header("origin", "https://evil.example")
        .json(&json!({"advance_seconds": 60}))
        .send()
        .await
        .expect("an answer")
        .status();
    assert!(
        matches!(foreign.as_u16(), 403 | 404),
        "a foreign origin gets {foreign}"
    );
    let after: Value = client
        .get(&url)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(before["now"], after["now"], "and moved nothing");
}

async fn raw(address: &str, request: &[u8]) -> String {
    let mut stream = tokio::net::TcpStream::connect(address)
        .await
        .expect("a connection");
    let _ = stream.write_all(request).await;
    let mut answer = vec![];
    let _ = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer)
        .lines()
        .next()
        .unwrap_or("")
        .to_owned()
}

#[tokio::test]
async fn malformed_and_oversized_requests_are_refused_and_harm_nobody() {
    let server = Setup::of(BIN).start().await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut long =
        format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n").into_bytes();
    for n in 0..400 {
        let _ = write!(long, "x-header-{n}: {}\r\n", "a".repeat(500));
    }
    long.extend_from_slice(b"\r\n");
    let line = raw(&address, &long).await;
    assert!(
        line.is_empty() || line.contains(" 431 ") || line.contains(" 400 "),
        "200 KB of headers: {line}"
    );
    for request in [
        "\0\0\0\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ] {
        let line = raw(&address, request.as_bytes()).await;
        assert!(
            !line.contains(" 200 ") && !line.contains(" 500 "),
            "{request:?}: {line}"
        );
    }
    let api = server.api().await;
    let big = json!({"email": "a".repeat(2_000_000), "password": "x"});
    let answer = api.try_send("POST", "/api/v1/auth/login", &big, &[]).await;
    assert!(
        answer.is_err() || answer.is_ok_and(|a| a.status == 413),
        "2 MB of JSON"
    );
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let fresh = testkit::api::client();
    let answer = fresh
        .post(format!("{}/api/v1/auth/login", server.url))
        .header("content-type", "application/json")
        .body(deep)
        .send()
        .await;
    assert_eq!(answer.expect("an answer").status(), 400, "deep JSON");
    assert_eq!(
        status(&format!("{}/health/ready", server.url)).await,
        200,
        "it still works"
    );
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}
