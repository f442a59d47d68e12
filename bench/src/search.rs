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

/// Compares the search for one word with that many hits.
pub async fn compare(world: &World<'_>, word: &str, hits: usize, table: &mut Table) -> Result<()> {
    let asked = market::search::query(&market::search::asked(word)).context("a word")?;
    let call = format!(
        "select project_id, published_at from market.search_projects('{}', null, '{{}}', null, null, null, true, 1000)",
        asked.replace('\'', "''")
    );
    // The function's own statement with its arguments put in: it cannot drift from what it measures.
    let source: String = sqlx::query_scalar("select prosrc from pg_proc where pronamespace = 'market'::regnamespace and proname = 'search_projects'")
        .fetch_one(&world.bare)
        .await?;
    let mut plain = source.replace("p_query", &format!("'{}'", asked.replace('\'', "''")));
    for (name, value) in [
        ("p_signed_in", "true"),
        ("p_category", "null"),
        ("p_skills", "'{}'"),
        ("p_min", "null::bigint"),
        ("p_max", "null::bigint"),
        ("p_level", "null"),
        ("p_limit", "1000"),
    ] {
        plain = plain.replace(name, value);
    }
    let expected = hits.min(1000);
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
        name: format!("time of a search, {hits} hits, up to 1,000 taken"),
        reference: "its statement without policies, role and transaction".to_owned(),
        unit: "ms",
        rounds,
        cpu: None,
    });
    Ok(())
}
