//! The operator's page: how the installation is, what recurs, what waits, what was given up and can
//! be tried again, and how much is logged. For everyone else it is not there.

use axum::{
    response::Response,
    routing::{get, post},
};
use base::Instant;
use http::Method;
use kernel::{
    Cx, Error, Form, Idempotency, Input, Product, Reader, Result, Route, events, extract, jobs,
    once, page, schedule,
};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        self, Button, Column, Field, Table, Tone, badge, empty_state, form_button, time, time_exact,
    },
};
use uuid::Uuid;

/// How many of what was given up are shown, newest first.
const SHOWN_MOST: i64 = 50;

/// The operator's routes.
#[must_use]
pub fn product() -> Product {
    Product {
        name: "operations",
        routes: vec![
            Route::page(Method::GET, "/operator", "operator.show", get(show)).signed_in(),
            Route::page(
                Method::POST,
                "/operator/retries",
                "operator.retry",
                post(retry),
            )
            .signed_in()
            .idempotency(Idempotency::Accepted)
            .body::<Retry>(),
            Route::page(
                Method::POST,
                "/operator/log-level",
                "operator.log_level",
                post(level),
            )
            .signed_in()
            .idempotency(Idempotency::Accepted)
            .body::<NewLevel>(),
        ],
        ..Product::default()
    }
}

/// What is to be tried again.
struct Retry {
    what: &'static str,
    id: Option<Uuid>,
}

impl Input for Retry {
    fn read(r: &mut Reader) -> Self {
        Self {
            what: r.choice("what", &["deliveries", "jobs"]),
            id: r.id_opt("id"),
        }
    }
}

/// How much is to be logged; nothing gives each process its own level back.
struct NewLevel {
    level: Option<String>,
}

impl Input for NewLevel {
    fn read(r: &mut Reader) -> Self {
        let level = r.line_opt("level", 200);
        if r.is_sound()
            && level
                .as_deref()
                .is_some_and(|text| !crate::log::is_level(text))
        {
            r.fault("level", "invalid_format");
        }
        Self { level }
    }
}

async fn show(cx: Cx) -> Result<Response> {
    let view = view(&cx, None, &vec![]).await?;
    page::page(&cx, cx.t("operator-title"), view).await
}

async fn retry(cx: Cx, form: Form<Retry>) -> Result<Response> {
    // Nobody else learns what is read here.
    let _ = cx.as_operator("operator.retry", "installation", Uuid::nil())?;
    let input = form.input.map_err(Error::Invalid)?;
    once(try_again(&cx, &input).await)?;
    Ok(extract::see_other("/operator"))
}

async fn try_again(cx: &Cx, input: &Retry) -> Result<Uuid> {
    let kind = if input.what == "jobs" {
        "job"
    } else {
        "delivery"
    };
    let id = input.id.unwrap_or_default();
    let permit = cx.as_operator("operator.retry", kind, id)?;
    let mut tx = cx.begin_system().await?;
    let again = match kind {
        "job" => jobs::retry(&mut tx, input.id).await?,
        _ => events::retry(&mut tx, input.id).await?,
    };
    tx.change("again", serde_json::Value::Null, again);
    tx.commit(permit).await?;
    Ok(id)
}

async fn level(cx: Cx, form: Form<NewLevel>) -> Result<Response> {
    let done = match form.input {
        Ok(input) => once(set_level(&cx, input.level.as_deref()).await),
        Err(faults) => Err(Error::Invalid(faults)),
    };
    match done {
        Ok(_) => Ok(extract::see_other("/operator")),
        Err(error) => {
            let (status, messages) = page::refusal(&cx, error)?;
            let view = view(&cx, Some(form.typed.get("level")), &messages).await?;
            page::page_with(&cx, status, cx.t("operator-title"), view).await
        }
    }
}

async fn set_level(cx: &Cx, level: Option<&str>) -> Result<Uuid> {
    let permit = cx.as_operator("operator.log_level", "installation", Uuid::nil())?;
    let before = crate::log::level(&cx.kernel).await?;
    let mut tx = cx.begin_system().await?;
    crate::log::set_level(&mut tx, level).await?;
    tx.change("level", before, level);
    tx.commit(permit).await?;
    Ok(Uuid::nil())
}

/// Something that was given up.
struct GivenUp {
    id: Uuid,
    what: String,
    workspace: Option<String>,
    attempts: i32,
    error: Option<String>,
    at: Option<Instant>,
}

struct Seen {
    deliveries: Vec<GivenUp>,
    jobs: Vec<GivenUp>,
    waiting: i64,
    running: i64,
    backlog: events::Backlog,
    processes: Vec<(Uuid, String, i32, Instant)>,
}

async fn look(cx: &Cx) -> Result<Seen> {
    let mut tx = cx.kernel.db.begin_system(None).await?;
    let deliveries = sqlx::query_as!(
        GivenUp,
        r#"select d.event_id as id, d.consumer || ': ' || e.kind as "what!", w.slug as "workspace?", d.attempts, d.last_error as error,
             d.dead_at as "at: Instant"
           from kernel.delivery d
           join kernel.event e on e.workspace_id = d.workspace_id and e.id = d.event_id
           left join kernel.workspace w on w.workspace_id = d.workspace_id
           where d.dead_at is not null order by d.dead_at desc, d.event_id limit $1"#,
        SHOWN_MOST
    )
    .fetch_all(&mut *tx)
    .await?;
    let jobs = sqlx::query_as!(
        GivenUp,
        r#"select j.id, j.kind as what, w.slug as "workspace?", j.attempts, j.last_error as error, j.finished_at as "at: Instant"
           from kernel.job j left join kernel.workspace w on w.workspace_id = j.workspace_id
           where j.state in ('dead', 'timed_out') order by j.created_at desc, j.id limit $1"#,
        SHOWN_MOST
    )
    .fetch_all(&mut *tx)
    .await?;
    let counts = sqlx::query!(
        r#"select count(*) filter (where state = 'queued') as "waiting!", count(*) filter (where state <> 'queued') as "running!"
           from (select state from kernel.job where state in ('queued', 'running', 'cancelling') limit 10000) j"#
    )
    .fetch_one(&mut *tx)
    .await?;
    let backlog = events::backlog(&mut tx).await?;
    let processes = sqlx::query!(
        r#"select id, version, connections, started_at as "started_at: Instant" from kernel.process order by started_at limit 100"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Seen {
        deliveries,
        jobs,
        waiting: counts.waiting,
        running: counts.running,
        backlog,
        processes: processes
            .into_iter()
            .map(|p| (p.id, p.version, p.connections, p.started_at))
            .collect(),
    })
}

async fn view(cx: &Cx, typed: Option<&str>, messages: &page::Messages) -> Result<Markup> {
    // Only to look is not an act: the permit is not used.
    let _ = cx.as_operator("operator.show", "installation", Uuid::nil())?;
    let seen = look(cx).await?;
    let schedules = schedule::standing(&cx.kernel).await?;
    let level = crate::log::level(&cx.kernel).await?;
    let now = cx.kernel.now().await?;
    let wall = base::instant::wall();
    Ok(html! {
        header.page-head { h1 { (cx.t("operator-title")) } p.lead { (cx.t("operator-lead")) } }
        (parts::error_summary(cx.locale, messages))
        section.section {
            h2 { (cx.t("operator-health")) }
            (health(cx, wall))
            (parts::description_list(&[
                (cx.t("operator-backlog"), html! { (cx.tr("operator-backlog-is", &[("n", seen.backlog.waiting.into()), ("seconds", seen.backlog.seconds.into())])) }),
                (cx.t("operator-jobs"), html! { (cx.tr("operator-jobs-are", &[("waiting", seen.waiting.into()), ("running", seen.running.into())])) }),
                (cx.t("operator-lines-dropped"), html! { (ui::text::number(cx.locale, i64::try_from(crate::log::dropped()).unwrap_or(i64::MAX))) }),
            ]))
        }
        section.section {
            h2 { (cx.t("operator-schedules")) }
            (recurring(cx, now, wall, &schedules))
        }
        section.section {
            h2 { (cx.t("operator-given-up-deliveries")) }
            (given_up(cx, wall, "deliveries", &seen.deliveries))
        }
        section.section {
            h2 { (cx.t("operator-given-up-jobs")) }
            (given_up(cx, wall, "jobs", &seen.jobs))
        }
        section.section {
            h2 { (cx.t("operator-log")) }
            (log_form(cx, typed.or(level.as_deref()).unwrap_or_default(), messages))
        }
        section.section {
            h2 { (cx.t("operator-processes")) }
            (Table::new(cx.t("operator-processes"), vec![
                Column::text(cx.t("operator-process")), Column::text(cx.t("operator-version")),
                Column::number(cx.t("operator-connections")), Column::text(cx.t("operator-since")),
            ]).rows(seen.processes.iter().map(|(id, version, connections, started)| vec![
                html! { code { (id) } @if *id == cx.kernel.process { " " (badge(Tone::Info, cx.t("operator-this-one"))) } },
                html! { (version) },
                html! { (ui::text::number(cx.locale, i64::from(*connections))) },
                time(cx.locale, wall, *started),
            ])))
        }
    })
}

fn health(cx: &Cx, wall: Instant) -> Markup {
    let found = cx.kernel.health.dependencies();
    let rows = found.iter().map(|(name, dependency)| {
        let tone = match dependency.status {
            "up" => Tone::Good,
            "down" => Tone::Bad,
            _ => Tone::Neutral,
        };
        vec![
            html! { (cx.t(&format!("operator-dependency-{name}"))) },
            html! { (badge(tone, cx.t(&format!("operator-status-{}", dependency.status)))) },
            html! { (ui::text::number(cx.locale, i64::try_from(dependency.milliseconds).unwrap_or(i64::MAX))) },
            time(cx.locale, wall, dependency.checked_at),
        ]
    });
    let columns = vec![
        Column::text(cx.t("operator-dependency")),
        Column::text(cx.t("operator-status")),
        Column::number(cx.t("operator-milliseconds")),
        Column::text(cx.t("operator-looked")),
    ];
    html! { (Table::new(cx.t("operator-health"), columns).rows(rows)) }
}

fn recurring(cx: &Cx, now: Instant, wall: Instant, schedules: &[schedule::Standing]) -> Markup {
    let nothing = || html! { (cx.t("operator-never")) };
    let rows = schedules.iter().map(|row| {
        let state = row.last_state.as_deref().map_or_else(nothing, |state| {
            let tone = match state {
                "succeeded" => Tone::Good,
                "queued" | "running" | "cancelling" => Tone::Waiting,
                _ => Tone::Bad,
            };
            html! {
                (badge(tone, cx.t(&format!("operator-job-{}", state.replace('_', "-")))))
                @if let Some(at) = row.last_finished_at { " " (time(cx.locale, wall, at)) }
                @if let Some(words) = &row.last_result { p.meta dir="ltr" { (words) } }
            }
        });
        vec![
            html! { code { (row.name) } },
            html! { (time(cx.locale, now, row.next_at)) p.meta { (row.zone) } },
            row.last_due_at
                .map_or_else(nothing, |at| time_exact(cx.locale, at)),
            state,
        ]
    });
    let columns = vec![
        Column::text(cx.t("operator-schedule")),
        Column::text(cx.t("operator-next")),
        Column::text(cx.t("operator-last")),
        Column::text(cx.t("operator-result")),
    ];
    html! { (Table::new(cx.t("operator-schedules"), columns).rows(rows)) }
}

fn given_up(cx: &Cx, wall: Instant, what: &str, all: &[GivenUp]) -> Markup {
    if all.is_empty() {
        let title = cx.t("operator-none-given-up");
        return empty_state(
            Icon::CircleCheck,
            title,
            cx.t("operator-none-given-up-text"),
            html! { (Button::quiet(cx.t("operator-look-again")).icon(Icon::RefreshCw).href("/operator")) },
        );
    }
    let key = cx.form_key();
    let rows = all.iter().map(|row| {
        let again = Button::quiet(cx.t("operator-try-again")).small();
        let id = row.id.to_string();
        vec![
            html! { code { (row.what) } p.meta { code { (id) } } },
            html! { @match &row.workspace { Some(slug) => { bdi { (slug) } }, None => { (cx.t("operator-installation")) } } },
            html! { (ui::text::number(cx.locale, i64::from(row.attempts))) },
            html! { @if let Some(at) = row.at { (time(cx.locale, wall, at)) } @if let Some(words) = &row.error { p.meta dir="ltr" { (words) } } },
            form_button("/operator/retries", Some(&cx.form_key()), &again, &[("what", what), ("id", &id)]),
        ]
    });
    let columns = vec![
        Column::text(cx.t("operator-what")),
        Column::text(cx.t("operator-where")),
        Column::number(cx.t("operator-attempts")),
        Column::text(cx.t("operator-why")),
        Column::actions(cx.t("operator-acts")),
    ];
    let every = Button::quiet(cx.t("operator-try-all-again"));
    html! {
        (Table::new(cx.t(&format!("operator-given-up-{what}")), columns).rows(rows))
        div.actions { (form_button("/operator/retries", Some(&key), &every, &[("what", what)])) }
    }
}

fn log_form(cx: &Cx, level: &str, messages: &page::Messages) -> Markup {
    let fields = html! {
        (Field::text("level", cx.t("operator-level")).value(level).hint(cx.t("operator-level-hint")).max_len(200)
            .optional(cx.locale).error(page::message_of(messages, "level")))
        div.actions { (Button::quiet(cx.t("operator-set-level"))) }
    };
    html! { (parts::Form::post("/operator/log-level", fields).key(cx.form_key())) }
}
