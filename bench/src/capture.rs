//! The statements a request makes, taken from PostgreSQL's own log with their values put in: so a
//! reference runs exactly the SQL of the program, whatever that becomes.

use crate::{http::Connection, world::World};
use anyhow::{Context, Result, ensure};
use std::{fs, path::Path};

/// The reads of one request for members, in order, without what the edge asks (session, member,
/// limits) and without the frame of the transactions.
pub async fn reads(world: &World<'_>, request: &[u8]) -> Result<Vec<String>> {
    let mut connection = Connection::open(world.served.address).await?;
    // Session, member and workspace are remembered for some seconds: warm them first.
    for _ in 0..3 {
        connection.ask(request).await?;
    }
    let log = world.postgres_log().await?;
    world.log_statements(true).await?;
    connection.ask(request).await?;
    let from = fs::metadata(&log)?.len();
    connection.ask(request).await?;
    let text = after(&log, from)?;
    world.log_statements(false).await?;
    let statements = transactions(&text);
    ensure!(
        !statements.is_empty(),
        "the log shows no reads of the request"
    );
    Ok(statements)
}

fn after(log: &Path, from: u64) -> Result<String> {
    // The server's processes write the log themselves; give the last lines a moment.
    std::thread::sleep(std::time::Duration::from_millis(200));
    let bytes = fs::read(log)?;
    let from = usize::try_from(from)?;
    Ok(String::from_utf8_lossy(
        bytes
            .get(from..)
            .context("the log was changed for a new one")?,
    )
    .into_owned())
}

struct Entry {
    process: String,
    text: String,
}

fn entries(text: &str) -> Vec<Entry> {
    let mut all: Vec<Entry> = vec![];
    for line in text.lines() {
        let begins = line.len() > 30
            && line.as_bytes()[..4].iter().all(u8::is_ascii_digit)
            && line.contains(" UTC [");
        if begins {
            let process = line
                .split('[')
                .nth(1)
                .and_then(|rest| rest.split(']').next())
                .unwrap_or_default();
            all.push(Entry {
                process: process.to_owned(),
                text: line.to_owned(),
            });
        } else if let Some(last) = all.last_mut() {
            last.text.push('\n');
            last.text.push_str(line.trim_start_matches('\t'));
        }
    }
    all
}

/// The selects inside transactions of the application's role, with values put in.
fn transactions(text: &str) -> Vec<String> {
    let mut inside: Vec<String> = vec![];
    let mut found: Vec<String> = vec![];
    let all = entries(text);
    for (at, entry) in all.iter().enumerate() {
        if entry.text.contains("set local role guildhall_app") {
            inside.push(entry.process.clone());
        } else if ["COMMIT", "ROLLBACK"]
            .iter()
            .any(|end| entry.text.trim_end().to_uppercase().ends_with(end))
        {
            inside.retain(|p| *p != entry.process);
        }
        let Some((_, statement)) = entry
            .text
            .split_once("  execute ")
            .and_then(|(_, rest)| rest.split_once(": "))
        else {
            continue;
        };
        let reads = statement.trim_start().starts_with("select")
            || statement.trim_start().starts_with("with");
        let edge = [
            "kernel.clock",
            "kernel.setting",
            "kernel.idempotency",
            "kernel.role_permission",
        ]
        .iter()
        .any(|t| statement.contains(t));
        if inside.contains(&entry.process) && reads && !edge {
            let detail = all[at + 1..]
                .iter()
                .find(|e| e.process == entry.process)
                .filter(|e| e.text.contains("DETAIL:"));
            let values = detail
                .and_then(|e| e.text.split_once("arameters: "))
                .map(|(_, v)| values(v))
                .unwrap_or_default();
            found.push(put_in(statement, &values));
        }
    }
    found
}

/// Literals of `$1 = '…', $2 = NULL`.
fn values(text: &str) -> Vec<String> {
    let mut all = vec![];
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(" = ") {
        if let Some(after) = after.strip_prefix("NULL") {
            all.push("NULL".to_owned());
            rest = after;
            continue;
        }
        let mut end = 1;
        let bytes = after.as_bytes();
        while end < bytes.len() {
            if bytes[end] == b'\'' {
                if bytes.get(end + 1) == Some(&b'\'') {
                    end += 1;
                } else {
                    break;
                }
            }
            end += 1;
        }
        let end = (end + 1).min(after.len());
        all.push(after[..end].to_owned());
        rest = &after[end..];
    }
    all
}

/// Replaces `$n` outside of quotes.
fn put_in(statement: &str, values: &[String]) -> String {
    let mut out = String::with_capacity(statement.len() * 2);
    let mut quoted = false;
    let mut rest = statement.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\'' {
            quoted = !quoted;
        }
        if c != '$' || quoted || !rest.peek().is_some_and(char::is_ascii_digit) {
            out.push(c);
            continue;
        }
        let mut number = String::new();
        while let Some(digit) = rest.next_if(char::is_ascii_digit) {
            number.push(digit);
        }
        let value = number
            .parse::<usize>()
            .ok()
            .and_then(|n| values.get(n.checked_sub(1)?));
        out.push_str(value.map_or("NULL", String::as_str));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_where_they_belong() {
        let found = values("$1 = 'a''b', $2 = NULL, $3 = '{x = y}'");
        assert_eq!(found, ["'a''b'", "NULL", "'{x = y}'"]);
        assert_eq!(
            put_in("select $3, '$1', $1 or $12", &found),
            "select '{x = y}', '$1', 'a''b' or NULL"
        );
    }
}
