//! Rights as rows: what a workspace's own roles open and what they leave closed, that refusals are
//! written down, and that what is written down says what changed.

mod changes;
mod denied;
mod entering;
mod roles;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Row as _};
use testkit::{Api, DEMO_PASSWORD, MARKET, Server};

/// One value out of the database.
async fn one<T>(server: &Server, query: &str) -> T
where
    T: Send + Unpin + sqlx::Type<sqlx::Postgres> + for<'r> sqlx::Decode<'r, sqlx::Postgres>,
{
    let database = server.database().await;
    let mut tx = database.begin_owner().await.expect("the owner");
    sqlx::query_scalar(AssertSqlSafe(query.to_owned()))
        .fetch_one(&mut *tx)
        .await
        .unwrap_or_else(|e| panic!("{query}: {e}"))
}

/// One column of texts out of the database.
async fn column(server: &Server, query: &str) -> Vec<String> {
    let database = server.database().await;
    let mut tx = database.begin_owner().await.expect("the owner");
    let rows = sqlx::query(AssertSqlSafe(query.to_owned()))
        .fetch_all(&mut *tx)
        .await
        .unwrap_or_else(|e| panic!("{query}: {e}"));
    rows.iter().map(|row| row.get(0)).collect()
}

async fn run(server: &Server, statement: &str) -> Result<(), sqlx::Error> {
    let database = server.database().await;
    let mut tx = database.begin_owner().await.expect("the owner");
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

/// Gives a demo account one role of its own, with permissions as rows of (permission, relations).
async fn custom(server: &Server, email: &str, key: &str, permissions: &str) -> Api {
    run(
        server,
        &format!(
            "insert into kernel.role (workspace_id, id, key, name, rank)
             select workspace_id, gen_random_uuid(), '{key}', '{key}', 15 from kernel.workspace where slug = '{MARKET}';
             insert into kernel.role_permission (workspace_id, role_id, permission, relations)
             select r.workspace_id, r.id, p.permission, p.relations from kernel.role r, ({permissions}) as p (permission, relations)
             where r.key = '{key}';
             delete from kernel.member_role mr using kernel.member m, identity.account a
             where mr.workspace_id = m.workspace_id and mr.member_id = m.id and m.account_id = a.id and a.email_canonical = '{email}';
             insert into kernel.member_role (workspace_id, member_id, role_id)
             select m.workspace_id, m.id, r.id from kernel.member m join identity.account a on a.id = m.account_id
             join kernel.role r on r.workspace_id = m.workspace_id and r.key = '{key}' where a.email_canonical = '{email}'"
        ),
    )
    .await
    .expect("a role");
    // Memberships are remembered for five seconds.
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    let mut api = server.api().await;
    api.login(email, DEMO_PASSWORD).await;
    api
}

async fn world() -> (Server, Api) {
    let server = testkit::Setup::of(crate::BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    (server, api)
}

async fn signed_in(server: &Server, email: &str) -> Api {
    server.demo_account(email).await
}

/// The rows of a list.
fn rows(body: &Value) -> &[Value] {
    body["data"].as_array().map_or(&[], Vec::as_slice)
}
