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
    /// Numbers, from 1, of the checklist's points that this delivery fulfils.
    pub ticked: Vec<String>,
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
            ticked: r.lines("ticked", 0, 20, 2),
        }
    }
}

/// Hands in the next version; the client then has fourteen days to look at it.
///
/// # Errors
/// 404 for strangers, 403 for the client, 409 `not_funded`, `already_submitted`,
/// `already_approved`, `contract_paused`; 422 for files that are not the freelancer's own and for
/// points that the checklist does not have.
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
    contract.must_be_active()?;
    let ticked = ticked(&milestone.checklist, &input.ticked)?;
    let number = store::latest(&mut tx, milestone_id)
        .await?
        .map_or(1, |(_, last)| last + 1);
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "insert into market.delivery (workspace_id, id, milestone_id, number, message, links, submitted_at, checklist, ticked)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        workspace,
        id,
        milestone_id,
        number,
        input.message,
        &input.links,
        now as _,
        &milestone.checklist,
        &ticked
    )
    .execute(&mut *tx)
    .await?;
    crate::share::part_falls(&mut tx, milestone_id).await?;
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

/// Which points of the checklist are fulfilled.
fn ticked(checklist: &[String], numbers: &[String]) -> Result<Vec<bool>> {
    let mut done = vec![false; checklist.len()];
    for (at, number) in numbers.iter().enumerate() {
        let place = number.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        let point = place.and_then(|place| done.get_mut(place));
        *point.ok_or_else(|| Error::invalid(&format!("/ticked/{at}"), "invalid_choice"))? = true;
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::ticked;

    #[test]
    fn points_are_ticked_by_number() {
        let list = ["One".to_owned(), "Two".to_owned()];
        assert_eq!(
            ticked(&list, &["2".to_owned()]).ok(),
            Some(vec![false, true])
        );
        for wrong in ["0", "3", "x"] {
            assert!(ticked(&list, &[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }
}
