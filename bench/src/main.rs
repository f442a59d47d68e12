//! Measures Guildhall side by side with a reference, in one run on one machine: ratios are the
//! figures to keep, since rates move with whatever else the machine does.

mod bare;
mod capture;
mod fill;
mod fund;
mod http;
mod post;
mod rounds;
mod search;
mod served;
mod soak;
mod table;
mod world;

use anyhow::Result;
use std::{path::Path, process::ExitCode};
use table::Table;

/// Connections that ask at the same time.
const CONNECTIONS: usize = 8;
/// Rounds of each comparison; their order flips every time.
const ROUNDS: usize = 5;
/// Seconds each side runs in a round.
const SECONDS: f64 = 3.0;

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("bench: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next();
    let done = match first.as_deref() {
        Some("bare") => {
            let plan = arguments.next().unwrap_or_default();
            runtime.block_on(bare::serve(Path::new(&plan)))
        }
        _ => {
            let parts: Vec<String> = first.into_iter().chain(arguments).collect();
            runtime.block_on(measure(&parts))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(parts: &[String]) -> Result<()> {
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|p| p == part);
    let program = std::env::current_exe()?.with_file_name("guildhall");
    anyhow::ensure!(
        program.exists(),
        "{} is not built: use bench/run",
        program.display()
    );
    let folder = world::Folder::new()?;
    let mut table = Table::new();
    table.note("machine", &world::machine());
    table.note("load before", &world::load());
    table.size("program", &program)?;
    if wants("start") {
        eprintln!("bench: start-up");
        served::starts(&program, &folder, &mut table).await?;
    }
    eprintln!("bench: the demo world and {} projects", fill::PROJECTS);
    let world = world::World::open(&program, &folder).await?;
    if wants("list") {
        eprintln!("bench: lists");
        let list = format!("/api/v1/w/{}/projects?limit=50", world::WORKSPACE);
        rounds::against_bare(&world, "list of 50 of 100,000, API", &list, 50, &mut table).await?;
        let page = format!("/w/{}/projects", world::WORKSPACE);
        rounds::against_bare(&world, "the same as a page", &page, 50, &mut table).await?;
    }
    if wants("page") {
        eprintln!("bench: one project");
        let page = format!("/w/{}/projects/{}", world::WORKSPACE, world.project);
        rounds::against_bare(&world, "a project's page", &page, 1, &mut table).await?;
        let show = format!("/api/v1/w/{}/projects/{}", world::WORKSPACE, world.project);
        rounds::against_bare(&world, "the same by API", &show, 1, &mut table).await?;
    }
    if wants("search") {
        eprintln!("bench: search");
        for (word, hits) in fill::WORDS {
            search::compare(&world, word, hits, &mut table).await?;
        }
        let found = format!("/api/v1/w/{}/projects?limit=50&q=lantern", world::WORKSPACE);
        rounds::against_bare(
            &world,
            "search by API, 1,000 hits, 50 shown",
            &found,
            50,
            &mut table,
        )
        .await?;
    }
    if wants("post") {
        eprintln!("bench: postings");
        post::compare(&world, &mut table).await?;
    }
    if wants("overload") {
        eprintln!("bench: far too many clients");
        soak::overload(&world, &mut table).await?;
    }
    // Only when asked for, with its minutes.
    let minutes = parts
        .iter()
        .find_map(|p| p.strip_prefix("soak=")?.parse::<u64>().ok());
    if let Some(minutes) = minutes {
        eprintln!("bench: {minutes} minutes of ordinary work");
        let done = soak::soak(&world, minutes, &mut table).await;
        if done.is_err() {
            println!("{table}");
        }
        done?;
    }
    if wants("fund") {
        eprintln!("bench: fundings");
        fund::measure(&world, &mut table).await?;
    }
    table.note(
        "largest resident memory of the program meanwhile",
        &world.served.largest(),
    );
    table.note("load after", &world::load());
    world.close().await?;
    println!("{table}");
    Ok(())
}
