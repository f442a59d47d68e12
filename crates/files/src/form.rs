//! A page's form with files: its text fields, and the files stored as the sender's own.

use crate::{
    incoming::{self, Incoming},
    upload,
};
use axum::extract::{Request, multipart::Field};
use kernel::{
    Cx, Error, Result,
    extract::{self, Typed},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const FIELDS_MOST: usize = 500;

/// Reads a multipart form: text fields as typed and up to [`crate::MOST_FILES`] files under
/// `files`, stored and ready for [`crate::attach`]. Takes up the hidden field `idempotency_key`
/// for the command that follows, so a doubled submit is one effect. Mark the route `.upload()`.
///
/// # Errors
/// 413 past a limit, 415 `file_type_refused`, 422 `too_many_files`, 400 for a broken body. To show
/// the form again with what was typed, use [`form`].
pub async fn upload_form(cx: &Cx, request: Request) -> Result<(Typed, Vec<Uuid>)> {
    let (typed, files) = form(cx, request).await?;
    Ok((typed, files?))
}

/// The same, but a refused file leaves the text as typed: the inner result is the files, or why
/// one was refused (at `/files`).
///
/// # Errors
/// 413 for too much text, 415 for another content type, 400 for a broken body.
pub async fn form(cx: &Cx, request: Request) -> Result<(Typed, Result<Vec<Uuid>>)> {
    let mut body = upload::open(&cx.kernel, request).await?;
    let (mut typed, mut key, mut received) = (Typed::default(), None, Ok(vec![]));
    let (mut room, mut content) = (extract::BODY_MOST, Sha256::new());
    while let Some(mut field) = body
        .next_field()
        .await
        .map_err(|e| incoming::unreadable(&e))?
    {
        let name = field.name().unwrap_or("").to_owned();
        if name == "files" {
            // After a refusal the rest is read over for its text fields.
            if let Ok(files) = &mut received {
                match take(cx, field, files).await {
                    Ok(Some(digest)) => content.update(digest),
                    Ok(None) => {}
                    Err(error) => received = Err(error),
                }
            }
            continue;
        }
        let mut value = vec![];
        while let Some(chunk) = field.chunk().await.map_err(|e| incoming::unreadable(&e))? {
            room = room
                .checked_sub(chunk.len())
                .ok_or_else(|| Error::refused(413, "payload_too_large"))?;
            value.extend_from_slice(&chunk);
        }
        let value = String::from_utf8(value).map_err(|_| Error::refused(400, "malformed"))?;
        if typed.0.len() >= FIELDS_MOST {
            return Err(Error::refused(413, "payload_too_large"));
        }
        if name == "idempotency_key" {
            key = Some(value);
        } else {
            content.update(name.as_bytes());
            content.update([0]);
            content.update(value.as_bytes());
            content.update([0]);
            typed.0.push((name, value));
        }
    }
    let received = match received {
        Ok(received) => received,
        Err(error) => return Ok((typed, Err(error))),
    };
    let mut ids = vec![];
    for file in received {
        ids.push(upload::keep(cx, file).await?);
    }
    // Only now: the first transaction to begin after this takes the key, and it is the caller's.
    if let Some(key) = key {
        extract::claim_key(cx, &key, &content.finalize())?;
    }
    Ok((typed, Ok(ids)))
}

async fn take(cx: &Cx, field: Field<'_>, files: &mut Vec<Incoming>) -> Result<Option<Vec<u8>>> {
    let Some(file) = incoming::receive(&cx.kernel, field)
        .await
        .map_err(at_files)?
    else {
        return Ok(None);
    };
    if files.len() == crate::MOST_FILES {
        return Err(Error::invalid("/files", "too_many_files"));
    }
    let digest = file.sha256.clone();
    files.push(file);
    Ok(Some(digest))
}

fn at_files(error: Error) -> Error {
    match error {
        Error::Refused { status, code, .. } if status != http::StatusCode::BAD_REQUEST => {
            Error::refused(status.as_u16(), code).at("/files")
        }
        Error::Invalid(faults) => match faults.first() {
            Some(fault) => Error::invalid("/files", fault.code),
            None => Error::Invalid(faults),
        },
        other => other,
    }
}
