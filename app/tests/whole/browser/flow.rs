//! The core of the work from the first look to the approval, once without any script and once by
//! keys alone.

use super::world;
use testkit::{Api, Browser, party::PASSWORD, unique};

/// How pages are worked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hand {
    Mouse,
    Keys,
}

struct Person {
    browser: Browser,
    hand: Hand,
}

impl Person {
    /// Follows a link or presses a button.
    async fn go(&self, css: &str) {
        match self.hand {
            Hand::Mouse => self.browser.click_on(css).await,
            Hand::Keys => self.browser.enter(css).await,
        }
    }
    async fn follow(&self, ending: &str) {
        self.go(&format!("main a[href$='{ending}']")).await;
    }
    async fn submit(&self, ending: &str) {
        self.go(&format!(
            "main form[action$='{ending}'] button:not([type=button])"
        ))
        .await;
    }
    async fn write(&self, name: &str, value: &str) {
        if self.hand == Hand::Mouse {
            self.browser.fill(name, value).await;
            return;
        }
        self.browser
            .tab_to(&format!("[name='{name}']:not([type=hidden])"))
            .await;
        // Select all, then write over it.
        self.browser.keys("\u{e009}a").await;
        self.browser.keys(value).await;
    }
    async fn tick(&self, name: &str, value: Option<&str>) {
        if self.hand == Hand::Mouse {
            // Without scripts of the page the driver's click still goes through the label.
            self.browser.tick(name, value).await;
            return;
        }
        let value = value.map_or(String::new(), |v| format!("[value='{v}']"));
        self.browser
            .tab_to(&format!("input[name='{name}']{value}:not([type=hidden])"))
            .await;
        self.browser.keys(" ").await;
    }
    async fn join(&self, api: &Api, name: &str, role: &str) {
        let email = format!("{}-{}@example.test", name.to_lowercase(), &unique()[24..]);
        self.go("a[href='/w/atelier/register']").await;
        self.write("email", &email).await;
        self.write("display_name", name).await;
        self.write("password", PASSWORD).await;
        self.tick("roles", Some(role)).await;
        self.tick("accept_terms", None).await;
        self.submit("/w/atelier/register").await;
        api.settle().await;
        let mails = api.mails(&email).await;
        let link = mails
            .first()
            .and_then(|m| m["links"][0].as_str())
            .unwrap_or_else(|| panic!("a mailed link for {email}"))
            .to_owned();
        self.browser.goto(&link).await;
        self.go("main form button:not([type=button])").await;
        self.browser.goto("/login").await;
        self.write("email", &email).await;
        self.write("password", PASSWORD).await;
        self.submit("/login").await;
        assert!(
            !self.browser.path().await.starts_with("/login"),
            "{}",
            self.browser.text().await
        );
    }
    async fn contract(&self) {
        self.browser.goto("/w/atelier/contracts").await;
        self.go("main a[href*='/w/atelier/contracts/0']").await;
    }
}

async fn core_flow(hand: Hand) {
    let (server, api, first) = world("en").await;
    let second = Browser::open(crate::BIN, &server.url, "en", false).await;
    let (client, freelancer) = (
        Person {
            browser: first,
            hand,
        },
        Person {
            browser: second,
            hand,
        },
    );
    if hand == Hand::Mouse {
        client.browser.without_scripts().await;
        freelancer.browser.without_scripts().await;
    }

    // Browse and search as a visitor, then join.
    freelancer.browser.goto("/w/atelier/projects").await;
    if hand == Hand::Mouse {
        freelancer
            .browser
            .before_pages("document.documentElement.dataset.ran = ''")
            .await;
    }
    freelancer.write("q", "archive").await;
    freelancer
        .go("form[action$='/projects'] button:not([type=button])")
        .await;
    freelancer.browser.sees("archive").await;
    freelancer.go("main a[href*='/w/atelier/projects/0']").await;
    freelancer.browser.sees("archive").await;
    freelancer.join(&api, "Frida", "freelancer").await;

    // A client joins and posts.
    client.browser.goto("/w/atelier/projects").await;
    client.join(&api, "Carla", "client").await;
    client.browser.goto("/w/atelier/projects/new").await;
    client.write("title", "Osmium without hands").await;
    client
        .write("description", "Forty pages about osmium.")
        .await;
    client.write("skills", "writing, chemistry").await;
    client.write("budget_min", "500").await;
    client.write("budget_max", "2000").await;
    client.submit("/projects").await;
    client.browser.sees("Osmium without hands").await;
    let project = client.browser.path().await;
    client.follow("/publication").await;
    client.submit("/publication").await;

    // Propose.
    freelancer.browser.goto(&project).await;
    freelancer.follow("/proposals/new").await;
    freelancer.write("bid", "1000").await;
    freelancer.write("duration_days", "20").await;
    freelancer.write("milestones.0.title", "All of it").await;
    freelancer.write("milestones.0.amount", "1000").await;
    freelancer.write("milestones.0.due_days", "20").await;
    freelancer
        .write("cover_letter", "I know osmium well.")
        .await;
    freelancer.submit("/proposals/review").await;
    freelancer.submit("/proposals").await;
    freelancer.browser.sees("I know osmium well.").await;

    // Offer and acceptance.
    client.browser.goto(&format!("{project}/proposals")).await;
    client.go("main a[href*='/w/atelier/proposals/0']").await;
    client.follow("/offer").await;
    client.submit("/offer").await;
    client.browser.sees("1,000.00").await;
    freelancer.contract().await;
    freelancer.follow("/acceptance").await;
    freelancer.submit("/acceptance").await;

    // Fund by a card given at the provider's own page.
    client.contract().await;
    client.follow("/funding").await;
    client.go("a[href*='/payment-methods/new']").await;
    for (name, value) in [
        ("number", "4242424242424242"),
        ("exp_month", "12"),
        ("exp_year", "2031"),
        ("cvc", "123"),
    ] {
        client.write(name, value).await;
    }
    client.go("form button:not([type=button])").await;
    // Without scripts the provider's page asks for one more press to come back.
    if !client.browser.path().await.contains("/funding") && client.browser.has("form button").await
    {
        client.go("form button:not([type=button])").await;
    }
    client.browser.sees("4242").await;
    client.submit("/funding").await;
    client.browser.sees("1,000.00").await;

    // Deliver and approve.
    freelancer.contract().await;
    freelancer.follow("/deliveries").await;
    freelancer.write("message", "Here is all of it").await;
    freelancer.submit("/deliveries").await;
    freelancer.browser.sees("Here is all of it").await;
    client.contract().await;
    client.follow("/approval").await;
    client.submit("/approval").await;
    client.contract().await;
    api.settle().await;
    freelancer.browser.goto("/w/atelier/wallet").await;
    freelancer.browser.sees("950.00").await;
    if hand == Hand::Mouse {
        // The pages themselves ran nothing: what scripts set is not there.
        let ran = freelancer
            .browser
            .run("return document.querySelectorAll('[data-was]').length")
            .await;
        assert_eq!(ran, 0);
    }
    server.check();
    assert!(server.failures().is_empty(), "{:?}", server.failures());
    client.browser.close().await;
    freelancer.browser.close().await;
}

#[tokio::test]
async fn without_any_script() {
    core_flow(Hand::Mouse).await;
}

#[tokio::test]
async fn by_keys_alone() {
    core_flow(Hand::Keys).await;
}

#[tokio::test]
async fn the_first_key_skips_to_the_content() {
    let (_server, _api, browser) = world("en").await;
    browser.goto("/w/atelier/projects").await;
    browser.keys("\u{e004}").await;
    let first = browser.run("const r = document.activeElement.getBoundingClientRect(); return [document.activeElement.className, r.top >= 0]").await;
    assert_eq!(first, serde_json::json!(["skip", true]));
    browser.keys("\u{e007}").await;
    browser
        .until(
            "document.activeElement.id === 'main'",
            std::time::Duration::from_secs(2),
        )
        .await;
    // Less motion means none.
    browser
        .devtools("Emulation.setEmulatedMedia", serde_json::json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}))
        .await;
    let moving = browser
        .run("return [...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e); return s.animationName !== 'none' || s.transitionProperty !== 'none' && parseFloat(s.transitionDuration) > 0 }).length")
        .await;
    assert_eq!(moving, 0);
    browser.close().await;
}
