//! Ending a signed contract before any money is held; either side may.

use super::{answer, state::Step, store};
use crate::{activity, project, proposal};
use axum::response::Response;
use kernel::{
    Action, Cx, Error, Form, Id, Input, Reader, Result, events::Event, extract, once, page,
};
use maud::html;
use serde_json::json;
use ui::parts::{self, Button, Decision, Field};
use uuid::Uuid;

/// Cancelling a contract.
pub const CANCEL: Action = Action::new("contract.cancel", "contract", "contract.show");

/// Why a contract is cancelled: a sentence for the other party, or nothing.
pub struct Cancellation {
    /// Shown to the other party.
    pub reason: Option<String>,
}
impl Input for Cancellation {
    fn read(r: &mut Reader) -> Self {
        Self {
            reason: r.line_opt("reason", 500),
        }
    }
}

/// Cancels a contract that was accepted and never funded: its proposal is closed, its position is
/// free again, and both parties are told. The freelancer may propose anew.
///
/// # Errors
/// 404 for strangers, 409 `contract_not_cancellable` in any other state.
pub async fn cancel(cx: &Cx, id: Uuid, input: Cancellation) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract = store::lock_from_project(&mut tx, cx, id).await?;
    let permit = cx.authorize(&CANCEL, id, &contract.relations(cx))?;
    let to = contract
        .state
        .after(Step::Cancel)
        .ok_or(Error::conflict("contract_not_cancellable"))?;
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update market.contract set state = $3, ended_at = $4, end_reason = $5, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'accepted'",
        workspace,
        id,
        to.name(),
        now as _,
        input.reason
    )
    .execute(&mut *tx)
    .await?;
    answer::cancel_milestones(&mut tx, id).await?;
    crate::amendment::fall_away(&mut tx, id).await?;
    proposal::step(&mut tx, contract.proposal_id, proposal::Step::Release).await?;
    project::released(&mut tx, contract.project_id).await?;
    tx.change("state", contract.state.name(), to.name());
    for record in [id, contract.proposal_id] {
        activity::note(&mut tx, record, "contract_cancelled", json!({})).await?;
    }
    let me = cx.member()?.id;
    let person = activity::name_of(&mut tx, me).await?;
    let args = json!({"contract": contract.title, "person": person});
    let notify = [contract.other(me), me].map(|member| {
        activity::notice(member, "contract_cancelled", &contract.href(), args.clone())
    });
    tx.emit(Event::new(
        "market.contract_cancelled",
        "contract",
        id,
        contract.version + 1,
        json!({"contract_id": id, "project_id": contract.project_id, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// The page on which a party decides to cancel.
///
/// # Errors
/// 404; 409 when it can no longer be cancelled.
pub async fn page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let view = super::show(&cx, id).await?;
    if view.state != super::State::Accepted.name() {
        return Err(Error::conflict("contract_not_cancellable"));
    }
    let act = parts::Form::post(
        cx.href(&format!("/contracts/{id}/cancellation")),
        html! {
            (Field::textarea("reason", cx.t("work-cancel-reason"), 3).max_len(500).optional(cx.locale).hint(cx.t("work-cancel-reason-hint")))
            (Button::danger(cx.t("work-cancel-act")))
        },
    )
    .key(cx.form_key());
    let decision = Decision::new(
        cx.locale,
        cx.t("work-cancel-title"),
        html! { (act) },
        cx.href(&format!("/contracts/{id}")),
    )
    .body(html! { p { (cx.tr("work-cancel-body", &[("contract", view.title.as_str().into())])) } })
    .cannot_undo(cx.t("work-cancel-final"));
    let trail = crate::contract::page::trail(&cx, id, &view.title);
    page::page_under(&cx, cx.t("work-cancel-title"), trail, html! { (decision) }).await
}

/// Takes the decision.
///
/// # Errors
/// As [`cancel`].
pub async fn form(cx: Cx, Id(id): Id<Uuid>, form: Form<Cancellation>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(cancel(&cx, id, input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/contracts/{id}")))),
        Err(error) => answer::refused(&cx, id, error).await,
    }
}
