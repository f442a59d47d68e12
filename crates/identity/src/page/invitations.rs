//! Invitations: the list and form of those who invite, and the page a mailed invitation opens.

use super::{form_page, new_password, no_content, notice, refused, role_words, terms};
use crate::{
    invitation::{self, InvitationQuery, InvitationView, NewInvitation, Newcomer, Open},
    member,
    recovery::LinkToken,
    session,
};
use axum::{
    response::Response,
    routing::{delete, get, post},
};
use http::{Method, StatusCode};
use kernel::{
    Body, Cx, Error, Form, Id, Idempotency, Query, Rate, Result, Route, extract, extract::Typed,
    input::Nothing, once, page,
};
use maud::{Markup, html};
use serde_json::json;
use ui::{
    Icon,
    parts::{
        Banner, Button, Choice, Column, Field, ListPage, Table, Tone, badge, empty_state,
        form_button, pager, time,
    },
};
use uuid::Uuid;

pub fn routes() -> Vec<Route> {
    vec![
        Route::api(
            Method::GET,
            "/w/{workspace}/invitations",
            "invitation.list",
            get(api_list),
        )
        .permission("invitation.list")
        .query::<InvitationQuery>()
        .lists::<InvitationView>(),
        Route::api(
            Method::POST,
            "/w/{workspace}/invitations",
            "member.invite",
            post(api_invite),
        )
        .permission("member.invite")
        .idempotency(Idempotency::Accepted)
        .body::<NewInvitation>()
        .example(json!({"email": "ana@example.test", "role": "member"}))
        .answers::<InvitationView>(201)
        .refuses(&[409]),
        Route::api(
            Method::DELETE,
            "/w/{workspace}/invitations/{invitation}",
            "invitation.revoke",
            delete(api_revoke),
        )
        .permission("invitation.revoke")
        .status(204)
        .refuses(&[409]),
        Route::api(
            Method::POST,
            "/w/{workspace}/invitations/accept",
            "invitation.accept",
            post(api_accept),
        )
        .codes(&[(403, "invitation_other_address"), (410, "token_invalid")])
        .signed_in()
        .body::<LinkToken>()
        .status(204)
        .refuses(&[409, 410]),
        Route::page(
            Method::GET,
            "/w/{workspace}/invitations",
            "invitation.list",
            get(list),
        )
        .permission("invitation.list")
        .query::<InvitationQuery>(),
        Route::page(
            Method::GET,
            "/w/{workspace}/invitations/new",
            "member.invite",
            get(new),
        )
        .permission("member.invite"),
        Route::page(
            Method::POST,
            "/w/{workspace}/invitations/new",
            "member.invite",
            post(form_invite),
        )
        .permission("member.invite")
        .idempotency(Idempotency::Accepted)
        .body::<NewInvitation>(),
        Route::page(
            Method::POST,
            "/w/{workspace}/invitations/{invitation}/revocation",
            "invitation.revoke",
            post(form_revoke),
        )
        .permission("invitation.revoke")
        .idempotency(Idempotency::Accepted),
        Route::page(
            Method::GET,
            "/w/{workspace}/invitations/{invitation}",
            "invitation.accept",
            get(show),
        )
        .public(),
        Route::page(
            Method::POST,
            "/w/{workspace}/invitations/{invitation}",
            "invitation.accept",
            post(form_accept),
        )
        .signed_in(),
        Route::page(
            Method::POST,
            "/w/{workspace}/invitations/{invitation}/account",
            "invitation.register",
            post(form_register),
        )
        .public()
        .rate(Rate::Register)
        .body::<Newcomer>(),
    ]
}

async fn api_list(cx: Cx, Query(query): Query<InvitationQuery>) -> Result<Response> {
    Ok(invitation::list(&cx, &query.paging).await?.answer())
}

async fn api_invite(cx: Cx, Body(input): Body<NewInvitation>) -> Result<Response> {
    let id = once(invitation::invite(&cx, &input).await)?;
    Ok(extract::created(&invitation::show(&cx, id).await?))
}

async fn api_revoke(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    invitation::revoke(&cx, id).await?;
    Ok(no_content())
}

async fn api_accept(cx: Cx, Body(token): Body<LinkToken>) -> Result<Response> {
    invitation::accept(&cx, &token.0).await?;
    Ok(no_content())
}

async fn list(cx: Cx, Query(query): Query<InvitationQuery>) -> Result<Response> {
    let found = invitation::list(&cx, &query.paging).await?;
    let now = cx.kernel.now().await?;
    let may_revoke = cx.can("invitation.revoke", &[]);
    let columns = vec![
        Column::text(cx.t("identity-email")),
        Column::text(cx.t("identity-role")),
        Column::text(cx.t("identity-state")),
        Column::text(cx.t("identity-invited-by")),
        Column::text(cx.t("identity-until")),
        Column::actions(cx.t("identity-acts")),
    ];
    let rows = found.rows.iter().map(|i| {
        let tone = match i.state.as_str() {
            "open" => Tone::Waiting,
            "accepted" => Tone::Good,
            _ => Tone::Neutral,
        };
        let key = cx.form_key();
        vec![
            html! { bdi { (i.email) } },
            html! { (role_words(&cx, &i.role, &i.role)) },
            badge(tone, cx.t(&format!("identity-invitation-{}", i.state))),
            html! { bdi { (i.invited_by) } },
            html! { (time(cx.locale, now, i.expires_at)) },
            html! {
                @if may_revoke && matches!(i.state.as_str(), "open" | "expired") {
                    (form_button(&cx.href(&format!("/invitations/{}/revocation", i.id)), Some(&key), &Button::quiet(cx.t("identity-revoke")).small(), &[]))
                }
            },
        ]
    });
    let href = |cursor: &Option<String>| {
        cursor
            .as_ref()
            .map(|c| cx.href(&format!("/invitations?cursor={c}")))
    };
    let (prev, next) = (href(&found.prev), href(&found.next));
    let invite = html! {
        @if cx.can("member.invite", &[]) { (Button::primary(cx.t("identity-invite")).href(cx.href("/invitations/new")).icon(Icon::UserPlus)) }
        @else { (Button::quiet(cx.t("identity-members")).href(cx.href("/members"))) }
    };
    let body = html! {
        @if found.rows.is_empty() {
            (empty_state(Icon::Mail, cx.t("identity-no-invitations"), cx.t("identity-no-invitations-text"), invite.clone()))
        } @else {
            (Table::new(cx.t("identity-invitations"), columns).rows(rows))
        }
    };
    let page = ListPage {
        title: cx.t("identity-invitations"),
        actions: (!found.rows.is_empty()).then_some(invite),
        body,
        pager: Some(pager(cx.locale, prev.as_deref(), next.as_deref(), None)),
        ..ListPage::default()
    };
    page::page_under(
        &cx,
        cx.t("identity-invitations"),
        vec![(cx.t("identity-members"), cx.href("/members"))],
        html! { (page) },
    )
    .await
}

async fn grantable(cx: &Cx) -> Result<Vec<member::Role>> {
    let mut tx = cx.read().await?;
    let roles = member::roles(&mut tx, cx).await?;
    tx.finish().await?;
    Ok(roles.into_iter().filter(|r| r.grantable).collect())
}

async fn new(cx: Cx) -> Result<Response> {
    let roles = grantable(&cx).await?;
    page::page(
        &cx,
        cx.t("identity-invite"),
        invite_view(&cx, &roles, &Typed::default(), &vec![]),
    )
    .await
}

fn invite_view(
    cx: &Cx,
    roles: &[member::Role],
    typed: &Typed,
    messages: &page::Messages,
) -> Markup {
    let choices = roles
        .iter()
        .rev()
        .map(|r| Choice::new(r.key.as_str(), role_words(cx, &r.key, &r.name)))
        .collect();
    let form = ui::parts::Form::post(
        cx.href("/invitations/new"),
        html! {
            (Field::email("email", cx.t("identity-email")).value(typed.get("email")).required().focus().error(page::message_of(messages, "email")))
            (Field::select("role", cx.t("identity-role"), choices).value(typed.get("role")).required().error(page::message_of(messages, "role")))
            div.actions {
                (Button::primary(cx.t("identity-invite-send")))
                (Button::quiet(cx.t("identity-back")).href(cx.href("/members")))
            }
        },
    )
    .key(cx.form_key());
    form_page(
        cx,
        "identity-invite",
        Some("identity-invite-lead"),
        messages,
        html! { (form) },
        None,
    )
}

async fn form_invite(cx: Cx, form: Form<NewInvitation>) -> Result<Response> {
    let result = match form.input {
        Ok(input) => once(invitation::invite(&cx, &input).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(_) => Ok(extract::see_other(&cx.href("/invitations"))),
        Err(error) => {
            let roles = grantable(&cx).await?;
            refused(&cx, error, "identity-invite", |m| {
                invite_view(&cx, &roles, &form.typed, m)
            })
            .await
        }
    }
}

async fn form_revoke(cx: Cx, Id(id): Id<Uuid>, _: Form<Nothing>) -> Result<Response> {
    once(invitation::revoke(&cx, id).await)?;
    Ok(extract::see_other(&cx.href("/invitations")))
}

/// The open invitation of the path's token, or the page that says it is over.
async fn open(cx: &Cx, token: &str) -> Result<std::result::Result<Open, Response>> {
    match invitation::look(cx, token).await {
        Ok(open) => Ok(Ok(open)),
        Err(error) => over(cx, error).await.map(Err),
    }
}

async fn over(cx: &Cx, error: Error) -> Result<Response> {
    if error.status_and_code().1 != "token_invalid" {
        return Err(error);
    }
    notice(
        cx,
        StatusCode::GONE,
        "identity-link-gone",
        "identity-invitation-gone-text",
        Some(("identity-sign-in", "/login")),
    )
    .await
}

async fn show(cx: Cx, Id(token): Id<String>) -> Result<Response> {
    if invitation::is_mine(&cx, &token).await? {
        return Ok(extract::see_other(&cx.href("")));
    }
    let open = match open(&cx, &token).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    let known = cx.session.is_none() && invitation::has_account(&cx, &open).await?;
    page::page(
        &cx,
        cx.t("identity-invitation"),
        view(&cx, &open, &token, known, &Typed::default(), &vec![]),
    )
    .await
}

/// Signed in: one button. Not signed in: with an account the way to sign in and come back to the
/// mail, without one the form that makes it.
fn view(
    cx: &Cx,
    open: &Open,
    token: &str,
    known: bool,
    typed: &Typed,
    messages: &page::Messages,
) -> Markup {
    let path = cx.href(&format!("/invitations/{token}"));
    let place = cx.workspace.as_ref().map_or("", |w| w.name.as_str());
    let lead = cx.tr(
        "identity-invitation-lead",
        &[
            ("person", open.invited_by.as_str().into()),
            ("workspace", place.into()),
            ("role", role_words(cx, &open.role, &open.role).into()),
            ("email", open.email.as_str().into()),
        ],
    );
    let form = html! {
        p.lead { (lead) }
        @if cx.session.is_some() {
            div.actions { (form_button(&path, None, &Button::primary(cx.t("identity-invitation-accept")), &[])) }
        } @else if known {
            (Banner::info(cx.t("identity-invitation-sign-in")).text(cx.t("identity-invitation-sign-in-text")).action(cx.t("identity-sign-in"), "/login"))
        } @else {
            (ui::parts::Form::post(format!("{path}/account"), html! {
                (Field::text("display_name", cx.t("identity-display-name")).value(typed.get("display_name")).autocomplete("name").max_len(80).required()
                    .hint(cx.t("identity-display-name-hint")).error(page::message_of(messages, "display_name")))
                (new_password(cx, messages))
                (terms(cx, messages, !typed.get("accept_terms").is_empty()))
                div.actions { (Button::primary(cx.t("identity-invitation-register"))) }
            }))
        }
    };
    form_page(cx, "identity-invitation", None, messages, form, None)
}

async fn form_accept(cx: Cx, Id(token): Id<String>, _: Form<Nothing>) -> Result<Response> {
    if invitation::is_mine(&cx, &token).await? {
        return Ok(extract::see_other(&cx.href("")));
    }
    let open = match open(&cx, &token).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    match invitation::accept(&cx, &token).await {
        Ok(_) => Ok(extract::see_other(&cx.href(""))),
        Err(error) if error.status_and_code().1 == "token_invalid" => over(&cx, error).await,
        Err(error) => {
            refused(&cx, error, "identity-invitation", |m| {
                view(&cx, &open, &token, false, &Typed::default(), m)
            })
            .await
        }
    }
}

async fn form_register(cx: Cx, Id(token): Id<String>, form: Form<Newcomer>) -> Result<Response> {
    let result = match &form.input {
        Ok(input) => match invitation::register(&cx, &token, input).await {
            Err(error)
                if matches!(
                    error.status_and_code().1,
                    "token_invalid" | "account_exists"
                ) =>
            {
                invitation::register_again(&cx, &token, input)
                    .await
                    .map_err(|again| {
                        // Before anyone accepted, the first refusal is the one that helps.
                        if again.status_and_code().1 == "token_invalid" {
                            error
                        } else {
                            again
                        }
                    })
            }
            result => result,
        },
        Err(faults) => Err(Error::Invalid(faults.clone())),
    };
    match result {
        Ok(started) => {
            let mut response = extract::see_other(&cx.href(""));
            session::set_session(&mut response, &started);
            Ok(response)
        }
        Err(error) if error.status_and_code().1 == "token_invalid" => over(&cx, error).await,
        Err(error) => {
            let open = match open(&cx, &token).await? {
                Ok(open) => open,
                Err(response) => return Ok(response),
            };
            refused(&cx, error, "identity-invitation", |m| {
                view(&cx, &open, &token, false, &form.typed, m)
            })
            .await
        }
    }
}
