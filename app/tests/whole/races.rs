//! Many at once: one wins, the others get a clear answer, and the money is right.

use crate::BIN;
use serde_json::{Value, json};
use std::future::Future;
use testkit::{
    Answer, Deal, Party, Server, Setup,
    party::{id, payment, usd},
    unique,
};

const AT_ONCE: usize = 20;

async fn world() -> Server {
    let server = Setup::of(BIN).demo().start().await;
    server.api().await.raise_limits().await;
    server
}

/// Asks the same many times at once.
async fn at_once<F: Future<Output = Answer> + Send + 'static>(
    ask: impl Fn(usize) -> F,
) -> Vec<Answer> {
    let running: Vec<_> = (0..AT_ONCE).map(|n| tokio::spawn(ask(n))).collect();
    let mut answers = vec![];
    for task in running {
        answers.push(task.await.expect("an answer"));
    }
    answers
}

/// One success; everybody else a 409 or 402 with words.
fn one_wins(answers: &[Answer]) {
    let winners = answers.iter().filter(|a| a.status < 300).count();
    let shown: Vec<_> = answers.iter().map(|a| (a.status, a.code())).collect();
    assert_eq!(winners, 1, "{shown:?}");
    for answer in answers.iter().filter(|a| a.status >= 300) {
        assert!(
            matches!(answer.status, 402 | 409),
            "{} {}",
            answer.status,
            answer.text
        );
        assert!(
            !answer.code().is_empty()
                && answer.body["detail"]
                    .as_str()
                    .is_some_and(|d| !d.is_empty()),
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn of_many_acceptances_one_wins() {
    let server = world().await;
    let client = Party::demo(&server, "client").await;
    let freelancer = Party::demo(&server, "freelancer").await;
    let project = client.post_project("Raced acceptance").await;
    let proposal = freelancer.propose(&project, &[30_000]).await;
    let contract = client.offer(&proposal).await;
    let answers = at_once(|_| {
        let (freelancer, contract) = (freelancer.clone(), contract.clone());
        async move {
            freelancer
                .api
                .call("offer.accept", &contract, Value::Null)
                .await
        }
    })
    .await;
    one_wins(&answers);
    assert_eq!(client.contract(&contract).await["state"], "accepted");
}

#[tokio::test]
async fn of_many_fundings_one_charges_the_card() {
    let server = world().await;
    let deal = Deal::demo(&server, &[30_000]).await;
    let answers = at_once(|_| {
        let (client, milestone) = (deal.client.clone(), deal.milestones[0].clone());
        async move { client.fund(&milestone).await }
    })
    .await;
    one_wins(&answers);
    let won = answers.iter().find(|a| a.status == 201).expect("one won");
    let paid = testkit::party::payment(&won.body["data"]);
    for lost in answers.iter().filter(|a| a.code() == "funding_in_progress") {
        assert_eq!(lost.body["running_id"], paid, "{}", lost.text);
    }
    deal.client.api.settle().await;
    assert_eq!(deal.state(&deal.milestones[0]).await, "funded");
    assert_eq!(
        deal.client.contract(&deal.contract).await["held"],
        usd(30_000)
    );
    let database = server.database().await;
    let mut tx = database.begin_system(None).await.expect("the system");
    let charges: i64 = sqlx::query_scalar(
        "select count(*) from ledger.payment where purpose_id = $1::uuid and state = 'captured'",
    )
    .bind(&deal.milestones[0])
    .fetch_one(&mut *tx)
    .await
    .expect("charges");
    assert_eq!(charges, 1);
    server.check();
}

#[tokio::test]
async fn of_many_approvals_one_releases_the_escrow() {
    let server = world().await;
    let deal = Deal::demo(&server, &[30_000]).await;
    let before = deal.freelancer.balance("pending").await;
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    deal.client.api.settle().await;
    let delivery = deal.freelancer.deliver(&deal.milestones[0], &[]).await;
    let answers = at_once(|_| {
        let (client, delivery) = (deal.client.clone(), delivery.clone());
        async move { client.approve(&delivery).await }
    })
    .await;
    one_wins(&answers);
    let gained = deal.freelancer.balance("pending").await - before;
    assert!(
        gained > 20_000 && gained < 30_000,
        "released once, less the fee: {gained}"
    );
    server.check();
}

#[tokio::test]
async fn many_withdrawals_never_take_more_than_there_is() {
    let server = world().await;
    let deal = Deal::demo(&server, &[30_000]).await;
    deal.finish(&deal.milestones[0]).await;
    deal.client.api.advance(15 * 86_400).await;
    let freelancer = Party::demo(&server, "freelancer").await;
    let there = freelancer.balance("available").await;
    assert!(there >= 20_000, "{there}");
    let bank = freelancer.add_bank("12345678").await;
    let whole = at_once(|_| {
        let (freelancer, bank) = (freelancer.clone(), bank.clone());
        async move { freelancer.withdraw(&bank, there).await }
    })
    .await;
    one_wins(&whole);
    assert_eq!(freelancer.balance("available").await, 0);
    freelancer.api.settle().await;
    server.check();
}

#[tokio::test]
async fn one_key_at_once_is_one_effect() {
    let server = world().await;
    let deal = Deal::demo(&server, &[30_000, 20_000]).await;
    let key = unique();
    let answers = at_once(|_| {
        let (client, milestone, key) =
            (deal.client.clone(), deal.milestones[0].clone(), key.clone());
        async move {
            client
                .api
                .call_with_key("milestone.fund", &milestone, json!({}), &key)
                .await
        }
    })
    .await;
    assert!(
        answers.iter().any(|a| a.status < 300),
        "one at least is answered"
    );
    let done: Vec<String> = answers
        .iter()
        .filter(|a| a.status < 300)
        .map(|a| payment(&a.body["data"]))
        .collect();
    assert!(
        done.windows(2).all(|w| w[0] == w[1]),
        "all answers name one thing: {done:?}"
    );
    for answer in answers.iter().filter(|a| a.status >= 300) {
        assert_eq!(
            (answer.status, answer.code()),
            (409, "in_progress"),
            "{}",
            answer.text
        );
        assert_eq!(answer.body["retryable"], true);
    }
    deal.client.api.settle().await;
    // The same key again: the same answer; with another body or milestone: refused.
    let again = deal
        .client
        .api
        .call_with_key("milestone.fund", &deal.milestones[0], json!({}), &key)
        .await;
    assert_eq!(payment(&again.ok()), done[0]);
    let other = deal
        .client
        .api
        .call_with_key("milestone.fund", &deal.milestones[1], json!({}), &key)
        .await;
    assert_eq!(
        (other.status, other.code()),
        (422, "idempotency_mismatch"),
        "{}",
        other.text
    );
    let body = deal
        .client
        .api
        .spec
        .body(deal.client.api.spec.find("project.create"));
    let key = unique();
    let made = at_once(|_| {
        let (client, body, key) = (deal.client.clone(), body.clone(), key.clone());
        async move {
            client
                .api
                .call_with_key("project.create", "", body, &key)
                .await
        }
    })
    .await;
    let mut ids: Vec<String> = made
        .iter()
        .filter(|a| a.status < 300)
        .map(|a| id(&a.body["data"]))
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 1, "one project");
    server.check();
}

#[tokio::test]
async fn both_sides_at_once_never_deadlock() {
    let server = world().await;
    let deal = Deal::demo(&server, &[10_000, 10_000, 10_000]).await;
    // Fund everything in parallel with withdrawals of the offer, deliveries, and reads.
    let answers = at_once(|n| {
        let (client, freelancer, milestone, contract) = (
            deal.client.clone(),
            deal.freelancer.clone(),
            deal.milestones[n % 3].clone(),
            deal.contract.clone(),
        );
        async move {
            match n % 4 {
                0 => client.fund(&milestone).await,
                1 => {
                    freelancer
                        .api
                        .call(
                            "delivery.submit",
                            &milestone,
                            json!({"message": "Early", "links": [], "files": []}),
                        )
                        .await
                }
                2 => {
                    client
                        .api
                        .call("contract.cancel", &contract, json!({}))
                        .await
                }
                _ => {
                    freelancer
                        .api
                        .call("contract.show", &contract, Value::Null)
                        .await
                }
            }
        }
    })
    .await;
    for answer in &answers {
        assert!(
            answer.status < 500,
            "{}: {} {}",
            answer.asked,
            answer.status,
            answer.text
        );
    }
    deal.client.api.settle().await;
    server.check();
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}
