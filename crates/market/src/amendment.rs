//! Amendments: a change of a contract's terms that one side proposes and the other answers. On an
//! offer it is the freelancer's counter-offer. Every version stays readable.

pub mod answer;
pub mod apply;
pub mod lapse;
pub mod page;
pub mod propose;
pub mod show;
pub mod terms;

pub(crate) use answer::fall_away;
pub use show::AmendmentView;

use axum::{
    response::Response,
    routing::{get, post},
};
use http::{HeaderMap, Method};
use kernel::{
    Body, Cx, Id, Idempotency, Query, Result, Route, deadline::Deadline, extract, input::Nothing,
    list::Paging, once,
};
use serde_json::json;
use uuid::Uuid;

/// Routes of amendments and counter-offers.
#[must_use]
pub fn routes() -> Vec<Route> {
    const OF_CONTRACT: &str = "/w/{workspace}/contracts/{contract}/amendments";
    const NEW: &str = "/w/{workspace}/contracts/{contract}/amendments/new";
    const COUNTER: &str = "/w/{workspace}/contracts/{contract}/counter-offer";
    const ONE: &str = "/w/{workspace}/amendments/{amendment}";
    const ACCEPT: &str = "/w/{workspace}/amendments/{amendment}/acceptance";
    const DECLINE: &str = "/w/{workspace}/amendments/{amendment}/refusal";
    const WITHDRAW: &str = "/w/{workspace}/amendments/{amendment}/withdrawal";
    let accepted = Idempotency::Accepted;
    let example = json!({"milestones": [{"title": "Everything, with a second round", "amount": {"amount_minor": 40_000, "currency": "USD"}, "due_days": 14}],
        "revisions": 3, "note": "One more round, as we discussed."});
    let routes = vec![
        Route::api(
            Method::POST,
            OF_CONTRACT,
            "amendment.propose",
            post(api_propose),
        )
        .codes(&[(409, "amendment_open")])
        .permission("amendment.propose")
        .idempotency(accepted)
        .body::<propose::NewAmendment>()
        .example(example.clone())
        .answers::<AmendmentView>(201)
        .refuses(&[409]),
        Route::api(Method::GET, OF_CONTRACT, "amendment.list", get(api_list))
            .permission("contract.show")
            .query::<show::ListQuery>()
            .lists::<AmendmentView>(),
        Route::api(Method::POST, COUNTER, "offer.counter", post(api_counter))
            .codes(&[(409, "offer_not_open")])
            .permission("offer.counter")
            .idempotency(accepted)
            .body::<propose::NewAmendment>()
            .example(example)
            .answers::<AmendmentView>(201)
            .refuses(&[409]),
        Route::api(Method::GET, ONE, "amendment.show", get(api_show))
            .permission("contract.show")
            .answers::<AmendmentView>(200),
        Route::api(Method::POST, ACCEPT, "amendment.accept", post(api_accept))
            .codes(&[
                (403, "own_proposal"),
                (409, "amendment_answered"),
                (409, "amendment_outdated"),
            ])
            .permission("amendment.accept")
            .idempotency(accepted)
            .body::<Nothing>()
            .answers::<AmendmentView>(200)
            .refuses(&[409]),
        Route::api(
            Method::POST,
            DECLINE,
            "amendment.decline",
            post(api_decline),
        )
        .permission("amendment.decline")
        .idempotency(accepted)
        .body::<crate::contract::answer::Refusal>()
        .example(json!({"reason": "Let us first finish the first part"}))
        .answers::<AmendmentView>(200)
        .refuses(&[409]),
        Route::api(
            Method::POST,
            WITHDRAW,
            "amendment.withdraw",
            post(api_withdraw),
        )
        .permission("amendment.withdraw")
        .idempotency(accepted)
        .body::<Nothing>()
        .answers::<AmendmentView>(200)
        .refuses(&[409]),
        Route::page(Method::GET, OF_CONTRACT, "amendment.list", get(page::list))
            .permission("contract.show"),
        Route::page(Method::GET, NEW, "amendment.propose", get(page::form::new))
            .permission("amendment.propose"),
        Route::page(
            Method::POST,
            NEW,
            "amendment.propose",
            post(page::form::propose),
        )
        .permission("amendment.propose")
        .idempotency(accepted)
        .body::<propose::NewAmendment>(),
        Route::page(
            Method::GET,
            COUNTER,
            "offer.counter",
            get(page::form::counter),
        )
        .permission("offer.counter"),
        Route::page(
            Method::POST,
            COUNTER,
            "offer.counter",
            post(page::form::counter_offer),
        )
        .permission("offer.counter")
        .idempotency(accepted)
        .body::<propose::NewAmendment>(),
        Route::page(Method::GET, ONE, "amendment.show", get(page::one)).permission("contract.show"),
        Route::page(Method::POST, ACCEPT, "amendment.accept", post(page::accept))
            .permission("amendment.accept")
            .idempotency(accepted),
        Route::page(
            Method::POST,
            DECLINE,
            "amendment.decline",
            post(page::decline),
        )
        .permission("amendment.decline")
        .idempotency(accepted)
        .body::<crate::contract::answer::Refusal>(),
        Route::page(
            Method::POST,
            WITHDRAW,
            "amendment.withdraw",
            post(page::withdraw),
        )
        .permission("amendment.withdraw")
        .idempotency(accepted),
    ];
    routes.into_iter().map(|r| r.product("market")).collect()
}

/// Amendments that nobody answered lapse.
#[must_use]
pub fn deadlines() -> Vec<Deadline> {
    vec![Deadline {
        name: "market.amendment_lapses",
        next: Some(|tx| Box::pin(lapse::next(tx))),
        sweep: |kernel, now| Box::pin(lapse::sweep(kernel, now)),
    }]
}

/// Which amendments of a contract are asked for.
impl kernel::Input for show::ListQuery {
    fn read(r: &mut kernel::Reader) -> Self {
        Self {
            paging: Paging::read(r),
        }
    }
}

async fn api_propose(
    cx: Cx,
    Id(contract): Id<Uuid>,
    Body(input): Body<propose::NewAmendment>,
) -> Result<Response> {
    let id = once(propose::propose(&cx, contract, &input).await)?;
    Ok(extract::created(&show::show(&cx, id).await?))
}

async fn api_counter(
    cx: Cx,
    Id(contract): Id<Uuid>,
    Body(input): Body<propose::NewAmendment>,
) -> Result<Response> {
    let id = once(propose::counter(&cx, contract, &input).await)?;
    Ok(extract::created(&show::show(&cx, id).await?))
}

async fn api_list(
    cx: Cx,
    Id(contract): Id<Uuid>,
    Query(query): Query<show::ListQuery>,
) -> Result<Response> {
    Ok(show::list(&cx, contract, &query).await?.answer())
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>, headers: HeaderMap) -> Result<Response> {
    let view = show::show(&cx, id).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_accept(cx: Cx, Id(id): Id<Uuid>, Body(Nothing): Body<Nothing>) -> Result<Response> {
    let id = once(answer::accept(&cx, id).await)?;
    Ok(extract::data(&show::show(&cx, id).await?))
}

async fn api_decline(
    cx: Cx,
    Id(id): Id<Uuid>,
    Body(input): Body<crate::contract::answer::Refusal>,
) -> Result<Response> {
    let id = once(answer::decline(&cx, id, input).await)?;
    Ok(extract::data(&show::show(&cx, id).await?))
}

async fn api_withdraw(cx: Cx, Id(id): Id<Uuid>, Body(Nothing): Body<Nothing>) -> Result<Response> {
    let id = once(answer::withdraw(&cx, id).await)?;
    Ok(extract::data(&show::show(&cx, id).await?))
}
