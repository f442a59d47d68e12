//! Rows of milestones.

use super::state::State;
use crate::policy;
use base::{Instant, Money};
use kernel::{Error, Result, Tx};
use uuid::Uuid;

/// A milestone as commands need it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its id; also the owner of its escrow account.
    pub id: Uuid,
    /// Its contract.
    pub contract_id: Uuid,
    /// Its place in the contract, from 1.
    pub position: i32,
    /// Its title.
    pub title: String,
    /// What it costs.
    pub amount: Money,
    /// Days after funding at which it is due.
    pub due_days: i32,
    /// Where it stands.
    pub state: State,
    /// The fee schedule's version, frozen when its payment is begun.
    pub fee_version: Option<i32>,
    /// The payee's fee in basis points, frozen at funding.
    pub fee_basis_points: Option<i32>,
    /// The payee's fee of the whole amount in minor units, frozen at funding.
    pub payee_fee_minor: Option<i64>,
    /// The client's fee on top of the whole amount in minor units, frozen at funding.
    pub client_fee_minor: Option<i64>,
    /// Days until released earnings are free, frozen at funding.
    pub clearance_days: Option<i32>,
    /// When it was funded.
    pub funded_at: Option<Instant>,
    /// When the work is due.
    pub due_at: Option<Instant>,
    /// When the last delivery came.
    pub submitted_at: Option<Instant>,
    /// When silence counts as approval.
    pub review_until: Option<Instant>,
    /// Reminders sent to the client about the last delivery.
    pub reminders: i32,
    /// When it was approved.
    pub approved_at: Option<Instant>,
    /// `client`, `system` after silence, `both` or `staff` when the contract ended early.
    pub approved_by: Option<String>,
    /// Seconds that remain of the client's time while the contract stands still.
    pub review_left_seconds: Option<i64>,
    /// What a delivery must show, as both agreed.
    pub checklist: Vec<String>,
    /// Why an open point of it was let pass.
    pub checklist_waiver: Option<String>,
    /// What went back to the client when the contract ended early, in minor units.
    pub refunded_minor: Option<i64>,
    /// The milestone it was split from.
    pub split_from: Option<Uuid>,
    /// Its version.
    pub version: i64,
}

/// The contract a milestone belongs to, without a lock.
///
/// # Errors
/// Not found; the database's.
pub async fn contract_of(tx: &mut Tx, id: Uuid) -> Result<Uuid> {
    let workspace = tx.workspace();
    sqlx::query_scalar!(
        "select contract_id from market.milestone where workspace_id = $1 and id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)
}

/// All milestones of a contract in their order, without those an amendment took out.
///
/// # Errors
/// The database's.
pub async fn of_contract(tx: &mut Tx, contract: Uuid) -> Result<Vec<Row>> {
    let workspace = tx.workspace();
    let rows = sqlx::query_as!(
        Raw,
        "select id, contract_id, position, title, amount_minor, currency, due_days, state, fee_version, fee_basis_points, payee_fee_minor, client_fee_minor, clearance_days,
                funded_at, due_at, submitted_at, review_until, reminders, approved_at, approved_by,
                review_left_seconds, checklist, checklist_waiver, refunded_minor, split_from, version
         from market.milestone where workspace_id = $1 and contract_id = $2 and dropped_at is null order by position",
        workspace,
        contract
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(Raw::read).collect()
}

/// Locks a milestone whose contract is locked already.
///
/// # Errors
/// Not found; the database's.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<Row> {
    let workspace = tx.workspace();
    let row = sqlx::query_as!(
        Raw,
        "select id, contract_id, position, title, amount_minor, currency, due_days, state, fee_version, fee_basis_points, payee_fee_minor, client_fee_minor, clearance_days,
                funded_at, due_at, submitted_at, review_until, reminders, approved_at, approved_by,
                review_left_seconds, checklist, checklist_waiver, refunded_minor, split_from, version
         from market.milestone where workspace_id = $1 and id = $2 for no key update",
        workspace,
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.ok_or(Error::NotFound)?.read()
}

struct Raw {
    id: Uuid,
    contract_id: Uuid,
    position: i32,
    title: String,
    amount_minor: i64,
    currency: String,
    due_days: i32,
    state: String,
    fee_version: Option<i32>,
    fee_basis_points: Option<i32>,
    payee_fee_minor: Option<i64>,
    client_fee_minor: Option<i64>,
    clearance_days: Option<i32>,
    funded_at: Option<Instant>,
    due_at: Option<Instant>,
    submitted_at: Option<Instant>,
    review_until: Option<Instant>,
    reminders: i32,
    approved_at: Option<Instant>,
    approved_by: Option<String>,
    review_left_seconds: Option<i64>,
    checklist: Vec<String>,
    checklist_waiver: Option<String>,
    refunded_minor: Option<i64>,
    split_from: Option<Uuid>,
    version: i64,
}

impl Raw {
    fn read(self) -> Result<Row> {
        Ok(Row {
            id: self.id,
            contract_id: self.contract_id,
            position: self.position,
            title: self.title,
            amount: policy::money(self.amount_minor, &self.currency)?,
            due_days: self.due_days,
            state: State::read(&self.state)?,
            fee_version: self.fee_version,
            fee_basis_points: self.fee_basis_points,
            payee_fee_minor: self.payee_fee_minor,
            client_fee_minor: self.client_fee_minor,
            clearance_days: self.clearance_days,
            funded_at: self.funded_at,
            due_at: self.due_at,
            submitted_at: self.submitted_at,
            review_until: self.review_until,
            reminders: self.reminders,
            approved_at: self.approved_at,
            approved_by: self.approved_by,
            review_left_seconds: self.review_left_seconds,
            checklist: self.checklist,
            checklist_waiver: self.checklist_waiver,
            refunded_minor: self.refunded_minor,
            split_from: self.split_from,
            version: self.version,
        })
    }
}
