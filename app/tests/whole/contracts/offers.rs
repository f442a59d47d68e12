//! Counter-offers, and reviews at the end.

use super::{DAY, refused, sums_up, told, waits, world};
use serde_json::{Value, json};
use testkit::{
    Deal, Party,
    party::{id, usd},
};

#[tokio::test]
async fn a_counter_offer_is_agreed_to_once() {
    let server = world().await;
    let client = Party::demo(&server, "client").await;
    let freelancer = Party::demo(&server, "freelancer").await;
    let project = client.post_project("Countered").await;
    let proposal = freelancer.propose(&project, &[50_000]).await;
    let contract = client.offer(&proposal).await;
    let milestone = client.milestones(&contract).await.remove(0);
    let terms = json!({"milestones": [{"milestone_id": milestone, "title": "Part 1", "amount": usd(40_000), "due_days": 7},
        {"title": "Part 2", "amount": usd(25_000), "due_days": 14}], "note": "In two parts, please"});
    refused(
        &client
            .api
            .call("offer.counter", &contract, terms.clone())
            .await,
        403,
        "forbidden",
    );
    let counter = freelancer
        .api
        .call("offer.counter", &contract, terms.clone())
        .await
        .ok();
    assert_eq!(
        (&counter["kind"], &counter["after"]["total"]),
        (&json!("counter"), &usd(65_000))
    );
    client.api.settle().await;
    assert!(told(&client, "offer_countered").await);
    assert!(waits(&client, "answer_change").await);
    let page = freelancer
        .api
        .call("dashboard.show", "", Value::Null)
        .await
        .ok();
    let still = format!("/contracts/{contract}/acceptance");
    assert!(
        !page["waiting"].to_string().contains(&still),
        "he has answered"
    );
    // Both tabs and both sides at once: one contract, on one of the two sets of terms.
    let mut running = vec![];
    for n in 0..10 {
        let (client, freelancer) = (client.clone(), freelancer.clone());
        let (contract, counter) = (contract.clone(), id(&counter));
        running.push(tokio::spawn(async move {
            if n % 2 == 0 {
                client
                    .api
                    .call("amendment.accept", &counter, Value::Null)
                    .await
                    .status
            } else {
                freelancer
                    .api
                    .call("offer.accept", &contract, Value::Null)
                    .await
                    .status
            }
        }));
    }
    let mut won = 0;
    for one in running {
        won += usize::from(one.await.expect("an answer") < 300);
    }
    assert_eq!(won, 1, "agreed once");
    let agreed = client.contract(&contract).await;
    assert_eq!(agreed["state"], "accepted");
    sums_up(&agreed);
    refused(
        &freelancer
            .api
            .call("offer.counter", &contract, terms.clone())
            .await,
        409,
        "offer_not_open",
    );
    // Declined, the offer stands; taken back, the counter-offer falls with it.
    let project = client.post_project("Countered again").await;
    let proposal = freelancer.propose(&project, &[50_000]).await;
    let contract = client.offer(&proposal).await;
    let less = json!({"milestones": [{"title": "All", "amount": usd(60_000), "due_days": 7}]});
    let counter = freelancer
        .api
        .call("offer.counter", &contract, less.clone())
        .await
        .ok();
    let _ = client
        .api
        .call("amendment.decline", &id(&counter), json!({}))
        .await
        .ok();
    assert_eq!(client.contract(&contract).await["state"], "offered");
    let counter = freelancer
        .api
        .call("offer.counter", &contract, less)
        .await
        .ok();
    let _ = client
        .api
        .call("offer.retract", &contract, Value::Null)
        .await
        .ok();
    let gone = freelancer
        .api
        .call("amendment.show", &id(&counter), Value::Null)
        .await
        .ok();
    assert_eq!(gone["state"], "withdrawn");
    refused(
        &client
            .api
            .call("amendment.accept", &id(&counter), Value::Null)
            .await,
        409,
        "amendment_answered",
    );
    server.check();
}

#[tokio::test]
async fn a_review_is_corrected_within_a_day_and_comes_in_time() {
    let server = world().await;
    let api = server.api().await;
    let mut deal = Deal::fresh(&server, &[30_000]).await;
    refused(
        &deal.client.api.call("review.submit", &deal.contract, json!({"quality": 5, "communication": 5, "timeliness": 4, "value": 5, "body": "Early"})).await,
        409,
        "contract_not_completed",
    );
    deal.finish(&deal.milestones[0]).await;
    let _ = deal.client.sign_off(&deal.contract).await.ok();
    let _ = deal.freelancer.sign_off(&deal.contract).await.ok();
    let review = deal.client.review(&deal.contract, "Good").await;
    let better = json!({"quality": 4, "communication": 5, "timeliness": 4, "value": 5, "body": "Good, with notes"});
    let changed = deal
        .client
        .api
        .call("review.update", &id(&review), better.clone())
        .await
        .ok();
    assert_eq!(changed["body"], "Good, with notes");
    let seen = deal
        .freelancer
        .api
        .list("contract.reviews", &deal.contract)
        .await;
    assert!(seen.is_empty(), "the other side sees none: {seen:?}");
    api.advance(DAY + 60).await;
    deal.client = deal.client.again().await;
    refused(
        &deal
            .client
            .api
            .call("review.update", &id(&review), better)
            .await,
        409,
        "review_edit_closed",
    );
    api.advance(14 * DAY).await;
    deal.freelancer = deal.freelancer.again().await;
    let late =
        json!({"quality": 5, "communication": 5, "timeliness": 5, "value": 5, "body": "Late"});
    refused(
        &deal
            .freelancer
            .api
            .call("review.submit", &deal.contract, late)
            .await,
        409,
        "review_window_closed",
    );
    server.check();
}
