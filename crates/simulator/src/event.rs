//! Events: made with the change they tell of, listed for pollers, posted by `webhook`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::body::{Asked, limit};
use crate::clock;
use crate::id;
use crate::model::{Event, EventData, EventFace, Next, Op};
use crate::refusal::Refusal;
use crate::store::Tx;

/// How late a late event is, on the business clock.
const LATE: SignedDuration = SignedDuration::from_mins(20);

/// Makes an event about a change at `at`.
pub(crate) fn emit(
    tx: &mut Tx<'_>,
    kind: &str,
    at: Timestamp,
    data: EventData,
) -> Result<(), Refusal> {
    let id = id::fresh("evt")?;
    let seq = u64::try_from(tx.state.events.len()).map_err(|_| Refusal::internal())? + 1;
    let next = tx.take_next(&[Next::LoseEvent, Next::DoubleEvent, Next::LateEvent]);
    tx.put(Op::Event {
        object: Event {
            face: EventFace {
                id,
                seq,
                kind: kind.to_owned(),
                created_at: at,
                data,
            },
            copies: match next {
                Some(Next::LoseEvent) => 0,
                Some(Next::DoubleEvent) => 2,
                _ => 1,
            },
            not_before: (next == Some(Next::LateEvent)).then(|| clock::later(at, LATE)),
            kept_at: clock::wall(),
        },
    });
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventsAsked {
    after: Option<u64>,
    limit: Option<usize>,
}

#[derive(Serialize)]
pub(crate) struct Events {
    data: Vec<EventFace>,
    has_more: bool,
    next_after: u64,
}

/// `GET /v1/events`
pub(crate) async fn list(
    Shared(app): Shared<Arc<App>>,
    Asked(asked): Asked<EventsAsked>,
) -> Result<Json<Events>, Refusal> {
    let limit = limit(asked.limit)?;
    let after = asked.after.unwrap_or(0);
    app.store
        .read(|state| {
            let start = usize::try_from(after).unwrap_or(usize::MAX);
            let rest = state.events.get(start..).unwrap_or_default();
            let data: Vec<_> = rest
                .iter()
                .take(limit)
                .map(|event| event.face.clone())
                .collect();
            Ok(Json(Events {
                next_after: data.last().map_or(after, |event| event.seq),
                has_more: rest.len() > limit,
                data,
            }))
        })
        .await
}
