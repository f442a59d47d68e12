//! The one shape of every error the API answers.

use std::borrow::Cow;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;

/// An answer that is not the wished one. Never carries what the caller sent.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: Cow<'static, str>,
    pub(crate) field: Option<&'static str>,
}

impl Refusal {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            field: None,
        }
    }

    pub(crate) fn unprocessable(
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        field: &'static str,
    ) -> Self {
        Self {
            field: Some(field),
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
        }
    }

    pub(crate) fn conflict(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is no such thing.",
        )
    }

    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "The provider could not do this.",
        )
    }
}

#[derive(Serialize)]
struct Shown<'a> {
    code: &'a str,
    message: &'a str,
    field: Option<&'a str>,
}

#[derive(Serialize)]
struct Answer<'a> {
    error: Shown<'a>,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let answer = Answer {
            error: Shown {
                code: self.code,
                message: &self.message,
                field: self.field,
            },
        };
        (self.status, Json(answer)).into_response()
    }
}
