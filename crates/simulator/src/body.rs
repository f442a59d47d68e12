//! Reading requests: bodies, queries, ids and keys, each with our own answer when malformed.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use http::StatusCode;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::refusal::Refusal;

/// Largest request body in bytes.
pub(crate) const LIMIT: usize = 64 * 1024;

/// A JSON body; an empty one reads as `{}`. Faults are told without repeating any of its content,
/// since it may hold a card number.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes =
            Bytes::from_request(request, state)
                .await
                .map_err(|rejection| match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => too_large(),
                    _ => Refusal::new(
                        StatusCode::BAD_REQUEST,
                        "body_unreadable",
                        "The body could not be read to its end.",
                    ),
                })?;
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(text).map(Body).map_err(|fault| {
            Refusal::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid_body",
                format!(
                    "The body is not the expected JSON object ({}, line {}, column {}).",
                    if fault.is_data() {
                        "a field is unknown, missing or of the wrong kind"
                    } else {
                        "malformed"
                    },
                    fault.line(),
                    fault.column()
                ),
            )
        })
    }
}

pub(crate) fn too_large() -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        "The body is larger than 64 KiB.",
    )
}

/// The query part of an address.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        Query::<T>::from_request_parts(parts, state)
            .await
            .map(|Query(asked)| Asked(asked))
            .map_err(|_| {
                Refusal::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "invalid_query",
                    "A parameter is unknown or malformed.",
                )
            })
    }
}

/// The id in a path; a malformed one is simply not found.
pub(crate) struct Id(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        Path::<String>::from_request_parts(parts, state)
            .await
            .map(|Path(id)| Id(id))
            .map_err(|_| Refusal::not_found())
    }
}

/// The header `Idempotency-Key`.
pub(crate) struct Key(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        parts
            .headers
            .get("idempotency-key")
            .and_then(|value| value.to_str().ok())
            .filter(|key| (1..=255).contains(&key.len()))
            .map(|key| Key(key.to_owned()))
            .ok_or_else(|| {
                Refusal::new(
                    StatusCode::BAD_REQUEST,
                    "idempotency_key_required",
                    "Send an Idempotency-Key of 1 to 255 visible characters.",
                )
            })
    }
}

/// A body without fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// What may come as text or as a whole number: parts of a card, typed or sent by a program.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Loose {
    Text(String),
    Whole(u64),
}

impl From<Loose> for String {
    fn from(value: Loose) -> Self {
        match value {
            Loose::Text(text) => text,
            Loose::Whole(number) => number.to_string(),
        }
    }
}

/// The caller's own id of a thing.
pub(crate) fn reference(text: &str) -> Result<Uuid, Refusal> {
    Uuid::parse_str(text).map_err(|_| {
        Refusal::unprocessable(
            "reference_invalid",
            "The reference must be a UUID.",
            "reference",
        )
    })
}

/// Which part of a list is wanted. `after` is the last id of the part before.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListAsked {
    pub(crate) reference: Option<String>,
    pub(crate) payment: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) limit: Option<usize>,
}

/// One part of a list.
#[derive(Serialize)]
pub(crate) struct List<T> {
    pub(crate) data: Vec<T>,
    pub(crate) has_more: bool,
}

/// Checks the wanted length of a list.
pub(crate) fn limit(asked: Option<usize>) -> Result<usize, Refusal> {
    match asked {
        None => Ok(50),
        Some(limit @ 1..=100) => Ok(limit),
        Some(_) => Err(Refusal::unprocessable(
            "limit_invalid",
            "The limit must be 1 to 100.",
            "limit",
        )),
    }
}

impl<T> List<T> {
    /// The wanted part of `ids`, each shown by `show`.
    pub(crate) fn part(
        ids: &[String],
        asked: &ListAsked,
        show: impl Fn(&str) -> Option<T>,
    ) -> Result<Self, Refusal> {
        let limit = limit(asked.limit)?;
        let start = match &asked.after {
            None => 0,
            Some(after) => ids
                .iter()
                .position(|id| id == after)
                .map(|at| at + 1)
                .ok_or_else(|| {
                    Refusal::unprocessable("after_invalid", "`after` is not in this list.", "after")
                })?,
        };
        let rest = ids.get(start..).unwrap_or_default();
        Ok(Self {
            data: rest.iter().take(limit).filter_map(|id| show(id)).collect(),
            has_more: rest.len() > limit,
        })
    }
}
