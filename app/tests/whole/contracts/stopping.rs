//! A pause and a hold: what stops, and what stays of the clocks.

use super::{DAY, asks_first, confirms, entry, funded, pause, refused, told, world};
use serde_json::{Value, json};
use testkit::{Deal, party::usd};

#[tokio::test]
async fn a_pause_keeps_what_remains_of_the_clock() {
    let server = world().await;
    let mut deal = funded(&server, &[30_000, 20_000]).await;
    let api = server.api().await;
    refused(
        &pause(&deal.client, "00000000-0000-7000-8000-000000000000").await,
        404,
        "not_found",
    );
    let delivery = deal.freelancer.deliver(&deal.milestones[0], &[]).await;
    api.advance(4 * DAY).await;
    deal.client = deal.client.again().await;
    deal.freelancer = deal.freelancer.again().await;
    let begun = asks_first(&deal, &deal.milestones[1]).await;
    let paused = pause(&deal.freelancer, &deal.contract).await.ok();
    assert_eq!(paused["state"], "paused");
    assert_eq!(paused["stop_reason"], "On holiday");
    api.settle().await;
    assert!(told(&deal.client, "contract_paused").await);
    let left = entry(&paused, &deal.milestones[0])["review_left_seconds"].as_i64();
    assert!(
        left.is_some_and(|s| (s - 10 * DAY).abs() < 3600),
        "{left:?}"
    );
    refused(
        &pause(&deal.client, &deal.contract).await,
        409,
        "contract_not_active",
    );
    refused(
        &deal.client.fund(&deal.milestones[1]).await,
        409,
        "contract_not_fundable",
    );
    refused(
        &deal.client.approve(&delivery).await,
        409,
        "contract_paused",
    );
    let share = json!({"message": "A look"});
    let _ = deal
        .freelancer
        .api
        .call("delivery.share", &deal.milestones[0], share)
        .await
        .refused(409);
    // What was being paid before the pause is taken, not sent back; its days begin with the work.
    confirms(&deal, &begun).await;
    let contract = deal.client.contract(&deal.contract).await;
    assert_eq!(contract["state"], "paused");
    let taken = entry(&contract, &deal.milestones[1]).clone();
    assert_eq!(taken["state"], "funded");
    let due_at = |m: &Value| m["due_at"].as_str().expect("a date")[..10].to_owned();
    // A month passes: nothing is released by silence.
    api.advance(30 * DAY).await;
    deal.client = deal.client.again().await;
    deal.freelancer = deal.freelancer.again().await;
    assert_eq!(deal.state(&deal.milestones[0]).await, "submitted");
    let resumed = deal
        .client
        .api
        .call("contract.resume", &deal.contract, Value::Null)
        .await
        .ok();
    assert_eq!(resumed["state"], "active");
    let days: jiff::civil::Date = due_at(&taken).parse().expect("a date");
    let later = days.saturating_add(jiff::Span::new().days(30));
    assert_eq!(
        due_at(entry(&resumed, &deal.milestones[1])),
        later.to_string()
    );
    refused(
        &deal
            .client
            .api
            .call("contract.resume", &deal.contract, Value::Null)
            .await,
        409,
        "contract_not_paused",
    );
    api.advance(9 * DAY).await;
    deal.client = deal.client.again().await;
    assert_eq!(
        deal.state(&deal.milestones[0]).await,
        "submitted",
        "a day is left"
    );
    api.advance(2 * DAY).await;
    deal.client = deal.client.again().await;
    assert_eq!(deal.state(&deal.milestones[0]).await, "approved");
    server.check();
}

#[tokio::test]
async fn a_suspended_party_puts_the_contract_on_hold() {
    let server = world().await;
    let api = server.api().await;
    let deal = funded(&server, &[30_000]).await;
    let owner = server.demo_account("owner@demo.test").await;
    let freelancer = deal.client.contract(&deal.contract).await["freelancer"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    // Signed, not funded yet: one is being paid when it happens, the other is to be.
    let begun = Deal::between(&deal.client, &deal.freelancer, &[7_000]).await;
    let url = asks_first(&begun, &begun.milestones[0]).await;
    let unpaid = Deal::between(&deal.client, &deal.freelancer, &[8_000]).await;
    let _ = owner
        .call("member.deactivate", &freelancer, Value::Null)
        .await
        .ok();
    api.settle().await;
    refused(
        &unpaid.client.fund(&unpaid.milestones[0]).await,
        409,
        "party_suspended",
    );
    confirms(&begun, &url).await;
    let held = begun.client.contract(&begun.contract).await;
    assert_eq!(
        (&held["state"], &held["held"]),
        (&json!("on_hold"), &usd(7_000)),
        "work does not start"
    );
    let contract = deal.client.contract(&deal.contract).await;
    assert_eq!(
        (&contract["state"], &contract["held"]),
        (&json!("on_hold"), &usd(30_000))
    );
    assert!(told(&deal.client, "contract_held").await);
    let held = owner.list("contract.list_held", "").await;
    assert!(held.iter().any(|c| c["id"] == deal.contract), "{held:?}");
    let back = |action: &str| json!({"action": action, "reason": "Looked into it"});
    refused(
        &owner
            .call("contract.decide", &deal.contract, back("reactivate"))
            .await,
        409,
        "party_suspended",
    );
    let _ = owner
        .call("member.reactivate", &freelancer, Value::Null)
        .await
        .ok();
    let on = owner
        .call("contract.decide", &deal.contract, back("reactivate"))
        .await
        .ok();
    assert_eq!(on["state"], "active");
    let ask = json!({"reason": "He is gone", "settlement": [{"milestone_id": deal.milestones[0], "outcome": "refund"}]});
    let _ = deal
        .client
        .api
        .call("contract.terminate", &deal.contract, ask.clone())
        .await
        .ok();
    let _ = owner
        .call("member.deactivate", &freelancer, Value::Null)
        .await
        .ok();
    api.settle().await;
    let off = deal
        .client
        .api
        .call("contract.decline_termination", &deal.contract, Value::Null)
        .await
        .ok();
    assert_eq!(off["state"], "on_hold", "called off, and still suspended");
    // The client asks for the money back; staff decide.
    let _ = deal
        .client
        .api
        .call("contract.terminate", &deal.contract, ask)
        .await
        .ok();
    let over = owner
        .call("contract.decide", &deal.contract, back("refund"))
        .await
        .ok();
    assert_eq!(over["state"], "terminated");
    api.settle().await;
    assert!(told(&deal.client, "refund_made").await);
    refused(
        &owner
            .call("contract.decide", &deal.contract, back("refund"))
            .await,
        409,
        "contract_not_held",
    );
    server.check();
}
