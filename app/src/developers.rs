//! The API document and a page to read it by.

use axum::{extract::State, response::Response, routing::get};
use http::{Method, StatusCode};
use kernel::{
    Cx, Kernel, Product, Result, Route, extract, page,
    route::{Access, Kind, Meta, Rate},
};
use kernel::{Input, Query, Reader};
use maud::{Markup, html};
use serde_json::Value;
use std::sync::Arc;
use ui::{
    Icon,
    parts::{Button, Tab, tabs},
};

/// `/api/v1/openapi.json` and `/developers`.
#[must_use]
pub fn product() -> Product {
    Product {
        name: "developers",
        routes: vec![
            Route::page(
                Method::GET,
                "/api/v1/openapi.json",
                "openapi.show",
                get(document),
            )
            .public()
            .rate(Rate::Free),
            Route::page(Method::GET, "/developers", "openapi.read", get(read))
                .public()
                .query::<Look>(),
        ],
        ..Product::default()
    }
}

async fn document(State(kernel): State<Arc<Kernel>>) -> Result<Response> {
    let document = kernel::openapi::document(&kernel.wiring().routes, kernel.base_url());
    Ok(extract::json(StatusCode::OK, &document))
}

/// How the page is read.
pub struct Look {
    /// The workspace that the try-out links lead to.
    pub workspace: Option<String>,
}

impl Input for Look {
    fn read(r: &mut Reader) -> Self {
        Self {
            workspace: r.line_opt("workspace", 40),
        }
    }
}

/// The reader's workspaces, by name; at most 20, and none for a visitor.
async fn workspaces(cx: &Cx) -> Result<Vec<(String, String)>> {
    let Some(session) = &cx.session else {
        return Ok(vec![]);
    };
    let mut tx = cx.kernel.db.begin_system(None).await?;
    let rows = sqlx::query!(
        "select w.slug, w.name from kernel.member m join kernel.workspace w on w.workspace_id = m.workspace_id
         where m.account_id = $1 and m.state = 'active' and w.state = 'active' order by w.name, w.slug limit 20",
        session.account_id
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(rows.into_iter().map(|r| (r.slug, r.name)).collect())
}

async fn read(cx: Cx, Query(look): Query<Look>) -> Result<Response> {
    let mine = workspaces(&cx).await?;
    let here = mine
        .iter()
        .find(|(slug, _)| look.workspace.as_ref() == Some(slug))
        .or(mine.first());
    let choice: Vec<Tab> = mine
        .iter()
        .map(|(slug, name)| {
            let chosen = here.is_some_and(|(s, _)| s == slug);
            Tab::new(
                name.clone(),
                format!("/developers?workspace={slug}"),
                chosen,
            )
        })
        .collect();
    let mut routes: Vec<&Meta> = cx
        .kernel
        .wiring()
        .routes
        .iter()
        .copied()
        .filter(|m| m.kind == Kind::Api)
        .collect();
    routes.sort_by_key(|m| m.operation);
    let body = html! {
        h1 { (cx.t("app-api-title")) }
        p.lead { (cx.t("app-api-lead")) " " a href="/api/v1/openapi.json" { (cx.t("app-api-document")) } }
        @if cx.session.is_none() {
            p.hint { a href="/login?return_to=%2Fdevelopers" { (cx.t("app-api-try-sign-in")) } }
        }
        @if choice.len() > 1 { (tabs(&cx.t("app-api-workspaces"), &choice)) }
        @for meta in routes { (operation(&cx, meta, here)) }
    };
    page::page(&cx, cx.t("app-api-title"), body).await
}

/// Where a reading without ids can be tried, in this workspace if it needs one.
fn try_out(meta: &Meta, here: Option<&(String, String)>) -> Option<String> {
    if meta.method != Method::GET {
        return None;
    }
    let path = match (meta.path.contains("{workspace}"), here) {
        (true, Some((slug, _))) => meta.path.replace("{workspace}", slug),
        (true, None) => return None,
        (false, _) => meta.path.clone(),
    };
    (!path.contains('{')).then_some(path)
}

fn schema(title: &str, schema: &Value) -> Markup {
    html! {
        details {
            summary { (title) }
            pre dir="ltr" tabindex="0" { code { (serde_json::to_string_pretty(schema).unwrap_or_default()) } }
        }
    }
}

fn operation(cx: &Cx, meta: &Meta, here: Option<&(String, String)>) -> Markup {
    let answer = meta
        .answer
        .as_ref()
        .and_then(|a| serde_json::to_value(&a.schema).ok());
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
            @if let Some(query) = &meta.query { (schema(&cx.t("app-api-query"), query)) }
            @if let Some(body) = &meta.body { (schema(&cx.t("app-api-body"), body)) }
            @if let Some(answer) = &answer { (schema(&cx.t("app-api-answer"), answer)) }
            @if let (Some(href), true) = (try_out(meta, here), cx.session.is_some()) {
                p {
                    (Button::quiet(cx.t("app-api-try")).href(href).icon(Icon::CirclePlay).small())
                    @if let Some((_, name)) = here.filter(|_| meta.path.contains("{workspace}")) {
                        " " span.meta { (cx.tr("app-api-try-hint", &[("workspace", name.into())])) }
                    }
                }
            }
        }
    }
}
