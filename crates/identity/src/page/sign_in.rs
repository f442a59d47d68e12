//! Signing in and out.

use super::{form_page, no_content, refused};
use crate::{
    session::{self, Carrier, DEVICE_COOKIE},
    signin::{self, Credentials, SignInForm, SignedIn, Since, local_path},
    workspace,
};
use axum::{
    response::Response,
    routing::{get, post},
};
use base::Instant;
use data_encoding::BASE64URL_NOPAD;
use http::{HeaderMap, Method};
use kernel::{
    Body, Cx, Error, Form, Input, Query, Rate, Reader, Result, Route, edge, extract,
    extract::Typed, input::Nothing, page,
};
use maud::{Markup, html};
use serde::Serialize;
use serde_json::json;
use ui::parts::{Banner, Button, Field, hidden};

/// Carries what happened since the last sign-in from the form to the page that tells it.
const SINCE_COOKIE: &str = "__Host-since";

pub fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::POST, "/auth/login", "auth.login", post(api_login))
            .codes(&[
                (401, "invalid_credentials"),
                (403, "account_suspended"),
                (409, "too_many_sessions"),
                (429, "too_many_attempts"),
            ])
            .public()
            .rate(Rate::SignIn)
            .body::<Credentials>()
            .example(json!({"email": "client@demo.test", "password": "guildhall-demo-2026"}))
            .answers::<TokenView>(200)
            .refuses(&[401, 403, 429, 503]),
        Route::api(
            Method::POST,
            "/auth/logout",
            "auth.logout",
            post(api_logout),
        )
        .signed_in()
        .status(204),
        Route::page(Method::GET, "/login", "auth.login", get(show))
            .public()
            .query::<Way>(),
        Route::page(Method::POST, "/login", "auth.login", post(form))
            .public()
            .rate(Rate::SignIn)
            .body::<SignInForm>(),
        Route::page(Method::POST, "/logout", "auth.logout", post(logout)).public(),
        Route::page(
            Method::POST,
            ui::frame::SIGN_OUT,
            "auth.sign_out",
            post(logout),
        )
        .public(),
        Route::page(Method::GET, "/signed-in", "auth.signed_in", get(signed_in))
            .signed_in()
            .query::<Way>(),
    ]
}

/// A token for the API.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TokenView {
    /// Sent as `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until it ends at the latest; unused, it ends earlier.
    pub expires_in: i64,
    /// Wrong passwords since the last sign-in.
    pub failed_attempts: i32,
    /// When the account was last signed in to.
    pub last_sign_in_at: Option<Instant>,
}

/// The answer that hands out a token.
pub fn token(started: &session::Started, since: Option<&Since>) -> TokenView {
    TokenView {
        access_token: started.token.reveal().to_owned(),
        token_type: "Bearer".to_owned(),
        expires_in: started.expires_in,
        failed_attempts: since.map_or(0, |s| s.failures),
        last_sign_in_at: since.and_then(|s| s.last_at),
    }
}

async fn api_login(cx: Cx, Body(input): Body<Credentials>) -> Result<Response> {
    let done = signin::sign_in(&cx, &input, None, Carrier::Bearer).await?;
    Ok(extract::data(&token(&done.started, Some(&done.since))))
}

async fn api_logout(cx: Cx, _: Body<Nothing>) -> Result<Response> {
    signin::sign_out(&cx).await?;
    let mut response = no_content();
    session::clear_site(&mut response);
    Ok(response)
}

/// Where the person was going.
pub struct Way {
    return_to: Option<String>,
}

impl Input for Way {
    fn read(r: &mut Reader) -> Self {
        Self {
            return_to: r.line_opt("return_to", 2_000),
        }
    }
}

async fn show(cx: Cx, Query(way): Query<Way>) -> Result<Response> {
    let to = local_path(way.return_to.as_deref());
    if let Some(me) = &cx.session {
        let home = if me.verified {
            workspace::home(&cx.kernel, me.account_id).await?
        } else {
            "/verify".to_owned()
        };
        return Ok(extract::see_other(to.unwrap_or(&home)));
    }
    let mut typed = Typed::default();
    typed.set("return_to", to.unwrap_or(""));
    page::page(&cx, cx.t("identity-sign-in"), view(&cx, &typed, &vec![])).await
}

fn view(cx: &Cx, typed: &Typed, messages: &page::Messages) -> Markup {
    let to = typed.get("return_to");
    let place = to
        .strip_prefix("/w/")
        .and_then(|rest| rest.split(['/', '?']).next())
        .filter(|slug| crate::registration::is_slug(slug));
    let register = place.map_or_else(
        || "/register".to_owned(),
        |slug| format!("/w/{slug}/register"),
    );
    let form = ui::parts::Form::post(
        "/login",
        html! {
            (hidden("return_to", to))
            (Field::email("email", cx.t("identity-email")).value(typed.get("email")).autocomplete("username").required().focus()
                .error(page::message_of(messages, "email")))
            (Field::password("password", cx.t("identity-password"), "current-password").required()
                .error(page::message_of(messages, "password")))
            div.actions { (Button::primary(cx.t("identity-sign-in"))) }
        },
    )
    .unguarded();
    let below = html! {
        p { a href="/forgot" { (cx.t("identity-forgot-link")) } }
        p { (cx.t("identity-no-account")) " " a href=(register) { (cx.t("identity-register")) } }
    };
    form_page(
        cx,
        "identity-sign-in",
        None,
        messages,
        html! { (form) },
        Some(below),
    )
}

async fn form(cx: Cx, headers: HeaderMap, form: Form<SignInForm>) -> Result<Response> {
    let device = edge::cookie(&headers, DEVICE_COOKIE).map(str::to_owned);
    let input = match form.input {
        Ok(input) => input,
        Err(faults) => {
            return refused(&cx, Error::Invalid(faults), "identity-sign-in", |m| {
                view(&cx, &form.typed, m)
            })
            .await;
        }
    };
    match signin::sign_in(&cx, &input.credentials, device.as_deref(), Carrier::Browser).await {
        Ok(done) => entered(&cx, &done, local_path(input.return_to.as_deref())).await,
        Err(error) => {
            refused(&cx, error, "identity-sign-in", |m| {
                view(&cx, &form.typed, m)
            })
            .await
        }
    }
}

/// Hands the browser its session and sends it on, past what failed meanwhile.
async fn entered(cx: &Cx, done: &SignedIn, to: Option<&str>) -> Result<Response> {
    let to = match to {
        _ if done.restored => "/account/kept".to_owned(),
        Some(to) if to != "/" => to.to_owned(),
        _ if !done.verified => "/verify".to_owned(),
        _ => workspace::home(&cx.kernel, done.account).await?,
    };
    let mut response = if done.since.failures > 0 {
        let way = serde_urlencoded::to_string([("return_to", &to)]).unwrap_or_default();
        let mut response = extract::see_other(&format!("/signed-in?{way}"));
        session::set_cookie(&mut response, SINCE_COOKIE, &seal(cx, &done.since), 300);
        response
    } else {
        extract::see_other(&to)
    };
    session::set_session(&mut response, &done.started);
    if let Some(device) = &done.device {
        session::set_cookie(
            &mut response,
            DEVICE_COOKIE,
            device.reveal(),
            signin::DEVICE_DAYS * 86_400,
        );
    }
    Ok(response)
}

fn mark(key: &[u8], text: &str) -> String {
    BASE64URL_NOPAD.encode(&base::secret::hmac(key, format!("since:{text}").as_bytes()))
}

fn seal(cx: &Cx, since: &Since) -> String {
    let text = BASE64URL_NOPAD.encode(&serde_json::to_vec(since).unwrap_or_default());
    let mark = mark(cx.kernel.config.key(), &text);
    format!("{text}.{mark}")
}

fn unseal(cx: &Cx, value: &str) -> Option<Since> {
    let (text, given) = value.split_once('.')?;
    // A mark made just before the key was changed is still ours.
    cx.kernel
        .config
        .secret_keys
        .iter()
        .any(|key| base::secret::equal(mark(&key.0, text).as_bytes(), given.as_bytes()))
        .then_some(())?;
    serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
}

async fn signed_in(cx: Cx, headers: HeaderMap, Query(way): Query<Way>) -> Result<Response> {
    let to = local_path(way.return_to.as_deref())
        .unwrap_or("/")
        .to_owned();
    let Some(since) = edge::cookie(&headers, SINCE_COOKIE).and_then(|v| unseal(&cx, v)) else {
        return Ok(extract::see_other(&to));
    };
    // A number alone needs no isolation from the direction around it.
    let failed = ui::plain(
        cx.locale,
        "identity-failed-attempts",
        &[("n", since.failures.into())],
    );
    let last = match (since.last_at, &since.last_network) {
        (Some(at), Some(network)) => cx.tr(
            "identity-last-sign-in",
            &[
                ("at", ui::text::date_time(cx.locale, at).into()),
                ("network", network.into()),
            ],
        ),
        _ => cx.t("identity-first-sign-in"),
    };
    let form = html! {
        (Banner::waiting(failed).text(cx.t("identity-failed-attempts-text")).action(cx.t("identity-change-password"), "/account/password"))
        p { (last) }
        div.actions { (Button::primary(cx.t("identity-continue")).href(to)) }
    };
    page::page(
        &cx,
        cx.t("identity-signed-in"),
        form_page(&cx, "identity-signed-in", None, &vec![], form, None),
    )
    .await
}

async fn logout(cx: Cx, _: Form<Nothing>) -> Result<Response> {
    signin::sign_out(&cx).await?;
    let mut response = extract::see_other("/login");
    session::clear(&mut response);
    Ok(response)
}
