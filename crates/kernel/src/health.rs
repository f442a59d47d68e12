//! Whether the process answers, and whether it can work. Checks run in the background.

use crate::Kernel;
use axum::{extract::State, response::{IntoResponse, Response}};
use http::StatusCode;
use std::sync::{Arc, atomic::{AtomicBool, AtomicI64, Ordering}};

/// The latest report.
#[derive(Default)]
pub struct Health {
    database: AtomicBool,
    schema: AtomicBool,
    checked_at: AtomicI64,
}

impl Health {
    /// Notes the outcome of a check.
    pub fn note(&self, database: bool, schema: bool) {
        self.database.store(database, Ordering::Relaxed);
        self.schema.store(schema, Ordering::Relaxed);
        self.checked_at.store(base::instant::wall().unix_seconds(), Ordering::Relaxed);
    }
    /// Whether the process can work.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let age = base::instant::wall().unix_seconds() - self.checked_at.load(Ordering::Relaxed);
        self.database.load(Ordering::Relaxed) && self.schema.load(Ordering::Relaxed) && age < 20
    }
}

/// `GET /health/live`: the process answers.
pub async fn live() -> Response {
    crate::extract::json(StatusCode::OK, &serde_json::json!({"status": "live"}))
}

/// `GET /health/ready`: it can work.
pub async fn ready(State(kernel): State<Arc<Kernel>>) -> Response {
    let ready = kernel.health.is_ready() && !kernel.shutdown.is_cancelled();
    if ready {
        crate::extract::json(StatusCode::OK, &serde_json::json!({"status": "healthy"}))
    } else {
        let mut response = crate::extract::json(StatusCode::SERVICE_UNAVAILABLE, &serde_json::json!({"status": "unhealthy"}));
        response.headers_mut().insert(http::header::RETRY_AFTER, http::HeaderValue::from_static("2"));
        response.into_response()
    }
}
