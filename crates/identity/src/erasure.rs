//! The end of a confirmed account whose grace is over: what is personal goes, the account's and the
//! members' rows stay as pseudonyms, since books, contracts and audit name them by id.

use crate::{deletion, guard, leaving, session};
use base::Instant;
use kernel::{Cx, Kernel, Result, Tx, audit, deadline::Deadline, events::Event, product::Leaver};
use serde_json::json;
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

/// The deadline of accounts that asked to be deleted, on the business clock.
#[must_use]
pub fn deadline() -> Deadline {
    Deadline {
        name: "identity.deletion",
        next: Some(|tx| Box::pin(next(tx))),
        sweep: |kernel, now| Box::pin(sweep(kernel, now)),
    }
}

async fn next(tx: &mut sqlx::PgConnection) -> Result<Option<Instant>> {
    let first = sqlx::query_scalar!(
        r#"select min(deletes_at) as "at: Instant" from identity.account where state = 'deletion_pending'"#
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(first)
}

async fn sweep(kernel: Arc<Kernel>, now: Instant) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let due = sqlx::query_scalar!(
        "select id from identity.account where state = 'deletion_pending' and deletes_at <= $1 order by deletes_at limit 20",
        now as _
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut done = 0;
    for account in due {
        match finish(&kernel, account, now).await {
            Ok(changed) => done += usize::from(changed),
            // One that cannot be erased keeps nobody else's name here.
            Err(error) => {
                tracing::error!(key = "account.erase_failed", account = %account, error = %error);
            }
        }
    }
    Ok(done)
}

/// Erases one account whose grace is over at `now`, or keeps it when something has come to keep it
/// meanwhile; whether anything changed.
async fn finish(kernel: &Arc<Kernel>, account: Uuid, now: Instant) -> Result<bool> {
    let cx = Cx::installation(kernel, "scheduler");
    let mut tx = cx.begin_system().await?;
    if !still_due(&mut tx, account, now).await? {
        return Ok(false);
    }
    if !leaving::account_keeps(kernel, &mut tx, account)
        .await?
        .is_empty()
    {
        deletion::cancel(&mut tx, &cx, account).await?;
        tx.commit(cx.own_account("account.keep", account)).await?;
        return Ok(true);
    }
    let places = sqlx::query!(
        "select workspace_id, id from kernel.member where account_id = $1 and state <> 'removed' order by workspace_id",
        account
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.finish().await?;
    for place in places {
        let leaver = Leaver {
            workspace: place.workspace_id,
            member: place.id,
        };
        if !leave(kernel, account, leaver, now).await? {
            return Ok(false);
        }
    }
    let mut tx = cx.begin_system().await?;
    if !still_due(&mut tx, account, now).await? {
        return Ok(false);
    }
    let hashes = blank(&mut tx, account).await?;
    tx.change("state", "deletion_pending", "erased");
    tx.commit(cx.own_account("account.erase", account)).await?;
    session::forget(kernel, account, &hashes).await;
    tracing::info!(key = "account.erased", account = %account);
    Ok(true)
}

async fn still_due(tx: &mut Tx, account: Uuid, now: Instant) -> Result<bool> {
    let due = sqlx::query_scalar!(
        "select id from identity.account where id = $1 and state = 'deletion_pending' and deletes_at <= $2 for update",
        account,
        now as _
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(due.is_some())
}

/// Takes the member out of one workspace, with all that is personal there.
async fn leave(kernel: &Arc<Kernel>, account: Uuid, leaver: Leaver, now: Instant) -> Result<bool> {
    let cx = Cx::system_in(kernel, leaver.workspace, "scheduler").await?;
    let mut tx = cx.begin_system().await?;
    if !still_due(&mut tx, account, now).await? {
        return Ok(false);
    }
    leaving::let_go(kernel, &mut tx, leaver).await?;
    leaving::erase(kernel, &mut tx, leaver).await?;
    audit::forget(&mut tx, leaver.workspace, &[leaver.member, account]).await?;
    // Names that stand in the texts of this member's past events.
    sqlx::query!(
        "update kernel.event set payload = payload - 'notify' - 'display_name'
         where workspace_id = $1 and (actor_id = $2 or record_id = $2) and payload ?| array['notify', 'display_name']",
        leaver.workspace,
        leaver.member
    )
    .execute(&mut *tx)
    .await?;
    let version = sqlx::query_scalar!(
        "update kernel.member set state = 'removed', display_name = '—', version = version + 1
         where workspace_id = $1 and id = $2 returning version",
        leaver.workspace,
        leaver.member
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.emit(Event::new(
        "identity.member_removed",
        "member",
        leaver.member,
        version,
        json!({"member": leaver.member}),
    ));
    tx.commit(cx.own_account("account.erase", account)).await?;
    kernel
        .cache
        .members
        .invalidate(&(leaver.workspace, account))
        .await;
    Ok(true)
}

/// Blanks the account's own row and deletes what hangs on it; gives the hashes of its sessions.
async fn blank(connection: &mut PgConnection, account: Uuid) -> Result<Vec<Vec<u8>>> {
    let before = sqlx::query!(
        "select email, email_canonical from identity.account where id = $1",
        account
    )
    .fetch_one(&mut *connection)
    .await?;
    let mut addresses = sqlx::query_scalar!(
        r#"select distinct l.email_canonical as "canonical!" from identity.link l where l.account_id = $1 and l.email_canonical is not null
            and not exists (select 1 from identity.account o where o.email_canonical = l.email_canonical and o.id <> $1)"#,
        account
    )
    .fetch_all(&mut *connection)
    .await?;
    addresses.push(before.email_canonical.clone());
    addresses.push(before.email.to_lowercase());
    guard::clear_all(connection, account, &before.email_canonical).await?;
    audit::forget(connection, Uuid::nil(), &[account]).await?;
    sqlx::query!(
        "delete from notify.mail where lower(to_address) = any($1)",
        &addresses
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "update identity.invitation set email = '—', email_canonical = 'erased:' || id, revoked_at = case when accepted_at is null then coalesce(revoked_at, created_at) end
         where email_canonical = $1",
        before.email_canonical
    )
    .execute(&mut *connection)
    .await?;
    let hashes = sqlx::query_scalar!(
        "delete from identity.session where account_id = $1 returning token_hash",
        account
    )
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query!(
        "with links as (delete from identity.link where account_id = $1), devices as (delete from identity.device where account_id = $1)
         update identity.account set state = 'erased', deletes_at = null, email = '—', email_canonical = 'erased:' || id, password_hash = $2,
            display_name = '—', last_sign_in_network = null, failures_since = 0, version = version + 1
         where id = $1",
        account,
        crate::password::NONE
    )
    .execute(connection)
    .await?;
    Ok(hashes)
}
