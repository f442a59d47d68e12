//! `file.upload`: one file, checked, stored, and a row that belongs to its owner alone.

use crate::{FileView, incoming, incoming::Incoming, storage};
use axum::{
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request},
    response::Response,
};
use http::header;
use kernel::{Action, Cx, Error, Kernel, Permit, Result, Tx, extract, once};
use std::sync::Arc;
use uuid::Uuid;

const UPLOAD: Action = Action::new("file.upload", "file", "file.upload");

/// `POST /api/v1/w/{workspace}/files` with one multipart field `file`.
pub(crate) async fn api_upload(cx: Cx, request: Request) -> Result<Response> {
    let key = match request.headers().get("idempotency-key") {
        None => None,
        Some(key) => {
            let key = key.to_str().map_err(|_| Error::refused(400, "malformed"))?;
            // Told before the file is taken in.
            extract::claim_key(&cx, key, &[])?;
            Some(key.to_owned())
        }
    };
    let mut body = open(&cx.kernel, request).await?;
    let mut received = None;
    while let Some(field) = body
        .next_field()
        .await
        .map_err(|e| incoming::unreadable(&e))?
    {
        match (field.name(), &received) {
            (Some("file"), None) => received = incoming::receive(&cx.kernel, field).await?,
            (Some("file"), Some(_)) => return Err(Error::invalid("/file", "too_many_files")),
            _ => return Err(Error::refused(422, "unknown_field")),
        }
    }
    let received = received.ok_or_else(|| Error::invalid("/file", "required"))?;
    if let Some(key) = key {
        extract::claim_key(&cx, &key, &received.sha256)?;
    }
    let id = once(keep(&cx, received).await)?;
    Ok(extract::created(&show(&cx, id).await?))
}

/// The multipart body of a request, without the small limit of ordinary bodies: each file and all
/// text have limits of their own here.
///
/// # Errors
/// 415 for another content type, 413 when the announced length is past all limits.
pub(crate) async fn open(kernel: &Arc<Kernel>, mut request: Request) -> Result<Multipart> {
    let media = kernel::edge::text(request.headers(), "content-type").unwrap_or("");
    if !media
        .trim_start()
        .to_ascii_lowercase()
        .starts_with("multipart/form-data")
    {
        return Err(Error::refused(415, "unsupported_media_type"));
    }
    let most =
        crate::MOST_BYTES.unsigned_abs() * crate::MOST_FILES as u64 + 2 * extract::BODY_MOST as u64;
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<u64>().ok());
    if length.is_some_and(|l| l > most) {
        return Err(Error::refused(413, "payload_too_large"));
    }
    DefaultBodyLimit::max(usize::try_from(most).unwrap_or(usize::MAX)).apply(&mut request);
    Multipart::from_request(request, kernel)
        .await
        .map_err(|_| Error::refused(400, "malformed"))
}

/// Stores a checked file and writes its row; gives its id.
///
/// # Errors
/// Those of rights, the storage (503) and the database.
pub(crate) async fn keep(cx: &Cx, file: Incoming) -> Result<Uuid> {
    let id = base::id::new();
    let workspace = cx.workspace()?.id;
    let key = storage::key(workspace, id);
    storage::put(&cx.kernel, &key, file.path())
        .await
        .map_err(|error| {
            tracing_failed(&error);
            Error::unavailable("file_storage_unavailable")
        })?;
    match write(cx, id, &key, &file).await {
        Ok((tx, permit)) => {
            // Whether a commit that fails was kept is not known: its answer may be what was lost.
            // Bytes that belong to no row after all are swept away later.
            tx.commit(permit).await?;
            Ok(id)
        }
        Err(error) => {
            let _ = storage::remove(&cx.kernel, &key).await;
            Err(error)
        }
    }
}

/// Writes the row; nothing is kept before the transaction is committed.
async fn write(cx: &Cx, id: Uuid, key: &str, file: &Incoming) -> Result<(Tx, Permit)> {
    let mut tx = cx.begin().await?;
    let permit = cx.authorize(&UPLOAD, id, &["own"])?;
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "insert into files.file (workspace_id, id, owner_id, name, media_type, size_bytes, sha256, storage_key, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        workspace,
        id,
        cx.member()?.id,
        file.name,
        file.media_type,
        file.size,
        file.sha256,
        key,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    tx.change("size_bytes", (), file.size);
    Ok((tx, permit))
}

async fn show(cx: &Cx, id: Uuid) -> Result<FileView> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let row = sqlx::query!(
        "select name, media_type, size_bytes from files.file where workspace_id = $1 and id = $2 and owner_id = $3",
        workspace,
        id,
        cx.member()?.id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    tx.finish().await?;
    Ok(FileView::new(
        cx,
        id,
        row.name,
        row.media_type,
        row.size_bytes,
    ))
}

fn tracing_failed(error: &anyhow::Error) {
    tracing::error!(key = "files.storage_failed", error = %error);
}
