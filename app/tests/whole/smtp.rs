//! Mail leaves by a real mail server, with both parts, in the reader's language, once.

use crate::BIN;
use serde_json::json;
use std::time::Duration;
use testkit::{Setup, SmtpSink, smtp::Received, unique};

async fn wait_for(sink: &SmtpSink, address: &str, count: usize) -> Vec<Received> {
    for _ in 0..150 {
        let mails = sink.to(address);
        if mails.len() >= count {
            return mails;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("{count} mails to {address}, not {:?}", sink.to(address))
}

#[tokio::test]
async fn a_registration_is_confirmed_by_a_mail_from_a_real_server() {
    let sink = SmtpSink::start().await;
    let server = Setup::of(BIN)
        .demo()
        .with("GUILDHALL_SMTP_URL", &sink.url)
        .start()
        .await;
    let api = server.api().await;
    api.raise_limits().await;
    for (locale, name) in [("en", "Wanda"), ("ar", "ليلى")] {
        let email = format!("{}@example.test", unique());
        let body = json!({"email": email, "password": testkit::party::PASSWORD, "display_name": name, "locale": locale, "accept_terms": true, "roles": ["client"]});
        assert_eq!(
            api.post("/api/v1/w/atelier/auth/register", &body)
                .await
                .status,
            202
        );
        let mails = wait_for(&sink, &email, 1).await;
        let mail = &mails[0];
        assert!(mail.from.contains('@'), "an envelope's sender");
        for header in [
            "from",
            "to",
            "subject",
            "date",
            "message-id",
            "mime-version",
        ] {
            assert!(!mail.header(header).is_empty(), "{header} in {}", mail.data);
        }
        assert!(
            mail.header("content-type")
                .starts_with("multipart/alternative"),
            "{}",
            mail.header("content-type")
        );
        let text = mail.text();
        assert!(
            text.contains("<html") && text.contains(&server.url),
            "both parts with a link: {text}"
        );
        assert!(
            text.contains(if locale == "ar" {
                "dir=\"rtl\""
            } else {
                "dir=\"ltr\""
            }),
            "in the reader's direction"
        );
        let link = text
            .split_whitespace()
            .find(|w| w.starts_with(&server.url))
            .expect("a link");
        let token = link.rsplit(['/', '=']).next().unwrap_or("");
        let _ = api
            .call("auth.verify", "", json!({"token": token}))
            .await
            .ok();
        // A link works once.
        let again = api.call("auth.verify", "", json!({"token": token})).await;
        assert_eq!(again.status, 410, "{}", again.text);
        assert_eq!(sink.to(&email).len(), 1, "one mail");
    }
    // The same address again: no hint whether it is known, and its owner is told by mail.
    let known = "client@demo.test";
    let body = json!({"email": known, "password": testkit::party::PASSWORD, "display_name": "Eve", "accept_terms": true, "roles": ["client"]});
    assert_eq!(
        api.post("/api/v1/w/atelier/auth/register", &body)
            .await
            .status,
        202
    );
    let mail = &wait_for(&sink, known, 1).await[0];
    assert!(
        !mail.text().contains("Eve"),
        "a stranger's words do not reach the owner: {}",
        mail.text()
    );
    server.check();
}

#[tokio::test]
async fn a_busy_mail_server_gets_the_mail_later_and_once() {
    let sink = SmtpSink::start().await;
    let server = Setup::of(BIN)
        .demo()
        .with("GUILDHALL_SMTP_URL", &sink.url)
        .start()
        .await;
    let api = server.api().await;
    api.raise_limits().await;
    sink.refuse(1);
    let email = format!("{}@example.test", unique());
    let body = json!({"email": email, "password": testkit::party::PASSWORD, "display_name": "Late", "accept_terms": true, "roles": ["client"]});
    assert_eq!(
        api.post("/api/v1/w/atelier/auth/register", &body)
            .await
            .status,
        202
    );
    // The next try is half a minute away: it is brought forward, as time would.
    let database = server.database().await;
    for _ in 0..100 {
        let mut tx = database.begin_system(None).await.expect("the system");
        let waits = sqlx::query("update notify.mail set run_at = created_at where state = 'queued' and last_error is not null").execute(&mut *tx).await.expect("the outbox");
        tx.commit().await.expect("commit");
        if waits.rows_affected() > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    api.settle().await;
    let mails = wait_for(&sink, &email, 1).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(sink.to(&email).len(), 1, "once");
}

#[tokio::test]
async fn names_cannot_add_headers() {
    let sink = SmtpSink::start().await;
    let server = Setup::of(BIN)
        .demo()
        .with("GUILDHALL_SMTP_URL", &sink.url)
        .start()
        .await;
    let api = server.api().await;
    api.raise_limits().await;
    let email = format!("{}@example.test", unique());
    let name = "Eve\r\nBcc: everyone@example.test";
    let body = json!({"email": email, "password": testkit::party::PASSWORD, "display_name": name, "accept_terms": true, "roles": ["client"]});
    let answer = api.post("/api/v1/w/atelier/auth/register", &body).await;
    assert!(matches!(answer.status, 202 | 422), "{}", answer.text);
    if answer.status == 202 {
        let mail = &wait_for(&sink, &email, 1).await[0];
        assert_eq!(mail.to, vec![email], "no other recipient");
        assert!(mail.header("bcc").is_empty(), "{}", mail.data);
    }
    assert!(sink.to("everyone@example.test").is_empty());
}
