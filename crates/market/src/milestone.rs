//! Milestones: the parts of a contract that are funded, delivered and released one by one.

pub mod check;
pub mod fund;
pub mod fund_page;
pub mod show;
pub mod state;
pub mod store;

pub use show::MilestoneView;
pub use state::{State, Step};

use axum::{
    response::Response,
    routing::{get, post},
};
use http::{HeaderMap, Method};
use kernel::{
    Body, Cx, Id, Idempotency, Rate, Result, Route, deadline::Deadline, extract, once,
    product::Check,
};
use uuid::Uuid;

/// Routes of milestones: showing and funding one.
#[must_use]
pub fn routes() -> Vec<Route> {
    const FUNDING: &str = "/w/{workspace}/milestones/{milestone}/funding";
    vec![
        Route::api(
            Method::GET,
            "/w/{workspace}/milestones/{milestone}",
            "milestone.show",
            get(api_show),
        )
        .product("market")
        .permission("contract.show")
        .answers::<MilestoneView>(200),
        Route::api(Method::POST, FUNDING, "milestone.fund", post(api_fund))
            .codes(&[
                (402, "payment_declined"),
                (409, "already_funded"),
                (409, "bank_transfer_unavailable"),
                (409, "contract_not_fundable"),
                (409, "funding_in_progress"),
                (409, "funding_refunded"),
                (409, "no_payment_method"),
                (409, "party_suspended"),
            ])
            .product("market")
            .permission("milestone.fund")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<fund::Funding>()
            .example(serde_json::json!({}))
            .answers::<fund::FundingView>(201)
            .refuses(&[402, 409]),
        // Statements and payments lead here.
        Route::page(
            Method::GET,
            "/w/{workspace}/milestones/{milestone}",
            "milestone.show",
            get(to_contract),
        )
        .product("market")
        .permission("contract.show"),
        Route::page(Method::GET, FUNDING, "milestone.fund", get(fund_page::page))
            .product("market")
            .permission("milestone.fund"),
        Route::page(
            Method::POST,
            FUNDING,
            "milestone.fund",
            post(fund_page::form),
        )
        .product("market")
        .permission("milestone.fund")
        .rate(Rate::Money)
        .idempotency(Idempotency::Required)
        .body::<fund::Funding>(),
    ]
}

/// Deliveries that wait for the client: reminders, then release by silence.
#[must_use]
pub fn deadlines() -> Vec<Deadline> {
    vec![Deadline {
        name: "market.delivery_review",
        next: Some(|tx| Box::pin(crate::delivery::clock::next(tx))),
        sweep: |kernel, now| Box::pin(crate::delivery::clock::sweep(kernel, now)),
    }]
}

/// Invariants between milestones, contracts and the ledger.
#[must_use]
pub fn checks() -> Vec<Check> {
    vec![
        Check {
            name: "market.escrow_equals_open_milestones",
            run: |kernel| Box::pin(check::escrow(kernel)),
        },
        Check {
            name: "market.contract_total_is_sum_of_milestones",
            run: |kernel| Box::pin(check::totals(kernel)),
        },
        Check {
            name: "market.approved_milestones_are_released",
            run: |kernel| Box::pin(check::released(kernel)),
        },
        Check {
            name: "market.fees_are_what_was_posted",
            run: |kernel| Box::pin(check::fees(kernel)),
        },
        Check {
            name: "market.contract_state_fits_milestones",
            run: |kernel| Box::pin(check::states(kernel)),
        },
    ]
}

/// A milestone is shown in its contract.
async fn to_contract(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let view = show::show(&cx, id).await?;
    Ok(extract::see_other(
        &cx.href(&format!("/contracts/{}", view.contract_id)),
    ))
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>, headers: HeaderMap) -> Result<Response> {
    let view = show::show(&cx, id).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

async fn api_fund(cx: Cx, Id(id): Id<Uuid>, Body(input): Body<fund::Funding>) -> Result<Response> {
    let payment = once(fund::fund(&cx, id, &input).await)?;
    Ok(extract::created(&fund::settle(&cx, id, payment).await?))
}
