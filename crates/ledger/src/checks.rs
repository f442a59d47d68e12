//! What must hold of the books at every moment, each as one query over the whole database. A check
//! says at most [`kernel::product::FINDINGS_MOST`] of the faults it finds, each as a sentence that
//! names the row that differs: the account first, then the book it makes unequal.

mod accounts;
mod facts;
mod lots;
mod transfers;

use kernel::{BoxFuture, Result, product::Check, product::Finding};

/// All checks of the ledger, for `guildhall check`.
pub(crate) fn all() -> Vec<Check> {
    let check = |(name, run)| Check { name, run };
    [accounts::all(), transfers::all(), lots::all(), facts::all()]
        .into_iter()
        .flatten()
        .map(check)
        .collect()
}

/// A check by its name.
type Named = (&'static str, fn(std::sync::Arc<kernel::Kernel>) -> Found);

type Found = BoxFuture<'static, Result<Vec<Finding>>>;

/// Runs one query of sentences in a snapshot.
macro_rules! sentences {
    ($kernel:expr, $sql:literal) => {
        Box::pin(async move {
            let mut tx = $kernel.db.begin_snapshot().await?;
            let found = sqlx::query_as!(kernel::product::Finding, $sql)
                .fetch_all(&mut *tx)
                .await?;
            tx.commit().await?;
            Ok(found)
        })
    };
}
use sentences;
