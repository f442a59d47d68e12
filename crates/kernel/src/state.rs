//! The kernel's state, shared by every request and background task of a process.

use crate::{
    BoxFuture, Config, Error, Member, Product, Result, Session, Workspace,
    deadline::Deadline,
    events::Consumer,
    jobs::JobKind,
    live::Live,
    product::{Check, Nav},
    rate::Limits,
    route::Meta,
    schedule::Schedule,
};
use base::Instant;
use database::Database;
use std::{
    sync::{Arc, OnceLock, RwLock},
    time::Duration,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Work repeated on the wall clock, by one process at a time.
#[derive(Clone, Copy)]
pub struct Tick {
    /// Name of its lease.
    pub name: &'static str,
    /// Seconds between runs.
    pub every_seconds: u64,
    /// One run; it says how much it did.
    pub run: fn(Arc<Kernel>) -> BoxFuture<'static, Result<usize>>,
}

/// How identity resolves a presented credential; the kernel does not know accounts.
pub trait Sessions: Send + Sync {
    /// The live session of this token's hash. Where it is `used`, which is kept at most every five
    /// minutes, its idle time begins anew.
    fn resolve<'a>(
        &'a self,
        kernel: &'a Arc<Kernel>,
        token_hash: Vec<u8>,
        used: bool,
    ) -> BoxFuture<'a, Result<Option<Session>>>;
}

/// What is remembered for at most five seconds, and forgotten at once where it changes here.
pub struct Cache {
    /// Sessions in use by token hash; `None` remembers a token that is not live.
    pub sessions: moka::future::Cache<Vec<u8>, Option<Arc<Session>>>,
    /// Members by (workspace, account).
    pub members: moka::future::Cache<(Uuid, Uuid), Option<Arc<Member>>>,
    /// Workspaces by slug.
    pub workspaces: moka::future::Cache<String, Arc<Workspace>>,
    /// What stands beside lists, by what was asked: not for five seconds, but until the number of
    /// the last change is another one.
    pub counts: moka::future::Cache<String, Arc<Counts>>,
}

/// Counts, and the number of the last change they hold.
#[derive(Debug)]
pub struct Counts {
    /// The number.
    pub number: i64,
    /// What is counted, of which value, and how often.
    pub rows: Vec<(String, String, i64)>,
}

/// One process of Guildhall.
pub struct Kernel {
    /// What the operator set.
    pub config: Config,
    /// The database.
    pub db: Database,
    /// Short-lived memory.
    pub cache: Cache,
    /// Rate limits.
    pub limits: Limits,
    /// Live notices to browsers.
    pub live: Live,
    /// Refusals that wait to be audited.
    pub denials: crate::audit::Denials,
    /// Wakes the dispatcher after a commit with events.
    pub wake: Notify,
    /// Wakes the deliverers when something was fanned out to them.
    pub wake_deliverers: Notify,
    /// Wakes the workers after a commit with jobs to be done at once.
    pub wake_workers: Notify,
    /// Cancelled when the process drains.
    pub shutdown: CancellationToken,
    /// This process, as a holder of leases.
    pub process: Uuid,
    /// The latest health report.
    pub health: Arc<crate::health::Health>,
    /// Client for calls to the outside: 5 s to connect, 30 s in all, no redirects.
    pub http: reqwest::Client,
    wiring: OnceLock<Wiring>,
    base_url: OnceLock<String>,
    provider: RwLock<Option<Arc<crate::config::Provider>>>,
}

/// What products plugged in.
pub struct Wiring {
    /// How credentials are resolved.
    pub sessions: Arc<dyn Sessions>,
    /// Every consumer of events.
    pub consumers: Vec<Consumer>,
    /// What follows from events at once.
    pub at_once: Vec<crate::product::AtOnce>,
    /// Every kind of job.
    pub jobs: Vec<JobKind>,
    /// What recurs daily; their jobs are among the kinds above.
    pub schedules: Vec<Schedule>,
    /// Everything that falls due.
    pub deadlines: Vec<Deadline>,
    /// Repeated work.
    pub ticks: Vec<Tick>,
    /// Sections of the frame.
    pub nav: Vec<Nav>,
    /// Invariants.
    pub checks: Vec<Check>,
    /// How many notices a member has not read, for the frame's badge.
    pub unread: Option<crate::product::CountUnread>,
    /// What products have to say when a member leaves.
    pub leaving: Vec<crate::product::Leaving>,
    /// All routes, for documents and sweeps.
    pub routes: Vec<&'static Meta>,
}

impl Kernel {
    /// A process over this database, not yet wired; it drains when `shutdown` is cancelled.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(
        config: Config,
        db: Database,
        shutdown: CancellationToken,
    ) -> anyhow::Result<Arc<Self>> {
        let five = Duration::from_secs(5);
        let kernel = Self {
            cache: Cache {
                sessions: moka::future::Cache::builder()
                    .max_capacity(20_000)
                    .time_to_live(five)
                    .build(),
                members: moka::future::Cache::builder()
                    .max_capacity(20_000)
                    .time_to_live(five)
                    .build(),
                workspaces: moka::future::Cache::builder()
                    .max_capacity(1_000)
                    .time_to_live(five)
                    .build(),
                counts: moka::future::Cache::builder()
                    .max_capacity(1_000)
                    .time_to_live(Duration::from_secs(60))
                    .build(),
            },
            limits: Limits::default(),
            live: Live::default(),
            denials: crate::audit::Denials::default(),
            wake: Notify::new(),
            wake_deliverers: Notify::new(),
            wake_workers: Notify::new(),
            shutdown,
            process: base::id::new(),
            health: Arc::default(),
            http: reqwest::Client::builder()
                .connect_timeout(five)
                .timeout(Duration::from_secs(30))
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            wiring: OnceLock::new(),
            base_url: OnceLock::new(),
            provider: RwLock::new(config.provider.clone().map(Arc::new)),
            config,
            db,
        };
        Ok(Arc::new(kernel))
    }

    /// Plugs the products in and gives their routes; called once.
    ///
    /// # Errors
    /// When it was wired before, or two routes share an operation.
    pub fn wire(
        self: &Arc<Self>,
        sessions: Arc<dyn Sessions>,
        products: Vec<Product>,
    ) -> anyhow::Result<axum::Router> {
        let mut wiring = Wiring {
            sessions,
            consumers: vec![],
            at_once: vec![],
            jobs: vec![],
            schedules: vec![],
            deadlines: vec![],
            ticks: vec![],
            nav: vec![],
            checks: vec![],
            unread: None,
            leaving: vec![],
            routes: vec![],
        };
        let mut routes = vec![];
        let mut constraints = vec![];
        for product in products {
            routes.extend(product.routes);
            constraints.extend(product.constraints);
            wiring.consumers.extend(product.consumers);
            wiring.at_once.extend(product.at_once);
            wiring.jobs.extend(product.jobs);
            wiring.jobs.extend(product.schedules.iter().map(|s| s.job));
            wiring.schedules.extend(product.schedules);
            wiring.deadlines.extend(product.deadlines);
            wiring.ticks.extend(product.ticks);
            wiring.nav.extend(product.nav);
            wiring.checks.extend(product.checks);
            wiring.unread = wiring.unread.or(product.unread);
            wiring.leaving.extend(product.leaving);
        }
        crate::error::register_constraints(constraints);
        let (router, metas) = crate::route::router(self, routes)?;
        wiring.routes = metas;
        anyhow::ensure!(self.wiring.set(wiring).is_ok(), "the kernel is wired once");
        Ok(router)
    }

    /// What follows from events in their own transaction; nothing before products are plugged in.
    pub(crate) fn at_once(&self) -> &[crate::product::AtOnce] {
        self.wiring.get().map_or(&[], |wiring| &wiring.at_once)
    }

    /// What products plugged in.
    ///
    /// # Panics
    /// Before [`Kernel::wire`].
    #[must_use]
    pub fn wiring(&self) -> &Wiring {
        self.wiring.get().expect("the kernel was wired at start")
    }

    /// The address people use, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.config
            .base_url
            .as_deref()
            .or_else(|| self.base_url.get().map(String::as_str))
            .unwrap_or("http://127.0.0.1:8080")
    }

    /// Tells the bound address, which is the base address unless one is configured.
    pub fn bound(&self, address: std::net::SocketAddr) {
        let _ = self.base_url.set(format!("http://{address}"));
    }

    /// The payment provider: configured, or the child this process started.
    ///
    /// # Errors
    /// 503 `payment_unavailable` when there is none.
    pub fn provider(&self) -> Result<Arc<crate::config::Provider>> {
        self.provider
            .read()
            .ok()
            .and_then(|provider| provider.clone())
            .ok_or_else(|| Error::unavailable("payment_unavailable"))
    }

    /// Tells the provider that this process started as its child, or found running.
    pub fn set_provider(&self, provider: crate::config::Provider) {
        if let Ok(mut slot) = self.provider.write() {
            *slot = Some(Arc::new(provider));
        }
    }

    /// The business time now, outside any transaction.
    ///
    /// # Errors
    /// The database's, in test.
    pub async fn now(&self) -> Result<Instant> {
        if !self.config.has_test() {
            return Ok(crate::clock::set_right(base::instant::wall()));
        }
        let mut tx = self.db.begin_system(None).await?;
        let now = crate::clock::business(&mut tx, true).await?;
        tx.commit().await?;
        Ok(now)
    }
}
