//! Papers: API and pages.

use super::{InvoiceQuery, InvoiceView, list, page, show};
use axum::{response::Response, routing::get};
use http::Method;
use kernel::{Cx, Id, Query, Result, Route, extract};
use uuid::Uuid;

const LIST: &str = "/w/{workspace}/invoices";
const ONE: &str = "/w/{workspace}/invoices/{invoice}";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::GET, LIST, "invoice.list", get(api_list))
            .product("market")
            .permission("invoice.list")
            .query::<InvoiceQuery>()
            .lists::<InvoiceView>(),
        Route::api(Method::GET, ONE, "invoice.show", get(api_show))
            .product("market")
            .permission("invoice.show")
            .answers::<InvoiceView>(200),
        Route::page(Method::GET, LIST, "invoice.list", get(list_page))
            .product("market")
            .permission("invoice.list")
            .query::<InvoiceQuery>(),
        Route::page(Method::GET, ONE, "invoice.show", get(show_page))
            .product("market")
            .permission("invoice.show"),
    ]
}

async fn api_list(cx: Cx, Query(query): Query<InvoiceQuery>) -> Result<Response> {
    Ok(list(&cx, &query).await?.answer())
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    Ok(extract::data(&show(&cx, id).await?))
}

async fn list_page(cx: Cx, Query(query): Query<InvoiceQuery>) -> Result<Response> {
    let papers = list(&cx, &query).await?;
    page::list(&cx, &query, &papers).await
}

async fn show_page(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let paper = show(&cx, id).await?;
    page::one(&cx, &paper).await
}
