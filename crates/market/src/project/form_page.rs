//! The forms by which a project is written and changed.

use super::{
    create,
    input::{EditForm, LEVELS, NewProject, VISIBILITIES},
    list_page::level,
    state::Step,
    view::{self, Shown},
};
use crate::category;
use axum::response::Response;
use http::StatusCode;
use kernel::{
    Cx, Error, Form, Id, Result,
    extract::{self, Typed},
    once,
    page::{self, Messages, message_of},
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{Button, Choice, Field, Form as Drawn, FormPage, error_summary, hidden},
};
use uuid::Uuid;

/// The empty form.
pub(super) async fn new(cx: Cx) -> Result<Response> {
    let mut typed = Typed::default();
    for (name, value) in [
        ("duration_days", "30"),
        ("positions", "1"),
        ("level", "intermediate"),
        ("visibility", "public"),
    ] {
        typed.set(name, value);
    }
    new_page(&cx, StatusCode::OK, &typed, &vec![]).await
}

/// Writes the draft and opens its room.
pub(super) async fn create(cx: Cx, form: Form<NewProject>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(create::create(&cx, input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/projects/{id}")))),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            new_page(&cx, status, &form.typed, &messages).await
        }
    }
}

async fn new_page(
    cx: &Cx,
    status: StatusCode,
    typed: &Typed,
    messages: &Messages,
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
        form: html! { (Drawn::post(cx.href("/projects"), body).key(cx.form_key()).draft(cx.locale, "project-new")) },
        ..Default::default()
    }) };
    page::page_with(cx, status, title, body).await
}

/// The form filled with a project's terms.
pub(super) async fn edit(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let mut tx = cx.read().await?;
    let project = view::seen(&mut tx, id).await?;
    tx.finish().await?;
    if !cx.can("project.update", &project.relations()) {
        return Err(Error::Forbidden("forbidden"));
    }
    project
        .state
        .after(Step::Edit)
        .ok_or(Error::conflict("project_not_editable"))?;
    edit_page(&cx, StatusCode::OK, id, &filled(&project), &vec![]).await
}

/// Changes the terms.
pub(super) async fn update(cx: Cx, Id(id): Id<Uuid>, form: Form<EditForm>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(create::update(&cx, id, input.version, input.terms.into()).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(id) => Ok(extract::see_other(&cx.href(&format!("/projects/{id}")))),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            edit_page(&cx, status, id, &form.typed, &messages).await
        }
    }
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
            @if status == StatusCode::PRECONDITION_FAILED { (Button::quiet(cx.t("market-load-anew")).href(format!("{room}/edit"))) }
        }
    };
    let body = html! { (FormPage {
        title: title.clone(), lead: Some(cx.t("market-edit-project-lead")), errors: Some(error_summary(cx.locale, messages)),
        form: html! { (Drawn::post(format!("{room}/edit"), body).key(cx.form_key()).draft(cx.locale, format!("project-{id}-{}", typed.get("version")))) },
        ..Default::default()
    }) };
    page::page_with(cx, status, title, body).await
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
    typed
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
    })
}
