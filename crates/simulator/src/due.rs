//! What happens by itself when its time has come.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::refusal::Refusal;
use crate::state::Due;
use crate::store::Tx;
use crate::{payment, payout};

/// Lets all happen that is due, in order, each at its own time. Answers how much it was.
pub(crate) fn run(tx: &mut Tx<'_>) -> Result<u64, Refusal> {
    let mut ran = 0;
    while let Some((at, due)) = tx.state.first_due().cloned() {
        if at > tx.now {
            break;
        }
        match due {
            Due::Payment(id) => payment::fall_due(tx, &id, at)?,
            Due::Payout(id) => payout::fall_due(tx, &id, at)?,
        }
        ran += 1;
    }
    Ok(ran)
}

/// Runs what is due as time passes and whenever something has changed.
pub(crate) async fn watch(app: Arc<App>) {
    let mut changes = app.store.changes();
    loop {
        if app.store.write(run).await.is_err() {
            return;
        }
        let wait = app
            .store
            .read(|state| {
                // A clock that was set stands still: only a change can make anything due.
                let now = state.now();
                let next = state.next_due(now).filter(|_| state.set_clock().is_none());
                Ok(next.map(|next| next.duration_since(now).unsigned_abs()))
            })
            .await
            .ok()
            .flatten()
            .unwrap_or(Duration::from_secs(60))
            .min(Duration::from_secs(60));
        tokio::select! {
            () = app.stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(wait) => {}
        }
    }
}
