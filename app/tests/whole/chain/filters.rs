//! Filters say what they take, count what they leave, and live in the address.

use super::{act, page, two, world};
use serde_json::json;
use testkit::{
    Api, Deal,
    party::{PASSWORD, id},
};

async fn ask(api: &Api, operation: &str, query: &str) -> testkit::Answer {
    let path = api.spec.find(operation).at(&api.workspace, "");
    api.get(&format!("{path}?{query}")).await
}

#[tokio::test]
async fn hours_to_share_need_a_time_zone() {
    let server = world().await;
    let (_, freelancer) = two(&server).await;
    let visitor = server.api().await;
    for operation in ["project.list", "freelancer.list"] {
        let answer = ask(&visitor, operation, "overlap_hours=4").await;
        assert_eq!(
            (answer.status, answer.pointers()),
            (422, vec!["/time_zone"]),
            "{operation}: {}",
            answer.text
        );
        let own = ask(&freelancer.api, operation, "overlap_hours=4").await;
        assert_eq!(own.status, 200, "{operation}: {}", own.text);
    }
    let _ = freelancer
        .api
        .call("profile.update", "", json!({"time_zone": "Asia/Tokyo"}))
        .await
        .ok();
    let own = ask(&freelancer.api, "project.list", "overlap_hours=8")
        .await
        .body;
    let named = ask(
        &freelancer.api,
        "project.list",
        "overlap_hours=8&time_zone=Asia/Tokyo",
    )
    .await;
    assert_eq!(own["data"], named.body["data"]);
    let told = page(&freelancer, "/projects?overlap_hours=8").await;
    assert!(
        told.text.contains("Asia/Tokyo"),
        "the page says whose zone it took"
    );
}

#[tokio::test]
async fn projects_are_found_by_what_is_known_of_their_client() {
    let server = world().await;
    let deal = Deal::fresh(&server, &[20_000]).await;
    deal.finish(&deal.milestones[0]).await;
    let _ = deal.client.sign_off(&deal.contract).await.ok();
    let _ = deal.freelancer.sign_off(&deal.contract).await.ok();
    deal.client.review(&deal.contract, "Good work.").await;
    deal.freelancer
        .review(&deal.contract, "A good client.")
        .await;
    deal.client.api.settle().await;
    let rated = deal.client.post_project("Zephyr by a rated client").await;
    let api = server.api().await;
    let stranger = testkit::Party::register(&api, "Nadia", &["client"], "en").await;
    let bare = stranger.post_project("Zephyr by a stranger").await;
    let ids = |found: &serde_json::Value| -> Vec<String> {
        let rows = found["data"].as_array().expect("rows");
        rows.iter().map(id).collect()
    };
    for (name, value) in [("client_rating", "40"), ("payment_verified", "true")] {
        for words in ["", "q=zephyr&"] {
            let all = ask(&api, "project.list", &format!("{words}limit=100"))
                .await
                .body;
            let counted = all["facets"][name]
                .as_array()
                .into_iter()
                .flatten()
                .find(|one| one["value"] == value)
                .map(|one| one["count"].clone());
            let query = format!("{words}limit=100&{name}={value}");
            let found = ask(&api, "project.list", &query).await.body;
            let left = ids(&found);
            assert!(
                left.contains(&rated) && !left.contains(&bare),
                "{query}: {found}"
            );
            assert_eq!(counted, Some(json!(left.len())), "{query}");
            assert_eq!(found["page"]["total"], json!(left.len()), "{query}");
        }
    }
    let shown = page(
        &deal.freelancer,
        "/projects?client_rating=40&payment_verified=true",
    )
    .await;
    assert!(shown.text.contains(&rated) && !shown.text.contains(&bare));
}

#[tokio::test]
async fn an_inbox_that_never_had_any_offers_no_filters_to_clear() {
    let server = world().await;
    let (client, freelancer) = two(&server).await;
    let project = client.post_project("Quiet").await;
    let filtered = format!("/projects/{project}/proposals?state=shortlisted");
    let never = page(&client, &filtered).await.text;
    assert!(!never.contains("Clear filters"));
    freelancer.propose(&project, &[50_000]).await;
    let nothing = page(&client, &filtered).await.text;
    assert!(nothing.contains("Clear filters"));
    // What is no amount is told beside it, and stays to be mended.
    let wrong = format!("/projects/{project}/proposals?bid_max=abc");
    let wrong = page(&client, &wrong).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    assert!(
        wrong.text.contains("value=\"abc\"") && wrong.text.contains("id=\"f-bid-max-error\""),
        "{}",
        wrong.text
    );
    let _ = act(&client, "project.show", &project).await.ok();
}

#[tokio::test]
async fn a_freelancer_is_found_from_the_moment_they_confirm() {
    let server = world().await;
    let (client, _) = two(&server).await;
    let api = server.api().await;
    // Far apart, so that none is found as a misspelling of another.
    for name in ["Quillonger", "Bexhampton", "Zorafidis"] {
        let email = format!("{}@example.test", name.to_lowercase());
        let body = json!({"email": email, "password": PASSWORD, "display_name": name, "locale": "en",
            "accept_terms": true, "roles": ["freelancer"]});
        let joined = api
            .post(&format!("/api/v1/w/{}/auth/register", api.workspace), &body)
            .await;
        assert_eq!(joined.status, 202, "{}", joined.text);
        api.settle().await;
        let found = async || {
            let query = format!("q={name}");
            let all = ask(&client.api, "freelancer.list", &query).await.body;
            all["data"].as_array().expect("rows").len()
        };
        assert_eq!(found().await, 0, "not before the address is confirmed");
        let mails = api.mails(&email).await;
        let link = mails[0]["links"][0].as_str().expect("a link");
        let token = link.rsplit(['/', '=']).next().unwrap_or("");
        let _ = api
            .call("auth.verify", "", json!({"token": token}))
            .await
            .ok();
        assert_eq!(found().await, 1, "in the same breath");
    }
}
