//! The accept loop, with limits that a plain `serve` does not have (header size, slow headers,
//! connections), and the background loops of a process.

use crate::{Kernel, deadline, events, jobs, state::Tick};
use axum::{Router, extract::ConnectInfo};
use base::Instant;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use std::{
    net::SocketAddr,
    sync::{Arc, RwLock},
    time::Duration,
};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Connections at once; more wait in the kernel's backlog.
const CONNECTIONS: usize = 4096;

/// The router in force. A process answers from the moment its port is bound, at first only that it
/// lives, and with everything once it can work; connections that stay open see the change.
#[derive(Clone)]
pub struct Shared(Arc<RwLock<Router>>);

impl Shared {
    /// Begins with this router.
    #[must_use]
    pub fn new(router: Router) -> Self {
        Self(Arc::new(RwLock::new(router)))
    }
    /// Answers with another from the next request on.
    pub fn replace(&self, router: Router) {
        if let Ok(mut slot) = self.0.write() {
            *slot = router;
        }
    }
    fn current(&self) -> Router {
        self.0
            .read()
            .map(|router| router.clone())
            .unwrap_or_default()
    }
}

/// Serves until told to stop, then lets requests finish for up to 30 seconds.
pub async fn serve(shutdown: CancellationToken, listener: TcpListener, router: Shared) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let running = tokio_util::task::TaskTracker::new();
    loop {
        let Ok(place) = room.clone().acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        // A failure only costs latency.
        let _ = stream.set_nodelay(true);
        let (router, shutdown) = (router.clone(), shutdown.clone());
        running.spawn(async move {
            let _place = place;
            let service =
                hyper::service::service_fn(move |request: http::Request<hyper::body::Incoming>| {
                    let router = router.current();
                    async move {
                        let mut request = request.map(axum::body::Body::new);
                        request
                            .extensions_mut()
                            .insert(ConnectInfo::<SocketAddr>(peer));
                        router.oneshot(request).await
                    }
                });
            let mut builder = Builder::new(TokioExecutor::new());
            builder
                .http1()
                .timer(TokioTimer::new())
                .header_read_timeout(Duration::from_secs(10))
                .max_buf_size(24 * 1024)
                .max_headers(100)
                .keep_alive(true);
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            tokio::pin!(connection);
            tokio::select! {
                _ = connection.as_mut() => {}
                () = shutdown.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    // Past the time a slow client loses its connection.
                    let _ = tokio::time::timeout(Duration::from_secs(30), connection).await;
                }
            }
        });
    }
    running.close();
    let _ = tokio::time::timeout(Duration::from_secs(30), running.wait()).await;
}

/// Starts the background loops; they end with the process's shutdown. A loop that panics starts
/// again after a pause.
pub fn background(kernel: &Arc<Kernel>) {
    supervise(kernel, "dispatcher", |k| {
        Box::pin(async move { outbox(&k).await })
    });
    for _ in 0..2 {
        supervise(kernel, "worker", |k| {
            Box::pin(async move { worker(&k).await })
        });
    }
    supervise(kernel, "sweeper", |k| {
        Box::pin(async move { sweeper(&k).await })
    });
    supervise(kernel, "hints_out", |k| {
        Box::pin(async move { hints_out(&k).await })
    });
    supervise(kernel, "hints_in", |k| {
        Box::pin(async move { hints_in(&k).await })
    });
    for tick in kernel.wiring().ticks.clone() {
        let kernel = kernel.clone();
        tokio::spawn(async move { repeat(&kernel, tick).await });
    }
}

fn supervise(
    kernel: &Arc<Kernel>,
    name: &'static str,
    work: fn(Arc<Kernel>) -> crate::BoxFuture<'static, ()>,
) {
    let kernel = kernel.clone();
    tokio::spawn(async move {
        let mut pause = 1;
        while !kernel.shutdown.is_cancelled() {
            if let Err(panic) = tokio::spawn(work(kernel.clone())).await {
                tracing::error!(key = "task.panicked", name, error = %panic);
            }
            idle(&kernel, Duration::from_secs(pause)).await;
            pause = (pause * 2).min(60);
        }
    });
}

async fn idle(kernel: &Kernel, pause: Duration) {
    tokio::select! {
        () = kernel.shutdown.cancelled() => {}
        () = tokio::time::sleep(pause) => {}
    }
}

async fn woken(kernel: &Kernel, pause: Duration) {
    tokio::select! {
        () = kernel.wake.notified() => {}
        () = idle(kernel, pause) => {}
    }
}

async fn outbox(kernel: &Arc<Kernel>) {
    while !kernel.shutdown.is_cancelled() {
        match events::dispatch(kernel).await {
            Ok(0) => woken(kernel, Duration::from_millis(500)).await,
            Ok(_) => kernel.wake.notify_waiters(),
            Err(error) => {
                tracing::warn!(key = "dispatch.failed", error = %error);
                idle(kernel, Duration::from_secs(1)).await;
            }
        }
    }
}

async fn worker(kernel: &Arc<Kernel>) {
    while !kernel.shutdown.is_cancelled() {
        let delivered = events::deliver_one(kernel).await;
        let ran = jobs::run_one(kernel, Duration::ZERO).await;
        match (delivered, ran) {
            (Ok(false), Ok(false)) => woken(kernel, Duration::from_millis(500)).await,
            (Ok(_), Ok(_)) => {}
            (Err(error), _) | (_, Err(error)) => {
                tracing::warn!(key = "worker.failed", error = %error);
                idle(kernel, Duration::from_secs(1)).await;
            }
        }
    }
}

async fn sweeper(kernel: &Arc<Kernel>) {
    while !kernel.shutdown.is_cancelled() {
        if let Ok(now) = kernel.now().await {
            deadline::sweep_all(kernel, now).await;
        }
        if let Err(error) = crate::audit::write_denials(kernel).await {
            tracing::warn!(key = "denials.failed", error = %error);
        }
        idle(kernel, Duration::from_secs(1)).await;
    }
}

const CHANNEL: &str = "guildhall_hints";

async fn hints_out(kernel: &Arc<Kernel>) {
    while !kernel.shutdown.is_cancelled() {
        idle(kernel, Duration::from_millis(250)).await;
        let hints = kernel.live.drain();
        // A notice holds at most 8 000 bytes.
        for chunk in hints.chunks(40) {
            let Ok(text) = serde_json::to_string(chunk) else {
                continue;
            };
            let sent = async {
                let mut tx = kernel.db.begin_system(None).await?;
                sqlx::query!("select pg_notify($1, $2)", CHANNEL, text)
                    .fetch_one(&mut *tx)
                    .await?;
                tx.commit().await
            };
            if let Err(error) = sent.await {
                tracing::warn!(key = "hints.failed", error = %error);
            }
        }
    }
}

async fn hints_in(kernel: &Arc<Kernel>) {
    let Ok(mut listener) = kernel.db.listener().await else {
        return;
    };
    if listener.listen(CHANNEL).await.is_err() {
        return;
    }
    loop {
        tokio::select! {
            () = kernel.shutdown.cancelled() => return,
            received = listener.recv() => match received {
                Ok(notice) => {
                    let hints: Vec<crate::live::Hint> = serde_json::from_str(notice.payload()).unwrap_or_default();
                    for hint in hints {
                        kernel.live.arrived(hint);
                    }
                }
                Err(_) => return,
            },
        }
    }
}

async fn repeat(kernel: &Arc<Kernel>, tick: Tick) {
    while !kernel.shutdown.is_cancelled() {
        if leads(kernel, tick).await.unwrap_or(false)
            && let Err(error) = (tick.run)(kernel.clone()).await
        {
            tracing::warn!(key = "tick.failed", name = tick.name, error = %error);
        }
        idle(kernel, Duration::from_secs(tick.every_seconds)).await;
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
            or exists (select 1 from kernel.job where (state = 'running' and lease_until > clock_timestamp()) or (state = 'queued' and run_at <= $1)) as "busy!""#,
        wall as _
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(busy)
}
