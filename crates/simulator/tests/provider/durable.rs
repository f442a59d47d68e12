use std::io::Write as _;

use reqwest::Method;
use serde_json::json;

use crate::support::{GOOD, Provider, SECRET, payment, text, uuid};

#[tokio::test]
async fn a_restart_keeps_all_and_a_torn_line_is_cut_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = folder.path().join("journal.jsonl");
    let provider = Provider::start(folder.path()).await;
    provider.clock("2030-01-01T00:00:00Z").await;
    let card = provider.card(GOOD).await;
    let body = payment(&card, 500);
    let key = uuid();
    let call = |provider: Provider| {
        let (key, body) = (key.clone(), body.clone());
        async move {
            let answer = provider
                .call(Method::POST, "/v1/payments", Some(&key), Some(body))
                .await;
            (provider, answer)
        }
    };
    let (provider, made) = call(provider).await;
    provider.next("decline").await;
    provider.flush().await;
    provider.stop().await;
    let whole = std::fs::metadata(&journal).expect("journal").len();

    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(&journal)
        .expect("journal");
    file.write_all(br#"[{"op":"clock","now":"20"#)
        .expect("torn line");
    drop(file);

    let provider = Provider::start(folder.path()).await;
    assert_eq!(std::fs::metadata(&journal).expect("journal").len(), whole);
    let (provider, again) = call(provider).await;
    assert_eq!(again, made);
    let now = provider.get("/control/clock").await;
    assert_eq!(now["now"], "2030-01-01T00:00:00Z");
    assert_eq!(provider.pay(&card, 500).await["status"], "failed");
    provider.flush().await;
    // What had been delivered before the restart is not delivered again.
    assert_eq!(provider.inbox.types(), ["payment.failed"]);
    provider.stop().await;
}

#[tokio::test]
async fn undelivered_events_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let card = provider.card(GOOD).await;
    provider.inbox.refuse(u32::MAX);
    provider.pay(&card, 500).await;
    provider.stop().await;
    let provider = Provider::start(folder.path()).await;
    assert_eq!(provider.flush().await["pending"], 0);
    assert_eq!(provider.inbox.types(), ["payment.succeeded"]);
    provider.stop().await;
}

#[tokio::test]
async fn a_damaged_journal_is_not_used() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("journal.jsonl"), "nonsense\n[]\n").expect("journal");
    let config = simulator::Config::new(folder.path(), SECRET);
    let fault = simulator::serve(config, |_| {}, std::future::pending())
        .await
        .expect_err("a refusal");
    assert!(fault.to_string().contains("line 1"), "{fault}");
    let config = simulator::Config::new(folder.path(), "");
    assert!(
        simulator::serve(config, |_| {}, std::future::pending())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn card_numbers_are_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let provider = Provider::start(folder.path()).await;
    let made = provider
        .post(
            "/v1/payment_methods",
            json!({"number": "4242 4242 4242 4242",
            "exp_month": "1", "exp_year": "2099", "cvc": "987"}),
        )
        .await;
    assert_eq!(made["last4"], "4242");
    let path = format!("/v1/payment_methods/{}", text(&made, "/id"));
    assert_eq!(provider.get(&path).await, made);
    let (status, answer) = provider
        .call(
            Method::POST,
            "/v1/payment_methods",
            None,
            Some(
                json!({"number": {"4242424242424242": 1}, "exp_month": 1, "exp_year": 2099,
                "cvc": "987"}),
            ),
        )
        .await;
    assert_eq!(status, 422);
    assert!(!answer.to_string().contains("4242"));
    let journal = std::fs::read_to_string(folder.path().join("journal.jsonl")).expect("journal");
    assert!(!journal.contains("42424242") && !journal.contains("987"));
    assert_eq!(journal.lines().count(), 1);
    provider.stop().await;
}
