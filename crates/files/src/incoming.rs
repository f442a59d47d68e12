//! A file on its way in: streamed to a temporary file with its digest, within its limit.

use crate::{name, sniff};
use axum::extract::multipart::{Field, MultipartError};
use kernel::{Error, Kernel, Result};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use tokio::io::AsyncWriteExt as _;

/// A checked file that is not stored yet. Its temporary file goes with it.
pub(crate) struct Incoming {
    pub name: String,
    pub media_type: &'static str,
    pub size: i64,
    pub sha256: Vec<u8>,
    path: PathBuf,
}

impl Incoming {
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // What stays behind after a crash is swept by age.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Where files wait while they are checked.
pub(crate) fn directory(kernel: &Kernel) -> PathBuf {
    kernel.config.data.join("incoming")
}

/// Reads one field to its end. `None` is an empty file field of a form.
///
/// # Errors
/// 413 past the limit, 415 `file_type_refused` or `file_type_mismatch`, 422 `empty_file`, 400 when the client breaks off.
pub(crate) async fn receive(kernel: &Kernel, mut field: Field<'_>) -> Result<Option<Incoming>> {
    let given = field.file_name().unwrap_or("").to_owned();
    let declared = field.content_type().map(str::to_owned);
    let place = directory(kernel);
    tokio::fs::create_dir_all(&place).await.map_err(broken)?;
    let mut incoming = Incoming {
        name: name::clean(&given),
        media_type: "",
        size: 0,
        sha256: vec![],
        path: place.join(base::id::new().to_string()),
    };
    let mut file = tokio::fs::File::create_new(&incoming.path)
        .await
        .map_err(broken)?;
    let mut digest = Sha256::new();
    let mut sniffer = sniff::Text::default();
    while let Some(chunk) = field.chunk().await.map_err(|e| unreadable(&e))? {
        incoming.size += i64::try_from(chunk.len()).unwrap_or(i64::MAX);
        if incoming.size > crate::MOST_BYTES {
            return Err(Error::refused(413, "payload_too_large").at("/file"));
        }
        digest.update(&chunk);
        sniffer.take(&chunk);
        file.write_all(&chunk).await.map_err(broken)?;
    }
    if incoming.size == 0 {
        return if given.is_empty() {
            Ok(None)
        } else {
            Err(Error::invalid("/file", "empty_file"))
        };
    }
    file.flush().await.map_err(broken)?;
    drop(file);
    incoming.sha256 = digest.finalize().to_vec();
    let (path, text) = (incoming.path.clone(), sniffer.is_text());
    let found = tokio::task::spawn_blocking(move || sniff::file(&path, text))
        .await
        .map_err(|e| Error::Internal(e.into()))?
        .map_err(broken)?;
    let refused = name::is_refused(&incoming.name);
    incoming.media_type = found
        .filter(|_| !refused)
        .ok_or_else(|| Error::refused(415, "file_type_refused").at("/file"))?;
    if !name::fits(&incoming.name, incoming.media_type)
        || !name::agrees(declared.as_deref(), incoming.media_type)
    {
        return Err(Error::refused(415, "file_type_mismatch").at("/file"));
    }
    Ok(Some(incoming))
}

fn broken(error: std::io::Error) -> Error {
    Error::Internal(anyhow::Error::from(error).context("an incoming file"))
}

/// What a body that is no proper multipart means.
pub(crate) fn unreadable(error: &MultipartError) -> Error {
    if error.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
        Error::refused(413, "payload_too_large")
    } else {
        Error::refused(400, "malformed")
    }
}
