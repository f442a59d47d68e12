//! How many projects a further filter would leave: counts per category, level and skill.

use super::{
    input::ListQuery,
    list::{Filter, filter},
};
use kernel::{Cx, Result, Tx, list::COUNTED};
use std::collections::HashMap;
use uuid::Uuid;

/// Counts under the filters that are on, each without the filter of its own kind; over the newest
/// ten thousand projects, or the newest thousand a search finds.
#[derive(Debug, Default)]
pub struct Facets {
    /// By key of category.
    pub categories: HashMap<String, i64>,
    /// By level of experience.
    pub levels: HashMap<String, i64>,
    /// The twelve most frequent skills of what is shown that are not asked for yet.
    pub skills: Vec<(String, i64)>,
}

/// Counts for a query; `searched` is the `tsquery` its words came to.
///
/// # Errors
/// 422 for a budget that is no amount.
pub async fn of(tx: &mut Tx, cx: &Cx, query: &ListQuery, searched: Option<&str>) -> Result<Facets> {
    let f = filter(cx, query)?;
    let found = match searched {
        Some(asked) => Some(found(tx, asked, &f).await?),
        None => query.q.as_ref().map(|_| vec![]),
    };
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"with base as materialized (
               select category, level, skills from market.project
               where workspace_id = $1 and state = 'open' and visibility <> 'invite_only' and ($2 or visibility = 'public')
                 and skills @> $4 and ($5::bigint is null or budget_max_minor >= $5) and ($6::bigint is null or budget_min_minor <= $6)
                 and ($8::uuid[] is null or id = any($8))
               order by published_at desc, id desc limit $9)
           select 'category' as "facet!", category as "value!", count(*) as "n!" from base
           where $7::text is null or level = $7 group by category
           union all
           select 'level', level, count(*) from base where $3::text is null or category = $3 group by level
           union all
           (select 'skill', s.skill, count(*) from base cross join lateral unnest(base.skills) as s (skill)
            where ($3::text is null or category = $3) and ($7::text is null or level = $7) and s.skill <> all($4)
            group by s.skill order by count(*) desc, s.skill limit 12)"#,
        workspace,
        f.all,
        f.category,
        f.skills,
        f.min,
        f.max,
        f.level,
        found.as_deref(),
        COUNTED
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut facets = Facets::default();
    for row in rows {
        match row.facet.as_str() {
            "category" => drop(facets.categories.insert(row.value, row.n)),
            "level" => drop(facets.levels.insert(row.value, row.n)),
            _ => facets.skills.push((row.value, row.n)),
        }
    }
    facets
        .skills
        .sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(facets)
}

/// What the words find under the other filters, whatever category and level are asked for.
async fn found(tx: &mut Tx, asked: &str, f: &Filter<'_>) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select project_id as "id!" from market.search_projects($1, null, $2, $3, $4, null, $5, 1000)"#,
        asked,
        f.skills,
        f.min,
        f.max,
        f.all
    )
    .fetch_all(&mut **tx)
    .await?)
}
