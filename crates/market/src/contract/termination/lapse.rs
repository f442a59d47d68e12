//! A settlement nobody answered within a week lapses; what lies in escrow is then for staff.

use super::{close, latest};
use crate::{
    activity,
    contract::{self, State, hold, store},
};
use base::Instant;
use kernel::{Action, Cx, Kernel, Result, events::Event};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Silence to a proposed settlement.
const LAPSE: Action = Action::new("contract.lapse_termination", "contract", "contract.show");

/// Lapses the open settlement of one contract; false when it was answered meanwhile.
///
/// # Errors
/// The database's.
pub async fn lapse(cx: &Cx, id: Uuid) -> Result<bool> {
    let mut tx = cx.begin().await?;
    let contract = store::lock(&mut tx, cx, id).await?;
    let now = tx.now();
    let due = latest(&mut tx, id)
        .await?
        .is_some_and(|t| t.state == "proposed" && t.lapses_at <= now);
    if !due || contract.state != State::Terminating {
        tx.finish().await?;
        return Ok(false);
    }
    let permit = cx.authorize(&LAPSE, id, &[])?;
    close(&mut tx, id, "lapsed").await?;
    activity::note(&mut tx, id, "termination_lapsed", json!({})).await?;
    let args = json!({"contract": contract.title});
    let mut notify: Vec<_> = [contract.client_id, contract.freelancer_id]
        .into_iter()
        .map(|m| activity::notice(m, "settlement_lapsed", &contract.href(), args.clone()))
        .collect();
    for staff in hold::staff(&mut tx).await? {
        let href = format!("/contracts/{id}/decision");
        notify.push(activity::notice(
            staff,
            "settlement_waits",
            &href,
            args.clone(),
        ));
    }
    tx.emit(Event::new(
        "market.termination_lapsed",
        "contract",
        id,
        contract.version + 1,
        json!({"contract_id": id, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(true)
}

/// The earliest instant at which a settlement lapses.
///
/// # Errors
/// The database's.
pub async fn next(tx: &mut sqlx::PgConnection) -> Result<Option<Instant>> {
    let due = sqlx::query_scalar!(
        r#"select min(lapses_at) as "due: Instant" from market.termination where state = 'proposed'"#
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
        "select workspace_id, contract_id from market.termination
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
            lapse(&cx, row.contract_id).await
        };
        done += contract::counted("market.settlement_lapses", row.contract_id, changed.await);
    }
    Ok(done)
}
