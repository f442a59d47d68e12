//! Routes and pages of invitations: asked from a freelancer's page or the project's room, answered
//! in the project's room.

use super::{
    invite::{self, InvitationsQuery, NewInvitation, ProjectInvitationView},
    view,
};
use crate::forms;
use axum::{
    response::Response,
    routing::{get, post},
};
use http::{Method, StatusCode};
use kernel::{
    Body, Cx, Error, Form, Id, Input, Query, Reader, Result, Route,
    extract::{self, Typed},
    input::Nothing,
    list::Paging,
    once,
    page::{self, Messages, message_of},
    route::Idempotency,
};
use maud::html;
use serde_json::json;
use ui::{
    Icon,
    parts::{Button, Choice, Field, Form as Drawn, FormPage, empty_state, error_summary},
};
use uuid::Uuid;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::api(
            Method::POST,
            "/w/{workspace}/projects/{project}/invitations",
            "project.invite",
            post(api_invite),
        )
.codes(&[(409, "invitation_exists")])
        .permission("project.invite")
        .idempotency(Idempotency::Accepted)
        .body::<NewInvitation>()
        .example(json!({"freelancer_id": "0198c0de-0000-7000-8000-000000000001", "message": "Your last guide is what we have in mind."}))
        .answers::<ProjectInvitationView>(201)
        .refuses(&[409]),
        Route::api(
            Method::GET,
            "/w/{workspace}/projects/{project}/invitations",
            "project.list_invitations",
            get(api_of_project),
        )
        .permission("project.invite")
        .query::<InvitationsQuery>()
        .lists::<ProjectInvitationView>(),
        Route::api(
            Method::GET,
            "/w/{workspace}/project-invitations",
            "project_invitation.list_own",
            get(api_own),
        )
        .permission("project_invitation.list_own")
        .query::<InvitationsQuery>()
        .lists::<ProjectInvitationView>(),
        Route::api(
            Method::POST,
            "/w/{workspace}/project-invitations/{project_invitation}/declination",
            "project_invitation.decline",
            post(api_decline),
        )
.codes(&[(409, "invitation_answered")])
        .permission("project_invitation.decline")
        .idempotency(Idempotency::Accepted)
        .body::<Nothing>()
        .answers::<ProjectInvitationView>(200)
        .refuses(&[409]),
        Route::page(
            Method::POST,
            "/w/{workspace}/project-invitations/{project_invitation}/declination",
            "project_invitation.decline",
            post(form_decline),
        )
        .permission("project_invitation.decline")
        .idempotency(Idempotency::Accepted)
        .body::<Nothing>(),
        Route::page(
            Method::GET,
            "/w/{workspace}/freelancers/{freelancer}/invitation",
            "project.invite",
            get(form_new),
        )
        .permission("project.create"),
        Route::page(
            Method::POST,
            "/w/{workspace}/freelancers/{freelancer}/invitation",
            "project.invite",
            post(form_invite),
        )
        .permission("project.create")
        .idempotency(Idempotency::Accepted)
        .body::<Asked>(),
    ]
}

/// The form on a freelancer's page: to which project.
pub(super) struct Asked {
    project_id: Uuid,
    message: String,
}
impl Input for Asked {
    fn read(r: &mut Reader) -> Self {
        Self {
            project_id: r.id("project_id"),
            message: r.block("message", 0, 1000),
        }
    }
}

async fn api_invite(
    cx: Cx,
    Id(project): Id<Uuid>,
    Body(input): Body<NewInvitation>,
) -> Result<Response> {
    let id = once(invite::invite(&cx, project, input).await)?;
    Ok(extract::created(&invite::show(&cx, id).await?))
}

async fn api_of_project(
    cx: Cx,
    Id(project): Id<Uuid>,
    Query(query): Query<InvitationsQuery>,
) -> Result<Response> {
    let mut tx = cx.read().await?;
    view::owned(&mut tx, &cx, project, "project.invite").await?;
    let page = invite::list(&mut tx, Some(project), None, &query).await?;
    tx.finish().await?;
    Ok(page.answer())
}

async fn api_own(cx: Cx, Query(query): Query<InvitationsQuery>) -> Result<Response> {
    let me = cx.member()?.id;
    let mut tx = cx.read().await?;
    let page = invite::list(&mut tx, None, Some(me), &query).await?;
    tx.finish().await?;
    Ok(page.answer())
}

async fn api_decline(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    let id = once(invite::decline(&cx, id).await)?;
    Ok(extract::data(&invite::show(&cx, id).await?))
}

async fn form_decline(cx: Cx, Id(id): Id<Uuid>, form: Form<Nothing>) -> Result<Response> {
    forms::run(form.input, |_| invite::decline(&cx, id)).await?;
    Ok(extract::see_other(&cx.href("/proposals")))
}

async fn form_new(cx: Cx, Id(freelancer): Id<Uuid>) -> Result<Response> {
    invite_page(&cx, StatusCode::OK, freelancer, &Typed::default(), &vec![]).await
}

async fn form_invite(cx: Cx, Id(freelancer): Id<Uuid>, form: Form<Asked>) -> Result<Response> {
    let command = |asked: Asked| {
        let new = NewInvitation {
            freelancer_id: freelancer,
            message: asked.message,
        };
        invite::invite(&cx, asked.project_id, new)
    };
    let done = match forms::run(form.input, command).await {
        Ok(id) => invite::show(&cx, id).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(shown) => Ok(extract::see_other(
            &cx.href(&format!("/projects/{}#invitations", shown.project_id)),
        )),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            invite_page(&cx, status, freelancer, &form.typed, &messages).await
        }
    }
}

async fn invite_page(
    cx: &Cx,
    status: StatusCode,
    freelancer: Uuid,
    typed: &Typed,
    messages: &Messages,
) -> Result<Response> {
    let me = cx.member()?.id;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let person = people::profile::load(&mut tx, freelancer)
        .await?
        .filter(|p| p.is_freelancer && p.visibility != "hidden" && p.member_id != me)
        .ok_or(Error::NotFound)?;
    let open = sqlx::query!(
        "select id, title from market.project where workspace_id = $1 and owner_id = $2 and state = 'open'
           and not exists (select 1 from market.invitation i where i.workspace_id = $1 and i.project_id = project.id and i.freelancer_id = $3)
         order by created_at desc, id desc limit 100",
        workspace,
        me,
        freelancer
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.finish().await?;
    let title = cx.tr(
        "market-invite-title",
        &[("person", (&person.display_name).into())],
    );
    let back = cx.href(&format!("/freelancers/{freelancer}"));
    let form = if open.is_empty() {
        let act = html! { (Button::primary(cx.t("market-new-project")).icon(Icon::Plus).href(cx.href("/projects/new"))) };
        let (none, text) = (cx.t("market-invite-none"), cx.t("market-invite-none-text"));
        empty_state(Icon::FolderOpen, none, text, act)
    } else {
        let choices = open
            .into_iter()
            .map(|p| Choice::new(p.id.to_string(), p.title));
        let body = html! {
            (Field::select("project_id", cx.t("market-project"), choices.collect()).value(typed.get("project_id")).required().error(message_of(messages, "project_id")))
            (Field::textarea("message", cx.t("market-invite-message"), 4).value(typed.get("message")).max_len(1000).optional(cx.locale)
                .hint(cx.t("market-invite-message-hint")).error(message_of(messages, "message")))
            div.actions {
                (Button::primary(cx.t("market-invite")).icon(Icon::Send))
                (Button::quiet(cx.t("market-back")).href(back.clone()))
            }
        };
        html! { (Drawn::post(format!("{back}/invitation"), body).key(cx.form_key())) }
    };
    let body = html! { (FormPage {
        title: title.clone(), lead: Some(cx.t("market-invite-lead")), errors: Some(error_summary(cx.locale, messages)), form,
        ..Default::default()
    }) };
    page::page_with(cx, status, title, body).await
}

/// The invitations of a project, for the owner's room.
pub(super) async fn of_project(
    tx: &mut kernel::Tx,
    project: Uuid,
) -> Result<Vec<ProjectInvitationView>> {
    let query = InvitationsQuery {
        state: None,
        paging: Paging::first(20),
    };
    Ok(invite::list(tx, Some(project), None, &query).await?.rows)
}
