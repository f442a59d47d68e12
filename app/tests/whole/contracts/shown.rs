//! What pages and answers tell of contracts, and whom.

use super::{entry, refused, world};
use serde_json::{Value, json};
use testkit::{
    Deal, MARKET, Party,
    party::{PASSWORD, id, usd},
};

async fn cookie(who: &Party) -> String {
    who.api.cookie(&who.email, PASSWORD).await
}

/// A part and a whole go back: what is told is what was paid, and the project waits for its client.
#[tokio::test]
async fn what_is_told_of_a_settlement_is_what_was_paid() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[20_000, 10_000, 4_000]).await;
    let (client, freelancer) = (&deal.client, &deal.freelancer);
    for milestone in &deal.milestones[..2] {
        let _ = client.fund(milestone).await.ok();
    }
    client.api.settle().await;
    // A form that is refused keeps its files.
    let session = cookie(freelancer).await;
    let deliveries = format!("/w/{MARKET}/milestones/{}/deliveries", deal.milestones[0]);
    let file = Some(("draft.txt", "The first draft".as_bytes()));
    let again = freelancer
        .api
        .form_with_file(&deliveries, &[("message", "")], file, &session)
        .await;
    assert_eq!(again.status, 422, "{}", again.text);
    let field = again.text.split("name=\"kept\" value=\"").nth(1);
    let kept = field.and_then(|t| t.get(..36)).expect("the file's id");
    assert!(again.text.contains("draft.txt"), "{}", again.text);
    let sent = [("message", "The draft, as agreed."), ("kept", kept)];
    let done = freelancer
        .api
        .form_with_file(&deliveries, &sent, None, &session)
        .await;
    assert_eq!(done.status, 303, "{}", done.text);
    let handed = freelancer
        .api
        .call("delivery.list", &deal.milestones[0], Value::Null)
        .await
        .ok();
    assert_eq!(handed[0]["files"][0]["id"], kept, "{handed}");

    // While it stands still there is still a milestone to pay for: the only card stays.
    let card = client.api.list("payment_method.list", "").await;
    let card = id(&card[0]);
    for step in ["contract.pause", "contract.resume"] {
        let why = json!({"reason": "On holiday"});
        let why = if step == "contract.pause" {
            why
        } else {
            Value::Null
        };
        let _ = client.api.call(step, &deal.contract, why).await.ok();
        refused(
            &client
                .api
                .call("payment_method.remove", &card, Value::Null)
                .await,
            409,
            "payment_method_needed",
        );
    }

    let had = freelancer.balance("pending").await;
    let ask = json!({"reason": "The plan changed", "settlement": [
        {"milestone_id": deal.milestones[0], "outcome": "split", "release": usd(5_000)},
        {"milestone_id": deal.milestones[1], "outcome": "refund"}]});
    let asked = client.api.call("contract.terminate", &deal.contract, ask);
    let asked = id(&asked.await.ok()["termination"]);
    let agree = json!({"termination_id": asked});
    let over = freelancer
        .api
        .call("contract.accept_termination", &deal.contract, agree)
        .await
        .ok();
    let gained = freelancer.balance("pending").await - had;
    for (milestone, fee, net, back) in [(0, 250, 4_750, 15_000), (1, 0, 0, 10_000)] {
        let told = entry(&over, &deal.milestones[milestone]);
        assert_eq!(
            (&told["fee"], &told["net"], &told["refunded"]),
            (&usd(fee), &usd(net), &usd(back))
        );
    }
    assert_eq!(gained, 4_750);
    let room = format!("/w/{MARKET}/contracts/{}", deal.contract);
    let page = freelancer.api.page(&room, &session).await.text;
    assert!(page.contains("Went back to the client") && page.contains("47.50"));
    assert!(
        !page.contains("190.00") && !page.contains("38.00"),
        "nobody got these"
    );
    assert!(!page.contains("Due in"), "nothing is due any more");

    // It does not come back among the open by itself; its client takes it up again.
    let project = over["project_id"].as_str().expect("an id");
    let now = client.api.call("project.show", project, Value::Null).await;
    let now = now.ok();
    assert_eq!(
        (&now["state"], &now["hired"]),
        (&json!("in_progress"), &json!(0))
    );
    let again = client.api.call("project.reopen", project, Value::Null);
    assert_eq!(again.await.ok()["state"], "open");
    let notices = client.notices().await;
    assert!(notices.iter().any(|k| k == "project_position_free"));
    // Whoever is suspended gets no offer.
    let proposal = freelancer.propose(project, &[10_000]).await;
    let owner = server.demo_account("owner@demo.test").await;
    let member = over["freelancer"]["id"].as_str().expect("an id");
    let _ = owner
        .call("member.deactivate", member, Value::Null)
        .await
        .ok();
    refused(
        &client.api.call("offer.send", &proposal, json!({})).await,
        409,
        "party_suspended",
    );
    server.check();
}

/// Titles of what was for members stay with members, and reviews go with the page they are about.
#[tokio::test]
async fn what_was_for_members_is_told_to_members() {
    let server = world().await;
    let api = server.api().await;
    let client = Party::register(&api, "Carla", &["client"], "en").await;
    client.attach_card("4242424242424242").await;
    let one = Party::register(&api, "Frida", &["freelancer"], "en").await;
    let other = Party::register(&api, "Fares", &["freelancer"], "ar").await;
    // Whoever has nothing yet is not told that there is something elsewhere.
    let session = cookie(&client).await;
    for (path, untrue) in [
        ("contracts?state=ended", "You have contracts"),
        ("notifications?unread=true", "There are other notices"),
        ("projects/mine?state=draft", "Look at all of them"),
    ] {
        let page = api.page(&format!("/w/{MARKET}/{path}"), &session).await;
        assert!(page.status == 200 && !page.text.contains(untrue), "{path}");
    }
    let members = json!({"title": "The harbour survey", "visibility": "members", "positions": 2,
        "budget_min": usd(10_000), "budget_max": usd(90_000)});
    let body = client.api.spec.body_with("project.create", members);
    let project = id(&client.api.call("project.create", "", body).await.ok());
    let publish = client.api.call("project.publish", &project, Value::Null);
    let _ = publish.await.ok();
    let mut deals = vec![];
    for freelancer in [&one, &other] {
        let proposal = freelancer.propose(&project, &[20_000]).await;
        let contract = client.offer(&proposal).await;
        freelancer.accept(&contract).await;
        let milestones = client.milestones(&contract).await;
        deals.push(Deal {
            client: client.clone(),
            freelancer: freelancer.clone(),
            contract,
            milestones,
        });
    }
    let (done, broken) = (&deals[0], &deals[1]);
    done.finish(&done.milestones[0]).await;
    let _ = client.fund(&broken.milestones[0]).await.ok();
    client.api.settle().await;
    for party in [&client, &one] {
        let _ = party.sign_off(&done.contract).await.ok();
    }
    for party in [&client, &one] {
        let _ = party.review(&done.contract, "Well done.").await;
    }
    let ask = json!({"reason": "No time", "settlement": [{"milestone_id": broken.milestones[0], "outcome": "refund"}]});
    let asked = client.api.call("contract.terminate", &broken.contract, ask);
    let agree = json!({"termination_id": id(&asked.await.ok()["termination"])});
    let _ = other
        .api
        .call("contract.accept_termination", &broken.contract, agree)
        .await
        .ok();
    let now = client.api.call("project.show", &project, Value::Null).await;
    assert_eq!(now.ok()["state"], "completed", "one was completed");

    let profile = |visibility: &'static str| {
        let one = one.clone();
        async move {
            let now = one.api.call("profile.show", "", Value::Null).await.ok();
            let version = format!("\"{}\"", now["version"]);
            let path = one.api.spec.find("profile.update").at(MARKET, "");
            let body = json!({"visibility": visibility});
            let headers = [("if-match", version.as_str())];
            let answer = one.api.send("PATCH", &path, &body, &headers).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            now["member_id"].as_str().expect("a member").to_owned()
        }
    };
    let member = profile("public").await;
    let path = format!("/api/v1/w/{MARKET}/freelancers/{member}");
    let page = format!("/w/{MARKET}/freelancers/{member}");
    let (seen, hidden) = (client.api.get(&path).await.ok(), api.get(&path).await.ok());
    assert_eq!(
        seen["work"]["history"][0]["title"], "The harbour survey",
        "{seen}"
    );
    assert!(
        hidden["work"]["history"][0]["title"].is_null() && !hidden.to_string().contains("harbour"),
        "{hidden}"
    );
    let visitor = api.page(&page, "").await.text;
    assert!(!visitor.contains("harbour") && visitor.contains("Private project"));
    let reader = api.page(&page, &session).await.text;
    let link = format!("href=\"/w/{MARKET}/projects/{project}\"");
    assert!(reader.contains(&link), "{link}");
    let reviews = format!("/api/v1/w/{MARKET}/reviews?member_id={member}");
    let told = client.api.get(&reviews).await.ok();
    assert_eq!(told[0]["project_id"], project, "{told}");

    let _ = profile("hidden").await;
    assert_eq!(client.api.get(&path).await.status, 404);
    assert_eq!(client.api.get(&reviews).await.status, 404);
    assert_eq!(one.api.get(&reviews).await.status, 200, "their own");
    let one_review = id(&told[0]);
    let single = other
        .api
        .call("review.show", &one_review, Value::Null)
        .await;
    assert_eq!(single.status, 404);
    server.check();
}
