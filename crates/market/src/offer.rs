//! Offers: the contract a client proposes on a proposal, until the freelancer answers.

mod pages;
pub mod retract;
pub mod send;

use crate::amendment::propose;
use axum::{
    response::Response,
    routing::{get, post},
};
use base::Instant;
use http::Method;
use kernel::{
    Body, Cx, Id, Input, Reader, Result, Route, access::Action, extract, input::Nothing, once,
    route::Idempotency,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// Making an offer; the record is the proposal's.
pub const SEND: Action = Action::new("offer.send", "contract", "proposal.show");
/// Taking an offer back.
pub const RETRACT: Action = Action::new("offer.retract", "contract", "contract.show");

/// What a client adds to a proposal's terms.
#[derive(Debug, Clone)]
pub struct NewOffer {
    /// Becomes part of the terms.
    pub message: Option<String>,
    /// Rounds of changes included per milestone.
    pub revisions: i64,
    /// What the deliveries of milestones must show.
    pub checklists: Vec<OfferChecklist>,
}

/// What a delivery of one milestone must show.
#[derive(Debug, Clone)]
pub struct OfferChecklist {
    /// The milestone's place in the proposal's plan, from 1.
    pub position: i64,
    /// Its points.
    pub checklist: Vec<String>,
}
impl Input for OfferChecklist {
    fn read(r: &mut Reader) -> Self {
        Self {
            position: r.integer("position", 1, 20),
            checklist: propose::checklist(r),
        }
    }
}

impl Input for NewOffer {
    fn read(r: &mut Reader) -> Self {
        let checklists: Vec<OfferChecklist> = r.objects("checklists", 0, 20);
        if r.is_sound() {
            let mut places: Vec<i64> = checklists.iter().map(|c| c.position).collect();
            places.sort_unstable();
            places.dedup();
            if places.len() != checklists.len() {
                r.fault("checklists", "unknown_milestone");
            }
        }
        Self {
            checklists,
            message: Some(r.block("message", 0, 2000)).filter(|t| !t.is_empty()),
            revisions: r
                .integer_opt("revisions", 0, 10)
                .unwrap_or(crate::policy::REVISIONS),
        }
    }
}

/// An offer, which is a contract in its first state.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OfferView {
    /// The contract's id.
    pub id: Uuid,
    /// Its project.
    pub project_id: Uuid,
    /// The proposal it is made on.
    pub proposal_id: Uuid,
    /// The client's member id.
    pub client_id: Uuid,
    /// The freelancer's member id.
    pub freelancer_id: Uuid,
    /// offered, or what became of it.
    pub state: String,
    /// Title.
    pub title: String,
    /// The terms, Markdown.
    pub terms: String,
    /// The whole amount.
    pub total: base::money::View,
    /// Rounds of changes included per milestone.
    pub revisions: i32,
    /// When it was made.
    pub offered_at: Instant,
    /// When it lapses.
    pub offer_expires_at: Option<Instant>,
    /// Counts changes.
    pub version: i64,
}

/// Routes of sending and retracting, API and pages.
#[must_use]
pub fn routes() -> Vec<Route> {
    let all = vec![
        Route::api(
            Method::POST,
            "/w/{workspace}/proposals/{proposal}/offer",
            "offer.send",
            post(api_send),
        )
        .codes(&[(409, "party_suspended")])
        .permission("offer.send")
        .idempotency(Idempotency::Accepted)
        .body::<NewOffer>()
        .example(json!({"message": "Welcome aboard.", "revisions": 3,
            "checklists": [{"position": 1, "checklist": ["Every page in both languages", "Loads within a second"]}]}))
        .answers::<OfferView>(201)
        .refuses(&[409]),
        Route::api(
            Method::POST,
            "/w/{workspace}/contracts/{contract}/retraction",
            "offer.retract",
            post(api_retract),
        )
        .permission("offer.retract")
        .idempotency(Idempotency::Accepted)
        .body::<Nothing>()
        .answers::<OfferView>(200)
        .refuses(&[409]),
        Route::page(
            Method::GET,
            "/w/{workspace}/proposals/{proposal}/offer",
            "offer.send",
            get(pages::offer),
        )
        .permission("offer.send"),
        Route::page(
            Method::POST,
            "/w/{workspace}/proposals/{proposal}/offer",
            "offer.send",
            post(pages::send),
        )
        .permission("offer.send")
        .idempotency(Idempotency::Accepted)
        .body::<NewOffer>(),
        Route::page(
            Method::GET,
            "/w/{workspace}/contracts/{contract}/retraction",
            "offer.retract",
            get(pages::retraction),
        )
        .permission("offer.retract"),
        Route::page(
            Method::POST,
            "/w/{workspace}/contracts/{contract}/retraction",
            "offer.retract",
            post(pages::retract),
        )
        .permission("offer.retract")
        .idempotency(Idempotency::Accepted)
        .body::<Nothing>(),
    ];
    all.into_iter()
        .map(|route| route.product("market"))
        .collect()
}

async fn api_send(cx: Cx, Id(proposal): Id<Uuid>, Body(input): Body<NewOffer>) -> Result<Response> {
    let id = once(send::send(&cx, proposal, input).await)?;
    Ok(extract::created(&send::show(&cx, id).await?))
}

async fn api_retract(cx: Cx, Id(contract): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    let id = once(retract::retract(&cx, contract).await)?;
    Ok(extract::data(&send::show(&cx, id).await?))
}
