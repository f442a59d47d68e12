//! What was half written.

use super::{publish, world};
use serde_json::json;
use testkit::MARKET;

#[tokio::test]
async fn a_form_half_written_is_there_again() {
    let (server, client, one, _) = world().await;
    let api = server.api().await;
    let cookie = api.cookie(&client.email, testkit::party::PASSWORD).await;
    let save = format!("/w/{MARKET}/drafts/project");
    let fields = [
        ("title", "Half a thou"),
        ("skills", "rust"),
        ("questions.0.text", "Why you?"),
    ];
    assert_eq!(api.form(&save, &fields, &cookie).await.status, 204);
    // Another browser.
    let cookie = api.cookie(&client.email, testkit::party::PASSWORD).await;
    let new = format!("/w/{MARKET}/projects/new");
    let page = api.page(&new, &cookie).await;
    assert!(
        page.text.contains("Half a thou") && page.text.contains("Why you?"),
        "{}",
        page.text
    );
    let foreign = api.cookie(&one.email, testkit::party::PASSWORD).await;
    assert_eq!(api.page(&new, &foreign).await.status, 403);
    assert!(
        api.form(&format!("{save}/discard"), &[], &cookie)
            .await
            .status
            < 400
    );
    assert!(!api.page(&new, &cookie).await.text.contains("Half a thou"));

    let project = publish(&client, json!({})).await;
    let save = format!("/w/{MARKET}/drafts/proposal/{project}");
    assert_eq!(
        api.form(&save, &[("cover_letter", "I would begin")], &foreign)
            .await
            .status,
        204
    );
    let page = api
        .page(
            &format!("/w/{MARKET}/projects/{project}/proposals/new"),
            &foreign,
        )
        .await;
    assert!(page.text.contains("I would begin"), "{}", page.text);
}
