//! Whose request it is and where it came to: our own pages, our hosts, the client's address.

use super::text;
use crate::{Error, Kernel, config::Environment};
use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use std::net::IpAddr;

/// Whether an unsafe request proves that it comes from our own pages: fetch metadata, else a
/// matching `Origin`; neither is refused.
pub(super) fn own_origin(kernel: &Kernel, headers: &HeaderMap, from_provider: bool) -> bool {
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

/// What becomes of a request that did not come to the base address: pages of our other hosts, of
/// `www.` before the base and of plain http (as a trusted proxy says) move there in one step, any
/// other host is 421.
pub(super) fn misdirected(kernel: &Kernel, request: &Request, trusted: bool) -> Option<Response> {
    let host = text(request.headers(), "host").or_else(|| request.uri().host())?;
    let path = request.uri().path();
    if path.starts_with("/health/") {
        return None;
    }
    let (scheme, base) = kernel
        .base_url()
        .split_once("://")
        .unwrap_or(("http", kernel.base_url()));
    let elsewhere = host.strip_prefix("www.") == Some(base)
        || kernel
            .config
            .other_hosts
            .iter()
            .any(|other| other.eq_ignore_ascii_case(host));
    let plain = trusted
        && scheme == "https"
        && text(request.headers(), "x-forwarded-proto") == Some("http");
    if elsewhere || (plain && host.eq_ignore_ascii_case(base)) {
        return Some(moved(kernel, request));
    }
    if kernel.config.environment != Environment::Production && loopback(host) {
        return None;
    }
    let assets = ui::assets::origin().split_once("://");
    if path.starts_with("/assets/") && assets.is_some_and(|(_, name)| name == host) {
        return None;
    }
    if host.eq_ignore_ascii_case(base) || base.starts_with("0.0.0.0") {
        return None;
    }
    Some(Error::refused(421, "misdirected").into_response())
}

/// To the same path and query at the base address, for good; what is not a reading keeps its
/// method.
fn moved(kernel: &Kernel, request: &Request) -> Response {
    let target = format!(
        "{}{}",
        kernel.base_url(),
        request.uri().path_and_query().map_or("/", |p| p.as_str())
    );
    let status = if super::unsafe_method(request.method()) {
        StatusCode::PERMANENT_REDIRECT
    } else {
        StatusCode::MOVED_PERMANENTLY
    };
    match HeaderValue::from_str(&target) {
        Ok(to) => (status, [(header::LOCATION, to)]).into_response(),
        Err(_) => Error::refused(421, "misdirected").into_response(),
    }
}

/// The address of the client: the peer, or what a trusted proxy says of it.
pub(super) fn client(
    kernel: &Kernel,
    headers: &HeaderMap,
    peer: Option<IpAddr>,
    trusted: bool,
) -> String {
    let Some(peer) = peer else {
        return "unknown".to_owned();
    };
    if !trusted {
        return peer.to_canonical().to_string();
    }
    // The nearest address that is not one of our proxies.
    // A proxy may add its word as a line of its own: the lines are one list, in their order.
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    let mut found = peer;
    for part in lines.flat_map(|line| line.to_str().unwrap_or("?").rsplit(',')) {
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
