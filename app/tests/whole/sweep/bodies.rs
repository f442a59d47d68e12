//! Bad input at every route: told as a problem with a pointer, nothing changed, never a 5xx.

use super::world;
use serde_json::{Value, json};
use testkit::{
    Answer, Api, MARKET, Server,
    spec::{self, Operation},
    unique,
};

/// Who may ask an operation at all: the first account of the demo world that is not turned away.
struct Crowd {
    accounts: Vec<Api>,
    nobody: Api,
}

impl Crowd {
    async fn of(server: &Server) -> Self {
        let mut accounts = vec![];
        for name in ["client", "freelancer", "owner"] {
            accounts.push(server.demo_account(&format!("{name}@demo.test")).await);
        }
        Self {
            accounts,
            nobody: server.api().await,
        }
    }
    async fn fit(&self, operation: &Operation) -> &Api {
        if operation.permission() == "public" {
            return &self.nobody;
        }
        for account in &self.accounts {
            let answer = send(account, operation, &json!({"no_such_field": 1})).await;
            if answer.status != 403 {
                return account;
            }
        }
        panic!("nobody in the demo world may {}", operation.id)
    }
}

async fn send(api: &Api, operation: &Operation, body: &Value) -> Answer {
    let headers = [
        ("idempotency-key", unique()),
        ("if-match", "\"1\"".to_owned()),
    ];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
    api.send(
        &operation.method,
        &operation.at(MARKET, &unique()),
        body,
        &headers,
    )
    .await
}

/// Words for people name no column, constraint, schema or type of ours.
fn speaks_plainly(words: &str, what: &str) {
    let inside = [
        "_",
        "::",
        "kernel.",
        "identity.",
        "ledger.",
        "market.",
        "people.",
    ];
    let found = inside.iter().find(|name| words.contains(**name));
    assert!(found.is_none(), "{what} speaks of our insides: {words}");
}

/// A refusal must be a problem document whose parts are all there.
fn is_problem(answer: &Answer, what: &str) {
    assert!(
        (400..500).contains(&answer.status),
        "{what}: {} {}",
        answer.status,
        answer.text
    );
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{what}: {}",
        answer.text
    );
    for field in ["type", "title", "code", "detail", "request_id", "timestamp"] {
        assert!(
            answer.body[field].is_string(),
            "{what} has no {field}: {}",
            answer.text
        );
    }
    assert_eq!(answer.body["status"], answer.status, "{what}");
    assert!(
        !answer.body["detail"]
            .as_str()
            .unwrap_or("")
            .starts_with("error-"),
        "{what} has words: {}",
        answer.text
    );
    speaks_plainly(answer.body["detail"].as_str().unwrap_or(""), what);
    for error in answer.body["errors"].as_array().into_iter().flatten() {
        speaks_plainly(error["message"].as_str().unwrap_or(""), what);
        assert!(
            error["pointer"].is_string() && error["code"].is_string(),
            "{what}: {error}"
        );
        let message = error["message"].as_str().unwrap_or("");
        assert!(
            !message.is_empty() && !message.starts_with("error-"),
            "{what} has words: {error}"
        );
    }
}

/// Values of another type than the schema's.
fn wrong(schema: &Value) -> Vec<Value> {
    match spec::kind(schema) {
        "string" => vec![json!(12345), json!(true), json!({"a": 1}), json!(["a"])],
        "integer" => vec![
            json!("x"),
            json!(1.5),
            json!(true),
            json!({"a": 1}),
            json!(1e30),
            json!(-1e30),
            json!([1]),
        ],
        "boolean" => vec![json!("yes"), json!(1), json!({})],
        "array" => vec![
            json!("x"),
            json!({"a": 1}),
            json!(5),
            json!([{"zz": 1}, null, 3.5]),
        ],
        "object" => vec![json!("x"), json!([1]), json!(5), json!({"zz": 1})],
        other => panic!("a schema of type {other}: {schema}"),
    }
}

#[tokio::test]
async fn wrong_shapes_are_told_with_their_pointer() {
    let (server, api) = world().await;
    let crowd = Crowd::of(&server).await;
    let mut tried = 0;
    for operation in api
        .spec
        .operations
        .iter()
        .filter(|o| o.body.is_some() && o.id != "provider_event.receive")
    {
        let account = crowd.fit(operation).await;
        let schema = operation.body.clone().unwrap_or_default();
        let good = api.spec.body(operation);
        let properties = schema["properties"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let required: Vec<&str> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut cases: Vec<(String, Value)> = vec![];
        for (name, property) in &properties {
            for value in wrong(property) {
                let mut body = good.clone();
                body[name] = value;
                cases.push((format!("/{name}"), body));
            }
            if required.contains(&name.as_str()) {
                let mut body = good.clone();
                body.as_object_mut().expect("an object").remove(name);
                cases.push((format!("/{name}"), body));
                let mut body = good.clone();
                body[name] = Value::Null;
                cases.push((format!("/{name}"), body));
            }
            if spec::kind(property) == "string" && property.get("enum").is_none() {
                let mut body = good.clone();
                body[name] = json!("a".repeat(60_000));
                cases.push((format!("/{name}"), body));
            }
        }
        let mut body = good.clone();
        body["role"] = json!("owner");
        if !properties.contains_key("role") {
            cases.push(("/role".to_owned(), body));
        }
        for (pointer, body) in cases {
            let answer = send(account, operation, &body).await;
            let shown: String = body.to_string().chars().take(400).collect();
            let what = format!("{} {pointer} of {shown}", operation.id);
            is_problem(&answer, &what);
            assert_eq!(answer.status, 422, "{what}: {}", answer.text);
            assert!(
                answer.pointers().iter().any(|p| p.starts_with(&pointer)),
                "{what} points at {:?}",
                answer.pointers()
            );
            tried += 1;
        }
        if !properties.is_empty() {
            for body in [
                "",
                "{",
                "[]",
                "\"x\"",
                "null",
                "{\"a\": \u{7f}",
                "{\"a\": \"\\ud800\"}",
                "\u{feff}{}",
            ] {
                let request = raw(account, operation, "application/json", body).await;
                is_problem(&request, &format!("{} with {body:?}", operation.id));
            }
            let answer = raw(account, operation, "text/plain", "{}").await;
            is_problem(&answer, &operation.id);
            assert_eq!(answer.status, 415, "{}", operation.id);
        }
        if operation.idempotency() == "required" {
            let answer = account
                .send(
                    &operation.method,
                    &operation.at(MARKET, &unique()),
                    &good,
                    &[("if-match", "\"1\"")],
                )
                .await;
            assert_eq!(
                (answer.status, answer.code()),
                (400, "idempotency_key_required"),
                "{}",
                operation.id
            );
        }
    }
    assert!(tried > 150, "only {tried} cases");
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}

async fn raw(api: &Api, operation: &Operation, kind: &str, body: &str) -> Answer {
    let mut request = api
        .http
        .request(
            operation.method.parse().expect("a method"),
            format!("{}{}", api.url, operation.at(MARKET, &unique())),
        )
        .header("content-type", kind)
        .header("idempotency-key", unique())
        .header("if-match", "\"1\"")
        .body(body.to_owned());
    if let Some(token) = &api.token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.expect("an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let text = answer.text().await.expect("a body");
    Answer {
        status,
        headers,
        body: serde_json::from_str(&text).unwrap_or_default(),
        text,
        asked: operation.id.clone(),
    }
}

#[tokio::test]
async fn hostile_texts_never_break_anything() {
    let (server, api) = world().await;
    let crowd = Crowd::of(&server).await;
    let texts = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "'; drop table market.project; --",
        "%' or '1'='1",
        "\\\\%_*?[]{}",
        "a\u{0}b",
        "\u{202e}txet",
        "\u{feff}\u{200b}",
        "𝕌𝕟𝕚 👩‍👩‍👧 é́́́",
        "${jndi:ldap://a}",
        "{{7*7}}",
        "../../etc/passwd",
        "&|!():*<->",
        "\r\nSet-Cookie: a=b",
    ];
    for operation in api
        .spec
        .operations
        .iter()
        .filter(|o| o.body.is_some() && o.id != "provider_event.receive")
    {
        let account = crowd.fit(operation).await;
        let schema = operation.body.clone().unwrap_or_default();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if spec::kind(property) != "string" {
                continue;
            }
            for text in texts {
                let mut body = api.spec.body(operation);
                body[name] = json!(text);
                let answer = send(account, operation, &body).await;
                assert!(
                    answer.status < 500,
                    "{} /{name} = {text:?}: {} {}",
                    operation.id,
                    answer.status,
                    answer.text
                );
                if answer.status >= 400 {
                    is_problem(&answer, &format!("{} /{name} = {text:?}", operation.id));
                }
                if text.contains('\0') {
                    assert!(
                        answer.status >= 400,
                        "{} takes a NUL in /{name}",
                        operation.id
                    );
                }
            }
        }
    }
    // In queries as well, and in ids.
    for operation in api.spec.operations.iter().filter(|o| o.method == "GET") {
        let account = crowd.fit(operation).await;
        let path = operation.at(MARKET, &unique());
        let parameters = operation.raw["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for parameter in parameters.iter().filter(|p| p["in"] == "query") {
            let name = parameter["name"].as_str().unwrap_or("");
            for text in texts {
                let value = encode(text);
                let answer = account.get(&format!("{path}?{name}={value}")).await;
                assert!(
                    answer.status < 500,
                    "{path}?{name}={value}: {} {}",
                    answer.status,
                    answer.text
                );
            }
            if name == "limit" {
                for bad in ["0", "101", "-1", "x", "1.5", "99999999999999999999", ""] {
                    let answer = account.get(&format!("{path}?limit={bad}")).await;
                    assert!(
                        answer.status < 500 && (answer.status >= 400 || bad.is_empty()),
                        "{path}?limit={bad}: {}",
                        answer.status
                    );
                }
            }
            if name == "cursor" {
                let answer = account.get(&format!("{path}?cursor=WzEsMl0")).await;
                let another_fault = answer.status == 404 && operation.id_name().is_some()
                    || answer.status == 422 && !answer.pointers().contains(&"/cursor");
                assert!(
                    answer.status == 400 || another_fault,
                    "{path}: {} {}",
                    answer.status,
                    answer.text
                );
            }
        }
        let answer = account.get(&format!("{path}?no_such_parameter=1")).await;
        assert!(
            (400..500).contains(&answer.status) || parameters.iter().all(|p| p["in"] != "query"),
            "{path} takes an unknown parameter: {}",
            answer.status
        );
        if operation.id_name().is_some() {
            for id in [
                "x",
                "0",
                "00000000-0000-0000-0000-000000000000",
                "%00",
                "..%2f..",
                "%27%3b--",
                "NaN",
            ] {
                let answer = account.get(&operation.at(MARKET, id)).await;
                assert!(
                    matches!(answer.status, 400 | 404),
                    "{} with id {id}: {} {}",
                    operation.id,
                    answer.status,
                    answer.text
                );
            }
        }
    }
    assert!(server.failures().is_empty(), "{:?}", server.failures());
    server.check();
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

#[tokio::test]
async fn forms_tell_the_same_truth_as_the_api() {
    let (server, api) = world().await;
    let client = super::actor(&server, "client@demo.test").await;
    let mut forms = 0;
    for row in super::table(&server)
        .iter()
        .filter(|r| r.page && r.is_unsafe() && r.rate != "free")
    {
        if matches!(row.operation.as_str(), "auth.logout" | "auth.sign_out") {
            continue;
        }
        for fields in [
            vec![],
            vec![("no_such_field", "1")],
            vec![
                ("title", "<script>alert(1)</script>"),
                ("email", "'--"),
                ("amount", "1e99"),
            ],
        ] {
            let answer = api
                .form(&row.at(MARKET, &unique()), &fields, &client.cookie)
                .await;
            assert!(
                answer.status < 500,
                "{} with {fields:?}: {} {}",
                row.path,
                answer.status,
                answer.text
            );
            assert!(
                !answer.text.contains("<script>alert(1)</script>"),
                "{} shows markup as markup",
                row.path
            );
            forms += 1;
        }
    }
    assert!(forms > 30, "only {forms} forms");
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}
