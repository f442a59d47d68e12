//! The forms by which a proposal is written, looked at with its fees, sent, and changed.

use super::{input::NewProposal, state::Step, submit, view};
use crate::{
    draft, forms,
    project::{self, input::Question},
    quote,
};
use axum::response::Response;
use http::StatusCode;
use kernel::{
    Cx, Edit, Error, Form, Id, Result,
    extract::{self, Typed},
    page::{self, Messages, message_of},
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        Button, Decision, Field, Form as Drawn, FormPage, error_summary, hidden, markdown, money,
    },
};
use uuid::Uuid;

const ROWS_LEAST: usize = 3;
const ROWS_MOST: usize = 20;

/// The form, filled with what was written of it before and not sent.
pub(super) async fn new(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let kept = draft::kept(&cx, draft::PROPOSAL, id).await?;
    let typed = kept.clone().unwrap_or_default();
    new_page(&cx, StatusCode::OK, id, &typed, &vec![], kept.is_some()).await
}

async fn open_project(cx: &Cx, id: Uuid) -> Result<project::view::Shown> {
    let mut tx = cx.read().await?;
    let project = project::view::seen(&mut tx, id).await?;
    tx.finish().await?;
    if project.is_mine {
        return Err(Error::Forbidden("own_project"));
    }
    Ok(project)
}

async fn new_page(
    cx: &Cx,
    status: StatusCode,
    id: Uuid,
    typed: &Typed,
    messages: &Messages,
    kept: bool,
) -> Result<Response> {
    let project = open_project(cx, id).await?;
    project
        .state
        .after(project::state::Step::Bid)
        .ok_or(Error::conflict("project_not_open"))?;
    if let Some((own, state)) = &project.my_proposal
        && matches!(
            state.as_str(),
            "submitted" | "shortlisted" | "offered" | "hired"
        )
    {
        return Ok(extract::see_other(&cx.href(&format!("/proposals/{own}"))));
    }
    let title = cx.t("market-propose");
    let room = cx.href(&format!("/projects/{id}"));
    let body = html! {
        (fields(cx, typed, messages, project.budget_min.currency.code(), &project.wishes.questions))
        div.actions {
            (Button::primary(cx.t("market-check-sums")).icon(Icon::ArrowRight))
            (Button::quiet(cx.t("market-back")).href(room.clone()))
        }
    };
    let form = Drawn::post(format!("{room}/proposals/review"), body)
        .draft(cx.locale, format!("proposal-{id}"))
        .autosave(cx.href(&format!("/drafts/proposal/{id}")));
    let form = html! {
        @if kept { (draft::banner(cx, &format!("/drafts/proposal/{id}/discard"))) }
        (form)
    };
    let lead = cx.tr(
        "market-propose-lead",
        &[("project", (&project.title).into())],
    );
    let page = FormPage {
        title: title.clone(),
        lead: Some(lead),
        errors: Some(error_summary(cx.locale, messages)),
        form: html! { (form) },
        ..Default::default()
    };
    let body = html! { div.beside { (brief(cx, &project)) (page) } };
    let trail = project::room_page::trail(cx, &project);
    page::page_under_with(cx, status, title, trail, body).await
}

/// What the client wrote, to look at while writing: beside the form, on a phone folded above it.
fn brief(cx: &Cx, project: &project::view::Shown) -> Markup {
    html! {
        aside {
            details.brief {
                summary { (Icon::FileText) " " (cx.t("market-brief")) }
                section.panel {
                    h2 { bdi { (project.title) } }
                    p { (cx.t("market-budget")) ": " (project::list_page::budget(cx, project)) }
                    div dir="auto" { (markdown(&project.description)) }
                }
            }
        }
    }
}

/// Shows what was written with its fees; nothing is saved yet.
pub(super) async fn review(cx: Cx, Id(id): Id<Uuid>, form: Form<NewProposal>) -> Result<Response> {
    let input = match form.input {
        Ok(input) => input,
        Err(faults) => {
            let (status, messages) = page::refusal(&cx, Error::Invalid(faults))?;
            return new_page(&cx, status, id, &form.typed, &messages, false).await;
        }
    };
    let project = open_project(&cx, id).await?;
    if input.bid.currency != project.budget_min.currency {
        let (status, messages) = page::refusal(&cx, Error::invalid("/bid", "currency_mismatch"))?;
        return new_page(&cx, status, id, &form.typed, &messages, false).await;
    }
    if let Err(error) = super::answer::answered(&project.wishes.questions, &input.answers) {
        let (status, messages) = page::refusal(&cx, error)?;
        return new_page(&cx, status, id, &form.typed, &messages, false).await;
    }
    let amounts: Vec<_> = input.milestones.iter().map(|p| p.amount).collect();
    let mut tx = cx.read().await?;
    let quote = quote::current(&mut tx, id, cx.member()?.id, &amounts, input.bid.currency).await?;
    tx.finish().await?;
    let room = cx.href(&format!("/projects/{id}"));
    let title = cx.t("market-review-proposal");
    let act = Drawn::post(
        format!("{room}/proposals"),
        html! {
            @for (name, value) in &form.typed.0 { (hidden(name, value)) }
            (Button::primary(cx.tr("market-send-proposal-sum", &[("amount", ui::text::money(cx.locale, input.bid).into())])).icon(Icon::Send))
        },
    );
    let body = html! {
        p { strong { bdi { (project.title) } } }
        p { (cx.tr("market-review-proposal-text", &[("person", (&project.owner_name).into())])) }
        ol {
            @for part in &input.milestones {
                li { bdi { (part.title) } " · " (money(cx.locale, part.amount)) " · " (cx.tr("market-days", &[("n", part.due_days.into())])) }
            }
        }
        div dir="auto" { (markdown(&input.cover_letter)) }
        p.hint { (cx.tr("market-client-pays", &[("amount", ui::text::money(cx.locale, quote.client_total).into())])) }
    };
    let decision = Decision::new(
        cx.locale,
        title.clone(),
        html! { (act.key(cx.form_key())) },
        format!("{room}/proposals/new"),
    )
    .body(body)
    .lines(quote.freelancer_lines(&cx))
    .back_label(cx.t("market-change-it"));
    let trail = project::room_page::trail(&cx, &project);
    page::page_under(&cx, title, trail, html! { (decision) }).await
}

/// Sends it.
pub(super) async fn submit(cx: Cx, Id(id): Id<Uuid>, form: Form<NewProposal>) -> Result<Response> {
    match forms::run(form.input, |input| submit::submit(&cx, id, input)).await {
        Ok(proposal) => {
            draft::sent(&cx, draft::PROPOSAL, id).await?;
            Ok(extract::see_other(
                &cx.href(&format!("/proposals/{proposal}")),
            ))
        }
        Err(error) if error.status_and_code().0 == StatusCode::UNPROCESSABLE_ENTITY => {
            let (status, messages) = page::refusal(&cx, error)?;
            new_page(&cx, status, id, &form.typed, &messages, false).await
        }
        Err(error) => Err(error),
    }
}

/// The form filled with a proposal.
pub(super) async fn edit(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let mut tx = cx.read().await?;
    let proposal = view::seen(&mut tx, id).await?;
    tx.finish().await?;
    if !cx.can("proposal.update", &proposal.relations) {
        return Err(Error::Forbidden("forbidden"));
    }
    proposal
        .state
        .after(Step::Edit)
        .ok_or(Error::conflict(Step::Edit.refusal()))?;
    edit_page(&cx, StatusCode::OK, id, &filled(&proposal), &vec![]).await
}

/// Changes it.
pub(super) async fn update(
    cx: Cx,
    Id(id): Id<Uuid>,
    form: Form<Edit<NewProposal>>,
) -> Result<Response> {
    let command =
        |edit: Edit<NewProposal>| submit::update(&cx, id, edit.version, edit.input.into());
    match forms::run(form.input, command).await {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/proposals/{id}")))),
        Err(error) if error.is_stale() => stale(&cx, id, &form.typed).await,
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            edit_page(&cx, status, id, &form.typed, &messages).await
        }
    }
}

/// Two edits at once: both are shown, to choose from.
async fn stale(cx: &Cx, id: Uuid, mine: &Typed) -> Result<Response> {
    let mut tx = cx.read().await?;
    let now = filled(&view::seen(&mut tx, id).await?);
    tx.finish().await?;
    let label = |name: &str| {
        let Some((at, field)) = name
            .strip_prefix("milestones.")
            .and_then(|rest| rest.split_once('.'))
        else {
            return cx.t(&format!("market-{}", name.replace('_', "-")));
        };
        let n = at.parse::<i64>().unwrap_or(0) + 1;
        let key = match field {
            "title" => "market-part-title",
            "amount" => "market-amount",
            _ => "market-due-days",
        };
        format!(
            "{} · {}",
            cx.tr("market-part-n", &[("n", n.into())]),
            cx.t(key)
        )
    };
    let room = cx.href(&format!("/proposals/{id}"));
    let stale = page::Stale {
        title: cx.t("market-edit-proposal"),
        action: format!("{room}/edit"),
        back: room,
        mine,
        now: &now,
        label: &label,
        shown: &|_, value| value.to_owned(),
    };
    page::stale(cx, stale).await
}

async fn edit_page(
    cx: &Cx,
    status: StatusCode,
    id: Uuid,
    typed: &Typed,
    messages: &Messages,
) -> Result<Response> {
    let title = cx.t("market-edit-proposal");
    let room = cx.href(&format!("/proposals/{id}"));
    let currency = cx.workspace()?.currency.code();
    let mut tx = cx.read().await?;
    let proposal = view::seen(&mut tx, id).await?;
    let questions = project::view::seen(&mut tx, proposal.project_id)
        .await?
        .wishes
        .questions;
    tx.finish().await?;
    let body = html! {
        (hidden("version", typed.get("version")))
        (fields(cx, typed, messages, currency, &questions))
        div.actions {
            (Button::primary(cx.t("market-save-changes")).icon(Icon::Save))
            (Button::quiet(cx.t("market-back")).href(room.clone()))
        }
    };
    let form = Drawn::post(format!("{room}/edit"), body)
        .key(cx.form_key())
        .draft(cx.locale, format!("proposal-{id}-{}", typed.get("version")));
    let body = html! { (FormPage {
        title: title.clone(), errors: Some(error_summary(cx.locale, messages)), form: html! { (form) }, ..Default::default()
    }) };
    let trail = super::trail(cx, &proposal);
    page::page_under_with(cx, status, title, trail, body).await
}

fn filled(proposal: &view::Shown) -> Typed {
    let mut typed = Typed::default();
    typed.set("version", proposal.version.to_string());
    typed.set("bid", ui::text::amount(proposal.bid));
    typed.set("cover_letter", &proposal.cover_letter);
    typed.set("duration_days", proposal.duration_days.to_string());
    typed.set(
        "available_from",
        proposal.available_from.clone().unwrap_or_default(),
    );
    let hours = proposal.weekly_hours.map(|h| h.to_string());
    typed.set("weekly_hours", hours.unwrap_or_default());
    for answer in &proposal.answers {
        let at = answer.position - 1;
        typed.set(&format!("answers.{at}.answer"), &answer.answer);
    }
    for (at, part) in proposal.parts.iter().enumerate() {
        typed.set(&format!("milestones.{at}.title"), &part.title);
        typed.set(
            &format!("milestones.{at}.amount"),
            ui::text::amount(part.amount),
        );
        typed.set(
            &format!("milestones.{at}.due_days"),
            part.due_days.to_string(),
        );
    }
    typed
}

fn fields(
    cx: &Cx,
    typed: &Typed,
    messages: &Messages,
    currency: &str,
    questions: &[Question],
) -> Markup {
    let error = |name: &str| message_of(messages, name);
    let used = (0..ROWS_MOST)
        .filter(|at| !typed.get(&format!("milestones.{at}.title")).is_empty())
        .count();
    let rows = (used + 2).clamp(ROWS_LEAST, ROWS_MOST);
    html! {
        (Field::money("bid", cx.t("market-bid"), currency).value(typed.get("bid")).required().hint(cx.t("market-bid-hint")).error(error("bid")))
        (Field::number("duration_days", cx.t("market-duration-days")).value(typed.get("duration_days")).min(1).max(730).required().short().error(error("duration_days")))
        fieldset.field-set {
            legend #f-milestones-label { (cx.t("market-plan")) }
            p.hint { (cx.t("market-plan-hint")) }
            @if let Some(words) = error("milestones") { p.field-error #f-milestones { (words) } }
            @for at in 0..rows { (row(cx, typed, messages, currency, at)) }
            p.parts-sum data-sum-of="bid" data-currency=(currency) hidden {
                (cx.t("market-parts-sum")) " " strong.money dir="ltr" data-sum {} " · " (cx.t("market-bid")) " " span.money dir="ltr" data-whole {}
                span.parts-fit { " " (Icon::CircleCheck) " " (cx.t("market-parts-fit")) }
            }
        }
        (Field::textarea("cover_letter", cx.t("market-cover-letter"), 10).value(typed.get("cover_letter")).max_len(5000).required()
            .hint(cx.t("market-cover-letter-hint")).error(error("cover_letter")))
        @if !questions.is_empty() {
            fieldset.field-set {
                legend #f-answers-label { (cx.t("market-answers")) }
                @if let Some(words) = error("answers") { p.field-error #f-answers { (words) } }
                @for (at, question) in questions.iter().enumerate() { (answer(cx, typed, messages, at, question)) }
            }
        }
        div.row {
            (Field::date("available_from", cx.t("market-available-from")).value(typed.get("available_from")).optional(cx.locale).error(error("available_from")))
            (Field::number("weekly_hours", cx.t("market-weekly-hours")).value(typed.get("weekly_hours")).min(1).max(80).optional(cx.locale).short().error(error("weekly_hours")))
        }
        p.hint { (cx.t("market-proposal-files-later")) }
    }
}

fn answer(cx: &Cx, typed: &Typed, messages: &Messages, at: usize, question: &Question) -> Markup {
    let name = format!("answers.{at}.answer");
    let field = Field::textarea(name.clone(), question.text.clone(), 3)
        .value(typed.get(&name))
        .max_len(2000)
        .error(message_of(messages, &name));
    let field = if question.required {
        field.required()
    } else {
        field.optional(cx.locale)
    };
    html! {
        (hidden(&format!("answers.{at}.position"), &(at + 1).to_string()))
        (field)
    }
}

fn row(cx: &Cx, typed: &Typed, messages: &Messages, currency: &str, at: usize) -> Markup {
    let name = |field: &str| format!("milestones.{at}.{field}");
    let (title, amount, due) = (name("title"), name("amount"), name("due_days"));
    let n = i64::try_from(at).unwrap_or(0) + 1;
    html! {
        div.field-row role="group" aria-label=(cx.tr("market-part-n", &[("n", n.into())])) {
            (Field::text(title.clone(), cx.t("market-part-title")).value(typed.get(&title)).max_len(120).error(message_of(messages, &title)))
            (Field::money(amount.clone(), cx.t("market-amount"), currency).value(typed.get(&amount)).error(message_of(messages, &amount)))
            (Field::number(due.clone(), cx.t("market-due-days")).value(typed.get(&due)).min(1).max(730).short().error(message_of(messages, &due)))
        }
    }
}
