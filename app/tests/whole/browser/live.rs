//! Notices live: one stream for all tabs, the same count everywhere, nothing left behind.

use super::{enter, world};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Browser, Party};

const COUNT: &str = "return document.getElementById('notice-badge').hidden ? '0' : document.querySelector('#notice-badge [data-count]').textContent";

async fn tabs(browser: &Browser) -> Vec<fantoccini::wd::WindowHandle> {
    browser.client.windows().await.expect("windows")
}

#[tokio::test]
async fn five_tabs_one_stream_one_count() {
    let (server, api, browser) = world("en").await;
    enter(&browser, "client").await;
    for _ in 0..4 {
        let tab = browser.client.new_window(true).await.expect("a tab");
        browser
            .client
            .switch_to_window(tab.handle)
            .await
            .expect("it");
        browser.goto("/w/atelier").await;
    }
    let all = tabs(&browser).await;
    assert_eq!(all.len(), 5);
    let locks = browser
        .run("return navigator.locks.query().then(all => [all.held, all.pending].map(list => list.filter(l => l.name.startsWith('guildhall:events:')).length))")
        .await;
    assert_eq!(locks, json!([1, 4]), "one tab listens, four wait");

    // Something happens: a freelancer proposes to a project of the client.
    let before: i64 = browser
        .run(COUNT)
        .await
        .as_str()
        .and_then(|c| c.parse().ok())
        .expect("a count");
    let client = Party::demo(&server, "client").await;
    let project = client.post_project("Live notices").await;
    let freelancer = Party::register(&api, "Live", &["freelancer"], "en").await;
    let _ = freelancer.propose(&project, &[60_000]).await;
    api.settle().await;
    let told = Instant::now();
    let expected = (before + 1).to_string();
    for tab in &all {
        browser
            .client
            .switch_to_window(tab.clone())
            .await
            .expect("a tab");
        loop {
            let shown = browser.run(COUNT).await;
            if shown == expected.as_str() {
                break;
            }
            assert!(
                told.elapsed() < Duration::from_secs(3),
                "{shown} is {expected} in every tab"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let page: Value = client
        .api
        .get("/api/v1/w/atelier/notifications?unread=true&limit=1")
        .await
        .body;
    assert_eq!(page["page"]["total"], before + 1, "the API agrees");

    // The notice leads to its thing and is read; every tab counts down.
    browser.goto("/w/atelier/notifications?unread=true").await;
    browser
        .click_on("#notices form[action$='/opening'] button")
        .await;
    assert!(
        browser.path().await.contains("/w/atelier/"),
        "{}",
        browser.path().await
    );
    browser
        .client
        .switch_to_window(all[0].clone())
        .await
        .expect("a tab");
    browser
        .until(
            &format!(
                "document.querySelector('#notice-badge [data-count]').textContent === '{before}'"
            ),
            Duration::from_secs(4),
        )
        .await;
    // All at once: shown before the answer, and true after it.
    browser.goto("/w/atelier/notifications").await;
    browser.submit("/notifications/readings").await;
    browser
        .until(
            "document.getElementById('notice-badge').hidden",
            Duration::from_secs(2),
        )
        .await;
    let page: Value = client
        .api
        .get("/api/v1/w/atelier/notifications?unread=true&limit=1")
        .await
        .body;
    assert_eq!(page["page"]["total"], 0);
    assert!(server.failures().is_empty(), "{:?}", server.failures());
    browser.close().await;
}

#[tokio::test]
async fn what_was_shown_too_soon_is_put_back() {
    let (_server, _api, browser) = world("en").await;
    browser
        .before_pages("const real = window.fetch; window.fetch = async (to, options) => options?.method === 'POST' && location.pathname.endsWith('/notifications') ? (await new Promise((done) => setTimeout(done, 400)), new Response('', { status: 500 })) : real(to, options)")
        .await;
    enter(&browser, "client").await;
    browser.goto("/w/atelier/notifications").await;
    let before = browser.run(COUNT).await;
    assert_ne!(before, "0", "the demo world left something unread");
    let hidden = browser
        .run("document.querySelector('form[data-sure] button').click(); return document.getElementById('notice-badge').hidden")
        .await;
    assert_eq!(hidden, true, "at once");
    browser
        .until(
            "document.querySelector('[data-send-note][role=alert]')",
            Duration::from_secs(3),
        )
        .await;
    assert_eq!(browser.run(COUNT).await, before);
    browser.close().await;
}

#[tokio::test]
async fn late_news_changes_nothing_and_pages_leave_nothing_behind() {
    let (_server, _api, browser) = world("en").await;
    enter(&browser, "client").await;
    browser.goto("/w/atelier").await;
    // A newer version was told; the older one that comes after it is not passed on.
    let told = browser
        .run("const heard = []; document.addEventListener('guildhall:event', (e) => heard.push(e.detail.data.version)); const c = new BroadcastChannel('guildhall:' + document.body.dataset.me); for (const version of [3, 2, 4]) c.postMessage({ type: 'change', data: { kind: 'thing', id: 'x', version } }); return new Promise((done) => setTimeout(() => done(heard.filter(Number.isInteger)), 300))")
        .await;
    assert_eq!(told, json!([3, 4]));
    // Hidden: no timer runs.
    let timers = browser
        .run("let n = 0; const real = window.setInterval; window.setInterval = (...a) => { n += 1; return real(...a) }; Object.defineProperty(document, 'hidden', { value: true, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); const hidden = n; Object.defineProperty(document, 'hidden', { value: false, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); return [hidden, n]")
        .await;
    assert_eq!(timers, json!([0, 1]));
    // 50 pages later there are as many listeners and nodes as at first.
    let count = async || {
        browser.goto("/w/atelier/projects").await;
        browser
            .devtools("HeapProfiler.collectGarbage", json!({}))
            .await;
        browser.devtools("Memory.getDOMCounters", json!({})).await["jsEventListeners"]
            .as_i64()
            .expect("a count")
    };
    let base = count().await;
    for round in 0..50 {
        browser
            .goto(if round % 2 == 0 {
                "/w/atelier/contracts"
            } else {
                "/w/atelier/projects"
            })
            .await;
    }
    let after = count().await;
    assert!(
        after <= base + base / 2 + 20,
        "{base} listeners became {after}"
    );
    let locks = browser
        .run("return navigator.locks.query().then(all => all.held.length + all.pending.length)")
        .await;
    assert_eq!(locks, 1);
    browser.quiet_console().await;
    browser.close().await;
}
