//! Accounts from outside: how they begin, change address, sign in with what they brought along, and
//! end; and who may be a member.

mod address;
mod ending;
mod members;
mod passwords;
mod sessions;

use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use testkit::{Answer, Api, Server, unique};

/// A password that meets the rule.
const PASSWORD: &str = "correct horse battery staple 41";

/// An address nobody has used.
fn fresh(name: &str) -> String {
    format!("{name}-{}@example.test", &unique()[24..])
}

/// Registers in the market; the address waits to be confirmed.
async fn register(api: &Api, email: &str, name: &str, roles: &[&str]) {
    let body = json!({"email": email, "password": PASSWORD, "display_name": name, "locale": "en", "accept_terms": true, "roles": roles});
    let path = format!("/api/v1/w/{}/auth/register", api.workspace);
    let answer = api.post(&path, &body).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    api.settle().await;
}

/// The path of the link in the newest mail to an address whose subject holds these words.
async fn link(api: &Api, to: &str, subject: &str) -> String {
    let mails = api.mails(to).await;
    let mail = mails
        .iter()
        .find(|m| m["subject"].as_str().is_some_and(|s| s.contains(subject)))
        .unwrap_or_else(|| panic!("a mail “{subject}” to {to}: {mails:?}"));
    let url = mail["links"][0].as_str().expect("a link");
    url.strip_prefix(&api.url).unwrap_or(url).to_owned()
}

fn token(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or("")
}

/// A confirmed account that has signed in.
async fn confirmed(api: &Api, email: &str, name: &str, roles: &[&str]) -> Api {
    register(api, email, name, roles).await;
    let path = link(api, email, "Confirm").await;
    let answer = api.form(&path, &[], "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    signed_in(api, email).await
}

async fn signed_in(api: &Api, email: &str) -> Api {
    let mut own = api.clone();
    own.login(email, PASSWORD).await;
    own
}

async fn try_login(api: &Api, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    api.send("POST", "/api/v1/auth/login", &body, &[]).await
}

async fn me(api: &Api) -> Answer {
    api.get("/api/v1/me").await
}

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

async fn run(server: &Server, statement: &str) {
    let database = server.database().await;
    let mut tx = database.begin_owner().await.expect("the owner");
    sqlx::query(AssertSqlSafe(statement.to_owned()))
        .execute(&mut *tx)
        .await
        .unwrap_or_else(|e| panic!("{statement}: {e}"));
    tx.commit().await.expect("commit");
}

/// The members of the workspace by name.
async fn member(api: &Api, name: &str) -> Value {
    let all = api.list("member.list", "").await;
    all.iter()
        .find(|m| m["display_name"] == name)
        .unwrap_or_else(|| panic!("{name} in {all:?}"))
        .clone()
}
