//! What the browser adds and must never take away: failures keep what was written, scripts only
//! enhance, one stream for all tabs, keys reach everything, every width and language.

mod failures;
mod flow;
mod live;
mod looks;
mod places;

use crate::BIN;
use testkit::{Api, Browser, DEMO_PASSWORD, Server, Setup};

/// A demo world with a browser in it, and a client of the API.
async fn world(language: &str) -> (Server, Api, Browser) {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let browser = Browser::open(BIN, &server.url, language, false).await;
    (server, api, browser)
}

/// Signs in as someone of the demo world.
async fn enter(browser: &Browser, account: &str) {
    let email = format!("{account}@demo.test");
    browser.sign_in(&email, DEMO_PASSWORD).await;
}
