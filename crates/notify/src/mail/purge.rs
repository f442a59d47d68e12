//! Mail that was sent or given up is forgotten after a while: its address and words are personal.
//!
//! How long it stays is real time, as for all that is kept for looking something up again: whoever
//! moves the business clock in test still finds the mails that the jump caused.

use base::Instant;
use kernel::{Kernel, Result, state::Tick};
use std::sync::Arc;

/// How long a mail stays after it was caused, in days of the wall clock.
const KEPT_DAYS: i64 = 30;
const EVERY_SECONDS: u64 = 3_600;
const BATCH: i64 = 1_000;

/// The repeated work by which old mail goes.
pub(crate) fn tick() -> Tick {
    Tick {
        name: "mail_purge",
        every_seconds: EVERY_SECONDS,
        run: |kernel| Box::pin(async move { purge(&kernel, base::instant::wall()).await }),
    }
}

async fn purge(kernel: &Arc<Kernel>, now: Instant) -> Result<usize> {
    let mut gone = 0;
    loop {
        let mut tx = kernel.db.begin_system(None).await?;
        let batch = sqlx::query!(
            "delete from notify.mail where id in (
               select id from notify.mail where state in ('sent', 'dead') and created_at <= $1 order by created_at limit $2)",
            now.plus_days(-KEPT_DAYS) as _,
            BATCH
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        let n = usize::try_from(batch.rows_affected()).unwrap_or(0);
        gone += n;
        if i64::try_from(n).unwrap_or(0) < BATCH {
            return Ok(gone);
        }
    }
}
