//! The start page of whoever runs the workspace, hires, or is here for another product.

use super::{act, page, two, world};
use serde_json::{Value, json};
use testkit::{Deal, Party};

#[tokio::test]
async fn the_owner_finds_what_waits_for_a_decision() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[20_000]).await;
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    deal.client.api.settle().await;
    let owner = Party::demo(&server, "owner").await;
    let members = owner.api.list("member.list", "").await;
    let frida = members
        .iter()
        .find(|m| m["display_name"] == "Frida")
        .unwrap_or_else(|| panic!("Frida among {members:?}"));
    let member = frida["id"].as_str().expect("an id");
    let _ = owner
        .api
        .call("member.deactivate", member, json!({}))
        .await
        .ok();
    owner.api.settle().await;
    let start = act(&owner, "dashboard.show", "").await.ok();
    let waiting = start["waiting"].as_array().expect("what waits");
    let decision = format!("/w/atelier/contracts/{}/decision", deal.contract);
    let held = waiting
        .iter()
        .find(|one| one["kind"] == "decide_contract" && one["href"] == json!(decision));
    assert!(held.is_some(), "{start}");
    assert!(page(&owner, "").await.text.contains(&decision));
    // A party who may not decide is told nothing of it.
    let client = act(&deal.client, "dashboard.show", "").await.ok();
    let kinds: Vec<&Value> = client["waiting"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| &one["kind"])
        .collect();
    assert!(!kinds.contains(&&json!("decide_contract")), "{kinds:?}");
}

#[tokio::test]
async fn nobody_is_sent_where_they_have_nothing_to_do() {
    let server = world().await;
    let (client, _) = two(&server).await;
    let start = page(&client, "").await.text;
    assert!(start.contains("/w/atelier/projects/new"), "post a project");
    assert!(
        !start.contains("Find projects"),
        "a client does not look for work"
    );
    let mut lawyer = Party::demo(&server, "lawyer").await;
    lawyer.api = lawyer.api.in_workspace("huquq");
    let elsewhere = page(&lawyer, "").await;
    assert_eq!(elsewhere.status, 200);
    assert!(
        !elsewhere.text.contains("/w/huquq/projects"),
        "{}",
        elsewhere.text
    );
}
