//! The room of a proposal, and the pages on which author and client decide about it.

use super::{
    decide,
    inbox_page::{badge, shortlist_button},
    input::{Decline, NewNote},
    state::{State, Step},
    view::{self, Shown},
};
use crate::{
    activity, forms,
    project::{files_page, room_page::day_told},
    quote,
};
use axum::response::{IntoResponse, Response};
use base::Instant;
use http::StatusCode;
use kernel::{
    Cx, Error, Form, Id, Result,
    extract::{self, Typed},
    input::Nothing,
    once,
    page::{self, Messages, message_of},
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        Button, Column, Decision, Field, Form as Drawn, Standing, Table, Workroom, error_summary,
        markdown, money, money_lines, person, person_with, time,
    },
};
use uuid::Uuid;

/// Shows a proposal to its author or its project's client.
pub(super) async fn show(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    room(&cx, StatusCode::OK, id, None, &vec![]).await
}

pub(super) async fn room(
    cx: &Cx,
    status: StatusCode,
    id: Uuid,
    typed: Option<&Typed>,
    messages: &Messages,
) -> Result<Response> {
    let mut tx = cx.read().await?;
    let now = tx.now();
    let proposal = view::seen(&mut tx, id).await?;
    let quote = quote::current(
        &mut tx,
        proposal.project_id,
        proposal.freelancer_id,
        &proposal.amounts(),
        proposal.bid.currency,
    )
    .await?;
    let story = activity::of(&mut tx, &[id], 30).await;
    let story = tx.part("proposal.story", story).await?;
    tx.finish().await?;
    let client = proposal.is_client();
    let lines = if client {
        quote.client_lines(cx)
    } else {
        quote.freelancer_lines(cx)
    };
    let title = if client {
        cx.tr(
            "market-proposal-by",
            &[("person", (&proposal.freelancer_name).into())],
        )
    } else {
        proposal.project_title.clone()
    };
    let project = cx.href(&format!("/projects/{}", proposal.project_id));
    let body = html! { (Workroom {
        title: title.clone(),
        badge: Some(badge(cx, proposal.state)),
        meta: Some(html! {
            @if proposal.leads_to_project() { a href=(project) { bdi { (proposal.project_title) } } } @else { bdi { (proposal.project_title) } } " · " (cx.t("market-sent")) " " (time(cx.locale, now, proposal.submitted_at))
        }),
        actions: actions(cx, &proposal),
        main: html! {
            section.panel {
                h2 { (cx.t("market-cover-letter")) }
                div dir="auto" { (markdown(&proposal.cover_letter)) }
            }
            section.panel {
                h2 { (cx.t("market-plan")) }
                (plan(cx, &proposal))
            }
            (answers(cx, &proposal))
            (files_page::panel(cx, &cx.href(&format!("/proposals/{id}/files")), &proposal.files, may_edit(cx, &proposal), messages))
            @if let Some(reason) = &proposal.decline_reason {
                section.panel { h2 { (cx.t("market-decline-reason")) } p { bdi { (reason) } } }
            }
            (story.draw(cx, "story", |story| activity::timeline(cx, now, story)))
        },
        aside: Some(html! {
            (standing(cx, now, &proposal))
            section.panel { h2 { (cx.t("market-money")) } (money_lines(cx.locale, &lines)) }
            @if client {
                (author(cx, &proposal))
                (note_panel(cx, &proposal, typed, messages))
            }
        }),
        ..Default::default()
    }) };
    let mut trail = trail(cx, &proposal);
    trail.pop();
    page::page_under_with(cx, status, title, trail, body).await
}

/// The way back from a page about one proposal, the proposal itself last: for a client from the project,
/// for its author from the own proposals.
pub(crate) fn trail(cx: &Cx, proposal: &view::Shown) -> Vec<(String, String)> {
    let own = cx.href(&format!("/proposals/{}", proposal.id));
    if !proposal.is_client() {
        return vec![
            (cx.t("market-my-proposals"), cx.href("/proposals")),
            (proposal.project_title.clone(), own),
        ];
    }
    let project = cx.href(&format!("/projects/{}", proposal.project_id));
    vec![
        (cx.t("market-my-projects"), cx.href("/projects/mine")),
        (proposal.project_title.clone(), project.clone()),
        (cx.t("market-proposals"), format!("{project}/proposals")),
        (proposal.freelancer_name.clone(), own),
    ]
}

fn answers(cx: &Cx, proposal: &Shown) -> Markup {
    html! {
        @if !proposal.answers.is_empty() {
            section.panel {
                h2 { (cx.t("market-answers")) }
                @for answer in &proposal.answers {
                    h3 { bdi { (answer.question) } }
                    div dir="auto" { (markdown(&answer.answer)) }
                }
            }
        }
    }
}

/// When the freelancer is free for the work, as they say in the proposal.
pub(crate) fn availability(cx: &Cx, proposal: &Shown) -> Option<String> {
    let from = proposal.available_from.as_deref().map(|day| {
        let day = day_told(cx, day);
        cx.tr("market-available-told", &[("day", day.into())])
    });
    let hours = proposal
        .weekly_hours
        .map(|n| cx.tr("market-hours-told", &[("n", n.into())]));
    let told: Vec<String> = from.into_iter().chain(hours).collect();
    (!told.is_empty()).then(|| told.join(" · "))
}

fn author(cx: &Cx, proposal: &Shown) -> Markup {
    let line = (!proposal.freelancer_title.is_empty())
        .then(|| html! { bdi { (proposal.freelancer_title) } });
    html! {
        section.panel {
            h2 { (cx.t("market-freelancer")) }
            (person_with(&proposal.freelancer_name, Some(&cx.href(&format!("/freelancers/{}", proposal.freelancer_id))), None, line))
            @if !proposal.freelancer_skills.is_empty() {
                div.row { @for skill in &proposal.freelancer_skills { (ui::parts::chip(skill.clone())) } }
            }
        }
    }
}

/// The client's private note; opening the page also lets the author know, once.
fn note_panel(cx: &Cx, proposal: &Shown, typed: Option<&Typed>, messages: &Messages) -> Markup {
    let room = cx.href(&format!("/proposals/{}", proposal.id));
    let written = typed.map_or(proposal.client_note.as_str(), |t| t.get("note"));
    let form = html! {
        (Field::textarea("note", cx.t("market-note"), 3).value(written).max_len(2000).hint(cx.t("market-note-hint"))
            .error(message_of(messages, "note")))
        (Button::quiet(cx.t("market-note-keep")))
    };
    html! {
        @if cx.can("proposal.note", &proposal.relations) {
            section.panel {
                (error_summary(cx.locale, messages))
                (Drawn::post(format!("{room}/note"), form).key(cx.form_key()))
            }
        }
        @if proposal.viewed_at.is_none() && cx.can("proposal.receipt", &proposal.relations) {
            div hx-post=(format!("{room}/receipt")) hx-trigger="load" hx-swap="none" {}
        }
    }
}

/// Keeps the note.
pub(super) async fn note(cx: Cx, Id(id): Id<Uuid>, form: Form<NewNote>) -> Result<Response> {
    match forms::run(form.input, |input: NewNote| {
        decide::note(&cx, id, input.note)
    })
    .await
    {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/proposals/{id}")))),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            room(&cx, status, id, Some(&form.typed), &messages).await
        }
    }
}

/// Lets the author know that the client opened the page.
pub(super) async fn receive(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    form.input.map_err(Error::Invalid)?;
    once(decide::receive(&cx, id).await)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The plan as a table.
pub(crate) fn plan(cx: &Cx, proposal: &Shown) -> Markup {
    let columns = vec![
        Column::text(cx.t("market-part-title")),
        Column::number(cx.t("market-due-days")),
        Column::number(cx.t("market-amount")),
    ];
    let rows = proposal.parts.iter().map(|part| {
        vec![
            html! { bdi { (part.title) } },
            html! { (cx.tr("market-days", &[("n", part.due_days.into())])) },
            money(cx.locale, part.amount),
        ]
    });
    let total = vec![
        html! { (cx.t("market-total")) },
        html! {},
        money(cx.locale, proposal.bid),
    ];
    html! { (Table::new(cx.t("market-plan"), columns).rows(rows).foot(total)) }
}

fn may_edit(cx: &Cx, proposal: &Shown) -> bool {
    cx.can("proposal.update", &proposal.relations) && proposal.state.after(Step::Edit).is_some()
}

fn actions(cx: &Cx, proposal: &Shown) -> Option<Markup> {
    let room = cx.href(&format!("/proposals/{}", proposal.id));
    let may = |permission: &str, step: Step| {
        cx.can(permission, &proposal.relations) && proposal.state.after(step).is_some()
    };
    let (edit, withdraw, decline) = (
        may("proposal.update", Step::Edit),
        may("proposal.withdraw", Step::Withdraw),
        may("proposal.decline", Step::Decline),
    );
    (edit || withdraw || decline).then(|| {
        html! {
            @if edit { (Button::quiet(cx.t("market-edit")).icon(Icon::Pencil).href(format!("{room}/edit"))) }
            @if withdraw { (Button::quiet(cx.t("market-withdraw")).icon(Icon::Undo2).href(format!("{room}/withdrawal"))) }
            @if decline { (Button::quiet(cx.t("market-decline")).icon(Icon::CircleX).href(format!("{room}/declination"))) }
        }
    })
}

fn standing(cx: &Cx, now: Instant, proposal: &Shown) -> Markup {
    let client = proposal.is_client();
    let side = if client { "client" } else { "freelancer" };
    let open_again = proposal.state == State::Closed && proposal.project_state == "open";
    let words = if open_again {
        cx.t("market-proposal-closed-open-again")
    } else if client {
        cx.t(&format!("market-proposal-client-{}", proposal.state.name()))
    } else {
        cx.t(&format!("market-proposal-stands-{}", proposal.state.name()))
    };
    let mut card = Standing::new(cx.locale, badge(cx, proposal.state), words);
    let other = if client {
        &proposal.freelancer_name
    } else {
        &proposal.client_name
    };
    let you = html! { (cx.t("market-you")) };
    let next = match (side, proposal.state) {
        ("client", State::Submitted | State::Shortlisted) | ("freelancer", State::Offered) => {
            Some(you)
        }
        ("client", State::Offered) | ("freelancer", State::Submitted | State::Shortlisted) => {
            Some(person(other, None))
        }
        _ => None,
    };
    if let Some(next) = next {
        card = card.who(next);
    }
    let contract = proposal
        .contract_id
        .map(|c| cx.href(&format!("/contracts/{c}")));
    match (side, proposal.state, contract) {
        ("client", State::Submitted | State::Shortlisted, _)
            if cx.can("offer.send", &proposal.relations) =>
        {
            let offer = cx.href(&format!("/proposals/{}/offer", proposal.id));
            card = card
                .act(html! { (Button::primary(cx.t("market-make-offer")).icon(Icon::Handshake).href(offer)) })
                .more(shortlist_button(cx, proposal));
        }
        ("freelancer", State::Offered, Some(href)) => {
            card = card.act(html! { (Button::primary(cx.t("market-answer-offer")).icon(Icon::Handshake).href(href)) });
        }
        (_, State::Offered | State::Hired, Some(href)) => {
            let label = if proposal.state == State::Offered {
                "market-open-offer"
            } else {
                "market-open-contract"
            };
            card =
                card.act(html! { (Button::primary(cx.t(label)).icon(Icon::Handshake).href(href)) });
        }
        ("freelancer", State::Withdrawn | State::Closed, _)
            if proposal.project_state == "open" && proposal.leads_to_project() =>
        {
            let href = cx.href(&format!("/projects/{}/proposals/new", proposal.project_id));
            card = card.act(html! { (Button::primary(cx.t("market-propose-again")).icon(Icon::Send).href(href)) });
        }
        ("freelancer", State::Declined | State::Closed, _) => {
            card = card.act(html! { (Button::quiet(cx.t("market-find-projects")).icon(Icon::Search).href(cx.href("/projects"))) });
        }
        _ => {}
    }
    if let Some(words) = availability(cx, proposal) {
        card = card.fact(cx.t("market-availability"), html! { (words) });
    }
    if let Some(at) = proposal.viewed_at.filter(|_| !client) {
        card = card.fact(cx.t("market-viewed"), time(cx.locale, now, at));
    }
    html! { (card) }
}

async fn seen(cx: &Cx, id: Uuid, permission: &str) -> Result<Shown> {
    let mut tx = cx.read().await?;
    let proposal = view::seen(&mut tx, id).await?;
    tx.finish().await?;
    if cx.can(permission, &proposal.relations) {
        Ok(proposal)
    } else {
        Err(Error::Forbidden("forbidden"))
    }
}

/// Asks whether to take the proposal back.
pub(super) async fn withdrawal(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    withdrawal_page(&cx, StatusCode::OK, id, &vec![]).await
}

async fn withdrawal_page(
    cx: &Cx,
    status: StatusCode,
    id: Uuid,
    messages: &Messages,
) -> Result<Response> {
    let proposal = seen(cx, id, "proposal.withdraw").await?;
    let room = cx.href(&format!("/proposals/{id}"));
    let title = cx.t("market-withdraw-title");
    let act = Drawn::post(
        format!("{room}/withdrawal"),
        html! { (Button::danger(cx.t("market-withdraw")).icon(Icon::Undo2)) },
    );
    let body = html! {
        (error_summary(cx.locale, messages))
        p { strong { bdi { (proposal.project_title) } } " · " (money(cx.locale, proposal.bid)) }
        p { (cx.tr("market-withdraw-text", &[("person", (&proposal.client_name).into())])) }
    };
    let decision = Decision::new(
        cx.locale,
        title.clone(),
        html! { (act.key(cx.form_key())) },
        room,
    )
    .body(body);
    let trail = trail(cx, &proposal);
    page::page_under_with(cx, status, title, trail, html! { (decision) }).await
}

/// Takes the proposal back.
pub(super) async fn withdraw(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    match forms::run(form.input, |_| decide::withdraw(&cx, id)).await {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/proposals/{id}")))),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            withdrawal_page(&cx, status, id, &messages).await
        }
    }
}

/// Considers the proposal.
pub(super) async fn shortlist(cx: Cx, Id(id): Id<Uuid>, _: Form<Nothing>) -> Result<Response> {
    forms::lead(&cx, "/proposals", decide::shortlist(&cx, id)).await
}

/// No longer considers it.
pub(super) async fn unshortlist(cx: Cx, Id(id): Id<Uuid>, _: Form<Nothing>) -> Result<Response> {
    forms::lead(&cx, "/proposals", decide::unshortlist(&cx, id)).await
}

/// Asks for a reason to turn the proposal down.
pub(super) async fn declination(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    declination_page(&cx, StatusCode::OK, id, &Typed::default(), &vec![]).await
}

async fn declination_page(
    cx: &Cx,
    status: StatusCode,
    id: Uuid,
    typed: &Typed,
    messages: &Messages,
) -> Result<Response> {
    let proposal = seen(cx, id, "proposal.decline").await?;
    let room = cx.href(&format!("/proposals/{id}"));
    let title = cx.t("market-decline-title");
    let form = html! {
        (Field::textarea("reason", cx.t("market-decline-reason"), 4).value(typed.get("reason")).max_len(1000).optional(cx.locale)
            .hint(cx.t("market-decline-reason-hint")).error(message_of(messages, "reason")))
        (Button::danger(cx.t("market-decline")).icon(Icon::CircleX))
    };
    let act = Drawn::post(format!("{room}/declination"), form);
    let body = html! {
        (error_summary(cx.locale, messages))
        p { (person(&proposal.freelancer_name, None)) " · " (money(cx.locale, proposal.bid)) }
        p { (cx.tr("market-decline-text", &[("person", (&proposal.freelancer_name).into())])) }
    };
    let decision = Decision::new(
        cx.locale,
        title.clone(),
        html! { (act.key(cx.form_key())) },
        room,
    )
    .body(body)
    .cannot_undo(cx.t("market-decline-final"));
    let trail = trail(cx, &proposal);
    page::page_under_with(cx, status, title, trail, html! { (decision) }).await
}

/// Turns the proposal down.
pub(super) async fn decline(cx: Cx, Id(id): Id<Uuid>, form: Form<Decline>) -> Result<Response> {
    match forms::run(form.input, |input: Decline| {
        decide::decline(&cx, id, input.reason)
    })
    .await
    {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/proposals/{id}")))),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            declination_page(&cx, status, id, &form.typed, &messages).await
        }
    }
}
