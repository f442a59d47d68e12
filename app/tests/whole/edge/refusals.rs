//! How refusals are told: one form everywhere, one id, the reader's language, nothing of our
//! inside.

use crate::BIN;
use serde_json::{Value, json};
use testkit::{Answer, MARKET, Setup};

/// What every problem holds, and nothing it may not.
fn sound(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status, answer.code()),
        (status, code),
        "{}: {}",
        answer.asked,
        answer.text
    );
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{}",
        answer.asked
    );
    let body = &answer.body;
    for name in ["type", "title", "detail", "request_id", "timestamp"] {
        assert!(
            body[name].as_str().is_some_and(|t| !t.is_empty()),
            "{name} in {}",
            answer.text
        );
    }
    assert_eq!(body["status"], status);
    assert_eq!(body["request_id"], answer.header("x-request-id"));
    assert_eq!(
        body["retryable"],
        matches!(status, 429 | 503 | 504),
        "{}",
        answer.text
    );
    assert!(answer.text.len() < 16_000);
    let lower = answer.text.to_lowercase();
    for word in [
        "panicked", "sqlx", "select ", "src/", ".rs:", "postgres", "serde", "axum",
    ] {
        assert!(!lower.contains(word), "{word} in {}", answer.text);
    }
}

#[tokio::test]
async fn each_refusal_is_a_problem_on_each_group_of_routes() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let client = server.demo_account("client@demo.test").await;
    let freelancer = server.demo_account("freelancer@demo.test").await;
    let key = ("idempotency-key", "1");
    for path in ["/api/v1/nothing", "/api/v2/me", "/api/me"] {
        sound(&client.get(path).await, 404, "not_found");
    }
    let mut groups = 0;
    for operation in client
        .spec
        .operations
        .iter()
        .filter(|o| o.method != "GET" && o.body.is_some() && !o.is_upload())
    {
        if operation.permission() == "public" || operation.needs_version() {
            continue;
        }
        groups += 1;
        let path = operation.at(MARKET, "01a1fa64-b84e-71aa-9d61-ca29e662c131");
        let send = async |api: &testkit::Api, kind: &str, text: &'static [u8]| {
            let mut request = api
                .http
                .request(
                    operation.method.parse().expect("a method"),
                    format!("{}{path}", api.url),
                )
                .header("content-type", kind)
                .header(key.0, key.1)
                .body(text);
            if let Some(token) = &api.token {
                request = request.bearer_auth(token);
            }
            let answer = request.send().await.expect("an answer");
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            let text = answer.text().await.expect("text");
            Answer {
                status,
                headers,
                body: serde_json::from_str(&text).unwrap_or_default(),
                text,
                asked: path.clone(),
            }
        };
        sound(
            &send(&api, "application/json", b"{}").await,
            401,
            "unauthenticated",
        );
        for (kind, text, status, code) in [
            ("application/json", &b"{"[..], 400, "malformed"),
            ("application/json", b"{\"a\": \"\xff\"}", 400, "malformed"),
            ("text/plain", b"hello", 415, "unsupported_media_type"),
            (
                "application/json",
                b"{\"nobody_knows_this\": 1}",
                422,
                "invalid",
            ),
        ] {
            let answer = send(&client, kind, text).await;
            if answer.status == 403 {
                sound(&answer, 403, "forbidden");
            } else if answer.status != 404 {
                sound(&answer, status, code);
            }
        }
        let wrong = client.send("PUT", &path, &json!({}), &[]).await;
        if wrong.status == 405 {
            sound(&wrong, 405, "method_not_allowed");
            assert!(
                wrong.header("allow").contains(&operation.method),
                "{:?}",
                wrong.headers
            );
        }
    }
    assert!(groups > 20, "{groups}");
    sound(
        &freelancer.call("project.create", "", json!({})).await,
        403,
        "forbidden",
    );
    let path = client.spec.find("payout.request").at(MARKET, "");
    sound(
        &freelancer.send("POST", &path, &json!({}), &[]).await,
        400,
        "idempotency_key_required",
    );
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}

#[tokio::test]
async fn one_id_and_one_language_through_an_answer() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    let ask =
        async |headers: &[(&str, &str)]| api.send("GET", "/api/v1/me", &Value::Null, headers).await;
    for (sent, kept) in [
        ("0192f3a4-5b6c-7d8e-9f01-23456789abcd", true),
        ("well-formed-1", true),
        ("short", false),
        ("white space", false),
        ("<script>alert(1)</script>", false),
    ] {
        let answer = ask(&[("x-request-id", sent)]).await;
        assert_eq!(answer.header("x-request-id") == sent, kept, "{sent}");
        assert_eq!(answer.body["request_id"], answer.header("x-request-id"));
    }
    let arabic = ask(&[("accept-language", "ar")]).await;
    assert!(
        arabic.body["detail"]
            .as_str()
            .is_some_and(|t| t.chars().any(|c| ('ا'..='ي').contains(&c))),
        "{}",
        arabic.text
    );
    let odd = ask(&[("accept-language", "en;q=9999999, ar")]).await;
    assert_eq!(odd.status, 401, "an answer all the same: {}", odd.text);
    let page = api.page("/nothing-here", "").await;
    assert_eq!(page.status, 404);
    assert!(
        page.text.contains(page.header("x-request-id"))
            && page.header("content-type").starts_with("text/html")
    );
}

#[tokio::test]
async fn numbers_are_numbers_and_text_is_cleaned() {
    let server = Setup::of(BIN).demo().start().await;
    let client = server.demo_account("client@demo.test").await;
    let path = client.spec.find("project.create").at(MARKET, "");
    let wrong = client.spec.body_with(
        "project.create",
        json!({"duration_days": "5", "title": "a\u{0}b", "skills": "rust"}),
    );
    let answer = client.post(&path, &wrong).await;
    assert_eq!(answer.status, 422);
    let pointers = answer.pointers();
    for pointer in ["/duration_days", "/title", "/skills"] {
        assert!(pointers.contains(&pointer), "all at once: {}", answer.text);
    }
    assert_eq!(
        client.get(&format!("{path}?limit=5")).await.status,
        200,
        "in a query a number is text"
    );
    assert_eq!(client.get(&format!("{path}?q=%ff")).await.status, 400);
    assert_eq!(client.get(&format!("{path}?q=%00")).await.status, 422);
    let body = client.spec.body_with(
        "project.create",
        json!({"title": "  Ana\u{200B} \u{202E} x  e\u{301} "}),
    );
    let made = client.post(&path, &body).await.ok();
    assert_eq!(made["title"], "Ana x é");
    // Both ends of a range are named.
    let usd = |minor: i64| json!({"amount_minor": minor, "currency": "USD"});
    let body = client.spec.body_with(
        "project.create",
        json!({"budget_min": usd(500), "budget_max": usd(100)}),
    );
    let answer = client.post(&path, &body).await;
    assert_eq!(
        answer.pointers(),
        ["/budget_min", "/budget_max"],
        "{}",
        answer.text
    );
    // Also against what is stored.
    let id = made["id"].as_str().unwrap_or("");
    let max = made["budget_max"]["amount_minor"].as_i64().unwrap_or(0);
    let answer = client
        .call("project.update", id, json!({"budget_min": usd(max + 1)}))
        .await;
    assert_eq!(
        (answer.status, answer.pointers().is_empty()),
        (422, false),
        "{}",
        answer.text
    );
}
