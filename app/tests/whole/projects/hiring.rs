//! Hiring that pauses, ends and chooses.

use super::{act, bid, found, ids, publish, world};
use serde_json::json;
use testkit::{Answer, Party, party::id};

#[tokio::test]
async fn hiring_is_paused_ended_and_put_away() {
    let (server, client, one, other) = world().await;
    let project = publish(&client, json!({"positions": 3})).await;
    let first = one.propose(&project, &[30_000]).await;
    let state = |answer: Answer| answer.ok()["state"].as_str().unwrap_or_default().to_owned();
    let (left, right) = tokio::join!(
        act(&client, "project.pause", &project),
        act(&client, "project.pause", &project)
    );
    let mut statuses = [left.status, right.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "two pauses at once are one");
    assert_eq!(
        other
            .api
            .call("proposal.submit", &project, bid(json!({})))
            .await
            .code(),
        "project_not_open"
    );
    assert!(!ids(&found(&other, "project.list", "").await, "id").contains(&project));
    assert_eq!(act(&one, "project.resume", &project).await.status, 403);
    assert_eq!(
        state(act(&client, "project.resume", &project).await),
        "open"
    );
    assert_eq!(
        act(&client, "project.resume", &project).await.code(),
        "project_not_paused"
    );
    assert_eq!(
        act(&client, "project.close_hiring", &project).await.code(),
        "nobody_hired"
    );

    let waiting = other.propose(&project, &[40_000]).await;
    let contract = client.offer(&first).await;
    assert_eq!(
        act(&client, "project.close_hiring", &project).await.code(),
        "offer_open"
    );
    one.accept(&contract).await;
    assert_eq!(
        act(&client, "project.cancel", &project).await.code(),
        "project_has_contract"
    );
    assert_eq!(
        state(act(&client, "project.close_hiring", &project).await),
        "in_progress"
    );
    server.api().await.settle().await;
    let told = other.notices().await;
    assert_eq!(
        told.iter().filter(|k| *k == "proposal_closed").count(),
        1,
        "{told:?}"
    );
    let closed = act(&other, "proposal.show", &waiting).await.ok();
    assert_eq!(closed["state"], "closed");
    assert_eq!(
        state(act(&client, "project.reopen", &project).await),
        "open"
    );
    assert_eq!(
        act(&client, "project.archive", &project).await.code(),
        "project_not_ended"
    );

    let idle = publish(&client, json!({"title": "Given up"})).await;
    let bidder = other.propose(&idle, &[20_000]).await;
    assert_eq!(
        state(act(&client, "project.cancel", &idle).await),
        "cancelled"
    );
    assert_eq!(
        act(&other, "project.show", &idle).await.status,
        200,
        "its bidder reads it"
    );
    assert_eq!(
        act(&other, "proposal.show", &bidder).await.ok()["state"],
        "closed"
    );
    assert!(!ids(&found(&one, "project.list", "q=given").await, "id").contains(&idle));
    let _ = act(&client, "project.archive", &idle).await.ok();
    assert_eq!(
        act(&client, "project.archive", &idle).await.code(),
        "project_archived"
    );
    assert!(!ids(&found(&client, "project.list", "scope=mine").await, "id").contains(&idle));
    assert!(
        ids(
            &found(&client, "project.list", "scope=mine&state=archived").await,
            "id"
        )
        .contains(&idle)
    );
    server.check();
}

/// Contracts and reviews make a standing; it is told in the comparison and on the lists.
#[tokio::test]
async fn proposals_are_compared_by_what_is_known() {
    let (server, client, one, other) = world().await;
    let project = publish(&client, json!({"skills": ["rust", "maps"]})).await;
    let (first, second) = (
        one.propose(&project, &[30_000]).await,
        other.propose(&project, &[20_000, 20_000]).await,
    );
    let path = client
        .api
        .spec
        .find("proposal.compare")
        .at(&client.api.workspace, &project);
    let both = client
        .api
        .get(&format!("{path}?ids={first}&ids={second}"))
        .await
        .ok();
    let rows = both["proposals"].as_array().expect("two");
    assert_eq!(rows.len(), 2);
    assert!(
        rows.iter()
            .all(|r| r["standing"]["reviews"] == 0 && r["client_total"]["amount_minor"].is_i64()),
        "{both}"
    );
    assert_eq!(
        client.api.get(&format!("{path}?ids={first}")).await.status,
        422
    );
    let demo = Party::demo(&server, "client").await;
    let foreign = demo.post_project("Another's").await;
    let theirs = one.propose(&foreign, &[10_000]).await;
    assert_eq!(
        client
            .api
            .get(&format!("{path}?ids={first}&ids={theirs}"))
            .await
            .status,
        404
    );
    assert_eq!(
        one.api
            .get(&format!("{path}?ids={first}&ids={second}"))
            .await
            .status,
        403
    );
    let inbox = client
        .api
        .spec
        .find("proposal.list")
        .at(&client.api.workspace, &project);
    for (query, expected) in [
        ("sort=lowest", &first),
        ("sort=highest", &second),
        ("bid_max=350", &first),
        ("viewed=false&sort=highest", &second),
    ] {
        let rows = client.api.get(&format!("{inbox}?{query}")).await;
        assert_eq!(
            id(&rows.body["data"][0]),
            *expected,
            "{query}: {}",
            rows.text
        );
    }
    // The demo world's finished contract is known of its freelancer.
    server.api().await.settle().await;
    let listed = found(&client, "freelancer.list", "sort=rating").await;
    assert!(
        listed["data"][0]["rating_tenths"]
            .as_i64()
            .is_some_and(|t| t > 0),
        "{listed}"
    );
}
