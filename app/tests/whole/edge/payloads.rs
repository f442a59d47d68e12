//! Hostile texts stored wherever a text can be stored, then every page in a real browser: no
//! dialog, no script, no violation of the policy; and in queries they find no more than they say.

use crate::BIN;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Browser, DEMO_PASSWORD, MARKET, Party, Setup, party::PASSWORD};

/// A hundred texts: seeds in the wrappings in which they work.
fn corpus() -> Vec<String> {
    let seeds = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "<a href=javascript:alert(1)>x</a>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](x\" onerror=\"alert(1))",
        "<style>*{background:url(//evil.test)}</style>",
        "<base href=//evil.test>",
        "<meta http-equiv=refresh content=0;url=//evil.test>",
        "<form action=//evil.test><button>x",
        "<math><mi xlink:href=javascript:alert(1)>x",
        "{{constructor.constructor('alert(1)')()}}",
        "<input autofocus onfocus=alert(1)>",
        "<details open ontoggle=alert(1)>",
        "<template><script>alert(1)</script></template>",
        "<object data=javascript:alert(1)>",
        "<div hx-get=/account hx-trigger=load>x</div>",
        "<link rel=stylesheet href=//evil.test/x.css>",
    ];
    let wraps: [(&str, &str); 5] = [
        ("", ""),
        ("\">", ""),
        ("'>", ""),
        ("</textarea>", ""),
        ("--><!--", "-->"),
    ];
    let all: Vec<String> = wraps
        .iter()
        .flat_map(|(before, after)| {
            seeds
                .iter()
                .map(move |seed| format!("{before}{seed}{after}"))
        })
        .collect();
    assert_eq!(all.len(), 100);
    all
}

#[tokio::test]
async fn hostile_texts_stay_texts_on_every_page() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let texts = corpus();
    let client = Party::register(&api, "Mallory", &["client"], "en").await;
    let freelancer = Party::register(&api, "Eve", &["freelancer"], "en").await;
    for (party, name) in [
        (&client, "<svg/onload=alert(1)>"),
        (&freelancer, "\"><img src=x onerror=alert(1)>"),
    ] {
        let body = json!({"display_name": name, "locale": "en", "theme": "light"});
        let _ = party.api.call("account.update", "", body).await.ok();
    }
    let all = texts.join("\n\n");
    let short = |n: usize| texts[n % texts.len()].chars().take(100).collect::<String>();
    let made = async |n: usize| {
        let body = client.api.spec.body_with(
            "project.create",
            json!({"title": short(n), "description": all, "visibility": "public",
            "skills": [short(n + 1).chars().take(30).collect::<String>(), "<b>bold</b>"]}),
        );
        let project = testkit::party::id(&client.api.call("project.create", "", body).await.ok());
        let _ = client
            .api
            .call("project.publish", &project, Value::Null)
            .await
            .ok();
        project
    };
    let project = made(0).await;
    let mut open = String::new();
    for n in (5..100).step_by(5) {
        open = made(n).await;
    }
    let usd = |minor: i64| json!({"amount_minor": minor, "currency": "USD"});
    let cover: String = all.chars().take(4_900).collect();
    let body = freelancer.api.spec.body_with(
        "proposal.submit",
        json!({"bid": usd(60_000), "cover_letter": cover, "duration_days": 20,
        "milestones": [{"title": short(1), "amount": usd(60_000), "due_days": 7}]}),
    );
    let proposal = testkit::party::id(
        &freelancer
            .api
            .call("proposal.submit", &project, body)
            .await
            .ok(),
    );
    let profile = json!({"title": short(2), "bio": cover, "skills": ["<i>x</i>", "\"'><"], "visibility": "public"});
    let _ = freelancer
        .api
        .call("profile.update", "", profile)
        .await
        .ok();
    let contract = client.offer(&proposal).await;
    freelancer.accept(&contract).await;
    api.settle().await;
    let member = freelancer
        .api
        .call("wallet.show", "", Value::Null)
        .await
        .ok();
    let member = member["member_id"].as_str().unwrap_or("").to_owned();

    for (party, pages) in [
        (
            &client,
            vec![
                "".to_owned(),
                "/projects".to_owned(),
                "/projects/mine".to_owned(),
                format!("/projects/{project}"),
                format!("/projects/{open}/edit"),
                format!("/projects/{project}/proposals"),
                format!("/proposals/{proposal}"),
                "/contracts".to_owned(),
                format!("/contracts/{contract}"),
                "/freelancers".to_owned(),
                format!("/freelancers/{member}"),
                "/notifications".to_owned(),
                format!(
                    "/projects?q={}",
                    "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"
                ),
            ],
        ),
        (
            &freelancer,
            vec![
                "".to_owned(),
                "/profile/edit".to_owned(),
                "/proposals".to_owned(),
                format!("/projects/{project}"),
                "/notifications".to_owned(),
            ],
        ),
    ] {
        let browser = Browser::open(BIN, &server.url, "en", false).await;
        browser.sign_in(&party.email, PASSWORD).await;
        for page in pages {
            // A dialog would make every later command fail.
            browser.goto(&format!("/w/{MARKET}{page}")).await;
            browser.quiet_console().await;
            assert!(!browser.has("main script, main iframe, main object, main base, main [onerror], main [onload], main a[href^='javascript']").await, "{page}");
        }
        browser.goto("/dev/mail").await;
        browser.quiet_console().await;
        browser.close().await;
    }
    // They read as they were written.
    let cookie = api.cookie(&client.email, PASSWORD).await;
    let page = api
        .page(&format!("/w/{MARKET}/projects/{project}"), &cookie)
        .await;
    assert!(
        page.text.contains("&lt;script&gt;alert(1)"),
        "shown as text"
    );
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}

#[tokio::test]
async fn a_query_is_a_text_and_no_program() {
    let server = Setup::of(BIN).demo().start().await;
    let mut api = server.api().await;
    api.raise_limits().await;
    api.login("client@demo.test", DEMO_PASSWORD).await;
    let lists = api
        .spec
        .operations
        .iter()
        .filter(|o| o.method == "GET")
        .filter(|o| o.id_name().is_none());
    let mut tried = 0;
    for operation in lists {
        let path = operation.at(MARKET, "");
        for parameter in operation.raw["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] != "query" {
                continue;
            }
            let name = parameter["name"].as_str().unwrap_or("");
            for text in [
                "%27%20or%20%271%27%3D%271",
                "1%29%20or%201%3D1--",
                "%27%3Bselect%20pg_sleep%285%29--",
                "1%20and%20%28select%20pg_sleep%285%29%29%20is%20null",
                "%25",
                "_",
                "%5C",
                "%27%20union%20select%20null--",
                "*%3A*%20%7C%20%21x%20%26%20%28",
            ] {
                let began = Instant::now();
                let answer = api.get(&format!("{path}?{name}={text}")).await;
                assert!(answer.status < 500, "{path}?{name}={text}: {}", answer.text);
                assert!(
                    began.elapsed() < Duration::from_secs(4),
                    "{path}?{name}={text} sleeps"
                );
                if name == "q" && answer.status == 200 {
                    let rows = answer.body["data"].as_array().map_or(0, Vec::len);
                    let all = api.get(&path).await.body["data"]
                        .as_array()
                        .map_or(0, Vec::len);
                    assert!(
                        rows < all || all == 0,
                        "{path}?{name}={text} finds everything"
                    );
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried}");
    assert!(server.failures().is_empty(), "{:?}", server.failures());
}
