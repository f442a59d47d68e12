//! Lists of proposals: a client's inbox for one project, and a freelancer's own.

use super::{input::ProposalsQuery, view};
use base::{Instant, Money};
use kernel::{
    Cx, Error, Result, Tx,
    list::{COUNTED, Page},
};
use uuid::Uuid;

struct Ranked {
    rank: i64,
    id: Uuid,
}
struct Place {
    at: Instant,
    id: Uuid,
}

/// The largest bid that is wanted, in minor units.
fn bid_most(cx: &Cx, query: &ProposalsQuery) -> Result<Option<i64>> {
    let currency = cx.workspace()?.currency;
    let asked = query.bid_max.as_deref();
    asked
        .map(|text| Money::parse(text, currency).map(|sum| sum.minor))
        .transpose()
        .map_err(|_| Error::invalid("/bid_max", "invalid_format"))
}

/// The proposals of a project, in the order asked for. The caller has checked that the reader is
/// its client.
///
/// # Errors
/// 400 for a foreign cursor.
pub async fn inbox(
    tx: &mut Tx,
    project: Uuid,
    query: &ProposalsQuery,
) -> Result<Page<view::Shown>> {
    let workspace = tx.workspace();
    let sort = query.sort.unwrap_or("newest");
    let viewed = query.viewed.map(|v| v == "true");
    let most = bid_most(tx.cx(), query)?;
    let position = query.paging.position::<(i64, Uuid)>()?;
    let (rank, id) = position
        .as_ref()
        .map_or((None, None), |p| (Some(p.key.0), Some(p.key.1)));
    let back = position.as_ref().is_some_and(|p| p.back);
    let rows = sqlx::query_as!(
        Ranked,
        r#"select rank as "rank!", id from (
               select b.id, case $4 when 'lowest' then b.bid_minor when 'highest' then -b.bid_minor when 'quickest' then b.duration_days
                   when 'rating' then -coalesce(f.rating_tenths, 0)
                   else -(extract(epoch from b.submitted_at) * 1000000)::bigint end as rank
               from market.proposal b
               left join people.card f on $4 = 'rating' and f.workspace_id = b.workspace_id and f.member_id = b.freelancer_id
               where b.workspace_id = $1 and b.project_id = $2 and ($3::text is null or b.state = $3)
                 and ($5::boolean is null or (b.viewed_at is not null) = $5) and ($6::bigint is null or b.bid_minor <= $6)) ranked
           where $7::bigint is null or case when $9 then (rank, id) < ($7, $8) else (rank, id) > ($7, $8) end
           order by case when $9 then -rank else rank end, case when $9 then id end desc, id
           limit $10"#,
        workspace,
        project,
        query.state,
        sort,
        viewed,
        most,
        rank,
        id,
        back,
        query.paging.limit + 1
    )
    .fetch_all(&mut **tx)
    .await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from market.proposal
           where workspace_id = $1 and project_id = $2 and ($3::text is null or state = $3)
             and ($4::boolean is null or (viewed_at is not null) = $4) and ($5::bigint is null or bid_minor <= $5) limit $6) counted"#,
        workspace,
        project,
        query.state,
        viewed,
        most,
        COUNTED + 1
    )
    .fetch_one(&mut **tx)
    .await?;
    let page =
        Page::of(rows, &query.paging, position.as_ref(), |r| (r.rank, r.id)).with_total(total);
    let ids: Vec<Uuid> = page.rows.iter().map(|r| r.id).collect();
    let rows = view::load(tx, &ids).await?;
    Ok(Page {
        rows,
        next: page.next,
        prev: page.prev,
        limit: page.limit,
        total: page.total,
    })
}

/// The reader's own proposals, newest first.
///
/// # Errors
/// 400 for a foreign cursor.
pub async fn own(tx: &mut Tx, cx: &Cx, query: &ProposalsQuery) -> Result<Page<view::Shown>> {
    // It narrows nothing here, but is no less wrong.
    bid_most(cx, query)?;
    let (workspace, me) = (tx.workspace(), cx.member()?.id);
    let position = query.paging.position::<(Instant, Uuid)>()?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from market.proposal
           where workspace_id = $1 and freelancer_id = $2 and ($3::text is null or state = $3) limit $4) counted"#,
        workspace,
        me,
        query.state,
        COUNTED + 1
    )
    .fetch_one(&mut **tx)
    .await?;
    let (at, id) = position
        .as_ref()
        .map_or((None, None), |p| (Some(p.key.0), Some(p.key.1)));
    let rows = if position.as_ref().is_some_and(|p| p.back) {
        sqlx::query_as!(
            Place,
            "select submitted_at as at, id from market.proposal
             where workspace_id = $1 and freelancer_id = $2 and ($3::text is null or state = $3) and (submitted_at, id) > ($4, $5)
             order by submitted_at, id limit $6",
            workspace,
            me,
            query.state,
            at as _,
            id,
            query.paging.limit + 1
        )
        .fetch_all(&mut **tx)
        .await?
    } else {
        sqlx::query_as!(
            Place,
            "select submitted_at as at, id from market.proposal
             where workspace_id = $1 and freelancer_id = $2 and ($3::text is null or state = $3)
               and ($4::timestamptz is null or (submitted_at, id) < ($4, $5))
             order by submitted_at desc, id desc limit $6",
            workspace,
            me,
            query.state,
            at as _,
            id,
            query.paging.limit + 1
        )
        .fetch_all(&mut **tx)
        .await?
    };
    let page = Page::of(rows, &query.paging, position.as_ref(), |r| (r.at, r.id)).with_total(total);
    let ids: Vec<Uuid> = page.rows.iter().map(|r| r.id).collect();
    let rows = view::load(tx, &ids).await?;
    Ok(Page {
        rows,
        next: page.next,
        prev: page.prev,
        limit: page.limit,
        total: page.total,
    })
}
