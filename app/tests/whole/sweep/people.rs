//! Who reaches what: nobody, strangers, each role; and only from our own pages.

use super::{Actor, Row, actor, table, world};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, BTreeSet};
use testkit::{Answer, Api, MARKET, Server, unique};

/// Asks a route as well as one can without knowing anything: a random id, an empty body.
async fn ask(api: &Api, row: &Row, cookie: &str, workspace: &str) -> Answer {
    let path = row.at(workspace, &unique());
    if !row.page {
        let body = if row.is_unsafe() {
            json!({})
        } else {
            Value::Null
        };
        let headers = [
            ("idempotency-key", unique()),
            ("if-match", "\"1\"".to_owned()),
        ];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        return api.send(&row.method, &path, &body, &headers).await;
    }
    if row.is_unsafe() {
        api.form(&path, &[], cookie).await
    } else {
        api.page(&path, cookie).await
    }
}

/// An open stream of events never ends, so it is not read to its end here.
fn is_stream(row: &Row) -> bool {
    row.path.ends_with("/events")
}

#[tokio::test]
async fn nobody_reaches_only_what_is_public() {
    let (server, api) = world().await;
    for row in table(&server).iter().filter(|r| r.access != "public") {
        let answer = ask(&api, row, "", MARKET).await;
        let name = format!("{} {}", row.method, row.path);
        if row.page && !row.is_unsafe() {
            assert_eq!(answer.status, 303, "{name}: {}", answer.text);
            assert!(
                answer.header("location").starts_with("/login?return_to="),
                "{name} leads to {}",
                answer.header("location")
            );
        } else {
            assert_eq!(answer.status, 401, "{name}: {}", answer.text);
        }
        if !row.page {
            assert_eq!(answer.code(), "unauthenticated", "{name}");
            let wrong = Api {
                token: Some("no-such-token".to_owned()),
                ..api.clone()
            };
            assert_eq!(
                ask(&wrong, row, "", MARKET).await.status,
                401,
                "{name} with a wrong token"
            );
        }
    }
    for row in table(&server)
        .iter()
        .filter(|r| r.access == "public" && !r.is_unsafe() && !r.has_id() && !is_stream(r))
    {
        let answer = ask(&api, row, "", MARKET).await;
        assert!(
            answer.status < 500 && answer.status != 401,
            "{} {}: {}",
            row.method,
            row.path,
            answer.status
        );
    }
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}

#[tokio::test]
async fn a_member_of_another_workspace_finds_nothing() {
    let (server, api) = world().await;
    let stranger = actor(&server, "sales@demo.test").await;
    for row in table(&server)
        .iter()
        .filter(|r| r.in_workspace() && !matches!(r.access.as_str(), "public" | "signed_in"))
    {
        let name = format!("{} {}", row.method, row.path);
        let asked = if row.page { &api } else { &stranger.api };
        let here = ask(asked, row, &stranger.cookie, MARKET).await;
        assert_eq!(here.status, 404, "{name}: {}", here.text);
        // A workspace of others looks like one that does not exist.
        let nowhere = ask(asked, row, &stranger.cookie, "no-such-place").await;
        assert_eq!(nowhere.status, 404, "{name} in no workspace");
        if !row.page {
            assert_eq!(here.essence(), nowhere.essence(), "{name}");
        }
    }
}

/// Accounts of every role: those of the demo world, and two more made for this.
async fn roles(server: &Server) -> Vec<(String, Actor)> {
    let database = server.database().await;
    for (role, email) in [
        ("admin", "client2@demo.test"),
        ("member", "freelancer2@demo.test"),
    ] {
        let mut tx = database.begin_system(None).await.expect("the system");
        let sql = format!(
            "with who as (select m.workspace_id, m.id from kernel.member m join identity.account a on a.id = m.account_id
                          join kernel.workspace w on w.workspace_id = m.workspace_id where w.slug = '{MARKET}' and a.email_canonical = '{email}'),
             gone as (delete from kernel.member_role r using who where r.workspace_id = who.workspace_id and r.member_id = who.id
                      and r.role_id <> (select id from kernel.role k where k.workspace_id = who.workspace_id and k.key = '{role}'))
             insert into kernel.member_role (workspace_id, member_id, role_id)
             select who.workspace_id, who.id, k.id from who join kernel.role k on k.workspace_id = who.workspace_id and k.key = '{role}'
             on conflict do nothing"
        );
        let done = sqlx::query(AssertSqlSafe(sql))
            .execute(&mut *tx)
            .await
            .expect("a role");
        assert_eq!(done.rows_affected(), 1, "{email} becomes {role}");
        tx.commit().await.expect("commit");
    }
    let mut all = vec![];
    for (role, email) in [
        ("owner", "owner"),
        ("admin", "client2"),
        ("member", "freelancer2"),
        ("client", "client"),
        ("freelancer", "freelancer"),
    ] {
        all.push((
            role.to_owned(),
            actor(server, &format!("{email}@demo.test")).await,
        ));
    }
    all
}

#[tokio::test]
async fn each_role_reaches_exactly_what_its_permissions_grant() {
    let (server, api) = world().await;
    let database = server.database().await;
    let mut measured: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (role, actor) in roles(&server).await {
        let mut tx = database.begin_system(None).await.expect("the system");
        let email = match role.as_str() {
            "admin" => "client2",
            "member" => "freelancer2",
            other => other,
        };
        let granted: BTreeSet<String> = sqlx::query_scalar::<_, String>(
            "select distinct p.permission from kernel.role_permission p join kernel.member_role r on r.workspace_id = p.workspace_id and r.role_id = p.role_id
             join kernel.member m on m.workspace_id = r.workspace_id and m.id = r.member_id join identity.account a on a.id = m.account_id
             join kernel.workspace w on w.workspace_id = m.workspace_id where w.slug = $1 and a.email_canonical = $2",
        )
        .bind(MARKET)
        .bind(format!("{email}@demo.test"))
        .fetch_all(&mut *tx)
        .await
        .expect("permissions")
        .into_iter()
        .collect();
        assert!(!granted.is_empty(), "{role} may do something");
        for row in table(&server).iter().filter(|r| {
            r.in_workspace()
                && !matches!(r.access.as_str(), "public" | "signed_in")
                && !is_stream(r)
        }) {
            let asked = if row.page { &api } else { &actor.api };
            let answer = ask(asked, row, &actor.cookie, MARKET).await;
            let name = format!("{role}: {} {}", row.method, row.path);
            assert!(
                answer.status < 500,
                "{name}: {} {}",
                answer.status,
                answer.text
            );
            assert_ne!(answer.status, 401, "{name}");
            let admitted = answer.status != 403;
            assert_eq!(
                admitted,
                granted.contains(&row.access),
                "{name} ({}): {} {}",
                row.access,
                answer.status,
                answer.code()
            );
            if admitted && !row.page {
                measured
                    .entry(row.operation.clone())
                    .or_default()
                    .insert(role.clone());
            }
        }
    }
    // The matrix as a reader checks it: changed rights show in review.
    let lines: Vec<String> = measured
        .iter()
        .map(|(operation, roles)| {
            format!(
                "{operation}: {}",
                roles.iter().cloned().collect::<Vec<_>>().join(" ")
            )
        })
        .collect();
    insta::assert_snapshot!("who_reaches_what", lines.join("\n"));
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}

#[tokio::test]
async fn rights_taken_away_act_within_five_seconds() {
    let (server, _) = world().await;
    let client = actor(&server, "client@demo.test").await;
    assert!(
        !client.api.list("project.list", "").await.is_empty(),
        "a client sees projects"
    );
    let path = client.api.spec.find("project.create").at(MARKET, "");
    assert_eq!(
        client.api.post(&path, &json!({})).await.status,
        422,
        "a client may post projects"
    );
    let database = server.database().await;
    let mut tx = database.begin_system(None).await.expect("the system");
    sqlx::query(
        "update kernel.member m set state = 'deactivated' from identity.account a, kernel.workspace w
         where a.id = m.account_id and a.email_canonical = 'client@demo.test' and w.workspace_id = m.workspace_id and w.slug = 'atelier'",
    )
    .execute(&mut *tx)
    .await
    .expect("deactivated");
    tx.commit().await.expect("commit");
    tokio::time::sleep(std::time::Duration::from_millis(5_300)).await;
    assert_eq!(
        client.api.post(&path, &json!({})).await.status,
        404,
        "a former member finds nothing"
    );
}

#[tokio::test]
async fn unsafe_requests_count_only_from_our_own_pages() {
    let (server, api) = world().await;
    let client = actor(&server, "client@demo.test").await;
    let provider = api.provider().await;
    let own = server.url.clone();
    let port = own.rsplit(':').next().unwrap_or("").to_owned();
    let mut handed_back = vec![];
    for row in table(&server)
        .iter()
        .filter(|r| r.page && r.is_unsafe() && r.rate != "free")
    {
        let path = row.at(MARKET, &unique());
        let send = |headers: Vec<(&'static str, String)>| {
            let mut request = api
                .http
                .post(format!("{own}{path}"))
                .header("cookie", &client.cookie)
                .header("accept", "application/json");
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let request = request.form::<[(&str, &str); 0]>(&[]);
            async move {
                let answer = request.send().await.expect("an answer");
                answer.status() == 403
                    && answer.text().await.is_ok_and(|t| t.contains("csrf_failed"))
            }
        };
        let evil = "https://evil.example".to_owned();
        for headers in [
            vec![],
            vec![("origin", evil.clone())],
            vec![("origin", "null".to_owned())],
            vec![("origin", format!("{own}.evil.example"))],
            vec![("sec-fetch-site", "cross-site".to_owned())],
            vec![
                ("sec-fetch-site", "cross-site".to_owned()),
                ("origin", evil.clone()),
            ],
            vec![
                ("sec-fetch-site", "same-site".to_owned()),
                ("origin", "http://127.0.0.1:1".to_owned()),
            ],
            vec![
                ("sec-fetch-site", "same-origin".to_owned()),
                ("origin", evil.clone()),
            ],
            vec![("referer", format!("{own}/"))],
        ] {
            assert!(
                send(headers.clone()).await,
                "{} {} is refused with {headers:?}",
                row.method,
                row.path
            );
        }
        // The hosted page hands a token back at its own routes and nowhere else.
        if !send(vec![
            ("sec-fetch-site", "same-site".to_owned()),
            ("origin", provider.clone()),
        ])
        .await
        {
            handed_back.push(row.path.clone());
        }
        if !matches!(row.operation.as_str(), "auth.logout" | "auth.sign_out") {
            assert!(
                !send(vec![("origin", own.clone())]).await,
                "{} {} from our own page",
                row.method,
                row.path
            );
            let local = vec![
                ("origin", format!("http://localhost:{port}")),
                ("sec-fetch-site", "same-origin".to_owned()),
            ];
            assert!(
                !send(local).await,
                "{} by another name of this machine",
                row.path
            );
        }
    }
    assert!(
        handed_back.len() <= 2,
        "the provider's pages may post only where they hand a token back, not to {handed_back:#?}"
    );
    // The API believes a cookie only from our own pages, and never beside a bearer token.
    let path = api.spec.find("project.create").at(MARKET, "");
    let answer = api
        .send("POST", &path, &json!({}), &[("cookie", &client.cookie)])
        .await;
    assert_eq!((answer.status, answer.code()), (403, "csrf_failed"));
    let answer = api
        .send(
            "POST",
            &path,
            &json!({}),
            &[("cookie", &client.cookie), ("origin", &own)],
        )
        .await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    let answer = api
        .send(
            "POST",
            &path,
            &json!({}),
            &[
                ("cookie", &client.cookie),
                ("authorization", "Bearer wrong"),
                ("origin", &own),
            ],
        )
        .await;
    assert_eq!(
        answer.status, 401,
        "with Authorization, cookies are ignored"
    );
}
