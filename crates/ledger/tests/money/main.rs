//! Money from a card to a bank against a real database and the simulator: captured, applied,
//! released, cleared, withdrawn, returned, refunded, disputed. At the end every invariant holds
//! and hledger accepts the books.
mod pages;
mod world;

use base::{Currency, Money};
use database::{Cluster, Names, Part, Settings};
use kernel::{Error, Result};
use ledger::{
    destination::NewDestination,
    payment,
    payout::{self, NewPayout},
    wallet,
};
use pages::{events, pages};
use serde_json::json;
use std::path::PathBuf;
use uuid::Uuid;
use world::{CLOSED, World, world};

fn code(result: Result<Uuid>) -> &'static str {
    result
        .err()
        .map_or("done", |e: Error| e.status_and_code().1)
}

#[test]
fn money_goes_all_the_way_and_the_books_stay_right() {
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
        earn_and_withdraw(&world).await;
        goes_wrong(&world).await;
        pages(&world).await;
        events(&world).await;
        world.proof().await;
        assert!(ledger::fold_all(&world.kernel).await.expect("a fold") > 0);
        assert_eq!(ledger::fold_all(&world.kernel).await.expect("a fold"), 0);
        world.proof().await;
        journal(&world, folder.path().join("all.journal")).await;
        tampered(&world, &access).await;
        reviewed(&world).await;
    });
    drop(runtime);
    cluster.close().expect("the cluster stops");
}

async fn earn_and_withdraw(world: &World) {
    let (client, freelancer) = (
        world.member(world.payer).await,
        world.member(world.payee).await,
    );
    let milestone = base::id::new();
    assert_eq!(
        code(world.intend(&client, None, milestone, 10_000).await),
        "no_payment_method"
    );
    let card = world.card(&client, "4242424242424242").await;
    let paid = world.pay(&client, card, milestone, 10_000).await;
    assert_eq!(
        (paid.state.as_str(), paid.applied.as_str()),
        ("captured", "purpose")
    );
    assert_eq!(world.balance("escrow", milestone).await, 10_000);
    // The webhook's facts, the poll and the job change nothing any more.
    world.settle().await;
    assert_eq!(world.balance("clearing", world.workspace).await, -9_680);

    world.release(milestone, 10_000).await.expect("released");
    world
        .release(milestone, 10_000)
        .await
        .expect("the same again");
    assert_eq!(
        (
            world.balance("escrow", milestone).await,
            world.balance("pending", world.payee).await
        ),
        (0, 9_500)
    );
    let shown = wallet::show(&freelancer).await.expect("a wallet");
    assert_eq!(
        shown.balances[0]
            .next_clearing
            .as_ref()
            .map(|m| m.amount_minor),
        Some(9_500)
    );
    let early = payout::request(
        &freelancer,
        &NewPayout {
            amount: Money::new(5_000, Currency::USD),
            destination_id: None,
            speed: "standard",
        },
    )
    .await;
    assert_eq!(code(early), "insufficient_available");
    world.advance_days(5).await;
    world.settle().await;
    assert_eq!(
        (
            world.balance("pending", world.payee).await,
            world.balance("available", world.payee).await
        ),
        (0, 9_500)
    );

    let bank = json!({"account_number": "000123456789", "holder": "A B", "country": "US", "currency": "USD"});
    let made = world.ask("/v1/destinations", bank).await;
    let provider_token = made["id"].as_str().expect("a token").to_owned();
    ledger::destination::add(&freelancer, &NewDestination { provider_token })
        .await
        .expect("added");
    let small = payout::request(
        &freelancer,
        &NewPayout {
            amount: Money::new(1_999, Currency::USD),
            destination_id: None,
            speed: "standard",
        },
    )
    .await;
    assert_eq!(code(small), "invalid");

    // Ten at once, for which there is money for four.
    let tries: Vec<_> = (0..10)
        .map(|_| {
            let cx = freelancer.clone();
            tokio::spawn(async move {
                payout::request(
                    &cx,
                    &NewPayout {
                        amount: Money::new(2_000, Currency::USD),
                        destination_id: None,
                        speed: "standard",
                    },
                )
                .await
            })
        })
        .collect();
    let mut done = vec![];
    for task in tries {
        match task.await.expect("no panic") {
            Ok(id) => done.push(id),
            Err(error) => assert_eq!(
                error.status_and_code().1,
                "insufficient_available",
                "{error:?}"
            ),
        }
    }
    assert_eq!(
        (done.len(), world.balance("available", world.payee).await),
        (4, 1_500)
    );

    payout::cancel(&freelancer, done[0])
        .await
        .expect("taken back");
    assert_eq!(
        code(payout::cancel(&freelancer, done[0]).await),
        "payout_cancelled"
    );
    assert_eq!(world.balance("available", world.payee).await, 3_500);
    world
        .ask("/control/next", json!({"next": "return_payout"}))
        .await;
    world.settle().await;
    let states = |rows: &kernel::list::Page<payout::PayoutView>| {
        let mut states: Vec<_> = rows.rows.iter().map(|r| r.state.clone()).collect();
        states.sort();
        states
    };
    let query = payout::PayoutQuery {
        state: None,
        paging: kernel::list::Paging::first(50),
    };
    assert_eq!(
        states(&payout::list(&freelancer, &query).await.expect("a list")),
        ["cancelled", "paid", "paid", "paid"]
    );
    world.advance_days(3).await;
    assert_eq!(
        states(&payout::list(&freelancer, &query).await.expect("a list")),
        ["cancelled", "paid", "paid", "returned"]
    );
    assert_eq!(world.balance("available", world.payee).await, 5_500);
    let stranger = world.member(world.payer).await;
    assert!(matches!(
        payout::show(&stranger, done[0]).await,
        Err(Error::NotFound)
    ));
}

async fn goes_wrong(world: &World) {
    let client = world.member(world.payer).await;
    let good = world.card(&client, "5555555555554444").await;
    let bad = world.card(&client, "4000000000000002").await;
    let disputed = world.card(&client, "4000000000000259").await;
    let asks = world.card(&client, "4000002500003155").await;
    let stubborn = world.card(&client, "4000000000005126").await;

    let declined = world.pay(&client, bad, base::id::new(), 5_000).await;
    assert_eq!(
        (declined.state.as_str(), declined.failure_code.as_deref()),
        ("failed", Some("card_declined"))
    );

    let purpose = base::id::new();
    let waiting = world.pay(&client, asks, purpose, 5_000).await;
    assert!(waiting.state == "requires_action" && waiting.next_action_url.is_some());
    assert_eq!(
        code(world.intend(&client, Some(good), purpose, 5_000).await),
        "funding_in_progress"
    );
    assert_eq!(
        code(ledger::method::remove(&client, asks).await),
        "payment_method_in_use"
    );
    world.advance_days(2).await;
    assert_eq!(
        payment::show(&client, waiting.id)
            .await
            .expect("a payment")
            .state,
        "expired"
    );

    // The target is closed: the money goes back.
    let closed = Uuid::from_u128((base::id::new().as_u128() & !0xFF_FFFF) | CLOSED);
    let back = world.pay(&client, good, closed, 7_000).await;
    assert_eq!(
        (back.state.as_str(), back.applied.as_str()),
        ("captured", "refunded")
    );
    let before = world.balance("clearing", world.workspace).await;
    world.settle().await;
    assert_eq!(
        world.balance("clearing", world.workspace).await,
        before + 7_000
    );

    // Its provider never gives this one back: people must look.
    let stuck = world
        .pay(
            &client,
            stubborn,
            Uuid::from_u128(closed.as_u128() ^ (1 << 80)),
            3_000,
        )
        .await;
    assert_eq!(stuck.applied, "refunded");

    // The answer is lost; the charge is found by our reference, and made once.
    world.ask("/control/next", json!({"next": "timeout"})).await;
    let lost = world.pay(&client, good, base::id::new(), 4_000).await;
    assert_eq!(lost.state, "captured");

    let milestone = base::id::new();
    world.pay(&client, disputed, milestone, 6_000).await;
    world.advance_days(7).await;
    world.release(milestone, 6_000).await.expect("released");
    world.advance_days(6).await;
    assert_eq!(
        world.balance("pending", world.payee).await,
        5_700,
        "what is disputed does not clear"
    );
    assert_eq!(world.balance("disputed", world.workspace).await, -6_000);
    let shown = wallet::show(&world.member(world.payee).await)
        .await
        .expect("a wallet");
    assert_eq!(shown.balances[0].held.amount_minor, 5_700);
}

/// Nobody but a superuser edits an entry; and whoever does is found, with the account named.
/// Which proof counts: the one that began last, and only one that saw everything lifts a stop.
async fn reviewed(world: &World) {
    let now = world.kernel.now().await.expect("the time");
    let fault = || {
        let finding = kernel::product::Finding {
            workspace_id: Some(world.workspace),
            says: "something differs".to_owned(),
        };
        vec![("a check", finding)]
    };
    let stands = async |began: i64, faults, whole: bool| {
        let proof = ledger::review::Proof {
            began: now.plus_seconds(began),
            faults,
            whole,
        };
        ledger::review::record(&world.kernel, &proof)
            .await
            .expect("it is kept");
        let mut tx = world
            .kernel
            .db
            .begin_system(None)
            .await
            .expect("a transaction");
        let n: i64 = sqlx::query_scalar("select count(*) from ledger.books_review")
            .fetch_one(&mut *tx)
            .await
            .expect("a count");
        n > 0
    };
    assert!(stands(10, fault(), true).await);
    assert!(stands(5, vec![], true).await, "it began before the other");
    assert!(stands(20, vec![], false).await, "it did not see everything");
    assert!(!stands(20, vec![], true).await);
}

async fn tampered(world: &World, access: &database::Access) {
    for statement in [
        "update ledger.entry set amount_minor = amount_minor + 1",
        "delete from ledger.entry",
        "update ledger.transfer set amount_minor = 1",
        "update ledger.account set balance_minor = 0",
        "insert into ledger.entry select * from ledger.entry limit 1",
    ] {
        for role in ["app", "system", "owner"] {
            let db = &world.kernel.db;
            let tx = match role {
                "app" => db.begin_app(Some(world.workspace)).await,
                "system" => db.begin_system(Some(world.workspace)).await,
                _ => db.begin_owner().await,
            };
            if role == "owner"
                && !statement.contains("entry set")
                && !statement.starts_with("delete")
            {
                continue;
            }
            let mut tx = tx.expect("a transaction");
            let refused = sqlx::query(statement).execute(&mut *tx).await;
            assert!(refused.is_err(), "{role}: {statement}");
        }
    }
    let url = access.check_url().expect("the private cluster");
    let (before, after) = url.split_once('@').expect("an address");
    let scheme = before.split("//").next().expect("a scheme");
    let place = after.split('?').next().expect("a place");
    let superuser = format!("{scheme}//guildhall_bootstrap@{place}");
    let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&superuser)
        .await
        .expect("the superuser");
    // Past the triggers as well, which refuse this even to a superuser.
    sqlx::query("set session_replication_role = replica")
        .execute(&mut connection)
        .await
        .expect("a superuser may");
    for (tamper, mend) in [
        (
            "update ledger.entry set amount_minor = amount_minor + 1 where account_id = $1 and sequence = 1",
            "update ledger.entry set amount_minor = amount_minor - 1 where account_id = $1 and sequence = 1",
        ),
        (
            "update ledger.account set balance_minor = balance_minor + 1 where id = $1",
            "update ledger.account set balance_minor = balance_minor - 1 where id = $1",
        ),
    ] {
        let account: Uuid = sqlx::query_scalar(
            "select id from ledger.account where kind = 'available' and owner_id = $1",
        )
        .bind(world.payee)
        .fetch_one(&mut connection)
        .await
        .expect("an account");
        let run = async |statement: &'static str, connection: &mut sqlx::PgConnection| {
            sqlx::query(statement)
                .bind(account)
                .execute(connection)
                .await
                .expect("a superuser may")
                .rows_affected()
        };
        assert_eq!(run(tamper, &mut connection).await, 1);
        let mut faults = vec![];
        for check in &world.kernel.wiring().checks {
            faults.extend((check.run)(world.kernel.clone()).await.expect(check.name));
        }
        assert!(
            faults.iter().any(|f| f.says.contains(&account.to_string())),
            "{tamper}: {faults:?}"
        );
        assert_eq!(run(mend, &mut connection).await, 1);
        world.proof().await;
    }
}

async fn journal(world: &World, path: PathBuf) {
    let mut text = vec![];
    ledger::export_journal(&world.kernel, &mut text)
        .await
        .expect("a journal");
    std::fs::write(&path, &text).expect("a file");
    let Ok(out) = std::process::Command::new("hledger")
        .arg("-f")
        .arg(&path)
        .args(["check", "--strict"])
        .output()
    else {
        eprintln!("hledger is not installed: the journal was not read");
        return;
    };
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
}
