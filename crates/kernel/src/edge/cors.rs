//! The API from pages of other origins: only those that the operator named, letter for letter, and
//! by token alone. Cookies are never let across, so no answer says that credentials may come.

use super::text;
use crate::Kernel;
use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, header};

const METHODS: &str = "GET, POST, PATCH, PUT, DELETE";
const ASKED: &str =
    "authorization, content-type, idempotency-key, if-match, if-none-match, accept-language";
const TOLD: &str = "etag, x-request-id, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset, searched-for, location";

/// The origin that asks, if it may.
pub(super) struct Asking {
    allowed: Option<HeaderValue>,
    api: bool,
}

/// Looks at who asks, before the request is worked on.
pub(super) fn asking(kernel: &Kernel, request: &Request) -> Asking {
    let api = request.uri().path().starts_with("/api/");
    let allowed = request.headers().get(header::ORIGIN).filter(|origin| {
        let known = &kernel.config.allowed_origins;
        api && known.iter().any(|one| one.as_bytes() == origin.as_bytes())
    });
    Asking {
        allowed: allowed.cloned(),
        api,
    }
}

/// The answer to a browser that asks beforehand; `None` when this is no such question. An origin
/// that may not ask gets an answer without any permission in it.
pub(super) fn preflight(asking: &Asking, request: &Request) -> Option<Response> {
    let asks = asking.api
        && request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ORIGIN)
        && text(request.headers(), "access-control-request-method").is_some();
    if !asks {
        return None;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    if asking.allowed.is_some() {
        let out = response.headers_mut();
        for (name, value) in [
            (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, ASKED),
            (header::ACCESS_CONTROL_MAX_AGE, "600"),
        ] {
            out.insert(name, HeaderValue::from_static(value));
        }
    }
    Some(response)
}

/// Says on an answer who may read it.
pub(super) fn add(kernel: &Kernel, asking: Asking, response: &mut Response) {
    if !asking.api {
        return;
    }
    let out = response.headers_mut();
    let asked_beforehand = out.contains_key(header::ACCESS_CONTROL_ALLOW_METHODS);
    if !kernel.config.allowed_origins.is_empty() || asked_beforehand {
        out.append(header::VARY, HeaderValue::from_static("origin"));
    }
    if let Some(origin) = asking.allowed {
        out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        out.insert(
            "cross-origin-resource-policy",
            HeaderValue::from_static("cross-origin"),
        );
        if !asked_beforehand {
            out.insert(
                header::ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static(TOLD),
            );
        }
    }
}
