//! The books against a model: thousands of random fundings, releases, splits, refunds, bonuses,
//! withdrawals, cancellations and returns, from one seed. After each step the sums by kind of
//! account are what the model says and every currency adds up to nothing; at the end, and now and
//! then, every invariant of the ledger holds.
//!
//! `GUILDHALL_MODEL_STEPS` and `GUILDHALL_MODEL_SEED` choose a longer run or another one.
#[path = "../money/world.rs"]
#[allow(dead_code)] // The world of the other tests; this one needs a part of it.
mod world;

use base::{Currency, Money};
use database::{Cluster, Names, Part, Settings};
use kernel::{Cx, Error, Result};
use ledger::{
    Posting, account,
    destination::NewDestination,
    escrow::{self, Released, Split},
    fees,
    payment::{self, NewPayment},
    payout::{self, NewPayout},
};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;
use world::{ACT, World, world};

/// Steps of an ordinary run.
const STEPS: u64 = 2_000;

fn from_env(name: &str, usual: u64) -> u64 {
    let set = std::env::var(name).ok();
    set.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn random_operations_keep_the_books_as_the_model_says() {
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
        let mut run = Run::begin(&world, from_env("GUILDHALL_MODEL_SEED", 0xB00C_5EED)).await;
        for step in 1..=from_env("GUILDHALL_MODEL_STEPS", STEPS) {
            let did = run.step().await;
            run.compare(&format!("step {step}: {did}")).await;
            if step % 500 == 0 {
                run.settle().await;
                run.compare(&format!("settled after step {step}")).await;
                world.proof().await;
            }
        }
        run.settle().await;
        run.compare("at the end").await;
        world.proof().await;
        println!("{:?}", run.done);
    });
    drop(runtime);
    cluster.close().expect("the cluster stops");
}

/// What the model knows of an item with money in it.
#[derive(Debug, Clone, Copy)]
struct Item {
    id: Uuid,
    currency: Currency,
    held: i64,
    /// Released in all and the fee taken from it; the part of it that went back.
    gross: i64,
    fee: i64,
    back: i64,
    releases: u32,
}

/// Owed by kind of account and currency; what the provider holds is the negative of their sum.
type Sums = BTreeMap<(&'static str, &'static str), i64>;

struct Run<'a> {
    world: &'a World,
    client: Cx,
    freelancer: Cx,
    system: Cx,
    card: Uuid,
    currencies: Vec<Currency>,
    seed: u64,
    items: Vec<Item>,
    payouts: Vec<(Uuid, i64)>,
    sums: Sums,
    done: BTreeMap<&'static str, u32>,
}

impl<'a> Run<'a> {
    async fn begin(world: &'a World, seed: u64) -> Self {
        let client = world.member(world.payer).await;
        let freelancer = world.member(world.payee).await;
        let card = world.card(&client, "4242424242424242").await;
        let bank = json!({"account_number": "000123456789", "holder": "A B", "country": "US", "currency": "USD"});
        let made = world.ask("/v1/destinations", bank).await;
        let provider_token = made["id"].as_str().expect("a token").to_owned();
        ledger::destination::add(&freelancer, &NewDestination { provider_token })
            .await
            .expect("a bank account");
        // A new bank account waits before money may go there.
        world.advance_days(4).await;
        let system = Cx::system_in(&world.kernel, world.workspace, "test")
            .await
            .expect("the workspace");
        let currencies = ["USD", "JPY", "KWD"].map(|code| code.parse().expect("a currency"));
        Self {
            world,
            client,
            freelancer,
            system,
            card,
            currencies: currencies.to_vec(),
            seed,
            items: vec![],
            payouts: vec![],
            sums: Sums::new(),
            done: BTreeMap::new(),
        }
    }

    /// A number from 0 below `most`.
    fn draw(&mut self, most: i64) -> i64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        i64::try_from(self.seed >> 2).unwrap_or(0) % most.max(1)
    }

    fn add(&mut self, kind: &'static str, currency: Currency, minor: i64) {
        *self.sums.entry((kind, currency.code())).or_default() += minor;
    }

    async fn step(&mut self) -> String {
        let (name, result) = match self.draw(100) {
            0..30 => ("fund", self.fund().await),
            30..48 => ("release", self.release().await),
            48..58 => ("split", self.split().await),
            58..66 => ("refund", self.refund().await),
            66..74 => ("refund_released", self.refund_released().await),
            74..80 => ("bonus", self.bonus().await),
            80..88 => ("withdraw", self.withdraw().await),
            88..92 => ("cancel", self.cancel().await),
            92..95 => ("repeat", self.repeat().await),
            95..97 => ("return", self.returned().await),
            97..99 => {
                self.world.advance_days(1).await;
                self.moved().await;
                ("day", Ok(true))
            }
            _ => {
                self.settle().await;
                ("settle", Ok(true))
            }
        };
        let outcome = match result {
            Ok(true) => "done".to_owned(),
            Ok(false) => "nothing to do".to_owned(),
            Err(error) => {
                let (status, code) = error.status_and_code();
                assert!(status.as_u16() < 500, "{name}: {error:?}");
                code.to_owned()
            }
        };
        if outcome == "done" {
            *self.done.entry(name).or_default() += 1;
        }
        format!("{name}: {outcome}")
    }

    /// Funds a new item, one in three in another currency than the usual.
    async fn fund(&mut self) -> Result<bool> {
        let place = usize::try_from(self.draw(6)).unwrap_or(0).saturating_sub(3);
        let currency = self.currencies[place];
        let amount = 500 + self.draw(200_000);
        let id = base::id::new();
        let mut tx = self.client.begin().await?;
        let new = NewPayment {
            purpose_kind: "test",
            purpose_id: id,
            method: Some(self.card),
            amount: Money::new(amount, currency),
        };
        let payment = payment::intend(&mut tx, &self.client, new).await?;
        tx.commit(self.system.authorize(&ACT, payment, &[])?)
            .await?;
        let view =
            payment::advance(&self.world.kernel, self.world.workspace, payment, None).await?;
        assert_eq!(
            (view.state.as_str(), view.applied.as_str()),
            ("captured", "purpose")
        );
        self.add("escrow", currency, amount);
        self.items.push(Item {
            id,
            currency,
            held: amount,
            gross: 0,
            fee: 0,
            back: 0,
            releases: 0,
        });
        Ok(true)
    }

    /// Any item of which `which` holds.
    fn pick(&mut self, which: impl Fn(&Item) -> bool) -> Option<usize> {
        let fitting: Vec<usize> = (0..self.items.len())
            .filter(|n| which(&self.items[*n]))
            .collect();
        let n = self.draw(i64::try_from(fitting.len()).unwrap_or(1));
        fitting.get(usize::try_from(n).unwrap_or(0)).copied()
    }

    async fn take_out(&mut self, release: i64, refund: i64, at: usize) -> Result<bool> {
        let item = self.items[at];
        let sum = |minor| Money::new(minor, item.currency);
        let points = u32::try_from(self.draw(1_000)).unwrap_or(0);
        let fee = sum(release).split(points).0;
        let mut tx = self.system.begin().await?;
        let clears_at = tx.now().plus_days(self.draw(4));
        let asked = Split {
            item: item.id,
            cause: format!("market.release/{}/{}", item.id, item.releases),
            payee: self.world.payee,
            release: sum(release),
            payee_fee: fee,
            clears_at,
            refund: sum(refund),
            reason: "agreed",
        };
        escrow::split(&mut tx, asked).await?;
        tx.commit(self.system.authorize(&ACT, item.id, &[])?)
            .await?;
        self.add("escrow", item.currency, -(release + refund));
        self.add("wallet", item.currency, release - fee.minor);
        self.add("fees", item.currency, fee.minor);
        self.add("refund_in_transit", item.currency, refund);
        let item = &mut self.items[at];
        item.held -= release + refund;
        item.gross += release;
        item.fee += fee.minor;
        item.releases += 1;
        Ok(true)
    }

    async fn release(&mut self) -> Result<bool> {
        let Some(at) = self.pick(|i| i.held > 0) else {
            return Ok(false);
        };
        let held = self.items[at].held;
        self.take_out(held, 0, at).await
    }

    /// Part and part; sometimes more than there is, which is refused and changes nothing.
    async fn split(&mut self) -> Result<bool> {
        let Some(at) = self.pick(|i| i.held > 1) else {
            return Ok(false);
        };
        let held = self.items[at].held;
        let release = self.draw(held);
        let refund = self.draw(held - release + held / 5 + 1);
        self.take_out(release, refund, at).await
    }

    async fn refund(&mut self) -> Result<bool> {
        let Some(at) = self.pick(|i| i.held > 0) else {
            return Ok(false);
        };
        let item = self.items[at];
        let amount = 1 + self.draw(item.held);
        let mut tx = self.system.begin().await?;
        escrow::refund(
            &mut tx,
            item.id,
            Money::new(amount, item.currency),
            "agreed",
        )
        .await?;
        tx.commit(self.system.authorize(&ACT, item.id, &[])?)
            .await?;
        self.add("escrow", item.currency, -amount);
        self.add("refund_in_transit", item.currency, amount);
        self.items[at].held -= amount;
        Ok(true)
    }

    async fn refund_released(&mut self) -> Result<bool> {
        let Some(at) = self.pick(|i| i.gross > i.back) else {
            return Ok(false);
        };
        let item = self.items[at];
        let sum = |minor| Money::new(minor, item.currency);
        let amount = 1 + self.draw(item.gross - item.back);
        let asked = Released {
            item: item.id,
            payee: self.world.payee,
            gross: sum(item.gross),
            fee: sum(item.fee),
            amount: sum(amount),
            reason: "agreed",
        };
        let mut tx = self.system.begin().await?;
        escrow::refund_released(&mut tx, asked).await?;
        tx.commit(self.system.authorize(&ACT, item.id, &[])?)
            .await?;
        let fee = fees::part(sum(item.fee), sum(item.gross), sum(item.back), sum(amount)).minor;
        self.add("wallet", item.currency, -(amount - fee));
        self.add("fees", item.currency, -fee);
        self.add("refund_in_transit", item.currency, amount);
        self.items[at].back += amount;
        Ok(true)
    }

    /// Paid and released in one posting.
    async fn bonus(&mut self) -> Result<bool> {
        self.fund().await?;
        let at = self.items.len() - 1;
        let held = self.items[at].held;
        self.take_out(held, 0, at).await
    }

    async fn withdraw(&mut self) -> Result<bool> {
        let amount = 2_000 + self.draw(100_000);
        let new = NewPayout {
            amount: Money::new(amount, Currency::USD),
            destination_id: None,
            speed: "standard",
        };
        let id = payout::request(&self.freelancer, &new).await?;
        self.add("wallet", Currency::USD, -amount);
        self.add("payout_in_transit", Currency::USD, amount);
        self.payouts.push((id, amount));
        Ok(true)
    }

    async fn cancel(&mut self) -> Result<bool> {
        let Some((id, amount)) = self.payouts.last().copied() else {
            return Ok(false);
        };
        payout::cancel(&self.freelancer, id).await?;
        self.payouts.pop();
        self.add("wallet", Currency::USD, amount);
        self.add("payout_in_transit", Currency::USD, -amount);
        Ok(true)
    }

    /// The same cause once more changes nothing; with another content it is refused.
    async fn repeat(&mut self) -> Result<bool> {
        let Some(at) = self.pick(|i| i.releases == 1) else {
            return Ok(false);
        };
        let item = self.items[at];
        let mut tx = self.system.begin().await?;
        let posting = Posting::because(format!("market.release/{}/0", item.id)).transfer(
            "release",
            account("escrow", item.id),
            account("pending", self.world.payee),
            Money::new(7, item.currency),
        );
        ledger::post(&mut tx, posting).await?;
        let refused = tx.commit(self.system.authorize(&ACT, item.id, &[])?).await;
        let code = refused.err().map(|e: Error| e.status_and_code().1);
        assert_eq!(code, Some("cause_conflict"));
        Ok(true)
    }

    /// The bank sends the next payout back some days later.
    async fn returned(&mut self) -> Result<bool> {
        self.world
            .ask("/control/next", json!({"next": "return_payout"}))
            .await;
        Ok(true)
    }

    /// Lets everything come to rest: refunds and payouts leave, or come back.
    async fn settle(&mut self) {
        self.world.settle().await;
        self.moved().await;
    }

    /// What jobs and the provider did is read, not foretold: which payouts left or came back, and
    /// which refunds were made. It must still add up with all the rest.
    async fn moved(&mut self) {
        let mut tx = self.system.read().await.expect("a read");
        let refunds = sqlx::query!(
            r#"select currency, sum(amount_minor)::bigint as "sum!" from ledger.refund
               where workspace_id = $1 and state not in ('succeeded', 'rejected') group by currency"#,
            self.world.workspace
        )
        .fetch_all(&mut *tx)
        .await
        .expect("refunds");
        let open = sqlx::query!(
            r#"select id, amount_minor, state from ledger.payout where workspace_id = $1"#,
            self.world.workspace
        )
        .fetch_all(&mut *tx)
        .await
        .expect("payouts");
        let gained = sqlx::query!(
            r#"select currency as "currency!", sum(balance_minor)::bigint as "sum!" from ledger.balance
               where workspace_id = $1 and kind in ('pending', 'available') group by currency"#,
            self.world.workspace
        )
        .fetch_all(&mut *tx)
        .await
        .expect("wallets");
        tx.finish().await.expect("the end");
        for currency in self.currencies.clone() {
            let left = refunds.iter().find(|r| r.currency == currency.code());
            self.sums.insert(
                ("refund_in_transit", currency.code()),
                left.map_or(0, |r| r.sum),
            );
        }
        let waits =
            |state: &str| matches!(state, "requested" | "approved" | "in_review" | "processing");
        let waiting: i64 = open
            .iter()
            .filter(|p| waits(&p.state))
            .map(|p| p.amount_minor)
            .sum();
        let before = self.sums.get(&("payout_in_transit", "USD")).copied();
        self.sums.insert(("payout_in_transit", "USD"), waiting);
        self.payouts
            .retain(|(id, _)| open.iter().any(|p| p.id == *id && p.state == "requested"));
        // A wallet only ever gains by this: what came back.
        let wallet = gained
            .iter()
            .find(|g| g.currency == "USD")
            .map_or(0, |g| g.sum);
        let known = self.sums.get(&("wallet", "USD")).copied().unwrap_or(0);
        assert!(
            wallet >= known,
            "the wallet lost {} while {before:?} waited",
            known - wallet
        );
        self.sums.insert(("wallet", "USD"), wallet);
    }

    /// The books' sums by kind are the model's, and each currency adds up to nothing.
    async fn compare(&mut self, after: &str) {
        let mut tx = self.system.read().await.expect("a read");
        let rows = sqlx::query!(
            r#"select case when kind in ('pending', 'available') then 'wallet' else kind end as "kind!", currency as "currency!",
                 sum(balance_minor)::bigint as "sum!", min(balance_minor) as "least!"
               from ledger.balance where workspace_id = $1 group by 1, 2"#,
            self.world.workspace
        )
        .fetch_all(&mut *tx)
        .await
        .expect("balances");
        tx.finish().await.expect("the end");
        let mut totals: BTreeMap<&str, i64> = BTreeMap::new();
        for row in &rows {
            *totals.entry(row.currency.as_str()).or_default() += row.sum;
            if matches!(row.kind.as_str(), "clearing" | "provider_fees" | "disputed") {
                continue;
            }
            assert!(
                row.kind == "fees" || row.least >= 0,
                "{after}: {} below nothing",
                row.kind
            );
            let model = self
                .sums
                .iter()
                .find(|((kind, code), _)| *kind == row.kind && *code == row.currency);
            let model = model.map_or(0, |(_, sum)| *sum);
            assert_eq!(row.sum, model, "{after}: {} in {}", row.kind, row.currency);
        }
        assert!(
            totals.values().all(|total| *total == 0),
            "{after}: {totals:?}"
        );
        for ((kind, code), sum) in &self.sums {
            let known = rows.iter().any(|r| r.kind == *kind && r.currency == *code);
            assert!(known || *sum == 0, "{after}: no {kind} in {code}");
        }
    }
}
