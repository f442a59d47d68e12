//! The request edge. Outside: id, host, body of errors, security headers, panics, deadlines.
//! Per route: origin, session, workspace, membership, permission, rate limit, context.

use crate::{
    Cx, Error, Kernel,
    config::Environment,
    error::Report,
    route::{Access, Kind, Meta, Rate},
};
use axum::{
    extract::{ConnectInfo, RawPathParams, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use std::{
    net::{IpAddr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Duration,
};
use ui::{frame::Theme, text::Locale};

/// The name of the browser's session cookie.
pub const COOKIE: &str = "__Host-guildhall";

tokio::task_local! {
    static STATEMENTS: std::cell::Cell<u32>;
}

/// Counts a SQL statement for the request that runs now; the test environment's log layer calls
/// it, so that a budget per route can be recorded and kept.
pub fn count_statement() {
    // Work outside a request has no count.
    let _ = STATEMENTS.try_with(|count| count.set(count.get() + 1));
}

/// What the outer edge found out, for the route's edge.
#[derive(Clone)]
struct Outer {
    request_id: Arc<str>,
    network: Arc<str>,
}

/// Around everything: request id, client address, host, deadline of last resort, headers, errors.
pub async fn outer(
    State(kernel): State<Arc<Kernel>>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = std::time::Instant::now();
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|c| c.0.ip());
    let trusted = peer.is_some_and(|p| kernel.config.trusted_proxies.iter().any(|n| n.contains(p)));
    let request_id: Arc<str> = text(request.headers(), "x-request-id")
        .filter(|id| {
            trusted
                && (8..=64).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
        .map_or_else(|| base::id::new().to_string(), str::to_owned)
        .into();
    let network: Arc<str> = client(&kernel, request.headers(), peer, trusted).into();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let shown = masked(&path);
    let wants_page = !path.starts_with("/api/")
        && !path.starts_with("/test/")
        && text(request.headers(), "accept")
            .is_none_or(|a| a.contains("text/html") || a.contains("*/*"));
    let locale = locale(request.headers(), None, None);
    let signed_in = cookie(request.headers(), COOKIE).is_some();
    request.extensions_mut().insert(Outer {
        request_id: request_id.clone(),
        network,
    });
    let mut response = match misdirected(&kernel, &request) {
        Some(response) => response,
        // A panic costs this request alone; a client that goes away ends its work with it.
        None => {
            let work = async {
                let outcome = AssertUnwindSafe(next.run(request)).catch_unwind().await;
                let mut response = outcome.unwrap_or_else(|_| {
                    Error::Internal(anyhow::anyhow!("panicked")).into_response()
                });
                if kernel.config.has_test() {
                    let count = STATEMENTS.try_with(std::cell::Cell::get).unwrap_or(0);
                    response
                        .headers_mut()
                        .insert("x-sql-statements", HeaderValue::from(count));
                }
                response
            };
            STATEMENTS.scope(std::cell::Cell::new(0), work).await
        }
    };
    let report = response.extensions_mut().remove::<Report>();
    let spoken = response
        .extensions_mut()
        .remove::<Spoken>()
        .map_or(locale, |s| s.0);
    if let Some(Report(error)) = report {
        if error.is_internal() {
            tracing::error!(key = "failed", request_id = %request_id, path = %shown, error = %error);
        }
        let rendered = if wants_page {
            crate::problem::page(&error, spoken, &request_id, signed_in)
        } else {
            crate::problem::document(&error, spoken, &request_id)
        };
        response = crate::problem::keep_headers(rendered, &response);
    }
    headers(&kernel, &mut response, &request_id, &path);
    tracing::info!(
        key = "answered", request_id = %request_id, method = %method, path = %shown, status = response.status().as_u16(),
        milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    );
    response
}

/// A path as logs may show it: what follows `/links/` or `/invitations/` may be a one-time token.
fn masked(path: &str) -> std::borrow::Cow<'_, str> {
    for folder in ["/links/", "/invitations/"] {
        if let Some((before, rest)) = path.split_once(folder) {
            let after = rest.find('/').map_or("", |at| &rest[at..]);
            return format!("{before}{folder}…{after}").into();
        }
    }
    path.into()
}

/// The language the route's edge settled on, for errors rendered outside.
#[derive(Clone, Copy)]
struct Spoken(Locale);

/// Around one route: decides whether the request may reach its handler, and with which context.
pub async fn route(
    State((kernel, meta)): State<(Arc<Kernel>, &'static Meta)>,
    params: RawPathParams,
    request: Request,
    next: Next,
) -> Response {
    let outer = request.extensions().get::<Outer>().cloned();
    let Some(outer) = outer else {
        return Error::Internal(anyhow::anyhow!("no outer edge")).into_response();
    };
    let workspace = params
        .iter()
        .find(|(name, _)| *name == "workspace")
        .map(|(_, slug)| slug.to_owned());
    let mut spoken = locale(request.headers(), None, None);
    let work = enter(&kernel, meta, &outer, workspace, request, next, &mut spoken);
    let limit = Duration::from_secs(meta.deadline_seconds);
    let mut response = match tokio::time::timeout(limit, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => error.into_response(),
        Err(_) => Error::refused(504, "request_timeout").into_response(),
    };
    response.extensions_mut().insert(Spoken(spoken));
    response
}

async fn enter(
    kernel: &Arc<Kernel>,
    meta: &'static Meta,
    outer: &Outer,
    slug: Option<String>,
    mut request: Request,
    next: Next,
    spoken: &mut Locale,
) -> Result<Response, Error> {
    let headers = request.headers();
    let bearer =
        text(headers, "authorization").map(|v| v.strip_prefix("Bearer ").unwrap_or("").to_owned());
    let from_cookie = if bearer.is_none() {
        cookie(headers, COOKIE)
    } else {
        None
    };
    if unsafe_method(&meta.method)
        && (meta.kind == Kind::Page || from_cookie.is_some())
        && !own_origin(kernel, headers, meta.from_provider)
        && meta.rate != Rate::Free
    {
        return Err(Error::Forbidden("csrf_failed"));
    }
    let mut session = None;
    if let Some(token) = bearer.as_deref().or(from_cookie) {
        let hash = base::secret::hash(token);
        session = match kernel.cache.sessions.get(&hash).await {
            Some(known) => known,
            None => {
                let found = kernel
                    .wiring()
                    .sessions
                    .resolve(kernel, hash.clone())
                    .await?
                    .map(Arc::new);
                kernel.cache.sessions.insert(hash, found.clone()).await;
                found
            }
        };
        // An ended token must not keep anyone from signing in again.
        let signs_in = meta.access == Access::Public
            && matches!(meta.rate, Rate::SignIn | Rate::Register | Rate::Link);
        if session.is_none() && bearer.is_some() && !signs_in {
            return Err(Error::Unauthenticated);
        }
    }
    *spoken = locale(headers, session.as_deref().map(|s| s.locale), None);
    kernel
        .limits
        .check(
            kernel,
            meta.rate,
            session.as_ref().map(|s| s.account_id),
            &outer.network,
        )
        .await?;

    let workspace = match slug {
        None => None,
        Some(slug) => Some(
            crate::workspace::find(kernel, &slug)
                .await?
                .ok_or(Error::NotFound)?,
        ),
    };
    if let (Some(product), Some(workspace)) = (meta.product, &workspace)
        && !workspace.has(product)
    {
        return Err(Error::NotFound);
    }
    *spoken = locale(
        headers,
        session.as_deref().map(|s| s.locale),
        workspace.as_deref().map(|w| w.locale),
    );
    let mut member = None;
    if let (Some(workspace), Some(session)) = (&workspace, &session) {
        member = crate::cx::load_member(kernel, workspace.id, session.account_id).await?;
    }
    let path_and_query = request.uri().path_and_query().map_or("/", |p| p.as_str());
    let cx = Cx {
        kernel: kernel.clone(),
        locale: *spoken,
        theme: session.as_ref().map_or_else(|| theme(headers), |s| s.theme),
        request_id: outer.request_id.clone(),
        network: outer.network.clone(),
        agent: text(headers, "user-agent")
            .unwrap_or("")
            .chars()
            .take(200)
            .collect::<String>()
            .into(),
        path: path_and_query.into(),
        route: Some(meta),
        workspace,
        session,
        member,
        system: None,
        claim: Arc::default(),
    };
    if let Err(error) = admit(&cx, meta) {
        if matches!(error, Error::Unauthenticated)
            && meta.kind == Kind::Page
            && meta.method == Method::GET
        {
            let back =
                serde_urlencoded::to_string([("return_to", path_and_query)]).unwrap_or_default();
            return Ok(crate::extract::see_other(&format!("/login?{back}")));
        }
        return Err(error);
    }
    request.extensions_mut().insert(cx);
    Ok(next.run(request).await)
}

fn admit(cx: &Cx, meta: &Meta) -> Result<(), Error> {
    let Access::Permission(permission) = meta.access else {
        return if meta.access == Access::SignedIn {
            cx.session().map(drop)
        } else {
            Ok(())
        };
    };
    let session = cx.session()?;
    let member = cx.member()?;
    if !session.verified {
        return Err(Error::Forbidden("email_unverified"));
    }
    if member.grants.has(permission) {
        Ok(())
    } else {
        if let Some(workspace) = &cx.workspace {
            cx.kernel
                .denials
                .note(cx, permission, "workspace", workspace.id);
        }
        Err(Error::Forbidden("forbidden"))
    }
}

/// Serves embedded files under their content-hashed names.
pub async fn assets(request: Request) -> Response {
    let Some(asset) = ui::assets::find(request.uri().path()) else {
        return Error::NotFound.into_response();
    };
    let headers = request.headers();
    if text(headers, "if-none-match").is_some_and(|tag| tag == asset.etag) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let accepts = |coding: &str| {
        text(headers, "accept-encoding").is_some_and(|v| {
            v.split(',')
                .any(|p| p.trim().split(';').next() == Some(coding))
        })
    };
    let mut response = match (asset.br, asset.gz) {
        (Some(body), _) if accepts("br") => {
            ([(header::CONTENT_ENCODING, "br")], body).into_response()
        }
        (_, Some(body)) if accepts("gzip") => {
            ([(header::CONTENT_ENCODING, "gzip")], body).into_response()
        }
        _ => asset.raw.into_response(),
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.mime));
    out.insert(header::ETAG, HeaderValue::from_static(asset.etag));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    out.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    response
}

fn headers(kernel: &Kernel, response: &mut Response, request_id: &str, path: &str) {
    let provider = kernel.provider().map(|p| p.url.clone()).unwrap_or_default();
    let assets = match ui::assets::origin() {
        "" => String::new(),
        origin => format!(" {origin}"),
    };
    let csp = format!(
        "default-src 'none'; script-src 'self'{assets}; style-src 'self'{assets}; img-src 'self' data:{assets}; font-src 'self'{assets}; \
         connect-src 'self'; manifest-src 'self'; form-action 'self' {provider}; base-uri 'none'; frame-ancestors 'none'"
    );
    let out = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(request_id) {
        out.insert("x-request-id", value);
    }
    if let Ok(value) = HeaderValue::from_str(&csp) {
        out.entry(header::CONTENT_SECURITY_POLICY).or_insert(value);
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        ),
        (
            "strict-transport-security",
            "max-age=63072000; includeSubDomains",
        ),
    ] {
        out.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
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

/// Whether an unsafe request proves that it comes from our own pages: fetch metadata, else a
/// matching `Origin`; neither is refused.
fn own_origin(kernel: &Kernel, headers: &HeaderMap, from_provider: bool) -> bool {
    let site = text(headers, "sec-fetch-site");
    let origin = text(headers, "origin");
    match (site, origin) {
        (Some("same-origin"), Some(origin)) => same_site(kernel, origin),
        (Some("same-origin" | "none"), None) => true,
        // The provider's hosted page hands its token over by a form of its own.
        (Some(_), Some(origin)) => {
            from_provider && kernel.provider().is_ok_and(|p| p.url == origin)
        }
        (None, Some(origin)) => {
            same_site(kernel, origin)
                || (from_provider && kernel.provider().is_ok_and(|p| p.url == origin))
        }
        _ => false,
    }
}

fn same_site(kernel: &Kernel, origin: &str) -> bool {
    if origin == kernel.base_url() {
        return true;
    }
    !kernel.config.environment.is_production()
        && loopback(origin)
        && loopback(kernel.base_url())
        && port(origin) == port(kernel.base_url())
}

fn loopback(origin: &str) -> bool {
    let host = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let host = host
        .rsplit_once(':')
        .filter(|(_, p)| p.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(h, _)| h);
    matches!(host, "localhost" | "[::1]")
        || host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|ip| ip.is_loopback())
}

fn port(origin: &str) -> &str {
    origin.rsplit_once(':').map_or("", |(_, port)| port)
}

/// 421 for a host that is not ours; pages of another configured scheme or host go to the base address.
fn misdirected(kernel: &Kernel, request: &Request) -> Option<Response> {
    let host = text(request.headers(), "host").or_else(|| request.uri().host())?;
    if kernel.config.environment != Environment::Production && loopback(host) {
        return None;
    }
    let path = request.uri().path();
    if path.starts_with("/health/") {
        return None;
    }
    let assets = ui::assets::origin().split_once("://");
    if path.starts_with("/assets/") && assets.is_some_and(|(_, name)| name == host) {
        return None;
    }
    let base = kernel
        .base_url()
        .split_once("://")
        .map_or("", |(_, rest)| rest);
    if host == base || base.starts_with("0.0.0.0") {
        return None;
    }
    if host.strip_prefix("www.") == Some(base) {
        let target = format!(
            "{}{}",
            kernel.base_url(),
            request.uri().path_and_query().map_or("/", |p| p.as_str())
        );
        return HeaderValue::from_str(&target)
            .ok()
            .map(|to| (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to)]).into_response());
    }
    Some(Error::refused(421, "misdirected").into_response())
}

fn client(kernel: &Kernel, headers: &HeaderMap, peer: Option<IpAddr>, trusted: bool) -> String {
    let Some(peer) = peer else {
        return "unknown".to_owned();
    };
    if !trusted {
        return peer.to_canonical().to_string();
    }
    // The nearest address that is not one of our proxies.
    let chain = text(headers, "x-forwarded-for").unwrap_or("");
    let mut found = peer;
    for part in chain.rsplit(',') {
        let Ok(address) = part.trim().parse::<IpAddr>() else {
            break;
        };
        found = address;
        if !kernel
            .config
            .trusted_proxies
            .iter()
            .any(|n| n.contains(address))
        {
            break;
        }
    }
    found.to_canonical().to_string()
}

fn unsafe_method(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A header as text.
pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|v| v.to_str().ok())
}

/// A cookie's value.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value)
}

/// The reader's language: chosen by cookie, then the account's, the browser's, the workspace's.
#[must_use]
pub fn locale(headers: &HeaderMap, account: Option<Locale>, workspace: Option<Locale>) -> Locale {
    if let Some(account) = account {
        return account;
    }
    if let Some(chosen) = cookie(headers, "locale").and_then(Locale::parse) {
        return chosen;
    }
    match (text(headers, "accept-language"), workspace) {
        (Some(accepted), _) if !accepted.trim().is_empty() && accepted.trim() != "*" => {
            Locale::negotiate(accepted)
        }
        (_, Some(workspace)) => workspace,
        _ => Locale::En,
    }
}

fn theme(headers: &HeaderMap) -> Theme {
    match cookie(headers, "theme") {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn one_time_tokens_stay_out_of_logs() {
        assert_eq!(masked("/links/abc"), "/links/…");
        assert_eq!(
            masked("/w/atelier/invitations/abc/account"),
            "/w/atelier/invitations/…/account"
        );
        assert_eq!(masked("/w/atelier/invitations"), "/w/atelier/invitations");
    }
}
