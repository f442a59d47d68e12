//! Silence is answered by the clock, each time once, also with two processes behind one database.

use crate::BIN;
use serde_json::{Value, json};
use testkit::{Deal, Party, Server, Setup, party::usd, provider::Simulator};

const DAY: i64 = 86_400;

async fn world() -> Server {
    let server = Setup::of(BIN).demo().start().await;
    server.api().await.raise_limits().await;
    server
}

async fn count(party: &Party, kind: &str) -> usize {
    party.notices().await.iter().filter(|k| *k == kind).count()
}

#[tokio::test]
async fn silence_after_a_delivery_is_approval_after_reminders() {
    let server = world().await;
    let mut deal = Deal::fresh(&server, &[30_000]).await;
    let api = server.api().await;
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    api.settle().await;
    let before = deal.freelancer.balance("pending").await;
    deal.freelancer.deliver(&deal.milestones[0], &[]).await;
    for (days, expected) in [(6, 0), (2, 1), (4, 2), (1, 3)] {
        api.advance(days * DAY).await;
        deal.client = deal.client.again().await;
        assert_eq!(
            count(&deal.client, "review_reminder").await,
            expected,
            "reminders after {days} more days"
        );
        assert_eq!(deal.state(&deal.milestones[0]).await, "submitted");
    }
    api.advance(DAY + 60).await;
    let (client, freelancer) = (deal.client.again().await, deal.freelancer.again().await);
    let contract = client.contract(&deal.contract).await;
    let milestone = &contract["milestones"][0];
    assert_eq!(
        (&milestone["state"], &milestone["approved_by"]),
        (&json!("approved"), &json!("system")),
        "{milestone}"
    );
    let gained = freelancer.balance("pending").await - before;
    assert!(gained > 20_000 && gained < 30_000, "{gained}");
    server.check();
}

#[tokio::test]
async fn a_request_for_changes_stops_the_clock() {
    let server = world().await;
    let mut deal = Deal::fresh(&server, &[30_000]).await;
    let api = server.api().await;
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    api.settle().await;
    let delivery = deal.freelancer.deliver(&deal.milestones[0], &[]).await;
    api.advance(10 * DAY).await;
    let client = deal.client.again().await;
    client.ask_changes(&delivery).await;
    api.advance(30 * DAY).await;
    deal.client = deal.client.again().await;
    assert_eq!(
        deal.state(&deal.milestones[0]).await,
        "changes_requested",
        "nothing is released while the freelancer works"
    );
    server.check();
}

#[tokio::test]
async fn earnings_clear_at_their_time_and_not_before() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[30_000]).await;
    let api = server.api().await;
    let (pending, available) = (
        deal.freelancer.balance("pending").await,
        deal.freelancer.balance("available").await,
    );
    deal.finish(&deal.milestones[0]).await;
    let gained = deal.freelancer.balance("pending").await - pending;
    let database = server.database().await;
    let mut tx = database.begin_system(None).await.expect("the system");
    let days: i32 =
        sqlx::query_scalar("select clearance_days from market.milestone where id = $1::uuid")
            .bind(&deal.milestones[0])
            .fetch_one(&mut *tx)
            .await
            .expect("days");
    assert!(days > 0, "the demo world has a clearance time");
    api.advance(i64::from(days) * DAY - 600).await;
    let freelancer = deal.freelancer.again().await;
    let early = freelancer.balance("available").await;
    api.advance(1_200).await;
    let late = deal.freelancer.again().await.balance("available").await;
    assert_eq!(late - early, gained, "clears at its time");
    assert!(early >= available);
    server.check();
}

#[tokio::test]
async fn an_offer_lapses() {
    let server = world().await;
    let client = Party::demo(&server, "client").await;
    let freelancer = Party::demo(&server, "freelancer").await;
    let project = client.post_project("An offer nobody answers").await;
    let proposal = freelancer.propose(&project, &[30_000]).await;
    let contract = client.offer(&proposal).await;
    let due = client.contract(&contract).await["offer_expires_at"]
        .as_str()
        .expect("an end")
        .to_owned();
    let api = server.api().await;
    api.advance(60 * DAY).await;
    let client = client.again().await;
    let seen = client.contract(&contract).await;
    assert_eq!(seen["state"], "expired", "{seen} was due at {due}");
    let freelancer = freelancer.again().await;
    assert_eq!(
        freelancer
            .api
            .call("offer.accept", &contract, Value::Null)
            .await
            .status,
        409,
        "too late to accept"
    );
    server.check();
}

#[tokio::test]
async fn silence_after_one_signature_closes_and_the_review_window_ends() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[30_000]).await;
    let api = server.api().await;
    deal.finish(&deal.milestones[0]).await;
    let _ = deal.client.sign_off(&deal.contract).await.ok();
    api.advance(30 * DAY).await;
    let (client, freelancer) = (deal.client.again().await, deal.freelancer.again().await);
    assert_eq!(
        client.contract(&deal.contract).await["state"],
        "completed",
        "silence counts as the other signature"
    );
    let answer = freelancer.api.call("review.submit", &deal.contract, json!({"quality": 4, "communication": 4, "timeliness": 4, "value": 4, "body": "Alone here."})).await;
    if answer.status < 300 {
        let seen = client
            .api
            .call("contract.reviews", &deal.contract, Value::Null)
            .await
            .ok()
            .to_string();
        assert!(
            !seen.contains("Alone here."),
            "hidden while the window is open: {seen}"
        );
    }
    api.advance(30 * DAY).await;
    let client = deal.client.again().await;
    let late = client
        .api
        .call(
            "review.submit",
            &deal.contract,
            json!({"quality": 1, "communication": 1, "timeliness": 1, "value": 1, "body": "Late."}),
        )
        .await;
    assert_eq!(late.status, 409, "the window is over: {}", late.text);
    let database = server.database().await;
    let mut tx = database.begin_system(None).await.expect("the system");
    let hidden: i64 = sqlx::query_scalar(
        "select count(*) from market.review where contract_id = $1::uuid and published_at is null",
    )
    .bind(&deal.contract)
    .fetch_one(&mut *tx)
    .await
    .expect("reviews");
    assert_eq!(hidden, 0, "a lone review shows when the window ends");
    server.check();
}

#[tokio::test]
async fn two_processes_behind_one_database_behave_as_one() {
    let simulator = Simulator::start().await;
    let one = Setup::of(BIN)
        .demo()
        .with("GUILDHALL_PROVIDER_URL", &simulator.url)
        .with("GUILDHALL_PROVIDER_SECRET", &simulator.secret)
        .start()
        .await;
    let two = one.twin().await;
    let api = one.api().await;
    api.raise_limits().await;
    // A session of one is a session of the other; what one writes the other reads.
    let client = Party::register(&api, "Twa", &["client"], "en").await;
    let freelancer = Party::register(&api, "Twain", &["freelancer"], "en").await;
    let elsewhere = Party {
        api: freelancer.api.at(&two.url),
        email: freelancer.email.clone(),
    };
    client.attach_card("4242424242424242").await;
    let deal = Deal::between(&client, &elsewhere, &[30_000, 20_000]).await;
    let other = Party {
        api: client.api.at(&two.url),
        email: client.email.clone(),
    };
    // Two fundings of one milestone at two processes.
    let (a, b) = tokio::join!(
        client.fund(&deal.milestones[0]),
        other.fund(&deal.milestones[0])
    );
    assert_eq!(
        [a.status, b.status].iter().filter(|s| **s < 300).count(),
        1,
        "{} / {}",
        a.text,
        b.text
    );
    api.settle().await;
    api.at(&two.url).settle().await;
    let before = count(&client, "delivery_submitted").await;
    let mails = api.mails(&client.email).await.len();
    elsewhere.deliver(&deal.milestones[0], &[]).await;
    // Both may dispatch and sweep: each notice and mail goes out once.
    let (here, there) = (api.clone(), api.at(&two.url));
    tokio::join!(here.settle(), there.settle());
    assert_eq!(
        count(&client, "delivery_submitted").await - before,
        1,
        "one notice"
    );
    assert_eq!(api.mails(&client.email).await.len() - mails, 1, "one mail");
    // Both see the clock that one moves; the release happens once.
    let before = freelancer.balance("pending").await;
    tokio::join!(here.advance(15 * DAY), there.advance(60));
    assert_eq!(api.now().await, there.now().await);
    let mut api_two = there.clone();
    api_two
        .login(&freelancer.email, testkit::party::PASSWORD)
        .await;
    let freelancer = Party {
        api: api_two,
        email: freelancer.email.clone(),
    };
    let gained =
        freelancer.balance("pending").await + freelancer.balance("available").await - before;
    assert!(
        gained > 20_000 && gained < 30_000,
        "released once: {gained}"
    );
    assert_eq!(freelancer.contract(&deal.contract).await["held"], usd(0));
    one.check();
    assert!(
        one.failures().is_empty() && two.failures().is_empty(),
        "{:?} {:?}",
        one.failures(),
        two.failures()
    );
}
