//! Projects: what a client wants done, from draft to completion.

pub mod attach;
pub mod check;
pub mod create;
mod decide_page;
pub(crate) mod expiry;
pub mod facets;
pub(crate) mod files_page;
mod filter_page;
mod form_page;
pub(crate) mod hiring;
pub mod input;
pub mod invite;
mod invite_page;
pub mod list;
pub(crate) mod list_page;
mod mine_page;
pub mod publish;
pub mod query;
pub mod revision;
pub(crate) mod room_page;
mod standing_card;
pub mod state;
pub mod store;
pub mod view;

pub(crate) use hiring::{completed, ended_early, hired, released};
pub(crate) use store::{lock, touched};

use axum::{
    response::Response,
    routing::{get, patch, post},
};
use http::{HeaderMap, Method};
use input::{ChangeProject, NewProject};
use kernel::{
    Body, Cx, Id, Query, Result, Route,
    access::Action,
    deadline::Deadline,
    extract::{self, IfMatch},
    input::Nothing,
    once,
    route::Idempotency,
};
use query::ListQuery;
use serde_json::json;
use uuid::Uuid;
use view::{ProjectRoomView, ProjectView, show};

/// Writing a draft.
pub const CREATE: Action = Action::new("project.create", "project", "project.list");
/// Changing terms.
pub const UPDATE: Action = Action::new("project.update", "project", "project.show");
/// Opening for proposals.
pub const PUBLISH: Action = Action::new("project.publish", "project", "project.show");
/// Giving up.
pub const CANCEL: Action = Action::new("project.cancel", "project", "project.show");
/// Taking up again.
pub const REOPEN: Action = Action::new("project.reopen", "project", "project.show");
/// Taking no proposals for a while, and taking them again.
pub const PAUSE: Action = Action::new("project.pause", "project", "project.show");
/// Hiring no more.
pub const CLOSE_HIRING: Action = Action::new("project.close_hiring", "project", "project.show");
/// Putting an ended project away.
pub const ARCHIVE: Action = Action::new("project.archive", "project", "project.show");
/// Asking freelancers to bid.
pub const INVITE: Action = Action::new("project.invite", "project", "project.show");
/// Expiring or warning of it: the scheduler's.
pub const EXPIRE: Action = Action::new("project.expire", "project", "project.show");

/// The kind of record that a project's files belong to.
pub const RECORD: &str = "project";

/// On a list searched by words: `q=…` as it was searched for, when nothing was found for the words
/// as they were asked and the closest known ones were taken instead.
const SEARCHED_FOR: http::HeaderName = http::HeaderName::from_static("searched-for");

/// Routes of projects, API and pages.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut all = api();
    all.extend(pages());
    all.extend(invite_page::routes());
    all.extend(files_page::routes());
    all.into_iter()
        .map(|route| route.product("market"))
        .collect()
}

/// Warnings and expiries.
#[must_use]
pub fn deadlines() -> Vec<Deadline> {
    expiry::deadlines()
}

fn api() -> Vec<Route> {
    vec![
        Route::api(
            Method::GET,
            "/w/{workspace}/categories",
            "category.list",
            get(crate::category::api_list),
        )
        .public()
        .query::<kernel::list::Short>()
        .lists::<crate::category::CategoryView>(),
        Route::api(
            Method::POST,
            "/w/{workspace}/projects",
            "project.create",
            post(api_create),
        )
        .permission("project.create")
        .idempotency(Idempotency::Accepted)
        .body::<NewProject>()
        .example(example())
        .answers::<ProjectRoomView>(201),
        Route::api(
            Method::GET,
            "/w/{workspace}/projects",
            "project.list",
            get(api_list),
        )
        .public()
        .query::<ListQuery>()
        .lists::<ProjectView>(),
        Route::api(
            Method::GET,
            "/w/{workspace}/projects/{project}",
            "project.show",
            get(api_show),
        )
        .public()
        .answers::<ProjectRoomView>(200),
        Route::api(
            Method::PATCH,
            "/w/{workspace}/projects/{project}",
            "project.update",
            patch(api_update),
        )
        .permission("project.update")
        .if_match()
        .body::<ChangeProject>()
        .example(
            json!({"title": "Booking site for a small hotel, in two languages", "positions": 1}),
        )
        .answers::<ProjectRoomView>(200)
        .refuses(&[409, 412]),
        command(
            "publication",
            "project.publish",
            "project.publish",
            post(api_publish),
        ),
        command(
            "cancellation",
            "project.cancel",
            "project.cancel",
            post(api_cancel),
        )
        .codes(&[(409, "project_has_contract")]),
        command(
            "reopening",
            "project.reopen",
            "project.reopen",
            post(api_reopen),
        ),
        command("pause", "project.pause", "project.pause", post(api_pause))
            .codes(&[(409, "project_not_open")]),
        command(
            "resumption",
            "project.resume",
            "project.pause",
            post(api_resume),
        )
        .codes(&[(409, "project_not_paused")]),
        command(
            "hiring-end",
            "project.close_hiring",
            "project.close_hiring",
            post(api_close_hiring),
        )
        .codes(&[(409, "nobody_hired"), (409, "offer_open")]),
        command(
            "archive",
            "project.archive",
            "project.archive",
            post(api_archive),
        )
        .codes(&[(409, "project_archived"), (409, "project_not_ended")]),
    ]
}

fn command(
    what: &str,
    operation: &'static str,
    permission: &'static str,
    handler: axum::routing::MethodRouter<std::sync::Arc<kernel::Kernel>>,
) -> Route {
    let path = format!("/w/{{workspace}}/projects/{{project}}/{what}");
    Route::api(Method::POST, &path, operation, handler)
        .permission(permission)
        .idempotency(Idempotency::Accepted)
        .body::<Nothing>()
        .answers::<ProjectRoomView>(200)
        .refuses(&[409])
}

fn pages() -> Vec<Route> {
    let form = |path: &str, operation: &'static str, handler| {
        Route::page(Method::POST, path, operation, handler)
            .permission(operation)
            .idempotency(Idempotency::Accepted)
    };
    let button = |what: &str, operation: &'static str, permission: &'static str, handler| {
        let path = format!("/w/{{workspace}}/projects/{{project}}/{what}");
        Route::page(Method::POST, &path, operation, handler)
            .permission(permission)
            .idempotency(Idempotency::Accepted)
            .body::<Nothing>()
    };
    vec![
        Route::page(
            Method::GET,
            "/w/{workspace}/projects",
            "project.list",
            get(list_page::open),
        )
        .public()
        .query::<ListQuery>(),
        Route::page(
            Method::GET,
            "/w/{workspace}/projects/mine",
            "project.list_mine",
            get(mine_page::mine),
        )
        .permission("project.create")
        .query::<ListQuery>(),
        Route::page(
            Method::GET,
            "/w/{workspace}/projects/new",
            "project.new",
            get(form_page::new),
        )
        .permission("project.create"),
        form(
            "/w/{workspace}/projects",
            "project.create",
            post(form_page::create),
        )
        .body::<NewProject>(),
        Route::page(
            Method::GET,
            "/w/{workspace}/projects/{project}",
            "project.show",
            get(room_page::show),
        )
        .public(),
        Route::page(
            Method::GET,
            "/w/{workspace}/projects/{project}/edit",
            "project.edit",
            get(form_page::edit),
        )
        .permission("project.update"),
        form(
            "/w/{workspace}/projects/{project}/edit",
            "project.update",
            post(form_page::update),
        )
        .body::<kernel::Edit<NewProject>>(),
        Route::page(
            Method::GET,
            "/w/{workspace}/projects/{project}/publication",
            "project.publish",
            get(decide_page::publication),
        )
        .permission("project.publish"),
        form(
            "/w/{workspace}/projects/{project}/publication",
            "project.publish",
            post(decide_page::publish),
        )
        .body::<Nothing>(),
        Route::page(
            Method::GET,
            "/w/{workspace}/projects/{project}/cancellation",
            "project.cancel",
            get(decide_page::cancellation),
        )
        .permission("project.cancel"),
        form(
            "/w/{workspace}/projects/{project}/cancellation",
            "project.cancel",
            post(decide_page::cancel),
        )
        .body::<Nothing>(),
        button(
            "reopening",
            "project.reopen",
            "project.reopen",
            post(decide_page::reopen),
        ),
        button(
            "pause",
            "project.pause",
            "project.pause",
            post(decide_page::pause),
        ),
        button(
            "resumption",
            "project.resume",
            "project.pause",
            post(decide_page::resume),
        ),
        button(
            "archive",
            "project.archive",
            "project.archive",
            post(decide_page::archive),
        ),
        Route::page(
            Method::GET,
            "/w/{workspace}/projects/{project}/hiring-end",
            "project.close_hiring",
            get(decide_page::hiring_end),
        )
        .permission("project.close_hiring"),
        button(
            "hiring-end",
            "project.close_hiring",
            "project.close_hiring",
            post(decide_page::close_hiring),
        ),
    ]
}

fn example() -> serde_json::Value {
    json!({"title": "Booking site for a small hotel", "description": "Twelve rooms, two languages, payment on arrival.",
        "category": "software", "skills": ["rust", "postgresql"],
        "budget_min": {"amount_minor": 100_000, "currency": "USD"}, "budget_max": {"amount_minor": 250_000, "currency": "USD"},
        "duration_days": 30, "level": "intermediate", "positions": 1, "visibility": "public"})
}

async fn api_create(cx: Cx, Body(input): Body<NewProject>) -> Result<Response> {
    let id = once(create::create(&cx, input).await)?;
    Ok(extract::created(&show(&cx, id).await?))
}

async fn api_list(cx: Cx, Query(mut query): Query<ListQuery>) -> Result<Response> {
    let mut tx = cx.read().await?;
    list::located(&mut tx, &cx, &mut query).await?;
    let found = list::page(&mut tx, &cx, &query).await?;
    tx.finish().await?;
    let more = json!({"facets": found.facets.map(|f| f.told()), "meant": found.meant});
    let mut answer = found.page.map(ProjectView::from).answer_with(more);
    if let Some(words) = found.meant {
        let told = serde_urlencoded::to_string([("q", words)]).unwrap_or_default();
        if let Ok(value) = told.parse() {
            answer.headers_mut().insert(SEARCHED_FOR, value);
        }
    }
    Ok(answer)
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>, headers: HeaderMap) -> Result<Response> {
    let project = show(&cx, id).await?;
    Ok(extract::versioned(
        &headers,
        project.project.version,
        &project,
    ))
}

async fn api_update(
    cx: Cx,
    Id(id): Id<Uuid>,
    IfMatch(version): IfMatch,
    Body(input): Body<ChangeProject>,
) -> Result<Response> {
    let edited = once(create::update(&cx, id, version, input).await);
    let id = extract::or_current(edited, show(&cx, id)).await?;
    let project = show(&cx, id).await?;
    Ok(extract::versioned(
        &HeaderMap::new(),
        project.project.version,
        &project,
    ))
}

async fn api_publish(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    shown(&cx, publish::publish(&cx, id).await).await
}

async fn api_cancel(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    shown(&cx, publish::cancel(&cx, id).await).await
}

async fn api_reopen(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    shown(&cx, publish::reopen(&cx, id).await).await
}

async fn api_pause(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    shown(&cx, publish::pause(&cx, id).await).await
}

async fn api_resume(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    shown(&cx, publish::resume(&cx, id).await).await
}

async fn api_close_hiring(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    shown(&cx, publish::close_hiring(&cx, id).await).await
}

async fn api_archive(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    shown(&cx, publish::archive(&cx, id).await).await
}

async fn shown(cx: &Cx, done: Result<Uuid>) -> Result<Response> {
    Ok(extract::data(&show(cx, once(done)?).await?))
}
