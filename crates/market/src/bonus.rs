//! Bonuses: a client's thanks above what was agreed. Paid at once by the path of all funding: into
//! an escrow of its own and, less the fee, straight on to the freelancer's pending earnings.

mod apply;
mod pages;
mod send;
mod show;

pub use apply::purpose;
pub(crate) use pages::section;
pub use send::{NewBonus, send, settle};
pub use show::{BonusView, Paid, list, of_contract, show};

use axum::{
    response::Response,
    routing::{get, post},
};
use http::Method;
use kernel::{
    Body, Cx, Id, Idempotency, Input, Query, Rate, Reader, Result, Route, extract, list::Paging,
    once,
};
use uuid::Uuid;

const OF_CONTRACT: &str = "/w/{workspace}/contracts/{contract}/bonuses";
const ONE: &str = "/w/{workspace}/bonuses/{bonus}";

/// The word that payments for bonuses carry in the ledger.
pub const PURPOSE: &str = "bonus";

/// Routes of bonuses.
#[must_use]
pub fn routes() -> Vec<Route> {
    let example = serde_json::json!({"amount": {"amount_minor": 5000, "currency": "USD"}, "note": "Thank you for the extra hours."});
    vec![
        Route::api(Method::POST, OF_CONTRACT, "bonus.send", post(api_send))
            .codes(&[(402, "payment_declined"), (409, "contract_takes_no_bonus")])
            .product("market")
            .permission("bonus.send")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<NewBonus>()
            .example(example)
            .answers::<BonusView>(201)
            .refuses(&[402, 409]),
        Route::api(Method::GET, OF_CONTRACT, "bonus.list", get(api_list))
            .product("market")
            .permission("bonus.show")
            .query::<BonusQuery>()
            .lists::<BonusView>(),
        Route::api(Method::GET, ONE, "bonus.show", get(api_show))
            .product("market")
            .permission("bonus.show")
            .answers::<BonusView>(200),
        Route::page(
            Method::GET,
            "/w/{workspace}/contracts/{contract}/bonuses/new",
            "bonus.send",
            get(pages::new),
        )
        .product("market")
        .permission("bonus.send"),
        Route::page(Method::POST, OF_CONTRACT, "bonus.send", post(pages::send))
            .product("market")
            .permission("bonus.send")
            .rate(Rate::Money)
            .idempotency(Idempotency::Required)
            .body::<NewBonus>(),
        Route::page(Method::GET, ONE, "bonus.show", get(pages::one))
            .product("market")
            .permission("bonus.show"),
    ]
}

/// Which bonuses of a contract are asked for.
pub struct BonusQuery {
    /// Which page.
    pub paging: Paging,
}
impl Input for BonusQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            paging: Paging::read(r),
        }
    }
}

async fn api_send(cx: Cx, Id(contract): Id<Uuid>, Body(new): Body<NewBonus>) -> Result<Response> {
    let id = once(send(&cx, contract, &new).await)?;
    Ok(extract::created(&settle(&cx, id).await?))
}

async fn api_list(
    cx: Cx,
    Id(contract): Id<Uuid>,
    Query(query): Query<BonusQuery>,
) -> Result<Response> {
    Ok(list(&cx, contract, &query.paging).await?.answer())
}

async fn api_show(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    Ok(extract::data(&show(&cx, id).await?))
}
