//! The form on which a change of terms, or a counter-offer, is written.

use crate::{
    amendment::propose::{self, NewAmendment},
    contract::{self, ContractView, State},
};
use axum::response::Response;
use http::StatusCode;
use kernel::{
    Cx, Error, Form, Id, Result,
    extract::{self, Typed},
    once, page as frame,
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{self, Button, Field, FormPage},
};
use uuid::Uuid;

/// Rows offered for milestones that do not exist yet.
const NEW_ROWS: usize = 2;

/// Which of the two forms.
#[derive(Clone, Copy)]
enum Kind {
    Amendment,
    Counter,
}

impl Kind {
    const fn path(self) -> &'static str {
        match self {
            Self::Amendment => "amendments/new",
            Self::Counter => "counter-offer",
        }
    }
    const fn words(self) -> &'static str {
        match self {
            Self::Amendment => "amend-form",
            Self::Counter => "amend-counter",
        }
    }
    fn may(self, cx: &Cx, view: &ContractView) -> Result<()> {
        let state = State::read(&view.state)?;
        let relations = contract::store::relations(cx, view.client.id, view.freelancer.id);
        let (permission, open, refusal) = match self {
            Self::Amendment => (
                "amendment.propose",
                state.takes_amendments(),
                "contract_not_amendable",
            ),
            Self::Counter => ("offer.counter", state == State::Offered, "offer_not_open"),
        };
        if !cx.can(permission, &relations) {
            return Err(Error::Forbidden("forbidden"));
        }
        if open {
            Ok(())
        } else {
            Err(Error::conflict(refusal))
        }
    }
}

/// The form for a change.
///
/// # Errors
/// 404 for strangers; 409 when the terms cannot be changed now.
pub async fn new(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    drawn(&cx, id, Kind::Amendment, StatusCode::OK, None, &vec![]).await
}

/// The form for a counter-offer.
///
/// # Errors
/// 404 for strangers, 403 for the client; 409 when the offer is no longer open.
pub async fn counter(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    drawn(&cx, id, Kind::Counter, StatusCode::OK, None, &vec![]).await
}

/// Takes a proposed change.
///
/// # Errors
/// As [`propose::propose`], shown at the fields.
pub async fn propose(cx: Cx, Id(id): Id<Uuid>, form: Form<NewAmendment>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(propose::propose(&cx, id, &input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    done(&cx, id, Kind::Amendment, &form.typed, result).await
}

/// Takes a counter-offer.
///
/// # Errors
/// As [`propose::counter`], shown at the fields.
pub async fn counter_offer(cx: Cx, Id(id): Id<Uuid>, form: Form<NewAmendment>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(propose::counter(&cx, id, &input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    done(&cx, id, Kind::Counter, &form.typed, result).await
}

async fn done(
    cx: &Cx,
    id: Uuid,
    kind: Kind,
    typed: &Typed,
    result: Result<Uuid>,
) -> Result<Response> {
    match result {
        Ok(amendment) => Ok(extract::see_other(
            &cx.href(&format!("/amendments/{amendment}")),
        )),
        Err(error) => {
            let (status, messages) = frame::refusal(cx, error)?;
            drawn(cx, id, kind, status, Some(typed), &messages).await
        }
    }
}

fn filled(view: &ContractView) -> Typed {
    let mut typed = Typed::default();
    typed.set("revisions", view.revisions.to_string());
    typed.set("description", &view.terms);
    let open = view.milestones.iter().filter(|m| {
        matches!(
            m.state.as_str(),
            "agreed" | "funded" | "submitted" | "changes_requested"
        )
    });
    for (at, m) in open.enumerate() {
        let mut put =
            |field: &str, value: String| typed.set(&format!("milestones.{at}.{field}"), value);
        put("milestone_id", m.id.to_string());
        put("title", m.title.clone());
        put("amount", ui::text::amount(m.amount_money()));
        put("due_days", m.due_days.to_string());
        put("checklist_text", m.checklist.join("\n"));
    }
    typed
}

async fn drawn(
    cx: &Cx,
    id: Uuid,
    kind: Kind,
    status: StatusCode,
    typed: Option<&Typed>,
    messages: &frame::Messages,
) -> Result<Response> {
    let view = contract::show(cx, id).await?;
    kind.may(cx, &view)?;
    let fresh = filled(&view);
    let typed = typed.unwrap_or(&fresh);
    let known = (0..40_usize)
        .take_while(|at| {
            !typed.get(&format!("milestones.{at}.title")).is_empty()
                || !typed
                    .get(&format!("milestones.{at}.milestone_id"))
                    .is_empty()
        })
        .count();
    let room = cx.href(&format!("/contracts/{id}"));
    let currency = view.total.currency.as_str();
    let error = |name: &str| frame::message_of(messages, name);
    let form = parts::Form::post(
        format!("{room}/{}", kind.path()),
        html! {
            fieldset.field-set {
                legend #f-milestones-label { (cx.t("work-milestones")) }
                p.hint { (cx.t("amend-milestones-hint")) }
                @if let Some(words) = error("milestones") { p.field-error #f-milestones { (words) } }
                @for at in 0..(known + NEW_ROWS).min(40) { (row(cx, &view, typed, messages, currency, at)) }
            }
            (Field::number("revisions", cx.t("work-revisions")).value(typed.get("revisions")).min(0).max(10).short().error(error("revisions")))
            (Field::textarea("description", cx.t("work-terms"), 8).value(typed.get("description")).max_len(30_000).error(error("description")))
            (Field::textarea("note", cx.t("amend-note"), 3).value(typed.get("note")).max_len(2000).optional(cx.locale)
                .hint(cx.t("amend-note-hint")).error(error("note")))
            div.actions {
                (Button::primary(cx.t(&format!("{}-act", kind.words()))).icon(Icon::Send))
                (Button::quiet(cx.t("ui-back")).href(room.clone()))
            }
        },
    )
    .key(cx.form_key())
    .draft(cx.locale, format!("amendment-{id}"));
    let title = cx.t(&format!("{}-title", kind.words()));
    let other = view.other(cx.me()).display_name.as_str();
    let body = FormPage {
        title: title.clone(),
        lead: Some(cx.tr(
            &format!("{}-lead", kind.words()),
            &[
                ("person", other.into()),
                ("contract", view.title.as_str().into()),
            ],
        )),
        errors: Some(parts::error_summary(cx.locale, messages)),
        form: html! { (form) },
        ..FormPage::default()
    };
    let trail = crate::contract::page::trail(cx, id, &view.title);
    frame::page_under_with(cx, status, title, trail, html! { (body) }).await
}

fn row(
    cx: &Cx,
    view: &ContractView,
    typed: &Typed,
    messages: &frame::Messages,
    currency: &str,
    at: usize,
) -> Markup {
    let name = |field: &str| format!("milestones.{at}.{field}");
    let value = |field: &str| typed.get(&name(field)).to_owned();
    let error = |field: &str| frame::message_of(messages, &name(field));
    let id = value("milestone_id");
    let funded = view
        .milestones
        .iter()
        .any(|m| m.id.to_string() == id && m.state != "agreed");
    let n = i64::try_from(at).unwrap_or(0) + 1;
    let title = Field::text(name("title"), cx.t("amend-milestone-title"))
        .value(value("title"))
        .max_len(120)
        .error(error("title"));
    let amount = Field::money(name("amount"), cx.t("work-line-amount"), currency)
        .value(value("amount"))
        .error(error("amount"));
    // Held money stays as it is; only dates and checklist of its milestone may change.
    let (title, amount) = if funded {
        (title.readonly(), amount.readonly())
    } else {
        (title, amount)
    };
    html! {
        div.field-row role="group" aria-label=(cx.tr("amend-milestone-n", &[("n", n.into())])) {
            @if !id.is_empty() { (parts::hidden(&name("milestone_id"), &id)) }
            (title)
            (amount)
            (Field::number(name("due_days"), cx.t("amend-due-days")).value(value("due_days")).min(1).max(730).short().error(error("due_days")))
            (Field::textarea(name("checklist_text"), cx.t("amend-checklist"), 2).value(value("checklist_text")).max_len(4100)
                .hint(cx.t("amend-checklist-hint")).error(error("checklist_text")))
            @if !id.is_empty() && !funded {
                (Field::checkbox(name("remove"), cx.t("amend-remove")).checked(value("remove") == "true" || value("remove") == "on"))
            }
        }
    }
}
