//! Taking back an offer that was not answered yet.

use super::RETRACT;
use crate::{
    activity, policy, project,
    proposal::{self, store},
};
use kernel::{Cx, Error, Result, events::Event};
use serde_json::json;
use uuid::Uuid;

/// Takes an offer back; its proposal is shortlisted again.
///
/// # Errors
/// 409 `offer_not_open` once it was answered or has lapsed.
pub async fn retract(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let workspace = tx.workspace();
    let found = sqlx::query!(
        "select project_id, proposal_id from market.contract where workspace_id = $1 and id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    project::lock(&mut tx, found.project_id)
        .await?
        .ok_or(Error::NotFound)?;
    proposal::lock(&mut tx, found.proposal_id)
        .await?
        .ok_or(Error::NotFound)?;
    let contract = sqlx::query!(
        "select client_id, freelancer_id, state, title, total_minor, currency from market.contract
         where workspace_id = $1 and id = $2 for no key update",
        workspace,
        id
    )
    .fetch_one(&mut *tx)
    .await?;
    let permit = cx.authorize(
        &RETRACT,
        id,
        &store::relations(cx.me(), contract.client_id, contract.freelancer_id),
    )?;
    let version = sqlx::query_scalar!(
        "update market.contract set state = 'retracted', offer_expires_at = null, ended_at = $3, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'offered' returning version",
        workspace,
        id,
        tx.now() as _
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::conflict("offer_not_open").with("state", contract.state.clone()))?;
    sqlx::query!(
        "update market.milestone set state = 'cancelled', version = version + 1
         where workspace_id = $1 and contract_id = $2 and state = 'agreed'",
        workspace,
        id
    )
    .execute(&mut *tx)
    .await?;
    crate::amendment::fall_away(&mut tx, id).await?;
    proposal::step(&mut tx, found.proposal_id, proposal::Step::OfferRetracted).await?;
    tx.change("state", contract.state, "retracted");
    let amount = policy::told(policy::money(contract.total_minor, &contract.currency)?);
    let args = json!({"project": contract.title, "amount": amount});
    let notify = [activity::notice(
        contract.freelancer_id,
        "offer_retracted",
        &format!("/proposals/{}", found.proposal_id),
        args,
    )];
    activity::note(&mut tx, id, "offer_retracted", json!({})).await?;
    activity::note(&mut tx, found.proposal_id, "offer_retracted", json!({})).await?;
    tx.emit(Event::new(
        "market.offer_retracted",
        "contract",
        id,
        version,
        json!({"proposal_id": found.proposal_id, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}
