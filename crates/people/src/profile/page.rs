//! The page on which a member writes their profile.

use super::{AVAILABILITIES, Profile, VISIBILITIES, edit, edit::Changes, show};
use crate::country;
use axum::{extract::RawQuery, response::Response};
use kernel::{Cx, Edit, Error, Form, Result, extract, extract::Typed, once, page};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{Banner, Button, Choice, Field, FormPage, error_summary, hidden},
    text::amount,
};

/// Regions of the time-zone database that name places.
const REGIONS: &[&str] = &[
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
];

pub(super) async fn edit_page(cx: Cx, RawQuery(query): RawQuery) -> Result<Response> {
    let profile = show::own(&cx).await?;
    let saved = query.as_deref() == Some("saved");
    page::page(
        &cx,
        cx.t("people-edit-title"),
        view(&cx, &typed(&profile), saved, &vec![]),
    )
    .await
}

pub(super) async fn form_update(cx: Cx, form: Form<Edit<Changes>>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(edit::update(&cx, input.version, input.input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href("/profile/edit?saved"))),
        Err(error) if error.is_stale() => stale(&cx, &form.typed).await,
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            page::page_with(
                &cx,
                status,
                cx.t("people-edit-title"),
                view(&cx, &form.typed, false, &messages),
            )
            .await
        }
    }
}

/// Two edits at once: both are shown, to choose from.
async fn stale(cx: &Cx, mine: &Typed) -> Result<Response> {
    let now = typed(&show::own(cx).await?);
    let label = |name: &str| match name {
        "hourly_rate" => cx.t("people-field-rate"),
        "hourly_rate_currency" => cx.t("people-field-rate-currency"),
        name => cx.t(&format!("people-field-{}", name.replace('_', "-"))),
    };
    let shown = |name: &str, value: &str| match name {
        "availability" | "visibility" => cx.t(&format!("people-{name}-{value}")),
        "country" => cx.t(&format!("people-country-{}", value.to_lowercase())),
        _ => value.to_owned(),
    };
    let stale = page::Stale {
        title: cx.t("people-edit-title"),
        action: cx.href("/profile/edit"),
        back: cx.href("/profile/edit"),
        mine,
        now: &now,
        label: &label,
        shown: &shown,
    };
    page::stale(cx, stale).await
}

fn typed(profile: &Profile) -> Typed {
    let mut typed = Typed::default();
    typed.set("version", profile.version.to_string());
    typed.set("title", profile.title.clone());
    typed.set("bio", profile.bio.clone());
    typed.set("skills", profile.skills.join(", "));
    typed.set("languages", profile.languages.join(", "));
    typed.set("country", profile.country.clone().unwrap_or_default());
    typed.set("time_zone", profile.time_zone.clone());
    typed.set(
        "hourly_rate",
        profile.hourly_rate.map(amount).unwrap_or_default(),
    );
    typed.set(
        "hourly_rate_currency",
        profile
            .hourly_rate
            .map(|r| r.currency.code().to_owned())
            .unwrap_or_default(),
    );
    let hours = profile.weekly_hours.map(|h| h.to_string());
    typed.set("weekly_hours", hours.unwrap_or_default());
    typed.set("availability", profile.availability.clone());
    typed.set("visibility", profile.visibility.clone());
    typed
}

fn view(cx: &Cx, typed: &Typed, saved: bool, messages: &page::Messages) -> Markup {
    let me = cx.me().unwrap_or_default();
    let seen = |role: &str| cx.href(&format!("/freelancers/{me}?as={role}"));
    let actions = html! {
        div.actions {
            (Button::quiet(cx.t("people-preview-public")).icon(Icon::Globe).href(seen("public")))
            (Button::quiet(cx.t("people-preview-members")).icon(Icon::Eye).href(seen("members")))
            @if market(cx) && cx.can("showcase.write", &["own"]) {
                (Button::quiet(cx.t("people-showcase")).icon(Icon::Award).href(cx.href("/profile/showcase")))
            }
        }
    };
    html! {
        @if saved { (Banner::good(cx.t("people-saved"))) }
        (FormPage {
            title: cx.t("people-edit-title"),
            lead: Some(cx.t("people-edit-lead")),
            errors: Some(error_summary(cx.locale, messages)),
            form: html! { (ui::parts::Form::post(cx.href("/profile/edit"), fields(cx, typed, messages)).key(cx.form_key())) },
            below: Some(html! { section.panel { h2 { (cx.t("people-preview")) } p.hint { (cx.t("people-preview-hint")) } (actions) } }),
            ..FormPage::default()
        })
    }
}

/// Whether work is offered here; else a profile tells of the person alone.
fn market(cx: &Cx) -> bool {
    cx.workspace().is_ok_and(|w| w.has("market"))
}

fn fields(cx: &Cx, typed: &Typed, messages: &page::Messages) -> Markup {
    let wrong = |name: &str| {
        let inner = format!("{name}.");
        messages
            .iter()
            .find(|(n, _)| n == name || n.starts_with(&inner))
            .map(|(_, words)| words.clone())
    };
    let chosen = |name: &str, usual: &str| match typed.get(name) {
        "" => usual.to_owned(),
        value => value.to_owned(),
    };
    let currency = match typed.get("hourly_rate_currency") {
        "" => cx
            .workspace
            .as_ref()
            .map_or("USD", |w| w.currency.code())
            .to_owned(),
        code => code.to_owned(),
    };
    let options = |prefix: &str, values: &[&str]| {
        let choices = values.iter().map(|v| {
            let key = format!("people-{prefix}-{v}");
            Choice::new(*v, cx.t(&key)).hint(cx.t(&format!("{key}-hint")))
        });
        choices.collect::<Vec<_>>()
    };
    html! {
        (hidden("version", typed.get("version")))
        @if market(cx) { (hidden("hourly_rate_currency", &currency)) }
        (Field::text("title", cx.t("people-field-title")).value(typed.get("title")).hint(cx.t("people-field-title-hint")).max_len(120).optional(cx.locale).error(wrong("title")))
        (Field::textarea("bio", cx.t("people-field-bio"), 8).value(typed.get("bio")).hint(cx.t("people-field-bio-hint")).max_len(5000).optional(cx.locale).error(wrong("bio")))
        (Field::text("skills", cx.t("people-field-skills")).value(typed.get("skills")).hint(cx.t("people-field-commas")).optional(cx.locale).error(wrong("skills")))
        (Field::text("languages", cx.t("people-field-languages")).value(typed.get("languages")).hint(cx.t("people-field-commas")).optional(cx.locale).error(wrong("languages")))
        (Field::select("country", cx.t("people-field-country"), countries(cx, "people-no-country")).value(typed.get("country")).optional(cx.locale).autocomplete("country").error(wrong("country")))
        (Field::select("time_zone", cx.t("people-field-time-zone"), zones(cx)).value(chosen("time_zone", "UTC")).error(wrong("time_zone")))
        @if market(cx) {
            (Field::money("hourly_rate", cx.t("people-field-rate"), &currency).value(typed.get("hourly_rate")).optional(cx.locale).error(wrong("hourly_rate")))
            (Field::number("weekly_hours", cx.t("people-field-weekly-hours")).value(typed.get("weekly_hours")).min(1).max(80).optional(cx.locale).short().error(wrong("weekly_hours")))
            (Field::radios("availability", cx.t("people-field-availability"), options("availability", AVAILABILITIES)).value(chosen("availability", "open")).error(wrong("availability")))
        }
        (Field::radios("visibility", cx.t("people-field-visibility"), options("visibility", VISIBILITIES)).value(chosen("visibility", "members")).error(wrong("visibility")))
        div.actions {
            (Button::primary(cx.t("people-save")).icon(Icon::Save))
            (Button::quiet(cx.t("people-see-page")).href(cx.href(&format!("/freelancers/{}", cx.me().unwrap_or_default()))))
        }
    }
}

/// All countries by their names in the reader's language, after the words for none.
#[must_use]
pub fn countries(cx: &Cx, none: &str) -> Vec<Choice> {
    let mut named: Vec<(String, &str)> = country::ALL
        .iter()
        .map(|code| {
            (
                cx.t(&format!("people-country-{}", code.to_lowercase())),
                *code,
            )
        })
        .collect();
    named.sort_unstable();
    let none = Choice::new("", cx.t(none));
    std::iter::once(none)
        .chain(
            named
                .into_iter()
                .map(|(name, code)| Choice::new(code, name)),
        )
        .collect()
}

/// All time zones that name a place, UTC first.
#[must_use]
pub fn zones(cx: &Cx) -> Vec<Choice> {
    let mut names: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.as_str().to_owned())
        .filter(|name| REGIONS.iter().any(|region| name.starts_with(region)))
        .collect();
    names.sort_unstable();
    names.dedup();
    let first = Choice::new("UTC", cx.t("people-utc"));
    std::iter::once(first)
        .chain(
            names
                .into_iter()
                .map(|name| Choice::new(name.clone(), name.replace('_', " "))),
        )
        .collect()
}
