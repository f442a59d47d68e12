//! The freelancer's answer to an offer: accept, decline, or let it lapse.

use super::{
    state::{State, Step},
    store,
};
use crate::{
    activity,
    milestone::{self, MilestoneView},
    project, proposal,
};
use axum::response::Response;
use base::Instant;
use http::StatusCode;
use kernel::{
    Action, Cx, Error, Form, Id, Input, Kernel, Reader, Result, events::Event, extract,
    input::Nothing, once, page,
};
use maud::{Markup, html};
use serde_json::json;
use std::sync::Arc;
use ui::{
    Icon,
    parts::{self, Button, Decision, Field, MoneyLine},
};
use uuid::Uuid;

/// Accepting an offer: the freelancer signs.
pub const ACCEPT: Action = Action::new("offer.accept", "contract", "contract.show");
/// Declining an offer.
pub const DECLINE: Action = Action::new("offer.decline", "contract", "contract.show");
/// The system lapses what nobody answered.
const LAPSE: Action = Action::new("offer.lapse", "contract", "contract.show");

/// Why an offer is declined: a sentence for the client, or nothing.
pub struct Refusal {
    /// Shown to the client.
    pub reason: Option<String>,
}
impl Input for Refusal {
    fn read(r: &mut Reader) -> Self {
        Self {
            reason: r.line_opt("reason", 500),
        }
    }
}

/// The freelancer accepts: contract accepted, proposal hired, a position of the project filled.
///
/// # Errors
/// 404 for strangers, 403 for the client, 409 `offer_not_open` or `offer_expired`.
pub async fn accept(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract = store::lock_from_project(&mut tx, cx, id).await?;
    let permit = cx.authorize(&ACCEPT, id, &contract.relations(cx))?;
    if contract.state.after(Step::Accept).is_none() {
        return Err(Error::conflict("offer_not_open"));
    }
    let now = tx.now();
    if contract.offer_expires_at.is_some_and(|until| until <= now) {
        return Err(Error::conflict("offer_expired"));
    }
    sign(&mut tx, &contract).await?;
    crate::amendment::fall_away(&mut tx, id).await?;
    activity::note(&mut tx, id, "offer_accepted", json!({})).await?;
    let person = activity::name_of(&mut tx, contract.freelancer_id).await?;
    let notice = activity::notice(
        contract.client_id,
        "offer_accepted",
        &contract.href(),
        json!({"contract": contract.title, "person": person}),
    );
    tx.emit(Event::new(
        "market.offer_accepted",
        "contract",
        id,
        contract.version + 1,
        json!({"contract_id": id, "project_id": contract.project_id, "notify": [notice]}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// Signs an offer whose project and proposal the caller holds: contract accepted, proposal hired,
/// a position of the project filled.
///
/// # Errors
/// 409 `offer_not_open`, `positions_filled`.
pub(crate) async fn sign(tx: &mut kernel::Tx, contract: &store::Row) -> Result<()> {
    let to = contract
        .state
        .after(Step::Accept)
        .ok_or(Error::conflict("offer_not_open"))?;
    proposal::step(tx, contract.proposal_id, proposal::Step::Hire).await?;
    project::hired(tx, contract.project_id).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update market.contract set state = $3, accepted_at = $4, offer_expires_at = null, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'offered'",
        workspace,
        contract.id,
        to.name(),
        now as _
    )
    .execute(&mut **tx)
    .await?;
    tx.change("state", contract.state.name(), to.name());
    Ok(())
}

/// The freelancer declines: the proposal is withdrawn with it.
///
/// # Errors
/// As [`accept`].
pub async fn decline(cx: &Cx, id: Uuid, input: Refusal) -> Result<Uuid> {
    let tx = cx.begin().await?;
    decline_in(cx, tx, id, input).await
}

/// The same in a transaction that has begun, for whoever takes the proposal back.
///
/// # Errors
/// As [`accept`].
pub(crate) async fn decline_in(
    cx: &Cx,
    mut tx: kernel::Tx,
    id: Uuid,
    input: Refusal,
) -> Result<Uuid> {
    let contract = store::lock_from_project(&mut tx, cx, id).await?;
    let permit = cx.authorize(&DECLINE, id, &contract.relations(cx))?;
    let to = contract
        .state
        .after(Step::Decline)
        .ok_or(Error::conflict("offer_not_open"))?;
    proposal::step(&mut tx, contract.proposal_id, proposal::Step::OfferDeclined).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let reason = input.reason.unwrap_or_default();
    sqlx::query!(
        "update market.contract set state = $3, offer_expires_at = null, ended_at = $4, end_reason = nullif($5, ''), version = version + 1
         where workspace_id = $1 and id = $2 and state = 'offered'",
        workspace,
        id,
        to.name(),
        now as _,
        reason
    )
    .execute(&mut *tx)
    .await?;
    cancel_milestones(&mut tx, id).await?;
    crate::amendment::fall_away(&mut tx, id).await?;
    tx.change("state", contract.state.name(), to.name());
    activity::note(&mut tx, id, "offer_declined", json!({})).await?;
    let person = activity::name_of(&mut tx, contract.freelancer_id).await?;
    let notice = activity::notice(
        contract.client_id,
        "offer_declined",
        &contract.href(),
        json!({"contract": contract.title, "person": person}),
    );
    tx.emit(Event::new(
        "market.offer_declined",
        "contract",
        id,
        contract.version + 1,
        json!({"contract_id": id, "project_id": contract.project_id, "notify": [notice]}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// Milestones that were only agreed fall away with their contract; a transfer announced for one is
/// not awaited any longer.
pub(crate) async fn cancel_milestones(tx: &mut kernel::Tx, contract: Uuid) -> Result<()> {
    let workspace = tx.workspace();
    let cancelled = sqlx::query_scalar!(
        "update market.milestone set state = 'cancelled', version = version + 1
         where workspace_id = $1 and contract_id = $2 and state = 'agreed' returning id",
        workspace,
        contract
    )
    .fetch_all(&mut **tx)
    .await?;
    ledger::payment::transfer::give_up(tx, milestone::fund::PURPOSE, &cancelled).await
}

/// Lapses one offer whose time is over; false when it was answered meanwhile.
///
/// # Errors
/// The database's.
pub async fn lapse(cx: &Cx, id: Uuid) -> Result<bool> {
    let mut tx = cx.begin().await?;
    let contract = store::lock_from_project(&mut tx, cx, id).await?;
    let permit = cx.authorize(&LAPSE, id, &[])?;
    let now = tx.now();
    let due = contract.offer_expires_at.is_some_and(|until| until <= now);
    let Some(to) = contract.state.after(Step::Lapse).filter(|_| due) else {
        tx.finish().await?;
        return Ok(false);
    };
    proposal::step(&mut tx, contract.proposal_id, proposal::Step::OfferLapsed).await?;
    let workspace = tx.workspace();
    sqlx::query!(
        "update market.contract set state = $3, offer_expires_at = null, ended_at = $4, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'offered'",
        workspace,
        id,
        to.name(),
        now as _
    )
    .execute(&mut *tx)
    .await?;
    cancel_milestones(&mut tx, id).await?;
    crate::amendment::fall_away(&mut tx, id).await?;
    tx.change("state", contract.state.name(), to.name());
    activity::note(&mut tx, id, "offer_expired", json!({})).await?;
    let args = json!({"contract": contract.title});
    let notices: Vec<_> = [contract.client_id, contract.freelancer_id]
        .into_iter()
        .map(|member| activity::notice(member, "offer_expired", &contract.href(), args.clone()))
        .collect();
    tx.emit(Event::new(
        "market.offer_expired",
        "contract",
        id,
        contract.version + 1,
        json!({"contract_id": id, "project_id": contract.project_id, "notify": notices}),
    ));
    tx.commit(permit).await?;
    Ok(true)
}

/// The earliest instant at which an open offer lapses.
///
/// # Errors
/// The database's.
pub async fn next_lapse(tx: &mut sqlx::PgConnection) -> Result<Option<Instant>> {
    let due = sqlx::query_scalar!(
        r#"select min(offer_expires_at) as "due: Instant" from market.contract where state = 'offered'"#
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(due)
}

/// Lapses a batch of offers; says how many.
///
/// # Errors
/// The database's.
pub async fn sweep_lapses(kernel: Arc<Kernel>, now: Instant) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let due = sqlx::query!(
        "select workspace_id, id from market.contract where state = 'offered' and offer_expires_at <= $1
         order by offer_expires_at limit 100",
        now as _
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut done = 0;
    for row in due {
        let changed = async {
            let cx = Cx::system_in(&kernel, row.workspace_id, "scheduler").await?;
            lapse(&cx, row.id).await
        };
        done += crate::contract::counted("market.offer_lapses", row.id, changed.await);
    }
    Ok(done)
}

async fn offered(cx: &Cx, id: Uuid, permission: &str) -> Result<super::ContractView> {
    let view = super::show(cx, id).await?;
    if !cx.can(
        permission,
        &store::relations(cx, view.client.id, view.freelancer.id),
    ) {
        return Err(Error::Forbidden("forbidden"));
    }
    if view.state != State::Offered.name() {
        return Err(Error::conflict("offer_not_open"));
    }
    Ok(view)
}

/// The page on which the freelancer decides to sign.
///
/// # Errors
/// 404, 403, 409 when the offer is no longer open.
pub async fn accept_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    accept_page_with(&cx, id, StatusCode::OK, &vec![]).await
}

async fn accept_page_with(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    messages: &page::Messages,
) -> Result<Response> {
    let view = offered(cx, id, "offer.accept").await?;
    let act = parts::Form::post(
        cx.href(&format!("/contracts/{id}/acceptance")),
        html! { (Button::primary(cx.tr("work-accept-act", &[("amount", ui::text::money(cx.locale, view.net_total()).into())])).icon(Icon::Check)) },
    )
    .key(cx.form_key());
    let (total, net) = (view.total_money(), view.net_total());
    let fee = base::Money::new(net.minor - total.minor, total.currency);
    let lines = view
        .milestones
        .iter()
        .map(|m| MoneyLine::new(m.title.clone(), m.amount_money()))
        .chain([
            MoneyLine::new(cx.t("work-line-agreed"), total),
            MoneyLine::new(cx.t("work-line-fee"), fee),
            MoneyLine::total(cx.t("work-line-yours"), net),
        ])
        .collect();
    let decision = Decision::new(cx.locale, cx.t("work-accept-title"), html! { (act) }, cx.href(&format!("/contracts/{id}")))
        .body(html! {
            (parts::error_summary(cx.locale, messages))
            p { (cx.tr("work-accept-body", &[("person", view.client.display_name.as_str().into()), ("contract", view.title.as_str().into())])) }
            p.hint { (cx.t("work-accept-hint")) }
            (terms(cx, &view.terms))
            (checklists(cx, &view.milestones))
        })
        .lines(lines);
    let trail = super::page::trail(cx, id, &view.title);
    page::page_under_with(
        cx,
        status,
        cx.t("work-accept-title"),
        trail,
        html! { (decision) },
    )
    .await
}

/// The terms as both saw them when they signed.
pub(crate) fn terms(cx: &Cx, terms: &str) -> Markup {
    html! {
        @if !terms.is_empty() {
            section.panel {
                h2 { (cx.t("work-terms")) }
                div.prose dir="auto" { (parts::markdown(terms)) }
            }
        }
    }
}

/// What each delivery must show, where something was agreed.
fn checklists(cx: &Cx, milestones: &[MilestoneView]) -> Markup {
    let listed: Vec<_> = milestones
        .iter()
        .filter(|m| !m.checklist.is_empty())
        .collect();
    html! {
        @if !listed.is_empty() {
            section.panel {
                h2 { (cx.t("amend-checklist")) }
                @for one in &listed {
                    h3 { (i64::from(one.position)) ". " bdi { (one.title) } }
                    ul { @for item in &one.checklist { li { bdi { (item) } } } }
                }
            }
        }
    }
}

/// Takes the decision to sign.
///
/// # Errors
/// As [`accept`].
pub async fn form_accept(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    let result = match form.input {
        Ok(Nothing) => once(accept(&cx, id).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/contracts/{id}")))),
        Err(error) => refused(&cx, id, error).await,
    }
}

/// A refused decision leads to the contract's page with the reason on top: its state has changed.
pub(crate) async fn refused(cx: &Cx, contract: Uuid, error: Error) -> Result<Response> {
    let (status, messages) = page::refusal(cx, error)?;
    super::page::room_with(cx, contract, status, &messages).await
}

/// The page on which the freelancer declines.
///
/// # Errors
/// 404, 403, 409 when the offer is no longer open.
pub async fn decline_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let view = offered(&cx, id, "offer.decline").await?;
    let act = parts::Form::post(
        cx.href(&format!("/contracts/{id}/refusal")),
        html! {
            (Field::textarea("reason", cx.t("work-decline-reason"), 3).max_len(500).optional(cx.locale).hint(cx.t("work-decline-reason-hint")))
            (Button::danger(cx.t("work-decline-act")))
        },
    )
    .key(cx.form_key());
    let decision = Decision::new(
        cx.locale,
        cx.t("work-decline-title"),
        html! { (act) },
        cx.href(&format!("/contracts/{id}")),
    )
    .body(html! { p { (cx.tr("work-decline-body", &[("contract", view.title.as_str().into())])) } })
    .cannot_undo(cx.t("work-decline-final"));
    let trail = super::page::trail(&cx, id, &view.title);
    page::page_under(&cx, cx.t("work-decline-title"), trail, html! { (decision) }).await
}

/// Takes the refusal.
///
/// # Errors
/// As [`decline`].
pub async fn form_decline(cx: Cx, Id(id): Id<Uuid>, form: Form<Refusal>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(decline(&cx, id, input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/contracts/{id}")))),
        Err(error) => refused(&cx, id, error).await,
    }
}
