//! The quiet pages on which an owner opens a project, gives it up, or takes it up again.

use super::{publish, room_page, standing_card, view};
use crate::forms;
use axum::response::Response;
use http::StatusCode;
use kernel::{
    Cx, Form, Id, Result, extract,
    input::Nothing,
    page::{self, Messages},
};
use maud::html;
use ui::{
    Icon,
    parts::{Button, Decision, Form as Drawn, FormPage, error_summary},
};
use uuid::Uuid;

/// Asks whether to publish.
pub(super) async fn publication(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    publication_page(&cx, StatusCode::OK, id, &vec![]).await
}

/// Publishes.
pub(super) async fn publish(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    match forms::run(form.input, |_| publish::publish(&cx, id)).await {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/projects/{id}")))),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            publication_page(&cx, status, id, &messages).await
        }
    }
}

async fn publication_page(
    cx: &Cx,
    status: StatusCode,
    id: Uuid,
    messages: &Messages,
) -> Result<Response> {
    let project = own(cx, id, "project.publish").await?;
    let room = cx.href(&format!("/projects/{id}"));
    let title = cx.t("market-publish-title");
    let act = Drawn::post(
        format!("{room}/publication"),
        html! { (Button::primary(cx.t("market-publish")).icon(Icon::Send)) },
    );
    let who = cx.t(&format!(
        "market-visibility-{}-hint",
        project.visibility.replace('_', "-")
    ));
    let body = html! {
        (error_summary(cx.locale, messages))
        p { strong { bdi { (project.title) } } }
        p { (cx.t("market-publish-text")) }
        p.hint { (who) }
        @if !messages.is_empty() { p { a href=(format!("{room}/edit")) { (cx.t("market-edit-project")) } } }
        (room_page::preview(cx, &project))
    };
    let decision = Decision::new(
        cx.locale,
        title.clone(),
        html! { (act.key(cx.form_key())) },
        room,
    )
    .body(body);
    page::page_with(cx, status, title, html! { (decision) }).await
}

/// Asks whether to give the project up.
pub(super) async fn cancellation(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    cancellation_page(&cx, StatusCode::OK, id, &vec![]).await
}

/// Gives the project up.
pub(super) async fn cancel(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    match forms::run(form.input, |_| publish::cancel(&cx, id)).await {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/projects/{id}")))),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            cancellation_page(&cx, status, id, &messages).await
        }
    }
}

async fn cancellation_page(
    cx: &Cx,
    status: StatusCode,
    id: Uuid,
    messages: &Messages,
) -> Result<Response> {
    let mut tx = cx.read().await?;
    let project = view::owned(&mut tx, cx, id, "project.cancel").await?;
    let mut live = standing_card::contracts(&mut tx, cx, id).await?;
    tx.finish().await?;
    live.retain(|contract| !contract.has_ended());
    let room = cx.href(&format!("/projects/{id}"));
    let title = cx.t("market-cancel-title");
    if !live.is_empty() {
        let body = html! { (FormPage {
            title: title.clone(),
            lead: Some(cx.t("error-project-has-contract")),
            form: html! {
                section.panel {
                    h2 { (cx.t("market-nav-contracts")) }
                    ul { @for contract in &live { li { (standing_card::contract_link(cx, contract)) } } }
                }
                div.actions { (Button::quiet(cx.t("ui-back")).href(room)) }
            },
            ..FormPage::default()
        }) };
        return page::page_with(cx, status, title, body).await;
    }
    let act = Drawn::post(
        format!("{room}/cancellation"),
        html! { (Button::danger(cx.t("market-cancel-project")).icon(Icon::Ban)) },
    );
    let n = project.proposals.unwrap_or(0);
    let body = html! {
        (error_summary(cx.locale, messages))
        p { strong { bdi { (project.title) } } }
        p { (cx.tr("market-cancel-text", &[("n", n.into())])) }
    };
    let decision = Decision::new(
        cx.locale,
        title.clone(),
        html! { (act.key(cx.form_key())) },
        room,
    )
    .body(body)
    .cannot_undo(cx.t("market-cancel-final"));
    page::page_with(cx, status, title, html! { (decision) }).await
}

/// Takes it up again.
pub(super) async fn reopen(cx: Cx, Id(id): Id<Uuid>, _: Form<Nothing>) -> Result<Response> {
    forms::lead(&cx, "/projects", publish::reopen(&cx, id)).await
}

/// Takes no proposals for a while.
pub(super) async fn pause(cx: Cx, Id(id): Id<Uuid>, _: Form<Nothing>) -> Result<Response> {
    forms::lead(&cx, "/projects", publish::pause(&cx, id)).await
}

/// Takes proposals again.
pub(super) async fn resume(cx: Cx, Id(id): Id<Uuid>, _: Form<Nothing>) -> Result<Response> {
    forms::lead(&cx, "/projects", publish::resume(&cx, id)).await
}

/// Puts an ended project away.
pub(super) async fn archive(cx: Cx, Id(id): Id<Uuid>, _: Form<Nothing>) -> Result<Response> {
    forms::lead(&cx, "/projects", publish::archive(&cx, id)).await
}

/// Asks whether to hire no more.
pub(super) async fn hiring_end(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    hiring_end_page(&cx, StatusCode::OK, id, &vec![]).await
}

async fn hiring_end_page(
    cx: &Cx,
    status: StatusCode,
    id: Uuid,
    messages: &Messages,
) -> Result<Response> {
    let project = own(cx, id, "project.close_hiring").await?;
    let room = cx.href(&format!("/projects/{id}"));
    let title = cx.t("market-close-hiring-title");
    let act = Drawn::post(
        format!("{room}/hiring-end"),
        html! { (Button::primary(cx.t("market-close-hiring")).icon(Icon::Lock)) },
    );
    let figures = [
        ("n", project.hired.into()),
        ("all", project.positions.into()),
    ];
    let body = html! {
        (error_summary(cx.locale, messages))
        p { strong { bdi { (project.title) } } }
        p { (cx.tr("market-close-hiring-text", &figures)) }
    };
    let decision = Decision::new(
        cx.locale,
        title.clone(),
        html! { (act.key(cx.form_key())) },
        room,
    )
    .body(body);
    page::page_with(cx, status, title, html! { (decision) }).await
}

/// Hires no more.
pub(super) async fn close_hiring(
    cx: Cx,
    Id(id): Id<Uuid>,
    form: Form<Nothing>,
) -> Result<Response> {
    match forms::run(form.input, |_| publish::close_hiring(&cx, id)).await {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/projects/{id}")))),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            hiring_end_page(&cx, status, id, &messages).await
        }
    }
}

async fn own(cx: &Cx, id: Uuid, permission: &str) -> Result<view::Shown> {
    let mut tx = cx.read().await?;
    let project = view::owned(&mut tx, cx, id, permission).await?;
    tx.finish().await?;
    Ok(project)
}
