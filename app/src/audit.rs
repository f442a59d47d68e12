//! Reading the audit: the workspace's for those who run it, one's own for every member. Rows are
//! written by the kernel with each change; reading them is audited too.

mod export;
mod page;
mod read;
mod words;

pub use read::{AuditChangeView, AuditQuery, AuditView, MineQuery, list, mine};

use axum::{response::Response, routing::get};
use http::Method;
use kernel::{Cx, Product, Query, Result, Route, product::Nav, route::Rate};

/// What reading the audit plugs into the kernel.
#[must_use]
pub fn product() -> Product {
    let (all, own) = ("/w/{workspace}/audit", "/w/{workspace}/audit/mine");
    Product {
        name: "audit",
        routes: vec![
            Route::api(Method::GET, all, "audit.list", get(api_list))
                .permission("audit.list")
                .query::<AuditQuery>()
                .lists::<AuditView>(),
            Route::api(Method::GET, own, "audit.mine", get(api_mine))
                .permission("workspace.show")
                .query::<MineQuery>()
                .lists::<AuditView>(),
            Route::api(
                Method::GET,
                "/w/{workspace}/audit/export",
                "audit.export",
                get(export::file),
            )
            .permission("audit.export")
            .rate(Rate::Job)
            .query::<export::ExportQuery>()
            .produces(&["text/csv", "application/jsonl"]),
            Route::page(
                Method::GET,
                "/w/{workspace}/audit/export",
                "audit.export",
                get(export::file),
            )
            .permission("audit.export")
            .rate(Rate::Job)
            .query::<export::ExportQuery>(),
            Route::page(Method::GET, all, "audit.list", get(page::list))
                .permission("audit.list")
                .query::<AuditQuery>(),
            Route::page(
                Method::GET,
                "/w/{workspace}/activity",
                "audit.mine",
                get(page::mine),
            )
            .permission("workspace.show")
            .query::<MineQuery>(),
        ],
        nav: vec![
            Nav {
                product: None,
                path: "/audit",
                label: "audit-title",
                icon: ui::Icon::History,
                permission: "audit.list",
            },
            Nav {
                product: None,
                path: "/activity",
                label: "audit-mine",
                icon: ui::Icon::Activity,
                permission: "workspace.show",
            },
        ],
        ..Product::default()
    }
}

async fn api_list(cx: Cx, Query(query): Query<AuditQuery>) -> Result<Response> {
    Ok(list(&cx, &query).await?.answer())
}

async fn api_mine(cx: Cx, Query(query): Query<MineQuery>) -> Result<Response> {
    Ok(mine(&cx, &query).await?.answer())
}
