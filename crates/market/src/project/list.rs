//! Lists of projects: newest first, by stored columns, or by words through the search function.

use super::{input::ListQuery, view};
use crate::search;
use base::{Instant, Money};
use kernel::{
    Cx, Error, Fault, Result, Tx,
    list::{COUNTED, Page, Paging, Position},
};
use uuid::Uuid;

/// A place in a list by time.
type Key = (Instant, Uuid);
/// A place in a list by budget, in minor units.
type Sum = (i64, Uuid);

struct Place {
    at: Instant,
    budget: i64,
    id: Uuid,
}

/// Filters with their values in the form the database takes.
pub(super) struct Filter<'a> {
    pub(super) category: Option<&'a str>,
    pub(super) skills: &'a [String],
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    pub(super) level: Option<&'a str>,
    pub(super) all: bool,
}

/// A page of projects, and what was searched for.
pub struct Listed {
    /// The page.
    pub page: Page<view::Shown>,
    /// The `tsquery` that found them, when words were asked for.
    pub searched: Option<String>,
    /// The words taken instead of those asked for, of which nothing was found.
    pub meant: Option<String>,
}

/// A page of the projects a query asks for, as the reader may see them. Words of which nothing is
/// found are replaced by the closest known ones, if those find something.
///
/// # Errors
/// 422 for a budget that is no amount, 400 for a foreign cursor.
pub async fn page(tx: &mut Tx, cx: &Cx, query: &ListQuery) -> Result<Listed> {
    let (mut searched, mut meant) = (None, None);
    let places = if query.scope == Some("mine") {
        let position = query.paging.position::<Key>()?;
        let (places, total) = mine(tx, cx, query, position.as_ref()).await?;
        by_time(places, &query.paging, position.as_ref()).with_total(total)
    } else {
        let filter = filter(cx, query)?;
        let by_budget = query.sort == Some("budget");
        let hits = match query.q.as_deref() {
            None => None,
            Some(text) => {
                let found = found(tx, text, &filter).await?;
                (searched, meant) = (found.searched, found.meant);
                Some(found.hits)
            }
        };
        match (hits, by_budget) {
            (None, false) => {
                let position = query.paging.position::<Key>()?;
                let places = newest(tx, &filter, query, position.as_ref()).await?;
                let total = count(tx, &filter).await?;
                by_time(places, &query.paging, position.as_ref()).with_total(total)
            }
            (None, true) => {
                let position = query.paging.position::<Sum>()?;
                let places = dearest(tx, &filter, query, position.as_ref()).await?;
                let total = count(tx, &filter).await?;
                by_sum(places, &query.paging, position.as_ref()).with_total(total)
            }
            (Some(hits), false) => {
                let position = query.paging.position::<Key>()?;
                let total = i64::try_from(hits.len()).unwrap_or(i64::MAX);
                let places = cut(hits, &query.paging, position.as_ref(), |h| (h.at, h.id));
                by_time(places, &query.paging, position.as_ref()).with_total(total)
            }
            (Some(mut hits), true) => {
                let position = query.paging.position::<Sum>()?;
                let total = i64::try_from(hits.len()).unwrap_or(i64::MAX);
                hits.sort_by_key(|h| std::cmp::Reverse((h.budget, h.id)));
                let places = cut(hits, &query.paging, position.as_ref(), |h| (h.budget, h.id));
                by_sum(places, &query.paging, position.as_ref()).with_total(total)
            }
        }
    };
    let ids: Vec<Uuid> = places.rows.iter().map(|p| p.id).collect();
    let rows = view::load(tx, &ids).await?;
    Ok(Listed {
        page: Page {
            rows,
            next: places.next,
            prev: places.prev,
            limit: places.limit,
            total: places.total,
        },
        searched,
        meant,
    })
}

fn by_time(rows: Vec<Place>, paging: &Paging, position: Option<&Position<Key>>) -> Page<Place> {
    Page::of(rows, paging, position, |p| (p.at, p.id))
}

fn by_sum(rows: Vec<Place>, paging: &Paging, position: Option<&Position<Sum>>) -> Page<Place> {
    Page::of(rows, paging, position, |p| (p.budget, p.id))
}

/// The hits of one page and one more, out of all of them in descending order.
fn cut<K: PartialOrd>(
    hits: Vec<Place>,
    paging: &Paging,
    position: Option<&Position<K>>,
    key: impl Fn(&Place) -> K,
) -> Vec<Place> {
    let most = usize::try_from(paging.limit + 1).unwrap_or(1);
    let hits = hits.into_iter();
    match position {
        Some(p) if p.back => hits.rev().filter(|h| key(h) > p.key).take(most).collect(),
        Some(p) => hits.filter(|h| key(h) < p.key).take(most).collect(),
        None => hits.take(most).collect(),
    }
}

pub(super) fn filter<'a>(cx: &Cx, query: &'a ListQuery) -> Result<Filter<'a>> {
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

/// How many projects pass a filter, counted to one above ten thousand.
async fn count(tx: &mut Tx, f: &Filter<'_>) -> Result<i64> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
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
    .await?)
}

async fn newest(
    tx: &mut Tx,
    f: &Filter<'_>,
    query: &ListQuery,
    position: Option<&Position<Key>>,
) -> Result<Vec<Place>> {
    let workspace = tx.workspace();
    let limit = query.paging.limit + 1;
    let (at, id) = position.map(|p| p.key).unzip();
    Ok(if position.is_some_and(|p| p.back) {
        sqlx::query_as!(
            Place,
            r#"select published_at as "at!", budget_max_minor as budget, id from market.project
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
            r#"select published_at as "at!", budget_max_minor as budget, id from market.project
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
    })
}

/// By the highest budget first.
async fn dearest(
    tx: &mut Tx,
    f: &Filter<'_>,
    query: &ListQuery,
    position: Option<&Position<Sum>>,
) -> Result<Vec<Place>> {
    let workspace = tx.workspace();
    let limit = query.paging.limit + 1;
    let (sum, id) = position.map(|p| p.key).unzip();
    Ok(if position.is_some_and(|p| p.back) {
        sqlx::query_as!(
            Place,
            r#"select published_at as "at!", budget_max_minor as budget, id from market.project
               where workspace_id = $1 and state = 'open' and visibility <> 'invite_only' and ($2 or visibility = 'public')
                 and ($3::text is null or category = $3) and skills @> $4 and ($5::bigint is null or budget_max_minor >= $5)
                 and ($6::bigint is null or budget_min_minor <= $6) and ($7::text is null or level = $7)
                 and (budget_max_minor, id) > ($8, $9)
               order by budget_max_minor, id limit $10"#,
            workspace,
            f.all,
            f.category,
            f.skills,
            f.min,
            f.max,
            f.level,
            sum,
            id,
            limit
        )
        .fetch_all(&mut **tx)
        .await?
    } else {
        sqlx::query_as!(
            Place,
            r#"select published_at as "at!", budget_max_minor as budget, id from market.project
               where workspace_id = $1 and state = 'open' and visibility <> 'invite_only' and ($2 or visibility = 'public')
                 and ($3::text is null or category = $3) and skills @> $4 and ($5::bigint is null or budget_max_minor >= $5)
                 and ($6::bigint is null or budget_min_minor <= $6) and ($7::text is null or level = $7)
                 and ($8::bigint is null or (budget_max_minor, id) < ($8, $9))
               order by budget_max_minor desc, id desc limit $10"#,
            workspace,
            f.all,
            f.category,
            f.skills,
            f.min,
            f.max,
            f.level,
            sum,
            id,
            limit
        )
        .fetch_all(&mut **tx)
        .await?
    })
}

struct Found {
    hits: Vec<Place>,
    searched: Option<String>,
    meant: Option<String>,
}

/// What a text finds, or, if that is nothing, what the closest known words find.
async fn found(tx: &mut Tx, text: &str, f: &Filter<'_>) -> Result<Found> {
    let words = search::asked(text);
    let searched = search::query(&words);
    let hits = match &searched {
        Some(asked) => hits(tx, asked, f).await?,
        None => vec![],
    };
    if hits.is_empty()
        && let Some(closest) = search::meant(tx, &words).await?
        && let Some(asked) = search::query(&closest)
    {
        let hits = self::hits(tx, &asked, f).await?;
        if !hits.is_empty() {
            return Ok(Found {
                hits,
                searched: Some(asked),
                meant: Some(closest.join(" ")),
            });
        }
    }
    Ok(Found {
        hits,
        searched,
        meant: None,
    })
}

/// At most a thousand hits, the newest; the search function applies visibility itself.
async fn hits(tx: &mut Tx, asked: &str, f: &Filter<'_>) -> Result<Vec<Place>> {
    Ok(sqlx::query_as!(
        Place,
        r#"select published_at as "at!", budget_max_minor as "budget!", project_id as "id!"
           from market.search_projects($1, $2, $3, $4, $5, $6, $7, 1000)"#,
        asked,
        f.category,
        f.skills,
        f.min,
        f.max,
        f.level,
        f.all
    )
    .fetch_all(&mut **tx)
    .await?)
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
            "select created_at as at, budget_max_minor as budget, id from market.project
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
            "select created_at as at, budget_max_minor as budget, id from market.project
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
