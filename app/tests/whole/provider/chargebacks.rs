//! Chargebacks to their end: won, lost while money is held, lost after it was paid out.

use super::{finance, world};
use serde_json::{Value, json};
use testkit::{Deal, Party, Server};

/// A deal whose payer's card is disputed a week after the charge.
async fn disputed(server: &Server, minor: i64) -> Deal {
    let api = server.api().await;
    let client = Party::register(&api, "Disa", &["client"], "en").await;
    let freelancer = Party::register(&api, "Frida", &["freelancer"], "en").await;
    client.attach_card("4000000000000259").await;
    Deal::between(&client, &freelancer, &[minor]).await
}

/// The chargebacks of Disa, as staff see them.
async fn seen(staff: &Party) -> Value {
    let staff = staff.again().await;
    let all = staff.api.list("chargeback.list", "").await;
    all.first().cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_won_dispute_frees_what_was_held() {
    let server = world().await;
    let api = server.api().await;
    let staff = finance(&server).await;
    let deal = disputed(&server, 30_000).await;
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    api.settle().await;
    api.advance(5 * 86_400).await;
    let (client, freelancer) = (deal.client.again().await, deal.freelancer.again().await);
    let delivery = freelancer.deliver(&deal.milestones[0], &[]).await;
    let _ = client.approve(&delivery).await.ok();
    // Disputed on the seventh day, held past the tenth.
    api.advance(10 * 86_400).await;
    let freelancer = freelancer.again().await;
    let pending = freelancer.balance("pending").await;
    assert!(pending > 0 && freelancer.balance("available").await == 0);
    let holds = freelancer.api.list("wallet.holds", "").await;
    assert_eq!(holds[0]["state"], "held", "{holds:?}");
    assert!(
        freelancer
            .notices()
            .await
            .contains(&"chargeback_held".to_owned())
    );
    assert_eq!(seen(&staff).await["state"], "open");
    server.check();
    api.provider_next("win_dispute", 1).await;
    api.settle().await;
    let freelancer = freelancer.again().await;
    assert_eq!(seen(&staff).await["state"], "won");
    assert_eq!(
        (
            freelancer.balance("pending").await,
            freelancer.balance("available").await
        ),
        (0, pending)
    );
    assert!(
        freelancer
            .notices()
            .await
            .contains(&"chargeback_released".to_owned())
    );
    server.check();
}

#[tokio::test]
async fn a_lost_dispute_takes_what_is_held() {
    let server = world().await;
    let api = server.api().await;
    let staff = finance(&server).await;
    let deal = disputed(&server, 30_000).await;
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    api.settle().await;
    api.advance(5 * 86_400).await;
    let (client, freelancer) = (deal.client.again().await, deal.freelancer.again().await);
    let delivery = freelancer.deliver(&deal.milestones[0], &[]).await;
    let _ = client.approve(&delivery).await.ok();
    api.provider_next("lose_dispute", 1).await;
    api.advance(3 * 86_400).await;
    let freelancer = freelancer.again().await;
    assert_eq!(
        (
            freelancer.balance("pending").await,
            freelancer.balance("available").await
        ),
        (0, 0)
    );
    let chargeback = seen(&staff).await;
    assert_eq!(
        (
            &chargeback["state"],
            &chargeback["debt"]["amount_minor"],
            &chargeback["outstanding"]["amount_minor"]
        ),
        (&json!("lost"), &json!(0), &json!(0))
    );
    let holds = freelancer.api.list("wallet.holds", "").await;
    assert_eq!(holds[0]["state"], "taken", "{holds:?}");
    server.check();
}

#[tokio::test]
async fn what_was_paid_out_is_owed_and_recovered_from_later_earnings() {
    let server = world().await;
    let api = server.api().await;
    let staff = finance(&server).await;
    let deal = disputed(&server, 30_000).await;
    deal.finish(&deal.milestones[0]).await;
    api.advance(5 * 86_400).await;
    let freelancer = deal.freelancer.again().await;
    let earned = freelancer.balance("available").await;
    assert!(earned > 0, "cleared before the dispute");
    let bank = freelancer.add_bank("12345678").await;
    let _ = freelancer.withdraw(&bank, earned).await.ok();
    api.settle().await;
    api.provider_next("lose_dispute", 1).await;
    api.advance(4 * 86_400).await;
    let chargeback = seen(&staff).await;
    assert_eq!(
        (&chargeback["state"], &chargeback["debt"]["amount_minor"]),
        (&json!("lost"), &json!(earned))
    );
    let freelancer = freelancer.again().await;
    let holds = freelancer.api.list("wallet.holds", "").await;
    assert_eq!(holds[0]["state"], "owed", "{holds:?}");
    server.check();
    // The next earnings go to the debt first.
    let client = Party::register(&api, "Carla", &["client"], "en").await;
    client.attach_card("4242424242424242").await;
    let next = Deal::between(&client, &freelancer, &[50_000]).await;
    next.finish(&next.milestones[0]).await;
    let pending = freelancer.balance("pending").await;
    api.advance(8 * 86_400).await;
    let freelancer = freelancer.again().await;
    assert_eq!(freelancer.balance("available").await, pending - earned);
    assert!(
        freelancer
            .notices()
            .await
            .contains(&"debt_recovered".to_owned())
    );
    server.check();
}

#[tokio::test]
async fn what_lies_in_escrow_is_taken_when_it_is_released() {
    let server = world().await;
    let api = server.api().await;
    let staff = finance(&server).await;
    let deal = disputed(&server, 30_000).await;
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    api.settle().await;
    api.provider_next("lose_dispute", 1).await;
    api.advance(8 * 86_400).await;
    let chargeback = seen(&staff).await;
    assert_eq!(
        chargeback["outstanding"]["amount_minor"], 30_000,
        "{chargeback}"
    );
    server.check();
    let (client, freelancer) = (deal.client.again().await, deal.freelancer.again().await);
    let delivery = freelancer.deliver(&deal.milestones[0], &[]).await;
    let _ = client.approve(&delivery).await.ok();
    api.advance(6 * 86_400).await;
    let freelancer = freelancer.again().await;
    assert_eq!(
        (
            freelancer.balance("pending").await,
            freelancer.balance("available").await
        ),
        (0, 0)
    );
    assert_eq!(seen(&staff).await["outstanding"]["amount_minor"], 0);
    server.check();
}
