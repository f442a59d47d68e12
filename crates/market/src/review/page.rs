//! The pages on which reviews are written, corrected and read.

use super::{ReviewView, show, submit};
use crate::{
    contract::{self, State},
    standing,
};
use axum::response::Response;
use base::Instant;
use http::StatusCode;
use kernel::{
    Cx, Edit, Error, Form, Id, Query, Result,
    extract::{self, Typed},
    once, page as frame,
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{self, Banner, Button, Field, FormPage, ListPage, Tone},
};
use uuid::Uuid;

const CRITERIA: [&str; 4] = ["quality", "communication", "timeliness", "value"];

/// The form of a review.
///
/// # Errors
/// 404 for everyone but the parties of the contract.
pub async fn write(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let view = contract::show(&cx, id).await?;
    let mut tx = cx.read().await?;
    let now = tx.now();
    let reviews = show::of_contract(&mut tx, &cx, id).await?;
    tx.finish().await?;
    let mine = reviews.iter().any(|r| Some(r.author.id) == cx.me());
    let open = view.state == State::Completed.name()
        && view.reviews_published_at.is_none()
        && view.review_until.is_some_and(|until| until > now);
    if mine || !open {
        return Ok(extract::see_other(&cx.href(&format!("/contracts/{id}"))));
    }
    write_with(&cx, id, StatusCode::OK, &Typed::default(), &vec![]).await
}

async fn write_with(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    typed: &Typed,
    messages: &frame::Messages,
) -> Result<Response> {
    let view = contract::show(cx, id).await?;
    let other = view.other(cx.me()).display_name.clone();
    let room = cx.href(&format!("/contracts/{id}"));
    let form = parts::Form::post(
        cx.href(&format!("/contracts/{id}/reviews")),
        fields(cx, typed, messages, "work-review-act", &room),
    )
    .key(cx.form_key())
    .draft(cx.locale, format!("review-{id}"));
    let body = FormPage {
        title: cx.tr("work-review-title", &[("person", other.as_str().into())]),
        lead: Some(cx.tr(
            "work-review-lead",
            &[("contract", view.title.as_str().into())],
        )),
        errors: Some(html! {
            (parts::error_summary(cx.locale, messages))
            (Banner::info(cx.t("work-review-blind")).text(cx.t("work-review-blind-text")))
        }),
        form: html! { (form) },
        ..FormPage::default()
    };
    let trail = crate::contract::page::trail(cx, id, &view.title);
    frame::page_under_with(cx, status, cx.t("work-act-review"), trail, html! { (body) }).await
}

fn fields(cx: &Cx, typed: &Typed, messages: &frame::Messages, act: &str, back: &str) -> Markup {
    html! {
        @for name in CRITERIA {
            (parts::rating_input(cx.locale, name, &cx.t(&format!("work-criterion-{name}")), typed.get(name).parse().ok(), frame::message_of(messages, name)))
        }
        (Field::textarea("body", cx.t("work-review-body"), 6).value(typed.get("body")).max_len(4000).required()
            .hint(cx.t("work-review-body-hint")).error(frame::message_of(messages, "body")))
        (Field::textarea("private_note", cx.t("work-review-note"), 3).value(typed.get("private_note")).max_len(2000).optional(cx.locale)
            .hint(cx.t("work-review-note-hint")).error(frame::message_of(messages, "private_note")))
        div.actions {
            (Button::primary(cx.t(act)).icon(Icon::Star))
            (Button::quiet(cx.t("ui-back")).href(back))
        }
    }
}

/// Takes a review.
///
/// # Errors
/// As [`submit::submit`], shown on the form.
pub async fn form(cx: Cx, Id(id): Id<Uuid>, form: Form<submit::NewReview>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(submit::submit(&cx, id, &input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href(&format!("/contracts/{id}")))),
        Err(error) => {
            let (status, messages) = frame::refusal(&cx, error)?;
            write_with(&cx, id, status, &form.typed, &messages).await
        }
    }
}

/// The form on which an author corrects a review nobody has seen yet.
///
/// # Errors
/// 404 for everyone but its author.
pub async fn edit(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let view = own(&cx, id).await?;
    edit_with(&cx, &view, StatusCode::OK, &filled(&view), &vec![]).await
}

fn filled(view: &ReviewView) -> Typed {
    let mut typed = Typed::default();
    for (name, value) in CRITERIA.into_iter().zip([
        view.quality,
        view.communication,
        view.timeliness,
        view.value,
    ]) {
        typed.set(name, value.to_string());
    }
    typed.set("version", view.version.to_string());
    typed.set("body", view.body.clone());
    typed.set(
        "private_note",
        view.private_note.clone().unwrap_or_default(),
    );
    typed
}

/// Two edits at once: both are shown, to choose from.
async fn stale(cx: &Cx, view: &ReviewView, mine: &Typed) -> Result<Response> {
    let now = filled(&own(cx, view.id).await?);
    let label = |name: &str| match name {
        "body" => cx.t("work-review-body"),
        "private_note" => cx.t("work-review-note"),
        criterion => cx.t(&format!("work-criterion-{criterion}")),
    };
    let stale = frame::Stale {
        title: cx.t("work-review-edit"),
        action: cx.href(&format!("/reviews/{}/edit", view.id)),
        back: cx.href(&format!("/contracts/{}", view.contract_id)),
        mine,
        now: &now,
        label: &label,
        shown: &|_, value| value.to_owned(),
    };
    frame::stale(cx, stale).await
}

async fn own(cx: &Cx, id: Uuid) -> Result<ReviewView> {
    let view = show::show(cx, id).await?;
    if Some(view.author.id) == cx.me() {
        Ok(view)
    } else {
        Err(Error::NotFound)
    }
}

async fn edit_with(
    cx: &Cx,
    view: &ReviewView,
    status: StatusCode,
    typed: &Typed,
    messages: &frame::Messages,
) -> Result<Response> {
    let room = cx.href(&format!("/contracts/{}", view.contract_id));
    let form = parts::Form::post(
        cx.href(&format!("/reviews/{}/edit", view.id)),
        html! {
            (parts::hidden("version", typed.get("version")))
            (fields(cx, typed, messages, "work-review-save", &room))
        },
    );
    let body = FormPage {
        title: cx.tr(
            "work-review-edit-title",
            &[("person", view.subject.display_name.as_str().into())],
        ),
        lead: Some(cx.t("work-review-edit-lead")),
        errors: Some(parts::error_summary(cx.locale, messages)),
        form: html! { (form) },
        ..FormPage::default()
    };
    frame::page_with(cx, status, cx.t("work-review-edit"), html! { (body) }).await
}

/// Takes a correction.
///
/// # Errors
/// As [`submit::update`], shown on the form.
pub async fn edit_form(
    cx: Cx,
    Id(id): Id<Uuid>,
    form: Form<Edit<submit::NewReview>>,
) -> Result<Response> {
    let view = own(&cx, id).await?;
    let result = match form.input {
        Ok(input) => submit::update(&cx, id, input.version, input.input.into()).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(
            &cx.href(&format!("/contracts/{}", view.contract_id)),
        )),
        Err(error) if error.is_stale() => stale(&cx, &view, &form.typed).await,
        Err(error) => {
            let (status, messages) = frame::refusal(&cx, error)?;
            edit_with(&cx, &view, status, &form.typed, &messages).await
        }
    }
}

/// One review drawn: stars by criteria, words, the mark of its contract.
pub(crate) fn card(cx: &Cx, now: Instant, view: &ReviewView) -> Markup {
    let mine = Some(view.author.id) == cx.me();
    let editable = mine
        && view.published_at.is_none()
        && now.seconds_since(view.submitted_at) <= submit::EDIT_SECONDS;
    let rows: Vec<(String, Markup)> = CRITERIA
        .into_iter()
        .zip([
            view.quality,
            view.communication,
            view.timeliness,
            view.value,
        ])
        .map(|(name, stars)| {
            (
                cx.t(&format!("work-criterion-{name}")),
                parts::stars(cx.locale, u32::try_from(stars * 10).unwrap_or(0), None),
            )
        })
        .collect();
    // Every contract of a workspace is in its currency.
    let currency = cx.workspace.as_ref().map_or("", |w| w.currency.code());
    html! {
        article.panel {
            div.panel-head {
                (parts::person(&view.author.display_name, None))
                (parts::stars(cx.locale, view.tenths(), None))
            }
            p dir="auto" { (view.body) }
            (parts::description_list(&rows))
            @if let Some(note) = &view.private_note { p.hint { (cx.t("work-review-your-note")) ": " bdi { (note) } } }
            p.meta {
                (parts::badge(Tone::Good, cx.t("work-review-verified"))) " "
                (project(cx, view))
                span { (cx.tr(&format!("work-band-{}", view.value_band.replace('_', "-")), &[("currency", currency.into())])) }
                (parts::time(cx.locale, now, view.published_at.unwrap_or(view.submitted_at)))
            }
            @if editable { div.actions { (Button::quiet(cx.t("work-review-edit")).href(cx.href(&format!("/reviews/{}/edit", view.id))).small()) } }
        }
    }
}

/// What was worked on, as far as this reader may know; visitors see projects only while they are open.
fn project(cx: &Cx, view: &ReviewView) -> Markup {
    match (&view.project_title, view.project_id) {
        (Some(title), Some(id)) if standing::reads_listed(cx) => {
            html! { a href=(cx.href(&format!("/projects/{id}"))) { bdi { (title) } } }
        }
        (Some(title), _) => html! { bdi { (title) } },
        _ => html! { (cx.t("work-review-private-project")) },
    }
}

/// What others wrote about a member.
///
/// # Errors
/// 404 for a member who does not exist or whose page is hidden.
pub async fn list(cx: Cx, Query(query): Query<show::ListQuery>) -> Result<Response> {
    let page = show::list(&cx, &query).await?;
    let mut tx = cx.read().await?;
    let now = tx.now();
    let name = crate::activity::name_of(&mut tx, query.member_id).await?;
    let standing = show::standing(&mut tx, query.member_id).await?;
    tx.finish().await?;
    let base = cx.href(&format!("/reviews?member_id={}", query.member_id));
    let way = |cursor: &Option<String>| cursor.as_ref().map(|c| format!("{base}&cursor={c}"));
    let (prev, next) = (way(&page.prev), way(&page.next));
    let title = cx.tr("work-reviews-of", &[("person", name.as_str().into())]);
    let shown = ListPage {
        title: title.clone(),
        count: page.total.map(|n| ui::text::number(cx.locale, n)),
        filters: standing.map(|s| parts::stars(cx.locale, s.tenths, Some(s.count))),
        body: html! {
            @if page.rows.is_empty() {
                (parts::empty_state(Icon::Star, cx.t("work-reviews-of-none"), cx.t("work-reviews-of-none-text"),
                    html! { (Button::quiet(cx.t("work-contracts-title")).href(cx.href("/contracts"))) }))
            }
            div.stack { @for one in &page.rows { (card(&cx, now, one)) } }
        },
        pager: Some(parts::pager(
            cx.locale,
            prev.as_deref(),
            next.as_deref(),
            None,
        )),
        ..ListPage::default()
    };
    frame::page(&cx, title, html! { (shown) }).await
}

/// Reviews a member's page shows before it links to all of them.
const ON_PROFILE: i64 = 5;

/// The newest published reviews, for a member's page; nothing while there are none.
///
/// # Errors
/// The database's.
pub async fn section(cx: Cx, member: Uuid) -> Result<Markup> {
    let mut tx = cx.read().await?;
    let now = tx.now();
    let rows = show::published_for(&mut tx, &cx, member, ON_PROFILE).await?;
    let standing = show::standing(&mut tx, member).await?;
    tx.finish().await?;
    let Some(standing) = standing else {
        return Ok(html! {});
    };
    let all = cx.href(&format!("/reviews?member_id={member}"));
    Ok(html! {
        section.stack {
            h2 { (cx.t("work-reviews")) " " (parts::stars(cx.locale, standing.tenths, Some(standing.count))) }
            @for one in &rows { (card(&cx, now, one)) }
            @if standing.count > ON_PROFILE && cx.can("profile.show", &[]) { p { a href=(all) { (cx.tr("work-reviews-all", &[("n", standing.count.into())])) } } }
        }
    })
}
