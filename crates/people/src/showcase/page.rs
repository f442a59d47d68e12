//! The page on which a freelancer keeps what they show, and how others see it.

use super::{KINDS, NewEntry, ShowcaseView, add as add_entry, of, take_away};
use axum::{extract::Request, response::Response};
use http::StatusCode;
use kernel::{
    Cx, Error, Form, Id, Reader, Result,
    extract::{self, Typed},
    input::Nothing,
    once,
    page::{self, Messages, message_of},
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        Button, Choice, Field, FormPage, empty_state, error_summary, external_link,
        files as file_rows, form_button, markdown,
    },
};
use uuid::Uuid;

pub(super) async fn show(cx: Cx) -> Result<Response> {
    let mut typed = Typed::default();
    typed.set("kind", "portfolio");
    with(&cx, StatusCode::OK, &typed, &vec![]).await
}

async fn with(cx: &Cx, status: StatusCode, typed: &Typed, messages: &Messages) -> Result<Response> {
    let me = cx.member()?.id;
    let mut tx = cx.read().await?;
    let all = of(&mut tx, cx, me).await?;
    tx.finish().await?;
    let title = cx.t("people-showcase");
    let body = html! { (FormPage {
        title: title.clone(),
        lead: Some(cx.t("people-showcase-lead")),
        errors: Some(error_summary(cx.locale, messages)),
        form: html! { (form(cx, typed, messages)) },
        below: Some(own(cx, &all)),
        ..FormPage::default()
    }) };
    page::page_with(cx, status, title, body).await
}

fn form(cx: &Cx, typed: &Typed, messages: &Messages) -> Markup {
    let error = |name: &str| message_of(messages, name);
    let kinds = KINDS
        .iter()
        .map(|k| Choice::new(*k, cx.t(&format!("people-showcase-{k}"))))
        .collect();
    let body = html! {
        (Field::select("kind", cx.t("people-showcase-kind"), kinds).value(typed.get("kind")).required().error(error("kind")))
        (Field::text("title", cx.t("people-showcase-title")).value(typed.get("title")).max_len(120).required().error(error("title")))
        (Field::text("place", cx.t("people-showcase-place")).value(typed.get("place")).max_len(120).optional(cx.locale).hint(cx.t("people-showcase-place-hint")).error(error("place")))
        (Field::textarea("text", cx.t("people-showcase-text"), 4).value(typed.get("text")).max_len(2000).optional(cx.locale).error(error("text")))
        (Field::url("link", cx.t("people-showcase-link")).value(typed.get("link")).optional(cx.locale).error(error("link")))
        div.row {
            (Field::number("from_year", cx.t("people-showcase-from")).value(typed.get("from_year")).min(1900).max(2200).optional(cx.locale).short().error(error("from_year")))
            (Field::number("to_year", cx.t("people-showcase-to")).value(typed.get("to_year")).min(1900).max(2200).optional(cx.locale).short().error(error("to_year")))
        }
        (Field::file("files", cx.t("people-showcase-files")).multiple().optional(cx.locale).error(error("files")))
        div.actions {
            (Button::primary(cx.t("people-showcase-add")).icon(Icon::Plus))
            (Button::quiet(cx.t("people-edit")).href(cx.href("/profile/edit")))
        }
    };
    html! { (ui::parts::Form::post(cx.href("/profile/showcase"), body).key(cx.form_key()).multipart()) }
}

fn own(cx: &Cx, all: &[ShowcaseView]) -> Markup {
    if all.is_empty() {
        let (none, text) = (
            cx.t("people-showcase-none"),
            cx.t("people-showcase-none-text"),
        );
        let act = Button::quiet(cx.t("people-showcase-add"))
            .icon(Icon::Plus)
            .href("#f-title");
        return empty_state(Icon::Award, none, text, html! { (act) });
    }
    html! {
        @for kind in KINDS {
            (panel(cx, kind, all, Some(&|entry| form_button(
                &cx.href(&format!("/showcase/{}/removal", entry.id)),
                Some(&cx.form_key()),
                &Button::quiet(cx.t("people-showcase-remove")).small().icon(Icon::Trash2),
                &[],
            ))))
        }
    }
}

/// The entries of one kind as others see them; with `act` a button each.
pub(crate) fn panel(
    cx: &Cx,
    kind: &str,
    all: &[ShowcaseView],
    act: Option<&dyn Fn(&ShowcaseView) -> Markup>,
) -> Markup {
    let entries: Vec<&ShowcaseView> = all.iter().filter(|e| e.kind == kind).collect();
    html! {
        @if !entries.is_empty() {
            section.panel {
                h2 { (cx.t(&format!("people-showcase-{kind}"))) }
                div.stack { @for entry in entries {
                    article {
                        h3 { bdi { (entry.title) } }
                        p.meta {
                            @if !entry.place.is_empty() { span { bdi { (entry.place) } } }
                            @match (entry.from_year, entry.to_year) {
                                (Some(from), Some(to)) if from != to => { span { (from) " – " (to) } },
                                (Some(year), _) | (None, Some(year)) => { span { (year) } },
                                _ => {},
                            }
                        }
                        @if !entry.text.is_empty() { div dir="auto" { (markdown(&entry.text)) } }
                        @if let Some(link) = &entry.link { p { (external_link(link, link)) } }
                        @if !entry.files.is_empty() {
                            @let rows: Vec<_> = entry.files.iter().map(|f| f.row(cx.locale)).collect();
                            (file_rows(&rows))
                        }
                        @if let Some(act) = act { (act(entry)) }
                    }
                } }
            }
        }
    }
}

pub(super) async fn add(cx: Cx, request: Request) -> Result<Response> {
    let (typed, uploaded) = files::form(&cx, request).await?;
    let currency = cx.workspace()?.currency;
    let done = match (uploaded, Reader::pairs::<NewEntry>(&typed.0, currency)) {
        (Err(error), _) => Err(error),
        (Ok(_), Err(faults)) => Err(Error::Invalid(faults)),
        (Ok(files), Ok(entry)) => once(add_entry(&cx, NewEntry { files, ..entry }).await),
    };
    match done {
        Ok(_) => Ok(extract::see_other(&cx.href("/profile/showcase"))),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            with(&cx, status, &typed, &messages).await
        }
    }
}

pub(super) async fn remove(cx: Cx, Id(id): Id<Uuid>, _: Form<Nothing>) -> Result<Response> {
    once(take_away(&cx, id).await)?;
    Ok(extract::see_other(&cx.href("/profile/showcase")))
}
