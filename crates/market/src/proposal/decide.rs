//! What author and client decide about a proposal before an offer.

use super::{DECLINE, NOTE, RECEIPT, SHORTLIST, WITHDRAW, state::Step, store};
use crate::{activity, contract::answer, project};
use kernel::{Cx, Error, Result, Tx, access::Action, events::Event};
use serde_json::{Value, json};
use uuid::Uuid;

/// The author takes a proposal back; the slot is free again. Where an offer on it waits for the
/// author's answer, that offer is declined with it.
///
/// # Errors
/// 409 once it is hired or ended.
pub async fn withdraw(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    // Read before the locks, which are taken from the project on: what has changed meanwhile is
    // refused by its state.
    if let Some(offer) = store::open_offer(&mut tx, id).await? {
        let nothing = answer::Refusal { reason: None };
        tx.answer_with(id);
        answer::decline_in(cx, tx, offer, nothing).await?;
        return Ok(id);
    }
    decide_in(
        cx,
        tx,
        id,
        &WITHDRAW,
        Step::Withdraw,
        "market.proposal_withdrawn",
        None,
    )
    .await
}

/// The client takes a proposal among those considered.
///
/// # Errors
/// 409 when it is not waiting.
pub async fn shortlist(cx: &Cx, id: Uuid) -> Result<Uuid> {
    decide(
        cx,
        id,
        &SHORTLIST,
        Step::Shortlist,
        "market.proposal_shortlisted",
        None,
    )
    .await
}

/// The client puts a shortlisted proposal back among the others.
///
/// # Errors
/// 409 when it is not shortlisted.
pub async fn unshortlist(cx: &Cx, id: Uuid) -> Result<Uuid> {
    decide(
        cx,
        id,
        &SHORTLIST,
        Step::Unshortlist,
        "market.proposal_unshortlisted",
        None,
    )
    .await
}

/// The client turns a proposal down, if wanted with a reason that its author reads.
///
/// # Errors
/// 409 when it is not waiting.
pub async fn decline(cx: &Cx, id: Uuid, reason: Option<String>) -> Result<Uuid> {
    decide(
        cx,
        id,
        &DECLINE,
        Step::Decline,
        "market.proposal_declined",
        reason,
    )
    .await
}

/// Keeps the client's private note. It leaves the proposal's version alone, by which its author
/// would learn of it.
///
/// # Errors
/// 404, 403 for the author.
pub async fn note(cx: &Cx, id: Uuid, note: String) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let row = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let permit = cx.authorize(&NOTE, id, &row.relations(cx))?;
    let workspace = tx.workspace();
    sqlx::query!(
        "update market.proposal set client_note = $3 where workspace_id = $1 and id = $2",
        workspace,
        id,
        note
    )
    .execute(&mut *tx)
    .await?;
    store::viewed(&mut tx, id).await?;
    tx.commit(permit).await?;
    Ok(id)
}

/// The client has opened the proposal; the first time counts.
///
/// # Errors
/// 404, 403 for the author.
pub async fn receive(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let row = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let permit = cx.authorize(&RECEIPT, id, &row.relations(cx))?;
    store::viewed(&mut tx, id).await?;
    tx.commit(permit).await?;
    Ok(id)
}

async fn decide(
    cx: &Cx,
    id: Uuid,
    action: &Action,
    step: Step,
    event: &'static str,
    reason: Option<String>,
) -> Result<Uuid> {
    let tx = cx.begin().await?;
    decide_in(cx, tx, id, action, step, event, reason).await
}

async fn decide_in(
    cx: &Cx,
    mut tx: Tx,
    id: Uuid,
    action: &Action,
    step: Step,
    event: &'static str,
    reason: Option<String>,
) -> Result<Uuid> {
    let project_id = store::project_of(&mut tx, id)
        .await?
        .ok_or(Error::NotFound)?;
    project::lock(&mut tx, project_id)
        .await?
        .ok_or(Error::NotFound)?;
    let row = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let permit = cx.authorize(action, id, &row.relations(cx))?;
    let version = store::step(&mut tx, id, step).await?;
    let workspace = tx.workspace();
    if let Some(reason) = &reason {
        sqlx::query!(
            "update market.proposal set decline_reason = $3 where workspace_id = $1 and id = $2",
            workspace,
            id,
            reason
        )
        .execute(&mut *tx)
        .await?;
    }
    if step != Step::Withdraw {
        store::viewed(&mut tx, id).await?;
        project::touched(&mut tx, project_id).await?;
    }
    if let Some(to) = row.state.after(step) {
        tx.change("state", row.state.name(), to.name());
    }
    let href = format!("/proposals/{id}");
    let kind = event.trim_start_matches("market.");
    let notify: Vec<Value> = match step {
        Step::Withdraw => {
            let who = activity::name_of(&mut tx, row.freelancer_id).await?;
            vec![activity::notice(
                row.client_id,
                kind,
                &href,
                json!({"project": row.project_title, "person": who}),
            )]
        }
        Step::Shortlist | Step::Decline => {
            let reason = reason.clone().unwrap_or_default();
            vec![activity::notice(
                row.freelancer_id,
                kind,
                &href,
                json!({"project": row.project_title, "reason": reason}),
            )]
        }
        _ => vec![],
    };
    let kind = match step {
        Step::Withdraw => "proposal_withdrawn",
        Step::Shortlist => "proposal_shortlisted",
        Step::Unshortlist => "proposal_unshortlisted",
        _ => "proposal_declined",
    };
    activity::note(&mut tx, id, kind, json!({})).await?;
    tx.emit(Event::new(
        event,
        "proposal",
        id,
        version,
        json!({"project_id": project_id, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}
