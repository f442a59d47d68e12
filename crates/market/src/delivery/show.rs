//! A delivery as answers and pages show it.

use super::store;
use crate::{
    contract::ContractView,
    milestone::{self, MilestoneView},
};
use base::Instant;
use files::FileView;
use kernel::{
    Cx, Input, Reader, Result,
    list::{Page, Paging},
};
use uuid::Uuid;

/// A numbered version of a milestone's work.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct DeliveryView {
    /// Its id.
    pub id: Uuid,
    /// Its milestone.
    pub milestone_id: Uuid,
    /// Its version, from 1.
    pub number: i32,
    /// `submitted`, `changes_requested` or `approved`.
    pub state: String,
    /// What the freelancer wrote.
    pub message: String,
    /// Addresses of the work.
    pub links: Vec<String>,
    /// Files of the work.
    pub files: Vec<FileView>,
    /// When it was handed in.
    pub submitted_at: Instant,
    /// What the client asked to be changed.
    pub changes: Option<String>,
    /// When they asked.
    pub changes_at: Option<Instant>,
    /// The checklist as it was handed in.
    pub checklist: Vec<ChecklistPoint>,
    /// The milestone as it stands now.
    pub milestone: MilestoneView,
    /// With an approval that funds the next milestone: how its payment stands.
    pub next_funding: Option<NextFunding>,
}

/// A point of a milestone's checklist.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct ChecklistPoint {
    /// What both agreed on.
    pub item: String,
    /// Whether the delivery fulfils it.
    pub done: bool,
}

/// How the funding of the next milestone stands.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct NextFunding {
    /// The milestone.
    pub milestone_id: Uuid,
    /// The payment.
    pub payment_id: Uuid,
    /// Its state, such as `captured`, `requires_action`, `failed`.
    pub state: String,
    /// Where the payer must confirm it.
    pub next_action_url: Option<String>,
}

/// Which deliveries of a milestone are asked for.
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

fn view(row: store::Row, files: Vec<FileView>, milestone: &MilestoneView) -> DeliveryView {
    let state = if row.changes.is_some() {
        "changes_requested"
    } else if milestone.state == milestone::State::Approved.name() {
        "approved"
    } else {
        "submitted"
    };
    DeliveryView {
        id: row.id,
        milestone_id: row.milestone_id,
        number: row.number,
        state: state.to_owned(),
        message: row.message,
        links: row.links,
        files,
        submitted_at: row.submitted_at,
        changes: row.changes,
        changes_at: row.changes_at,
        checklist: row
            .checklist
            .into_iter()
            .zip(row.ticked)
            .map(|(item, done)| ChecklistPoint { item, done })
            .collect(),
        milestone: milestone.clone(),
        next_funding: None,
    }
}

/// One delivery, for the parties of its contract.
///
/// # Errors
/// 404 for everyone else.
pub async fn show(cx: &Cx, id: Uuid) -> Result<DeliveryView> {
    Ok(with_contract(cx, id).await?.0)
}

/// One delivery and its contract, read once.
///
/// # Errors
/// 404 for everyone but the parties.
pub async fn with_contract(cx: &Cx, id: Uuid) -> Result<(DeliveryView, ContractView)> {
    let mut tx = cx.read().await?;
    let row = store::load(&mut tx, id).await?;
    let (milestone, contract) = milestone::show::read(&mut tx, cx, row.milestone_id).await?;
    let files = files::of(&mut tx, &[id]).await?.remove(&id);
    tx.finish().await?;
    Ok((view(row, files.unwrap_or_default(), &milestone), contract))
}

/// The deliveries of a milestone, newest version first.
///
/// # Errors
/// 404 for those who are not a party; 400 for a cursor that is not ours.
pub async fn list(cx: &Cx, milestone_id: Uuid, query: &ListQuery) -> Result<Page<DeliveryView>> {
    let position = query.paging.position::<i32>()?;
    let back = position.as_ref().is_some_and(|p| p.back);
    let number = position.as_ref().map(|p| p.key);
    let mut tx = cx.read().await?;
    let (milestone, _) = milestone::show::read(&mut tx, cx, milestone_id).await?;
    let workspace = tx.workspace();
    let rows = if back {
        sqlx::query_as!(
            store::Row,
            "select id, milestone_id, number, message, links, submitted_at, changes, changes_at, checklist, ticked from market.delivery
             where workspace_id = $1 and milestone_id = $2 and number > $3 order by number limit $4",
            workspace,
            milestone_id,
            number,
            query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_as!(
            store::Row,
            "select id, milestone_id, number, message, links, submitted_at, changes, changes_at, checklist, ticked from market.delivery
             where workspace_id = $1 and milestone_id = $2 and ($3::integer is null or number < $3) order by number desc limit $4",
            workspace,
            milestone_id,
            number,
            query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from market.delivery where workspace_id = $1 and milestone_id = $2"#,
        workspace,
        milestone_id
    )
    .fetch_one(&mut *tx)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut files = files::of(&mut tx, &ids).await?;
    tx.finish().await?;
    let page = Page::of(rows, &query.paging, position.as_ref(), |r| r.number).with_total(total);
    Ok(page.map(|row| {
        let own = files.remove(&row.id).unwrap_or_default();
        view(row, own, &milestone)
    }))
}

/// All deliveries of a contract's milestones, newest first, for its page.
///
/// # Errors
/// The database's.
pub async fn of_contract(
    tx: &mut kernel::Tx,
    milestones: &[MilestoneView],
) -> Result<Vec<DeliveryView>> {
    let ids: Vec<Uuid> = milestones.iter().map(|m| m.id).collect();
    let rows = store::of_milestones(tx, &ids, 200).await?;
    let rows_ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut files = files::of(tx, &rows_ids).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let milestone = milestones.iter().find(|m| m.id == row.milestone_id)?;
            let own = files.remove(&row.id).unwrap_or_default();
            Some(view(row, own, milestone))
        })
        .collect())
}
