//! The hosted pages: card, bank account, the payer's confirmation. They work without JavaScript;
//! the one script only presses the last button.

mod action;
mod bank;
mod card;

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, REFERRER_POLICY,
};
use http::{HeaderValue, StatusCode};
use maud::{DOCTYPE, Markup, html};
use reqwest::Url;
use serde::Deserialize;

use crate::app::App;
use crate::back;
use crate::refusal::Refusal;
use crate::words::Locale;

pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/fields", get(card::show).post(card::take))
        .route("/destinations", get(bank::show).post(bank::take))
        .route(
            "/actions/{payment}/{random}",
            get(action::show).post(action::take),
        )
        .route("/fields.css", get(style))
        .route("/fields.js", get(script))
}

/// How a page is asked for.
#[derive(Deserialize, Default)]
struct PageAsked {
    return_to: Option<String>,
    locale: Option<String>,
    theme: Option<String>,
}

/// Language and colours of a page.
#[derive(Clone, Copy)]
struct Look {
    locale: Locale,
    theme: &'static str,
}

impl Look {
    fn new(locale: Option<&str>, theme: Option<&str>, headers: &HeaderMap) -> Self {
        Self {
            locale: Locale::choose(locale, headers),
            theme: match theme {
                Some("light") => "light",
                Some("dark") => "dark",
                _ => "auto",
            },
        }
    }

    fn say(self, key: &str) -> String {
        self.locale.say(key)
    }
}

/// A whole page. `targets` are the origins, besides our own, that its forms may lead to.
fn page(
    look: Look,
    status: StatusCode,
    title: &str,
    targets: &[String],
    body: &Markup,
) -> Response {
    let content = html! {
        (DOCTYPE)
        html lang=(look.locale.tag()) dir=(look.locale.dir()) data-theme=(look.theme) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · " (look.say("provider-name")) }
                link rel="stylesheet" href="/fields.css";
                link rel="icon" href="data:,";
                script src="/fields.js" defer {}
            }
            body {
                main {
                    p.provider { (look.say("provider-name")) }
                    h1 { (title) }
                    (body)
                }
            }
        }
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; base-uri 'none'; \
         frame-ancestors 'none'; form-action 'self' {}",
        targets.join(" ")
    );
    let policy = HeaderValue::try_from(policy.trim_end())
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    let mut response = (status, content).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    // The other side proves by Origin that a hand-back comes from us, so it must be sent.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    headers.insert(
        HeaderName::from_static("x-frame-options"),
        HeaderValue::from_static("DENY"),
    );
    response
}

/// The page for links that lead nowhere.
fn bad_link(look: Look, status: StatusCode) -> Response {
    let body = html! { p { (look.say("link-note")) } };
    page(look, status, &look.say("link-title"), &[], &body)
}

/// The page that hands a reference back: by a form, since references do not belong in addresses.
fn hand_back(look: Look, return_to: &Url, token: &str) -> Response {
    let body = html! {
        p { (look.say("back-note")) }
        form id="hand-back" method="post" action=(return_to) {
            input type="hidden" name="provider_token" value=(token);
            button type="submit" { (look.say("back-continue")) }
        }
    };
    let targets = [back::origin(return_to)];
    page(
        look,
        StatusCode::OK,
        &look.say("back-title"),
        &targets,
        &body,
    )
}

/// A text field of a form.
struct Field<'a> {
    name: &'static str,
    label: &'static str,
    hint: Option<&'static str>,
    autocomplete: &'static str,
    numeric: bool,
    /// In the page's direction; numbers and codes are left to right everywhere.
    words: bool,
    required: bool,
    longest: u16,
    value: &'a str,
}

impl Field<'_> {
    fn markup(&self, look: Look, fault: Option<&Refusal>) -> Markup {
        let fault = fault.filter(|fault| fault.field == Some(self.name));
        let hint_id = format!("{}-hint", self.name);
        let fault_id = format!("{}-fault", self.name);
        let described = [
            self.hint.map(|_| hint_id.as_str()),
            fault.map(|_| fault_id.as_str()),
        ];
        let described: Vec<_> = described.into_iter().flatten().collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        html! {
            div.field {
                label for=(self.name) { (look.say(self.label)) }
                @if let Some(hint) = self.hint {
                    p.hint id=(hint_id) { (look.say(hint)) }
                }
                input type="text" id=(self.name) name=(self.name) value=(self.value)
                    autocomplete=(self.autocomplete) maxlength=(self.longest)
                    inputmode=[self.numeric.then_some("numeric")]
                    dir=[(!self.words).then_some("ltr")]
                    required[self.required]
                    aria-invalid=[fault.map(|_| "true")]
                    aria-describedby=[described];
                @if let Some(fault) = fault {
                    p.fault id=(fault_id) { (look.locale.fault(fault.code)) }
                }
            }
        }
    }
}

/// The summary above a form that came back.
fn faults(look: Look, fault: Option<&Refusal>) -> Markup {
    html! {
        @if let Some(fault) = fault {
            div.faults role="alert" {
                p { (look.say("faults-title")) }
                p {
                    @if let Some(field) = fault.field {
                        a href={ "#" (field) } { (look.locale.fault(fault.code)) }
                    } @else {
                        (look.locale.fault(fault.code))
                    }
                }
            }
        }
    }
}

/// What travels with a form besides its fields.
fn hidden(look: Look, return_to: &Url) -> Markup {
    html! {
        input type="hidden" name="return_to" value=(return_to);
        input type="hidden" name="locale" value=(look.locale.tag());
        input type="hidden" name="theme" value=(look.theme);
    }
}

async fn style() -> Response {
    asset(
        "text/css; charset=utf-8",
        include_str!("../assets/fields.css"),
    )
}

async fn script() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("../assets/fields.js"),
    )
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "max-age=300")];
    (headers, text).into_response()
}
