//! A refusal names where the fault is, or what stands in the way.

use super::{act, page, two, world};
use serde_json::{Value, json};
use testkit::{
    Deal,
    party::{id, usd},
};

#[tokio::test]
async fn a_project_with_a_contract_points_to_it_instead_of_being_cancelled() {
    let server = world().await;
    let (client, freelancer) = two(&server).await;
    let project = client.post_project("Taken").await;
    let proposal = freelancer.propose(&project, &[50_000]).await;
    let contract = client.offer(&proposal).await;
    let refused = act(&client, "project.cancel", &project).await;
    assert_eq!(
        (refused.status, refused.code(), &refused.body["contract_id"]),
        (409, "project_has_contract", &json!(contract)),
        "{}",
        refused.text
    );
    let asked = page(&client, &format!("/projects/{project}/cancellation")).await;
    assert_eq!(asked.status, 200);
    assert!(asked.text.contains(&format!("/contracts/{contract}")));
    assert!(!asked.text.contains(&format!(
        "action=\"/w/atelier/projects/{project}/cancellation"
    )));
}

#[tokio::test]
async fn taking_a_proposal_back_declines_the_offer_on_it() {
    let server = world().await;
    let (client, freelancer) = two(&server).await;
    let project = client.post_project("Not after all").await;
    let proposal = freelancer.propose(&project, &[50_000]).await;
    let contract = client.offer(&proposal).await;
    for _ in 0..2 {
        let key = "withdrawn-once";
        let done = freelancer
            .api
            .call_with_key("proposal.withdraw", &proposal, Value::Null, key)
            .await
            .ok();
        assert_eq!(
            (&done["id"], &done["state"]),
            (&json!(proposal), &json!("withdrawn"))
        );
    }
    assert_eq!(client.contract(&contract).await["state"], "declined");
    freelancer.propose(&project, &[40_000]).await;
    server.check();
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_at_its_place() {
    let server = world().await;
    let (client, freelancer) = two(&server).await;
    let body = client
        .api
        .spec
        .body_with("project.create", json!({"skills": []}));
    let answer = client.api.call("project.create", "", body).await;
    assert_eq!((answer.status, answer.pointers()), (422, vec!["/skills"]));
    let mut body = client.api.spec.body_with("project.create", json!({}));
    if let Some(fields) = body.as_object_mut() {
        fields.remove("skills");
    }
    let draft = client.api.call("project.create", "", body).await.ok();
    assert_eq!(draft["skills"], json!([]), "a draft may lack them");
    let project = client.post_project("Dated").await;
    let bid = |bid: Value, part: Value, from: &str| {
        json!({"bid": bid, "cover_letter": "Gladly.", "duration_days": 10, "available_from": from,
            "milestones": [{"title": "All", "amount": part, "due_days": 10}]})
    };
    let eur = json!({"amount_minor": 50_000, "currency": "EUR"});
    for (body, pointers) in [
        (
            bid(usd(50_000), usd(50_000), "2020-01-01"),
            vec!["/available_from"],
        ),
        (
            bid(eur.clone(), eur.clone(), "2090-01-01"),
            vec!["/bid/currency", "/milestones/0/amount/currency"],
        ),
        (
            bid(usd(50_000), eur, "2090-01-01"),
            vec!["/bid/currency", "/milestones/0/amount/currency"],
        ),
    ] {
        let answer = freelancer.api.call("proposal.submit", &project, body).await;
        assert_eq!(
            (answer.status, answer.pointers()),
            (422, pointers),
            "{}",
            answer.text
        );
    }
    let operation = freelancer.api.spec.find("proposal.submit");
    let schema = freelancer.api.spec.body(operation);
    assert!(schema.is_object());
}

#[tokio::test]
async fn the_first_offer_carries_what_deliveries_must_show() {
    let server = world().await;
    let (client, freelancer) = two(&server).await;
    let project = client.post_project("Checked").await;
    let proposal = freelancer.propose(&project, &[30_000, 20_000]).await;
    let wrong = json!({"checklists": [{"position": 3, "checklist": ["Nothing"]}]});
    let answer = client.api.call("offer.send", &proposal, wrong).await;
    assert_eq!(
        (answer.status, answer.pointers()),
        (422, vec!["/checklists/0/position"])
    );
    let points = json!(["Two languages", "Fast, and small"]);
    let offer = json!({"checklists": [{"position": 2, "checklist": points}]});
    let contract = id(&client.api.call("offer.send", &proposal, offer).await.ok());
    let shown = freelancer.contract(&contract).await;
    assert_eq!(shown["milestones"][0]["checklist"], json!([]));
    assert_eq!(shown["milestones"][1]["checklist"], points);
    let signs = page(&freelancer, &format!("/contracts/{contract}/acceptance")).await;
    assert!(signs.text.contains("Two languages"), "{}", signs.text);
}

#[tokio::test]
async fn nobody_writes_back_about_work_that_is_approved() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[30_000]).await;
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    deal.client.api.settle().await;
    let share = json!({"message": "A look"});
    let shared = deal
        .freelancer
        .api
        .call("delivery.share", &deal.milestones[0], share)
        .await
        .ok();
    let room = format!("/contracts/{}", deal.contract);
    let write_back = format!("/shares/{}/feedback", id(&shared));
    assert!(page(&deal.client, &room).await.text.contains(&write_back));
    let delivery = deal.freelancer.deliver(&deal.milestones[0], &[]).await;
    let _ = deal.client.approve(&delivery).await.ok();
    assert!(!page(&deal.client, &room).await.text.contains(&write_back));
    let words = json!({"feedback": "Too late"});
    let late = deal
        .client
        .api
        .call("delivery.feedback", &id(&shared), words)
        .await;
    assert_eq!((late.status, late.code()), (409, "already_approved"));
}

#[tokio::test]
async fn a_review_is_corrected_in_part() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[30_000]).await;
    deal.finish(&deal.milestones[0]).await;
    let _ = deal.client.sign_off(&deal.contract).await.ok();
    let _ = deal.freelancer.sign_off(&deal.contract).await.ok();
    let review = deal.client.review(&deal.contract, "Good work.").await;
    let change = json!({"timeliness": 2});
    let changed = deal
        .client
        .api
        .call("review.update", &id(&review), change)
        .await
        .ok();
    assert_eq!(changed["timeliness"], 2, "{changed}");
    assert_eq!(
        (&changed["body"], &changed["quality"]),
        (&review["body"], &review["quality"])
    );
}
