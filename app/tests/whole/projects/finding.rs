//! How projects and freelancers are found.

use super::{act, found, ids, publish, world};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use testkit::{
    MARKET, Party,
    party::{id, usd},
};

/// The counts a list tells are what it holds after the click.
#[tokio::test]
async fn counts_hold_and_orders_agree_with_the_database() {
    let (server, client, one, _) = world().await;
    for (title, skills, category, days) in [
        (
            "Harbour \"rain gauge\" readings",
            json!(["Postgres", "rust"]),
            "software-backend",
            "2031-01-01",
        ),
        (
            "A gauge for rain",
            json!(["postgresql"]),
            "software",
            "2030-06-01",
        ),
        (
            "Letters in stone",
            json!(["rust", "js"]),
            "design-print",
            "2032-01-01",
        ),
    ] {
        publish(&client, json!({"title": title, "skills": skills, "category": category, "deadline": days, "time_zone": "Asia/Tokyo"})).await;
    }
    let all = found(&one, "project.list", "").await;
    let facets = all["facets"].as_object().expect("facets");
    let mut tried = 0;
    for (facet, name) in [
        ("category", "category"),
        ("level", "level"),
        ("skill", "skills"),
        ("country", "country"),
    ] {
        for row in facets[facet].as_array().expect("rows") {
            let value = row["value"]
                .as_str()
                .expect("a value")
                .replace(' ', "%20")
                .replace('#', "%23")
                .replace('+', "%2B");
            let after = found(&one, "project.list", &format!("{name}={value}")).await;
            assert_eq!(
                after["page"]["total"], row["count"],
                "{facet} {value}: {after}"
            );
            tried += 1;
        }
    }
    assert!(tried > 8, "facets to click");
    let titles = |found: &Value| -> Vec<String> {
        let rows = found["data"].as_array().expect("rows");
        rows.iter()
            .map(|r| r["title"].as_str().expect("a title").to_owned())
            .collect()
    };
    let both = found(&one, "project.list", "skills=rust,postgres").await;
    assert_eq!(titles(&both), ["Harbour \"rain gauge\" readings"]);
    assert_eq!(
        found(&one, "project.list", "skills=rust,psql&match=any&q=gauge").await["page"]["total"],
        2
    );
    assert_eq!(
        titles(&found(&one, "project.list", "q=%22rain%20gauge%22").await),
        ["Harbour \"rain gauge\" readings"]
    );
    assert_eq!(
        found(&one, "project.list", "q=rain%20gauge").await["page"]["total"],
        2
    );
    assert_eq!(
        titles(&found(&one, "project.list", "q=javascript%20stone").await),
        ["Letters in stone"]
    );
    assert_eq!(
        found(
            &one,
            "project.list",
            "q=stone&time_zone=Asia/Seoul&overlap_hours=8"
        )
        .await["page"]["total"],
        1
    );
    assert_eq!(
        found(
            &one,
            "project.list",
            "q=stone&time_zone=America/Lima&overlap_hours=2"
        )
        .await["page"]["total"],
        0
    );
    assert_eq!(
        found(&one, "project.list", "q=!!").await["page"]["total"],
        0
    );
    assert_eq!(
        found(&one, "skill.list", "q=postg").await["data"][0]["name"],
        "postgresql"
    );

    let database = server.database().await;
    let mut tx = database.begin_owner().await.expect("the owner");
    for (sort, order) in [
        ("newest", "published_at desc, id desc"),
        ("budget", "budget_max_minor desc, id desc"),
        ("budget_low", "budget_min_minor, id"),
        ("deadline", "coalesce(deadline, '9999-12-31'), id"),
    ] {
        let statement = format!(
            "select id::text from market.project where state = 'open' and visibility <> 'invite_only'
             and workspace_id = (select workspace_id from kernel.workspace where slug = '{MARKET}') order by {order}"
        );
        let expected: Vec<String> = sqlx::query_scalar(AssertSqlSafe(statement))
            .fetch_all(&mut *tx)
            .await
            .expect("rows");
        let (mut walked, mut cursor) = (vec![], String::new());
        loop {
            let page = found(
                &one,
                "project.list",
                &format!("sort={sort}&limit=3{cursor}"),
            )
            .await;
            walked.extend(ids(&page, "id"));
            match page["page"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(walked, expected, "{sort}");
    }
}

#[tokio::test]
async fn freelancers_are_found_shown_and_hidden() {
    let (server, client, one, other) = world().await;
    let change = |who: &Party, body: Value| {
        let who = who.clone();
        async move {
            let now = who.api.call("profile.show", "", Value::Null).await.ok();
            let version = format!("\"{}\"", now["version"]);
            let path = who
                .api
                .spec
                .find("profile.update")
                .at(&who.api.workspace, "");
            let answer = who
                .api
                .send("PATCH", &path, &body, &[("if-match", &version)])
                .await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            now["member_id"].as_str().expect("a member").to_owned()
        }
    };
    let frida = change(&one, json!({"title": "Senior developer of glossaries", "skills": ["Rust", "Postgres"], "languages": ["Arabic", "English"],
        "country": "EG", "time_zone": "Africa/Cairo", "hourly_rate": usd(4_000), "visibility": "public", "weekly_hours": 20})).await;
    let fares = change(&other, json!({"title": "Developer", "skills": ["rust"], "languages": ["english"], "country": "US",
        "time_zone": "America/Lima", "hourly_rate": usd(9_000), "availability": "limited", "visibility": "public"})).await;
    let search = |query: &'static str| {
        let client = client.clone();
        async move { found(&client, "freelancer.list", query).await }
    };
    let typo = search("q=glosaries%20develper").await;
    assert_eq!(
        ids(&typo, "member_id"),
        std::slice::from_ref(&frida),
        "{typo}"
    );
    assert!(
        typo["meant"]
            .as_str()
            .is_some_and(|m| m.contains("developer")),
        "{typo}"
    );
    // The demo world's own freelancers may be found beside these two.
    let both = ids(&search("skills=rust,psql").await, "member_id");
    assert!(
        both.contains(&frida) && !both.contains(&fares),
        "all of the skills: {both:?}"
    );
    let low = ids(&search("skills=rust&sort=rate_low").await, "member_id");
    let place = |all: &[String], who: &String| all.iter().position(|m| m == who);
    assert!(place(&low, &frida) < place(&low, &fares), "{low:?}");
    for (query, expected, other) in [
        ("skills=rust&language=Arabic", &frida, &fares),
        ("skills=rust&rate_min=50&rate_max=100", &fares, &frida),
        ("q=developer&availability=limited", &fares, &frida),
        ("q=developer&country=EG", &frida, &fares),
        (
            "q=developer&time_zone=Europe/Berlin&overlap_hours=6",
            &frida,
            &fares,
        ),
    ] {
        let found = ids(&search(query).await, "member_id");
        assert!(
            found.contains(expected) && !found.contains(other),
            "{query}: {found:?}"
        );
    }
    let all = search("").await;
    for (facet, name) in [
        ("country", "country"),
        ("availability", "availability"),
        ("skill", "skills"),
        ("language", "language"),
    ] {
        for row in all["facets"][facet].as_array().expect("rows") {
            let value = row["value"]
                .as_str()
                .expect("a value")
                .replace(' ', "%20")
                .replace('+', "%2B")
                .replace('#', "%23");
            let after = found(&client, "freelancer.list", &format!("{name}={value}")).await;
            assert_eq!(after["page"]["total"], row["count"], "{facet} {value}");
        }
    }

    let entry = json!({"kind": "portfolio", "title": "The harbour glossary", "place": "City museum", "text": "4,000 words.",
        "link": "https://example.org/glossary", "from_year": 2024});
    let shown = id(&one.api.call("showcase.add", "", entry).await.ok());
    let wrong =
        json!({"kind": "education", "title": "Letters", "from_year": 2024, "to_year": 2020});
    assert_eq!(
        one.api.call("showcase.add", "", wrong).await.pointers(),
        ["/to_year"]
    );
    assert_eq!(act(&other, "showcase.remove", &shown).await.status, 404);
    let api = server.api().await;
    let path = format!("/api/v1/w/{MARKET}/freelancers/{frida}");
    let view = api.get(&path).await.ok();
    assert_eq!(
        view["portfolio"][0]["title"], "The harbour glossary",
        "{view}"
    );
    assert!(
        view["work"]["standing"]["success_percent"].is_null()
            && view["local_time"]
                .as_str()
                .is_some_and(|t| t.contains("+0")),
        "{view}"
    );
    let page = api
        .page(&format!("/w/{MARKET}/freelancers/{frida}"), "")
        .await;
    assert!(
        page.text.contains("The harbour glossary") && page.text.contains("Work on this platform")
    );

    change(&one, json!({"visibility": "hidden"})).await;
    assert_eq!(api.get(&path).await.status, 404);
    assert_eq!(
        api.page(&format!("/w/{MARKET}/freelancers/{frida}"), "")
            .await
            .status,
        404
    );
    assert!(!ids(&search("q=developer").await, "member_id").contains(&frida));
}
