//! Changes of the terms by agreement: amendments, rounds, checklists, parts.

use super::{DAY, asks_first, confirms, entry, funded, refused, sums_up, told, waits, world};
use serde_json::{Value, json};
use testkit::{
    Deal, Party,
    party::{id, usd},
};

#[tokio::test]
async fn a_part_is_split_off_and_paid_while_the_rest_stays_funded() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[30_000, 20_000]).await;
    let (client, freelancer) = (&deal.client, &deal.freelancer);
    let look = json!({"message": "A first look", "links": ["https://example.test/wip"]});
    refused(
        &freelancer
            .api
            .call("delivery.share", &deal.milestones[0], look.clone())
            .await,
        409,
        "not_funded",
    );
    let _ = client.fund(&deal.milestones[0]).await.ok();
    client.api.settle().await;
    refused(
        &client
            .api
            .call("delivery.share", &deal.milestones[0], look.clone())
            .await,
        403,
        "forbidden",
    );
    let share = freelancer
        .api
        .call("delivery.share", &deal.milestones[0], look)
        .await
        .ok();
    let contract = client.contract(&deal.contract).await;
    let now = entry(&contract, &deal.milestones[0]);
    assert_eq!(
        (&now["state"], &now["review_until"]),
        (&json!("funded"), &Value::Null),
        "no clock"
    );
    let note = json!({"feedback": "Larger, please."});
    refused(
        &freelancer
            .api
            .call("delivery.feedback", &id(&share), note.clone())
            .await,
        403,
        "forbidden",
    );
    let answered = client
        .api
        .call("delivery.feedback", &id(&share), note.clone())
        .await
        .ok();
    assert_eq!(answered["feedback"], "Larger, please.");
    refused(
        &client
            .api
            .call("delivery.feedback", &id(&share), note)
            .await,
        409,
        "already_answered",
    );
    refused(
        &client
            .api
            .call("delivery.approve_part", &id(&share), Value::Null)
            .await,
        409,
        "no_open_part",
    );
    let part = |minor: i64| json!({"message": "The first half", "part_title": "First half", "part_amount": usd(minor)});
    let answer = freelancer
        .api
        .call("delivery.share", &deal.milestones[0], part(30_000))
        .await;
    assert_eq!(
        (answer.status, answer.pointers()),
        (422, vec!["/part_amount"]),
        "{}",
        answer.text
    );
    let asked = freelancer
        .api
        .call("delivery.share", &deal.milestones[0], part(12_345))
        .await
        .ok();
    refused(
        &freelancer
            .api
            .call("delivery.share", &deal.milestones[0], part(1_000))
            .await,
        409,
        "part_open",
    );
    refused(
        &freelancer
            .api
            .call("delivery.approve_part", &id(&asked), Value::Null)
            .await,
        403,
        "forbidden",
    );
    let paid = client
        .api
        .call("delivery.approve_part", &id(&asked), Value::Null)
        .await
        .ok();
    assert_eq!(paid["part"]["state"], "approved");
    let contract = client.contract(&deal.contract).await;
    let rest = entry(&contract, &deal.milestones[0]);
    assert_eq!(
        (&rest["state"], &rest["amount"]),
        (&json!("funded"), &usd(17_655))
    );
    let child = entry(
        &contract,
        paid["part"]["milestone_id"].as_str().expect("an id"),
    );
    assert_eq!(
        (&child["state"], &child["amount"], &child["split_from"]),
        (&json!("approved"), &usd(12_345), &json!(deal.milestones[0]))
    );
    assert_eq!(contract["held"], usd(17_655));
    sums_up(&contract);
    let delivery = freelancer.deliver(&deal.milestones[0], &[]).await;
    let _ = client.approve(&delivery).await.ok();
    server.check();
}

#[tokio::test]
async fn amendments_change_the_terms_by_agreement_and_every_version_stays() {
    let server = world().await;
    let deal = funded(&server, &[30_000, 20_000]).await;
    let (client, freelancer) = (&deal.client, &deal.freelancer);
    let one = |of: &str, title: &str, minor: i64| json!({"milestone_id": of, "title": title, "amount": usd(minor), "due_days": 10});
    let add = |minor: i64| json!({"title": "One more", "amount": usd(minor), "due_days": 5, "checklist": ["Works on a phone", "Has a manual"]});
    let funded = json!({"milestones": [one(&deal.milestones[0], "Part 1", 1_000), one(&deal.milestones[1], "Part 2", 20_000)]});
    let answer = client
        .api
        .call("amendment.propose", &deal.contract, funded)
        .await;
    assert_eq!(
        (answer.status, answer.pointers()),
        (422, vec!["/milestones/0/amount"]),
        "{}",
        answer.text
    );
    let many: Vec<Value> = (0..40).map(|_| add(1_000)).collect();
    let answer = client
        .api
        .call(
            "amendment.propose",
            &deal.contract,
            json!({"milestones": many}),
        )
        .await;
    assert_eq!(
        (answer.status, answer.pointers()),
        (422, vec!["/milestones"]),
        "with the funded one more than can be ended at once: {}",
        answer.text
    );
    let wish = json!({"milestones": [one(&deal.milestones[1], "Part 2", 25_000), add(7_000)], "revisions": 4, "note": "As discussed"});
    let first = client
        .api
        .call("amendment.propose", &deal.contract, wish.clone())
        .await
        .ok();
    refused(
        &freelancer
            .api
            .call("amendment.propose", &deal.contract, wish.clone())
            .await,
        409,
        "amendment_open",
    );
    refused(
        &client
            .api
            .call("amendment.accept", &id(&first), Value::Null)
            .await,
        403,
        "own_proposal",
    );
    client.api.settle().await;
    assert!(told(freelancer, "amendment_proposed").await);
    assert!(waits(freelancer, "answer_change").await);
    assert!(!waits(client, "answer_change").await, "it is his own");
    let mut running = vec![];
    for _ in 0..6 {
        let (freelancer, of) = (freelancer.clone(), id(&first));
        running.push(tokio::spawn(async move {
            freelancer
                .api
                .call("amendment.accept", &of, Value::Null)
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
        (&contract["total"], &contract["revisions"]),
        (&usd(62_000), &json!(4))
    );
    sums_up(&contract);
    // Declined, withdrawn and lapsed ones change nothing.
    let drop_all = json!({"milestones": []});
    let second = freelancer
        .api
        .call("amendment.propose", &deal.contract, drop_all.clone())
        .await
        .ok();
    assert_eq!(
        client
            .api
            .call("amendment.decline", &id(&second), json!({"reason": "No"}))
            .await
            .ok()["state"],
        "declined"
    );
    let third = freelancer
        .api
        .call("amendment.propose", &deal.contract, drop_all.clone())
        .await
        .ok();
    assert_eq!(
        freelancer
            .api
            .call("amendment.withdraw", &id(&third), Value::Null)
            .await
            .ok()["state"],
        "withdrawn"
    );
    let fourth = freelancer
        .api
        .call("amendment.propose", &deal.contract, drop_all.clone())
        .await
        .ok();
    let _ = client.fund(&deal.milestones[1]).await.ok();
    client.api.settle().await;
    refused(
        &client
            .api
            .call("amendment.accept", &id(&fourth), Value::Null)
            .await,
        409,
        "amendment_outdated",
    );
    client.api.advance(8 * DAY).await;
    let (client, freelancer) = (client.again().await, freelancer.again().await);
    let all = client.api.list("amendment.list", &deal.contract).await;
    let states: Vec<_> = all.iter().filter_map(|a| a["state"].as_str()).collect();
    assert_eq!(states, ["lapsed", "withdrawn", "declined", "accepted"]);
    let original = &all.last().expect("the first")["before"];
    assert_eq!(
        (&original["total"], &original["revisions"]),
        (&usd(50_000), &json!(2)),
        "the original terms stay readable"
    );
    let fifth = freelancer
        .api
        .call("amendment.propose", &deal.contract, drop_all)
        .await
        .ok();
    let _ = client
        .api
        .call("amendment.accept", &id(&fifth), Value::Null)
        .await
        .ok();
    let contract = client.contract(&deal.contract).await;
    assert_eq!(contract["total"], usd(55_000));
    sums_up(&contract);
    let other = Party::demo(&server, "freelancer").await;
    refused(
        &other
            .api
            .call("amendment.show", &id(&fifth), Value::Null)
            .await,
        404,
        "not_found",
    );
    server.check();
}

#[tokio::test]
async fn rounds_beyond_the_agreed_two_need_an_amendment() {
    let server = world().await;
    let deal = funded(&server, &[30_000]).await;
    for _ in 0..2 {
        let delivery = deal.freelancer.deliver(&deal.milestones[0], &[]).await;
        deal.client.ask_changes(&delivery).await;
    }
    let delivery = deal.freelancer.deliver(&deal.milestones[0], &[]).await;
    let points = json!({"changes": "And the margins"});
    refused(
        &deal
            .client
            .api
            .call("delivery.request_changes", &delivery, points.clone())
            .await,
        409,
        "revisions_used_up",
    );
    let more = deal
        .client
        .api
        .call("amendment.propose", &deal.contract, json!({"revisions": 3}))
        .await
        .ok();
    let _ = deal
        .freelancer
        .api
        .call("amendment.accept", &id(&more), Value::Null)
        .await
        .ok();
    let sent_back = deal
        .client
        .api
        .call("delivery.request_changes", &delivery, points)
        .await
        .ok();
    assert_eq!(sent_back["state"], "changes_requested");
    let all = deal
        .client
        .api
        .list("delivery.list", &deal.milestones[0])
        .await;
    assert_eq!(all.len(), 3, "every version stays");
    server.check();
}

#[tokio::test]
async fn a_checklist_is_ticked_or_waived_and_one_approval_funds_the_next() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[30_000, 20_000, 10_000]).await;
    let (client, freelancer) = (&deal.client, &deal.freelancer);
    let list = json!({"milestones": [
        {"milestone_id": deal.milestones[0], "title": "Part 1", "amount": usd(30_000), "due_days": 7, "checklist": ["Tests", "Manual"]},
        {"milestone_id": deal.milestones[1], "title": "Part 2", "amount": usd(20_000), "due_days": 14},
        {"milestone_id": deal.milestones[2], "title": "Part 3", "amount": usd(10_000), "due_days": 21}]});
    let change = client
        .api
        .call("amendment.propose", &deal.contract, list)
        .await
        .ok();
    let _ = freelancer
        .api
        .call("amendment.accept", &id(&change), Value::Null)
        .await
        .ok();
    let _ = client.fund(&deal.milestones[0]).await.ok();
    client.api.settle().await;
    let work = json!({"message": "Here", "ticked": ["1", "3"]});
    let answer = freelancer
        .api
        .call("delivery.submit", &deal.milestones[0], work)
        .await;
    assert_eq!(
        (answer.status, answer.pointers()),
        (422, vec!["/ticked/1"]),
        "{}",
        answer.text
    );
    let work = json!({"message": "Here", "ticked": ["1"]});
    let delivery = freelancer
        .api
        .call("delivery.submit", &deal.milestones[0], work)
        .await
        .ok();
    assert_eq!(
        delivery["checklist"],
        json!([{"item": "Tests", "done": true}, {"item": "Manual", "done": false}])
    );
    refused(&client.approve(&id(&delivery)).await, 409, "checklist_open");
    refused(&freelancer.approve(&id(&delivery)).await, 403, "forbidden");
    // A payment that runs for another part is not the one that is answered with.
    let other = asks_first(&deal, &deal.milestones[2]).await;
    let yes = json!({"waiver": "The manual comes later", "fund_next": true});
    let approved = client
        .api
        .call("delivery.approve", &id(&delivery), yes)
        .await
        .ok();
    assert_eq!(approved["state"], "approved");
    assert_eq!(approved["next_funding"]["milestone_id"], deal.milestones[1]);
    assert_eq!(approved["next_funding"]["state"], "captured");
    confirms(&deal, &other).await;
    let contract = client.contract(&deal.contract).await;
    assert_eq!(
        entry(&contract, &deal.milestones[0])["checklist_waiver"],
        "The manual comes later"
    );
    let next = entry(&contract, &deal.milestones[1]);
    assert_eq!(next["state"], "funded");
    assert!(
        next["due_at"].is_string(),
        "the due clock starts at funding"
    );
    let delivery = freelancer.deliver(&deal.milestones[1], &[]).await;
    let more = json!({"fund_next": true});
    refused(
        &client.api.call("delivery.approve", &delivery, more).await,
        409,
        "nothing_to_fund",
    );
    assert_eq!(
        deal.state(&deal.milestones[1]).await,
        "submitted",
        "nothing half done"
    );
    server.check();
}
