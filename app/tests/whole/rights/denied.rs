//! Every refusal of somebody who is known is written down: who, what, on which record, and why.

use super::{column, one, signed_in, world};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{DEMO_PASSWORD, MARKET, Server, unique};

/// Where the installation's own audit stands.
const NOWHERE: uuid::Uuid = uuid::Uuid::nil();

/// Waits until a denial is written: they are gathered for a moment.
async fn written(server: &Server, which: &str) -> String {
    let query = format!(
        "select coalesce((select record_kind || ' ' || coalesce(changes #>> '{{code,1}}', '-') from kernel.audit where outcome = 'denied' and {which} limit 1), '')"
    );
    let began = Instant::now();
    loop {
        let found = one::<String>(server, &query).await;
        if !found.is_empty() {
            return found;
        }
        if began.elapsed() > Duration::from_secs(15) {
            let all = column(server, "select action || ' ' || record_kind || ' ' || outcome || ' ' || changes::text from kernel.audit where outcome <> 'done'").await;
            panic!("no denial with {which}: {all:#?}");
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

#[tokio::test]
async fn refusals_of_every_kind_leave_a_row() {
    let (server, api) = world().await;
    let owner = signed_in(&server, "owner@demo.test").await;
    let client = signed_in(&server, "client@demo.test").await;
    let id = |name: &str| {
        format!(
            "select m.id::text from kernel.member m join identity.account a on a.id = m.account_id join kernel.workspace w using (workspace_id) where w.slug = '{MARKET}' and a.email_canonical = '{name}@demo.test'"
        )
    };
    let (owner_id, client_id, second) = (
        one::<String>(&server, &id("owner")).await,
        one::<String>(&server, &id("client")).await,
        one::<String>(&server, &id("client2")).await,
    );
    // An administrator may neither give the owner's role nor touch an owner.
    let _ = owner
        .call(
            "member.change_roles",
            &second,
            json!({"roles": ["admin", "client"]}),
        )
        .await
        .ok();
    let admin = signed_in(&server, "client2@demo.test").await;
    let beyond = admin
        .call(
            "member.change_roles",
            &client_id,
            json!({"roles": ["owner"]}),
        )
        .await;
    assert_eq!(beyond.refused(403), "role_beyond_own");
    let above = admin
        .call("member.deactivate", &owner_id, json!(null))
        .await;
    assert_eq!(above.refused(403), "role_above_own");
    let invited = admin
        .call(
            "member.invite",
            "",
            json!({"email": format!("{}@example.test", unique()), "role": "owner"}),
        )
        .await;
    assert_eq!(invited.refused(403), "role_beyond_own");
    assert_eq!(written(&server, &format!("action = 'member.change_roles' and actor_id = '{second}' and record_id = '{client_id}'")).await, "member role_beyond_own");
    assert_eq!(
        written(
            &server,
            &format!("action = 'member.deactivate' and record_id = '{owner_id}'")
        )
        .await,
        "member role_above_own"
    );
    assert_eq!(
        written(
            &server,
            &format!("action = 'member.invite' and actor_id = '{second}'")
        )
        .await,
        "workspace role_beyond_own"
    );
    // At the edge: the record that the path names.
    let refused = client.call("member.deactivate", &second, json!(null)).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert_eq!(written(&server, &format!("action = 'member.deactivate' and actor_id = '{client_id}' and record_id = '{second}'")).await, "member -");
    // A stranger to the workspace.
    let stranger = signed_in(&server, "sales@demo.test").await;
    let path = stranger.spec.find("wallet.show").at(MARKET, "");
    assert_eq!(stranger.get(&path).await.status, 404);
    let account = "(select id from identity.account where email_canonical = 'sales@demo.test')";
    assert_eq!(
        written(
            &server,
            &format!("action = 'wallet.show' and actor_kind = 'account' and actor_id = {account} and workspace_id = '{NOWHERE}'")
        )
        .await,
        "workspace -"
    );
    // A form from elsewhere that rides on a session. A stranger's ids are not believed, and fill
    // nobody's audit.
    let forged = async |email: &str, path: &str| {
        let cookie = api.cookie(email, DEMO_PASSWORD).await;
        let answer = reqwest::Client::new()
            .post(format!("{}/w/{MARKET}/{path}", api.url))
            .header("cookie", &cookie)
            .header("origin", "https://evil.example")
            .header("content-type", "application/x-www-form-urlencoded")
            .body("version=0")
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status().as_u16(), 403);
    };
    let removal = format!("members/{second}/removal");
    forged("client@demo.test", &removal).await;
    forged("sales@demo.test", &removal).await;
    let csrf = "changes #>> '{code,1}' = 'csrf_failed'";
    assert_eq!(
        written(&server, &format!("{csrf} and actor_id = '{client_id}'")).await,
        "member csrf_failed"
    );
    assert_eq!(
        written(
            &server,
            &format!("{csrf} and actor_id = {account} and workspace_id = '{NOWHERE}'")
        )
        .await,
        "workspace csrf_failed"
    );
    // A page says why in words; the audit has the code.
    let to = format!("{}@example.test", unique());
    let _ = owner
        .call("member.invite", "", json!({"email": to, "role": "client"}))
        .await
        .ok();
    api.settle().await;
    let mails = api.mails(&to).await;
    let link = mails[0]["links"][0].as_str().unwrap_or("");
    let link = link.strip_prefix(&api.url).unwrap_or(link);
    let cookie = api.cookie("sales@demo.test", DEMO_PASSWORD).await;
    let other = api.form(link, &[], &cookie).await;
    assert_eq!(other.status, 403, "{}", other.text);
    assert_eq!(
        written(
            &server,
            "changes #>> '{code,1}' = 'invitation_other_address'"
        )
        .await,
        "workspace invitation_other_address"
    );
}

#[tokio::test]
async fn who_tries_one_id_after_another_fills_no_audit() {
    let (server, _) = world().await;
    let client = signed_in(&server, "client@demo.test").await;
    let rows = async || {
        one::<i64>(&server, "select count(*) from kernel.audit where outcome = 'denied' and action = 'member.deactivate'").await
    };
    for _ in 0..45 {
        let refused = client
            .call("member.deactivate", &unique(), json!(null))
            .await;
        assert_eq!(refused.status, 403, "{}", refused.text);
    }
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let told = rows().await;
    // Twenty in a minute, of which there may have been two.
    assert!((20..42).contains(&told), "{told} rows");
}

#[tokio::test]
async fn sign_ins_that_are_turned_away_leave_a_row() {
    let (server, api) = world().await;
    let try_login = async |email: &str, password: &str| {
        api.send(
            "POST",
            "/api/v1/auth/login",
            &json!({"email": email, "password": password}),
            &[],
        )
        .await
    };
    super::run(&server, "update identity.account set state = 'suspended' where email_canonical = 'analyst@demo.test'").await.expect("done");
    assert_eq!(
        try_login("analyst@demo.test", DEMO_PASSWORD)
            .await
            .refused(403),
        "account_suspended"
    );
    assert_eq!(
        try_login("analyst@demo.test", "not this one at all")
            .await
            .status,
        401
    );
    assert_eq!(
        written(
            &server,
            "action = 'auth.login' and changes #>> '{code,1}' = 'account_suspended'"
        )
        .await,
        "account account_suspended"
    );
    for _ in 0..5 {
        let _ = try_login("agent@demo.test", "not this one at all").await;
    }
    assert_eq!(
        try_login("agent@demo.test", DEMO_PASSWORD)
            .await
            .refused(429),
        "too_many_attempts"
    );
    assert_eq!(
        written(
            &server,
            "action = 'auth.login' and changes #>> '{code,1}' = 'too_many_attempts'"
        )
        .await,
        "account too_many_attempts"
    );
    super::run(
        &server,
        "update kernel.role set session_cap = 1, session_policy = 'refuse' where key = 'client'",
    )
    .await
    .expect("done");
    let first = try_login("client@demo.test", DEMO_PASSWORD).await;
    assert!(matches!(first.status, 200 | 409), "{}", first.text);
    assert_eq!(
        try_login("client@demo.test", DEMO_PASSWORD)
            .await
            .refused(409),
        "too_many_sessions"
    );
    assert_eq!(
        written(
            &server,
            "action = 'auth.login' and changes #>> '{code,1}' = 'too_many_sessions'"
        )
        .await,
        "account too_many_sessions"
    );
}
