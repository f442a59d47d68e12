//! The client's answer to work in progress: a note, or the release of the part that is done.

use crate::{
    activity, contract, delivery,
    milestone::{self, State},
    policy,
};
use base::Money;
use kernel::{Action, Cx, Error, Input, Reader, Result, Tx, events::Event};
use ledger::Posting;
use serde_json::json;
use uuid::Uuid;

/// Writing back about work in progress.
pub const FEEDBACK: Action = Action::new("delivery.feedback", "share", "contract.show");
/// Approving a part: it is split off and released.
pub const APPROVE: Action = Action::new("delivery.approve_part", "share", "contract.show");

/// A note back.
pub struct Feedback {
    /// In Markdown.
    pub feedback: String,
}
impl Input for Feedback {
    fn read(r: &mut Reader) -> Self {
        Self {
            feedback: r.block("feedback", 1, 5000),
        }
    }
}

struct Stored {
    milestone_id: Uuid,
    part_title: Option<String>,
    part_minor: Option<i64>,
    part_state: Option<String>,
    version: i64,
}

async fn load(tx: &mut Tx, id: Uuid) -> Result<Stored> {
    let workspace = tx.workspace();
    sqlx::query_as!(
        Stored,
        "select milestone_id, part_title, part_minor, part_state, version from market.share where workspace_id = $1 and id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)
}

/// Whether there is still something to write back about: what was approved or has ended is past that.
///
/// # Errors
/// 409 `already_approved`, `contract_not_active`.
pub(super) fn takes_feedback(state: State) -> Result<()> {
    match state {
        State::Approved => Err(Error::conflict("already_approved")),
        held if held.is_held() => Ok(()),
        _ => Err(Error::conflict("contract_not_active")),
    }
}

/// Writes back once about work in progress; a part that was asked for is declined with it.
///
/// # Errors
/// 404 for strangers, 403 for the freelancer, 409 `already_answered`, and as [`takes_feedback`].
pub async fn feedback(cx: &Cx, id: Uuid, input: &Feedback) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let found = load(&mut tx, id).await?;
    let contract_id = milestone::store::contract_of(&mut tx, found.milestone_id).await?;
    let contract = contract::store::lock(&mut tx, cx, contract_id).await?;
    let milestone = milestone::store::lock(&mut tx, found.milestone_id).await?;
    let permit = cx.authorize(&FEEDBACK, id, &contract.relations(cx))?;
    takes_feedback(milestone.state)?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let done = sqlx::query!(
        "update market.share set feedback = $3, feedback_at = $4, version = version + 1,
                part_state = case when part_state = 'proposed' then 'declined' else part_state end
         where workspace_id = $1 and id = $2 and feedback is null",
        workspace,
        id,
        input.feedback,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(Error::conflict("already_answered"));
    }
    activity::note(
        &mut tx,
        contract_id,
        "feedback_given",
        json!({"milestone": milestone.title}),
    )
    .await?;
    let person = activity::name_of(&mut tx, contract.client_id).await?;
    let notice = activity::notice(
        contract.freelancer_id,
        "feedback_given",
        &format!("/contracts/{contract_id}#milestone-{}", milestone.position),
        json!({"contract": contract.title, "milestone": milestone.title, "person": person}),
    );
    tx.emit(Event::new(
        "market.feedback_given",
        "share",
        id,
        found.version + 1,
        json!({"contract_id": contract_id, "share_id": id, "notify": [notice]}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// Splits the part off as a milestone of its own and releases it; the rest stays funded.
///
/// # Errors
/// 404 for strangers, 403 for the freelancer, 409 `no_open_part`, `contract_paused`.
pub async fn approve_part(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let milestone_id = load(&mut tx, id).await?.milestone_id;
    let contract_id = milestone::store::contract_of(&mut tx, milestone_id).await?;
    let contract = contract::store::lock(&mut tx, cx, contract_id).await?;
    let milestone = milestone::store::lock(&mut tx, milestone_id).await?;
    let permit = cx.authorize(&APPROVE, id, &contract.relations(cx))?;
    let stored = load(&mut tx, id).await?;
    let (Some(title), Some(minor), Some("proposed")) = (
        stored.part_title,
        stored.part_minor,
        stored.part_state.as_deref(),
    ) else {
        return Err(Error::conflict("no_open_part"));
    };
    contract.must_be_active()?;
    let still = matches!(milestone.state, State::Funded | State::ChangesRequested);
    if !still || minor >= milestone.amount.minor {
        return Err(Error::conflict("no_open_part"));
    }
    let amount = Money::new(minor, milestone.amount.currency);
    let part = split(&mut tx, &milestone, &title, amount).await?;
    let workspace = tx.workspace();
    sqlx::query!(
        "update market.share set part_state = 'approved', part_id = $3, version = version + 1
         where workspace_id = $1 and id = $2 and part_state = 'proposed'",
        workspace,
        id,
        part.id
    )
    .execute(&mut *tx)
    .await?;
    let args = json!({"milestone": milestone.title, "part": title, "amount": policy::told(amount)});
    activity::note(&mut tx, contract_id, "money_part_split", args).await?;
    delivery::approve::release(&mut tx, &contract, &part, "client").await?;
    tx.commit(permit).await?;
    Ok(id)
}

/// Makes a part of a funded milestone a milestone of its own that waits for approval; its escrow
/// moves with it. The caller holds contract and milestone.
async fn split(
    tx: &mut Tx,
    whole: &milestone::store::Row,
    title: &str,
    amount: Money,
) -> Result<milestone::store::Row> {
    let (workspace, now, id) = (tx.workspace(), tx.now(), base::id::new());
    // The frozen fees are shared out exactly: the part takes its share, the rest keeps what is left.
    let nothing = Money::zero(amount.currency);
    let share = whole
        .payee_fee_minor
        .map(|_| milestone::show::split_of(whole, amount, nothing).0.minor);
    let client_share = whole
        .client_fee_minor
        .map(|_| milestone::show::client_fee_of(whole, amount, nothing).minor);
    sqlx::query!(
        "update market.milestone set amount_minor = amount_minor - $3, payee_fee_minor = payee_fee_minor - $4,
                client_fee_minor = client_fee_minor - $5, version = version + 1
         where workspace_id = $1 and id = $2 and state in ('funded', 'changes_requested')",
        workspace,
        whole.id,
        amount.minor,
        share,
        client_share
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into market.milestone (workspace_id, id, contract_id, position, title, amount_minor, currency, due_days, state,
                fee_basis_points, clearance_days, funded_at, due_at, submitted_at, review_until, split_from, fee_version, payee_fee_minor, client_fee_minor)
         select $1, $2, $3, max(position) + 1, $4, $5, $6, $7, 'submitted', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17
         from market.milestone where workspace_id = $1 and contract_id = $3",
        workspace,
        id,
        whole.contract_id,
        title,
        amount.minor,
        amount.currency.code(),
        whole.due_days,
        whole.fee_basis_points,
        whole.clearance_days,
        whole.funded_at as _,
        whole.due_at as _,
        now as _,
        now.plus_days(policy::MILESTONE_REVIEW_DAYS) as _,
        whole.id,
        whole.fee_version,
        share,
        client_share
    )
    .execute(&mut **tx)
    .await?;
    let posting = Posting::because(format!("market.split/{id}")).transfer(
        "split",
        ledger::account("escrow", whole.id),
        ledger::account("escrow", id),
        amount,
    );
    ledger::post(tx, posting).await?;
    milestone::store::lock(tx, id).await
}
