//! Passwords: hashes from elsewhere, keys that change, many sign-ins at once.

use super::{PASSWORD, confirmed, fresh, link, me, one, register, run, token, try_login};
use crate::BIN;
use serde_json::json;
use testkit::{DEMO_PASSWORD, Setup};

/// `purple-harbour-29`, by libxcrypt and by Python's hashlib.
const BCRYPT: &str = include_str!("../../../../crates/identity/src/password/legacy/bcrypt.txt");
const PBKDF2: &str = include_str!("../../../../crates/identity/src/password/legacy/pbkdf2.txt");

#[tokio::test]
async fn a_hash_from_elsewhere_is_good_once_and_becomes_ours() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let read =
        "select password_hash from identity.account where email_canonical = 'client@demo.test'";
    for legacy in [BCRYPT.trim(), PBKDF2.trim()] {
        run(&server, &format!("update identity.account set password_hash = '{legacy}' where email_canonical = 'client@demo.test'")).await;
        let wrong = try_login(&api, "client@demo.test", DEMO_PASSWORD).await;
        assert_eq!(wrong.refused(401), "invalid_credentials");
        assert_eq!(one::<String>(&server, read).await, legacy);
        let right = try_login(&api, "client@demo.test", "purple-harbour-29").await;
        assert_eq!(right.status, 200, "{}", right.text);
        let now: String = one(&server, read).await;
        assert!(now.starts_with("$argon2id$v=19$m="), "{now}");
        let again = try_login(&api, "client@demo.test", "purple-harbour-29").await;
        assert_eq!(again.status, 200, "{}", again.text);
    }
    for unknown in [
        "$1$abc$def",
        "plain",
        "$2b$04$abcdefghijklmnopqrstuu2F.IKdVI2w4.f71Plio1lznmDW2ubR2",
    ] {
        run(&server, &format!("update identity.account set password_hash = '{unknown}' where email_canonical = 'client@demo.test'")).await;
        let refused = try_login(&api, "client@demo.test", "purple-harbour-29").await;
        let essence = refused.essence();
        assert_eq!(refused.refused(401), "invalid_credentials", "{unknown}");
        let ghost = try_login(&api, "nobody@demo.test", "purple-harbour-29").await;
        assert_eq!(ghost.essence(), essence, "{unknown}");
    }
}

#[tokio::test]
async fn two_hundred_sign_ins_at_once_are_done_or_told_to_come_back() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let asked: Vec<_> = (0..200)
        .map(|n| {
            let api = api.clone();
            let email = ["client", "client2", "freelancer", "freelancer2", "owner"][n % 5];
            tokio::spawn(async move {
                try_login(&api, &format!("{email}@demo.test"), DEMO_PASSWORD).await
            })
        })
        .collect();
    let (mut done, mut busy) = (0, 0);
    for task in asked {
        let answer = task.await.expect("an answer");
        match answer.status {
            200 => done += 1,
            503 => {
                assert!(!answer.header("retry-after").is_empty());
                busy += 1;
            }
            other => panic!("{other} {}", answer.text),
        }
    }
    assert!(done > 0, "{done} done, {busy} busy");
}

#[tokio::test]
async fn what_was_made_under_an_earlier_key_still_works() {
    const OLD: &str = "kq3VnW8rTz5YpL1cXs9Hb2GdJf6MxA7u";
    const NEW: &str = "Zr7PwE2qLm9TnV4yKc8Js1HdXb6GfA3o";
    let mut server = Setup::of(BIN)
        .demo()
        .with("GUILDHALL_SECRET_KEY", OLD)
        .start()
        .await;
    let api = server.api().await;
    api.raise_limits().await;
    let own = confirmed(&api, &fresh("kept"), "Kept", &["client"]).await;
    let email = fresh("rotated");
    register(&api, &email, "Rotated", &["client"]).await;
    // Two wrong tries, so that the next sign-in by a browser carries a mark of ours.
    for _ in 0..2 {
        let _ = try_login(&api, "client@demo.test", "wrong wrong wrong").await;
    }
    let entered = api
        .form(
            "/login",
            &[("email", "client@demo.test"), ("password", DEMO_PASSWORD)],
            "",
        )
        .await;
    let cookies: Vec<String> = entered
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|v| Some(v.to_str().ok()?.split(';').next()?.to_owned()))
        .collect();
    server.set("GUILDHALL_SECRET_KEY", NEW);
    server.set("GUILDHALL_SECRET_KEY_OLD", OLD);
    server.restart().await;
    assert_eq!(me(&own).await.status, 200);
    let told = api.page("/signed-in", &cookies.join("; ")).await;
    assert!(told.text.contains("2 failed attempts"), "{}", told.text);
    // A mail queued under the old key carries the token whose hash is kept.
    let path = link(&api, &email, "Confirm").await;
    let answer = api
        .post("/api/v1/auth/verify", &json!({"token": token(&path)}))
        .await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    assert_eq!(try_login(&api, &email, PASSWORD).await.status, 200);
}
