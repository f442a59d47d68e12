//! What a first visit costs, and what is kept: at most 150 KB a page as sent (fonts aside), files
//! for a year, large answers compressed and conditional.

use crate::BIN;
use serde_json::Value;
use std::collections::BTreeSet;
use testkit::{DEMO_PASSWORD, MARKET, Setup};

const MOST: usize = 150 * 1024;

#[tokio::test]
async fn a_first_visit_is_light() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let cookie = api.cookie("client@demo.test", DEMO_PASSWORD).await;
    let get = async |path: &str| {
        let answer = api
            .http
            .get(format!("{}{path}", server.url))
            .header("accept", "text/html, */*")
            .header("accept-encoding", "br, gzip")
            .header("cookie", &cookie)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        let headers = answer.headers().clone();
        let head = |name: &str| {
            headers
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or("")
                .to_owned()
        };
        let (coding, kept) = (head("content-encoding"), head("cache-control"));
        (answer.bytes().await.expect("bytes").len(), coding, kept)
    };
    let mut pages: Vec<String> = ["/", "/developers", "/account"].map(str::to_owned).to_vec();
    for page in [
        "",
        "/projects",
        "/projects/mine",
        "/projects/new",
        "/contracts",
        "/wallet",
        "/notifications",
        "/freelancers",
    ] {
        pages.push(format!("/w/{MARKET}{page}"));
    }
    for path in pages {
        let shown = api
            .page(&path, if path == "/login" { "" } else { &cookie })
            .await;
        if shown.status == 303 {
            continue;
        }
        let (mut sum, coding, _) = get(&path).await;
        assert!(
            matches!(coding.as_str(), "br" | "gzip"),
            "{path} is compressed: {coding}"
        );
        let files: BTreeSet<&str> = shown
            .text
            .split('"')
            .filter(|part| part.starts_with("/assets/") && !part.ends_with(".woff2"))
            .collect();
        assert!(files.len() >= 2, "{path} links its files");
        for file in files {
            let (size, coding, kept) = get(file).await;
            assert!(
                kept.contains("immutable") && kept.contains("max-age=31536000"),
                "{file}: {kept}"
            );
            assert!(
                coding == "br" || file.ends_with(".webp") || size < 400,
                "{file}: {coding}"
            );
            sum += size;
        }
        assert!(sum <= MOST, "{path} costs {sum} bytes");
    }
}

#[tokio::test]
async fn a_large_answer_is_conditional() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    let first = api.get("/api/v1/openapi.json").await;
    let tag = first.header("etag").to_owned();
    assert!(tag.len() > 4, "{tag}");
    let again = api
        .send(
            "GET",
            "/api/v1/openapi.json",
            &Value::Null,
            &[("if-none-match", &tag)],
        )
        .await;
    assert_eq!((again.status, again.text.len()), (304, 0));
    for (name, operation) in first.body["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(_, item)| item.as_object().into_iter().flatten())
    {
        let id = &operation["operationId"];
        for told in ["x-permission", "x-rate-class", "x-idempotency"] {
            assert!(operation[told].is_string(), "{name} {id} {told}");
        }
        for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
            if status.starts_with('4') || status.starts_with('5') {
                assert!(answer["x-codes"].is_array(), "{id} {status}");
            }
        }
        if let Some(content) = operation["requestBody"]["content"].get("application/json") {
            assert!(!content["example"].is_null(), "{id} has an example");
        }
    }
}
