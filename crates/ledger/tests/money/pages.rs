//! The same money as pages, API and events show and take it.

use crate::world::{SECRET, World, token};
use base::Instant;
use ledger::{payout, provider};
use serde_json::{Value, json};
use tower::ServiceExt;
use ui::text::Locale;
use uuid::Uuid;

async fn send(
    world: &World,
    request: http::request::Builder,
    body: String,
) -> (u16, http::HeaderMap, String) {
    let request = request
        .header("host", "127.0.0.1:8080")
        .body(axum::body::Body::from(body))
        .expect("a request");
    let answer = world
        .router
        .clone()
        .oneshot(request)
        .await
        .expect("an answer");
    let (parts, body) = answer.into_parts();
    let bytes = kernel::extract::collect(body, 1 << 20)
        .await
        .expect("a body");
    (
        parts.status.as_u16(),
        parts.headers,
        String::from_utf8_lossy(&bytes).into_owned(),
    )
}

fn as_member(method: &str, path: &str, id: Uuid, locale: Locale) -> http::request::Builder {
    let cookie = format!("{}={}", kernel::edge::COOKIE, token(id, locale));
    let uri = if path.starts_with("/w/") || path.starts_with("/api/") {
        path.to_owned()
    } else {
        format!("/w/atelier{path}")
    };
    http::Request::builder()
        .method(method)
        .uri(uri)
        .header("cookie", cookie)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
}

/// Every page in both languages, for the payer and for the payee; every list of the API.
pub async fn pages(world: &World) {
    let query = payout::PayoutQuery {
        state: None,
        paging: kernel::list::Paging::first(50),
    };
    let payouts = payout::list(&world.member(world.payee).await, &query)
        .await
        .expect("payouts")
        .rows;
    let mut paths: Vec<(Uuid, String)> = vec![];
    for path in [
        "/wallet",
        "/wallet/statement",
        "/wallet/statement?account=pending&currency=USD",
        "/payouts",
        "/payouts?state=paid",
        "/payouts/new",
        "/payment-methods",
        "/destinations",
        "/ledger",
    ] {
        paths.extend([
            (world.payer, path.to_owned()),
            (world.payee, path.to_owned()),
        ]);
    }
    paths.extend(
        payouts
            .iter()
            .map(|p| (world.payee, format!("/payouts/{}", p.id))),
    );
    let mut tx = world
        .kernel
        .db
        .begin_system(None)
        .await
        .expect("a transaction");
    let payments = sqlx::query_scalar!("select id from ledger.payment")
        .fetch_all(&mut *tx)
        .await
        .expect("payments");
    let method = sqlx::query_scalar!("select id from ledger.payment_method limit 1")
        .fetch_one(&mut *tx)
        .await
        .expect("a method");
    let bank = sqlx::query_scalar!("select id from ledger.destination limit 1")
        .fetch_one(&mut *tx)
        .await
        .expect("an account");
    tx.commit().await.expect("a commit");
    paths.extend(
        payments
            .iter()
            .map(|id| (world.payer, format!("/payments/{id}"))),
    );
    paths.push((world.payer, format!("/payment-methods/{method}/removal")));
    paths.push((world.payee, format!("/destinations/{bank}/removal")));
    for (member, path) in &paths {
        for locale in Locale::ALL {
            let (status, _, text) = send(
                world,
                as_member("GET", path, *member, locale),
                String::new(),
            )
            .await;
            assert_eq!(status, 200, "{path}: {text}");
            for key in ["ledger-", "error-", " style="] {
                let at = text
                    .find(key)
                    .map(|at| text[at..].chars().take(60).collect::<String>());
                assert_eq!(at, None, "{path} in {}", locale.code());
            }
        }
    }
    for path in [
        "wallet",
        "wallet/statement?limit=2",
        "payouts?limit=1",
        "payment-methods",
        "destinations",
        "ledger",
    ] {
        let path = format!("/api/v1/w/atelier/{path}");
        let (status, _, text) = send(
            world,
            as_member("GET", &path, world.payee, Locale::En),
            String::new(),
        )
        .await;
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        assert!(
            status == 200 && !answer["data"].is_null(),
            "{path}: {status} {text}"
        );
        if let Some(cursor) = answer["page"]["next_cursor"].as_str() {
            let next = format!("{path}&cursor={cursor}");
            let (status, _, text) = send(
                world,
                as_member("GET", &next, world.payee, Locale::En),
                String::new(),
            )
            .await;
            let second: Value = serde_json::from_str(&text).unwrap_or_default();
            assert_eq!(status, 200, "{text}");
            let back = second["page"]["prev_cursor"].as_str().expect("a way back");
            let (_, _, text) = send(
                world,
                as_member(
                    "GET",
                    &format!("{path}&cursor={back}"),
                    world.payee,
                    Locale::En,
                ),
                String::new(),
            )
            .await;
            let first: Value = serde_json::from_str(&text).unwrap_or_default();
            assert_eq!(first["data"], answer["data"]);
        }
    }
    let form = |amount: &str| format!("amount={amount}&destination_id={bank}");
    let decide = |locale| {
        as_member("POST", "/payouts/decision", world.payee, locale)
            .header("content-type", "application/x-www-form-urlencoded")
    };
    assert_eq!(send(world, decide(Locale::Ar), form("20.00")).await.0, 200);
    assert_eq!(send(world, decide(Locale::En), form("1.00")).await.0, 422);
    assert_eq!(
        send(world, decide(Locale::En), form("9000.00")).await.0,
        409
    );

    // The hosted field and back: only the session that went may return, and only to our own pages.
    let go = as_member(
        "GET",
        "/payment-methods/new?next=/w/atelier/wallet",
        world.payee,
        Locale::En,
    );
    let (status, headers, _) = send(world, go, String::new()).await;
    let to = headers["location"].to_str().expect("an address").to_owned();
    assert!(
        status == 303 && to.starts_with(&format!("{}/fields?return_to=", world.url)),
        "{to}"
    );
    let return_to = reqwest::Url::parse(&to).expect("an address");
    let return_to = return_to
        .query_pairs()
        .find(|(n, _)| n == "return_to")
        .expect("a way back")
        .1
        .into_owned();
    let back = return_to
        .strip_prefix("http://127.0.0.1:8080")
        .expect("our own origin")
        .to_owned();
    let made = world
        .ask(
            "/v1/payment_methods",
            json!({"number": "4242424242424242", "exp_month": 1, "exp_year": 2041, "cvc": "123"}),
        )
        .await;
    let body = format!("provider_token={}", made["id"].as_str().expect("a token"));
    let post = |id| {
        let cookie = format!("{}={}", kernel::edge::COOKIE, token(id, Locale::En));
        http::Request::builder()
            .method("POST")
            .uri(&back)
            .header("cookie", cookie)
            .header("origin", &world.url)
            .header("sec-fetch-site", "same-site")
            .header("content-type", "application/x-www-form-urlencoded")
    };
    assert_eq!(
        send(world, post(world.payer), body.clone()).await.0,
        404,
        "another session"
    );
    let (status, headers, text) = send(world, post(world.payee), body).await;
    assert_eq!(
        (
            status,
            headers.get("location").and_then(|l| l.to_str().ok())
        ),
        (303, Some("/w/atelier/wallet")),
        "{text}"
    );
}

/// Events come signed, stored before they are answered, once each; an unknown one is kept.
pub async fn events(world: &World) {
    let body = json!({"id": "evt_unknown", "seq": 1, "type": "payment.succeeded", "data": {"object": "payment", "reference": base::id::new()}}).to_string();
    let now = base::instant::wall().unix_seconds();
    for (at, secret, expected) in [
        (now, SECRET, 200),
        (now, SECRET, 200),
        (now - 600, SECRET, 400),
        (now, "other", 400),
    ] {
        let request = http::Request::builder()
            .method("POST")
            .uri("/api/v1/provider/events")
            .header("content-type", "application/json")
            .header(
                "guildhall-signature",
                simulator::sign(secret, at, body.as_bytes()),
            );
        let (status, _, text) = send(world, request, body.clone()).await;
        assert_eq!(status, expected, "{text}");
    }
    let stored = || async {
        let mut tx = world
            .kernel
            .db
            .begin_system(None)
            .await
            .expect("a transaction");
        let rows = sqlx::query!(
            r#"select processed_at as "at: Instant", last_error from ledger.provider_event where id = 'evt_unknown'"#
        );
        let rows = rows.fetch_all(&mut *tx).await.expect("events");
        tx.commit().await.expect("a commit");
        rows
    };
    provider::poll(&world.kernel).await.expect("a poll");
    let rows = stored().await;
    assert!(
        rows.len() == 1 && rows[0].at.is_some() && rows[0].last_error.is_some(),
        "kept for review"
    );
}
