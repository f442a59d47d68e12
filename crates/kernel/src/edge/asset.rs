//! Embedded files: compressed beforehand, kept for a year under names made of their content.

use super::text;
use crate::Error;
use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};

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
