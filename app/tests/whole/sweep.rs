//! Sweeps over every route there is, made from the served document and the program's own table, so
//! that a later route is covered the day it is written.

mod bodies;
mod budgets;
mod foreign;
mod people;

use crate::BIN;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use testkit::{Api, DEMO_PASSWORD, MARKET, Server, Setup};

/// A route of the program's own table.
#[derive(Clone, Debug)]
struct Row {
    page: bool,
    method: String,
    path: String,
    operation: String,
    access: String,
    rate: String,
}

impl Row {
    /// Its path with the market's workspace and an id that names nothing.
    fn at(&self, workspace: &str, id: &str) -> String {
        let parts = self.path.split('/').map(|part| match part {
            "{workspace}" => workspace,
            part if part.starts_with('{') => id,
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    }
    fn in_workspace(&self) -> bool {
        self.path.contains("{workspace}")
    }
    fn has_id(&self) -> bool {
        self.path
            .split('/')
            .any(|p| p.starts_with('{') && p != "{workspace}")
    }
    fn is_unsafe(&self) -> bool {
        self.method != "GET"
    }
}

/// Every route, as `guildhall routes --json` prints it.
fn table(server: &Server) -> Vec<Row> {
    let output = server.run(&["routes", "--json"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let all: Vec<Value> = serde_json::from_slice(&output.stdout).expect("the table is JSON");
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let rows: Vec<Row> = all
        .iter()
        .map(|row| Row {
            page: text(row, "kind") == "page",
            method: text(row, "method"),
            path: text(row, "path"),
            operation: text(row, "operation"),
            access: text(row, "access"),
            rate: text(row, "rate"),
        })
        .collect();
    assert!(
        rows.len() > 60,
        "a whole product has more than {} routes",
        rows.len()
    );
    rows
}

/// A demo world with limits out of the way.
async fn world() -> (Server, Api) {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    (server, api)
}

/// A signed-in account, by token and by cookie.
struct Actor {
    api: Api,
    cookie: String,
}

async fn actor(server: &Server, email: &str) -> Actor {
    let api = server.demo_account(email).await;
    let cookie = server.api().await.cookie(email, DEMO_PASSWORD).await;
    Actor { api, cookie }
}

/// What anyone may ask without an account. This list may only shrink.
const PUBLIC: [&str; 38] = [
    "api GET category.list",
    "api GET freelancer.list",
    "api GET freelancer.show",
    "api GET project.list",
    "api GET project.show",
    "api POST auth.forgot",
    "api POST auth.login",
    "api POST auth.register",
    "api POST auth.reset",
    "api POST auth.unlock",
    "api POST auth.verify",
    "api POST provider_event.receive",
    "api POST workspace.found",
    "page GET auth.forgot",
    "page GET auth.login",
    "page GET auth.register",
    "page GET freelancer.list",
    "page GET freelancer.show",
    "page GET home.show",
    "page GET invitation.accept",
    "page GET link.show",
    "page GET notification.unsubscribe",
    "page GET openapi.read",
    "page GET openapi.show",
    "page GET project.list",
    "page GET project.show",
    "page GET terms.show",
    "page GET workspace.found",
    "page POST account.preferences",
    "page POST auth.forgot",
    "page POST auth.login",
    "page POST auth.logout",
    "page POST auth.register",
    "page POST auth.sign_out",
    "page POST invitation.register",
    "page POST link.use",
    "page POST notification.unsubscribe",
    "page POST workspace.found",
];

#[tokio::test]
async fn what_is_public_is_named_here() {
    let (server, _) = world().await;
    let found: BTreeSet<String> = table(&server)
        .iter()
        .filter(|r| r.access == "public")
        .map(|r| {
            format!(
                "{} {} {}",
                if r.page { "page" } else { "api" },
                r.method,
                r.operation
            )
        })
        .collect();
    let known: BTreeSet<String> = PUBLIC.iter().map(|p| (*p).to_owned()).collect();
    let strangers: Vec<_> = found.difference(&known).collect();
    assert!(
        strangers.is_empty(),
        "public routes that are not in the list: {strangers:#?}"
    );
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "take these off the list: {gone:#?}");
}

#[tokio::test]
async fn the_table_and_the_document_agree() {
    let (server, api) = world().await;
    let table: BTreeMap<String, Row> = table(&server)
        .into_iter()
        .filter(|r| !r.page)
        .map(|r| (r.operation.clone(), r))
        .collect();
    let document: BTreeSet<&str> = api.spec.operations.iter().map(|o| o.id.as_str()).collect();
    assert_eq!(
        document,
        table.keys().map(String::as_str).collect::<BTreeSet<_>>()
    );
    for operation in &api.spec.operations {
        let row = &table[&operation.id];
        assert_eq!(
            (&operation.method, &operation.path),
            (&row.method, &row.path),
            "{}",
            operation.id
        );
        assert_eq!(operation.permission(), row.access, "{}", operation.id);
        assert!(
            operation.id.split('.').count() == 2,
            "{} is noun.verb",
            operation.id
        );
        let body = operation.raw.get("requestBody").is_some();
        assert!(
            operation.method == "GET"
                || body
                || operation.idempotency() != "none"
                || operation.method == "DELETE"
                || operation.permission() != "",
            "{} declares what it takes",
            operation.id
        );
    }
    for name in [
        "project.create",
        "project.update",
        "project.publish",
        "project.cancel",
        "project.list",
        "project.show",
        "proposal.submit",
        "proposal.withdraw",
        "proposal.list",
        "proposal.shortlist",
        "offer.send",
        "offer.accept",
        "offer.decline",
        "contract.show",
        "payment_method.attach",
        "milestone.fund",
        "delivery.submit",
        "delivery.request_changes",
        "delivery.approve",
        "wallet.show",
        "wallet.statement",
        "payout.request",
        "payout.show",
        "contract.sign_off",
        "review.submit",
        "notification.list",
    ] {
        assert!(document.contains(name), "{name} is part of the product");
    }
}

#[tokio::test]
async fn pages_carry_their_headers_and_cookies_their_attributes() {
    let (server, api) = world().await;
    let client = actor(&server, "client@demo.test").await;
    let mut seen = 0;
    for row in table(&server)
        .iter()
        .filter(|r| r.page && !r.is_unsafe() && !r.has_id())
    {
        let path = row.at(MARKET, "");
        for cookie in ["", client.cookie.as_str()] {
            if path.ends_with("/events") || path == "/events" {
                continue; // an open stream
            }
            let answer = api.page(&path, cookie).await;
            assert!(
                answer.status < 500,
                "{path}: {} {}",
                answer.status,
                answer.text
            );
            seen += 1;
            let csp = answer.header("content-security-policy");
            assert!(
                csp.contains("default-src 'none'")
                    && csp.contains("frame-ancestors 'none'")
                    && csp.contains("base-uri 'none'"),
                "{path}: {csp}"
            );
            assert!(
                !csp.contains("unsafe-") && !csp.contains(" *"),
                "{path}: {csp}"
            );
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("cross-origin-opener-policy", "same-origin"),
            ] {
                assert_eq!(answer.header(name), value, "{path} {name}");
            }
            for name in [
                "referrer-policy",
                "permissions-policy",
                "strict-transport-security",
                "x-request-id",
            ] {
                assert!(!answer.header(name).is_empty(), "{path} has no {name}");
            }
            // The description of the API is the same for everyone, and asked for again by its tag.
            assert!(
                answer.header("cache-control").contains("no-store")
                    || path == "/api/v1/openapi.json" && !answer.header("etag").is_empty(),
                "{path} is not kept by caches"
            );
            assert!(
                answer.header("server").is_empty() && answer.header("x-powered-by").is_empty(),
                "{path} does not say what it runs on"
            );
            if answer.header("content-type").starts_with("text/html") {
                inside(&path, &answer.text);
            }
            for cookie in answer.headers.get_all("set-cookie") {
                attributes(cookie.to_str().unwrap_or(""));
            }
        }
    }
    assert!(seen > 20, "only {seen} pages");
    let signed_in = api
        .form(
            "/login",
            &[("email", "client@demo.test"), ("password", DEMO_PASSWORD)],
            "",
        )
        .await;
    let cookies: Vec<_> = signed_in
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|c| c.to_str().ok())
        .collect();
    let session = cookies
        .iter()
        .find(|c| c.starts_with("__Host-guildhall="))
        .expect("a session");
    assert!(
        session.contains("HttpOnly") && session.contains("Path=/") && !session.contains("Domain"),
        "{session}"
    );
    for cookie in cookies {
        attributes(cookie);
    }
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}

/// Nothing on a page may need what the policy forbids, nor lead to a stranger's host.
fn inside(path: &str, html: &str) {
    let lower = html.to_lowercase();
    for bad in [
        " style=\"",
        "<style",
        " onclick=",
        " onload=",
        "javascript:",
        " hx-on",
    ] {
        assert!(!lower.contains(bad), "{path} has {bad}");
    }
    for script in lower.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or("");
        assert!(
            tag.contains("src=\"/assets/")
                || tag.contains("application/json")
                || tag.contains("importmap"),
            "{path}: <script{tag}>"
        );
    }
    assert!(lower.starts_with("<!doctype html>"), "{path}");
    assert!(
        lower.contains("<html lang=") && lower.contains("dir=\"") && lower.contains("<title>"),
        "{path} says its language, direction and title"
    );
}

fn attributes(cookie: &str) {
    let lower = cookie.to_lowercase();
    assert!(
        lower.contains("samesite=lax") || lower.contains("samesite=strict"),
        "{cookie}"
    );
    assert!(lower.contains("; secure"), "{cookie}");
}
