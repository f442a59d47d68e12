//! Work in progress as answers and pages show it.

use crate::{contract, milestone, policy};
use base::{Instant, money};
use files::FileView;
use kernel::{
    Cx, Error, Input, Reader, Result, Tx,
    list::{Page, Paging},
};
use std::collections::HashMap;
use uuid::Uuid;

/// Work in progress that was shown.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct ShareView {
    /// Its id.
    pub id: Uuid,
    /// Its milestone.
    pub milestone_id: Uuid,
    /// Its number, from 1.
    pub number: i32,
    /// What the freelancer wrote.
    pub message: String,
    /// Addresses of the work.
    pub links: Vec<String>,
    /// Files of the work.
    pub files: Vec<FileView>,
    /// When it was shown.
    pub shared_at: Instant,
    /// The client's note back.
    pub feedback: Option<String>,
    /// When it was written.
    pub feedback_at: Option<Instant>,
    /// The part that is to be paid now, if one was asked for.
    pub part: Option<PartView>,
}

/// A part of a milestone that is to be split off and released.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct PartView {
    /// What it is called.
    pub title: String,
    /// How much.
    pub amount: money::View,
    /// `proposed`, `approved`, `declined`, or `fallen` when the milestone went another way.
    pub state: String,
    /// The milestone it became.
    pub milestone_id: Option<Uuid>,
}

/// Which shares of a milestone are asked for.
pub struct ListQuery {
    /// Which page.
    pub paging: Paging,
}
impl Input for ListQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            paging: Paging::read(r),
        }
    }
}

struct Raw {
    id: Uuid,
    milestone_id: Uuid,
    number: i32,
    message: String,
    links: Vec<String>,
    shared_at: Instant,
    feedback: Option<String>,
    feedback_at: Option<Instant>,
    part_title: Option<String>,
    part_minor: Option<i64>,
    part_state: Option<String>,
    part_id: Option<Uuid>,
    currency: String,
}

impl Raw {
    fn view(self, files: Vec<FileView>) -> Result<ShareView> {
        let part = match (self.part_title, self.part_minor, self.part_state) {
            (Some(title), Some(minor), Some(state)) => Some(PartView {
                title,
                amount: policy::money(minor, &self.currency)?.into(),
                state,
                milestone_id: self.part_id,
            }),
            _ => None,
        };
        Ok(ShareView {
            id: self.id,
            milestone_id: self.milestone_id,
            number: self.number,
            message: self.message,
            links: self.links,
            files,
            shared_at: self.shared_at,
            feedback: self.feedback,
            feedback_at: self.feedback_at,
            part,
        })
    }
}

/// One share, for the parties of its contract.
///
/// # Errors
/// 404 for everyone else.
pub async fn show(cx: &Cx, id: Uuid) -> Result<ShareView> {
    Ok(with_contract(cx, id).await?.0)
}

/// One share with its milestone and contract, read once.
///
/// # Errors
/// 404 for everyone but the parties.
pub async fn with_contract(
    cx: &Cx,
    id: Uuid,
) -> Result<(ShareView, milestone::MilestoneView, contract::ContractView)> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let row = sqlx::query_as!(
        Raw,
        r#"select s.id, s.milestone_id, s.number, s.message, s.links, s.shared_at as "shared_at: Instant", s.feedback,
                  s.feedback_at as "feedback_at: Instant", s.part_title, s.part_minor, s.part_state, s.part_id, m.currency
           from market.share s join market.milestone m on m.workspace_id = s.workspace_id and m.id = s.milestone_id
           where s.workspace_id = $1 and s.id = $2"#,
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let (milestone, contract) = milestone::show::read(&mut tx, cx, row.milestone_id).await?;
    let files = files::of(&mut tx, &[id]).await?.remove(&id);
    tx.finish().await?;
    Ok((row.view(files.unwrap_or_default())?, milestone, contract))
}

/// What was shown of a milestone, newest first.
///
/// # Errors
/// 404 for those who are not a party; 400 for a cursor that is not ours.
pub async fn list(cx: &Cx, milestone_id: Uuid, query: &ListQuery) -> Result<Page<ShareView>> {
    let position = query.paging.position::<i32>()?;
    let back = position.as_ref().is_some_and(|p| p.back);
    let number = position.as_ref().map(|p| p.key);
    let mut tx = cx.read().await?;
    milestone::show::read(&mut tx, cx, milestone_id).await?;
    let workspace = tx.workspace();
    let rows = if back {
        sqlx::query_as!(
            Raw,
            r#"select s.id, s.milestone_id, s.number, s.message, s.links, s.shared_at as "shared_at: Instant", s.feedback,
                      s.feedback_at as "feedback_at: Instant", s.part_title, s.part_minor, s.part_state, s.part_id, m.currency
               from market.share s join market.milestone m on m.workspace_id = s.workspace_id and m.id = s.milestone_id
               where s.workspace_id = $1 and s.milestone_id = $2 and s.number > $3 order by s.number limit $4"#,
            workspace,
            milestone_id,
            number,
            query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_as!(
            Raw,
            r#"select s.id, s.milestone_id, s.number, s.message, s.links, s.shared_at as "shared_at: Instant", s.feedback,
                      s.feedback_at as "feedback_at: Instant", s.part_title, s.part_minor, s.part_state, s.part_id, m.currency
               from market.share s join market.milestone m on m.workspace_id = s.workspace_id and m.id = s.milestone_id
               where s.workspace_id = $1 and s.milestone_id = $2 and ($3::integer is null or s.number < $3)
               order by s.number desc limit $4"#,
            workspace,
            milestone_id,
            number,
            query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from market.share where workspace_id = $1 and milestone_id = $2"#,
        workspace,
        milestone_id
    )
    .fetch_one(&mut *tx)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let own = files::of(&mut tx, &ids).await?;
    tx.finish().await?;
    let views = views(rows, own)?;
    Ok(Page::of(views, &query.paging, position.as_ref(), |r| r.number).with_total(total))
}

fn views(rows: Vec<Raw>, mut files: HashMap<Uuid, Vec<FileView>>) -> Result<Vec<ShareView>> {
    rows.into_iter()
        .map(|row| {
            let own = files.remove(&row.id).unwrap_or_default();
            row.view(own)
        })
        .collect()
}

/// What was shown of these milestones, newest first, at most `limit`; their files are looked up by
/// the caller together with others'.
pub(crate) async fn of_milestones(
    tx: &mut Tx,
    milestones: &[Uuid],
    limit: i64,
) -> Result<Vec<ShareView>> {
    let workspace = tx.workspace();
    let rows = sqlx::query_as!(
        Raw,
        r#"select s.id, s.milestone_id, s.number, s.message, s.links, s.shared_at as "shared_at: Instant", s.feedback,
                  s.feedback_at as "feedback_at: Instant", s.part_title, s.part_minor, s.part_state, s.part_id, m.currency
           from market.share s join market.milestone m on m.workspace_id = s.workspace_id and m.id = s.milestone_id
           where s.workspace_id = $1 and s.milestone_id = any($2) order by s.shared_at desc, s.id desc limit $3"#,
        workspace,
        milestones,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    views(rows, HashMap::new())
}

/// Whether the reader is a party of the contract this share belongs to.
///
/// # Errors
/// The database's.
pub async fn may_see(cx: &Cx, id: Uuid) -> Result<bool> {
    match with_contract(cx, id).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
