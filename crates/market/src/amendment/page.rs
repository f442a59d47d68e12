//! An amendment's page: both versions side by side and the answer; and the list of all versions.

pub mod form;

use super::{AmendmentView, answer, show, terms::Terms};
use crate::contract::{self, ContractView, answer::Refusal};
use axum::response::Response;
use http::StatusCode;
use kernel::{Cx, Error, Form, Id, Query, Result, extract, input::Nothing, once, page as frame};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{self, Banner, Button, Column, Field, ListPage, Table, Tone, Workroom},
};
use uuid::Uuid;

fn badge(cx: &Cx, state: &str) -> Markup {
    let (tone, icon) = match state {
        "accepted" => (Tone::Good, Icon::CircleCheck),
        "proposed" => (Tone::Waiting, Icon::Hourglass),
        _ => (Tone::Neutral, Icon::Ban),
    };
    parts::state_badge(tone, icon, cx.t(&format!("amend-state-{state}")))
}

fn sum(cx: &Cx, sum: &base::money::View) -> Markup {
    match crate::policy::money(sum.amount_minor, &sum.currency) {
        Ok(money) => parts::money(cx.locale, money),
        Err(_) => html! {},
    }
}

/// Both versions side by side: a row for what a contract's terms consist of.
fn compared(cx: &Cx, before: &Terms, after: &Terms) -> Markup {
    let mut rows: Vec<(String, Vec<Markup>)> = vec![
        (
            cx.t("work-column-total"),
            vec![sum(cx, &before.total), sum(cx, &after.total)],
        ),
        (
            cx.t("work-revisions"),
            vec![
                html! { (i64::from(before.revisions)) },
                html! { (i64::from(after.revisions)) },
            ],
        ),
    ];
    let cell = |terms: &Terms, id: Option<Uuid>, at: usize| {
        let found = match id {
            Some(_) => terms.milestones.iter().find(|m| m.milestone_id == id),
            None => terms.milestones.get(at),
        };
        found.map_or(html! { (cx.t("amend-none")) }, |m| {
            html! {
                bdi { (m.title) } " · " (sum(cx, &m.amount)) " · "
                (cx.tr("market-days", &[("n", i64::from(m.due_days).into())]))
                @if !m.checklist.is_empty() { ul.plain { @for item in &m.checklist { li { bdi { (item) } } } } }
            }
        })
    };
    let ids = before.milestones.iter().map(|m| m.milestone_id);
    for (at, id) in ids.enumerate() {
        let label = cx.tr(
            "amend-milestone-n",
            &[("n", i64::try_from(at + 1).unwrap_or(0).into())],
        );
        rows.push((
            label,
            vec![cell(before, id, usize::MAX), cell(after, id, usize::MAX)],
        ));
    }
    let added = after
        .milestones
        .iter()
        .enumerate()
        .filter(|(_, m)| m.milestone_id.is_none());
    for (at, _) in added {
        rows.push((
            cx.t("amend-milestone-new"),
            vec![html! { (cx.t("amend-none")) }, cell(after, None, at)],
        ));
    }
    if before.description != after.description {
        let text = |t: &str| html! { div.prose dir="auto" { (parts::markdown(t)) } };
        rows.push((
            cx.t("work-terms"),
            vec![text(&before.description), text(&after.description)],
        ));
    }
    let heads = [
        html! { (cx.t("amend-before")) },
        html! { (cx.t("amend-after")) },
    ];
    parts::comparison(cx.locale, &cx.t("amend-compared"), &heads, &rows)
}

/// One amendment with both versions, and the acts that are open to the reader.
///
/// # Errors
/// 404 for everyone but the parties.
pub async fn one(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    one_with(&cx, id, StatusCode::OK, &vec![]).await
}

async fn one_with(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    messages: &frame::Messages,
) -> Result<Response> {
    let (view, contract) = show::with_contract(cx, id).await?;
    let tx = cx.read().await?;
    let now = tx.now();
    tx.finish().await?;
    let who = if view.proposed_by == contract.client.id {
        contract.client.display_name.clone()
    } else {
        contract.freelancer.display_name.clone()
    };
    let title = title(cx, &view);
    let room = cx.href(&format!("/contracts/{}", contract.id));
    let body = Workroom {
        title: title.clone(),
        badge: Some(badge(cx, &view.state)),
        meta: Some(html! {
            (cx.tr("amend-proposed-by", &[("person", who.as_str().into())])) " · " (parts::time(cx.locale, now, view.proposed_at))
            " · " a href=(room) { bdi { (contract.title) } }
        }),
        main: html! {
            (parts::error_summary(cx.locale, messages))
            @if view.state == "proposed" && Some(view.proposed_by) == cx.me() {
                (Banner::waiting(cx.tr("amend-waits-other", &[("person", contract.other(cx.me()).display_name.as_str().into())])))
            }
            @if !view.note.is_empty() { section.panel { h2 { (cx.t("amend-note")) } div.prose dir="auto" { (parts::markdown(&view.note)) } } }
            (compared(cx, &view.before, &view.after))
            @if let Some(note) = &view.answer_note { section.panel { h2 { (cx.t("amend-answer-note")) } p dir="auto" { (note) } } }
        },
        aside: Some(html! {
            section.panel {
                @if view.state == "proposed" {
                    p.meta { (cx.t("amend-lapses")) " " (parts::deadline(cx.locale, now, view.lapses_at)) }
                    (acts(cx, &view, &contract))
                } @else if let Some(at) = view.answered_at {
                    p.meta { (cx.t(&format!("amend-state-{}", view.state))) " " (parts::time(cx.locale, now, at)) }
                }
                p { a href=(cx.href(&format!("/contracts/{}/amendments", contract.id))) { (cx.t("amend-all")) } }
                p { a href=(cx.href(&format!("/contracts/{}", contract.id))) { (cx.t("work-back-to-contract")) } }
            }
        }),
        ..Workroom::default()
    };
    let trail = crate::contract::page::trail(cx, contract.id, &contract.title);
    frame::page_under_with(cx, status, title, trail, html! { (body) }).await
}

fn title(cx: &Cx, view: &AmendmentView) -> String {
    let key = if view.kind == "counter" {
        "amend-title-counter"
    } else {
        "amend-title"
    };
    cx.tr(key, &[("n", i64::from(view.number).into())])
}

fn acts(cx: &Cx, view: &AmendmentView, contract: &ContractView) -> Markup {
    let here = cx.href(&format!("/amendments/{}", view.id));
    if Some(view.proposed_by) == cx.me() {
        return parts::form_button(
            &format!("{here}/withdrawal"),
            Some(&cx.form_key()),
            &Button::quiet(cx.t("amend-withdraw-act")).icon(Icon::Undo2),
            &[],
        );
    }
    let total = crate::policy::money(view.after.total.amount_minor, &view.after.total.currency)
        .map(|m| ui::text::money(cx.locale, m))
        .unwrap_or_default();
    let decline = parts::Form::post(
        format!("{here}/refusal"),
        html! {
            (Field::text("reason", cx.t("amend-decline-reason")).max_len(500).optional(cx.locale))
            (Button::quiet(cx.t("amend-decline-act")))
        },
    )
    .key(cx.form_key());
    html! {
        div.stack {
            (parts::form_button(&format!("{here}/acceptance"), Some(&cx.form_key()),
                &Button::primary(cx.tr("amend-accept-act", &[("amount", total.as_str().into())])).icon(Icon::Check), &[]))
            (decline)
            @if view.kind == "counter" {
                p { a href=(cx.href(&format!("/contracts/{}/retraction", contract.id))) { (cx.t("amend-new-offer")) } }
            }
        }
    }
}

/// All versions of a contract's terms, newest first.
///
/// # Errors
/// 404 for everyone but the parties.
pub async fn list(
    cx: Cx,
    Id(contract_id): Id<Uuid>,
    Query(query): Query<show::ListQuery>,
) -> Result<Response> {
    let (page, contract, now) = show::list_with_contract(&cx, contract_id, &query).await?;
    let rows = page.rows.iter().map(|a| {
        vec![
            html! { a href=(cx.href(&format!("/amendments/{}", a.id))) { (title(&cx, a)) } },
            badge(&cx, &a.state),
            html! { (sum(&cx, &a.before.total)) " → " (sum(&cx, &a.after.total)) },
            parts::time(cx.locale, now, a.proposed_at),
        ]
    });
    let table = Table::new(
        cx.t("amend-all"),
        vec![
            Column::text(cx.t("amend-column-change")),
            Column::text(cx.t("work-column-state")),
            Column::text(cx.t("work-column-total")),
            Column::text(cx.t("amend-column-when")),
        ],
    )
    .rows(rows.collect::<Vec<_>>());
    let way = |cursor: &Option<String>| {
        cursor
            .as_ref()
            .map(|c| cx.href(&format!("/contracts/{contract_id}/amendments?cursor={c}")))
    };
    let (prev, next) = (way(&page.prev), way(&page.next));
    let may = contract::State::read(&contract.state)?.takes_amendments();
    let back = html! { (Button::quiet(cx.t("work-back-to-contract")).href(cx.href(&format!("/contracts/{contract_id}")))) };
    let body = ListPage {
        title: cx.t("amend-all"),
        lead: Some(contract.title.clone()),
        actions: may.then(|| html! { (Button::primary(cx.t("amend-new")).icon(Icon::Pencil).href(cx.href(&format!("/contracts/{contract_id}/amendments/new")))) }),
        body: html! {
            @if page.rows.is_empty() { (parts::empty_state(Icon::Pencil, cx.t("amend-none-yet"), cx.t("amend-none-yet-text"), back)) }
            @else { (table) }
        },
        pager: Some(parts::pager(cx.locale, prev.as_deref(), next.as_deref(), None)),
        ..ListPage::default()
    };
    let trail = crate::contract::page::trail(&cx, contract.id, &contract.title);
    frame::page_under(&cx, cx.t("amend-all"), trail, html! { (body) }).await
}

/// Takes the agreement.
///
/// # Errors
/// As [`answer::accept`]; a refusal is told on the amendment's page.
pub async fn accept(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    let result = match form.input {
        Ok(Nothing) => once(answer::accept(&cx, id).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => {
            let contract = show::show(&cx, id).await?.contract_id;
            Ok(extract::see_other(
                &cx.href(&format!("/contracts/{contract}")),
            ))
        }
        Err(error) => refused(&cx, id, error).await,
    }
}

async fn refused(cx: &Cx, id: Uuid, error: Error) -> Result<Response> {
    let (status, messages) = frame::refusal(cx, error)?;
    one_with(cx, id, status, &messages).await
}

/// Takes the refusal.
///
/// # Errors
/// As [`answer::decline`].
pub async fn decline(cx: Cx, Id(id): Id<Uuid>, form: Form<Refusal>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(answer::decline(&cx, id, input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href(&format!("/amendments/{id}")))),
        Err(error) => refused(&cx, id, error).await,
    }
}

/// Takes the proposal back.
///
/// # Errors
/// As [`answer::withdraw`].
pub async fn withdraw(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    let result = match form.input {
        Ok(Nothing) => once(answer::withdraw(&cx, id).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href(&format!("/amendments/{id}")))),
        Err(error) => refused(&cx, id, error).await,
    }
}
