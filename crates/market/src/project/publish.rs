//! Showing a project to others, giving it up, and taking it up again.

use super::{
    CANCEL, PUBLISH, REOPEN,
    create::missing,
    state::{State, Step},
    store,
};
use crate::{activity, search};
use kernel::{Cx, Error, Result, events::Event};
use serde_json::{Value, json};
use uuid::Uuid;

/// Opens a draft for proposals.
///
/// # Errors
/// 409 when it is no draft, 422 naming what it lacks.
pub async fn publish(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let project = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let permit = cx.authorize(&PUBLISH, id, &project.relations(cx))?;
    let to = project
        .state
        .after(Step::Publish)
        .ok_or(Error::conflict("project_not_draft"))?;
    let missing = missing(&project.description, &project.skills);
    if !missing.is_empty() {
        return Err(Error::Invalid(missing));
    }
    let version = store::move_to(&mut tx, &project, to, project.hired).await?;
    if project.visibility != "invite_only" {
        let skills = project.skills.join(" ");
        search::learn(&mut tx, &[&project.title, &skills, &project.description]).await?;
    }
    activity::note(&mut tx, id, "project_published", json!({})).await?;
    tx.emit(Event::new(
        "market.project_published",
        "project",
        id,
        version,
        json!({"title": project.title, "notify": []}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// Gives a project up that has no contract and no open offer; its bidders are told.
///
/// # Errors
/// 409 `project_has_contract` or `project_not_open`.
pub async fn cancel(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let project = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let permit = cx.authorize(&CANCEL, id, &project.relations(cx))?;
    let (live, _) = store::live_contracts(&mut tx, id).await?;
    if live > 0 {
        return Err(Error::conflict("project_has_contract"));
    }
    let to = project
        .state
        .after(Step::Cancel)
        .ok_or(Error::conflict("project_ended"))?;
    let version = store::move_to(&mut tx, &project, to, project.hired).await?;
    let closed = store::close_proposals(&mut tx, id).await?;
    let args = json!({"project": project.title});
    let notify: Vec<Value> = closed
        .iter()
        .map(|(proposal, member)| {
            activity::notice(
                *member,
                "project_cancelled",
                &format!("/proposals/{proposal}"),
                args.clone(),
            )
        })
        .collect();
    activity::note(&mut tx, id, "project_cancelled", json!({})).await?;
    tx.emit(Event::new(
        "market.project_cancelled",
        "project",
        id,
        version,
        json!({"notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// Takes an expired project up again for another thirty days.
///
/// # Errors
/// 409 when it has not expired.
pub async fn reopen(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let project = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let permit = cx.authorize(&REOPEN, id, &project.relations(cx))?;
    let to = project
        .state
        .after(Step::Reopen)
        .ok_or(Error::conflict("project_not_expired"))?;
    let version = store::move_to(&mut tx, &project, to, project.hired).await?;
    activity::note(&mut tx, id, "project_reopened", json!({})).await?;
    tx.emit(Event::new(
        "market.project_reopened",
        "project",
        id,
        version,
        json!({"notify": []}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// Whether a project in this state can be given up at all.
#[must_use]
pub const fn can_cancel(state: State) -> bool {
    state.after(Step::Cancel).is_some()
}
