//! A commit whose answer never arrives: the connection to the database is cut just after it. What
//! is on disk stays whole, and repeating the request with its key finds it.

use crate::BIN;
use serde_json::json;
use std::{
    path::Path,
    sync::{Arc, Mutex},
};
use testkit::{
    Party, Server, Setup,
    party::{id, usd},
    unique,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
};

const SOCKET: &str = ".s.PGSQL.5432";

/// Words of a statement's values; the commit after them is the one whose answer is kept back.
type Marker = Arc<Mutex<Option<String>>>;

/// A server that reaches its database through us.
async fn behind_us() -> (Server, Marker) {
    let mut server = Setup::of(BIN).demo().start().await;
    server.kill_9();
    let url = server
        .command(&[])
        .get_envs()
        .find_map(|(name, value)| (name == "DATABASE_URL").then(|| value?.to_str()).flatten())
        .expect("its database")
        .to_owned();
    let (start, rest) = url.split_once('@').expect("a user");
    let (real, rest) = rest.split_once('/').expect("a database");
    let real = real.replace("%2F", "/");
    // Short: the path of a socket has little room.
    let ours = tempfile::tempdir_in("/tmp").expect("a folder");
    let marker = Marker::default();
    let listener = UnixListener::bind(ours.path().join(SOCKET)).expect("a socket");
    let folder = ours.path().display().to_string().replace('/', "%2F");
    let seen = marker.clone();
    tokio::spawn(async move {
        let _ours = ours;
        while let Ok((client, _)) = listener.accept().await {
            let upstream = UnixStream::connect(Path::new(&real).join(SOCKET))
                .await
                .expect("the real server");
            tokio::spawn(carry(client, upstream, seen.clone()));
        }
    });
    server.set("DATABASE_URL", format!("{start}@{folder}/{rest}"));
    server.set("GUILDHALL_DATABASE_DIRECT_URL", url);
    server.restart().await;
    (server, marker)
}

/// Carries both ways, until the marked transaction is committed: then the line is dead.
async fn carry(mut client: UnixStream, mut upstream: UnixStream, marker: Marker) {
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    let mut marked = false;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                let bytes = &asked[..length];
                let told = marker.lock().expect("a marker").clone();
                marked = marked || told.is_some_and(|told| holds(bytes, told.as_bytes()));
                if upstream.write_all(bytes).await.is_err() {
                    return;
                }
                if marked && holds(&bytes.to_ascii_uppercase(), b"COMMIT\0") {
                    // Its answer comes, so it is on disk; nobody else shall learn of it.
                    let answer = upstream.read(&mut answered).await.expect("the commit's answer");
                    assert!(holds(&answered[..answer], b"COMMIT\0"));
                    *marker.lock().expect("a marker") = None;
                    return;
                }
            }
            read = upstream.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&answered[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn cut_after(marker: &Marker, words: &str) {
    *marker.lock().expect("a marker") = Some(words.to_owned());
}

fn was_cut(marker: &Marker) -> bool {
    marker.lock().expect("a marker").is_none()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_whose_commit_was_not_answered_keeps_its_bytes() {
    let (server, marker) = behind_us().await;
    let freelancer = Party::demo(&server, "freelancer").await;
    let key = unique();
    cut_after(&marker, "lost-answer.txt");
    let bytes = b"What the client waits for.";
    let lost = freelancer
        .upload_with_key("lost-answer.txt", "text/plain", bytes, &key)
        .await;
    assert!(was_cut(&marker), "the commit was cut off: {}", lost.text);
    assert_eq!(lost.refused(503), "service_unavailable");
    let again = freelancer
        .upload_with_key("lost-answer.txt", "text/plain", bytes, &key)
        .await;
    let path = format!("/api/v1/w/{}/files/{}", testkit::MARKET, id(&again.ok()));
    let read = freelancer.api.get(&path).await;
    assert_eq!((read.status, read.text.as_bytes()), (200, bytes.as_slice()));
    server.check();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_whose_commit_was_not_answered_is_done_once() {
    let (server, marker) = behind_us().await;
    let client = Party::demo(&server, "client").await;
    let title = "A logo whose answer was lost";
    let body = client.api.spec.body_with(
        "project.create",
        json!({"title": title, "positions": 1, "visibility": "public",
            "budget_min": usd(20_000), "budget_max": usd(50_000)}),
    );
    let key = unique();
    cut_after(&marker, title);
    let lost = client
        .api
        .call_with_key("project.create", "", body.clone(), &key)
        .await;
    assert!(was_cut(&marker), "the commit was cut off: {}", lost.text);
    assert_eq!(lost.refused(503), "service_unavailable");
    let again = client
        .api
        .call_with_key("project.create", "", body, &key)
        .await
        .ok();
    let mut tx = server
        .database()
        .await
        .begin_system(None)
        .await
        .expect("the database");
    let found: Vec<String> =
        sqlx::query_scalar("select id::text from market.project where title = $1")
            .bind(title)
            .fetch_all(&mut *tx)
            .await
            .expect("projects");
    assert_eq!(found, [id(&again)]);
    server.check();
}
