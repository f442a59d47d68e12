//! One error for everything that can refuse: it knows its status, its stable code, and which
//! inputs it concerns. The words are in the locale files under `error-CODE`.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use std::{collections::HashMap, sync::Arc, sync::OnceLock};
use ui::text::Arg;
use uuid::Uuid;

/// What commands and handlers return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One thing wrong with the input: where, what, and figures for the message.
#[derive(Debug, Clone)]
pub struct Fault {
    /// JSON pointer of the input, as the client named it: `/milestones/0/amount`.
    pub pointer: String,
    /// Stable code; its words are `error-CODE`.
    pub code: &'static str,
    /// Figures for the message.
    pub args: Vec<(&'static str, Arg<'static>)>,
}

impl Fault {
    /// A fault at `pointer` (`/title`).
    #[must_use]
    pub fn new(pointer: impl Into<String>, code: &'static str) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            args: vec![],
        }
    }
}

/// Why something was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Absent, or not visible to the caller: the same answer.
    #[error("not found")]
    NotFound,
    /// No or ended credentials.
    #[error("not signed in")]
    Unauthenticated,
    /// Known, visible, but not allowed.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// A rule of the domain says no, with its status and stable code.
    #[error("{code}")]
    Refused {
        /// HTTP status of this code, one and the same everywhere.
        status: StatusCode,
        /// Stable code.
        code: &'static str,
        /// The inputs it concerns, as JSON pointers.
        pointers: Vec<String>,
        /// Figures for the message.
        args: Vec<(&'static str, Arg<'static>)>,
        /// Seconds after which a repeat makes sense.
        retry_after: Option<i64>,
    },
    /// The input is wrong; all faults at once.
    #[error("invalid input")]
    Invalid(Vec<Fault>),
    /// 412 `stale`: somebody changed the record first; it as it is now.
    #[error("stale")]
    Stale(Box<serde_json::Value>),
    /// This key was used for the same request before; the record it answered with.
    #[error("replayed")]
    Replayed(Uuid),
    /// The database refused or failed.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// Anything unforeseen.
    #[error("internal: {0:#}")]
    Internal(#[from] anyhow::Error),
}

impl Error {
    /// A refusal with this status and code.
    #[must_use]
    pub fn refused(status: u16, code: &'static str) -> Self {
        Self::Refused {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::CONFLICT),
            code,
            pointers: vec![],
            args: vec![],
            retry_after: None,
        }
    }
    /// 409: the state does not allow it, or another was first.
    #[must_use]
    pub fn conflict(code: &'static str) -> Self {
        Self::refused(409, code)
    }
    /// 402: not enough money, or the payment was refused.
    #[must_use]
    pub fn payment(code: &'static str) -> Self {
        Self::refused(402, code)
    }
    /// 422 at one input.
    #[must_use]
    pub fn invalid(pointer: &str, code: &'static str) -> Self {
        Self::Invalid(vec![Fault::new(pointer, code)])
    }
    /// 503 that asks to come back.
    #[must_use]
    pub fn unavailable(code: &'static str) -> Self {
        Self::Refused {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code,
            pointers: vec![],
            args: vec![],
            retry_after: Some(5),
        }
    }
    /// After how many seconds it is worth asking again.
    #[must_use]
    pub fn again_in(mut self, seconds: i64) -> Self {
        if let Self::Refused { retry_after, .. } = &mut self {
            *retry_after = Some(seconds);
        }
        self
    }
    /// Names an input the refusal concerns.
    #[must_use]
    pub fn at(mut self, pointer: &str) -> Self {
        if let Self::Refused { pointers, .. } = &mut self {
            pointers.push(pointer.to_owned());
        }
        self
    }
    /// Adds a figure for the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg<'static>>) -> Self {
        if let Self::Refused { args, .. } = &mut self {
            args.push((name, value.into()));
        }
        self
    }

    /// The status and stable code with which it is answered.
    #[must_use]
    pub fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated"),
            Self::Forbidden(code) => (StatusCode::FORBIDDEN, code),
            Self::Refused { status, code, .. } => (*status, code),
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            Self::Stale(_) => (StatusCode::PRECONDITION_FAILED, "stale"),
            Self::Replayed(_) => (StatusCode::CONFLICT, "in_progress"),
            Self::Database(error) => database_meaning(error),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal_error"),
        }
    }

    /// 412: the edit was made against another version than the current one.
    #[must_use]
    pub fn stale() -> Self {
        Self::refused(412, "stale")
    }

    /// Whether the edit was made against another version than the current one.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.status_and_code().0 == StatusCode::PRECONDITION_FAILED
    }

    /// The stable code with which it is answered.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.status_and_code().1
    }

    /// Whether it is ours to mend: logged as an error with its cause.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.status_and_code().0 == StatusCode::INTERNAL_SERVER_ERROR
    }

    /// Whether the database says that a constraint of this name was violated.
    #[must_use]
    pub fn is_constraint(&self, name: &str) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(e)) if e.constraint() == Some(name))
    }
}

/// A constraint of the schema and what its violation means to a caller.
pub type Constraint = (&'static str, u16, &'static str);

static CONSTRAINTS: OnceLock<HashMap<&'static str, (StatusCode, &'static str)>> = OnceLock::new();

/// Tells what each named constraint means, once, when the process is wired.
pub fn register_constraints(all: impl IntoIterator<Item = Constraint>) {
    let table = all
        .into_iter()
        .filter_map(|(name, status, code)| Some((name, (StatusCode::from_u16(status).ok()?, code))))
        .collect();
    // A second wiring in one process (tests) carries the same table.
    let _ = CONSTRAINTS.set(table);
}

fn database_meaning(error: &sqlx::Error) -> (StatusCode, &'static str) {
    match error {
        sqlx::Error::Database(e) => {
            let known = e
                .constraint()
                .and_then(|name| CONSTRAINTS.get().and_then(|all| all.get(name)));
            match (known, e.code().as_deref()) {
                (Some(meaning), _) => *meaning,
                (None, Some("23505")) => (StatusCode::CONFLICT, "conflict"),
                (None, Some("23503" | "23514" | "22001" | "22003" | "22021" | "22P05")) => {
                    (StatusCode::UNPROCESSABLE_ENTITY, "invalid")
                }
                (None, Some("57014")) => (StatusCode::GATEWAY_TIMEOUT, "request_timeout"),
                (None, Some("40001" | "40P01" | "55P03")) => (StatusCode::CONFLICT, "in_progress"),
                (None, Some(code)) if code.starts_with("57P") || code.starts_with("53") => {
                    (StatusCode::SERVICE_UNAVAILABLE, "service_unavailable")
                }
                _ => (StatusCode::INTERNAL_SERVER_ERROR, "internal_error"),
            }
        }
        sqlx::Error::PoolTimedOut => (StatusCode::SERVICE_UNAVAILABLE, "database_busy"),
        sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            (StatusCode::SERVICE_UNAVAILABLE, "service_unavailable")
        }
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "internal_error"),
    }
}

/// Turns a violated constraint into the refusal it means here.
pub trait OnConstraint<T> {
    /// Replaces a violation of the constraint `name` by `refusal`.
    ///
    /// # Errors
    /// The refusal, or the original error.
    fn on_constraint(self, name: &str, refusal: Error) -> Result<T>;
}
impl<T> OnConstraint<T> for std::result::Result<T, sqlx::Error> {
    fn on_constraint(self, name: &str, refusal: Error) -> Result<T> {
        self.map_err(|e| {
            let e = Error::Database(e);
            if e.is_constraint(name) { refusal } else { e }
        })
    }
}

/// The error of an answer, for the edge to render in the reader's language and form.
#[derive(Clone)]
pub(crate) struct Report(pub Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, _) = self.status_and_code();
        let mut response = status.into_response();
        response.extensions_mut().insert(Report(Arc::new(self)));
        response
    }
}
