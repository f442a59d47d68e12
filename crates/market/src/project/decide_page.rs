//! The quiet pages on which an owner opens a project, gives it up, or takes it up again.

use super::{publish, view};
use axum::response::Response;
use http::StatusCode;
use kernel::{
    Cx, Error, Form, Id, Result, extract,
    input::Nothing,
    once,
    page::{self, Messages},
};
use maud::html;
use ui::{
    Icon,
    parts::{Button, Decision, Form as Drawn, MoneyLine, error_summary},
};
use uuid::Uuid;

/// Asks whether to publish.
pub(super) async fn publication(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    publication_page(&cx, StatusCode::OK, id, &vec![]).await
}

/// Publishes.
pub(super) async fn publish(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    match decided(form, publish::publish(&cx, id)).await {
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
    };
    let lines = vec![
        MoneyLine::new(cx.t("market-budget-min"), project.budget_min),
        MoneyLine::new(cx.t("market-budget-max"), project.budget_max),
    ];
    let decision = Decision::new(
        cx.locale,
        title.clone(),
        html! { (act.key(cx.form_key())) },
        room,
    )
    .body(body)
    .lines(lines);
    page::page_with(cx, status, title, html! { (decision) }).await
}

/// Asks whether to give the project up.
pub(super) async fn cancellation(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    cancellation_page(&cx, StatusCode::OK, id, &vec![]).await
}

/// Gives the project up.
pub(super) async fn cancel(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    match decided(form, publish::cancel(&cx, id)).await {
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
    let project = own(cx, id, "project.cancel").await?;
    let room = cx.href(&format!("/projects/{id}"));
    let title = cx.t("market-cancel-title");
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

/// Takes an expired project up again.
pub(super) async fn reopen(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    let id = decided(form, publish::reopen(&cx, id)).await?;
    Ok(extract::see_other(&cx.href(&format!("/projects/{id}"))))
}

async fn decided(form: Form<Nothing>, act: impl Future<Output = Result<Uuid>>) -> Result<Uuid> {
    form.input.map_err(Error::Invalid)?;
    once(act.await)
}

async fn own(cx: &Cx, id: Uuid, permission: &str) -> Result<view::Shown> {
    let mut tx = cx.read().await?;
    let project = view::seen(&mut tx, id).await?;
    tx.finish().await?;
    if cx.can(permission, &project.relations()) {
        Ok(project)
    } else {
        Err(Error::Forbidden("forbidden"))
    }
}
