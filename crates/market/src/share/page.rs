//! The pages of work in progress: showing it, writing back, releasing a part.

use super::{answer, show, submit};
use crate::{
    contract::{self, ContractView},
    forms,
    milestone::{self, MilestoneView, State},
};
use axum::{extract::Request, response::Response};
use http::StatusCode;
use kernel::{
    Cx, Error, Form, Id, Reader, Result,
    extract::{self, Typed},
    input::Nothing,
    once, page as frame,
};
use maud::html;
use ui::{
    Icon,
    parts::{self, Button, Decision, Field, FormPage, MoneyLine},
};
use uuid::Uuid;

fn may(cx: &Cx, contract: &ContractView, permission: &str) -> Result<()> {
    let relations = contract::store::relations(cx, contract.client.id, contract.freelancer.id);
    if cx.can(permission, &relations) {
        Ok(())
    } else {
        Err(Error::Forbidden("forbidden"))
    }
}

fn back(cx: &Cx, milestone: &MilestoneView) -> String {
    cx.href(&format!(
        "/contracts/{}#milestone-{}",
        milestone.contract_id, milestone.position
    ))
}

/// The form on which the freelancer shows work in progress.
///
/// # Errors
/// 404 for strangers, 403 for the client.
pub async fn share_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    share_with(&cx, id, StatusCode::OK, &Typed::default(), &vec![]).await
}

async fn share_with(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    typed: &Typed,
    messages: &frame::Messages,
) -> Result<Response> {
    let (milestone, contract) = milestone::show::with_contract(cx, id).await?;
    may(cx, &contract, "delivery.share")?;
    let links: Vec<&str> = typed.all("links").collect();
    let error = |name: &str| frame::message_of(messages, name);
    let link_error = messages.iter().find(|(name, _)| name.starts_with("links"));
    let kept = forms::kept(cx, typed).await?;
    let form = parts::Form::post(
        cx.href(&format!("/milestones/{id}/shares")),
        html! {
            (Field::textarea("message", cx.t("amend-share-message"), 6).value(typed.get("message")).max_len(10_000).required()
                .error(error("message")))
            @for n in 0..2_usize {
                (Field::url("links", cx.tr("work-deliver-link", &[("n", (n + 1).into())])).value(links.get(n).copied().unwrap_or_default())
                    .optional(cx.locale).error(link_error.filter(|_| n == 0).map(|(_, words)| words.as_str())))
            }
            (kept)
            (Field::file("files", cx.t("work-deliver-files")).multiple().optional(cx.locale).hint(cx.t("work-deliver-files-hint")).error(error("files")))
            fieldset.field-set {
                legend { (cx.t("amend-part-legend")) }
                p.hint { (cx.tr("amend-part-hint", &[("amount", ui::text::money(cx.locale, milestone.amount_money()).into())])) }
                (Field::text("part_title", cx.t("amend-part-title")).value(typed.get("part_title")).max_len(120).optional(cx.locale).error(error("part_title")))
                (Field::money("part_amount", cx.t("work-line-amount"), &milestone.amount.currency).value(typed.get("part_amount")).optional(cx.locale)
                    .error(error("part_amount")))
            }
            div.actions {
                (Button::primary(cx.t("amend-share-act")).icon(Icon::Eye))
                (Button::quiet(cx.t("ui-back")).href(back(cx, &milestone)))
            }
        },
    )
    .key(cx.form_key())
    .multipart()
    .draft(cx.locale, format!("share-{id}"));
    let title = cx.tr(
        "amend-share-heading",
        &[("milestone", milestone.title.as_str().into())],
    );
    let body = FormPage {
        title,
        lead: Some(cx.tr(
            "amend-share-lead",
            &[("person", contract.client.display_name.as_str().into())],
        )),
        errors: Some(parts::error_summary(cx.locale, messages)),
        form: html! { (form) },
        ..FormPage::default()
    };
    let trail = crate::contract::page::trail(cx, contract.id, &contract.title);
    frame::page_under_with(cx, status, cx.t("amend-act-share"), trail, html! { (body) }).await
}

/// Takes work in progress with its files.
///
/// # Errors
/// As [`submit::share`], shown at the fields.
pub async fn share_form(cx: Cx, Id(id): Id<Uuid>, request: Request) -> Result<Response> {
    let (milestone, contract) = milestone::show::with_contract(&cx, id).await?;
    may(&cx, &contract, "delivery.share")?;
    let (typed, result) = match files::upload_form(&cx, request).await {
        Ok((mut typed, uploaded)) => {
            forms::keep(&mut typed, &uploaded);
            let result = take(&cx, id, &typed).await;
            (typed, result)
        }
        Err(error) => (Typed::default(), Err(error)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&back(&cx, &milestone))),
        Err(error) => {
            let (status, messages) = frame::refusal(&cx, error)?;
            share_with(&cx, id, status, &typed, &messages).await
        }
    }
}

async fn take(cx: &Cx, milestone: Uuid, typed: &Typed) -> Result<Uuid> {
    let currency = cx.workspace()?.currency;
    let pairs = forms::with_files(typed);
    let input: submit::NewShare = Reader::pairs(&pairs, currency).map_err(Error::Invalid)?;
    once(submit::share(cx, milestone, &input).await)
}

/// The form on which the client writes back.
///
/// # Errors
/// 404 for strangers, 403 for the freelancer, 409 once it was answered.
pub async fn feedback_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    feedback_with(&cx, id, StatusCode::OK, "", &vec![]).await
}

async fn feedback_with(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    typed: &str,
    messages: &frame::Messages,
) -> Result<Response> {
    let (share, milestone, contract) = show::with_contract(cx, id).await?;
    may(cx, &contract, "delivery.feedback")?;
    if share.feedback.is_some() {
        return Err(Error::conflict("already_answered"));
    }
    answer::takes_feedback(State::read(&milestone.state)?)?;
    let asks = share.part.as_ref().is_some_and(|p| p.state == "proposed");
    let form = parts::Form::post(
        cx.href(&format!("/shares/{id}/feedback")),
        html! {
            div.prose dir="auto" { (parts::markdown(&share.message)) }
            (Field::textarea("feedback", cx.t("amend-feedback-field"), 6).value(typed).max_len(5000).required()
                .error(frame::message_of(messages, "feedback")))
            @if asks { p.hint { (cx.t("amend-feedback-declines")) } }
            div.actions {
                (Button::primary(cx.t("amend-feedback-act")).icon(Icon::Send))
                (Button::quiet(cx.t("ui-back")).href(back(cx, &milestone)))
            }
        },
    )
    .key(cx.form_key())
    .draft(cx.locale, format!("feedback-{id}"));
    let body = FormPage {
        title: cx.tr(
            "amend-feedback-title",
            &[("milestone", milestone.title.as_str().into())],
        ),
        lead: Some(cx.t("amend-feedback-lead")),
        errors: Some(parts::error_summary(cx.locale, messages)),
        form: html! { (form) },
        ..FormPage::default()
    };
    let trail = crate::contract::page::trail(cx, contract.id, &contract.title);
    frame::page_under_with(
        cx,
        status,
        cx.t("amend-feedback-act"),
        trail,
        html! { (body) },
    )
    .await
}

/// Takes the note.
///
/// # Errors
/// As [`answer::feedback`], shown on the form.
pub async fn feedback_form(
    cx: Cx,
    Id(id): Id<Uuid>,
    form: Form<answer::Feedback>,
) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(answer::feedback(&cx, id, &input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => {
            let (_, milestone, _) = show::with_contract(&cx, id).await?;
            Ok(extract::see_other(&back(&cx, &milestone)))
        }
        Err(error) => {
            let (status, messages) = frame::refusal(&cx, error)?;
            feedback_with(&cx, id, status, form.typed.get("feedback"), &messages).await
        }
    }
}

/// The page on which the client releases a part.
///
/// # Errors
/// 404 for strangers, 403 for the freelancer, 409 when no part waits.
pub async fn approve_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let (share, milestone, contract) = show::with_contract(&cx, id).await?;
    may(&cx, &contract, "delivery.approve_part")?;
    let part = share
        .part
        .filter(|p| p.state == "proposed")
        .ok_or(Error::conflict("no_open_part"))?;
    let amount = crate::policy::money(part.amount.amount_minor, &part.amount.currency)?;
    let rest = milestone
        .amount_money()
        .minus(amount)
        .map_err(|_| Error::conflict("no_open_part"))?;
    let told = ui::text::money(cx.locale, amount);
    let act = parts::Form::post(
        cx.href(&format!("/shares/{id}/approval")),
        html! { (Button::primary(cx.tr("work-approve-act", &[("amount", told.as_str().into())])).icon(Icon::Check)) },
    )
    .key(cx.form_key());
    let title = cx.tr(
        "amend-part-approve",
        &[("part", part.title.as_str().into())],
    );
    let decision = Decision::new(cx.locale, title.clone(), html! { (act) }, back(&cx, &milestone))
        .body(html! {
            div.prose dir="auto" { (parts::markdown(&share.message)) }
            @let rows: Vec<_> = share.files.iter().map(|f| f.row(cx.locale)).collect();
            @if !rows.is_empty() { (parts::files(&rows)) }
            p { (cx.tr("amend-part-body", &[("milestone", milestone.title.as_str().into()), ("person", contract.freelancer.display_name.as_str().into())])) }
            p { a href=(cx.href(&format!("/shares/{id}/feedback"))) { (cx.t("amend-part-or-feedback")) } }
        })
        .lines(vec![
            MoneyLine::new(part.title, amount),
            MoneyLine::new(milestone.title.clone(), rest).note(cx.t("amend-part-stays")),
            MoneyLine::total(cx.t("work-column-held"), milestone.amount_money()),
        ])
        .cannot_undo(cx.t("work-approve-final"));
    let trail = crate::contract::page::trail(&cx, contract.id, &contract.title);
    frame::page_under(&cx, title, trail, html! { (decision) }).await
}

/// Takes the release of a part.
///
/// # Errors
/// As [`answer::approve_part`]; a refusal is told on the contract's page.
pub async fn approve_form(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    let (_, milestone, _) = show::with_contract(&cx, id).await?;
    let result = match form.input {
        Ok(Nothing) => once(answer::approve_part(&cx, id).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&back(&cx, &milestone))),
        Err(error) => contract::answer::refused(&cx, milestone.contract_id, error).await,
    }
}
