//! The account page and its API.

use super::{form_page, new_password, refused, sign_in};
use crate::{
    account::{self, AccountEdit, AccountView, PasswordChange},
    session::{self, Carrier},
};
use axum::{
    response::Response,
    routing::{get, patch, post},
};
use http::{HeaderMap, Method};
use kernel::{
    Body, Cx, Edit, Error, Form, Result, Route, edge, extract,
    extract::{IfMatch, Typed},
    list::Paging,
    page,
};
use maud::{Markup, html};
use serde_json::json;
use ui::{
    Icon, Locale,
    frame::Theme,
    parts::{Banner, Button, Choice, Field, description_list, form_button, hidden},
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::GET, "/me", "account.show", get(api_show))
            .signed_in()
            .answers::<AccountView>(200),
        Route::api(Method::PATCH, "/me", "account.update", patch(api_update))
            .signed_in()
            .if_match()
            .body::<AccountEdit>()
            .example(json!({"display_name": "Ana Silva", "locale": "en", "theme": "system"}))
            .answers::<AccountView>(200),
        Route::api(
            Method::POST,
            "/me/password",
            "password.change",
            post(api_password),
        )
        .codes(&[(429, "too_many_attempts")])
        .signed_in()
        .body::<PasswordChange>()
        .answers::<sign_in::TokenView>(200)
        .refuses(&[429, 503]),
        Route::page(Method::GET, "/account", "account.show", get(show)).signed_in(),
        Route::page(Method::POST, "/account", "account.update", post(form))
            .signed_in()
            .body::<Edit<AccountEdit>>(),
        Route::page(
            Method::GET,
            "/account/password",
            "password.change",
            get(password_show),
        )
        .signed_in(),
        Route::page(
            Method::POST,
            "/account/password",
            "password.change",
            post(password_form),
        )
        .signed_in()
        .body::<PasswordChange>(),
    ]
}

async fn api_show(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let view = account::show(&cx).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_update(
    cx: Cx,
    headers: HeaderMap,
    IfMatch(version): IfMatch,
    Body(edit): Body<AccountEdit>,
) -> Result<Response> {
    let edited = account::update(&cx, version, &edit).await;
    extract::or_current(edited, account::show(&cx)).await?;
    let view = account::show(&cx).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

fn carrier(headers: &HeaderMap) -> Carrier {
    if edge::text(headers, "authorization").is_some() {
        Carrier::Bearer
    } else {
        Carrier::Browser
    }
}

async fn api_password(
    cx: Cx,
    headers: HeaderMap,
    Body(change): Body<PasswordChange>,
) -> Result<Response> {
    let carrier = carrier(&headers);
    let started = account::change_password(&cx, &change, carrier).await?;
    let mut response = extract::data(&sign_in::token(&started, None));
    if carrier == Carrier::Browser {
        session::set_session(&mut response, &started);
    }
    Ok(response)
}

async fn show(cx: Cx) -> Result<Response> {
    let me = account::show(&cx).await?;
    let body = view(&cx, &me, &Typed::default(), &vec![]).await?;
    page::page(&cx, cx.t("identity-account"), body).await
}

async fn view(
    cx: &Cx,
    me: &AccountView,
    typed: &Typed,
    messages: &page::Messages,
) -> Result<Markup> {
    let sessions = session::list(cx, &Paging::first(20)).await?;
    let now = cx.kernel.now().await?;
    let value = |name: &str, known: &str| {
        if typed.0.is_empty() {
            known.to_owned()
        } else {
            typed.get(name).to_owned()
        }
    };
    let languages = Locale::ALL
        .iter()
        .map(|l| Choice::new(l.code(), l.own_name()))
        .collect();
    let themes = Theme::ALL
        .iter()
        .map(|t| Choice::new(t.code(), cx.t(&format!("identity-theme-{}", t.code()))))
        .collect();
    let form = ui::parts::Form::post(
        "/account",
        html! {
            (hidden("version", &me.version.to_string()))
            (Field::text("display_name", cx.t("identity-display-name")).value(value("display_name", &me.display_name)).autocomplete("name").max_len(80)
                .required().error(page::message_of(messages, "display_name")))
            (Field::select("locale", cx.t("identity-language"), languages).value(value("locale", &me.locale)).error(page::message_of(messages, "locale")))
            (Field::select("theme", cx.t("identity-theme"), themes).value(value("theme", &me.theme)).error(page::message_of(messages, "theme")))
            div.actions { (Button::primary(cx.t("identity-save"))) }
        },
    );
    let state = if me.state == "active" {
        cx.t("identity-verified")
    } else {
        cx.t("identity-unverified")
    };
    let mut facts = vec![
        (
            cx.t("identity-email"),
            html! { bdi { (me.email) } " · " (state) },
        ),
        (
            cx.t("identity-joined"),
            html! { (ui::text::date(cx.locale, me.created_at)) },
        ),
    ];
    if let (Some(at), Some(network)) = (me.last_sign_in_at, &me.last_sign_in_network) {
        facts.push((
            cx.t("identity-last-sign-in-label"),
            html! { (ui::parts::time(cx.locale, now, at)) " · " bdi { (network) } },
        ));
    }
    let below = html! {
        section.panel {
            h2 { (cx.t("identity-security")) }
            (description_list(&facts))
            div.actions {
                (Button::quiet(cx.t("identity-change-password")).href("/account/password").icon(Icon::KeyRound))
                @if me.state == "active" { (Button::quiet(cx.t("identity-change-address")).href("/account/address").icon(Icon::Mail)) }
                (Button::quiet(cx.t("identity-workspaces")).href("/workspaces").icon(Icon::Building2))
                (form_button(ui::frame::SIGN_OUT, None, &Button::quiet(cx.t("identity-sign-out")).icon(Icon::LogOut), &[]))
            }
        }
        (super::sessions::panel(cx, now, &sessions))
        section.panel {
            h2 { (cx.t("identity-delete-account")) }
            p.hint { (cx.tr("identity-delete-account-hint", &[("days", crate::deletion::GRACE_DAYS.into())])) }
            div.actions { (Button::quiet(cx.t("identity-delete-account")).href("/account/deletion").icon(Icon::Trash2)) }
        }
    };
    let unverified = (me.state != "active").then(|| {
        Banner::waiting(cx.t("identity-unverified")).action(cx.t("identity-verify"), "/verify")
    });
    let form = html! { @if let Some(banner) = unverified { (banner) } (form) };
    Ok(form_page(
        cx,
        "identity-account",
        None,
        messages,
        form,
        Some(below),
    ))
}

async fn form(cx: Cx, form: Form<Edit<AccountEdit>>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => account::update(&cx, input.version, &input.input).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(()) => Ok(extract::see_other("/account")),
        Err(error) if error.is_stale() => stale(&cx, &form.typed).await,
        Err(error) => {
            let me = account::show(&cx).await?;
            let (status, messages) = page::refusal(&cx, error)?;
            let body = view(&cx, &me, &form.typed, &messages).await?;
            page::page_with(&cx, status, cx.t("identity-account"), body).await
        }
    }
}

/// Two edits at once: both are shown, to choose from.
async fn stale(cx: &Cx, mine: &Typed) -> Result<Response> {
    let me = account::show(cx).await?;
    let mut now = Typed::default();
    now.set("version", me.version.to_string());
    now.set("display_name", me.display_name);
    now.set("locale", me.locale);
    now.set("theme", me.theme);
    let label = |name: &str| match name {
        "locale" => cx.t("identity-language"),
        name => cx.t(&format!("identity-{}", name.replace('_', "-"))),
    };
    let shown = |name: &str, value: &str| match name {
        "locale" => Locale::parse(value).map_or_else(String::new, |l| l.own_name().to_owned()),
        "theme" => cx.t(&format!("identity-theme-{value}")),
        _ => value.to_owned(),
    };
    let stale = page::Stale {
        title: cx.t("identity-account"),
        action: "/account".to_owned(),
        back: "/account".to_owned(),
        mine,
        now: &now,
        label: &label,
        shown: &shown,
    };
    page::stale(cx, stale).await
}

async fn password_show(cx: Cx) -> Result<Response> {
    page::page(
        &cx,
        cx.t("identity-change-password"),
        password_view(&cx, &Typed::default(), &vec![]),
    )
    .await
}

fn password_view(cx: &Cx, typed: &Typed, messages: &page::Messages) -> Markup {
    let form = ui::parts::Form::post(
        "/account/password",
        html! {
            (Field::password("current_password", cx.t("identity-current-password"), "current-password").required()
                .error(page::message_of(messages, "current_password")))
            (new_password(cx, messages))
            (Field::checkbox("keep_others", cx.t("identity-keep-others")).checked(!typed.get("keep_others").is_empty())
                .hint(cx.t("identity-keep-others-hint")))
            div.actions {
                (Button::primary(cx.t("identity-change-password")))
                (Button::quiet(cx.t("identity-back")).href("/account"))
            }
        },
    );
    form_page(
        cx,
        "identity-change-password",
        None,
        messages,
        html! { (form) },
        None,
    )
}

async fn password_form(cx: Cx, form: Form<PasswordChange>) -> Result<Response> {
    let result = match form.input {
        Ok(change) => account::change_password(&cx, &change, Carrier::Browser).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(started) => {
            let mut response = extract::see_other("/account");
            session::set_session(&mut response, &started);
            Ok(response)
        }
        Err(error) => {
            refused(&cx, error, "identity-change-password", |m| {
                password_view(&cx, &form.typed, m)
            })
            .await
        }
    }
}
