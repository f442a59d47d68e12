//! Each kind of failure on a filled form: the input stays, the person is told, and there is a way on.

use super::{enter, world};
use std::time::{Duration, Instant};
use testkit::{Browser, DEMO_PASSWORD};

const NEW: &str = "/w/atelier/projects/new";
const SEND: &str = "main form[action$='/projects'] button[type=submit]";
const NOTE: &str = "document.querySelector('[data-send-note][role=alert]')";

/// Makes the next posts of scripts fail as `window.fault` says.
const FAULTS: &str = "
  const real = window.fetch
  window.fetch = async (to, options = {}) => {
    const fault = options.method === 'POST' && window.fault
    if (!fault) return real(to, options)
    if (fault === 'broken') throw new TypeError('connection lost')
    if (fault === 'silent') throw new DOMException('no answer', 'TimeoutError')
    return new Response(fault.body || '', { status: fault.status, headers: fault.headers || {} })
  }";

async fn fill(browser: &Browser, title: &str) {
    browser.goto(NEW).await;
    browser.fill("title", title).await;
    browser.fill("description", "Words worth keeping.").await;
    browser.fill("skills", "writing").await;
    browser.fill("budget_min", "500").await;
    browser.fill("budget_max", "900").await;
}

async fn fail(browser: &Browser, fault: &str, says: &str) {
    browser.run(&format!("window.fault = {fault}")).await;
    browser.click_on(SEND).await;
    browser.until(NOTE, Duration::from_secs(5)).await;
    browser.sees(says).await;
    let kept = browser
        .run("return [document.querySelector('[name=title]').value, document.querySelector('[name=description]').value, document.querySelectorAll('form[aria-busy]').length]")
        .await;
    assert_eq!(kept[1], "Words worth keeping.", "{fault}");
    assert_eq!(kept[2], 0, "{fault}: nothing waits any more");
}

#[tokio::test]
async fn each_failure_keeps_what_was_written() {
    let (server, _api, browser) = world("en").await;
    browser.before_pages(FAULTS).await;
    enter(&browser, "client").await;
    for (fault, says) in [
        ("{status: 403}", "You may not do this"),
        ("{status: 404}", "This is not here any more"),
        ("{status: 409}", "Something changed in the meantime"),
        ("{status: 412}", "Something changed in the meantime"),
        ("{status: 413}", "This could not be taken"),
        (
            "{status: 500, headers: {'x-request-id': 'req-77777777'}}",
            "req-77777777",
        ),
        (
            "{status: 503, headers: {'retry-after': '1'}}",
            "Try again: it is done once",
        ),
        ("'silent'", "No answer came in time"),
        ("'broken'", "The connection broke"),
    ] {
        fill(&browser, "Kept").await;
        fail(&browser, fault, says).await;
        browser.audit().await;
    }
    // The last of them is tried again and goes through, once.
    browser.run("window.fault = null").await;
    browser.click_on("[data-send-note] .btn-primary").await;
    browser.sees("Words worth keeping.").await;
    assert!(browser.path().await.contains("/w/atelier/projects/0"));

    // 422 without a page: marked at the field, the first one has the focus.
    fill(&browser, "Kept").await;
    let fault = r#"{status: 422, headers: {'content-type': 'application/problem+json'}, body: JSON.stringify({detail: 'Look again.', errors: [{pointer: '/title', message: 'Too short.'}, {pointer: '/skills', message: 'Too few.'}]})}"#;
    fail(&browser, fault, "Too short.").await;
    assert_eq!(
        browser.run("return document.activeElement.name").await,
        "title"
    );
    assert_eq!(
        browser
            .run("return document.querySelector('[name=skills]').getAttribute('aria-invalid')")
            .await,
        "true"
    );
    browser.audit().await;

    // 429: the button waits as long as the server asked, and no longer.
    fill(&browser, "Kept").await;
    let began = Instant::now();
    fail(
        &browser,
        "{status: 429, headers: {'retry-after': '3'}}",
        "Too many requests",
    )
    .await;
    let disabled = format!("document.querySelector(\"{SEND}\").disabled");
    assert_eq!(browser.run(&format!("return {disabled}")).await, true);
    browser
        .until(&format!("!{disabled}"), Duration::from_secs(6))
        .await;
    let waited = began.elapsed();
    assert!(
        (Duration::from_millis(2_500)..Duration::from_secs(6)).contains(&waited),
        "{waited:?}"
    );
    browser
        .until(
            "document.getElementById('status').textContent",
            Duration::from_secs(1),
        )
        .await;

    // 401: signing in leads back to the draft.
    fill(&browser, "Came back").await;
    fail(&browser, "{status: 401}", "You are signed out").await;
    browser
        .client
        .delete_all_cookies()
        .await
        .expect("no session");
    browser.click_on("[data-send-note] a").await;
    browser.fill("email", "client@demo.test").await;
    browser.fill("password", DEMO_PASSWORD).await;
    browser.submit("/login").await;
    assert_eq!(browser.path().await, NEW);
    let value = browser
        .run("return document.querySelector('[name=title]').value")
        .await;
    assert_eq!(value, "Came back");
    assert!(server.failures().is_empty(), "{:?}", server.failures());
    browser.close().await;
}

#[tokio::test]
async fn without_a_connection_nothing_is_lost() {
    let (_server, _api, browser) = world("ar").await;
    enter(&browser, "client").await;
    fill(&browser, "من غير شبكة").await;
    browser.offline(true).await;
    browser
        .until(
            "document.querySelector('.offline[role=status]')",
            Duration::from_secs(3),
        )
        .await;
    browser.click_on(SEND).await;
    browser.until(NOTE, Duration::from_secs(3)).await;
    let kept = browser
        .run("return document.querySelector('[name=title]').value")
        .await;
    assert_eq!(kept, "من غير شبكة");
    browser.offline(false).await;
    browser
        .until(
            "!document.querySelector('.offline')",
            Duration::from_secs(3),
        )
        .await;
    browser.click_on("[data-send-note] .btn-primary").await;
    browser.sees("من غير شبكة").await;
    assert!(browser.path().await.contains("/w/atelier/projects/0"));
    browser.close().await;
}

#[tokio::test]
async fn five_clicks_are_one_record() {
    let (_server, api, browser) = world("en").await;
    browser
        .before_pages("const real = window.fetch; window.fetch = async (to, options) => { if (options?.method === 'POST') { window.posts = (window.posts || 0) + 1; await new Promise((done) => setTimeout(done, 2000)) } return real(to, options) }")
        .await;
    enter(&browser, "client").await;
    fill(&browser, "Five clicks").await;
    let busy = browser
        .run(&format!("return (async () => {{ const b = document.querySelector(\"{SEND}\"); for (let i = 0; i < 5; i++) b.click(); await new Promise((done) => setTimeout(done, 100)); const soon = [b.disabled, b.form.getAttribute('aria-busy')]; await new Promise((done) => setTimeout(done, 400)); return [...soon, document.documentElement.hasAttribute('data-waiting'), window.posts] }})()"))
        .await;
    assert_eq!(busy, serde_json::json!([true, "true", true, 1]));
    browser
        .until(
            "location.pathname.includes('/projects/0')",
            Duration::from_secs(8),
        )
        .await;
    api.settle().await;
    browser.goto("/w/atelier/projects/mine").await;
    let count = browser.run("return [...document.querySelectorAll('main a')].filter(a => a.textContent.includes('Five clicks')).length").await;
    assert_eq!(count, 1);
    browser.close().await;
}

#[tokio::test]
async fn a_form_posts_whatever_script_throws() {
    let (_server, _api, browser) = world("en").await;
    enter(&browser, "client").await;
    // Something that each of the modules needs when it starts or when a form is sent.
    for (module, broken) in [
        (
            "busy",
            "Document.prototype.querySelectorAll = () => { throw new Error('x') }",
        ),
        (
            "draft",
            "performance.getEntriesByType = () => { throw new Error('x') }",
        ),
        (
            "errors",
            "HTMLElement.prototype.focus = () => { throw new Error('x') }",
        ),
        (
            "keys",
            "HTMLElement.prototype.hasAttribute = () => { throw new Error('x') }",
        ),
        (
            "live",
            "Object.defineProperty(Navigator.prototype, 'locks', { get() { throw new Error('x') } })",
        ),
        (
            "time",
            "Intl.RelativeTimeFormat = class { constructor() { throw new Error('x') } }",
        ),
        (
            "send",
            "Document.prototype.getElementById = () => { throw new Error('x') }",
        ),
        (
            "send while sending",
            "window.FormData = class { constructor() { throw new Error('x') } }",
        ),
        (
            "storage",
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('x') } })",
        ),
    ] {
        let added = browser
            .devtools("Page.addScriptToEvaluateOnNewDocument", serde_json::json!({"source": format!("if (location.pathname === '{NEW}') {{ {broken} }}")}))
            .await;
        browser.goto(NEW).await;
        // Filled by the page itself: the driver's own scripts may need what is broken.
        let fields = format!(
            "const f = [...document.forms].find(f => f.action.endsWith('/projects') && f.method === 'post'); for (const [name, value] of [['title', 'Whatever {module}'], ['description', 'Words.'], ['skills', 'writing'], ['budget_min', '500'], ['budget_max', '900']]) f.elements[name].value = value; [...f.elements].find(e => e.type === 'submit').click(); return true"
        );
        assert_eq!(browser.run(&fields).await, true);
        let began = Instant::now();
        while !browser.path().await.contains("/projects/0") {
            assert!(
                began.elapsed() < Duration::from_secs(8),
                "{module}: the form is sent"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        browser.sees(&format!("Whatever {module}")).await;
        browser
            .devtools(
                "Page.removeScriptToEvaluateOnNewDocument",
                serde_json::json!({"identifier": added["identifier"]}),
            )
            .await;
    }
    browser.close().await;
}

#[tokio::test]
async fn a_part_fails_alone_and_is_tried_again() {
    let (_server, _api, browser) = world("en").await;
    browser
        .before_pages("const real = window.fetch; window.fetch = async (to, options) => window.refuse ? new Response('', { status: 500 }) : real(to, options)")
        .await;
    enter(&browser, "client").await;
    browser.goto("/w/atelier/notifications").await;
    let before = browser
        .run("return document.querySelectorAll('#notices tr').length")
        .await;
    browser.run("window.refuse = true; document.getElementById('notices').dispatchEvent(new CustomEvent('live'))").await;
    browser
        .until(
            "document.querySelector('#notices [data-panel-fault][role=alert]')",
            Duration::from_secs(3),
        )
        .await;
    // The rest stays, and so does what was there.
    assert!(browser.has("nav a[href='/w/atelier/projects']").await);
    assert_eq!(
        browser
            .run("return document.querySelectorAll('#notices tr').length")
            .await,
        before
    );
    browser
        .run("window.refuse = false; document.querySelector('[data-panel-fault] button').click()")
        .await;
    browser
        .until(
            "!document.querySelector('[data-panel-fault]')",
            Duration::from_secs(3),
        )
        .await;
    browser.close().await;
}

#[tokio::test]
async fn broken_drafts_do_no_harm() {
    let (_server, _api, browser) = world("en").await;
    enter(&browser, "client").await;
    fill(&browser, "A draft").await;
    browser
        .until(
            "Object.keys(localStorage).some(k => k.startsWith('draft:'))",
            Duration::from_secs(3),
        )
        .await;
    for harm in [
        "localStorage.setItem(key, '{{{')",
        "localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: [[1, 2]] }))",
        "localStorage.setItem(key, JSON.stringify({ at: Date.now() - 8 * 864e5, values: [['title', 'text', '', 'Old']] }))",
        "localStorage.setItem(key, JSON.stringify({ at: Date.now(), version: '99', values: [['title', 'text', '', 'Other version']] }))",
    ] {
        // From another page: a page that is left keeps what is written on it.
        browser.goto("/w/atelier").await;
        browser
            .run(&format!("const key = Object.keys(localStorage).find(k => k.startsWith('draft:')) || 'draft:x'; {harm}"))
            .await;
        browser.goto(NEW).await;
        let value = browser
            .run("return document.querySelector('[name=title]').value")
            .await;
        assert_eq!(value, "", "{harm}");
        browser.quiet_console().await;
        browser.fill("title", "Again").await;
        browser
            .until(
                "Object.keys(localStorage).some(k => k.startsWith('draft:'))",
                Duration::from_secs(3),
            )
            .await;
    }
    // Full: writing goes on, in silence.
    browser.run("try { for (let i = 0; ; i++) localStorage.setItem('fill' + i, 'x'.repeat(500000)) } catch { return true }").await;
    browser.fill("title", "While full").await;
    browser.quiet_console().await;
    browser.run("for (const k of Object.keys(localStorage)) if (k.startsWith('fill')) localStorage.removeItem(k)").await;
    // Gone at sign-out.
    browser.fill("title", "Before leaving").await;
    browser
        .until(
            "Object.keys(localStorage).some(k => k.startsWith('draft:'))",
            Duration::from_secs(3),
        )
        .await;
    browser
        .run("document.querySelector('form[data-sign-out]').requestSubmit()")
        .await;
    browser
        .until(
            "!document.querySelector('form[data-sign-out]')",
            Duration::from_secs(5),
        )
        .await;
    let left = browser
        .run("return Object.keys(localStorage).filter(k => k.startsWith('draft:')).length")
        .await;
    assert_eq!(left, 0);
    browser.close().await;
}
