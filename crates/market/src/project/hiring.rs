//! What a contract's way does to its project. The caller holds the project's lock.

use super::{
    state::{State, Step},
    store,
};
use crate::activity;
use kernel::{Error, Result, Tx, events::Event};
use serde_json::{Value, json};
use uuid::Uuid;

/// A freelancer was hired. When that filled the last position, hiring is over: every proposal
/// that still waits is closed and its author told once.
///
/// # Errors
/// 409 `positions_filled` when no position is free.
pub(crate) async fn hired(tx: &mut Tx, id: Uuid) -> Result<()> {
    let project = store::lock(tx, id).await?.ok_or(Error::NotFound)?;
    let now_hired = project.hired + 1;
    let step = if now_hired >= project.positions {
        Step::Fill
    } else {
        Step::Hire
    };
    let to = project
        .state
        .after(step)
        .filter(|_| now_hired <= project.positions);
    let to = to.ok_or(Error::conflict("positions_filled"))?;
    if matches!(to, State::Expired | State::Paused) {
        let workspace = tx.workspace();
        sqlx::query!("update market.project set hired = $3, version = version + 1 where workspace_id = $1 and id = $2", workspace, id, now_hired)
            .execute(&mut **tx)
            .await?;
        return Ok(());
    }
    let version = store::move_to(tx, &project, to, now_hired).await?;
    if to != State::InProgress {
        return Ok(());
    }
    let closed = store::close_proposals(tx, id).await?;
    let args = json!({"project": project.title});
    let notify: Vec<Value> = closed
        .iter()
        .map(|(proposal, member)| {
            activity::notice(
                *member,
                "proposal_closed",
                &format!("/proposals/{proposal}"),
                args.clone(),
            )
        })
        .collect();
    activity::note(tx, id, "project_filled", json!({"n": now_hired})).await?;
    tx.emit(Event::new(
        "market.project_filled",
        "project",
        id,
        version,
        json!({"notify": notify}),
    ));
    Ok(())
}

/// A hired freelancer's contract was cancelled before work began: its position is free again.
///
/// # Errors
/// The database's.
pub(crate) async fn released(tx: &mut Tx, id: Uuid) -> Result<()> {
    let project = store::lock(tx, id).await?.ok_or(Error::NotFound)?;
    let hired = (project.hired - 1).max(0);
    let Some(to) = project.state.after(Step::Release) else {
        return Ok(());
    };
    if matches!(to, State::Expired | State::Paused) {
        let workspace = tx.workspace();
        sqlx::query!("update market.project set hired = $3, version = version + 1 where workspace_id = $1 and id = $2", workspace, id, hired)
            .execute(&mut **tx)
            .await?;
        return Ok(());
    }
    let version = store::move_to(tx, &project, to, hired).await?;
    if project.state == State::InProgress {
        position_free(tx, &project, version).await?;
    }
    Ok(())
}

/// Tells the client that a position of a project that had none to fill is free again.
async fn position_free(tx: &mut Tx, project: &store::Row, version: i64) -> Result<()> {
    let id = project.id;
    activity::note(tx, id, "project_position_free", json!({})).await?;
    let notify = [activity::notice(
        project.owner_id,
        "project_position_free",
        &format!("/projects/{id}"),
        json!({"project": project.title}),
    )];
    tx.emit(Event::new(
        "market.project_position_free",
        "project",
        id,
        version,
        json!({"notify": notify}),
    ));
    Ok(())
}

/// A contract ended after work had begun. While the project still takes proposals its position is
/// free again; one that hires no more stays so until its client takes it up again, or is completed
/// when this was its last contract.
///
/// # Errors
/// The database's.
pub(crate) async fn ended_early(tx: &mut Tx, id: Uuid) -> Result<()> {
    let project = store::lock(tx, id).await?.ok_or(Error::NotFound)?;
    if project.state != State::InProgress {
        return released(tx, id).await;
    }
    let workspace = tx.workspace();
    let version = sqlx::query_scalar!(
        "update market.project set hired = $3, version = version + 1 where workspace_id = $1 and id = $2 returning version",
        workspace,
        id,
        (project.hired - 1).max(0)
    )
    .fetch_one(&mut **tx)
    .await?;
    if completed(tx, id).await? {
        return Ok(());
    }
    position_free(tx, &project, version).await
}

/// A contract has ended: the project is completed when all have and one was completed. Tells whether
/// it is now.
///
/// # Errors
/// The database's.
pub(crate) async fn completed(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let project = store::lock(tx, id).await?.ok_or(Error::NotFound)?;
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select count(*) filter (where state in ('offered', 'accepted', 'active', 'paused', 'on_hold', 'terminating', 'closing')) as "live!",
                  count(*) filter (where state = 'completed') as "done!"
           from market.contract where workspace_id = $1 and project_id = $2"#,
        workspace,
        id
    )
    .fetch_one(&mut **tx)
    .await?;
    let Some(to) = project
        .state
        .after(Step::Complete)
        .filter(|_| row.live == 0 && row.done > 0)
    else {
        return Ok(false);
    };
    let version = store::move_to(tx, &project, to, project.hired).await?;
    activity::note(tx, id, "project_completed", json!({})).await?;
    tx.emit(Event::new(
        "market.project_completed",
        "project",
        id,
        version,
        json!({"notify": []}),
    ));
    Ok(true)
}
