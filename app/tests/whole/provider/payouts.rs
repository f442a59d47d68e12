//! Payouts by themselves, at once, and past a second pair of eyes.

use super::{finance, world};
use serde_json::{Value, json};
use testkit::{
    Deal, Party, Server,
    party::{id, usd},
};

/// A freelancer with this much available (cents, before the fee).
async fn earner(server: &Server, minor: i64) -> Party {
    let deal = Deal::fresh(server, &[minor]).await;
    deal.finish(&deal.milestones[0]).await;
    server.api().await.advance(6 * 86_400).await;
    deal.freelancer.again().await
}

async fn state(party: &Party, payout: &str) -> String {
    let shown = party
        .api
        .call("payout.show", payout, Value::Null)
        .await
        .ok();
    shown["state"].as_str().unwrap_or("").to_owned()
}

#[tokio::test]
async fn the_rules_hold_back_and_another_decides() {
    let server = world().await;
    let freelancer = earner(&server, 60_000).await;
    let staff = finance(&server).await;
    let owner = server.demo_account("owner@demo.test").await;
    let bank = freelancer.add_bank("12345678").await;
    let rules = json!({"review_above_hundredths": 5_000, "young_destination_hours": 72, "instant_fee_basis_points": 150, "instant_fee_least_hundredths": 50});
    let refused = staff
        .api
        .call("payout_policy.update", "", rules.clone())
        .await;
    assert_eq!(
        refused.status, 403,
        "finance sees the rules, the owner sets them"
    );
    // What was changed since it was read is not written over.
    let path = owner.spec.find("payout_policy.update").at("atelier", "");
    for (version, status) in [(None, 428), (Some("\"7777\""), 412)] {
        let version: Vec<_> = version.map(|v| ("if-match", v)).into_iter().collect();
        let late = owner.send("PUT", &path, &rules, &version).await;
        assert_eq!(late.status, status, "{}", late.text);
    }
    let _ = owner.call("payout_policy.update", "", rules).await.ok();
    let asked = freelancer.withdraw(&bank, 10_000).await.ok();
    let payout = id(&asked);
    assert_eq!(asked["state"], "in_review");
    server.api().await.settle().await;
    assert_eq!(
        state(&freelancer, &payout).await,
        "in_review",
        "nobody let it go"
    );
    let waiting = staff.api.list("payout_review.list", "").await;
    assert_eq!(
        (waiting.len(), &waiting[0]["causes"]),
        (1, &json!(["amount", "young_destination"]))
    );
    let denied = freelancer
        .api
        .call("payout.approve", &payout, Value::Null)
        .await;
    assert_eq!(denied.status, 403, "{}", denied.text);
    let _ = staff
        .api
        .call("payout.approve", &payout, Value::Null)
        .await
        .ok();
    server.api().await.settle().await;
    assert_eq!(state(&freelancer, &payout).await, "paid");
    let twice = staff.api.call("payout.approve", &payout, Value::Null).await;
    assert_eq!((twice.status, twice.code()), (409, "payout_not_in_review"));
    // Another is sent back, a third taken back.
    let there = freelancer.balance("available").await;
    let second = id(&freelancer.withdraw(&bank, 10_000).await.ok());
    let sent_back = staff
        .api
        .call(
            "payout.reject",
            &second,
            json!({"reason": "Is this account yours?"}),
        )
        .await
        .ok();
    assert_eq!(
        (&sent_back["state"], &sent_back["review_note"]),
        (&json!("rejected"), &json!("Is this account yours?"))
    );
    assert_eq!(freelancer.balance("available").await, there);
    let third = id(&freelancer.withdraw(&bank, 10_000).await.ok());
    let path = format!(
        "/api/v1/w/{}/payouts/{third}/cancellation",
        freelancer.api.workspace
    );
    let keyless = freelancer.api.send("POST", &path, &Value::Null, &[]).await;
    assert_eq!(
        (keyless.status, keyless.code()),
        (400, "idempotency_key_required")
    );
    let _ = freelancer
        .api
        .call("payout.cancel", &third, Value::Null)
        .await
        .ok();
    let again = freelancer
        .api
        .call("payout.cancel", &third, Value::Null)
        .await;
    assert_eq!((again.status, again.code()), (409, "payout_cancelled"));
    assert_eq!(freelancer.balance("available").await, there);
    server.check();
}

#[tokio::test]
async fn a_debit_card_is_paid_at_once_for_a_fee() {
    let server = world().await;
    let api = server.api().await;
    let freelancer = earner(&server, 60_000).await;
    let bank = freelancer.add_bank("12345678").await;
    let instantly = |destination: &str| json!({"destination_id": destination, "amount": usd(20_000), "speed": "instant"});
    let refused = freelancer
        .api
        .call("payout.request", "", instantly(&bank))
        .await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, "instant_unavailable")
    );
    let owner = server.demo_account("owner@demo.test").await;
    let rules = |least: i64| json!({"instant_fee_basis_points": 150, "instant_fee_least_hundredths": least});
    let made: Value = api
        .http
        .post(format!("{}/v1/destinations", api.provider().await))
        .json(&json!({"card_number": "4000056655665556", "holder": "Frida", "country": "US", "currency": "USD"}))
        .send()
        .await
        .expect("the provider")
        .json()
        .await
        .expect("JSON");
    let card = freelancer
        .api
        .call("destination.add", "", json!({"provider_token": made["id"]}))
        .await
        .ok();
    assert_eq!(
        (&card["kind"], &card["label"]),
        (&json!("card"), &json!("Debit card ••5556"))
    );
    let there = freelancer.balance("available").await;
    // A fee that leaves nothing is told at the amount.
    let _ = owner
        .call("payout_policy.update", "", rules(20_000))
        .await
        .ok();
    let eaten = freelancer
        .api
        .call("payout.request", "", instantly(&id(&card)))
        .await;
    assert_eq!(
        (eaten.status, eaten.pointers()),
        (422, vec!["/amount"]),
        "{}",
        eaten.text
    );
    let _ = owner.call("payout_policy.update", "", rules(50)).await.ok();
    let asked = freelancer
        .api
        .call("payout.request", "", instantly(&id(&card)))
        .await
        .ok();
    assert_eq!(
        (&asked["fee"]["amount_minor"], &asked["net"]["amount_minor"]),
        (&json!(300), &json!(19_700))
    );
    api.settle().await;
    assert_eq!(state(&freelancer, &id(&asked)).await, "paid");
    assert_eq!(freelancer.balance("available").await, there - 20_000);
    server.check();
    // Returned, the fee comes back too.
    api.provider_next("return_payout", 1).await;
    let second = freelancer
        .api
        .call("payout.request", "", instantly(&id(&card)))
        .await
        .ok();
    api.settle().await;
    api.advance(4 * 86_400).await;
    let freelancer = freelancer.again().await;
    assert_eq!(state(&freelancer, &id(&second)).await, "returned");
    assert_eq!(freelancer.balance("available").await, there - 20_000);
    server.check();
}

#[tokio::test]
async fn a_standing_order_pays_by_the_clock_or_when_there_is_enough() {
    let server = world().await;
    let api = server.api().await;
    let freelancer = earner(&server, 60_000).await;
    let bank = freelancer.add_bank("12345678").await;
    let bad = freelancer
        .api
        .call("payout_schedule.set", "", json!({"kind": "weekly"}))
        .await;
    assert_eq!((bad.status, bad.pointers()), (422, vec!["/weekday"]));
    let order = json!({"kind": "weekly", "weekday": 3, "destination_id": bank});
    let set = freelancer
        .api
        .call("payout_schedule.set", "", order)
        .await
        .ok();
    assert!(set["due_at"].is_string(), "{set}");
    api.advance(7 * 86_400).await;
    let freelancer = freelancer.again().await;
    assert_eq!(freelancer.balance("available").await, 0, "all went out");
    let payouts = freelancer.api.list("payout.list", "").await;
    assert_eq!(
        (payouts.len(), &payouts[0]["origin"], &payouts[0]["state"]),
        (1, &json!("automatic"), &json!("paid"))
    );
    server.check();
    // Whenever enough is there; below it nothing moves.
    let order = json!({"kind": "threshold", "threshold": usd(40_000)});
    let _ = freelancer
        .api
        .call("payout_schedule.set", "", order)
        .await
        .ok();
    let client = Party::register(&api, "Carla", &["client"], "en").await;
    client.attach_card("4242424242424242").await;
    let deal = Deal::between(&client, &freelancer, &[30_000, 30_000]).await;
    deal.finish(&deal.milestones[0]).await;
    api.advance(6 * 86_400).await;
    let (client, freelancer) = (client.again().await, freelancer.again().await);
    assert!(freelancer.balance("available").await > 0);
    let deal = Deal {
        client,
        freelancer,
        ..deal
    };
    deal.finish(&deal.milestones[1]).await;
    // Nothing goes out to one who is suspended; their order waits to be set anew.
    let owner = server.demo_account("owner@demo.test").await;
    let member = deal.client.contract(&deal.contract).await["freelancer"]["id"].clone();
    let member = member.as_str().expect("an id");
    let _ = owner
        .call("member.deactivate", member, Value::Null)
        .await
        .ok();
    api.advance(6 * 86_400).await;
    let owner = server.demo_account("owner@demo.test").await;
    let _ = owner
        .call("member.reactivate", member, Value::Null)
        .await
        .ok();
    let freelancer = deal.freelancer.again().await;
    assert!(freelancer.balance("available").await > 40_000);
    let halted = freelancer
        .api
        .call("payout_schedule.show", "", Value::Null)
        .await
        .ok();
    assert_eq!(halted["halted"], "member_suspended");
    let order = json!({"kind": "threshold", "threshold": usd(40_000)});
    let _ = freelancer
        .api
        .call("payout_schedule.set", "", order)
        .await
        .ok();
    api.advance(60).await;
    assert_eq!(freelancer.balance("available").await, 0);
    // Without a destination it stops and says so.
    let _ = freelancer
        .api
        .call("destination.remove", &bank, Value::Null)
        .await;
    let order = json!({"kind": "monthly", "month_day": 1});
    let _ = freelancer
        .api
        .call("payout_schedule.set", "", order)
        .await
        .ok();
    let off = freelancer
        .api
        .call("payout_schedule.remove", "", Value::Null)
        .await;
    assert_eq!(off.status, 204);
    let shown = freelancer
        .api
        .call("payout_schedule.show", "", Value::Null)
        .await
        .ok();
    assert_eq!(shown["kind"], "off");
    // Another order than the one that was seen, though it is the first one again.
    let path = freelancer
        .api
        .spec
        .find("payout_schedule.set")
        .at("atelier", "");
    let bank = freelancer.add_bank("87654321").await;
    let mut seen = vec![];
    for version in ["\"0\"", "", "\"0\""] {
        if version.is_empty() {
            let _ = freelancer
                .api
                .call("payout_schedule.remove", "", Value::Null)
                .await;
            continue;
        }
        let order = json!({"kind": "weekly", "weekday": 3, "destination_id": bank});
        let set = freelancer
            .api
            .send("PUT", &path, &order, &[("if-match", version)])
            .await;
        assert_eq!(set.status, 200, "{}", set.text);
        seen.push(set.header("etag").to_owned());
    }
    assert_ne!(seen[0], seen[1]);
    let late = freelancer
        .api
        .send(
            "PUT",
            &path,
            &json!({"kind": "monthly", "month_day": 1, "destination_id": bank}),
            &[("if-match", seen[0].as_str())],
        )
        .await;
    assert_eq!((late.status, late.code()), (412, "stale"));
    server.check();
}
