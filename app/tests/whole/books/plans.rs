//! Each plan charges its own rate: in quotes, at funding and at the release.

use super::world;
use serde_json::{Value, json};
use testkit::{Deal, Party, party::id};

#[tokio::test]
async fn each_plan_charges_its_own_rate() {
    let server = world().await;
    let owner = Party::demo(&server, "owner").await;
    let deal = Deal::fresh(&server, &[10_000, 10_000, 10_000]).await;
    let contract = deal.client.contract(&deal.contract).await;
    let freelancer = id(&contract["freelancer"]);
    for (n, (plan, fee)) in [("free", 500), ("pro", 300), ("business", 100)]
        .into_iter()
        .enumerate()
    {
        let seen = owner
            .api
            .call("member_plan.show", &freelancer, Value::Null)
            .await
            .ok();
        if plan != "free" {
            let set = async |version: String| {
                let path = owner
                    .api
                    .spec
                    .find("member_plan.set")
                    .at("atelier", &freelancer);
                let body = json!({"plan": plan});
                owner
                    .api
                    .send("PUT", &path, &body, &[("if-match", &version)])
                    .await
            };
            let stale = set("\"99\"".to_owned()).await;
            assert_eq!(
                (stale.status, stale.code()),
                (412, "stale"),
                "{}",
                stale.text
            );
            assert_eq!(stale.body["current"]["version"], seen["version"]);
            let _ = set(format!("\"{}\"", seen["version"])).await.ok();
        }
        let asked =
            json!({"milestones": [{"amount": {"amount_minor": 10_000, "currency": "USD"}}]});
        let quote = deal
            .freelancer
            .api
            .call("quote.create", "", asked)
            .await
            .ok();
        assert_eq!(
            (
                quote["plan"].as_str(),
                quote["freelancer_fee"]["amount_minor"].as_i64()
            ),
            (Some(plan), Some(fee)),
            "{quote}"
        );
        let milestone = &deal.milestones[n];
        let _ = deal.client.fund(milestone).await.ok();
        deal.client.api.settle().await;
        let delivery = deal.freelancer.deliver(milestone, &[]).await;
        let _ = deal.client.approve(&delivery).await.ok();
        let papers = deal.freelancer.api.list("invoice.list", "").await;
        let paper = papers
            .iter()
            .find(|p| p["item_id"] == json!(milestone))
            .expect("its paper");
        assert_eq!(paper["fee"]["amount_minor"], json!(fee), "{plan}: {paper}");
    }
    // Nobody sets their own, and only those who look after fees set another's.
    let own = deal
        .freelancer
        .api
        .call("member_plan.show", &freelancer, Value::Null)
        .await;
    assert_eq!(own.status, 403, "{}", own.text);
    server.check();
}
