//! What only time or too much of it shows: ordinary work without end (memory, file handles and
//! connections must stay flat), and far more clients at once than a server of this size has.

use crate::{
    fund,
    http::{self, Answer, Connection},
    table::Table,
    world::{WORKSPACE, World},
};
use anyhow::{Context, Result, ensure};
use std::{
    collections::BTreeMap,
    fs,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// People who work at the same time.
const PEOPLE: usize = 4;
/// Each does something so often.
const PAUSE: Duration = Duration::from_millis(300);
/// What is measured before has not warmed up.
const WARM: Duration = Duration::from_secs(10 * 60);
/// How often the process is looked at.
const LOOK: Duration = Duration::from_secs(15);
/// No connection to the database may become older (its lifetime is 30 minutes).
const OLDEST: f64 = 31.0 * 60.0;
/// Memory may grow by so much of what it was when warm.
const GROWTH: f64 = 1.05;

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Default)]
struct Seen {
    times: Vec<f64>,
    statuses: BTreeMap<u16, u64>,
    wrong: Vec<String>,
}

impl Seen {
    fn note(&mut self, name: &str, answer: &Answer, took: Duration) {
        self.times.push(took.as_secs_f64() * 1000.0);
        *self.statuses.entry(answer.status).or_default() += 1;
        if !(200..300).contains(&answer.status) && self.wrong.len() < 10 {
            let text = String::from_utf8_lossy(&answer.body);
            self.wrong.push(format!("{name}: {} {text}", answer.status));
        }
    }
}

struct Look {
    at: Duration,
    memory_kib: u64,
    handles: usize,
    connections: i64,
    oldest: f64,
}

/// Ordinary work for so many minutes, about one write in seven.
pub async fn soak(world: &World<'_>, minutes: u64, table: &mut Table) -> Result<()> {
    // The pool of this very process would be counted with the program's.
    world.db.close().await;
    let work = Arc::new(ordinary(world).await?);
    let until = Instant::now() + Duration::from_secs(minutes * 60);
    let seen = Arc::new(Mutex::new(Seen::default()));
    let mut people = vec![];
    for person in 0..PEOPLE {
        let (work, seen, address) = (work.clone(), seen.clone(), world.served.address);
        people.push(tokio::spawn(async move {
            let mut step = person * 7;
            while Instant::now() < until {
                // A connection for about a minute, as browsers hold it.
                let mut connection = Connection::open(address).await?;
                for _ in 0..200 {
                    step += 1;
                    let (name, make) = &work[step % work.len()];
                    let request = make(step);
                    let sent = Instant::now();
                    let answer = connection.ask(&request).await?;
                    lock(&seen).note(name, &answer, sent.elapsed());
                    if Instant::now() >= until {
                        break;
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            }
            anyhow::Ok(())
        }));
    }
    let looks = watch(world, until).await?;
    for person in people {
        person.await??;
    }
    told(minutes, &looks, &lock(&seen), table)
}

type Request = Box<dyn Fn(usize) -> Vec<u8> + Send + Sync>;

/// Ten things people do: eight reads, a write, and every other time a write or a read.
async fn ordinary(world: &World<'_>) -> Result<Vec<(&'static str, Request)>> {
    let base = format!("/api/v1/w/{WORKSPACE}");
    let read = |path: String| -> Request {
        let request = world.get(&path);
        Box::new(move |_| request.clone())
    };
    let project = world.project;
    let mut work: Vec<(&'static str, Request)> = vec![
        (
            "list",
            read(format!("{base}/projects?limit=20&facets=false")),
        ),
        (
            "search",
            read(format!("{base}/projects?limit=20&facets=false&q=lantern")),
        ),
        ("project", read(format!("{base}/projects/{project}"))),
        (
            "project's page",
            read(format!("/w/{WORKSPACE}/projects/{project}")),
        ),
        ("wallet", read(format!("/w/{WORKSPACE}/wallet"))),
        ("contracts", read(format!("{base}/contracts?limit=20"))),
        (
            "notifications",
            read(format!("{base}/notifications?limit=20")),
        ),
        ("start page", read(format!("/w/{WORKSPACE}"))),
    ];
    let draft = serde_json::json!({
        "title": "Soak: a lantern for the long night", "description": "Written by bench/run soak. ".repeat(4),
        "category": "design", "duration_days": 10, "level": "entry", "budget_min": {"amount_minor": 50_000, "currency": "USD"},
        "budget_max": {"amount_minor": 90_000, "currency": "USD"}});
    let mut example = Connection::open(world.served.address).await?;
    let made = example
        .ask(&world.post(&format!("{base}/projects"), &draft.to_string()))
        .await?;
    let id = made.json()?["data"]["id"]
        .as_str()
        .context("the draft's id")?
        .to_owned();
    let (projects, text) = (format!("{base}/projects"), draft.to_string());
    let client = world.client().to_owned();
    work.push((
        "draft",
        Box::new(move |_| http::keyed(&client, &projects, &text)),
    ));
    let milestones = fund::contracts(world).await?;
    let client = world.client().to_owned();
    let next = AtomicUsize::new(0);
    work.push((
        "funding or the draft",
        Box::new(move |step| {
            // Money moves every few seconds; each of the thousand milestones is funded once.
            let turn = (step % 20 == 9).then(|| next.fetch_add(1, Ordering::Relaxed));
            match turn.and_then(|turn| milestones.get(turn)) {
                Some(milestone) => http::keyed(
                    &client,
                    &format!("{base}/milestones/{milestone}/funding"),
                    "{}",
                ),
                None => {
                    let headers = [("authorization", client.as_str())];
                    http::request("GET", &format!("{base}/projects/{id}"), &headers, "")
                }
            }
        }),
    ));
    Ok(work)
}

async fn watch(world: &World<'_>, until: Instant) -> Result<Vec<Look>> {
    let began = Instant::now();
    let mut looks = vec![];
    while Instant::now() < until {
        tokio::time::sleep(LOOK.min(until.saturating_duration_since(Instant::now()))).await;
        let (connections, oldest): (i64, f64) = sqlx::query_as(
            "select count(*), coalesce(max(extract(epoch from clock_timestamp() - backend_start)), 0)::float8
             from pg_stat_activity where usename = 'guildhall_login'",
        )
        .fetch_one(&world.bare)
        .await?;
        world.served.note_memory();
        let handles = fs::read_dir(format!("/proc/{}/fd", world.served.pid()))?.count();
        let look = Look {
            at: began.elapsed(),
            memory_kib: world.served.memory_kib(),
            handles,
            connections,
            oldest,
        };
        if looks.len() % 20 == 0 {
            eprintln!(
                "bench: after {:.0} s {:.1} MiB, {} handles, {} connections, the oldest {:.0} s",
                look.at.as_secs_f64(),
                look.memory_kib as f64 / 1024.0,
                look.handles,
                look.connections,
                look.oldest
            );
        }
        looks.push(look);
    }
    Ok(looks)
}

fn told(minutes: u64, looks: &[Look], seen: &Seen, table: &mut Table) -> Result<()> {
    let warm: Vec<&Look> = looks.iter().filter(|l| l.at >= WARM).collect();
    let warm = if warm.is_empty() {
        looks.iter().collect()
    } else {
        warm
    };
    // Means of the first and the last fifth: one look may fall on a moment's work.
    let fifth = (warm.len() / 5).max(1);
    let mean = |part: &[&Look], of: fn(&Look) -> f64| {
        part.iter().map(|l| of(l)).sum::<f64>() / part.len() as f64
    };
    let (first, last) = (&warm[..fifth], &warm[warm.len() - fifth..]);
    let memory = |part| mean(part, |l| l.memory_kib as f64 / 1024.0);
    let handles = |part| mean(part, |l| l.handles as f64);
    let oldest = looks.iter().map(|l| l.oldest).fold(0.0, f64::max);
    let most = looks.iter().map(|l| l.connections).max().unwrap_or(0);
    let mut times = seen.times.clone();
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or(0.0);
    let name = format!("soak of {minutes} minutes");
    table.figure(
        &format!("{name}: answers; p50, p95, p99"),
        format!(
            "{} ({:?}); {:.1} ms, {:.1} ms, {:.1} ms",
            times.len(),
            seen.statuses,
            at(50),
            at(95),
            at(99)
        ),
    );
    table.figure(
        &format!("{name}: memory when warm; at the end"),
        format!("{:.1} MiB; {:.1} MiB", memory(first), memory(last)),
    );
    table.figure(
        &format!("{name}: file handles when warm; at the end"),
        format!("{:.0}; {:.0}", handles(first), handles(last)),
    );
    table.figure(
        &format!("{name}: connections to the database, most; the oldest"),
        format!("{most}; {:.1} min", oldest / 60.0),
    );
    ensure!(seen.wrong.is_empty(), "refused: {:#?}", seen.wrong);
    ensure!(
        memory(last) <= memory(first) * GROWTH,
        "memory grew from {:.1} to {:.1} MiB",
        memory(first),
        memory(last)
    );
    ensure!(
        handles(last) <= handles(first) + 5.0,
        "file handles grew from {:.0} to {:.0}",
        handles(first),
        handles(last)
    );
    ensure!(oldest <= OLDEST, "a connection is {oldest:.0} s old");
    Ok(())
}

/// Far more clients at once than are served, for half a minute: who is not served is told so at
/// once, and health is answered all the while.
pub async fn overload(world: &World<'_>, table: &mut Table) -> Result<()> {
    const CLIENTS: usize = 200;
    let request: Arc<[u8]> = world
        .get(&format!("/w/{WORKSPACE}/projects/{}", world.project))
        .into();
    let address = world.served.address;
    let quiet = http::load(address, &request, crate::CONNECTIONS, 5.0, 1_000).await?;
    let until = Instant::now() + Duration::from_secs(30);
    let mut clients = vec![];
    for _ in 0..CLIENTS {
        let request = request.clone();
        clients.push(tokio::spawn(async move {
            let mut seen = Seen::default();
            while Instant::now() < until {
                let Ok(mut connection) = Connection::open(address).await else {
                    *seen.statuses.entry(0).or_default() += 1;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                };
                while Instant::now() < until {
                    let sent = Instant::now();
                    match connection.ask(&request).await {
                        Ok(answer) => {
                            *seen.statuses.entry(answer.status).or_default() += 1;
                            seen.times.push(sent.elapsed().as_secs_f64() * 1000.0);
                        }
                        Err(_) => {
                            *seen.statuses.entry(0).or_default() += 1;
                            break;
                        }
                    }
                }
            }
            seen
        }));
    }
    let health = http::request("GET", "/health/ready", &[], "");
    let mut healthy = vec![];
    while Instant::now() < until {
        let sent = Instant::now();
        let answer = Connection::open(address).await?.ask(&health).await?;
        ensure!(answer.status == 200, "health answers {}", answer.status);
        healthy.push(sent.elapsed().as_secs_f64() * 1000.0);
        world.served.note_memory();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut all = Seen::default();
    for client in clients {
        let seen = client.await?;
        all.times.extend(seen.times);
        for (status, count) in seen.statuses {
            *all.statuses.entry(status).or_default() += count;
        }
    }
    all.times.sort_by(f64::total_cmp);
    let longest = all.times.last().copied().unwrap_or(0.0);
    let at = |part: usize| {
        all.times
            .get(all.times.len() * part / 100)
            .copied()
            .unwrap_or(0.0)
    };
    table.figure(
        "200 clients without a pause, 30 s: answers by status (0: the connection ended)",
        format!("{:?}; with 8 clients {:.0}/s", all.statuses, quiet.rate),
    );
    table.figure(
        "their waiting: p50, p99, longest; health, longest",
        format!(
            "{:.0} ms, {:.0} ms, {longest:.0} ms; {:.0} ms",
            at(50),
            at(99),
            healthy.iter().copied().fold(0.0, f64::max)
        ),
    );
    ensure!(
        longest <= 5_000.0,
        "a request waited {longest:.0} ms under overload"
    );
    Ok(())
}
