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
        // Neither who is unknown nor who brought what is told by the time.
        for email in [
            "client@demo.test",
            "freelancer@demo.test",
            "ghost@demo.test",
        ] {
            let begun = std::time::Instant::now();
            let wrong = try_login(&api, email, "wrong again and again").await;
            assert_eq!(wrong.refused(401), "invalid_credentials");
            assert!(begun.elapsed().as_millis() >= 1_200, "{email}");
        }
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
async fn a_stranger_does_not_keep_the_owner_from_a_new_password() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let email = fresh("guessed");
    let mut own = confirmed(&api, &email, "Guessed", &["client"]).await;
    for _ in 0..5 {
        let _ = try_login(&api, &email, "wrong again and again").await;
    }
    assert_eq!(try_login(&api, &email, PASSWORD).await.status, 429);
    let change = |from: &str, to: &str| json!({"current_password": from, "password": to, "keep_others": false});
    let changed = own
        .call(
            "password.change",
            "",
            change(PASSWORD, "another harbour 77"),
        )
        .await
        .ok();
    own.token = changed["access_token"].as_str().map(str::to_owned);
    // Guesses in a session are counted too.
    for _ in 0..5 {
        let wrong = own
            .call(
                "password.change",
                "",
                change(PASSWORD, "another harbour 78"),
            )
            .await;
        assert_eq!(wrong.status, 422, "{}", wrong.text);
    }
    let locked = own
        .call(
            "password.change",
            "",
            change("another harbour 77", "another harbour 78"),
        )
        .await;
    assert_eq!(locked.refused(429), "too_many_attempts");
    // A new password by mail ends both locks, and no browser is known any more.
    let _ = api
        .post("/api/v1/auth/forgot", &json!({"email": email}))
        .await;
    api.settle().await;
    let path = link(&api, &email, "password").await;
    let known = format!(
        "select count(*) from identity.device d join identity.account a on a.id = d.account_id where a.email_canonical = '{email}'"
    );
    run(&server, &format!("insert into identity.device (account_id, token_hash, created_at) select id, 'x', created_at from identity.account where email_canonical = '{email}'")).await;
    let body = json!({"token": token(&path), "password": PASSWORD});
    assert_eq!(api.post("/api/v1/auth/reset", &body).await.status, 204);
    assert_eq!(one::<i64>(&server, &known).await, 0);
    let own = super::signed_in(&api, &email).await;
    let changed = own
        .call(
            "password.change",
            "",
            change(PASSWORD, "another harbour 79"),
        )
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text);
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

#[tokio::test]
async fn each_lock_is_twice_as_long_as_the_one_before_also_after_a_success() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let guess = async |password: &str| {
        let body = json!({"email": "client@demo.test", "password": password});
        api.send("POST", "/api/v1/auth/login", &body, &[]).await
    };
    for seconds in [900, 1_800] {
        for _ in 0..4 {
            assert_eq!(guess("wrong again and again").await.status, 401);
        }
        let _ = guess("wrong again and again").await;
        let locked = guess(testkit::DEMO_PASSWORD).await;
        assert_eq!(locked.status, 429, "{}", locked.text);
        let wait: i64 = locked.header("retry-after").parse().expect("seconds");
        assert!(
            (seconds - 60..=seconds).contains(&wait),
            "{wait} of {seconds}"
        );
        api.advance(seconds + 60).await;
        assert_eq!(guess(testkit::DEMO_PASSWORD).await.status, 200);
    }
}
