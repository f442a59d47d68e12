//! What someone is writing and has not sent, kept on the server as typed: a form saves itself while
//! one writes and is filled with it again, in another browser too.

use axum::{
    response::{IntoResponse, Response},
    routing::post,
};
use base::Instant;
use http::{Method, StatusCode};
use kernel::{
    Cx, Error, Form, Id, Input, Reader, Result, Route, Tx,
    access::Action,
    extract::{self, Typed},
    route::Idempotency,
};
use maud::{Markup, html};
use serde_json::json;
use ui::{
    Icon,
    parts::{Banner, Button, form_button},
};
use uuid::Uuid;

const SAVE: Action = Action::new("draft.save", "draft", "draft.save");
/// Characters of a form that are kept.
const FORM_MOST: usize = 100_000;
/// Fields of a form that are kept.
const FIELDS_MOST: usize = 400;

/// The form of a new project; it belongs to no record.
pub const PROJECT: &str = "project";
/// The form of a proposal; its record is the project.
pub const PROPOSAL: &str = "proposal";

/// Whatever is typed, unjudged: the typed pairs themselves are kept.
struct Anything;
impl Input for Anything {
    fn read(_: &mut Reader) -> Self {
        Self
    }
}

/// Routes by which forms save themselves.
#[must_use]
pub fn routes() -> Vec<Route> {
    let save = |path: &str, handler| {
        Route::page(Method::POST, path, "draft.save", handler)
            .permission("draft.save")
            .idempotency(Idempotency::None)
            .body::<Anything>()
            .product("market")
    };
    vec![
        save("/w/{workspace}/drafts/project", post(save_project)),
        save("/w/{workspace}/drafts/project/discard", post(drop_project)),
        save(
            "/w/{workspace}/drafts/proposal/{project}",
            post(save_proposal),
        ),
        save(
            "/w/{workspace}/drafts/proposal/{project}/discard",
            post(drop_proposal),
        ),
    ]
}

async fn save_project(cx: Cx, form: Form<Anything>) -> Result<Response> {
    keep(&cx, PROJECT, Uuid::nil(), Some(&form.typed)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn drop_project(cx: Cx, _: Form<Anything>) -> Result<Response> {
    keep(&cx, PROJECT, Uuid::nil(), None).await?;
    Ok(extract::see_other(&cx.href("/projects/new")))
}

async fn save_proposal(cx: Cx, Id(id): Id<Uuid>, form: Form<Anything>) -> Result<Response> {
    seen(&cx, id).await?;
    keep(&cx, PROPOSAL, id, Some(&form.typed)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn drop_proposal(cx: Cx, Id(id): Id<Uuid>, _: Form<Anything>) -> Result<Response> {
    seen(&cx, id).await?;
    keep(&cx, PROPOSAL, id, None).await?;
    Ok(extract::see_other(
        &cx.href(&format!("/projects/{id}/proposals/new")),
    ))
}

/// Whether the project may be seen.
///
/// # Errors
/// 404.
pub(crate) async fn seen(cx: &Cx, project: Uuid) -> Result<()> {
    let mut tx = cx.read().await?;
    crate::project::view::seen(&mut tx, project).await?;
    tx.finish().await
}

/// Keeps a form in the place of what was kept of it, or forgets it.
///
/// # Errors
/// 413 for more than is kept; the database's.
pub(crate) async fn keep(cx: &Cx, kind: &str, record: Uuid, typed: Option<&Typed>) -> Result<()> {
    let mut tx = cx.begin().await?;
    let me = cx.member()?.id;
    let permit = cx.authorize(&SAVE, me, &["own"])?;
    match typed {
        None => forget(&mut tx, kind, record).await?,
        Some(typed) => {
            let fields: Vec<&(String, String)> = typed
                .0
                .iter()
                .filter(|(name, value)| name != "idempotency_key" && !value.trim().is_empty())
                .collect();
            let length: usize = fields
                .iter()
                .map(|(n, v)| n.chars().count() + v.chars().count())
                .sum();
            if fields.len() > FIELDS_MOST || length > FORM_MOST {
                return Err(Error::refused(413, "payload_too_large"));
            }
            let (workspace, now) = (tx.workspace(), tx.now());
            sqlx::query!(
                "insert into market.form_draft (workspace_id, member_id, kind, record_id, fields, saved_at) values ($1, $2, $3, $4, $5, $6)
                 on conflict (workspace_id, member_id, kind, record_id) do update set fields = excluded.fields, saved_at = excluded.saved_at",
                workspace,
                me,
                kind,
                record,
                json!(fields),
                now as _
            )
            .execute(&mut *tx)
            .await?;
        }
    }
    tx.change_masked("draft");
    tx.commit(permit).await?;
    Ok(())
}

/// The form was sent: what was kept of it goes.
///
/// # Errors
/// The database's.
pub(crate) async fn sent(cx: &Cx, kind: &str, record: Uuid) -> Result<()> {
    if kept(cx, kind, record).await?.is_some() {
        keep(cx, kind, record, None).await?;
    }
    Ok(())
}

async fn forget(tx: &mut Tx, kind: &str, record: Uuid) -> Result<()> {
    let (workspace, me) = (tx.workspace(), tx.cx().me());
    sqlx::query!(
        "delete from market.form_draft where workspace_id = $1 and member_id = $2 and kind = $3 and record_id = $4",
        workspace,
        me,
        kind,
        record
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What was kept of a form, as typed.
///
/// # Errors
/// The database's.
pub(crate) async fn kept(cx: &Cx, kind: &str, record: Uuid) -> Result<Option<Typed>> {
    let found = kept_since(cx, kind, record).await?;
    Ok(found.map(|(typed, _)| typed))
}

/// The same, with when it was kept.
///
/// # Errors
/// The database's.
pub(crate) async fn kept_since(
    cx: &Cx,
    kind: &str,
    record: Uuid,
) -> Result<Option<(Typed, Instant)>> {
    let mut tx = cx.read().await?;
    let (workspace, me) = (tx.workspace(), cx.me());
    let found = sqlx::query!(
        r#"select fields, saved_at as "saved_at: Instant" from market.form_draft where workspace_id = $1 and member_id = $2 and kind = $3 and record_id = $4"#,
        workspace,
        me,
        kind,
        record
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.finish().await?;
    Ok(found.and_then(|kept| {
        let pairs: Vec<(String, String)> = serde_json::from_value(kept.fields).ok()?;
        Some((Typed(pairs), kept.saved_at))
    }))
}

/// Says that a form was filled with what was written before, with the way to begin anew.
pub(crate) fn banner(cx: &Cx, discard: &str) -> Markup {
    html! {
        div.row {
            (Banner::info(cx.t("market-draft-kept")).text(cx.t("market-draft-kept-text")))
            (form_button(&cx.href(discard), None, &Button::quiet(cx.t("market-draft-discard")).icon(Icon::Trash2), &[]))
        }
    }
}
