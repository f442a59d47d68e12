//! Sending a proposal and changing it while it has not been shortlisted.

use super::{
    RECORD, SUBMIT, UPDATE,
    answer::answered,
    input::{ChangeProposal, NewPart, NewProposal, sums},
    state::Step,
    store,
};
use crate::{
    activity, policy,
    project::{self, state::Step as ProjectStep},
};
use base::{Currency, Money};
use kernel::{Cx, Error, Fault, Result, Tx, error::OnConstraint, events::Event};
use serde_json::json;
use uuid::Uuid;

/// Bids on an open project that is not one's own, once at a time.
///
/// # Errors
/// 403 `own_project`, 409 `project_not_open` or `already_proposed`, 422.
pub async fn submit(cx: &Cx, project_id: Uuid, input: NewProposal) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let project = project::lock(&mut tx, project_id)
        .await?
        .ok_or(Error::NotFound)?;
    let relations = project.relations(cx);
    let id = base::id::new();
    if cx.me() == Some(project.owner_id) {
        return Err(Error::Forbidden("own_project"));
    }
    let permit = cx.authorize(&SUBMIT, id, &relations)?;
    let freelancer = cx.member()?.id;
    project
        .state
        .after(ProjectStep::Bid)
        .ok_or(Error::conflict("project_not_open"))?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let mut faults = foreign(project.budget_min.currency, input.bid, &input.milestones);
    faults.extend(past(input.available_from.as_deref(), now));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let answers = answered(&project.wishes.questions, &input.answers)?;
    sqlx::query!(
        "insert into market.proposal (workspace_id, id, project_id, freelancer_id, state, bid_minor, currency, cover_letter, duration_days,
                submitted_at, updated_at, answers, available_from, weekly_hours)
         values ($1, $2, $3, $4, 'submitted', $5, $6, $7, $8, $9, $9, $10, $11::text::date, $12)",
        workspace,
        id,
        project_id,
        freelancer,
        input.bid.minor,
        input.bid.currency.code(),
        input.cover_letter,
        small(input.duration_days),
        now as _,
        json!(answers),
        input.available_from,
        input.weekly_hours.map(small)
    )
    .execute(&mut *tx)
    .await
    .on_constraint("proposal_live_once", Error::conflict("already_proposed"))?;
    files::attach(&mut tx, cx, &input.files, RECORD, id).await?;
    project::invite::answered(&mut tx, project_id, freelancer, "proposed").await?;
    write_parts(&mut tx, id, &input.milestones).await?;
    sqlx::query!(
        "update market.project set proposals = proposals + 1 where workspace_id = $1 and id = $2",
        workspace,
        project_id
    )
    .execute(&mut *tx)
    .await?;
    project::touched(&mut tx, project_id).await?;
    let who = activity::name_of(&mut tx, freelancer).await?;
    let args = json!({"project": project.title, "person": who, "amount": policy::told(input.bid)});
    let notify = [activity::notice(
        project.owner_id,
        "proposal_received",
        &format!("/proposals/{id}"),
        args,
    )];
    activity::note(
        &mut tx,
        id,
        "proposal_submitted",
        json!({"amount": policy::told(input.bid)}),
    )
    .await?;
    tx.change("state", serde_json::Value::Null, "submitted");
    tx.emit(Event::new(
        "market.proposal_submitted",
        "proposal",
        id,
        1,
        json!({"project_id": project_id, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// Changes a proposal, made against `version`.
///
/// # Errors
/// 412 for another version, 409 once shortlisted, 422.
pub async fn update(cx: &Cx, id: Uuid, version: i64, input: ChangeProposal) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    // The project first, so that the questions answered are the ones that stand.
    let project_id = store::project_of(&mut tx, id)
        .await?
        .ok_or(Error::NotFound)?;
    let project = project::lock(&mut tx, project_id)
        .await?
        .ok_or(Error::NotFound)?;
    let row = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let permit = cx.authorize(&UPDATE, id, &row.relations(cx))?;
    row.state
        .after(Step::Edit)
        .ok_or(Error::conflict(Step::Edit.refusal()).with("state", row.state.name()))?;
    if row.version != version {
        return Err(Error::refused(412, "stale"));
    }
    let bid = input.bid.unwrap_or(row.bid);
    let parts = match input.milestones {
        Some(parts) => parts,
        None => store::parts(&mut tx, id, row.bid.currency)
            .await?
            .into_iter()
            .map(|p| NewPart {
                title: p.title,
                amount: p.amount,
                due_days: p.due_days.into(),
            })
            .collect(),
    };
    let (workspace, now) = (tx.workspace(), tx.now());
    check(row.bid, bid, &parts)?;
    if let Some(from) = &input.available_from
        && *from != row.available_from
    {
        let faults: Vec<Fault> = past(from.as_deref(), now).into_iter().collect();
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
    }
    let letter = input.cover_letter.unwrap_or(row.cover_letter);
    let days = input.duration_days.map_or(row.duration_days, small);
    let answers = match &input.answers {
        Some(given) => json!(answered(&project.wishes.questions, given)?),
        None => row.answers,
    };
    let from = input.available_from.unwrap_or(row.available_from);
    let hours = input
        .weekly_hours
        .map_or(row.weekly_hours, |h| h.map(small));
    let next = sqlx::query_scalar!(
        "update market.proposal set bid_minor = $4, cover_letter = $5, duration_days = $6, updated_at = $7, answers = $8,
                available_from = $9::text::date, weekly_hours = $10, version = version + 1
         where workspace_id = $1 and id = $2 and version = $3 and state = 'submitted' returning version",
        workspace,
        id,
        version,
        bid.minor,
        letter,
        days,
        now as _,
        answers,
        from,
        hours
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::refused(412, "stale"))?;
    sqlx::query!(
        "delete from market.proposal_milestone where workspace_id = $1 and proposal_id = $2",
        workspace,
        id
    )
    .execute(&mut *tx)
    .await?;
    write_parts(&mut tx, id, &parts).await?;
    if bid != row.bid {
        tx.change("bid_minor", row.bid.minor, bid.minor);
    }
    activity::note(
        &mut tx,
        id,
        "proposal_edited",
        json!({"amount": policy::told(bid)}),
    )
    .await?;
    tx.emit(Event::new(
        "market.proposal_edited",
        "proposal",
        id,
        next,
        json!({"notify": []}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

fn check(old: Money, bid: Money, parts: &[NewPart]) -> Result<()> {
    let mut faults = foreign(old.currency, bid, parts);
    if faults.is_empty() {
        let sums = sums(bid, parts).into_iter();
        faults.extend(sums.map(|(at, code)| Fault::new(format!("/{at}"), code)));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}

/// Each amount that is not in the project's currency.
fn foreign(own: Currency, bid: Money, parts: &[NewPart]) -> Vec<Fault> {
    let all = std::iter::once(("/bid".to_owned(), bid)).chain(
        parts
            .iter()
            .enumerate()
            .map(|(at, part)| (format!("/milestones/{at}/amount"), part.amount)),
    );
    all.filter(|(_, sum)| sum.currency != own)
        .map(|(at, _)| Fault::new(format!("{at}/currency"), "currency_mismatch"))
        .collect()
}

/// Nobody is free from a day on that has gone by.
fn past(from: Option<&str>, now: base::Instant) -> Option<Fault> {
    from.filter(|day| project::create::is_past(day, now))
        .map(|_| Fault::new("/available_from", "day_past"))
}

async fn write_parts(tx: &mut Tx, id: Uuid, parts: &[NewPart]) -> Result<()> {
    let workspace = tx.workspace();
    let titles: Vec<String> = parts.iter().map(|p| p.title.clone()).collect();
    let amounts: Vec<i64> = parts.iter().map(|p| p.amount.minor).collect();
    let days: Vec<i32> = parts.iter().map(|p| small(p.due_days)).collect();
    sqlx::query!(
        "insert into market.proposal_milestone (workspace_id, proposal_id, position, title, amount_minor, due_days)
         select $1, $2, part.position::integer, part.title, part.amount, part.days
         from unnest($3::text[], $4::bigint[], $5::integer[]) with ordinality as part (title, amount, days, position)",
        workspace,
        id,
        &titles,
        &amounts,
        &days
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn small(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
