//! Contracts that stop, change and end early: pauses, holds, terminations, amendments,
//! counter-offers, work in progress and partial deliveries.

use crate::BIN;
use serde_json::{Value, json};
use testkit::{
    Answer, Deal, Party, Server, Setup,
    party::{id, usd},
};

const DAY: i64 = 86_400;

async fn world() -> Server {
    let server = Setup::of(BIN).demo().start().await;
    server.api().await.raise_limits().await;
    server
}

/// A deal whose first milestone is funded.
async fn funded(server: &Server, milestones: &[i64]) -> Deal {
    let deal = Deal::fresh(server, milestones).await;
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    deal.client.api.settle().await;
    deal
}

fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status, answer.code()),
        (status, code),
        "{}",
        answer.text
    );
}

async fn told(party: &Party, kind: &str) -> bool {
    party.notices().await.iter().any(|k| k == kind)
}

async fn pause(party: &Party, contract: &str) -> Answer {
    let why = json!({"reason": "On holiday"});
    party.api.call("contract.pause", contract, why).await
}

fn entry<'a>(contract: &'a Value, milestone: &str) -> &'a Value {
    let all = contract["milestones"].as_array().expect("milestones");
    all.iter()
        .find(|m| m["id"] == milestone)
        .unwrap_or_else(|| panic!("{milestone} in {contract}"))
}

fn sums_up(contract: &Value) {
    let all = contract["milestones"].as_array().expect("milestones");
    let sum: i64 = all
        .iter()
        .filter_map(|m| m["amount"]["amount_minor"].as_i64())
        .sum();
    assert_eq!(contract["total"], usd(sum), "{contract}");
}

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
    let _ = owner
        .call("member.deactivate", &freelancer, Value::Null)
        .await
        .ok();
    api.settle().await;
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
    let _ = owner
        .call("member.deactivate", &freelancer, Value::Null)
        .await
        .ok();
    api.settle().await;
    // The client asks for the money back; staff decide.
    let ask = json!({"reason": "He is gone", "settlement": [{"milestone_id": deal.milestones[0], "outcome": "refund"}]});
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
    let deal = Deal::fresh(&server, &[30_000, 20_000]).await;
    let (client, freelancer) = (&deal.client, &deal.freelancer);
    let list = json!({"milestones": [
        {"milestone_id": deal.milestones[0], "title": "Part 1", "amount": usd(30_000), "due_days": 7, "checklist": ["Tests", "Manual"]},
        {"milestone_id": deal.milestones[1], "title": "Part 2", "amount": usd(20_000), "due_days": 14}]});
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
    let yes = json!({"waiver": "The manual comes later", "fund_next": true});
    let approved = client
        .api
        .call("delivery.approve", &id(&delivery), yes)
        .await
        .ok();
    assert_eq!(approved["state"], "approved");
    assert_eq!(approved["next_funding"]["milestone_id"], deal.milestones[1]);
    client.api.settle().await;
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
