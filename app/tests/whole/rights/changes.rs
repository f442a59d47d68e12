//! What the audit says of a change is what changed; edits say what they were made against.

use super::{column, one, signed_in, world};
use serde_json::{Value, json};
use testkit::{Deal, MARKET};

/// Acts that change no field worth telling beside that they happened.
const NOTHING_TO_TELL: [&str; 0] = [];

#[tokio::test]
async fn what_was_done_says_what_changed() {
    let (server, api) = world().await;
    let deal = Deal::demo(&server, &[30_000, 20_000]).await;
    for milestone in &deal.milestones {
        deal.finish(milestone).await;
    }
    let _ = deal.client.sign_off(&deal.contract).await;
    let _ = deal.freelancer.sign_off(&deal.contract).await;
    let _ = deal
        .client
        .review(
            &deal.contract,
            "Clear from the first day on, and done in time.",
        )
        .await;
    let client = &deal.client.api;
    let account = client.get("/api/v1/me").await;
    let edit = json!({"display_name": "Another Name", "locale": "ar", "theme": "dark"});
    let _ = client
        .send(
            "PATCH",
            "/api/v1/me",
            &edit,
            &[("if-match", account.header("etag"))],
        )
        .await
        .ok();
    let _ = deal
        .freelancer
        .api
        .call(
            "profile.update",
            "",
            json!({"title": "Carpenter of interfaces"}),
        )
        .await
        .ok();
    let switches =
        json!({"preferences": [{"kind": "proposal_received", "in_app": true, "mail": false}]});
    let _ = client
        .call("notification.set_preferences", "", switches)
        .await
        .ok();
    let sessions = client.list("session.list", "").await;
    let mut other = server.api().await;
    other
        .login("client@demo.test", testkit::DEMO_PASSWORD)
        .await;
    let more = client.list("session.list", "").await;
    let new = more
        .iter()
        .find(|s| !sessions.iter().any(|o| o["id"] == s["id"]))
        .expect("a second session");
    assert_eq!(new["place"], "this_machine");
    let gone = client
        .call("session.end", new["id"].as_str().unwrap_or(""), Value::Null)
        .await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    api.settle().await;
    let told = async |action: &str| {
        one::<String>(&server, &format!("select coalesce((select changes::text from kernel.audit where action = '{action}' and outcome = 'done' order by id desc limit 1), 'none')")).await
    };
    let read = async |action: &str| {
        serde_json::from_str::<Value>(&told(action).await).unwrap_or(Value::Null)
    };
    let update = read("account.update").await;
    assert_eq!(update["display_name"], json!(["***", "***"]));
    assert_eq!(
        (&update["locale"], &update["theme"][1]),
        (&json!(["en", "ar"]), &json!("dark"))
    );
    assert!(!update.to_string().contains("Another Name"));
    assert_eq!(read("profile.update").await["title"], json!(["***", "***"]));
    assert_eq!(
        read("notification.preferences").await,
        json!({"proposal_received.mail": [true, false]})
    );
    assert_eq!(read("session.end").await["session"][0], new["id"]);
    let funded = column(&server, "select changes::text from kernel.audit where action = 'milestone.fund' and actor_kind = 'member' and outcome = 'done' order by id desc limit 1").await;
    assert!(
        funded[0].contains("\"amount_minor\": [null, 20000]") && funded[0].contains("payment"),
        "{funded:?}"
    );
    let method = read("payment_method.attach").await;
    assert!(
        method["brand"].is_array() && !method.to_string().contains("4242"),
        "{method}"
    );
    assert_eq!(
        read("review.submit").await["quality"],
        json!(["***", "***"]),
        "the other party may read the audit and not yet the review"
    );
    assert!(read("member.add").await["roles"].is_array());
    // And whatever else was done in all that.
    let silent = column(&server, "select distinct action from kernel.audit where outcome = 'done' and changes = '{}' and actor_kind in ('member', 'account') order by 1").await;
    let silent: Vec<_> = silent
        .iter()
        .filter(|a| !NOTHING_TO_TELL.contains(&a.as_str()))
        .collect();
    assert!(
        silent.is_empty(),
        "these say nothing of what changed: {silent:#?}"
    );
}

#[tokio::test]
async fn roles_and_switches_are_edited_against_a_version() {
    let (server, _) = world().await;
    let owner = signed_in(&server, "owner@demo.test").await;
    let member = one::<String>(&server, "select m.id::text from kernel.member m join identity.account a on a.id = m.account_id where a.email_canonical = 'freelancer2@demo.test' limit 1").await;
    let show = owner.spec.find("member.show").at(MARKET, &member);
    let roles = owner.spec.find("member.change_roles").at(MARKET, &member);
    let tag = owner.get(&show).await.header("etag").to_owned();
    let both = json!({"roles": ["client", "freelancer"]});
    assert_eq!(
        owner.send("PUT", &roles, &both, &[]).await.refused(428),
        "precondition_required"
    );
    let first = owner
        .send("PUT", &roles, &both, &[("if-match", &tag)])
        .await;
    assert_eq!(first.status, 200, "{}", first.text);
    assert_ne!(first.header("etag"), tag);
    let second = owner
        .send(
            "PUT",
            &roles,
            &json!({"roles": ["freelancer"]}),
            &[("if-match", &tag)],
        )
        .await;
    assert_eq!(second.status, 412, "{}", second.text);
    assert!(second.text.contains("current"), "{}", second.text);
    // The same on the page: both sets, to choose from.
    let cookie = server
        .api()
        .await
        .cookie("owner@demo.test", testkit::DEMO_PASSWORD)
        .await;
    let page = format!("/w/{MARKET}/members/{member}/roles");
    let version = tag.trim_matches('"').to_owned();
    let late = server
        .api()
        .await
        .form(
            &page,
            &[("version", &version), ("roles", "freelancer")],
            &cookie,
        )
        .await;
    assert_eq!(late.status, 412, "{}", late.text);
    assert!(late.text.contains("client,freelancer"), "{}", late.text);

    let path = owner.spec.find("notification.preferences").at(MARKET, "");
    let tag = owner.get(&path).await.header("etag").to_owned();
    let off =
        json!({"preferences": [{"kind": "proposal_received", "in_app": true, "mail": false}]});
    assert_eq!(owner.send("PUT", &path, &off, &[]).await.status, 428);
    assert_eq!(
        owner
            .send("PUT", &path, &off, &[("if-match", &tag)])
            .await
            .status,
        200
    );
    let late = owner.send("PUT", &path, &off, &[("if-match", &tag)]).await;
    assert_eq!(late.status, 412, "{}", late.text);
    let form = [
        ("version", "0"),
        ("preferences.0.kind", "proposal_received"),
        ("preferences.0.in_app", "true"),
        ("preferences.0.mail", "true"),
    ];
    let late = server
        .api()
        .await
        .form(
            &format!("/w/{MARKET}/notifications/preferences"),
            &form,
            &cookie,
        )
        .await;
    assert_eq!(late.status, 412, "{}", late.text);
}

#[tokio::test]
async fn whoever_takes_over_can_manage_what_they_get() {
    let (server, api) = world().await;
    let owner = signed_in(&server, "owner@demo.test").await;
    let leaver = testkit::Party::register(&api, "Leaver", &["client"], "en").await;
    let heir = testkit::Party::register(&api, "Heir", &["client"], "en").await;
    let unfit = testkit::Party::register(&api, "Unfit", &["freelancer"], "en").await;
    let _ = leaver.post_project("Left behind").await;
    let id = async |name: &str| {
        one::<String>(
            &server,
            &format!("select id::text from kernel.member where display_name = '{name}'"),
        )
        .await
    };
    let (from, to, wrong) = (id("Leaver").await, id("Heir").await, id("Unfit").await);
    // Without a body and a type of it, as anybody deletes.
    let path = owner.spec.find("member.remove").at(MARKET, &from);
    let bare = owner.send("DELETE", &path, &Value::Null, &[]).await;
    assert_eq!(bare.refused(409), "member_owns_records");
    let refused = owner
        .call("member.remove", &from, json!({"new_owner_id": wrong}))
        .await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert_eq!(refused.pointers(), ["/new_owner_id"]);
    assert_eq!(
        owner
            .call("member.remove", &from, json!({"new_owner_id": to}))
            .await
            .status,
        204
    );
    let nobody = owner
        .spec
        .find("member.remove")
        .at(MARKET, &testkit::unique());
    assert_eq!(
        owner
            .send("DELETE", &nobody, &Value::Null, &[])
            .await
            .status,
        404
    );
    let _ = (heir, unfit);
    // A role made of what anyone may take by joining can be handed out by who hands out roles.
    super::run(&server, &format!("insert into kernel.role (workspace_id, id, key, name, rank) select workspace_id, gen_random_uuid(), 'poster', 'Poster', 12 from kernel.workspace where slug = '{MARKET}';
        insert into kernel.role_permission (workspace_id, role_id, permission, relations) select workspace_id, id, 'project.publish', array['owner'] from kernel.role where key = 'poster'")).await.expect("a role");
    let given = owner
        .call(
            "member.change_roles",
            &to,
            json!({"roles": ["client", "poster"]}),
        )
        .await;
    assert_eq!(given.status, 200, "{}", given.text);
}
