//! What two parties agreed: an offer is its first state, sign-off its end.

pub mod answer;
pub mod cancel;
pub mod close;
pub mod dispute;
mod ending;
pub mod hold;
pub mod list;
pub mod next;
pub mod page;
pub mod pause;
mod settle;
pub mod show;
pub mod state;
mod stop;
pub mod store;
pub mod termination;

pub use show::{ContractParty, ContractView, show};
pub use state::{State, Step};

use axum::{
    response::Response,
    routing::{get, post},
};
use http::{HeaderMap, Method};
use kernel::{
    Body, Cx, Id, Idempotency, Query, Result, Route, deadline::Deadline, extract, input::Nothing,
    once,
};
use uuid::Uuid;

/// Routes of contracts: answering the offer, the workroom, the list, cancelling.
#[must_use]
pub fn routes() -> Vec<Route> {
    let api = |method, path: &str, operation, handler| {
        Route::api(method, path, operation, handler).product("market")
    };
    let page = |method, path: &str, operation, handler| {
        Route::page(method, path, operation, handler).product("market")
    };
    let accepted = Idempotency::Accepted;
    let mut routes = vec![
        api(
            Method::GET,
            "/w/{workspace}/contracts",
            "contract.list",
            get(api_list),
        )
        .permission("contract.list")
        .query::<list::ListQuery>()
        .lists::<list::ContractSummary>(),
        api(
            Method::GET,
            "/w/{workspace}/contracts/{contract}",
            "contract.show",
            get(api_show),
        )
        .permission("contract.show")
        .answers::<ContractView>(200),
        page(
            Method::GET,
            "/w/{workspace}/contracts",
            "contract.list",
            get(list::page),
        )
        .permission("contract.list"),
        page(
            Method::GET,
            "/w/{workspace}/contracts/{contract}",
            "contract.show",
            get(page::room),
        )
        .permission("contract.show"),
    ];
    routes.push(
        api(
            Method::POST,
            "/w/{workspace}/contracts/{contract}/acceptance",
            "offer.accept",
            post(api_accept),
        )
        .codes(&[(409, "offer_not_open")])
        .permission("offer.accept")
        .idempotency(accepted)
        .body::<Nothing>()
        .answers::<ContractView>(200)
        .refuses(&[409]),
    );
    routes.push(
        api(
            Method::POST,
            "/w/{workspace}/contracts/{contract}/refusal",
            "offer.decline",
            post(api_decline),
        )
        .permission("offer.decline")
        .idempotency(accepted)
        .body::<answer::Refusal>()
        .example(serde_json::json!({"reason": "The dates do not fit"}))
        .answers::<ContractView>(200)
        .refuses(&[409]),
    );
    routes.push(
        api(
            Method::POST,
            "/w/{workspace}/contracts/{contract}/cancellation",
            "contract.cancel",
            post(api_cancel),
        )
        .codes(&[(409, "contract_not_cancellable")])
        .permission("contract.cancel")
        .idempotency(accepted)
        .body::<cancel::Cancellation>()
        .example(serde_json::json!({"reason": "The plan changed"}))
        .answers::<ContractView>(200)
        .refuses(&[409]),
    );
    routes.extend([
        page(
            Method::GET,
            "/w/{workspace}/contracts/{contract}/acceptance",
            "offer.accept",
            get(answer::accept_page),
        )
        .permission("offer.accept"),
        page(
            Method::POST,
            "/w/{workspace}/contracts/{contract}/acceptance",
            "offer.accept",
            post(answer::form_accept),
        )
        .permission("offer.accept")
        .idempotency(accepted),
        page(
            Method::GET,
            "/w/{workspace}/contracts/{contract}/refusal",
            "offer.decline",
            get(answer::decline_page),
        )
        .permission("offer.decline"),
        page(
            Method::POST,
            "/w/{workspace}/contracts/{contract}/refusal",
            "offer.decline",
            post(answer::form_decline),
        )
        .permission("offer.decline")
        .idempotency(accepted)
        .body::<answer::Refusal>(),
        page(
            Method::GET,
            "/w/{workspace}/contracts/{contract}/cancellation",
            "contract.cancel",
            get(cancel::page),
        )
        .permission("contract.cancel"),
        page(
            Method::POST,
            "/w/{workspace}/contracts/{contract}/cancellation",
            "contract.cancel",
            post(cancel::form),
        )
        .permission("contract.cancel")
        .idempotency(accepted)
        .body::<cancel::Cancellation>(),
    ]);
    routes.extend(ending::routes());
    routes.extend(close::routes().into_iter().map(|r| r.product("market")));
    routes
}

/// Offers that nobody answered lapse.
#[must_use]
pub fn deadlines() -> Vec<Deadline> {
    vec![
        Deadline {
            name: "market.offer_lapses",
            next: Some(|tx| Box::pin(answer::next_lapse(tx))),
            sweep: |kernel, now| Box::pin(answer::sweep_lapses(kernel, now)),
        },
        Deadline {
            name: "market.settlement_lapses",
            next: Some(|tx| Box::pin(termination::lapse::next(tx))),
            sweep: |kernel, now| Box::pin(termination::lapse::sweep(kernel, now)),
        },
    ]
}

async fn api_list(cx: Cx, Query(query): Query<list::ListQuery>) -> Result<Response> {
    Ok(list::list(&cx, &query).await?.answer())
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>, headers: HeaderMap) -> Result<Response> {
    let view = show(&cx, id).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_accept(cx: Cx, Id(id): Id<Uuid>, Body(Nothing): Body<Nothing>) -> Result<Response> {
    let id = once(answer::accept(&cx, id).await)?;
    Ok(extract::data(&show(&cx, id).await?))
}

async fn api_decline(
    cx: Cx,
    Id(id): Id<Uuid>,
    Body(input): Body<answer::Refusal>,
) -> Result<Response> {
    let id = once(answer::decline(&cx, id, input).await)?;
    Ok(extract::data(&show(&cx, id).await?))
}

async fn api_cancel(
    cx: Cx,
    Id(id): Id<Uuid>,
    Body(input): Body<cancel::Cancellation>,
) -> Result<Response> {
    let id = once(cancel::cancel(&cx, id, input).await)?;
    Ok(extract::data(&show(&cx, id).await?))
}

/// Counts one item of a sweep; a failed one is logged and tried again with the next sweep.
pub(crate) fn counted(name: &'static str, record: Uuid, outcome: Result<bool>) -> usize {
    match outcome {
        Ok(changed) => usize::from(changed),
        Err(error) => {
            tracing::warn!(key = "deadline.item_failed", name, record = %record, error = %error);
            0
        }
    }
}
