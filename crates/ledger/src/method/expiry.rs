//! A card that ends soon: its owner is told once, thirty days before.

use base::Instant;
use kernel::{Action, Cx, Kernel, Result, deadline::Deadline, events::Event};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

const WARN: Action = Action::new(
    "payment_method.warn",
    "payment_method",
    "payment_method.list",
);

/// Days before the end.
const BEFORE: i64 = 30;

/// Warnings on the business clock.
pub(crate) const DEADLINE: Deadline = Deadline {
    name: "ledger.method_expiry",
    next: Some(|tx| Box::pin(next(tx))),
    sweep: |kernel, now| Box::pin(sweep(kernel, now)),
};

async fn next(tx: &mut sqlx::PgConnection) -> Result<Option<Instant>> {
    let first = sqlx::query_scalar!(
        r#"select expires_at as "at!: Instant" from ledger.payment_method where removed_at is null and warned_at is null order by expires_at limit 1"#
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(first.map(|at| at.plus_days(-BEFORE)))
}

async fn sweep(kernel: Arc<Kernel>, now: Instant) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let due = sqlx::query!(
        "select workspace_id, id from ledger.payment_method
         where removed_at is null and warned_at is null and expires_at <= $1 order by expires_at limit 100",
        now.plus_days(BEFORE) as _
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut done = 0;
    for row in due {
        match warn(&kernel, row.workspace_id, row.id).await {
            Ok(changed) => done += usize::from(changed),
            Err(error) => {
                tracing::warn!(key = "method.warning_failed", method = %row.id, error = %error);
            }
        }
    }
    Ok(done)
}

async fn warn(kernel: &Arc<Kernel>, workspace: Uuid, id: Uuid) -> Result<bool> {
    let cx = Cx::system_in(kernel, workspace, "scheduler").await?;
    let mut tx = cx.begin().await?;
    let now = tx.now();
    let warned = sqlx::query!(
        "update ledger.payment_method set warned_at = $3
         where workspace_id = $1 and id = $2 and removed_at is null and warned_at is null
         returning member_id, last4, exp_month, exp_year",
        workspace,
        id,
        now as _
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(card) = warned else {
        tx.finish().await?;
        return Ok(false);
    };
    let args =
        json!({"last4": card.last4, "expiry": format!("{:02}/{}", card.exp_month, card.exp_year)});
    let notify = json!([{"member": card.member_id, "kind": "payment_method_expiring", "href": "/payment-methods", "args": args}]);
    tx.emit(Event::new(
        "ledger.payment_method_expiring",
        "payment_method",
        id,
        1,
        json!({"notify": notify}),
    ));
    let permit = cx.authorize(&WARN, id, &[])?;
    tx.commit(permit).await?;
    Ok(true)
}
