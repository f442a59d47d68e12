//! Test control: what the next calls meet, the clock, and emptying what is pending.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State as Shared;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::body::{Body, Nothing};
use crate::model::{Next, Op, Waiting};
use crate::refusal::Refusal;
use crate::store::Tx;
use crate::{clock, dispute, due};

/// How long a flush waits for the other side.
const FLUSH_LIMIT: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewNext {
    next: Next,
    #[serde(default = "one")]
    count: u32,
}

fn one() -> u32 {
    1
}

#[derive(Serialize)]
pub(crate) struct Waits {
    data: Vec<Waiting>,
}

/// `POST /control/next`
pub(crate) async fn set_next(
    Shared(app): Shared<Arc<App>>,
    Body(new): Body<NewNext>,
) -> Result<Json<Waits>, Refusal> {
    if new.count > 1000 {
        return Err(Refusal::unprocessable(
            "count_invalid",
            "The count must be 0 to 1000.",
            "count",
        ));
    }
    let answer = app
        .store
        .write(|tx| {
            // A dispute that is open ends now; what is left over waits for one that opens.
            let done = match new.next {
                Next::WinDispute | Next::LoseDispute => {
                    dispute::close_open(tx, new.next == Next::WinDispute, new.count)?
                }
                _ => 0,
            };
            let mut waiting = tx.state.waiting.clone();
            if new.count == 0 {
                waiting.retain(|entry| entry.next != new.next);
            } else if waiting.len() >= 1000 {
                return Err(Refusal::conflict(
                    "too_many_waiting",
                    "Too many are waiting already.",
                ));
            } else {
                waiting.push(Waiting {
                    next: new.next,
                    count: new.count - done,
                });
                waiting.retain(|entry| entry.count > 0);
            }
            Ok(replace(tx, waiting))
        })
        .await;
    app.nudge.notify_one();
    answer
}

/// `GET /control/next`
pub(crate) async fn show_next(Shared(app): Shared<Arc<App>>) -> Result<Json<Waits>, Refusal> {
    app.store
        .read(|state| {
            let data = state.waiting.clone();
            Ok(Json(Waits { data }))
        })
        .await
}

/// `DELETE /control/next`
pub(crate) async fn clear_next(Shared(app): Shared<Arc<App>>) -> Result<Json<Waits>, Refusal> {
    app.store.write(|tx| Ok(replace(tx, Vec::new()))).await
}

fn replace(tx: &mut Tx<'_>, waiting: Vec<Waiting>) -> Json<Waits> {
    let data = waiting.clone();
    tx.put(Op::Next { waiting });
    Json(Waits { data })
}

#[derive(Serialize)]
pub(crate) struct Now {
    now: Timestamp,
}

#[derive(Serialize)]
pub(crate) struct Ran {
    now: Timestamp,
    ran: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetClock {
    now: Timestamp,
}

/// `GET /control/clock`
pub(crate) async fn show_clock(Shared(app): Shared<Arc<App>>) -> Result<Json<Now>, Refusal> {
    app.store
        .read(|state| Ok(Json(Now { now: state.now() })))
        .await
}

/// `POST /control/clock`: never backwards; what is due by then has happened when it answers.
pub(crate) async fn set_clock(
    Shared(app): Shared<Arc<App>>,
    Body(new): Body<SetClock>,
) -> Result<Json<Ran>, Refusal> {
    let wanted = clock::cut(new.now);
    let answer = app
        .store
        .write(|tx| {
            if tx.state.set_clock().is_none_or(|now| wanted > now) {
                tx.put(Op::Clock { now: wanted });
                tx.now = wanted;
            }
            let ran = due::run(tx)?;
            Ok(Json(Ran { now: tx.now, ran }))
        })
        .await;
    app.nudge.notify_one();
    answer
}

#[derive(Serialize)]
pub(crate) struct NextDue {
    next_due: Option<Timestamp>,
}

/// `GET /control/next_due`
pub(crate) async fn next_due(Shared(app): Shared<Arc<App>>) -> Result<Json<NextDue>, Refusal> {
    app.store
        .read(|state| {
            let next_due = state.next_due(state.now());
            Ok(Json(NextDue { next_due }))
        })
        .await
}

#[derive(Serialize)]
pub(crate) struct Flushed {
    pending: usize,
    delivered: u64,
}

/// `POST /control/flush`
pub(crate) async fn flush(
    Shared(app): Shared<Arc<App>>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<Flushed>, Refusal> {
    let before = app.delivered.load(Ordering::Relaxed);
    let start = Instant::now();
    app.store.write(due::run).await?;
    app.store.memory(|state, now| state.hurry(now)).await?;
    app.nudge.notify_one();
    loop {
        let pending = app
            .store
            .memory(|state, now| state.pending_due(now))
            .await?;
        if pending == 0 || start.elapsed() >= FLUSH_LIMIT || app.stop.is_cancelled() {
            let delivered = app.delivered.load(Ordering::Relaxed) - before;
            return Ok(Json(Flushed { pending, delivered }));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
