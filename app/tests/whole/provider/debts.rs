//! What a lost dispute leaves owed: taken at once from whatever the debtor has, and said in the
//! wallet until it is gone.

use super::world;
use serde_json::json;
use testkit::{Deal, Party};

#[tokio::test]
async fn a_debt_is_taken_at_once_from_what_the_debtor_has() {
    let server = world().await;
    let api = server.api().await;
    let client = Party::register(&api, "Disa", &["client"], "en").await;
    client.attach_card("4000000000000259").await;
    let freelancer = Party::register(&api, "Frida", &["freelancer"], "en").await;
    let deal = Deal::between(&client, &freelancer, &[30_000]).await;
    deal.finish(&deal.milestones[0]).await;
    api.advance(5 * 86_400).await;
    let freelancer = freelancer.again().await;
    let earned = freelancer.balance("available").await;
    let bank = freelancer.add_bank("12345678").await;
    let _ = freelancer.withdraw(&bank, earned).await.ok();
    api.settle().await;
    // Less than the debt, and still in clearance when the dispute is lost.
    let other = Party::register(&api, "Carla", &["client"], "en").await;
    other.attach_card("4242424242424242").await;
    let next = Deal::between(&other, &freelancer, &[10_000]).await;
    next.finish(&next.milestones[0]).await;
    let pending = freelancer.balance("pending").await;
    assert_eq!(pending, 9_500);
    api.provider_next("lose_dispute", 1).await;
    api.advance(4 * 86_400).await;
    let freelancer = freelancer.again().await;
    assert_eq!(
        (
            freelancer.balance("available").await,
            freelancer.balance("pending").await,
            freelancer.balance("owed").await
        ),
        (0, 0, earned - pending)
    );
    assert!(
        freelancer
            .notices()
            .await
            .contains(&"debt_recovered".to_owned())
    );
    let holds = freelancer.api.list("wallet.holds", "").await;
    assert_eq!(
        (&holds[0]["state"], &holds[0]["amount"]["amount_minor"]),
        (&json!("owed"), &json!(earned - pending)),
        "{holds:?}"
    );
    server.check();
}

#[tokio::test]
async fn a_debt_leaves_what_another_dispute_holds() {
    let server = world().await;
    let api = server.api().await;
    let client = Party::register(&api, "Disa", &["client"], "en").await;
    client.attach_card("4000000000000259").await;
    let freelancer = Party::register(&api, "Frida", &["freelancer"], "en").await;
    let gone = Deal::between(&client, &freelancer, &[30_000]).await;
    gone.finish(&gone.milestones[0]).await;
    api.advance(5 * 86_400).await;
    let (client, freelancer) = (client.again().await, freelancer.again().await);
    let owed = freelancer.balance("available").await;
    let bank = freelancer.add_bank("12345678").await;
    let _ = freelancer.withdraw(&bank, owed).await.ok();
    api.settle().await;
    let held = Deal::between(&client, &freelancer, &[20_000]).await;
    held.finish(&held.milestones[0]).await;
    api.advance(8 * 86_400).await;
    let freelancer = freelancer.again().await;
    assert_eq!(freelancer.balance("held").await, 19_000);
    api.provider_next("lose_dispute", 1).await;
    api.settle().await;
    assert_eq!(freelancer.balance("owed").await, owed);
    // What comes from another client goes to the debt; what is held stays for its own dispute.
    let other = Party::register(&api, "Carla", &["client"], "en").await;
    other.attach_card("4242424242424242").await;
    let next = Deal::between(&other, &freelancer, &[10_000]).await;
    next.finish(&next.milestones[0]).await;
    api.advance(6 * 86_400).await;
    let freelancer = freelancer.again().await;
    let sums = async || {
        (
            freelancer.balance("owed").await,
            freelancer.balance("held").await,
            freelancer.balance("available").await,
        )
    };
    assert_eq!(sums().await, (owed - 9_500, 19_000, 0));
    api.provider_next("lose_dispute", 1).await;
    api.settle().await;
    assert_eq!(sums().await, (owed - 9_500, 0, 0));
    server.check();
    // Who owes nothing is told of what became available.
    let freelancer = Party::register(&api, "Farah", &["freelancer"], "en").await;
    let other = other.again().await;
    let free = Deal::between(&other, &freelancer, &[10_000]).await;
    free.finish(&free.milestones[0]).await;
    api.advance(6 * 86_400).await;
    let told = freelancer.again().await.notices().await;
    assert!(told.contains(&"earnings_available".to_owned()), "{told:?}");
}
