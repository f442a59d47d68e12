//! Sign-off: both parties say that a contract is done; silence of seven days counts as yes.

use crate::{
    activity,
    contract::{self, ContractView, State, Step, answer::refused, store},
    policy, project,
};
use axum::{
    response::Response,
    routing::{get, post},
};
use base::Instant;
use http::Method;
use kernel::{
    Action, Body, Cx, Error, Form, Id, Idempotency, Kernel, Result, Route, Tx, deadline::Deadline,
    events::Event, extract, input::Nothing, once, page,
};
use maud::html;
use serde_json::json;
use std::sync::Arc;
use ui::{
    Icon,
    parts::{self, Button, Decision},
};
use uuid::Uuid;

/// Signing a contract off.
pub const SIGN_OFF: Action = Action::new("contract.sign_off", "contract", "contract.show");
/// Silence that counts as sign-off.
const COMPLETE: Action = Action::new("contract.auto_complete", "contract", "contract.show");

/// Routes of sign-off.
#[must_use]
pub fn routes() -> Vec<Route> {
    const PATH: &str = "/w/{workspace}/contracts/{contract}/sign-off";
    vec![
        Route::api(Method::POST, PATH, "contract.sign_off", post(api))
            .product("market")
            .permission("contract.sign_off")
            .idempotency(Idempotency::Accepted)
            .body::<Nothing>()
            .answers::<ContractView>(200)
            .refuses(&[409]),
        Route::page(Method::GET, PATH, "contract.sign_off", get(decide))
            .product("market")
            .permission("contract.sign_off"),
        Route::page(Method::POST, PATH, "contract.sign_off", post(form))
            .product("market")
            .permission("contract.sign_off")
            .idempotency(Idempotency::Accepted),
    ]
}

/// Contracts whose other party stayed silent are completed.
#[must_use]
pub fn deadlines() -> Vec<Deadline> {
    vec![Deadline {
        name: "market.contract_closes",
        next: Some(|tx| Box::pin(next(tx))),
        sweep: |kernel, now| Box::pin(sweep(kernel, now)),
    }]
}

/// The asking party signs off; with the second sign-off the contract is completed.
///
/// # Errors
/// 404 for strangers, 409 `escrow_open` while money is held, `contract_not_closing`,
/// `already_signed_off`.
pub async fn sign_off(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract = store::lock_from_project(&mut tx, cx, id).await?;
    let permit = cx.authorize(&SIGN_OFF, id, &contract.relations(cx))?;
    if held(&mut tx, id).await? {
        return Err(Error::conflict("escrow_open"));
    }
    if contract.state != State::Closing {
        return Err(Error::conflict("contract_not_closing"));
    }
    let me = cx.member()?.id;
    let is_client = me == contract.client_id;
    let (mine, theirs) = if is_client {
        (
            contract.client_signed_off_at,
            contract.freelancer_signed_off_at,
        )
    } else {
        (
            contract.freelancer_signed_off_at,
            contract.client_signed_off_at,
        )
    };
    if mine.is_some() {
        return Err(Error::conflict("already_signed_off"));
    }
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update market.contract set
           client_signed_off_at = case when $4 then $3 else client_signed_off_at end,
           freelancer_signed_off_at = case when $4 then freelancer_signed_off_at else $3 end,
           version = version + 1
         where workspace_id = $1 and id = $2 and state = 'closing'",
        workspace,
        id,
        now as _,
        is_client
    )
    .execute(&mut *tx)
    .await?;
    tx.change("signed_off", false, true);
    activity::note(&mut tx, id, "signed_off", json!({})).await?;
    let person = activity::name_of(&mut tx, me).await?;
    if theirs.is_some() {
        complete(&mut tx, &contract, contract.version + 1).await?;
    } else {
        let notice = activity::notice(
            contract.other(me),
            "contract_signed_off",
            &contract.href(),
            json!({"contract": contract.title, "person": person, "closes_at": contract.closes_at}),
        );
        tx.emit(Event::new(
            "market.contract_signed_off",
            "contract",
            id,
            contract.version + 1,
            json!({"contract_id": id, "by": if is_client { "client" } else { "freelancer" }, "notify": [notice]}),
        ));
    }
    tx.commit(permit).await?;
    Ok(id)
}

/// Whether money is held for an open milestone of the contract.
async fn held(tx: &mut Tx, contract: Uuid) -> Result<bool> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from market.milestone
             where workspace_id = $1 and contract_id = $2 and state in ('funded', 'submitted', 'changes_requested')) as "held!""#,
        workspace,
        contract
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Completes a closing contract whose project the caller holds: opens the review window.
async fn complete(tx: &mut Tx, contract: &store::Row, version: i64) -> Result<()> {
    let to = contract
        .state
        .after(Step::Complete)
        .ok_or(Error::conflict("contract_not_closing"))?;
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update market.contract set state = $3, ended_at = $4, closes_at = null, review_until = $5, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'closing'",
        workspace,
        contract.id,
        to.name(),
        now as _,
        now.plus_days(policy::REVIEW_WINDOW_DAYS) as _
    )
    .execute(&mut **tx)
    .await?;
    tx.change("state", contract.state.name(), to.name());
    activity::note(tx, contract.id, "contract_completed", json!({})).await?;
    project::completed(tx, contract.project_id).await?;
    let args = json!({"contract": contract.title, "days": policy::REVIEW_WINDOW_DAYS});
    let notices: Vec<_> = [contract.client_id, contract.freelancer_id]
        .into_iter()
        .map(|member| {
            activity::notice(member, "contract_completed", &contract.href(), args.clone())
        })
        .collect();
    tx.emit(Event::new(
        "market.contract_completed",
        "contract",
        contract.id,
        version + 1,
        json!({"contract_id": contract.id, "project_id": contract.project_id, "notify": notices}),
    ));
    Ok(())
}

/// Completes one contract by silence; false when it is not due any more.
///
/// # Errors
/// The database's.
pub async fn complete_by_silence(cx: &Cx, id: Uuid) -> Result<bool> {
    let mut tx = cx.begin().await?;
    let contract = store::lock_from_project(&mut tx, cx, id).await?;
    let now = tx.now();
    let due = contract.state == State::Closing && contract.closes_at.is_some_and(|at| at <= now);
    if !due || held(&mut tx, id).await? {
        tx.finish().await?;
        return Ok(false);
    }
    let permit = cx.authorize(&COMPLETE, id, &[])?;
    complete(&mut tx, &contract, contract.version).await?;
    tx.commit(permit).await?;
    Ok(true)
}

async fn next(tx: &mut sqlx::PgConnection) -> Result<Option<Instant>> {
    let due = sqlx::query_scalar!(
        r#"select min(closes_at) as "due: Instant" from market.contract where state = 'closing'"#
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(due)
}

async fn sweep(kernel: Arc<Kernel>, now: Instant) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let due = sqlx::query!(
        "select workspace_id, id from market.contract where state = 'closing' and closes_at <= $1 order by closes_at limit 100",
        now as _
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut done = 0;
    for row in due {
        let changed = async {
            let cx = Cx::system_in(&kernel, row.workspace_id, "scheduler").await?;
            complete_by_silence(&cx, row.id).await
        };
        done += contract::counted("market.contract_closes", row.id, changed.await);
    }
    Ok(done)
}

async fn api(cx: Cx, Id(id): Id<Uuid>, Body(Nothing): Body<Nothing>) -> Result<Response> {
    let id = once(sign_off(&cx, id).await)?;
    Ok(extract::data(&contract::show(&cx, id).await?))
}

async fn decide(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let view = contract::show(&cx, id).await?;
    let room = cx.href(&format!("/contracts/{id}"));
    if view.state != State::Closing.name() {
        return Ok(extract::see_other(&room));
    }
    let act = parts::Form::post(
        cx.href(&format!("/contracts/{id}/sign-off")),
        html! { (Button::primary(cx.t("work-sign-off-act")).icon(Icon::Check)) },
    )
    .key(cx.form_key());
    let other = view.other(cx.me()).display_name.as_str();
    let decision = Decision::new(cx.locale, cx.t("work-sign-off-title"), html! { (act) }, room)
        .body(html! {
            p { (cx.tr("work-sign-off-body", &[("contract", view.title.as_str().into()), ("person", other.into())])) }
            p.hint { (cx.t("work-sign-off-hint")) }
        })
        .cannot_undo(cx.t("work-sign-off-final"));
    let trail = crate::contract::page::trail(&cx, id, &view.title);
    page::page_under(
        &cx,
        cx.t("work-sign-off-title"),
        trail,
        html! { (decision) },
    )
    .await
}

async fn form(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    let result = match form.input {
        Ok(Nothing) => once(sign_off(&cx, id).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/contracts/{id}")))),
        Err(error) => refused(&cx, id, error).await,
    }
}
