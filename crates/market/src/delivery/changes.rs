//! Asking for changes: the clock stands until the next version.

use super::store;
use crate::{
    activity, contract,
    milestone::{self, State, Step},
};
use kernel::{Action, Cx, Error, Input, Reader, Result, events::Event};
use serde_json::json;
use uuid::Uuid;

/// Asking for changes.
pub const REQUEST: Action = Action::new("delivery.request_changes", "delivery", "contract.show");

/// What is to be changed.
pub struct Changes {
    /// The points, in Markdown.
    pub changes: String,
}
impl Input for Changes {
    fn read(r: &mut Reader) -> Self {
        Self {
            changes: r.block("changes", 1, 5000),
        }
    }
}

/// Sends the newest delivery back with points to change, up to the rounds agreed.
///
/// # Errors
/// 404 for strangers, 403 for the freelancer, 409 `nothing_submitted`, `already_approved`,
/// `not_latest_delivery`, `contract_paused`, `revisions_used_up` (more rounds need an amendment).
pub async fn request(cx: &Cx, id: Uuid, input: Changes) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let delivery = store::load(&mut tx, id).await?;
    let contract_id = milestone::store::contract_of(&mut tx, delivery.milestone_id).await?;
    let contract = contract::store::lock(&mut tx, cx, contract_id).await?;
    let milestone = milestone::store::lock(&mut tx, delivery.milestone_id).await?;
    let permit = cx.authorize(&REQUEST, id, &contract.relations(cx))?;
    let to = milestone
        .state
        .after(Step::AskChanges)
        .ok_or(Error::conflict(refusal(milestone.state)))?;
    contract.must_be_active()?;
    if store::latest(&mut tx, milestone.id)
        .await?
        .is_none_or(|(latest, _)| latest != id)
    {
        return Err(Error::conflict("not_latest_delivery"));
    }
    let (workspace, now) = (tx.workspace(), tx.now());
    let used = sqlx::query_scalar!(
        r#"select count(*) as "n!" from market.delivery where workspace_id = $1 and milestone_id = $2 and changes is not null"#,
        workspace,
        milestone.id
    )
    .fetch_one(&mut *tx)
    .await?;
    if used >= i64::from(contract.revisions) {
        return Err(Error::conflict("revisions_used_up").with("n", i64::from(contract.revisions)));
    }
    sqlx::query!(
        "update market.delivery set changes = $3, changes_at = $4 where workspace_id = $1 and id = $2 and changes is null",
        workspace,
        id,
        input.changes,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update market.milestone set state = $3, review_until = null, reminders = 0, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'submitted'",
        workspace,
        milestone.id,
        to.name()
    )
    .execute(&mut *tx)
    .await?;
    tx.change("milestone_state", milestone.state.name(), to.name());
    let args = json!({"milestone": milestone.title, "n": delivery.number});
    activity::note(&mut tx, contract.id, "changes_requested", args).await?;
    let person = activity::name_of(&mut tx, contract.client_id).await?;
    let notice = activity::notice(
        contract.freelancer_id,
        "changes_requested",
        &contract.href(),
        json!({"contract": contract.title, "milestone": milestone.title, "person": person, "left": i64::from(contract.revisions) - used - 1}),
    );
    tx.emit(Event::new(
        "market.changes_requested",
        "milestone",
        milestone.id,
        milestone.version + 1,
        json!({"contract_id": contract.id, "milestone_id": milestone.id, "delivery_id": id, "notify": [notice]}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// Why nothing waits for a verdict in this state.
pub(crate) const fn refusal(state: State) -> &'static str {
    match state {
        State::Approved => "already_approved",
        _ => "nothing_submitted",
    }
}
