//! Proposals: a freelancer's sealed bid on a project, judged by its client.

pub mod answer;
mod attach;
pub mod compare;
mod compare_page;
pub mod decide;
mod draft;
mod files_page;
mod form_page;
mod inbox_page;
pub mod input;
pub mod list;
mod room_page;
pub mod state;
pub mod store;
pub mod submit;
pub mod view;

pub(crate) use room_page::trail;
pub(crate) use state::Step;
pub(crate) use store::{lock, step};

use crate::project;
use axum::{
    response::Response,
    routing::{MethodRouter, get, patch, post},
};
use http::{HeaderMap, Method};
use input::{ChangeProposal, CompareQuery, Decline, NewNote, NewProposal, ProposalsQuery};
use kernel::{
    Body, Cx, Error, Id, Input, Kernel, Query, Result, Route, Tx,
    access::Action,
    extract::{self, IfMatch},
    input::Nothing,
    once,
    route::Idempotency,
};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;
use view::{ProposalView, show};

/// Bidding; the relations are those to the project.
pub const SUBMIT: Action = Action::new("proposal.submit", "proposal", "project.show");
/// Changing a bid.
pub const UPDATE: Action = Action::new("proposal.update", "proposal", "proposal.show");
/// Taking a bid back.
pub const WITHDRAW: Action = Action::new("proposal.withdraw", "proposal", "proposal.show");
/// Considering a bid.
pub const SHORTLIST: Action = Action::new("proposal.shortlist", "proposal", "proposal.show");
/// Turning a bid down.
pub const DECLINE: Action = Action::new("proposal.decline", "proposal", "proposal.show");

/// The kind of record that a proposal's files belong to.
pub const RECORD: &str = "proposal";

pub use attach::record_kind;

/// Keeping a note for oneself.
pub const NOTE: Action = Action::new("proposal.note", "proposal", "proposal.show");
/// Letting the author know that the client opened it.
pub const RECEIPT: Action = Action::new("proposal.receipt", "proposal", "proposal.show");

/// Routes of proposals, API and pages.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut all = api();
    all.extend(pages());
    all.extend(files_page::routes());
    all.extend(draft::routes());
    all.into_iter()
        .map(|route| route.product("market"))
        .collect()
}

fn api() -> Vec<Route> {
    vec![
        Route::api(
            Method::POST,
            "/w/{workspace}/projects/{project}/proposals",
            "proposal.submit",
            post(api_submit),
        )
        .codes(&[(409, "project_not_open")])
        .permission("proposal.submit")
        .idempotency(Idempotency::Accepted)
        .body::<NewProposal>()
        .example(example())
        .answers::<ProposalView>(201)
        .refuses(&[409]),
        Route::api(
            Method::GET,
            "/w/{workspace}/projects/{project}/proposals",
            "proposal.list",
            get(api_inbox),
        )
        .permission("proposal.list")
        .query::<ProposalsQuery>()
        .lists::<ProposalView>(),
        Route::api(
            Method::GET,
            "/w/{workspace}/proposals",
            "proposal.list_own",
            get(api_own),
        )
        .permission("proposal.submit")
        .query::<ProposalsQuery>()
        .lists::<ProposalView>(),
        Route::api(
            Method::GET,
            "/w/{workspace}/proposals/{proposal}",
            "proposal.show",
            get(api_show),
        )
        .permission("proposal.show")
        .answers::<ProposalView>(200),
        Route::api(
            Method::PATCH,
            "/w/{workspace}/proposals/{proposal}",
            "proposal.update",
            patch(api_update),
        )
        .codes(&[(409, "proposal_not_editable")])
        .permission("proposal.update")
        .if_match()
        .body::<ChangeProposal>()
        .example(json!({"duration_days": 20}))
        .answers::<ProposalView>(200)
        .refuses(&[409, 412]),
        command::<Nothing>(
            "withdrawal",
            "proposal.withdraw",
            "proposal.withdraw",
            post(api_withdraw),
        ),
        command::<Nothing>(
            "shortlisting",
            "proposal.shortlist",
            "proposal.shortlist",
            post(api_shortlist),
        ),
        command::<Nothing>(
            "unshortlisting",
            "proposal.unshortlist",
            "proposal.shortlist",
            post(api_unshortlist),
        ),
        command::<Decline>(
            "declination",
            "proposal.decline",
            "proposal.decline",
            post(api_decline),
        ),
        Route::api(
            Method::GET,
            "/w/{workspace}/projects/{project}/comparison",
            "proposal.compare",
            get(api_compare),
        )
        .permission("proposal.compare")
        .query::<CompareQuery>()
        .answers::<compare::ComparisonView>(200),
        command::<NewNote>("note", "proposal.note", "proposal.note", post(api_note)),
        command::<Nothing>(
            "receipt",
            "proposal.receipt",
            "proposal.receipt",
            post(api_receipt),
        ),
    ]
}

fn command<T: Input>(
    what: &str,
    operation: &'static str,
    permission: &'static str,
    handler: MethodRouter<Arc<Kernel>>,
) -> Route {
    Route::api(
        Method::POST,
        &format!("/w/{{workspace}}/proposals/{{proposal}}/{what}"),
        operation,
        handler,
    )
    .permission(permission)
    .idempotency(Idempotency::Accepted)
    .body::<T>()
    .answers::<ProposalView>(200)
    .refuses(&[409])
}

fn pages() -> Vec<Route> {
    let form = |path: &str, operation: &'static str, permission: &'static str, handler| {
        Route::page(Method::POST, path, operation, handler)
            .permission(permission)
            .idempotency(Idempotency::Accepted)
    };
    let page = |path: &str, operation: &'static str, permission: &'static str, handler| {
        Route::page(Method::GET, path, operation, handler).permission(permission)
    };
    vec![
        page(
            "/w/{workspace}/projects/{project}/proposals/new",
            "proposal.new",
            "proposal.submit",
            get(form_page::new),
        ),
        form(
            "/w/{workspace}/projects/{project}/proposals/review",
            "proposal.review",
            "proposal.submit",
            post(form_page::review),
        )
        .body::<NewProposal>(),
        form(
            "/w/{workspace}/projects/{project}/proposals",
            "proposal.submit",
            "proposal.submit",
            post(form_page::submit),
        )
        .body::<NewProposal>(),
        page(
            "/w/{workspace}/projects/{project}/proposals",
            "proposal.list",
            "proposal.list",
            get(inbox_page::inbox),
        )
        .query::<ProposalsQuery>(),
        page(
            "/w/{workspace}/projects/{project}/compare",
            "proposal.compare",
            "proposal.compare",
            get(compare_page::show),
        )
        .query::<CompareQuery>(),
        page(
            "/w/{workspace}/proposals",
            "proposal.list_own",
            "proposal.submit",
            get(inbox_page::own),
        )
        .query::<ProposalsQuery>(),
        page(
            "/w/{workspace}/proposals/{proposal}",
            "proposal.show",
            "proposal.show",
            get(room_page::show),
        ),
        page(
            "/w/{workspace}/proposals/{proposal}/edit",
            "proposal.edit",
            "proposal.update",
            get(form_page::edit),
        ),
        form(
            "/w/{workspace}/proposals/{proposal}/edit",
            "proposal.update",
            "proposal.update",
            post(form_page::update),
        )
        .body::<kernel::Edit<NewProposal>>(),
        page(
            "/w/{workspace}/proposals/{proposal}/withdrawal",
            "proposal.withdraw",
            "proposal.withdraw",
            get(room_page::withdrawal),
        ),
        form(
            "/w/{workspace}/proposals/{proposal}/withdrawal",
            "proposal.withdraw",
            "proposal.withdraw",
            post(room_page::withdraw),
        )
        .body::<Nothing>(),
        form(
            "/w/{workspace}/proposals/{proposal}/shortlisting",
            "proposal.shortlist",
            "proposal.shortlist",
            post(room_page::shortlist),
        )
        .body::<Nothing>(),
        form(
            "/w/{workspace}/proposals/{proposal}/unshortlisting",
            "proposal.unshortlist",
            "proposal.shortlist",
            post(room_page::unshortlist),
        )
        .body::<Nothing>(),
        page(
            "/w/{workspace}/proposals/{proposal}/declination",
            "proposal.decline",
            "proposal.decline",
            get(room_page::declination),
        ),
        form(
            "/w/{workspace}/proposals/{proposal}/declination",
            "proposal.decline",
            "proposal.decline",
            post(room_page::decline),
        )
        .body::<Decline>(),
        form(
            "/w/{workspace}/proposals/{proposal}/note",
            "proposal.note",
            "proposal.note",
            post(room_page::note),
        )
        .body::<NewNote>(),
        form(
            "/w/{workspace}/proposals/{proposal}/receipt",
            "proposal.receipt",
            "proposal.receipt",
            post(room_page::receive),
        )
        .body::<Nothing>(),
    ]
}

fn example() -> serde_json::Value {
    json!({"bid": {"amount_minor": 150_000, "currency": "USD"}, "cover_letter": "I have built two such sites; a first version stands in ten days.",
        "duration_days": 25, "milestones": [
            {"title": "First version", "amount": {"amount_minor": 90_000, "currency": "USD"}, "due_days": 10},
            {"title": "Launch", "amount": {"amount_minor": 60_000, "currency": "USD"}, "due_days": 15}]})
}

/// The project whose proposals its client reads.
///
/// # Errors
/// 404 when it may not be seen, 403 for others than its client.
pub(crate) async fn for_client(
    tx: &mut Tx,
    cx: &Cx,
    id: Uuid,
    permission: &str,
) -> Result<project::view::Shown> {
    let project = project::view::seen(tx, id).await?;
    let relations: &[&str] = if project.is_mine { &["client"] } else { &[] };
    if cx.can(permission, relations) {
        Ok(project)
    } else {
        Err(Error::Forbidden("forbidden"))
    }
}

async fn api_submit(
    cx: Cx,
    Id(project): Id<Uuid>,
    Body(input): Body<NewProposal>,
) -> Result<Response> {
    let id = once(submit::submit(&cx, project, input).await)?;
    crate::draft::sent(&cx, crate::draft::PROPOSAL, project).await?;
    Ok(extract::created(&show(&cx, id).await?))
}

async fn api_inbox(
    cx: Cx,
    Id(project): Id<Uuid>,
    Query(query): Query<ProposalsQuery>,
) -> Result<Response> {
    let mut tx = cx.read().await?;
    for_client(&mut tx, &cx, project, "proposal.list").await?;
    let page = list::inbox(&mut tx, project, &query).await?;
    tx.finish().await?;
    Ok(page.map(ProposalView::from).answer())
}

async fn api_own(cx: Cx, Query(query): Query<ProposalsQuery>) -> Result<Response> {
    let mut tx = cx.read().await?;
    let page = list::own(&mut tx, &cx, &query).await?;
    tx.finish().await?;
    Ok(page.map(ProposalView::from).answer())
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>, headers: HeaderMap) -> Result<Response> {
    let proposal = show(&cx, id).await?;
    Ok(extract::versioned(&headers, proposal.version, &proposal))
}

async fn api_update(
    cx: Cx,
    Id(id): Id<Uuid>,
    IfMatch(version): IfMatch,
    Body(input): Body<ChangeProposal>,
) -> Result<Response> {
    let edited = once(submit::update(&cx, id, version, input).await);
    let id = extract::or_current(edited, show(&cx, id)).await?;
    let proposal = show(&cx, id).await?;
    Ok(extract::versioned(
        &HeaderMap::new(),
        proposal.version,
        &proposal,
    ))
}

async fn api_withdraw(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    shown(&cx, decide::withdraw(&cx, id).await).await
}

async fn api_shortlist(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    shown(&cx, decide::shortlist(&cx, id).await).await
}

async fn api_unshortlist(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    shown(&cx, decide::unshortlist(&cx, id).await).await
}

async fn api_decline(cx: Cx, Id(id): Id<Uuid>, Body(input): Body<Decline>) -> Result<Response> {
    shown(&cx, decide::decline(&cx, id, input.reason).await).await
}

async fn api_note(cx: Cx, Id(id): Id<Uuid>, Body(input): Body<NewNote>) -> Result<Response> {
    shown(&cx, decide::note(&cx, id, input.note).await).await
}

async fn api_receipt(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    shown(&cx, decide::receive(&cx, id).await).await
}

async fn api_compare(
    cx: Cx,
    Id(project): Id<Uuid>,
    Query(query): Query<CompareQuery>,
) -> Result<Response> {
    let mut tx = cx.read().await?;
    let project = for_client(&mut tx, &cx, project, "proposal.compare").await?;
    let compared = compare::of(&mut tx, &project, query.ids).await?;
    tx.finish().await?;
    Ok(extract::data(&compare::ComparisonView::from(compared)))
}

async fn shown(cx: &Cx, done: Result<Uuid>) -> Result<Response> {
    Ok(extract::data(&show(cx, once(done)?).await?))
}
