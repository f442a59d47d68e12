//! The whole command: a client funds milestones through the API, with the payment provider's
//! simulator in between, eight at a time.

use crate::{
    CONNECTIONS,
    http::Connection,
    table::Table,
    world::{WORKSPACE, World},
};
use anyhow::{Result, ensure};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};
use uuid::Uuid;

const CONTRACTS: i64 = 1_000;

/// Prepares accepted contracts of one milestone each, then funds them all.
pub async fn measure(world: &World<'_>, table: &mut Table) -> Result<()> {
    let milestones = contracts(world).await?;
    let requests: Arc<Vec<Vec<u8>>> = Arc::new(
        milestones
            .iter()
            .map(|id| {
                world.post(
                    &format!("/api/v1/w/{WORKSPACE}/milestones/{id}/funding"),
                    "{}",
                )
            })
            .collect(),
    );
    let causes = "select count(*) from ledger.cause where workspace_id = $1";
    let before: i64 = sqlx::query_scalar(causes)
        .bind(world.workspace)
        .fetch_one(&world.bare)
        .await?;
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut tasks = vec![];
    for _ in 0..CONNECTIONS {
        let (requests, next, address) = (requests.clone(), next.clone(), world.served.address);
        tasks.push(tokio::spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut times = vec![];
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                let sent = Instant::now();
                let answer = connection.ask(request).await?;
                ensure!(
                    (200..300).contains(&answer.status),
                    "funding: {} {}",
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                );
                times.push(sent.elapsed().as_secs_f64() * 1000.0);
            }
            Ok(times)
        }));
    }
    let mut times = vec![];
    for task in tasks {
        times.extend(task.await??);
    }
    let seconds = began.elapsed().as_secs_f64();
    let funded: i64 = sqlx::query_scalar("select count(*) from market.milestone where workspace_id = $1 and state = 'funded' and id = any($2)")
        .bind(world.workspace)
        .bind(&milestones)
        .fetch_one(&world.bare)
        .await?;
    ensure!(
        funded == CONTRACTS,
        "only {funded} of {CONTRACTS} milestones are funded"
    );
    let after: i64 = sqlx::query_scalar(causes)
        .bind(world.workspace)
        .fetch_one(&world.bare)
        .await?;
    world.served.note_memory();
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or(0.0);
    table.figure(
        "milestones funded through the API, 8 at once",
        format!(
            "{:.0}/s; p50 {:.1} ms, p99 {:.1} ms",
            CONTRACTS as f64 / seconds,
            at(50),
            at(99)
        ),
    );
    table.figure(
        "ledger postings by them",
        format!("{:.0}/s", (after - before) as f64 / seconds),
    );
    Ok(())
}

/// Accepted contracts of one milestone each, ready to be funded.
pub async fn contracts(world: &World<'_>) -> Result<Vec<Uuid>> {
    let ids = |n: i64| (0..n).map(|_| base::id::new()).collect::<Vec<Uuid>>();
    let (proposals, contracts, milestones) = (ids(CONTRACTS), ids(CONTRACTS), ids(CONTRACTS));
    let freelancer: Uuid = sqlx::query_scalar(
        "select m.id from kernel.member m join identity.account a on a.id = m.account_id
         where m.workspace_id = $1 and a.email_canonical = 'freelancer@demo.test'",
    )
    .bind(world.workspace)
    .fetch_one(&world.bare)
    .await?;
    let version: i32 = sqlx::query_scalar(
        "select coalesce(max(version), 1) from ledger.fee_schedule where workspace_id = $1",
    )
    .bind(world.workspace)
    .fetch_one(&world.bare)
    .await?;
    sqlx::query(
        "with wanted as (
             select p.id as project, p.owner_id, k.proposal, k.contract, k.milestone
             from (select id, owner_id, row_number() over (order by published_at) as n from market.project
                   where workspace_id = $1 and title like 'Benchmark%' order by published_at limit $2) p
             join unnest($3::uuid[], $4::uuid[], $5::uuid[]) with ordinality as k (proposal, contract, milestone, n) using (n)),
         proposed as (
             insert into market.proposal (workspace_id, id, project_id, freelancer_id, state, bid_minor, currency, cover_letter, duration_days, submitted_at, updated_at)
             select $1, proposal, project, $6, 'hired', 50000, 'USD', 'benchmark', 10, clock_timestamp(), clock_timestamp() from wanted),
         planned as (
             insert into market.proposal_milestone (workspace_id, proposal_id, position, title, amount_minor, due_days)
             select $1, proposal, 1, 'Benchmark', 50000, 10 from wanted),
         agreed as (
             insert into market.contract (workspace_id, id, project_id, proposal_id, client_id, freelancer_id, state, title, terms, currency, total_minor, fee_version, offered_at, accepted_at)
             select $1, contract, project, proposal, owner_id, $6, 'accepted', 'Benchmark', 'benchmark', 'USD', 50000, $7, clock_timestamp(), clock_timestamp() from wanted)
         insert into market.milestone (workspace_id, id, contract_id, position, title, amount_minor, currency, due_days)
         select $1, milestone, contract, 1, 'Benchmark', 50000, 'USD', 10 from wanted",
    )
    .bind(world.workspace)
    .bind(CONTRACTS)
    .bind(&proposals)
    .bind(&contracts)
    .bind(&milestones)
    .bind(freelancer)
    .bind(version)
    .execute(&world.bare)
    .await?;
    Ok(milestones)
}
