//! `guildhall serve`: bind, say so, bring the database up, wire, serve, drain.

use crate::config::Settings;
use anyhow::Context;
use database::{Access, Cluster, Database, Names, Part, PoolSettings};
use http::{StatusCode, header};
use kernel::{Kernel, config::Environment, server::Shared};
use std::{io::Write, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

/// A database with, if it is the private one, the cluster that must outlive its pool.
pub struct Store {
    /// The database.
    pub db: Database,
    access: Access,
    cluster: Option<Cluster>,
}

impl Store {
    /// Joins or starts the database.
    ///
    /// # Errors
    /// One sentence for the operator.
    pub async fn open(settings: &Settings, part: Part, small: bool) -> anyhow::Result<Self> {
        let names = Names::from_env()?;
        let (access, cluster) = match &settings.database_url {
            Some(url) => (
                Access::to_server(url, settings.direct_url.as_deref(), names)?,
                None,
            ),
            None => {
                let folder = settings.config.data.clone();
                let cluster = tokio::task::spawn_blocking(move || {
                    Cluster::open(database::Settings::new(folder, names), part)
                })
                .await??;
                if let Some(notice) = cluster.notice() {
                    tracing::warn!(key = "database.place", "{notice}");
                }
                (cluster.access(), Some(cluster))
            }
        };
        if cluster.is_some() || !settings.config.environment.is_production() {
            access.prepare().await?;
        }
        if !settings.config.environment.is_production() {
            database::migrate(&access).await?;
            // One process serves a private cluster, and it answers only when it has filled it.
            if cluster.is_some()
                && part == Part::Serve
                && database::forget_half_filled(&access).await?
            {
                tracing::warn!(
                    key = "demo.begun_again",
                    "the demo world was cut short and is made again"
                );
            }
        }
        let pool = if small {
            PoolSettings {
                max: 4,
                min: 0,
                ..PoolSettings::default()
            }
        } else {
            PoolSettings {
                max: settings.pool.max,
                min: settings.pool.min,
                idle: Duration::from_secs(settings.pool.idle.into()),
                lifetime: Duration::from_secs(settings.pool.lifetime.into()),
            }
        };
        let db = access.connect(pool).await?;
        if !settings.config.environment.is_production() {
            database::stamp(
                &db,
                settings.config.environment.name(),
                base::instant::wall(),
            )
            .await?;
        }
        Ok(Self {
            db,
            access,
            cluster,
        })
    }

    /// Migrates and stamps the database (`guildhall migrate`).
    ///
    /// # Errors
    /// The database's; one sentence when an administrator must create the roles.
    pub async fn migrate(&self, environment: Environment) -> anyhow::Result<()> {
        self.access.prepare().await?;
        database::migrate(&self.access).await?;
        database::stamp(&self.db, environment.name(), base::instant::wall()).await?;
        Ok(())
    }

    /// Closes the pool, then leaves the cluster.
    ///
    /// # Errors
    /// When the cluster does not stop.
    pub async fn close(self) -> anyhow::Result<()> {
        self.db.close().await;
        if let Some(cluster) = self.cluster {
            tokio::task::spawn_blocking(move || cluster.close()).await??;
        }
        Ok(())
    }
}

/// A wired kernel over an open store, with the movable clock started in test.
///
/// # Errors
/// The database's, or a fault of the wiring.
pub async fn kernel(
    settings: &Settings,
    store: &Store,
    shutdown: CancellationToken,
) -> anyhow::Result<(Arc<Kernel>, axum::Router)> {
    let kernel = Kernel::new(settings.config.clone(), store.db.clone(), shutdown)?;
    if settings.config.has_test() {
        let mut tx = store.db.begin_system(None).await?;
        kernel::clock::start(&mut tx).await?;
        tx.commit().await?;
    }
    let router = crate::wire(&kernel)?;
    Ok((kernel, router))
}

/// Serves until told to stop; `fill` makes the demo world in an empty installation first.
///
/// # Errors
/// One sentence for the operator when it cannot start.
pub async fn run(settings: Settings, fill: bool) -> anyhow::Result<()> {
    let shutdown = CancellationToken::new();
    let listener = TcpListener::bind(settings.config.listen)
        .await
        .with_context(|| format!("the address {} cannot be used", settings.config.listen))?;
    let address = listener.local_addr()?;
    let shared = Shared::new(starting());
    let server = tokio::spawn(kernel::server::serve(
        shutdown.clone(),
        settings.drain,
        listener,
        shared.clone(),
        settings.config.trusted_proxies.clone(),
    ));
    println!("listening on http://{address}");
    std::io::stdout().flush()?;
    {
        let shutdown = shutdown.clone();
        tokio::spawn(async move {
            told_to_stop().await;
            tracing::info!(key = "draining");
            shutdown.cancel();
            // Told twice: leave at once; what was running is taken up by its lease.
            told_to_stop().await;
            std::process::exit(1);
        });
    }
    let store = tokio::select! {
        opened = open_patiently(&settings) => opened?,
        () = shutdown.cancelled() => return Ok(()),
    };
    let (kernel, router) = kernel(&settings, &store, shutdown.clone()).await?;
    kernel.bound(address);
    crate::probe::note_database(&kernel, &store.db).await;
    crate::child::keep(&kernel).await?;
    if fill && crate::demo::is_empty(&kernel).await? {
        let marked = store.cluster.is_some();
        if marked {
            database::begin_filling(&store.access).await?;
        }
        crate::demo::fill(&kernel).await?;
        if marked {
            database::end_filling(&store.access).await?;
        }
    }
    shared.replace(router);
    watch(&kernel, &store, settings.pool.max);
    let background = kernel::server::background(&kernel);
    if settings.config.environment == Environment::Development {
        println!(
            "{}",
            crate::demo::WELCOME.replace("{address}", &format!("http://{address}"))
        );
    }
    server.await?;
    // Running work ends or is handed back, so that another process goes on with it at once.
    let _ = tokio::time::timeout(Duration::from_secs(12), background.wait()).await;
    if let Err(error) = leave(&kernel).await {
        tracing::warn!(key = "process.leave_failed", error = %error);
    }
    store.close().await
}

/// Takes this process off the list of those that serve.
async fn leave(kernel: &Kernel) -> kernel::Result<()> {
    let mut tx = kernel.db.begin_reserved().await?;
    sqlx::query!("delete from kernel.process where id = $1", kernel.process)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// In production and with a server of the operator's the database may come later than we do.
async fn open_patiently(settings: &Settings) -> anyhow::Result<Store> {
    let mut told = false;
    loop {
        match Store::open(settings, Part::Serve, false).await {
            Ok(store) => return Ok(store),
            Err(error) if settings.database_url.is_none() || is_final(&error) => return Err(error),
            Err(error) => {
                if !told {
                    tracing::warn!(key = "database.awaited", error = format!("{error:#}"));
                    told = true;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

fn is_final(error: &anyhow::Error) -> bool {
    !error.chain().any(|cause| {
        matches!(
            cause.downcast_ref::<sqlx::Error>(),
            Some(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Database(_))
        )
    })
}

/// Keeps the health report fresh: the database every two seconds, what lies outside every five,
/// figures for operators every ten; and follows the level of the logs.
fn watch(kernel: &Arc<Kernel>, store: &Store, connections: u32) {
    let kernel_of_outside = kernel.clone();
    tokio::spawn(crate::probe::watch_figures(kernel.clone(), connections));
    {
        let kernel = kernel.clone();
        tokio::spawn(async move {
            let mut known = None;
            while !kernel.shutdown.is_cancelled() {
                crate::log::follow(&kernel, &mut known).await;
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
        });
    }
    let (kernel, db) = (kernel.clone(), store.db.clone());
    tokio::spawn(async move {
        loop {
            crate::probe::note_database(&kernel, &db).await;
            tokio::select! {
                () = kernel.shutdown.cancelled() => break,
                () = tokio::time::sleep(Duration::from_secs(2)) => {}
            }
        }
    });
    let kernel = kernel_of_outside;
    tokio::spawn(async move {
        while !kernel.shutdown.is_cancelled() {
            crate::probe::note_outside(&kernel).await;
            tokio::select! {
                () = kernel.shutdown.cancelled() => break,
                () = tokio::time::sleep(crate::probe::EVERY) => {}
            }
        }
    });
}

/// Answers while the database is on its way: alive, not ready.
fn starting() -> axum::Router {
    axum::Router::new().route("/health/live", axum::routing::get(kernel::health::live)).fallback(|| async {
        let body = serde_json::json!({"type": "/errors/service_unavailable", "title": "Service Unavailable", "status": 503,
            "code": "service_unavailable", "detail": "Guildhall is starting. Please try again in a moment.",
            "request_id": base::id::new(), "timestamp": base::instant::wall(), "retryable": true});
        (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "application/problem+json"), (header::RETRY_AFTER, "1")], body.to_string())
    })
}

/// Returns when the process is asked to end.
pub async fn told_to_stop() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
