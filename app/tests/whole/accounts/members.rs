//! Members: invited once and to one address, removed with what they own handed over, and never
//! without an owner.

use super::{PASSWORD, confirmed, fresh, link, me, member, one, run, signed_in, token, try_login};
use crate::BIN;
use serde_json::{Value, json};
use testkit::{Api, DEMO_PASSWORD, Deal, Party, Server, Setup};

async fn world() -> (Server, Api, Api) {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let mut owner = api.clone();
    owner.login("owner@demo.test", DEMO_PASSWORD).await;
    (server, api, owner)
}

async fn invite(owner: &Api, email: &str, role: &str) -> String {
    let _ = owner
        .call("member.invite", "", json!({"email": email, "role": role}))
        .await
        .ok();
    owner.settle().await;
    link(owner, email, "Invitation").await
}

#[tokio::test]
async fn an_invitation_is_for_one_address_and_for_seven_days() {
    let (_server, api, owner) = world().await;
    let email = fresh("invited");
    let path = invite(&owner, &email, "client").await;
    let other = confirmed(&api, &fresh("other"), "Other", &["client"]).await;
    let accept = json!({"token": token(&path)});
    assert_eq!(
        other
            .call("invitation.accept", "", accept.clone())
            .await
            .refused(403),
        "invitation_other_address"
    );
    // The form that makes the account, sent twice at once: one account, both signed in.
    let form = [
        ("display_name", "Ida Invited"),
        ("password", PASSWORD),
        ("accept_terms", "on"),
    ];
    let account = format!("{path}/account");
    let (once, twice) = tokio::join!(api.form(&account, &form, ""), api.form(&account, &form, ""));
    assert_eq!(
        (once.status, twice.status),
        (303, 303),
        "{} {}",
        once.text,
        twice.text
    );
    assert_eq!(twice.header("location"), "/w/atelier");
    let session = |answer: &testkit::Answer| {
        let cookies = answer.headers.get_all("set-cookie");
        let mut all = cookies
            .iter()
            .filter_map(|c| c.to_str().ok()?.split(';').next().map(str::to_owned));
        all.find(|c| c.starts_with("__Host-guildhall="))
            .expect("a session")
    };
    for answer in [&once, &twice] {
        assert_eq!(api.page("/w/atelier", &session(answer)).await.status, 200);
    }
    let wrong = api
        .form(
            &account,
            &[
                ("display_name", "Ida"),
                ("password", "quite another 99 one"),
                ("accept_terms", "on"),
            ],
            "",
        )
        .await;
    assert_eq!(wrong.status, 410);
    let ida = signed_in(&api, &email).await;
    assert_eq!(
        ida.call("invitation.accept", "", accept.clone())
            .await
            .status,
        204,
        "accepted already, by the same person"
    );
    assert_eq!(
        other.call("invitation.accept", "", accept).await.status,
        410
    );
    // Too late.
    let late = fresh("late");
    let path = invite(&owner, &late, "client").await;
    api.advance(8 * 86_400).await;
    assert_eq!(api.page(&path, "").await.status, 410);
    let late = confirmed(&api, &late, "Late", &["client"]).await;
    assert_eq!(
        late.call("invitation.accept", "", json!({"token": token(&path)}))
            .await
            .refused(410),
        "token_invalid"
    );
}

#[tokio::test]
async fn who_loses_a_place_cannot_come_back_by_an_invitation_they_sent() {
    let (_server, api, owner) = world().await;
    for step in ["remove", "deactivate", "demote"] {
        let name = format!("Admin {step}");
        let admin = confirmed(&api, &fresh(step), &name, &["client"]).await;
        let id = member(&owner, &name).await["id"]
            .as_str()
            .unwrap_or("")
            .to_owned();
        let both = json!({"roles": ["admin", "client"]});
        let _ = owner.call("member.change_roles", &id, both).await.ok();
        let email = fresh("second");
        let path = invite(&admin, &email, "admin").await;
        assert_eq!(api.page(&path, "").await.status, 200);
        let done = match step {
            "remove" => owner.call("member.remove", &id, json!({})).await,
            "deactivate" => owner.call("member.deactivate", &id, Value::Null).await,
            _ => {
                let left = json!({"roles": ["client"]});
                owner.call("member.change_roles", &id, left).await
            }
        };
        assert!(matches!(done.status, 200 | 204), "{step}: {}", done.text);
        assert_eq!(api.page(&path, "").await.status, 410, "{step}");
        let form = [
            ("display_name", "Second Self"),
            ("password", PASSWORD),
            ("accept_terms", "on"),
        ];
        let again = api.form(&format!("{path}/account"), &form, "").await;
        assert_eq!(again.status, 410, "{step}");
        let sent = owner.list("invitation.list", "").await;
        let of = sent.iter().find(|i| i["email"] == email).expect("listed");
        assert_eq!(of["state"], "revoked", "{step}");
        // Whoever may still invite is not kept from it.
        let _ = invite(&owner, &email, "client").await;
    }
}

#[tokio::test]
async fn a_member_goes_when_what_they_own_is_handed_over() {
    let (server, api, owner) = world().await;
    let email = fresh("goer");
    let goer = Party {
        api: confirmed(&api, &email, "Goer", &["client"]).await,
        email: email.clone(),
    };
    let heir = confirmed(&api, &fresh("heir"), "Heir", &["client"]).await;
    let bidder = Party {
        api: confirmed(&api, &fresh("bidder"), "Bidder", &["freelancer"]).await,
        email: String::new(),
    };
    for n in 0..20 {
        let project = goer.post_project(&format!("Handed over {n}")).await;
        if n == 0 {
            let _ = bidder.propose(&project, &[10_000]).await;
        }
    }
    let (id, to) = (
        member(&owner, "Goer").await["id"].clone(),
        member(&owner, "Heir").await["id"].clone(),
    );
    let id = id.as_str().unwrap_or("");
    let refused = owner.call("member.remove", id, json!({})).await;
    assert_eq!(refused.clone().refused(409), "member_owns_records");
    assert_eq!(refused.pointers(), ["/new_owner_id"]);
    let strange = owner
        .call(
            "member.remove",
            id,
            json!({"new_owner_id": testkit::unique()}),
        )
        .await;
    assert_eq!(strange.status, 422);
    assert_eq!(
        owner
            .call("member.remove", id, json!({"new_owner_id": to}))
            .await
            .status,
        204
    );
    let moved: i64 = one(&server, &format!("select count(*) from market.project where owner_id = '{}' and title like 'Handed over%'", to.as_str().unwrap_or(""))).await;
    assert_eq!(moved, 20);
    assert_eq!(
        goer.api.get("/api/v1/w/atelier/notifications").await.status,
        404
    );
    api.settle().await;
    let kinds = Party {
        api: heir.clone(),
        email: String::new(),
    }
    .notices()
    .await;
    assert!(kinds.iter().any(|k| k == "taken_over"), "{kinds:?}");
    // A bidder's open bids go with them, and the counts stay right.
    let bidding = member(&owner, "Bidder").await["id"].clone();
    assert_eq!(
        owner
            .call("member.remove", bidding.as_str().unwrap_or(""), json!({}))
            .await
            .status,
        204
    );
    server.check();
    // Only an invitation brings somebody back.
    let back = goer
        .api
        .call("member.join", "", json!({"roles": ["client"]}))
        .await;
    assert_eq!(back.refused(409), "already_member");
    let path = invite(&owner, &email, "client").await;
    assert_eq!(
        goer.api
            .call("invitation.accept", "", json!({"token": token(&path)}))
            .await
            .status,
        204
    );
    assert_eq!(
        goer.api.get("/api/v1/w/atelier/notifications").await.status,
        200
    );
    // A party to a live contract stays.
    let deal = Deal::fresh(&server, &[20_000]).await;
    let carla = member(&owner, "Carla").await["id"].clone();
    let refused = owner
        .call(
            "member.remove",
            carla.as_str().unwrap_or(""),
            json!({"new_owner_id": to}),
        )
        .await;
    assert_eq!(refused.refused(409), "member_has_contracts");
    let left = deal
        .freelancer
        .api
        .call("member.leave", "", json!({}))
        .await;
    assert_eq!(left.refused(409), "member_has_contracts");
}

#[tokio::test]
async fn a_workspace_changes_hands_and_is_never_without_an_owner() {
    let (server, api, owner) = world().await;
    assert_eq!(
        owner.call("member.leave", "", json!({})).await.refused(409),
        "last_owner"
    );
    let email = fresh("second");
    let second = confirmed(&api, &email, "Second", &["client"]).await;
    let id = member(&owner, "Second").await["id"]
        .as_str()
        .unwrap_or("")
        .to_owned();
    assert_eq!(
        second
            .call("workspace.transfer", &id, Value::Null)
            .await
            .status,
        403
    );
    // Many edits of the two owners' roles at once: one owner is left.
    let mine = one::<String>(&server, "select m.id::text from kernel.member m join kernel.workspace w using (workspace_id)
        join identity.account a on a.id = m.account_id where w.slug = 'atelier' and a.email_canonical = 'owner@demo.test'").await;
    for round in 0..20 {
        let _ = owner
            .call("member.change_roles", &id, json!({"roles": ["owner"]}))
            .await;
        let (a, b) = tokio::join!(
            owner.call("member.change_roles", &id, json!({"roles": ["admin"]})),
            second.call("member.change_roles", &mine, json!({"roles": ["admin"]})),
        );
        let owners: i64 = one(&server, "select count(*) from kernel.member m join kernel.member_role mr on mr.workspace_id = m.workspace_id and mr.member_id = m.id
            join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id join kernel.workspace w on w.workspace_id = m.workspace_id
            where w.slug = 'atelier' and r.key = 'owner' and m.state = 'active'").await;
        assert_eq!(owners, 1, "round {round}: {} {}", a.text, b.text);
        // Whoever is left gives the first one back what they had.
        let _ = second
            .call("member.change_roles", &mine, json!({"roles": ["owner"]}))
            .await;
    }
    let _ = owner
        .call("member.change_roles", &id, json!({"roles": ["client"]}))
        .await;
    assert_eq!(
        owner
            .call("workspace.transfer", &mine, Value::Null)
            .await
            .status,
        409
    );
    assert_eq!(
        owner
            .call("workspace.transfer", &id, Value::Null)
            .await
            .status,
        200
    );
    assert_eq!(
        owner
            .call("workspace.transfer", &id, Value::Null)
            .await
            .status,
        403,
        "no owner any more"
    );
    let roles = second.call("member.show", &id, Value::Null).await.ok()["roles"].clone();
    assert!(
        roles
            .as_array()
            .is_some_and(|r| r.iter().any(|k| k == "owner")),
        "{roles}"
    );
    assert_eq!(owner.call("member.leave", "", json!({})).await.status, 204);
}

#[tokio::test]
async fn the_frame_leads_to_ones_other_workspaces() {
    let (_server, api, _owner) = world().await;
    let cookie = api.cookie("owner@demo.test", DEMO_PASSWORD).await;
    let page = api.page("/w/atelier/members", &cookie).await;
    for slug in ["atelier", "huquq", "foundry", "signals"] {
        assert!(page.text.contains(&format!("href=\"/w/{slug}\"")), "{slug}");
    }
    let there = api.page("/w/foundry/members", &cookie).await;
    assert_eq!(there.status, 200);
    assert!(there.text.contains("href=\"/w/atelier\""));
    let alone = api
        .page(
            "/w/atelier",
            &api.cookie("client@demo.test", DEMO_PASSWORD).await,
        )
        .await;
    assert!(!alone.text.contains("href=\"/w/huquq\""));
}

#[tokio::test]
async fn the_default_role_is_found_by_what_it_is() {
    let (server, api, owner) = world().await;
    let path = "/api/v1/w/foundry/auth/register";
    let register = |email: String| json!({"email": email, "password": PASSWORD, "display_name": "New", "locale": "en", "accept_terms": true});
    let foundry = "(select workspace_id from kernel.workspace where slug = 'foundry')";
    run(&server, &format!("update kernel.role set key = 'ordinary', name = 'Ordinary' where is_default and workspace_id = {foundry}")).await;
    let email = fresh("renamed");
    assert_eq!(api.post(path, &register(email.clone())).await.status, 202);
    assert_eq!(
        one::<i64>(
            &server,
            &format!("select count(*) from identity.account where email_canonical = '{email}'")
        )
        .await,
        1
    );
    run(
        &server,
        &format!("update kernel.role set is_default = false where workspace_id = {foundry}"),
    )
    .await;
    let email = fresh("none");
    assert_eq!(
        api.post(path, &register(email.clone())).await.refused(503),
        "configuration_error"
    );
    assert_eq!(
        one::<i64>(
            &server,
            &format!("select count(*) from identity.account where email_canonical = '{email}'")
        )
        .await,
        0
    );
    assert_eq!(me(&owner).await.status, 200);
    assert_eq!(try_login(&api, &email, PASSWORD).await.status, 401);
    // What is offered to newcomers are the rows that are open, of products that are on.
    let page = "/w/foundry/register";
    run(&server, &format!("update kernel.role set is_open = true where key = 'ordinary' and workspace_id = {foundry}")).await;
    let offered = api.page(page, "").await.text;
    assert!(
        offered.contains(r#"value="ordinary""#) && offered.contains("Ordinary"),
        "{offered}"
    );
    run(&server, &format!("update kernel.role set product = 'market' where key = 'ordinary' and workspace_id = {foundry}")).await;
    let offered = api.page(page, "").await.text;
    assert!(!offered.contains(r#"value="ordinary""#), "{offered}");
}

#[tokio::test]
async fn a_job_stops_when_who_began_it_may_no_longer() {
    let (server, api, owner) = world().await;
    let _ = confirmed(&api, &fresh("worker"), "Worker", &["client"]).await;
    let id = member(&owner, "Worker").await["id"]
        .as_str()
        .unwrap_or("")
        .to_owned();
    let begin = |permission: &str| {
        format!(
            "insert into kernel.job (workspace_id, id, kind, payload, member_id, request_id, run_at, created_at, permission)
             select workspace_id, gen_random_uuid(), 'test.steps', '{{\"steps\": 2, \"pause_ms\": 1}}', id, '', now(), now(), '{permission}' from kernel.member where id = '{id}'"
        )
    };
    let how = |permission: &str| {
        format!(
            "select state || ' ' || coalesce(last_error, '') from kernel.job where kind = 'test.steps' and permission = '{permission}'"
        )
    };
    run(&server, &begin("project.create")).await;
    let _ = api.send("POST", "/test/settle", &Value::Null, &[]).await;
    assert_eq!(
        one::<String>(&server, &how("project.create")).await,
        "succeeded "
    );
    assert_eq!(
        owner
            .call("member.change_roles", &id, json!({"roles": ["freelancer"]}))
            .await
            .status,
        200
    );
    run(&server, &begin("project.publish")).await;
    let _ = api.send("POST", "/test/settle", &Value::Null, &[]).await;
    let stopped: String = one(&server, &how("project.publish")).await;
    assert!(
        stopped.starts_with("dead") && stopped.contains("permission_lost"),
        "{stopped}"
    );
    // Nor does it go on by a relation that nothing can have.
    run(&server, "update kernel.role_permission p set relations = '{moon}' from kernel.role r
         where r.workspace_id = p.workspace_id and r.id = p.role_id and r.key = 'freelancer' and p.permission = 'project.list'").await;
    run(&server, &begin("project.list")).await;
    let _ = api.send("POST", "/test/settle", &Value::Null, &[]).await;
    let stopped: String = one(&server, &how("project.list")).await;
    assert!(
        stopped.starts_with("dead") && stopped.contains("permission_lost"),
        "{stopped}"
    );
}
