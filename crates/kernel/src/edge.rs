//! The request edge. Outside: id, host, body of errors, security headers, panics, deadlines.
//! Per route: origin, session, workspace, membership, permission, rate limit, context.

use crate::{
    Cx, Error, Kernel,
    error::Report,
    rate::Standing,
    route::{Access, Kind, Meta, Rate},
};
use axum::{
    extract::{ConnectInfo, RawPathParams, Request, State, rejection::RawPathParamsRejection},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::{FutureExt, future::Either};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use std::{net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};
use ui::{frame::Theme, text::Locale};

mod asset;
mod cors;
mod headers;
mod site;
mod trace;

pub use asset::assets;
pub use trace::{traceparent, within};

/// Parts of a path as long as a one-time token are not logged; an id has 36 characters.
const TOKEN_LEAST: usize = 40;
/// All header names and values of a request together, at most.
const HEADERS_MOST: usize = 16 * 1024;

/// How long a request that signs somebody in waits for a database that is away, in all.
const IMPATIENT: Duration = Duration::from_millis(2_500);

/// The header by which our scripts say that a page asks by itself, with nobody at it.
const UNATTENDED: &str = "x-unattended";
/// The name of the browser's session cookie.
pub const COOKIE: &str = "__Host-guildhall";
/// Name of the cookie that holds a visitor's language.
pub const LOCALE_COOKIE: &str = "__Host-locale";
/// Name of the cookie that holds a visitor's theme.
pub const THEME_COOKIE: &str = "__Host-theme";

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
    let network: Arc<str> = site::client(&kernel, request.headers(), peer, trusted).into();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let shown = masked(&path);
    let wants_page = !path.starts_with("/api/")
        && !path.starts_with("/test/")
        && text(request.headers(), "accept")
            .is_none_or(|a| a.contains("text/html") || a.contains("*/*"));
    let locale = locale(request.headers(), None, None);
    let token = cookie(request.headers(), COOKIE).map(str::to_owned);
    let by_script = wants_page && request.headers().contains_key("x-form");
    request.extensions_mut().insert(Outer {
        request_id: request_id.clone(),
        network,
    });
    let asking = cors::asking(&kernel, &request);
    let early = too_long(request.headers())
        .or_else(|| site::misdirected(&kernel, &request, trusted))
        .or_else(|| cors::preflight(&asking, &request));
    let mut response = match early {
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
            let counted = STATEMENTS.scope(std::cell::Cell::new(0), work);
            within(request_id.clone(), counted).await
        }
    };
    let report = response.extensions_mut().remove::<Report>();
    let told = response.extensions_mut().remove::<Told>();
    let shown = match response.extensions_mut().remove::<Unmatched>() {
        Some(Unmatched) => "unmatched".into(),
        None => shown,
    };
    let spoken = told.as_ref().map_or(locale, |t| t.spoken);
    if let Some(Report(error)) = report {
        if error.is_internal() {
            tracing::error!(key = "failed", request_id = %request_id, path = %shown, error = %error);
        }
        // Who is known keeps the frame where the request was at fault; elsewhere nothing more is asked.
        let kept = wants_page && matches!(response.status().as_u16(), 402..=428);
        let around = match token.as_deref().filter(|_| kept) {
            Some(token) => {
                let reading = method == Method::GET;
                crate::page::around_error(&kernel, token, spoken, &path, reading).await
            }
            None => None,
        };
        let render = || {
            if wants_page {
                crate::problem::page(&error, spoken, &request_id, token.is_some(), around)
            } else {
                crate::problem::document(&error, spoken, &request_id)
            }
        };
        // An error that cannot be told is told by a fixed text.
        let rendered = std::panic::catch_unwind(AssertUnwindSafe(render))
            .unwrap_or_else(|_| crate::problem::fixed());
        response = crate::problem::keep_headers(rendered, &response);
    }
    if by_script && response.status() == StatusCode::SEE_OTHER {
        told_to_script(&mut response);
    }
    headers::add(&kernel, &mut response, &request_id, &path);
    cors::add(&kernel, asking, &mut response);
    let told = told.as_ref();
    tracing::info!(
        key = "answered", request_id = %request_id, method = %method, path = %shown, status = response.status().as_u16(),
        milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        route = told.map(|t| t.route),
        workspace = told.and_then(|t| t.workspace).map(tracing::field::display),
        account = told.and_then(|t| t.account).map(tracing::field::display),
    );
    response
}

/// Our script that sends forms cannot see where a redirect leads; it is told, and goes there itself.
fn told_to_script(response: &mut Response) {
    if let Some(to) = response.headers_mut().remove(header::LOCATION) {
        response.headers_mut().insert("x-location", to);
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
}

/// 431 for more headers than anybody needs.
fn too_long(headers: &HeaderMap) -> Option<Response> {
    let sum: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    (sum > HEADERS_MOST).then(|| Error::refused(431, "headers_too_large").into_response())
}

/// A path as logs may show it: what follows `/links/` or `/invitations/` may be a one-time token.
fn masked(path: &str) -> std::borrow::Cow<'_, str> {
    for folder in ["/links/", "/invitations/"] {
        if let Some((before, rest)) = path.split_once(folder) {
            let after = rest.find('/').map_or("", |at| &rest[at..]);
            return format!("{before}{folder}…{after}").into();
        }
    }
    // Nor may a token show that came by a path written otherwise.
    if path.split(['/', '%']).any(|part| part.len() >= TOKEN_LEAST) {
        let parts = path.split('/').map(|part| {
            let longest = part.split('%').map(str::len).max().unwrap_or(0);
            if longest >= TOKEN_LEAST { "…" } else { part }
        });
        return parts.collect::<Vec<_>>().join("/").into();
    }
    path.into()
}

/// Marks the answer to a path that no route has: logs do not repeat what somebody typed.
#[derive(Clone, Copy)]
struct Unmatched;

/// Answers a path that no route has.
pub(crate) async fn unmatched() -> Response {
    let mut response = Error::NotFound.into_response();
    response.extensions_mut().insert(Unmatched);
    response
}

/// What the route's edge found out, for errors rendered and lines logged outside.
#[derive(Clone, Copy)]
struct Told {
    spoken: Locale,
    route: &'static str,
    workspace: Option<uuid::Uuid>,
    account: Option<uuid::Uuid>,
}

/// Around one route: decides whether the request may reach its handler, and with which context.
pub async fn route(
    State((kernel, meta)): State<(Arc<Kernel>, &'static Meta)>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    // Not even text: an id that names nothing.
    let Ok(params) = params else {
        return Error::NotFound.into_response();
    };
    let outer = request.extensions().get::<Outer>().cloned();
    let Some(outer) = outer else {
        return Error::Internal(anyhow::anyhow!("no outer edge")).into_response();
    };
    let workspace = params
        .iter()
        .find(|(name, _)| *name == "workspace")
        .map(|(_, slug)| slug.to_owned());
    let mut seen = Seen {
        spoken: locale(request.headers(), None, None),
        standing: None,
        account: None,
        workspace: None,
        cx: None,
    };
    let record = record(meta, &params);
    let signs_in = meta.rate == Rate::SignIn;
    let mut response = match kernel.limits.enter(signs_in) {
        None => Error::unavailable("service_unavailable").into_response(),
        Some(_place) => {
            let work = enter(&kernel, meta, &outer, workspace, request, next, &mut seen);
            let limit = Duration::from_secs(meta.deadline_seconds);
            // What is left of the limit is handed down to the statements of the work.
            let until = tokio::time::Instant::now() + limit;
            let work = database::within(until, database::STATEMENT, work);
            // Who comes in waits for a database that is away in vain: told at once, they come again.
            let work = if enters(meta) {
                Either::Left(database::impatient(IMPATIENT, work))
            } else {
                Either::Right(work)
            };
            match tokio::time::timeout(limit, work).await {
                Ok(Ok(response)) => response,
                Ok(Err(error)) => error.into_response(),
                Err(_) => Error::refused(504, "request_timeout").into_response(),
            }
        }
    };
    // To who comes in it is one thing whether they wait for a hash or a connection.
    if enters(meta)
        && let Some(Report(error)) = response.extensions().get::<Report>()
        && error.code() == "database_busy"
    {
        response = Error::unavailable("busy").into_response();
    }
    let status = response.status();
    if status.is_client_error() {
        let limits = &kernel.limits;
        limits.note_refusal(seen.account, &outer.network);
    }
    // Whoever refuses, the edge or a rule deep in a command: it is audited here, once.
    if status == StatusCode::FORBIDDEN
        && let Some(cx) = seen.cx.take().filter(|cx| cx.session.is_some())
    {
        let code = match response.extensions().get::<Report>() {
            Some(Report(error)) => error.code(),
            None => cx.refusal.get().copied().unwrap_or("forbidden"),
        };
        // Only who belongs here is believed that there is such a record.
        let record = record.filter(|_| cx.member.is_some());
        cx.kernel.denials.refused(&cx, meta, record, code);
    }
    // A refusal tells the limit that refused, be it of the route's class or one of its own.
    let refused_by = match response.extensions().get::<Report>() {
        Some(Report(error)) => crate::rate::spent(error),
        None => None,
    };
    if let Some(standing) = refused_by.or(seen.standing) {
        let out = response.headers_mut();
        for (name, value) in [
            ("ratelimit-limit", standing.limit),
            ("ratelimit-remaining", standing.remaining),
            ("ratelimit-reset", standing.reset),
        ] {
            out.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
    response.extensions_mut().insert(Told {
        spoken: seen.spoken,
        route: meta.operation,
        workspace: seen.workspace,
        account: seen.account,
    });
    response
}

/// Whether a route brings somebody in who is not in yet.
fn enters(meta: &Meta) -> bool {
    matches!(meta.rate, Rate::SignIn | Rate::Register | Rate::Link)
}

/// What entering found out, for the answer.
struct Seen {
    spoken: Locale,
    standing: Option<Standing>,
    account: Option<uuid::Uuid>,
    workspace: Option<uuid::Uuid>,
    /// Who asks, as far as it was found out.
    cx: Option<Cx>,
}

/// The first record that the path names, and its kind: what a refusal at the edge was about.
fn record(meta: &'static Meta, params: &RawPathParams) -> Option<(&'static str, uuid::Uuid)> {
    params
        .iter()
        .filter(|(name, _)| *name != "workspace")
        .find_map(|(name, value)| {
            let id = value.parse().ok()?;
            let (_, rest) = meta.path.split_once(&format!("{{{name}}}"))?;
            let at = meta.path.len() - rest.len() - name.len() - 1;
            Some((meta.path.get(at..at + name.len())?, id))
        })
}

async fn enter(
    kernel: &Arc<Kernel>,
    meta: &'static Meta,
    outer: &Outer,
    slug: Option<String>,
    mut request: Request,
    next: Next,
    seen: &mut Seen,
) -> Result<Response, Error> {
    let headers = request.headers();
    let bearer =
        text(headers, "authorization").map(|v| v.strip_prefix("Bearer ").unwrap_or("").to_owned());
    let from_cookie = if bearer.is_none() {
        cookie(headers, COOKIE)
    } else {
        None
    };
    let mut session = None;
    if let Some(token) = bearer.as_deref().or(from_cookie) {
        let hash = base::secret::hash(token);
        session = match kernel.cache.sessions.get(&hash).await {
            Some(known) => known,
            None => {
                let used = !meta.unattended && !headers.contains_key(UNATTENDED);
                let found = kernel
                    .wiring()
                    .sessions
                    .resolve(kernel, hash.clone(), used)
                    .await?
                    .map(Arc::new);
                // What an open tab found out must not hide the next use.
                if used || found.is_none() {
                    kernel.cache.sessions.insert(hash, found.clone()).await;
                }
                found
            }
        };
    }
    seen.spoken = locale(headers, session.as_deref().map(|s| s.locale), None);
    seen.account = session.as_ref().map(|s| s.account_id);
    // Who nobody knows may be slow in as many requests only as leaves room for the others.
    let _unknown = match session {
        Some(_) => None,
        None => Some(
            kernel
                .limits
                .enter_unknown(kernel, meta.rate, &outer.network)
                .await?,
        ),
    };
    // Whatever is refused from here on has spent a token.
    let (standing, allowed) = kernel
        .limits
        .check(kernel, meta.rate, seen.account, &outer.network)
        .await;
    seen.standing = standing;
    allowed?;
    let path_and_query = request.uri().path_and_query().map_or("/", |p| p.as_str());
    let mut cx = Cx {
        kernel: kernel.clone(),
        locale: seen.spoken,
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
        workspace: None,
        session: session.clone(),
        member: None,
        system: None,
        claim: Arc::default(),
        told: Arc::default(),
        denied: Arc::default(),
        refusal: Arc::default(),
    };
    let forged = unsafe_method(&meta.method)
        && (meta.kind == Kind::Page || from_cookie.is_some())
        && !site::own_origin(kernel, headers, meta.from_provider)
        && meta.rate != Rate::Free;
    // A stream is read across origins without asking first.
    let spied = from_cookie.is_some()
        && text(headers, "accept").is_some_and(|a| a.contains("text/event-stream"))
        && headers.contains_key(header::ORIGIN)
        && !site::own_origin(kernel, headers, false);
    if forged || spied {
        if let (Some(session), Some(slug)) = (&session, &slug)
            && let Some(workspace) = crate::workspace::find(kernel, slug).await?
        {
            cx.member = crate::cx::load_member(kernel, workspace.id, session.account_id).await?;
            cx.workspace = Some(workspace);
        }
        seen.cx = Some(cx);
        return Err(Error::Forbidden("csrf_failed"));
    }
    // An ended token must not keep anyone from signing in again.
    let signs_in = meta.access == Access::Public
        && matches!(meta.rate, Rate::SignIn | Rate::Register | Rate::Link);
    if session.is_none() && bearer.is_some() && !signs_in {
        return Err(Error::Unauthenticated);
    }

    let workspace = match slug {
        None => None,
        Some(slug) => Some(
            crate::workspace::find(kernel, &slug)
                .await?
                .ok_or(Error::NotFound)?,
        ),
    };
    seen.workspace = workspace.as_ref().map(|w| w.id);
    if let (Some(product), Some(workspace)) = (meta.product, &workspace)
        && !workspace.has(product)
    {
        return Err(Error::NotFound);
    }
    seen.spoken = locale(
        headers,
        session.as_deref().map(|s| s.locale),
        workspace.as_deref().map(|w| w.locale),
    );
    let mut member = None;
    if let (Some(workspace), Some(session)) = (&workspace, &session) {
        member = crate::cx::load_member(kernel, workspace.id, session.account_id).await?;
    }
    cx.locale = seen.spoken;
    cx.workspace = workspace;
    cx.member = member;
    seen.cx = Some(cx.clone());
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
    let member = cx.member().inspect_err(|_| {
        // A stranger to the workspace, whatever of it was asked for.
        if let Some(workspace) = &cx.workspace {
            let denials = &cx.kernel.denials;
            denials.note(cx, permission, "workspace", workspace.id);
        }
    })?;
    if !session.verified {
        return Err(Error::Forbidden("email_unverified"));
    }
    if member.grants.has(permission) {
        Ok(())
    } else {
        Err(Error::Forbidden("forbidden"))
    }
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
    if let Some(chosen) = cookie(headers, LOCALE_COOKIE).and_then(Locale::parse) {
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
    match cookie(headers, THEME_COOKIE) {
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
