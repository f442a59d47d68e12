//! Lists of projects: newest first, by stored columns, or by words through the search function.

use super::{input::ListQuery, view};
use crate::search;
use base::{Instant, Money};
use kernel::{
    Cx, Error, Fault, Result, Tx,
    list::{COUNTED, Page, Position},
};
use uuid::Uuid;

/// A place in a list of projects.
type Key = (Instant, Uuid);

struct Place {
    at: Instant,
    id: Uuid,
}

/// Filters with their values in the form the database takes.
struct Filter<'a> {
    category: Option<&'a str>,
    skills: &'a [String],
    min: Option<i64>,
    max: Option<i64>,
    level: Option<&'a str>,
    all: bool,
}

/// A page of the projects a query asks for, as the reader may see them.
///
/// # Errors
/// 422 for a budget that is no amount, 400 for a foreign cursor.
pub async fn page(tx: &mut Tx, cx: &Cx, query: &ListQuery) -> Result<Page<view::Shown>> {
    let position = query.paging.position::<Key>()?;
    let (places, total) = if query.scope == Some("mine") {
        mine(tx, cx, query, position.as_ref()).await?
    } else {
        let filter = filter(cx, query)?;
        match query.q.as_deref() {
            None => newest(tx, &filter, query, position.as_ref()).await?,
            Some(words) => match search::query(words) {
                Some(asked) => found(tx, &asked, &filter, query, position.as_ref()).await?,
                None => (vec![], 0),
            },
        }
    };
    let page = Page::of(places, &query.paging, position.as_ref(), |p: &Place| {
        (p.at, p.id)
    })
    .with_total(total);
    let ids: Vec<Uuid> = page.rows.iter().map(|p| p.id).collect();
    let rows = view::load(tx, &ids).await?;
    Ok(Page {
        rows,
        next: page.next,
        prev: page.prev,
        limit: page.limit,
        total: page.total,
    })
}

fn filter<'a>(cx: &Cx, query: &'a ListQuery) -> Result<Filter<'a>> {
    let currency = cx.workspace()?.currency;
    let mut faults = vec![];
    let mut amount = |pointer: &str, text: &Option<String>| {
        let parsed = text.as_deref().map(|t| Money::parse(t, currency));
        match parsed {
            Some(Err(_)) => {
                faults.push(Fault::new(pointer, "invalid_format"));
                None
            }
            Some(Ok(sum)) => Some(sum.minor),
            None => None,
        }
    };
    let (min, max) = (
        amount("/budget_min", &query.budget_min),
        amount("/budget_max", &query.budget_max),
    );
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    Ok(Filter {
        category: query.category.as_deref(),
        skills: &query.skills,
        min,
        max,
        level: query.level,
        all: cx.member.is_some(),
    })
}

async fn newest(
    tx: &mut Tx,
    f: &Filter<'_>,
    query: &ListQuery,
    position: Option<&Position<Key>>,
) -> Result<(Vec<Place>, i64)> {
    let workspace = tx.workspace();
    let limit = query.paging.limit + 1;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (
               select 1 from market.project
               where workspace_id = $1 and state = 'open' and visibility <> 'invite_only' and ($2 or visibility = 'public')
                 and ($3::text is null or category = $3) and skills @> $4 and ($5::bigint is null or budget_max_minor >= $5)
                 and ($6::bigint is null or budget_min_minor <= $6) and ($7::text is null or level = $7)
               limit $8) counted"#,
        workspace,
        f.all,
        f.category,
        f.skills,
        f.min,
        f.max,
        f.level,
        COUNTED + 1
    )
    .fetch_one(&mut **tx)
    .await?;
    let (at, id) = position.map_or((None, None), |p| (Some(p.key.0), Some(p.key.1)));
    let rows = if position.is_some_and(|p| p.back) {
        sqlx::query_as!(
            Place,
            r#"select published_at as "at!", id from market.project
               where workspace_id = $1 and state = 'open' and visibility <> 'invite_only' and ($2 or visibility = 'public')
                 and ($3::text is null or category = $3) and skills @> $4 and ($5::bigint is null or budget_max_minor >= $5)
                 and ($6::bigint is null or budget_min_minor <= $6) and ($7::text is null or level = $7)
                 and (published_at, id) > ($8, $9)
               order by published_at, id limit $10"#,
            workspace,
            f.all,
            f.category,
            f.skills,
            f.min,
            f.max,
            f.level,
            at as _,
            id,
            limit
        )
        .fetch_all(&mut **tx)
        .await?
    } else {
        sqlx::query_as!(
            Place,
            r#"select published_at as "at!", id from market.project
               where workspace_id = $1 and state = 'open' and visibility <> 'invite_only' and ($2 or visibility = 'public')
                 and ($3::text is null or category = $3) and skills @> $4 and ($5::bigint is null or budget_max_minor >= $5)
                 and ($6::bigint is null or budget_min_minor <= $6) and ($7::text is null or level = $7)
                 and ($8::timestamptz is null or (published_at, id) < ($8, $9))
               order by published_at desc, id desc limit $10"#,
            workspace,
            f.all,
            f.category,
            f.skills,
            f.min,
            f.max,
            f.level,
            at as _,
            id,
            limit
        )
        .fetch_all(&mut **tx)
        .await?
    };
    Ok((rows, total))
}

/// At most a thousand hits, the newest; the search function applies visibility itself.
async fn found(
    tx: &mut Tx,
    asked: &str,
    f: &Filter<'_>,
    query: &ListQuery,
    position: Option<&Position<Key>>,
) -> Result<(Vec<Place>, i64)> {
    let hits = sqlx::query_as!(
        Place,
        r#"select published_at as "at!", project_id as "id!" from market.search_projects($1, $2, $3, $4, $5, $6, $7, 1000)"#,
        asked,
        f.category,
        f.skills,
        f.min,
        f.max,
        f.level,
        f.all
    )
    .fetch_all(&mut **tx)
    .await?;
    let total = i64::try_from(hits.len()).unwrap_or(i64::MAX);
    let most = usize::try_from(query.paging.limit + 1).unwrap_or(1);
    let rows: Vec<Place> = match position {
        Some(p) if p.back => hits
            .into_iter()
            .rev()
            .filter(|h| (h.at, h.id) > p.key)
            .take(most)
            .collect(),
        Some(p) => hits
            .into_iter()
            .filter(|h| (h.at, h.id) < p.key)
            .take(most)
            .collect(),
        None => hits.into_iter().take(most).collect(),
    };
    Ok((rows, total))
}

async fn mine(
    tx: &mut Tx,
    cx: &Cx,
    query: &ListQuery,
    position: Option<&Position<Key>>,
) -> Result<(Vec<Place>, i64)> {
    let (workspace, me) = (tx.workspace(), cx.member()?.id);
    let limit = query.paging.limit + 1;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from market.project
           where workspace_id = $1 and owner_id = $2 and ($3::text is null or state = $3) limit $4) counted"#,
        workspace,
        me,
        query.state,
        COUNTED + 1
    )
    .fetch_one(&mut **tx)
    .await?;
    let (at, id) = position.map_or((None, None), |p| (Some(p.key.0), Some(p.key.1)));
    let rows = if position.is_some_and(|p| p.back) {
        sqlx::query_as!(
            Place,
            "select created_at as at, id from market.project
             where workspace_id = $1 and owner_id = $2 and ($3::text is null or state = $3) and (created_at, id) > ($4, $5)
             order by created_at, id limit $6",
            workspace,
            me,
            query.state,
            at as _,
            id,
            limit
        )
        .fetch_all(&mut **tx)
        .await?
    } else {
        sqlx::query_as!(
            Place,
            "select created_at as at, id from market.project
             where workspace_id = $1 and owner_id = $2 and ($3::text is null or state = $3)
               and ($4::timestamptz is null or (created_at, id) < ($4, $5))
             order by created_at desc, id desc limit $6",
            workspace,
            me,
            query.state,
            at as _,
            id,
            limit
        )
        .fetch_all(&mut **tx)
        .await?
    };
    Ok((rows, total))
}

/// How many open projects there are per category and level, counted over the newest ten thousand.
///
/// # Errors
/// The database's.
pub async fn facets(tx: &mut Tx, cx: &Cx) -> Result<Vec<(String, String, i64)>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select category as "category!", level as "level!", count(*) as "n!" from (
               select category, level from market.project
               where workspace_id = $1 and state = 'open' and visibility <> 'invite_only' and ($2 or visibility = 'public')
               order by published_at desc, id desc limit $3) counted
           group by category, level"#,
        workspace,
        cx.member.is_some(),
        COUNTED
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| (r.category, r.level, r.n))
        .collect())
}
