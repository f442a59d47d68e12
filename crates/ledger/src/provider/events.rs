//! What the provider told, for those who look after money: seen as it came (without what must not
//! be seen), and processed again when something was mended. Rows are global; a workspace sees its own.

pub(crate) mod web;

use super::inbox;
use base::Instant;
use kernel::{
    Action, Cx, Error, Input, Kernel, Reader, Result,
    list::{Page, Paging},
};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use uuid::Uuid;

/// Processes an event again.
pub const REPLAY: Action = Action::new(
    "provider_event.replay",
    "provider_event",
    "provider_event.show",
);

/// What may become of an event.
pub const STATES: &[&str] = &["waiting", "failing", "processed", "kept"];

/// An event of the provider.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProviderEventView {
    /// The provider's id of it: `evt_…`
    pub id: String,
    /// `payment.succeeded`, `payout.paid`, …
    pub kind: String,
    /// `waiting`, `failing` (tried again by itself), `processed`, or `kept` for review.
    pub state: String,
    /// Why it failed or was kept.
    pub reason: Option<String>,
    /// Our record it names.
    pub reference: Option<Uuid>,
    /// How often it was tried.
    pub attempts: i32,
    /// When it came.
    pub received_at: Instant,
    /// When it was done with.
    pub processed_at: Option<Instant>,
}

/// An event with what was said in it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProviderEventDetailView {
    /// The event.
    pub event: ProviderEventView,
    /// Its body as it came; secrets and numbers of cards and accounts are masked.
    #[schema(value_type = Object)]
    pub body: Value,
}

struct Row {
    id: String,
    kind: String,
    state: String,
    last_error: Option<String>,
    body: Value,
    attempts: i32,
    received_at: Instant,
    processed_at: Option<Instant>,
}

impl Row {
    fn view(&self) -> ProviderEventView {
        ProviderEventView {
            id: self.id.clone(),
            kind: self.kind.clone(),
            state: self.state.clone(),
            reason: self.last_error.clone(),
            reference: self.body["data"]["reference"]
                .as_str()
                .and_then(|t| t.parse().ok()),
            attempts: self.attempts,
            received_at: self.received_at,
            processed_at: self.processed_at,
        }
    }
}

/// Which events are asked for.
pub struct EventQuery {
    /// Only those in this state.
    pub state: Option<&'static str>,
    /// Only those of this kind: `payment.succeeded`.
    pub kind: Option<String>,
    /// Which page.
    pub paging: Paging,
}

impl Input for EventQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            state: r.choice_opt("state", STATES),
            kind: r.line_opt("kind", 100),
            paging: Paging::read(r),
        }
    }
}

/// The workspace's events, the newest first.
///
/// # Errors
/// 400 `invalid_cursor`, or the database's.
pub async fn list(cx: &Cx, query: &EventQuery) -> Result<Page<ProviderEventView>> {
    let position = query.paging.position::<(Instant, String)>()?;
    let back = position.as_ref().is_some_and(|p| p.back);
    let (at, last) = match &position {
        Some(p) => p.key.clone(),
        None => (Instant::from_unix_seconds(i64::MAX), String::new()),
    };
    let mut tx = cx.begin_system().await?;
    let workspace = tx.workspace();
    let rows = if back {
        sqlx::query_as!(
            Row,
            "select id, kind, state, last_error, body, attempts, received_at, processed_at from ledger.provider_event
             where workspace_id = $1 and (received_at, id) > ($2, $3) and ($4::text is null or state = $4) and ($5::text is null or kind = $5)
             order by received_at, id limit $6",
            workspace, at as _, last, query.state, query.kind, query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_as!(
            Row,
            "select id, kind, state, last_error, body, attempts, received_at, processed_at from ledger.provider_event
             where workspace_id = $1 and (received_at, id) < ($2, $3) and ($4::text is null or state = $4) and ($5::text is null or kind = $5)
             order by received_at desc, id desc limit $6",
            workspace, at as _, last, query.state, query.kind, query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from ledger.provider_event where workspace_id = $1
             and ($2::text is null or state = $2) and ($3::text is null or kind = $3) limit 10001) as c"#,
        workspace,
        query.state,
        query.kind
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let rows = rows.iter().map(Row::view).collect();
    Ok(Page::of(rows, &query.paging, position.as_ref(), |r| {
        (r.received_at, r.id.clone())
    })
    .with_total(total))
}

/// One event of the workspace.
///
/// # Errors
/// Not found.
pub async fn show(cx: &Cx, id: &str) -> Result<ProviderEventDetailView> {
    let mut tx = cx.begin_system().await?;
    let workspace = tx.workspace();
    let row = sqlx::query_as!(
        Row,
        "select id, kind, state, last_error, body, attempts, received_at, processed_at from ledger.provider_event
         where workspace_id = $1 and id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    tx.finish().await?;
    Ok(ProviderEventDetailView {
        event: row.view(),
        body: masked(row.body),
    })
}

/// Processes an event again, from the provider's present facts: what was booked stays booked once.
///
/// # Errors
/// Not found.
pub async fn replay(cx: &Cx, id: &str) -> Result<Uuid> {
    let mut tx = cx.begin_system().await?;
    let workspace = tx.workspace();
    let state = sqlx::query_scalar!(
        "select state from ledger.provider_event where workspace_id = $1 and id = $2 for no key update",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let record = record_of(id);
    let permit = cx.authorize(&REPLAY, record, &[])?;
    again(&mut tx, id).await?;
    tx.change("state", state, "waiting");
    tx.change("event", "", id);
    tx.commit(permit).await?;
    inbox::process(&cx.kernel).await?;
    Ok(record)
}

async fn again(connection: &mut sqlx::PgConnection, id: &str) -> Result<bool> {
    let done = sqlx::query!(
        "update ledger.provider_event set state = 'waiting', processed_at = null, attempts = 0, last_error = null, run_at = $2 where id = $1",
        id,
        base::instant::wall() as _
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The provider's ids are no UUIDs; the audit names an event by this one.
fn record_of(id: &str) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(id.as_bytes())[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// For the operator, `guildhall provider-events`: what names nothing of any workspace, the newest
/// first, as lines; with an id, processes that one again first.
///
/// # Errors
/// Not found, or the database's.
pub async fn without_workspace(kernel: &Arc<Kernel>, id: Option<&str>) -> Result<Vec<String>> {
    if let Some(id) = id {
        let mut tx = kernel.db.begin_system(None).await?;
        let known = again(&mut tx, id).await?;
        tx.commit().await?;
        if !known {
            return Err(Error::NotFound);
        }
        inbox::process(kernel).await?;
    }
    let mut tx = kernel.db.begin_system(None).await?;
    let rows = sqlx::query!(
        r#"select id, kind, state, last_error, attempts, received_at as "received_at: Instant" from ledger.provider_event
           where workspace_id is null order by received_at desc, id desc limit 200"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let line = |at: Instant, id: &str, kind: &str, state: &str, why: Option<&str>| {
        format!("{} {id} {kind} {state} {}", at.rfc3339(), why.unwrap_or(""))
    };
    Ok(rows
        .iter()
        .map(|r| {
            line(
                r.received_at,
                &r.id,
                &r.kind,
                &r.state,
                r.last_error.as_deref(),
            )
        })
        .collect())
}

/// Names under which nothing may be seen.
const SECRETS: &[&str] = &[
    "secret", "token", "number", "cvc", "cvv", "iban", "password", "key", "account", "pin",
];

/// A body without secrets: whole values under telling names, numbers of cards wherever they stand,
/// and the part of an address that opens something.
fn masked(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| {
                    let lower = name.to_ascii_lowercase();
                    let hide = SECRETS.iter().any(|s| lower.contains(s)) && !value.is_null();
                    let value = if hide {
                        Value::from("•••")
                    } else {
                        masked(value)
                    };
                    (name, value)
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(masked).collect()),
        Value::String(text) => Value::String(masked_text(&text)),
        Value::Number(n) if n.to_string().len() >= 12 => Value::from("•••"),
        other => other,
    }
}

/// A run of 12 to 19 digits, spaces and dashes aside, keeps its last four; an address keeps its host.
fn masked_text(text: &str) -> String {
    if let Some((scheme, rest)) = text.split_once("://") {
        let host = rest.split(['/', '?', '#']).next().unwrap_or("");
        return format!("{scheme}://{host}/•••");
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let plain = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-'));
    if plain && (12..=19).contains(&digits.len()) {
        let last = digits.get(digits.len() - 4..).unwrap_or("");
        return format!("•••• {last}");
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_must_not_be_seen_is_masked() {
        let body = json!({"id": "evt_1", "data": {"object": "payment", "amount_minor": 1000, "card": {"number": "4242424242424242"},
            "note": "4242 4242 4242 4242", "next": "http://127.0.0.1:1/actions/pay_1/RANDOM", "reference": "01936f0e-0000-7000-8000-000000000000"}});
        let seen = masked(body);
        assert_eq!(seen["data"]["card"]["number"], "•••");
        assert_eq!(seen["data"]["note"], "•••• 4242");
        assert_eq!(seen["data"]["next"], "http://127.0.0.1:1/•••");
        assert_eq!(seen["data"]["amount_minor"], 1000);
        assert_eq!(
            seen["data"]["reference"],
            "01936f0e-0000-7000-8000-000000000000"
        );
    }
}
