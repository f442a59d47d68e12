//! Showing work in progress, and asking for a part of the milestone to be paid now.

use crate::{
    activity, contract,
    milestone::{self, State},
    policy,
};
use base::Money;
use kernel::{
    Action, Cx, Error, Input, Reader, Result, error::OnConstraint, events::Event, input::is_link,
};
use serde_json::json;
use uuid::Uuid;

/// Showing work in progress.
pub const SHARE: Action = Action::new("delivery.share", "share", "contract.show");

/// Work in progress to be shown.
pub struct NewShare {
    /// What there is to see, in Markdown.
    pub message: String,
    /// Addresses of the work.
    pub links: Vec<String>,
    /// Files uploaded before.
    pub files: Vec<Uuid>,
    /// What the part that is done is called, where a part is to be paid now.
    pub part_title: Option<String>,
    /// How much of the milestone is to be paid for it.
    pub part_amount: Option<Money>,
}
impl Input for NewShare {
    fn read(r: &mut Reader) -> Self {
        let message = r.block("message", 1, 10_000);
        let links = r.lines("links", 0, 20, 2000);
        for (at, link) in links.iter().enumerate() {
            if !is_link(link) {
                r.fault(&format!("links/{at}"), "invalid_format");
            }
        }
        let share = Self {
            message,
            links,
            files: r.ids("files", 0, files::MOST_FILES),
            part_title: r.line_opt("part_title", 120),
            part_amount: r.money_opt("part_amount"),
        };
        if r.is_sound() {
            match (&share.part_title, share.part_amount) {
                (Some(_), None) => r.fault("part_amount", "required"),
                (None, Some(_)) => r.fault("part_title", "required"),
                _ => {}
            }
        }
        share
    }
}

/// Shows work in progress; no clock starts. With a part, the client is asked to split it off and
/// release it.
///
/// # Errors
/// 404 for strangers, 403 for the client, 409 `not_funded`, `already_submitted`,
/// `already_approved`, `contract_paused`, `part_open`; 422 `more_than_held`.
pub async fn share(cx: &Cx, milestone_id: Uuid, input: &NewShare) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract_id = milestone::store::contract_of(&mut tx, milestone_id).await?;
    let contract = contract::store::lock(&mut tx, cx, contract_id).await?;
    let milestone = milestone::store::lock(&mut tx, milestone_id).await?;
    let id = base::id::new();
    let permit = cx.authorize(&SHARE, id, &contract.relations(cx))?;
    match milestone.state {
        State::Funded | State::ChangesRequested => {}
        State::Submitted => return Err(Error::conflict("already_submitted")),
        State::Approved => return Err(Error::conflict("already_approved")),
        _ => return Err(Error::conflict("not_funded")),
    }
    contract.must_be_active()?;
    if let Some(part) = input.part_amount
        && (part.currency != milestone.amount.currency || part.minor >= milestone.amount.minor)
    {
        return Err(Error::invalid("/part_amount", "more_than_held"));
    }
    let (workspace, now) = (tx.workspace(), tx.now());
    let number = sqlx::query_scalar!(
        r#"insert into market.share (workspace_id, id, milestone_id, number, message, links, shared_at, part_title, part_minor, part_state)
           select $1, $2, $3, coalesce(max(number), 0) + 1, $4, $5, $6, $7, $8, case when $8::bigint is not null then 'proposed' end
           from market.share where workspace_id = $1 and milestone_id = $3 returning number"#,
        workspace,
        id,
        milestone_id,
        input.message,
        &input.links,
        now as _,
        input.part_title,
        input.part_amount.map(|m| m.minor)
    )
    .fetch_one(&mut *tx)
    .await
    .on_constraint("share_part_once", Error::conflict("part_open"))?;
    files::attach(&mut tx, cx, &input.files, super::RECORD, id).await?;
    let person = activity::name_of(&mut tx, contract.freelancer_id).await?;
    let (kind, href, args) = match input.part_amount {
        Some(part) => (
            "part_delivered",
            format!("/shares/{id}/approval"),
            json!({"contract": contract.title, "milestone": milestone.title, "person": person, "amount": policy::told(part)}),
        ),
        None => (
            "work_shared",
            format!("/contracts/{contract_id}#milestone-{}", milestone.position),
            json!({"contract": contract.title, "milestone": milestone.title, "person": person}),
        ),
    };
    activity::note(
        &mut tx,
        contract_id,
        kind,
        json!({"milestone": milestone.title, "n": number}),
    )
    .await?;
    tx.change("milestone", (), milestone_id.to_string());
    tx.change("number", (), number);
    let notice = activity::notice(contract.client_id, kind, &href, args);
    tx.emit(Event::new(
        "market.work_shared",
        "share",
        id,
        1,
        json!({"contract_id": contract_id, "milestone_id": milestone_id, "share_id": id, "notify": [notice]}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}
