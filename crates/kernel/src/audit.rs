//! Who did what: one row per change, written in its transaction, sealed right after in batches.
//! A batch is a Merkle root per workspace, chained to the one before and signed with a key that is
//! not in the database. Personal fields live beside the row under a salted commitment, so that
//! they can be erased without breaking the proof.

mod denials;

pub use denials::Denials;
pub(crate) use denials::write_denials;

use crate::{Cx, Kernel, Permit, Result, Tx};
use base::Instant;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use std::sync::Arc;
use uuid::Uuid;

pub(crate) async fn write(
    connection: &mut PgConnection,
    cx: &Cx,
    workspace: Uuid,
    now: Instant,
    permit: &Permit,
    changes: &Map<String, Value>,
) -> Result<()> {
    let (kind, actor) = match actor(cx) {
        ("account", id) if permit.action.starts_with("operator.") => ("operator", id),
        found => found,
    };
    let salt = base::secret::Token::new().hash();
    sqlx::query!(
        "with told as (
            insert into kernel.audit (workspace_id, id, actor_kind, actor_id, action, outcome, record_kind, record_id, changes, personal, request_id, occurred_at)
            values ($1, $2, $3, $4, $5, $15, $6, $7, $8, $9, $10, $11)),
         beside as (
            insert into kernel.audit_personal (workspace_id, audit_id, salt, network, agent) values ($1, $2, $12, $13, $14))
         insert into kernel.audit_pending (workspace_id, audit_id) values ($1, $2)",
        workspace,
        base::id::new(),
        kind,
        actor,
        permit.action,
        permit.record_kind,
        permit.record_id,
        Value::Object(changes.clone()),
        commitment(&salt, &cx.network, &cx.agent),
        &*cx.request_id,
        now as _,
        salt,
        &*cx.network,
        &*cx.agent,
        permit.outcome
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes a row of its own for something that happened beside the transaction's main act: the lock
/// that a failed sign-in led to. The main act's row is written by the commit.
///
/// # Errors
/// The database's.
pub async fn note(tx: &mut Tx, permit: &Permit, changes: &Map<String, Value>) -> Result<()> {
    let (cx, workspace, now) = (tx.cx().clone(), tx.workspace(), tx.now());
    write(tx, &cx, workspace, now, permit, changes).await
}

/// Erases the personal fields (network address, browser) beside the audit rows of what these actors
/// did or what was done to them; the rows and their proof stay.
///
/// # Errors
/// The database's.
pub async fn forget(connection: &mut PgConnection, workspace: Uuid, who: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "delete from kernel.audit_personal p using kernel.audit a
         where p.workspace_id = $1 and a.workspace_id = $1 and a.id = p.audit_id and (a.actor_id = any($2) or a.record_id = any($2))",
        workspace,
        who
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn actor(cx: &Cx) -> (&'static str, Option<Uuid>) {
    match (cx.system, &cx.member, &cx.session) {
        (Some("provider"), _, _) => ("provider", None),
        (Some(_), _, _) => ("system", None),
        (None, Some(member), _) => ("member", Some(member.id)),
        (None, None, Some(session)) => ("account", Some(session.account_id)),
        (None, None, None) => ("visitor", None),
    }
}

fn commitment(salt: &[u8], network: &str, agent: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in [salt, network.as_bytes(), agent.as_bytes()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

/// One audit row as it is hashed into its leaf.
struct Leaf {
    id: Uuid,
    hash: Vec<u8>,
}

fn leaf(row: &Row) -> Leaf {
    let text = serde_json::json!([
        row.id,
        row.actor_kind,
        row.actor_id,
        row.action,
        row.outcome,
        row.record_kind,
        row.record_id,
        row.changes,
        row.request_id,
        row.occurred_at,
        data_encoding::HEXLOWER.encode(&row.personal)
    ]);
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(text.to_string().as_bytes());
    Leaf {
        id: row.id,
        hash: hash.finalize().to_vec(),
    }
}

struct Row {
    id: Uuid,
    actor_kind: String,
    actor_id: Option<Uuid>,
    action: String,
    outcome: String,
    record_kind: String,
    record_id: Option<Uuid>,
    changes: Value,
    personal: Vec<u8>,
    request_id: String,
    occurred_at: Instant,
}

fn merkle(mut level: Vec<Vec<u8>>) -> Vec<u8> {
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| {
                let mut hash = Sha256::new();
                hash.update([1]);
                pair.iter().for_each(|part| hash.update(part));
                hash.finalize().to_vec()
            })
            .collect();
    }
    level.pop().unwrap_or_default()
}

fn signed(workspace: Uuid, sequence: i64, root: &[u8], previous: &[u8], key: &[u8]) -> Vec<u8> {
    let mut message = b"guildhall.audit".to_vec();
    message.extend(workspace.as_bytes());
    message.extend(sequence.to_be_bytes());
    message.extend(root);
    message.extend(previous);
    base::secret::hmac(key, &message)
}

/// Seals what waits, one batch a workspace; says how many rows.
///
/// # Errors
/// The database's.
pub async fn seal(kernel: Arc<Kernel>) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let waiting = sqlx::query_scalar!("select distinct workspace_id from (select workspace_id from kernel.audit_pending limit 5000) w")
        .fetch_all(&mut *tx)
        .await?;
    tx.commit().await?;
    let mut sealed = 0;
    for workspace in waiting {
        sealed += seal_workspace(&kernel, workspace).await?;
    }
    Ok(sealed)
}

async fn seal_workspace(kernel: &Arc<Kernel>, workspace: Uuid) -> Result<usize> {
    let mut tx = kernel.db.begin_system(Some(workspace)).await?;
    let mut lock = [0_u8; 8];
    lock.copy_from_slice(&Sha256::digest([workspace.as_bytes().as_slice(), b"seal"].concat())[..8]);
    let free = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock($1) as "free!""#,
        i64::from_be_bytes(lock)
    )
    .fetch_one(&mut *tx)
    .await?;
    if !free {
        return Ok(0);
    }
    let rows = sqlx::query_as!(
        Row,
        r#"with taken as (delete from kernel.audit_pending p where p.workspace_id = $1
               and p.audit_id in (select audit_id from kernel.audit_pending where workspace_id = $1 order by audit_id limit 1000)
               returning p.audit_id)
           select a.id, a.actor_kind, a.actor_id, a.action, a.outcome, a.record_kind, a.record_id, a.changes, a.personal, a.request_id,
               a.occurred_at as "occurred_at: Instant"
           from kernel.audit a join taken t on t.audit_id = a.id where a.workspace_id = $1 order by a.id"#,
        workspace
    )
    .fetch_all(&mut *tx)
    .await?;
    if rows.is_empty() {
        tx.commit().await?;
        return Ok(0);
    }
    let last = sqlx::query!(
        "select sequence, root from kernel.audit_seal where workspace_id = $1 order by sequence desc limit 1",
        workspace
    )
    .fetch_optional(&mut *tx)
    .await?;
    let (sequence, previous) = last.map_or((1, vec![]), |l| (l.sequence + 1, l.root));
    let leaves: Vec<Leaf> = rows.iter().map(leaf).collect();
    let root = merkle(leaves.iter().map(|l| l.hash.clone()).collect());
    let signature = signed(workspace, sequence, &root, &previous, kernel.config.key());
    let count = i32::try_from(leaves.len()).unwrap_or(i32::MAX);
    sqlx::query!(
        "insert into kernel.audit_seal (workspace_id, sequence, leaves, root, previous, signature, sealed_at) values ($1, $2, $3, $4, $5, $6, $7)",
        workspace,
        sequence,
        count,
        root,
        previous,
        signature,
        base::instant::wall() as _
    )
    .execute(&mut *tx)
    .await?;
    let ids: Vec<Uuid> = leaves.iter().map(|l| l.id).collect();
    sqlx::query!(
        "insert into kernel.audit_leaf (workspace_id, sequence, position, audit_id)
         select $1, $2, (t.position - 1)::integer, t.id from unnest($3::uuid[]) with ordinality as t (id, position)",
        workspace,
        sequence,
        &ids
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(leaves.len())
}

/// Walks every chain up to its sealed end; gives the faults found.
///
/// # Errors
/// The database's.
pub async fn verify(kernel: Arc<Kernel>) -> Result<Vec<String>> {
    let mut faults = vec![];
    let mut tx = kernel.db.begin_system(None).await?;
    let seals = sqlx::query!("select workspace_id, sequence, leaves, root, previous, signature from kernel.audit_seal order by workspace_id, sequence")
        .fetch_all(&mut *tx)
        .await?;
    let mut before: Option<(Uuid, i64, Vec<u8>)> = None;
    for seal in seals {
        let place = format!(
            "audit of workspace {}, seal {}",
            seal.workspace_id, seal.sequence
        );
        let expected = match &before {
            Some((workspace, sequence, root)) if *workspace == seal.workspace_id => {
                (sequence + 1, root.clone())
            }
            _ => (1, vec![]),
        };
        if (seal.sequence, &seal.previous) != (expected.0, &expected.1) {
            faults.push(format!("{place}: the chain is broken"));
        }
        let rows = sqlx::query_as!(
            Row,
            r#"select a.id, a.actor_kind, a.actor_id, a.action, a.outcome, a.record_kind, a.record_id, a.changes, a.personal, a.request_id,
                   a.occurred_at as "occurred_at: Instant"
               from kernel.audit_leaf l join kernel.audit a on a.workspace_id = l.workspace_id and a.id = l.audit_id
               where l.workspace_id = $1 and l.sequence = $2 order by l.position"#,
            seal.workspace_id,
            seal.sequence
        )
        .fetch_all(&mut *tx)
        .await?;
        let root = merkle(rows.iter().map(|r| leaf(r).hash).collect());
        if i64::from(seal.leaves) != i64::try_from(rows.len()).unwrap_or(-1) || root != seal.root {
            faults.push(format!("{place}: a row was altered or removed"));
        }
        let known = kernel.config.secret_keys.iter().any(|key| {
            let expected = signed(
                seal.workspace_id,
                seal.sequence,
                &seal.root,
                &seal.previous,
                &key.0,
            );
            base::secret::equal(&expected, &seal.signature)
        });
        if !known {
            faults.push(format!(
                "{place}: the signature does not fit any of our keys"
            ));
        }
        before = Some((seal.workspace_id, seal.sequence, seal.root));
    }
    let unsealed = sqlx::query_scalar!(
        r#"select count(*) as "n!" from kernel.audit a
           where not exists (select 1 from kernel.audit_leaf l where l.workspace_id = a.workspace_id and l.audit_id = a.id)
             and not exists (select 1 from kernel.audit_pending p where p.workspace_id = a.workspace_id and p.audit_id = a.id)"#
    )
    .fetch_one(&mut *tx)
    .await?;
    if unsealed > 0 {
        faults.push(format!(
            "audit: {unsealed} rows are neither sealed nor waiting for their seal"
        ));
    }
    tx.commit().await?;
    Ok(faults)
}
