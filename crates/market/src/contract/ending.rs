//! Routes of pausing a contract, of ending it early, and of what staff decide.

use super::{ContractView, hold, pause, show, termination};
use axum::{
    response::Response,
    routing::{get, post},
};
use http::Method;
use kernel::{
    Body, Cx, Id, Idempotency, Query, Rate, Result, Route, extract, input::Nothing, once,
};
use uuid::Uuid;

/// Pausing, ending early, and what staff decide.
pub(super) fn routes() -> Vec<Route> {
    const PAUSE: &str = "/w/{workspace}/contracts/{contract}/pause";
    const RESUME: &str = "/w/{workspace}/contracts/{contract}/resumption";
    const END: &str = "/w/{workspace}/contracts/{contract}/termination";
    const AGREE: &str = "/w/{workspace}/contracts/{contract}/termination/acceptance";
    const OFF: &str = "/w/{workspace}/contracts/{contract}/termination/refusal";
    const DECIDE: &str = "/w/{workspace}/contracts/{contract}/decision";
    const HELD: &str = "/w/{workspace}/contracts/held";
    let accepted = Idempotency::Accepted;
    let required = Idempotency::Required;
    let money = Rate::Money;
    let example = serde_json::json!({"reason": "The plan changed", "settlement": []});
    let routes =
        vec![
        Route::api(Method::POST, PAUSE, "contract.pause", post(api_pause))
.codes(&[(409, "contract_not_active")])
            .permission("contract.pause")
            .idempotency(accepted)
            .body::<pause::Reason>()
            .example(serde_json::json!({"reason": "On holiday until the 3rd"}))
            .answers::<ContractView>(200)
            .refuses(&[409]),
        Route::api(Method::POST, RESUME, "contract.resume", post(api_resume))
.codes(&[(409, "contract_not_paused")])
            .permission("contract.resume")
            .idempotency(accepted)
            .body::<Nothing>()
            .answers::<ContractView>(200)
            .refuses(&[409]),
        Route::api(Method::POST, END, "contract.terminate", post(api_terminate))
.codes(&[(409, "contract_not_running")])
            .permission("contract.terminate")
            .rate(money)
            .idempotency(required)
            .body::<termination::Termination>()
            .example(example)
            .answers::<ContractView>(200)
            .refuses(&[409]),
        Route::api(
            Method::POST,
            AGREE,
            "contract.accept_termination",
            post(api_agree),
        )
.codes(&[(403, "own_proposal"), (409, "no_termination"), (409, "termination_changed")])
        .permission("contract.accept_termination")
        .rate(money)
        .idempotency(required)
        .body::<termination::Agreement>()
        .answers::<ContractView>(200)
        .refuses(&[409]),
        Route::api(
            Method::POST,
            OFF,
            "contract.decline_termination",
            post(api_call_off),
        )
        .permission("contract.decline_termination")
        .idempotency(accepted)
        .body::<Nothing>()
        .answers::<ContractView>(200)
        .refuses(&[409]),
        Route::api(Method::GET, HELD, "contract.list_held", get(api_held))
            .permission("contract.decide")
            .query::<hold::page::HeldQuery>()
            .lists::<hold::page::HeldContract>(),
        Route::api(Method::POST, DECIDE, "contract.decide", post(api_decide))
.codes(&[(409, "contract_not_held"), (409, "party_suspended"), (409, "settlement_open")])
            .permission("contract.decide")
            .rate(money)
            .idempotency(required)
            .body::<hold::Verdict>()
            .example(
                serde_json::json!({"action": "refund", "reason": "The freelancer was suspended"}),
            )
            .answers::<ContractView>(200)
            .refuses(&[409]),
        Route::page(Method::GET, PAUSE, "contract.pause", get(pause::pause_page))
            .permission("contract.pause"),
        Route::page(
            Method::POST,
            PAUSE,
            "contract.pause",
            post(pause::pause_form),
        )
        .permission("contract.pause")
        .idempotency(accepted)
        .body::<pause::Reason>(),
        Route::page(
            Method::GET,
            RESUME,
            "contract.resume",
            get(pause::resume_page),
        )
        .permission("contract.resume"),
        Route::page(
            Method::POST,
            RESUME,
            "contract.resume",
            post(pause::resume_form),
        )
        .permission("contract.resume")
        .idempotency(accepted),
        Route::page(
            Method::GET,
            END,
            "contract.terminate",
            get(termination::page::propose),
        )
        .permission("contract.terminate"),
        Route::page(
            Method::POST,
            END,
            "contract.terminate",
            post(termination::page::propose_form),
        )
        .permission("contract.terminate")
        .rate(money)
        .idempotency(required)
        .body::<termination::Termination>(),
        Route::page(
            Method::GET,
            AGREE,
            "contract.accept_termination",
            get(termination::page::accept_page),
        )
        .permission("contract.accept_termination"),
        Route::page(
            Method::POST,
            AGREE,
            "contract.accept_termination",
            post(termination::page::accept_form),
        )
        .permission("contract.accept_termination")
        .rate(money)
        .idempotency(required)
        .body::<termination::Agreement>(),
        Route::page(
            Method::GET,
            OFF,
            "contract.decline_termination",
            get(termination::page::decline_page),
        )
        .permission("contract.decline_termination"),
        Route::page(
            Method::POST,
            OFF,
            "contract.decline_termination",
            post(termination::page::decline_form),
        )
        .permission("contract.decline_termination")
        .idempotency(accepted),
        Route::page(
            Method::GET,
            HELD,
            "contract.list_held",
            get(hold::page::list_page),
        )
        .permission("contract.decide"),
        Route::page(
            Method::GET,
            DECIDE,
            "contract.decide",
            get(hold::page::decide_page),
        )
        .permission("contract.decide"),
        Route::page(
            Method::POST,
            DECIDE,
            "contract.decide",
            post(hold::page::decide_form),
        )
        .permission("contract.decide")
        .rate(money)
        .idempotency(required)
        .body::<hold::Verdict>(),
    ];
    routes.into_iter().map(|r| r.product("market")).collect()
}

async fn api_pause(cx: Cx, Id(id): Id<Uuid>, Body(input): Body<pause::Reason>) -> Result<Response> {
    let id = once(pause::pause(&cx, id, input).await)?;
    Ok(extract::data(&show::show(&cx, id).await?))
}

async fn api_resume(cx: Cx, Id(id): Id<Uuid>, Body(Nothing): Body<Nothing>) -> Result<Response> {
    let id = once(pause::resume(&cx, id).await)?;
    Ok(extract::data(&show::show(&cx, id).await?))
}

async fn api_terminate(
    cx: Cx,
    Id(id): Id<Uuid>,
    Body(input): Body<termination::Termination>,
) -> Result<Response> {
    let id = once(termination::terminate(&cx, id, input).await)?;
    Ok(extract::data(&show::show(&cx, id).await?))
}

async fn api_agree(
    cx: Cx,
    Id(id): Id<Uuid>,
    Body(input): Body<termination::Agreement>,
) -> Result<Response> {
    let id = once(termination::accept(&cx, id, input).await)?;
    Ok(extract::data(&show::show(&cx, id).await?))
}

async fn api_call_off(cx: Cx, Id(id): Id<Uuid>, Body(Nothing): Body<Nothing>) -> Result<Response> {
    let id = once(termination::decline(&cx, id).await)?;
    Ok(extract::data(&show::show(&cx, id).await?))
}

async fn api_held(cx: Cx, Query(query): Query<hold::page::HeldQuery>) -> Result<Response> {
    Ok(hold::page::list(&cx, &query).await?.answer())
}

async fn api_decide(
    cx: Cx,
    Id(id): Id<Uuid>,
    Body(input): Body<hold::Verdict>,
) -> Result<Response> {
    let id = once(hold::decide(&cx, id, input).await)?;
    let mut tx = cx.read().await?;
    let view = show::any(&mut tx, id).await?;
    tx.finish().await?;
    Ok(extract::data(&view))
}
