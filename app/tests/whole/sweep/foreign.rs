//! Another workspace's record, or one that may not be seen, answers exactly like an absent one.

use super::{Actor, actor, table};
use crate::BIN;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use testkit::{Answer, Api, DEMO_PASSWORD, MARKET, Server, Setup, spec::Operation, unique};

/// Where records lie whose ids stand in paths.
pub(super) fn records(name: &str) -> &'static str {
    match name {
        // Not ids of records: what a hosted page brings back, a one-time link, a number.
        "attempt" | "token" | "version" => "select id from identity.invitation where false",
        "job" => "select id from kernel.job",
        "project" => "select id from market.project",
        "proposal" => "select id from market.proposal",
        "contract" | "offer" => "select id from market.contract",
        "project_invitation" => "select id from market.invitation",
        "showcase" => "select id from people.showcase",
        "milestone" => "select id from market.milestone",
        "delivery" => "select id from market.delivery",
        "bonus" => "select id from market.bonus",
        "invoice" => "select id from ledger.invoice",
        "share" => "select id from market.share",
        "amendment" => "select id from market.amendment",
        "review" => "select id from market.review",
        "payment" => "select id from ledger.payment",
        "event" => "select id from ledger.provider_event",
        "receipt" => "select id from ledger.bank_receipt",
        "chargeback" => "select id from ledger.chargeback",
        "refund" => "select id from ledger.refund",
        "payout" => "select id from ledger.payout",
        "method" | "payment_method" => "select id from ledger.payment_method",
        "destination" => "select id from ledger.destination",
        "file" => "select id from files.file",
        "notification" => "select id from notify.notification",
        "member" | "profile" | "person" | "freelancer" => "select id from kernel.member",
        "invitation" => "select id from identity.invitation",
        "account" => "select id from ledger.account",
        "role" => "select id from kernel.role",
        other => panic!("say here where records called {{{other}}} lie"),
    }
}

/// A demo world whose research workspace also has the marketplace, with its analyst as both parties.
async fn two_markets() -> Server {
    let mut server = Setup::of(BIN).demo().prepared().await;
    let database = server.database().await;
    let mut tx = database.begin_owner().await.expect("the owner");
    for statement in [
        "update kernel.workspace set products = array_append(products, 'market') where slug = 'signals' and not 'market' = any (products)",
        "insert into kernel.role (workspace_id, id, key, name, product, rank)
         select w.workspace_id, gen_random_uuid(), t.key, t.key, t.product, t.rank from kernel.role_template t, kernel.workspace w
         where w.slug = 'signals' and t.key in ('client', 'freelancer') on conflict do nothing",
        "insert into kernel.role_permission (workspace_id, role_id, permission, relations)
         select r.workspace_id, r.id, p.permission, p.relations from kernel.role_template_permission p
         join kernel.role r on r.key = p.role_key join kernel.workspace w on w.workspace_id = r.workspace_id
         where w.slug = 'signals' and r.key in ('client', 'freelancer') on conflict do nothing",
        "insert into kernel.member_role (workspace_id, member_id, role_id)
         select m.workspace_id, m.id, r.id from kernel.member m join kernel.role r on r.workspace_id = m.workspace_id
         join identity.account a on a.id = m.account_id join kernel.workspace w on w.workspace_id = m.workspace_id
         where w.slug = 'signals' and a.email_canonical = 'analyst@demo.test' and r.key in ('client', 'freelancer', 'admin', 'owner') on conflict do nothing",
        "insert into ledger.fee_schedule select w.workspace_id, f.version, f.effective_at, f.payee_basis_points, f.client_basis_points, f.minimum_payout_minor, f.clearance_days
         from ledger.fee_schedule f join kernel.workspace m on m.workspace_id = f.workspace_id and m.slug = 'atelier', kernel.workspace w
         where w.slug = 'signals' on conflict do nothing",
    ] {
        sqlx::query(statement).execute(&mut *tx).await.unwrap_or_else(|e| panic!("{statement}: {e}"));
    }
    tx.commit().await.expect("commit");
    server.launch();
    server.wait_ready().await;
    server.api().await.raise_limits().await;
    server
}

pub(super) async fn ids(server: &Server, name: &str, filter: &str) -> Vec<String> {
    let database = server.database().await;
    let mut tx = database.begin_owner().await.expect("the owner");
    let workspace = format!(
        "workspace_id = (select w.workspace_id from kernel.workspace w where w.slug = '{MARKET}')"
    );
    let query = format!(
        "select t.id::text from ({}) k join {} t using (id) where t.{workspace} {filter} order by t.id limit 3",
        records(name),
        source(name)
    );
    sqlx::query_scalar(AssertSqlSafe(query))
        .fetch_all(&mut *tx)
        .await
        .unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn source(name: &str) -> &'static str {
    records(name)
        .split(" from ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .expect("a table")
}

async fn ask(api: &Api, operation: &Operation, id: &str, key: &str) -> Answer {
    let body = if operation.body.is_some() {
        api.spec.body(operation)
    } else {
        Value::Null
    };
    let headers = [("idempotency-key", key), ("if-match", "\"1\"")];
    api.send(
        &operation.method,
        &operation.at(&api.workspace, id),
        &body,
        &headers,
    )
    .await
}

#[tokio::test]
async fn an_id_of_another_workspace_answers_like_an_absent_one() {
    let server = two_markets().await;
    let mut analyst = server.api().await.in_workspace("signals");
    analyst.login("analyst@demo.test", DEMO_PASSWORD).await;
    let cookie = analyst.cookie("analyst@demo.test", DEMO_PASSWORD).await;
    let mut tried = 0;
    for operation in &analyst.spec.operations {
        let Some(name) = operation
            .id_name()
            .filter(|_| operation.path.contains("{workspace}"))
        else {
            continue;
        };
        for id in ids(&server, name, "").await {
            let foreign = ask(&analyst, operation, &id, &unique()).await;
            let absent = ask(&analyst, operation, &unique(), &unique()).await;
            assert_eq!(foreign.essence(), absent.essence(), "{} {id}", operation.id);
            assert_eq!(
                foreign.status, 404,
                "{} {id}: {}",
                operation.id, foreign.text
            );
            tried += 1;
        }
    }
    assert!(
        tried > 25,
        "only {tried} cases: the demo world should have records of all kinds"
    );
    for row in table(&server)
        .iter()
        .filter(|r| r.page && r.in_workspace() && r.has_id())
    {
        let name = row
            .path
            .split('/')
            .filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'))
            .find(|n| *n != "workspace")
            .unwrap_or("");
        for id in ids(&server, name, "").await {
            let path = row.at("signals", &id);
            let answer = if row.is_unsafe() {
                analyst.form(&path, &[], &cookie).await
            } else {
                analyst.page(&path, &cookie).await
            };
            if !row.is_unsafe() {
                // Where a one-time token stands in the path, any unknown one is as good as used.
                let absent = analyst.page(&row.at("signals", &unique()), &cookie).await;
                assert_eq!(answer.status, absent.status, "{path}");
                let token = row.operation.starts_with("invitation.");
                assert_eq!(answer.status, if token { 410 } else { 404 }, "{path}");
                continue;
            }
            // 415: a form with files, refused for its kind before anything is looked up.
            assert!(
                matches!(answer.status, 404 | 410 | 415 | 422),
                "{} {path}: {}",
                row.method,
                answer.status
            );
        }
    }
    // References inside bodies are no door either.
    let file = ids(&server, "file", "").await;
    for operation in &analyst.spec.operations {
        let takes_files = operation
            .body
            .as_ref()
            .is_some_and(|b| b["properties"].get("file_ids").is_some());
        if let (true, Some(file)) = (takes_files && operation.id_name().is_none(), file.first()) {
            let body = analyst
                .spec
                .body_with(&operation.id, json!({"file_ids": [file]}));
            let answer = analyst.call(&operation.id, "", body).await;
            assert!(
                (400..500).contains(&answer.status),
                "{} takes a foreign file: {}",
                operation.id,
                answer.text
            );
        }
    }
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}

#[tokio::test]
async fn what_a_member_may_not_see_answers_like_an_absent_one() {
    let (server, _) = super::world().await;
    let Actor {
        api: stranger,
        cookie,
    } = actor(&server, "freelancer2@demo.test").await;
    let me = "(select m.id from kernel.member m join identity.account a on a.id = m.account_id where a.email_canonical = 'freelancer2@demo.test')";
    let private = [
        ("proposal", format!("and t.freelancer_id <> {me}")),
        (
            "contract",
            format!("and t.freelancer_id <> {me} and t.client_id <> {me}"),
        ),
        (
            "milestone",
            format!(
                "and t.contract_id in (select c.id from market.contract c where c.freelancer_id <> {me} and c.client_id <> {me})"
            ),
        ),
        ("payment", format!("and t.payer_id <> {me}")),
        ("payout", format!("and t.member_id <> {me}")),
        ("destination", format!("and t.member_id <> {me}")),
        ("payment_method", format!("and t.member_id <> {me}")),
        ("method", format!("and t.member_id <> {me}")),
        ("notification", format!("and t.member_id <> {me}")),
        (
            "file",
            format!("and t.owner_id <> {me} and t.record_kind = 'delivery'"),
        ),
        (
            "project",
            format!("and t.owner_id <> {me} and t.state = 'draft'"),
        ),
    ];
    let mut tried = 0;
    for operation in stranger
        .spec
        .operations
        .iter()
        .filter(|o| o.path.contains("{workspace}"))
    {
        let Some(name) = operation.id_name() else {
            continue;
        };
        let Some((_, filter)) = private.iter().find(|(n, _)| *n == name) else {
            continue;
        };
        for id in ids(&server, name, filter).await {
            let hidden = ask(&stranger, operation, &id, &unique()).await;
            let absent = ask(&stranger, operation, &unique(), &unique()).await;
            assert_eq!(hidden.essence(), absent.essence(), "{} {id}", operation.id);
            assert!(
                matches!(hidden.status, 403 | 404),
                "{} {id}: {}",
                operation.id,
                hidden.text
            );
            if operation.method == "GET" {
                let page = stranger
                    .page(&operation.at(MARKET, &id).replace("/api/v1", ""), &cookie)
                    .await;
                // 405: the list is a part of another page, and nothing can be read at this address.
                assert!(
                    matches!(page.status, 403..=405),
                    "page of {} {id}: {}",
                    operation.id,
                    page.status
                );
            }
            tried += 1;
        }
    }
    assert!(
        tried > 15,
        "only {tried} cases: the demo world should have records of all kinds"
    );
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}
