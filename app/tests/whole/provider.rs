//! A provider that loses, doubles and delays its messages, declines, asks, hangs, returns and
//! disputes: the books stay true.

mod chargebacks;
mod debts;
mod ended;
mod events;
mod methods;
mod payouts;
mod transfers;

use crate::BIN;
use serde_json::{Value, json};
use testkit::{
    Deal, Party, Server, Setup,
    party::{id, usd},
};

async fn world() -> Server {
    let server = Setup::of(BIN).demo().start().await;
    server.api().await.raise_limits().await;
    server
}

#[tokio::test]
async fn lost_doubled_and_late_messages_change_nothing() {
    let server = world().await;
    for wish in ["lose_event", "double_event", "late_event"] {
        let deal = Deal::demo(&server, &[30_000]).await;
        deal.client.api.provider_next(wish, 1).await;
        let answer = deal.client.fund(&deal.milestones[0]).await;
        assert!(answer.status < 300, "{wish}: {}", answer.text);
        deal.client.api.settle().await;
        assert_eq!(deal.state(&deal.milestones[0]).await, "funded", "{wish}");
        assert_eq!(
            deal.client.contract(&deal.contract).await["held"],
            usd(30_000),
            "{wish}"
        );
        server.check();
    }
    server.api().await.advance(2 * 86_400).await;
    server.check();
}

#[tokio::test]
async fn a_declined_card_takes_nothing_and_another_may_be_tried() {
    let server = world().await;
    let deal = Deal::demo(&server, &[30_000]).await;
    deal.client.api.provider_next("decline", 1).await;
    let declined = deal.client.fund(&deal.milestones[0]).await;
    assert_eq!(declined.status, 402, "{}", declined.text);
    assert!(!declined.body["detail"].as_str().unwrap_or("").is_empty());
    assert_eq!(deal.state(&deal.milestones[0]).await, "agreed");
    server.check();
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    deal.client.api.settle().await;
    assert_eq!(deal.state(&deal.milestones[0]).await, "funded");
    server.check();
}

#[tokio::test]
async fn a_card_that_is_always_declined_says_so() {
    let server = world().await;
    let client = Party::register(&server.api().await, "Dora", &["client"], "en").await;
    let freelancer = Party::demo(&server, "freelancer").await;
    client.attach_card("4000000000000002").await;
    let deal = Deal::between(&client, &freelancer, &[30_000]).await;
    let declined = client.fund(&deal.milestones[0]).await;
    assert_eq!(declined.status, 402, "{}", declined.text);
    assert_eq!(deal.state(&deal.milestones[0]).await, "agreed");
    server.check();
}

#[tokio::test]
async fn a_payer_who_must_answer_is_sent_there_and_comes_back() {
    let server = world().await;
    let api = server.api().await;
    for answer in ["approve", "refuse"] {
        let deal = Deal::demo(&server, &[30_000]).await;
        api.provider_next("action_required", 1).await;
        let asked = deal.client.fund(&deal.milestones[0]).await.ok();
        let url = find(&asked, "next_action_url")
            .unwrap_or_else(|| panic!("an address to answer at: {asked}"));
        assert_eq!(
            deal.state(&deal.milestones[0]).await,
            "agreed",
            "not funded before the answer"
        );
        let second = deal.client.fund(&deal.milestones[0]).await;
        assert_eq!(
            second.status, 409,
            "a second funding meanwhile: {}",
            second.text
        );
        let done = api
            .http
            .post(&url)
            .form(&[("answer", answer)])
            .send()
            .await
            .expect("the provider answers");
        assert!(
            done.status().is_success() || done.status().is_redirection(),
            "{}",
            done.status()
        );
        api.settle().await;
        let expected = if answer == "approve" {
            "funded"
        } else {
            "agreed"
        };
        assert_eq!(deal.state(&deal.milestones[0]).await, expected, "{answer}");
        server.check();
    }
}

/// Both agree to end a contract with all of its first milestone's money back to the client.
async fn give_back(deal: &Deal) {
    let all = json!([{"milestone_id": deal.milestones[0], "outcome": "refund"}]);
    settle_by(deal, all).await;
}

async fn settle_by(deal: &Deal, settlement: Value) {
    let (client, freelancer) = (deal.client.again().await, deal.freelancer.again().await);
    let asked = client
        .api
        .call(
            "contract.terminate",
            &deal.contract,
            json!({"reason": "The plan changed", "settlement": settlement}),
        )
        .await
        .ok();
    let agreed = json!({"termination_id": id(&asked["termination"])});
    let _ = freelancer
        .api
        .call("contract.accept_termination", &deal.contract, agreed)
        .await
        .ok();
}

/// A member who looks after money beside the owner.
async fn finance(server: &Server) -> Party {
    let party = Party::register(
        &server.api().await,
        "Fatma",
        &["client", "freelancer"],
        "en",
    )
    .await;
    let owner = server.demo_account("owner@demo.test").await;
    let members = owner.list("member.list", "").await;
    let member = members
        .iter()
        .find(|m| m["display_name"] == "Fatma")
        .unwrap_or_else(|| panic!("Fatma among {members:?}"));
    let roles = json!({"roles": ["client", "freelancer", "finance"]});
    let _ = owner
        .call("member.change_roles", &id(member), roles)
        .await
        .ok();
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    party.again().await
}

fn find(value: &Value, name: &str) -> Option<String> {
    match value {
        Value::Object(fields) => match fields.get(name).and_then(Value::as_str) {
            Some(found) => Some(found.to_owned()),
            None => fields.values().find_map(|v| find(v, name)),
        },
        Value::Array(items) => items.iter().find_map(|v| find(v, name)),
        _ => None,
    }
}

#[tokio::test]
async fn a_provider_that_hangs_is_asked_again_and_charges_once() {
    let server = world().await;
    let deal = Deal::demo(&server, &[30_000]).await;
    deal.client.api.provider_next("timeout", 1).await;
    let key = testkit::unique();
    let answer = deal
        .client
        .api
        .call_with_key("milestone.fund", &deal.milestones[0], json!({}), &key)
        .await;
    assert!(
        answer.status < 300 || matches!(answer.status, 503 | 504),
        "{} {}",
        answer.status,
        answer.text
    );
    deal.client.api.settle().await;
    for _ in 0..20 {
        if deal.state(&deal.milestones[0]).await == "funded" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        deal.client.api.settle().await;
    }
    assert_eq!(
        deal.state(&deal.milestones[0]).await,
        "funded",
        "the job behind finds the charge"
    );
    assert_eq!(
        deal.client.contract(&deal.contract).await["held"],
        usd(30_000),
        "once"
    );
    let again = deal
        .client
        .api
        .call_with_key("milestone.fund", &deal.milestones[0], json!({}), &key)
        .await;
    assert!(
        again.status < 300,
        "the same key is answered: {}",
        again.text
    );
    server.check();
}

#[tokio::test]
async fn a_provider_that_never_answers_is_named_as_the_one_who_is_late() {
    let mut server = world().await;
    // It takes every call and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("its address");
    server.set("GUILDHALL_PROVIDER_URL", format!("http://{address}"));
    server.set(
        "GUILDHALL_PROVIDER_SECRET",
        format!("{}{}", testkit::unique(), testkit::unique()),
    );
    server.restart().await;
    let client = server.demo_account("client@demo.test").await;
    let before = client.list("payment_method.list", "").await.len();
    let began = std::time::Instant::now();
    let card = json!({"provider_token": "pm_abcdefghijklmnopqrstuvwxyz"});
    let answer = client.call("payment_method.attach", "", card).await;
    assert_eq!(answer.refused(504), "upstream_timeout");
    let waited = began.elapsed().as_secs();
    assert!((9..30).contains(&waited), "{waited} s");
    assert_eq!(client.list("payment_method.list", "").await.len(), before);
}

#[tokio::test]
async fn a_returned_payout_comes_back_to_the_wallet() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[30_000]).await;
    deal.finish(&deal.milestones[0]).await;
    let api = server.api().await;
    api.advance(15 * 86_400).await;
    let freelancer = deal.freelancer.again().await;
    let there = freelancer.balance("available").await;
    let bank = freelancer.add_bank("12345678").await;
    api.provider_next("return_payout", 1).await;
    let payout = id(&freelancer.withdraw(&bank, there).await.ok());
    api.settle().await;
    assert_eq!(freelancer.balance("available").await, 0);
    server.check();
    api.advance(4 * 86_400).await;
    let freelancer = freelancer.again().await;
    assert_eq!(
        freelancer
            .api
            .call("payout.show", &payout, Value::Null)
            .await
            .ok()["state"],
        "returned"
    );
    assert_eq!(
        freelancer.balance("available").await,
        there,
        "the money is back"
    );
    server.check();
    // A closed account fails in the same way.
    let closed = freelancer.add_bank("000111111116").await;
    let payout = id(&freelancer.withdraw(&closed, there).await.ok());
    api.settle().await;
    assert_eq!(
        freelancer
            .api
            .call("payout.show", &payout, Value::Null)
            .await
            .ok()["state"],
        "failed"
    );
    assert_eq!(freelancer.balance("available").await, there);
    server.check();
}

#[tokio::test]
async fn a_disputed_charge_keeps_the_books_true() {
    let server = world().await;
    let api = server.api().await;
    let client = Party::register(&api, "Disa", &["client"], "en").await;
    let freelancer = Party::demo(&server, "freelancer").await;
    client.attach_card("4000000000000259").await;
    let deal = Deal::between(&client, &freelancer, &[30_000]).await;
    let _ = client.fund(&deal.milestones[0]).await.ok();
    api.settle().await;
    api.advance(8 * 86_400).await;
    server.check();
    let database = server.database().await;
    let mut tx = database.begin_system(None).await.expect("the system");
    let open: i64 =
        sqlx::query_scalar("select count(*) from ledger.chargeback where state = 'open'")
            .fetch_one(&mut *tx)
            .await
            .expect("chargebacks");
    assert_eq!(open, 1, "the dispute is known");
}

#[tokio::test]
async fn messages_without_a_true_signature_are_refused() {
    let server = world().await;
    let api = server.api().await;
    let hook = hook(&server);
    let body = json!({"id": "evt_aaaaaaaaaaaaaaaaaaaaaaaaaa", "seq": 1, "type": "payment.succeeded", "created_at": "2026-11-20T00:00:00Z",
        "data": {"object": "payment", "id": "pay_aaaaaaaaaaaaaaaaaaaaaaaaaa", "reference": testkit::unique(), "status": "succeeded",
        "amount_minor": 1000, "currency": "USD", "failure_code": null, "payment": null}});
    let now = base::instant::wall().unix_seconds();
    for signature in [
        "",
        "t=1,v1=00",
        "v1=",
        &format!("t={now},v1={}", "0".repeat(64)),
        &simulator::sign(
            "another-secret-of-someone-else-entirely",
            now,
            body.to_string().as_bytes(),
        ),
    ] {
        let answer = api
            .send("POST", &hook, &body, &[("guildhall-signature", signature)])
            .await;
        assert!(
            matches!(answer.status, 400 | 401 | 403),
            "{signature:?}: {} {}",
            answer.status,
            answer.text
        );
    }
    let database = server.database().await;
    let mut tx = database.begin_system(None).await.expect("the system");
    let kept: i64 = sqlx::query_scalar(
        "select count(*) from ledger.provider_event where id = 'evt_aaaaaaaaaaaaaaaaaaaaaaaaaa'",
    )
    .fetch_one(&mut *tx)
    .await
    .expect("events");
    assert_eq!(kept, 0, "nothing of it is kept");
}

/// Where the provider posts its messages.
fn hook(server: &Server) -> String {
    let output = server.run(&["routes", "--json"]);
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).expect("routes");
    let found = rows.iter().find(|r| {
        r["method"] == "POST"
            && r["rate"] == "free"
            && r["path"]
                .as_str()
                .is_some_and(|p| p.contains("provider") || p.contains("hook"))
    });
    found
        .and_then(|r| r["path"].as_str())
        .expect("a route for the provider's messages")
        .to_owned()
}

#[tokio::test]
async fn a_dead_provider_is_told_and_changes_nothing() {
    let server = Setup::of(BIN)
        .demo()
        .with("GUILDHALL_PROVIDER_URL", "http://127.0.0.1:9")
        .with(
            "GUILDHALL_PROVIDER_SECRET",
            "7d0c6b1e5f2a94877b1c3d5e7f9a00112233445566778899aabbccddeeff0022",
        )
        .start()
        .await;
    let deal = Deal::demo(&server, &[30_000]).await;
    for _ in 0..3 {
        let answer = deal.client.fund(&deal.milestones[0]).await;
        assert!(
            matches!(answer.status, 200..=202 | 409 | 503 | 504),
            "{} {}",
            answer.status,
            answer.text
        );
    }
    assert_eq!(deal.state(&deal.milestones[0]).await, "agreed");
    server.check();
}
