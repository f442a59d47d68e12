//! The doors for checking from outside: `/dev` in development and test, `/test` in test alone.
//! They answer only on loopback, to a loopback host name, without a foreign Origin.

use axum::{
    Router,
    extract::{ConnectInfo, Query, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base::Instant;
use http::StatusCode;
use kernel::{Error, Kernel, Result, extract};
use maud::html;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use ui::text::{Locale, t};

/// All the routes this environment has.
pub fn router(kernel: &Arc<Kernel>) -> Router {
    let mut router = Router::new()
        .route("/dev/ui", get(gallery))
        .route("/dev/mail", get(mail_page));
    if kernel.config.has_test() {
        router = router
            .route("/test/clock", get(clock).post(advance))
            .route("/test/mail", get(mail))
            .route("/test/settle", post(settle))
            .route("/test/limits", post(limits))
            .route("/test/provider", get(provider).post(wish));
    }
    router
        .layer(middleware::from_fn(guard))
        .layer(middleware::from_fn_with_state(
            kernel.clone(),
            kernel::edge::outer,
        ))
        .with_state(kernel.clone())
}

async fn guard(request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .is_some_and(|c| c.0.ip().to_canonical().is_loopback());
    let headers = request.headers();
    let local = |address: &str| {
        let host = address.split_once("://").map_or(address, |(_, rest)| rest);
        let host = host.rsplit_once(':').map_or(host, |(h, _)| h);
        matches!(host, "localhost" | "[::1]" | "[")
            || host
                .parse::<std::net::Ipv4Addr>()
                .is_ok_and(|ip| ip.is_loopback())
    };
    let host = kernel::edge::text(headers, "host").is_some_and(local);
    let origin = kernel::edge::text(headers, "origin").is_none_or(local);
    let site = kernel::edge::text(headers, "sec-fetch-site").is_none_or(|s| s != "cross-site");
    if peer && host && origin && site {
        next.run(request).await
    } else {
        Error::NotFound.into_response()
    }
}

#[derive(Deserialize)]
struct Look {
    lang: Option<String>,
    theme: Option<String>,
}

async fn gallery(Query(look): Query<Look>) -> Response {
    let locale = look
        .lang
        .as_deref()
        .and_then(Locale::parse)
        .unwrap_or(Locale::En);
    let mut frame = ui::frame::Frame::new(locale, t(locale, "app-gallery"));
    frame.theme = match look.theme.as_deref() {
        Some("dark") => ui::frame::Theme::Dark,
        Some("light") => ui::frame::Theme::Light,
        _ => ui::frame::Theme::System,
    };
    ui::frame::public_page(&frame, ui::gallery(locale)).into_response()
}

#[derive(Deserialize)]
struct To {
    to: Option<String>,
}

async fn mail(State(kernel): State<Arc<Kernel>>, Query(to): Query<To>) -> Result<Response> {
    let mails = notify::sink(&kernel, to.to.as_deref(), 100).await?;
    Ok(extract::json(StatusCode::OK, &json!({"data": mails})))
}

async fn mail_page(State(kernel): State<Arc<Kernel>>, Query(to): Query<To>) -> Result<Response> {
    let mails = notify::sink(&kernel, to.to.as_deref(), 50).await?;
    let frame = ui::frame::Frame::new(Locale::En, t(Locale::En, "app-mail-sink"));
    let body = html! {
        h1 { (t(Locale::En, "app-mail-sink")) }
        @if mails.is_empty() { p.hint { (t(Locale::En, "app-no-mail")) } }
        @for mail in &mails {
            article.panel {
                h2 { bdi { (mail.subject) } }
                p.meta { (mail.to) " · " (mail.at.rfc3339()) }
                pre { bdi { (mail.text) } }
                ul { @for link in &mail.links { li { a href=(link) { (link) } } } }
            }
        }
    };
    Ok(ui::frame::public_page(&frame, body).into_response())
}

async fn clock(State(kernel): State<Arc<Kernel>>) -> Result<Response> {
    Ok(extract::json(
        StatusCode::OK,
        &json!({"now": kernel.now().await?}),
    ))
}

async fn body<T: for<'a> Deserialize<'a>>(request: Request) -> Result<T> {
    let bytes = extract::collect(request.into_body(), 64 * 1024).await?;
    serde_json::from_slice(&bytes).map_err(|_| Error::refused(400, "malformed"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: i64,
}

/// Moves the business clock, stopping at every instant at which something is due.
async fn advance(State(kernel): State<Arc<Kernel>>, request: Request) -> Result<Response> {
    let Advance { advance_seconds } = body(request).await?;
    if !(0..=20 * 366 * 86_400).contains(&advance_seconds) {
        return Err(Error::invalid("/advance_seconds", "too_large"));
    }
    let target = kernel.now().await?.plus_seconds(advance_seconds);
    let mut ran = quiet(&kernel).await?;
    let mut now = kernel.now().await?;
    let mut stuck = 0;
    while now < target && stuck < 3 {
        let due = match (
            kernel::deadline::next(&kernel).await?,
            ledger::provider::next_due(&kernel).await?,
        ) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let to = due.map_or(target, |due| due.max(now)).min(target);
        let moved = move_to(&kernel, to).await?;
        let done = quiet(&kernel).await?;
        ran += done;
        // Something that stays due must not hold the clock for ever.
        stuck = if moved == now && done == 0 {
            stuck + 1
        } else {
            0
        };
        now = moved;
    }
    if now < target {
        move_to(&kernel, target).await?;
        ran += quiet(&kernel).await?;
    }
    Ok(extract::json(
        StatusCode::OK,
        &json!({"now": kernel.now().await?, "ran": ran}),
    ))
}

async fn move_to(kernel: &Arc<Kernel>, to: Instant) -> Result<Instant> {
    let mut tx = kernel.db.begin_system(None).await?;
    let now = kernel::clock::move_to(&mut tx, to).await?;
    tx.commit().await?;
    // What was remembered for five seconds of real time may have ended in the time jumped over.
    kernel.cache.sessions.invalidate_all();
    Ok(now)
}

/// Does all that is due at this instant, and what follows from it.
async fn quiet(kernel: &Arc<Kernel>) -> Result<usize> {
    let mut total = 0;
    for _ in 0..50 {
        let now = kernel.now().await?;
        let swept = kernel::deadline::sweep_all(kernel, now).await;
        let synced = ledger::provider::sync(kernel).await?;
        let (delivered, jobs) = kernel::server::settle(kernel, Duration::from_secs(20)).await?;
        let mailed = notify::send_due(kernel).await?;
        total += swept;
        if swept + synced + delivered + jobs + mailed == 0 {
            break;
        }
    }
    Ok(total)
}

async fn settle(State(kernel): State<Arc<Kernel>>) -> Result<Response> {
    let (mut delivered, mut jobs) = (0, 0);
    for _ in 0..50 {
        let now = kernel.now().await?;
        let swept = kernel::deadline::sweep_all(&kernel, now).await;
        let synced = ledger::provider::sync(&kernel).await?;
        let (d, j) = kernel::server::settle(&kernel, Duration::from_secs(20)).await?;
        let mailed = notify::send_due(&kernel).await?;
        delivered += d;
        jobs += j;
        if swept + synced + d + j + mailed == 0 {
            break;
        }
    }
    let mut tx = kernel.db.begin_system(None).await?;
    let dead = sqlx::query_scalar!(
        r#"select (select count(*) from kernel.delivery where dead_at is not null) + (select count(*) from kernel.job where state in ('dead', 'timed_out')) as "dead!""#
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(extract::json(
        StatusCode::OK,
        &json!({"delivered": delivered, "jobs": jobs, "dead": dead}),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Factor {
    factor: i64,
}

async fn limits(State(kernel): State<Arc<Kernel>>, request: Request) -> Result<Response> {
    let Factor { factor } = body(request).await?;
    if !(1..=1_000_000).contains(&factor) {
        return Err(Error::invalid("/factor", "too_small"));
    }
    kernel.limits.set_factor(&kernel, factor).await?;
    Ok(extract::json(StatusCode::OK, &json!({"factor": factor})))
}

async fn provider(State(kernel): State<Arc<Kernel>>) -> Result<Response> {
    Ok(extract::json(
        StatusCode::OK,
        &json!({"url": kernel.provider()?.url}),
    ))
}

/// Hands a wish for the next calls on to the simulator.
async fn wish(State(kernel): State<Arc<Kernel>>, request: Request) -> Result<Response> {
    let wish: Value = body(request).await?;
    let provider = kernel.provider()?;
    let secret = String::from_utf8_lossy(&provider.secret.0).into_owned();
    let answer = kernel
        .http
        .post(format!("{}/control/next", provider.url))
        .bearer_auth(secret)
        .json(&wish)
        .send()
        .await
        .map_err(|_| Error::unavailable("payment_unavailable"))?;
    if answer.status().is_success() {
        Ok(extract::json(StatusCode::OK, &wish))
    } else {
        Err(Error::invalid("/next", "invalid_choice"))
    }
}
