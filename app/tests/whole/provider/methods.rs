//! Saved cards: the last one stays while something is due, and one that ends is told of once.

use super::world;
use serde_json::{Value, json};
use testkit::{Deal, Party, party::id};

#[tokio::test]
async fn the_only_card_stays_while_milestones_are_due() {
    let server = world().await;
    let api = server.api().await;
    let client = Party::register(&api, "Mina", &["client"], "en").await;
    let freelancer = Party::register(&api, "Frida", &["freelancer"], "en").await;
    let card = client.attach_card("4242424242424242").await;
    let deal = Deal::between(&client, &freelancer, &[30_000]).await;
    let refused = client
        .api
        .call("payment_method.remove", &card, Value::Null)
        .await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, "payment_method_needed")
    );
    assert!(!refused.body["detail"].as_str().unwrap_or("").is_empty());
    let second = client.attach_card("5555555555554444").await;
    let _ = client
        .api
        .call("payment_method.set_default", &second, Value::Null)
        .await
        .ok();
    let removed = client
        .api
        .call("payment_method.remove", &card, Value::Null)
        .await;
    assert_eq!(removed.status, 204, "{}", removed.text);
    let _ = client.fund(&deal.milestones[0]).await.ok();
    api.settle().await;
    let removed = client
        .api
        .call("payment_method.remove", &second, Value::Null)
        .await;
    assert_eq!(
        removed.status, 204,
        "nothing is due any more: {}",
        removed.text
    );
}

#[tokio::test]
async fn a_card_that_ends_is_told_of_once() {
    let server = world().await;
    let api = server.api().await;
    let client = Party::register(&api, "Mina", &["client"], "en").await;
    let now = base::instant::wall().plus_days(75).rfc3339();
    let (year, month) = (&now[..4], &now[5..7]);
    let made: Value = api
        .http
        .post(format!("{}/v1/payment_methods", api.provider().await))
        .json(&json!({"number": "4242424242424242", "exp_month": month, "exp_year": year, "cvc": "123"}))
        .send()
        .await
        .expect("the provider")
        .json()
        .await
        .expect("JSON");
    let attached = client
        .api
        .call(
            "payment_method.attach",
            "",
            json!({"provider_token": made["id"]}),
        )
        .await
        .ok();
    let _ = id(&attached);
    let warned = async |client: &Party| {
        let notices = client.notices().await;
        notices
            .iter()
            .filter(|k| *k == "payment_method_expiring")
            .count()
    };
    api.advance(30 * 86_400).await;
    assert_eq!(warned(&client.again().await).await, 0, "not yet");
    // The month ends 75 to 106 days from now, and thirty days before that it is told.
    for _ in 0..5 {
        if warned(&client.again().await).await == 0 {
            api.advance(10 * 86_400).await;
        }
    }
    let told = api.mails(&client.email).await;
    let told = told
        .iter()
        .filter(|m| m["subject"].as_str().is_some_and(|s| s.contains("4242")));
    assert_eq!(told.count(), 1);
    assert_eq!(warned(&client.again().await).await, 1);
    api.advance(10 * 86_400).await;
    assert_eq!(warned(&client.again().await).await, 1, "once");
}
