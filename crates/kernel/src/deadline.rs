//! What falls due on the business clock. Deadlines are columns on their nouns; a sweeper issues
//! the same commands as a named system actor, which check again under the lock.

use crate::{BoxFuture, Kernel, Result};
use base::Instant;
use sqlx::PgConnection;
use std::sync::Arc;

/// Something with due instants.
#[derive(Clone, Copy)]
pub struct Deadline {
    /// Its name in logs.
    pub name: &'static str,
    /// The earliest instant at which something is due, read as the system over all workspaces.
    /// Without it the sweep looks each time: no instant tells when there is something to do.
    pub next: Option<Next>,
    /// Does what is due at `now`, a bounded batch; says how many it did.
    pub sweep: fn(Arc<Kernel>, Instant) -> BoxFuture<'static, Result<usize>>,
}

/// Reads an earliest instant.
pub type Next = for<'a> fn(&'a mut PgConnection) -> BoxFuture<'a, Result<Option<Instant>>>;

/// Does everything that is due at `now`, once through all kinds; says how many.
///
/// # Errors
/// None of a single kind: they are logged and tried again.
pub async fn sweep_all(kernel: &Arc<Kernel>, now: Instant) -> usize {
    // One look at all kinds saves a transaction for each that has nothing to do.
    let known = match instants(kernel).await {
        Ok(known) => known,
        Err(error) => {
            tracing::warn!(key = "deadline.look_failed", error = %error);
            vec![]
        }
    };
    let mut done = 0;
    for (index, deadline) in kernel.wiring().deadlines.iter().enumerate() {
        let waits = deadline.next.is_some()
            && known
                .get(index)
                .is_some_and(|due| due.is_none_or(|due| due > now));
        if waits {
            continue;
        }
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
    Ok(instants(kernel).await?.into_iter().flatten().min())
}

/// The earliest instant of each kind, in the order of the wiring.
async fn instants(kernel: &Arc<Kernel>) -> Result<Vec<Option<Instant>>> {
    let mut tx = kernel.db.begin_system(None).await?;
    let mut found = vec![];
    for deadline in &kernel.wiring().deadlines {
        found.push(match deadline.next {
            Some(next) => next(&mut tx).await?,
            None => None,
        });
    }
    tx.leave();
    Ok(found)
}
