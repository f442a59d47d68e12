//! A provider simulator of its own, for tests with several servers behind one provider.

use std::net::SocketAddr;
use tokio::sync::oneshot;

/// A running simulator; it ends with this value.
pub struct Simulator {
    /// Its address, for `GUILDHALL_PROVIDER_URL`.
    pub url: String,
    /// Its secret, for `GUILDHALL_PROVIDER_SECRET`.
    pub secret: String,
    _stop: oneshot::Sender<()>,
    _folder: tempfile::TempDir,
}

impl Simulator {
    /// Starts one in test mode, whose events are read from its list (no webhooks).
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let secret = "a-secret-shared-with-the-provider".to_owned();
        let config = simulator::Config {
            test: true,
            ..simulator::Config::new(folder.path(), &secret)
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = oneshot::channel::<SocketAddr>();
        tokio::spawn(simulator::serve(
            config,
            move |address| {
                let _ = tell.send(address);
            },
            async move {
                let _ = stopped.await;
            },
        ));
        let address = told.await.expect("the simulator starts");
        Self {
            url: format!("http://{address}"),
            secret,
            _stop: stop,
            _folder: folder,
        }
    }
}
