//! Papers, fees, bonuses and the books themselves, by the API: what is quoted is what is posted,
//! what is released has its papers once, and nobody withdraws more than there is.

mod plans;
mod tampering;

use crate::BIN;
use serde_json::{Value, json};
use testkit::{
    Answer, Deal, Party, Server, Setup,
    party::{id, usd},
    unique,
};

async fn world() -> Server {
    let server = Setup::of(BIN).demo().start().await;
    server.api().await.raise_limits().await;
    server
}

async fn papers(of: &Party) -> Vec<Value> {
    of.api.list("invoice.list", "").await
}

/// The number in `R-000012`.
fn number(paper: &Value) -> i64 {
    let text = paper["number"].as_str().expect("a number");
    text[2..].parse().expect("digits")
}

fn minor(sum: &Value) -> i64 {
    sum["amount_minor"].as_i64().expect("an amount")
}

#[tokio::test]
async fn a_release_has_its_papers_once() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[10_000, 333]).await;
    for milestone in &deal.milestones {
        let _ = deal.client.fund(milestone).await.ok();
        deal.client.api.settle().await;
        let delivery = deal.freelancer.deliver(milestone, &[]).await;
        let answers: Vec<_> = (0..10)
            .map(|_| {
                let (client, delivery) = (deal.client.clone(), delivery.clone());
                tokio::spawn(async move { client.approve(&delivery).await.status })
            })
            .collect();
        let mut won = 0;
        for answer in answers {
            won += i32::from(answer.await.expect("an answer") < 300);
        }
        assert_eq!(won, 1);
    }
    deal.client.api.settle().await;

    let receipts = papers(&deal.client).await;
    assert_eq!(receipts.len(), 2, "{receipts:?}");
    let receipt = receipts
        .iter()
        .find(|p| minor(&p["gross"]) == 10_000)
        .expect("the first milestone's");
    assert_eq!(
        (receipt["kind"].as_str(), minor(&receipt["net"])),
        (Some("receipt"), 10_000)
    );
    let earnings = papers(&deal.freelancer).await;
    let earning = earnings
        .iter()
        .find(|p| minor(&p["gross"]) == 10_000)
        .expect("the first milestone's");
    let lines: Vec<_> = earning["lines"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|l| (l["kind"].as_str().unwrap_or(""), minor(&l["amount"])))
        .collect();
    assert_eq!(
        lines,
        [
            ("gross", 10_000),
            ("platform_fee", -500),
            ("tax", 0),
            ("net", 9_500)
        ]
    );
    let small = earnings
        .iter()
        .find(|p| minor(&p["gross"]) == 333)
        .expect("the second's");
    assert_eq!((minor(&small["fee"]), minor(&small["net"])), (17, 316));
    assert_eq!(
        earning["item_id"].as_str(),
        Some(deal.milestones[0].as_str())
    );

    // Whoever is no party has no such paper; the statement leads to it.
    let stranger = Party::demo(&server, "freelancer2").await;
    for who in [&stranger, &deal.client] {
        let answer = who
            .api
            .call("invoice.show", &id(earning), Value::Null)
            .await;
        assert_eq!(answer.status, 404, "{}", answer.text);
    }
    let query = format!(
        "{}?account=pending",
        deal.client
            .api
            .spec
            .find("wallet.statement")
            .at("atelier", "")
    );
    let statement = deal.freelancer.api.get(&query).await.ok();
    let linked = statement.as_array().into_iter().flatten();
    let linked: Vec<_> = linked.filter_map(|l| l["invoice_id"].as_str()).collect();
    assert!(linked.contains(&id(earning).as_str()), "{statement}");

    // Numbers have no gap, whatever failed in between.
    let database = server.database().await;
    let mut tx = database.begin_system(None).await.expect("the system");
    let gaps: i64 = sqlx::query_scalar(
        "select count(*) from (select kind, workspace_id from ledger.invoice group by 1, 2
         having max(number) <> count(*) or min(number) <> 1) as g",
    )
    .fetch_one(&mut *tx)
    .await
    .expect("a count");
    assert_eq!(gaps, 0);
    assert!(number(earning) > 0);
    let kinds = deal.freelancer.notices().await;
    assert!(kinds.iter().any(|k| k == "earning_issued"), "{kinds:?}");
    let mails = deal.client.api.mails(&deal.client.email).await;
    let links = format!("{mails:?}");
    assert!(links.contains("/invoices/"), "{links}");
    server.check();
}

#[tokio::test]
async fn a_bonus_is_paid_at_once_and_has_a_line_of_its_own() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[10_000]).await;
    let bonus = json!({"amount": usd(5_000), "note": "For the extra hours"});
    let send = |who: &Party, body: Value| {
        let (api, contract) = (who.api.clone(), deal.contract.clone());
        async move { api.call("bonus.send", &contract, body).await }
    };
    let early = send(&deal.client, bonus.clone()).await;
    assert_eq!(early.code(), "contract_takes_no_bonus", "{}", early.text);
    deal.finish(&deal.milestones[0]).await;
    let before = deal.freelancer.balance("pending").await;
    let made = send(&deal.client, bonus.clone()).await.ok();
    assert_eq!(made["state"], "paid", "{made}");
    assert_eq!((minor(&made["fee"]), minor(&made["net"])), (250, 4_750));
    assert_eq!(deal.freelancer.balance("pending").await - before, 4_750);
    let api = &deal.freelancer.api;
    let query = format!(
        "{}?account=pending",
        api.spec.find("wallet.statement").at("atelier", "")
    );
    let statement = api.get(&query).await.ok();
    assert_eq!(
        (
            statement[0]["kind"].as_str(),
            minor(&statement[0]["amount"])
        ),
        (Some("bonus"), 4_750),
        "{statement}"
    );
    let seen = api.call("bonus.show", &id(&made), Value::Null).await.ok();
    assert_eq!(seen["note"], "For the extra hours");
    deal.client.api.settle().await;
    let kinds = deal.freelancer.notices().await;
    assert!(kinds.iter().any(|k| k == "bonus_received"), "{kinds:?}");
    // The page of its payment leads back to it.
    let payment = made["payment_id"].as_str().expect("its payment");
    let session = api
        .cookie(&deal.client.email, testkit::party::PASSWORD)
        .await;
    let path = format!("/w/atelier/payments/{payment}");
    let page = api.page(&path, &session).await.text;
    let link = format!("href=\"/w/atelier/bonuses/{}\"", id(&made));
    assert!(page.contains(&link), "{page}");

    assert_eq!(send(&deal.freelancer, bonus.clone()).await.status, 403);
    let other = Party::demo(&server, "client2").await;
    assert_eq!(send(&other, bonus.clone()).await.status, 404);
    let shown = other.api.call("bonus.show", &id(&made), Value::Null).await;
    assert_eq!(shown.status, 404);
    let yen = json!({"amount": {"amount_minor": 5_000, "currency": "EUR"}, "note": "x"});
    let answer = send(&deal.client, yen).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    let bad = deal.client.attach_card("4000000000000002").await;
    let declined = json!({"amount": usd(700), "note": "x", "payment_method_id": bad});
    let answer = send(&deal.client, declined).await;
    assert_eq!(
        (answer.status, answer.code()),
        (402, "payment_declined"),
        "{}",
        answer.text
    );
    assert_eq!(deal.freelancer.balance("pending").await - before, 4_750);
    server.check();
}

/// Makes a demo account an admin of the workspace, as its owner would.
async fn promote(server: &Server, email: &str) -> Party {
    let database = server.database().await;
    let mut tx = database.begin_system(None).await.expect("the system");
    sqlx::query(
        "insert into kernel.member_role (workspace_id, member_id, role_id)
         select m.workspace_id, m.id, r.id from kernel.member m
         join identity.account a on a.id = m.account_id and a.email_canonical = $1
         join kernel.workspace w on w.workspace_id = m.workspace_id and w.slug = 'atelier'
         join kernel.role r on r.workspace_id = m.workspace_id and r.key = 'admin'",
    )
    .bind(email)
    .execute(&mut *tx)
    .await
    .expect("a role");
    tx.commit().await.expect("a commit");
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    Party {
        api: server.demo_account(email).await,
        email: email.to_owned(),
    }
}

async fn propose(owner: &Party, body: Value) -> Answer {
    owner.api.call("fee_schedule.propose", "", body).await
}

async fn confirm(who: &Party, version: &Value) -> Answer {
    who.api
        .call("fee_schedule.confirm", &version.to_string(), Value::Null)
        .await
}

async fn quote(who: &Party, parts: &[i64]) -> Value {
    let milestones: Vec<_> = parts.iter().map(|p| json!({"amount": usd(*p)})).collect();
    let body = json!({"milestones": milestones});
    who.api.call("quote.create", "", body).await.ok()
}

#[tokio::test]
async fn what_is_quoted_is_what_is_posted() {
    let server = world().await;
    let owner = Party::demo(&server, "owner").await;
    let admin = promote(&server, "client2@demo.test").await;
    let amounts = [5_049, 12_345];
    let deal = Deal::fresh(&server, &[&amounts[..], &[2_000]].concat()).await;
    // Funded before the change: keeps its fee.
    let old = &deal.milestones[2];
    let _ = deal.client.fund(old).await.ok();

    let new = json!({"payee_basis_points": 730, "client_basis_points": 0, "clearance_days": 3, "minimum_payout_minor": 500, "note": "Test",
        "rules": [
            {"side": "payee", "contract_type": "fixed", "basis_points": 333, "fixed_minor": 30, "least_minor": 250},
            {"side": "client", "basis_points": 290, "fixed_minor": 25, "most_minor": 350}]});
    let freelancer = propose(&deal.freelancer, new.clone()).await;
    assert_eq!(freelancer.status, 403, "{}", freelancer.text);
    let made = propose(&owner, new.clone()).await.ok();
    assert_eq!(made["state"], "proposed");
    assert_eq!(propose(&owner, new).await.code(), "fee_schedule_proposed");
    let alone = confirm(&owner, &made["version"]).await;
    assert_eq!(
        (alone.status, alone.code()),
        (403, "second_person_needed"),
        "{}",
        alone.text
    );
    let before = quote(&deal.client, &amounts).await;
    assert_eq!(minor(&before["client_fee"]), 0);
    let confirmed = confirm(&admin, &made["version"]).await.ok();
    assert_eq!(confirmed["state"], "confirmed");
    assert_eq!(
        confirm(&admin, &made["version"]).await.code(),
        "fee_schedule_decided"
    );

    let quoted = quote(&deal.client, &amounts).await;
    assert_eq!(quoted["fee_version"], made["version"]);
    // What was funded keeps its rate, what is still to be funded will be charged by the new one.
    let contract = deal.client.contract(&deal.contract).await;
    let charged: Vec<_> = contract["milestones"]
        .as_array()
        .expect("milestones")
        .iter()
        .map(|m| (m["fee_version"].as_i64(), m["fee_basis_points"].as_i64()))
        .collect();
    let (first, second) = (contract["fee_version"].as_i64(), made["version"].as_i64());
    assert_eq!(contract["fee_basis_points"], 500, "{contract}");
    assert_eq!(
        charged,
        [(second, Some(333)), (second, Some(333)), (first, Some(500))]
    );
    // The room names what will be paid, the fee on top and all.
    let session = deal
        .client
        .api
        .cookie(&deal.client.email, testkit::party::PASSWORD)
        .await;
    let room = format!("/w/atelier/contracts/{}", deal.contract);
    let room = deal.client.api.page(&room, &session).await.text;
    assert!(room.contains("52.20") && room.contains("126.95"), "{room}");
    let had = deal.freelancer.balance("pending").await;
    let mut paid = 0;
    for milestone in &deal.milestones[..2] {
        let funding = deal.client.fund(milestone).await.ok();
        paid += minor(&funding["payment"]["amount"]);
        deal.client.api.settle().await;
        let delivery = deal.freelancer.deliver(milestone, &[]).await;
        let _ = deal.client.approve(&delivery).await.ok();
    }
    assert_eq!(paid, minor(&quoted["client_total"]), "{quoted}");
    let gained = deal.freelancer.balance("pending").await - had;
    assert_eq!(gained, minor(&quoted["freelancer_net"]), "{quoted}");
    assert_eq!(minor(&quoted["freelancer_fee"]), 250 + 441);
    assert_eq!(minor(&quoted["client_fee"]), 171 + 350);

    let had = deal.freelancer.balance("pending").await;
    let delivery = deal.freelancer.deliver(old, &[]).await;
    let _ = deal.client.approve(&delivery).await.ok();
    assert_eq!(deal.freelancer.balance("pending").await - had, 1_900);
    // Paid in parts: the receipts tell what was taken, no more.
    let deal = Deal::between(&deal.client, &deal.freelancer, &[12_345]).await;
    let whole = &deal.milestones[0];
    let _ = deal.client.fund(whole).await.ok();
    deal.client.api.settle().await;
    let share = json!({"message": "A part", "part_title": "First", "part_amount": usd(4_000)});
    let share = deal.freelancer.api.call("delivery.share", whole, share);
    let share = testkit::party::id(&share.await.ok());
    let _ = deal
        .client
        .api
        .call("delivery.approve_part", &share, Value::Null)
        .await
        .ok();
    let delivery = deal.freelancer.deliver(whole, &[]).await;
    let _ = deal.client.approve(&delivery).await.ok();
    deal.client.api.settle().await;
    let receipts = papers(&deal.client).await;
    let fees: Vec<i64> = receipts
        .iter()
        .filter(|p| {
            p["href"]
                .as_str()
                .is_some_and(|h| h.contains(&deal.contract))
        })
        .map(|p| minor(&p["fee"]))
        .collect();
    assert_eq!(
        (fees.len(), fees.iter().sum::<i64>()),
        (2, 350),
        "{receipts:?}"
    );
    server.check();
}

#[tokio::test]
async fn unknown_and_foreign_currencies_are_refused() {
    let server = world().await;
    let client = Party::demo(&server, "client").await;
    for (currency, code) in [
        ("XXQ", "unknown_currency"),
        ("EUR", "currency_not_accepted"),
    ] {
        let sum = json!({"amount_minor": 1_000, "currency": currency});
        let body = json!({"milestones": [{"amount": sum}]});
        let answer = client.api.call("quote.create", "", body).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert!(answer.text.contains(code), "{}", answer.text);
    }
    for wrong in [json!(10.5), json!("10")] {
        let body = json!({"milestones": [{"amount": {"amount_minor": wrong, "currency": "USD"}}]});
        let answer = client.api.call("quote.create", "", body).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
    }
    let project = client.post_project("One currency").await;
    let freelancer = Party::demo(&server, "freelancer").await;
    let part = |currency: &str| json!({"title": "Part", "amount": {"amount_minor": 30_000, "currency": currency}, "due_days": 7});
    let body = json!({"bid": usd(60_000), "cover_letter": "I have done this before, and gladly again.",
        "duration_days": 30, "milestones": [part("USD"), part("EUR")]});
    let answer = freelancer.api.call("proposal.submit", &project, body).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
}

#[tokio::test]
async fn of_a_hundred_withdrawals_by_two_processes_fifty_succeed() {
    let server = world().await;
    let owner = Party::demo(&server, "owner").await;
    let admin = promote(&server, "client2@demo.test").await;
    let terms = json!({"payee_basis_points": 0, "client_basis_points": 0, "clearance_days": 0, "minimum_payout_minor": 100, "note": "Test", "rules": []});
    let made = propose(&owner, terms).await.ok();
    let _ = confirm(&admin, &made["version"]).await.ok();
    let deal = Deal::fresh(&server, &[50_000]).await;
    deal.finish(&deal.milestones[0]).await;
    let api = server.api().await;
    api.advance(4 * 86_400).await;
    let freelancer = deal.freelancer.again().await;
    let bank = freelancer.add_bank("12345678").await;
    assert_eq!(freelancer.balance("available").await, 50_000);
    let twin = server.twin().await;
    let mut beside = twin.api().await;
    beside.token.clone_from(&freelancer.api.token);
    let beside = Party {
        api: beside,
        email: freelancer.email.clone(),
    };
    let running: Vec<_> = (0..100)
        .map(|n| {
            let who = if n % 2 == 0 { &freelancer } else { &beside };
            let (who, bank) = (who.clone(), bank.clone());
            let ask = json!({"amount": usd(1_000), "destination_id": bank});
            tokio::spawn(async move {
                let key = unique();
                loop {
                    let call = who
                        .api
                        .call_with_key("payout.request", "", ask.clone(), &key);
                    let answer = call.await;
                    // A full house on a slow machine: nothing was done, so it is asked again.
                    if answer.status != 503 {
                        return answer;
                    }
                }
            })
        })
        .collect();
    let (mut won, mut others) = (0, vec![]);
    for task in running {
        let answer = task.await.expect("an answer");
        if answer.status == 201 {
            won += 1;
        } else {
            others.push((answer.status, answer.code().to_owned()));
        }
    }
    let short = |(status, code): &(u16, String)| *status == 409 && code == "insufficient_available";
    assert!(others.iter().all(short), "{won} won, others: {others:?}");
    assert_eq!((won, freelancer.balance("available").await), (50, 0));
    assert_eq!(freelancer.balance("in_transit").await, 50_000);
    server.check();
}
