//! The payment provider's simulator: a process of its own with its own durable state, standing
//! where a real provider would stand in development and test. It takes cards and bank accounts on
//! its own pages (so their numbers never reach Guildhall), makes payments, refunds and payouts,
//! and tells of them by signed webhooks. In test mode it can be told to decline, to hang, to lose,
//! double or delay its events, and it follows a movable clock.
//!
//! Nothing it answers is lost: each change is in the journal, synced, before the answer goes out.

mod app;
mod back;
mod bank;
mod body;
mod card;
mod clock;
mod control;
mod destination;
mod dispute;
mod due;
mod event;
mod id;
mod journal;
mod method;
mod model;
mod money;
mod pages;
mod payment;
mod payout;
mod refund;
mod refusal;
mod routes;
mod state;
mod store;
mod webhook;
mod words;

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

pub use webhook::sign;

/// How the simulator runs. Everything but the folder and the secret has a safe default.
#[derive(Clone)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one, which `ready` is told.
    pub listen: SocketAddr,
    /// Folder of the journal. One live process per folder.
    pub state_dir: PathBuf,
    /// Shared secret: bearer of the API and key of the webhooks' signatures. Not empty.
    pub secret: String,
    /// Where events are posted. Without it they are only listed under `/v1/events`.
    pub webhook_url: Option<String>,
    /// Test mode: movable clock and `/control/*`.
    pub test: bool,
    /// Origins (`https://host[:port]`) to which hosted pages may send people back. While we listen
    /// on loopback, loopback origins are fine as well.
    pub page_origins: Vec<String>,
    /// Base of links to our own pages; by default the bound address.
    pub public_url: Option<String>,
}

impl Config {
    /// Loopback, free port, no webhooks, wall clock.
    pub fn new(state_dir: impl Into<PathBuf>, secret: impl Into<String>) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            state_dir: state_dir.into(),
            secret: secret.into(),
            webhook_url: None,
            test: false,
            page_origins: Vec::new(),
            public_url: None,
        }
    }
}

/// How long open requests may take to end once shutdown has begun.
const GRACE: Duration = Duration::from_secs(5);

/// Runs the simulator until `shutdown` ends. `ready` is told the bound address once requests are
/// taken.
///
/// # Errors
/// An empty secret, a malformed webhook address, a folder that cannot be used (not writable, held
/// by another process, a damaged journal), an address that cannot be bound, or a journal that can
/// no longer be written.
pub async fn serve(
    config: Config,
    ready: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    anyhow::ensure!(
        !config.secret.is_empty(),
        "the provider's secret must not be empty"
    );
    if let Some(url) = &config.webhook_url {
        reqwest::Url::parse(url).context("the webhook address is not a URL")?;
    }
    // The HTTP client wants a TLS provider even for plain HTTP; a second installation is refused,
    // which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();

    let (store, writer) = store::Store::open(&config).await?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    let app = Arc::new(app::App::new(config, address, store));

    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(due::watch(app.clone()));
    tasks.spawn(webhook::deliver(app.clone()));
    tasks.spawn(stop_on_failure(app.clone()));

    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let stop = app.stop.clone();
    let server = axum::serve(listener, routes::router(app.clone()))
        .with_graceful_shutdown(async move { stop.cancelled().await });
    let mut server = tokio::spawn(server.into_future());
    ready(address);

    tokio::select! {
        () = shutdown => {}
        () = app.stop.cancelled() => {}
    }
    app.stop.cancel();
    if tokio::time::timeout(GRACE, &mut server).await.is_err() {
        server.abort();
    }
    tasks.shutdown().await;
    app.store.close();
    let _ = tokio::task::spawn_blocking(move || writer.join()).await;
    anyhow::ensure!(!app.store.failed(), "the journal could not be written");
    Ok(())
}

/// A provider that cannot keep what it answers must not answer.
async fn stop_on_failure(app: Arc<app::App>) {
    app.store.until_failed().await;
    app.stop.cancel();
}
