//! Where one is: decisions fit and say their sums, a page's trail lights its section, errors keep the
//! frame, links wait while there is no connection, and nothing typed is left behind unasked.

use super::{enter, world};
use std::time::Duration;
use testkit::Deal;

const LIT: &str = "return document.querySelector('.rail [aria-current]')?.getAttribute('href')";

#[tokio::test]
async fn a_decision_fits_a_phone_and_says_act_and_sum() {
    let (server, api, browser) = world("en").await;
    let deal = Deal::demo(&server, &[120_000, 260_000]).await;
    let _ = deal.client.fund(&deal.milestones[0]).await.ok();
    api.settle().await;
    let delivery = deal.freelancer.deliver(&deal.milestones[0], &[]).await;
    enter(&browser, "client").await;
    for width in [390, 360, 1280] {
        browser.resize(width, 844).await;
        browser
            .goto(&format!("/w/atelier/deliveries/{delivery}/approval"))
            .await;
        browser.fits().await;
        browser.sees("Approve and fund milestone 2 · ").await;
        browser.sees("2,600.00 USD").await;
        browser.sees("Fee for you as the client").await;
    }
    assert_eq!(browser.run(LIT).await, "/w/atelier/contracts");
    browser
        .goto(&format!(
            "/w/atelier/contracts/{}/termination",
            deal.contract
        ))
        .await;
    assert_eq!(browser.run(LIT).await, "/w/atelier/contracts");
    let chosen = browser
        .run("return document.querySelectorAll('main [type=radio]:checked').length")
        .await;
    assert_eq!(chosen, 0, "nothing is proposed for whoever ends it");
    browser.close().await;
}

#[tokio::test]
async fn a_client_s_own_project_is_a_part_of_their_projects() {
    let (server, _api, mut browser) = world("en").await;
    browser.expect("status of 404");
    let client = testkit::Party::demo(&server, "client").await;
    let project = client.post_project("Where it belongs").await;
    enter(&browser, "client").await;
    for below in ["", "/proposals", "/edit"] {
        browser
            .goto(&format!("/w/atelier/projects/{project}{below}"))
            .await;
        assert_eq!(
            browser.run(LIT).await,
            "/w/atelier/projects/mine",
            "{below}"
        );
    }
    // What is not there leaves the way to everything else.
    browser
        .goto("/w/atelier/projects/01890000-0000-7000-8000-000000000000")
        .await;
    assert_eq!(browser.run(LIT).await, "/w/atelier/projects");
    assert!(browser.has(".top .avatar").await);
    // A stranger to a workspace is told of none of it.
    browser.goto("/w/nowhere/contracts").await;
    assert!(!browser.has(".rail a[href='/w/nowhere/contracts']").await);
    browser.close().await;
}

#[tokio::test]
async fn links_wait_while_there_is_no_connection() {
    let (_server, _api, browser) = world("en").await;
    enter(&browser, "client").await;
    browser.goto("/w/atelier/contracts").await;
    // A machine without any network still reaches itself.
    let without = "Object.defineProperty(Navigator.prototype, 'onLine', { configurable: true, get: () => false }); dispatchEvent(new Event('offline')); return navigator.onLine";
    assert_eq!(browser.run(without).await, false);
    browser.click_on(".rail a[href='/w/atelier/wallet']").await;
    browser.sees("Wallet").await;
    browser.goto("/w/atelier/contracts").await;
    browser.offline(true).await;
    browser
        .until("document.querySelector('.offline')", Duration::from_secs(3))
        .await;
    browser.click_on(".rail a[href='/w/atelier/wallet']").await;
    browser.sees("This page stays open").await;
    // The same words once more are told once more.
    let again = "return (async () => { document.querySelector(\".rail a[href='/w/atelier/wallet']\").click(); const line = document.querySelector('.offline'); const now = line.textContent; await new Promise((done) => setTimeout(done, 300)); return [now === '', line.textContent !== ''] })()";
    assert_eq!(browser.run(again).await, serde_json::json!([true, true]));
    assert_eq!(browser.path().await, "/w/atelier/contracts");
    browser.offline(false).await;
    browser
        .until(
            "!document.querySelector('.offline')",
            Duration::from_secs(3),
        )
        .await;
    browser.click_on(".rail a[href='/w/atelier/wallet']").await;
    browser.sees("Wallet").await;
    browser.close().await;
}

#[tokio::test]
async fn what_was_typed_is_not_left_unasked() {
    let (_server, _api, browser) = world("en").await;
    browser.goto("/login").await;
    assert!(!browser.has("main form[data-guard]").await, "signing in");
    enter(&browser, "client").await;
    for page in ["/account", "/w/atelier/profile/edit"] {
        browser.goto(page).await;
        assert!(browser.has("main form[data-guard]").await, "{page}");
    }
    let asks = "const event = new Event('beforeunload', { cancelable: true }); dispatchEvent(event); return event.defaultPrevented";
    assert_eq!(browser.run(asks).await, false);
    browser.fill("title", "Someone who typed").await;
    assert_eq!(browser.run(asks).await, true);
    browser.close().await;
}
