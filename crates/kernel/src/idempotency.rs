//! One key, one effect. The key's row is written in the command's transaction; a repeat renders
//! the answer again from the record the first one answered with.

use crate::{Error, Result};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

/// A caller's key for one request, waiting for the first transaction to take it up.
#[derive(Debug, Clone)]
pub struct Claim {
    pub(crate) caller: Uuid,
    pub(crate) route: &'static str,
    pub(crate) key: String,
    pub(crate) body_hash: Vec<u8>,
}

impl Claim {
    /// A claim of `key` by `caller` on `route` for this very path and body.
    #[must_use]
    pub fn new(caller: Uuid, route: &'static str, key: String, path: &str, body: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(body);
        Self {
            caller,
            route,
            key,
            body_hash: hash.finalize().to_vec(),
        }
    }
}

/// Turns a replay into the record it answered with: `let id = once(command.await)?`.
///
/// # Errors
/// Every other error of the command.
pub fn once<T: From<Uuid>>(result: Result<T>) -> Result<T> {
    match result {
        Err(Error::Replayed(id)) => Ok(T::from(id)),
        other => other,
    }
}

/// Takes the key up inside the transaction that will do the work.
pub(crate) async fn take(
    connection: &mut PgConnection,
    workspace: Uuid,
    claim: &Claim,
    now: base::Instant,
) -> Result<()> {
    let mut lock = Sha256::new();
    lock.update(workspace.as_bytes());
    lock.update(claim.caller.as_bytes());
    lock.update(claim.route.as_bytes());
    lock.update([0]);
    lock.update(claim.key.as_bytes());
    let digest = lock.finalize();
    let mut eight = [0_u8; 8];
    eight.copy_from_slice(&digest[..8]);
    let free = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock($1) as "free!""#,
        i64::from_be_bytes(eight)
    )
    .fetch_one(&mut *connection)
    .await?;
    if !free {
        return Err(Error::conflict("in_progress"));
    }
    let known = sqlx::query!(
        "select body_hash, resource_id, done_at as \"done_at: base::Instant\" from kernel.idempotency
         where workspace_id = $1 and caller = $2 and route = $3 and key = $4",
        workspace,
        claim.caller,
        claim.route,
        claim.key
    )
    .fetch_optional(&mut *connection)
    .await?;
    match known {
        Some(row) if row.body_hash != claim.body_hash => {
            Err(Error::refused(422, "idempotency_mismatch"))
        }
        Some(row) => match (row.done_at, row.resource_id) {
            (Some(_), Some(id)) => Err(Error::Replayed(id)),
            _ => Ok(()),
        },
        None => {
            sqlx::query!(
                "insert into kernel.idempotency (workspace_id, caller, route, key, body_hash, created_at)
                 values ($1, $2, $3, $4, $5, $6)",
                workspace,
                claim.caller,
                claim.route,
                claim.key,
                claim.body_hash,
                now as _
            )
            .execute(&mut *connection)
            .await?;
            Ok(())
        }
    }
}

/// Says what the key's request answered with.
pub(crate) async fn done(
    connection: &mut PgConnection,
    workspace: Uuid,
    claim: &Claim,
    resource: Uuid,
    now: base::Instant,
) -> Result<()> {
    sqlx::query!(
        "update kernel.idempotency set resource_id = $5, done_at = $6
         where workspace_id = $1 and caller = $2 and route = $3 and key = $4",
        workspace,
        claim.caller,
        claim.route,
        claim.key,
        resource,
        now as _
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets keys older than seven days; ledger causes stay for ever.
///
/// # Errors
/// The database's.
pub async fn sweep(kernel: std::sync::Arc<crate::Kernel>) -> Result<usize> {
    let now = kernel.now().await?;
    let mut tx = kernel.db.begin_system(None).await?;
    let gone = sqlx::query!(
        "delete from kernel.idempotency where created_at < $1",
        now.plus_days(-7) as _
    )
    .execute(&mut *tx)
    .await?
    .rows_affected();
    tx.commit().await?;
    Ok(usize::try_from(gone).unwrap_or(0))
}
