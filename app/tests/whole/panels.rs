//! A part of a page that cannot be read is missing alone, and says so; the rest is there.

use crate::BIN;
use sqlx::AssertSqlSafe;
use testkit::{Server, Setup};

/// Lets the application read a table, or not.
async fn readable(server: &Server, table: &str, yes: bool) {
    let mut tx = server.owner().await;
    let change = if yes {
        format!("grant select on {table} to guildhall_app")
    } else {
        format!("revoke select on {table} from guildhall_app")
    };
    sqlx::query(AssertSqlSafe(change))
        .execute(&mut *tx)
        .await
        .expect("a right");
    tx.commit().await.expect("kept");
}

#[tokio::test]
async fn a_part_that_fails_takes_nothing_with_it() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    let cookie = api.cookie("client@demo.test", testkit::DEMO_PASSWORD).await;
    let client = server.demo_account("client@demo.test").await;
    let running = client.list("contract.list", "").await;
    let contract = running[0]["id"].as_str().expect("a contract");
    let own = client
        .get("/api/v1/w/atelier/projects?scope=mine&state=open")
        .await;
    let project = own.body["data"][0]["id"].as_str().expect("a project");
    let freelancer = running[0]["other"]["id"].as_str().expect("a party");
    // What is broken, the page, and what must still be there.
    for (table, path, kept) in [
        (
            "market.activity",
            format!("/w/atelier/contracts/{contract}"),
            "milestone",
        ),
        (
            "market.activity",
            format!("/w/atelier/projects/{project}"),
            "id=\"main\"",
        ),
        ("market.proposal", "/w/atelier".to_owned(), "id=\"running\""),
        (
            "market.review",
            format!("/w/atelier/freelancers/{freelancer}"),
            "id=\"main\"",
        ),
    ] {
        readable(&server, table, false).await;
        let page = api.page(&path, &cookie).await;
        readable(&server, table, true).await;
        assert_eq!(page.status, 200, "{path} without {table}: {}", page.text);
        assert!(
            page.text.contains("This part could not be loaded") && page.text.contains("Try again"),
            "{path} without {table} says so"
        );
        assert!(page.text.contains(kept), "{path} keeps {kept}");
        let whole = api.page(&path, &cookie).await;
        assert!(
            !whole.text.contains("This part could not be loaded"),
            "{path} is whole again"
        );
    }
}
