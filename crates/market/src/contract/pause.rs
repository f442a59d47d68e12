//! Pausing a contract and taking it up again; either side may, and tells the other why.

use super::{
    State, Step, answer,
    stop::{go_on, stop},
    store,
};
use crate::activity;
use axum::response::Response;
use http::StatusCode;
use kernel::{
    Action, Cx, Error, Form, Id, Input, Reader, Result, events::Event, extract, input::Nothing,
    once, page,
};
use maud::html;
use serde_json::json;
use ui::{
    Icon,
    parts::{self, Button, Decision, Field},
};
use uuid::Uuid;

/// Pausing a contract.
pub const PAUSE: Action = Action::new("contract.pause", "contract", "contract.show");
/// Taking a paused contract up again.
pub const RESUME: Action = Action::new("contract.resume", "contract", "contract.show");

/// Why: a sentence the other party reads.
pub struct Reason {
    /// Up to 500 characters.
    pub reason: String,
}
impl Input for Reason {
    fn read(r: &mut Reader) -> Self {
        Self {
            reason: r.line("reason", 1, 500),
        }
    }
}

/// Pauses a running contract: nothing is delivered or funded, and the client's clocks stand.
///
/// # Errors
/// 404 for strangers, 409 `contract_not_active`.
pub async fn pause(cx: &Cx, id: Uuid, input: Reason) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract = store::lock(&mut tx, cx, id).await?;
    let permit = cx.authorize(&PAUSE, id, &contract.relations(cx))?;
    let to = contract
        .state
        .after(Step::Pause)
        .ok_or(Error::conflict("contract_not_active"))?;
    stop(&mut tx, &contract, to, Some(&input.reason)).await?;
    activity::note(
        &mut tx,
        id,
        "contract_paused",
        json!({"reason": input.reason}),
    )
    .await?;
    let me = cx.member()?.id;
    let person = activity::name_of(&mut tx, me).await?;
    let notice = activity::notice(
        contract.other(me),
        "contract_paused",
        &contract.href(),
        json!({"contract": contract.title, "person": person, "reason": input.reason}),
    );
    tx.emit(Event::new(
        "market.contract_paused",
        "contract",
        id,
        contract.version + 1,
        json!({"contract_id": id, "notify": [notice]}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// Takes a paused contract up again; the clocks go on with what remained of them.
///
/// # Errors
/// 404 for strangers, 409 `contract_not_paused`.
pub async fn resume(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract = store::lock(&mut tx, cx, id).await?;
    let permit = cx.authorize(&RESUME, id, &contract.relations(cx))?;
    let to = contract
        .state
        .after(Step::Resume)
        .ok_or(Error::conflict("contract_not_paused"))?;
    go_on(&mut tx, &contract, to).await?;
    // An amendment agreed during the pause may have taken out the last open milestone.
    let row = store::load(&mut tx, id).await?.ok_or(Error::NotFound)?;
    crate::delivery::approve::close_when_done(&mut tx, &row).await?;
    activity::note(&mut tx, id, "contract_resumed", json!({})).await?;
    let me = cx.member()?.id;
    let person = activity::name_of(&mut tx, me).await?;
    let notice = activity::notice(
        contract.other(me),
        "contract_resumed",
        &contract.href(),
        json!({"contract": contract.title, "person": person}),
    );
    tx.emit(Event::new(
        "market.contract_resumed",
        "contract",
        id,
        contract.version + 1,
        json!({"contract_id": id, "notify": [notice]}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// The page on which a party pauses.
///
/// # Errors
/// 404; 409 when the contract is not under way.
pub async fn pause_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    pause_with(&cx, id, StatusCode::OK, "", &vec![]).await
}

async fn pause_with(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    typed: &str,
    messages: &page::Messages,
) -> Result<Response> {
    let view = super::show(cx, id).await?;
    if view.state != State::Active.name() {
        return Err(Error::conflict("contract_not_active"));
    }
    let room = cx.href(&format!("/contracts/{id}"));
    let act = parts::Form::post(
        format!("{room}/pause"),
        html! {
            (Field::textarea("reason", cx.t("amend-pause-reason"), 3).value(typed).max_len(500).required()
                .hint(cx.t("amend-reason-hint")).error(page::message_of(messages, "reason")))
            (Button::primary(cx.t("amend-pause-act")).icon(Icon::Pause))
        },
    )
    .key(cx.form_key());
    let decision =
        Decision::new(cx.locale, cx.t("amend-pause-title"), html! { (act) }, room).body(html! {
            (parts::error_summary(cx.locale, messages))
            p { (cx.tr("amend-pause-body", &[("contract", view.title.as_str().into())])) }
            p.hint { (cx.t("amend-pause-hint")) }
        });
    let trail = crate::contract::page::trail(cx, id, &view.title);
    page::page_under_with(
        cx,
        status,
        cx.t("amend-pause-title"),
        trail,
        html! { (decision) },
    )
    .await
}

/// Takes the decision to pause.
///
/// # Errors
/// As [`pause`], shown on the form.
pub async fn pause_form(cx: Cx, Id(id): Id<Uuid>, form: Form<Reason>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(pause(&cx, id, input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/contracts/{id}")))),
        Err(error @ Error::Invalid(_)) => {
            let (status, messages) = page::refusal(&cx, error)?;
            pause_with(&cx, id, status, form.typed.get("reason"), &messages).await
        }
        Err(error) => answer::refused(&cx, id, error).await,
    }
}

/// The page on which a party takes the work up again.
///
/// # Errors
/// 404; 409 when the contract is not paused.
pub async fn resume_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let view = super::show(&cx, id).await?;
    if view.state != State::Paused.name() {
        return Err(Error::conflict("contract_not_paused"));
    }
    let room = cx.href(&format!("/contracts/{id}"));
    let act = parts::Form::post(
        format!("{room}/resumption"),
        html! { (Button::primary(cx.t("amend-resume-act")).icon(Icon::CirclePlay)) },
    )
    .key(cx.form_key());
    let decision = Decision::new(cx.locale, cx.t("amend-resume-title"), html! { (act) }, room)
        .body(html! { p { (cx.tr("amend-resume-body", &[("contract", view.title.as_str().into())])) } });
    let trail = crate::contract::page::trail(&cx, id, &view.title);
    page::page_under(&cx, cx.t("amend-resume-title"), trail, html! { (decision) }).await
}

/// Takes the decision to go on.
///
/// # Errors
/// As [`resume`]; a refusal is told on the contract's page.
pub async fn resume_form(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    let result = match form.input {
        Ok(Nothing) => once(resume(&cx, id).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/contracts/{id}")))),
        Err(error) => answer::refused(&cx, id, error).await,
    }
}
