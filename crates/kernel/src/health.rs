//! Whether the process answers, and whether it can work. Checks run in the background and leave
//! their outcome here; a probe only reads it.

use crate::{Kernel, edge};
use axum::{extract::State, response::Response};
use base::Instant;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

/// What something this process leans on was like when it was last looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dependency {
    /// `up`, `down`, or `absent` where none is configured.
    pub status: &'static str,
    /// How long the look took.
    pub milliseconds: u64,
    /// When that was, by the wall clock.
    pub checked_at: Instant,
}

/// The overall state of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Everything works.
    Healthy,
    /// It serves, but something it can do without for a while (mail, provider) is down.
    Degraded,
    /// It cannot serve.
    Unhealthy,
}

impl Status {
    /// Its word in the answer.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Unhealthy => "unhealthy",
        }
    }
}

/// The latest report.
#[derive(Default)]
pub struct Health {
    database: AtomicBool,
    schema: AtomicBool,
    checked_at: AtomicI64,
    dependencies: Mutex<BTreeMap<&'static str, Dependency>>,
    restarts: Mutex<BTreeMap<&'static str, u64>>,
    figures: Mutex<BTreeMap<&'static str, Value>>,
}

impl Health {
    /// Notes the outcome of a check of what nothing goes without.
    pub fn note(&self, database: bool, schema: bool) {
        self.database.store(database, Ordering::Relaxed);
        self.schema.store(schema, Ordering::Relaxed);
        self.checked_at
            .store(base::instant::wall().unix_seconds(), Ordering::Relaxed);
    }

    /// Notes how a dependency was found: `database`, `schema`, `mail`, `provider`.
    pub fn note_dependency(&self, name: &'static str, status: &'static str, took: Duration) {
        let found = Dependency {
            status,
            milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            checked_at: base::instant::wall(),
        };
        if let Ok(mut known) = self.dependencies.lock() {
            known.insert(name, found);
        }
    }

    /// Notes that a background task panicked and begins again.
    pub fn note_restart(&self, name: &'static str) {
        if let Ok(mut known) = self.restarts.lock() {
            *known.entry(name).or_default() += 1;
        }
    }

    /// How often each background task panicked since the start of the process.
    #[must_use]
    pub fn restarts(&self) -> BTreeMap<&'static str, u64> {
        self.restarts
            .lock()
            .map(|known| known.clone())
            .unwrap_or_default()
    }

    /// Notes a figure for operators: the backlog, the pool, lines of the log that were dropped.
    pub fn note_figure(&self, name: &'static str, value: Value) {
        if let Ok(mut known) = self.figures.lock() {
            known.insert(name, value);
        }
    }

    /// The figures as last noted.
    #[must_use]
    pub fn figures(&self) -> BTreeMap<&'static str, Value> {
        self.figures
            .lock()
            .map(|known| known.clone())
            .unwrap_or_default()
    }

    /// Every dependency as last found.
    #[must_use]
    pub fn dependencies(&self) -> BTreeMap<&'static str, Dependency> {
        self.dependencies
            .lock()
            .map(|known| known.clone())
            .unwrap_or_default()
    }

    /// Whether the process can work.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let age = base::instant::wall().unix_seconds() - self.checked_at.load(Ordering::Relaxed);
        self.database.load(Ordering::Relaxed) && self.schema.load(Ordering::Relaxed) && age < 20
    }

    /// The overall state.
    #[must_use]
    pub fn status(&self) -> Status {
        if !self.is_ready() {
            return Status::Unhealthy;
        }
        let down = |name| {
            self.dependencies
                .lock()
                .is_ok_and(|known| known.get(name).is_some_and(|d| d.status == "down"))
        };
        if down("mail") || down("provider") {
            Status::Degraded
        } else {
            Status::Healthy
        }
    }
}

/// `GET /health/live`: the process answers.
pub async fn live() -> Response {
    crate::extract::json(StatusCode::OK, &serde_json::json!({"status": "live"}))
}

/// `GET /health/ready`: it can work. Operators see what it leans on; everyone else one word.
pub async fn ready(State(kernel): State<Arc<Kernel>>, headers: HeaderMap) -> Response {
    let status = if kernel.shutdown.is_cancelled() {
        Status::Unhealthy
    } else {
        kernel.health.status()
    };
    let mut body = serde_json::json!({"status": status.name()});
    if is_operator(&kernel, &headers).await {
        body["version"] = env!("CARGO_PKG_VERSION").into();
        body["time"] = base::instant::wall().rfc3339().into();
        body["dependencies"] = serde_json::json!(kernel.health.dependencies());
        body["figures"] = serde_json::json!(kernel.health.figures());
        body["restarts"] = serde_json::json!(kernel.health.restarts());
    }
    if status != Status::Unhealthy {
        return crate::extract::json(StatusCode::OK, &body);
    }
    let mut response = crate::extract::json(StatusCode::SERVICE_UNAVAILABLE, &body);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    response
}

/// Whether the request carries an operator's live session; a probe waits for that no longer than
/// a moment, and while the database is away believes only what is remembered.
async fn is_operator(kernel: &Arc<Kernel>, headers: &HeaderMap) -> bool {
    let Some(token) = edge::text(headers, "authorization")
        .and_then(|value| value.strip_prefix("Bearer "))
        .or_else(|| edge::cookie(headers, edge::COOKIE))
    else {
        return false;
    };
    let hash = base::secret::hash(token);
    let session = match kernel.cache.sessions.get(&hash).await {
        Some(known) => known,
        None if kernel.health.is_ready() => {
            let asked = kernel.wiring().sessions.resolve(kernel, hash, false);
            match tokio::time::timeout(Duration::from_millis(300), asked).await {
                Ok(Ok(found)) => found.map(Arc::new),
                _ => None,
            }
        }
        None => None,
    };
    session.is_some_and(|s| s.is_operator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_or_provider_down_degrades_and_the_database_decides() {
        let health = Health::default();
        assert_eq!(
            health.status(),
            Status::Unhealthy,
            "nothing was checked yet"
        );
        health.note(true, true);
        assert_eq!(health.status(), Status::Healthy);
        health.note_dependency("mail", "absent", Duration::ZERO);
        assert_eq!(health.status(), Status::Healthy);
        health.note_dependency("provider", "down", Duration::from_millis(7));
        assert_eq!(health.status(), Status::Degraded);
        assert_eq!(health.dependencies()["provider"].milliseconds, 7);
        health.note(true, false);
        assert_eq!(health.status(), Status::Unhealthy);
    }
}
