//! Five hundred seeded sequences of what a provider may do: declines, questions, late captures,
//! disputes won and lost, payouts that come back; its messages lost, doubled, late and in any
//! order; for targets that take the money and targets that have lapsed. Afterwards the books hold
//! exactly what the provider holds, and every invariant stands.

#[path = "../money/world.rs"]
#[allow(dead_code, reason = "the other test of this crate uses the rest")]
mod world;

use base::{Currency, Money};
use database::{Cluster, Names, Part, Settings};
use ledger::{
    destination::NewDestination,
    payout::{self, NewPayout},
};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;
use world::{CLOSED, SECRET, World, world};

const SEQUENCES: u64 = 500;

/// Small numbers in a fixed order.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[test]
fn whatever_the_provider_does_the_books_agree_with_it() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().expect("a folder");
    let names = Names::from_env().expect("names");
    let settings = Settings {
        fast: true,
        ..Settings::new(folder.path(), names)
    };
    let cluster = Cluster::open(settings, Part::Command).expect("a cluster");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let access = cluster.access();
        access.prepare().await.expect("roles");
        database::migrate(&access).await.expect("migrations");
        let world = world(&access, folder.path().to_owned()).await;
        sequences(&world).await;
    });
    drop(runtime);
    cluster.close().expect("the cluster stops");
}

async fn sequences(world: &World) {
    let mut dice = Dice(20_261_120);
    let (client, freelancer) = (
        world.member(world.payer).await,
        world.member(world.payee).await,
    );
    let mut cards = vec![];
    for number in [
        "4242424242424242",
        "4000000000000002",
        "4000000000000259",
        "4000000000000077",
        "4000002500003155",
        "4000000000005126",
    ] {
        cards.push(world.card(&client, number).await);
    }
    let made = world
        .ask(
            "/v1/destinations",
            json!({"account_number": "000123456789", "holder": "Frida", "country": "US", "currency": "USD"}),
        )
        .await;
    let bank = NewDestination {
        provider_token: made["id"].as_str().expect("a token").to_owned(),
    };
    ledger::destination::add(&freelancer, &bank)
        .await
        .expect("a bank account");
    let (mut told, mut funded) = (0, Vec::<(Uuid, i64)>::new());
    for n in 0..SEQUENCES {
        let card = cards[usize::try_from(dice.roll(9)).unwrap_or(0) % cards.len()];
        let minor = 5_000 + i64::try_from(dice.roll(20_000)).unwrap_or(0);
        let mut purpose = base::id::new();
        if dice.roll(5) == 0 {
            // Its target has lapsed by the time the money comes.
            purpose = Uuid::from_u128(purpose.as_u128() & !0xFF_FFFF | CLOSED);
        }
        let paid = world.pay(&client, card, purpose, minor).await;
        if let Some(url) = &paid.next_action_url {
            if dice.roll(4) == 0 {
                // Given up here; the payer may still say yes there.
                give_up(world, paid.id).await;
            }
            let answer = ["approve", "refuse", ""][usize::try_from(dice.roll(3)).unwrap_or(0)];
            if !answer.is_empty() {
                let form = world.kernel.http.post(url).form(&[("answer", answer)]);
                let _ = form.send().await.expect("the provider answers");
            }
        }
        told = gossip(world, &mut dice, told).await;
        if paid.applied == "purpose" {
            funded.push((purpose, minor));
        }
        if dice.roll(3) == 0
            && let Some((milestone, minor)) = funded.pop()
        {
            world.release(milestone, minor).await.expect("released");
        }
        match dice.roll(12) {
            0 => wish(world, "win_dispute").await,
            1 => wish(world, "lose_dispute").await,
            2 => wish(world, "return_payout").await,
            _ => {}
        }
        if dice.roll(6) == 0 {
            // What is disputed, or owed, stays.
            let wallet = ledger::wallet::show(&freelancer).await.expect("a wallet");
            let have = wallet.balances[0].available.amount_minor;
            if have >= 2_000 {
                let new = NewPayout {
                    amount: Money::new(have, Currency::USD),
                    destination_id: None,
                    speed: "standard",
                };
                payout::request(&freelancer, &new).await.expect("a payout");
            }
        }
        if n % 25 == 24 {
            world
                .advance_days(i64::try_from(dice.roll(4)).unwrap_or(0))
                .await;
            world.proof().await;
        }
    }
    // Everything comes to its end: late captures, questions nobody answered, disputes, returns.
    for _ in 0..4 {
        world.advance_days(5).await;
    }
    for end in ["win_dispute", "lose_dispute"] {
        world
            .ask("/control/next", json!({"next": end, "count": 7}))
            .await;
        world.settle().await;
    }
    world.proof().await;
    let balance = get(world, "/v1/balance").await["data"][0]["amount_minor"]
        .as_i64()
        .expect("a balance");
    let clearing = world.balance("clearing", world.workspace).await;
    assert_eq!(
        -clearing, balance,
        "what we say the provider holds, it holds"
    );
    let open = sums(world).await;
    assert_eq!(open, (0, 0), "payments and payouts without an end");
}

async fn give_up(world: &World, payment: Uuid) {
    let mut tx = world
        .kernel
        .db
        .begin_system(Some(world.workspace))
        .await
        .expect("a transaction");
    sqlx::query!(
        "update ledger.payment set state = 'failed', failure_code = 'refused', next_action_url = null where workspace_id = $1 and id = $2",
        world.workspace,
        payment
    )
    .execute(&mut *tx)
    .await
    .expect("given up");
    tx.commit().await.expect("the end");
}

async fn wish(world: &World, next: &str) {
    let _ = world
        .ask("/control/next", json!({"next": next, "count": 1}))
        .await;
}

async fn get(world: &World, path: &str) -> Value {
    let request = world
        .kernel
        .http
        .get(format!("{}{path}", world.url))
        .bearer_auth(SECRET);
    let answer = request.send().await.expect("an answer");
    answer.json().await.expect("JSON")
}

/// Delivers what the provider has to tell since `from`: some of it lost, some twice, in any order.
async fn gossip(world: &World, dice: &mut Dice, from: u64) -> u64 {
    let list = get(world, &format!("/v1/events?after={from}&limit=100")).await;
    let mut parcels: Vec<Value> = vec![];
    for event in list["data"].as_array().into_iter().flatten() {
        for _ in 0..[0, 1, 1, 2][usize::try_from(dice.roll(4)).unwrap_or(0)] {
            let at = usize::try_from(dice.roll(parcels.len() as u64 + 1)).unwrap_or(0);
            parcels.insert(at, event.clone());
        }
    }
    for parcel in parcels {
        let body = parcel.to_string();
        let now = base::instant::wall().unix_seconds();
        let request = http::Request::builder()
            .method("POST")
            .uri("/api/v1/provider/events")
            .header("host", "127.0.0.1:8080")
            .header("content-type", "application/json")
            .header(
                "guildhall-signature",
                simulator::sign(SECRET, now, body.as_bytes()),
            )
            .body(axum::body::Body::from(body))
            .expect("a request");
        let answer = world
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 200);
    }
    list["next_after"].as_u64().unwrap_or(from)
}

/// Payments and payouts that still wait for their end.
async fn sums(world: &World) -> (i64, i64) {
    let mut tx = world
        .kernel
        .db
        .begin_system(None)
        .await
        .expect("a transaction");
    let payments = sqlx::query_scalar!(
        r#"select count(*) as "n!" from ledger.payment where state in ('created', 'processing', 'requires_action') or (state = 'captured' and applied = 'no')"#
    )
    .fetch_one(&mut *tx)
    .await
    .expect("payments");
    let payouts = sqlx::query_scalar!(
        r#"select count(*) as "n!" from ledger.payout where state in ('requested', 'processing')"#
    )
    .fetch_one(&mut *tx)
    .await
    .expect("payouts");
    tx.commit().await.expect("the end");
    (payments, payouts)
}
