use reqwest::Method;
use serde_json::json;

use crate::support::{GOOD, Provider, SECRET, payment, text, uuid};

#[tokio::test]
async fn a_payment_is_made_once_per_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let card = provider.card(GOOD).await;
    let body = payment(&card, 10_000);
    let key = uuid();
    let post = |key: Option<String>, body| {
        let provider = &provider;
        async move {
            provider
                .call(Method::POST, "/v1/payments", key.as_deref(), Some(body))
                .await
        }
    };

    let (twins, other) = tokio::join!(
        post(Some(key.clone()), body.clone()),
        post(Some(key.clone()), body.clone())
    );
    assert_eq!(twins, other);
    assert_eq!(twins.0, 200);
    assert_eq!(twins.1["status"], "succeeded");
    assert_eq!(twins.1["fee_minor"], 320);
    assert_eq!(twins.1["net_minor"], 9_680);

    let mut changed = body.clone();
    changed["amount_minor"] = json!(10_001);
    let (status, answer) = post(Some(key.clone()), changed).await;
    assert_eq!(
        (status, text(&answer, "/error/code")),
        (409, "idempotency_conflict".into())
    );
    let (status, answer) = post(None, body.clone()).await;
    assert_eq!(
        (status, text(&answer, "/error/code")),
        (400, "idempotency_key_required".into())
    );

    let path = format!("/v1/payments?reference={}", text(&body, "/reference"));
    let found = provider.get(&path).await;
    assert_eq!(found["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["has_more"], false);
    assert_eq!(provider.flush().await["pending"], 0);
    assert_eq!(provider.inbox.types(), ["payment.succeeded"]);
    let balance = provider.get("/v1/balance").await;
    assert_eq!(
        balance["data"],
        json!([{"currency": "USD", "amount_minor": 9_680}])
    );
    provider.stop().await;
}

#[tokio::test]
async fn cards_and_wishes_decide_the_outcome() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let good = provider.card(GOOD).await;
    for (number, status, code) in [
        ("4000000000000002", "failed", json!("card_declined")),
        ("4000000000009995", "failed", json!("insufficient_funds")),
        ("4000000000000077", "processing", json!(null)),
        ("4000002500003155", "requires_action", json!(null)),
        ("4000000000000259", "succeeded", json!(null)),
    ] {
        let card = provider.card(number).await;
        let paid = provider.pay(&card, 500).await;
        assert_eq!(paid["status"], status, "{number}");
        assert_eq!(paid["failure_code"], code, "{number}");
    }
    provider
        .post("/control/next", json!({"next": "decline", "count": 2}))
        .await;
    provider.next("action_required").await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(text(&provider.pay(&good, 500).await, "/status"));
    }
    assert_eq!(seen, ["failed", "failed", "requires_action", "succeeded"]);

    // The late one is captured 20 minutes later, the unanswered ones expire after a day.
    provider.clock("2030-01-01T00:00:00Z").await;
    provider.flush().await;
    let mut types = provider.inbox.types();
    types.sort();
    assert_eq!(
        types
            .iter()
            .filter(|kind| *kind == "payment.succeeded")
            .count(),
        3
    );
    assert_eq!(
        types
            .iter()
            .filter(|kind| *kind == "payment.failed")
            .count(),
        6
    );
    provider.stop().await;
}

#[tokio::test]
async fn malformed_payments_are_named_and_make_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let card = provider.card(GOOD).await;
    let good = payment(&card, 500);
    for (field, value, code) in [
        ("reference", json!("x"), "reference_invalid"),
        ("payment_method", json!("pm_none"), "payment_method_unknown"),
        ("amount_minor", json!(0), "amount_too_small"),
        ("amount_minor", json!(-5), "amount_too_small"),
        ("amount_minor", json!(i64::MAX), "amount_too_large"),
        ("amount_minor", json!("5"), "invalid_body"),
        ("amount_minor", json!(5.5), "invalid_body"),
        ("currency", json!("usd"), "currency_invalid"),
        ("currency", json!("ZZZ"), "currency_invalid"),
        (
            "return_url",
            json!("https://evil.example/"),
            "return_url_refused",
        ),
        ("locale", json!("fr"), "locale_invalid"),
        ("surprise", json!(1), "invalid_body"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let refused = provider.refused("/v1/payments", body).await;
        assert_eq!(refused, (422, code.into()), "{field}");
    }
    let huge = "x".repeat(70_000);
    let mut body = good.clone();
    body["description"] = json!(huge);
    assert_eq!(
        provider.refused("/v1/payments", body).await,
        (413, "too_large".into())
    );

    let address = format!("{}/v1/payments", provider.url);
    for bearer in ["", "wrong", "a-shared-secreT"] {
        let answer = provider
            .http
            .post(&address)
            .bearer_auth(bearer)
            .json(&good)
            .send()
            .await;
        assert_eq!(answer.expect("an answer").status(), 401);
    }
    let (status, _) = provider
        .call(Method::GET, "/v1/payments/pay_none", None, None)
        .await;
    assert_eq!(status, 404);
    let (status, _) = provider
        .call(Method::GET, "/v1/payments/%ff", None, None)
        .await;
    assert_eq!(status, 404);
    let (status, _) = provider.call(Method::PUT, "/v1/payments", None, None).await;
    assert_eq!(status, 405);
    assert_eq!(provider.get("/v1/events").await["data"], json!([]));
    provider.stop().await;
}

#[tokio::test]
async fn a_method_belongs_to_one_customer_and_can_be_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let card = provider.card(GOOD).await;
    let attach = format!("/v1/payment_methods/{card}/attach");
    for _ in 0..2 {
        let method = provider.post(&attach, json!({"customer": "ann"})).await;
        assert_eq!(method["customer"], "ann");
    }
    let refused = provider.refused(&attach, json!({"customer": "bob"})).await;
    assert_eq!(refused, (409, "already_attached".into()));
    let mut body = payment(&card, 500);
    body["customer"] = json!("bob");
    let refused = provider.refused("/v1/payments", body.clone()).await;
    assert_eq!(refused, (409, "wrong_customer".into()));
    body["customer"] = json!("ann");
    assert_eq!(
        provider.post("/v1/payments", body.clone()).await["status"],
        "succeeded"
    );
    provider
        .post(&format!("/v1/payment_methods/{card}/detach"), json!({}))
        .await;
    let refused = provider.refused("/v1/payments", body).await;
    assert_eq!(refused, (422, "payment_method_detached".into()));
    provider.stop().await;
}

#[tokio::test]
async fn refunds_stay_within_the_payment() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let card = provider.card(GOOD).await;
    let paid = text(&provider.pay(&card, 1_000).await, "/id");
    let refund =
        |amount: i64| json!({"reference": uuid(), "payment": paid, "amount_minor": amount});
    assert_eq!(
        provider.post("/v1/refunds", refund(400)).await["status"],
        "succeeded"
    );
    let refused = provider.refused("/v1/refunds", refund(601)).await;
    assert_eq!(refused, (409, "refund_exceeds_payment".into()));
    let last = provider.post("/v1/refunds", refund(600)).await;
    let (status, _) = provider
        .call(
            Method::GET,
            &format!("/v1/refunds/{}", text(&last, "/id")),
            None,
            None,
        )
        .await;
    assert_eq!(status, 200);
    let of = provider
        .get(&format!("/v1/refunds?payment={paid}&limit=1"))
        .await;
    assert_eq!(of["has_more"], true);
    let after = text(&of, "/data/0/id");
    let rest = provider
        .get(&format!("/v1/refunds?payment={paid}&limit=1&after={after}"))
        .await;
    assert_eq!(
        (&rest["has_more"], &rest["data"][0]["id"]),
        (&json!(false), &last["id"])
    );
    let refused = provider.refused("/v1/refunds", refund(1)).await;
    assert_eq!(refused, (409, "refund_exceeds_payment".into()));
    let balance = provider.get("/v1/balance").await;
    assert_eq!(balance["data"][0]["amount_minor"], -59);

    let declined = provider.card("4000000000000002").await;
    let failed = text(&provider.pay(&declined, 1_000).await, "/id");
    let body = json!({"reference": uuid(), "payment": failed, "amount_minor": 1});
    let refused = provider.refused("/v1/refunds", body).await;
    assert_eq!(refused, (409, "payment_not_refundable".into()));

    let stubborn = provider.card("4000000000005126").await;
    let paid = text(&provider.pay(&stubborn, 1_000).await, "/id");
    let body = json!({"reference": uuid(), "payment": paid, "amount_minor": 10});
    let refund = provider.post("/v1/refunds", body).await;
    assert_eq!(
        (&refund["status"], &refund["failure_code"]),
        (&json!("failed"), &json!("refund_declined"))
    );
    assert_eq!(
        provider.get(&format!("/v1/payments/{paid}")).await["refunded_minor"],
        0
    );
    provider.stop().await;
}

#[tokio::test]
async fn a_disputed_payment_is_taken_back_after_a_week() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    provider.clock("2030-01-01T00:00:00Z").await;
    let card = provider.card("4000000000000259").await;
    let paid = text(&provider.pay(&card, 1_000).await, "/id");
    let refund = json!({"reference": uuid(), "payment": paid, "amount_minor": 300});
    provider.post("/v1/refunds", refund.clone()).await;
    let due = provider.get("/control/next_due").await;
    assert_eq!(due["next_due"], "2030-01-08T00:00:00Z");
    assert_eq!(provider.clock("2030-01-07T23:59:59Z").await["ran"], 0);
    assert_eq!(provider.clock("2030-01-20T00:00:00Z").await["ran"], 1);
    assert_eq!(
        provider.get("/control/next_due").await["next_due"],
        json!(null)
    );
    let disputes = provider.get(&format!("/v1/disputes?payment={paid}")).await;
    assert_eq!(disputes["data"][0]["amount_minor"], 700);
    assert_eq!(disputes["data"][0]["created_at"], "2030-01-08T00:00:00Z");
    assert_eq!(
        provider.get(&format!("/v1/payments/{paid}")).await["disputed_minor"],
        700
    );
    provider.flush().await;
    assert!(provider.inbox.types().contains(&"dispute.opened".into()));
    let mut again = refund;
    again["reference"] = json!(uuid());
    let refused = provider.refused("/v1/refunds", again).await;
    assert_eq!(refused, (409, "payment_disputed".into()));
    provider.stop().await;
}

#[tokio::test]
async fn a_call_that_hangs_has_still_paid() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let card = provider.card(GOOD).await;
    let body = payment(&card, 500);
    let key = uuid();
    provider.next("timeout").await;
    let answer = provider
        .http
        .post(format!("{}/v1/payments", provider.url))
        .bearer_auth(SECRET)
        .header("Idempotency-Key", &key)
        .timeout(std::time::Duration::from_millis(500))
        .json(&body)
        .send()
        .await;
    assert!(answer.expect_err("a hanging call").is_timeout());
    let path = format!("/v1/payments?reference={}", text(&body, "/reference"));
    let found = provider.get(&path).await;
    assert_eq!(found["data"][0]["status"], "succeeded");
    let (status, again) = provider
        .call(Method::POST, "/v1/payments", Some(&key), Some(body))
        .await;
    assert_eq!((status, &again["id"]), (200, &found["data"][0]["id"]));
    provider.flush().await;
    assert_eq!(provider.inbox.types(), ["payment.succeeded"]);
    provider.stop().await;
}

#[tokio::test]
async fn an_open_payment_can_be_cancelled() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let card = provider.card("4000002500003155").await;
    let paid = text(&provider.pay(&card, 500).await, "/id");
    let path = format!("/v1/payments/{paid}/cancel");
    for _ in 0..2 {
        let payment = provider.post(&path, json!({})).await;
        assert_eq!(payment["failure_code"], "canceled");
        assert_eq!(payment["next_action"], json!(null));
    }
    let good = provider.card(GOOD).await;
    let paid = text(&provider.pay(&good, 500).await, "/id");
    let refused = provider
        .refused(&format!("/v1/payments/{paid}/cancel"), json!({}))
        .await;
    assert_eq!(refused, (409, "payment_final".into()));
    provider.stop().await;
}
