//! Every page names who acts next, its reader as "You".

use super::{act, card, page, two, who, world};
use serde_json::json;
use testkit::{
    Deal, Party,
    party::{PASSWORD, id, usd},
    unique,
};

#[tokio::test]
async fn a_project_says_who_acts_on_the_readers_proposal() {
    let server = world().await;
    let (client, freelancer) = two(&server).await;
    let project = client.post_project("A site").await;
    let here = format!("/projects/{project}");
    let proposal = freelancer.propose(&project, &[50_000]).await;
    let waits = page(&freelancer, &here).await.text;
    assert!(who(&waits).contains("Carla"), "the client decides");
    let contract = client.offer(&proposal).await;
    let offered = page(&freelancer, &here).await.text;
    let shown = card(&offered);
    assert!(
        who(&offered).contains("You") && shown.contains("Answer the offer"),
        "{shown}"
    );
    assert!(shown.contains(&format!("/contracts/{contract}")));
    let other =
        json!({"milestones": [{"title": "All of it", "amount": usd(60_000), "due_days": 7}]});
    let counter = freelancer.api.call("offer.counter", &contract, other);
    let counter = id(&counter.await.ok());
    let countered = page(&freelancer, &here).await.text;
    assert!(who(&countered).contains("Carla"), "{}", card(&countered));
    let declined = client.api.call("amendment.decline", &counter, json!({}));
    let _ = declined.await.ok();
    freelancer.accept(&contract).await;
    for (reader, named) in [(&freelancer, "Carla"), (&client, "You")] {
        let hired = page(reader, &here).await.text;
        let shown = card(&hired);
        assert!(who(&hired).contains(named), "{shown}");
        assert!(shown.contains("Open contract"), "{shown}");
    }
    let milestones = client.milestones(&contract).await;
    let _ = client.fund(&milestones[0]).await.ok();
    client.api.settle().await;
    assert!(who(&page(&freelancer, &here).await.text).contains("You"));
    assert!(who(&page(&client, &here).await.text).contains("Frida"));
    // A change of the terms that waits goes before the work, here as on the contract's page.
    let more = json!({"milestones": [{"milestone_id": milestones[0], "title": "Part 1", "amount": usd(50_000), "due_days": 7},
        {"title": "Part 2", "amount": usd(10_000), "due_days": 14}]});
    let proposed = freelancer.api.call("amendment.propose", &contract, more);
    let _ = proposed.await.ok();
    assert!(who(&page(&client, &here).await.text).contains("You"));
    assert!(who(&page(&freelancer, &here).await.text).contains("Carla"));
}

#[tokio::test]
async fn a_project_speaks_of_the_contract_that_goes_on() {
    let server = world().await;
    let (client, freelancer) = two(&server).await;
    let api = server.api().await;
    let second = Party::register(&api, "Nadia", &["freelancer"], "en").await;
    let project = client.post_project("For two").await;
    let change = json!({"positions": 2});
    let _ = client
        .api
        .call("project.update", &project, change)
        .await
        .ok();
    let proposal = freelancer.propose(&project, &[50_000]).await;
    let running = client.offer(&proposal).await;
    freelancer.accept(&running).await;
    let proposal = second.propose(&project, &[60_000]).await;
    let declined = client.offer(&proposal).await;
    let _ = second
        .api
        .call("offer.decline", &declined, json!({}))
        .await
        .ok();
    let _ = act(&client, "project.close_hiring", &project).await.ok();
    let shown = page(&client, &format!("/projects/{project}")).await.text;
    let shown = card(&shown);
    assert!(
        shown.contains(&format!("/contracts/{running}")) && !shown.contains(&declined),
        "{shown}"
    );
}

#[tokio::test]
async fn who_was_declined_may_write_again_and_nobody_is_named() {
    let server = world().await;
    let (client, freelancer) = two(&server).await;
    let project = client.post_project("A choice").await;
    let proposal = freelancer.propose(&project, &[50_000]).await;
    let _ = client
        .api
        .call("proposal.decline", &proposal, json!({"reason": "Too much"}))
        .await
        .ok();
    let declined = page(&freelancer, &format!("/projects/{project}"))
        .await
        .text;
    let shown = card(&declined);
    assert!(
        who(&declined).contains("Nobody") && shown.contains("Write a proposal"),
        "{shown}"
    );
    let _ = act(&client, "project.cancel", &project).await.ok();
    let over = page(&freelancer, &format!("/projects/{project}")).await;
    assert!(!over.text.contains("Write a proposal"));
}

#[tokio::test]
async fn a_finished_contract_waits_for_the_review_that_is_missing() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[20_000]).await;
    let room = format!("/contracts/{}", deal.contract);
    assert!(who(&page(&deal.client, &room).await.text).contains("You"));
    deal.finish(&deal.milestones[0]).await;
    let _ = deal.client.sign_off(&deal.contract).await.ok();
    let signed = page(&deal.client, &room).await.text;
    assert!(who(&signed).contains("Frida"));
    let _ = deal.freelancer.sign_off(&deal.contract).await.ok();
    deal.client.review(&deal.contract, "Good work.").await;
    let mine = page(&deal.client, &room).await.text;
    assert!(who(&mine).contains("Frida"), "{}", who(&mine));
    let current = "aria-current=\"step\"";
    assert!(mine.contains(current), "the review is still to come");
    deal.freelancer
        .review(&deal.contract, "A good client.")
        .await;
    let done = page(&deal.client, &room).await.text;
    assert!(!done.contains(current), "every step is done");
    assert!(who(&done).contains("Nobody"));
}

#[tokio::test]
async fn either_side_may_close_a_contract_that_holds_nothing() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[20_000, 30_000]).await;
    let early = act(&deal.freelancer, "contract.close", &deal.contract).await;
    assert_eq!((early.status, early.code()), (409, "contract_not_active"));
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    deal.client.api.settle().await;
    let held = act(&deal.client, "contract.close", &deal.contract).await;
    assert_eq!((held.status, held.code()), (409, "escrow_open"));
    let delivery = deal.freelancer.deliver(&deal.milestones[0], &[]).await;
    let _ = deal.client.approve(&delivery).await.ok();
    let way = format!("/contracts/{}/closing", deal.contract);
    let room = page(&deal.freelancer, &format!("/contracts/{}", deal.contract)).await;
    assert!(room.text.contains(&way));
    assert_eq!(page(&deal.freelancer, &way).await.status, 200);
    let late = format!("/w/atelier/milestones/{}/funding", deal.milestones[0]);
    let cookie = deal.client.api.cookie(&deal.client.email, PASSWORD).await;
    let key = unique();
    let again = deal
        .client
        .api
        .form(&late, &[("idempotency_key", key.as_str())], &cookie)
        .await;
    assert_eq!(again.status, 409, "{}", again.text);
    assert!(again.text.contains("funded already"), "{}", again.text);
    let closing = act(&deal.freelancer, "contract.close", &deal.contract)
        .await
        .ok();
    assert_eq!(closing["state"], "closing", "{closing}");
    let left = closing["milestones"].as_array().map(Vec::len);
    assert_eq!(left, Some(1), "what was never funded falls away");
    assert_eq!(closing["total"], usd(20_000), "what was done");
    deal.client.api.settle().await;
    for party in [&deal.client, &deal.freelancer] {
        let told = party.api.list("notification.list", "").await;
        let asked = told.iter().find(|n| n["kind"] == "sign_off_asked");
        let asked = asked.map(ToString::to_string).unwrap_or_default();
        assert!(
            asked.contains("Part 2") && asked.contains("never funded"),
            "what fell away is named: {told:?}"
        );
        let room = format!("/contracts/{}", deal.contract);
        let story = page(party, &room).await.text;
        assert!(
            story.contains("Part 2") && story.contains("since never funded"),
            "{story}"
        );
        let _ = party.sign_off(&deal.contract).await.ok();
    }
    assert_eq!(
        deal.client.contract(&deal.contract).await["state"],
        "completed"
    );
    server.check();
}
