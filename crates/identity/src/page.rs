//! The pages and API routes of identity.

mod account;
mod deletion;
mod email;
mod invitations;
mod join;
mod links;
mod members;
mod ownership;
mod public;
mod register;
mod removal;
mod roles;
mod sessions;
mod sign_in;
mod verify;

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use kernel::{Cx, Error, Result, Route, extract, page};
use maud::{Markup, html};
use serde::Serialize;
use ui::parts::{Field, FormPage, error_summary};

/// Every route of identity.
pub fn routes() -> Vec<Route> {
    [
        public::routes(),
        sign_in::routes(),
        register::routes(),
        verify::routes(),
        links::routes(),
        account::routes(),
        deletion::routes(),
        email::routes(),
        sessions::routes(),
        join::routes(),
        members::routes(),
        removal::routes(),
        ownership::routes(),
        roles::routes(),
        invitations::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The answer of what is done by mail: the same whatever is known.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AcceptedView {
    /// Always `accepted`.
    pub status: String,
}

fn accepted() -> Response {
    extract::json(
        StatusCode::ACCEPTED,
        &serde_json::json!({"data": AcceptedView { status: "accepted".to_owned() }}),
    )
}

fn no_content() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// A refused form is drawn again with what is wrong; what nobody can mend there is an error page.
async fn refused(
    cx: &Cx,
    error: Error,
    title: &str,
    draw: impl FnOnce(&page::Messages) -> Markup,
) -> Result<Response> {
    let wait = match &error {
        Error::Refused { retry_after, .. } => *retry_after,
        _ => None,
    };
    let (status, mut messages) = page::refusal(cx, error)?;
    // What is missing there is not text to fill in.
    for (_, words) in messages
        .iter_mut()
        .filter(|(name, _)| name == "accept_terms")
    {
        *words = cx.t("identity-terms-first");
    }
    let mut response = page::page_with(cx, status, cx.t(title), draw(&messages)).await?;
    if let Some(seconds) = wait {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// A page that says one thing, with at most one way on.
async fn notice(
    cx: &Cx,
    status: StatusCode,
    title: &str,
    text: &str,
    on: Option<(&str, &str)>,
) -> Result<Response> {
    let body = html! {
        (FormPage {
            title: cx.t(title),
            lead: Some(cx.t(text)),
            form: html! { @if let Some((label, href)) = on { div.actions { (ui::parts::Button::primary(cx.t(label)).href(href)) } } },
            ..FormPage::default()
        })
    };
    page::page_with(cx, status, cx.t(title), body).await
}

/// A form page with its faults on top.
fn form_page(
    cx: &Cx,
    title: &str,
    lead: Option<&str>,
    messages: &page::Messages,
    form: Markup,
    below: Option<Markup>,
) -> Markup {
    html! {
        (FormPage {
            title: cx.t(title),
            lead: lead.map(|key| cx.t(key)),
            errors: (!messages.is_empty()).then(|| error_summary(cx.locale, messages)),
            form,
            below,
            ..FormPage::default()
        })
    }
}

fn new_password(cx: &Cx, messages: &page::Messages) -> Field {
    Field::password("password", cx.t("identity-new-password"), "new-password")
        .hint(cx.t("identity-password-hint"))
        .min_len(12)
        .max_len(128)
        .required()
        .error(page::message_of(messages, "password"))
}

fn terms(cx: &Cx, messages: &page::Messages, checked: bool) -> Markup {
    html! {
        (Field::checkbox("accept_terms", cx.t("identity-accept-terms"))
            .checked(checked)
            .required()
            .error(page::message_of(messages, "accept_terms")))
        p.hint { a href="/terms" { (cx.t("identity-read-terms")) } }
    }
}

/// The words of a role: ours for the keys of the templates, else its own name.
fn role_words(cx: &Cx, key: &str, name: &str) -> String {
    let words = format!("identity-role-{key}");
    if ui::text::has(cx.locale, &words) {
        cx.t(&words)
    } else {
        name.to_owned()
    }
}

fn role_list(cx: &Cx, keys: &[String]) -> String {
    let names: Vec<String> = keys.iter().map(|key| role_words(cx, key, key)).collect();
    names.join(&cx.t("identity-list-comma"))
}
