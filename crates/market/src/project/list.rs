//! Lists of projects: what is open, by stored columns or through the search function, and one's own.

use super::{
    facets::{self, Facets},
    query::ListQuery,
    view,
};
use crate::{category, search};
use base::{Instant, Money, search::Asked};
use kernel::{
    Cx, Error, Fault, Result, Tx,
    access::ANY,
    list::{COUNTED, Page, Position},
};
use sqlx::{Postgres, QueryBuilder, Row as _};
use uuid::Uuid;

/// A place in a list: the key of its order, and the id.
type Key = (i64, Uuid);
/// A place in a list by time.
type Moment = (Instant, Uuid);

#[derive(sqlx::FromRow)]
struct Place {
    id: Uuid,
    key: i64,
}

/// Filters with their values in the form the database takes.
pub(super) struct Filter {
    pub(super) categories: Option<Vec<String>>,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    pub(super) level: Option<&'static str>,
    pub(super) country: Option<&'static str>,
    pub(super) zones: Option<Vec<String>>,
    /// Least rating of the client, in tenths of a star.
    pub(super) rating: Option<i32>,
    /// Only clients whose means of payment is verified at `now`.
    pub(super) verified: bool,
    pub(super) now: Instant,
    pub(super) all: bool,
    /// Only this member's own, whatever their visibility: for roles that list no others.
    pub(super) owner: Option<Uuid>,
}

/// A page of projects, and what was searched for.
pub struct Listed {
    /// The page.
    pub page: Page<view::Shown>,
    /// Counts of further filters, where they were asked for.
    pub facets: Option<Facets>,
    /// The words taken instead of those asked for, of which nothing was found.
    pub meant: Option<String>,
}

/// Hours to share without a time zone are shared with the reader's own, which the query then names.
///
/// # Errors
/// 422 at `/time_zone` where there is none.
pub async fn located(tx: &mut Tx, cx: &Cx, query: &mut ListQuery) -> Result<()> {
    if query.overlap_hours.is_some() && query.time_zone.is_none() {
        query.time_zone = Some(people::profile::own_zone(tx, cx).await?);
    }
    Ok(())
}

/// A page of the projects a query asks for, as the reader may see them. Words of which nothing is
/// found are replaced by the closest known ones, if those find something.
///
/// # Errors
/// 422 for a budget that is no amount, 400 for a foreign cursor.
pub async fn page(tx: &mut Tx, cx: &Cx, query: &ListQuery) -> Result<Listed> {
    let mut listed = Listed {
        page: Page {
            rows: vec![],
            next: None,
            prev: None,
            limit: query.paging.size(),
            total: None,
        },
        facets: None,
        meant: None,
    };
    let owner = own_only(cx)?;
    let ids = if query.scope == Some("mine")
        || (owner.is_some() && query.scope.is_none() && !query.is_filtered())
    {
        let page = mine(tx, cx, query).await?;
        turned(&mut listed.page, page, |(_, id)| *id)
    } else {
        let categories = category::all(tx, cx.locale).await?;
        let filter = filter(cx, query, &categories, tx.now(), owner)?;
        let mut asked = Asked::read(query.q.as_deref().unwrap_or_default());
        let mut words =
            base::search::query(&asked, &query.skills, query.match_skills == Some("any"));
        if words.is_none() && query.q.is_some() {
            // Signs without a word find nothing, rather than everything.
            words = Some("'\u{1}'".to_owned());
        }
        let position = query.paging.position::<Key>()?;
        let (mut places, mut total) = match &words {
            Some(words) if owner.is_some() => (
                own(tx, words, &filter, query, position.as_ref()).await?,
                None,
            ),
            None => (open(tx, &filter, query, position.as_ref()).await?, None),
            Some(words) => {
                let found = found(tx, words, &asked, &filter, query, position.as_ref()).await?;
                (found.0, Some(found.1))
            }
        };
        if places.is_empty()
            && position.is_none()
            && owner.is_none()
            && let Some(closest) = meant(tx, &asked).await?
            && let Some(other) =
                base::search::query(&closest, &query.skills, query.match_skills == Some("any"))
        {
            let found = found(tx, &other, &closest, &filter, query, None).await?;
            if !found.0.is_empty() {
                (places, total) = (found.0, Some(found.1));
                listed.meant = Some(closest.told());
                (words, asked) = (Some(other), closest);
            }
        }
        drop(asked);
        let mut page = Page::of(places, &query.paging, position.as_ref(), |p| (p.key, p.id));
        // Counts are taken over what everyone may find; who lists their own alone gets none.
        let wanted = position.is_none() && query.facets != Some("false") && owner.is_none();
        if wanted {
            let counted = facets::of(cx, tx, words.as_deref(), &filter, query, &categories).await?;
            page.total = Some(total.unwrap_or(counted.total));
            listed.facets = Some(counted);
        } else if page.total.is_none() {
            page.total = match total {
                Some(total) => Some(total),
                None => Some(count(tx, &filter, words.as_deref()).await?),
            };
        }
        turned(&mut listed.page, page, |p| p.id)
    };
    listed.page.rows = view::load(tx, &ids).await?;
    Ok(listed)
}

/// Whose projects alone a member lists whose roles list no others'; nobody's for all the rest.
/// An account that reads as a visitor lists what visitors list.
///
/// # Errors
/// 403 for a member who may list none.
fn own_only(cx: &Cx) -> Result<Option<Uuid>> {
    match cx.me().filter(|_| cx.reads_as_member()) {
        Some(_) if cx.grants("project.list", ANY) => Ok(None),
        Some(me) if cx.grants("project.list", "owner") => Ok(Some(me)),
        Some(_) => Err(Error::Forbidden("forbidden")),
        None => Ok(None),
    }
}

/// Takes over where a page of places leads; gives the ids of its rows.
fn turned<T>(to: &mut Page<view::Shown>, from: Page<T>, id: impl Fn(&T) -> Uuid) -> Vec<Uuid> {
    (to.next, to.prev, to.limit, to.total) = (from.next, from.prev, from.limit, from.total);
    from.rows.iter().map(id).collect()
}

fn filter(
    cx: &Cx,
    query: &ListQuery,
    categories: &[category::CategoryView],
    now: Instant,
    owner: Option<Uuid>,
) -> Result<Filter> {
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
    let zone = query.time_zone.as_deref();
    Ok(Filter {
        categories: query
            .category
            .as_deref()
            .map(|key| category::with_children(categories, key)),
        min,
        max,
        level: query.level,
        country: query.country,
        zones: zone.map(|z| base::search::zones_overlapping(z, query.overlap(), now)),
        rating: query.rating(),
        verified: query.verified(),
        now,
        all: cx.reads_as_member(),
        owner,
    })
}

/// How an order of open projects reads its index: the column, its key as a number that sorts
/// downwards, a place's column from that number, and whether the column itself sorts downwards.
fn order(sort: &str) -> (&'static str, &'static str, &'static str, bool) {
    match sort {
        "budget" => ("budget_max_minor", "budget_max_minor", "", true),
        "budget_low" => ("budget_min_minor", "-budget_min_minor", "-", false),
        "deadline" => (
            "coalesce(deadline, date '9999-12-31')",
            "-(coalesce(deadline, date '9999-12-31') - date '2000-01-01')::bigint",
            "date '2000-01-01' + -",
            false,
        ),
        _ => (
            "published_at",
            "(extract(epoch from published_at) * 1000000)::bigint",
            "timestamptz 'epoch' + interval '1 microsecond' * ",
            true,
        ),
    }
}

const OPEN: &str = " from market.project where state = 'open'";

fn narrow(sql: &mut QueryBuilder<Postgres>, workspace: Uuid, f: &Filter) {
    sql.push(OPEN)
        .push(" and workspace_id = ")
        .push_bind(workspace);
    match f.owner {
        Some(owner) => drop(sql.push(" and owner_id = ").push_bind(owner)),
        None => drop(sql.push(" and visibility <> 'invite_only'")),
    }
    if !f.all {
        sql.push(" and visibility = 'public'");
    }
    if let Some(keys) = &f.categories {
        sql.push(" and category = any (")
            .push_bind(keys.clone())
            .push(")");
    }
    if let Some(min) = f.min {
        sql.push(" and budget_max_minor >= ").push_bind(min);
    }
    if let Some(max) = f.max {
        sql.push(" and budget_min_minor <= ").push_bind(max);
    }
    if let Some(level) = f.level {
        sql.push(" and level = ").push_bind(level);
    }
    if let Some(country) = f.country {
        sql.push(" and country = ").push_bind(country);
    }
    if let Some(zones) = &f.zones {
        sql.push(" and time_zone = any (")
            .push_bind(zones.clone())
            .push(")");
    }
    if let Some(rating) = f.rating {
        sql.push(" and exists (select from market.client_rating r where r.workspace_id = project.workspace_id and r.member_id = project.owner_id and r.rating_tenths >= ")
            .push_bind(rating)
            .push(")");
    }
    if f.verified {
        sql.push(" and exists (select from ledger.payment_verified v where v.workspace_id = project.workspace_id and v.member_id = project.owner_id and v.until > ")
            .push_bind(f.now)
            .push(")");
    }
}

fn statement(
    workspace: Uuid,
    f: &Filter,
    sort: &str,
    position: Option<&Position<Key>>,
    limit: i64,
) -> QueryBuilder<Postgres> {
    let mut sql = narrowed(workspace, f, sort, position);
    ordered(&mut sql, sort, position, limit);
    sql
}

fn narrowed(
    workspace: Uuid,
    f: &Filter,
    sort: &str,
    position: Option<&Position<Key>>,
) -> QueryBuilder<Postgres> {
    let (column, key, place, downwards) = order(sort);
    let back = position.is_some_and(|p| p.back);
    let mut sql = QueryBuilder::new("select id, ");
    sql.push(key).push(" as key");
    narrow(&mut sql, workspace, f);
    if let Some(p) = position {
        let sign = if downwards == back { ">" } else { "<" };
        sql.push(format!(" and ({column}, id) {sign} ({place}"));
        match sort {
            "deadline" => sql.push_bind(i32::try_from(p.key.0).unwrap_or(i32::MIN)),
            _ => sql.push_bind(p.key.0),
        };
        sql.push(", ").push_bind(p.key.1).push(")");
    }
    sql
}

fn ordered(
    sql: &mut QueryBuilder<Postgres>,
    sort: &str,
    position: Option<&Position<Key>>,
    limit: i64,
) {
    let (column, _, _, downwards) = order(sort);
    let back = position.is_some_and(|p| p.back);
    let way = if downwards == back { "" } else { " desc" };
    sql.push(format!(" order by {column}{way}, id{way} limit "))
        .push_bind(limit);
}

/// The statement of an order from a place on (or back from it), without filters: `$1` workspace,
/// `$2` and `$3` the place, `$4` the limit. For the test that looks at its plan.
#[must_use]
pub fn probe(sort: &str, back: bool) -> String {
    let filter = Filter {
        categories: None,
        min: None,
        max: None,
        level: None,
        country: None,
        zones: None,
        rating: None,
        verified: false,
        now: Instant::from_unix_seconds(0),
        all: true,
        owner: None,
    };
    let position = Position {
        back,
        key: (0, Uuid::nil()),
    };
    let built = statement(Uuid::nil(), &filter, sort, Some(&position), 51);
    built.sql().as_str().to_owned()
}

/// Open projects by a stored column, in the order of its index.
async fn open(
    tx: &mut Tx,
    f: &Filter,
    query: &ListQuery,
    position: Option<&Position<Key>>,
) -> Result<Vec<Place>> {
    let limit = query.paging.limit + 1;
    let mut sql = statement(tx.workspace(), f, query.order(), position, limit);
    Ok(sql.build_query_as().fetch_all(&mut **tx).await?)
}

/// One's own open projects with these words, newest first; few enough to read each text.
async fn own(
    tx: &mut Tx,
    words: &str,
    f: &Filter,
    query: &ListQuery,
    position: Option<&Position<Key>>,
) -> Result<Vec<Place>> {
    let limit = query.paging.limit + 1;
    let mut sql = narrowed(tx.workspace(), f, query.order(), position);
    worded(&mut sql, words);
    ordered(&mut sql, query.order(), position, limit);
    Ok(sql.build_query_as().fetch_all(&mut **tx).await?)
}

fn worded(sql: &mut QueryBuilder<Postgres>, words: &str) {
    sql.push(" and words @@ ")
        .push_bind(words.to_owned())
        .push("::tsquery");
}

/// How many projects pass a filter, counted to one above ten thousand.
async fn count(tx: &mut Tx, f: &Filter, words: Option<&str>) -> Result<i64> {
    let mut sql = QueryBuilder::new("select count(*) from (select 1");
    narrow(&mut sql, tx.workspace(), f);
    if let (Some(words), Some(_)) = (words, f.owner) {
        worded(&mut sql, words);
    }
    sql.push(" limit ").push_bind(COUNTED + 1).push(") counted");
    Ok(sql.build().fetch_one(&mut **tx).await?.get(0))
}

/// What the closest known words are, where some are not known.
async fn meant(tx: &mut Tx, asked: &Asked) -> Result<Option<Asked>> {
    let known = search::close(tx, &asked.words()).await?;
    Ok(asked.replaced(&known))
}

/// A page of hits and the number of all; the search function applies visibility itself.
async fn found(
    tx: &mut Tx,
    words: &str,
    asked: &Asked,
    f: &Filter,
    query: &ListQuery,
    position: Option<&Position<Key>>,
) -> Result<(Vec<Place>, i64)> {
    let (key, id) = position.map(|p| p.key).unzip();
    let rank = asked.query();
    let sort = match (&rank, query.order()) {
        (None, "relevance") => "newest",
        (_, sort) => sort,
    };
    let rows = sqlx::query!(
        r#"select project_id as "id!", key as "key!", total as "total!"
           from market.find_open_projects($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"#,
        words,
        f.categories.as_deref(),
        f.min,
        f.max,
        f.level,
        f.country,
        f.zones.as_deref(),
        f.all,
        sort,
        key,
        id,
        position.is_some_and(|p| p.back),
        i32::try_from(query.paging.limit + 1).unwrap_or(i32::MAX),
        rank.as_deref().unwrap_or(words),
        f.rating,
        f.verified,
        f.now as _
    )
    .fetch_all(&mut **tx)
    .await?;
    let total = rows.first().map_or(0, |r| r.total);
    let place = |id, key| Place { id, key };
    Ok((
        rows.into_iter().map(|r| place(r.id, r.key)).collect(),
        total,
    ))
}

async fn mine(tx: &mut Tx, cx: &Cx, query: &ListQuery) -> Result<Page<Moment>> {
    let (workspace, me) = (tx.workspace(), cx.member()?.id);
    if !cx.reads_as_member() {
        return Err(Error::Forbidden("email_unverified"));
    }
    let position = query.paging.position::<Moment>()?;
    let (at, id) = position.as_ref().map(|p| p.key).unzip();
    let archived = query.state == Some("archived");
    let state = query.state.filter(|_| !archived);
    let limit = query.paging.limit + 1;
    struct Own {
        at: Instant,
        id: Uuid,
    }
    let rows = if position.as_ref().is_some_and(|p| p.back) {
        sqlx::query_as!(
            Own,
            "select created_at as at, id from market.project
             where workspace_id = $1 and owner_id = $2 and ($3::text is null or state = $3) and (archived_at is not null) = $4
               and (created_at, id) > ($5, $6)
             order by created_at, id limit $7",
            workspace,
            me,
            state,
            archived,
            at as _,
            id,
            limit
        )
        .fetch_all(&mut **tx)
        .await?
    } else {
        sqlx::query_as!(
            Own,
            "select created_at as at, id from market.project
             where workspace_id = $1 and owner_id = $2 and ($3::text is null or state = $3) and (archived_at is not null) = $4
               and ($5::timestamptz is null or (created_at, id) < ($5, $6))
             order by created_at desc, id desc limit $7",
            workspace,
            me,
            state,
            archived,
            at as _,
            id,
            limit
        )
        .fetch_all(&mut **tx)
        .await?
    };
    let rows = rows.into_iter().map(|r| (r.at, r.id)).collect();
    let page = Page::of(rows, &query.paging, position.as_ref(), |r: &Moment| *r);
    if page.total.is_some() {
        return Ok(page);
    }
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from market.project
           where workspace_id = $1 and owner_id = $2 and ($3::text is null or state = $3) and (archived_at is not null) = $4 limit $5) counted"#,
        workspace,
        me,
        state,
        archived,
        COUNTED + 1
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(page.with_total(total))
}
