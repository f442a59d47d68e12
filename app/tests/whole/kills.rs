//! The server killed with -9 at random moments of a scripted journey, and PostgreSQL too: after
//! each restart every invariant holds, and repeating the interrupted request with its key ends in
//! exactly one effect. `GUILDHALL_TEST_KILLS` sets how many (50 in full), `GUILDHALL_TEST_SEED`
//! the seed.

use crate::BIN;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{
    Answer, Api, Party, Server, Setup,
    party::{id, usd},
    unique,
};

/// Numbers that look random and are the same for a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn of_seed() -> Self {
        let seed = std::env::var("GUILDHALL_TEST_SEED")
            .ok()
            .and_then(|s| s.parse().ok())
            .unwrap_or(20_261_120);
        println!("GUILDHALL_TEST_SEED={seed}");
        Self(seed)
    }
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % most
    }
}

fn wanted(name: &str, usual: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(usual)
}

/// One step of the journey: who asks what, with which body.
struct Step {
    client: bool,
    operation: &'static str,
    on: &'static str,
    body: fn() -> Value,
    gives: &'static str,
}

const fn step(
    client: bool,
    operation: &'static str,
    on: &'static str,
    body: fn() -> Value,
    gives: &'static str,
) -> Step {
    Step {
        client,
        operation,
        on,
        body,
        gives,
    }
}

fn nothing() -> Value {
    json!({})
}
fn project() -> Value {
    json!({"title": "Killed work", "description": "Words.", "category": "", "skills": ["rust"], "budget_min": usd(10_000), "budget_max": usd(90_000),
        "duration_days": 10, "level": "expert", "visibility": "members"})
}
fn proposal() -> Value {
    json!({"bid": usd(30_000), "cover_letter": "Gladly.", "duration_days": 9, "milestones": [{"title": "All", "amount": usd(30_000), "due_days": 9}]})
}
fn delivery() -> Value {
    json!({"message": "Done.", "links": [], "files": []})
}
fn review() -> Value {
    json!({"quality": 5, "communication": 5, "timeliness": 5, "value": 5, "body": "Good."})
}

const JOURNEY: [Step; 12] = [
    step(true, "project.create", "", project, "project"),
    step(true, "project.publish", "project", nothing, ""),
    step(false, "proposal.submit", "project", proposal, "proposal"),
    step(true, "proposal.shortlist", "proposal", nothing, ""),
    step(true, "offer.send", "proposal", nothing, "contract"),
    step(false, "offer.accept", "contract", nothing, ""),
    step(true, "milestone.fund", "milestone", nothing, ""),
    step(false, "delivery.submit", "milestone", delivery, "delivery"),
    step(true, "delivery.approve", "delivery", nothing, ""),
    step(true, "contract.sign_off", "contract", nothing, ""),
    step(false, "contract.sign_off", "contract", nothing, ""),
    step(true, "review.submit", "contract", review, ""),
];

/// The journey as it stands: what was made, and how often.
struct Journey {
    client: Api,
    freelancer: Api,
    known: Vec<(&'static str, String)>,
    at: usize,
    whole: u64,
    category: String,
}

impl Journey {
    async fn begin(server: &Server) -> Self {
        let client = Party::demo(server, "client").await.api;
        let freelancer = Party::demo(server, "freelancer").await.api;
        let categories = client.list("category.list", "").await;
        let category = categories[0]["key"]
            .as_str()
            .expect("a category")
            .to_owned();
        Self {
            client,
            freelancer,
            known: vec![],
            at: 0,
            whole: 0,
            category,
        }
    }

    fn known(&self, name: &str) -> String {
        self.known
            .iter()
            .rev()
            .find(|(n, _)| *n == name)
            .map(|(_, id)| id.clone())
            .unwrap_or_default()
    }

    fn next(&self) -> (Api, &'static Step, String, Value) {
        let step = &JOURNEY[self.at];
        let api = if step.client {
            &self.client
        } else {
            &self.freelancer
        };
        let mut body = (step.body)();
        if step.operation == "project.create" {
            body["category"] = json!(self.category);
        }
        (api.clone(), step, self.known(step.on), body)
    }

    /// Takes the step's answer and goes on.
    async fn done(&mut self, answer: Answer) {
        let step = &JOURNEY[self.at];
        let data = answer.ok();
        if !step.gives.is_empty() {
            self.known.push((step.gives, id(&data)));
        }
        if step.operation == "offer.accept" {
            let contract = self.known("contract");
            let shown = self
                .client
                .call("contract.show", &contract, Value::Null)
                .await
                .ok();
            self.known.push(("milestone", id(&shown["milestones"][0])));
        }
        if step.operation == "milestone.fund" {
            self.funded().await;
        }
        self.at += 1;
        if self.at == JOURNEY.len() {
            self.at = 0;
            self.whole += 1;
        }
    }

    /// Waits until the payment has arrived; what a killed process held comes free with its lease.
    async fn funded(&self) {
        let (contract, milestone) = (self.known("contract"), self.known("milestone"));
        for _ in 0..450 {
            let shown = self
                .client
                .call("contract.show", &contract, Value::Null)
                .await;
            let all = shown.ok()["milestones"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            if all
                .iter()
                .any(|m| m["id"] == milestone.as_str() && m["state"] == "funded")
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("the milestone is never funded");
    }

    /// Repeats a request whose answer was lost until it is answered.
    async fn repeat(&self, key: &str) -> Answer {
        let (api, step, on, body) = self.next();
        for _ in 0..60 {
            let answer = api.try_call(step.operation, &on, body.clone(), key).await;
            match answer {
                Ok(answer)
                    if matches!(answer.status, 503 | 504) || answer.code() == "in_progress" => {}
                Ok(answer) => return answer,
                Err(_) => {}
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        panic!("{} is never answered", step.operation)
    }
}

/// How much there is of what each step makes: grows by exactly one for one effect.
async fn effects(server: &Server) -> Vec<i64> {
    let database = server.database().await;
    let mut tx = database.begin_system(None).await.expect("the system");
    let mut all = vec![];
    for query in [
        "select count(*) from market.project",
        "select count(*) from market.proposal",
        "select count(*) from market.contract",
        "select count(*) from ledger.payment where state = 'captured'",
        "select count(*) from market.delivery",
        "select count(*) from market.milestone where state = 'approved'",
        "select count(*) from market.review",
        "select count(*) from ledger.cause where cause like 'market.release%' or cause like '%release%'",
    ] {
        all.push(
            sqlx::query_scalar(query)
                .fetch_one(&mut *tx)
                .await
                .expect("a count"),
        );
    }
    tx.commit().await.expect("commit");
    database.close().await;
    all
}

#[tokio::test]
async fn killed_at_random_moments_each_request_has_one_effect() {
    let kills = wanted("GUILDHALL_TEST_KILLS", 50);
    let mut dice = Dice::of_seed();
    let mut server = Setup::of(BIN).demo().start().await;
    server.api().await.raise_limits().await;
    let mut journey = Journey::begin(&server).await;
    let start = effects(&server).await;
    for kill in 0..kills {
        // Some steps in peace, so that the whole journey is walked again and again.
        for _ in 0..dice.below(4) {
            let answer = journey.repeat(&unique()).await;
            journey.done(answer).await;
        }
        let key = unique();
        let (api, step, on, body) = journey.next();
        let asked = tokio::spawn({
            let key = key.clone();
            async move { api.try_call(step.operation, &on, body, &key).await }
        });
        let money = matches!(step.operation, "milestone.fund" | "delivery.approve");
        tokio::time::sleep(Duration::from_micros(dice.below(if money {
            120_000
        } else {
            30_000
        })))
        .await;
        server.kill_9();
        let interrupted = asked.await.expect("no panic");
        server.restart().await;
        if kill % 5 == 4 {
            server.check();
        }
        let answer = journey.repeat(&key).await;
        if let Ok(first) = interrupted
            && first.status < 300
        {
            for pointer in ["/data/id", "/data/payment/id"] {
                assert_eq!(
                    first.body.pointer(pointer),
                    answer.body.pointer(pointer),
                    "the repeat names what was made"
                );
            }
        }
        journey.done(answer).await;
    }
    // To the end of the journey, then count.
    while journey.at != 0 {
        let answer = journey.repeat(&unique()).await;
        journey.done(answer).await;
    }
    journey.client.settle().await;
    server.check();
    let grown: Vec<i64> = effects(&server)
        .await
        .iter()
        .zip(start)
        .map(|(now, then)| now - then)
        .collect();
    let whole = i64::try_from(journey.whole).expect("a count");
    assert_eq!(
        grown,
        vec![whole; grown.len()],
        "each step of {whole} journeys had one effect"
    );
    assert!(
        whole >= i64::try_from(kills / 12).expect("a count"),
        "{whole} journeys"
    );
}

#[tokio::test]
async fn postgresql_killed_at_random_moments_comes_back_and_loses_nothing() {
    let kills = wanted("GUILDHALL_TEST_DATABASE_KILLS", 10);
    let mut dice = Dice::of_seed();
    // What is committed must be on the disk, so not the cluster that never waits for it.
    let server = Setup::of(BIN)
        .private()
        .with("GUILDHALL_TEST_FAST_CLUSTER", "")
        .demo()
        .start()
        .await;
    server.api().await.raise_limits().await;
    let mut journey = Journey::begin(&server).await;
    let client = testkit::api::client();
    for _ in 0..kills {
        let key = unique();
        let (api, step, on, body) = journey.next();
        let asked = tokio::spawn({
            let key = key.clone();
            async move { api.try_call(step.operation, &on, body, &key).await }
        });
        tokio::time::sleep(Duration::from_micros(dice.below(40_000))).await;
        testkit::server::signal(server.postmaster().expect("a postmaster"), "KILL");
        let interrupted = asked.await.expect("no panic");
        if let Ok(answer) = &interrupted {
            assert!(
                answer.status < 300 || matches!(answer.status, 409 | 503 | 504),
                "{}: {} {}",
                answer.asked,
                answer.status,
                answer.text
            );
        }
        let answer = journey.repeat(&key).await;
        journey.done(answer).await;
        for _ in 0..200 {
            if client
                .get(format!("{}/health/ready", server.url))
                .send()
                .await
                .is_ok_and(|a| a.status() == 200)
            {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server.check();
    }
    while journey.at != 0 {
        let answer = journey.repeat(&unique()).await;
        journey.done(answer).await;
    }
    journey.client.settle().await;
    server.check();
}
