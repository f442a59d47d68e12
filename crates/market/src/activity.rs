//! What happened on a record, for its timeline, and the entries by which others are told.

use base::Instant;
use kernel::{Cx, Result, Tx};
use maud::{Markup, html};
use serde_json::{Value, json};
use ui::{
    Arg,
    parts::{Entry, EntryKind, person, timeline as draw},
};
use uuid::Uuid;

/// Notes on a record's timeline that the actor did `kind`, at the transaction's time. Words are
/// under `market-did-KIND`, `arguments` (flat: text and whole numbers) are their variables.
///
/// # Errors
/// The database's.
pub async fn note(tx: &mut Tx, record: Uuid, kind: &'static str, arguments: Value) -> Result<()> {
    let (workspace, now, actor) = (tx.workspace(), tx.now(), tx.cx().me());
    sqlx::query!(
        "insert into market.activity (workspace_id, id, record_id, kind, actor_id, arguments, occurred_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        workspace,
        base::id::new(),
        record,
        kind,
        actor,
        arguments,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// An entry of a timeline.
#[derive(Debug, Clone)]
pub struct ActivityRow {
    /// What kind of thing happened.
    pub kind: String,
    /// Who did it; nobody when the system did.
    pub actor: Option<String>,
    /// Its figures.
    pub arguments: Value,
    /// When, business time.
    pub at: Instant,
}

/// The newest entries of these records, at most `limit`.
///
/// # Errors
/// The database's.
pub async fn of(tx: &mut Tx, records: &[Uuid], limit: i64) -> Result<Vec<ActivityRow>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select a.kind, m.display_name as "actor?", a.arguments, a.occurred_at
           from market.activity a
           left join kernel.member m on m.workspace_id = a.workspace_id and m.id = a.actor_id
           where a.workspace_id = $1 and a.record_id = any($2)
           order by a.occurred_at desc, a.id desc limit $3"#,
        workspace,
        records,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| ActivityRow {
            kind: r.kind,
            actor: r.actor,
            arguments: r.arguments,
            at: r.occurred_at,
        })
        .collect())
}

/// The entries drawn, newest first; kinds that begin with `money_` are told as money.
#[must_use]
pub fn timeline(cx: &Cx, now: Instant, rows: &[ActivityRow]) -> Markup {
    let entries: Vec<Entry> = rows
        .iter()
        .map(|row| {
            let key = format!("market-did-{}", row.kind.replace('_', "-"));
            let args = args(&row.arguments);
            let kind = match row.kind.as_str() {
                kind if kind.starts_with("money_") => EntryKind::Money,
                kind if kind.starts_with("said_") => EntryKind::Message,
                _ => EntryKind::Change,
            };
            let entry = Entry::new(kind, row.at, html! { (cx.tr(&key, &args)) });
            match &row.actor {
                Some(name) => entry.who(person(name, None)),
                None => entry.who(html! { (cx.t("market-the-system")) }),
            }
        })
        .collect();
    html! {
        section.panel {
            h2 { (cx.t("market-timeline")) }
            @if entries.is_empty() { p.hint { (cx.t("market-timeline-empty")) } }
            @else { (draw(cx.locale, now, &entries)) }
        }
    }
}

fn args(arguments: &Value) -> Vec<(&str, Arg<'_>)> {
    let fields = arguments.as_object().into_iter().flatten();
    fields
        .filter_map(|(name, value)| match value {
            Value::String(text) => Some((name.as_str(), text.as_str().into())),
            Value::Number(number) => number.as_i64().map(|n| (name.as_str(), n.into())),
            _ => None,
        })
        .collect()
}

/// An entry of an event's `notify` list: the member is told `kind`, with a link to `href` below
/// the workspace and figures for its words.
#[must_use]
pub fn notice(member: Uuid, kind: &str, href: &str, args: Value) -> Value {
    json!({"member": member, "kind": kind, "href": href, "args": args})
}

/// The name of a member as others see it.
///
/// # Errors
/// The database's.
pub async fn name_of(tx: &mut Tx, member: Uuid) -> Result<String> {
    let workspace = tx.workspace();
    let name = sqlx::query_scalar!(
        "select display_name from kernel.member where workspace_id = $1 and id = $2",
        workspace,
        member
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(name.unwrap_or_default())
}
