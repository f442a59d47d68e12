//! A payment that comes in after its contract's end goes back, and says so.

use super::{find, world};
use serde_json::{Value, json};
use testkit::{Deal, unique};

#[tokio::test]
async fn a_payment_that_comes_after_the_end_says_that_it_goes_back() {
    let server = world().await;
    let api = server.api().await;
    let deal = Deal::demo(&server, &[30_000]).await;
    api.provider_next("action_required", 1).await;
    let key = unique();
    let fund = || {
        deal.client
            .api
            .call_with_key("milestone.fund", &deal.milestones[0], json!({}), &key)
    };
    let asked: Value = fund().await.ok();
    let url = find(&asked, "next_action_url").expect("an address to answer at");
    let cancelled = deal
        .client
        .api
        .call("contract.cancel", &deal.contract, json!({}))
        .await;
    assert!(cancelled.status < 300, "{}", cancelled.text);
    let _ = api
        .http
        .post(&url)
        .form(&[("answer", "approve")])
        .send()
        .await
        .expect("the provider answers");
    api.settle().await;
    let late = fund().await;
    assert_eq!(
        (late.status, late.code()),
        (409, "funding_refunded"),
        "{}",
        late.text
    );
    server.check();
}
