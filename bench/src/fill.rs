//! A hundred thousand open projects, made of words whose frequency is known.

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, PgPool};
use std::fmt::Write as _;
use uuid::Uuid;

/// How many there are.
pub const PROJECTS: usize = 100_000;
/// Stands in every title.
pub const MARK: &str = "Benchmark";
/// Words to search for, with the projects that hold them.
pub const WORDS: [(&str, usize); 3] = [("zephyr", 20), ("lantern", 1_000), ("harbor", 12_500)];

const BATCH: usize = 2_000;
const SYLLABLES: [&str; 20] = [
    "ba", "ko", "ri", "te", "mu", "sol", "van", "der", "lis", "po", "qua", "fen", "gro", "hal",
    "jin", "nox", "wex", "yor", "cas", "dim",
];

/// A number from a number, so that all runs fill alike.
fn mixed(seed: usize) -> usize {
    let mut x = (seed as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((x ^ (x >> 31)) >> 16).unwrap_or(0)
}

fn word(seed: usize) -> String {
    let n = mixed(seed);
    // Some words are common, most are rare, as in any language.
    let n = if n.is_multiple_of(3) {
        n / 3 % 200
    } else {
        n / 3 % 8_000
    };
    [n % 20, n / 20 % 20, n / 400 % 20]
        .map(|at| SYLLABLES[at])
        .concat()
}

fn words(seed: usize, count: usize) -> String {
    (0..count)
        .map(|at| word(seed * 97 + at))
        .collect::<Vec<_>>()
        .join(" ")
}

fn description(at: usize) -> String {
    let mut text = String::new();
    for sentence in 0..4 {
        let _ = write!(text, "{}. ", words(at * 5 + sentence, 12));
    }
    for (word, count) in WORDS {
        if at.is_multiple_of(PROJECTS / count) {
            let _ = write!(text, "{word} ");
        }
    }
    text.trim().to_owned()
}

/// Inserts them with their words, as the program would, and one second apart; gives a recent one.
pub async fn projects(pool: &PgPool, workspace: Uuid) -> Result<Uuid> {
    let owner: Uuid = sqlx::query_scalar(
        "select m.id from kernel.member m join identity.account a on a.id = m.account_id
         where m.workspace_id = $1 and a.email_canonical = 'client2@demo.test'",
    )
    .bind(workspace)
    .fetch_one(pool)
    .await?;
    let categories: Vec<String> = sqlx::query_scalar(
        "select key from market.category where workspace_id = $1 order by position",
    )
    .bind(workspace)
    .fetch_all(pool)
    .await?;
    let currency: String =
        sqlx::query_scalar("select currency from kernel.workspace where workspace_id = $1")
            .bind(workspace)
            .fetch_one(pool)
            .await?;
    let mut last = None;
    for from in (0..PROJECTS).step_by(BATCH) {
        let (
            mut ids,
            mut titles,
            mut texts,
            mut kinds,
            mut skills,
            mut least,
            mut vectors,
            mut ages,
        ) = (
            vec![],
            vec![],
            vec![],
            vec![],
            vec![],
            vec![],
            vec![],
            vec![],
        );
        for at in from..from + BATCH {
            let title = format!("{MARK} {}", words(at, 4));
            let skill = [word(at % 300), word(300 + at % 40), word(400 + at % 7)];
            let text = description(at);
            let names: Vec<String> = skill.iter().map(ToString::to_string).collect();
            vectors.push(base::search::vector(
                &[(&title, 'A'), (&names.join(" "), 'B'), (&text, 'C')],
                &names,
            ));
            ids.push(base::id::new());
            titles.push(title);
            texts.push(text);
            kinds.push(
                categories
                    .get(at % categories.len().max(1))
                    .context("a category")?
                    .clone(),
            );
            skills.push(skill.join(","));
            least.push(i64::try_from(10_000 + mixed(at) % 500_000)?);
            ages.push(i64::try_from(PROJECTS - at)?);
        }
        last = ids.last().copied();
        sqlx::query(AssertSqlSafe(
            "insert into market.project (workspace_id, id, owner_id, state, title, description, category, skills, budget_min_minor, budget_max_minor,
                    currency, duration_days, level, positions, visibility, words, created_at, published_at, expires_at, skill_keys)
             select $1, p.id, $2, 'open', p.title, p.text, p.kind, string_to_array(p.skill, ','), p.least, p.least * 2,
                    $3, 30, 'intermediate', 1, 'public', p.vector::tsvector, t.at, t.at, t.at + interval '25 days', string_to_array(p.skill, ',')
             from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::text[], $11::bigint[])
                      as p (id, title, text, kind, skill, least, vector, age),
                  lateral (select clock_timestamp() - p.age * interval '1 second' as at) t",
        ))
        .bind(workspace)
        .bind(owner)
        .bind(&currency)
        .bind(&ids)
        .bind(&titles)
        .bind(&texts)
        .bind(&kinds)
        .bind(&skills)
        .bind(&least)
        .bind(&vectors)
        .bind(&ages)
        .execute(pool)
        .await?;
    }
    sqlx::query("vacuum analyze market.project")
        .execute(pool)
        .await?;
    last.context("a project")
}
