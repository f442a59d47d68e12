//! Invariants of projects, for `guildhall check`.

use kernel::{Kernel, Result};
use std::sync::Arc;

/// Every project counts its proposals and hired freelancers rightly.
///
/// # Errors
/// The database's.
pub async fn counts(kernel: Arc<Kernel>) -> Result<Vec<String>> {
    let mut tx = kernel.db.begin_system(None).await?;
    let rows = sqlx::query!(
        r#"select p.id, p.proposals, p.hired, b.bids as "bids!", c.hires as "hires!"
           from market.project p
           cross join lateral (select count(*) as bids from market.proposal b
               where b.workspace_id = p.workspace_id and b.project_id = p.id and b.state <> 'withdrawn') b
           cross join lateral (select count(*) as hires from market.contract c
               where c.workspace_id = p.workspace_id and c.project_id = p.id and c.state in ('accepted', 'active', 'paused', 'on_hold', 'terminating', 'closing', 'completed')) c
           where p.proposals <> b.bids or p.hired <> c.hires
           limit 5"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            format!(
                "project {} counts {} proposals and {} hired, but has {} and {}",
                r.id, r.proposals, r.hired, r.bids, r.hires
            )
        })
        .collect())
}
