//! Two edits at once: the second is told what the record is now, and on pages chooses field by
//! field.

use crate::BIN;
use serde_json::{Value, json};
use testkit::{Answer, Api, DEMO_PASSWORD, MARKET, Party, Server, Setup};

async fn world() -> (Server, Api) {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    (server, api)
}

#[tokio::test]
async fn a_late_edit_is_told_the_current_version() {
    let (server, _) = world().await;
    let client = Party::demo(&server, "client").await;
    let project = client.post_project("Two editors").await;
    let freelancer = Party::demo(&server, "freelancer").await;
    let proposal = freelancer.propose(&project, &[50_000]).await;
    let edits = [
        (
            &client.api,
            "project.update",
            project.as_str(),
            "project.show",
            json!({"title": "First"}),
            json!({"title": "Second"}),
            "title",
        ),
        (
            &freelancer.api,
            "proposal.update",
            proposal.as_str(),
            "proposal.show",
            json!({"duration_days": 11}),
            json!({"duration_days": 12}),
            "duration_days",
        ),
        (
            &freelancer.api,
            "profile.update",
            "",
            "profile.show_own",
            json!({"title": "First"}),
            json!({"title": "Second"}),
            "title",
        ),
        (
            &client.api,
            "account.update",
            "",
            "account.show",
            json!({"display_name": "First", "locale": "en", "theme": "dark"}),
            json!({"display_name": "Second", "locale": "en", "theme": "dark"}),
            "display_name",
        ),
    ];
    for (api, operation, id, show, first, second, field) in edits {
        let path = api.spec.find(operation).at(&api.workspace, id);
        // An operation's own reading is at the same address.
        let read = api.get(&path).await;
        assert_eq!(read.status, 200, "{show}: {}", read.text);
        let tag = read.header("etag").to_owned();
        assert!(tag.starts_with('"'), "{show} has a version: {tag}");
        let same = api
            .send("GET", &path, &Value::Null, &[("if-none-match", &tag)])
            .await;
        assert_eq!((same.status, same.text.as_str()), (304, ""), "{show}");
        let edit = async |body: &Value, tag: &str| -> Answer {
            api.send("PATCH", &path, body, &[("if-match", tag)]).await
        };
        let missing = api.send("PATCH", &path, &first, &[]).await;
        assert_eq!(missing.refused(428), "precondition_required", "{operation}");
        assert_eq!(edit(&first, &tag).await.status, 200, "{operation}");
        let late = edit(&second, &tag).await;
        assert_eq!(late.status, 412, "{operation}: {}", late.text);
        assert_eq!(late.code(), "stale");
        let current = &late.body["current"];
        assert_eq!(
            current[field], first[field],
            "{operation} tells what is there now"
        );
        assert_eq!(
            late.header("etag"),
            format!("\"{}\"", current["version"]),
            "{operation}"
        );
        let again = edit(&second, late.header("etag")).await.ok();
        assert_eq!(again[field], second[field], "{operation}");
    }
}

#[tokio::test]
async fn a_late_form_shows_both_and_takes_the_choice() {
    let (server, api) = world().await;
    let client = Party::demo(&server, "client").await;
    let project = client.post_project("Two editors").await;
    let shown = client
        .api
        .call("project.show", &project, Value::Null)
        .await
        .ok();
    let cookie = api.cookie("client@demo.test", DEMO_PASSWORD).await;
    let path = format!("/w/{MARKET}/projects/{project}/edit");
    let description = "What is to be done, in enough words.\n\n- one\n- two";
    let skills = shown["skills"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    let post = async |version: &str, title: &str, level: &str| {
        let fields = [
            ("version", version),
            ("title", title),
            ("description", description),
            ("category", shown["category"].as_str().unwrap_or("")),
            ("skills", &skills),
            ("budget_min", "100.00"),
            ("budget_max", "9,000.00"),
            ("duration_days", "30"),
            ("level", level),
            ("positions", "1"),
            ("visibility", "public"),
        ];
        api.form(&path, &fields, &cookie).await
    };
    let version = shown["version"].to_string();
    assert_eq!(post(&version, "Mine", "entry").await.status, 303);
    let late = post(&version, "Theirs", "expert").await;
    assert_eq!(late.status, 412, "{}", late.text);
    let html = &late.text;
    for field in ["title", "level"] {
        let choices = html
            .matches(&format!("type=\"radio\" name=\"{field}\""))
            .count();
        assert_eq!(choices, 2, "{field}: mine and now");
    }
    assert!(html.contains("value=\"Mine\"") && html.contains("value=\"Theirs\""));
    assert!(
        !html.contains("type=\"radio\" name=\"description\""),
        "what is equal is not asked"
    );
    // The merged form: my title, their level, everything else as it was carried along.
    let now = client
        .api
        .call("project.show", &project, Value::Null)
        .await
        .ok();
    assert_eq!(
        (&now["title"], &now["level"]),
        (&json!("Mine"), &json!("entry")),
        "nothing was overwritten"
    );
    assert!(html.contains(&format!("name=\"version\" value=\"{}\"", now["version"])));
    let merged = post(&now["version"].to_string(), "Theirs", "entry").await;
    assert_eq!(merged.status, 303, "{}", merged.text);
    let now = client
        .api
        .call("project.show", &project, Value::Null)
        .await
        .ok();
    assert_eq!(
        (&now["title"], &now["level"]),
        (&json!("Theirs"), &json!("entry"))
    );
    assert_eq!(now["description"], description);

    // The account's form does the same.
    let fields = |version: &'static str, name: &'static str| {
        [
            ("version", version),
            ("display_name", name),
            ("locale", "en"),
            ("theme", "dark"),
        ]
    };
    let me = client.api.call("account.show", "", Value::Null).await.ok();
    let version: &'static str = me["version"].to_string().leak();
    assert_eq!(
        api.form("/account", &fields(version, "One"), &cookie)
            .await
            .status,
        303
    );
    let late = api.form("/account", &fields(version, "Two"), &cookie).await;
    assert_eq!(late.status, 412);
    assert!(
        late.text.contains("value=\"One\"") && late.text.contains("value=\"Two\""),
        "{}",
        late.text
    );
}
