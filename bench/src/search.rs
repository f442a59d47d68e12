//! The search function under policies against its own statement without them, one after the other
//! on one connection: time per search.

use crate::{
    ROUNDS,
    table::{Rounds, Table, median},
    world::World,
};
use anyhow::{Context, Result, ensure};
use sqlx::AssertSqlSafe;
use std::time::Instant;

const SEARCHES: usize = 200;
/// Hits of the first page, and one more.
const TAKEN: usize = 51;

/// Compares the search for one word with that many hits.
pub async fn compare(world: &World<'_>, word: &str, hits: usize, table: &mut Table) -> Result<()> {
    let asked = base::search::Asked::read(word).query().context("a word")?;
    let quoted = asked.replace('\'', "''");
    let call = format!(
        "select project_id, key, total from market.find_open_projects('{quoted}', null, null, null, null, null, null, true, 'relevance',
             null, null, false, {TAKEN}, '{quoted}', null, false, '2026-01-01')"
    );
    // The function's own statement with its arguments put in: it cannot drift from what it measures.
    let source: String = sqlx::query_scalar("select prosrc from pg_proc where pronamespace = 'market'::regnamespace and proname = 'find_open_projects'")
        .fetch_one(&world.bare)
        .await?;
    let mut plain = source;
    for (name, value) in [
        ("p_query", format!("'{quoted}'").as_str()),
        ("p_rank", &format!("'{quoted}'")),
        ("p_signed_in", "true"),
        ("p_categories", "null::text[]"),
        ("p_min", "null::bigint"),
        ("p_max", "null::bigint"),
        ("p_level", "null::text"),
        ("p_country", "null::text"),
        ("p_zones", "null::text[]"),
        ("p_sort", "'relevance'::text"),
        ("p_key", "null::bigint"),
        ("p_id", "null::uuid"),
        ("p_back", "false"),
        ("p_limit", &TAKEN.to_string()),
        ("p_rating", "null::integer"),
        ("p_verified", "false"),
        ("p_now", "timestamptz '2026-01-01'"),
    ] {
        plain = plain.replace(name, value);
    }
    let expected = hits.min(TAKEN);
    let mut bare = world.bare.acquire().await?;
    let mut rounds = vec![];
    for round in 0..=ROUNDS {
        let mut medians = [0.0; 2];
        for side in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
            let mut times = vec![];
            for _ in 0..SEARCHES {
                let began = Instant::now();
                let rows = if side == 0 {
                    let mut tx = world.db.begin_app(Some(world.workspace)).await?;
                    let rows = sqlx::query(AssertSqlSafe(call.clone()))
                        .fetch_all(&mut *tx)
                        .await?;
                    tx.commit().await?;
                    rows.len()
                } else {
                    sqlx::query(AssertSqlSafe(plain.clone()))
                        .fetch_all(&mut *bare)
                        .await?
                        .len()
                };
                times.push(began.elapsed().as_secs_f64() * 1000.0);
                ensure!(
                    rows == expected,
                    "the search for {word} finds {rows}, not {expected}"
                );
            }
            medians[side] = median(times);
        }
        // The first round warms both.
        if round > 0 {
            rounds.push((medians[0], medians[1]));
        }
    }
    table.compare(&Rounds {
        name: format!("time of a search, {hits} hits, first page by relevance"),
        reference: "its statement without policies, role and transaction".to_owned(),
        unit: "ms",
        rounds,
        cpu: None,
    });
    Ok(())
}
