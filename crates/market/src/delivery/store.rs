//! Rows of deliveries.

use crate::contract;
use base::Instant;
use kernel::{Cx, Error, Result, Tx};
use uuid::Uuid;

/// The record kind under which files belong to a delivery.
pub const RECORD: &str = "delivery";

/// A delivery as it is stored.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its id.
    pub id: Uuid,
    /// Its milestone.
    pub milestone_id: Uuid,
    /// Its version, from 1.
    pub number: i32,
    /// What the freelancer wrote.
    pub message: String,
    /// Addresses of the work.
    pub links: Vec<String>,
    /// When it was handed in.
    pub submitted_at: Instant,
    /// What the client asked to be changed.
    pub changes: Option<String>,
    /// When they asked.
    pub changes_at: Option<Instant>,
    /// The checklist as it was then.
    pub checklist: Vec<String>,
    /// Which of its points were fulfilled.
    pub ticked: Vec<bool>,
}

/// One delivery, without a lock: its text never changes but for the client's request.
///
/// # Errors
/// Not found; the database's.
pub async fn load(tx: &mut Tx, id: Uuid) -> Result<Row> {
    let workspace = tx.workspace();
    sqlx::query_as!(
        Row,
        "select id, milestone_id, number, message, links, submitted_at, changes, changes_at, checklist, ticked
         from market.delivery where workspace_id = $1 and id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)
}

/// The deliveries of these milestones, newest version first, at most `limit`.
///
/// # Errors
/// The database's.
pub async fn of_milestones(tx: &mut Tx, milestones: &[Uuid], limit: i64) -> Result<Vec<Row>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        Row,
        "select id, milestone_id, number, message, links, submitted_at, changes, changes_at, checklist, ticked
         from market.delivery where workspace_id = $1 and milestone_id = any($2)
         order by submitted_at desc, number desc limit $3",
        workspace,
        milestones,
        limit
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The newest delivery of a milestone: its id and number.
///
/// # Errors
/// The database's.
pub async fn latest(tx: &mut Tx, milestone: Uuid) -> Result<Option<(Uuid, i32)>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        "select id, number from market.delivery where workspace_id = $1 and milestone_id = $2 order by number desc limit 1",
        workspace,
        milestone
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|r| (r.id, r.number)))
}

/// Whether the reader is a party of the contract this delivery belongs to.
///
/// # Errors
/// The database's.
pub async fn may_see(cx: &Cx, id: Uuid) -> Result<bool> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let parties = sqlx::query!(
        "select c.client_id, c.freelancer_id from market.delivery d
         join market.milestone m on m.workspace_id = d.workspace_id and m.id = d.milestone_id
         join market.contract c on c.workspace_id = m.workspace_id and c.id = m.contract_id
         where d.workspace_id = $1 and d.id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.finish().await?;
    Ok(parties.is_some_and(|p| {
        cx.can(
            "contract.show",
            &contract::store::relations(cx, p.client_id, p.freelancer_id),
        )
    }))
}
