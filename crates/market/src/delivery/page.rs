//! The pages on which work is handed in, sent back and approved.

use super::{DeliveryView, approve, changes, show, submit};
use crate::{
    contract::{self, ContractView},
    forms,
    milestone::{MilestoneView, State, Step},
};
use axum::{extract::Request, response::Response};
use http::StatusCode;
use kernel::{
    Cx, Error, Form, Id, Reader, Result,
    extract::{self, Typed},
    once, page as frame,
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{self, Banner, Button, Decision, Field, FormPage, MoneyLine},
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

async fn with_contract(
    cx: &Cx,
    milestone: Uuid,
    permission: &str,
) -> Result<(MilestoneView, ContractView)> {
    let found = crate::milestone::show::with_contract(cx, milestone).await?;
    may(cx, &found.1, permission)?;
    Ok(found)
}

/// The form on which the freelancer hands in work.
///
/// # Errors
/// 404 for strangers, 403 for the client.
pub async fn submit_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    submit_with(&cx, id, StatusCode::OK, &Typed::default(), &vec![]).await
}

async fn submit_with(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    typed: &Typed,
    messages: &frame::Messages,
) -> Result<Response> {
    let (milestone, contract) = with_contract(cx, id, "delivery.submit").await?;
    let room = cx.href(&format!("/contracts/{}", contract.id));
    let ready = State::read(&milestone.state)?.after(Step::Submit).is_some();
    if !ready && status == StatusCode::OK {
        return Ok(extract::see_other(&room));
    }
    let links: Vec<&str> = typed.all("links").collect();
    let link_error = messages
        .iter()
        .find(|(name, _)| name.starts_with("links"))
        .map(|(_, words)| words.clone());
    let kept = forms::kept(cx, typed).await?;
    let form = parts::Form::post(
        cx.href(&format!("/milestones/{id}/deliveries")),
        html! {
            (Field::textarea("message", cx.t("work-deliver-message"), 8).value(typed.get("message")).max_len(10_000).required()
                .hint(cx.t("work-deliver-message-hint")).error(frame::message_of(messages, "message")))
            @for n in 0..3_usize {
                (Field::url("links", cx.tr("work-deliver-link", &[("n", (n + 1).into())])).value(links.get(n).copied().unwrap_or_default())
                    .optional(cx.locale).error(link_error.as_deref().filter(|_| n == 0)))
            }
            @if !milestone.checklist.is_empty() {
                (Field::checkboxes("ticked", cx.t("amend-deliver-checklist"), points(&milestone))
                    .values(typed.all("ticked")).hint(cx.t("amend-deliver-checklist-hint")).error(frame::message_of(messages, "ticked")))
            }
            (kept)
            (Field::file("files", cx.t("work-deliver-files")).multiple().optional(cx.locale).hint(cx.t("work-deliver-files-hint"))
                .error(frame::message_of(messages, "files")))
            div.actions {
                (Button::primary(cx.t("work-deliver-act")).icon(Icon::Send))
                (Button::quiet(cx.t("ui-back")).href(room))
            }
        },
    )
    .key(cx.form_key())
    .multipart()
    .draft(cx.locale, format!("delivery-{id}"));
    let body = FormPage {
        title: cx.tr(
            "work-deliver-title",
            &[("milestone", milestone.title.as_str().into())],
        ),
        lead: Some(cx.tr(
            "work-deliver-lead",
            &[
                ("person", contract.client.display_name.as_str().into()),
                ("n", crate::policy::MILESTONE_REVIEW_DAYS.into()),
            ],
        )),
        errors: Some(parts::error_summary(cx.locale, messages)),
        form: html! { (form) },
        ..FormPage::default()
    };
    let trail = contract::page::trail(cx, contract.id, &contract.title);
    frame::page_under_with(
        cx,
        status,
        cx.t("work-act-deliver"),
        trail,
        html! { (body) },
    )
    .await
}

/// The points of a checklist, to be ticked by number.
fn points(milestone: &MilestoneView) -> Vec<parts::Choice> {
    milestone
        .checklist
        .iter()
        .enumerate()
        .map(|(at, item)| parts::Choice::new((at + 1).to_string(), item.clone()))
        .collect()
}

/// Takes a delivery with its files.
///
/// # Errors
/// As [`submit::submit`], shown at the fields.
pub async fn submit_form(cx: Cx, Id(id): Id<Uuid>, request: Request) -> Result<Response> {
    let (milestone, _) = with_contract(&cx, id, "delivery.submit").await?;
    let (typed, result) = match files::upload_form(&cx, request).await {
        Ok((mut typed, uploaded)) => {
            forms::keep(&mut typed, &uploaded);
            let result = hand_in(&cx, id, &typed).await;
            (typed, result)
        }
        Err(error) => (Typed::default(), Err(error)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href(&format!(
            "/contracts/{}#milestone-{}",
            milestone.contract_id, milestone.position
        )))),
        Err(error) => {
            let (status, messages) = frame::refusal(&cx, error)?;
            submit_with(&cx, id, status, &typed, &messages).await
        }
    }
}

async fn hand_in(cx: &Cx, milestone: Uuid, typed: &Typed) -> Result<Uuid> {
    let currency = cx.workspace()?.currency;
    let pairs = forms::with_files(typed);
    let input: submit::NewDelivery = Reader::pairs(&pairs, currency).map_err(Error::Invalid)?;
    once(submit::submit(cx, milestone, &input).await)
}

async fn to_judge(cx: &Cx, id: Uuid, permission: &str) -> Result<(DeliveryView, ContractView)> {
    let (delivery, contract) = show::with_contract(cx, id).await?;
    may(cx, &contract, permission)?;
    if delivery.state != "submitted" {
        return Err(Error::conflict(changes::refusal(State::read(
            &delivery.milestone.state,
        )?)));
    }
    Ok((delivery, contract))
}

/// The page on which the client approves and releases.
///
/// # Errors
/// 404 for strangers, 403 for the freelancer, 409 when nothing waits for approval.
pub async fn approve_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    approve_with(&cx, id, StatusCode::OK, &Typed::default(), &vec![]).await
}

async fn approve_with(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    typed: &Typed,
    messages: &frame::Messages,
) -> Result<Response> {
    let (delivery, contract) = to_judge(cx, id, "delivery.approve").await?;
    let milestone = &delivery.milestone;
    let amount = ui::text::money(cx.locale, milestone.amount_money());
    let open: Vec<_> = delivery.checklist.iter().filter(|p| !p.done).collect();
    let next = match contract.milestones.iter().find(|m| m.state == "agreed") {
        Some(next) => {
            let mut tx = cx.read().await?;
            let fees =
                crate::quote::rates(&mut tx, contract.project_id, contract.freelancer.id).await?;
            tx.finish().await?;
            let price = crate::milestone::fund::price(&fees.terms(next.amount_money()))?;
            Some((i64::from(next.position), price))
        }
        None => None,
    };
    let act = parts::Form::post(
        cx.href(&format!("/deliveries/{id}/approval")),
        html! {
            @if !open.is_empty() {
                (Field::text("waiver", cx.t("amend-waiver")).value(typed.get("waiver")).max_len(500).required()
                    .hint(cx.t("amend-waiver-hint")).error(frame::message_of(messages, "waiver")))
            }
            @if let Some((n, price)) = &next {
                section.stack {
                    p.hint { (cx.tr("amend-approve-and-fund-hint", &[("n", (*n).into())])) }
                    (parts::money_lines(cx.locale, &[
                        MoneyLine::new(cx.tr("amend-milestone-n", &[("n", (*n).into())]), price.amount).note(cx.t("work-line-into-escrow")),
                        MoneyLine::new(cx.t("work-line-client-fee"), price.fee),
                        MoneyLine::total(cx.t("work-line-you-pay"), price.total),
                    ]))
                }
            }
            (Button::primary(cx.tr("work-approve-act", &[("amount", amount.as_str().into())])).icon(Icon::Check))
            @if let Some((n, price)) = &next {
                (Button::quiet(cx.tr("amend-approve-and-fund", &[("n", (*n).into()), ("amount", ui::text::money(cx.locale, price.total).into())]))
                    .icon(Icon::Lock).value("fund_next", "true"))
            }
        },
    )
    .key(cx.form_key());
    let lines = vec![
        MoneyLine::new(cx.t("work-line-net-to"), milestone.net_money())
            .note(contract.freelancer.display_name.clone()),
        MoneyLine::new(cx.t("work-line-fee"), milestone.fee_money()),
        MoneyLine::total(cx.t("work-line-from-escrow"), milestone.amount_money()),
    ];
    let title = cx.tr(
        "work-approve-title",
        &[("milestone", milestone.title.as_str().into())],
    );
    let decision = Decision::new(cx.locale, title.clone(), html! { (act) }, cx.href(&format!("/contracts/{}", contract.id)))
        .body(html! {
            (parts::error_summary(cx.locale, messages))
            p { (cx.tr("work-approve-body", &[("person", contract.freelancer.display_name.as_str().into()), ("n", i64::from(delivery.number).into())])) }
            (checklist(cx, &delivery))
            p { a href=(cx.href(&format!("/deliveries/{id}/changes"))) { (cx.t("work-approve-or-changes")) } }
        })
        .lines(lines)
        .cannot_undo(cx.t("work-approve-final"));
    let trail = contract::page::trail(cx, contract.id, &contract.title);
    frame::page_under_with(cx, status, title, trail, html! { (decision) }).await
}

/// The checklist as it was handed in.
pub(crate) fn checklist(cx: &Cx, delivery: &DeliveryView) -> Markup {
    html! {
        @if !delivery.checklist.is_empty() {
            ul.plain aria-label=(cx.t("amend-checklist")) {
                @for point in &delivery.checklist {
                    li {
                        (if point.done { Icon::CircleCheck } else { Icon::Circle }) " " bdi { (point.item) }
                        span.sr { " " (cx.t(if point.done { "amend-point-done" } else { "amend-point-open" })) }
                    }
                }
            }
        }
    }
}

/// Takes the approval, and pays for the next milestone where the client said so.
///
/// # Errors
/// As [`approve::approve`]; a refusal is told where the client can mend it, else on the contract's
/// page.
pub async fn approve_form(
    cx: Cx,
    Id(id): Id<Uuid>,
    form: Form<approve::Approval>,
) -> Result<Response> {
    let contract = show::show(&cx, id).await?.milestone.contract_id;
    let fund_next = matches!(&form.input, Ok(input) if input.fund_next);
    let result = match form.input {
        Ok(input) => once(approve::approve(&cx, id, &input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    let room = cx.href(&format!("/contracts/{contract}"));
    match result {
        Ok(payment) if fund_next => {
            let funding = super::next::advance(&cx, payment).await?;
            Ok(extract::see_other(&match funding {
                Some(next) => match (next.state.as_str(), next.next_action_url) {
                    ("requires_action", Some(url)) => url,
                    ("failed", _) => cx.href(&format!(
                        "/milestones/{}/funding?payment={}",
                        next.milestone_id, next.payment_id
                    )),
                    _ => room,
                },
                None => room,
            }))
        }
        Ok(_) => Ok(extract::see_other(&room)),
        Err(error)
            if matches!(error, Error::Invalid(_))
                || matches!(
                    error.status_and_code().1,
                    "checklist_open" | "no_payment_method" | "nothing_to_fund"
                ) =>
        {
            let (status, messages) = frame::refusal(&cx, error)?;
            approve_with(&cx, id, status, &form.typed, &messages).await
        }
        Err(error) => contract::answer::refused(&cx, contract, error).await,
    }
}

/// The form on which the client asks for changes.
///
/// # Errors
/// 404 for strangers, 403 for the freelancer, 409 when nothing waits for a verdict.
pub async fn changes_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    changes_with(&cx, id, StatusCode::OK, "", &vec![]).await
}

async fn changes_with(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    typed: &str,
    messages: &frame::Messages,
) -> Result<Response> {
    let (delivery, contract) = to_judge(cx, id, "delivery.request_changes").await?;
    // Every version but this one was sent back.
    let used = i64::from(delivery.number - 1);
    let left = (i64::from(contract.revisions) - used).max(0);
    let room = cx.href(&format!("/contracts/{}", contract.id));
    let form = parts::Form::post(
        cx.href(&format!("/deliveries/{id}/changes")),
        html! {
            (Field::textarea("changes", cx.t("work-changes-field"), 8).value(typed).max_len(5000).required()
                .hint(cx.t("work-changes-hint")).error(frame::message_of(messages, "changes")))
            div.actions {
                (Button::primary(cx.t("work-changes-act")).icon(Icon::RotateCcw).disabled(left == 0))
                (Button::quiet(cx.t("ui-back")).href(room))
            }
        },
    )
    .key(cx.form_key())
    .draft(cx.locale, format!("changes-{id}"));
    let body = FormPage {
        title: cx.tr(
            "work-changes-title",
            &[("milestone", delivery.milestone.title.as_str().into())],
        ),
        lead: Some(cx.tr("work-changes-lead", &[("n", left.into())])),
        errors: Some(html! {
            (parts::error_summary(cx.locale, messages))
            @if left == 0 { (Banner::waiting(cx.t("work-changes-used-up")).text(cx.t("work-changes-used-up-text"))
                .action(cx.t("amend-more-rounds"), cx.href(&format!("/contracts/{}/amendments/new", contract.id)))) }
        }),
        form: html! { (form) },
        ..FormPage::default()
    };
    let trail = contract::page::trail(cx, contract.id, &contract.title);
    frame::page_under_with(
        cx,
        status,
        cx.t("work-act-changes"),
        trail,
        html! { (body) },
    )
    .await
}

/// Takes the request for changes.
///
/// # Errors
/// As [`changes::request`], shown on the form.
pub async fn changes_form(
    cx: Cx,
    Id(id): Id<Uuid>,
    form: Form<changes::Changes>,
) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(changes::request(&cx, id, input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => {
            let contract = show::show(&cx, id).await?.milestone.contract_id;
            Ok(extract::see_other(
                &cx.href(&format!("/contracts/{contract}")),
            ))
        }
        Err(error) => {
            let (status, messages) = frame::refusal(&cx, error)?;
            changes_with(&cx, id, status, form.typed.get("changes"), &messages).await
        }
    }
}
