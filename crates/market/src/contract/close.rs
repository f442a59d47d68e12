//! Closing a contract on which nothing is held any more: what was agreed and never funded falls
//! away, and both sides are asked to sign off.

use super::{ContractView, State, Step, answer, show, store};
use crate::{activity, amendment, delivery, milestone};
use axum::{
    response::Response,
    routing::{get, post},
};
use http::Method;
use kernel::{
    Action, Body, Cx, Error, Form, Id, Idempotency, Result, Route, Tx, extract, input::Nothing,
    once, page,
};
use maud::html;
use serde_json::json;
use ui::parts::{self, Button, Decision};
use uuid::Uuid;

/// Asking to close a contract.
pub const CLOSE: Action = Action::new("contract.close", "contract", "contract.show");

const PATH: &str = "/w/{workspace}/contracts/{contract}/closing";

/// Routes of closing.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::POST, PATH, "contract.close", post(api))
            .codes(&[
                (409, "contract_not_active"),
                (409, "contract_not_closing"),
                (409, "escrow_open"),
                (409, "funding_in_progress"),
            ])
            .permission("contract.close")
            .idempotency(Idempotency::Accepted)
            .body::<Nothing>()
            .answers::<ContractView>(200)
            .refuses(&[409]),
        Route::page(Method::GET, PATH, "contract.close", get(decide)).permission("contract.close"),
        Route::page(Method::POST, PATH, "contract.close", post(form))
            .permission("contract.close")
            .idempotency(Idempotency::Accepted)
            .body::<Nothing>(),
    ]
}

/// Whether a contract that goes on has seen work done and holds nothing, so that it may be closed.
#[must_use]
pub fn may_close(view: &ContractView, state: State) -> bool {
    let states = || {
        let all = view.milestones.iter();
        all.filter_map(|m| milestone::State::read(&m.state).ok())
    };
    state.after(Step::Finish).is_some()
        && states().any(|s| s == milestone::State::Approved)
        && !states().any(milestone::State::is_held)
}

/// Closes a running contract: milestones that were never funded fall away, and both parties are
/// asked to sign off as after the last approval.
///
/// # Errors
/// 404 for strangers, 409 `contract_not_active`, `escrow_open` while money is held,
/// `contract_not_closing` where nothing was approved, `funding_in_progress` while it is being paid.
pub async fn close(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract = store::lock_from_project(&mut tx, cx, id).await?;
    let permit = cx.authorize(&CLOSE, id, &contract.relations(cx))?;
    if contract.state.after(Step::Finish).is_none() {
        return Err(Error::conflict("contract_not_active"));
    }
    let rows = milestone::store::of_contract(&mut tx, id).await?;
    if rows.iter().any(|m| m.state.is_held()) {
        return Err(Error::conflict("escrow_open"));
    }
    if !rows.iter().any(|m| m.state == milestone::State::Approved) {
        // Without any work done there is nothing to sign off: such a contract is ended.
        return Err(Error::conflict("contract_not_closing"));
    }
    let ids: Vec<Uuid> = rows.iter().map(|m| m.id).collect();
    let running = milestone::fund::running(&mut tx, &ids).await?;
    // A transfer that was only announced is not awaited any longer; what is being paid is.
    if let Some((_, paying)) = running.iter().find(|(_, r)| r.state != "awaiting_transfer") {
        let refusal = Error::conflict("funding_in_progress");
        return Err(refusal.with("running_id", paying.id.to_string()));
    }
    let dropped: Vec<&milestone::store::Row> = rows
        .iter()
        .filter(|m| m.state == milestone::State::Agreed)
        .collect();
    take_out(&mut tx, id, &dropped).await?;
    amendment::fall_away(&mut tx, id).await?;
    let titles: Vec<&str> = dropped.iter().map(|m| m.title.as_str()).collect();
    let told = json!({"n": titles.len(), "titles": titles.join(" · ")});
    activity::note(&mut tx, id, "contract_close_asked", told).await?;
    let before = contract.total;
    let contract = store::load(&mut tx, id).await?.ok_or(Error::NotFound)?;
    tx.differs("total_minor", before.minor, contract.total.minor);
    delivery::approve::close_without(&mut tx, &contract, &titles).await?;
    tx.commit(permit).await?;
    Ok(id)
}

/// Takes what was never funded out of a contract, as an agreed change would: its total is again the
/// sum of what was done.
async fn take_out(tx: &mut Tx, contract: Uuid, dropped: &[&milestone::store::Row]) -> Result<()> {
    if dropped.is_empty() {
        return Ok(());
    }
    let (workspace, now) = (tx.workspace(), tx.now());
    let ids: Vec<Uuid> = dropped.iter().map(|m| m.id).collect();
    sqlx::query!(
        "update market.milestone set state = 'cancelled', dropped_at = $3, version = version + 1
         where workspace_id = $1 and id = any($2) and state = 'agreed'",
        workspace,
        &ids,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "update market.contract set version = version + 1,
                total_minor = (select sum(m.amount_minor) from market.milestone m
                               where m.workspace_id = $1 and m.contract_id = $2 and m.dropped_at is null)
         where workspace_id = $1 and id = $2",
        workspace,
        contract
    )
    .execute(&mut **tx)
    .await?;
    ledger::payment::transfer::give_up(tx, milestone::fund::PURPOSE, &ids).await
}

async fn api(cx: Cx, Id(id): Id<Uuid>, Body(Nothing): Body<Nothing>) -> Result<Response> {
    let id = once(close(&cx, id).await)?;
    Ok(extract::data(&show::show(&cx, id).await?))
}

/// The page on which a party decides to close.
async fn decide(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let view = show::show(&cx, id).await?;
    let room = cx.href(&format!("/contracts/{id}"));
    if !may_close(&view, State::read(&view.state)?) {
        return Ok(extract::see_other(&room));
    }
    let act = parts::Form::post(
        cx.href(&format!("/contracts/{id}/closing")),
        html! { (Button::primary(cx.t("work-close-act"))) },
    )
    .key(cx.form_key());
    let other = view.other(cx.me()).display_name.as_str();
    let unfunded: Vec<&str> = view
        .milestones
        .iter()
        .filter(|m| m.state == milestone::State::Agreed.name())
        .map(|m| m.title.as_str())
        .collect();
    let decision = Decision::new(cx.locale, cx.t("work-close-title"), html! { (act) }, room).body(html! {
        p { (cx.tr("work-close-body", &[("contract", view.title.as_str().into()), ("person", other.into())])) }
        @if !unfunded.is_empty() {
            p { (cx.t("work-close-unfunded")) }
            ul { @for title in &unfunded { li { bdi { (title) } } } }
        }
    });
    let trail = super::page::trail(&cx, id, &view.title);
    page::page_under(&cx, cx.t("work-close-title"), trail, html! { (decision) }).await
}

/// Takes the decision.
async fn form(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    let result = match form.input {
        Ok(Nothing) => once(close(&cx, id).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/contracts/{id}")))),
        Err(error) => answer::refused(&cx, id, error).await,
    }
}
