//! Who answers what: public pages and number-taking calls, the API behind the bearer, and test
//! control.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request, State as Shared};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, AUTHORIZATION, CACHE_CONTROL, HeaderName, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Method, StatusCode};
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::body::LIMIT;
use crate::refusal::Refusal;
use crate::{control, destination, dispute, event, method, pages, payment, payout, refund};

pub(crate) fn router(app: Arc<App>) -> Router {
    let numbers = Router::new()
        .route("/v1/payment_methods", post(method::create))
        .route("/v1/destinations", post(destination::create))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(any_origin));
    let mut private = Router::new()
        .route("/v1/payment_methods/{id}", get(method::show))
        .route("/v1/payment_methods/{id}/attach", post(method::attach))
        .route("/v1/payment_methods/{id}/detach", post(method::detach))
        .route("/v1/destinations/{id}", get(destination::show))
        .route("/v1/payments", post(payment::create).get(payment::list))
        .route("/v1/payments/{id}", get(payment::show))
        .route("/v1/payments/{id}/cancel", post(payment::cancel))
        .route("/v1/refunds", post(refund::create).get(refund::list))
        .route("/v1/refunds/{id}", get(refund::show))
        .route("/v1/payouts", post(payout::create).get(payout::list))
        .route("/v1/payouts/{id}", get(payout::show))
        .route("/v1/disputes", get(dispute::list))
        .route("/v1/disputes/{id}", get(dispute::show))
        .route("/v1/balance", get(payout::balance))
        .route("/v1/events", get(event::list));
    if app.config.test {
        private = private
            .route(
                "/control/next",
                post(control::set_next)
                    .get(control::show_next)
                    .delete(control::clear_next),
            )
            .route(
                "/control/clock",
                post(control::set_clock).get(control::show_clock),
            )
            .route("/control/next_due", get(control::next_due))
            .route("/control/flush", post(control::flush));
    }
    let private = private
        .method_not_allowed_fallback(wrong_method)
        .route_layer(middleware::from_fn_with_state(app.clone(), bearer));
    Router::new()
        .route("/health", get(health))
        .merge(pages::router())
        .merge(numbers)
        .merge(private)
        .fallback(not_found)
        .layer(middleware::from_fn(headers))
        .layer(DefaultBodyLimit::max(LIMIT))
        .with_state(app)
}

#[derive(serde::Serialize)]
struct Health {
    status: &'static str,
}

async fn health() -> Json<Health> {
    Json(Health { status: "ok" })
}

async fn not_found() -> Refusal {
    Refusal::not_found()
}

async fn wrong_method() -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This address does not take this method.",
    )
}

async fn bearer(Shared(app): Shared<Arc<App>>, request: Request, next: Next) -> Response {
    let right = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
        .is_some_and(|given| bool::from(given.ct_eq(app.config.secret.as_bytes())));
    if right {
        return next.run(request).await;
    }
    Refusal::new(
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        "Send the shared secret as a bearer.",
    )
    .into_response()
}

/// Pages of any origin may hand us numbers; nothing but a reference comes back, and no cookie or
/// other credential of ours is involved.
async fn any_origin(request: Request, next: Next) -> Response {
    let preflight = request.method() == Method::OPTIONS;
    let mut response = if preflight {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if preflight {
        headers.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("POST"),
        );
        headers.insert(
            ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("content-type"),
        );
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        headers.insert(
            HeaderName::from_static("access-control-allow-private-network"),
            HeaderValue::from_static("true"),
        );
    }
    response
}

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
