use serde_json::json;

use crate::support::{GOOD, Provider, text};

#[tokio::test]
async fn lost_events_are_found_by_asking() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let card = provider.card(GOOD).await;
    provider.next("lose_event").await;
    let paid = provider.pay(&card, 500).await;
    provider.pay(&card, 600).await;
    assert_eq!(provider.flush().await["pending"], 0);
    let got = provider.inbox.events();
    assert_eq!(got.len(), 1);
    assert_eq!(got[0]["data"]["amount_minor"], 600);

    let listed = provider.get("/v1/events?after=0&limit=1").await;
    assert_eq!(
        (&listed["has_more"], &listed["next_after"]),
        (&json!(true), &json!(1))
    );
    assert_eq!(listed["data"][0]["data"]["id"], paid["id"]);
    assert_eq!(listed["data"][0]["data"]["reference"], paid["reference"]);
    let rest = provider.get("/v1/events?after=1").await;
    assert_eq!(rest["data"], json!([got[0]]));
    let none = provider.get("/v1/events?after=99").await;
    assert_eq!(
        (&none["data"], &none["next_after"]),
        (&json!([]), &json!(99))
    );
    provider.stop().await;
}

#[tokio::test]
async fn doubled_events_come_twice_with_one_id() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let card = provider.card(GOOD).await;
    provider.next("double_event").await;
    provider.pay(&card, 500).await;
    assert_eq!(provider.flush().await["pending"], 0);
    let got = provider.inbox.events();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0], got[1]);
    assert_eq!(provider.get("/v1/events").await["data"], json!([got[0]]));
    provider.stop().await;
}

#[tokio::test]
async fn late_events_wait_for_the_clock() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    provider.clock("2030-01-01T00:00:00Z").await;
    let card = provider.card(GOOD).await;
    provider.next("late_event").await;
    provider.pay(&card, 500).await;
    provider.pay(&card, 600).await;
    assert_eq!(provider.flush().await["pending"], 0);
    assert_eq!(provider.inbox.events().len(), 1);
    let due = provider.get("/control/next_due").await;
    assert_eq!(due["next_due"], "2030-01-01T00:20:00Z");
    provider.clock("2030-01-01T00:19:59Z").await;
    provider.flush().await;
    assert_eq!(provider.inbox.events().len(), 1);
    // The clock is monotone.
    let now = provider.clock("2029-01-01T00:00:00Z").await;
    assert_eq!(now["now"], "2030-01-01T00:19:59Z");
    provider.clock("2030-01-01T00:20:00Z").await;
    assert_eq!(provider.flush().await["pending"], 0);
    let got = provider.inbox.events();
    assert_eq!(got[1]["data"]["amount_minor"], 500);
    assert_eq!(got[1]["created_at"], "2030-01-01T00:00:00Z");
    provider.stop().await;
}

#[tokio::test]
async fn refused_webhooks_are_tried_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let card = provider.card(GOOD).await;
    provider.inbox.refuse(2);
    let paid = provider.pay(&card, 500).await;
    let flushed = provider.flush().await;
    assert_eq!(
        (&flushed["pending"], &flushed["delivered"]),
        (&json!(0), &json!(1))
    );
    let got = provider.inbox.events();
    assert_eq!(text(&got[0], "/data/id"), text(&paid, "/id"));
    provider.stop().await;
}

#[tokio::test]
async fn wishes_can_be_seen_and_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    provider.next("decline").await;
    provider.next("lose_event").await;
    let left = provider
        .post("/control/next", json!({"next": "decline", "count": 0}))
        .await;
    assert_eq!(left["data"], json!([{"next": "lose_event", "count": 1}]));
    assert_eq!(provider.get("/control/next").await, left);
    let refused = provider
        .refused("/control/next", json!({"next": "explode"}))
        .await;
    assert_eq!(refused, (422, "invalid_body".into()));
    provider.stop().await;
}
