//! What is public by page is public by API.

use super::{act, two, world};
use serde_json::{Value, json};
use testkit::{
    Api,
    party::{PASSWORD, id},
};

async fn ask(api: &Api, operation: &str, on: &str, query: &str) -> testkit::Answer {
    let path = api.spec.find(operation).at(&api.workspace, on);
    api.get(&format!("{path}{query}")).await
}

#[tokio::test]
async fn visitors_and_the_unconfirmed_read_projects_and_categories_and_nothing_else() {
    let server = world().await;
    let (client, _) = two(&server).await;
    let open = client.post_project("For everyone to see").await;
    let body = client
        .api
        .spec
        .body_with("project.create", json!({"visibility": "members"}));
    let closed = id(&client.api.call("project.create", "", body).await.ok());
    let _ = act(&client, "project.publish", &closed).await.ok();
    let visitor = server.api().await;
    // A member already, whose address is anyone's guess.
    let mut waiting = server.api().await;
    let join = json!({"email": "waiting@example.test", "password": PASSWORD, "display_name": "Waiting", "locale": "en",
        "accept_terms": true, "roles": ["freelancer"]});
    let joined = waiting.post("/api/v1/w/atelier/auth/register", &join).await;
    assert_eq!(joined.status, 202, "{}", joined.text);
    waiting.login("waiting@example.test", PASSWORD).await;
    for operation in ["project.list", "project.show", "category.list"] {
        assert_eq!(
            visitor.spec.find(operation).permission(),
            "public",
            "{operation}"
        );
    }
    for reader in [&visitor, &waiting] {
        let shown = ask(reader, "project.show", &open, "").await.ok();
        assert_eq!(shown["title"], "For everyone to see");
        assert_eq!(shown["files"], json!([]));
        assert_eq!(ask(reader, "project.show", &closed, "").await.status, 404);
        for words in ["?limit=100", "?limit=100&q=hotel"] {
            let all = ask(reader, "project.list", "", words).await.ok();
            let rows = all.as_array().expect("rows");
            assert!(rows.iter().all(|p| p["id"] != closed), "{words}");
        }
        let all = reader.list("project.list", "").await;
        assert!(all.iter().any(|p| p["id"] == open) && all.iter().all(|p| p["id"] != closed));
        assert!(!reader.list("category.list", "").await.is_empty());
        let mine = ask(reader, "project.list", "", "?scope=mine").await;
        assert!(matches!(mine.status, 401 | 403), "{}", mine.text);
    }
}

#[tokio::test]
async fn an_edit_after_bids_is_kept_for_whoever_reads_the_project() {
    let server = world().await;
    let (client, freelancer) = two(&server).await;
    let project = client.post_project("A title").await;
    freelancer.propose(&project, &[50_000]).await;
    let change = json!({"title": "A better title"});
    let _ = client
        .api
        .call("project.update", &project, change)
        .await
        .ok();
    let shown = freelancer
        .api
        .call("project.show", &project, Value::Null)
        .await
        .ok();
    let revision = &shown["revisions"][0];
    assert!(revision["changed_at"].is_string(), "{shown}");
    assert_eq!(
        revision["changes"],
        json!([{"field": "title", "before": "A title", "after": "A better title"}])
    );
}
