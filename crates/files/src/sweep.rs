//! Files nobody attached within a day go, bytes first; so do temporary files of dead processes.

use crate::{incoming, storage};
use kernel::{Kernel, Result};
use object_store::{ObjectStoreExt as _, path::Path};
use std::{sync::Arc, time::Duration};

const BATCH: i64 = 50;
const DAY_SECONDS: i64 = 86_400;

/// One run; says how many files it removed.
///
/// # Errors
/// The database's, and the storage's (the row stays then and is tried again).
pub(crate) async fn run(kernel: &Arc<Kernel>) -> Result<usize> {
    temporary(kernel).await;
    let until = kernel.now().await?.plus_seconds(-DAY_SECONDS);
    let mut removed = 0;
    loop {
        // The lock keeps a command from attaching a file whose bytes are going.
        let mut tx = kernel.db.begin_system(None).await?;
        let rows = sqlx::query!(
            "select workspace_id, id, storage_key from files.file
             where record_id is null and created_at < $1 order by created_at limit $2 for update skip locked",
            until as _,
            BATCH
        )
        .fetch_all(&mut *tx)
        .await?;
        for row in &rows {
            storage::remove(kernel, &row.storage_key).await?;
        }
        let (workspaces, ids): (Vec<_>, Vec<_>) =
            rows.iter().map(|r| (r.workspace_id, r.id)).unzip();
        sqlx::query!(
            "delete from files.file f using unnest($1::uuid[], $2::uuid[]) as gone (workspace_id, id)
             where f.workspace_id = gone.workspace_id and f.id = gone.id",
            &workspaces,
            &ids
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        removed += rows.len();
        if rows.is_empty() {
            return Ok(removed);
        }
    }
}

async fn temporary(kernel: &Arc<Kernel>) {
    let Ok(mut entries) = tokio::fs::read_dir(incoming::directory(kernel)).await else {
        return;
    };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let age = entry
            .metadata()
            .await
            .ok()
            .and_then(|m| m.modified().ok())
            .and_then(|t| t.elapsed().ok());
        if age.is_some_and(|a| a > Duration::from_secs(3600)) {
            // Another process may have been first.
            let _ = tokio::fs::remove_file(entry.path()).await;
        }
    }
}

/// Finds rows whose bytes are missing or of another length.
///
/// # Errors
/// The database's.
pub(crate) async fn check(kernel: &Arc<Kernel>) -> Result<Vec<String>> {
    let store = storage::open(kernel)?;
    let (mut faults, mut after) = (vec![], uuid::Uuid::nil());
    loop {
        let mut tx = kernel.db.begin_system(None).await?;
        let rows = sqlx::query!("select id, storage_key, size_bytes from files.file where id > $1 order by id limit 500", after)
            .fetch_all(&mut *tx)
            .await?;
        tx.commit().await?;
        for row in &rows {
            let length = store
                .head(&Path::from(row.storage_key.as_str()))
                .await
                .ok()
                .and_then(|m| i64::try_from(m.size).ok());
            if length != Some(row.size_bytes) {
                faults.push(format!(
                    "file {} should have {} bytes, its storage has {length:?}",
                    row.id, row.size_bytes
                ));
            }
        }
        match rows.last() {
            Some(last) if faults.len() < 5 => after = last.id,
            _ => return Ok(faults),
        }
    }
}
