//! Doing leased work: it may take as long as its kind says, its lease is renewed while it runs,
//! and it ends with its lease. So two workers never do the same thing beside each other.

use crate::{BoxFuture, Error, Kernel, Result};
use std::{future::Future, time::Duration};
use tokio::time::{Instant, sleep_until, timeout_at};

/// How long a lease holds without being renewed; the statements that take one say the same.
pub(crate) const LEASE: Duration = Duration::from_secs(20);
/// How often it is renewed.
const BEAT: Duration = Duration::from_secs(5);
/// So long before the lease is over the work is stopped: the worker may be cut off from the
/// database, and another takes the work up then.
const MARGIN: Duration = Duration::from_secs(4);
/// How long a draining process lets its work come to an end before it hands it back.
const DRAIN: Duration = Duration::from_secs(8);

/// What a renewal found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beat {
    /// It is ours for another while.
    Held,
    /// Someone asked for it to stop.
    Cancelled,
    /// Another has it, or it is gone.
    Lost,
}

/// How leased work ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// By itself.
    Done(Result<()>),
    /// Stopped at its limit.
    TimedOut,
    /// Stopped because someone asked.
    Cancelled,
    /// Stopped because the lease was lost: nothing may be written about it any more.
    Lost,
    /// Stopped because the process ends: another may go on at once.
    HandedBack,
}

/// Stops the task when it is not awaited to its end.
struct Task(tokio::task::JoinHandle<Result<()>>);

impl Task {
    /// Stops it, and waits until everything of it is dropped.
    async fn stop(mut self) {
        self.0.abort();
        let _ = (&mut self.0).await;
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Does `work` under a lease taken a moment ago that `beat` renews. A panic is a failure of the
/// work, not of the worker.
pub(crate) async fn guarded<F>(
    kernel: &Kernel,
    limit: Duration,
    work: BoxFuture<'static, Result<()>>,
    beat: impl Fn() -> F,
) -> Ended
where
    F: Future<Output = Result<Beat>>,
{
    let began = Instant::now();
    let over = began + limit;
    let statement = Duration::from_secs(30);
    let mut task = Task(tokio::spawn(database::within(over, statement, work)));
    let mut held = began + LEASE - MARGIN;
    let mut next = began + BEAT;
    let mut drained: Option<Instant> = None;
    loop {
        tokio::select! {
            ended = &mut task.0 => return Ended::Done(match ended {
                Ok(result) => result,
                Err(panic) => Err(Error::Internal(anyhow::anyhow!("panicked: {panic}"))),
            }),
            () = sleep_until(over) => {
                task.stop().await;
                return Ended::TimedOut;
            }
            () = kernel.shutdown.cancelled(), if drained.is_none() => {
                drained = Some(Instant::now() + DRAIN);
            }
            () = sleep_until(drained.unwrap_or(over)), if drained.is_some() => {
                task.stop().await;
                return Ended::HandedBack;
            }
            () = sleep_until(next) => {
                let asked = Instant::now();
                match timeout_at(held, beat()).await {
                    Ok(Ok(Beat::Held)) => {
                        held = asked + LEASE - MARGIN;
                        next = asked + BEAT;
                    }
                    Ok(Ok(Beat::Cancelled)) => {
                        task.stop().await;
                        return Ended::Cancelled;
                    }
                    Ok(Ok(Beat::Lost)) => {
                        task.stop().await;
                        return Ended::Lost;
                    }
                    Ok(Err(error)) => {
                        tracing::warn!(key = "lease.renew_failed", error = %error);
                        next = asked + Duration::from_secs(1);
                    }
                    Err(_) => {}
                }
                if Instant::now() >= held {
                    tracing::error!(key = "lease.cut_off");
                    task.stop().await;
                    return Ended::Lost;
                }
            }
        }
    }
}
