//! The counts beside the list are remembered, and are true all the same.

use super::*;
use sqlx::AssertSqlSafe;

/// The total, and how many ask for experts.
async fn counted(who: &Api) -> (i64, i64) {
    let seen = who.get("/api/v1/w/atelier/projects?limit=1").await;
    assert_eq!(seen.status, 200, "{}", seen.text);
    let levels = seen.body["facets"]["level"].as_array().cloned();
    let experts = levels
        .into_iter()
        .flatten()
        .find(|row| row["value"] == "expert")
        .map_or(0, |row| row["count"].as_i64().expect("a count"));
    let total = seen.body["page"]["total"].as_i64().expect("a total");
    (total, experts)
}

const TO_EXPERT: &str = "update market.project set level = 'expert' where id = ";

#[tokio::test]
async fn counts_change_with_what_they_count() {
    let (server, client, one, _) = world().await;
    let twin = server.twin().await;
    let here = one.api.clone();
    let there = one.api.at(&twin.url);
    let before = counted(&here).await;
    assert_eq!(counted(&there).await, before);

    // What one process does is counted by both with the next look.
    let project = client.post_project("Counted at once").await;
    let grown = (before.0 + 1, counted(&here).await.1);
    assert_eq!(counted(&here).await, grown);
    assert_eq!(counted(&there).await, grown);

    // They are remembered: what nobody is told of stays uncounted.
    let mut tx = server.owner().await;
    for sql in [
        "alter table market.project disable trigger project_relisted".to_owned(),
        format!("update market.project set level = 'entry' where id = '{project}'"),
        "alter table market.project enable trigger project_relisted".to_owned(),
    ] {
        sqlx::query(AssertSqlSafe(sql))
            .execute(&mut *tx)
            .await
            .expect("done");
    }
    tx.commit().await.expect("kept");
    assert_eq!(counted(&here).await, grown);

    // While a change is under way nothing is remembered that lacks it.
    let mut tx = server.owner().await;
    sqlx::query(AssertSqlSafe(format!("{TO_EXPERT}'{project}'")))
        .execute(&mut *tx)
        .await
        .expect("changed");
    let during = counted(&here).await;
    assert_eq!(counted(&there).await, during);
    tx.commit().await.expect("kept");
    let after = (during.0, during.1 + 1);
    assert_eq!(counted(&here).await, after);
    assert_eq!(counted(&there).await, after);

    // An undone change is none.
    let mut tx = server.owner().await;
    let undone = format!("update market.project set level = 'entry' where id = '{project}'");
    sqlx::query(AssertSqlSafe(undone))
        .execute(&mut *tx)
        .await
        .expect("changed");
    assert_eq!(counted(&here).await, after);
    drop(tx);
    assert_eq!(counted(&here).await, after);

    let _ = client
        .api
        .call("project.cancel", &project, Value::Null)
        .await
        .ok();
    let closed = (after.0 - 1, after.1 - 1);
    assert_eq!(counted(&there).await, closed);
    assert_eq!(counted(&here).await, closed);
}

#[tokio::test]
async fn a_card_attached_and_removed_is_counted() {
    let (_server, client, one, _) = world().await;
    let _ = client.post_project("Who will pay").await;
    let verified = async || {
        let seen = one.api.get("/api/v1/w/atelier/projects?limit=1").await;
        let counts = seen.body["facets"]["payment_verified"].as_array().cloned();
        counts
            .into_iter()
            .flatten()
            .map(|row| row["count"].as_i64().expect("a count"))
            .sum::<i64>()
    };
    let before = verified().await;
    let card = client.attach_card("4242424242424242").await;
    assert_eq!(verified().await, before + 1);
    let removed = client.api.call("payment_method.remove", &card, Value::Null);
    assert!(matches!(removed.await.status, 200..=204));
    assert_eq!(verified().await, before);
}
