use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Provider, text, uuid};

fn payout(destination: &str, currency: &str) -> Value {
    json!({"reference": uuid(), "destination": destination, "amount_minor": 5_000,
        "currency": currency})
}

#[tokio::test]
async fn a_payout_is_paid_and_one_comes_back_three_days_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    provider.clock("2030-01-01T00:00:00Z").await;
    let bank = provider.bank("000123456789").await;
    provider.next("return_payout").await;
    let first = provider.post("/v1/payouts", payout(&bank, "USD")).await;
    assert_eq!(first["status"], "processing");
    let second = provider.post("/v1/payouts", payout(&bank, "USD")).await;
    provider.flush().await;
    assert_eq!(provider.inbox.types(), ["payout.paid", "payout.paid"]);
    let path = |payout: &Value| format!("/v1/payouts/{}", text(payout, "/id"));
    assert_eq!(provider.get(&path(&first)).await["status"], "paid");
    let due = provider.get("/control/next_due").await;
    assert_eq!(due["next_due"], "2030-01-04T00:00:00Z");
    assert_eq!(provider.clock("2030-01-04T00:00:00Z").await["ran"], 1);
    provider.flush().await;
    assert_eq!(
        provider.inbox.types(),
        ["payout.paid", "payout.paid", "payout.returned"]
    );
    let first = provider.get(&path(&first)).await;
    assert_eq!(
        (&first["status"], &first["failure_code"]),
        (&json!("returned"), &json!("account_returned"))
    );
    assert_eq!(provider.get(&path(&second)).await["status"], "paid");
    assert_eq!(
        provider.get("/v1/balance").await["data"][0]["amount_minor"],
        -5_000
    );
    let of = format!("/v1/payouts?reference={}", text(&first, "/reference"));
    assert_eq!(provider.get(&of).await["data"][0]["id"], first["id"]);
    provider.stop().await;
}

#[tokio::test]
async fn payouts_to_bad_accounts_fail() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let bank = provider.bank("000123456789").await;
    let closed = provider.bank("000111111116").await;
    for (destination, currency, code) in [
        ("dst_none", "USD", "destination_unknown"),
        (bank.as_str(), "EUR", "currency_mismatch"),
    ] {
        let failed = provider
            .post("/v1/payouts", payout(destination, currency))
            .await;
        assert_eq!(
            (&failed["status"], &failed["failure_code"]),
            (&json!("failed"), &json!(code))
        );
    }
    let later = provider.post("/v1/payouts", payout(&closed, "USD")).await;
    provider.flush().await;
    let later = provider
        .get(&format!("/v1/payouts/{}", text(&later, "/id")))
        .await;
    assert_eq!(later["failure_code"], "account_closed");
    assert_eq!(provider.inbox.types(), ["payout.failed"; 3]);
    assert_eq!(
        provider.get("/v1/balance").await["data"][0]["amount_minor"],
        0
    );
    provider.stop().await;
}

#[tokio::test]
async fn bank_numbers_stay_inside() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let body = json!({"iban": "DE89 3704 0044 0532 0130 00", "holder": "Ann", "country": "DE",
        "currency": "EUR"});
    let made = provider.post("/v1/destinations", body).await;
    assert_eq!(made["label"], "Bank ••3000");
    let path = format!("/v1/destinations/{}", text(&made, "/id"));
    assert_eq!(provider.get(&path).await, made);
    let refused = provider
        .refused(
            "/v1/destinations",
            json!({"iban": "DE00", "holder": "Ann", "country": "DE",
            "currency": "EUR"}),
        )
        .await;
    assert_eq!(refused, (422, "iban_invalid".into()));
    let journal = std::fs::read_to_string(folder.path().join("journal.jsonl")).expect("journal");
    assert!(!journal.contains("0532013"));
    provider.stop().await;
}

#[tokio::test]
async fn outside_of_test_there_is_no_control() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start_as(folder.path(), false).await;
    for path in ["/control/next", "/control/clock", "/control/flush"] {
        let (status, _) = provider
            .call(Method::POST, path, None, Some(json!({})))
            .await;
        assert_eq!(status, 404, "{path}");
    }
    assert_eq!(provider.get("/health").await["status"], "ok");
    let bank = provider.bank("000123456789").await;
    let made = provider.post("/v1/payouts", payout(&bank, "USD")).await;
    assert_eq!(made["status"], "processing");
    assert!(text(&made, "/arrival_at") > text(&made, "/created_at"));
    provider.stop().await;
}
