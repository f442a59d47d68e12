//! The audit as a file: the same rows by the same filters, as a table or as lines for programs. It
//! is read page by page while it is sent, and that it was taken is audited.

use super::read::{self, AuditQuery, AuditView};
use axum::{body::Body, response::Response};
use futures_util::StreamExt as _;
use http::{HeaderValue, header};
use kernel::{Cx, Error, Input, Query, Reader, Result, list::Paging};
use std::fmt::Write;
use uuid::Uuid;

/// Rows read at once.
const BATCH: i64 = 500;
/// The most rows in one file; filters by time give the rest.
const ROWS_MOST: usize = 100_000;

/// Which rows, and how they are written.
pub struct ExportQuery {
    /// Which rows; its page is not asked for.
    pub rows: AuditQuery,
    /// `csv` or `jsonl`.
    pub format: &'static str,
}

impl Input for ExportQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            format: r.choice_opt("format", &["csv", "jsonl"]).unwrap_or("csv"),
            rows: AuditQuery::filtered(r, Paging::first(1)),
        }
    }
}

struct Reading {
    cx: Cx,
    query: AuditQuery,
    format: &'static str,
    sent: usize,
    /// The row after which the next one is read.
    at: Option<Uuid>,
    begun: bool,
    over: bool,
}

pub(super) async fn file(cx: Cx, Query(query): Query<ExportQuery>) -> Result<Response> {
    if !cx.can("audit.export", &[]) {
        return Err(Error::Forbidden("forbidden"));
    }
    let workspace = cx.workspace()?;
    let day: String = cx.kernel.now().await?.rfc3339().chars().take(10).collect();
    let name = format!("audit-{}-{day}.{}", workspace.slug, query.format);
    cx.kernel
        .denials
        .read(&cx, "audit.export", "workspace", workspace.id);
    let mut reading = Reading {
        cx,
        query: query.rows,
        format: query.format,
        sent: 0,
        at: None,
        begun: false,
        over: false,
    };
    // The first rows are read here, so that a refusal is still an answer of its own.
    let first = reading.next().await?;
    let rest = futures_util::stream::unfold(reading, |mut reading| async move {
        if reading.over {
            return None;
        }
        let next = reading.next().await.map_err(|error| {
            tracing::warn!(key = "audit.export_failed", error = %error);
            reading.over = true;
            std::io::Error::other("the export broke off")
        });
        Some((next, reading))
    });
    // Compression asks once more after the end, which an unfolding stream does not bear.
    let body = futures_util::stream::iter([Ok(first)]).chain(rest).fuse();
    let mut response = Response::new(Body::from_stream(body));
    let media = match query.format {
        "jsonl" => "application/jsonl; charset=utf-8",
        _ => "text/csv; charset=utf-8",
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        out.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

impl Reading {
    async fn next(&mut self) -> Result<String> {
        let mut text = String::new();
        if !self.begun && self.format == "csv" {
            text.push_str(HEAD);
        }
        self.begun = true;
        let found = read::fetch(&self.cx, &self.query, self.at, false, BATCH).await?;
        for row in &found {
            if self.format == "csv" {
                csv(&mut text, row);
            } else {
                text.push_str(&serde_json::to_string(row).map_err(anyhow::Error::from)?);
                text.push('\n');
            }
        }
        self.sent += found.len();
        self.at = found.last().map(|row| row.id);
        let full = i64::try_from(found.len()).is_ok_and(|n| n == BATCH);
        self.over = !full || self.sent >= ROWS_MOST;
        Ok(text)
    }
}

const HEAD: &str = "id,occurred_at,actor_kind,actor_id,actor_name,action,outcome,record_kind,record_id,changes,times,request_id,network,agent\r\n";

fn csv(out: &mut String, row: &AuditView) {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let changes: Vec<String> = row
        .changes
        .iter()
        .map(|change| {
            let side = |value: &Option<String>| value.clone().unwrap_or_default();
            format!(
                "{}: {} -> {}",
                change.field,
                side(&change.before),
                side(&change.after)
            )
        })
        .collect();
    let cells = [
        row.id.to_string(),
        row.occurred_at.rfc3339(),
        row.actor_kind.clone(),
        id(row.actor_id),
        row.actor_name.clone().unwrap_or_default(),
        row.action.clone(),
        row.outcome.clone(),
        row.record_kind.clone(),
        id(row.record_id),
        changes.join("; "),
        row.times.to_string(),
        row.request_id.clone().unwrap_or_default(),
        row.network.clone().unwrap_or_default(),
        row.agent.clone().unwrap_or_default(),
    ];
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    let _ = write!(out, "{}\r\n", cells.join(","));
}

/// A cell in quotes where it needs them; what a table program would take for a formula is told as text.
fn cell(text: &str) -> String {
    let plain = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if plain.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", plain.replace('"', "\"\""))
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_are_text_and_never_formulas() {
        assert_eq!(cell("plain"), "plain");
        assert_eq!(cell("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("two\nlines"), "\"two\nlines\"");
    }
}
