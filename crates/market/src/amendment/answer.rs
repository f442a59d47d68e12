//! The other side's answer to a change of terms: accept, decline; or the proposer takes it back.

use super::{apply, propose::standing, terms};
use crate::{
    activity,
    contract::{self, State, answer::Refusal, store::Row},
};
use base::Instant;
use kernel::{Action, Cx, Error, Result, Tx, events::Event};
use serde_json::{Value, json};
use uuid::Uuid;

/// Agreeing to a change.
pub const ACCEPT: Action = Action::new("amendment.accept", "amendment", "contract.show");
/// Declining a change.
pub const DECLINE: Action = Action::new("amendment.decline", "amendment", "contract.show");
/// Taking one's own proposal back.
pub const WITHDRAW: Action = Action::new("amendment.withdraw", "amendment", "contract.show");

struct Stored {
    contract_id: Uuid,
    kind: String,
    proposed_by: Uuid,
    state: String,
    before: Value,
    after: Value,
    lapses_at: Instant,
}

async fn load(tx: &mut Tx, id: Uuid) -> Result<Stored> {
    let workspace = tx.workspace();
    sqlx::query_as!(
        Stored,
        r#"select contract_id, kind, proposed_by, state, before, after, lapses_at as "lapses_at: Instant"
           from market.amendment where workspace_id = $1 and id = $2"#,
        workspace,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)
}

/// Locks the contract (with its project: a counter-offer may fill a position) and reads the
/// proposal as it is under that lock.
async fn locked(tx: &mut Tx, cx: &Cx, id: Uuid) -> Result<(Row, Stored)> {
    let found = load(tx, id).await?;
    let contract = contract::store::lock_from_project(tx, cx, found.contract_id).await?;
    Ok((contract, load(tx, id).await?))
}

fn open(stored: &Stored, now: Instant) -> Result<()> {
    if stored.state != "proposed" {
        return Err(Error::conflict("amendment_answered").with("state", stored.state.clone()));
    }
    if stored.lapses_at <= now {
        return Err(Error::conflict("amendment_lapsed"));
    }
    Ok(())
}

/// Agrees: the change becomes the terms. A counter-offer is agreed to with them: the contract is
/// accepted in the same transaction.
///
/// # Errors
/// 404 for strangers, 403 `own_proposal`, 409 `amendment_answered`, `amendment_lapsed`,
/// `amendment_outdated` when what it changes has moved on, `contract_not_amendable`,
/// `offer_not_open`, `funding_in_progress`.
pub async fn accept(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let (contract, stored) = locked(&mut tx, cx, id).await?;
    let permit = cx.authorize(&ACCEPT, id, &contract.relations(cx))?;
    if Some(stored.proposed_by) == cx.me() {
        return Err(Error::Forbidden("own_proposal"));
    }
    open(&stored, tx.now())?;
    let counter = stored.kind == "counter";
    if counter && contract.state != State::Offered {
        return Err(Error::conflict("offer_not_open"));
    }
    if !counter && !contract.state.takes_amendments() {
        return Err(Error::conflict("contract_not_amendable"));
    }
    let document = |value: Value| {
        serde_json::from_value::<terms::Terms>(value)
            .map_err(|e| Error::Internal(anyhow::anyhow!(e)))
    };
    let (before, after) = (document(stored.before)?, document(stored.after)?);
    let now_terms = standing(&mut tx, &contract).await?;
    if !terms::fits(&before, &after, &now_terms) {
        return Err(Error::conflict("amendment_outdated"));
    }
    answered(&mut tx, id, "accepted", None).await?;
    let row = apply::apply(&mut tx, &contract, &before, &after).await?;
    tx.change("total_minor", contract.total.minor, row.total.minor);
    activity::note(&mut tx, contract.id, "amendment_accepted", json!({})).await?;
    let mut version = row.version;
    if counter {
        contract::answer::sign(&mut tx, &contract).await?;
        version += 1;
    }
    let (kind, event) = if counter {
        ("counter_accepted", "market.counter_accepted")
    } else {
        ("amendment_accepted", "market.amendment_accepted")
    };
    tell(
        &mut tx,
        cx,
        &contract,
        id,
        stored.proposed_by,
        version,
        (kind, event),
    )
    .await?;
    tx.commit(permit).await?;
    Ok(id)
}

/// Declines: the terms stay as they are. A declined counter-offer leaves the offer standing.
///
/// # Errors
/// As [`accept`].
pub async fn decline(cx: &Cx, id: Uuid, input: Refusal) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let (contract, stored) = locked(&mut tx, cx, id).await?;
    let permit = cx.authorize(&DECLINE, id, &contract.relations(cx))?;
    if Some(stored.proposed_by) == cx.me() {
        return Err(Error::Forbidden("own_proposal"));
    }
    open(&stored, tx.now())?;
    answered(&mut tx, id, "declined", input.reason.as_deref()).await?;
    touch(&mut tx, contract.id).await?;
    activity::note(&mut tx, contract.id, "amendment_declined", json!({})).await?;
    let told = ("amendment_declined", "market.amendment_declined");
    tell(
        &mut tx,
        cx,
        &contract,
        id,
        stored.proposed_by,
        contract.version + 1,
        told,
    )
    .await?;
    tx.commit(permit).await?;
    Ok(id)
}

/// Takes one's own proposal back before it was answered.
///
/// # Errors
/// 404 for strangers, 403 `not_own_proposal`, 409 `amendment_answered`.
pub async fn withdraw(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let (contract, stored) = locked(&mut tx, cx, id).await?;
    let permit = cx.authorize(&WITHDRAW, id, &contract.relations(cx))?;
    if Some(stored.proposed_by) != cx.me() {
        return Err(Error::Forbidden("not_own_proposal"));
    }
    if stored.state != "proposed" {
        return Err(Error::conflict("amendment_answered").with("state", stored.state));
    }
    answered(&mut tx, id, "withdrawn", None).await?;
    touch(&mut tx, contract.id).await?;
    activity::note(&mut tx, contract.id, "amendment_withdrawn", json!({})).await?;
    let told = ("amendment_withdrawn", "market.amendment_withdrawn");
    let other = contract.other(stored.proposed_by);
    tell(
        &mut tx,
        cx,
        &contract,
        id,
        other,
        contract.version + 1,
        told,
    )
    .await?;
    tx.commit(permit).await?;
    Ok(id)
}

/// Ends a proposal the caller's contract lock protects.
pub(super) async fn answered(tx: &mut Tx, id: Uuid, state: &str, note: Option<&str>) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let done = sqlx::query!(
        "update market.amendment set state = $3, answered_at = $4, answer_note = $5, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'proposed'",
        workspace,
        id,
        state,
        now as _,
        note
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(Error::conflict("amendment_answered").with("state", state.to_owned()));
    }
    tx.change("amendment_state", "proposed", state);
    Ok(())
}

async fn touch(tx: &mut Tx, contract: Uuid) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "update market.contract set version = version + 1 where workspace_id = $1 and id = $2",
        workspace,
        contract
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The open proposal of a contract falls away, because the offer was answered otherwise or the
/// contract ended. The caller holds the contract.
pub(crate) async fn fall_away(tx: &mut Tx, contract: Uuid) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update market.amendment set state = 'withdrawn', answered_at = $3, version = version + 1
         where workspace_id = $1 and contract_id = $2 and state = 'proposed'",
        workspace,
        contract,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn tell(
    tx: &mut Tx,
    cx: &Cx,
    contract: &Row,
    id: Uuid,
    member: Uuid,
    version: i64,
    (kind, event): (&str, &'static str),
) -> Result<()> {
    let person = activity::name_of(tx, cx.member()?.id).await?;
    let href = if kind == "counter_accepted" {
        contract.href()
    } else {
        format!("/amendments/{id}")
    };
    let args = json!({"contract": contract.title, "person": person});
    tx.emit(Event::new(
        event,
        "contract",
        contract.id,
        version,
        json!({"contract_id": contract.id, "amendment_id": id, "notify": [activity::notice(member, kind, &href, args)]}),
    ));
    Ok(())
}
