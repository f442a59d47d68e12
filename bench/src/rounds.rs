//! Rounds of a request against its reference.

use crate::{
    CONNECTIONS, ROUNDS, SECONDS,
    bare::Bare,
    http,
    served::cpu,
    table::{Rounds, Table},
    world::World,
};
use anyhow::{Result, ensure};

/// Compares the program's answer to `path`, as a signed-in member, with the reference of the same
/// statements and bytes. The answer must show `rows` projects.
pub async fn against_bare(
    world: &World<'_>,
    name: &str,
    path: &str,
    rows: usize,
    table: &mut Table,
) -> Result<()> {
    let request = world.get(path);
    let answer = http::Connection::open(world.served.address)
        .await?
        .ask(&request)
        .await?;
    ensure!(
        answer.status == 200,
        "{path} is answered with {}",
        answer.status
    );
    // The demo world's own projects are the newest ones of a list.
    let text = String::from_utf8_lossy(&answer.body);
    let marks = text.matches(crate::fill::MARK).count();
    ensure!(
        marks > rows / 3,
        "{path} shows {marks} of our projects, not {rows}"
    );
    let data = serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap_or_default();
    ensure!(
        data["data"].as_array().is_none_or(|all| all.len() == rows),
        "{path} lists something else than {rows} projects"
    );
    let (bare, told) = Bare::start(world, &request).await?;
    let (statements, length) = (told / 1_000_000, told % 1_000_000);
    let least = length / 2;
    // Both sides warm: connections, plans, caches.
    http::load(world.served.address, &request, CONNECTIONS, 1.0, least).await?;
    http::load(bare.address, &request, CONNECTIONS, 1.0, least).await?;
    let mut rounds = vec![];
    // CPU seconds of ours (program, PostgreSQL) and the reference's, with the answers they made.
    let mut spent = [0.0; 4];
    let mut answers = [0_u64; 2];
    let mut tails = (vec![], vec![]);
    for round in 0..ROUNDS {
        let mut rates = [0.0; 2];
        for side in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
            let (address, pid) = if side == 0 {
                (world.served.address, world.served.pid())
            } else {
                (bare.address, bare.pid())
            };
            let before = (cpu(&[pid]), world.postgres_cpu());
            let load = http::load(address, &request, CONNECTIONS, SECONDS, least).await?;
            rates[side] = load.rate;
            answers[side] += load.count;
            spent[side * 2] += cpu(&[pid]) - before.0;
            spent[side * 2 + 1] += world.postgres_cpu() - before.1;
            if side == 0 {
                tails.0.push(load.p50);
                tails.1.push(load.p99);
            }
        }
        rounds.push((rates[0], rates[1]));
        world.served.note_memory();
    }
    let per = |at: usize| spent[at] * 1e6 / (answers[at / 2].max(1) as f64);
    table.compare(&Rounds {
        name: name.to_owned(),
        reference: format!("bare axum route, the same {statements} statements and {length} bytes"),
        unit: "/s",
        rounds,
        cpu: Some([per(0), per(1), per(2), per(3)]),
    });
    table.figure(
        &format!("{name}: latency, 8 connections"),
        format!(
            "p50 {:.2} ms, p99 {:.2} ms",
            crate::table::median(tails.0),
            crate::table::median(tails.1)
        ),
    );
    Ok(())
}
