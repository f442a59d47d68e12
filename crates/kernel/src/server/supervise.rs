//! Background tasks that do not stay dead: one that ends by a panic begins again after a pause.

use crate::health::Health;
use std::{future::Future, sync::Arc, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A task that ran this long has recovered: its next pause is short again.
const RECOVERED: Duration = Duration::from_secs(120);
/// The longest pause, in seconds.
const LONGEST: u64 = 60;

/// Runs what `work` makes until the process drains; after a panic, or an end, again after 1, 2,
/// 4, … 60 seconds. Each panic is logged and counted in the health report.
pub(super) async fn supervise<F>(
    shutdown: CancellationToken,
    health: Arc<Health>,
    name: &'static str,
    work: impl Fn() -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let mut pause = 1;
    while !shutdown.is_cancelled() {
        let began = Instant::now();
        let ended = tokio::spawn(work()).await;
        if began.elapsed() > RECOVERED {
            pause = 1;
        }
        if let Err(panic) = ended {
            tracing::error!(key = "task.panicked", name, error = %panic, again_in_seconds = pause);
            health.note_restart(name);
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(Duration::from_secs(pause)) => {}
        }
        pause = (pause * 2).min(LONGEST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[tokio::test]
    async fn a_task_that_panics_begins_again_after_1_and_2_seconds_and_is_reported() {
        let (shutdown, health) = (CancellationToken::new(), Arc::new(Health::default()));
        let began = Arc::new(Mutex::new(vec![]));
        let (stop, runs) = (shutdown.clone(), began.clone());
        supervise(shutdown, health.clone(), "hook", move || {
            let (stop, runs) = (stop.clone(), runs.clone());
            async move {
                let count = {
                    let mut runs = runs.lock().expect("the list");
                    runs.push(Instant::now());
                    runs.len()
                };
                if count == 3 {
                    stop.cancel();
                    return;
                }
                panic!("the hook");
            }
        })
        .await;
        let began = began.lock().expect("the list");
        let pauses: Vec<u64> = began
            .windows(2)
            .map(|pair| pair[1].duration_since(pair[0]).as_secs())
            .collect();
        assert_eq!(pauses, [1, 2]);
        assert_eq!(health.restarts().get("hook"), Some(&2));
    }
}
