//! Rows of contracts, and the order in which they are locked: project, proposal, contract.

use super::state::State;
use crate::{policy, project, proposal};
use base::{Instant, Money};
use kernel::{Cx, Error, Result, Tx};
use uuid::Uuid;

/// A contract as commands need it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its id.
    pub id: Uuid,
    /// The project it came from.
    pub project_id: Uuid,
    /// The proposal it came from.
    pub proposal_id: Uuid,
    /// Who pays.
    pub client_id: Uuid,
    /// Who works.
    pub freelancer_id: Uuid,
    /// Where it stands.
    pub state: State,
    /// Its title.
    pub title: String,
    /// The sum of its milestones.
    pub total: Money,
    /// The fee schedule it was agreed under.
    pub fee_version: i32,
    /// Rounds of changes agreed for each milestone.
    pub revisions: i32,
    /// When an unanswered offer lapses.
    pub offer_expires_at: Option<Instant>,
    /// When silence counts as sign-off.
    pub closes_at: Option<Instant>,
    /// When the client signed off.
    pub client_signed_off_at: Option<Instant>,
    /// When the freelancer signed off.
    pub freelancer_signed_off_at: Option<Instant>,
    /// Until when reviews are taken.
    pub review_until: Option<Instant>,
    /// When the reviews became visible.
    pub reviews_published_at: Option<Instant>,
    /// Since when work stands still.
    pub stopped_at: Option<Instant>,
    /// Where a hold is lifted to.
    pub before_hold: Option<State>,
    /// Where a termination is called off to.
    pub before_termination: Option<State>,
    /// Its version.
    pub version: i64,
}

impl Row {
    /// What the asking member is to this contract.
    #[must_use]
    pub fn relations(&self, cx: &Cx) -> Vec<&'static str> {
        relations(cx, self.client_id, self.freelancer_id)
    }

    /// The client and the freelancer.
    #[must_use]
    pub const fn parties(&self) -> [Uuid; 2] {
        [self.client_id, self.freelancer_id]
    }

    /// The party that is not `member`.
    #[must_use]
    pub fn other(&self, member: Uuid) -> Uuid {
        if member == self.client_id {
            self.freelancer_id
        } else {
            self.client_id
        }
    }

    /// Refuses what needs work to be under way.
    ///
    /// # Errors
    /// 409 `contract_paused` while work stands still, `contract_not_active` otherwise.
    pub fn must_be_active(&self) -> Result<()> {
        match self.state {
            State::Active => Ok(()),
            stopped if stopped.is_stopped() => Err(Error::conflict("contract_paused")),
            _ => Err(Error::conflict("contract_not_active")),
        }
    }

    /// Path of its page below the workspace.
    #[must_use]
    pub fn href(&self) -> String {
        format!("/contracts/{}", self.id)
    }
}

/// What the asking member is to a contract of these two.
#[must_use]
pub fn relations(cx: &Cx, client: Uuid, freelancer: Uuid) -> Vec<&'static str> {
    match cx.me() {
        Some(me) if me == client => vec!["client"],
        Some(me) if me == freelancer => vec!["freelancer"],
        _ => vec![],
    }
}

/// Whether the actor may see contracts they are no party of: the system, and staff who decide.
fn sees_all(cx: &Cx) -> bool {
    cx.system.is_some() || cx.can("contract.decide", &[])
}

/// A contract without a lock.
///
/// # Errors
/// The database's.
pub async fn load(tx: &mut Tx, id: Uuid) -> Result<Option<Row>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        "select id, project_id, proposal_id, client_id, freelancer_id, state, title, currency, total_minor, fee_version,
                revisions, offer_expires_at, closes_at, client_signed_off_at, freelancer_signed_off_at, review_until,
                reviews_published_at, stopped_at, before_hold, before_termination, version
         from market.contract where workspace_id = $1 and id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut **tx)
    .await?;
    row.map(|r| {
        Ok(Row {
            id: r.id,
            project_id: r.project_id,
            proposal_id: r.proposal_id,
            client_id: r.client_id,
            freelancer_id: r.freelancer_id,
            state: State::read(&r.state)?,
            title: r.title,
            total: policy::money(r.total_minor, &r.currency)?,
            fee_version: r.fee_version,
            revisions: r.revisions,
            offer_expires_at: r.offer_expires_at,
            closes_at: r.closes_at,
            client_signed_off_at: r.client_signed_off_at,
            freelancer_signed_off_at: r.freelancer_signed_off_at,
            review_until: r.review_until,
            reviews_published_at: r.reviews_published_at,
            stopped_at: r.stopped_at,
            before_hold: r.before_hold.as_deref().map(State::read).transpose()?,
            before_termination: r
                .before_termination
                .as_deref()
                .map(State::read)
                .transpose()?,
            version: r.version,
        })
    })
    .transpose()
}

/// Locks a contract and reads it; the lock is taken only by those who may see it.
///
/// # Errors
/// Not found, also for those who may not see it; the database's.
pub async fn lock(tx: &mut Tx, cx: &Cx, id: Uuid) -> Result<Row> {
    let workspace = tx.workspace();
    let everyone = sees_all(cx);
    let me = cx.me();
    sqlx::query_scalar!(
        "select id from market.contract
         where workspace_id = $1 and id = $2 and ($3 or client_id = $4 or freelancer_id = $4)
         for no key update",
        workspace,
        id,
        everyone,
        me
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    load(tx, id).await?.ok_or(Error::NotFound)
}

/// Locks project, proposal and contract, in this order.
///
/// # Errors
/// As [`lock`].
pub async fn lock_from_project(tx: &mut Tx, cx: &Cx, id: Uuid) -> Result<Row> {
    let found = load(tx, id).await?.ok_or(Error::NotFound)?;
    if !sees_all(cx) && found.relations(cx).is_empty() {
        return Err(Error::NotFound);
    }
    project::store::lock(tx, found.project_id)
        .await?
        .ok_or(Error::NotFound)?;
    proposal::lock(tx, found.proposal_id)
        .await?
        .ok_or(Error::NotFound)?;
    lock(tx, cx, id).await
}
