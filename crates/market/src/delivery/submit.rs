//! Handing in a version of a milestone's work.

use super::store;
use crate::{
    activity, contract,
    milestone::{self, State, Step},
    policy,
};
use kernel::{Action, Cx, Error, Input, Reader, Result, events::Event, input::is_link};
use serde_json::json;
use uuid::Uuid;

/// Handing in work.
pub const SUBMIT: Action = Action::new("delivery.submit", "delivery", "contract.show");

/// A delivery to be handed in.
pub struct NewDelivery {
    /// What was done, in Markdown.
    pub message: String,
    /// Addresses of the work.
    pub links: Vec<String>,
    /// Files uploaded before.
    pub files: Vec<Uuid>,
}
impl Input for NewDelivery {
    fn read(r: &mut Reader) -> Self {
        let message = r.block("message", 1, 10_000);
        let links = r.lines("links", 0, 20, 2000);
        for (at, link) in links.iter().enumerate() {
            if !is_link(link) {
                r.fault(&format!("links/{at}"), "invalid_format");
            }
        }
        Self {
            message,
            links,
            files: r.ids("files", 0, files::MOST_FILES),
        }
    }
}

/// Hands in the next version; the client then has fourteen days to look at it.
///
/// # Errors
/// 404 for strangers, 403 for the client, 409 `not_funded`, `already_submitted`,
/// `already_approved`; 422 for files that are not the freelancer's own.
pub async fn submit(cx: &Cx, milestone_id: Uuid, input: &NewDelivery) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract_id = milestone::store::contract_of(&mut tx, milestone_id).await?;
    let contract = contract::store::lock(&mut tx, cx, contract_id).await?;
    let milestone = milestone::store::lock(&mut tx, milestone_id).await?;
    let id = base::id::new();
    let permit = cx.authorize(&SUBMIT, id, &contract.relations(cx))?;
    let to = milestone
        .state
        .after(Step::Submit)
        .ok_or(Error::conflict(match milestone.state {
            State::Submitted => "already_submitted",
            State::Approved => "already_approved",
            _ => "not_funded",
        }))?;
    let number = store::latest(&mut tx, milestone_id)
        .await?
        .map_or(1, |(_, last)| last + 1);
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "insert into market.delivery (workspace_id, id, milestone_id, number, message, links, submitted_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        workspace,
        id,
        milestone_id,
        number,
        input.message,
        &input.links,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    files::attach(&mut tx, cx, &input.files, store::RECORD, id).await?;
    sqlx::query!(
        "update market.milestone set state = $3, submitted_at = $4, review_until = $5, reminders = 0, version = version + 1
         where workspace_id = $1 and id = $2 and state in ('funded', 'changes_requested')",
        workspace,
        milestone_id,
        to.name(),
        now as _,
        now.plus_days(policy::MILESTONE_REVIEW_DAYS) as _
    )
    .execute(&mut *tx)
    .await?;
    tx.change("milestone_state", milestone.state.name(), to.name());
    activity::note(
        &mut tx,
        contract.id,
        "delivered",
        json!({"milestone": milestone.title, "n": number}),
    )
    .await?;
    let person = activity::name_of(&mut tx, contract.freelancer_id).await?;
    let notice = activity::notice(
        contract.client_id,
        "delivery_submitted",
        &contract.href(),
        json!({"contract": contract.title, "milestone": milestone.title, "person": person, "days": policy::MILESTONE_REVIEW_DAYS}),
    );
    tx.emit(Event::new(
        "market.delivery_submitted",
        "milestone",
        milestone_id,
        milestone.version + 1,
        json!({"contract_id": contract.id, "milestone_id": milestone_id, "delivery_id": id, "number": number, "notify": [notice]}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}
