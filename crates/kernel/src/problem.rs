//! Errors as `application/problem+json` and as designed pages: the same code, id and words.

use crate::{Error, Fault};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;
use ui::{
    frame::Frame,
    text::{Arg, Locale},
};

/// Figures of a refusal that a problem document names as members of its own: ids of what stands in
/// the way.
const NAMED: [&str; 2] = ["running_id", "contract_id"];

/// The words of a code in this language; every code has a key `error-CODE`.
#[must_use]
pub fn words(locale: Locale, code: &str, args: &[(&'static str, Arg<'_>)]) -> String {
    let key = format!("error-{}", code.replace('_', "-"));
    ui::text::tr(locale, &key, args)
}

/// The words of one fault.
#[must_use]
pub fn fault_words(locale: Locale, fault: &Fault) -> String {
    words(locale, fault.code, &fault.args)
}

/// The problem document of an error.
#[must_use]
pub fn document(error: &Error, locale: Locale, request_id: &str) -> Response {
    let (status, code) = error.status_and_code();
    let mut body = json!({
        "type": format!("/errors/{code}"),
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "code": code,
        "detail": detail(error, locale),
        "request_id": request_id,
        "timestamp": base::instant::wall().rfc3339(),
        "retryable": matches!(status.as_u16(), 429 | 502 | 503 | 504) || code == "in_progress",
    });
    match error {
        Error::Invalid(faults) => {
            let faults: Vec<_> = faults
                .iter()
                .map(|f| json!({"pointer": f.pointer, "code": f.code, "message": fault_words(locale, f)}))
                .collect();
            body["errors"] = json!(faults);
        }
        Error::Refused { pointers, args, .. } if !pointers.is_empty() => {
            let message = words(locale, code, args);
            body["errors"] = pointers
                .iter()
                .map(|p| json!({"pointer": p, "code": code, "message": message}))
                .collect();
        }
        Error::Stale(current) => body["current"] = (**current).clone(),
        _ => {}
    }
    if let Error::Refused { args, .. } = error {
        for (name, value) in args {
            if let (true, Arg::Text(id)) = (NAMED.contains(name), value) {
                body[*name] = json!(id);
            }
        }
    }
    let bytes = serde_json::to_vec(&body)
        .unwrap_or_else(|_| b"{\"status\":500,\"code\":\"internal_error\"}".to_vec());
    let mut response = (
        status,
        [(header::CONTENT_TYPE, "application/problem+json")],
        bytes,
    )
        .into_response();
    retry_after(error, &mut response);
    if let Error::Stale(current) = error
        && let Some(version) = current["version"].as_i64()
        && let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\""))
    {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// The answer when not even an error can be told.
pub(crate) fn fixed() -> Response {
    let body = r#"{"type":"/errors/internal_error","title":"Internal Server Error","status":500,"code":"internal_error","detail":"Something went wrong on our side.","retryable":false}"#;
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        [(header::CONTENT_TYPE, "application/problem+json")],
        body,
    )
        .into_response()
}

/// The page of an error; in the frame `around` it, if it is known who reads.
#[must_use]
pub fn page(
    error: &Error,
    locale: Locale,
    request_id: &str,
    signed_in: bool,
    around: Option<Frame>,
) -> Response {
    let (status, code) = error.status_and_code();
    let markup =
        ui::frame::error_page(locale, status.as_u16(), code, request_id, signed_in, around);
    let mut response = (status, markup).into_response();
    retry_after(error, &mut response);
    response
}

/// What the error says to a reader, without anything of our inside.
#[must_use]
pub fn detail(error: &Error, locale: Locale) -> String {
    let (_, code) = error.status_and_code();
    let args = match error {
        Error::Refused { args, .. } => args.as_slice(),
        _ => &[],
    };
    words(locale, code, args)
}

fn retry_after(error: &Error, response: &mut Response) {
    let seconds = match error {
        Error::Refused {
            retry_after: Some(seconds),
            ..
        } => Some(*seconds),
        _ if response.status() == StatusCode::SERVICE_UNAVAILABLE => Some(5),
        _ => None,
    };
    if let Some(seconds) = seconds {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// Headers that the refusing code set (rate limits, `Allow`) stay on the rendered answer.
pub(crate) fn keep_headers(mut rendered: Response, original: &Response) -> Response {
    for (name, value) in original.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            rendered.headers_mut().entry(name).or_insert(value.clone());
        }
    }
    rendered
}

/// What a refused form shows: at which field which words; an empty name is the whole form.
/// Errors that are not the person's to mend come back as `Err`.
///
/// # Errors
/// The error itself when a page must tell it.
pub fn at_fields(
    error: Error,
    locale: Locale,
) -> Result<(StatusCode, Vec<(String, String)>), Error> {
    let (status, code) = error.status_and_code();
    match &error {
        Error::Invalid(faults) => {
            let messages = faults
                .iter()
                .map(|f| (field(&f.pointer), fault_words(locale, f)))
                .collect();
            Ok((status, messages))
        }
        Error::Refused { pointers, args, .. } if status.is_client_error() => {
            let message = words(locale, code, args);
            let messages = match pointers.first() {
                Some(pointer) => vec![(field(pointer), message)],
                None => vec![(String::new(), message)],
            };
            Ok((status, messages))
        }
        Error::Database(_)
            if status == StatusCode::CONFLICT || status == StatusCode::UNPROCESSABLE_ENTITY =>
        {
            Ok((status, vec![(String::new(), words(locale, code, &[]))]))
        }
        _ => Err(error),
    }
}

fn field(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}
