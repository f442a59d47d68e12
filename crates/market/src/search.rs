//! Search by words: a lexicon of the words of opened projects, in which a mistyped word finds its
//! neighbour. What is stored and asked is made by [`base::search`].

use axum::{response::Response, routing::get};
use http::Method;
use kernel::{Cx, Error, Input, Query, Reader, Result, Route, Tx, list::Short};
use std::collections::HashMap;

/// Skills that are offered at most.
const OFFERED_MOST: i64 = 10;

/// The beginning of a skill.
struct SkillQuery {
    q: String,
    paging: Short,
}
impl Input for SkillQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            q: r.line("q", 1, 40),
            paging: Short::read(r),
        }
    }
}

/// A skill that is asked for or offered in the workspace.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct SkillView {
    /// Its name.
    pub name: String,
    /// In how many of the newest open projects it is asked for.
    pub projects: i64,
}

/// The route by which skills are completed while one types.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::api(
            Method::GET,
            "/w/{workspace}/skills",
            "skill.list",
            get(api_skills),
        )
        .permission("project.list")
        .product("market")
        .query::<SkillQuery>()
        .lists::<SkillView>(),
    ]
}

async fn api_skills(cx: Cx, Query(query): Query<SkillQuery>) -> Result<Response> {
    // Counts speak of everyone's projects.
    if !cx.grants("project.list", kernel::access::ANY) {
        return Err(Error::Forbidden("forbidden"));
    }
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let begins = base::search::skill(&query.q);
    let rows = sqlx::query_as!(
        SkillView,
        r#"select s.skill as "name!", count(*) as "projects!" from (
               select skill_keys from market.project
               where workspace_id = $1 and state = 'open' and visibility <> 'invite_only' order by published_at desc, id desc limit 2000) p
           cross join lateral unnest(p.skill_keys) as s (skill)
           where starts_with(s.skill, $2) or starts_with(s.skill, lower($3))
           group by s.skill order by count(*) desc, s.skill limit $4"#,
        workspace,
        begins,
        query.q,
        OFFERED_MOST
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.finish().await?;
    Ok(query.paging.page(rows)?.answer())
}

/// Makes the words of a project that others may find known to the workspace's lexicon.
///
/// # Errors
/// The database's.
pub async fn learn(tx: &mut Tx, texts: &[&str]) -> Result<()> {
    let (workspace, words) = (tx.workspace(), base::search::learnable(texts));
    // In order, so that two projects opened at once wait for each other and never in a circle.
    sqlx::query!(
        "insert into market.lexicon (workspace_id, word) select $1, w from unnest($2::text[]) w order by w on conflict do nothing",
        workspace,
        &words
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The closest known word of each that has one: itself where it is known.
///
/// # Errors
/// The database's.
pub async fn close(tx: &mut Tx, words: &[String]) -> Result<HashMap<String, String>> {
    if words.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query!(
        r#"select asked as "asked!", known as "known!" from market.close_words($1)"#,
        words
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.asked, r.known)).collect())
}
