//! Sessions: what a person sees of them, how they end, and how many a role allows.

use super::{PASSWORD, confirmed, fresh, me, signed_in, try_login};
use crate::BIN;
use serde_json::json;
use testkit::{Api, DEMO_PASSWORD, Setup};

const AGENTS: [(&str, &str); 3] = [
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
        "phone",
    ),
    (
        "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
        "tablet",
    ),
    (
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        "computer",
    ),
];

async fn from(api: &Api, email: &str, agent: &str) -> Api {
    let body = json!({"email": email, "password": PASSWORD});
    let answer = api
        .send(
            "POST",
            "/api/v1/auth/login",
            &body,
            &[("user-agent", agent)],
        )
        .await
        .ok();
    Api {
        token: answer["access_token"].as_str().map(str::to_owned),
        ..api.clone()
    }
}

#[tokio::test]
async fn each_device_is_seen_and_ended_alone() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let email = fresh("devices");
    let _ = confirmed(&api, &email, "Devices", &["client"]).await;
    let mut own = vec![];
    for (agent, _) in AGENTS {
        own.push(from(&api, &email, agent).await);
    }
    let listed = own[2].get("/api/v1/me/sessions").await.body["data"].clone();
    for (agent, device) in AGENTS {
        assert_eq!(
            listed
                .as_array()
                .into_iter()
                .flatten()
                .filter(|s| s["device"] == device)
                .count(),
            1,
            "{agent}: {listed}"
        );
    }
    let phone = listed
        .as_array()
        .into_iter()
        .flatten()
        .find(|s| s["device"] == "phone")
        .expect("the phone")
        .clone();
    let path = format!("/api/v1/me/sessions/{}", phone["id"].as_str().unwrap_or(""));
    assert_eq!(
        own[2].send("DELETE", &path, &json!(null), &[]).await.status,
        204
    );
    assert_eq!(me(&own[0]).await.status, 401);
    assert_eq!(
        (me(&own[1]).await.status, me(&own[2]).await.status),
        (200, 200)
    );
    // Signing out in one leaves the others.
    let out = own[1].post("/api/v1/auth/logout", &json!({})).await;
    assert_eq!(out.status, 204);
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    assert_eq!(
        (me(&own[1]).await.status, me(&own[2]).await.status),
        (401, 200)
    );
    // A browser forgets what it kept, and a visitor's choices are bound to this host.
    let cookie = api.cookie(&email, PASSWORD).await;
    let out = api.form("/logout", &[], &cookie).await;
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    let chosen = [("locale", "ar"), ("return_to", "/login")];
    let answer = api.form("/preferences", &chosen, "").await;
    let set = answer.header("set-cookie").to_owned();
    assert!(set.starts_with("__Host-locale=ar; Path=/; Secure"), "{set}");
    let page = api
        .page("/login", "__Host-locale=ar; __Host-theme=dark")
        .await;
    assert!(
        page.text
            .contains(r#"lang="ar" dir="rtl" data-theme="dark""#),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn a_role_caps_sessions_by_ending_or_refusing() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let mut owner = api.clone();
    owner.login("owner@demo.test", DEMO_PASSWORD).await;
    let email = fresh("capped");
    let first = confirmed(&api, &email, "Capped", &["freelancer"]).await;
    let roles = owner.list("role.list", "").await;
    let role = roles
        .iter()
        .find(|r| r["key"] == "freelancer")
        .expect("the role")
        .clone();
    let id = role["id"].as_str().unwrap_or("").to_owned();
    let set = |policy: &'static str| {
        let (owner, id) = (owner.clone(), id.clone());
        async move {
            owner
                .call(
                    "role.update",
                    &id,
                    json!({"session_cap": 2, "session_policy": policy}),
                )
                .await
                .ok()
        }
    };
    assert_eq!(set("end_oldest").await["session_cap"], 2);
    let second = signed_in(&api, &email).await;
    let third = signed_in(&api, &email).await;
    assert_eq!(
        (
            me(&first).await.status,
            me(&second).await.status,
            me(&third).await.status
        ),
        (401, 200, 200)
    );
    let _ = set("refuse").await;
    let refused = try_login(&api, &email, PASSWORD).await;
    assert_eq!(refused.refused(409), "too_many_sessions");
    assert_eq!(
        (me(&second).await.status, me(&third).await.status),
        (200, 200)
    );
    // Someone else's cap is their own; the freelancer may not change any.
    assert_eq!(
        third
            .call(
                "role.update",
                &id,
                json!({"session_cap": 50, "session_policy": "refuse"})
            )
            .await
            .status,
        403
    );
    // That is on record with its request and where it came from.
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    let noted = owner.list("audit.list", "").await;
    let denied = noted
        .iter()
        .find(|row| row["outcome"] == "denied" && row["action"] == "role.update")
        .unwrap_or_else(|| panic!("the denial in {noted:?}"));
    assert!(
        denied["request_id"].is_string() && denied["network"].is_string(),
        "{denied}"
    );
    // No owner keeps a person from the other workspaces they belong to.
    let there = third.in_workspace("foundry");
    let joined = there.call("member.join", "", json!({})).await;
    assert!(matches!(joined.status, 200..=204), "{}", joined.text);
    let fourth = signed_in(&api, &email).await;
    assert_eq!(
        (
            me(&second).await.status,
            me(&third).await.status,
            me(&fourth).await.status
        ),
        (401, 200, 200)
    );
}
