//! What somebody with the database's keys may change: `guildhall check` names each such row, and
//! money stays where it is until the books add up again.

use super::world;
use serde_json::{Value, json};
use testkit::{Deal, Server, party::id};

/// A row that is changed past all triggers: the newest of those where `which` holds.
struct Tampering {
    table: &'static str,
    key: &'static str,
    which: &'static str,
    set: &'static str,
}

const fn of(table: &'static str, which: &'static str, set: &'static str) -> Tampering {
    Tampering {
        table,
        key: "id",
        which,
        set,
    }
}

fn all() -> Vec<Tampering> {
    let release = "t.kind = 'release'";
    let available = "t.kind = 'available' and t.balance_minor > 0";
    let approved = "t.state = 'approved' and t.payee_fee_minor > 0";
    vec![
        of(
            "ledger.transfer",
            release,
            "from_id = to_id, to_id = from_id",
        ),
        of(
            "ledger.transfer",
            release,
            "to_id = (select a.id from ledger.account a where a.kind = 'fees' limit 1)",
        ),
        of(
            "ledger.transfer",
            release,
            "from_id = (select a.id from ledger.account a where a.kind = 'clearing' limit 1)",
        ),
        of("ledger.transfer", release, "currency = 'EUR'"),
        of(
            "ledger.transfer",
            release,
            "booked_at = booked_at + interval '1 second'",
        ),
        of(
            "ledger.transfer",
            "t.kind = 'capture'",
            "booked_at = booked_at - interval '1 day'",
        ),
        of("ledger.transfer", release, "kind = 'bonus'"),
        of(
            "ledger.transfer",
            release,
            "amount_minor = amount_minor + 1",
        ),
        of(
            "ledger.account",
            available,
            "owner_id = '00000000-0000-0000-0000-00000000dead'",
        ),
        of(
            "ledger.account",
            available,
            "owner_id = (select m.id from kernel.member m where m.id <> t.owner_id and not exists (select 1 from ledger.account o where o.owner_id = m.id) limit 1)",
        ),
        of("ledger.account", available, "floor_minor = null"),
        of("ledger.account", available, "hot = true"),
        of("ledger.account", available, "lots = false"),
        of(
            "ledger.account",
            available,
            "balance_minor = balance_minor + 1",
        ),
        of(
            "ledger.account",
            "t.kind = 'escrow' and t.balance_minor > 0",
            "owner_id = '00000000-0000-0000-0000-00000000dead'",
        ),
        of(
            "ledger.lot",
            "t.remaining_minor > 0",
            "payment_id = (select p.id from ledger.payment p where p.id <> t.payment_id limit 1)",
        ),
        of(
            "ledger.lot",
            "t.remaining_minor > 0",
            "remaining_minor = remaining_minor - 1",
        ),
        Tampering {
            table: "ledger.cause",
            key: "cause",
            which: "t.cause like 'market.release/%'",
            set: "content_hash = '\\x00'",
        },
        of(
            "ledger.payment",
            "t.state = 'captured' and t.applied = 'purpose'",
            "amount_minor = amount_minor + 1",
        ),
        of(
            "ledger.payment",
            "t.state = 'captured' and t.applied = 'purpose'",
            "state = 'failed', captured_at = null",
        ),
        of(
            "ledger.payment",
            "t.state = 'captured' and t.applied = 'purpose'",
            "applied = 'refunded'",
        ),
        of(
            "ledger.payout",
            "t.state = 'paid'",
            "amount_minor = amount_minor + 1",
        ),
        of("ledger.payout", "t.state = 'paid'", "state = 'cancelled'"),
        of("ledger.payout", "t.state = 'paid'", "state = 'returned'"),
        of("ledger.payout", "t.state = 'cancelled'", "state = 'failed'"),
        of(
            "ledger.refund",
            "t.state = 'succeeded'",
            "amount_minor = amount_minor + 1",
        ),
        of(
            "ledger.refund",
            "t.state = 'succeeded'",
            "state = 'charged_back'",
        ),
        of(
            "ledger.invoice",
            "t.kind = 'earning'",
            "gross_minor = gross_minor + 1, net_minor = net_minor + 1",
        ),
        of(
            "ledger.invoice",
            "t.kind = 'receipt'",
            "gross_minor = gross_minor + 1, net_minor = net_minor + 1",
        ),
        of(
            "ledger.invoice",
            "t.kind = 'credit_note'",
            "gross_minor = gross_minor - 1, net_minor = net_minor - 1",
        ),
        of(
            "market.milestone",
            approved,
            "payee_fee_minor = payee_fee_minor - 1",
        ),
        of(
            "market.milestone",
            approved,
            "client_fee_minor = client_fee_minor + 1",
        ),
    ]
}

/// Money that has gone every way: paid out, taken back, refunded, still in escrow.
async fn lived(server: &Server) -> Deal {
    let deal = Deal::fresh(server, &[10_000, 20_000]).await;
    deal.finish(&deal.milestones[0]).await;
    let back = Deal::fresh(server, &[7_000]).await;
    let _ = back.client.fund(&back.milestones[0]).await.ok();
    back.client.api.settle().await;
    let settlement = json!([{"milestone_id": back.milestones[0], "outcome": "refund"}]);
    let asked = json!({"reason": "The plan changed", "settlement": settlement});
    let asked = back
        .client
        .api
        .call("contract.terminate", &back.contract, asked)
        .await
        .ok();
    let agreed = json!({"termination_id": id(&asked["termination"])});
    let _ = back
        .freelancer
        .api
        .call("contract.accept_termination", &back.contract, agreed)
        .await
        .ok();
    let api = server.api().await;
    api.advance(6 * 86_400).await;
    let mut deal = deal;
    deal.client = deal.client.again().await;
    deal.freelancer = deal.freelancer.again().await;
    let _ = deal.client.fund(&deal.milestones[1]).await.ok();
    let bank = deal.freelancer.add_bank("12345678").await;
    let _ = deal.freelancer.withdraw(&bank, 3_000).await.ok();
    api.settle().await;
    api.advance(3 * 86_400).await;
    deal.client = deal.client.again().await;
    deal.freelancer = deal.freelancer.again().await;
    let cancelled = deal.freelancer.withdraw(&bank, 2_500).await.ok();
    let _ = deal
        .freelancer
        .api
        .call("payout.cancel", &id(&cancelled), json!({}))
        .await
        .ok();
    api.settle().await;
    deal
}

#[tokio::test]
async fn every_tampering_is_named() {
    let server = world().await;
    let _ = lived(&server).await;
    server.check();
    let database = server.database().await;
    let mut unnamed = vec![];
    for one in all() {
        let Tampering {
            table,
            key,
            which,
            set,
        } = one;
        let mut tx = database.begin_owner().await.expect("the owner");
        // The newest row: it is of this test's own deal.
        let (named, before): (String, String) = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "select t.{key}::text, to_jsonb(t)::text from {table} t where {which} order by t.{key} desc limit 1"
        )))
        .fetch_optional(&mut *tx)
        .await
        .unwrap_or_else(|e| panic!("{table} {which}: {e}"))
        .unwrap_or_else(|| panic!("a row of {table} where {which}"));
        let columns: Vec<String> = serde_json::from_str::<Value>(&before)
            .expect("a row")
            .as_object()
            .expect("columns")
            .keys()
            .cloned()
            .collect();
        let run = async |tx: &mut sqlx::PgConnection, sql: String, row: Option<&str>| {
            for word in ["disable", "change", "enable"] {
                if word == "change" {
                    let mut query =
                        sqlx::query(sqlx::AssertSqlSafe(sql.clone())).bind(named.clone());
                    if let Some(row) = row {
                        query = query.bind(row.to_owned());
                    }
                    let done = query
                        .execute(&mut *tx)
                        .await
                        .unwrap_or_else(|e| panic!("{sql}: {e}"));
                    assert_eq!(done.rows_affected(), 1, "{sql}");
                } else {
                    sqlx::query(sqlx::AssertSqlSafe(format!(
                        "alter table {table} {word} trigger user"
                    )))
                    .execute(&mut *tx)
                    .await
                    .unwrap_or_else(|e| panic!("{table} {word}: {e}"));
                }
            }
        };
        run(
            &mut tx,
            format!("update {table} t set {set} where t.{key}::text = $1"),
            None,
        )
        .await;
        tx.commit().await.expect("tampered");

        let said = server.run(&["check"]);
        let out = String::from_utf8_lossy(&said.stdout).into_owned();
        if said.status.success() || !out.contains(&named) {
            unnamed.push(format!("{table}: {set} of {named}: {out}"));
        }
        assert!(
            !out.starts_with("ok:"),
            "the first line is the first fault: {out}"
        );

        let columns = columns.join(", ");
        let mut tx = database.begin_owner().await.expect("the owner");
        let undo = format!(
            "update {table} t set ({columns}) = (select {columns} from jsonb_populate_record(null::{table}, $2::jsonb)) where t.{key}::text = $1"
        );
        run(&mut tx, undo, Some(&before)).await;
        tx.commit().await.expect("undone");
    }
    assert!(unnamed.is_empty(), "{}", unnamed.join("\n"));
    server.check();
}

#[tokio::test]
async fn no_money_leaves_books_that_do_not_add_up() {
    let server = world().await;
    let deal = lived(&server).await;
    let bank = deal.freelancer.add_bank("87654321").await;
    let waiting = deal.freelancer.withdraw(&bank, 2_000).await.ok();
    let database = server.database().await;
    let tamper = async |by: i64| {
        let mut tx = database.begin_owner().await.expect("the owner");
        sqlx::query("update ledger.account set balance_minor = balance_minor + $1 where id = (select id from ledger.account where kind = 'pending' order by id limit 1)")
            .bind(by)
            .execute(&mut *tx)
            .await
            .expect("tampered");
        tx.commit().await.expect("committed");
    };
    // So large that adding to it fails: it is named all the same, and blinds no other check.
    let (account, was): (String, i64) = {
        let mut tx = database.begin_owner().await.expect("the owner");
        let spoil = async |tx: &mut sqlx::PgConnection, sql: &'static str| {
            sqlx::query(sql).execute(tx).await.expect(sql);
        };
        spoil(&mut tx, "alter table ledger.entry disable trigger user").await;
        let spoiled = sqlx::query_as(
            "update ledger.entry e set balance_after = 9223372036854775807
             from (select f.workspace_id, f.account_id, f.balance_after from ledger.entry f
                   join ledger.entry n on n.workspace_id = f.workspace_id and n.account_id = f.account_id and n.sequence = 2 and n.amount_minor > 0
                   where f.sequence = 1 order by f.account_id limit 1) was
             where e.workspace_id = was.workspace_id and e.account_id = was.account_id and e.sequence = 1
             returning e.account_id::text, was.balance_after",
        )
        .fetch_one(&mut *tx)
        .await
        .expect("an account with two entries");
        spoil(&mut tx, "alter table ledger.entry enable trigger user").await;
        tx.commit().await.expect("committed");
        spoiled
    };
    tamper(1).await;
    let said = server.run(&["check"]);
    let out = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(!said.status.success());
    assert!(
        out.contains(&account) && out.contains("balances equal their entries"),
        "{out}"
    );
    let mut tx = database.begin_owner().await.expect("the owner");
    for (sql, whose) in [
        ("alter table ledger.entry disable trigger user", false),
        (
            "update ledger.entry set balance_after = $2 where account_id = $1::uuid and sequence = 1",
            true,
        ),
        ("alter table ledger.entry enable trigger user", false),
    ] {
        let query = sqlx::query(sql);
        let query = if whose {
            query.bind(&account).bind(was)
        } else {
            query
        };
        query.execute(&mut *tx).await.expect(sql);
    }
    tx.commit().await.expect("committed");
    let refused = deal.freelancer.withdraw(&bank, 2_000).await;
    assert_eq!(
        (refused.status, refused.code()),
        (503, "books_under_review"),
        "{}",
        refused.text
    );
    let api = server.api().await;
    api.advance(3_600).await;
    let freelancer = deal.freelancer.again().await;
    let state = async |of: &testkit::Party| {
        let seen = of
            .api
            .call("payout.show", &id(&waiting), Value::Null)
            .await
            .ok();
        seen["state"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(state(&freelancer).await, "requested");
    let cookie = api.cookie("owner@demo.test", testkit::DEMO_PASSWORD).await;
    let page = api.page("/w/atelier/payout-reviews", &cookie).await;
    assert!(
        page.text.contains("balances equal their entries"),
        "{}",
        page.text
    );
    tamper(-1).await;
    server.check();
    api.advance(3_600).await;
    let freelancer = freelancer.again().await;
    assert_ne!(state(&freelancer).await, "requested");
    let sent = freelancer.withdraw(&bank, 2_000).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    server.check();
}
