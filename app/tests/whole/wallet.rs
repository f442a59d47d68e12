//! What the wallet's page tells whom: earnings to those who earn or once did, what is held to those
//! who pay.

use crate::BIN;
use serde_json::json;
use testkit::{Deal, Party, Server, Setup};

const FREE: &str = "You can withdraw this now.";
const HELD: &str = "Held for your projects";

async fn page_of(server: &Server, email: &str, password: &str) -> String {
    let api = server.api().await;
    let cookie = api.cookie(email, password).await;
    let answer = api.page("/w/atelier/wallet", &cookie).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.text
}

#[tokio::test]
async fn it_shows_what_its_owner_can_have() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let word = testkit::party::PASSWORD;

    let payer = Party::register(&api, "Peter", &["client"], "en").await;
    let page = page_of(&server, &payer.email, word).await;
    assert!(page.contains(HELD) && page.contains("Nothing is held for you"));
    assert!(!page.contains(FREE), "a payer has nothing to withdraw");

    let deal = Deal::fresh(&server, &[50_000]).await;
    let earner = page_of(&server, &deal.freelancer.email, word).await;
    assert!(earner.contains(FREE) && earner.contains("No entries yet"));
    deal.finish(&deal.milestones[0]).await;
    api.advance(10 * 86_400).await;

    // All of it is paid out, and the earner becomes a client: the history stays in the wallet.
    let earner = deal.freelancer.again().await;
    let bank = earner.add_bank("12345678").await;
    let all = earner.balance("available").await;
    assert!(all > 0);
    let _ = earner.withdraw(&bank, all).await.ok();
    api.advance(5 * 86_400).await;
    let owner = server.demo_account("owner@demo.test").await;
    let member = earner.wallet().await["member_id"].clone();
    let member = member.as_str().expect("the member of the wallet");
    let _ = owner
        .call("member.change_roles", member, json!({"roles": ["client"]}))
        .await
        .ok();
    let page = page_of(&server, &earner.email, word).await;
    assert!(page.contains("/w/atelier/wallet/statement\""), "{page}");
}
