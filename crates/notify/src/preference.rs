//! Which kinds of notices a member wants in the workspace and by mail. Notices about the security
//! of the account have no switch.

use crate::{KINDS, kind, notification::About};
use axum::{
    response::Response,
    routing::{get, post, put},
};
use http::{HeaderMap, Method};
use kernel::{
    Action, Body, Cx, Edit, Error, Form, Input, Reader, Result, Route, extract,
    extract::{IfMatch, Typed},
    page,
};
use maud::{Markup, html};
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;
use std::collections::HashMap;
use ui::parts::{Banner, Button, Column, FormPage, Table, error_summary, hidden};
use uuid::Uuid;

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
    /// Counts changes; also the `ETag`, for `If-Match`.
    pub version: i64,
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
        .if_match()
        .body::<Switches>()
        .example(
            json!({"preferences": [{"kind": "proposal_received", "in_app": true, "mail": false}]}),
        )
        .answers::<NotificationPreferences>(200)
        .refuses(&[412]),
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
        .body::<Edit<Switches>>(),
    ]
}

async fn api_show(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let view = show(&cx).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_set(
    cx: Cx,
    headers: HeaderMap,
    IfMatch(version): IfMatch,
    Body(switches): Body<Switches>,
) -> Result<Response> {
    extract::or_current(set(&cx, version, &switches).await, show(&cx)).await?;
    let view = show(&cx).await?;
    Ok(extract::versioned(&headers, view.version, &view))
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

/// Two edits at once: the switches that differ are shown as they were set and as they are.
async fn stale(cx: &Cx, typed: &Typed) -> Result<Response> {
    let view = show(cx).await?;
    let (mut mine, mut now) = (Typed::default(), Typed::default());
    now.set("version", view.version.to_string());
    let listed = self::mine(cx, &view);
    for (index, preference) in listed.iter().enumerate() {
        let field = |part: &str| format!("preferences.{index}.{part}");
        let kind = &preference.kind;
        let set = |part: &str| (!typed.get(&field(part)).is_empty()).to_string();
        for (typed, in_app, mail) in [
            (&mut mine, set("in_app"), set("mail")),
            (
                &mut now,
                preference.in_app.to_string(),
                preference.mail.to_string(),
            ),
        ] {
            typed.set(&field("kind"), kind.clone());
            typed.set(&field("in_app"), in_app);
            typed.set(&field("mail"), mail);
        }
    }
    let label = |name: &str| {
        let mut parts = name.split('.').skip(1);
        let index: usize = parts.next().and_then(|n| n.parse().ok()).unwrap_or(0);
        let kind = listed.get(index).map_or("", |p| p.kind.as_str());
        let part = if parts.next() == Some("mail") {
            "notify-mail"
        } else {
            "notify-in-app"
        };
        let kind = cx.t(&format!("notify-kind-{}", kind.replace('_', "-")));
        format!("{kind}: {}", cx.t(part))
    };
    let shown = |_: &str, value: &str| {
        cx.t(if value == "true" {
            "notify-on"
        } else {
            "notify-off"
        })
    };
    let stale = page::Stale {
        title: cx.t("notify-preferences"),
        action: cx.href("/notifications/preferences"),
        back: cx.href("/notifications/preferences"),
        mine: &mine,
        now: &now,
        label: &label,
        shown: &shown,
    };
    page::stale(cx, stale).await
}

async fn form_set(cx: Cx, form_in: Form<Edit<Switches>>) -> Result<Response> {
    let result = match form_in.input {
        Ok(input) => set(&cx, input.version, &input.input).await,
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match result {
        Err(error) if error.is_stale() => stale(&cx, &form_in.typed).await,
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
    let (set, version) = load(&mut tx, workspace, me).await?;
    tx.finish().await?;
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
        version,
    })
}

/// What a member has set, by kind, and how often.
async fn load(
    connection: &mut PgConnection,
    workspace: Uuid,
    member: Uuid,
) -> Result<(HashMap<String, (bool, bool)>, i64)> {
    let rows = sqlx::query!(
        "select kind, in_app, mail, version from notify.preference where workspace_id = $1 and member_id = $2",
        workspace,
        member
    )
    .fetch_all(connection)
    .await?;
    let version = rows.iter().map(|r| r.version).sum();
    let set = rows
        .into_iter()
        .map(|r| (r.kind, (r.in_app, r.mail)))
        .collect();
    Ok((set, version))
}

/// Sets switches, if they still are as `version` told.
async fn set(cx: &Cx, version: i64, switches: &Switches) -> Result<()> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let permit = cx.authorize(&SET, me, &["own"])?;
    let workspace = tx.workspace();
    // The last of a kind named twice counts; the table takes each kind once.
    // Two edits of one member follow each other.
    sqlx::query!(
        "select 1 as one from kernel.member where workspace_id = $1 and id = $2 for no key update",
        workspace,
        me
    )
    .fetch_optional(&mut *tx)
    .await?;
    let (known, current) = load(&mut tx, workspace, me).await?;
    if current != version {
        return Err(Error::stale());
    }
    let named: HashMap<&str, &Switch> = switches.0.iter().map(|s| (s.kind, s)).collect();
    let kinds: Vec<String> = named.keys().map(|k| (*k).to_owned()).collect();
    let (in_app, mail): (Vec<bool>, Vec<bool>) = named.values().map(|s| (s.in_app, s.mail)).unzip();
    sqlx::query!(
        "insert into notify.preference (workspace_id, member_id, kind, in_app, mail)
         select $1, $2, k, i, m from unnest($3::text[], $4::boolean[], $5::boolean[]) as t (k, i, m)
         on conflict (workspace_id, member_id, kind) do update set in_app = excluded.in_app, mail = excluded.mail,
            version = notify.preference.version + 1",
        workspace,
        me,
        &kinds,
        &in_app,
        &mail
    )
    .execute(&mut *tx)
    .await?;
    for (kind, switch) in &named {
        let (in_app, mail) = known.get(*kind).copied().unwrap_or((true, true));
        tx.differs(&format!("{kind}.in_app"), in_app, switch.in_app);
        tx.differs(&format!("{kind}.mail"), mail, switch.mail);
    }
    tx.commit(permit).await
}

/// The switches of what can concern this member by their rights; those of others stay as they are.
fn mine<'a>(cx: &Cx, view: &'a NotificationPreferences) -> Vec<&'a NotificationPreference> {
    let all = view.preferences.iter();
    all.filter(|p| {
        let rights = kind::rights(&p.kind);
        rights.is_empty() || rights.iter().any(|right| has(cx, right))
    })
    .collect()
}

fn has(cx: &Cx, permission: &str) -> bool {
    cx.member
        .as_ref()
        .is_some_and(|member| member.grants.has(permission))
}

fn form(cx: &Cx, view: &NotificationPreferences, saved: bool, messages: &page::Messages) -> Markup {
    let shown = mine(cx, view);
    let row = |index: usize, preference: &NotificationPreference| {
        let label = cx.t(&format!(
            "notify-kind-{}",
            preference.kind.replace('_', "-")
        ));
        let field = |part: &str| format!("preferences.{index}.{part}");
        let switch = |part: &str, word: &str, on: bool| {
            html! { input type="checkbox" name=(field(part)) value="true" checked[on] aria-label={ (label) ": " (cx.t(word)) }; }
        };
        vec![
            html! { (label) (hidden(&field("kind"), &preference.kind)) },
            switch("in_app", "notify-in-app", preference.in_app),
            switch("mail", "notify-mail", preference.mail),
        ]
    };
    let family = |about: About| {
        let name = cx.t(&format!("notify-about-{}", about.code()));
        let columns = vec![
            Column::text(cx.t("notify-kind")),
            Column::text(cx.t("notify-in-app")),
            Column::text(cx.t("notify-mail")),
        ];
        let rows: Vec<_> = shown
            .iter()
            .enumerate()
            .filter(|(_, p)| About::of(&p.kind) == about)
            .map(|(index, p)| row(index, p))
            .collect();
        html! {
            @if !rows.is_empty() {
                section.stack {
                    h2 { (name) }
                    (Table::new(name, columns).rows(rows).keep())
                }
            }
        }
    };
    let body = html! {
        (hidden("version", &view.version.to_string()))
        @if saved { (Banner::good(cx.t("notify-saved"))) }
        @for about in About::ALL { (family(about)) }
        p.hint { (cx.t("notify-security-always")) }
        div.actions.stick {
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
