//! Bank transfers: a reference, evidence by one, confirmation by another, and sums that do not fit.

use super::{finance, world};
use serde_json::{Value, json};
use testkit::{
    Deal, Party,
    party::{id, payment, usd},
};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

async fn receipt(staff: &Party, payment: &str, minor: i64, direction: &str) -> String {
    let file = staff.upload("statement.pdf", "application/pdf", PDF).await;
    let body = json!({"direction": direction, "amount": usd(minor), "booked_on": "2026-11-20", "note": "", "files": [file]});
    id(&staff
        .api
        .call("bank_receipt.record", payment, body)
        .await
        .ok())
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
        .call("bank_transfer.configure", "", setting)
        .await
        .ok();
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
