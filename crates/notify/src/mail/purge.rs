//! Mail that was sent or given up is forgotten after a while: its address and words are personal.

use base::Instant;
use kernel::{BoxFuture, Kernel, Result, deadline::Deadline};
use std::sync::Arc;

/// How long a mail stays after it was caused.
const KEPT_DAYS: i64 = 30;
const BATCH: i64 = 1_000;

/// The deadline at which old mail goes.
pub(crate) fn deadline() -> Deadline {
    Deadline {
        name: "mail.purge",
        next: |kernel| Box::pin(async move { next(&kernel).await }),
        sweep: |kernel, now| -> BoxFuture<'static, Result<usize>> {
            Box::pin(async move { sweep(&kernel, now).await })
        },
    }
}

async fn next(kernel: &Arc<Kernel>) -> Result<Option<Instant>> {
    let mut tx = kernel.db.begin_system(None).await?;
    let oldest = sqlx::query_scalar!(
        r#"select created_at as "at: Instant" from notify.mail where state in ('sent', 'dead') order by created_at limit 1"#
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(oldest.map(|at| at.plus_days(KEPT_DAYS)))
}

async fn sweep(kernel: &Arc<Kernel>, now: Instant) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let gone = sqlx::query!(
        "delete from notify.mail where id in (
           select id from notify.mail where state in ('sent', 'dead') and created_at <= $1 order by created_at limit $2)",
        now.plus_days(-KEPT_DAYS) as _,
        BATCH
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(usize::try_from(gone.rows_affected()).unwrap_or(0))
}
