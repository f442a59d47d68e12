//! `freelancer.list`: search, newest first; visitors find the public ones.

use super::FreelancerCard;
use crate::{country, profile, words};
use axum::response::Response;
use base::Instant;
use kernel::{
    Cx, Input, Query, Reader, Result,
    list::{COUNTED, Page, Paging},
};
use uuid::Uuid;

/// What is looked for.
pub(crate) struct ListQuery {
    pub text: Option<String>,
    pub skills: Vec<String>,
    pub country: Option<&'static str>,
    pub paging: Paging,
}

impl Input for ListQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            text: r.line_opt("q", 200),
            skills: r.lines("skills", 0, 10, 40),
            country: r.choice_opt("country", country::ALL),
            paging: Paging::read(r),
        }
    }
}

pub(super) async fn api_list(cx: Cx, Query(query): Query<ListQuery>) -> Result<Response> {
    Ok(list(&cx, &query).await?.answer())
}

struct Row {
    member_id: Uuid,
    created_at: Instant,
    display_name: String,
    title: String,
    skills: Vec<String>,
    country: Option<String>,
    rate: Option<i64>,
    currency: String,
    availability: String,
}

/// One page of the freelancers this reader may find.
///
/// # Errors
/// 400 for a cursor that is none of ours; the database's.
pub(super) async fn list(cx: &Cx, query: &ListQuery) -> Result<Page<FreelancerCard>> {
    let position = query.paging.position::<(Instant, Uuid)>()?;
    let (at, id) = position.as_ref().map(|p| p.key).unzip();
    let back = position.as_ref().is_some_and(|p| p.back);
    let asked = words::query(query.text.as_deref().unwrap_or(""), &query.skills);
    let is_member = cx.member.is_some() && cx.can("freelancer.list", &[]);
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let rows = sqlx::query_as!(
        Row,
        r#"select p.member_id, p.created_at as "created_at: Instant", m.display_name, p.title, p.skills, p.country as "country?",
             p.hourly_rate_minor as "rate?", p.currency, p.availability
           from people.search_freelancers($2, $3, $4, $5, $6, $7, $8) f
           join people.profile p on p.workspace_id = $1 and p.member_id = f.member_id
           join kernel.member m on m.workspace_id = $1 and m.id = f.member_id
           order by case when $7 then f.created_at end, case when $7 then f.member_id end, f.created_at desc, f.member_id desc"#,
        workspace,
        asked,
        query.country,
        is_member,
        at as _,
        id,
        back,
        query.paging.limit + 1
    )
    .fetch_all(&mut *tx)
    .await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from people.search_freelancers($1, $2, $3, null, null, false, $4)"#,
        asked,
        query.country,
        is_member,
        COUNTED + 1
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let page = Page::of(rows, &query.paging, position.as_ref(), |r| {
        (r.created_at, r.member_id)
    });
    Ok(page.with_total(total).map(|row| FreelancerCard {
        href: cx.href(&format!("/freelancers/{}", row.member_id)),
        member_id: row.member_id,
        display_name: row.display_name,
        title: row.title,
        skills: row.skills,
        country: row.country,
        hourly_rate: profile::rate(row.rate, Some(&row.currency)).map(Into::into),
        availability: row.availability,
    }))
}
