//! What people see when something is in the way: what happened, what it means, what to do.

use super::{Frame, SIGN_IN, content, document, top};
use crate::{
    Icon, Locale,
    parts::Button,
    text::{error, t, tr},
};
use maud::{Markup, html};

/// A whole page for a failed request. `status` is the HTTP status, `code` the code of the problem
/// (`not_found`), `request_id` what support can look up. `around` is the reader's frame, if it is known who
/// reads; its title is set here.
#[must_use]
pub fn error_page(
    locale: Locale,
    status: u16,
    code: &str,
    request_id: &str,
    signed_in: bool,
    around: Option<Frame>,
) -> Markup {
    let kind = match status {
        401 | 403 | 404 | 409 | 410 | 413 | 429 | 503 => status,
        400..500 => 400,
        _ => 500,
    };
    let sign = match kind {
        401 => Icon::Lock,
        403 => Icon::Shield,
        404 | 410 => Icon::Search,
        409 => Icon::RefreshCw,
        429 | 503 => Icon::Hourglass,
        _ => Icon::TriangleAlert,
    };
    let title = t(locale, &format!("ui-error-{kind}-title"));
    let way = html! {
        @match kind {
            401 => (Button::primary(t(locale, "ui-sign-in")).href(SIGN_IN)),
            409 | 429 | 500 | 503 => (Button::primary(t(locale, "ui-try-again")).href("")),
            403 if !signed_in => (Button::primary(t(locale, "ui-sign-in")).href(SIGN_IN)),
            _ => {},
        }
        (Button::quiet(t(locale, if signed_in { "ui-to-work" } else { "ui-to-home" })).href("/"))
    };
    let reference = tr(
        locale,
        "ui-error-request",
        &[
            ("id", request_id.into()),
            ("status", i64::from(status).into()),
            ("code", code.into()),
        ],
    );
    let fault = html! {
        div.fault {
            div.empty {
                (sign)
                h1 { (title) }
                p { (t(locale, &format!("ui-error-{kind}-text"))) }
                div.actions { (way) }
            }
            @if !PLAIN.contains(&code) { p.fault-words { (error(locale, code)) } }
            p.fault-id data-request=(request_id) data-code=(code) { (reference) }
        }
    };
    match around {
        Some(mut frame) => {
            frame.title = title;
            super::page(&frame, fault)
        }
        None => {
            let frame = Frame::new(locale, title);
            document(
                &frame,
                &html! { div.frame.public { (top::bare_bar(&frame, signed_in)) (content(&frame, &fault)) } },
            )
        }
    }
}

/// Codes that say no more than the page itself.
const PLAIN: [&str; 10] = [
    "malformed",
    "unauthenticated",
    "forbidden",
    "not_found",
    "conflict",
    "gone",
    "payload_too_large",
    "rate_limited",
    "internal_error",
    "service_unavailable",
];
