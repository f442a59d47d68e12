//! Reviews: each party's verdict on the other, hidden until both are in or the window ends.

pub mod page;
pub mod publish;
pub mod show;
pub mod submit;

pub use show::{ReviewView, Standing, of_contract, published_for, standing};

use axum::{
    response::Response,
    routing::{get, patch, post},
};
use http::{HeaderMap, Method};
use kernel::{
    Body, Cx, Id, Idempotency, Query, Result, Route,
    deadline::Deadline,
    extract::{self, IfMatch},
    list::Short,
    once,
};
use serde_json::json;
use uuid::Uuid;

/// Routes of reviews.
#[must_use]
pub fn routes() -> Vec<Route> {
    const OF_CONTRACT: &str = "/w/{workspace}/contracts/{contract}/reviews";
    const ONE: &str = "/w/{workspace}/reviews/{review}";
    const LIST: &str = "/w/{workspace}/reviews";
    let example = json!({"quality": 5, "communication": 4, "timeliness": 5, "value": 5, "body": "Careful work, always on time."});
    let routes = vec![
        Route::api(Method::POST, OF_CONTRACT, "review.submit", post(api_submit))
            .codes(&[
                (409, "contract_not_completed"),
                (409, "review_window_closed"),
            ])
            .permission("review.submit")
            .idempotency(Idempotency::Accepted)
            .body::<submit::NewReview>()
            .example(example.clone())
            .answers::<ReviewView>(201)
            .refuses(&[409]),
        Route::api(
            Method::GET,
            OF_CONTRACT,
            "contract.reviews",
            get(api_of_contract),
        )
        .permission("contract.show")
        .query::<Short>()
        .lists::<ReviewView>(),
        Route::api(Method::GET, ONE, "review.show", get(api_show))
            .permission("profile.show")
            .answers::<ReviewView>(200),
        Route::api(Method::PATCH, ONE, "review.update", patch(api_update))
            .codes(&[(409, "review_edit_closed")])
            .permission("review.submit")
            .if_match()
            .body::<submit::ChangeReview>()
            .example(json!({"timeliness": 5, "body": "Careful work, and on time after all."}))
            .answers::<ReviewView>(200)
            .refuses(&[409]),
        Route::api(Method::GET, LIST, "review.list", get(api_list))
            .permission("profile.show")
            .query::<show::ListQuery>()
            .lists::<ReviewView>(),
        Route::page(Method::GET, OF_CONTRACT, "review.submit", get(page::write))
            .permission("review.submit"),
        Route::page(Method::POST, OF_CONTRACT, "review.submit", post(page::form))
            .permission("review.submit")
            .idempotency(Idempotency::Accepted)
            .body::<submit::NewReview>(),
        Route::page(
            Method::GET,
            "/w/{workspace}/reviews/{review}/edit",
            "review.update",
            get(page::edit),
        )
        .permission("review.submit"),
        Route::page(
            Method::POST,
            "/w/{workspace}/reviews/{review}/edit",
            "review.update",
            post(page::edit_form),
        )
        .permission("review.submit")
        .body::<kernel::Edit<submit::NewReview>>(),
        Route::page(Method::GET, LIST, "review.list", get(page::list)).permission("profile.show"),
    ];
    routes.into_iter().map(|r| r.product("market")).collect()
}

/// Reviews as a part of a member's page.
#[must_use]
pub fn section() -> people::ProfileSection {
    people::ProfileSection {
        render: |cx, member| Box::pin(page::section(cx, member)),
        act: |_, _| None,
        data: |_, _| Box::pin(async { Ok(serde_json::Value::Null) }),
    }
}

/// Reviews become visible when their window ends.
#[must_use]
pub fn deadlines() -> Vec<Deadline> {
    vec![Deadline {
        name: "market.reviews_publish",
        next: Some(|tx| Box::pin(publish::next(tx))),
        sweep: |kernel, now| Box::pin(publish::sweep(kernel, now)),
    }]
}

async fn api_submit(
    cx: Cx,
    Id(contract): Id<Uuid>,
    Body(input): Body<submit::NewReview>,
) -> Result<Response> {
    let id = once(submit::submit(&cx, contract, &input).await)?;
    Ok(extract::created(&show::show(&cx, id).await?))
}

async fn api_of_contract(
    cx: Cx,
    Id(contract): Id<Uuid>,
    Query(query): Query<Short>,
) -> Result<Response> {
    crate::contract::show(&cx, contract).await?;
    let mut tx = cx.read().await?;
    let rows = of_contract(&mut tx, &cx, contract).await?;
    tx.finish().await?;
    Ok(query.page(rows)?.answer())
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>, headers: HeaderMap) -> Result<Response> {
    let view = show::show(&cx, id).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_update(
    cx: Cx,
    Id(id): Id<Uuid>,
    IfMatch(version): IfMatch,
    headers: HeaderMap,
    Body(input): Body<submit::ChangeReview>,
) -> Result<Response> {
    let edited = submit::update(&cx, id, version, input).await;
    extract::or_current(edited, show::show(&cx, id)).await?;
    let view = show::show(&cx, id).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_list(cx: Cx, Query(query): Query<show::ListQuery>) -> Result<Response> {
    Ok(show::list(&cx, &query).await?.answer())
}
