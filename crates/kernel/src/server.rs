//! The accept loop, with limits that a plain `serve` does not have (header size, slow headers,
//! connections), and an end that loses no request.

mod background;
mod leftover;
mod supervise;

pub(crate) use background::idle;
pub use background::{background, settle};

use crate::config::Network;
use axum::{Router, extract::ConnectInfo};
use http::{HeaderValue, header};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Connections at once; more wait in the kernel's backlog.
const CONNECTIONS: usize = 4096;

/// Connections at once from one address (of IPv6 from one /64, which is one customer's) that is no
/// proxy of ours; more are cut off.
const CONNECTIONS_OF_ONE: usize = 1024;

/// Who has how many connections.
#[derive(Clone)]
struct Seats {
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    proxies: Arc<Vec<Network>>,
}

/// One connection's seat, given back when dropped.
struct Seat(Option<(Seats, IpAddr)>);

impl Seats {
    fn new(proxies: Vec<Network>) -> Self {
        Self {
            taken: Arc::default(),
            proxies: Arc::new(proxies),
        }
    }

    /// `None` when this address has its share. The machine itself and its proxies have no bound of
    /// their own: behind them are many.
    fn take(&self, address: IpAddr) -> Option<Seat> {
        if address.to_canonical().is_loopback() || self.proxies.iter().any(|n| n.contains(address))
        {
            return Some(Seat(None));
        }
        let address = whose(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(address).or_default();
        if *count >= CONNECTIONS_OF_ONE {
            return None;
        }
        *count += 1;
        Some(Seat(Some((self.clone(), address))))
    }
}

/// The address under which connections are counted.
fn whose(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            [a, b, c, d, 0, 0, 0, 0].into()
        }
        v4 => v4,
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some((seats, address)) = self.0.take() {
            let mut taken = seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = taken.get_mut(&address) {
                *count -= 1;
                if *count == 0 {
                    taken.remove(&address);
                }
            }
        }
    }
}

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

/// Serves until told to stop. Then it goes on accepting for `grace`, so that whoever sends requests
/// here can see that it is no longer ready, asks each client to come by a new connection, and lets
/// requests finish for up to 30 seconds.
pub async fn serve(
    shutdown: CancellationToken,
    grace: Duration,
    listener: TcpListener,
    router: Shared,
    proxies: Vec<Network>,
) {
    let seats = Seats::new(proxies);
    let draining = shutdown;
    let shutdown = CancellationToken::new();
    {
        let (draining, shutdown) = (draining.clone(), shutdown.clone());
        tokio::spawn(async move {
            draining.cancelled().await;
            tokio::time::sleep(grace).await;
            shutdown.cancel();
        });
    }
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
        let Some(seat) = seats.take(peer.ip()) else {
            continue;
        };
        // A failure only costs latency.
        let _ = stream.set_nodelay(true);
        let (router, shutdown) = (router.clone(), shutdown.clone());
        let draining = draining.clone();
        running.spawn(async move {
            let (_place, _seat) = (place, seat);
            let service =
                hyper::service::service_fn(move |request: http::Request<hyper::body::Incoming>| {
                    let router = router.current();
                    let draining = draining.clone();
                    async move {
                        let asks = request.headers().contains_key(header::EXPECT);
                        let (parts, body) = request.into_parts();
                        let (body, rest) = leftover::Watched::new(body);
                        let mut request =
                            http::Request::from_parts(parts, axum::body::Body::new(body));
                        request
                            .extensions_mut()
                            .insert(ConnectInfo::<SocketAddr>(peer));
                        let mut answered = router.oneshot(request).await;
                        let last = !rest.read(asks).await || draining.is_cancelled();
                        if let (true, Ok(answer)) = (last, &mut answered) {
                            let close = HeaderValue::from_static("close");
                            answer.headers_mut().insert(header::CONNECTION, close);
                        }
                        answered
                    }
                });
            // Telling HTTP/2 apart waits for a client's first bytes without a limit; proxies speak
            // HTTP/1 to us.
            let mut builder = Builder::new(TokioExecutor::new()).http1_only();
            builder
                .http1()
                .timer(TokioTimer::new())
                .header_read_timeout(Duration::from_secs(10))
                // Above our own limits, so that it is we who say what was too large.
                .max_buf_size(96 * 1024)
                .max_headers(500)
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

#[cfg(test)]
mod tests {
    use super::whose;
    use std::net::IpAddr;

    #[test]
    fn an_ipv6_customer_has_one_share() {
        for (address, counted) in [
            ("203.0.113.9", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ] {
            let (address, counted): (IpAddr, IpAddr) = (
                address.parse().expect("an address"),
                counted.parse().expect("an address"),
            );
            assert_eq!(whose(address), counted);
        }
    }
}
