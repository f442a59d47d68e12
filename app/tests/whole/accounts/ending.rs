//! The end of an account: what keeps it, the grace, and what is left.

use super::{PASSWORD, confirmed, fresh, me, one, register, signed_in, try_login};
use crate::BIN;
use serde_json::json;
use testkit::{Deal, Setup};

#[tokio::test]
async fn an_account_ends_after_its_grace_and_leaves_no_name() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let email = fresh("leaver");
    let mut owner = api.clone();
    owner.login("owner@demo.test", testkit::DEMO_PASSWORD).await;
    let _ = owner
        .call(
            "member.invite",
            "",
            json!({"email": email, "role": "client"}),
        )
        .await
        .ok();
    let own = confirmed(&api, &email, "Xanthippe Quill", &["client", "freelancer"]).await;
    let wish = json!({"current_password": PASSWORD, "confirmation": "delete"});
    let answer = own.send("DELETE", "/api/v1/me", &json!({}), &[]).await;
    assert_eq!(answer.status, 422);
    let answer = own
        .send(
            "DELETE",
            "/api/v1/me",
            &json!({"current_password": PASSWORD}),
            &[],
        )
        .await;
    assert_eq!(answer.pointers(), ["/confirmation"]);
    let answer = own
        .send(
            "DELETE",
            "/api/v1/me",
            &json!({"current_password": "wrong wrong wrong", "confirmation": "delete"}),
            &[],
        )
        .await;
    assert_eq!(answer.pointers(), ["/current_password"]);
    let answer = own.send("DELETE", "/api/v1/me", &wish, &[]).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(me(&own).await.status, 401);
    // Signing in within the grace keeps it.
    api.advance(13 * 86_400).await;
    let cookie = api
        .form("/login", &[("email", &email), ("password", PASSWORD)], "")
        .await;
    assert_eq!(
        (cookie.status, cookie.header("location")),
        (303, "/account/kept")
    );
    api.advance(3 * 86_400).await;
    let own = signed_in(&api, &email).await;
    assert_eq!(me(&own).await.ok()["state"], "active");
    // Not signing in does not.
    assert_eq!(
        own.send("DELETE", "/api/v1/me", &wish, &[]).await.status,
        202
    );
    api.advance(15 * 86_400).await;
    api.settle().await;
    let gone = try_login(&api, &email, PASSWORD).await;
    assert_eq!(gone.refused(401), "invalid_credentials");
    for (table, words) in [
        ("identity.account", "t::text"),
        ("identity.link", "t::text"),
        ("identity.invitation", "t::text"),
        ("kernel.member", "t::text"),
        ("kernel.event", "t.payload::text"),
        ("kernel.audit", "t.changes::text"),
        ("people.profile", "t::text"),
        ("notify.mail", "t::text"),
        ("notify.notification", "t::text"),
    ] {
        let left: i64 = one(&server, &format!("select count(*) from {table} t where {words} like '%{email}%' or {words} like '%Xanthippe%' or {words} like '%xanthippe%'")).await;
        assert_eq!(left, 0, "{table}");
    }
    let beside: i64 = one(&server, "select count(*) from kernel.audit_personal p join kernel.audit a on a.workspace_id = p.workspace_id and a.id = p.audit_id
        join identity.account e on e.state = 'erased' and (a.actor_id = e.id or a.record_id = e.id) where a.actor_kind <> 'system' and p.network <> ''").await;
    assert_eq!(beside, 0);
    server.check();
    // The address is free again.
    register(&api, &email, "Someone", &["client"]).await;
    assert_eq!(try_login(&api, &email, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn an_account_stays_while_something_keeps_it() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let mut owner = api.clone();
    owner.login("owner@demo.test", testkit::DEMO_PASSWORD).await;
    let wish = |password: &str| json!({"current_password": password, "confirmation": "delete"});
    let refused = owner
        .send("DELETE", "/api/v1/me", &wish(testkit::DEMO_PASSWORD), &[])
        .await;
    assert_eq!(refused.refused(409), "owner_required");
    let deal = Deal::fresh(&server, &[30_000]).await;
    for party in [&deal.client, &deal.freelancer] {
        let refused = party
            .api
            .send("DELETE", "/api/v1/me", &wish(testkit::party::PASSWORD), &[])
            .await;
        assert_eq!(refused.refused(409), "member_has_contracts");
        assert_eq!(me(&party.api).await.status, 200);
    }
    let cookie = api
        .cookie(&deal.client.email, testkit::party::PASSWORD)
        .await;
    let page = api.page("/account/deletion", &cookie).await;
    assert!(page.text.contains("live contracts"), "{}", page.text);
    // With the work paid, the money keeps the one who earned it.
    deal.finish(&deal.milestones[0]).await;
    let _ = deal.client.sign_off(&deal.contract).await;
    let _ = deal.freelancer.sign_off(&deal.contract).await;
    api.settle().await;
    let state = deal.client.contract(&deal.contract).await["state"].clone();
    assert_eq!(state, "completed");
    let refused = deal
        .freelancer
        .api
        .send("DELETE", "/api/v1/me", &wish(testkit::party::PASSWORD), &[])
        .await;
    assert_eq!(refused.refused(409), "member_has_money");
    // So does money that is still on its way back.
    let payer = testkit::Party::register(&api, "Petra", &["client"], "en").await;
    payer.attach_card("4000000000005126").await;
    let deal = Deal::between(&payer, &deal.freelancer, &[20_000]).await;
    let _ = payer.fund(&deal.milestones[0]).await.ok();
    let back = json!({"reason": "No time", "settlement": [{"milestone_id": deal.milestones[0], "outcome": "refund"}]});
    let end = payer
        .api
        .call("contract.terminate", &deal.contract, back)
        .await
        .ok();
    let agree = json!({"termination_id": end["termination"]["id"]});
    let _ = deal
        .freelancer
        .api
        .call("contract.accept_termination", &deal.contract, agree)
        .await
        .ok();
    let refused = payer
        .api
        .send("DELETE", "/api/v1/me", &wish(testkit::party::PASSWORD), &[])
        .await;
    assert_eq!(refused.refused(409), "member_has_payments");
}

#[tokio::test]
async fn the_fourth_wish_within_an_hour_is_too_many() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    let own = confirmed(&api, &fresh("thrice"), "Thrice", &["client"]).await;
    let wrong = json!({"current_password": "wrong wrong wrong", "confirmation": "delete"});
    for _ in 0..3 {
        assert_eq!(
            own.send("DELETE", "/api/v1/me", &wrong, &[]).await.status,
            422
        );
    }
    assert_eq!(
        own.send("DELETE", "/api/v1/me", &wrong, &[]).await.status,
        429
    );
}
