//! A project with everything its client asks, who may see and bid on it, and how it is found.

mod counts;
mod drafts;
mod finding;
mod hiring;
mod inviting;
mod wishes;

use crate::BIN;
use serde_json::{Value, json};
use testkit::{
    Answer, Api, Party, Server, Setup,
    party::{id, usd},
};

async fn world() -> (Server, Party, Party, Party) {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let client = Party::register(&api, "Carla", &["client"], "en").await;
    let one = Party::register(&api, "Frida", &["freelancer"], "en").await;
    let other = Party::register(&api, "Fares", &["freelancer"], "ar").await;
    api.settle().await;
    (server, client, one, other)
}

async fn try_create(client: &Party, more: Value) -> Answer {
    let body = client.api.spec.body_with("project.create", more);
    client.api.call("project.create", "", body).await
}

async fn publish(client: &Party, more: Value) -> String {
    let project = id(&try_create(client, more).await.ok());
    let _ = act(client, "project.publish", &project).await.ok();
    project
}

async fn act(who: &Party, operation: &str, on: &str) -> Answer {
    who.api.call(operation, on, Value::Null).await
}

fn bid(more: Value) -> Value {
    let mut body = json!({"bid": usd(50_000), "cover_letter": "Gladly.", "duration_days": 10,
        "milestones": [{"title": "All", "amount": usd(50_000), "due_days": 10}]});
    for (name, value) in more.as_object().expect("fields") {
        body[name] = value.clone();
    }
    body
}

async fn found(who: &Party, operation: &str, query: &str) -> Value {
    let path = who.api.spec.find(operation).at(&who.api.workspace, "");
    let answer = who.api.get(&format!("{path}?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    answer.body
}

fn ids(found: &Value, name: &str) -> Vec<String> {
    let rows = found["data"].as_array().expect("rows");
    rows.iter()
        .map(|r| r[name].as_str().expect("an id").to_owned())
        .collect()
}
