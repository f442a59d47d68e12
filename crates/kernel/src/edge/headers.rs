//! What every answer carries: id, policy for browsers, how long it may be kept.

use super::masked;
use crate::Kernel;
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};
use std::sync::RwLock;

const FIXED: [(HeaderName, HeaderValue); 7] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ),
    (
        header::STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=63072000; includeSubDomains"),
    ),
];

/// The policy for the provider in force: written once, not for every answer.
static POLICY: RwLock<Option<(String, HeaderValue)>> = RwLock::new(None);

fn policy(kernel: &Kernel) -> Option<HeaderValue> {
    let known = kernel.provider().ok();
    let provider = known.as_ref().map_or("", |p| p.url.as_str());
    if let Ok(slot) = POLICY.read()
        && let Some((of, value)) = &*slot
        && of == provider
    {
        return Some(value.clone());
    }
    let assets = match ui::assets::origin() {
        "" => String::new(),
        origin => format!(" {origin}"),
    };
    let csp = format!(
        "default-src 'none'; script-src 'self'{assets}; style-src 'self'{assets}; img-src 'self' data:{assets}; font-src 'self'{assets}; \
         connect-src 'self'; manifest-src 'self'; form-action 'self' {provider}; base-uri 'none'; frame-ancestors 'none'"
    );
    let value = HeaderValue::from_str(&csp).ok()?;
    if let Ok(mut slot) = POLICY.write() {
        *slot = Some((provider.to_owned(), value.clone()));
    }
    Some(value)
}

pub(super) fn add(kernel: &Kernel, response: &mut Response, request_id: &str, path: &str) {
    let out = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(request_id) {
        out.insert("x-request-id", value);
    }
    if let Some(value) = policy(kernel) {
        out.entry(header::CONTENT_SECURITY_POLICY).or_insert(value);
    }
    for (name, value) in FIXED {
        out.insert(name, value);
    }
    if matches!(masked(path), std::borrow::Cow::Owned(_)) {
        // The path holds a token: tell nobody more than the origin. `no-referrer` would make the
        // browser send `Origin: null` with the page's own form.
        out.insert(
            header::REFERRER_POLICY,
            HeaderValue::from_static("strict-origin"),
        );
    }
    if path.starts_with("/assets/") {
        // The same for everyone: pages of our other origin may load them (fonts and modules by CORS).
        if !ui::assets::origin().is_empty() {
            out.insert(
                "cross-origin-resource-policy",
                HeaderValue::from_static("cross-origin"),
            );
            out.insert(
                header::ACCESS_CONTROL_ALLOW_ORIGIN,
                HeaderValue::from_static("*"),
            );
        }
    } else {
        out.entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
    }
}
