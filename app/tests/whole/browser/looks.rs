//! Every width, language and theme: nothing scrolls sideways at 400 % zoom, every word comes from
//! the catalogues, the theme is there from the first byte.

use super::{enter, world};
use testkit::Browser;

const PUBLIC: [&str; 6] = [
    "/",
    "/login",
    "/forgot",
    "/terms",
    "/w/atelier/register",
    "/w/atelier/projects",
];
const OWN: [&str; 7] = [
    "/account",
    "/account/password",
    "/workspaces",
    "/w/atelier",
    "/w/atelier/notifications",
    "/w/atelier/notifications/preferences",
    "/w/atelier/freelancers",
];

fn pages(account: &str) -> Vec<&'static str> {
    let more: &[&str] = match account {
        "client" => &[
            "/w/atelier/projects/new",
            "/w/atelier/projects/mine",
            "/w/atelier/contracts",
            "/w/atelier/payment-methods",
            "/w/atelier/activity",
        ],
        "freelancer" => &[
            "/w/atelier/proposals",
            "/w/atelier/contracts",
            "/w/atelier/wallet",
            "/w/atelier/wallet/statement",
            "/w/atelier/payouts",
            "/w/atelier/destinations",
            "/w/atelier/profile/edit",
        ],
        "owner" => &[
            "/w/atelier/members",
            "/w/atelier/invitations",
            "/w/atelier/invitations/new",
            "/w/atelier/audit",
        ],
        _ => return PUBLIC.to_vec(),
    };
    OWN.iter().chain(more).copied().collect()
}

/// The rooms a list leads to.
async fn rooms(browser: &Browser) -> Vec<String> {
    let mut found = vec![];
    for list in [
        "/w/atelier/projects",
        "/w/atelier/contracts",
        "/w/atelier/proposals",
    ] {
        browser.goto(list).await;
        let hrefs = browser.run("return [...document.querySelectorAll('main a')].map(a => a.getAttribute('href')).filter(h => /^\\/w\\/atelier\\/(contracts|projects|proposals)\\/[0-9a-f-]{36}$/.test(h)).slice(0, 2)").await;
        found.extend(
            hrefs
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|h| h.as_str().map(str::to_owned)),
        );
    }
    found
}

#[tokio::test]
async fn at_four_hundred_percent_nothing_scrolls_sideways() {
    let (_server, _api, mut browser) = world("en").await;
    // A client has no proposals of their own: the list of rooms asks all the same.
    browser.expect("status of 403");
    for account in ["", "client", "freelancer", "owner"] {
        let mut all: Vec<String> = pages(account).iter().map(|p| (*p).to_owned()).collect();
        browser.client.delete_all_cookies().await.expect("nobody");
        if !account.is_empty() {
            enter(&browser, account).await;
            all.extend(rooms(&browser).await);
        }
        for page in &all {
            browser.goto(page).await;
            // 1280 pixels at 400 % are 320 by 256.
            for (width, height) in [(320, 256), (360, 740), (2560, 1300)] {
                browser.resize(width, height).await;
                browser.fits().await;
            }
        }
    }
    browser.quiet_console().await;
    browser.close().await;
}

#[tokio::test]
async fn arabic_pages_hold_no_word_from_elsewhere() {
    let (_server, _api, mut browser) = world("ar").await;
    browser.expect("status of 403");
    let mut found: Vec<String> = vec![];
    for account in ["", "client", "freelancer", "owner"] {
        browser.client.delete_all_cookies().await.expect("nobody");
        let mut all: Vec<String> = pages(account).iter().map(|p| (*p).to_owned()).collect();
        all.push("/w/atelier/nothing-here".to_owned());
        browser.expect("status of 404");
        if !account.is_empty() {
            enter(&browser, account).await;
            browser
                .run("return fetch('/preferences', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'locale=ar&theme=system&return_to=/' }).then(r => r.status)")
                .await;
            all.extend(rooms(&browser).await);
        }
        for page in &all {
            browser.goto(page).await;
            assert_eq!(browser.root("dir").await, "rtl", "{page}");
            // What people wrote stands in bdi or prose, what machines say in code or ltr; sums,
            // zones and names of people are isolated. All else is ours and must be Arabic.
            let strange = browser
                .run("const own = 'bdi, [dir=auto], code, kbd, .prose, [dir=ltr], .money, textarea, .avatar, [lang=en], .money-code, svg, option[value*=\"/\"], .mark, template, script, select[name=timezone]'; \
                    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); const found = []; \
                    while (walk.nextNode()) { const n = walk.currentNode; if (n.parentElement.closest(own)) continue; \
                      const text = n.data.replace(/\\u2068[^\\u2069]*\\u2069/g, '').replace(/Guildhall|Atelier|Markdown|English|UTC|USD|PDF|CSV|JSON lines|[A-Z][a-z]+\\/[A-Za-z_]+|[a-z]+\\.[a-z]+|project|^\\s*[a-z]+ \\(\\d+\\)\\s*$|\\/dev\\/\\S+|[\\w.]+@[\\w.]+/g, ''); \
                      if (/[A-Za-z]{2,}/.test(text)) found.push(n.parentElement.tagName + ': ' + text.trim().slice(0, 60)) } \
                    for (const e of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) for (const a of ['aria-label', 'title', 'placeholder', 'alt']) { const v = (e.getAttribute(a) || '').replace(/\\u2068[^\\u2069]*\\u2069/g, '').replace(/Guildhall|USD/g, ''); if (/[A-Za-z]{3,}/.test(v) && !/UTC/.test(v)) found.push(a + ': ' + v.slice(0, 60)) } \
                    return found.slice(0, 5)")
                .await;
            found.extend(
                strange
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|s| format!("{account} {page} {s}")),
            );
        }
    }
    assert_eq!(found, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test]
async fn the_theme_is_there_from_the_first_byte_and_follows_the_account() {
    let (server, api, browser) = world("en").await;
    enter(&browser, "client").await;
    browser.goto("/w/atelier").await;
    browser.click_on("details.menu > summary.icon-button").await;
    browser
        .click_on("form[action='/preferences'] button[name=theme][value=dark]")
        .await;
    assert_eq!(browser.root("data-theme").await, "dark");
    // Another device: its first answer carries it already.
    let cookie = api.cookie("client@demo.test", testkit::DEMO_PASSWORD).await;
    let page = api.page("/w/atelier", &cookie).await;
    let head = page.text.split("<body").next().unwrap_or("");
    assert!(head.contains("data-theme=\"dark\""), "{head}");
    let other = Browser::open(crate::BIN, &server.url, "en", false).await;
    enter(&other, "client").await;
    assert_eq!(other.root("data-theme").await, "dark");
    let ground = other
        .run("return getComputedStyle(document.documentElement).colorScheme")
        .await;
    assert_eq!(ground, "dark");
    other.close().await;
    browser.close().await;
}

#[tokio::test]
async fn what_is_in_the_way_is_told_with_its_id() {
    let (server, api, mut browser) = world("en").await;
    browser.expect("status of 4");
    enter(&browser, "freelancer").await;
    for (path, status, words) in [
        ("/w/atelier/nothing-here", 404, "There is nothing here"),
        ("/w/nowhere", 404, "There is nothing here"),
        ("/w/atelier/projects/no-id", 404, "There is nothing here"),
        ("/w/atelier/audit", 403, "This is not open to you"),
        ("/links/used-or-never-was", 410, "This is gone"),
    ] {
        browser.goto(path).await;
        let id = browser
            .run("return document.querySelector('.fault-id')?.dataset.request || ''")
            .await;
        if status == 410 && id == "" {
            // A dead link has a page of its own.
            continue;
        }
        browser.sees(words).await;
        assert!(id.as_str().is_some_and(|id| id.len() >= 8), "{path}: {id}");
        assert!(browser.has("main a.btn").await, "{path}: a way on");
        browser.audit().await;
    }
    let _ = (server, api);
    browser.close().await;
}
