//! What the provider tells: checked, stored raw, answered; then processed by fetching the object
//! as it is now, so that order, doubles and delay do not matter. Unknown ones are kept for review.

use super::port;
use crate::{chargeback, payment, payout, refund};
use base::Instant;
use kernel::{Cx, Error, Kernel, Result, extract};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// Seconds a signature may be old.
const AGE: i64 = 300;
/// Tries after which an event is left to people.
const MOST_TRIES: i32 = 20;
/// Events are a few hundred bytes.
const LONGEST: usize = 64 * 1024;

/// What the API document says of an event, for whoever stands in for the provider.
pub(crate) fn document() -> Value {
    serde_json::json!({
        "description": "An event of the payment provider. The body is signed as it is sent: \
            `v1 = hmac_sha256(secret, \"<t>.<body>\")` in lower-case hex, with the secret of \
            `GUILDHALL_PROVIDER_SECRET` and `t` in seconds since 1970, at most five minutes away. \
            Only `id` and `type` are taken at their word; the object itself is fetched from the \
            provider again. The same `id` twice is taken once. Anything else is answered with 400 `malformed`.",
        "parameters": [{"name": "Guildhall-Signature", "in": "header", "required": true,
            "description": "t=<seconds>,v1=<hex of HMAC-SHA-256>",
            "schema": {"type": "string", "pattern": "^t=[0-9]+,v1=[0-9a-f]{64}$"}}],
        "requestBody": {"required": true, "content": {"application/json": {
            "schema": {"type": "object", "required": ["id", "type", "data"], "properties": {
                "id": {"type": "string", "maxLength": 100, "description": "The event's own id."},
                "type": {"type": "string", "maxLength": 100, "description": "What happened: `payment.succeeded`, `payout.returned`, …"},
                "created_at": {"type": "string", "format": "date-time"},
                "data": {"type": "object", "description": "What it happened to: its `object` (`payment`, `refund`, `payout`, `dispute`), its `id`, and our `reference`.",
                    "properties": {"object": {"type": "string"}, "id": {"type": "string"}, "reference": {"type": "string"}}}}},
            "example": {"id": "evt_1", "type": "payment.succeeded", "created_at": "2026-11-20T12:00:00Z",
                "data": {"object": "payment", "id": "pay_1", "reference": "018f3a4e-0000-7000-8000-000000000000"}}}}}
    })
}

/// Takes an event. A refusal tells the sender nothing about what was wrong.
pub(crate) async fn receive(
    cx: Cx,
    headers: http::HeaderMap,
    body: axum::body::Body,
) -> Result<axum::response::Response> {
    let refused = || Error::refused(400, "malformed");
    let body = extract::collect(body, LONGEST)
        .await
        .map_err(|_| refused())?;
    let key = cx
        .kernel
        .provider()
        .map_err(|_| refused())?
        .secret
        .0
        .clone();
    let signature = headers
        .get("guildhall-signature")
        .and_then(|v| v.to_str().ok())
        .ok_or_else(refused)?;
    if !verified(&key, signature, &body, base::instant::wall()) {
        tracing::warn!(key = "provider.event_refused", request_id = %cx.request_id);
        return Err(refused());
    }
    let event: Value = serde_json::from_slice(&body).map_err(|_| refused())?;
    if !store(&cx.kernel, &[event]).await? {
        return Err(refused());
    }
    let kernel = cx.kernel.clone();
    tokio::spawn(async move {
        if let Err(error) = process(&kernel).await {
            tracing::warn!(key = "provider.events_wait", error = %error);
        }
    });
    Ok(extract::json(
        http::StatusCode::OK,
        &serde_json::json!({"received": true}),
    ))
}

/// Whether a signature `t=…,v1=…` is ours and not older (or younger) than five minutes.
fn verified(key: &[u8], signature: &str, body: &[u8], now: Instant) -> bool {
    let part = |name: &str| {
        signature
            .split(',')
            .find_map(|p| p.trim().strip_prefix(name)?.strip_prefix('='))
    };
    let (Some(t), Some(v1)) = (part("t"), part("v1")) else {
        return false;
    };
    let Ok(at) = t.parse::<i64>() else {
        return false;
    };
    if now.unix_seconds().saturating_sub(at).saturating_abs() > AGE {
        return false;
    }
    let Ok(given) = data_encoding::HEXLOWER_PERMISSIVE.decode(v1.as_bytes()) else {
        return false;
    };
    let mut message = format!("{t}.").into_bytes();
    message.extend_from_slice(body);
    base::secret::equal(&given, &base::secret::hmac(key, &message))
}

/// Stores events, each id once; false when one has no id: that one is left out, the others are kept.
pub(crate) async fn store(kernel: &Arc<Kernel>, events: &[Value]) -> Result<bool> {
    let wall = base::instant::wall();
    let mut tx = kernel.db.begin_system(None).await?;
    let mut sound = true;
    for event in events {
        let id = event["id"].as_str().filter(|id| id.len() <= 100);
        let kind = event["type"].as_str().filter(|kind| kind.len() <= 100);
        let (Some(id), Some(kind)) = (id, kind) else {
            tracing::error!(key = "provider.event_unreadable");
            sound = false;
            continue;
        };
        sqlx::query!(
            "insert into ledger.provider_event (id, kind, body, received_at, run_at) values ($1, $2, $3, $4, $4) on conflict do nothing",
            id,
            kind,
            event,
            wall as _
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(sound)
}

/// Processes stored events that are due; says how many.
///
/// # Errors
/// The database's; what goes wrong with one event is kept with it, and it is tried again later.
pub(crate) async fn process(kernel: &Arc<Kernel>) -> Result<usize> {
    // One at a time in a process: otherwise every event that arrives takes up all that wait, and
    // they queue for the same rows. Whoever comes after finds the rest, or nothing.
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = TURN.lock().await;
    let mut done = 0;
    loop {
        let wall = base::instant::wall();
        let mut tx = kernel.db.begin_system(None).await?;
        let due = sqlx::query!(
            "select id, body, attempts from ledger.provider_event where processed_at is null and run_at <= $1 order by run_at, id limit 50",
            wall as _
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        if due.is_empty() {
            return Ok(done);
        }
        for event in due {
            let workspace = route(kernel, &event.body).await?;
            let (state, error) = match handle(kernel, workspace, &event.body).await {
                Ok(()) => ("processed", None),
                Err(Error::NotFound) => ("kept", Some("it names nothing we know".to_owned())),
                Err(error) => {
                    let state = if event.attempts < MOST_TRIES {
                        "failing"
                    } else {
                        "kept"
                    };
                    (state, Some(error.to_string().chars().take(500).collect()))
                }
            };
            let processed = state != "failing";
            if let Some(error) = &error {
                tracing::warn!(key = "provider.event_failed", event = event.id, error);
            }
            let pause = 1_i64 << event.attempts.clamp(1, 10);
            let mut tx = kernel.db.begin_system(None).await?;
            sqlx::query!(
                "update ledger.provider_event set attempts = attempts + 1, last_error = $2, processed_at = $3, run_at = $4,
                   state = $5, workspace_id = coalesce($6, workspace_id)
                 where id = $1 and processed_at is null",
                event.id,
                error,
                processed.then_some(wall) as Option<Instant>,
                wall.plus_seconds(pause) as _,
                state,
                workspace
            )
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
            done += usize::from(processed);
        }
    }
}

/// Our record that an event names.
fn named(event: &Value) -> Option<Uuid> {
    event["data"]["reference"].as_str()?.parse().ok()
}

/// The workspace of the record an event names, if there is one.
async fn route(kernel: &Arc<Kernel>, event: &Value) -> Result<Option<Uuid>> {
    let Some(reference) = named(event) else {
        return Ok(None);
    };
    let object = event["data"]["object"].as_str().unwrap_or_default();
    let mut tx = kernel.db.begin_system(None).await?;
    let workspace = match object {
        "payment" | "dispute" => {
            sqlx::query_scalar!(
                "select workspace_id from ledger.payment where id = $1",
                reference
            )
            .fetch_optional(&mut *tx)
            .await?
        }
        "refund" => {
            sqlx::query_scalar!(
                "select workspace_id from ledger.refund where id = $1",
                reference
            )
            .fetch_optional(&mut *tx)
            .await?
        }
        "payout" => {
            sqlx::query_scalar!(
                "select workspace_id from ledger.payout where id = $1",
                reference
            )
            .fetch_optional(&mut *tx)
            .await?
        }
        _ => None,
    };
    tx.commit().await?;
    Ok(workspace)
}

async fn handle(kernel: &Arc<Kernel>, workspace: Option<Uuid>, event: &Value) -> Result<()> {
    let (Some(workspace), Some(reference)) = (workspace, named(event)) else {
        return Err(Error::NotFound);
    };
    let data = &event["data"];
    match data["object"].as_str().unwrap_or_default() {
        "payment" => payment::settle::refresh(kernel, workspace, reference)
            .await
            .map(drop),
        "refund" => refund::drive(kernel, workspace, reference).await.map(drop),
        "payout" => payout::settle::refresh(kernel, workspace, reference)
            .await
            .map(drop),
        _ => {
            let fact = port(kernel)?
                .dispute(data["id"].as_str().unwrap_or_default())
                .await?;
            if fact.payment_reference.parse() != Ok(reference) {
                return Err(Error::NotFound);
            }
            chargeback::follow(kernel, workspace, reference, &fact)
                .await
                .map(drop)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(key: &[u8], t: i64, body: &[u8]) -> String {
        let mut message = format!("{t}.").into_bytes();
        message.extend_from_slice(body);
        format!(
            "t={t},v1={}",
            data_encoding::HEXLOWER.encode(&base::secret::hmac(key, &message))
        )
    }

    #[test]
    fn only_a_fresh_signature_of_this_body_passes() {
        let (key, body, now) = (
            b"secret".as_slice(),
            b"{}".as_slice(),
            Instant::from_unix_seconds(1_000_000),
        );
        assert!(verified(key, &signed(key, 1_000_000, body), body, now));
        assert!(verified(
            key,
            &signed(key, 1_000_000 - 299, body),
            body,
            now
        ));
        assert!(!verified(
            key,
            &signed(key, 1_000_000 - 600, body),
            body,
            now
        ));
        assert!(!verified(
            key,
            &signed(key, 1_000_000 + 600, body),
            body,
            now
        ));
        assert!(!verified(
            key,
            &signed(b"other", 1_000_000, body),
            body,
            now
        ));
        assert!(!verified(key, &signed(key, 1_000_000, body), b"{ }", now));
        for bad in ["", "t=,v1=", "v1=00", "t=1000000", "t=x,v1=zz"] {
            assert!(!verified(key, bad, body, now));
        }
    }
}
