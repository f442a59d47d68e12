//! A contract as answers and pages show it.

use super::{store, termination::TerminationView};
use crate::{milestone, milestone::MilestoneView, policy};
use base::{Instant, Money, money};
use kernel::{Cx, Error, Result, Tx};
use uuid::Uuid;

/// A party of a contract.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct ContractParty {
    /// The member's id.
    pub id: Uuid,
    /// The member's name.
    pub display_name: String,
}

/// A contract with its milestones and what is held for it.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct ContractView {
    /// Its id.
    pub id: Uuid,
    /// The project it came from.
    pub project_id: Uuid,
    /// That project's title.
    pub project_title: String,
    /// The proposal it came from.
    pub proposal_id: Uuid,
    /// Who pays.
    pub client: ContractParty,
    /// Who works.
    pub freelancer: ContractParty,
    /// `offered`, `declined`, `retracted`, `expired`, `accepted`, `cancelled`, `active`, `paused`,
    /// `on_hold`, `terminating`, `closing`, `completed`, `terminated`.
    pub state: String,
    /// Its title.
    pub title: String,
    /// The terms as both saw them when they signed.
    pub terms: String,
    /// The sum of its milestones.
    pub total: money::View,
    /// What lies in escrow for it now.
    pub held: money::View,
    /// Its milestones in order.
    pub milestones: Vec<MilestoneView>,
    /// Rounds of changes agreed for each milestone.
    pub revisions: i32,
    /// The fee schedule it was agreed under.
    pub fee_version: i32,
    /// What that schedule takes of released money, in basis points; each milestone tells the rate it
    /// is charged by, which is frozen at its funding.
    pub fee_basis_points: u32,
    /// When it was offered.
    pub offered_at: Instant,
    /// When an unanswered offer lapses.
    pub offer_expires_at: Option<Instant>,
    /// When the freelancer signed.
    pub accepted_at: Option<Instant>,
    /// When the first milestone was funded.
    pub active_at: Option<Instant>,
    /// When the last milestone was approved.
    pub closing_at: Option<Instant>,
    /// When silence counts as sign-off.
    pub closes_at: Option<Instant>,
    /// When the client signed off.
    pub client_signed_off_at: Option<Instant>,
    /// When the freelancer signed off.
    pub freelancer_signed_off_at: Option<Instant>,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// Why it ended, in the words of who ended it.
    pub end_reason: Option<String>,
    /// Until when the parties may review each other.
    pub review_until: Option<Instant>,
    /// When the reviews became visible.
    pub reviews_published_at: Option<Instant>,
    /// Since when work stands still: paused, on hold or being ended.
    pub stopped_at: Option<Instant>,
    /// Who asked for it; nobody when the platform did.
    pub stopped_by: Option<Uuid>,
    /// Why, in their words.
    pub stop_reason: Option<String>,
    /// The proposed or agreed end, while it is being ended and after.
    pub termination: Option<TerminationView>,
    /// Its version.
    pub version: i64,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) sums: Sums,
}

/// The sums behind the view's money fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sums {
    total: Money,
    held: Money,
}

impl ContractView {
    /// The sum of its milestones.
    #[must_use]
    pub fn total_money(&self) -> Money {
        self.sums.total
    }
    /// What lies in escrow.
    #[must_use]
    pub fn held_money(&self) -> Money {
        self.sums.held
    }
    /// What the freelancer receives when all is released.
    #[must_use]
    pub fn net_total(&self) -> Money {
        let minor = self.milestones.iter().map(|m| m.net_money().minor).sum();
        Money::new(minor, self.sums.total.currency)
    }
    /// Whether the member is a party, and which.
    #[must_use]
    pub fn role_of(&self, member: Option<Uuid>) -> Option<&'static str> {
        match member {
            Some(me) if me == self.client.id => Some("client"),
            Some(me) if me == self.freelancer.id => Some("freelancer"),
            _ => None,
        }
    }
    /// The other party as `member` sees it.
    #[must_use]
    pub fn other(&self, member: Option<Uuid>) -> &ContractParty {
        if member == Some(self.client.id) {
            &self.freelancer
        } else {
            &self.client
        }
    }
}

/// A contract, for those who may see it.
///
/// # Errors
/// 404 for everyone else.
pub async fn show(cx: &Cx, id: Uuid) -> Result<ContractView> {
    let mut tx = cx.read().await?;
    let view = read(&mut tx, cx, id).await?;
    tx.finish().await?;
    Ok(view)
}

/// The same within a read that is open already.
///
/// # Errors
/// 404 for everyone who may not see it.
pub(crate) async fn read(tx: &mut Tx, cx: &Cx, id: Uuid) -> Result<ContractView> {
    let view = any(tx, id).await?;
    let relations = store::relations(cx, view.client.id, view.freelancer.id);
    // Staff see a contract only while they have something to decide about it, and after.
    let for_staff = matches!(
        view.state.as_str(),
        "on_hold" | "terminating" | "terminated"
    );
    if cx.can("contract.show", &relations) || (for_staff && cx.can("contract.decide", &[])) {
        Ok(view)
    } else {
        Err(Error::NotFound)
    }
}

/// A contract whoever asks, for those who have just been authorized otherwise.
pub(crate) async fn any(tx: &mut Tx, id: Uuid) -> Result<ContractView> {
    let workspace = tx.workspace();
    let r = sqlx::query!(
        r#"select c.project_id, p.title as project_title, c.proposal_id, c.client_id, c.freelancer_id,
                  cm.display_name as client_name, fm.display_name as freelancer_name, c.state, c.title, c.terms, c.currency,
                  c.total_minor, c.fee_version, c.revisions, c.offered_at, c.offer_expires_at, c.accepted_at, c.active_at,
                  c.closing_at, c.closes_at, c.client_signed_off_at, c.freelancer_signed_off_at, c.ended_at, c.end_reason,
                  c.review_until, c.reviews_published_at, c.stopped_at, c.stopped_by, c.stop_reason, c.version,
                  (select coalesce(sum(b.balance_minor), 0)::bigint from market.milestone m
                   join ledger.balance b on b.workspace_id = m.workspace_id and b.owner_id = m.id and b.kind = 'escrow'
                   where m.workspace_id = c.workspace_id and m.contract_id = c.id) as "held!"
           from market.contract c
           join market.project p on p.workspace_id = c.workspace_id and p.id = c.project_id
           join kernel.member cm on cm.workspace_id = c.workspace_id and cm.id = c.client_id
           join kernel.member fm on fm.workspace_id = c.workspace_id and fm.id = c.freelancer_id
           where c.workspace_id = $1 and c.id = $2"#,
        workspace,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    let milestones = milestone::store::of_contract(tx, id).await?;
    let fees = crate::quote::rates(tx, r.project_id, r.freelancer_id).await?;
    let agreed_points = if fees.fees.version == r.fee_version {
        fees.payee_basis_points()
    } else {
        let agreed =
            crate::quote::rates_of(tx, r.fee_version, r.project_id, r.freelancer_id).await?;
        agreed.payee_basis_points()
    };
    let termination = match r.state.as_str() {
        "terminating" | "terminated" => super::termination::latest(tx, id).await?,
        _ => None,
    };
    let total = policy::money(r.total_minor, &r.currency)?;
    let held = Money::new(r.held, total.currency);
    Ok(ContractView {
        id,
        project_id: r.project_id,
        project_title: r.project_title,
        proposal_id: r.proposal_id,
        client: ContractParty {
            id: r.client_id,
            display_name: r.client_name,
        },
        freelancer: ContractParty {
            id: r.freelancer_id,
            display_name: r.freelancer_name,
        },
        state: r.state,
        title: r.title,
        terms: r.terms,
        total: total.into(),
        held: held.into(),
        milestones: milestones
            .iter()
            .map(|m| MilestoneView::of(m, fees.charge(m.amount)))
            .collect(),
        revisions: r.revisions,
        fee_version: r.fee_version,
        fee_basis_points: agreed_points,
        offered_at: r.offered_at,
        offer_expires_at: r.offer_expires_at,
        accepted_at: r.accepted_at,
        active_at: r.active_at,
        closing_at: r.closing_at,
        closes_at: r.closes_at,
        client_signed_off_at: r.client_signed_off_at,
        freelancer_signed_off_at: r.freelancer_signed_off_at,
        ended_at: r.ended_at,
        end_reason: r.end_reason,
        review_until: r.review_until,
        reviews_published_at: r.reviews_published_at,
        stopped_at: r.stopped_at,
        stopped_by: r.stopped_by,
        stop_reason: r.stop_reason,
        termination,
        version: r.version,
        sums: Sums { total, held },
    })
}
