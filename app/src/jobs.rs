//! What became of background work, for the member who asked for it, who may also have it stopped.

use axum::{
    response::Response,
    routing::{get, post},
};
use base::Instant;
use http::Method;
use kernel::{
    Action, Body, Cx, Error, Id, Idempotency, Product, Result, Route, extract, input::Nothing, once,
};
use serde::Serialize;
use uuid::Uuid;

/// A durable job.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct JobView {
    /// Its id.
    pub id: Uuid,
    /// What it does.
    pub kind: String,
    /// `queued`, `running`, `cancelling`, `succeeded`, `dead`, `timed_out` or `cancelled`.
    pub state: String,
    /// How far it is, in percent.
    pub progress: i64,
    /// What came of it.
    #[schema(value_type = Option<Object>)]
    pub result: Option<serde_json::Value>,
    /// How often it was tried.
    pub attempts: i64,
    /// After how many tries it is given up.
    pub max_attempts: i64,
    /// When it was asked for, by the wall clock.
    pub created_at: Instant,
    /// When it ended.
    pub finished_at: Option<Instant>,
    /// Stable code of the last failure.
    pub error_code: Option<String>,
}

/// `GET /w/{workspace}/jobs/{job}`.
#[must_use]
pub fn product() -> Product {
    Product {
        name: "jobs",
        routes: vec![
            Route::api(
                Method::GET,
                "/w/{workspace}/jobs/{job}",
                "job.show",
                get(api_show),
            )
            .permission("workspace.show")
            .answers::<JobView>(200),
            Route::api(
                Method::POST,
                "/w/{workspace}/jobs/{job}/cancellation",
                "job.cancel",
                post(api_cancel),
            )
            .codes(&[(409, "job_finished"), (409, "job_not_cancellable")])
            .permission("job.cancel")
            .idempotency(Idempotency::Accepted)
            .answers::<JobView>(200)
            .refuses(&[409]),
        ],
        ..Product::default()
    }
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    Ok(extract::data(&show(&cx, id).await?))
}

const CANCEL: Action = Action::new("job.cancel", "job", "workspace.show");

async fn api_cancel(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    let id = once(cancel(&cx, id).await)?;
    Ok(extract::data(&show(&cx, id).await?))
}

/// Has a job stopped that the member who asks has asked for: at once where it waits, within
/// seconds where it runs. Asking again changes nothing.
///
/// # Errors
/// 404 for anyone else's, 409 `job_finished`, 409 `job_not_cancellable`.
pub async fn cancel(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    kernel::jobs::cancel(&mut tx, me, id)
        .await?
        .ok_or(Error::NotFound)?;
    let permit = cx.authorize(&CANCEL, id, &["own"])?;
    tx.commit(permit).await?;
    Ok(id)
}

/// A job that the member who asks has asked for.
///
/// # Errors
/// 404 for anyone else's, the system's, or none.
pub async fn show(cx: &Cx, id: Uuid) -> Result<JobView> {
    let me = cx.member()?.id;
    let mut tx = cx.read().await?;
    let row = sqlx::query!(
        "select kind, state, attempts, max_attempts, created_at, finished_at, last_error, progress, result
         from kernel.job where workspace_id = $1 and id = $2 and member_id = $3",
        tx.workspace(),
        id,
        me
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    tx.finish().await?;
    Ok(JobView {
        id,
        kind: row.kind,
        state: row.state,
        progress: row.progress.into(),
        result: row.result,
        attempts: row.attempts.into(),
        max_attempts: row.max_attempts.into(),
        created_at: row.created_at,
        finished_at: row.finished_at,
        error_code: row.last_error.as_deref().map(|text| code(text).to_owned()),
    })
}

/// The code in a kept error. Its text may speak of our insides, so it stays here.
fn code(kept: &str) -> &str {
    let is_code = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    match kept.split_once(": ") {
        None if is_code(kept) => kept,
        Some(("forbidden", reason)) if is_code(reason) => reason,
        _ if kept == "not found" => "not_found",
        _ if kept.starts_with("database: ") => "database_failed",
        _ if kept == "took longer than its limit" => "timed_out",
        _ => "internal_error",
    }
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn only_codes_are_told() {
        assert_eq!(code("payment_unavailable"), "payment_unavailable");
        assert_eq!(code("forbidden: email_unverified"), "email_unverified");
        assert_eq!(code("not found"), "not_found");
        assert_eq!(
            code("database: connection to 10.0.0.5 refused"),
            "database_failed"
        );
        assert_eq!(
            code("internal: panicked: index out of bounds"),
            "internal_error"
        );
        assert_eq!(code("invalid input"), "internal_error");
    }
}
