//! What mail and receipts tell, and for how long.

use super::{DAY, act, two, world};
use serde_json::{Value, json};
use testkit::Deal;

#[tokio::test]
async fn a_jump_of_the_clock_loses_no_mail() {
    let server = world().await;
    let (client, _) = two(&server).await;
    let api = server.api().await;
    let before = api.mails(&client.email).await.len();
    assert!(before > 0, "the mail that confirms the address");
    api.advance(40 * DAY).await;
    assert!(api.mails(&client.email).await.len() >= before);
}

#[tokio::test]
async fn the_first_sign_off_tells_the_other_when_silence_counts() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[20_000]).await;
    deal.finish(&deal.milestones[0]).await;
    let _ = deal.client.sign_off(&deal.contract).await.ok();
    deal.client.api.settle().await;
    let closes = deal.client.contract(&deal.contract).await["closes_at"].clone();
    let at = closes.as_str().expect("a time");
    let (year, minute) = (&at[..4], &at[11..16]);
    let mails = deal.freelancer.api.mails(&deal.freelancer.email).await;
    let mail = mails
        .iter()
        .find(|m| {
            m["subject"]
                .as_str()
                .is_some_and(|s| s.contains("signed off"))
        })
        .unwrap_or_else(|| panic!("a mail about the sign-off: {mails:?}"));
    let text = mail["text"].as_str().expect("words");
    assert!(
        text.contains(&format!("{year}, {minute} UTC")),
        "{at} in {text}"
    );
}

#[tokio::test]
async fn the_author_learns_that_a_proposal_was_opened() {
    let server = world().await;
    let (client, freelancer) = two(&server).await;
    let viewed = async |id: &str| {
        let shown = act(&freelancer, "proposal.show", id).await.ok();
        !shown["viewed_at"].is_null()
    };
    for operation in [
        "proposal.receipt",
        "proposal.shortlist",
        "proposal.decline",
        "offer.send",
    ] {
        let project = client.post_project("Something to read").await;
        let proposal = freelancer.propose(&project, &[50_000]).await;
        let _ = act(&client, "proposal.show", &proposal).await.ok();
        assert!(!viewed(&proposal).await, "reading by API changes nothing");
        let version = act(&freelancer, "proposal.show", &proposal).await.ok()["version"].clone();
        let _ = client.api.call(operation, &proposal, json!({})).await.ok();
        assert!(viewed(&proposal).await, "{operation}");
        if operation == "proposal.receipt" {
            let again = act(&freelancer, "proposal.show", &proposal).await.ok();
            assert_eq!(again["version"], version, "a reader refuses no edit");
            assert_eq!(
                freelancer
                    .api
                    .call(operation, &proposal, Value::Null)
                    .await
                    .status,
                403
            );
        }
    }
}
