//! What a mailed one-time link opens: a page that only shows a button or form. Its POST alone uses
//! the link up, so programs that open links in mail do no harm.

use super::{form_page, new_password, notice, refused};
use crate::{
    account, email,
    link::{self, Link, Purpose},
    operator::{self, NewOperator},
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
use ui::parts::{Banner, Button, Field, description_list};

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
    not_me: bool,
}

impl Input for Filled {
    fn read(r: &mut Reader) -> Self {
        Self {
            display_name: r.line_opt("display_name", 80).inspect(|name| {
                if account::leads_away(name) {
                    r.fault("display_name", "name_has_link");
                }
            }),
            password: r.line_opt("password", 1_000),
            not_me: r.flag("not_me"),
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
        Purpose::Address => "identity-link-address",
        Purpose::Undo => "identity-link-undo",
        Purpose::Disown => "identity-link-disown",
    }
}

async fn show(cx: Cx, Id(token): Id<String>) -> Result<Response> {
    let link = match find(&cx, &token).await {
        Ok(link) => link,
        Err(error) => return gone(&cx, error).await,
    };
    let about = about(&cx, &link).await?;
    page::page(
        &cx,
        cx.t(title(link.purpose)),
        view(&cx, &link, about, &token, &Typed::default(), &vec![]),
    )
    .await
}

/// Whether the browser is signed in to the account of the link.
fn is_own(cx: &Cx, link: &Link) -> bool {
    cx.session
        .as_ref()
        .is_some_and(|s| s.account_id == link.account)
}

/// To confirm or disown an account one must know which: its name and when it was made are shown to
/// the holder of the link, and where the link leads.
async fn about(cx: &Cx, link: &Link) -> Result<Markup> {
    let show = match link.purpose {
        Purpose::Verify => !is_own(cx, link),
        Purpose::Disown | Purpose::Address | Purpose::Undo => true,
        Purpose::Reset | Purpose::Unlock | Purpose::Operator => false,
    };
    if !show {
        return Ok(html! {});
    }
    let made = account::made(cx, link.account).await?;
    let mut facts = vec![
        (
            cx.t("identity-display-name"),
            html! { bdi { (made.display_name) } },
        ),
        (
            cx.t("identity-made"),
            html! { (ui::parts::time_exact(cx.locale, made.created_at)) },
        ),
    ];
    if let Some((email, _)) = &link.address {
        facts.push((cx.t("identity-new-address"), html! { bdi { (email) } }));
    }
    Ok(html! {
        (description_list(&facts))
        @if link.purpose == Purpose::Verify {
            (Banner::info(cx.t("identity-link-verify-yours")).text(cx.t("identity-link-verify-yours-text")))
        }
    })
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
    link: &Link,
    about: Markup,
    token: &str,
    typed: &Typed,
    messages: &page::Messages,
) -> Markup {
    let purpose = link.purpose;
    let (lead, button) = match purpose {
        Purpose::Verify => ("identity-link-verify-lead", "identity-link-verify-button"),
        Purpose::Reset => ("identity-link-reset-lead", "identity-link-reset-button"),
        Purpose::Unlock => ("identity-link-unlock-lead", "identity-link-unlock-button"),
        Purpose::Operator => (
            "identity-link-operator-lead",
            "identity-link-operator-button",
        ),
        Purpose::Address => ("identity-link-address-lead", "identity-link-address-button"),
        Purpose::Undo => ("identity-link-undo-lead", "identity-link-undo-button"),
        Purpose::Disown => ("identity-link-disown-lead", "identity-link-disown-button"),
    };
    let button = match purpose {
        Purpose::Undo | Purpose::Disown => Button::danger(cx.t(button)),
        _ => Button::primary(cx.t(button)),
    };
    let form = ui::parts::Form::post(
        format!("/links/{token}"),
        html! {
            @if purpose == Purpose::Operator {
                (Field::text("display_name", cx.t("identity-display-name")).value(typed.get("display_name")).autocomplete("name").max_len(80).required()
                    .error(page::message_of(messages, "display_name")))
            }
            @if matches!(purpose, Purpose::Operator | Purpose::Reset) { (new_password(cx, messages)) }
            div.actions {
                (button)
                @if purpose == Purpose::Verify && !is_own(cx, link) {
                    (Button::quiet(cx.t("identity-link-not-me")).value("not_me", "1"))
                }
            }
        },
    );
    let form = html! { (about) (form) };
    form_page(cx, title(purpose), Some(lead), messages, form, None)
}

async fn form(cx: Cx, Id(token): Id<String>, form: Form<Filled>) -> Result<Response> {
    let link = match find(&cx, &token).await {
        Ok(link) => link,
        Err(error) => return gone(&cx, error).await,
    };
    let result = match form.input {
        // The password counts exactly as typed; reading it as a line only limits its length.
        Ok(filled) => {
            if filled.not_me && link.purpose == Purpose::Verify {
                return refuse(&cx, &token).await;
            }
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
        Ok(()) => done(&cx, &link).await,
        Err(error) if error.status_and_code().1 == "token_invalid" => gone(&cx, error).await,
        Err(error) => {
            let about = about(&cx, &link).await?;
            refused(&cx, error, title(link.purpose), |m| {
                view(&cx, &link, about, &token, &form.typed, m)
            })
            .await
        }
    }
}

async fn refuse(cx: &Cx, token: &str) -> Result<Response> {
    match recovery::refuse(cx, token).await {
        Ok(()) => {
            notice(
                cx,
                StatusCode::OK,
                "identity-done",
                "identity-link-not-me-done",
                None,
            )
            .await
        }
        Err(error) => gone(cx, error).await,
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
        Purpose::Address => email::confirm(cx, token).await,
        Purpose::Undo => email::undo(cx, token).await,
        Purpose::Disown => recovery::disown(cx, token).await,
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

async fn done(cx: &Cx, link: &Link) -> Result<Response> {
    let text = match link.purpose {
        Purpose::Verify => "identity-link-verify-done",
        Purpose::Reset => "identity-link-reset-done",
        Purpose::Unlock => "identity-link-unlock-done",
        Purpose::Operator => "identity-link-operator-done",
        Purpose::Address => "identity-link-address-done",
        Purpose::Undo => "identity-link-undo-done",
        Purpose::Disown => "identity-link-disown-done",
    };
    let on = match link.purpose {
        Purpose::Verify if is_own(cx, link) => ("identity-continue", "/"),
        Purpose::Address if is_own(cx, link) => ("identity-account", "/account"),
        Purpose::Disown => ("identity-link-reset", "/forgot"),
        _ => ("identity-sign-in", "/login"),
    };
    let mut response = notice(cx, StatusCode::OK, "identity-done", text, Some(on)).await?;
    match link.purpose {
        // All sessions ended, this browser's too.
        Purpose::Reset | Purpose::Undo | Purpose::Disown => {
            session::clear(&mut response);
        }
        // It may do more from now on, so it is carried by another token.
        Purpose::Verify if is_own(cx, link) => {
            let started = session::rotate(cx).await?;
            session::set_session(&mut response, &started);
        }
        _ => {}
    }
    Ok(response)
}
