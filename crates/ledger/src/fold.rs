//! Folding: what busy accounts were given since the last time goes into their balance, with entries.

use kernel::{Kernel, Result, state::Tick};
use std::sync::Arc;
use uuid::Uuid;

/// Folds every half minute.
pub(crate) const TICK: Tick = Tick {
    name: "ledger.fold",
    every_seconds: 30,
    run: |kernel| Box::pin(async move { fold_all(&kernel).await }),
};

/// Folds all accounts that have something to fold; says how many entries were made.
///
/// # Errors
/// The database's.
pub async fn fold_all(kernel: &Arc<Kernel>) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let accounts = sqlx::query!("select distinct workspace_id, account_id from ledger.delta")
        .fetch_all(&mut *tx)
        .await?;
    tx.commit().await?;
    let mut folded = 0;
    for row in accounts {
        match fold(kernel, row.workspace_id, row.account_id).await {
            Ok(made) => folded += made,
            // One that goes wrong does not keep the others.
            Err(error) => {
                tracing::error!(key = "ledger.fold_failed", account = %row.account_id, error = %error);
            }
        }
    }
    Ok(folded)
}

async fn fold(kernel: &Arc<Kernel>, workspace: Uuid, account: Uuid) -> Result<usize> {
    let mut tx = kernel.db.begin_system(Some(workspace)).await?;
    let made = sqlx::query_scalar!(r#"select ledger.fold($1) as "made!""#, account)
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(usize::try_from(made).unwrap_or(0))
}
