//! A list is what its reader may see of all rows, neither more nor less: each actor's lists are
//! compared with asking for every row of the database by its id.

use crate::BIN;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, BTreeSet};
use testkit::{Browser, DEMO_PASSWORD, Party, Server, Setup, party::id};
use uuid::Uuid;

/// Ids, as texts.
type Ids = BTreeSet<String>;

/// All rows of a list, two at a time, so that its cursors are walked too.
async fn listed(who: &Party, operation: &str, id: &str, query: &str) -> Ids {
    let path = who.api.spec.find(operation).at(&who.api.workspace, id);
    let (mut ids, mut cursor) = (Ids::new(), String::new());
    loop {
        let answer = who.api.get(&format!("{path}?limit=2{query}{cursor}")).await;
        assert_eq!(answer.status, 200, "{operation}{query}: {}", answer.text);
        for row in answer.body["data"].as_array().into_iter().flatten() {
            assert!(
                ids.insert(testkit::party::id(row)),
                "{operation}{query} shows {row} twice"
            );
        }
        let page = &answer.body["page"];
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => {
                assert_eq!(
                    page["total"],
                    ids.len(),
                    "{operation}{query} counts what it shows"
                );
                return ids;
            }
        }
    }
}

/// Those of `all` that this party may read by their id.
async fn readable(who: &Party, operation: &str, all: &Ids) -> BTreeMap<String, Value> {
    let mut seen = BTreeMap::new();
    for id in all {
        let answer = who.api.call(operation, id, Value::Null).await;
        match answer.status {
            200 => drop(seen.insert(id.clone(), answer.ok())),
            404 => {}
            other => panic!("{operation} {id} as {}: {other} {}", who.email, answer.text),
        }
    }
    seen
}

/// Every id of a table of the market, in whatever workspace.
async fn every(server: &Server, table: &str) -> Ids {
    let database = server.database().await;
    let mut tx = database.begin_owner().await.expect("the owner");
    let ids: Vec<Uuid> =
        sqlx::query_scalar(AssertSqlSafe(format!("select id from market.{table}")))
            .fetch_all(&mut *tx)
            .await
            .expect("ids");
    ids.iter().map(Uuid::to_string).collect()
}

fn keys(seen: &BTreeMap<String, Value>, keep: impl Fn(&Value) -> bool) -> Ids {
    seen.iter()
        .filter(|(_, row)| keep(row))
        .map(|(id, _)| id.clone())
        .collect()
}

/// A project in a given visibility: opened, or left a draft.
async fn project(client: &Party, title: &str, visibility: &str, publish: bool) -> String {
    let body = client.api.spec.body_with(
        "project.create",
        json!({"title": title, "visibility": visibility, "positions": 1}),
    );
    let project = id(&client.api.call("project.create", "", body).await.ok());
    if publish {
        let _ = client
            .api
            .call("project.publish", &project, Value::Null)
            .await
            .ok();
    }
    project
}

struct World {
    server: Server,
    actors: Vec<Party>,
}

/// Two clients and two freelancers of their own beside the demo world, with projects, proposals
/// and contracts in many states between them.
async fn world() -> World {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let carla = Party::register(&api, "Carla", &["client"], "en").await;
    let cora = Party::register(&api, "Cora", &["client"], "ar").await;
    let frida = Party::register(&api, "Frida", &["freelancer"], "en").await;
    let both = Party::register(&api, "Bo", &["client", "freelancer"], "en").await;
    for client in [&carla, &cora, &both] {
        project(client, "A draft", "public", false).await;
        project(client, "By invitation", "invite_only", true).await;
        let members = project(client, "For members", "members", true).await;
        let _ = frida.propose(&members, &[50_000]).await;
        // Bid on while it was public, by invitation since: its bidder keeps it.
        let closed = project(client, "Public at first", "public", true).await;
        let _ = frida.propose(&closed, &[60_000]).await;
        let _ = client
            .api
            .call(
                "project.update",
                &closed,
                json!({"visibility": "invite_only"}),
            )
            .await
            .ok();
        let given_up = project(client, "Given up", "public", true).await;
        let _ = frida.propose(&given_up, &[70_000]).await;
        let _ = client
            .api
            .call("project.cancel", &given_up, Value::Null)
            .await
            .ok();
    }
    // A contract, a declined offer, and one that was cancelled before it was funded.
    let hired = carla.post_project("Hired").await;
    let proposal = frida.propose(&hired, &[40_000, 60_000]).await;
    let contract = carla.offer(&proposal).await;
    frida.accept(&contract).await;
    let refused = cora.post_project("Refused").await;
    let proposal = both.propose(&refused, &[90_000]).await;
    let contract = cora.offer(&proposal).await;
    let _ = both
        .api
        .call("offer.decline", &contract, json!({}))
        .await
        .ok();
    let ended = both.post_project("Ended early").await;
    let proposal = frida.propose(&ended, &[80_000]).await;
    let contract = both.offer(&proposal).await;
    frida.accept(&contract).await;
    let _ = frida
        .api
        .call("contract.cancel", &contract, json!({}))
        .await
        .ok();
    let mut actors = vec![carla, cora, frida, both];
    for name in ["client", "freelancer"] {
        actors.push(Party::demo(&server, name).await);
    }
    World { server, actors }
}

#[tokio::test]
async fn lists_are_the_readable_rows() {
    let World { server, actors } = world().await;
    projects(&server, &actors).await;
    proposals(&server, &actors).await;
    contracts(&server, &actors).await;
    server.check();
}

async fn projects(server: &Server, actors: &[Party]) {
    let all = every(server, "project").await;
    for who in actors {
        let seen = readable(who, "project.show", &all).await;
        let open = listed(who, "project.list", "", "").await;
        let found = keys(&seen, |p| {
            p["state"] == "open" && p["visibility"] != "invite_only"
        });
        assert_eq!(open, found, "open projects of {}", who.email);
        for sort in ["&sort=budget", "&sort=newest"] {
            assert_eq!(open, listed(who, "project.list", "", sort).await, "{sort}");
        }
        let mine = listed(who, "project.list", "", "&scope=mine").await;
        let member = who.api.call("wallet.show", "", Value::Null).await.ok()["member_id"].clone();
        assert_eq!(
            mine,
            keys(&seen, |p| p["owner_id"] == member),
            "projects of {}",
            who.email
        );
        // What is seen without being listed was published or bid on by its reader.
        for (id, project) in &seen {
            let published = project["state"] != "draft" && project["visibility"] != "invite_only";
            assert!(
                mine.contains(id) || published || !project["my_proposal_id"].is_null(),
                "{} reads {project}",
                who.email
            );
        }
        for state in ["draft", "open", "cancelled", "in_progress"] {
            let filtered = listed(
                who,
                "project.list",
                "",
                &format!("&scope=mine&state={state}"),
            )
            .await;
            let expected = keys(&seen, |p| p["owner_id"] == member && p["state"] == state);
            assert_eq!(filtered, expected, "{state} projects of {}", who.email);
        }
    }
}

async fn proposals(server: &Server, actors: &[Party]) {
    let (all, projects) = (
        every(server, "proposal").await,
        every(server, "project").await,
    );
    for who in actors {
        let seen = readable(who, "proposal.show", &all).await;
        let mut shown = Ids::new();
        if who
            .api
            .get(
                &who.api
                    .spec
                    .find("proposal.list_own")
                    .at(&who.api.workspace, ""),
            )
            .await
            .status
            == 200
        {
            shown.extend(listed(who, "proposal.list_own", "", "").await);
        }
        for project in &projects {
            let path = who
                .api
                .spec
                .find("proposal.list")
                .at(&who.api.workspace, project);
            if who.api.get(&path).await.status != 200 {
                continue;
            }
            let inbox = listed(who, "proposal.list", project, "").await;
            let expected = keys(&seen, |p| p["project_id"] == project.as_str());
            assert_eq!(inbox, expected, "inbox of {project} for {}", who.email);
            for sort in ["lowest", "highest"] {
                assert_eq!(
                    inbox,
                    listed(who, "proposal.list", project, &format!("&sort={sort}")).await
                );
            }
            shown.extend(inbox);
        }
        assert_eq!(
            shown,
            seen.keys().cloned().collect::<Ids>(),
            "proposals of {}",
            who.email
        );
    }
}

async fn contracts(server: &Server, actors: &[Party]) {
    let all = every(server, "contract").await;
    for who in actors {
        let seen = readable(who, "contract.show", &all).await;
        let shown = listed(who, "contract.list", "", "").await;
        assert_eq!(
            shown,
            seen.keys().cloned().collect::<Ids>(),
            "contracts of {}",
            who.email
        );
        for state in ["accepted", "cancelled", "declined"] {
            let filtered = listed(who, "contract.list", "", &format!("&state={state}")).await;
            assert_eq!(
                filtered,
                keys(&seen, |c| c["state"] == state),
                "{state} contracts of {}",
                who.email
            );
        }
    }
}

/// A contract that ends before any money is held leaves its proposal and project as they must be.
#[tokio::test]
async fn a_contract_that_ends_before_funding_frees_its_position() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let client = Party::register(&api, "Carla", &["client"], "en").await;
    let freelancer = Party::register(&api, "Frida", &["freelancer"], "en").await;
    let project = client.post_project("Twice tried").await;
    let proposal = freelancer.propose(&project, &[50_000]).await;
    let contract = client.offer(&proposal).await;
    freelancer.accept(&contract).await;
    let filled = client
        .api
        .call("project.show", &project, Value::Null)
        .await
        .ok();
    assert_eq!(
        (&filled["state"], &filled["hired"]),
        (&json!("in_progress"), &json!(1))
    );
    assert_eq!(
        client
            .api
            .call("project.cancel", &project, Value::Null)
            .await
            .refused(409),
        "project_has_contract"
    );
    let _ = client
        .api
        .call(
            "contract.cancel",
            &contract,
            json!({"reason": "Plans have changed."}),
        )
        .await
        .ok();
    let free = client
        .api
        .call("project.show", &project, Value::Null)
        .await
        .ok();
    assert_eq!(
        (&free["state"], &free["hired"]),
        (&json!("open"), &json!(0))
    );
    assert!(
        free["expires_at"].is_string(),
        "its clock runs again: {free}"
    );
    let shown = freelancer
        .api
        .call("proposal.show", &proposal, Value::Null)
        .await
        .ok();
    assert_eq!(shown["state"], "closed");
    assert_eq!(
        client
            .api
            .call("contract.cancel", &contract, json!({}))
            .await
            .refused(409),
        "contract_not_cancellable"
    );
    api.settle().await;
    for side in [&client, &freelancer] {
        let kinds = side.notices().await;
        assert!(
            kinds.iter().any(|k| k == "contract_cancelled"),
            "{}: {kinds:?}",
            side.email
        );
    }
    // The freelancer proposes anew and is hired.
    let again = freelancer.propose(&project, &[45_000]).await;
    let contract = client.offer(&again).await;
    freelancer.accept(&contract).await;
    let filled = client
        .api
        .call("project.show", &project, Value::Null)
        .await
        .ok();
    assert_eq!(
        (&filled["state"], &filled["hired"]),
        (&json!("in_progress"), &json!(1))
    );
    server.check();
}

/// Opening a proposal in a browser lets its author know; reading it by the API does not.
#[tokio::test]
async fn the_first_look_at_a_proposal_is_told_to_its_author() {
    let server = Setup::of(BIN).demo().start().await;
    server.api().await.raise_limits().await;
    let client = Party::demo(&server, "client").await;
    let freelancer = Party::demo(&server, "freelancer").await;
    let project = client.post_project("Looked at").await;
    let proposal = freelancer.propose(&project, &[50_000]).await;
    let seen = async |who: &Party| {
        let shown = who.api.call("proposal.show", &proposal, Value::Null).await;
        !shown.ok()["viewed_at"].is_null()
    };
    assert!(!seen(&client).await && !seen(&freelancer).await);
    let browser = Browser::open(BIN, &server.url, "en", false).await;
    browser.sign_in(&client.email, DEMO_PASSWORD).await;
    let page = format!("/w/{}/proposals/{proposal}", client.api.workspace);
    browser.goto(&page).await;
    browser.sees("Private note").await;
    let began = std::time::Instant::now();
    while !seen(&freelancer).await {
        assert!(
            began.elapsed().as_secs() < 15,
            "the page tells the server that it was opened"
        );
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    browser.close().await;
}

/// A project's client notes what nobody else reads, and a mistyped search finds its neighbour.
#[tokio::test]
async fn notes_stay_private_and_mistyped_words_are_understood() {
    let server = Setup::of(BIN).demo().start().await;
    let api = server.api().await;
    api.raise_limits().await;
    let client = Party::register(&api, "Carla", &["client"], "en").await;
    let freelancer = Party::register(&api, "Frida", &["freelancer"], "en").await;
    let project = client
        .post_project("A developer of zirconium glossaries")
        .await;
    let proposal = freelancer.propose(&project, &[50_000]).await;
    let noted = client
        .api
        .call("proposal.note", &proposal, json!({"note": "Rather dear."}))
        .await
        .ok();
    assert_eq!(
        (&noted["client_note"], &noted["version"]),
        (&json!("Rather dear."), &json!(1))
    );
    assert!(matches!(
        freelancer
            .api
            .call("proposal.note", &proposal, json!({"note": "x"}))
            .await
            .status,
        403 | 404
    ));
    let own = freelancer
        .api
        .call("proposal.show", &proposal, Value::Null)
        .await
        .ok();
    assert!(own["client_note"].is_null(), "{own}");
    assert!(
        !freelancer
            .api
            .list("proposal.list_own", "")
            .await
            .iter()
            .any(|p| p.to_string().contains("Rather dear"))
    );

    let list = api.spec.find("project.list").at(&api.workspace, "");
    let answer = freelancer
        .api
        .get(&format!("{list}?q=develper%20zircnium"))
        .await;
    assert_eq!(
        answer.header("searched-for"),
        "q=developer+zirconium",
        "{}",
        answer.text
    );
    assert_eq!(
        answer
            .ok()
            .as_array()
            .map(|f| f.iter().map(id).collect::<Vec<_>>()),
        Some(vec![project.clone()])
    );
    let cookie = api
        .cookie(&freelancer.email, testkit::party::PASSWORD)
        .await;
    let page = api
        .page(
            &format!("/w/{}/projects?q=develper+zircnium", api.workspace),
            &cookie,
        )
        .await;
    assert!(
        page.text.contains("Showing results for") && page.text.contains(&project),
        "{}",
        page.text
    );
    let exact = freelancer.api.get(&format!("{list}?q=zirconium")).await;
    assert_eq!(
        exact.header("searched-for"),
        "",
        "known words are taken as they are"
    );
    // Words of a project by invitation are not known to anybody else.
    let hidden = self::project(&client, "Ytterbium catalogue", "invite_only", true).await;
    let none = freelancer.api.get(&format!("{list}?q=yterbium")).await;
    assert!(
        none.header("searched-for").is_empty() && !none.text.contains(&hidden),
        "{}",
        none.text
    );
}
