//! Routes of a project's files, and the panel in its room.

use super::{
    attach::{self, NewFiles, OldFile},
    view::{ProjectRoomView, show},
};
use crate::forms;
use axum::{extract::Request, response::Response, routing::post};
use http::Method;
use kernel::{Body, Cx, Form, Id, Result, Route, extract, once, page, route::Idempotency};
use maud::{Markup, html};
use serde_json::json;
use ui::{
    Icon,
    parts::{Button, Field, Form as Drawn, files as drawn, form_button},
};
use uuid::Uuid;

pub(super) fn routes() -> Vec<Route> {
    let (add, remove) = (
        "/w/{workspace}/projects/{project}/files",
        "/w/{workspace}/projects/{project}/files/removal",
    );
    vec![
        Route::api(Method::POST, add, "project.attach", post(api_add))
            .permission("project.update")
            .idempotency(Idempotency::Accepted)
            .body::<NewFiles>()
            .example(json!({"files": ["0198c0de-0000-7000-8000-000000000001"]}))
            .answers::<ProjectRoomView>(200)
            .refuses(&[409]),
        Route::api(Method::POST, remove, "project.detach", post(api_remove))
            .permission("project.update")
            .idempotency(Idempotency::Accepted)
            .body::<OldFile>()
            .example(json!({"file_id": "0198c0de-0000-7000-8000-000000000001"}))
            .answers::<ProjectRoomView>(200)
            .refuses(&[409]),
        Route::page(Method::POST, add, "project.attach", post(form_add))
            .permission("project.update")
            .idempotency(Idempotency::Accepted)
            .upload(),
        Route::page(Method::POST, remove, "project.detach", post(form_remove))
            .permission("project.update")
            .idempotency(Idempotency::Accepted)
            .body::<OldFile>(),
    ]
}

async fn api_add(cx: Cx, Id(id): Id<Uuid>, Body(input): Body<NewFiles>) -> Result<Response> {
    let id = once(attach::add(&cx, id, input).await)?;
    Ok(extract::data(&show(&cx, id).await?))
}

async fn api_remove(cx: Cx, Id(id): Id<Uuid>, Body(input): Body<OldFile>) -> Result<Response> {
    let id = once(attach::remove(&cx, id, input).await)?;
    Ok(extract::data(&show(&cx, id).await?))
}

async fn form_add(cx: Cx, Id(id): Id<Uuid>, request: Request) -> Result<Response> {
    let done = match files::upload_form(&cx, request).await {
        Ok((_, files)) if files.is_empty() => Err(kernel::Error::invalid("/files", "required")),
        Ok((_, files)) => once(attach::add(&cx, id, NewFiles { files }).await),
        Err(error) => Err(error),
    };
    match done {
        Ok(id) => Ok(extract::see_other(
            &cx.href(&format!("/projects/{id}#files")),
        )),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            super::room_page::room(&cx, status, id, &messages).await
        }
    }
}

async fn form_remove(cx: Cx, Id(id): Id<Uuid>, form: Form<OldFile>) -> Result<Response> {
    forms::run(form.input, |old| attach::remove(&cx, id, old)).await?;
    Ok(extract::see_other(
        &cx.href(&format!("/projects/{id}#files")),
    ))
}

/// The files of a record at the address `here`, and for who may change it the form by which more
/// come.
pub(crate) fn panel(
    cx: &Cx,
    here: &str,
    all: &[files::FileView],
    may_change: bool,
    messages: &page::Messages,
) -> Markup {
    html! {
        @if !all.is_empty() || may_change {
            section.panel #files {
                h2 { (cx.t("market-files")) }
                (list(cx, all, may_change.then_some(here)))
                @if may_change {
                    (Drawn::post(here, html! {
                        (Field::file("files", cx.t("market-files-add")).multiple().hint(cx.t("market-files-hint")).error(page::message_of(messages, "files")))
                        (Button::quiet(cx.t("market-files-add")).icon(Icon::Paperclip))
                    }).key(cx.form_key()).multipart())
                }
            }
        }
    }
}

/// Rows of files; with an address below which one is taken away, a button each.
fn list(cx: &Cx, all: &[files::FileView], change: Option<&str>) -> Markup {
    let rows: Vec<_> = all
        .iter()
        .map(|file| match change {
            None => file.row(cx.locale),
            Some(here) => file.row(cx.locale).actions(form_button(
                &format!("{here}/removal"),
                Some(&cx.form_key()),
                &Button::quiet(cx.t("market-files-remove"))
                    .small()
                    .icon(Icon::Trash2),
                &[("file_id", &file.id.to_string())],
            )),
        })
        .collect();
    html! { @if !rows.is_empty() { (drawn(&rows)) } }
}
