//! What of a request's body nobody has read. An answer that comes before the end of the body (a
//! refusal) leaves the rest on the connection: the next request would be read from the middle of it,
//! and a connection cut with bytes unread may take the answer with it.

use axum::body::{Bytes, HttpBody};
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::sync::oneshot;

/// As much is read for the sake of the connection; whoever sends more loses it.
const MOST: usize = 32 * 1024 * 1024;
/// So long it is read.
const WHILE: Duration = Duration::from_secs(3);

/// A body that hands over what is left of it when it is dropped.
pub(super) struct Watched {
    body: Option<Incoming>,
    rest: Option<oneshot::Sender<Incoming>>,
}

/// Where the rest of a body comes to.
pub(super) struct Rest(oneshot::Receiver<Incoming>);

impl Watched {
    pub fn new(body: Incoming) -> (Self, Rest) {
        let (rest, receiver) = oneshot::channel();
        let watched = Self {
            body: Some(body),
            rest: Some(rest),
        };
        (watched, Rest(receiver))
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(body).poll_frame(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let (Some(body), Some(rest)) = (self.body.take(), self.rest.take())
            && !body.is_end_stream()
        {
            // Nobody waits for it when the connection has ended.
            let _ = rest.send(body);
        }
    }
}

impl Rest {
    /// Reads what nobody wants; says whether the connection may carry another request. A client
    /// that `asks` before it sends (`Expect`) is not told to go on.
    pub async fn read(mut self, asks: bool) -> bool {
        let Ok(mut body) = self.0.try_recv() else {
            return true;
        };
        if asks {
            return false;
        }
        let through = async {
            let mut sum = 0;
            while let Some(frame) = body.frame().await {
                let Ok(frame) = frame else { return false };
                sum += frame.data_ref().map_or(0, Bytes::len);
                if sum > MOST {
                    return false;
                }
            }
            true
        };
        tokio::time::timeout(WHILE, through).await.unwrap_or(false)
    }
}
