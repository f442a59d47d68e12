//! A role of a workspace's own: lists and records are as far open as its relations say.

use super::{column, custom, one, rows, run, signed_in, world};
use serde_json::{Value, json};
use testkit::{MARKET, Party};

#[tokio::test]
async fn a_role_for_ones_own_shows_ones_own_alone() {
    let (server, _) = world().await;
    let member = custom(
        &server,
        "client2@demo.test",
        "own_projects",
        "values ('project.list', array['owner']), ('project.show', array['owner']), ('project.create', array['any']),
                ('project.publish', array['owner']), ('member.list', array['own']), ('ledger.overview', array['own']),
                ('role.list', array['own']), ('invitation.list', array['owner']), ('provider_event.list', array['own']),
                ('fee_schedule.list', array['own']), ('audit.list', array['own'])",
    )
    .await;
    let me = one::<String>(&server, "select m.id::text from kernel.member m join identity.account a on a.id = m.account_id where a.email_canonical = 'client2@demo.test'").await;
    let body = member.spec.body_with(
        "project.create",
        json!({"title": "A site for an own orchard", "visibility": "public"}),
    );
    let mine = member.call("project.create", "", body).await.ok()["id"]
        .as_str()
        .unwrap_or("")
        .to_owned();
    let _ = member
        .call("project.publish", &mine, Value::Null)
        .await
        .ok();
    let foreign = column(&server, &format!("select id::text from market.project where owner_id <> '{me}' and state = 'open' and visibility = 'public'")).await;
    assert!(!foreign.is_empty(), "the demo world has open projects");
    let list = member.spec.find("project.list").at(MARKET, "");
    let word = one::<String>(
        &server,
        &format!(
            "select split_part(title, ' ', 1) from market.project where id = '{}'",
            foreign[0]
        ),
    )
    .await;
    for query in [
        "",
        "?scope=open",
        "?scope=mine",
        "?sort=budget",
        "?sort=deadline&scope=open",
        "?q=orchard",
        &format!("?q={word}"),
        "?level=intermediate",
    ] {
        let answer = member.get(&format!("{list}{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        let owners: Vec<&str> = rows(&answer.body)
            .iter()
            .filter_map(|p| p["owner_id"].as_str())
            .collect();
        assert!(owners.iter().all(|o| *o == me), "{query}: {}", answer.text);
        let total = answer.body["page"]["total"].as_i64().unwrap_or(-1);
        assert_eq!(
            total,
            i64::try_from(owners.len()).unwrap_or(-2),
            "{query} counts its own alone"
        );
        if ["", "?scope=open", "?q=orchard"].contains(&query) {
            assert!(
                rows(&answer.body).iter().any(|p| p["id"] == mine.as_str()),
                "{query}: {}",
                answer.text
            );
        }
    }
    let page = member.get(&format!("{list}?limit=1")).await;
    assert_eq!(rows(&page.body).len(), 1);
    let show = |id: &str| member.spec.find("project.show").at(MARKET, id);
    assert_eq!(member.get(&show(&mine)).await.status, 200);
    for id in &foreign {
        assert_eq!(member.get(&show(id)).await.status, 404, "{id}");
    }
    // Visitors still see what is public.
    let visitor = server.api().await;
    assert_eq!(
        visitor
            .page(&format!("/w/{MARKET}/projects/{}", foreign[0]), "")
            .await
            .status,
        200
    );
    // Counts of skills speak of everyone's projects.
    let skills = member.spec.find("skill.list").at(MARKET, "");
    assert_eq!(member.get(&format!("{skills}?q=a")).await.status, 403);
    // Members: oneself alone.
    let members = member.list("member.list", "").await;
    assert_eq!(
        members
            .iter()
            .map(|m| m["id"].as_str().unwrap_or(""))
            .collect::<Vec<_>>(),
        [me.as_str()]
    );
    let owner = one::<String>(&server, "select m.id::text from kernel.member m join identity.account a on a.id = m.account_id where a.email_canonical = 'owner@demo.test' limit 1").await;
    let show = |id: &str| member.spec.find("member.show").at(MARKET, id);
    assert_eq!(member.get(&show(&me)).await.status, 200);
    assert_eq!(member.get(&show(&owner)).await.status, 404);
    // What belongs to the whole workspace is held for all of it or not at all.
    for operation in [
        "ledger.overview",
        "role.list",
        "invitation.list",
        "provider_event.list",
        "fee_schedule.list",
        "audit.list",
    ] {
        let path = member.spec.find(operation).at(MARKET, "");
        assert_eq!(member.get(&path).await.status, 403, "{operation}");
    }
}

#[tokio::test]
async fn fields_that_nothing_hides_cannot_be_promised() {
    let (server, _) = world().await;
    let refused = run(
        &server,
        "insert into kernel.role_permission (workspace_id, role_id, permission, relations, hidden_fields)
         select workspace_id, id, 'x.y', array['any'], array['budget'] from kernel.role limit 1",
    )
    .await;
    let error = refused.expect_err("refused").to_string();
    assert!(error.contains("role_permission_whole"), "{error}");
}

/// Every permission there is, for no relation that a record can have, and for every relation but
/// those that open what others have: whatever route there will be, it shows nothing of others.
#[tokio::test]
async fn no_reading_route_forgets_the_relations_of_a_role() {
    let (server, api) = world().await;
    let client = Party::demo(&server, "client").await;
    let _ = client.post_project("Something of another's").await;
    let all = "select distinct permission, array['nobody'] from kernel.role_template_permission";
    let own = "select permission, array_agg(distinct r) from kernel.role_template_permission cross join unnest(relations) r
               where r not in ('any', 'listed') group by permission";
    let nobody = custom(&server, "client2@demo.test", "nobody", all).await;
    let own = custom(&server, "freelancer2@demo.test", "all_of_own", own).await;
    let records = "select id::text from market.project where owner_id not in (select m.id from kernel.member m join identity.account a on a.id = m.account_id where a.email_canonical in ('client2@demo.test', 'freelancer2@demo.test'))
        union all select id::text from kernel.role union all select id::text from ledger.payment union all select id::text from ledger.payout
        union all select id::text from ledger.payment_method union all select id::text from kernel.audit union all select id::text from identity.invitation
        union all select c.id::text from market.contract c";
    let records = column(&server, records).await;
    // What they take part in is theirs to see.
    let theirs = column(&server, "select x.id::text from (
          select c.id, c.client_id as one, c.freelancer_id as two from market.contract c
          union all select b.project_id, b.freelancer_id, null from market.proposal b
          union all select i.project_id, i.freelancer_id, null from market.invitation i
          union all select p.id, p.payer_id, null from ledger.payment p
          union all select a.id, a.actor_id, null from kernel.audit a) x
        join kernel.member m on m.id in (x.one, x.two) join identity.account a on a.id = m.account_id
        where a.email_canonical in ('client2@demo.test', 'freelancer2@demo.test')").await;
    let foreign: Vec<&String> = records.iter().filter(|id| !theirs.contains(id)).collect();
    assert!(foreign.len() > 20, "the demo world has records of others");
    let output = server.run(&["routes", "--json"]);
    let table: Vec<Value> = serde_json::from_slice(&output.stdout).expect("the table is JSON");
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let mut asked = 0;
    for row in &table {
        let (path, access) = (text(row, "path"), text(row, "access"));
        let open = ["public", "signed_in"].contains(&access.as_str());
        if text(row, "method") != "GET"
            || open
            || !path.contains("{workspace}")
            || path.ends_with("/events")
        {
            continue;
        }
        // Records of every kind, so that one of them is of the route's.
        let ids: Vec<&str> = if path.matches('{').count() > 1 {
            foreign
                .iter()
                .step_by(foreign.len() / 12)
                .map(|id| id.as_str())
                .collect()
        } else {
            vec![""]
        };
        for id in ids {
            let at: Vec<&str> = path
                .split('/')
                .map(|part| match part {
                    "{workspace}" => MARKET,
                    part if part.starts_with('{') => id,
                    part => part,
                })
                .collect();
            let at = at.join("/");
            for (who, name) in [(&nobody, "nobody"), (&own, "own")] {
                let answer = if text(row, "kind") == "page" {
                    continue;
                } else {
                    who.get(&at).await
                };
                asked += 1;
                assert!(answer.status < 500, "{name} {at}: {}", answer.text);
                if answer.status == 200 {
                    let told: Vec<_> = foreign
                        .iter()
                        .filter(|id| answer.text.contains(id.as_str()))
                        .collect();
                    assert!(told.is_empty(), "{name} reads {at}: {}", answer.text);
                    assert!(name == "own", "nobody reads {at}: {}", answer.text);
                }
            }
        }
    }
    assert!(asked > 100, "{asked} questions");
    assert!(server.failures().is_empty(), "{:?}", server.failures());
    let _ = (api, signed_in(&server, "owner@demo.test").await);
}
