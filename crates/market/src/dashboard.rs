//! The start page of a workspace: what waits for me, what is held and coming, what runs.

pub mod load;
pub mod page;

pub use load::{DashboardView, WaitingView};

use axum::{response::Response, routing::get};
use http::Method;
use kernel::{Cx, Result, Route, extract};

/// Routes of the start page.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::api(
            Method::GET,
            "/w/{workspace}/dashboard",
            "dashboard.show",
            get(api),
        )
        .permission("dashboard.show")
        .answers::<DashboardView>(200),
        Route::page(
            Method::GET,
            "/w/{workspace}",
            "dashboard.show",
            get(page::page),
        )
        .permission("dashboard.show"),
    ]
}

async fn api(cx: Cx) -> Result<Response> {
    Ok(extract::data(&load::load(&cx).await?))
}
