//! Contracts that stop, change and end early: pauses, holds, terminations, amendments,
//! counter-offers, work in progress and partial deliveries.

mod changing;
mod ending;
mod offers;
mod shown;
mod stopping;

use crate::BIN;
use serde_json::{Value, json};
use testkit::{Answer, Deal, Party, Server, Setup, party::usd};

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

/// Begins a card payment that the payer must confirm first; where they do that.
async fn asks_first(deal: &Deal, milestone: &str) -> String {
    deal.client.api.provider_next("action_required", 1).await;
    let asked = deal.client.fund(milestone).await.ok();
    let url = asked["payment"]["next_action_url"].as_str();
    url.unwrap_or_else(|| panic!("an address to answer at: {asked}"))
        .to_owned()
}

/// The payer confirms; what follows from it is done.
async fn confirms(deal: &Deal, url: &str) {
    let api = &deal.client.api;
    let done = api.http.post(url).form(&[("answer", "approve")]).send();
    let done = done.await.expect("the provider answers");
    assert!(done.status().as_u16() < 400, "{}", done.status());
    api.settle().await;
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

/// Whether the start page says that something of this kind waits.
async fn waits(party: &Party, kind: &str) -> bool {
    let page = party.api.call("dashboard.show", "", Value::Null).await.ok();
    let all = page["waiting"].as_array().expect("what waits");
    all.iter().any(|one| one["kind"] == kind)
}
