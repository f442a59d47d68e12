//! Mail leaves by a real mail server, with both parts, in the reader's language, once.

use crate::BIN;
use serde_json::json;
use std::time::Duration;
use testkit::{Api, Party, Server, Setup, SmtpSink, smtp::Received, unique};

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
        // Another one tells that the address was confirmed from a browser not signed in.
        let with_link = sink
            .to(&email)
            .iter()
            .filter(|m| m.text().contains(token))
            .count();
        assert_eq!(with_link, 1, "one mail with the link");
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

/// A server with a mail server behind it, a project of the demo client, and a way to cause one
/// notice to that client.
async fn told() -> (SmtpSink, Server, Api, Party, String) {
    let sink = SmtpSink::start().await;
    let server = Setup::of(BIN)
        .demo()
        .with("GUILDHALL_SMTP_URL", &sink.url)
        .start()
        .await;
    let api = server.api().await;
    api.raise_limits().await;
    let client = Party::demo(&server, "client").await;
    let project = client.post_project("Mail me").await;
    api.settle().await;
    (sink, server, api, client, project)
}

/// A fresh freelancer proposes: one notice to the client.
async fn propose(api: &Api, project: &str) -> Party {
    let freelancer = Party::register(api, "Mailer", &["freelancer"], "ar").await;
    let _ = freelancer.propose(project, &[60_000]).await;
    api.settle().await;
    freelancer
}

#[tokio::test]
async fn an_address_that_is_refused_is_flagged_and_can_be_mended() {
    let (sink, server, api, client, project) = told().await;
    let address = "client@demo.test";
    sink.bounce(address, true);
    let before = sink.asked(address);
    let _ = propose(&api, &project).await;
    for _ in 0..50 {
        if sink.asked(address) > before {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(sink.asked(address), before + 1, "one attempt");
    // The next notice is not even tried.
    let _ = propose(&api, &project).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(sink.asked(address), before + 1, "no further sends");
    // The person sees it on every page, with a way to mend it.
    let cookie = api.cookie(address, testkit::DEMO_PASSWORD).await;
    let page = api.page("/w/atelier", &cookie).await;
    assert!(
        page.text.contains("/w/atelier/notifications/address"),
        "a banner"
    );
    let page = api.page("/w/atelier/notifications/address", &cookie).await;
    assert!(page.text.contains(address), "{}", page.text);
    // Nobody else sees it.
    let other = api
        .cookie("client2@demo.test", testkit::DEMO_PASSWORD)
        .await;
    assert!(
        !api.page("/w/atelier", &other)
            .await
            .text
            .contains("/notifications/address")
    );
    sink.bounce(address, false);
    let answer = api
        .form("/w/atelier/notifications/address", &[], &cookie)
        .await;
    assert!(
        answer.status == 303 || answer.status == 200,
        "{}",
        answer.status
    );
    let _ = propose(&api, &project).await;
    let mails = wait_for(&sink, address, 1).await;
    assert_eq!(mails.len(), 1);
    assert!(
        !api.page("/w/atelier", &cookie)
            .await
            .text
            .contains("/notifications/address")
    );
    drop(client);
    server.check();
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}

#[tokio::test]
async fn one_click_ends_a_kind_of_mail() {
    let (sink, server, api, client, project) = told().await;
    let address = "client@demo.test";
    let freelancer = propose(&api, &project).await;
    let mail = wait_for(&sink, address, 1).await.remove(0);
    assert_eq!(
        mail.header("list-unsubscribe-post"),
        "List-Unsubscribe=One-Click"
    );
    let link = mail.header("list-unsubscribe");
    let link = link.trim_matches(['<', '>']).to_owned();
    assert!(link.starts_with(&server.url), "{link}");
    // Mail about the account has no such header.
    let own = wait_for(&sink, &freelancer.email, 1).await.remove(0);
    assert_eq!(own.header("list-unsubscribe"), "", "{}", own.data);
    // Looking changes nothing; the mail program's post does, without cookie or origin.
    let http = reqwest::Client::new();
    assert_eq!(http.get(&link).send().await.expect("a page").status(), 200);
    let posted = http
        .post(&link)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("List-Unsubscribe=One-Click")
        .send()
        .await
        .expect("an answer");
    assert_eq!(posted.status(), 200);
    assert_eq!(
        http.post(link.replace("proposal_received", "offer_accepted"))
            .send()
            .await
            .expect("an answer")
            .status(),
        404,
        "only what was signed"
    );
    let set = client
        .api
        .get("/api/v1/w/atelier/notifications/preferences")
        .await
        .ok();
    let kind = |kind: &str| {
        set["preferences"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|p| p["kind"] == kind)
            .cloned()
            .unwrap_or_default()
    };
    assert_eq!(kind("proposal_received")["mail"], false);
    assert_eq!(kind("proposal_received")["in_app"], true);
    assert_eq!(kind("offer_accepted")["mail"], true);
    let count = async || {
        client
            .api
            .get("/api/v1/w/atelier/notifications?limit=1")
            .await
            .body["page"]["total"]
            .as_i64()
            .unwrap_or(0)
    };
    let before = count().await;
    let _ = propose(&api, &project).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(sink.to(address).len(), 1, "no mail");
    assert_eq!(count().await, before + 1, "the notice stays");
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}

#[tokio::test]
async fn equal_notices_are_one_entry_and_one_kind_can_be_off() {
    let (_sink, server, api, client, project) = told().await;
    let freelancer = propose(&api, &project).await;
    for n in 0..20 {
        let change = json!({"description": format!("Words, version {n}.")});
        let _ = client
            .api
            .call("project.update", &project, change)
            .await
            .ok();
    }
    api.settle().await;
    let rows = freelancer
        .api
        .get("/api/v1/w/atelier/notifications")
        .await
        .body;
    let edited: Vec<_> = rows["data"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|r| r["kind"] == "project_edited")
        .collect();
    assert_eq!(edited.len(), 1, "{rows}");
    assert_eq!(edited[0]["repeats"], 20);
    assert_eq!(edited[0]["about"], "projects");
    // The filter by type, and the count of the unread, agree with the list.
    for (about, count) in [("projects", 1), ("money", 0)] {
        let rows = freelancer
            .api
            .get(&format!("/api/v1/w/atelier/notifications?about={about}"))
            .await
            .body;
        assert_eq!(rows["page"]["total"], count, "{about}");
    }
    // Switched off: neither the entry nor its count grows.
    let off = json!({"preferences": [{"kind": "project_edited", "in_app": false, "mail": false}]});
    let _ = freelancer
        .api
        .send(
            "PUT",
            "/api/v1/w/atelier/notifications/preferences",
            &off,
            &[("if-match", "\"0\"")],
        )
        .await
        .ok();
    let _ = client
        .api
        .call(
            "project.update",
            &project,
            json!({"description": "Once more."}),
        )
        .await
        .ok();
    api.settle().await;
    let rows = freelancer
        .api
        .get("/api/v1/w/atelier/notifications?about=projects")
        .await
        .body;
    assert_eq!(rows["data"][0]["repeats"], 20);
    // What keeps an account safe has no switch.
    let security =
        json!({"preferences": [{"kind": "security_new_device", "in_app": false, "mail": false}]});
    let refused = freelancer
        .api
        .send(
            "PUT",
            "/api/v1/w/atelier/notifications/preferences",
            &security,
            &[("if-match", "\"1\"")],
        )
        .await;
    assert_eq!(refused.status, 422);
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}

#[tokio::test]
async fn links_ignore_the_host_of_the_request_and_mail_outlives_a_moved_clock() {
    let (sink, server, api, _client, _project) = told().await;
    let email = format!("{}@example.test", unique());
    let body = json!({"email": email, "password": testkit::party::PASSWORD, "display_name": "Host", "locale": "ar", "accept_terms": true, "roles": ["client"]});
    let forged = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
    ];
    let answer = api
        .send("POST", "/api/v1/w/atelier/auth/register", &body, &forged)
        .await;
    if answer.status != 202 {
        // Refused at the door is as good; the same without the forged host is taken.
        assert_eq!(answer.status, 421, "{}", answer.text);
        let forged = [("x-forwarded-host", "evil.example")];
        assert_eq!(
            api.send("POST", "/api/v1/w/atelier/auth/register", &body, &forged)
                .await
                .status,
            202
        );
    }
    let mail = wait_for(&sink, &email, 1).await.remove(0);
    let text = mail.text();
    assert!(
        text.contains(&server.url) && !text.contains("evil.example"),
        "{text}"
    );
    assert!(text.contains("dir=\"rtl\""), "{text}");
    api.settle().await;
    let database = server.database().await;
    let left = async || {
        let mut tx = database.begin_system(None).await.expect("the system");
        let left: i64 =
            sqlx::query_scalar("select count(*) from notify.mail where state in ('sent', 'dead')")
                .fetch_one(&mut *tx)
                .await
                .expect("a count");
        tx.commit().await.expect("commit");
        left
    };
    let before = left().await;
    assert!(before > 0);
    // It is forgotten after thirty days of real time: who moves the clock still finds it.
    api.advance(40 * 86_400).await;
    assert!(
        left().await >= before,
        "kept however far the clock is moved"
    );
}
