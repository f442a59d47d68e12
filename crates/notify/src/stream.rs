//! `GET /events`: one stream per browser. It tells counts and what to look at again, never
//! content, and holds no database connection while it waits. A browser that comes back says which
//! event it heard last and hears the ones it missed, once and in order; where no stream gets
//! through, `GET /api/v1/events` tells the same to whoever asks now and then.

use axum::response::{
    IntoResponse, Response,
    sse::{Event, KeepAlive, Sse},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use kernel::{
    Cx, Error, Input, Query, Reader, Result, extract,
    live::{self, Hint},
};
use serde::Serialize;
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

/// A stream ends after this long, and no later than an unused session; the browser comes again and
/// is authenticated anew.
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
    /// The number of the newest hint that was told here.
    heard: i64,
    /// What the browser says it heard last.
    after: Option<i64>,
    _place: Place,
}

/// The account's event stream: counts at once, what was missed, then hints as they come.
pub(crate) async fn events(
    cx: Cx,
    Query(since): Query<Since>,
    headers: HeaderMap,
) -> Result<Response> {
    let session = cx.session()?;
    let account = session.account_id;
    let idle = Duration::from_secs(session.idle_seconds.unsigned_abs());
    if cx.kernel.shutdown.is_cancelled() {
        return Err(Error::unavailable("service_unavailable"));
    }
    // The browser's own memory of a stream that was cut, or that of another tab.
    let after = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse().ok())
        .filter(|number| *number >= 0)
        .or(since.after);
    let stream = Stream {
        heard: 0,
        after,
        account,
        hints: cx.kernel.live.listen(),
        until: Instant::now() + LONGEST.min(idle),
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
                self.begin().await;
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
                // Too slow for the channel: what was missed is read again.
                Err(RecvError::Lagged(_)) => {
                    self.after = Some(self.heard).filter(|heard| *heard > 0).or(self.after);
                    self.begin().await;
                }
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Tells where the stream stands, the counts, and what was missed. The channel was joined
    /// before, so that nothing falls between; what comes by both ways is told once.
    async fn begin(&mut self) {
        let open = Event::default()
            .comment("open")
            .retry(Duration::from_secs(2));
        match live::missed(&self.cx.kernel, self.account, self.after).await {
            Ok(missed) => {
                let heard = self.after.filter(|_| !missed.has_gap);
                let heard = heard.unwrap_or(missed.newest);
                self.ready.push_back(open.id(heard.to_string()));
                self.counts(None).await;
                if missed.has_gap {
                    self.everything(missed.newest);
                }
                for hint in missed.hints {
                    self.change(&hint);
                }
            }
            Err(error) => {
                tracing::warn!(key = "events.missed_failed", error = %error);
                self.ready.push_back(open);
                self.counts(None).await;
            }
        }
    }

    /// Takes a hint with those already waiting behind it.
    async fn arrived(&mut self, first: Hint) {
        let mut counted = BTreeSet::new();
        let mut next = Some(first);
        while let Some(hint) = next {
            if self.ends_with(&hint) {
                // What was read before is not told either: the browser that may know it comes
                // again and is told what it missed.
                self.until = Instant::now();
                self.ready.clear();
                return;
            }
            if hint.account == self.account {
                if hint.kind == "notice" {
                    counted.insert(hint.id);
                } else {
                    self.change(&hint);
                }
            }
            next = self.hints.try_recv().ok();
        }
        for workspace in counted {
            self.counts(Some(workspace)).await;
        }
    }

    /// Tells a change, once.
    fn change(&mut self, hint: &Hint) {
        if hint.number <= self.heard || hint.kind == "notice" || hint.kind == Hint::SESSION {
            return;
        }
        self.heard = hint.number;
        let data = json!({"kind": hint.kind, "id": hint.id, "version": hint.version});
        self.ready.push_back(
            Event::default()
                .event("change")
                .id(hint.number.to_string())
                .data(data.to_string()),
        );
    }

    /// Tells the browser to look at everything again: what it missed is partly forgotten.
    fn everything(&mut self, newest: i64) {
        self.ready.push_back(
            Event::default()
                .event("change")
                .id(newest.to_string())
                .data(json!({"kind": "*"}).to_string()),
        );
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

/// Since which event.
pub(crate) struct Since {
    after: Option<i64>,
}

impl Input for Since {
    fn read(r: &mut Reader) -> Self {
        Self {
            after: r.integer_opt("after", 0, 9_007_199_254_740_991),
        }
    }
}

/// What changed for the account since an event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct EventsView {
    /// The changes, oldest first, each once.
    changes: Vec<EventView>,
    /// What to ask with next time, as `after`.
    newest: i64,
    /// Whether some of what happened in between is forgotten: look at everything again.
    has_gap: bool,
}

/// That a record changed; read it again to know how.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct EventView {
    /// Its place among the account's events.
    number: i64,
    /// Kind of the record: `contract`, `proposal`, …; `notice` for the workspace's unread notices.
    kind: String,
    /// The record.
    id: Uuid,
}

/// Seconds after which asking again makes sense.
const POLL_SECONDS: &str = "10";

/// The same as the stream, for whoever asks now and then: nothing new is 304 to `If-None-Match`.
pub(crate) async fn api_events(
    cx: Cx,
    Query(since): Query<Since>,
    headers: HeaderMap,
) -> Result<Response> {
    let account = cx.session()?.account_id;
    let missed = live::missed(&cx.kernel, account, since.after).await?;
    let newest = match (missed.hints.last(), since.after) {
        (Some(last), _) => last.number,
        (None, Some(after)) if !missed.has_gap => after,
        (None, _) => missed.newest,
    };
    let tag = format!("\"{newest}\"");
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let hints = missed.hints.into_iter();
        extract::data(&EventsView {
            changes: hints
                .filter(|hint| hint.kind != Hint::SESSION)
                .map(|hint| EventView {
                    number: hint.number,
                    kind: hint.kind,
                    id: hint.id,
                })
                .collect(),
            newest,
            has_gap: missed.has_gap,
        })
    };
    let out = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    out.insert(header::RETRY_AFTER, HeaderValue::from_static(POLL_SECONDS));
    Ok(response)
}
