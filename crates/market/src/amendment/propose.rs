//! Proposing a change of terms, or answering an offer with changed terms.

use super::terms::{self, Terms};
use crate::{
    activity,
    contract::{self, State, store::Row},
    milestone, policy,
};
use base::Money;
use kernel::{
    Action, Cx, Error, Fault, Input, Reader, Result, Tx, error::OnConstraint, events::Event,
};
use serde_json::json;
use uuid::Uuid;

/// Proposing a change.
pub const PROPOSE: Action = Action::new("amendment.propose", "amendment", "contract.show");
/// Answering an offer with changed terms.
pub const COUNTER: Action = Action::new("offer.counter", "amendment", "contract.show");

/// A milestone as it shall be.
#[derive(Debug, Clone)]
pub struct NewTerm {
    /// The milestone meant; none adds one.
    pub id: Option<Uuid>,
    /// Its title.
    pub title: String,
    /// What it costs.
    pub amount: Money,
    /// Days after funding at which it is due.
    pub due_days: i64,
    /// What a delivery must show.
    pub checklist: Vec<String>,
    /// Whether it falls away; the same as leaving it out.
    pub remove: bool,
}

/// What a delivery must show, up to 20 points of 200 characters.
pub(crate) fn checklist(r: &mut Reader) -> Vec<String> {
    // Forms bring one point on each line, so that a point may have commas in it.
    let lines = r.block("checklist_text", 0, 4100);
    let mut checklist = r.lines("checklist", 0, 20, 200);
    checklist.extend(
        lines
            .lines()
            .map(str::trim)
            .filter(|l| !l.is_empty())
            .map(str::to_owned),
    );
    if r.is_sound() && (checklist.len() > 20 || checklist.iter().any(|p| p.chars().count() > 200)) {
        r.fault("checklist_text", "invalid_format");
    }
    checklist
}

impl Input for NewTerm {
    fn read(r: &mut Reader) -> Self {
        let checklist = checklist(r);
        Self {
            id: r.id_opt("milestone_id"),
            title: r.line("title", 1, 120),
            amount: r.money("amount"),
            due_days: r.integer("due_days", 1, 730),
            checklist,
            remove: r.flag("remove"),
        }
    }
}

/// The terms as they shall be; what is absent stays.
#[derive(Debug, Clone)]
pub struct NewAmendment {
    /// All milestones that are not funded yet, as they shall be; a funded one may be named to
    /// change its date or checklist.
    pub milestones: Option<Vec<NewTerm>>,
    /// Rounds of changes per milestone.
    pub revisions: Option<i64>,
    /// What is to be done, Markdown.
    pub description: Option<String>,
    /// A word to the other side.
    pub note: String,
}
impl Input for NewAmendment {
    fn read(r: &mut Reader) -> Self {
        let given = r.given("milestones");
        let milestones = r.objects("milestones", 0, 40);
        Self {
            milestones: given.then_some(milestones),
            revisions: r.integer_opt("revisions", 0, 10),
            description: Some(r.block("description", 0, 30_000)).filter(|t| !t.is_empty()),
            note: r.block("note", 0, 2000),
        }
    }
}

/// The terms of a contract as they stand.
///
/// # Errors
/// The database's.
pub(crate) async fn standing(tx: &mut Tx, contract: &Row) -> Result<Terms> {
    let workspace = tx.workspace();
    let description = sqlx::query_scalar!(
        "select terms from market.contract where workspace_id = $1 and id = $2",
        workspace,
        contract.id
    )
    .fetch_one(&mut **tx)
    .await?;
    let milestones = milestone::store::of_contract(tx, contract.id).await?;
    Ok(terms::of(
        &description,
        contract.revisions,
        contract.total,
        &milestones,
    ))
}

/// Proposes a change of the terms of a signed contract; the other side has a week to answer.
///
/// # Errors
/// 404 for strangers, 409 `contract_not_amendable`, `amendment_open` while another waits; 422 for
/// what cannot be changed.
pub async fn propose(cx: &Cx, contract_id: Uuid, input: &NewAmendment) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract = contract::store::lock(&mut tx, cx, contract_id).await?;
    let id = base::id::new();
    let permit = cx.authorize(&PROPOSE, id, &contract.relations(cx))?;
    if !contract.state.takes_amendments() {
        return Err(Error::conflict("contract_not_amendable"));
    }
    let after = insert(&mut tx, cx, &contract, id, "amendment", input).await?;
    activity::note(&mut tx, contract_id, "amendment_proposed", json!({})).await?;
    tell(
        &mut tx,
        cx,
        &contract,
        id,
        &after,
        "amendment_proposed",
        "market.amendment_proposed",
    )
    .await?;
    tx.commit(permit).await?;
    Ok(id)
}

/// The freelancer answers an offer with changed terms; the offer waits for the client's answer.
///
/// # Errors
/// 404 for strangers, 403 for the client, 409 `offer_not_open`, `offer_expired`, `amendment_open`.
pub async fn counter(cx: &Cx, contract_id: Uuid, input: &NewAmendment) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract = contract::store::lock(&mut tx, cx, contract_id).await?;
    let id = base::id::new();
    let permit = cx.authorize(&COUNTER, id, &contract.relations(cx))?;
    if contract.state != State::Offered {
        return Err(Error::conflict("offer_not_open"));
    }
    let (workspace, now) = (tx.workspace(), tx.now());
    if contract.offer_expires_at.is_some_and(|until| until <= now) {
        return Err(Error::conflict("offer_expired"));
    }
    let after = insert(&mut tx, cx, &contract, id, "counter", input).await?;
    sqlx::query!(
        "update market.contract set offer_expires_at = $3 where workspace_id = $1 and id = $2 and state = 'offered'",
        workspace,
        contract_id,
        now.plus_days(policy::OFFER_DAYS) as _
    )
    .execute(&mut *tx)
    .await?;
    let told = json!({"amount": told(&after)?});
    activity::note(&mut tx, contract_id, "offer_countered", told).await?;
    tell(
        &mut tx,
        cx,
        &contract,
        id,
        &after,
        "offer_countered",
        "market.offer_countered",
    )
    .await?;
    tx.commit(permit).await?;
    Ok(id)
}

fn told(terms: &Terms) -> Result<String> {
    Ok(policy::told(policy::money(
        terms.total.amount_minor,
        &terms.total.currency,
    )?))
}

async fn insert(
    tx: &mut Tx,
    cx: &Cx,
    contract: &Row,
    id: Uuid,
    kind: &str,
    input: &NewAmendment,
) -> Result<Terms> {
    let before = standing(tx, contract).await?;
    let after = terms::after(&before, input).map_err(Error::Invalid)?;
    let added = after.milestones.len() > before.milestones.len();
    if added && after.milestones.len() > policy::LIVE_MILESTONES {
        // What is approved stays in the terms, and does not count.
        let milestones = milestone::store::of_contract(tx, contract.id).await?;
        let done = milestones
            .iter()
            .filter(|m| m.state == milestone::State::Approved)
            .count();
        if after.milestones.len() - done > policy::LIVE_MILESTONES {
            let most = i64::try_from(policy::LIVE_MILESTONES).unwrap_or(0);
            return Err(Error::Invalid(vec![Fault {
                args: vec![("most", most.into())],
                ..Fault::new("/milestones", "too_many")
            }]));
        }
    }
    let document = |terms: &Terms| {
        serde_json::to_value(terms).map_err(|e| Error::Internal(anyhow::anyhow!(e)))
    };
    let (workspace, now, me) = (tx.workspace(), tx.now(), cx.member()?.id);
    sqlx::query!(
        "insert into market.amendment (workspace_id, id, contract_id, number, kind, proposed_by, state, note, before, after, proposed_at, lapses_at)
         select $1, $2, $3, coalesce(max(number), 0) + 1, $4, $5, 'proposed', $6, $7, $8, $9, $10
         from market.amendment where workspace_id = $1 and contract_id = $3",
        workspace,
        id,
        contract.id,
        kind,
        me,
        input.note,
        document(&before)?,
        document(&after)?,
        now as _,
        now.plus_days(policy::OFFER_DAYS) as _
    )
    .execute(&mut **tx)
    .await
    .on_constraint("amendment_once", Error::conflict("amendment_open"))?;
    sqlx::query!(
        "update market.contract set version = version + 1 where workspace_id = $1 and id = $2",
        workspace,
        contract.id
    )
    .execute(&mut **tx)
    .await?;
    tx.change(
        "proposed_total_minor",
        before.total.amount_minor,
        after.total.amount_minor,
    );
    Ok(after)
}

async fn tell(
    tx: &mut Tx,
    cx: &Cx,
    contract: &Row,
    id: Uuid,
    after: &Terms,
    kind: &str,
    event: &'static str,
) -> Result<()> {
    let me = cx.member()?.id;
    let person = activity::name_of(tx, me).await?;
    let notice = activity::notice(
        contract.other(me),
        kind,
        &format!("/amendments/{id}"),
        json!({"contract": contract.title, "person": person, "amount": told(after)?, "days": policy::OFFER_DAYS}),
    );
    tx.emit(Event::new(
        event,
        "contract",
        contract.id,
        contract.version + 1,
        json!({"contract_id": contract.id, "amendment_id": id, "notify": [notice]}),
    ));
    Ok(())
}
