//! The main path by the API, from registration to published reviews, with mails and notices to the
//! other side; afterwards every book balances and a third program agrees.

use crate::BIN;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::Write,
    process::{Command, Stdio},
};
use testkit::{
    Party, Server, Setup,
    party::{id, usd},
};

/// A one-pixel PNG.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54,
    0x78, 0x9c, 0x62, 0, 1, 0, 0, 5, 0, 1, 0x0d, 0x0a, 0x2d, 0xb4, 0, 0, 0, 0, 0x49, 0x45, 0x4e,
    0x44, 0xae, 0x42, 0x60, 0x82,
];

async fn told(who: &Party, what: &str) {
    who.api.settle().await;
    let kinds = who.notices().await;
    assert!(
        kinds.iter().any(|k| k == what),
        "{} is told of {what}: {kinds:?}",
        who.email
    );
    let mails = who.api.mails(&who.email).await;
    let latest = mails
        .first()
        .unwrap_or_else(|| panic!("{} gets a mail of {what}", who.email));
    assert!(
        !latest["subject"].as_str().unwrap_or("").is_empty()
            && latest["text"].as_str().unwrap_or("").contains("http"),
        "{latest}"
    );
}

#[tokio::test]
async fn a_whole_piece_of_work_from_registration_to_reviews() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let client = Party::register(&api, "Carla", &["client"], "en").await;
    let freelancer = Party::register(&api, "Frida", &["freelancer"], "en").await;

    // A project: draft, edit, publish; found by its words.
    let body = api.spec.body_with("project.create", json!({"title": "Zirconium glossary", "budget_min": usd(50_000), "budget_max": usd(200_000), "visibility": "public"}));
    let project = id(&client.api.call("project.create", "", body).await.ok());
    assert_eq!(
        client
            .api
            .call("project.show", &project, Value::Null)
            .await
            .ok()["state"],
        "draft"
    );
    assert_eq!(
        freelancer
            .api
            .call("project.show", &project, Value::Null)
            .await
            .status,
        404,
        "a draft is its owner's"
    );
    let edit = json!({"title": "Zirconium glossary in two languages"});
    assert_eq!(
        client
            .api
            .call("project.update", &project, edit.clone())
            .await
            .ok()["title"],
        edit["title"]
    );
    let path = api.spec.find("project.update").at(&api.workspace, &project);
    let stale = client
        .api
        .send("PATCH", &path, &edit, &[("if-match", "\"1\"")])
        .await;
    assert_eq!(stale.status, 412, "a stale edit: {}", stale.text);
    let bare = client.api.send("PATCH", &path, &edit, &[]).await;
    assert_eq!(bare.status, 428, "an edit without a version: {}", bare.text);
    assert_eq!(
        client
            .api
            .call("project.publish", &project, Value::Null)
            .await
            .ok()["state"],
        "open"
    );
    let found = freelancer
        .api
        .get(&format!(
            "{}?q=zirconium",
            api.spec.find("project.list").at(&api.workspace, "")
        ))
        .await
        .ok();
    assert_eq!(
        found
            .as_array()
            .map(|f| f.iter().map(id).collect::<Vec<_>>()),
        Some(vec![project.clone()]),
        "found by its words"
    );

    // A proposal with a plan, shortlisted, offered, accepted.
    let proposal = freelancer.propose(&project, &[40_000, 60_000]).await;
    told(&client, "proposal_received").await;
    let contract = client.offer(&proposal).await;
    told(&freelancer, "offer_received").await;
    freelancer.accept(&contract).await;
    told(&client, "offer_accepted").await;
    let milestones = client.milestones(&contract).await;
    assert_eq!(milestones.len(), 2);
    for side in [&client, &freelancer] {
        let seen = side.contract(&contract).await;
        assert_eq!(seen["total"], usd(100_000), "{seen}");
    }

    // Funding: first without a card, then with one.
    assert_eq!(
        client.fund(&milestones[0]).await.refused(409),
        "no_payment_method"
    );
    client.attach_card("4242424242424242").await;
    assert!(
        matches!(freelancer.fund(&milestones[0]).await.status, 403 | 404),
        "only the client funds"
    );
    let _ = client.fund(&milestones[0]).await.ok();
    told(&freelancer, "milestone_funded").await;
    let held = client.contract(&contract).await["held"].clone();
    assert_eq!(held, usd(40_000), "held in escrow");

    // Delivery with a file whose type its content decides; a change; approval.
    let file = freelancer.upload("glossary.png", "image/png", PNG).await;
    let delivery = freelancer
        .deliver(&milestones[0], std::slice::from_ref(&file))
        .await;
    told(&client, "delivery_submitted").await;
    let stranger = Party::demo(&server, "freelancer2").await;
    let bytes = |who: &Party| {
        let path = api.spec.find("file.show").at(&api.workspace, &file);
        let who = who.clone();
        async move { who.api.get(&path).await }
    };
    assert_eq!(
        bytes(&client).await.status,
        200,
        "the client opens the delivered file"
    );
    assert_eq!(bytes(&stranger).await.status, 404, "nobody else does");
    client.ask_changes(&delivery).await;
    told(&freelancer, "changes_requested").await;
    let delivery = freelancer.deliver(&milestones[0], &[]).await;
    let _ = client.approve(&delivery).await.ok();
    told(&freelancer, "delivery_approved").await;

    // Pending less the fee; available after the clearance; withdrawn.
    let pending = freelancer.balance("pending").await;
    assert!(
        pending > 0 && pending < 40_000,
        "a fee is taken of 40000: {pending}"
    );
    assert_eq!(freelancer.balance("available").await, 0);
    let bank = freelancer.add_bank("12345678").await;
    assert_eq!(
        freelancer.withdraw(&bank, pending).await.refused(409),
        "insufficient_available"
    );
    let days = 15 * 86_400;
    api.advance(days).await;
    let mut client = client;
    let mut freelancer = freelancer;
    for side in [&mut client, &mut freelancer] {
        let email = side.email.clone();
        side.api.login(&email, testkit::party::PASSWORD).await;
    }
    assert_eq!(
        (
            freelancer.balance("pending").await,
            freelancer.balance("available").await
        ),
        (0, pending)
    );
    let payout = id(&freelancer.withdraw(&bank, pending).await.ok());
    api.settle().await;
    assert_eq!(
        freelancer
            .api
            .call("payout.show", &payout, Value::Null)
            .await
            .ok()["state"],
        "paid"
    );
    assert_eq!(freelancer.balance("available").await, 0);
    told(&freelancer, "payout_paid").await;

    // The last milestone, sign-off by both, reviews that show only together.
    let _ = client.fund(&milestones[1]).await.ok();
    api.settle().await;
    let delivery = freelancer.deliver(&milestones[1], &[]).await;
    let _ = client.approve(&delivery).await.ok();
    let _ = client.sign_off(&contract).await.ok();
    assert_ne!(
        client.contract(&contract).await["state"],
        "completed",
        "one signature is not both"
    );
    let _ = freelancer.sign_off(&contract).await.ok();
    assert_eq!(client.contract(&contract).await["state"], "completed");
    client.review(&contract, "Precise, and on time.").await;
    let early = freelancer
        .api
        .call("contract.reviews", &contract, Value::Null)
        .await
        .ok()
        .to_string();
    assert!(
        !early.contains("Precise, and on time."),
        "a review is hidden until both are in: {early}"
    );
    freelancer.review(&contract, "Knows what they want.").await;
    for side in [&client, &freelancer] {
        let seen = side
            .api
            .call("contract.reviews", &contract, Value::Null)
            .await
            .ok()
            .to_string();
        assert!(
            seen.contains("Precise, and on time.") && seen.contains("Knows what they want."),
            "both reviews show: {seen}"
        );
    }
    api.settle().await;
    audit(&server, &[&client, &freelancer]).await;
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}

/// `guildhall check`, hledger, and the wallets agree.
pub async fn audit(server: &Server, parties: &[&Party]) {
    server.check();
    let journal = server.run(&["export", "journal"]);
    assert!(
        journal.status.success(),
        "{}",
        String::from_utf8_lossy(&journal.stderr)
    );
    assert!(journal.stdout.len() > 500, "a journal with something in it");
    hledger(&journal.stdout, &["check", "--strict"]);
    let balances = hledger(
        &journal.stdout,
        &["balance", "--flat", "--no-total", "-O", "csv"],
    );
    let books: BTreeMap<String, String> = balances
        .lines()
        .skip(1)
        .filter_map(|line| {
            line.trim_matches('"')
                .split_once("\",\"")
                .map(|(account, sum)| (account.to_owned(), sum.to_owned()))
        })
        .collect();
    assert!(
        books.keys().any(|a| a.contains("clearing")) && books.keys().any(|a| a.contains("fees")),
        "{books:?}"
    );
    // What the workspace owes in the journal is what its members' wallets say.
    let database = server.database().await;
    let mut tx = database.begin_system(None).await.expect("the system");
    for party in parties {
        let member: String = sqlx::query_scalar(
            "select m.id::text from kernel.member m join identity.account a on a.id = m.account_id join kernel.workspace w on w.workspace_id = m.workspace_id
             where a.email_canonical = $1 and w.slug = $2",
        )
        .bind(&party.email)
        .bind(&party.api.workspace)
        .fetch_one(&mut *tx)
        .await
        .expect("a member");
        for kind in ["available", "pending"] {
            let wallet = party.balance(kind).await;
            let sum: i64 = books
                .iter()
                .filter(|(account, _)| account.contains(kind) && account.contains(&member))
                .map(|(_, sum)| minor(sum))
                .sum();
            assert_eq!(
                -sum, wallet,
                "{kind} of {} in the journal: {books:?}",
                party.email
            );
        }
    }
}

/// `USD -12.34` or `-12.34 USD` in cents.
fn minor(sum: &str) -> i64 {
    let negative = sum.contains('-');
    let digits: String = sum.chars().filter(char::is_ascii_digit).collect();
    let value = digits.parse().unwrap_or(0);
    if negative { -value } else { value }
}

fn hledger(journal: &[u8], arguments: &[&str]) -> String {
    let mut child = Command::new("hledger")
        .args(["-f", "-"])
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("hledger (Debian package)");
    child
        .stdin
        .take()
        .expect("its input")
        .write_all(journal)
        .expect("the journal");
    let output = child.wait_with_output().expect("its answer");
    assert!(
        output.status.success(),
        "hledger {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn check_and_hledger_accept_the_demo_world() {
    let server = Setup::of(BIN).demo().start().await;
    let freelancer = Party::demo(&server, "freelancer").await;
    let client = Party::demo(&server, "client").await;
    audit(&server, &[&client, &freelancer]).await;
}

#[tokio::test]
async fn check_names_a_fault_that_somebody_made() {
    for (what, statement) in [
        (
            "a balance",
            "update ledger.account set balance_minor = balance_minor + 1 where kind = 'available' and balance_minor > 0",
        ),
        (
            "a milestone",
            "update market.milestone set amount_minor = amount_minor + 1 where state in ('funded', 'submitted')",
        ),
        (
            "an audit row",
            "update kernel.audit set action = 'forged' where id = (select audit_id from kernel.audit_leaf order by audit_id limit 1)",
        ),
        (
            "a lost audit row",
            "delete from kernel.audit where id = (select audit_id from kernel.audit_leaf order by audit_id limit 1)",
        ),
    ] {
        let server = Setup::of(BIN).demo().start().await;
        server.api().await.settle().await;
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        server.check();
        let database = server.database().await;
        let mut tx = database.begin_owner().await.expect("the owner");
        let done = sqlx::query(statement)
            .execute(&mut *tx)
            .await
            .unwrap_or_else(|e| panic!("{what}: {e}"));
        assert!(
            done.rows_affected() > 0,
            "{what} to spoil in the demo world"
        );
        tx.commit().await.expect("commit");
        let output = server.run(&["check"]);
        assert!(!output.status.success(), "check finds {what}");
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(
            said.len() > 20 && !said.contains("panicked"),
            "check names {what}: {said}"
        );
    }
}
