//! Two to five proposals of one project with what tells them apart.

use super::view::{self, ProposalView, Shown};
use crate::{
    project::view::Shown as Project,
    quote,
    standing::{self, FreelancerStanding},
};
use base::Money;
use kernel::{Error, Result, Tx};
use std::collections::HashMap;
use uuid::Uuid;

/// A proposal beside others.
pub struct Compared {
    /// The proposal.
    pub proposal: Shown,
    /// What the client would pay in all.
    pub client_total: Money,
    /// How the freelancer's work has gone.
    pub standing: FreelancerStanding,
    /// Skills of the project that the freelancer names.
    pub matching: Vec<String>,
    /// open, limited or closed to new work.
    pub availability: String,
}

/// A proposal beside others.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct ComparedView {
    /// The proposal.
    pub proposal: ProposalView,
    /// What the client would pay in all.
    pub client_total: base::money::View,
    /// How the freelancer's work has gone.
    pub standing: FreelancerStanding,
    /// Skills of the project that the freelancer names.
    pub matching_skills: Vec<String>,
    /// open, limited or closed to new work.
    pub availability: String,
}

/// Proposals side by side.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct ComparisonView {
    /// In the order of their ids.
    pub proposals: Vec<ComparedView>,
}

impl From<Vec<Compared>> for ComparisonView {
    fn from(all: Vec<Compared>) -> Self {
        let one = |c: Compared| ComparedView {
            proposal: c.proposal.into(),
            client_total: c.client_total.into(),
            standing: c.standing,
            matching_skills: c.matching,
            availability: c.availability,
        };
        Self {
            proposals: all.into_iter().map(one).collect(),
        }
    }
}

/// These proposals of a project, each id once.
///
/// # Errors
/// 422 `compare_count` for fewer than two or more than five, 404 for one that is not of the
/// project.
pub async fn of(tx: &mut Tx, project: &Project, mut ids: Vec<Uuid>) -> Result<Vec<Compared>> {
    ids.sort_unstable();
    ids.dedup();
    if !(2..=5).contains(&ids.len()) {
        return Err(Error::invalid("/ids", "compare_count"));
    }
    let proposals = view::load(tx, &ids).await?;
    if proposals.len() != ids.len() || proposals.iter().any(|p| p.project_id != project.id) {
        return Err(Error::NotFound);
    }
    // What the client pays in all depends on nobody's plan.
    let fees = quote::rates(tx, project.id, project.owner_id).await?;
    let members: Vec<Uuid> = proposals.iter().map(|p| p.freelancer_id).collect();
    let standings = standing::of(tx, &members).await?;
    let workspace = tx.workspace();
    let cards = sqlx::query!(
        r#"select member_id as "member_id!", skill_keys as "skill_keys!", availability as "availability!" from people.card
           where workspace_id = $1 and member_id = any($2)"#,
        workspace,
        &members
    )
    .fetch_all(&mut **tx)
    .await?;
    let cards: HashMap<Uuid, (Vec<String>, String)> = cards
        .into_iter()
        .map(|c| (c.member_id, (c.skill_keys, c.availability)))
        .collect();
    let wanted = base::search::skills(&project.skills);
    proposals
        .into_iter()
        .map(|p| {
            let (own, availability) = cards.get(&p.freelancer_id).cloned().unwrap_or_default();
            let matching = wanted.iter().filter(|s| own.contains(s)).cloned().collect();
            Ok(Compared {
                client_total: quote::of(&fees, &p.amounts(), p.bid.currency)?.client_total,
                // Two proposals of one freelancer may stand side by side.
                standing: standings.get(&p.freelancer_id).cloned().unwrap_or_default(),
                matching,
                availability,
                proposal: p,
            })
        })
        .collect()
}
