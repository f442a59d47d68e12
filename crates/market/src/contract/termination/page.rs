//! The pages of ending a contract: proposing it, agreeing, calling it off.

use super::{Agreement, Termination, TerminationView, accept, decline, terminate};
use crate::{
    contract::{self, ContractView, State, answer::refused},
    milestone::MilestoneView,
    policy,
};
use axum::response::Response;
use http::StatusCode;
use kernel::{
    Cx, Error, Form, Id, Result,
    extract::{self, Typed},
    input::Nothing,
    once, page as frame,
};
use maud::{Markup, html};
use ui::parts::{self, Button, Choice, Decision, Field, MoneyLine};
use uuid::Uuid;

/// The milestones whose money lies in escrow.
pub(crate) fn held(view: &ContractView) -> impl Iterator<Item = &MilestoneView> {
    view.milestones.iter().filter(|m| {
        matches!(
            m.state.as_str(),
            "funded" | "submitted" | "changes_requested"
        )
    })
}

/// The form on which a party proposes how to end it.
///
/// # Errors
/// 404 for strangers; 409 when it is not running.
pub async fn propose(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    propose_with(&cx, id, StatusCode::OK, &Typed::default(), &vec![]).await
}

async fn propose_with(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    typed: &Typed,
    messages: &frame::Messages,
) -> Result<Response> {
    let view = contract::show(cx, id).await?;
    let state = State::read(&view.state)?;
    if state != State::Terminating && state.after(contract::Step::Terminate).is_none() {
        return Err(Error::conflict("contract_not_running"));
    }
    let room = cx.href(&format!("/contracts/{id}"));
    let error = |name: &str| frame::message_of(messages, name);
    let money_held: Vec<_> = held(&view).collect();
    let act = parts::Form::post(
        format!("{room}/termination"),
        html! {
            @for (at, m) in money_held.iter().enumerate() { (one(cx, typed, messages, at, m)) }
            @if let Some(words) = error("settlement") { p.field-error #f-settlement { (words) } }
            (Field::textarea("reason", cx.t("amend-end-reason"), 3).value(typed.get("reason")).max_len(500).required()
                .hint(cx.t("amend-reason-hint")).error(error("reason")))
            (Button::danger(cx.t(if money_held.is_empty() { "amend-end-now" } else { "amend-end-propose" })))
        },
    )
    .key(cx.form_key());
    let other = view.other(cx.me()).display_name.as_str();
    let body = if money_held.is_empty() {
        "amend-end-body-free"
    } else {
        "amend-end-body"
    };
    let decision = Decision::new(cx.locale, cx.t("amend-end-title"), html! { (act) }, room).body(
        html! {
            (parts::error_summary(cx.locale, messages))
            p { (cx.tr(body, &[("contract", view.title.as_str().into()), ("person", other.into()), ("n", policy::SETTLEMENT_DAYS.into())])) }
        },
    );
    let trail = contract::page::trail(cx, id, &view.title);
    frame::page_under_with(
        cx,
        status,
        cx.t("amend-end-title"),
        trail,
        html! { (decision) },
    )
    .await
}

fn one(
    cx: &Cx,
    typed: &Typed,
    messages: &frame::Messages,
    at: usize,
    milestone: &MilestoneView,
) -> Markup {
    let name = |field: &str| format!("settlement.{at}.{field}");
    let (outcome, release) = (name("outcome"), name("release"));
    // Nothing is proposed for whoever ends it: what becomes of the money they say themselves.
    let chosen = typed.get(&outcome);
    let amount = ui::text::money(cx.locale, milestone.amount_money());
    let choice = |value: &str| {
        let key = format!("amend-end-{value}");
        Choice::new(value, cx.tr(&key, &[("amount", amount.as_str().into())]))
    };
    html! {
        fieldset.field-set.outcome {
            legend { bdi { (milestone.title) } " · " bdi dir="ltr" { (amount) } }
            (parts::hidden(&name("milestone_id"), &milestone.id.to_string()))
            (Field::radios(outcome.clone(), cx.t("amend-end-outcome"), vec![choice("refund"), choice("release"), choice("split")])
                .value(chosen.to_owned()).required().error(frame::message_of(messages, &outcome)))
            (Field::money(release.clone(), cx.t("amend-end-released"), &milestone.amount.currency).value(typed.get(&release))
                .optional(cx.locale).error(frame::message_of(messages, &release)))
        }
    }
}

/// Takes the proposal.
///
/// # Errors
/// As [`terminate`], shown at the fields.
pub async fn propose_form(cx: Cx, Id(id): Id<Uuid>, form: Form<Termination>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(terminate(&cx, id, input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/contracts/{id}")))),
        Err(error @ Error::Invalid(_)) => {
            let (status, messages) = frame::refusal(&cx, error)?;
            propose_with(&cx, id, status, &form.typed, &messages).await
        }
        Err(error) => refused(&cx, id, error).await,
    }
}

/// What is proposed for each milestone, as lines of money.
pub(crate) fn lines(cx: &Cx, view: &ContractView, proposal: &TerminationView) -> Vec<MoneyLine> {
    let mut lines = vec![];
    for part in &proposal.settlement {
        let title = view
            .milestones
            .iter()
            .find(|m| m.id == part.milestone_id)
            .map_or_else(String::new, |m| m.title.clone());
        for (sum, key) in [
            (&part.release, "amend-line-released"),
            (&part.refund, "amend-line-refunded"),
        ] {
            if let Ok(money) = policy::money(sum.amount_minor, &sum.currency)
                && money.minor > 0
            {
                lines.push(MoneyLine::new(title.clone(), money).note(cx.t(key)));
            }
        }
    }
    lines
}

/// The open proposal of a contract.
pub(crate) fn proposed(view: &ContractView) -> Option<&TerminationView> {
    view.termination.as_ref().filter(|t| t.state == "proposed")
}

/// The page on which the other party agrees.
///
/// # Errors
/// 404 for strangers; 409 when nothing is proposed.
pub async fn accept_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let view = contract::show(&cx, id).await?;
    let proposal = proposed(&view).ok_or(Error::conflict("no_termination"))?;
    if Some(proposal.proposed_by) == cx.me() {
        return Err(Error::Forbidden("own_proposal"));
    }
    let room = cx.href(&format!("/contracts/{id}"));
    let act = parts::Form::post(
        format!("{room}/termination/acceptance"),
        html! {
            (parts::hidden("termination_id", &proposal.id.to_string()))
            (Button::danger(cx.t("amend-end-agree")))
        },
    )
    .key(cx.form_key());
    let other = view.other(cx.me()).display_name.as_str();
    let decision = Decision::new(cx.locale, cx.t("amend-end-agree-title"), html! { (act) }, room.clone())
        .body(html! {
            p { (cx.tr("amend-end-agree-body", &[("person", other.into()), ("contract", view.title.as_str().into())])) }
            blockquote dir="auto" { (proposal.reason) }
            p {
                a href=(format!("{room}/termination")) { (cx.t("amend-end-otherwise")) } " · "
                a href=(format!("{room}/termination/refusal")) { (cx.t("amend-end-call-off")) }
            }
        })
        .lines(lines(&cx, &view, proposal))
        .cannot_undo(cx.t("amend-end-final"));
    let trail = contract::page::trail(&cx, id, &view.title);
    frame::page_under(
        &cx,
        cx.t("amend-end-agree-title"),
        trail,
        html! { (decision) },
    )
    .await
}

/// Takes the agreement.
///
/// # Errors
/// As [`accept`]; a refusal is told on the contract's page.
pub async fn accept_form(cx: Cx, Id(id): Id<Uuid>, form: Form<Agreement>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(accept(&cx, id, input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/contracts/{id}")))),
        Err(error) => refused(&cx, id, error).await,
    }
}

/// The page on which either party calls it off.
///
/// # Errors
/// 404 for strangers; 409 when nothing is proposed.
pub async fn decline_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let view = contract::show(&cx, id).await?;
    proposed(&view).ok_or(Error::conflict("no_termination"))?;
    let room = cx.href(&format!("/contracts/{id}"));
    let act = parts::Form::post(
        format!("{room}/termination/refusal"),
        html! { (Button::primary(cx.t("amend-end-call-off"))) },
    )
    .key(cx.form_key());
    let decision = Decision::new(
        cx.locale,
        cx.t("amend-end-off-title"),
        html! { (act) },
        room,
    )
    .body(
        html! { p { (cx.tr("amend-end-off-body", &[("contract", view.title.as_str().into())])) } },
    );
    let trail = contract::page::trail(&cx, id, &view.title);
    frame::page_under(
        &cx,
        cx.t("amend-end-off-title"),
        trail,
        html! { (decision) },
    )
    .await
}

/// Takes the refusal.
///
/// # Errors
/// As [`decline`]; a refusal is told on the contract's page.
pub async fn decline_form(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    let result = match form.input {
        Ok(Nothing) => once(decline(&cx, id).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/contracts/{id}")))),
        Err(error) => refused(&cx, id, error).await,
    }
}
