//! How a freelancer's work on the platform has gone: from contracts and published reviews alone.
//!
//! - *Rating*: the mean of the four marks of all published reviews about them.
//! - *Success*: of the contracts that ended after they began (completed, cancelled, terminated), the
//!   share that was completed without a review below three stars by the client; told from three
//!   ended contracts up.
//! - *Answer*: the median time from an offer to its answer; told from three answered offers up.
//! - *Badges*: `top_rated` with at least three reviews of 4.5 or more on average and a success of
//!   90 percent; `reliable` with at least three completed contracts and a success of 90 percent.

use base::Instant;
use kernel::{Cx, Kernel, Result, Tx, events::Delivered};
use std::{collections::HashMap, sync::Arc};
use uuid::Uuid;

/// From so many ended contracts or answered offers up a share or a median is told.
pub const TOLD_FROM: i64 = 3;
/// Completed contracts that a freelancer's page shows.
pub const HISTORY_MOST: i64 = 20;

/// Figures about a freelancer.
#[derive(Debug, Clone, Default, serde::Serialize, utoipa::ToSchema)]
pub struct FreelancerStanding {
    /// Mean of all marks in tenths of a star, 0 without reviews.
    pub rating_tenths: i32,
    /// Published reviews.
    pub reviews: i64,
    /// Share of ended contracts that went well; null below three of them.
    pub success_percent: Option<i32>,
    /// Completed contracts.
    pub completed: i64,
    /// Median hours from an offer to its answer; null below three of them.
    pub answer_hours: Option<i64>,
    /// `top_rated`, `reliable`.
    pub badges: Vec<String>,
}

/// A completed contract as others may know of it.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct WorkView {
    /// The contract.
    pub contract_id: Uuid,
    /// What it was called; null when its project was not shown to such a reader.
    pub title: Option<String>,
    /// Key of its category.
    pub category: String,
    /// When it began.
    pub began_at: Instant,
    /// When it was completed.
    pub ended_at: Instant,
    /// The client's rating in tenths of a star, once published.
    pub rating_tenths: Option<i32>,
}

/// The figures of these freelancers; one nobody worked with yet has none.
///
/// # Errors
/// The database's.
pub async fn of(tx: &mut Tx, members: &[Uuid]) -> Result<HashMap<Uuid, FreelancerStanding>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select m.id as "id!", coalesce(r.sum, 0)::bigint as "sum!", coalesce(r.n, 0) as "reviews!", coalesce(c.ended, 0) as "ended!",
                  coalesce(c.completed, 0) as "completed!", coalesce(c.good, 0) as "good!", coalesce(o.n, 0) as "answers!", o.hours as "hours?"
           from unnest($2::uuid[]) as m (id)
           left join lateral (
               select sum(quality + communication + timeliness + value) as sum, count(*) as n from market.review
               where workspace_id = $1 and subject_id = m.id and published_at is not null and author_role = 'client') r on true
           left join lateral (
               select count(*) as ended, count(*) filter (where k.state = 'completed') as completed,
                      count(*) filter (where k.state = 'completed' and not exists (
                          select 1 from market.review v where v.workspace_id = $1 and v.contract_id = k.id and v.author_role = 'client'
                            and v.published_at is not null and v.quality + v.communication + v.timeliness + v.value < 12)) as good
               from market.contract k
               where k.workspace_id = $1 and k.freelancer_id = m.id and k.accepted_at is not null
                 and k.state in ('completed', 'cancelled', 'terminated')) c on true
           left join lateral (
               select count(*) as n, greatest(1, ceil(percentile_cont(0.5) within group (
                   order by extract(epoch from coalesce(k.accepted_at, k.ended_at) - k.offered_at)::float8) / 3600))::bigint as hours
               from market.contract k
               where k.workspace_id = $1 and k.freelancer_id = m.id
                 and (k.accepted_at is not null or (k.state = 'declined' and k.ended_at is not null))) o on true"#,
        workspace,
        members
    )
    .fetch_all(&mut **tx)
    .await?;
    let all = rows.into_iter().map(|r| {
        let percent = |part: i64, all: i64| i32::try_from((part * 200 + all) / (all * 2)).ok();
        let success = (r.ended >= TOLD_FROM)
            .then(|| percent(r.good, r.ended))
            .flatten();
        let tenths = if r.reviews > 0 {
            (r.sum * 10 + r.reviews * 2) / (r.reviews * 4)
        } else {
            0
        };
        let hours = r.hours.filter(|_| r.answers >= TOLD_FROM);
        let good = success.is_some_and(|s| s >= 90);
        let mut badges = vec![];
        if good && r.reviews >= TOLD_FROM && tenths >= 45 {
            badges.push("top_rated".to_owned());
        }
        if good && r.completed >= TOLD_FROM {
            badges.push("reliable".to_owned());
        }
        let standing = FreelancerStanding {
            rating_tenths: i32::try_from(tenths).unwrap_or(0),
            reviews: r.reviews,
            success_percent: success,
            completed: r.completed,
            answer_hours: hours,
            badges,
        };
        (r.id, standing)
    });
    Ok(all.collect())
}

/// Whether what is shown to members of the workspace may be told to this reader.
#[must_use]
pub(crate) fn reads_listed(cx: &Cx) -> bool {
    cx.can("project.show", &["listed"])
}

/// The newest completed contracts of a freelancer, as this reader may know of them.
///
/// # Errors
/// The database's.
pub async fn history(tx: &mut Tx, cx: &Cx, member: Uuid) -> Result<Vec<WorkView>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        WorkView,
        r#"select c.id as contract_id, case when p.visibility = 'public' or (p.visibility = 'members' and $4) then c.title end as "title?", p.category,
                  coalesce(c.active_at, c.accepted_at) as "began_at!: Instant", c.ended_at as "ended_at!: Instant",
                  (select ((r.quality + r.communication + r.timeliness + r.value) * 10 + 2) / 4 from market.review r
                   where r.workspace_id = c.workspace_id and r.contract_id = c.id and r.author_role = 'client' and r.published_at is not null)
                      as "rating_tenths?"
           from market.contract c
           join market.project p on p.workspace_id = c.workspace_id and p.id = c.project_id
           where c.workspace_id = $1 and c.freelancer_id = $2 and c.state = 'completed' and c.ended_at is not null
           order by c.offered_at desc, c.id desc limit $3"#,
        workspace,
        member,
        HISTORY_MOST,
        reads_listed(cx)
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Whether an event may change the figures of a freelancer.
pub(crate) fn wants(kind: &str) -> bool {
    matches!(
        kind,
        "market.reviews_published"
            | "market.review_published"
            | "market.contract_completed"
            | "market.contract_cancelled"
            | "market.contract_terminated"
    )
}

/// Tells the people's part of the house how a contract's freelancer stands now, and keeps how its client
/// is rated.
///
/// # Errors
/// The database's.
pub(crate) async fn take(kernel: &Arc<Kernel>, event: Delivered) -> Result<()> {
    let workspace = event.workspace_id;
    let cx = Cx::system_in(kernel, workspace, "scheduler").await?;
    let mut tx = cx.read().await?;
    let parties = sqlx::query!(
        "select freelancer_id, client_id from market.contract where workspace_id = $1 and id = $2",
        workspace,
        event.record_id
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(parties) = parties else {
        return tx.finish().await;
    };
    let (freelancer, client) = (parties.freelancer_id, parties.client_id);
    let standing = of(&mut tx, &[freelancer])
        .await?
        .remove(&freelancer)
        .unwrap_or_default();
    tx.finish().await?;
    let mut tx = kernel.db.begin_system(Some(workspace)).await?;
    let told = people::profile::Told {
        rating_tenths: standing.rating_tenths,
        reviews: i32::try_from(standing.reviews).unwrap_or(i32::MAX),
        success_percent: standing.success_percent,
        completed: i32::try_from(standing.completed).unwrap_or(i32::MAX),
    };
    people::profile::tell(&mut tx, workspace, freelancer, told).await?;
    sqlx::query!(
        "insert into market.client_rating (workspace_id, member_id, rating_tenths, reviews)
         select workspace_id, subject_id, ((sum(quality + communication + timeliness + value) * 10 + count(*) * 2) / (count(*) * 4))::integer, count(*)::integer
         from market.review
         where workspace_id = $1 and subject_id = $2 and author_role = 'freelancer' and published_at is not null group by workspace_id, subject_id
         on conflict (workspace_id, member_id) do update set rating_tenths = excluded.rating_tenths, reviews = excluded.reviews",
        workspace,
        client
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}
