//! Which kinds of notices a member wants in the workspace and by mail. Notices about the security
//! of the account have no switch.

use crate::KINDS;
use axum::{
    response::Response,
    routing::{get, post, put},
};
use http::Method;
use kernel::{Action, Body, Cx, Error, Form, Input, Reader, Result, Route, extract, page};
use maud::{Markup, html};
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use ui::parts::{Banner, Button, Column, FormPage, Table, error_summary, hidden};

const SET: Action = Action::new(
    "notification.preferences",
    "notification_preference",
    "notification.preferences",
);

/// The switches of one kind.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NotificationPreference {
    /// The kind of notice.
    pub kind: String,
    /// Whether it appears among the notices of the workspace.
    pub in_app: bool,
    /// Whether it is mailed.
    pub mail: bool,
}

/// All switches of a member.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NotificationPreferences {
    /// One for each kind.
    pub preferences: Vec<NotificationPreference>,
}

struct Switch {
    kind: &'static str,
    in_app: bool,
    mail: bool,
}
impl Input for Switch {
    fn read(r: &mut Reader) -> Self {
        Self {
            kind: r.choice("kind", KINDS),
            in_app: r.flag("in_app"),
            mail: r.flag("mail"),
        }
    }
}

/// The switches to set; kinds that are not named stay.
struct Switches(Vec<Switch>);
impl Input for Switches {
    fn read(r: &mut Reader) -> Self {
        Self(r.objects("preferences", 1, 100))
    }
}

pub(crate) fn routes() -> Vec<Route> {
    let path = "/w/{workspace}/notifications/preferences";
    vec![
        Route::api(Method::GET, path, "notification.preferences", get(api_show))
            .permission("notification.preferences")
            .answers::<NotificationPreferences>(200),
        Route::api(
            Method::PUT,
            path,
            "notification.set_preferences",
            put(api_set),
        )
        .permission("notification.preferences")
        .body::<Switches>()
        .example(
            json!({"preferences": [{"kind": "proposal_received", "in_app": true, "mail": false}]}),
        )
        .answers::<NotificationPreferences>(200),
        Route::page(
            Method::GET,
            path,
            "notification.preferences",
            get(show_page),
        )
        .permission("notification.preferences"),
        Route::page(
            Method::POST,
            path,
            "notification.set_preferences",
            post(form_set),
        )
        .permission("notification.preferences")
        .body::<Switches>(),
    ]
}

async fn api_show(cx: Cx) -> Result<Response> {
    Ok(extract::data(&show(&cx).await?))
}

async fn api_set(cx: Cx, Body(switches): Body<Switches>) -> Result<Response> {
    set(&cx, &switches).await?;
    Ok(extract::data(&show(&cx).await?))
}

async fn show_page(
    cx: Cx,
    axum::extract::RawQuery(query): axum::extract::RawQuery,
) -> Result<Response> {
    let saved = query.as_deref() == Some("saved");
    let view = show(&cx).await?;
    page::page(
        &cx,
        cx.t("notify-preferences"),
        form(&cx, &view, saved, &vec![]),
    )
    .await
}

async fn form_set(cx: Cx, form_in: Form<Switches>) -> Result<Response> {
    let result = match form_in.input {
        Ok(switches) => set(&cx, &switches).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Ok(()) | Err(Error::Replayed(_)) => Ok(extract::see_other(
            &cx.href("/notifications/preferences?saved"),
        )),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            let view = show(&cx).await?;
            page::page_with(
                &cx,
                status,
                cx.t("notify-preferences"),
                form(&cx, &view, false, &messages),
            )
            .await
        }
    }
}

/// The member's switches; what was never set is on.
async fn show(cx: &Cx) -> Result<NotificationPreferences> {
    let me = cx.member()?.id;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let rows = sqlx::query!("select kind, in_app, mail from notify.preference where workspace_id = $1 and member_id = $2", workspace, me)
        .fetch_all(&mut *tx)
        .await?;
    tx.finish().await?;
    let set: HashMap<String, (bool, bool)> = rows
        .into_iter()
        .map(|r| (r.kind, (r.in_app, r.mail)))
        .collect();
    let preferences = KINDS.iter().map(|kind| {
        let (in_app, mail) = set.get(*kind).copied().unwrap_or((true, true));
        NotificationPreference {
            kind: (*kind).to_owned(),
            in_app,
            mail,
        }
    });
    Ok(NotificationPreferences {
        preferences: preferences.collect(),
    })
}

async fn set(cx: &Cx, switches: &Switches) -> Result<()> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let permit = cx.authorize(&SET, me, &["own"])?;
    let workspace = tx.workspace();
    // The last of a kind named twice counts; the table takes each kind once.
    let named: HashMap<&str, &Switch> = switches.0.iter().map(|s| (s.kind, s)).collect();
    let kinds: Vec<String> = named.keys().map(|k| (*k).to_owned()).collect();
    let (in_app, mail): (Vec<bool>, Vec<bool>) = named.values().map(|s| (s.in_app, s.mail)).unzip();
    sqlx::query!(
        "insert into notify.preference (workspace_id, member_id, kind, in_app, mail)
         select $1, $2, k, i, m from unnest($3::text[], $4::boolean[], $5::boolean[]) as t (k, i, m)
         on conflict (workspace_id, member_id, kind) do update set in_app = excluded.in_app, mail = excluded.mail",
        workspace,
        me,
        &kinds,
        &in_app,
        &mail
    )
    .execute(&mut *tx)
    .await?;
    tx.commit(permit).await
}

fn form(cx: &Cx, view: &NotificationPreferences, saved: bool, messages: &page::Messages) -> Markup {
    let columns = vec![
        Column::text(cx.t("notify-kind")),
        Column::text(cx.t("notify-in-app")),
        Column::text(cx.t("notify-mail")),
    ];
    let rows = view.preferences.iter().enumerate().map(|(index, preference)| {
        let label = cx.t(&format!("notify-kind-{}", preference.kind.replace('_', "-")));
        let field = |part: &str| format!("preferences.{index}.{part}");
        let switch = |part: &str, word: &str, on: bool| {
            html! { input type="checkbox" name=(field(part)) value="true" checked[on] aria-label={ (label) ": " (cx.t(word)) }; }
        };
        vec![
            html! { (label) (hidden(&field("kind"), &preference.kind)) },
            switch("in_app", "notify-in-app", preference.in_app),
            switch("mail", "notify-mail", preference.mail),
        ]
    });
    let body = html! {
        @if saved { (Banner::good(cx.t("notify-saved"))) }
        (Table::new(cx.t("notify-preferences"), columns).rows(rows).keep())
        p.hint { (cx.t("notify-security-always")) }
        div.actions {
            (Button::primary(cx.t("notify-save")))
            (Button::quiet(cx.t("notify-back")).href(cx.href("/notifications")))
        }
    };
    let action = cx.href("/notifications/preferences");
    html! {
        (FormPage {
            title: cx.t("notify-preferences"),
            lead: Some(cx.t("notify-preferences-lead")),
            errors: Some(error_summary(cx.locale, messages)),
            form: html! { (ui::parts::Form::post(action, body).key(cx.form_key())) },
            ..FormPage::default()
        })
    }
}
