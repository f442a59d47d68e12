//! Lists without a row: those who are new are told why and where to go, and filters that leave
//! nothing can be taken off.

use crate::BIN;
use serde_json::json;
use testkit::{Api, Party, Setup, party::PASSWORD};

/// The empty state of a page: from its mark to the end of the page's content.
async fn state_of(api: &Api, cookie: &str, path: &str) -> String {
    let page = api.page(path, cookie).await;
    assert_eq!(page.status, 200, "{path}: {}", page.text);
    let at = page
        .text
        .find("class=\"empty\"")
        .unwrap_or_else(|| panic!("{path} has an empty state: {}", page.text));
    let rest = &page.text[at..];
    rest[..rest.find("</main>").unwrap_or(rest.len())].to_owned()
}

/// The first address an empty state leads to.
fn way_on(state: &str) -> Option<&str> {
    let actions = &state[state.find("class=\"actions\"")?..];
    let address = &actions[actions.find("href=\"")? + 6..];
    address.split('"').next()
}

async fn each_leads_on(api: &Api, cookie: &str, workspace: &str, paths: &[&str]) {
    for path in paths {
        let at = format!("/w/{workspace}{path}");
        let state = state_of(api, cookie, &at).await;
        let way = way_on(&state).unwrap_or_else(|| panic!("{at} leads on: {state}"));
        let there = api.page(way, cookie).await;
        // Cards are entered at the provider: the way there is a redirect.
        let open =
            matches!(there.status, 200 | 303) && !there.header("location").contains("/login");
        assert!(open, "{at} leads to {way}: {} {}", there.status, there.text);
    }
}

async fn each_can_be_cleared(api: &Api, cookie: &str, workspace: &str, paths: &[&str]) {
    for path in paths {
        let at = format!("/w/{workspace}{path}");
        let state = state_of(api, cookie, &at).await;
        assert!(state.contains("Clear filters"), "{at}: {state}");
        let way = way_on(&state).unwrap_or_else(|| panic!("{at} leads on: {state}"));
        let base = at.split('?').next().unwrap_or_default();
        assert!(way.starts_with(base), "{at} goes back to its list: {way}");
        assert_ne!(way, at, "without its filter");
    }
}

#[tokio::test]
async fn a_new_workspace_leads_everyone_on() {
    let server = Setup::of(BIN)
        .with("GUILDHALL_OPEN_FOUNDING", "true")
        .start()
        .await;
    let mut api = server.api().await;
    api.raise_limits().await;
    let founding = json!({"email": "olga@example.test", "password": PASSWORD, "display_name": "Olga", "locale": "en",
        "accept_terms": true, "workspace_name": "Fresh", "workspace_slug": "fresh", "currency": "USD"});
    let founded = api.call("workspace.found", "", founding).await;
    assert_eq!(founded.status, 202, "{}", founded.text);
    api.settle().await;
    let mails = api.mails("olga@example.test").await;
    let link = mails[0]["links"][0].as_str().expect("a link");
    let token = link.rsplit(['/', '=']).next().unwrap_or_default();
    let _ = api
        .call("auth.verify", "", json!({"token": token}))
        .await
        .ok();
    api = api.in_workspace("fresh");
    let cookie = api.cookie("olga@example.test", PASSWORD).await;
    each_leads_on(
        &api,
        &cookie,
        "fresh",
        &[
            "/projects",
            "/freelancers",
            "/contracts/held",
            "/invitations",
            "/ledger",
            "/refunds",
            "/chargebacks",
            "/provider-events",
            "/bank-receipts",
            "/payout-reviews",
        ],
    )
    .await;
    each_can_be_cleared(
        &api,
        &cookie,
        "fresh",
        &[
            "/projects?q=zebra",
            "/freelancers?q=zebra",
            "/members?state=removed",
            "/refunds?state=manual",
            "/chargebacks?state=won",
            "/provider-events?state=kept",
            "/provider-events?kind=payment.zebra",
            "/bank-receipts?state=rejected",
            "/fees/plans?q=zebra",
            "/audit?outcome=failed",
        ],
    )
    .await;

    let client = Party::register(&api, "Carla", &["client"], "en").await;
    let cookie = api.cookie(&client.email, PASSWORD).await;
    let both = [
        "/contracts",
        "/wallet",
        "/wallet/statement",
        "/invoices",
        "/payment-methods",
        "/notifications",
    ];
    each_leads_on(&api, &cookie, "fresh", &both).await;
    each_leads_on(&api, &cookie, "fresh", &["/projects", "/projects/mine"]).await;
    each_can_be_cleared(&api, &cookie, "fresh", &["/invoices?kind=receipt"]).await;

    let freelancer = Party::register(&api, "Farid", &["freelancer"], "en").await;
    let cookie = api.cookie(&freelancer.email, PASSWORD).await;
    each_leads_on(
        &api,
        &cookie,
        "fresh",
        &[
            "/projects",
            "/proposals",
            "/contracts",
            "/wallet",
            "/wallet/holds",
            "/destinations",
            "/payouts",
            "/payouts/new",
            "/profile/showcase",
            "/notifications",
        ],
    )
    .await;
    each_can_be_cleared(&api, &cookie, "fresh", &["/payouts?state=failed"]).await;
}
