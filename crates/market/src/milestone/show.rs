//! A milestone as answers and pages show it.

use super::store::Row;
use crate::contract::ContractView;
use base::{Instant, Money, money};
use kernel::{Cx, Error, Result, Tx};
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
    /// What the platform keeps at release; of what was released, where a part or all went back.
    pub fee: money::View,
    /// What the freelancer receives at release; of what was released, where a part or all went back.
    pub net: money::View,
    /// The fee schedule it is charged by: frozen at funding, until then the one in force.
    pub fee_version: i32,
    /// What that schedule takes from the freelancer, in basis points.
    pub fee_basis_points: u32,
    /// `agreed`, `funded`, `submitted`, `changes_requested`, `approved`, `cancelled`; `refunded` or
    /// `split` when its contract ended early.
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
    /// `client`, `system` after silence, `both` or `staff` when the contract ended early.
    pub approved_by: Option<String>,
    /// Seconds that remain of the client's time while the contract stands still.
    pub review_left_seconds: Option<i64>,
    /// What a delivery must show, as both agreed.
    pub checklist: Vec<String>,
    /// Why an open point of it was let pass at approval.
    pub checklist_waiver: Option<String>,
    /// What went back to the client when its contract ended early.
    pub refunded: Option<money::View>,
    /// The milestone it was split from, when a part was delivered and paid ahead.
    pub split_from: Option<Uuid>,
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
    pub refunded: i64,
    pub fee: Money,
    pub net: Money,
}

/// What a milestone costs the freelancer by the schedule in force.
#[derive(Debug, Clone, Copy)]
pub struct Charge {
    /// The schedule's version.
    pub version: i32,
    /// Its rate in basis points.
    pub basis_points: u32,
    /// The fee of the milestone's whole amount.
    pub fee: Money,
}

impl MilestoneView {
    /// The view of a row that, while nothing is frozen, costs what it would cost `now`.
    #[must_use]
    pub fn of(row: &Row, now: Charge) -> Self {
        // What went back to the client is not the freelancer's, and the platform keeps nothing of it.
        let released = row.amount.minor - row.refunded_minor.unwrap_or(0);
        let released = Money::new(released, row.amount.currency);
        let (fee, net) = split_of(row, released, now.fee);
        let frozen = row
            .fee_basis_points
            .and_then(|points| u32::try_from(points).ok());
        let (fee_version, fee_basis_points) = match frozen {
            Some(points) => (row.fee_version.unwrap_or(now.version), points),
            None => (now.version, now.basis_points),
        };
        Self {
            id: row.id,
            contract_id: row.contract_id,
            position: row.position,
            title: row.title.clone(),
            amount: row.amount.into(),
            fee: fee.into(),
            net: net.into(),
            fee_version,
            fee_basis_points,
            state: row.state.name().to_owned(),
            due_days: row.due_days,
            funded_at: row.funded_at,
            due_at: row.due_at,
            submitted_at: row.submitted_at,
            review_until: row.review_until,
            approved_at: row.approved_at,
            approved_by: row.approved_by.clone(),
            review_left_seconds: row.review_left_seconds,
            checklist: row.checklist.clone(),
            checklist_waiver: row.checklist_waiver.clone(),
            refunded: row
                .refunded_minor
                .map(|minor| Money::new(minor, row.amount.currency).into()),
            split_from: row.split_from,
            version: row.version,
            parts: Parts {
                amount: row.amount,
                refunded: row.amount.minor - released.minor,
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
    /// What went back to the client when its contract ended early.
    #[must_use]
    pub fn refunded_money(&self) -> Option<Money> {
        let sum = Money::new(self.parts.refunded, self.parts.amount.currency);
        (sum.minor > 0).then_some(sum)
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
pub fn split(row: &Row, unfrozen: Money) -> (Money, Money) {
    split_of(row, row.amount, unfrozen)
}

/// The same for a part of its amount; `unfrozen` is the fee of the whole while nothing is frozen.
#[must_use]
pub fn split_of(row: &Row, amount: Money, unfrozen: Money) -> (Money, Money) {
    let currency = row.amount.currency;
    // What was funded before whole fees were kept has the rate alone.
    let by_rate = || {
        let points = u32::try_from(row.fee_basis_points?).ok()?;
        Some(row.amount.split(points).0)
    };
    let whole = row
        .payee_fee_minor
        .map(|minor| Money::new(minor, currency))
        .or_else(by_rate)
        .unwrap_or(unfrozen);
    let fee = ledger::fees::part(whole, row.amount, Money::zero(currency), amount);
    (fee, Money::new(amount.minor - fee.minor, currency))
}

/// The client's fee on top of a part of its amount; `unfrozen` is that of the whole while nothing is
/// frozen.
#[must_use]
pub fn client_fee_of(row: &Row, amount: Money, unfrozen: Money) -> Money {
    let whole = row
        .client_fee_minor
        .map_or(unfrozen, |minor| Money::new(minor, row.amount.currency));
    ledger::fees::part(whole, row.amount, Money::zero(amount.currency), amount)
}

/// One milestone, for those who may see its contract.
///
/// # Errors
/// 404.
pub async fn show(cx: &Cx, id: Uuid) -> Result<MilestoneView> {
    Ok(with_contract(cx, id).await?.0)
}

/// One milestone and its contract, read once, for those who may see them.
///
/// # Errors
/// 404.
pub async fn with_contract(cx: &Cx, id: Uuid) -> Result<(MilestoneView, ContractView)> {
    let mut tx = cx.read().await?;
    let found = read(&mut tx, cx, id).await?;
    tx.finish().await?;
    Ok(found)
}

/// The same within a read that is open already.
///
/// # Errors
/// 404.
pub(crate) async fn read(tx: &mut Tx, cx: &Cx, id: Uuid) -> Result<(MilestoneView, ContractView)> {
    let contract = super::store::contract_of(tx, id).await?;
    let contract = crate::contract::show::read(tx, cx, contract).await?;
    let milestone = contract.milestones.iter().find(|m| m.id == id).cloned();
    Ok((milestone.ok_or(Error::NotFound)?, contract))
}
