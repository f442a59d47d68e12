//! Other origins and other hosts.

use crate::BIN;
use serde_json::Value;
use testkit::{MARKET, Setup};

#[tokio::test]
async fn only_named_origins_may_call_letter_for_letter() {
    let server = Setup::of(BIN)
        .demo()
        .with(
            "GUILDHALL_ALLOWED_ORIGINS",
            "https://allowed.test, http://localhost:3000",
        )
        .start()
        .await;
    let api = server.demo_account("client@demo.test").await;
    let path = api.spec.find("wallet.show").at(MARKET, "");
    for (origin, may) in [
        ("https://allowed.test", true),
        ("http://localhost:3000", true),
        ("https://allowed.test.evil.test", false),
        ("https://sub.allowed.test", false),
        ("https://allowed.test:8443", false),
        ("http://allowed.test", false),
        ("HTTPS://ALLOWED.TEST", false),
        ("null", false),
    ] {
        let asked = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            (
                "access-control-request-headers",
                "authorization,content-type",
            ),
        ];
        let before = api.send("OPTIONS", &path, &Value::Null, &asked).await;
        let answer = api.send("GET", &path, &Value::Null, &asked[..1]).await;
        assert_eq!(answer.status, 200);
        for told in [&before, &answer] {
            let expected = if may { origin } else { "" };
            assert_eq!(
                told.header("access-control-allow-origin"),
                expected,
                "{origin}"
            );
            assert_eq!(told.header("access-control-allow-credentials"), "");
            let vary: Vec<_> = told
                .headers
                .get_all("vary")
                .iter()
                .filter_map(|v| v.to_str().ok())
                .collect();
            assert!(vary.join(",").contains("origin"), "{origin}: {vary:?}");
        }
        assert_eq!(
            before
                .header("access-control-allow-methods")
                .contains("PATCH"),
            may,
            "{origin}"
        );
    }
    // Pages are never read by others.
    let page = api
        .send(
            "GET",
            "/login",
            &Value::Null,
            &[("origin", "https://allowed.test")],
        )
        .await;
    assert_eq!(page.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn a_loose_origin_ends_the_start() {
    let prepared = Setup::of(BIN).start().await;
    for odd in [
        "*",
        "null",
        "https://*.example.org",
        "allowed.test",
        "https://a/path",
    ] {
        let output = prepared
            .command(&["serve"])
            .env("GUILDHALL_ALLOWED_ORIGINS", odd)
            .output()
            .expect("it ran");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && told.contains("GUILDHALL_ALLOWED_ORIGINS"),
            "{odd}: {told}"
        );
    }
}

#[tokio::test]
async fn other_hosts_lead_home_in_one_step() {
    let server = Setup::of(BIN)
        .demo()
        .with(
            "GUILDHALL_OTHER_HOSTS",
            "old.example.org, old.example.org:8443",
        )
        .start()
        .await;
    let api = server.api().await;
    let home = server.url.trim_start_matches("http://");
    let www = format!("www.{home}");
    for path in [
        "/",
        "/w/atelier/projects?q=a%20b&sort=newest",
        "/api/v1/openapi.json",
    ] {
        for host in ["old.example.org", "OLD.example.org:8443", www.as_str()] {
            let answer = api.send("GET", path, &Value::Null, &[("host", host)]).await;
            assert_eq!(answer.status, 301, "{host}{path}: {}", answer.text);
            assert_eq!(answer.header("location"), format!("{}{path}", server.url));
        }
        for host in [
            "evil.example.org",
            "old.example.org.evil.test",
            "www.old.example.org",
        ] {
            let answer = api.send("GET", path, &Value::Null, &[("host", host)]).await;
            assert_eq!(answer.status, 421, "{host}{path}");
        }
        let answer = api.send("GET", path, &Value::Null, &[("host", home)]).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    let posted = api
        .send(
            "POST",
            "/login",
            &Value::Null,
            &[("host", "old.example.org")],
        )
        .await;
    assert_eq!(posted.status, 308, "a posting keeps its method");
    let alive = api
        .send("GET", "/health/live", &Value::Null, &[("host", "10.0.0.7")])
        .await;
    assert_eq!(alive.status, 200, "whoever probes");
}
