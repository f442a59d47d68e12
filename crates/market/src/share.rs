//! Work in progress: shown for feedback without starting the client's clock; and partial delivery,
//! which asks that a part of the milestone be split off and paid now.

pub mod answer;
pub mod page;
pub mod show;
pub mod submit;

pub use show::ShareView;

use axum::{
    response::Response,
    routing::{get, post},
};
use http::Method;
use kernel::{
    Body, Cx, Id, Idempotency, Query, Rate, Result, Route, Tx, extract, input::Nothing, once,
};
use serde_json::json;
use uuid::Uuid;

/// The record kind under which files belong to a share.
pub const RECORD: &str = "share";

/// Routes of work in progress.
#[must_use]
pub fn routes() -> Vec<Route> {
    const OF_MILESTONE: &str = "/w/{workspace}/milestones/{milestone}/shares";
    const ONE: &str = "/w/{workspace}/shares/{share}";
    const FEEDBACK: &str = "/w/{workspace}/shares/{share}/feedback";
    const APPROVAL: &str = "/w/{workspace}/shares/{share}/approval";
    let routes = vec![
        Route::api(Method::POST, OF_MILESTONE, "delivery.share", post(api_share))
.codes(&[(409, "already_submitted"), (409, "not_funded"), (409, "part_open")])
            .permission("delivery.share")
            .idempotency(Idempotency::Accepted)
            .body::<submit::NewShare>()
            .example(json!({"message": "A first look; the colours are not final.", "links": ["https://example.com/draft"], "files": []}))
            .answers::<ShareView>(201)
            .refuses(&[409]),
        Route::api(Method::GET, OF_MILESTONE, "delivery.list_shares", get(api_list))
            .permission("contract.show")
            .query::<show::ListQuery>()
            .lists::<ShareView>(),
        Route::api(Method::GET, ONE, "delivery.show_share", get(api_show))
            .permission("contract.show")
            .answers::<ShareView>(200),
        Route::api(Method::POST, FEEDBACK, "delivery.feedback", post(api_feedback))
.codes(&[(409, "already_answered"), (409, "already_approved"), (409, "contract_not_active")])
            .permission("delivery.feedback")
            .idempotency(Idempotency::Accepted)
            .body::<answer::Feedback>()
            .example(json!({"feedback": "The direction is right. Please make the heading larger."}))
            .answers::<ShareView>(200)
            .refuses(&[409]),
        Route::api(Method::POST, APPROVAL, "delivery.approve_part", post(api_approve))
.codes(&[(409, "no_open_part")])
            .permission("delivery.approve_part")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<Nothing>()
            .answers::<ShareView>(200)
            .refuses(&[409]),
        Route::page(Method::GET, OF_MILESTONE, "delivery.share", get(page::share_page)).permission("delivery.share"),
        Route::page(Method::POST, OF_MILESTONE, "delivery.share", post(page::share_form))
            .permission("delivery.share")
            .idempotency(Idempotency::Accepted)
            .upload(),
        Route::page(Method::GET, FEEDBACK, "delivery.feedback", get(page::feedback_page)).permission("delivery.feedback"),
        Route::page(Method::POST, FEEDBACK, "delivery.feedback", post(page::feedback_form))
            .permission("delivery.feedback")
            .idempotency(Idempotency::Accepted)
            .body::<answer::Feedback>(),
        Route::page(Method::GET, APPROVAL, "delivery.approve_part", get(page::approve_page)).permission("delivery.approve_part"),
        Route::page(Method::POST, APPROVAL, "delivery.approve_part", post(page::approve_form))
            .permission("delivery.approve_part")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required),
    ];
    routes.into_iter().map(|r| r.product("market")).collect()
}

/// Shares as records that carry files: both parties of the contract may see them.
#[must_use]
pub fn record_kind() -> files::RecordKind {
    files::RecordKind {
        kind: RECORD,
        may_see: |cx, id| Box::pin(async move { show::may_see(&cx, id).await }),
    }
}

/// Parts that wait for the client fall away with their contract, which the caller holds.
pub(crate) async fn fall_away(tx: &mut Tx, contract: Uuid) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "update market.share s set part_state = 'fallen', version = s.version + 1
         from market.milestone m
         where s.workspace_id = $1 and s.part_state = 'proposed' and m.workspace_id = $1 and m.id = s.milestone_id and m.contract_id = $2",
        workspace,
        contract
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A part that waits for the client falls away, because its milestone was delivered or settled whole.
pub(crate) async fn part_falls(tx: &mut Tx, milestone: Uuid) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "update market.share set part_state = 'fallen', version = version + 1
         where workspace_id = $1 and milestone_id = $2 and part_state = 'proposed'",
        workspace,
        milestone
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn api_share(
    cx: Cx,
    Id(milestone): Id<Uuid>,
    Body(input): Body<submit::NewShare>,
) -> Result<Response> {
    let id = once(submit::share(&cx, milestone, &input).await)?;
    Ok(extract::created(&show::show(&cx, id).await?))
}

async fn api_list(
    cx: Cx,
    Id(milestone): Id<Uuid>,
    Query(query): Query<show::ListQuery>,
) -> Result<Response> {
    Ok(show::list(&cx, milestone, &query).await?.answer())
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    Ok(extract::data(&show::show(&cx, id).await?))
}

async fn api_feedback(
    cx: Cx,
    Id(id): Id<Uuid>,
    Body(input): Body<answer::Feedback>,
) -> Result<Response> {
    let id = once(answer::feedback(&cx, id, &input).await)?;
    Ok(extract::data(&show::show(&cx, id).await?))
}

async fn api_approve(cx: Cx, Id(id): Id<Uuid>, Body(Nothing): Body<Nothing>) -> Result<Response> {
    let id = once(answer::approve_part(&cx, id).await)?;
    Ok(extract::data(&show::show(&cx, id).await?))
}
