//! The consumer of all events: whoever an event's `notify` list names is told, once.

use base::Instant;
use kernel::{Kernel, Result, events::Delivered, live::Hint};
use serde::Deserialize;
use serde_json::Value;
use sqlx::PgConnection;
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

/// Equal notices within this time are one entry.
const GROUP_SECONDS: i64 = 600;

/// One entry of an event's `notify` list.
#[derive(Debug, Deserialize)]
struct Entry {
    member: Uuid,
    kind: String,
    href: String,
    #[serde(default)]
    args: Value,
}

/// The person an entry reaches, with what they chose.
struct Person {
    member: Uuid,
    account: Uuid,
    email: String,
    locale: String,
    mail: bool,
    in_app: bool,
}

/// Tells the people of one event. Safe to run again.
///
/// # Errors
/// The database's.
pub(crate) async fn take(kernel: &Arc<Kernel>, event: Delivered) -> Result<()> {
    let entries = entries(&event.payload);
    if entries.is_empty() && event.actor_id.is_none() {
        return Ok(());
    }
    let mut tx = kernel.db.begin_system(Some(event.workspace_id)).await?;
    let slug = sqlx::query_scalar!(
        "select slug from kernel.workspace where workspace_id = $1",
        event.workspace_id
    )
    .fetch_one(&mut *tx)
    .await?;
    let people = people(&mut tx, event.workspace_id, &entries).await?;
    let mut hints = vec![];
    for person in people {
        let Some(entry) = entries.get(&person.member) else {
            continue;
        };
        let path = format!("/w/{slug}{}", safe(&entry.href));
        if person.in_app {
            enter(&mut tx, &event, entry, &path).await?;
            hints.push(Hint::new(person.account, "notice", event.workspace_id, 0));
        }
        if person.mail {
            queue(&mut tx, &event, entry, &person, &path).await?;
        }
        hints.push(change(person.account, &event));
    }
    if let Some(actor) = event.actor_id {
        let account = sqlx::query_scalar!(
            "select account_id from kernel.member where workspace_id = $1 and id = $2",
            event.workspace_id,
            actor
        )
        .fetch_optional(&mut *tx)
        .await?;
        hints.extend(account.map(|account| change(account, &event)));
    }
    tx.commit().await?;
    for hint in hints {
        kernel.live.tell(hint);
    }
    Ok(())
}

fn change(account: Uuid, event: &Delivered) -> Hint {
    Hint::new(account, event.record_kind.clone(), event.record_id, 0)
}

/// The entries by member; the first of each counts.
fn entries(payload: &Value) -> BTreeMap<Uuid, Entry> {
    let mut found = BTreeMap::new();
    for value in payload["notify"].as_array().into_iter().flatten() {
        match Entry::deserialize(value) {
            Ok(entry) => {
                found.entry(entry.member).or_insert(entry);
            }
            Err(error) => tracing::error!(key = "notify.malformed", error = %error),
        }
    }
    found
}

/// A path below the workspace, or nothing when it is none.
fn safe(href: &str) -> &str {
    let plain = href.starts_with('/')
        && !href.starts_with("//")
        && !href
            .chars()
            .any(|c| c.is_control() || c == '\\' || c.is_whitespace());
    if plain { href } else { "" }
}

async fn people(
    connection: &mut PgConnection,
    workspace: Uuid,
    entries: &BTreeMap<Uuid, Entry>,
) -> Result<Vec<Person>> {
    let members: Vec<Uuid> = entries.keys().copied().collect();
    let kinds: Vec<String> = entries.values().map(|e| e.kind.clone()).collect();
    let rows = sqlx::query!(
        r#"select m.id as "id!", m.account_id as "account_id!", b.email as "email?", b.locale as "locale?", coalesce(b.verified, false) as "verified!",
             (told.kind like 'security\_%' or coalesce(p.in_app, true)) as "in_app!",
             (told.kind like 'security\_%' or coalesce(p.mail, true)) as "mail!"
           from unnest($2::uuid[], $3::text[]) as told (member_id, kind)
           join kernel.member m on m.workspace_id = $1 and m.id = told.member_id and m.state = 'active'
           left join identity.mailbox b on b.account_id = m.account_id
           left join notify.preference p on p.workspace_id = $1 and p.member_id = m.id and p.kind = told.kind"#,
        workspace,
        &members,
        &kinds
    )
    .fetch_all(connection)
    .await?;
    let people = rows.into_iter().map(|row| Person {
        member: row.id,
        account: row.account_id,
        mail: row.mail && row.verified && row.email.is_some(),
        in_app: row.in_app,
        email: row.email.unwrap_or_default(),
        locale: row.locale.unwrap_or_default(),
    });
    Ok(people.collect())
}

/// Writes the notification, or counts it into an equal unread one of the last minutes. Deliveries
/// of a record come in order, so the latest event's id in the row makes a repeat harmless.
async fn enter(
    connection: &mut PgConnection,
    event: &Delivered,
    entry: &Entry,
    path: &str,
) -> Result<()> {
    let since: Instant = event.occurred_at.plus_seconds(-GROUP_SECONDS);
    sqlx::query!(
        "with known as (
           select 1 from notify.notification where workspace_id = $1 and member_id = $2 and event_id = $3),
         same as (
           select id from notify.notification
           where workspace_id = $1 and member_id = $2 and kind = $4 and record_id = $6 and read_at is null
             and created_at between $10 and $9 and not exists (select from known)
           order by created_at desc, id desc limit 1 for update),
         grouped as (
           update notify.notification n set repeats = n.repeats + 1, event_id = $3, created_at = $9, href = $7, arguments = $8
           from same where n.workspace_id = $1 and n.id = same.id returning n.id)
         insert into notify.notification (workspace_id, id, member_id, kind, record_kind, record_id, href, arguments, event_id, created_at)
         select $1, $11, $2, $4, $5, $6, $7, $8, $3, $9
         where not exists (select from known) and not exists (select from grouped)
         on conflict do nothing",
        event.workspace_id,
        entry.member,
        event.id,
        entry.kind,
        event.record_kind,
        event.record_id,
        path,
        entry.args,
        event.occurred_at as _,
        since as _,
        base::id::new()
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn queue(
    connection: &mut PgConnection,
    event: &Delivered,
    entry: &Entry,
    person: &Person,
    path: &str,
) -> Result<()> {
    sqlx::query!(
        "insert into notify.mail (id, workspace_id, dedup, to_address, locale, template, arguments, path, run_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (dedup) do nothing",
        base::id::new(),
        event.workspace_id,
        format!("{}/{}", event.id, person.member),
        person.email,
        person.locale,
        format!("notice-{}", entry.kind),
        entry.args,
        path,
        base::instant::wall() as _,
        event.occurred_at as _
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_entry_a_member_and_none_that_is_malformed() {
        let member = base::id::new();
        let found = entries(&json!({"notify": [
            {"member": member, "kind": "a", "href": "/x", "args": {"n": 1}},
            {"member": member, "kind": "b", "href": "/y"}, {"kind": "c"}]}));
        assert_eq!(found.len(), 1);
        assert_eq!(found[&member].kind, "a");
        assert!(entries(&json!({})).is_empty());
    }

    #[test]
    fn a_link_stays_inside() {
        assert_eq!(safe("/projects/1"), "/projects/1");
        for bad in [
            "//evil.test",
            "https://evil.test",
            "/a\r\nb",
            "/\\evil.test",
            "",
        ] {
            assert_eq!(safe(bad), "", "{bad}");
        }
    }
}
