//! The API document and a page to read it by.

use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use kernel::{
    Cx, Idempotency, Kernel, Product, Result, Route, page,
    route::{Access, Kind, Meta, Rate},
};
use kernel::{Input, Query, Reader};
use maud::{Markup, html};
use serde_json::Value;
use std::sync::{Arc, OnceLock};
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

/// The document as it is sent, with its tag. It is made once: routes do not change while a process
/// runs.
static DOCUMENT: OnceLock<(String, Bytes, HeaderValue)> = OnceLock::new();

async fn document(State(kernel): State<Arc<Kernel>>, headers: HeaderMap) -> Result<Response> {
    let make = || {
        let document = kernel::openapi::document(&kernel.wiring().routes, kernel.base_url());
        let bytes = serde_json::to_vec(&document).unwrap_or_default();
        let hash = base::secret::hash(&String::from_utf8_lossy(&bytes));
        let tag = hash[..8]
            .iter()
            .fold(String::new(), |tag, byte| format!("{tag}{byte:02x}"));
        let tag = HeaderValue::from_str(&format!("\"{tag}\""));
        let tag = tag.unwrap_or(HeaderValue::from_static("\"1\""));
        (kernel.base_url().to_owned(), Bytes::from(bytes), tag)
    };
    let (base, bytes, tag) = match DOCUMENT.get_or_init(make) {
        // Another process's worth of routes in this one (tests).
        (base, ..) if base != kernel.base_url() => make(),
        known => known.clone(),
    };
    drop(base);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|v| *v == tag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/json")], bytes).into_response()
    };
    let out = response.headers_mut();
    out.insert(header::ETAG, tag);
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
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

/// The form that calls an operation with the reader's session. A reading without ids is an ordinary
/// form and works without scripts; the others appear where scripts run.
fn try_out(cx: &Cx, meta: &Meta, here: Option<&(String, String)>) -> Option<Markup> {
    cx.session.as_ref()?;
    let path = match (meta.path.contains("{workspace}"), here) {
        (true, Some((slug, _))) => meta.path.replace("{workspace}", slug),
        (true, None) => return None,
        (false, _) => meta.path.clone(),
    };
    // What uploads take is no text, and what ends this session would end the trying too.
    if meta.upload || matches!(meta.operation, "auth.logout" | "account.delete") {
        return None;
    }
    let plain = meta.method == Method::GET && !path.contains('{');
    let query = meta
        .query
        .as_ref()
        .and_then(|q| q["properties"].as_object());
    let headers = [
        (
            meta.idempotency != Idempotency::None,
            "Idempotency-Key",
            cx.form_key(),
        ),
        (meta.if_match, "If-Match", "\"1\"".to_owned()),
    ];
    let field = |place: &str, name: &str, value: &str| {
        let id = format!("try-{}-{}", meta.operation.replace('.', "-"), name);
        html! {
            div.field {
                label for=(id) { code dir="ltr" { (name) } }
                input id=(id) name=(name) value=(value) data-in=(place) dir="ltr" autocomplete="off";
            }
        }
    };
    let body_id = format!("try-{}-body", meta.operation.replace('.', "-"));
    Some(html! {
        details {
            summary { (cx.t("app-api-try")) }
            form.form method="get" action=[plain.then_some(&path)] data-try=(path) data-method=(meta.method.as_str()) hidden[!plain] {
                @if let Some((_, name)) = here.filter(|_| meta.path.contains("{workspace}")) {
                    p.meta { (cx.tr("app-api-try-hint", &[("workspace", name.into())])) }
                }
                @for name in kernel::openapi::path_names(&path) { (field("path", name, "")) }
                @for name in query.into_iter().flat_map(|q| q.keys()) { (field("query", name, "")) }
                @for (_, name, value) in headers.iter().filter(|(taken, ..)| *taken) { (field("header", name, value)) }
                @if let Some(example) = kernel::openapi::example(meta) {
                    div.field {
                        label for=(body_id) { code { "JSON" } }
                        textarea id=(body_id) data-in="body" dir="ltr" rows="8" spellcheck="false" {
                            (serde_json::to_string_pretty(&example).unwrap_or_default())
                        }
                    }
                }
                div.actions { (Button::quiet(cx.t("app-api-send")).icon(Icon::CirclePlay).small()) }
                pre dir="ltr" tabindex="0" { output aria-live="polite" {} }
            }
        }
    })
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
                (cx.t("app-api-codes"), html! { code dir="ltr" { (kernel::openapi::own_codes(meta).join(", ")) } }),
                (cx.t("app-api-idempotency"), html! { code { (format!("{:?}", meta.idempotency).to_lowercase()) } }),
            ]))
            @if let Some(example) = kernel::openapi::example(meta) {
                pre dir="ltr" tabindex="0" { code { (serde_json::to_string_pretty(&example).unwrap_or_default()) } }
            }
            @if let Some(query) = &meta.query { (schema(&cx.t("app-api-query"), query)) }
            @if let Some(body) = &meta.body { (schema(&cx.t("app-api-body"), body)) }
            @if let Some(answer) = &answer { (schema(&cx.t("app-api-answer"), answer)) }
            @if let Some(form) = try_out(cx, meta, here) { (form) }
        }
    }
}
