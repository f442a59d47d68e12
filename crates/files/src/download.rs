//! `file.show`: the bytes, to who may see the record, and never as a page of ours.

use crate::{name, record_kind, storage};
use axum::{body::Body, response::Response};
use futures_util::StreamExt as _;
use http::{HeaderValue, header};
use kernel::{Cx, Error, Id, Result};
use object_store::{ObjectStoreExt as _, path::Path};
use uuid::Uuid;

struct Row {
    owner_id: Uuid,
    record: Option<(String, Uuid)>,
    name: String,
    media_type: String,
    size_bytes: i64,
    storage_key: String,
}

/// Hands the file out as an attachment: to its owner while it belongs to nothing, later to those
/// who may see its record. Others learn nothing (404).
pub(crate) async fn show(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let row = load(&cx, id).await?;
    let may = match &row.record {
        None => cx.me() == Some(row.owner_id) && cx.can("file.show", &["own"]),
        Some((kind, record)) => match record_kind(kind) {
            Some(kind) => (kind.may_see)(cx.clone(), *record).await?,
            None => false,
        },
    };
    if !may {
        return Err(Error::NotFound);
    }
    let store = storage::open(&cx.kernel)?;
    let found = store
        .get(&Path::from(row.storage_key.as_str()))
        .await
        .map_err(|error| {
            tracing::error!(key = "files.bytes_missing", file = %id, error = %error);
            Error::unavailable("file_storage_unavailable")
        })?;
    let media = if row.media_type == "text/plain" {
        "text/plain; charset=utf-8"
    } else {
        &row.media_type
    };
    let mut response = Response::new(Body::from_stream(found.into_stream().boxed()));
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, media),
        (header::CONTENT_DISPOSITION, &name::disposition(&row.name)),
        (header::CONTENT_LENGTH, &row.size_bytes.to_string()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
        (header::CACHE_CONTROL, "private, no-store"),
    ] {
        headers.insert(
            name,
            HeaderValue::from_str(value).map_err(|e| Error::Internal(e.into()))?,
        );
    }
    Ok(response)
}

async fn load(cx: &Cx, id: Uuid) -> Result<Row> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let row = sqlx::query!(
        "select owner_id, record_kind, record_id, name, media_type, size_bytes, storage_key from files.file
         where workspace_id = $1 and id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    tx.finish().await?;
    Ok(Row {
        owner_id: row.owner_id,
        record: row.record_kind.zip(row.record_id),
        name: row.name,
        media_type: row.media_type,
        size_bytes: row.size_bytes,
        storage_key: row.storage_key,
    })
}
