//! `GET /events`: one stream per browser. It tells counts and what to look at again, never
//! content, and holds no database connection while it waits.

use axum::response::{
    IntoResponse, Response,
    sse::{Event, KeepAlive, Sse},
};
use http::{HeaderName, HeaderValue};
use kernel::{Cx, Error, Result, live::Hint};
use serde_json::json;
use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    convert::Infallible,
    sync::Mutex,
    time::Duration,
};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::Instant,
};
use uuid::Uuid;

/// A stream ends after this long; the browser comes again and is authenticated anew.
const LONGEST: Duration = Duration::from_secs(600);
/// Streams of one account at once: one a browser is usual.
const STREAMS_MOST: usize = 20;

static OPEN: Mutex<Option<HashMap<Uuid, usize>>> = Mutex::new(None);

/// A place among the account's streams, given back when the stream ends.
struct Place(Uuid);

impl Place {
    fn take(account: Uuid) -> Result<Self> {
        let mut open = OPEN
            .lock()
            .map_err(|_| Error::unavailable("service_unavailable"))?;
        let count = open.get_or_insert_default().entry(account).or_default();
        if *count >= STREAMS_MOST {
            return Err(Error::refused(429, "rate_limited"));
        }
        *count += 1;
        Ok(Self(account))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Ok(mut open) = OPEN.lock()
            && let Some(open) = open.as_mut()
            && let Some(count) = open.get_mut(&self.0)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.0);
            }
        }
    }
}

struct Stream {
    cx: Cx,
    account: Uuid,
    hints: Receiver<Hint>,
    until: Instant,
    ready: VecDeque<Event>,
    fresh: bool,
    _place: Place,
}

/// The account's event stream: counts at once (so nothing missed while away matters), then hints.
pub(crate) async fn events(cx: Cx) -> Result<Response> {
    let account = cx.session()?.account_id;
    let stream = Stream {
        account,
        hints: cx.kernel.live.listen(),
        until: Instant::now() + LONGEST,
        ready: VecDeque::new(),
        fresh: true,
        _place: Place::take(account)?,
        cx,
    };
    let told = futures_util::stream::unfold(stream, |mut stream| async move {
        let event = stream.next().await?;
        Some((Ok::<_, Infallible>(event), stream))
    });
    let mut response = Sse::new(told)
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
        .into_response();
    response.headers_mut().insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    Ok(response)
}

impl Stream {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if Instant::now() >= self.until {
                return None;
            }
            if self.fresh {
                self.fresh = false;
                self.ready.push_back(
                    Event::default()
                        .comment("open")
                        .retry(Duration::from_secs(2)),
                );
                self.counts(None).await;
                continue;
            }
            let shutdown = self.cx.kernel.shutdown.clone();
            let received = tokio::select! {
                () = shutdown.cancelled() => return None,
                () = tokio::time::sleep_until(self.until) => return None,
                received = self.hints.recv() => received,
            };
            match received {
                Ok(hint) if self.ends_with(&hint) => return None,
                Ok(hint) => self.arrived(hint).await,
                // Too slow for the channel: what was missed is made up for by the counts.
                Err(RecvError::Lagged(_)) => self.counts(None).await,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Takes a hint with those already waiting behind it; equal ones are told once.
    async fn arrived(&mut self, first: Hint) {
        let mut counted = BTreeSet::new();
        let mut changed = BTreeSet::new();
        let mut next = Some(first);
        while let Some(hint) = next {
            if self.ends_with(&hint) {
                // What was read before is not told either: the browser that may know it comes
                // again and is told by its counts.
                self.until = Instant::now();
                return;
            }
            if hint.account == self.account {
                if hint.kind == "notice" {
                    counted.insert(hint.id);
                } else {
                    changed.insert((hint.kind, hint.id, hint.version));
                }
            }
            next = self.hints.try_recv().ok();
        }
        for (kind, id, version) in changed {
            self.push(
                "change",
                &json!({"kind": kind, "id": id, "version": version}),
            );
        }
        for workspace in counted {
            self.counts(Some(workspace)).await;
        }
    }

    /// Whether the hint says that a session of this account ended, perhaps the one that listens.
    fn ends_with(&self, hint: &Hint) -> bool {
        hint.account == self.account && hint.kind == Hint::SESSION
    }

    fn push(&mut self, name: &'static str, data: &serde_json::Value) {
        self.ready
            .push_back(Event::default().event(name).data(data.to_string()));
    }

    /// Tells how many notices are unread, in one workspace or in all of the account.
    async fn counts(&mut self, workspace: Option<Uuid>) {
        match self.count(workspace).await {
            Ok(counts) => {
                for (id, slug, unread) in counts {
                    self.push(
                        "notice",
                        &json!({"kind": "notice", "id": id, "workspace": slug, "unread": unread}),
                    );
                }
            }
            Err(error) => tracing::warn!(key = "events.count_failed", error = %error),
        }
    }

    async fn count(&self, workspace: Option<Uuid>) -> Result<Vec<(Uuid, String, i64)>> {
        let mut tx = self.cx.kernel.db.begin_system(None).await?;
        let rows = sqlx::query!(
            r#"select w.workspace_id, w.slug,
                 (select count(*) from notify.notification n
                  where n.workspace_id = m.workspace_id and n.member_id = m.id and n.read_at is null) as "unread!"
               from kernel.member m join kernel.workspace w on w.workspace_id = m.workspace_id
               where m.account_id = $1 and m.state = 'active' and ($2::uuid is null or m.workspace_id = $2)
               order by w.slug limit 50"#,
            self.account,
            workspace
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(rows
            .into_iter()
            .map(|r| (r.workspace_id, r.slug, r.unread))
            .collect())
    }
}
