//! The background loops of a process.

use super::supervise::supervise;
use crate::{
    BoxFuture, Kernel, deadline, events,
    jobs::{self, Which},
    live,
    state::Tick,
};
use base::Instant;
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

/// Starts the background loops. They end with the process's shutdown; whoever ends the process
/// waits for the tracker, so that running work is handed back before the database is left.
#[must_use]
pub fn background(kernel: &Arc<Kernel>) -> TaskTracker {
    let tasks = TaskTracker::new();
    start(&tasks, kernel, "dispatcher", |k| Box::pin(outbox(k)));
    for name in ["deliverer 1", "deliverer 2"] {
        start(&tasks, kernel, name, |k| Box::pin(deliverer(k)));
    }
    start(&tasks, kernel, "worker 1", |k| {
        Box::pin(worker(k, Which::Any))
    });
    start(&tasks, kernel, "worker 2", |k| {
        Box::pin(worker(k, Which::Interactive))
    });
    start(&tasks, kernel, "sweeper", |k| Box::pin(sweeper(k)));
    start(&tasks, kernel, "hints_out", |k| Box::pin(live::send_out(k)));
    start(&tasks, kernel, "hints_in", |k| Box::pin(live::take_in(k)));
    start(&tasks, kernel, "rate_policy", |k| {
        Box::pin(crate::rate::follow(k))
    });
    for tick in kernel.wiring().ticks.clone() {
        let (owner, health) = (kernel.clone(), kernel.health.clone());
        let shutdown = kernel.shutdown.clone();
        tasks.spawn(supervise(shutdown, health, tick.name, move || {
            repeat(owner.clone(), tick)
        }));
    }
    tasks.close();
    tasks
}

fn start(
    tasks: &TaskTracker,
    kernel: &Arc<Kernel>,
    name: &'static str,
    work: fn(Arc<Kernel>) -> BoxFuture<'static, ()>,
) {
    let (owner, health) = (kernel.clone(), kernel.health.clone());
    let shutdown = kernel.shutdown.clone();
    tasks.spawn(supervise(shutdown, health, name, move || {
        work(owner.clone())
    }));
}

pub(crate) async fn idle(kernel: &Kernel, pause: Duration) {
    tokio::select! {
        () = kernel.shutdown.cancelled() => {}
        () = tokio::time::sleep(pause) => {}
    }
}

async fn woken(kernel: &Kernel, by: &Notify, pause: Duration) {
    tokio::select! {
        () = by.notified() => {}
        () = idle(kernel, pause) => {}
    }
}

async fn outbox(kernel: Arc<Kernel>) {
    while !kernel.shutdown.is_cancelled() {
        match events::dispatch(&kernel).await {
            Ok(0) => woken(&kernel, &kernel.wake, Duration::from_millis(500)).await,
            // One event rarely needs two: the one that is woken goes on until nothing is left.
            Ok(1) => kernel.wake_deliverers.notify_one(),
            Ok(_) => kernel.wake_deliverers.notify_waiters(),
            Err(error) => {
                tracing::warn!(key = "dispatch.failed", error = %error);
                idle(&kernel, Duration::from_secs(1)).await;
            }
        }
    }
}

async fn deliverer(kernel: Arc<Kernel>) {
    while !kernel.shutdown.is_cancelled() {
        let did = events::deliver_one(&kernel).await;
        after(&kernel, &kernel.wake_deliverers, did).await;
    }
}

async fn worker(kernel: Arc<Kernel>, which: Which) {
    while !kernel.shutdown.is_cancelled() {
        let did = jobs::run_some(&kernel, Duration::ZERO, which).await;
        after(&kernel, &kernel.wake_workers, did).await;
    }
}

/// Goes on at once while there is something to do, and waits a moment when there is not.
async fn after(kernel: &Arc<Kernel>, by: &Notify, did: crate::Result<bool>) {
    match did {
        Ok(true) => {}
        Ok(false) => woken(kernel, by, Duration::from_millis(500)).await,
        Err(error) => {
            tracing::warn!(key = "worker.failed", error = %error);
            idle(kernel, Duration::from_secs(1)).await;
        }
    }
}

async fn sweeper(kernel: Arc<Kernel>) {
    while !kernel.shutdown.is_cancelled() {
        if let Err(error) = sweep(&kernel).await {
            tracing::warn!(key = "sweep.failed", error = %error);
        }
        write_denials(&kernel, false).await;
        idle(&kernel, Duration::from_secs(1)).await;
    }
    write_denials(&kernel, true).await;
}

async fn sweep(kernel: &Arc<Kernel>) -> crate::Result<()> {
    if crate::clock::may_sweep(kernel).await? {
        deadline::sweep_all(kernel, kernel.now().await?).await;
    }
    Ok(())
}

async fn write_denials(kernel: &Arc<Kernel>, all: bool) {
    if let Err(error) = crate::audit::write_denials(kernel, all).await {
        tracing::warn!(key = "denials.failed", error = %error);
    }
}

async fn repeat(kernel: Arc<Kernel>, tick: Tick) {
    while !kernel.shutdown.is_cancelled() {
        if leads(&kernel, tick).await.unwrap_or(false)
            && let Err(error) = (tick.run)(kernel.clone()).await
        {
            tracing::warn!(key = "tick.failed", name = tick.name, error = %error);
        }
        idle(&kernel, Duration::from_secs(tick.every_seconds)).await;
    }
}

/// Takes or renews the lease of a repeated work; leases compare with the database's own clock.
async fn leads(kernel: &Arc<Kernel>, tick: Tick) -> crate::Result<bool> {
    let seconds = i64::try_from(tick.every_seconds * 2 + 30).unwrap_or(60);
    let mut tx = kernel.db.begin_system(None).await?;
    let held = sqlx::query_scalar!(
        "insert into kernel.lease (name, holder, held_until) values ($1, $2, clock_timestamp() + make_interval(secs => $3::bigint))
         on conflict (name) do update set holder = excluded.holder, held_until = excluded.held_until
         where kernel.lease.holder = excluded.holder or kernel.lease.held_until < clock_timestamp()
         returning holder",
        tick.name,
        kernel.process,
        seconds as _
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(held.is_some())
}

/// Does all background work that is due now, in this process, until nothing is left or the time
/// is up; says (events fanned out and delivered, jobs run). For `/test` and tests.
///
/// # Errors
/// The database's.
pub async fn settle(kernel: &Arc<Kernel>, limit: Duration) -> crate::Result<(usize, usize)> {
    let until = std::time::Instant::now() + limit;
    let (mut delivered, mut ran) = (0, 0);
    while std::time::Instant::now() < until {
        let fanned = events::dispatch(kernel).await?;
        let one = events::deliver_one(kernel).await?;
        let job = jobs::run_one(kernel, Duration::from_secs(60)).await?;
        delivered += usize::from(one);
        ran += usize::from(job);
        if fanned == 0 && !one && !job {
            if !busy(kernel).await? {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    Ok((delivered, ran))
}

/// Whether another worker holds something that is still under way.
async fn busy(kernel: &Arc<Kernel>) -> crate::Result<bool> {
    let wall: Instant = base::instant::wall();
    let mut tx = kernel.db.begin_system(None).await?;
    let busy = sqlx::query_scalar!(
        r#"select exists (select 1 from kernel.event_pending)
            or exists (select 1 from kernel.delivery where dead_at is null and (lease_until > clock_timestamp() or run_at <= $1))
            or exists (select 1 from kernel.job where (state in ('running', 'cancelling') and lease_until > clock_timestamp()) or (state = 'queued' and run_at <= $1)) as "busy!""#,
        wall as _
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(busy)
}
