//! The main path as people walk it: two real browsers, only what the pages offer, each page
//! checked for accessibility, sideways scrolling, and a quiet console; then its main screens in
//! Arabic, on a phone, and in the dark.

use crate::BIN;
use serde_json::Value;
use testkit::{Api, Browser, DEMO_PASSWORD, Setup, party::PASSWORD, unique};

/// Looks at a page as it is: audit, console, picture.
async fn look(browser: &Browser, name: &str) {
    browser.audit().await;
    browser.quiet_console().await;
    browser.screenshot(name).await;
}

/// Registers on the page, confirms by the mailed link, signs in.
async fn join(browser: &Browser, api: &Api, name: &str, role: &str) -> String {
    let email = format!("{}-{}@example.test", name.to_lowercase(), &unique()[24..]);
    browser.goto("/w/atelier/projects").await;
    look(browser, "projects-visitor").await;
    browser.section("/w/atelier/register").await;
    look(browser, "register").await;
    browser.fill("email", &email).await;
    browser.fill("display_name", name).await;
    browser.fill("password", PASSWORD).await;
    browser.tick("roles", Some(role)).await;
    browser.tick("accept_terms", None).await;
    browser.submit("/w/atelier/register").await;
    look(browser, "register-done").await;
    api.settle().await;
    let mails = api.mails(&email).await;
    let link = mails
        .first()
        .and_then(|m| m["links"][0].as_str())
        .unwrap_or_else(|| panic!("a mailed link for {email}"))
        .to_owned();
    browser.goto(&link).await;
    look(browser, "verify").await;
    browser
        .click_on("main form button:not([type=button])")
        .await;
    browser.sign_in(&email, PASSWORD).await;
    email
}

/// The page of the contract, from the list of contracts.
async fn open_contract(browser: &Browser) {
    browser.goto("/w/atelier").await;
    browser.section("/w/atelier/contracts").await;
    browser
        .click_on("main a[href*='/w/atelier/contracts/']")
        .await;
}

#[tokio::test]
async fn a_whole_piece_of_work_in_the_browser() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let mut client = Browser::open(BIN, &server.url, "en", false).await;
    // The form that is refused first, on purpose.
    client.expect("status of 422");
    let freelancer = Browser::open(BIN, &server.url, "en", false).await;
    let client_email = join(&client, &api, "Carla", "client").await;
    look(&client, "dashboard-new-client").await;

    // The client writes a project, changes it, publishes it.
    client.section("/w/atelier/projects/mine").await;
    look(&client, "projects-mine-empty").await;
    client.follow("/w/atelier/projects/new").await;
    client.fill("title", "").await;
    client.submit("/w/atelier/projects").await;
    client.fill("title", "Osmium catalogue").await;
    client
        .fill("description", "Forty pages about osmium, with *tables*.")
        .await;
    client.fill("skills", "writing, chemistry").await;
    client.fill("budget_min", "500").await;
    client.fill("budget_max", "2,000.00").await;
    look(&client, "project-new").await;
    client.submit("/w/atelier/projects").await;
    client.sees("Osmium catalogue").await;
    look(&client, "project-draft").await;
    client.follow("/edit").await;
    look(&client, "project-edit").await;
    client
        .fill("title", "Osmium catalogue, second edition")
        .await;
    client.submit("/edit").await;
    client.sees("second edition").await;
    client.follow("/publication").await;
    look(&client, "project-publish").await;
    client.submit("/publication").await;
    look(&client, "project-open").await;

    // The freelancer shows who they are, finds the project and proposes with a plan.
    let freelancer_email = join(&freelancer, &api, "Frida", "freelancer").await;
    freelancer.goto("/w/atelier/profile/edit").await;
    look(&freelancer, "profile-edit").await;
    freelancer.fill("title", "Science writer").await;
    freelancer.fill("bio", "I write about metals.").await;
    freelancer
        .click_on("main form button:not([type=button])")
        .await;
    look(&freelancer, "profile").await;
    freelancer.goto("/w/atelier/projects").await;
    freelancer.fill("q", "osmium").await;
    freelancer
        .click_on("form[action$='/projects'] button:not([type=button])")
        .await;
    freelancer.sees("second edition").await;
    look(&freelancer, "projects-found").await;
    freelancer
        .click_on("main a[href*='/w/atelier/projects/0']")
        .await;
    look(&freelancer, "project-for-freelancer").await;
    freelancer.follow("/proposals/new").await;
    freelancer.fill("cover_letter", "I know osmium well.").await;
    freelancer.fill("bid", "1000").await;
    freelancer.fill("duration_days", "20").await;
    freelancer.fill("milestones.0.title", "Draft").await;
    freelancer.fill("milestones.0.amount", "400").await;
    freelancer.fill("milestones.0.due_days", "10").await;
    freelancer.fill("milestones.1.title", "Print").await;
    freelancer.fill("milestones.1.amount", "600").await;
    freelancer.fill("milestones.1.due_days", "20").await;
    look(&freelancer, "proposal-new").await;
    freelancer.submit("/proposals/review").await;
    look(&freelancer, "proposal-review").await;
    freelancer.submit("/proposals").await;
    freelancer.sees("I know osmium well.").await;
    look(&freelancer, "proposal-sent").await;

    // The client hears of it, compares, shortlists and makes an offer.
    api.settle().await;
    client.goto("/w/atelier/notifications").await;
    look(&client, "notifications").await;
    client.goto("/w/atelier/projects/mine").await;
    client
        .click_on("main a[href*='/w/atelier/projects/0']")
        .await;
    client.follow("/proposals").await;
    look(&client, "proposals").await;
    client
        .click_on("main a[href*='/w/atelier/proposals/']")
        .await;
    look(&client, "proposal-for-client").await;
    client.submit("/shortlisting").await;
    look(&client, "proposal-shortlisted").await;
    client.follow("/offer").await;
    look(&client, "offer-new").await;
    client.submit("/offer").await;
    client.sees("1,000.00").await;
    look(&client, "offer-sent").await;

    // The freelancer accepts.
    open_contract(&freelancer).await;
    look(&freelancer, "offer-received").await;
    freelancer.follow("/acceptance").await;
    look(&freelancer, "offer-accept").await;
    freelancer.submit("/acceptance").await;
    look(&freelancer, "contract-accepted").await;

    // The client attaches a card at the provider's page and funds the first milestone.
    open_contract(&client).await;
    look(&client, "contract-to-fund").await;
    client.follow("/funding").await;
    look(&client, "fund-without-card").await;
    client.click_on("a[href*='/payment-methods/new']").await;
    client.fill("number", "4242 4242 4242 4242").await;
    client.fill("exp_month", "12").await;
    client.fill("exp_year", "2031").await;
    client.fill("cvc", "123").await;
    look(&client, "hosted-card").await;
    client.click_on("form button:not([type=button])").await;
    if !client.path().await.contains("/funding") && client.has("form button").await {
        client.click_on("form button:not([type=button])").await;
    }
    client.sees("4242").await;
    look(&client, "fund").await;
    client.submit("/funding").await;
    look(&client, "contract-funded").await;
    client.sees("400.00").await;

    // The freelancer delivers with a file; the client asks for a change, then approves.
    let note = server.data().join("osmium.txt");
    std::fs::write(&note, "Osmium is dense.\n").expect("a file");
    for round in 1..=2 {
        open_contract(&freelancer).await;
        freelancer.follow("/deliveries").await;
        look(&freelancer, "deliver").await;
        freelancer
            .fill("message", &format!("Version {round}"))
            .await;
        freelancer.attach("files", &note).await;
        freelancer.submit("/deliveries").await;
        freelancer.sees(&format!("Version {round}")).await;
        look(&freelancer, "delivered").await;
        open_contract(&client).await;
        client.sees("osmium.txt").await;
        look(&client, "contract-delivered").await;
        if round == 1 {
            client.follow("/changes").await;
            client.fill("changes", "Heavier, please.").await;
            look(&client, "changes").await;
            client.submit("/changes").await;
            look(&client, "changes-asked").await;
        } else {
            client.follow("/approval").await;
            look(&client, "approve").await;
            client.submit("/approval").await;
            look(&client, "approved").await;
        }
    }

    // Earnings clear with time; the freelancer withdraws them.
    freelancer.goto("/w/atelier").await;
    freelancer.section("/w/atelier/wallet").await;
    look(&freelancer, "wallet-pending").await;
    api.advance(15 * 86_400).await;
    freelancer.sign_in(&freelancer_email, PASSWORD).await;
    client.sign_in(&client_email, PASSWORD).await;
    freelancer.goto("/w/atelier").await;
    freelancer.section("/w/atelier/wallet").await;
    look(&freelancer, "wallet-available").await;
    freelancer
        .click_on("main a[href*='/payouts/new'], main a[href*='/destinations/new']")
        .await;
    if freelancer.has("a[href*='/destinations/new']").await {
        freelancer.click_on("a[href*='/destinations/new']").await;
    }
    freelancer.fill("holder", "Frida").await;
    freelancer.fill("country", "US").await;
    freelancer.fill("currency", "USD").await;
    freelancer.fill("account_number", "12345678").await;
    look(&freelancer, "hosted-bank").await;
    freelancer.click_on("form button:not([type=button])").await;
    if !freelancer.path().await.contains("/w/atelier") {
        freelancer.click_on("form button:not([type=button])").await;
    }
    if !freelancer.has("[name=amount]").await {
        freelancer.goto("/w/atelier/wallet").await;
        freelancer.click_on("main a[href*='/payouts/new']").await;
    }
    freelancer.fill("amount", "100").await;
    look(&freelancer, "payout-new").await;
    freelancer.submit("/payouts/decision").await;
    look(&freelancer, "payout-decision").await;
    freelancer.submit("/payouts").await;
    look(&freelancer, "payout").await;
    api.settle().await;

    // The second milestone, mutual sign-off, reviews that appear together.
    open_contract(&client).await;
    client.follow("/funding").await;
    client.submit("/funding").await;
    open_contract(&freelancer).await;
    freelancer.follow("/deliveries").await;
    freelancer.fill("message", "The whole book").await;
    freelancer.submit("/deliveries").await;
    open_contract(&client).await;
    client.follow("/approval").await;
    client.submit("/approval").await;
    for browser in [&client, &freelancer] {
        open_contract(browser).await;
        browser.follow("/sign-off").await;
        look(browser, "sign-off").await;
        browser.submit("/sign-off").await;
    }
    for (browser, words) in [
        (&client, "Dense, and well told."),
        (&freelancer, "Knew what they wanted."),
    ] {
        open_contract(browser).await;
        browser
            .click_on(
                "main a[href$='/reviews/new'], main a[href$='/reviews'], main a[href$='/review']",
            )
            .await;
        for part in ["quality", "communication", "timeliness", "value"] {
            browser.tick(part, Some("5")).await;
        }
        browser.fill("body", words).await;
        look(browser, "review").await;
        browser
            .click_on("main form[action*='review'] button:not([type=button])")
            .await;
    }
    for browser in [&client, &freelancer] {
        open_contract(browser).await;
        browser.sees("Dense, and well told.").await;
        browser.sees("Knew what they wanted.").await;
        look(browser, "contract-completed").await;
    }
    api.settle().await;
    server.check();
    assert!(server.failures().is_empty(), "{:?}", server.failures());
    client.close().await;
    freelancer.close().await;
}

/// The pages a person of the demo world opens first, found by the frame's own sections.
async fn sections(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('nav a[href^=\"/\"]')].map(a => a.getAttribute('href'))";
    let found = browser.client.execute(script, vec![]).await.expect("links");
    let mut all: Vec<String> = found
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    all.sort();
    all.dedup();
    all.retain(|href| href.starts_with("/w/atelier"));
    assert!(all.len() >= 4, "a frame with sections: {all:?}");
    all
}

#[tokio::test]
async fn the_main_screens_in_every_look() {
    let server = Setup::of(BIN).demo().start().await;
    server.api().await.raise_limits().await;
    for (language, dark) in [("en", false), ("ar", true)] {
        for account in ["client", "freelancer"] {
            let browser = Browser::open(BIN, &server.url, language, dark).await;
            let look_name = format!("{language}-{}", if dark { "dark" } else { "light" });
            browser.goto("/login").await;
            assert_eq!(
                browser.root("dir").await,
                if language == "ar" { "rtl" } else { "ltr" }
            );
            browser
                .sign_in(&format!("{account}@demo.test"), DEMO_PASSWORD)
                .await;
            // The account's language wins over the browser's: choose it where the frame offers it.
            if browser.root("lang").await != language {
                choose(&browser, language).await;
            }
            browser.goto("/w/atelier").await;
            assert_eq!(browser.root("lang").await, language);
            let mut pages = sections(&browser).await;
            for list in ["/w/atelier/contracts", "/w/atelier/projects"] {
                browser.goto(list).await;
                let script = "return [...document.querySelectorAll('main a')].map(a => a.getAttribute('href')).filter(h => h && /^\\/w\\/atelier\\/(contracts|projects)\\/[0-9a-f-]{36}$/.test(h)).slice(0, 2)";
                let rooms = browser.client.execute(script, vec![]).await.expect("links");
                pages.extend(
                    rooms
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(Value::as_str)
                        .map(str::to_owned),
                );
            }
            for page in &pages {
                browser.goto(page).await;
                let name = page
                    .trim_start_matches("/w/atelier")
                    .trim_matches('/')
                    .replace('/', "-");
                let name: String = name.chars().take(40).collect();
                for (width, height) in [(1280, 900), (390, 844)] {
                    browser.resize(width, height).await;
                    let seen = browser
                        .run("return [innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]")
                        .await;
                    assert_eq!(seen, serde_json::json!([width, dark]));
                    // What axe looks at is the same on both; what fits is not.
                    if width == 390 {
                        browser.audit().await;
                    } else {
                        browser.fits().await;
                    }
                    browser
                        .screenshot(&format!("{look_name}-{account}-{width}-{name}"))
                        .await;
                }
                browser.quiet_console().await;
                assert_eq!(
                    browser.root("dir").await,
                    if language == "ar" { "rtl" } else { "ltr" },
                    "{page}"
                );
                let text = browser.text().await;
                for sign in [
                    "market-",
                    "work-",
                    "ledger-",
                    "ui-",
                    "people-",
                    "identity-",
                    "notice-",
                    "error-",
                ] {
                    let raw = text
                        .split_whitespace()
                        .find(|w| w.starts_with(sign) && w.matches('-').count() >= 2);
                    assert_eq!(raw, None, "{page} shows a key instead of words");
                }
            }
            browser.close().await;
        }
    }
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}

/// Chooses a language in the frame.
async fn choose(browser: &Browser, language: &str) {
    let script = format!(
        "const f = [...document.querySelectorAll('form[action$=\"/preferences\"]')].find(f => f.querySelector('[name=locale][value=\"{language}\"]')); \
         const b = f && f.querySelector('button[name=locale][value=\"{language}\"]'); if (b) {{ f.requestSubmit(b); return true }} \
         if (f) {{ f.requestSubmit(); return true }} return false"
    );
    let done = browser
        .client
        .execute(&script, vec![])
        .await
        .expect("a script");
    assert_eq!(done, true, "the frame offers {language}");
    for _ in 0..50 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        if browser.root("lang").await == language {
            return;
        }
    }
    panic!("the language stays {}", browser.root("lang").await);
}
