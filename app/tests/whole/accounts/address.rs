//! Addresses: confirming one, saying that it was not I, moving to another and back.

use super::{PASSWORD, confirmed, fresh, link, me, one, register, signed_in, token, try_login};
use crate::BIN;
use serde_json::{Value, json};
use testkit::Setup;

#[tokio::test]
async fn an_unconfirmed_account_may_do_little_and_passes() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    let email = fresh("waiting");
    register(&api, &email, "Waiting", &["client"]).await;
    let own = signed_in(&api, &email).await;
    let refused = own.get("/api/v1/w/atelier/projects/mine").await;
    assert!(matches!(refused.status, 403 | 404), "{}", refused.text);
    assert_eq!(
        own.get("/api/v1/w/atelier/notifications")
            .await
            .refused(403),
        "email_unverified"
    );
    let shown = me(&own).await;
    let tag = shown.header("etag").to_owned();
    let edit = json!({"display_name": "Waiting Still", "locale": "ar", "theme": "dark"});
    assert_eq!(
        own.send("PATCH", "/api/v1/me", &edit, &[("if-match", &tag)])
            .await
            .status,
        200
    );
    for _ in 0..3 {
        assert_eq!(
            own.post("/api/v1/auth/resend", &json!({})).await.status,
            202
        );
    }
    assert_eq!(
        own.post("/api/v1/auth/resend", &json!({})).await.status,
        429
    );
    let corrected = fresh("corrected");
    let answer = own
        .post("/api/v1/auth/address", &json!({"email": corrected}))
        .await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    // One that is taken looks the same, and neither is the account's before it is confirmed.
    let cookie = api.cookie(&email, PASSWORD).await;
    let seen = async |wanted: &str| {
        let page = api.page("/verify", &cookie).await.text;
        assert!(page.contains(wanted), "{page}");
        (me(&own).await.ok(), page.replace(wanted, "ADDRESS"))
    };
    let free = seen(&corrected).await;
    let other = "client@demo.test";
    let taken = own
        .post("/api/v1/auth/address", &json!({"email": other}))
        .await;
    assert_eq!((taken.status, &taken.text), (202, &answer.text));
    let taken = seen(other).await;
    assert_eq!(free.0, taken.0);
    let main = |page: &str| {
        let from = page.find("<main").unwrap_or(0);
        page[from..].to_owned()
    };
    assert_eq!(main(&free.1), main(&taken.1));
    assert_eq!(free.0["email"], Value::from(email.clone()));
    for address in [corrected.as_str(), other] {
        assert_eq!(try_login(&api, address, PASSWORD).await.status, 401);
    }
    assert_eq!(
        own.post("/api/v1/auth/resend", &json!({})).await.status,
        202
    );
    api.settle().await;
    let mails = api.mails(other).await;
    assert!(
        mails
            .iter()
            .all(|m| !m["links"].to_string().contains("/links/")),
        "{mails:?}"
    );
    // It disappears after seven days.
    api.advance(8 * 86_400).await;
    assert_eq!(
        one::<i64>(
            &server,
            &format!("select count(*) from identity.account where email_canonical = '{email}'")
        )
        .await,
        0
    );
    assert_eq!(try_login(&api, &email, PASSWORD).await.status, 401);
}

#[tokio::test]
async fn a_corrected_address_counts_and_shows_when_it_is_confirmed() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let (typo, right) = (fresh("typo"), fresh("right"));
    for name in ["Win at https://evil.test", "WWW.evil.test"] {
        let body = json!({"email": right, "password": PASSWORD, "display_name": name, "locale": "en", "accept_terms": true, "roles": ["freelancer"]});
        let answer = api.post("/api/v1/w/atelier/auth/register", &body).await;
        assert_eq!(answer.pointers(), ["/display_name"], "{}", answer.text);
    }
    register(&api, &typo, "Zenobia Quince", &["freelancer"]).await;
    let before = link(&api, &typo, "Confirm").await;
    let own = signed_in(&api, &typo).await;
    let reader = server.demo_account("client@demo.test").await;
    let listed = async || {
        let all = reader.list("freelancer.list", "").await;
        all.iter().any(|f| f["display_name"] == "Zenobia Quince")
    };
    assert!(!listed().await, "nobody to hire before");
    let asked = own
        .post("/api/v1/auth/address", &json!({"email": right}))
        .await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    assert_eq!(
        own.post("/api/v1/auth/resend", &json!({})).await.status,
        202
    );
    api.settle().await;
    assert_eq!(api.form(&before, &[], "").await.status, 410);
    let path = link(&api, &right, "Confirm").await;
    assert_eq!(api.form(&path, &[], "").await.status, 200);
    api.settle().await;
    assert_eq!(try_login(&api, &typo, PASSWORD).await.status, 401);
    let own = signed_in(&api, &right).await;
    let shown = me(&own).await.ok();
    assert_eq!(
        (&shown["email"], &shown["state"]),
        (&Value::from(right), &Value::from("active"))
    );
    assert!(listed().await);
}

#[tokio::test]
async fn confirming_ends_the_sessions_of_others_and_offers_a_way_out() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    // A stranger registers with somebody's address and is signed in before it is confirmed.
    let email = fresh("owned");
    register(&api, &email, "Mallory", &["client"]).await;
    let stranger = signed_in(&api, &email).await;
    let path = link(&api, &email, "Confirm").await;
    for _ in 0..2 {
        let page = api.page(&path, "").await;
        assert_eq!(page.status, 200);
        assert!(
            page.text.contains("Mallory") && page.text.contains("This was not me"),
            "{}",
            page.text
        );
    }
    assert_eq!(api.form(&path, &[], "").await.status, 200);
    assert_eq!(
        me(&stranger).await.status,
        401,
        "the stranger's session has ended"
    );
    assert_eq!(api.form(&path, &[], "").await.status, 410);
    // The owner learns of it and closes the account to the stranger.
    let stranger = signed_in(&api, &email).await;
    let out = link(&api, &email, "was confirmed").await;
    assert!(api.page(&out, "").await.text.contains("Mallory"));
    assert_eq!(api.form(&out, &[], "").await.status, 200);
    assert_eq!(me(&stranger).await.status, 401);
    assert_eq!(try_login(&api, &email, PASSWORD).await.status, 401);
    // Who does not want the account at all says so before confirming.
    let email = fresh("refused");
    register(&api, &email, "Mallory", &["client"]).await;
    let path = link(&api, &email, "Confirm").await;
    let answer = api.form(&path, &[("not_me", "1")], "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        one::<i64>(
            &server,
            &format!("select count(*) from identity.account where email_canonical = '{email}'")
        )
        .await,
        0
    );
    // Confirmed in the browser that registered: it stays signed in, under another token.
    let email = fresh("same");
    register(&api, &email, "Same", &["client"]).await;
    let cookie = api.cookie(&email, PASSWORD).await;
    let path = link(&api, &email, "Confirm").await;
    let answer = api.form(&path, &[], &cookie).await;
    let set = answer.header("set-cookie").to_owned();
    assert!(
        set.starts_with("__Host-guildhall=") && !set.starts_with(&cookie),
        "{set}"
    );
    let now = set.split(';').next().unwrap_or("");
    assert_eq!(api.page("/account", now).await.status, 200);
    assert_eq!(api.page("/account", &cookie).await.status, 303);
    assert!(api.mails(&email).await.iter().all(|m| {
        !m["subject"]
            .as_str()
            .unwrap_or("")
            .contains("was confirmed")
    }));
}

#[tokio::test]
async fn an_address_moves_when_the_new_one_is_confirmed_and_comes_back() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let (before, after) = (fresh("before"), fresh("after"));
    let own = confirmed(&api, &before, "Mover", &["client"]).await;
    let ask = |email: &str, password: &str| json!({"email": email, "current_password": password});
    let wrong = own
        .call("account.change_email", "", ask(&after, "not the password"))
        .await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    assert_eq!(wrong.pointers(), ["/current_password"]);
    let taken = own
        .call(
            "account.change_email",
            "",
            ask("client@demo.test", PASSWORD),
        )
        .await;
    let free = own
        .call("account.change_email", "", ask(&after, PASSWORD))
        .await;
    assert_eq!(
        (taken.status, &taken.text),
        (202, &free.text),
        "a taken address is not told"
    );
    api.settle().await;
    assert_eq!(try_login(&api, &after, PASSWORD).await.status, 401);
    assert_eq!(me(&own).await.ok()["email"], Value::from(before.clone()));
    let path = link(&api, &after, "Confirm your new").await;
    assert_eq!(api.form(&path, &[], "").await.status, 200);
    assert_eq!(try_login(&api, &before, PASSWORD).await.status, 401);
    let moved = signed_in(&api, &after).await;
    // Somebody takes the old address meanwhile, unconfirmed: it still comes back.
    register(&api, &before, "Squatter", &["client"]).await;
    api.advance(70 * 3_600).await;
    let undo = link(&api, &before, "was changed").await;
    assert_eq!(api.page(&undo, "").await.status, 200);
    assert_eq!(api.form(&undo, &[], "").await.status, 200);
    assert_eq!(me(&moved).await.status, 401);
    assert_eq!(try_login(&api, &after, PASSWORD).await.status, 401);
    assert_eq!(try_login(&api, &before, PASSWORD).await.status, 200);
    let reset = link(&api, &before, "Your address is back").await;
    let answer = api
        .post(
            "/api/v1/auth/reset",
            &json!({"token": token(&reset), "password": "another harbour 77 stones"}),
        )
        .await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    assert_eq!(
        try_login(&api, &before, "another harbour 77 stones")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_way_back_ends_after_three_days() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let (before, after) = (fresh("early"), fresh("late"));
    let own = confirmed(&api, &before, "Mover", &["client"]).await;
    let _ = own
        .call(
            "account.change_email",
            "",
            json!({"email": after, "current_password": PASSWORD}),
        )
        .await;
    api.settle().await;
    let path = link(&api, &after, "Confirm your new").await;
    assert_eq!(api.form(&path, &[], "").await.status, 200);
    let undo = link(&api, &before, "was changed").await;
    api.advance(73 * 3_600).await;
    assert_eq!(api.form(&undo, &[], "").await.status, 410);
    assert_eq!(try_login(&api, &after, PASSWORD).await.status, 200);
}
