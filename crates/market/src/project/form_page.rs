//! The forms by which a project is written and changed.

use super::{
    create,
    input::{LEVELS, NewProject, QUESTIONS_MOST, VISIBILITIES},
    list_page::level,
    state::Step,
    view::{self, Shown},
};
use crate::{category, draft, forms};
use axum::response::Response;
use http::StatusCode;
use kernel::{
    Cx, Edit, Error, Form, Id, Result,
    extract::{self, Typed},
    page::{self, Messages, message_of},
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{Button, Choice, Field, Form as Drawn, FormPage, error_summary, hidden},
};
use uuid::Uuid;

/// The form, filled with what was written of it before and not sent.
pub(super) async fn new(cx: Cx) -> Result<Response> {
    if let Some(typed) = draft::kept(&cx, draft::PROJECT, Uuid::nil()).await? {
        return new_page(&cx, StatusCode::OK, &typed, &vec![], true).await;
    }
    let mut typed = Typed::default();
    for (name, value) in [
        ("duration_days", "30"),
        ("positions", "1"),
        ("level", "intermediate"),
        ("visibility", "public"),
    ] {
        typed.set(name, value);
    }
    new_page(&cx, StatusCode::OK, &typed, &vec![], false).await
}

/// Writes the draft and opens its room.
pub(super) async fn create(cx: Cx, form: Form<NewProject>) -> Result<Response> {
    match forms::run(form.input, |input| create::create(&cx, input)).await {
        Ok(id) => {
            draft::sent(&cx, draft::PROJECT, Uuid::nil()).await?;
            Ok(extract::see_other(&cx.href(&format!("/projects/{id}"))))
        }
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            new_page(&cx, status, &form.typed, &messages, false).await
        }
    }
}

async fn new_page(
    cx: &Cx,
    status: StatusCode,
    typed: &Typed,
    messages: &Messages,
    kept: bool,
) -> Result<Response> {
    let fields = fields(cx, typed, messages).await?;
    let title = cx.t("market-new-project");
    let body = html! {
        (fields)
        div.actions {
            (Button::primary(cx.t("market-save-draft")).icon(Icon::Save))
            (Button::quiet(cx.t("market-back")).href(cx.href("/projects/mine")))
        }
    };
    let body = html! { (FormPage {
        title: title.clone(), lead: Some(cx.t("market-new-project-lead")), errors: Some(error_summary(cx.locale, messages)),
        form: html! {
            @if kept { (draft::banner(cx, "/drafts/project/discard")) }
            (Drawn::post(cx.href("/projects"), body).key(cx.form_key()).draft(cx.locale, "project-new").autosave(cx.href("/drafts/project")))
        },
        ..Default::default()
    }) };
    let trail = vec![(cx.t("market-my-projects"), cx.href("/projects/mine"))];
    page::page_under_with(cx, status, title, trail, body).await
}

/// The form filled with a project's terms.
pub(super) async fn edit(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let mut tx = cx.read().await?;
    let project = view::owned(&mut tx, &cx, id, "project.update").await?;
    tx.finish().await?;
    project
        .state
        .after(Step::Edit)
        .ok_or(Error::conflict("project_not_editable"))?;
    edit_page(&cx, StatusCode::OK, id, &filled(&project), &vec![]).await
}

/// Changes the terms.
pub(super) async fn update(
    cx: Cx,
    Id(id): Id<Uuid>,
    form: Form<Edit<NewProject>>,
) -> Result<Response> {
    let command = |edit: Edit<NewProject>| create::update(&cx, id, edit.version, edit.input.into());
    match forms::run(form.input, command).await {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/projects/{id}")))),
        Err(error) if error.is_stale() => stale(&cx, id, &form.typed).await,
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            edit_page(&cx, status, id, &form.typed, &messages).await
        }
    }
}

/// Two edits at once: both are shown, to choose from.
async fn stale(cx: &Cx, id: Uuid, mine: &Typed) -> Result<Response> {
    let mut tx = cx.read().await?;
    let now = filled(&view::seen(&mut tx, id).await?);
    let categories = category::all(&mut tx, cx.locale).await?;
    tx.finish().await?;
    let label = |name: &str| cx.t(&format!("market-{}", name.replace('_', "-")));
    let shown = |name: &str, value: &str| match name {
        "level" => level(cx, value),
        "visibility" => cx.t(&format!("market-visibility-{}", value.replace('_', "-"))),
        "category" => categories
            .iter()
            .find(|c| c.key == value)
            .map_or_else(|| value.to_owned(), |c| c.name.clone()),
        _ => value.to_owned(),
    };
    let room = cx.href(&format!("/projects/{id}"));
    let stale = page::Stale {
        title: cx.t("market-edit-project"),
        action: format!("{room}/edit"),
        back: room,
        mine,
        now: &now,
        label: &label,
        shown: &shown,
    };
    page::stale(cx, stale).await
}

async fn edit_page(
    cx: &Cx,
    status: StatusCode,
    id: Uuid,
    typed: &Typed,
    messages: &Messages,
) -> Result<Response> {
    let fields = fields(cx, typed, messages).await?;
    let title = cx.t("market-edit-project");
    let room = cx.href(&format!("/projects/{id}"));
    let body = html! {
        (hidden("version", typed.get("version")))
        (fields)
        div.actions {
            (Button::primary(cx.t("market-save-changes")).icon(Icon::Save))
            (Button::quiet(cx.t("market-back")).href(room.clone()))
        }
    };
    let body = html! { (FormPage {
        title: title.clone(), lead: Some(cx.t("market-edit-project-lead")), errors: Some(error_summary(cx.locale, messages)),
        form: html! { (Drawn::post(format!("{room}/edit"), body).key(cx.form_key()).draft(cx.locale, format!("project-{id}-{}", typed.get("version")))) },
        ..Default::default()
    }) };
    let trail = vec![(cx.t("market-my-projects"), cx.href("/projects/mine"))];
    page::page_under_with(cx, status, title, trail, body).await
}

fn filled(project: &Shown) -> Typed {
    let mut typed = Typed::default();
    typed.set("version", project.version.to_string());
    typed.set("title", &project.title);
    typed.set("description", &project.description);
    typed.set("category", &project.category);
    typed.set("skills", project.skills.join(", "));
    typed.set("budget_min", ui::text::amount(project.budget_min));
    typed.set("budget_max", ui::text::amount(project.budget_max));
    typed.set("duration_days", project.duration_days.to_string());
    typed.set("level", &project.level);
    typed.set("positions", project.positions.to_string());
    typed.set("visibility", &project.visibility);
    let wishes = &project.wishes;
    typed.set("country", wishes.country.clone().unwrap_or_default());
    typed.set("time_zone", wishes.time_zone.clone().unwrap_or_default());
    let hours = wishes.overlap_hours.map(|h| h.to_string());
    typed.set("overlap_hours", hours.unwrap_or_default());
    typed.set("deadline", wishes.deadline.clone().unwrap_or_default());
    for (at, question) in wishes.questions.iter().enumerate() {
        typed.set(&format!("questions.{at}.text"), &question.text);
        if question.required {
            typed.set(&format!("questions.{at}.required"), "true");
        }
    }
    if wishes.nda {
        typed.set("nda", "true");
    }
    typed
}

/// What is wished beside the work: all of it may be left out.
fn wishes(cx: &Cx, typed: &Typed, messages: &Messages) -> Markup {
    let error = |name: &str| message_of(messages, name);
    let mut zones = vec![Choice::new("", cx.t("market-any"))];
    zones.extend(people::zones(cx));
    let used = (0..QUESTIONS_MOST)
        .filter(|at| !typed.get(&format!("questions.{at}.text")).is_empty())
        .count();
    let filled = |names: &[&str]| {
        names
            .iter()
            .any(|n| !typed.get(n).is_empty() || error(n).is_some())
    };
    let wished = filled(&["deadline", "country", "time_zone", "overlap_hours", "nda"]);
    let asked = used > 0
        || messages
            .iter()
            .any(|(name, _)| name.starts_with("questions"));
    html! {
        (folded(&cx.t("market-wishes"), wished, html! { fieldset.field-set {
            legend.sr { (cx.t("market-wishes")) }
            (Field::date("deadline", cx.t("market-deadline")).value(typed.get("deadline")).optional(cx.locale).hint(cx.t("market-deadline-hint")).error(error("deadline")))
            (Field::select("country", cx.t("market-country"), people::countries(cx, "market-any")).value(typed.get("country")).optional(cx.locale).error(error("country")))
            div.row {
                (Field::select("time_zone", cx.t("market-time-zone"), zones).value(typed.get("time_zone")).optional(cx.locale).error(error("time_zone")))
                (Field::number("overlap_hours", cx.t("market-overlap-hours")).value(typed.get("overlap_hours")).min(1).max(8).optional(cx.locale).short().error(error("overlap_hours")))
            }
            (Field::checkbox("nda", cx.t("market-nda")).checked(typed.get("nda") == "true" || typed.get("nda") == "on").hint(cx.t("market-nda-hint")).error(error("nda")))
        } }))
        (folded(&cx.t("market-questions"), asked, html! { fieldset.field-set {
            legend.sr #f-questions-label { (cx.t("market-questions")) }
            p.hint { (cx.t("market-questions-hint")) }
            @if let Some(words) = error("questions") { p.field-error #f-questions { (words) } }
            @for at in 0..(used + 2).clamp(3, QUESTIONS_MOST) { (question(cx, typed, messages, at)) }
        } }))
    }
}

/// Fields that may be left out, behind their heading; open where something stands in them.
fn folded(heading: &str, open: bool, fields: Markup) -> Markup {
    html! {
        details.more-fields open[open] {
            summary { (heading) (Icon::ChevronDown) }
            (fields)
        }
    }
}

fn question(cx: &Cx, typed: &Typed, messages: &Messages, at: usize) -> Markup {
    let (text, required) = (
        format!("questions.{at}.text"),
        format!("questions.{at}.required"),
    );
    let label = cx.tr("market-question-n", &[("n", (at + 1).into())]);
    let ticked = matches!(typed.get(&required), "true" | "on");
    html! {
        div.field-row role="group" aria-label=(label) {
            (Field::text(text.clone(), label.clone()).value(typed.get(&text)).max_len(300).optional(cx.locale).error(message_of(messages, &text)))
            (Field::checkbox(required.clone(), cx.t("market-question-required")).checked(ticked).error(message_of(messages, &required)))
        }
    }
}

async fn fields(cx: &Cx, typed: &Typed, messages: &Messages) -> Result<Markup> {
    let mut tx = cx.read().await?;
    let categories = category::all(&mut tx, cx.locale).await?;
    tx.finish().await?;
    let currency = cx.workspace()?.currency.code();
    let error = |name: &str| message_of(messages, name);
    let skills_error = error("skills").or_else(|| {
        messages
            .iter()
            .find(|(n, _)| n.starts_with("skills."))
            .map(|(_, words)| words.as_str())
    });
    let levels = LEVELS
        .iter()
        .map(|l| Choice::new(*l, level(cx, l)))
        .collect();
    let visibilities = VISIBILITIES
        .iter()
        .map(|v| {
            let key = v.replace('_', "-");
            Choice::new(*v, cx.t(&format!("market-visibility-{key}")))
                .hint(cx.t(&format!("market-visibility-{key}-hint")))
        })
        .collect();
    Ok(html! {
        (Field::text("title", cx.t("market-title")).value(typed.get("title")).max_len(120).required().error(error("title")))
        (Field::textarea("description", cx.t("market-description"), 12).value(typed.get("description")).max_len(20_000)
            .hint(cx.t("market-description-hint")).error(error("description")))
        (Field::select("category", cx.t("market-category"), category::choices(&categories)).value(typed.get("category")).required().error(error("category")))
        (Field::text("skills", cx.t("market-skills")).value(typed.all("skills").collect::<Vec<_>>().join(", "))
            .hint(cx.t("market-skills-hint")).error(skills_error))
        div.row {
            (Field::money("budget_min", cx.t("market-budget-min"), currency).value(typed.get("budget_min")).required().error(error("budget_min")))
            (Field::money("budget_max", cx.t("market-budget-max"), currency).value(typed.get("budget_max")).required().error(error("budget_max")))
        }
        div.row {
            (Field::number("duration_days", cx.t("market-duration-days")).value(typed.get("duration_days")).min(1).max(730).required().short().error(error("duration_days")))
            (Field::number("positions", cx.t("market-positions")).value(typed.get("positions")).min(1).max(20).required().short().error(error("positions")))
        }
        (Field::radios("level", cx.t("market-level"), levels).value(typed.get("level")).required().error(error("level")))
        (Field::radios("visibility", cx.t("market-visibility"), visibilities).value(typed.get("visibility")).required().error(error("visibility")))
        (wishes(cx, typed, messages))
    })
}
