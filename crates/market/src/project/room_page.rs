//! The room of a project: what is wanted, where it stands, who acts next, what happened.

use super::{
    files_page,
    invite::ProjectInvitationView,
    invite_page,
    list_page::{badge, bids, budget, level},
    revision::{self, Revision},
    standing_card,
    state::{State, Step},
    view::{self, Shown},
};
use crate::activity;
use axum::response::Response;
use base::Instant;
use http::StatusCode;
use kernel::{
    Cx, Id, Result,
    page::{self, Messages},
};
use maud::{Markup, html};
use serde_json::Value;
use ui::{
    Icon,
    parts::{
        Button, Workroom, chip, description_list, error_summary, form_button, markdown, person,
        time, time_exact,
    },
};
use uuid::Uuid;

/// Shows the room to members who may see it, and public projects to visitors.
pub(super) async fn show(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    room(&cx, StatusCode::OK, id, &vec![]).await
}

pub(super) async fn room(
    cx: &Cx,
    status: StatusCode,
    id: Uuid,
    messages: &Messages,
) -> Result<Response> {
    let mut tx = cx.read_records().await?;
    let now = tx.now();
    let project = view::seen(&mut tx, id).await?;
    let attached = view::attached(&mut tx, cx, id).await?;
    let invited = if project.is_mine {
        invite_page::of_project(&mut tx, id).await?
    } else {
        vec![]
    };
    let agreed = standing_card::contracts(&mut tx, cx, id).await?;
    let acting = standing_card::acting(&mut tx, cx, &project, &agreed).await?;
    let revisions = revision::of(&mut tx, id).await;
    let revisions = tx.part("project.revisions", revisions).await?;
    let party = project.is_mine || project.my_proposal.is_some();
    let story = if party {
        activity::of(&mut tx, &[id], 30).await
    } else {
        Ok(vec![])
    };
    let story = tx.part("project.story", story).await?;
    tx.finish().await?;
    let body = html! { (Workroom {
        title: project.title.clone(),
        badge: Some(badge(cx, project.state)),
        meta: Some(html! {
            (person(&project.owner_name, None)) @if project.payment_verified { " " (ui::parts::badge(ui::parts::Tone::Good, cx.t("market-payment-verified"))) }
            span { (project.category_name) }
            @if let Some(at) = project.published_at { span { (cx.t("market-published")) " " (time(cx.locale, now, at)) } }
        }),
        actions: actions(cx, &project),
        main: html! {
            section.panel {
                h2 { (cx.t("market-description")) }
                @if project.description.is_empty() { p.hint { (cx.t("market-description-missing")) } }
                @else { div dir="auto" { (markdown(&project.description)) } }
                @if !project.skills.is_empty() { div.row { @for skill in &project.skills { (chip(skill.clone())) } } }
            }
            (questions(cx, &project))
            (files_page::panel(cx, &cx.href(&format!("/projects/{id}/files")), &attached, may_edit(cx, &project), messages))
            @if project.is_mine { (invitations_panel(cx, now, &project, &invited)) }
            @if !agreed.is_empty() { (standing_card::contracts_panel(cx, &agreed)) }
            (revisions.draw(cx, "revisions", |revisions| html! {
                @if !revisions.is_empty() { (revisions_panel(cx, now, revisions, &project)) }
            }))
            @if party { (story.draw(cx, "story", |story| activity::timeline(cx, now, story))) }
        },
        aside: Some(html! { (standing_card::draw(cx, now, &project, &agreed, acting.as_ref())) (facts(cx, &project)) }),
        ..Default::default()
    }) };
    let body = html! { (error_summary(cx.locale, messages)) (body) };
    let mut trail = trail(cx, &project);
    trail.pop();
    page::page_under_with(cx, status, project.title, trail, body).await
}

/// The way back from a page about one project, the project itself last: from the own projects for its client,
/// else from the market.
pub(crate) fn trail(cx: &Cx, project: &Shown) -> Vec<(String, String)> {
    let (label, path) = if project.is_mine {
        ("market-my-projects", "/projects/mine")
    } else {
        ("market-nav-projects", "/projects")
    };
    let room = cx.href(&format!("/projects/{}", project.id));
    vec![(cx.t(label), cx.href(path)), (project.title.clone(), room)]
}

/// What freelancers will read of a project before it is published.
pub(super) fn preview(cx: &Cx, project: &Shown) -> Markup {
    html! {
        section.panel {
            h2 { (cx.t("market-preview")) }
            p.hint { (cx.t("market-preview-text")) }
            div dir="auto" { (markdown(&project.description)) }
            div.row { @for skill in &project.skills { (chip(skill.clone())) } }
        }
        (questions(cx, project))
        (facts(cx, project))
    }
}

fn may_edit(cx: &Cx, project: &Shown) -> bool {
    cx.can("project.update", &project.relations()) && project.state.after(Step::Edit).is_some()
}

fn questions(cx: &Cx, project: &Shown) -> Markup {
    let asked = &project.wishes.questions;
    html! {
        @if !asked.is_empty() {
            section.panel {
                h2 { (cx.t("market-questions")) }
                ol { @for question in asked {
                    li { bdi { (question.text) } @if question.required { " (" (cx.t("market-question-required")) ")" } }
                } }
            }
        }
    }
}

fn invitations_panel(
    cx: &Cx,
    now: Instant,
    project: &Shown,
    invited: &[ProjectInvitationView],
) -> Markup {
    html! {
        @if project.state == State::Open || !invited.is_empty() {
            section.panel #invitations {
                h2 { (cx.t("market-invitations")) }
                @if invited.is_empty() { p.hint { (cx.t("market-invitations-none")) } }
                @else { ul { @for one in invited {
                    li {
                        (person(&one.freelancer_name, Some(&cx.href(&format!("/freelancers/{}", one.freelancer_id)))))
                        " · " (cx.t(&format!("market-invitation-{}", one.state))) " · " (time(cx.locale, now, one.invited_at))
                    }
                } } }
                @if project.state == State::Open {
                    p { (Button::quiet(cx.t("market-find-freelancers")).icon(Icon::Users).href(cx.href("/freelancers"))) }
                }
            }
        }
    }
}

fn actions(cx: &Cx, project: &Shown) -> Option<Markup> {
    let room = cx.href(&format!("/projects/{}", project.id));
    let relations = project.relations();
    let can = |permission: &str, step: Step| {
        cx.can(permission, &relations) && project.state.after(step).is_some()
    };
    let (edit, cancel) = (may_edit(cx, project), can("project.cancel", Step::Cancel));
    let (pause, close) = (
        can("project.pause", Step::Pause),
        can("project.close_hiring", Step::CloseHiring) && project.hired > 0,
    );
    let archive = cx.can("project.archive", &relations)
        && project.archived_at.is_none()
        && matches!(project.state, State::Completed | State::Cancelled);
    let key = cx.form_key();
    let act = |path: &str, label: &str, icon| {
        let button = Button::quiet(cx.t(label)).icon(icon);
        form_button(&format!("{room}/{path}"), Some(&key), &button, &[])
    };
    (edit || cancel || pause || close || archive).then(|| {
        html! {
            @if edit { (Button::quiet(cx.t("market-edit")).icon(Icon::Pencil).href(format!("{room}/edit"))) }
            @if pause { (act("pause", "market-pause", Icon::CirclePause)) }
            @if close { (Button::quiet(cx.t("market-close-hiring")).icon(Icon::Lock).href(format!("{room}/hiring-end"))) }
            @if cancel { (Button::quiet(cx.t("market-cancel-project")).icon(Icon::Ban).href(format!("{room}/cancellation"))) }
            @if archive { (act("archive", "market-archive", Icon::Archive)) }
        }
    })
}

fn facts(cx: &Cx, project: &Shown) -> Markup {
    let mut rows = vec![
        (cx.t("market-budget"), budget(cx, project)),
        (
            cx.t("market-duration"),
            html! { (cx.tr("market-days", &[("n", project.duration_days.into())])) },
        ),
        (cx.t("market-level"), html! { (level(cx, &project.level)) }),
        (
            cx.t("market-positions"),
            html! { (cx.tr("market-positions-filled", &[("n", project.hired.into()), ("all", project.positions.into())])) },
        ),
        (
            cx.t("market-visibility"),
            html! { (cx.t(&format!("market-visibility-{}", project.visibility.replace('_', "-")))) },
        ),
    ];
    if let Some(words) = bids(cx, project) {
        rows.push((cx.t("market-proposals"), html! { (words) }));
    }
    let wishes = &project.wishes;
    if let Some(day) = &wishes.deadline {
        rows.push((cx.t("market-deadline"), html! { (day_told(cx, day)) }));
    }
    if let Some(code) = &wishes.country {
        let name = cx.t(&format!("people-country-{}", code.to_lowercase()));
        rows.push((cx.t("market-country"), html! { (name) }));
    }
    if let Some(zone) = &wishes.time_zone {
        let hours = wishes
            .overlap_hours
            .map(|n| cx.tr("market-overlap-told", &[("n", n.into())]));
        rows.push((
            cx.t("market-time-zone"),
            html! { (zone.replace('_', " ")) @if let Some(hours) = hours { " · " (hours) } },
        ));
    }
    if wishes.nda {
        rows.push((cx.t("market-nda"), html! { (cx.t("market-nda-asked")) }));
    }
    html! { section.panel { h2 { (cx.t("market-terms")) } (description_list(&rows)) } }
}

/// A stored day in the reader's words.
pub(crate) fn day_told(cx: &Cx, day: &str) -> String {
    day.parse()
        .map_or_else(|_| day.to_owned(), |day| ui::text::day(cx.locale, day))
}

fn revisions_panel(cx: &Cx, now: Instant, revisions: &[Revision], project: &Shown) -> Markup {
    html! {
        section.panel {
            h2 { (cx.t("market-revisions")) }
            p.hint { (cx.t("market-revisions-text")) }
            @for revision in revisions {
                details {
                    summary { (time(cx.locale, now, revision.at)) " · " (changed_names(cx, &revision.changed)) }
                    dl {
                        @for (field, pair) in revision.changed.as_object().into_iter().flatten() {
                            dt { (cx.t(&format!("market-field-{}", field.replace('_', "-")))) }
                            dd {
                                del { bdi { (told(cx, field, &pair[0], project)) } } " → " ins { bdi { (told(cx, field, &pair[1], project)) } }
                            }
                        }
                    }
                    p.meta { (time_exact(cx.locale, revision.at)) }
                }
            }
        }
    }
}

fn changed_names(cx: &Cx, changed: &Value) -> String {
    let fields = changed.as_object().into_iter().flatten();
    let names: Vec<String> = fields
        .map(|(field, _)| cx.t(&format!("market-field-{}", field.replace('_', "-"))))
        .collect();
    names.join(&cx.t("market-list-comma"))
}

fn told(cx: &Cx, field: &str, value: &Value, project: &Shown) -> String {
    match (field, value) {
        ("budget_min" | "budget_max", Value::Number(n)) => ui::text::money(
            cx.locale,
            base::Money::new(n.as_i64().unwrap_or(0), project.budget_min.currency),
        ),
        ("level", Value::String(key)) => level(cx, key),
        ("visibility", Value::String(key)) => {
            cx.t(&format!("market-visibility-{}", key.replace('_', "-")))
        }
        ("deadline", Value::String(day)) => day_told(cx, day),
        ("country", Value::String(code)) => {
            cx.t(&format!("people-country-{}", code.to_lowercase()))
        }
        (_, Value::Bool(yes)) => cx.t(if *yes { "market-yes" } else { "market-no" }),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Number(n)) => ui::text::number(cx.locale, n.as_i64().unwrap_or(0)),
        (_, Value::Array(items)) => items
            .iter()
            .map(|item| match item {
                Value::String(text) => text.clone(),
                Value::Bool(yes) => cx.t(if *yes { "market-yes" } else { "market-no" }),
                other => other.to_string(),
            })
            .collect::<Vec<_>>()
            .join(&cx.t("market-list-comma")),
        _ => String::new(),
    }
}
