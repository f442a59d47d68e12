//! What the provider tells: taken once, in any order, seen by staff alone and processed again.

use super::{finance, find, hook, world};
use crate::BIN;
use serde_json::{Value, json};
use testkit::{Deal, Party, Setup, party::payment, unique};

fn event(id: &str, kind: &str, object: &str, reference: &str) -> Value {
    json!({"id": id, "seq": 1, "type": kind, "created_at": "2026-11-20T00:00:00Z",
        "data": {"object": object, "id": "x_aaaaaaaaaaaaaaaaaaaaaaaaaa", "reference": reference, "status": "succeeded",
        "amount_minor": 30_000, "currency": "USD", "failure_code": null, "payment": null, "note": "4242424242424242"}})
}

#[tokio::test]
async fn an_event_counts_once_if_it_is_fresh_and_signed() {
    let provider = testkit::provider::Simulator::start().await;
    let server = Setup::of(BIN)
        .demo()
        .with("GUILDHALL_PROVIDER_URL", provider.url.clone())
        .with("GUILDHALL_PROVIDER_SECRET", provider.secret.clone())
        .start()
        .await;
    let (api, secret) = (server.api().await, provider.secret.clone());
    api.raise_limits().await;
    let hook = hook(&server);
    let deal = Deal::fresh(&server, &[30_000]).await;
    deal.client.api.provider_next("lose_event", 1).await;
    let funded = deal.client.fund(&deal.milestones[0]).await.ok();
    let reference = payment(&funded);
    let post = async |body: &Value, age: i64| {
        let t = base::instant::wall().unix_seconds() - age;
        let signature = simulator::sign(&secret, t, body.to_string().as_bytes());
        api.send("POST", &hook, body, &[("guildhall-signature", &signature)])
            .await
            .status
    };
    let id = format!("evt_{}", &unique().replace('-', "")[..26]);
    let body = event(&id, "payment.succeeded", "payment", &reference);
    assert_eq!(post(&body, 600).await, 400, "ten minutes old");
    for _ in 0..20 {
        assert_eq!(post(&body, 0).await, 200);
    }
    // A refund is told of before anything was refunded, and something nobody knows.
    let early = event(
        "evt_refundbeforecapture0000000",
        "refund.succeeded",
        "refund",
        &unique(),
    );
    let odd = event(
        "evt_oddoddoddoddoddoddoddodd00",
        "payment.sang",
        "song",
        &reference,
    );
    assert_eq!((post(&early, 0).await, post(&odd, 0).await), (200, 200));
    api.settle().await;
    assert_eq!(deal.state(&deal.milestones[0]).await, "funded");
    server.check();

    let staff = finance(&server).await;
    let shown = staff
        .api
        .call("provider_event.show", &id, Value::Null)
        .await
        .ok();
    assert_eq!(
        (&shown["event"]["state"], &shown["event"]["attempts"]),
        (&json!("processed"), &json!(1))
    );
    assert!(!shown.to_string().contains("4242424242424242"), "{shown}");
    let all = staff.api.list("provider_event.list", "").await;
    assert!(all.iter().any(|e| e["id"] == id.as_str()));
    assert!(
        !all.iter()
            .any(|e| e["id"] == "evt_refundbeforecapture0000000"),
        "it names nothing of this workspace"
    );
    let again = staff
        .api
        .call("provider_event.replay", &id, Value::Null)
        .await
        .ok();
    assert_eq!(find(&again, "state").as_deref(), Some("processed"));
    // The operator sees what belongs to no workspace.
    let output = server.run(&["provider-events"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.contains("evt_refundbeforecapture0000000") && text.contains("kept"),
        "{text}"
    );
    for stranger in [&deal.client, &deal.freelancer] {
        let refused = stranger
            .api
            .call("provider_event.show", &id, Value::Null)
            .await;
        assert_eq!(refused.status, 403, "{}", refused.text);
    }
    let owner = server.demo_account("owner@demo.test").await;
    let audit = owner.list("audit.list", "").await;
    assert!(
        audit
            .iter()
            .any(|a| a.to_string().contains("provider_event.replay")),
        "the replay is in the audit"
    );
    server.check();
}

#[tokio::test]
async fn what_was_never_told_is_found_within_a_quarter_of_an_hour() {
    let server = world().await;
    let api = server.api().await;
    let client = Party::register(&api, "Lana", &["client"], "en").await;
    let freelancer = Party::demo(&server, "freelancer").await;
    client.attach_card("4000000000000077").await;
    let deal = Deal::between(&client, &freelancer, &[30_000]).await;
    api.provider_next("lose_event", 5).await;
    let begun = client.fund(&deal.milestones[0]).await.ok();
    assert_eq!(begun["payment"]["state"], "processing");
    // The card's bank answers after twenty minutes; its message is lost.
    api.advance(20 * 60).await;
    api.advance(15 * 60).await;
    assert_eq!(deal.state(&deal.milestones[0]).await, "funded");
    server.check();
}

#[tokio::test]
async fn money_that_comes_after_all_is_booked_and_goes_back() {
    let server = world().await;
    let api = server.api().await;
    let deal = Deal::demo(&server, &[30_000]).await;
    api.provider_next("action_required", 1).await;
    let asked = deal.client.fund(&deal.milestones[0]).await.ok();
    let url = find(&asked, "next_action_url").expect("an address");
    let first = payment(&asked);
    // We gave it up; the payer funds with another charge, and then confirms the first.
    let database = server.database().await;
    let mut tx = database.begin_owner().await.expect("the owner");
    sqlx::query("update ledger.payment set state = 'failed', failure_code = 'refused', next_action_url = null where id = $1::uuid")
        .bind(&first)
        .execute(&mut *tx)
        .await
        .expect("given up");
    tx.commit().await.expect("commit");
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    api.settle().await;
    assert_eq!(deal.state(&deal.milestones[0]).await, "funded");
    api.http
        .post(&url)
        .form(&[("answer", "approve")])
        .send()
        .await
        .expect("the provider answers");
    api.settle().await;
    let late = deal
        .client
        .api
        .call("payment.show", &first, Value::Null)
        .await
        .ok();
    assert_eq!(
        (&late["state"], &late["applied"]),
        (&json!("captured"), &json!("refunded"))
    );
    server.check();
}
