//! Chargebacks to their end: won, lost while money is held, lost after it was paid out.

use super::{finance, world};
use serde_json::{Value, json};
use testkit::{
    Deal, Party, Server,
    party::{id, usd},
};

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
    let holds = freelancer.api.list("wallet.holds", "").await;
    assert_eq!(holds[0]["state"], "recovered", "{holds:?}");
    server.check();
}

#[tokio::test]
async fn disputed_money_stays_and_what_comes_back_goes_to_the_debt() {
    let server = world().await;
    let api = server.api().await;
    let staff = finance(&server).await;
    let deal = disputed(&server, 30_000).await;
    deal.finish(&deal.milestones[0]).await;
    api.advance(8 * 86_400).await;
    let freelancer = deal.freelancer.again().await;
    let holds = freelancer.api.list("wallet.holds", "").await;
    let earned = holds[0]["amount"]["amount_minor"].as_i64().unwrap_or(0);
    assert_eq!(
        (&holds[0]["state"], freelancer.balance("available").await),
        (&json!("held"), 0)
    );
    assert_eq!(freelancer.balance("held").await, earned);
    let bank = freelancer.add_bank("12345678").await;
    let refused = freelancer.withdraw(&bank, earned).await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, "insufficient_available"),
        "{}",
        refused.text
    );
    api.provider_next("win_dispute", 1).await;
    api.settle().await;
    assert_eq!(freelancer.balance("available").await, earned);
    server.check();
    // Paid out, lost, and returned by the bank: it is taken from what came back.
    let deal = disputed(&server, 40_000).await;
    deal.finish(&deal.milestones[0]).await;
    api.advance(6 * 86_400).await;
    let freelancer = deal.freelancer.again().await;
    let earned = freelancer.balance("available").await;
    let bank = freelancer.add_bank("12345678").await;
    api.provider_next("return_payout", 1).await;
    let _ = freelancer.withdraw(&bank, earned).await.ok();
    api.settle().await;
    api.provider_next("lose_dispute", 1).await;
    api.advance(5 * 86_400).await;
    assert_eq!(seen(&staff).await["debt"]["amount_minor"], json!(earned));
    let freelancer = freelancer.again().await;
    let payouts = freelancer.api.list("payout.list", "").await;
    assert_eq!(payouts[0]["state"], "returned");
    assert_eq!(freelancer.balance("available").await, 0);
    let holds = freelancer.api.list("wallet.holds", "").await;
    assert_eq!(holds[0]["state"], "recovered", "{holds:?}");
    server.check();
}

#[tokio::test]
async fn a_refund_waits_for_the_dispute_and_is_not_sent_when_it_is_lost() {
    let server = world().await;
    let api = server.api().await;
    let staff = finance(&server).await;
    for (wish, refund, told) in [
        ("win_dispute", "succeeded", true),
        ("lose_dispute", "charged_back", false),
    ] {
        let deal = disputed(&server, 30_000).await;
        let _ = deal.client.fund(&deal.milestones[0]).await.ok();
        api.settle().await;
        api.advance(8 * 86_400).await;
        // Who works for it hears of it, on the contract.
        let freelancer = deal.freelancer.again().await;
        let notices = freelancer.notices().await;
        assert!(notices.contains(&"contract_disputed".to_owned()), "{wish}");
        super::give_back(&deal).await;
        api.settle().await;
        let state = || async {
            let all = staff.again().await.api.list("refund.list", "").await;
            all.first().cloned().unwrap_or_default()["state"].clone()
        };
        assert_eq!(state().await, "approved", "{wish}: it waits");
        api.provider_next(wish, 1).await;
        api.settle().await;
        assert_eq!(state().await, refund, "{wish}");
        let notices = deal.client.again().await.notices().await;
        assert_eq!(notices.contains(&"refund_made".to_owned()), told, "{wish}");
        let chargeback = seen(&staff).await;
        assert_eq!(
            (
                &chargeback["outstanding"]["amount_minor"],
                &chargeback["guarantee"]["amount_minor"]
            ),
            (&json!(0), &json!(0)),
            "{wish}"
        );
        server.check();
    }
}

#[tokio::test]
async fn the_platform_gives_its_fee_up_once() {
    let server = world().await;
    let api = server.api().await;
    let staff = finance(&server).await;
    let deal = disputed(&server, 30_000).await;
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    api.settle().await;
    // A part is approved and clears before the loss; the rest is shared between both after it.
    let part = json!({"message": "The first part", "links": [], "files": [], "part_title": "First", "part_amount": usd(10_000)});
    let share = deal
        .freelancer
        .api
        .call("delivery.share", &deal.milestones[0], part)
        .await
        .ok();
    let _ = deal
        .client
        .api
        .call("delivery.approve_part", &id(&share), Value::Null)
        .await
        .ok();
    api.advance(6 * 86_400).await;
    api.provider_next("lose_dispute", 1).await;
    api.advance(2 * 86_400).await;
    assert_eq!(
        seen(&staff).await["outstanding"]["amount_minor"],
        json!(20_000)
    );
    let both =
        json!([{"milestone_id": deal.milestones[0], "outcome": "split", "release": usd(8_000)}]);
    super::settle_by(&deal, both).await;
    api.settle().await;
    server.check();
    api.advance(6 * 86_400).await;
    let chargeback = seen(&staff).await;
    assert_eq!(
        (
            &chargeback["outstanding"]["amount_minor"],
            &chargeback["guarantee"]["amount_minor"]
        ),
        (&json!(0), &json!(0))
    );
    let database = server.database().await;
    let mut tx = database.begin_system(None).await.expect("the system");
    let given_up: i64 = sqlx::query_scalar(
        "select sum(amount_minor)::bigint from ledger.transfer where kind = 'chargeback_fee'",
    )
    .fetch_one(&mut *tx)
    .await
    .expect("transfers");
    assert_eq!(given_up, 900, "what was taken of both releases, once");
    server.check();
}

#[tokio::test]
async fn a_refund_the_provider_refuses_can_be_tried_again() {
    let server = world().await;
    let api = server.api().await;
    let staff = finance(&server).await;
    let client = Party::register(&api, "Rena", &["client"], "en").await;
    let freelancer = Party::demo(&server, "freelancer").await;
    client.attach_card("4000000000005126").await;
    let deal = Deal::between(&client, &freelancer, &[30_000]).await;
    let _ = client.fund(&deal.milestones[0]).await.ok();
    api.settle().await;
    super::give_back(&deal).await;
    for tries in [5, 10] {
        for _ in 0..5 {
            api.settle().await;
        }
        let refund = staff.api.list("refund.list", "").await[0].clone();
        assert_eq!(
            (&refund["state"], &refund["attempts"]),
            (&json!("manual"), &json!(tries))
        );
        let again = staff
            .api
            .call("refund.retry", &id(&refund), Value::Null)
            .await
            .ok();
        assert_eq!(again["state"], "approved");
        let twice = staff
            .api
            .call("refund.retry", &id(&refund), Value::Null)
            .await;
        assert_eq!((twice.status, twice.code()), (409, "refund_not_manual"));
    }
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
    for party in [&client, &freelancer] {
        let notices = party.notices().await;
        assert!(
            notices.contains(&"contract_dispute_lost".to_owned()),
            "{notices:?}"
        );
    }
    let page = api
        .page(
            &format!("/w/{}/contracts/{}", api.workspace, deal.contract),
            &api.cookie(&freelancer.email, testkit::party::PASSWORD)
                .await,
        )
        .await;
    assert!(page.text.contains("was lost: "), "{}", page.text);
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
