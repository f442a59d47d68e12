//! A project with everything its client asks, who may see and bid on it, and how it is found.

use crate::BIN;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use testkit::{Answer, MARKET, Party, Server, Setup, party::id, party::usd};

async fn world() -> (Server, Party, Party, Party) {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let client = Party::register(&api, "Carla", &["client"], "en").await;
    let one = Party::register(&api, "Frida", &["freelancer"], "en").await;
    let other = Party::register(&api, "Fares", &["freelancer"], "ar").await;
    api.settle().await;
    (server, client, one, other)
}

async fn try_create(client: &Party, more: Value) -> Answer {
    let body = client.api.spec.body_with("project.create", more);
    client.api.call("project.create", "", body).await
}

async fn publish(client: &Party, more: Value) -> String {
    let project = id(&try_create(client, more).await.ok());
    let _ = act(client, "project.publish", &project).await.ok();
    project
}

async fn act(who: &Party, operation: &str, on: &str) -> Answer {
    who.api.call(operation, on, Value::Null).await
}

fn bid(more: Value) -> Value {
    let mut body = json!({"bid": usd(50_000), "cover_letter": "Gladly.", "duration_days": 10,
        "milestones": [{"title": "All", "amount": usd(50_000), "due_days": 10}]});
    for (name, value) in more.as_object().expect("fields") {
        body[name] = value.clone();
    }
    body
}

async fn found(who: &Party, operation: &str, query: &str) -> Value {
    let path = who.api.spec.find(operation).at(&who.api.workspace, "");
    let answer = who.api.get(&format!("{path}?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    answer.body
}

fn ids(found: &Value, name: &str) -> Vec<String> {
    let rows = found["data"].as_array().expect("rows");
    rows.iter()
        .map(|r| r[name].as_str().expect("an id").to_owned())
        .collect()
}

#[tokio::test]
async fn a_client_says_all_they_wish_and_bidders_answer() {
    let (server, client, one, other) = world().await;
    let faults = |answer: Answer| {
        let pointers = answer
            .pointers()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>();
        (answer.status, pointers)
    };
    let at = |pointer: &str| (422, vec![pointer.to_owned()]);
    assert_eq!(
        faults(try_create(&client, json!({"deadline": "2020-01-01"})).await),
        at("/deadline")
    );
    assert_eq!(
        faults(try_create(&client, json!({"deadline": "31.12.2030"})).await),
        at("/deadline")
    );
    assert_eq!(
        faults(try_create(&client, json!({"overlap_hours": 4})).await),
        at("/time_zone")
    );
    let many = vec![json!({"text": "Why?"}); 11];
    assert_eq!(
        faults(try_create(&client, json!({"questions": many})).await),
        at("/questions")
    );
    let questions = json!([{"text": "Which press do you print on?", "required": true}, {"text": "When can you begin?"}]);
    let file = client
        .upload("brief.txt", "text/plain", b"A walking guide")
        .await;
    let wishes = json!({"deadline": "2031-05-01", "country": "EG", "time_zone": "Africa/Cairo", "overlap_hours": 4, "nda": true,
        "questions": questions, "files": [file]});
    for (name, kind, bytes, code) in [
        (
            "report.pdf",
            "application/pdf",
            &b"only words"[..],
            "file_type_mismatch",
        ),
        ("x.png", "image/png", b"%PDF-1.7 x", "file_type_mismatch"),
        (
            "y.zip",
            "application/zip",
            b"\x89PNG\r\n\x1a\n\0\0",
            "file_type_mismatch",
        ),
        ("z.txt", "image/png", b"only words", "file_type_mismatch"),
        ("a.hta.", "text/plain", b"only words", "file_type_refused"),
        (
            "run.bat. ",
            "text/plain",
            b"only words",
            "file_type_refused",
        ),
        ("x.jse", "text/plain", b"only words", "file_type_refused"),
    ] {
        let refused = client.try_upload(name, kind, bytes).await;
        assert_eq!(refused.refused(415), code, "{name}");
    }
    let project = publish(&client, wishes).await;
    let shown = act(&one, "project.show", &project).await.ok();
    assert_eq!(
        (
            &shown["deadline"],
            &shown["nda"],
            &shown["questions"][0]["required"]
        ),
        (&json!("2031-05-01"), &json!(true), &json!(true)),
        "{shown}"
    );
    let href = shown["files"][0]["id"].as_str().expect("a file").to_owned();
    assert_eq!(act(&other, "file.show", &href).await.status, 200);
    assert_eq!(
        client
            .api
            .call("project.update", &project, json!({"status": "completed"}))
            .await
            .status,
        422,
        "no state is set by hand"
    );

    let submit = |body| one.api.call("proposal.submit", &project, body);
    assert_eq!(faults(submit(bid(json!({}))).await), at("/answers"));
    let empty =
        json!({"answers": [{"position": 2, "answer": "Monday"}, {"position": 1, "answer": " "}]});
    assert_eq!(faults(submit(bid(empty)).await), at("/answers/1/answer"));
    let own = one.upload("sample.txt", "text/plain", b"A sample").await;
    let full = bid(
        json!({"answers": [{"position": 1, "answer": "An old Heidelberg."}], "available_from": "2030-02-03",
        "weekly_hours": 20, "files": [own]}),
    );
    let sent = submit(full).await.ok();
    assert_eq!(
        (
            &sent["answers"][0]["question"],
            &sent["weekly_hours"],
            &sent["available_from"]
        ),
        (
            &json!("Which press do you print on?"),
            &json!(20),
            &json!("2030-02-03")
        ),
        "{sent}"
    );
    let proposal = id(&sent);
    let own = sent["files"][0]["id"].as_str().expect("a file").to_owned();
    assert_eq!(act(&client, "file.show", &own).await.status, 200);
    assert_eq!(act(&other, "file.show", &own).await.status, 404);
    assert_eq!(act(&other, "proposal.show", &proposal).await.status, 404);

    // One edit, one notice; what changed is kept.
    let edited = client
        .api
        .call(
            "project.update",
            &project,
            json!({"title": "A walking guide in two inks"}),
        )
        .await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    server.api().await.settle().await;
    let told = one.notices().await;
    assert_eq!(
        told.iter().filter(|k| *k == "project_edited").count(),
        1,
        "{told:?}"
    );

    let _ = act(&client, "proposal.shortlist", &proposal).await.ok();
    assert_eq!(
        one.api
            .call("proposal.update", &proposal, json!({"duration_days": 9}))
            .await
            .status,
        409
    );
    assert_eq!(
        one.api
            .call("proposal.attach", &proposal, json!({"files": [href]}))
            .await
            .status,
        409
    );
    server.check();
}

#[tokio::test]
async fn an_invitation_opens_what_is_hidden() {
    let (server, client, one, other) = world().await;
    let file = client
        .upload("quiet.txt", "text/plain", b"Not for everyone")
        .await;
    let project = publish(
        &client,
        json!({"title": "Quietly wanted", "visibility": "invite_only", "files": [file]}),
    )
    .await;
    for stranger in [&one, &other] {
        assert_eq!(act(stranger, "project.show", &project).await.status, 404);
    }
    let profile = |who: &Party| {
        let who = who.clone();
        async move { who.api.call("profile.show", "", Value::Null).await.ok()["member_id"].clone() }
    };
    let (frida, fares) = (profile(&one).await, profile(&other).await);
    let invite = |body| client.api.call("project.invite", &project, body);
    let invited =
        invite(json!({"freelancer_id": frida, "message": "Your guide is what we have in mind."}))
            .await
            .ok();
    assert_eq!(invited["state"], "invited");
    assert_eq!(
        invite(json!({"freelancer_id": frida})).await.code(),
        "invitation_exists"
    );
    let nobody = invite(json!({"freelancer_id": testkit::unique()})).await;
    assert_eq!(
        (nobody.status, nobody.code()),
        (422, "invalid"),
        "{}",
        nobody.text
    );
    assert_eq!(
        other
            .api
            .call("project.invite", &project, json!({"freelancer_id": fares}))
            .await
            .status,
        403,
        "who may not invite is told so, whatever there is"
    );
    server.api().await.settle().await;
    assert!(
        one.notices()
            .await
            .contains(&"project_invitation".to_owned())
    );
    assert_eq!(act(&one, "project.show", &project).await.status, 200);
    assert_eq!(act(&other, "project.show", &project).await.status, 404);
    assert!(!ids(&found(&one, "project.list", "q=quietly").await, "id").contains(&project));
    let invitation = id(&invited);
    assert_eq!(
        act(&other, "project_invitation.decline", &invitation)
            .await
            .status,
        404
    );

    let sent = one
        .api
        .call("proposal.submit", &project, bid(json!({})))
        .await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    let own = found(&one, "project_invitation.list_own", "").await;
    assert_eq!(own["data"][0]["state"], "proposed", "{own}");
    assert_eq!(
        act(&one, "project_invitation.decline", &invitation)
            .await
            .code(),
        "invitation_answered"
    );
    let second = id(&invite(json!({"freelancer_id": fares})).await.ok());
    let _ = act(&other, "project_invitation.decline", &second)
        .await
        .ok();
    assert_eq!(act(&other, "project.show", &project).await.status, 404);
    server.api().await.settle().await;
    assert!(
        client
            .notices()
            .await
            .contains(&"invitation_declined".to_owned())
    );
    // Whoever was turned down reads on in their own proposal alone.
    for operation in [("project.show", &project), ("file.show", &file)] {
        assert_eq!(act(&one, operation.0, operation.1).await.status, 200);
    }
    let proposal = id(&sent.ok());
    let _ = act(&client, "proposal.decline", &proposal).await.ok();
    for operation in [("project.show", &project), ("file.show", &file)] {
        assert_eq!(act(&one, operation.0, operation.1).await.status, 404);
    }
    assert_eq!(act(&one, "proposal.show", &proposal).await.status, 200);
    server.check();
}

#[tokio::test]
async fn hiring_is_paused_ended_and_put_away() {
    let (server, client, one, other) = world().await;
    let project = publish(&client, json!({"positions": 3})).await;
    let first = one.propose(&project, &[30_000]).await;
    let state = |answer: Answer| answer.ok()["state"].as_str().unwrap_or_default().to_owned();
    let (left, right) = tokio::join!(
        act(&client, "project.pause", &project),
        act(&client, "project.pause", &project)
    );
    let mut statuses = [left.status, right.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "two pauses at once are one");
    assert_eq!(
        other
            .api
            .call("proposal.submit", &project, bid(json!({})))
            .await
            .code(),
        "project_not_open"
    );
    assert!(!ids(&found(&other, "project.list", "").await, "id").contains(&project));
    assert_eq!(act(&one, "project.resume", &project).await.status, 403);
    assert_eq!(
        state(act(&client, "project.resume", &project).await),
        "open"
    );
    assert_eq!(
        act(&client, "project.resume", &project).await.code(),
        "project_not_paused"
    );
    assert_eq!(
        act(&client, "project.close_hiring", &project).await.code(),
        "nobody_hired"
    );

    let waiting = other.propose(&project, &[40_000]).await;
    let contract = client.offer(&first).await;
    assert_eq!(
        act(&client, "project.close_hiring", &project).await.code(),
        "offer_open"
    );
    one.accept(&contract).await;
    assert_eq!(
        act(&client, "project.cancel", &project).await.code(),
        "project_has_contract"
    );
    assert_eq!(
        state(act(&client, "project.close_hiring", &project).await),
        "in_progress"
    );
    server.api().await.settle().await;
    let told = other.notices().await;
    assert_eq!(
        told.iter().filter(|k| *k == "proposal_closed").count(),
        1,
        "{told:?}"
    );
    let closed = act(&other, "proposal.show", &waiting).await.ok();
    assert_eq!(closed["state"], "closed");
    assert_eq!(
        state(act(&client, "project.reopen", &project).await),
        "open"
    );
    assert_eq!(
        act(&client, "project.archive", &project).await.code(),
        "project_not_ended"
    );

    let idle = publish(&client, json!({"title": "Given up"})).await;
    let bidder = other.propose(&idle, &[20_000]).await;
    assert_eq!(
        state(act(&client, "project.cancel", &idle).await),
        "cancelled"
    );
    assert_eq!(
        act(&other, "project.show", &idle).await.status,
        200,
        "its bidder reads it"
    );
    assert_eq!(
        act(&other, "proposal.show", &bidder).await.ok()["state"],
        "closed"
    );
    assert!(!ids(&found(&one, "project.list", "q=given").await, "id").contains(&idle));
    let _ = act(&client, "project.archive", &idle).await.ok();
    assert_eq!(
        act(&client, "project.archive", &idle).await.code(),
        "project_archived"
    );
    assert!(!ids(&found(&client, "project.list", "scope=mine").await, "id").contains(&idle));
    assert!(
        ids(
            &found(&client, "project.list", "scope=mine&state=archived").await,
            "id"
        )
        .contains(&idle)
    );
    server.check();
}

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

/// Contracts and reviews make a standing; it is told in the comparison and on the lists.
#[tokio::test]
async fn proposals_are_compared_by_what_is_known() {
    let (server, client, one, other) = world().await;
    let project = publish(&client, json!({"skills": ["rust", "maps"]})).await;
    let (first, second) = (
        one.propose(&project, &[30_000]).await,
        other.propose(&project, &[20_000, 20_000]).await,
    );
    let path = client
        .api
        .spec
        .find("proposal.compare")
        .at(&client.api.workspace, &project);
    let both = client
        .api
        .get(&format!("{path}?ids={first}&ids={second}"))
        .await
        .ok();
    let rows = both["proposals"].as_array().expect("two");
    assert_eq!(rows.len(), 2);
    assert!(
        rows.iter()
            .all(|r| r["standing"]["reviews"] == 0 && r["client_total"]["amount_minor"].is_i64()),
        "{both}"
    );
    assert_eq!(
        client.api.get(&format!("{path}?ids={first}")).await.status,
        422
    );
    let demo = Party::demo(&server, "client").await;
    let foreign = demo.post_project("Another's").await;
    let theirs = one.propose(&foreign, &[10_000]).await;
    assert_eq!(
        client
            .api
            .get(&format!("{path}?ids={first}&ids={theirs}"))
            .await
            .status,
        404
    );
    assert_eq!(
        one.api
            .get(&format!("{path}?ids={first}&ids={second}"))
            .await
            .status,
        403
    );
    let inbox = client
        .api
        .spec
        .find("proposal.list")
        .at(&client.api.workspace, &project);
    for (query, expected) in [
        ("sort=lowest", &first),
        ("sort=highest", &second),
        ("bid_max=350", &first),
        ("viewed=false&sort=highest", &second),
    ] {
        let rows = client.api.get(&format!("{inbox}?{query}")).await;
        assert_eq!(
            id(&rows.body["data"][0]),
            *expected,
            "{query}: {}",
            rows.text
        );
    }
    // The demo world's finished contract is known of its freelancer.
    server.api().await.settle().await;
    let listed = found(&client, "freelancer.list", "sort=rating").await;
    assert!(
        listed["data"][0]["rating_tenths"]
            .as_i64()
            .is_some_and(|t| t > 0),
        "{listed}"
    );
}

#[tokio::test]
async fn a_form_half_written_is_there_again() {
    let (server, client, one, _) = world().await;
    let api = server.api().await;
    let cookie = api.cookie(&client.email, testkit::party::PASSWORD).await;
    let save = format!("/w/{MARKET}/drafts/project");
    let fields = [
        ("title", "Half a thou"),
        ("skills", "rust"),
        ("questions.0.text", "Why you?"),
    ];
    assert_eq!(api.form(&save, &fields, &cookie).await.status, 204);
    // Another browser.
    let cookie = api.cookie(&client.email, testkit::party::PASSWORD).await;
    let new = format!("/w/{MARKET}/projects/new");
    let page = api.page(&new, &cookie).await;
    assert!(
        page.text.contains("Half a thou") && page.text.contains("Why you?"),
        "{}",
        page.text
    );
    let foreign = api.cookie(&one.email, testkit::party::PASSWORD).await;
    assert_eq!(api.page(&new, &foreign).await.status, 403);
    assert!(
        api.form(&format!("{save}/discard"), &[], &cookie)
            .await
            .status
            < 400
    );
    assert!(!api.page(&new, &cookie).await.text.contains("Half a thou"));

    let project = publish(&client, json!({})).await;
    let save = format!("/w/{MARKET}/drafts/proposal/{project}");
    assert_eq!(
        api.form(&save, &[("cover_letter", "I would begin")], &foreign)
            .await
            .status,
        204
    );
    let page = api
        .page(
            &format!("/w/{MARKET}/projects/{project}/proposals/new"),
            &foreign,
        )
        .await;
    assert!(page.text.contains("I would begin"), "{}", page.text);
}
