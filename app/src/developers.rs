//! The API document and a page to read it by.

use axum::{extract::State, response::Response, routing::get};
use http::{Method, StatusCode};
use kernel::{Cx, Kernel, Product, Result, Route, extract, page, route::{Access, Kind, Meta, Rate}};
use maud::{Markup, html};
use std::sync::Arc;

/// `/api/v1/openapi.json` and `/developers`.
#[must_use]
pub fn product() -> Product {
    Product {
        name: "developers",
        routes: vec![
            Route::page(Method::GET, "/api/v1/openapi.json", "openapi.show", get(document)).public().rate(Rate::Free),
            Route::page(Method::GET, "/developers", "openapi.read", get(read)).public(),
        ],
        ..Product::default()
    }
}

async fn document(State(kernel): State<Arc<Kernel>>) -> Result<Response> {
    let document = kernel::openapi::document(&kernel.wiring().routes, kernel.base_url());
    Ok(extract::json(StatusCode::OK, &document))
}

async fn read(cx: Cx) -> Result<Response> {
    let mut routes: Vec<&Meta> = cx.kernel.wiring().routes.iter().copied().filter(|m| m.kind == Kind::Api).collect();
    routes.sort_by_key(|m| m.operation);
    let body = html! {
        h1 { (cx.t("app-api-title")) }
        p.lead { (cx.t("app-api-lead")) " " a href="/api/v1/openapi.json" { (cx.t("app-api-document")) } }
        @for meta in routes { (operation(&cx, meta)) }
    };
    page::page(&cx, cx.t("app-api-title"), body).await
}

fn operation(cx: &Cx, meta: &Meta) -> Markup {
    let access = match meta.access {
        Access::Public => cx.t("app-api-public"),
        Access::SignedIn => cx.t("app-api-signed-in"),
        Access::Permission(permission) => permission.to_owned(),
    };
    html! {
        section.panel id=(meta.operation) {
            h2 { code { (meta.operation) } }
            p dir="ltr" { code { (meta.method.as_str()) " " (meta.path) } }
            (ui::parts::description_list(&[
                (cx.t("app-api-permission"), html! { (access) }),
                (cx.t("app-api-rate"), html! { code { (meta.rate.name()) } }),
                (cx.t("app-api-idempotency"), html! { code { (format!("{:?}", meta.idempotency).to_lowercase()) } }),
            ]))
            @if let Some(example) = &meta.example {
                pre dir="ltr" tabindex="0" { code { (serde_json::to_string_pretty(example).unwrap_or_default()) } }
            }
        }
    }
}
