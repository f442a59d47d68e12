//! Bank transfers: a reference, evidence by one, confirmation by another, and sums that do not fit.

use super::{finance, world};
use serde_json::{Value, json};
use testkit::{
    Deal, Party,
    party::{id, payment, usd},
};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

async fn receipt(staff: &Party, payment: &str, minor: i64, direction: &str) -> String {
    id(&record(staff, payment, minor, direction, "2026-11-20")
        .await
        .ok())
}

async fn record(
    staff: &Party,
    payment: &str,
    minor: i64,
    direction: &str,
    day: &str,
) -> testkit::Answer {
    let file = staff.upload("statement.pdf", "application/pdf", PDF).await;
    let body = json!({"direction": direction, "amount": usd(minor), "booked_on": day, "note": "", "files": [file]});
    staff.api.call("bank_receipt.record", payment, body).await
}

async fn record_named(
    staff: &Party,
    payment: &str,
    minor: i64,
    reference: &str,
) -> testkit::Answer {
    let file = staff.upload("statement.pdf", "application/pdf", PDF).await;
    let body = json!({"direction": "in", "amount": usd(minor), "booked_on": "2026-11-20", "note": "",
        "statement_reference": reference, "files": [file]});
    staff.api.call("bank_receipt.record", payment, body).await
}

#[tokio::test]
async fn a_transfer_counts_when_two_have_seen_it() {
    let server = world().await;
    let staff = finance(&server).await;
    let owner = Party {
        api: server.demo_account("owner@demo.test").await,
        email: "owner@demo.test".to_owned(),
    };
    let deal = Deal::demo(&server, &[30_000]).await;
    let by_bank = json!({"pay_by": "bank_transfer"});
    let off = deal
        .client
        .api
        .call("milestone.fund", &deal.milestones[0], by_bank.clone())
        .await;
    assert_eq!(
        (off.status, off.code()),
        (409, "bank_transfer_unavailable"),
        "off by default: {}",
        off.text
    );
    let setting = json!({"enabled": true, "holder": "Atelier Ltd", "bank": "First Bank", "account": "DE89370400440532013000", "note": ""});
    let _ = owner
        .api
        .call("bank_transfer.configure", "", setting.clone())
        .await
        .ok();
    let path = owner
        .api
        .spec
        .find("bank_transfer.configure")
        .at("atelier", "");
    let late = owner
        .api
        .send("PUT", &path, &setting, &[("if-match", "\"0\"")])
        .await;
    assert_eq!((late.status, late.code()), (412, "stale"), "{}", late.text);
    let asked = deal
        .client
        .api
        .call("milestone.fund", &deal.milestones[0], by_bank)
        .await
        .ok();
    let paid = payment(&asked);
    assert_eq!(asked["payment"]["state"], "awaiting_transfer");
    let shown = deal
        .client
        .api
        .call("payment.show", &paid, Value::Null)
        .await
        .ok();
    assert_eq!(shown["bank_details"]["account"], "DE89370400440532013000");
    assert!(
        shown["bank_reference"]
            .as_str()
            .is_some_and(|r| r.starts_with("GH-"))
    );
    let seen = staff
        .api
        .call("payment.show", &paid, Value::Null)
        .await
        .ok();
    assert_eq!(
        (&seen["bank_reference"], &seen["bank_details"]),
        (&shown["bank_reference"], &Value::Null),
        "where to pay is for the payer alone"
    );
    assert_eq!(deal.client.fund(&deal.milestones[0]).await.status, 409);

    let bare =
        json!({"direction": "in", "amount": usd(30_000), "booked_on": "2026-11-20", "files": []});
    let refused = staff
        .api
        .call("bank_receipt.record", &paid, bare.clone())
        .await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["/files"]));
    let stranger = deal
        .freelancer
        .api
        .call("bank_receipt.record", &paid, bare)
        .await;
    assert_eq!(stranger.status, 403);
    let recorded = receipt(&staff, &paid, 30_000, "in").await;
    assert_eq!(
        deal.state(&deal.milestones[0]).await,
        "agreed",
        "nothing is booked yet"
    );
    let alone = staff
        .api
        .call("bank_receipt.confirm", &recorded, Value::Null)
        .await;
    assert_eq!((alone.status, alone.code()), (403, "second_person_needed"));
    server.check();
    let confirmed = owner
        .api
        .call("bank_receipt.confirm", &recorded, Value::Null)
        .await
        .ok();
    assert_eq!(confirmed["state"], "confirmed");
    assert_eq!(deal.state(&deal.milestones[0]).await, "funded");
    assert_eq!(
        deal.client.contract(&deal.contract).await["held"],
        usd(30_000)
    );
    let twice = owner
        .api
        .call("bank_receipt.confirm", &recorded, Value::Null)
        .await;
    assert_eq!((twice.status, twice.code()), (409, "receipt_decided"));
    let again = record(&staff, &paid, 30_000, "in", "2026-11-20").await;
    assert_eq!((again.status, again.code()), (409, "receipt_exists"));
    // The bank's reference of a line tells it from another one only where both are known.
    let named = record_named(&staff, &paid, 30_000, "X1").await;
    assert_eq!((named.status, named.code()), (409, "receipt_exists"));
    for (reference, status) in [("A1", 201), ("A2", 201), ("A1", 409)] {
        let line = record_named(&staff, &paid, 12_300, reference).await;
        assert_eq!(line.status, status, "{reference}: {}", line.text);
    }
    let ahead = record(&staff, &paid, 30_000, "in", "2999-01-01").await;
    assert_eq!((ahead.status, ahead.pointers()), (422, vec!["/booked_on"]));
    server.check();
    // Nobody marks a payment as complete.
    for party in [&deal.client, &staff, &owner] {
        let put = party
            .api
            .send(
                "PUT",
                &format!("/api/v1/w/{}/payments/{paid}", party.api.workspace),
                &json!({"status": "completed"}),
                &[],
            )
            .await;
        assert!(matches!(put.status, 404 | 405 | 422), "{}", put.status);
    }
}

#[tokio::test]
async fn a_sum_that_does_not_fit_waits_until_it_does() {
    let server = world().await;
    let api = server.api().await;
    let staff = finance(&server).await;
    let owner = server.demo_account("owner@demo.test").await;
    let setting =
        json!({"enabled": true, "holder": "Atelier Ltd", "account": "DE89370400440532013000"});
    let _ = owner
        .call("bank_transfer.configure", "", setting)
        .await
        .ok();
    let deal = Deal::demo(&server, &[30_000]).await;
    let by_bank = json!({"pay_by": "bank_transfer"});
    let asked = deal
        .client
        .api
        .call("milestone.fund", &deal.milestones[0], by_bank.clone())
        .await
        .ok();
    let paid = payment(&asked);
    let too_much = receipt(&staff, &paid, 45_000, "in").await;
    let given_up = deal
        .client
        .api
        .call("payment.cancel", &paid, Value::Null)
        .await;
    assert_eq!(
        (given_up.status, given_up.code()),
        (409, "transfer_received")
    );
    let _ = owner
        .call("bank_receipt.confirm", &too_much, Value::Null)
        .await
        .ok();
    assert_eq!(deal.state(&deal.milestones[0]).await, "agreed");
    let open = staff.api.list("bank_transfer.list", "").await;
    let row = open
        .iter()
        .find(|t| t["payment_id"] == paid.as_str())
        .expect("it is listed");
    assert_eq!(row["unmatched"], usd(45_000));
    server.check();
    let back = receipt(&staff, &paid, 15_000, "out").await;
    let _ = owner
        .call("bank_receipt.confirm", &back, Value::Null)
        .await
        .ok();
    assert_eq!(deal.state(&deal.milestones[0]).await, "funded");
    server.check();
    // One that is given up by the payer, and comes all the same, goes back by hand.
    let deal = Deal::demo(&server, &[30_000]).await;
    let asked = deal
        .client
        .api
        .call("milestone.fund", &deal.milestones[0], by_bank)
        .await
        .ok();
    let late = payment(&asked);
    let _ = deal
        .client
        .api
        .call("payment.cancel", &late, Value::Null)
        .await
        .ok();
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    api.settle().await;
    let recorded = receipt(&staff, &late, 30_000, "in").await;
    let _ = owner
        .call("bank_receipt.confirm", &recorded, Value::Null)
        .await
        .ok();
    api.settle().await;
    let shown = deal
        .client
        .api
        .call("payment.show", &late, Value::Null)
        .await
        .ok();
    assert_eq!(
        (&shown["state"], &shown["applied"]),
        (&json!("captured"), &json!("refunded"))
    );
    server.check();
}

#[tokio::test]
async fn a_transfer_is_awaited_while_it_may_come_and_no_longer() {
    let server = world().await;
    let api = server.api().await;
    let staff = finance(&server).await;
    let owner = server.demo_account("owner@demo.test").await;
    let setting =
        json!({"enabled": true, "holder": "Atelier Ltd", "account": "DE89370400440532013000"});
    let _ = owner
        .call("bank_transfer.configure", "", setting)
        .await
        .ok();
    let announce = async |deal: &Deal| {
        let by_bank = json!({"pay_by": "bank_transfer"});
        let asked = deal
            .client
            .api
            .call("milestone.fund", &deal.milestones[0], by_bank);
        payment(&asked.await.ok())
    };
    let show = async |deal: &Deal, paid: &str| {
        let shown = deal.client.api.call("payment.show", paid, Value::Null);
        shown.await.ok()
    };
    // What it was for is over: nobody is asked to pay for it any longer.
    let over = Deal::demo(&server, &[30_000]).await;
    let paid = announce(&over).await;
    let _ = over
        .client
        .api
        .call("contract.cancel", &over.contract, json!({}))
        .await
        .ok();
    let shown = show(&over, &paid).await;
    assert_eq!(
        (
            &shown["state"],
            &shown["failure_code"],
            &shown["bank_details"]
        ),
        (&json!("failed"), &json!("target_closed"), &Value::Null)
    );
    // One of which the bank has told does not lapse while it is checked; a silent one does.
    let silent = Deal::demo(&server, &[20_000]).await;
    let mut told = Deal::demo(&server, &[30_000]).await;
    let (nothing, paid) = (announce(&silent).await, announce(&told).await);
    let recorded = receipt(&staff, &paid, 30_000, "in").await;
    api.advance(15 * 86_400).await;
    api.settle().await;
    told.client = told.client.again().await;
    let states = [
        show(&told, &nothing).await["state"].clone(),
        show(&told, &paid).await["state"].clone(),
    ];
    assert_eq!(states, ["expired", "awaiting_transfer"]);
    let owner = server.demo_account("owner@demo.test").await;
    let _ = owner
        .call("bank_receipt.confirm", &recorded, Value::Null)
        .await
        .ok();
    assert_eq!(told.state(&told.milestones[0]).await, "funded");
    server.check();
}

#[tokio::test]
async fn what_came_by_transfer_goes_back_by_one_and_never_through_a_party() {
    let server = world().await;
    let api = server.api().await;
    let staff = finance(&server).await;
    let owner = Party {
        api: server.demo_account("owner@demo.test").await,
        email: "owner@demo.test".to_owned(),
    };
    let setting =
        json!({"enabled": true, "holder": "Atelier Ltd", "account": "DE89370400440532013000"});
    let _ = owner
        .api
        .call("bank_transfer.configure", "", setting)
        .await
        .ok();
    // Who looks after money is the payee here.
    let client = Party::demo(&server, "client").await;
    let deal = Deal::between(&client, &staff, &[30_000]).await;
    let asked = client
        .api
        .call(
            "milestone.fund",
            &deal.milestones[0],
            json!({"pay_by": "bank_transfer"}),
        )
        .await
        .ok();
    let paid = payment(&asked);
    let own = record(&staff, &paid, 30_000, "in", "2026-11-20").await;
    assert_eq!((own.status, own.code()), (403, "second_person_needed"));
    let recorded = receipt(&owner, &paid, 30_000, "in").await;
    for decision in ["bank_receipt.confirm", "bank_receipt.reject"] {
        let own = staff.api.call(decision, &recorded, Value::Null).await;
        assert_eq!(
            (own.status, own.code()),
            (403, "second_person_needed"),
            "{decision}"
        );
    }
    let _ = owner
        .api
        .call("bank_receipt.reject", &recorded, Value::Null)
        .await
        .ok();
    // Between two others it is funded, and ended with all of it back.
    let freelancer = Party::demo(&server, "freelancer").await;
    let deal = Deal::between(&client, &freelancer, &[30_000]).await;
    let asked = client
        .api
        .call(
            "milestone.fund",
            &deal.milestones[0],
            json!({"pay_by": "bank_transfer"}),
        )
        .await
        .ok();
    let paid = payment(&asked);
    let recorded = receipt(&staff, &paid, 30_000, "in").await;
    let _ = owner
        .api
        .call("bank_receipt.confirm", &recorded, Value::Null)
        .await
        .ok();
    super::give_back(&deal).await;
    api.settle().await;
    let waiting = staff.api.list("refund.list", "").await;
    let refund = waiting.first().cloned().unwrap_or_default();
    assert_eq!(
        (&refund["state"], &refund["by_bank"], &refund["amount"]),
        (&json!("manual"), &json!(true), &usd(30_000))
    );
    assert!(staff.notices().await.contains(&"refund_by_bank".to_owned()));
    let again = staff
        .api
        .call("refund.retry", &id(&refund), Value::Null)
        .await;
    assert_eq!((again.status, again.code()), (409, "refund_by_bank"));
    let back = receipt(&staff, &paid, 30_000, "out").await;
    let _ = owner
        .api
        .call("bank_receipt.confirm", &back, Value::Null)
        .await
        .ok();
    let done = staff.api.list("refund.list", "").await;
    assert_eq!(done[0]["state"], "succeeded");
    api.settle().await;
    let told = client.notices().await;
    assert!(
        told.contains(&"refund_made".to_owned()) && told.contains(&"credit_note_issued".to_owned()),
        "{told:?}"
    );
    server.check();
}
