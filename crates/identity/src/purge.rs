//! What passes: accounts whose address nobody confirmed within seven days, and rows of ended
//! sessions, links, guards and marks of browsers.

use base::Instant;
use kernel::{
    Cx, Kernel, Result,
    deadline::Deadline,
    events::Event,
    product::{Check, anywhere},
    state::Tick,
};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Days after which an unconfirmed account is gone.
const DAYS: i64 = 7;

/// The deadline of unconfirmed accounts, on the business clock.
#[must_use]
pub fn deadline() -> Deadline {
    Deadline {
        name: "identity.unverified",
        next: Some(|tx| Box::pin(next(tx))),
        sweep: |kernel, now| Box::pin(sweep(kernel, now)),
    }
}

/// Hourly tidying.
#[must_use]
pub fn tick() -> Tick {
    Tick {
        name: "identity.tidy",
        every_seconds: 3_600,
        run: |kernel| Box::pin(tidy(kernel)),
    }
}

/// The checks of `guildhall check`.
#[must_use]
pub fn checks() -> Vec<Check> {
    vec![
        Check {
            name: "identity: every active member has an account",
            run: |kernel| Box::pin(anywhere(orphans(kernel))),
        },
        Check {
            name: "identity: every workspace has a default role",
            run: |kernel| Box::pin(anywhere(defaults(kernel))),
        },
    ]
}

async fn next(tx: &mut sqlx::PgConnection) -> Result<Option<Instant>> {
    let first = sqlx::query_scalar!(
        "select min(created_at) from identity.account where state = 'pending_verification'"
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(first.map(|at| at.plus_days(DAYS)))
}

async fn sweep(kernel: Arc<Kernel>, now: Instant) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let due = sqlx::query_scalar!(
        "select id from identity.account where state = 'pending_verification' and created_at <= $1 order by created_at limit 50",
        now.plus_days(-DAYS) as _
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut gone = 0;
    for account in due {
        gone += usize::from(purge(&kernel, account, now.plus_days(-DAYS)).await?);
    }
    Ok(gone)
}

/// Removes one account if it still waits and was made at `until` or earlier: its memberships are
/// marked removed, then it is deleted with its sessions and links.
///
/// # Errors
/// The database's.
pub async fn purge(kernel: &Arc<Kernel>, account: Uuid, until: Instant) -> Result<bool> {
    let mut tx = kernel.db.begin_system(None).await?;
    let places = sqlx::query_scalar!(
        "select workspace_id from kernel.member where account_id = $1 and state <> 'removed'",
        account
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    for place in places {
        let cx = Cx::system_in(kernel, place, "scheduler").await?;
        let mut tx = cx.begin_system().await?;
        if !still_waits(&mut tx, account, until).await? {
            return Ok(false);
        }
        let member = sqlx::query!(
            "update kernel.member set state = 'removed', display_name = '—', version = version + 1
             where workspace_id = $1 and account_id = $2 and state <> 'removed' returning id, version",
            place,
            account
        )
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(member) = member {
            tx.emit(Event::new(
                "identity.member_removed",
                "member",
                member.id,
                member.version,
                json!({"member": member.id}),
            ));
        }
        tx.commit(cx.own_account("account.purge", account)).await?;
        kernel.cache.members.invalidate(&(place, account)).await;
    }
    let mut tx = kernel.db.begin_system(None).await?;
    let hashes = sqlx::query_scalar!(
        "select token_hash from identity.session where account_id = $1",
        account
    )
    .fetch_all(&mut *tx)
    .await?;
    let gone = sqlx::query!(
        "delete from identity.account where id = $1 and state = 'pending_verification' and created_at <= $2",
        account,
        until as _
    )
    .execute(&mut *tx)
    .await?
    .rows_affected();
    tx.commit().await?;
    crate::session::forget(kernel, account, &hashes).await;
    if gone > 0 {
        tracing::info!(key = "account.purged", account = %account);
    }
    Ok(gone > 0)
}

async fn still_waits(tx: &mut kernel::Tx, account: Uuid, until: Instant) -> Result<bool> {
    let waits = sqlx::query_scalar!(
        "select id from identity.account where id = $1 and state = 'pending_verification' and created_at <= $2 for update",
        account,
        until as _
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(waits.is_some())
}

async fn tidy(kernel: Arc<Kernel>) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let now = kernel::clock::business(&mut tx, kernel.config.has_test()).await?;
    let before = now.plus_days(-30);
    let sessions = sqlx::query!(
        "delete from identity.session where expires_at < $1 or ended_at < $1",
        before as _
    )
    .execute(&mut *tx)
    .await?
    .rows_affected();
    let links = sqlx::query!(
        "delete from identity.link where expires_at < $1",
        before as _
    )
    .execute(&mut *tx)
    .await?
    .rows_affected();
    let guards = sqlx::query!(
        "delete from identity.guard where since < $1 and (locked_until is null or locked_until < $1)",
        now.plus_days(-7) as _
    )
    .execute(&mut *tx)
    .await?
    .rows_affected();
    // The cookie that goes with a mark lives no longer.
    let devices = sqlx::query!(
        "delete from identity.device where created_at < $1",
        now.plus_days(-crate::signin::DEVICE_DAYS) as _
    )
    .execute(&mut *tx)
    .await?
    .rows_affected();
    tx.commit().await?;
    Ok(usize::try_from(sessions + links + guards + devices).unwrap_or(usize::MAX))
}

async fn orphans(kernel: Arc<Kernel>) -> Result<Vec<String>> {
    let mut tx = kernel.db.begin_snapshot().await?;
    let found = sqlx::query_scalar!(
        "select m.id from kernel.member m where m.state = 'active'
            and not exists (select 1 from identity.account a where a.id = m.account_id) order by m.id limit 5"
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(found
        .into_iter()
        .map(|id| format!("active member {id} has no account"))
        .collect())
}

async fn defaults(kernel: Arc<Kernel>) -> Result<Vec<String>> {
    let mut tx = kernel.db.begin_snapshot().await?;
    let found = sqlx::query_scalar!(
        "select w.slug from kernel.workspace w
         where not exists (select 1 from kernel.role r where r.workspace_id = w.workspace_id and r.is_default) order by w.slug limit 5"
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(found
        .into_iter()
        .map(|slug| format!("workspace {slug} has no default role"))
        .collect())
}
