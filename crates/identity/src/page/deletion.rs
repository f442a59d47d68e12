//! Deleting one's own unconfirmed account: the page that asks for the decision, and the API.

use super::{form_page, no_content, notice, refused};
use crate::{
    account,
    deletion::{self, Deletion},
    session,
};
use axum::{
    response::Response,
    routing::{get, post},
};
use http::{Method, StatusCode};
use kernel::{Body, Cx, Error, Form, Rate, Result, Route, extract, page};
use maud::{Markup, html};
use ui::parts::{Button, Field};

pub fn routes() -> Vec<Route> {
    vec![
        Route::api(
            Method::POST,
            "/me/deletion",
            "account.delete",
            post(api_delete),
        )
        .signed_in()
        .rate(Rate::Link)
        .body::<Deletion>()
        .status(204)
        .refuses(&[409, 503]),
        Route::page(
            Method::GET,
            "/account/deletion",
            "account.delete",
            get(show),
        )
        .signed_in(),
        Route::page(
            Method::POST,
            "/account/deletion",
            "account.delete",
            post(form),
        )
        .signed_in()
        .rate(Rate::Link)
        .body::<Deletion>(),
    ]
}

async fn api_delete(cx: Cx, Body(wish): Body<Deletion>) -> Result<Response> {
    deletion::delete(&cx, &wish).await?;
    Ok(no_content())
}

async fn show(cx: Cx) -> Result<Response> {
    if cx.session()?.verified {
        return Ok(extract::see_other("/account"));
    }
    let me = account::show(&cx).await?;
    let body = view(&cx, &me.email, &vec![]);
    page::page(&cx, cx.t("identity-delete-account"), body).await
}

fn view(cx: &Cx, email: &str, messages: &page::Messages) -> Markup {
    let form = ui::parts::Form::post(
        "/account/deletion",
        html! {
            (Field::password("current_password", cx.t("identity-current-password"), "current-password").required()
                .error(page::message_of(messages, "current_password")))
            div.actions {
                (Button::danger(cx.t("identity-delete-account")))
                (Button::quiet(cx.t("identity-back")).href("/verify"))
            }
        },
    );
    let form = html! {
        p { (cx.tr("identity-delete-account-text", &[("email", email.into())])) }
        (form)
    };
    form_page(cx, "identity-delete-account", None, messages, form, None)
}

async fn form(cx: Cx, form: Form<Deletion>) -> Result<Response> {
    let result = match form.input {
        Ok(wish) => deletion::delete(&cx, &wish).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    if let Err(error) = result {
        let me = account::show(&cx).await?;
        return refused(&cx, error, "identity-delete-account", |m| {
            view(&cx, &me.email, m)
        })
        .await;
    }
    let mut gone = cx;
    gone.session = None;
    let mut response = notice(
        &gone,
        StatusCode::OK,
        "identity-account-deleted",
        "identity-account-deleted-text",
        Some(("identity-continue", "/")),
    )
    .await?;
    session::set_cookie(&mut response, kernel::edge::COOKIE, "", 0);
    Ok(response)
}
