//! Registering: in a workspace, or founding one.

use super::{AcceptedView, accepted, form_page, new_password, notice, refused, role_words, terms};
use crate::{
    registration::{self, Founding, Registration, is_slug},
    workspace::{self, OpenRole},
};
use axum::{
    response::Response,
    routing::{get, post},
};
use http::{Method, StatusCode};
use kernel::{
    Body, Cx, Error, Form, Input, Query, Rate, Reader, Result, Route, extract, extract::Typed, page,
};
use maud::{Markup, html};
use serde_json::json;
use ui::{
    Locale,
    parts::{Button, Choice, Field},
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::POST, "/w/{workspace}/auth/register", "auth.register", post(api_register))
.codes(&[(503, "configuration_error")])
            .public()
            .rate(Rate::Register)
            .body::<Registration>()
            .example(json!({"email": "ana@example.test", "password": "purple-harbour-29-stones", "display_name": "Ana Silva", "locale": "en",
                "accept_terms": true, "roles": ["client"]}))
            .answers::<AcceptedView>(202)
            .refuses(&[503]),
        Route::api(Method::POST, "/auth/register", "workspace.found", post(api_found))
.codes(&[(403, "founding_closed")])
            .public()
            .rate(Rate::Register)
            .body::<Founding>()
            .example(json!({"email": "ana@example.test", "password": "purple-harbour-29-stones", "display_name": "Ana Silva", "locale": "en",
                "accept_terms": true, "workspace_name": "Atelier", "workspace_slug": "atelier", "currency": "USD"}))
            .answers::<AcceptedView>(202)
            .refuses(&[403, 409, 503]),
        Route::page(Method::GET, "/w/{workspace}/register", "auth.register", get(show)).public(),
        Route::page(Method::POST, "/w/{workspace}/register", "auth.register", post(form)).public().rate(Rate::Register).body::<Registration>(),
        Route::page(Method::GET, "/register", "workspace.found", get(found_show)).public().query::<Which>(),
        Route::page(Method::POST, "/register", "workspace.found", post(found_form)).public().rate(Rate::Register).body::<Founding>(),
    ]
}

async fn api_register(cx: Cx, Body(input): Body<Registration>) -> Result<Response> {
    registration::register(&cx, &input).await?;
    Ok(accepted())
}

async fn api_found(cx: Cx, Body(input): Body<Founding>) -> Result<Response> {
    registration::found(&cx, &input).await?;
    Ok(accepted())
}

fn person(cx: &Cx, typed: &Typed, messages: &page::Messages) -> Markup {
    let chosen = Some(typed.get("locale"))
        .filter(|l| !l.is_empty())
        .unwrap_or(cx.locale.code());
    let languages = Locale::ALL
        .iter()
        .map(|l| Choice::new(l.code(), l.own_name()))
        .collect();
    html! {
        (Field::text("display_name", cx.t("identity-display-name")).value(typed.get("display_name")).autocomplete("name").max_len(80).required()
            .hint(cx.t("identity-display-name-hint")).error(page::message_of(messages, "display_name")))
        (Field::email("email", cx.t("identity-email")).value(typed.get("email")).autocomplete("username").required()
            .error(page::message_of(messages, "email")))
        (new_password(cx, messages))
        (Field::select("locale", cx.t("identity-language"), languages).value(chosen).error(page::message_of(messages, "locale")))
    }
}

/// The choice among the roles that are open; nothing where none is.
pub fn role_choice(cx: &Cx, open: &[OpenRole], typed: &Typed, messages: &page::Messages) -> Markup {
    let choices: Vec<_> = open
        .iter()
        .map(|role| {
            let choice = Choice::new(role.key.as_str(), role_words(cx, &role.key, &role.name));
            let hint = format!("identity-role-{}-hint", role.key);
            if ui::text::has(cx.locale, &hint) {
                choice.hint(cx.t(&hint))
            } else {
                choice
            }
        })
        .collect();
    let wrong = messages
        .iter()
        .find(|(name, _)| name == "roles" || name.starts_with("roles."))
        .map(|(_, words)| words.as_str());
    html! {
        @if !choices.is_empty() {
            (Field::checkboxes("roles", cx.t("identity-roles-choice"), choices).values(typed.all("roles").map(str::to_owned)).error(wrong))
        }
    }
}

async fn show(cx: Cx) -> Result<Response> {
    if cx.session.is_some() {
        return Ok(extract::see_other(&cx.href("/join")));
    }
    let open = workspace::open_roles(&cx).await?;
    page::page(
        &cx,
        cx.t("identity-register"),
        view(&cx, &open, &Typed::default(), &vec![]),
    )
    .await
}

fn view(cx: &Cx, open: &[OpenRole], typed: &Typed, messages: &page::Messages) -> Markup {
    let name = cx.workspace.as_ref().map_or("", |w| w.name.as_str());
    let form = ui::parts::Form::post(
        cx.href("/register"),
        html! {
            p.lead { (cx.tr("identity-register-lead", &[("workspace", name.into())])) }
            (role_choice(cx, open, typed, messages))
            (person(cx, typed, messages))
            (terms(cx, messages, !typed.get("accept_terms").is_empty()))
            div.actions { (Button::primary(cx.t("identity-register"))) }
        },
    );
    let way = serde_urlencoded::to_string([("return_to", cx.href("/join"))]).unwrap_or_default();
    let below = html! { p { (cx.t("identity-have-account")) " " a href={ "/login?" (way) } { (cx.t("identity-sign-in")) } } };
    form_page(
        cx,
        "identity-register",
        None,
        messages,
        html! { (form) },
        Some(below),
    )
}

async fn form(cx: Cx, form: Form<Registration>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => registration::register(&cx, &input).await,
        // What only the workspace can judge is told with the rest.
        Err(mut faults) => {
            let typed: Vec<String> = form.typed.all("roles").map(str::to_owned).collect();
            let open = workspace::open_roles(&cx).await?;
            if let Err(Error::Invalid(more)) = workspace::chosen_roles(&open, &typed) {
                faults.extend(more);
            }
            Err(Error::Invalid(faults))
        }
    };
    match result {
        Ok(()) => sent(&cx).await,
        Err(error) => {
            let open = workspace::open_roles(&cx).await?;
            refused(&cx, error, "identity-register", |m| {
                view(&cx, &open, &form.typed, m)
            })
            .await
        }
    }
}

async fn sent(cx: &Cx) -> Result<Response> {
    notice(
        cx,
        StatusCode::ACCEPTED,
        "identity-check-mail",
        "identity-check-mail-text",
        Some(("identity-sign-in", "/login")),
    )
    .await
}

/// Which workspace a visitor wants to register in.
pub struct Which {
    workspace: Option<String>,
}

impl Input for Which {
    fn read(r: &mut Reader) -> Self {
        Self {
            workspace: r.line_opt("workspace", 40),
        }
    }
}

async fn found_show(cx: Cx, Query(which): Query<Which>) -> Result<Response> {
    if let Some(slug) = which
        .workspace
        .map(|s| s.to_lowercase())
        .filter(|s| is_slug(s))
    {
        return Ok(extract::see_other(&format!("/w/{slug}/register")));
    }
    if !cx.kernel.config.open_founding {
        return closed(&cx, StatusCode::OK).await;
    }
    page::page(
        &cx,
        cx.t("identity-found"),
        found_view(&cx, &Typed::default(), &vec![]),
    )
    .await
}

/// Founding is closed here: says so, and leads to the workspace a visitor knows.
async fn closed(cx: &Cx, status: StatusCode) -> Result<Response> {
    let form = ui::parts::Form::get(
        "/register",
        html! {
            (Field::text("workspace", cx.t("identity-workspace-slug")).hint(cx.t("identity-workspace-which-hint")).max_len(40).required())
            div.actions { (Button::primary(cx.t("identity-continue"))) }
        },
    );
    let body = form_page(
        cx,
        "identity-register",
        Some("identity-founding-closed"),
        &vec![],
        html! { (form) },
        None,
    );
    page::page_with(cx, status, cx.t("identity-register"), body).await
}

fn found_view(cx: &Cx, typed: &Typed, messages: &page::Messages) -> Markup {
    let chosen = Some(typed.get("currency"))
        .filter(|c| !c.is_empty())
        .unwrap_or(base::Currency::DEFAULT.code());
    let currencies = ["USD", "EUR", "GBP", "AED", "SAR", "EGP", "KWD", "JPY"]
        .iter()
        .map(|c| Choice::new(*c, *c))
        .collect();
    let form = ui::parts::Form::post(
        "/register",
        html! {
            (Field::text("workspace_name", cx.t("identity-workspace-name")).value(typed.get("workspace_name")).max_len(80).required()
                .error(page::message_of(messages, "workspace_name")))
            (Field::text("workspace_slug", cx.t("identity-workspace-slug")).value(typed.get("workspace_slug")).max_len(40).required()
                .hint(cx.t("identity-workspace-slug-hint")).error(page::message_of(messages, "workspace_slug")))
            (Field::select("currency", cx.t("identity-currency"), currencies).value(chosen).error(page::message_of(messages, "currency")))
            (person(cx, typed, messages))
            (terms(cx, messages, !typed.get("accept_terms").is_empty()))
            div.actions { (Button::primary(cx.t("identity-found"))) }
        },
    );
    form_page(
        cx,
        "identity-found",
        Some("identity-found-lead"),
        messages,
        html! { (form) },
        None,
    )
}

async fn found_form(cx: Cx, form: Form<Founding>) -> Result<Response> {
    if !cx.kernel.config.open_founding {
        let (status, _) = page::refusal(&cx, registration::closed())?;
        return closed(&cx, status).await;
    }
    let result = match form.input {
        Ok(input) => registration::found(&cx, &input).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(()) => sent(&cx).await,
        Err(error) => {
            refused(&cx, error, "identity-found", |m| {
                found_view(&cx, &form.typed, m)
            })
            .await
        }
    }
}
