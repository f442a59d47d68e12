//! What every handler has at hand.

use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::Config;
use crate::store::Store;

pub(crate) struct App {
    pub(crate) config: Config,
    /// Base of links to our pages, without a slash at the end.
    pub(crate) base: String,
    pub(crate) store: Store,
    pub(crate) stop: CancellationToken,
    /// Wakes the deliverer before its time.
    pub(crate) nudge: Notify,
    /// Webhooks answered 2xx since the start.
    pub(crate) delivered: AtomicU64,
}

impl App {
    pub(crate) fn new(config: Config, address: SocketAddr, store: Store) -> Self {
        let base = config
            .public_url
            .as_deref()
            .map(|url| url.trim_end_matches('/').to_owned())
            .unwrap_or_else(|| format!("http://{address}"));
        Self {
            config,
            base,
            store,
            stop: CancellationToken::new(),
            nudge: Notify::new(),
            delivered: AtomicU64::new(0),
        }
    }
}
