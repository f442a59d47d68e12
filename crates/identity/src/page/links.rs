//! What a mailed one-time link opens: a page that only shows a button or form. Its POST alone uses
//! the link up, so programs that open links in mail do no harm.

use super::{form_page, new_password, notice, refused};
use crate::{
    link::{self, Purpose},
    operator::{self, NewOperator},
    password,
    recovery::{self, NewPassword},
    session,
};
use axum::{
    response::Response,
    routing::{get, post},
};
use http::{Method, StatusCode};
use kernel::{Cx, Error, Form, Id, Input, Reader, Result, Route, extract::Typed, page};
use maud::{Markup, html};
use ui::parts::{Button, Field};

pub fn routes() -> Vec<Route> {
    vec![
        Route::page(Method::GET, "/links/{token}", "link.show", get(show))
            .public()
            .refuses(&[410]),
        Route::page(Method::POST, "/links/{token}", "link.use", post(form))
            .public()
            .body::<Filled>()
            .refuses(&[410]),
    ]
}

/// What the forms of links send; which fields count depends on the link.
pub struct Filled {
    display_name: Option<String>,
    password: Option<String>,
}

impl Input for Filled {
    fn read(r: &mut Reader) -> Self {
        Self {
            display_name: r.line_opt("display_name", 80),
            password: r.line_opt("password", password::MOST),
        }
    }
}

async fn find(cx: &Cx, token: &str) -> Result<link::Link> {
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    let link = link::look(&mut tx, token, now).await?;
    tx.finish().await?;
    Ok(link)
}

fn title(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Verify => "identity-link-verify",
        Purpose::Reset => "identity-link-reset",
        Purpose::Unlock => "identity-link-unlock",
        Purpose::Operator => "identity-link-operator",
    }
}

async fn show(cx: Cx, Id(token): Id<String>) -> Result<Response> {
    let link = match find(&cx, &token).await {
        Ok(link) => link,
        Err(error) => return gone(&cx, error).await,
    };
    page::page(
        &cx,
        cx.t(title(link.purpose)),
        view(&cx, link.purpose, &token, &Typed::default(), &vec![]),
    )
    .await
}

/// A link that is over says so, with what to do.
async fn gone(cx: &Cx, error: Error) -> Result<Response> {
    if error.status_and_code().1 != "token_invalid" {
        return Err(error);
    }
    notice(
        cx,
        StatusCode::GONE,
        "identity-link-gone",
        "identity-link-gone-text",
        Some(("identity-sign-in", "/login")),
    )
    .await
}

fn view(
    cx: &Cx,
    purpose: Purpose,
    token: &str,
    typed: &Typed,
    messages: &page::Messages,
) -> Markup {
    let (lead, button) = match purpose {
        Purpose::Verify => ("identity-link-verify-lead", "identity-link-verify-button"),
        Purpose::Reset => ("identity-link-reset-lead", "identity-link-reset-button"),
        Purpose::Unlock => ("identity-link-unlock-lead", "identity-link-unlock-button"),
        Purpose::Operator => (
            "identity-link-operator-lead",
            "identity-link-operator-button",
        ),
    };
    let form = ui::parts::Form::post(
        format!("/links/{token}"),
        html! {
            @if purpose == Purpose::Operator {
                (Field::text("display_name", cx.t("identity-display-name")).value(typed.get("display_name")).autocomplete("name").max_len(80).required()
                    .error(page::message_of(messages, "display_name")))
            }
            @if matches!(purpose, Purpose::Operator | Purpose::Reset) { (new_password(cx, messages)) }
            div.actions { (Button::primary(cx.t(button))) }
        },
    );
    form_page(
        cx,
        title(purpose),
        Some(lead),
        messages,
        html! { (form) },
        None,
    )
}

async fn form(cx: Cx, Id(token): Id<String>, form: Form<Filled>) -> Result<Response> {
    let link = match find(&cx, &token).await {
        Ok(link) => link,
        Err(error) => return gone(&cx, error).await,
    };
    let result = match form.input {
        // The password counts exactly as typed; reading it as a line only limits its length.
        Ok(filled) => {
            act(
                &cx,
                link.purpose,
                &token,
                &filled,
                form.typed.get("password"),
            )
            .await
        }
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(()) => done(&cx, link.purpose).await,
        Err(error) if error.status_and_code().1 == "token_invalid" => gone(&cx, error).await,
        Err(error) => {
            refused(&cx, error, title(link.purpose), |m| {
                view(&cx, link.purpose, &token, &form.typed, m)
            })
            .await
        }
    }
}

async fn act(
    cx: &Cx,
    purpose: Purpose,
    token: &str,
    filled: &Filled,
    typed_password: &str,
) -> Result<()> {
    let password = || match &filled.password {
        Some(_) => Ok(typed_password.to_owned()),
        None => Err(Error::invalid("/password", "required")),
    };
    match purpose {
        Purpose::Verify => recovery::verify(cx, token).await.map(drop),
        Purpose::Unlock => recovery::unlock(cx, token).await,
        Purpose::Reset => {
            recovery::reset(
                cx,
                &NewPassword {
                    token: token.to_owned(),
                    password: password()?,
                },
            )
            .await
        }
        Purpose::Operator => {
            let display_name = filled
                .display_name
                .clone()
                .ok_or_else(|| Error::invalid("/display_name", "required"))?;
            operator::complete(
                cx,
                token,
                &NewOperator {
                    display_name,
                    password: password()?,
                },
            )
            .await
            .map(drop)
        }
    }
}

async fn done(cx: &Cx, purpose: Purpose) -> Result<Response> {
    let text = match purpose {
        Purpose::Verify => "identity-link-verify-done",
        Purpose::Reset => "identity-link-reset-done",
        Purpose::Unlock => "identity-link-unlock-done",
        Purpose::Operator => "identity-link-operator-done",
    };
    let on = match &cx.session {
        Some(_) if purpose == Purpose::Verify => ("identity-continue", "/"),
        _ => ("identity-sign-in", "/login"),
    };
    let mut response = notice(cx, StatusCode::OK, "identity-done", text, Some(on)).await?;
    if purpose == Purpose::Reset {
        // All sessions ended, this browser's too.
        session::set_cookie(&mut response, kernel::edge::COOKIE, "", 0);
    }
    Ok(response)
}
