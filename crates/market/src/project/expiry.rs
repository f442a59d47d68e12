//! An open project that nobody touches for thirty days expires; its owner is warned before.

use super::{EXPIRE, state::Step, store};
use crate::{activity, policy};
use base::Instant;
use kernel::{BoxFuture, Cx, Error, Kernel, Result, deadline::Deadline, events::Event};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

const BATCH: i64 = 100;
const WARNING_SECONDS: i64 = policy::EXPIRY_WARNING_DAYS * 86_400;

/// Warnings and expiries.
pub(super) fn deadlines() -> Vec<Deadline> {
    vec![Deadline {
        name: "market.project_expiry",
        next: Some(|tx| Box::pin(next(tx))),
        sweep,
    }]
}

async fn next(tx: &mut sqlx::PgConnection) -> Result<Option<Instant>> {
    let due = sqlx::query!(
        r#"select (select min(expires_at) from market.project where state = 'open' and expiry_warned_at is null) as "unwarned: Instant",
                  (select min(expires_at) from market.project where state = 'open') as "first: Instant""#
    )
    .fetch_one(&mut *tx)
    .await?;
    let warning = due.unwarned.map(|at| at.plus_seconds(-WARNING_SECONDS));
    Ok(warning.into_iter().chain(due.first).min())
}

fn sweep(kernel: Arc<Kernel>, now: Instant) -> BoxFuture<'static, Result<usize>> {
    Box::pin(async move {
        let mut tx = kernel.db.begin_system(None).await?;
        let due = sqlx::query!(
            "select workspace_id, id from market.project
             where state = 'open' and (expires_at <= $1 or (expiry_warned_at is null and expires_at <= $2))
             order by expires_at limit $3",
            now as _,
            now.plus_seconds(WARNING_SECONDS) as _,
            BATCH
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let mut done = 0;
        for row in due {
            let cx = Cx::system_in(&kernel, row.workspace_id, "scheduler").await?;
            match expire_or_warn(&cx, row.id).await {
                Ok(true) => done += 1,
                Ok(false) => {}
                // One project that fails must not keep the others waiting; it is tried again.
                Err(error) => {
                    tracing::warn!(key = "project.expiry_failed", project = %row.id, error = %error)
                }
            }
        }
        Ok(done)
    })
}

/// Expires a project whose time has passed, or warns of it five days before; says whether
/// anything was due.
///
/// # Errors
/// The database's.
pub async fn expire_or_warn(cx: &Cx, id: Uuid) -> Result<bool> {
    let mut tx = cx.begin().await?;
    let now = tx.now();
    let project = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let permit = cx.authorize(&EXPIRE, id, &project.relations(cx))?;
    let (Some(to), Some(expires)) = (project.state.after(Step::Expire), project.expires_at) else {
        tx.finish().await?;
        return Ok(false);
    };
    let href = format!("/projects/{id}");
    if expires <= now {
        let version = store::move_to(&mut tx, &project, to, project.hired).await?;
        activity::note(&mut tx, id, "project_expired", json!({})).await?;
        let notify = [activity::notice(
            project.owner_id,
            "project_expired",
            &href,
            json!({"project": project.title}),
        )];
        tx.emit(Event::new(
            "market.project_expired",
            "project",
            id,
            version,
            json!({"notify": notify}),
        ));
    } else if project.expiry_warned_at.is_none() && expires.plus_seconds(-WARNING_SECONDS) <= now {
        let workspace = tx.workspace();
        let version = sqlx::query_scalar!(
            "update market.project set expiry_warned_at = $3 where workspace_id = $1 and id = $2 and state = 'open' returning version",
            workspace,
            id,
            now as _
        )
        .fetch_one(&mut *tx)
        .await?;
        let args = json!({"project": project.title, "n": policy::EXPIRY_WARNING_DAYS});
        let notify = [activity::notice(
            project.owner_id,
            "project_expiring",
            &href,
            args,
        )];
        tx.emit(Event::new(
            "market.project_expiring",
            "project",
            id,
            version,
            json!({"notify": notify}),
        ));
    } else {
        tx.finish().await?;
        return Ok(false);
    }
    tx.commit(permit).await?;
    Ok(true)
}
