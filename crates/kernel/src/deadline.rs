//! What falls due on the business clock. Deadlines are columns on their nouns; a sweeper issues
//! the same commands as a named system actor, which check again under the lock.

use crate::{BoxFuture, Kernel, Result};
use base::Instant;
use std::sync::Arc;

/// Something with due instants.
#[derive(Clone, Copy)]
pub struct Deadline {
    /// Its name in logs.
    pub name: &'static str,
    /// The earliest instant at which something is due, if any.
    pub next: fn(Arc<Kernel>) -> BoxFuture<'static, Result<Option<Instant>>>,
    /// Does what is due at `now`, a bounded batch; says how many it did.
    pub sweep: fn(Arc<Kernel>, Instant) -> BoxFuture<'static, Result<usize>>,
}

/// Does everything that is due at `now`, once through all kinds; says how many.
///
/// # Errors
/// None of a single kind: they are logged and tried again.
pub async fn sweep_all(kernel: &Arc<Kernel>, now: Instant) -> usize {
    let mut done = 0;
    for deadline in &kernel.wiring().deadlines {
        loop {
            match (deadline.sweep)(kernel.clone(), now).await {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(error) => {
                    tracing::warn!(key = "deadline.failed", name = deadline.name, error = %error);
                    break;
                }
            }
        }
    }
    done
}

/// The earliest instant at which anything is due.
///
/// # Errors
/// The database's.
pub async fn next(kernel: &Arc<Kernel>) -> Result<Option<Instant>> {
    let mut earliest: Option<Instant> = None;
    for deadline in &kernel.wiring().deadlines {
        if let Some(due) = (deadline.next)(kernel.clone()).await? {
            earliest = Some(earliest.map_or(due, |e| e.min(due)));
        }
    }
    Ok(earliest)
}
