//! Disputes to their end, and debit cards that are paid at once.

use serde_json::json;

use crate::support::{Provider, text, uuid};

#[tokio::test]
async fn a_dispute_that_is_won_brings_the_money_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    provider.clock("2030-01-01T00:00:00Z").await;
    let card = provider.card("4000000000000259").await;
    let (won, lost) = (
        text(&provider.pay(&card, 1_000).await, "/id"),
        text(&provider.pay(&card, 2_000).await, "/id"),
    );
    let before = provider.get("/v1/balance").await["data"][0]["amount_minor"].clone();
    provider.clock("2030-01-08T00:00:00Z").await;
    let first = provider.get(&format!("/v1/disputes?payment={won}")).await["data"][0].clone();
    provider.next("win_dispute").await;
    provider.next("lose_dispute").await;
    let of = async |payment: &str| {
        let list = provider
            .get(&format!("/v1/disputes?payment={payment}"))
            .await;
        text(&list, "/data/0/status")
    };
    let mut ends = [of(&won).await, of(&lost).await];
    ends.sort();
    assert_eq!(ends, ["lost", "won"]);
    provider.flush().await;
    let kinds = provider.inbox.types();
    assert!(kinds.contains(&"dispute.won".into()) && kinds.contains(&"dispute.lost".into()));
    let after = provider.get("/v1/balance").await["data"][0]["amount_minor"].clone();
    let gone = if of(&won).await == "lost" {
        1_000
    } else {
        2_000
    };
    assert_eq!(
        before.as_i64().map(|b| b - gone),
        after.as_i64(),
        "only the lost one stays away"
    );
    assert_eq!(first["status"], "open");
    provider.stop().await;
    // What was decided is still so after a restart.
    let provider = Provider::start(folder.path()).await;
    let again = provider.get(&format!("/v1/disputes?payment={won}")).await;
    assert_ne!(again["data"][0]["status"], "open");
    provider.stop().await;
}

#[tokio::test]
async fn only_a_debit_card_is_paid_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let bank = provider.bank("000123456789").await;
    let body = |destination: &str| {
        json!({"reference": uuid(), "destination": destination, "amount_minor": 5_000,
        "currency": "USD", "speed": "instant"})
    };
    let refused = provider.refused("/v1/payouts", body(&bank)).await;
    assert_eq!(refused, (422, "instant_unavailable".into()));
    let owner = json!({"holder": "Ann", "country": "US", "currency": "USD"});
    let with = |number: &str| {
        let mut body = owner.clone();
        body["card_number"] = json!(number);
        body
    };
    for (number, code) in [
        ("4242424242424242", "test_card_required"),
        ("12", "card_number_invalid"),
    ] {
        let refused = provider.refused("/v1/destinations", with(number)).await;
        assert_eq!(refused, (422, code.into()));
    }
    let card = provider
        .post("/v1/destinations", with("4000056655665556"))
        .await;
    assert_eq!(card["kind"], "card");
    let paid = provider
        .post("/v1/payouts", body(&text(&card, "/id")))
        .await;
    provider.flush().await;
    let path = format!("/v1/payouts/{}", text(&paid, "/id"));
    assert_eq!(provider.get(&path).await["status"], "paid");
    provider.stop().await;
}
