//! A change nobody answered within a week lapses; the terms stay as they are.

use super::answer::answered;
use crate::{activity, contract};
use base::Instant;
use kernel::{Action, Cx, Kernel, Result, events::Event};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Silence to a proposed change.
const LAPSE: Action = Action::new("amendment.lapse", "amendment", "contract.show");

/// Lapses one proposal; false when it was answered meanwhile.
///
/// # Errors
/// The database's.
pub async fn lapse(cx: &Cx, contract_id: Uuid, id: Uuid) -> Result<bool> {
    let mut tx = cx.begin().await?;
    let contract = contract::store::lock(&mut tx, cx, contract_id).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let proposed_by = sqlx::query_scalar!(
        "select proposed_by from market.amendment
         where workspace_id = $1 and id = $2 and state = 'proposed' and lapses_at <= $3",
        workspace,
        id,
        now as _
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(proposed_by) = proposed_by else {
        tx.finish().await?;
        return Ok(false);
    };
    let permit = cx.authorize(&LAPSE, id, &[])?;
    answered(&mut tx, id, "lapsed", None).await?;
    activity::note(&mut tx, contract_id, "amendment_lapsed", json!({})).await?;
    let args = json!({"contract": contract.title});
    let notify = [proposed_by, contract.other(proposed_by)].map(|m| {
        activity::notice(
            m,
            "amendment_lapsed",
            &format!("/amendments/{id}"),
            args.clone(),
        )
    });
    tx.emit(Event::new(
        "market.amendment_lapsed",
        "amendment",
        id,
        2,
        json!({"contract_id": contract_id, "amendment_id": id, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(true)
}

/// The earliest instant at which a proposal lapses.
///
/// # Errors
/// The database's.
pub async fn next(tx: &mut sqlx::PgConnection) -> Result<Option<Instant>> {
    let due = sqlx::query_scalar!(
        r#"select min(lapses_at) as "due: Instant" from market.amendment where state = 'proposed'"#
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(due)
}

/// Lapses a batch; says how many.
///
/// # Errors
/// The database's.
pub async fn sweep(kernel: Arc<Kernel>, now: Instant) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let due = sqlx::query!(
        "select workspace_id, contract_id, id from market.amendment
         where state = 'proposed' and lapses_at <= $1 order by lapses_at limit 100",
        now as _
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut done = 0;
    for row in due {
        let changed = async {
            let cx = Cx::system_in(&kernel, row.workspace_id, "scheduler").await?;
            lapse(&cx, row.contract_id, row.id).await
        };
        done += contract::counted("market.amendment_lapses", row.id, changed.await);
    }
    Ok(done)
}
