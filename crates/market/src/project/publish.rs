//! Showing a project to others, giving it up, and taking it up again.

use super::{
    ARCHIVE, CANCEL, CLOSE_HIRING, PAUSE, PUBLISH, REOPEN,
    create::{missing, past},
    state::{State, Step},
    store,
};
use crate::{activity, search};
use kernel::{
    Cx, Error, Result, Tx,
    access::{Action, Permit},
    events::Event,
};
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
    past(&project.wishes, tx.now())?;
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
/// 409 `project_has_contract` that names the newest, or `project_ended`.
pub async fn cancel(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let project = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let permit = cx.authorize(&CANCEL, id, &project.relations(cx))?;
    if let Some(contract) = store::live_contract(&mut tx, id).await? {
        let refusal = Error::conflict("project_has_contract");
        return Err(refusal.with("contract_id", contract.to_string()));
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

/// Takes up again what expired, or what hires no more while a position is free, for another thirty
/// days.
///
/// # Errors
/// 409 when it did neither, or when every position is filled.
pub async fn reopen(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let (mut tx, project, permit) = held(cx, id, &REOPEN).await?;
    if project.state == State::InProgress && project.hired >= project.positions {
        return Err(Error::conflict("positions_filled"));
    }
    let version = take(&mut tx, &project, Step::Reopen, "project_not_expired").await?;
    done(&mut tx, id, version, "project_reopened", vec![]).await?;
    tx.commit(permit).await?;
    Ok(id)
}

/// Takes no proposals until it is resumed; what was sent stays and its authors are told.
///
/// # Errors
/// 409 when it is not open.
pub async fn pause(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let (mut tx, project, permit) = held(cx, id, &PAUSE).await?;
    let version = take(&mut tx, &project, Step::Pause, "project_not_open").await?;
    let told = bidders(&mut tx, &project, "project_paused").await?;
    done(&mut tx, id, version, "project_paused", told).await?;
    tx.commit(permit).await?;
    Ok(id)
}

/// Takes proposals again, for another thirty days.
///
/// # Errors
/// 409 when it is not paused.
pub async fn resume(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let (mut tx, project, permit) = held(cx, id, &PAUSE).await?;
    let version = take(&mut tx, &project, Step::Resume, "project_not_paused").await?;
    let told = bidders(&mut tx, &project, "project_resumed").await?;
    done(&mut tx, id, version, "project_resumed", told).await?;
    tx.commit(permit).await?;
    Ok(id)
}

/// Hires no more although positions are free: who still waits is told, the work goes on.
///
/// # Errors
/// 409 when nobody was hired, when an offer waits for its answer, or when it is not open.
pub async fn close_hiring(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let (mut tx, project, permit) = held(cx, id, &CLOSE_HIRING).await?;
    project
        .state
        .after(Step::CloseHiring)
        .ok_or(Error::conflict("project_not_open"))?;
    if store::live_contracts(&mut tx, id).await?.1 > 0 {
        return Err(Error::conflict("offer_open"));
    }
    if project.hired == 0 {
        return Err(Error::conflict("nobody_hired"));
    }
    let version = take(&mut tx, &project, Step::CloseHiring, "project_not_open").await?;
    let args = json!({"project": project.title});
    let closed = store::close_proposals(&mut tx, id).await?;
    let told = told(&closed, "proposal_closed", &args);
    done(&mut tx, id, version, "project_hiring_closed", told).await?;
    super::completed(&mut tx, id).await?;
    tx.commit(permit).await?;
    Ok(id)
}

/// Puts an ended project away: it leaves the list of one's own projects and stays readable.
///
/// # Errors
/// 409 when it has not ended; 409 when it is put away already.
pub async fn archive(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let (mut tx, project, permit) = held(cx, id, &ARCHIVE).await?;
    if !matches!(project.state, State::Completed | State::Cancelled) {
        return Err(Error::conflict("project_not_ended"));
    }
    if project.archived_at.is_some() {
        return Err(Error::conflict("project_archived"));
    }
    let (workspace, now) = (tx.workspace(), tx.now());
    let version = sqlx::query_scalar!(
        "update market.project set archived_at = $3, version = version + 1
         where workspace_id = $1 and id = $2 and archived_at is null returning version",
        workspace,
        id,
        now as _
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::conflict("project_archived"))?;
    tx.change("archived", false, true);
    done(&mut tx, id, version, "project_archived", vec![]).await?;
    tx.commit(permit).await?;
    Ok(id)
}

/// The project locked, and the right to do `action` with it.
async fn held(cx: &Cx, id: Uuid, action: &Action) -> Result<(Tx, store::Row, Permit)> {
    let mut tx = cx.begin().await?;
    let project = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let permit = cx.authorize(action, id, &project.relations(cx))?;
    Ok((tx, project, permit))
}

async fn take(tx: &mut Tx, project: &store::Row, step: Step, refusal: &'static str) -> Result<i64> {
    let to = project.state.after(step).ok_or(Error::conflict(refusal))?;
    store::move_to(tx, project, to, project.hired).await
}

/// Everyone whose proposal is alive, told once.
async fn bidders(tx: &mut Tx, project: &store::Row, kind: &str) -> Result<Vec<Value>> {
    let bidders = store::bidders(tx, project.id).await?;
    Ok(told(&bidders, kind, &json!({"project": project.title})))
}

fn told(bidders: &[(Uuid, Uuid)], kind: &str, args: &Value) -> Vec<Value> {
    let notices = bidders.iter().map(|(proposal, member)| {
        activity::notice(
            *member,
            kind,
            &format!("/proposals/{proposal}"),
            args.clone(),
        )
    });
    notices.collect()
}

async fn done(
    tx: &mut Tx,
    id: Uuid,
    version: i64,
    kind: &'static str,
    notify: Vec<Value>,
) -> Result<()> {
    activity::note(tx, id, kind, json!({})).await?;
    let event = match kind {
        "project_reopened" => "market.project_reopened",
        "project_paused" => "market.project_paused",
        "project_resumed" => "market.project_resumed",
        "project_archived" => "market.project_archived",
        _ => "market.project_hiring_closed",
    };
    tx.emit(Event::new(
        event,
        "project",
        id,
        version,
        json!({"notify": notify}),
    ));
    Ok(())
}

/// Whether a project in this state can be given up at all.
#[must_use]
pub const fn can_cancel(state: State) -> bool {
    state.after(Step::Cancel).is_some()
}
