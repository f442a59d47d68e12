//! Ends before the work is done: settled by both, called off, or left to staff.

use super::{DAY, entry, funded, refused, told, waits, world};
use serde_json::{Value, json};
use testkit::{
    Deal,
    party::{id, usd},
};

#[tokio::test]
async fn a_settlement_by_both_releases_and_refunds_exactly_once() {
    let server = world().await;
    let deal = funded(&server, &[30_000, 20_000]).await;
    let (client, freelancer) = (&deal.client, &deal.freelancer);
    let before = freelancer.balance("pending").await;
    let bare = json!({"reason": "The plan changed"});
    let answer = client
        .api
        .call("contract.terminate", &deal.contract, bare)
        .await;
    assert_eq!(
        (answer.status, answer.pointers()),
        (422, vec!["/settlement"]),
        "{}",
        answer.text
    );
    let ask = |part: i64| json!({"reason": "The plan changed", "settlement": [{"milestone_id": deal.milestones[0], "outcome": "split", "release": usd(part)}]});
    let answer = client
        .api
        .call("contract.terminate", &deal.contract, ask(30_000))
        .await;
    assert_eq!(
        (answer.status, answer.pointers()),
        (422, vec!["/settlement/0/release"]),
        "{}",
        answer.text
    );
    let first = client
        .api
        .call("contract.terminate", &deal.contract, ask(5_000))
        .await
        .ok();
    assert_eq!(first["state"], "terminating");
    refused(
        &freelancer
            .api
            .call(
                "delivery.submit",
                &deal.milestones[0],
                json!({"message": "Done"}),
            )
            .await,
        409,
        "contract_paused",
    );
    assert!(waits(freelancer, "answer_end").await);
    let first = id(&first["termination"]);
    let agree = |of: &str| json!({"termination_id": of});
    refused(
        &client
            .api
            .call("contract.accept_termination", &deal.contract, agree(&first))
            .await,
        403,
        "own_proposal",
    );
    // The freelancer proposes otherwise; what the client saw no longer counts.
    let second = freelancer
        .api
        .call("contract.terminate", &deal.contract, ask(10_000))
        .await
        .ok();
    let second = id(&second["termination"]);
    refused(
        &client
            .api
            .call("contract.accept_termination", &deal.contract, agree(&first))
            .await,
        409,
        "termination_changed",
    );
    let mut running = vec![];
    for _ in 0..8 {
        let (client, contract, body) = (client.clone(), deal.contract.clone(), agree(&second));
        running.push(tokio::spawn(async move {
            client
                .api
                .call("contract.accept_termination", &contract, body)
                .await
                .status
        }));
    }
    let mut won = 0;
    for one in running {
        won += usize::from(one.await.expect("an answer") < 300);
    }
    assert_eq!(won, 1, "agreed once");
    let contract = client.contract(&deal.contract).await;
    assert_eq!(
        (&contract["state"], &contract["held"]),
        (&json!("terminated"), &usd(0))
    );
    let settled = entry(&contract, &deal.milestones[0]);
    assert_eq!(
        (&settled["state"], &settled["refunded"]),
        (&json!("split"), &usd(20_000))
    );
    assert_eq!(entry(&contract, &deal.milestones[1])["state"], "cancelled");
    let gained = freelancer.balance("pending").await - before;
    assert!(
        gained > 9_000 && gained < 10_000,
        "a part less the fee: {gained}"
    );
    client.api.settle().await;
    assert!(told(freelancer, "contract_terminated").await);
    assert!(told(client, "refund_made").await);
    // What was paid for may be reviewed.
    let _ = client.review(&deal.contract, "Ended in peace.").await;
    server.check();
}

#[tokio::test]
async fn an_end_is_called_off_or_lapses_to_staff_and_nothing_funded_ends_at_once() {
    let server = world().await;
    let api = server.api().await;
    let mut deal = funded(&server, &[30_000]).await;
    let all_back = json!({"reason": "No time", "settlement": [{"milestone_id": deal.milestones[0], "outcome": "refund"}]});
    let _ = deal
        .client
        .api
        .call("contract.terminate", &deal.contract, all_back.clone())
        .await
        .ok();
    let off = deal
        .freelancer
        .api
        .call("contract.decline_termination", &deal.contract, Value::Null)
        .await
        .ok();
    assert_eq!(off["state"], "active");
    let _ = deal
        .client
        .api
        .call("contract.terminate", &deal.contract, all_back)
        .await
        .ok();
    let owner = server.demo_account("owner@demo.test").await;
    let verdict = json!({"action": "refund", "reason": "No agreement"});
    refused(
        &owner
            .call("contract.decide", &deal.contract, verdict.clone())
            .await,
        409,
        "settlement_open",
    );
    api.advance(8 * DAY).await;
    api.settle().await;
    deal.client = deal.client.again().await;
    assert!(told(&deal.client, "settlement_lapsed").await);
    let owner = server.demo_account("owner@demo.test").await;
    refused(
        &deal
            .client
            .api
            .call("contract.decide", &deal.contract, verdict.clone())
            .await,
        403,
        "forbidden",
    );
    let decided = owner
        .call("contract.decide", &deal.contract, verdict)
        .await
        .ok();
    assert_eq!(decided["state"], "terminated");
    assert_eq!(deal.state(&deal.milestones[0]).await, "refunded");
    // Nothing funded: one side is enough; nothing is owed.
    let deal = Deal::fresh(&server, &[30_000, 20_000]).await;
    let why = json!({"reason": "Changed my mind"});
    refused(
        &deal
            .client
            .api
            .call("contract.terminate", &deal.contract, why.clone())
            .await,
        409,
        "contract_not_running",
    );
    deal.finish(&deal.milestones[0]).await;
    let ended = deal
        .freelancer
        .api
        .call("contract.terminate", &deal.contract, why)
        .await
        .ok();
    assert_eq!(ended["state"], "terminated");
    assert_eq!(entry(&ended, &deal.milestones[1])["state"], "cancelled");
    api.settle().await;
    server.check();
}
