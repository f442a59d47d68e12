//! A proposal that is being written is kept, by API and by page alike.

use super::{act, page, two, world};
use serde_json::{Value, json};
use testkit::party::usd;

#[tokio::test]
async fn a_draft_may_be_incomplete_and_goes_when_it_is_sent() {
    let server = world().await;
    let (client, freelancer) = two(&server).await;
    let project = client.post_project("Much to write about").await;
    let none = act(&freelancer, "proposal.show_draft", &project).await;
    assert_eq!(none.status, 404, "{}", none.text);
    let body = json!({"bid": usd(50_000), "cover_letter": "So far so good",
        "milestones": [{"title": "First half"}, {"amount": usd(20_000)}]});
    let kept = freelancer
        .api
        .call("proposal.save_draft", &project, body)
        .await
        .ok();
    assert_eq!(
        (&kept["bid"], &kept["duration_days"]),
        (&usd(50_000), &Value::Null)
    );
    let again = act(&freelancer, "proposal.show_draft", &project).await.ok();
    assert_eq!(again["milestones"][0]["title"], "First half");
    assert_eq!(again["milestones"][1]["amount"], usd(20_000));
    assert!(again["saved_at"].is_string());
    let form = page(&freelancer, &format!("/projects/{project}/proposals/new")).await;
    assert!(
        form.text.contains("So far so good"),
        "the page goes on with it"
    );
    let eur = json!({"bid": {"amount_minor": 100, "currency": "EUR"}});
    let foreign = freelancer
        .api
        .call("proposal.save_draft", &project, eur)
        .await;
    assert_eq!(
        (foreign.status, foreign.pointers()),
        (422, vec!["/bid/currency"])
    );
    // Nobody else sees it, and what is incomplete cannot be sent.
    assert_eq!(
        act(&client, "proposal.show_draft", &project).await.status,
        404
    );
    let sent = freelancer
        .api
        .call(
            "proposal.submit",
            &project,
            json!({"cover_letter": "So far so good"}),
        )
        .await;
    assert_eq!(sent.status, 422, "{}", sent.text);
    freelancer.propose(&project, &[50_000]).await;
    assert_eq!(
        act(&freelancer, "proposal.show_draft", &project)
            .await
            .status,
        404
    );
    let _ = freelancer
        .api
        .call(
            "proposal.save_draft",
            &project,
            json!({"cover_letter": "Once more"}),
        )
        .await
        .ok();
    let gone = act(&freelancer, "proposal.discard_draft", &project).await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    assert_eq!(
        act(&freelancer, "proposal.show_draft", &project)
            .await
            .status,
        404
    );
}
