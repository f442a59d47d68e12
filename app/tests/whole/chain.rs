//! The way from a project to its end is one chain: every page says who acts next, what was refused
//! names what stands in the way, and the API offers what the pages offer.

mod acting;
mod drafts;
mod filters;
mod refusals;
mod start;
mod told;
mod visitors;

use crate::BIN;
use serde_json::Value;
use testkit::{Answer, DEMO_PASSWORD, Party, Server, Setup, party::PASSWORD};

const DAY: i64 = 86_400;

async fn world() -> Server {
    let server = Setup::of(BIN).demo().start().await;
    server.api().await.raise_limits().await;
    server
}

/// A client with a card and a freelancer, both without a past.
async fn two(server: &Server) -> (Party, Party) {
    let api = server.api().await;
    let client = Party::register(&api, "Carla", &["client"], "en").await;
    let freelancer = Party::register(&api, "Frida", &["freelancer"], "en").await;
    client.attach_card("4242424242424242").await;
    (client, freelancer)
}

/// A page of the workspace as this party reads it.
async fn page(party: &Party, path: &str) -> Answer {
    let password = if party.email.ends_with("@demo.test") {
        DEMO_PASSWORD
    } else {
        PASSWORD
    };
    let cookie = party.api.cookie(&party.email, password).await;
    let path = format!("/w/{}{path}", party.api.workspace);
    party.api.page(&path, &cookie).await
}

/// The standing card of a page: where it stands, who acts next, by which act.
fn card(page: &str) -> &str {
    let card = page.find("class=\"standing\"").map(|at| &page[at..]);
    let card = card.unwrap_or_else(|| panic!("a standing card in {page}"));
    card.find("</section>").map_or(card, |end| &card[..end])
}

/// Who acts next, as that card names them.
fn who(page: &str) -> &str {
    let card = card(page);
    let named = card.find("<dd>").map_or("", |at| &card[at..]);
    named.find("</dd>").map_or(named, |end| &named[..end])
}

async fn act(party: &Party, operation: &str, on: &str) -> Answer {
    party.api.call(operation, on, Value::Null).await
}
