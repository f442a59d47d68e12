//! Making an offer: contract, milestones and the proposal's new state in one transaction.

use super::{NewOffer, OfferView, SEND};
use crate::{
    activity, contract, policy,
    project::{self, state::Step as ProjectStep},
    proposal::{self, store},
};
use kernel::{Cx, Error, Fault, Result, error::OnConstraint, events::Event};
use serde_json::{Value, json};
use uuid::Uuid;

/// Offers a proposal's author the contract they proposed. Gives the contract's id.
///
/// # Errors
/// 409 `project_not_open`, `positions_filled`, `offer_exists`, `proposal_not_offerable`,
/// `party_suspended` when the freelancer cannot take it; 422 `unknown_milestone` for a checklist of a
/// milestone that the plan does not have.
pub async fn send(cx: &Cx, proposal_id: Uuid, input: NewOffer) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let project_id = store::project_of(&mut tx, proposal_id)
        .await?
        .ok_or(Error::NotFound)?;
    let project = project::lock(&mut tx, project_id)
        .await?
        .ok_or(Error::NotFound)?;
    let row = proposal::lock(&mut tx, proposal_id)
        .await?
        .ok_or(Error::NotFound)?;
    let id = base::id::new();
    let permit = cx.authorize(&SEND, id, &row.relations(cx))?;
    if matches!(
        row.state,
        proposal::state::State::Offered | proposal::state::State::Hired
    ) {
        return Err(Error::conflict("offer_exists"));
    }
    project
        .state
        .after(ProjectStep::Offer)
        .ok_or(Error::conflict("project_not_open"))?;
    if contract::hold::suspended(&mut tx, &[row.freelancer_id])
        .await?
        .is_some()
    {
        return Err(Error::conflict("party_suspended"));
    }
    let (_, offers) = project::store::live_contracts(&mut tx, project_id).await?;
    if i64::from(project.hired) + offers >= i64::from(project.positions) {
        return Err(Error::conflict("positions_filled"));
    }
    let fees = ledger::fees::current(&mut tx, Some(row.freelancer_id)).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let expires = now.plus_days(policy::OFFER_DAYS);
    let terms = terms(
        &project.description,
        &row.cover_letter,
        input.message.as_deref(),
    );
    sqlx::query!(
        "insert into market.contract (workspace_id, id, project_id, proposal_id, client_id, freelancer_id, state, title, terms, currency,
                total_minor, fee_version, revisions, offered_at, offer_expires_at)
         values ($1, $2, $3, $4, $5, $6, 'offered', $7, $8, $9, $10, $11, $12, $13, $14)",
        workspace,
        id,
        project_id,
        proposal_id,
        project.owner_id,
        row.freelancer_id,
        project.title,
        terms,
        row.bid.currency.code(),
        row.bid.minor,
        fees.version,
        i32::try_from(input.revisions).unwrap_or(2),
        now as _,
        expires as _
    )
    .execute(&mut *tx)
    .await
    .on_constraint("contract_live_once", Error::conflict("offer_exists"))?;
    let parts = store::parts(&mut tx, proposal_id, row.bid.currency).await?;
    let ids: Vec<Uuid> = parts.iter().map(|_| base::id::new()).collect();
    let foreign = input.checklists.iter().enumerate().filter(|(_, one)| {
        !parts
            .iter()
            .any(|part| i64::from(part.position) == one.position)
    });
    let foreign: Vec<Fault> = foreign
        .map(|(at, _)| Fault::new(format!("/checklists/{at}/position"), "unknown_milestone"))
        .collect();
    if !foreign.is_empty() {
        return Err(Error::Invalid(foreign));
    }
    sqlx::query!(
        "insert into market.milestone (workspace_id, id, contract_id, position, title, amount_minor, currency, due_days)
         select $1, made.id, $2, part.position, part.title, part.amount_minor, $4, part.due_days
         from (select *, row_number() over (order by position) as place from market.proposal_milestone
               where workspace_id = $1 and proposal_id = $3) part
         join unnest($5::uuid[]) with ordinality as made (id, place) on made.place = part.place",
        workspace,
        id,
        proposal_id,
        row.bid.currency.code(),
        &ids
    )
    .execute(&mut *tx)
    .await?;
    for one in input
        .checklists
        .iter()
        .filter(|one| !one.checklist.is_empty())
    {
        sqlx::query!(
            "update market.milestone set checklist = $4 where workspace_id = $1 and contract_id = $2 and position = $3",
            workspace,
            id,
            i32::try_from(one.position).unwrap_or(0),
            &one.checklist
        )
        .execute(&mut *tx)
        .await?;
    }
    proposal::step(&mut tx, proposal_id, proposal::Step::Offer).await?;
    store::viewed(&mut tx, proposal_id).await?;
    project::touched(&mut tx, project_id).await?;
    tx.change("state", Value::Null, "offered");
    tx.change("total_minor", Value::Null, row.bid.minor);
    let who = activity::name_of(&mut tx, project.owner_id).await?;
    let args = json!({"project": project.title, "person": who, "amount": policy::told(row.bid), "n": policy::OFFER_DAYS});
    let notify = [activity::notice(
        row.freelancer_id,
        "offer_received",
        &format!("/contracts/{id}"),
        args,
    )];
    let told = json!({"amount": policy::told(row.bid)});
    activity::note(&mut tx, id, "offer_sent", told.clone()).await?;
    activity::note(&mut tx, proposal_id, "offer_sent", told).await?;
    tx.emit(Event::new(
        "market.offer_sent",
        "contract",
        id,
        1,
        json!({"proposal_id": proposal_id, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// What was asked, what was answered, and what the offer adds: the terms both sign.
fn terms(description: &str, letter: &str, message: Option<&str>) -> String {
    let mut parts = vec![description, letter];
    parts.extend(message);
    parts.join("\n\n---\n\n")
}

/// An offer, for answers; to its two parties.
///
/// # Errors
/// 404.
pub async fn show(cx: &Cx, id: Uuid) -> Result<OfferView> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let row = sqlx::query!(
        "select id, project_id, proposal_id, client_id, freelancer_id, state, title, terms, currency, total_minor, revisions, offered_at,
                offer_expires_at, version
         from market.contract where workspace_id = $1 and id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.finish().await?;
    let row = row.ok_or(Error::NotFound)?;
    let relations = store::relations(cx.me(), row.client_id, row.freelancer_id);
    if !cx.can("contract.show", &relations) {
        return Err(Error::NotFound);
    }
    Ok(OfferView {
        id: row.id,
        project_id: row.project_id,
        proposal_id: row.proposal_id,
        client_id: row.client_id,
        freelancer_id: row.freelancer_id,
        state: row.state,
        title: row.title,
        terms: row.terms,
        total: policy::money(row.total_minor, &row.currency)?.into(),
        revisions: row.revisions,
        offered_at: row.offered_at,
        offer_expires_at: row.offer_expires_at,
        version: row.version,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn terms_hold_what_both_wrote() {
        assert_eq!(
            super::terms("a", "b", Some("c")),
            "a\n\n---\n\nb\n\n---\n\nc"
        );
        assert_eq!(super::terms("a", "b", None), "a\n\n---\n\nb");
    }
}
