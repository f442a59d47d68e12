//! Routes of a proposal's files.

use super::{
    attach,
    view::{ProposalView, show},
};
use crate::{
    forms,
    project::attach::{NewFiles, OldFile},
};
use axum::{extract::Request, response::Response, routing::post};
use http::Method;
use kernel::{Body, Cx, Error, Form, Id, Result, Route, extract, once, page, route::Idempotency};
use serde_json::json;
use uuid::Uuid;

pub(super) fn routes() -> Vec<Route> {
    let (add, remove) = (
        "/w/{workspace}/proposals/{proposal}/files",
        "/w/{workspace}/proposals/{proposal}/files/removal",
    );
    vec![
        Route::api(Method::POST, add, "proposal.attach", post(api_add))
            .codes(&[(409, "proposal_not_editable")])
            .permission("proposal.update")
            .idempotency(Idempotency::Accepted)
            .body::<NewFiles>()
            .example(json!({"files": ["0198c0de-0000-7000-8000-000000000001"]}))
            .answers::<ProposalView>(200)
            .refuses(&[409]),
        Route::api(Method::POST, remove, "proposal.detach", post(api_remove))
            .permission("proposal.update")
            .idempotency(Idempotency::Accepted)
            .body::<OldFile>()
            .example(json!({"file_id": "0198c0de-0000-7000-8000-000000000001"}))
            .answers::<ProposalView>(200)
            .refuses(&[409]),
        Route::page(Method::POST, add, "proposal.attach", post(form_add))
            .permission("proposal.update")
            .idempotency(Idempotency::Accepted)
            .upload(),
        Route::page(Method::POST, remove, "proposal.detach", post(form_remove))
            .permission("proposal.update")
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
        Ok((_, files)) if files.is_empty() => Err(Error::invalid("/files", "required")),
        Ok((_, files)) => once(attach::add(&cx, id, NewFiles { files }).await),
        Err(error) => Err(error),
    };
    match done {
        Ok(id) => Ok(extract::see_other(
            &cx.href(&format!("/proposals/{id}#files")),
        )),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            super::room_page::room(&cx, status, id, None, &messages).await
        }
    }
}

async fn form_remove(cx: Cx, Id(id): Id<Uuid>, form: Form<OldFile>) -> Result<Response> {
    forms::run(form.input, |old| attach::remove(&cx, id, old)).await?;
    Ok(extract::see_other(
        &cx.href(&format!("/proposals/{id}#files")),
    ))
}
