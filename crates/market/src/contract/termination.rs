//! Ending a running contract: one side proposes what becomes of every funded milestone, the other
//! agrees, proposes otherwise or calls it off. With nothing funded one side is enough.

pub mod lapse;
pub mod page;

use super::{
    State, Step, hold, settle,
    stop::{go_on, stop},
    store,
};
use crate::{activity, milestone, policy};
use base::{Instant, Money, money};
use kernel::{Action, Cx, Error, Input, Reader, Result, Tx, events::Event};
use serde_json::json;
use uuid::Uuid;

/// Proposing to end a contract, or ending it when nothing is funded.
pub const TERMINATE: Action = Action::new("contract.terminate", "contract", "contract.show");
/// Agreeing to the proposed end.
pub const ACCEPT: Action = Action::new("contract.accept_termination", "contract", "contract.show");
/// Calling the proposed end off.
pub const DECLINE: Action =
    Action::new("contract.decline_termination", "contract", "contract.show");

/// What shall become of one funded milestone.
pub struct Settlement {
    /// The milestone.
    pub milestone_id: Uuid,
    /// `release`: all to the freelancer; `refund`: all back; `split`: `release` of it is released.
    pub outcome: &'static str,
    /// With `split`: how much is released, before the fee.
    pub release: Option<Money>,
}
impl Input for Settlement {
    fn read(r: &mut Reader) -> Self {
        let outcome = r.choice("outcome", &["refund", "release", "split"]);
        let release = r.money_opt("release");
        if r.is_sound() && outcome == "split" && release.is_none() {
            r.fault("release", "required");
        }
        Self {
            milestone_id: r.id("milestone_id"),
            outcome,
            release,
        }
    }
}

/// How a contract shall end.
pub struct Termination {
    /// Why; the other party reads it.
    pub reason: String,
    /// One entry for each funded milestone; none when nothing is funded.
    pub settlement: Vec<Settlement>,
}
impl Input for Termination {
    fn read(r: &mut Reader) -> Self {
        Self {
            reason: r.line("reason", 1, 500),
            // More than a contract may hold at a time, so that each can be ended.
            settlement: r.objects("settlement", 0, 100),
        }
    }
}

/// Which proposal is agreed to: it may have been replaced since it was read.
pub struct Agreement {
    /// The proposal.
    pub termination_id: Uuid,
}
impl Input for Agreement {
    fn read(r: &mut Reader) -> Self {
        Self {
            termination_id: r.id("termination_id"),
        }
    }
}

/// A proposed or agreed end.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct TerminationView {
    /// Its id, to be named when it is agreed to.
    pub id: Uuid,
    /// The member who proposed it.
    pub proposed_by: Uuid,
    /// Why.
    pub reason: String,
    /// `proposed`, `agreed`, `replaced`, `called_off`, `lapsed`, or `decided` by staff.
    pub state: String,
    /// What becomes of each funded milestone.
    pub settlement: Vec<SettlementView>,
    /// When it was proposed.
    pub proposed_at: Instant,
    /// When it lapses without an answer; staff then decide.
    pub lapses_at: Instant,
    /// When it was answered.
    pub answered_at: Option<Instant>,
}

/// What becomes of one funded milestone.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct SettlementView {
    /// The milestone.
    pub milestone_id: Uuid,
    /// Goes to the freelancer, before the fee.
    pub release: money::View,
    /// Goes back to the client.
    pub refund: money::View,
}

/// The newest proposal to end a contract.
pub(crate) async fn latest(tx: &mut Tx, contract: Uuid) -> Result<Option<TerminationView>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select t.id, t.proposed_by, t.reason, t.state, t.proposed_at as "proposed_at: Instant", t.lapses_at as "lapses_at: Instant",
                  t.answered_at as "answered_at: Instant", m.id as "milestone_id?", p.release_minor as "release_minor?",
                  p.refund_minor as "refund_minor?", m.currency as "currency?"
           from (select * from market.termination where workspace_id = $1 and contract_id = $2
                 order by proposed_at desc, id desc limit 1) t
           left join market.termination_part p on p.workspace_id = t.workspace_id and p.termination_id = t.id
           left join market.milestone m on m.workspace_id = p.workspace_id and m.id = p.milestone_id
           order by m.position"#,
        workspace,
        contract
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut view: Option<TerminationView> = None;
    for r in rows {
        let found = view.get_or_insert_with(|| TerminationView {
            id: r.id,
            proposed_by: r.proposed_by,
            reason: r.reason.clone(),
            state: r.state.clone(),
            settlement: vec![],
            proposed_at: r.proposed_at,
            lapses_at: r.lapses_at,
            answered_at: r.answered_at,
        });
        if let (Some(milestone_id), Some(release), Some(refund), Some(currency)) =
            (r.milestone_id, r.release_minor, r.refund_minor, r.currency)
        {
            found.settlement.push(SettlementView {
                milestone_id,
                release: policy::money(release, &currency)?.into(),
                refund: policy::money(refund, &currency)?.into(),
            });
        }
    }
    Ok(view)
}

/// Proposes to end a running contract, or answers a proposal with another one. When nothing is
/// funded it ends at once.
///
/// # Errors
/// 404 for strangers, 409 `contract_not_running`, 422 at `/settlement` when it does not name each
/// funded milestone once, or releases more than is held.
pub async fn terminate(cx: &Cx, id: Uuid, input: Termination) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract = store::lock_from_project(&mut tx, cx, id).await?;
    let permit = cx.authorize(&TERMINATE, id, &contract.relations(cx))?;
    let again = contract.state == State::Terminating;
    if !again && contract.state.after(Step::Terminate).is_none() {
        return Err(Error::conflict("contract_not_running"));
    }
    let milestones = milestone::store::of_contract(&mut tx, id).await?;
    let held: Vec<_> = milestones
        .into_iter()
        .filter(|m| m.state.is_held())
        .collect();
    let parts = parts(&held, &input.settlement)?;
    let me = cx.member()?.id;
    let (workspace, now) = (tx.workspace(), tx.now());
    let ends = held.is_empty();
    close(&mut tx, id, "replaced").await?;
    let proposal = base::id::new();
    sqlx::query!(
        "insert into market.termination (workspace_id, id, contract_id, proposed_by, reason, state, proposed_at, lapses_at, answered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, case when $9 then $7::timestamptz end)",
        workspace,
        proposal,
        id,
        me,
        input.reason,
        if ends { "agreed" } else { "proposed" },
        now as _,
        now.plus_days(policy::SETTLEMENT_DAYS) as _,
        ends
    )
    .execute(&mut *tx)
    .await?;
    if ends {
        settle::end(&mut tx, &contract, &[], "both", &input.reason).await?;
        tx.commit(permit).await?;
        return Ok(id);
    }
    let ids: Vec<Uuid> = parts.iter().map(|p| p.milestone).collect();
    let releases: Vec<i64> = parts.iter().map(|p| p.release_minor).collect();
    let refunds: Vec<i64> = held
        .iter()
        .zip(&releases)
        .map(|(m, released)| m.amount.minor - released)
        .collect();
    sqlx::query!(
        "insert into market.termination_part (workspace_id, termination_id, milestone_id, release_minor, refund_minor)
         select $1, $2, m, r, b from unnest($3::uuid[], $4::bigint[], $5::bigint[]) as t (m, r, b)",
        workspace,
        proposal,
        &ids,
        &releases,
        &refunds
    )
    .execute(&mut *tx)
    .await?;
    let version = contract.version + 1;
    if again {
        sqlx::query!(
            "update market.contract set version = version + 1 where workspace_id = $1 and id = $2",
            workspace,
            id
        )
        .execute(&mut *tx)
        .await?;
    } else {
        stop(&mut tx, &contract, State::Terminating, Some(&input.reason)).await?;
    }
    activity::note(
        &mut tx,
        id,
        "termination_proposed",
        json!({"reason": input.reason}),
    )
    .await?;
    let person = activity::name_of(&mut tx, me).await?;
    let args = json!({"contract": contract.title, "person": person, "reason": input.reason, "days": policy::SETTLEMENT_DAYS});
    let mut notify = vec![activity::notice(
        contract.other(me),
        "termination_proposed",
        &contract.href(),
        args.clone(),
    )];
    // A suspended party cannot answer: staff decide.
    if contract.before_hold.is_some() {
        for staff in hold::staff(&mut tx).await? {
            let href = format!("/contracts/{id}/decision");
            notify.push(activity::notice(
                staff,
                "settlement_waits",
                &href,
                args.clone(),
            ));
        }
    }
    tx.emit(Event::new(
        "market.termination_proposed",
        "contract",
        id,
        version,
        json!({"contract_id": id, "termination_id": proposal, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// Reads a settlement against what is held: each funded milestone once, no more than it holds.
fn parts(held: &[milestone::store::Row], settlement: &[Settlement]) -> Result<Vec<settle::Part>> {
    for (at, one) in settlement.iter().enumerate() {
        let known = held.iter().any(|m| m.id == one.milestone_id);
        let twice = settlement
            .iter()
            .filter(|s| s.milestone_id == one.milestone_id)
            .count()
            > 1;
        if !known || twice {
            let pointer = format!("/settlement/{at}/milestone_id");
            return Err(Error::invalid(&pointer, "unknown_milestone"));
        }
    }
    held.iter()
        .map(|m| {
            let at = settlement.iter().position(|s| s.milestone_id == m.id);
            let (at, one) = at
                .and_then(|at| settlement.get(at).map(|one| (at, one)))
                .ok_or(Error::invalid("/settlement", "settlement_incomplete"))?;
            let release_minor = match (one.outcome, one.release) {
                ("release", _) => m.amount.minor,
                ("split", Some(sum))
                    if sum.currency == m.amount.currency && sum.minor < m.amount.minor =>
                {
                    sum.minor
                }
                ("split", _) => {
                    let pointer = format!("/settlement/{at}/release");
                    return Err(Error::invalid(&pointer, "more_than_held"));
                }
                _ => 0,
            };
            Ok(settle::Part {
                milestone: m.id,
                release_minor,
            })
        })
        .collect()
}

/// Ends the open proposal of a contract, if there is one.
pub(super) async fn close(tx: &mut Tx, contract: Uuid, state: &str) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update market.termination set state = $3, answered_at = $4
         where workspace_id = $1 and contract_id = $2 and state = 'proposed'",
        workspace,
        contract,
        state,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn open(tx: &mut Tx, contract: &store::Row) -> Result<TerminationView> {
    if contract.state != State::Terminating {
        return Err(Error::conflict("no_termination"));
    }
    let found = latest(tx, contract.id).await?;
    found
        .filter(|t| t.state == "proposed")
        .ok_or(Error::conflict("termination_lapsed"))
}

/// The other party agrees: the escrow is settled as proposed and the contract is over.
///
/// # Errors
/// 404 for strangers, 403 `own_proposal`, 409 `no_termination`, `termination_lapsed`,
/// `termination_changed` when another proposal has taken its place.
pub async fn accept(cx: &Cx, id: Uuid, input: Agreement) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract = store::lock_from_project(&mut tx, cx, id).await?;
    let permit = cx.authorize(&ACCEPT, id, &contract.relations(cx))?;
    let proposal = open(&mut tx, &contract).await?;
    if proposal.id != input.termination_id {
        return Err(Error::conflict("termination_changed"));
    }
    if Some(proposal.proposed_by) == cx.me() {
        return Err(Error::Forbidden("own_proposal"));
    }
    if proposal.lapses_at <= tx.now() {
        return Err(Error::conflict("termination_lapsed"));
    }
    let parts: Vec<_> = proposal
        .settlement
        .iter()
        .map(|s| settle::Part {
            milestone: s.milestone_id,
            release_minor: s.release.amount_minor,
        })
        .collect();
    close(&mut tx, id, "agreed").await?;
    settle::end(&mut tx, &contract, &parts, "both", &proposal.reason).await?;
    tx.commit(permit).await?;
    Ok(id)
}

/// Calls a proposed end off, by either side: the contract is where it was, its clocks go on; on
/// hold while a party is suspended.
///
/// # Errors
/// 404 for strangers, 409 `no_termination`, `termination_lapsed`.
pub async fn decline(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract = store::lock(&mut tx, cx, id).await?;
    let permit = cx.authorize(&DECLINE, id, &contract.relations(cx))?;
    open(&mut tx, &contract).await?;
    let before = contract.before_termination.unwrap_or(State::Active);
    let gone = hold::suspended(&mut tx, &contract.parties()).await?;
    let back = if gone.is_some() {
        State::OnHold
    } else {
        before
    };
    let to = back
        .back()
        .and_then(|step| contract.state.after(step))
        .ok_or(Error::conflict("no_termination"))?;
    close(&mut tx, id, "called_off").await?;
    go_on(&mut tx, &contract, to).await?;
    activity::note(&mut tx, id, "termination_called_off", json!({})).await?;
    let me = cx.member()?.id;
    let person = activity::name_of(&mut tx, me).await?;
    let notice = activity::notice(
        contract.other(me),
        "termination_called_off",
        &contract.href(),
        json!({"contract": contract.title, "person": person}),
    );
    tx.emit(Event::new(
        "market.termination_called_off",
        "contract",
        id,
        contract.version + 1,
        json!({"contract_id": id, "notify": [notice]}),
    ));
    if let Some(member) = gone.filter(|_| before != State::OnHold) {
        hold::tell(&mut tx, &contract, member).await?;
    }
    tx.commit(permit).await?;
    Ok(id)
}
