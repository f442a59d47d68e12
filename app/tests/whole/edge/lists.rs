//! Every list by the same rules: sizes, numbered pages, cursors that belong to one list.

use crate::BIN;
use serde_json::Value;
use std::collections::BTreeSet;
use testkit::{Api, Server, Setup, party::id};

async fn world() -> (Server, Api) {
    let server = Setup::of(BIN).demo().start().await;
    server.api().await.raise_limits().await;
    let client = server.demo_account("client@demo.test").await;
    (server, client)
}

fn ids(page: &Value) -> Vec<String> {
    page["data"]
        .as_array()
        .into_iter()
        .flatten()
        .map(id)
        .collect()
}

fn cursor(page: &Value, name: &str) -> String {
    page["page"][name].as_str().unwrap_or_default().to_owned()
}

/// The lists in the document, each with a path that the client of the demo world may read.
async fn readable(api: &Api) -> Vec<(String, String)> {
    let mine = api.list("project.list", "").await;
    let project = mine
        .iter()
        .find(|p| p["owner_name"].is_string())
        .map(id)
        .unwrap_or_default();
    let mut found = vec![];
    for operation in &api.spec.operations {
        let text = operation.raw["responses"]["200"].to_string();
        if !text.contains("#/components/schemas/Page\"") {
            continue;
        }
        let mut path = operation.at(&api.workspace, &project);
        let wallet = api.call("wallet.show", "", Value::Null).await.ok();
        path.push_str("?limit=1");
        for parameter in operation.raw["parameters"].as_array().into_iter().flatten() {
            if parameter["name"] == "member_id" && parameter["required"] == true {
                path.push_str(&format!(
                    "&member_id={}",
                    wallet["member_id"].as_str().unwrap_or("")
                ));
            }
        }
        if api.get(&path).await.status == 200 {
            found.push((operation.id.clone(), path.replace("limit=1", "")));
        }
    }
    assert!(found.len() > 10, "{found:?}");
    found
}

#[tokio::test]
async fn every_list_takes_the_same_questions() {
    let (_server, api) = world().await;
    for operation in &api.spec.operations {
        let text = operation.raw["responses"]["200"].to_string();
        if text.contains("#/components/schemas/Page\"") {
            let asked = operation.raw["parameters"].to_string();
            for name in ["\"limit\"", "\"cursor\"", "\"page\""] {
                assert!(asked.contains(name), "{} takes {name}", operation.id);
            }
        }
    }
    for (operation, path) in readable(&api).await {
        for (query, status) in [
            ("limit=0", 422),
            ("limit=101", 422),
            ("limit=abc", 422),
            ("limit=", 422),
            ("page=", 422),
            ("cursor=", 200),
            ("limit=100", 200),
            ("nothing=1", 422),
            ("sort=nothing", 422),
            ("cursor=AAAA", 400),
            ("cursor=%F0%9F%92%A9", 400),
            ("page=0", 422),
            ("page=1", 200),
            ("page=200", 200),
            ("page=201", 422),
            ("page=10000&limit=1", 200),
            ("page=2&cursor=AAAA", 422),
        ] {
            let answer = api.get(&format!("{path}&{query}")).await;
            assert_eq!(
                answer.status, status,
                "{operation} {query}: {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn a_cursor_belongs_to_its_list_and_filters() {
    let (_server, api) = world().await;
    let path = api.spec.find("project.list").at(&api.workspace, "");
    let get = async |query: &str| api.get(&format!("{path}?limit=2{query}")).await;
    let first = get("").await;
    let next = cursor(&first.body, "next_cursor");
    let second = get(&format!("&cursor={next}")).await;
    assert_eq!(second.status, 200, "{}", second.text);
    // Numbered pages are the same pages, and lead on by cursor both ways.
    let numbered = get("&page=2").await;
    assert_eq!(ids(&numbered.body), ids(&second.body));
    let back = cursor(&numbered.body, "prev_cursor");
    let before = get(&format!("&cursor={back}")).await;
    assert_eq!(ids(&before.body), ids(&first.body));
    assert_eq!(numbered.body["page"]["limit"], 2);

    let mut odd: Vec<char> = next.chars().collect();
    odd[25] = if odd[25] == 'A' { 'B' } else { 'A' };
    let tampered: String = odd.into_iter().collect();
    for query in [
        format!("&sort=budget&cursor={next}"),
        format!("&level=entry&cursor={next}"),
        format!("&scope=mine&cursor={next}"),
        format!("&cursor={tampered}"),
        format!("&cursor={}", &next[..next.len() - 2]),
    ] {
        let answer = get(&query).await;
        assert_eq!(answer.code(), "invalid_cursor", "{query}: {}", answer.text);
        assert_eq!(answer.status, 400);
    }
    let other = api.spec.find("contract.list").at(&api.workspace, "");
    let answer = api.get(&format!("{other}?limit=2&cursor={next}")).await;
    assert_eq!(answer.refused(400), "invalid_cursor");
    // Filters may be spelled otherwise as long as they say the same.
    let filtered = get("&skills=rust,%20axum&q=site").await;
    let more = cursor(&filtered.body, "next_cursor");
    if !more.is_empty() {
        let again = get(&format!("&q=site&skills=rust&skills=axum&cursor={more}")).await;
        assert_eq!(again.status, 200, "{}", again.text);
    }
}

/// Ten thousand rows are walked while a thousand come in: each that was there is seen once.
#[tokio::test]
async fn a_walk_sees_each_row_once_while_others_come() {
    let (server, api) = world().await;
    let database = server.database().await;
    let fill = async |count: i64, from: i64| {
        let mut tx = database.begin_owner().await.expect("the owner");
        sqlx::query(
            "insert into notify.notification (workspace_id, id, member_id, kind, record_kind, record_id, href, arguments, event_id, created_at)
             select m.workspace_id, gen_random_uuid(), m.id, 'proposal_received', 'project', gen_random_uuid(), '/projects', '{}'::jsonb,
                    gen_random_uuid(), '2026-01-01'::timestamptz + make_interval(secs => ($2 + n)::double precision / 10)
             from kernel.member m join identity.account a on a.id = m.account_id, generate_series(1, $1) n
             where a.email = 'client@demo.test'",
        )
        .bind(count)
        .bind(from)
        .execute(&mut *tx)
        .await
        .expect("rows");
        tx.commit().await.expect("a commit");
    };
    fill(10_000, 0).await;
    let path = api.spec.find("notification.list").at(&api.workspace, "");
    let there: i64 = {
        let page = api.get(&format!("{path}?limit=1")).await;
        assert_eq!(
            page.body["page"]["total_is_estimate"], true,
            "{}",
            page.text
        );
        let mut tx = database.begin_owner().await.expect("the owner");
        sqlx::query_scalar(
            "select count(*) from notify.notification n join kernel.member m on m.workspace_id = n.workspace_id and m.id = n.member_id
             join identity.account a on a.id = m.account_id where a.email = 'client@demo.test'",
        )
        .fetch_one(&mut *tx)
        .await
        .expect("a count")
    };
    let (mut seen, mut from, mut pages) = (BTreeSet::new(), String::new(), 0);
    loop {
        let answer = api.get(&format!("{path}?limit=100{from}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.text.len() < 500_000, "a page is small");
        for row in ids(&answer.body) {
            assert!(seen.insert(row), "no row comes twice");
        }
        // Among the rows ahead and behind.
        if pages < 100 {
            fill(5, pages * 97).await;
            fill(5, 20_000 + pages).await;
        }
        pages += 1;
        match cursor(&answer.body, "next_cursor") {
            next if next.is_empty() => break,
            next => from = format!("&cursor={next}"),
        }
    }
    assert!(
        i64::try_from(seen.len()).unwrap_or(0) >= there,
        "{} of {there}",
        seen.len()
    );
    let deep = api.get(&format!("{path}?limit=100&page=100")).await;
    assert_eq!(ids(&deep.body).len(), 100, "{}", deep.text);
}
