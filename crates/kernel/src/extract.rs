//! Extractors whose refusals are problem documents, and answers.

mod once;

use crate::{Cx, Error, Fault, Input, Kernel, Reader, Result, idempotency::Claim, route};
use axum::{
    extract::{FromRequest, FromRequestParts, RawPathParams, Request},
    response::{IntoResponse, Response},
};
use base::Currency;
use futures_util::StreamExt;
use http::{HeaderValue, StatusCode, header, request::Parts};
use serde::Serialize;
use serde_json::Value;
use std::{str::FromStr, sync::Arc};

/// JSON bodies and forms are at most this long.
pub const BODY_MOST: usize = 1024 * 1024;
const DEPTH_MOST: usize = 32;

/// An answer with this status and JSON body.
pub fn json<T: Serialize>(status: StatusCode, body: &T) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (status, [(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        Err(error) => Error::Internal(error.into()).into_response(),
    }
}

/// `{"data": …}` with 200.
pub fn data<T: Serialize>(value: &T) -> Response {
    json(StatusCode::OK, &serde_json::json!({"data": value}))
}

/// `{"data": …}` with 201.
pub fn created<T: Serialize>(value: &T) -> Response {
    json(StatusCode::CREATED, &serde_json::json!({"data": value}))
}

/// `{"data": …}` with the record's version as `ETag`; 304 when the reader has that version.
pub fn versioned<T: Serialize>(headers: &http::HeaderMap, version: i64, value: &T) -> Response {
    let tag = format!("\"{version}\"");
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| {
            v.split(',')
                .map(str::trim)
                .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
        });
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        data(value)
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// What an edit answers with; one that came too late is refused with the record as it is now
/// (`current`), which `show` gives.
///
/// # Errors
/// The edit's, or those of `show`.
pub async fn or_current<T, V: Serialize>(
    edited: Result<T>,
    show: impl Future<Output = Result<V>>,
) -> Result<T> {
    match edited {
        Err(error) if error.is_stale() => {
            let current =
                serde_json::to_value(show.await?).map_err(|e| Error::Internal(e.into()))?;
            Err(Error::Stale(Box::new(current)))
        }
        other => other,
    }
}

/// See-other to a page. What an address may not hold as it is (letters of other scripts in a path
/// that someone typed) goes out percent-encoded.
pub fn see_other(path: &str) -> Response {
    let mut plain = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_graphic() {
            plain.push(char::from(byte));
        } else {
            plain.push_str(&format!("%{byte:02X}"));
        }
    }
    match HeaderValue::from_str(&plain) {
        Ok(path) => (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response(),
        Err(error) => Error::Internal(error.into()).into_response(),
    }
}

/// The version an edit was made against, from `If-Match`.
pub struct IfMatch(pub i64);

impl FromRequestParts<Arc<Kernel>> for IfMatch {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &Arc<Kernel>) -> Result<Self> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Err(Error::refused(428, "precondition_required"));
        };
        // Exactly what our `ETag` says: a whole number in quotes.
        let version = value
            .to_str()
            .ok()
            .and_then(|v| v.strip_prefix('"')?.strip_suffix('"'))
            .filter(|v| (1..=18).contains(&v.len()) && v.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|v| v.parse().ok());
        version
            .map(Self)
            .ok_or_else(|| Error::refused(400, "malformed"))
    }
}

impl FromRequestParts<Arc<Kernel>> for Cx {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &Arc<Kernel>) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            Error::Internal(anyhow::anyhow!("a route outside the edge has no context"))
        })
    }
}

/// The id in the path that is not the workspace. A malformed id is simply absent: 404.
pub struct Id<T>(pub T);

impl<T: FromStr + Send> FromRequestParts<Arc<Kernel>> for Id<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &Arc<Kernel>) -> Result<Self> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::NotFound)?;
        let id = params
            .iter()
            .find(|(name, _)| *name != "workspace")
            .map(|(_, value)| value);
        id.filter(|v| !v.contains(char::is_control))
            .and_then(|v| v.parse().ok())
            .map(Self)
            .ok_or(Error::NotFound)
    }
}

/// A query string.
pub struct Query<T>(pub T);

impl<T: Input + Send> FromRequestParts<Arc<Kernel>> for Query<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &Arc<Kernel>) -> Result<Self> {
        let cx = Cx::from_request_parts(parts, state).await?;
        let pairs = urlencoded(parts.uri.query().unwrap_or("").as_bytes())?;
        let key = cx.kernel.config.key();
        let literal = cx.route.is_some_and(|r| r.kind == route::Kind::Api);
        Reader::query(&pairs, literal, currency(&cx), key, parts.uri.path())
            .map(Self)
            .map_err(Error::Invalid)
    }
}

/// A JSON body. Takes up the `Idempotency-Key` for this very body.
pub struct Body<T>(pub T);

impl<T: Input + Send> FromRequest<Arc<Kernel>> for Body<T> {
    type Rejection = Error;
    async fn from_request(request: Request, state: &Arc<Kernel>) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let cx = Cx::from_request_parts(&mut parts, state).await?;
        let bytes = collect(body, BODY_MOST).await?;
        claim(&cx, &parts, &bytes)?;
        let described = Reader::describe::<T>();
        let needs_none = needs_none(&parts.method, &described);
        if bytes.is_empty() && needs_none {
            return Reader::json(Value::Object(serde_json::Map::new()), currency(&cx))
                .map(Self)
                .map_err(Error::Invalid);
        }
        let media = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or("");
        let media = media.split(';').next().unwrap_or("").trim();
        if !media.eq_ignore_ascii_case("application/json") {
            return Err(Error::refused(415, "unsupported_media_type"));
        }
        let value = parse(&bytes)?;
        Reader::json(value, currency(&cx))
            .map(Self)
            .map_err(Error::Invalid)
    }
}

/// Whether a request may come without a body, which then reads as `{}`: one that takes no fields,
/// or a deletion that needs none.
pub(crate) fn needs_none(method: &http::Method, described: &Value) -> bool {
    let none = |part: &Value| match part {
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        _ => true,
    };
    none(&described["properties"])
        || (*method == http::Method::DELETE && none(&described["required"]))
}

/// A form as it was sent, with what it reads as; a refused one is shown again, filled.
pub struct Form<T> {
    /// What it reads as, or every fault.
    pub input: Result<T, Vec<Fault>>,
    /// What was typed.
    pub typed: Typed,
}

/// The values of a form as typed, by field name.
#[derive(Debug, Default, Clone)]
pub struct Typed(pub Vec<(String, String)>);

impl Typed {
    /// The first value of a field, or nothing.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, v)| v)
    }
    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }
    /// Sets a value, for forms shown the first time.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }
}

impl<T: Input + Send> FromRequest<Arc<Kernel>> for Form<T> {
    type Rejection = Error;
    async fn from_request(request: Request, state: &Arc<Kernel>) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let cx = Cx::from_request_parts(&mut parts, state).await?;
        let media = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or("");
        let media = media.split(';').next().unwrap_or("").trim();
        if !media.is_empty() && !media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Error::refused(415, "unsupported_media_type"));
        }
        let bytes = collect(body, BODY_MOST).await?;
        let mut pairs = urlencoded(&bytes)?;
        let key = pairs
            .iter()
            .position(|(n, _)| n == "idempotency_key")
            .map(|at| pairs.remove(at).1);
        if let Some(key) = key {
            set_claim(&cx, key, &bytes)?;
        }
        let input = Reader::pairs(&pairs, currency(&cx));
        Ok(Self {
            input,
            typed: Typed(pairs),
        })
    }
}

/// Reads a whole body, up to a limit; what is left of it the server reads.
///
/// # Errors
/// 413 past the limit, 400 when the client breaks off.
pub async fn collect(body: axum::body::Body, most: usize) -> Result<bytes::Bytes> {
    let broken = |_| Error::refused(400, "malformed");
    let mut frames = body.into_data_stream();
    let mut kept: Vec<u8> = vec![];
    while let Some(frame) = frames.next().await {
        let frame = frame.map_err(broken)?;
        if kept.len() + frame.len() > most {
            return Err(Error::refused(413, "payload_too_large"));
        }
        kept.extend_from_slice(&frame);
    }
    Ok(kept.into())
}

/// Takes up the `Idempotency-Key` header for this body.
///
/// # Errors
/// 400 when the key is missing where required, or malformed.
pub fn claim(cx: &Cx, parts: &Parts, body: &[u8]) -> Result<()> {
    let Some(meta) = cx.route else { return Ok(()) };
    if meta.idempotency == route::Idempotency::None {
        return Ok(());
    }
    match parts.headers.get("idempotency-key") {
        None if meta.idempotency == route::Idempotency::Required => {
            Err(Error::refused(400, "idempotency_key_required"))
        }
        None => Ok(()),
        Some(value) => {
            let key = value
                .to_str()
                .map_err(|_| Error::refused(400, "malformed"))?;
            set_claim(cx, key.to_owned(), body)
        }
    }
}

/// Takes up a key that came with a form read elsewhere (an upload's hidden field): `content`
/// stands for the body and must be the same for a repeat of the same request.
///
/// # Errors
/// 400 when the key is empty or too long.
pub fn claim_key(cx: &Cx, key: &str, content: &[u8]) -> Result<()> {
    set_claim(cx, key.to_owned(), content)
}

fn set_claim(cx: &Cx, key: String, body: &[u8]) -> Result<()> {
    if !(1..=255).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Error::refused(400, "malformed"));
    }
    let (Some(meta), Some(session)) = (cx.route, &cx.session) else {
        return Ok(());
    };
    if meta.idempotency == route::Idempotency::None {
        return Ok(());
    }
    if let Ok(mut slot) = cx.claim.lock() {
        *slot = Some(Claim::new(
            session.account_id,
            meta.operation,
            key,
            &cx.path,
            body,
        ));
    }
    Ok(())
}

fn currency(cx: &Cx) -> Currency {
    cx.workspace
        .as_ref()
        .map_or(Currency::DEFAULT, |w| w.currency)
}

fn urlencoded(bytes: &[u8]) -> Result<Vec<(String, String)>> {
    if !is_text(bytes) {
        return Err(Error::refused(400, "malformed"));
    }
    serde_urlencoded::from_bytes::<Vec<(String, String)>>(bytes)
        .map_err(|_| Error::refused(400, "malformed"))
}

/// Whether what `%XX` stands for is UTF-8. The decoder would put a replacement character in the
/// place of what is not, and something would be kept that nobody sent.
fn is_text(bytes: &[u8]) -> bool {
    let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let pair = (*byte == b'%')
            .then(|| Some((digit(at + 1)?, digit(at + 2)?)))
            .flatten();
        match pair {
            Some((high, low)) => {
                plain.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 3;
            }
            None => {
                plain.push(*byte);
                at += 1;
            }
        }
    }
    std::str::from_utf8(&plain).is_ok()
}

fn parse(bytes: &[u8]) -> Result<Value> {
    let mut depth = 0_usize;
    let (mut inside, mut escaped) = (false, false);
    for byte in bytes {
        match (inside, escaped, byte) {
            (true, true, _) => escaped = false,
            (true, false, b'\\') => escaped = true,
            (_, false, b'"') => inside = !inside,
            (false, _, b'[' | b'{') => depth += 1,
            (false, _, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_MOST {
            return Err(Error::refused(400, "malformed"));
        }
    }
    serde_json::from_slice(bytes)
        .map(|once::Once(value)| value)
        .map_err(|_| Error::refused(400, "malformed"))
}
