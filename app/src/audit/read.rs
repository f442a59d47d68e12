//! The two lists, newest first by the order of writing.

use base::Instant;
use kernel::{
    Cx, Error, Input, Reader, Result,
    list::{COUNTED, Page, Paging},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// One thing that happened.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AuditView {
    /// Its id.
    pub id: Uuid,
    /// When, by the business clock.
    pub occurred_at: Instant,
    /// `member`, `account`, `visitor`, `system`, `provider` or `operator`.
    pub actor_kind: String,
    /// The member or account that acted.
    pub actor_id: Option<Uuid>,
    /// The member's name.
    pub actor_name: Option<String>,
    /// What was done: `noun.verb`.
    pub action: String,
    /// `done`, `denied` or `failed`.
    pub outcome: String,
    /// The kind of record it was done to.
    pub record_kind: String,
    /// The record.
    pub record_id: Option<Uuid>,
    /// The fields that changed. Secrets and personal fields are never among them.
    pub changes: Vec<AuditChangeView>,
    /// How often, where a process counted the same act together (refusals and readings).
    pub times: i64,
    /// The request, as in its answer's `x-request-id`.
    pub request_id: Option<String>,
    /// The client's network address, until it is erased.
    pub network: Option<String>,
    /// The client's user agent, until it is erased.
    pub agent: Option<String>,
}

/// A field before and after.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AuditChangeView {
    /// Its name.
    pub field: String,
    /// What it was, as text; nothing where there was none.
    pub before: Option<String>,
    /// What it became.
    pub after: Option<String>,
}

/// Which rows of the workspace's audit.
pub struct AuditQuery {
    /// By whom.
    pub actor_id: Option<Uuid>,
    /// `noun.verb`, or the noun alone for all of its verbs.
    pub action: Option<String>,
    /// On which record.
    pub record_id: Option<Uuid>,
    /// How it ended.
    pub outcome: Option<&'static str>,
    /// From this moment on.
    pub from: Option<Instant>,
    /// Up to (not including) this moment; a date means its whole day.
    pub to: Option<Instant>,
    /// Which page.
    pub paging: Paging,
}

impl Input for AuditQuery {
    fn read(r: &mut Reader) -> Self {
        let paging = Paging::read(r);
        Self::filtered(r, paging)
    }
}

impl AuditQuery {
    /// The filters alone, with the page that was asked for elsewhere.
    pub fn filtered(r: &mut Reader, paging: Paging) -> Self {
        let query = Self {
            actor_id: r.id_opt("actor_id"),
            action: r.line_opt("action", 80),
            record_id: r.id_opt("record_id"),
            outcome: r.choice_opt("outcome", &["done", "denied", "failed"]),
            from: moment(r, "from", 0),
            to: moment(r, "to", 1),
            paging,
        };
        if r.is_sound()
            && let (Some(from), Some(to)) = (query.from, query.to)
            && from > to
        {
            r.fault("from", "min_above_max");
            r.fault("to", "min_above_max");
        }
        query
    }
}

/// An RFC 3339 time, or a date in UTC, to which `days` are added.
fn moment(r: &mut Reader, name: &str, days: i64) -> Option<Instant> {
    let text = r.line_opt(name, 40)?;
    let read = parse(&text, days);
    if read.is_none() {
        r.fault(name, "invalid_format");
    }
    read
}

fn parse(text: &str, days: i64) -> Option<Instant> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return stored(Instant(at).truncated());
    }
    let day: jiff::civil::Date = text.parse().ok()?;
    let zoned = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    stored(Instant(zoned.timestamp()).plus_days(days))
}

/// PostgreSQL's times begin in 4713 BC; nothing was audited that long ago.
fn stored(at: Instant) -> Option<Instant> {
    (at.unix_seconds() >= -62_135_596_800).then_some(at)
}

/// Which rows of one's own activity.
pub struct MineQuery {
    /// Which page.
    pub paging: Paging,
}

impl Input for MineQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            paging: Paging::read(r),
        }
    }
}

struct Row {
    id: Uuid,
    occurred_at: Instant,
    actor_kind: String,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    action: String,
    outcome: String,
    record_kind: String,
    record_id: Option<Uuid>,
    changes: Value,
    request_id: String,
    network: Option<String>,
    agent: Option<String>,
}

impl From<Row> for AuditView {
    fn from(row: Row) -> Self {
        Self {
            times: row.changes["times"].as_i64().unwrap_or(1),
            changes: changes(&row.changes),
            id: row.id,
            occurred_at: row.occurred_at,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            action: row.action,
            outcome: row.outcome,
            record_kind: row.record_kind,
            record_id: row.record_id,
            request_id: Some(row.request_id).filter(|id| !id.is_empty()),
            network: row.network.filter(|n| !n.is_empty()),
            agent: row.agent.filter(|a| !a.is_empty()),
        }
    }
}

/// `{"field": [before, after], …}` as a list; what is not such a pair is not a change.
fn changes(stored: &Value) -> Vec<AuditChangeView> {
    let words = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    stored
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(field, pair)| match pair.as_array()?.as_slice() {
            [before, after] => Some(AuditChangeView {
                field: field.clone(),
                before: words(before),
                after: words(after),
            }),
            _ => None,
        })
        .collect()
}

/// The workspace's audit. That it was read is audited in turn.
///
/// # Errors
/// 403 without `audit.list`, 400 `invalid_cursor`, the database's.
pub async fn list(cx: &Cx, query: &AuditQuery) -> Result<Page<AuditView>> {
    if !cx.can("audit.list", &[]) {
        return Err(Error::Forbidden("forbidden"));
    }
    let position = query.paging.position::<Uuid>()?;
    let at = position.as_ref().map(|p| p.key);
    let back = position.as_ref().is_some_and(|p| p.back);
    let views = fetch(cx, query, at, back, query.paging.limit + 1).await?;
    let total = count(cx, query).await?;
    let workspace = cx.workspace()?.id;
    cx.kernel
        .denials
        .read(cx, "audit.list", "workspace", workspace);
    Ok(Page::of(views, &query.paging, position.as_ref(), |v| v.id).with_total(total))
}

/// How many rows pass the filters, as far as a list counts.
async fn count(cx: &Cx, query: &AuditQuery) -> Result<i64> {
    let mut tx = cx.read().await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (
               select 1 from kernel.audit a
               where a.workspace_id = $1 and ($2::uuid is null or a.actor_id = $2)
                 and ($3::text is null or a.action = $3 or starts_with(a.action, $3 || '.'))
                 and ($4::uuid is null or a.record_id = $4) and ($5::text is null or a.outcome = $5)
                 and ($6::timestamptz is null or a.occurred_at >= $6) and ($7::timestamptz is null or a.occurred_at < $7)
               limit $8) counted"#,
        tx.workspace(),
        query.actor_id,
        query.action,
        query.record_id,
        query.outcome,
        query.from as _,
        query.to as _,
        COUNTED + 1
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    Ok(total)
}

/// At most `limit` rows after (or before) a row, nearest first.
pub(super) async fn fetch(
    cx: &Cx,
    query: &AuditQuery,
    at: Option<Uuid>,
    back: bool,
    limit: i64,
) -> Result<Vec<AuditView>> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    // Two literal queries, so that either walks the key in its own direction.
    let rows = if back {
        sqlx::query_as!(
            Row,
            r#"select a.id, a.occurred_at, a.actor_kind, a.actor_id, m.display_name as "actor_name?", a.action, a.outcome,
                   a.record_kind, a.record_id, a.changes, a.request_id, p.network as "network?", p.agent as "agent?"
               from kernel.audit a
               left join kernel.member m on m.workspace_id = a.workspace_id and m.id = a.actor_id
               left join kernel.audit_personal p on p.workspace_id = a.workspace_id and p.audit_id = a.id
               where a.workspace_id = $1 and ($2::uuid is null or a.actor_id = $2)
                 and ($3::text is null or a.action = $3 or starts_with(a.action, $3 || '.'))
                 and ($4::uuid is null or a.record_id = $4) and ($5::text is null or a.outcome = $5)
                 and ($6::timestamptz is null or a.occurred_at >= $6) and ($7::timestamptz is null or a.occurred_at < $7)
                 and ($8::uuid is null or a.id > $8)
               order by a.id limit $9"#,
            workspace,
            query.actor_id,
            query.action,
            query.record_id,
            query.outcome,
            query.from as _,
            query.to as _,
            at,
            limit
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_as!(
            Row,
            r#"select a.id, a.occurred_at, a.actor_kind, a.actor_id, m.display_name as "actor_name?", a.action, a.outcome,
                   a.record_kind, a.record_id, a.changes, a.request_id, p.network as "network?", p.agent as "agent?"
               from kernel.audit a
               left join kernel.member m on m.workspace_id = a.workspace_id and m.id = a.actor_id
               left join kernel.audit_personal p on p.workspace_id = a.workspace_id and p.audit_id = a.id
               where a.workspace_id = $1 and ($2::uuid is null or a.actor_id = $2)
                 and ($3::text is null or a.action = $3 or starts_with(a.action, $3 || '.'))
                 and ($4::uuid is null or a.record_id = $4) and ($5::text is null or a.outcome = $5)
                 and ($6::timestamptz is null or a.occurred_at >= $6) and ($7::timestamptz is null or a.occurred_at < $7)
                 and ($8::uuid is null or a.id < $8)
               order by a.id desc limit $9"#,
            workspace,
            query.actor_id,
            query.action,
            query.record_id,
            query.outcome,
            query.from as _,
            query.to as _,
            at,
            limit
        )
        .fetch_all(&mut *tx)
        .await?
    };
    tx.finish().await?;
    Ok(rows.into_iter().map(AuditView::from).collect())
}

/// What the member who asks did in this workspace, and what was done with their account.
///
/// # Errors
/// 404 for one who is not a member, 400 `invalid_cursor`, the database's.
pub async fn mine(cx: &Cx, query: &MineQuery) -> Result<Page<AuditView>> {
    let me = cx.member()?.id;
    let account = cx.session()?.account_id;
    let position = query.paging.position::<Uuid>()?;
    let at = position.as_ref().map(|p| p.key);
    // The system's role: acts of an account (sign-ins, its password) belong to no workspace.
    let mut tx = cx.begin_system().await?;
    let workspace = tx.workspace();
    let rows = if position.as_ref().is_some_and(|p| p.back) {
        sqlx::query_as!(
            Row,
            r#"select a.id as "id!", a.occurred_at as "occurred_at!", a.actor_kind as "actor_kind!", a.actor_id, null::text as actor_name,
                   a.action as "action!", a.outcome as "outcome!", a.record_kind as "record_kind!", a.record_id, a.changes as "changes!",
                   a.request_id as "request_id!", p.network as "network?", p.agent as "agent?"
               from (
                   (select * from kernel.audit where workspace_id = $1 and actor_id = $2 and ($4::uuid is null or id > $4) order by id limit $5)
                   union all
                   (select * from kernel.audit where workspace_id = '00000000-0000-0000-0000-000000000000' and record_id = $3
                        and ($4::uuid is null or id > $4) order by id limit $5)) a
               left join kernel.audit_personal p on p.workspace_id = a.workspace_id and p.audit_id = a.id
               order by a.id limit $5"#,
            workspace,
            me,
            account,
            at,
            query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_as!(
            Row,
            r#"select a.id as "id!", a.occurred_at as "occurred_at!", a.actor_kind as "actor_kind!", a.actor_id, null::text as actor_name,
                   a.action as "action!", a.outcome as "outcome!", a.record_kind as "record_kind!", a.record_id, a.changes as "changes!",
                   a.request_id as "request_id!", p.network as "network?", p.agent as "agent?"
               from (
                   (select * from kernel.audit where workspace_id = $1 and actor_id = $2 and ($4::uuid is null or id < $4) order by id desc limit $5)
                   union all
                   (select * from kernel.audit where workspace_id = '00000000-0000-0000-0000-000000000000' and record_id = $3
                        and ($4::uuid is null or id < $4) order by id desc limit $5)) a
               left join kernel.audit_personal p on p.workspace_id = a.workspace_id and p.audit_id = a.id
               order by a.id desc limit $5"#,
            workspace,
            me,
            account,
            at,
            query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select (select count(*) from (select 1 from kernel.audit where workspace_id = $1 and actor_id = $2 limit $4) mine)
                + (select count(*) from (select 1 from kernel.audit where workspace_id = '00000000-0000-0000-0000-000000000000' and record_id = $3
                                         limit $4) own) as "n!""#,
        workspace,
        me,
        account,
        COUNTED + 1
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let name = &cx.member()?.display_name;
    let views = rows.into_iter().map(|row| AuditView {
        actor_name: row
            .actor_id
            .is_some_and(|id| id == me)
            .then(|| name.clone()),
        ..row.into()
    });
    let page = Page::of(
        views.collect(),
        &query.paging,
        position.as_ref(),
        |v: &AuditView| v.id,
    );
    Ok(page.with_total(total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn changes_are_pairs_and_a_count_is_none() {
        let found = changes(&json!({"state": ["draft", "open"], "sum": [null, 5], "times": 3}));
        let told: Vec<_> = found
            .iter()
            .map(|c| (c.field.as_str(), c.before.as_deref(), c.after.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("state", Some("draft"), Some("open")),
                ("sum", None, Some("5"))
            ]
        );
    }

    #[test]
    fn a_date_is_a_whole_day_and_nonsense_is_nothing() {
        let rfc = |text, days| parse(text, days).map(Instant::rfc3339);
        assert_eq!(
            rfc("2026-11-20", 0).as_deref(),
            Some("2026-11-20T00:00:00Z")
        );
        assert_eq!(
            rfc("2026-11-20", 1).as_deref(),
            Some("2026-11-21T00:00:00Z")
        );
        assert_eq!(
            rfc("2026-11-20T10:00:00Z", 1).as_deref(),
            Some("2026-11-20T10:00:00Z")
        );
        assert_eq!(rfc("yesterday", 0), None);
        assert_eq!(rfc("-009999-01-01", 0), None);
    }
}
