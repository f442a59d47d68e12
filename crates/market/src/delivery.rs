//! Deliveries: numbered versions of a milestone's work, the client's verdict on them, and the
//! clock that approves when nobody answers.

pub mod approve;
pub mod changes;
pub mod clock;
pub mod next;
pub mod page;
pub mod show;
pub mod store;
pub mod submit;

pub use show::DeliveryView;

use axum::{
    response::Response,
    routing::{get, post},
};
use http::{HeaderMap, Method};
use kernel::{Body, Cx, Id, Idempotency, Query, Rate, Result, Route, extract, once};
use serde_json::json;
use uuid::Uuid;

/// Routes of deliveries: handing in, asking for changes, approving.
#[must_use]
pub fn routes() -> Vec<Route> {
    const OF_MILESTONE: &str = "/w/{workspace}/milestones/{milestone}/deliveries";
    const CHANGES: &str = "/w/{workspace}/deliveries/{delivery}/changes";
    const APPROVAL: &str = "/w/{workspace}/deliveries/{delivery}/approval";
    let routes = vec![
        Route::api(Method::POST, OF_MILESTONE, "delivery.submit", post(api_submit))
.codes(&[(409, "contract_paused"), (409, "not_funded")])
            .permission("delivery.submit")
            .idempotency(Idempotency::Accepted)
            .body::<submit::NewDelivery>()
            .example(json!({"message": "First version, see the notes inside.", "links": ["https://example.com/draft"], "files": []}))
            .answers::<DeliveryView>(201)
            .refuses(&[409]),
        Route::api(Method::GET, OF_MILESTONE, "delivery.list", get(api_list))
            .permission("contract.show")
            .query::<show::ListQuery>()
            .lists::<DeliveryView>(),
        Route::api(Method::GET, "/w/{workspace}/deliveries/{delivery}", "delivery.show", get(api_show))
            .permission("contract.show")
            .versioned()
            .answers::<DeliveryView>(200),
        Route::api(Method::POST, CHANGES, "delivery.request_changes", post(api_changes))
.codes(&[(409, "revisions_used_up")])
            .permission("delivery.request_changes")
            .idempotency(Idempotency::Accepted)
            .body::<changes::Changes>()
            .example(json!({"changes": "Please use the second colour on page 3."}))
            .answers::<DeliveryView>(200)
            .refuses(&[409]),
        Route::api(Method::POST, APPROVAL, "delivery.approve", post(api_approve))
.codes(&[(409, "already_approved"), (409, "checklist_open"), (409, "contract_paused"), (409, "nothing_to_fund")])
            .permission("delivery.approve")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<approve::Approval>()
            .example(json!({"fund_next": false}))
            .answers::<DeliveryView>(200)
            .refuses(&[409]),
        Route::page(Method::GET, OF_MILESTONE, "delivery.submit", get(page::submit_page)).permission("delivery.submit"),
        Route::page(Method::POST, OF_MILESTONE, "delivery.submit", post(page::submit_form))
            .permission("delivery.submit")
            .idempotency(Idempotency::Accepted)
            .upload(),
        Route::page(Method::GET, CHANGES, "delivery.request_changes", get(page::changes_page)).permission("delivery.request_changes"),
        Route::page(Method::POST, CHANGES, "delivery.request_changes", post(page::changes_form))
            .permission("delivery.request_changes")
            .idempotency(Idempotency::Accepted)
            .body::<changes::Changes>(),
        Route::page(Method::GET, APPROVAL, "delivery.approve", get(page::approve_page)).permission("delivery.approve"),
        Route::page(Method::POST, APPROVAL, "delivery.approve", post(page::approve_form))
            .permission("delivery.approve")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<approve::Approval>(),
    ];
    routes.into_iter().map(|r| r.product("market")).collect()
}

/// Deliveries as records that carry files: both parties of the contract may see them.
#[must_use]
pub fn record_kind() -> files::RecordKind {
    files::RecordKind {
        kind: store::RECORD,
        may_see: |cx, id| Box::pin(async move { store::may_see(&cx, id).await }),
    }
}

async fn api_submit(
    cx: Cx,
    Id(milestone): Id<Uuid>,
    Body(input): Body<submit::NewDelivery>,
) -> Result<Response> {
    let id = once(submit::submit(&cx, milestone, &input).await)?;
    Ok(extract::created(&show::show(&cx, id).await?))
}

async fn api_list(
    cx: Cx,
    Id(milestone): Id<Uuid>,
    Query(query): Query<show::ListQuery>,
) -> Result<Response> {
    Ok(show::list(&cx, milestone, &query).await?.answer())
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>, headers: HeaderMap) -> Result<Response> {
    let view = show::show(&cx, id).await?;
    Ok(extract::versioned(&headers, view.milestone.version, &view))
}

async fn api_changes(
    cx: Cx,
    Id(id): Id<Uuid>,
    Body(input): Body<changes::Changes>,
) -> Result<Response> {
    let id = once(changes::request(&cx, id, input).await)?;
    Ok(extract::data(&show::show(&cx, id).await?))
}

async fn api_approve(
    cx: Cx,
    Id(id): Id<Uuid>,
    Body(input): Body<approve::Approval>,
) -> Result<Response> {
    let answer = once(approve::approve(&cx, id, &input).await)?;
    let mut view = show::show(&cx, id).await?;
    if input.fund_next {
        view.next_funding = next::advance(&cx, answer).await?;
    }
    Ok(extract::data(&view))
}
