//! A milestone as answers and pages show it.

use super::store::Row;
use base::{Instant, Money, money};
use kernel::{Cx, Error, Result};
use uuid::Uuid;

/// A milestone with what it costs, what the platform keeps of it and what the freelancer gets.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct MilestoneView {
    /// Its id.
    pub id: Uuid,
    /// Its contract.
    pub contract_id: Uuid,
    /// Its place in the contract, from 1.
    pub position: i32,
    /// Its title.
    pub title: String,
    /// What the client pays into escrow.
    pub amount: money::View,
    /// What the platform keeps at release.
    pub fee: money::View,
    /// What the freelancer receives at release.
    pub net: money::View,
    /// `agreed`, `funded`, `submitted`, `changes_requested`, `approved`, `cancelled`.
    pub state: String,
    /// Days after funding at which it is due.
    pub due_days: i32,
    /// When its amount was put into escrow.
    pub funded_at: Option<Instant>,
    /// When the work is due.
    pub due_at: Option<Instant>,
    /// When the last delivery came.
    pub submitted_at: Option<Instant>,
    /// When silence counts as approval; null while the clock stands.
    pub review_until: Option<Instant>,
    /// When it was approved and released.
    pub approved_at: Option<Instant>,
    /// `client`, or `system` after silence.
    pub approved_by: Option<String>,
    /// Its version.
    pub version: i64,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) parts: Parts,
}

/// The sums behind the view's money fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    pub amount: Money,
    pub fee: Money,
    pub net: Money,
}

impl MilestoneView {
    /// The view of a row whose fee, while nothing is frozen, is the contract's.
    #[must_use]
    pub fn of(row: &Row, contract_basis_points: u32) -> Self {
        let (fee, net) = split(row, contract_basis_points);
        Self {
            id: row.id,
            contract_id: row.contract_id,
            position: row.position,
            title: row.title.clone(),
            amount: row.amount.into(),
            fee: fee.into(),
            net: net.into(),
            state: row.state.name().to_owned(),
            due_days: row.due_days,
            funded_at: row.funded_at,
            due_at: row.due_at,
            submitted_at: row.submitted_at,
            review_until: row.review_until,
            approved_at: row.approved_at,
            approved_by: row.approved_by.clone(),
            version: row.version,
            parts: Parts {
                amount: row.amount,
                fee,
                net,
            },
        }
    }

    /// What it costs.
    #[must_use]
    pub fn amount_money(&self) -> Money {
        self.parts.amount
    }
    /// What the platform keeps.
    #[must_use]
    pub fn fee_money(&self) -> Money {
        self.parts.fee
    }
    /// What the freelancer gets.
    #[must_use]
    pub fn net_money(&self) -> Money {
        self.parts.net
    }
}

/// The platform's fee and the freelancer's net of a milestone; they add up to its amount.
#[must_use]
pub fn split(row: &Row, contract_basis_points: u32) -> (Money, Money) {
    let frozen = row
        .fee_basis_points
        .and_then(|points| u32::try_from(points).ok());
    row.amount.split(frozen.unwrap_or(contract_basis_points))
}

/// One milestone, for those who may see its contract.
///
/// # Errors
/// 404.
pub async fn show(cx: &Cx, id: Uuid) -> Result<MilestoneView> {
    let mut tx = cx.read().await?;
    let contract = super::store::contract_of(&mut tx, id).await?;
    tx.finish().await?;
    let contract = crate::contract::show(cx, contract).await?;
    contract
        .milestones
        .into_iter()
        .find(|m| m.id == id)
        .ok_or(Error::NotFound)
}
