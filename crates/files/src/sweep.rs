//! Files nobody attached within a day go, bytes first; so do temporary files of dead processes and
//! stored bytes to which no row belongs.

use crate::{incoming, storage};
use futures_util::{StreamExt as _, TryStreamExt as _};
use kernel::{Kernel, Result};
use object_store::{ObjectStore as _, ObjectStoreExt as _, path::Path};
use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, SystemTime},
};

const BATCH: i64 = 50;
const DAY_SECONDS: i64 = 86_400;
const STRAYS_AT_ONCE: usize = 500;

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

/// Removes bytes older than a day whose row was never committed (a crash or a lost connection
/// between the two); says how many. Only what is named like ours is touched: a bucket may be shared.
///
/// # Errors
/// The database's and the storage's.
pub(crate) async fn strays(kernel: &Arc<Kernel>) -> Result<usize> {
    let store = storage::open(kernel)?;
    let day = Duration::from_secs(DAY_SECONDS.unsigned_abs());
    let old = store.list(None).try_filter_map(|object| {
        let age = SystemTime::from(object.last_modified).elapsed();
        let file = storage::file_of(object.location.as_ref());
        let found = file.filter(|_| age.is_ok_and(|age| age > day));
        std::future::ready(Ok(found.map(|file| (file, object.location))))
    });
    let mut chunks = old.try_chunks(STRAYS_AT_ONCE);
    let mut removed = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(anyhow::Error::from)?;
        let ids: Vec<_> = chunk.iter().map(|(id, _)| *id).collect();
        let mut tx = kernel.db.begin_system(None).await?;
        let known: HashSet<_> =
            sqlx::query_scalar!("select id from files.file where id = any($1)", &ids)
                .fetch_all(&mut *tx)
                .await?
                .into_iter()
                .collect();
        tx.commit().await?;
        for (_, location) in chunk.iter().filter(|(id, _)| !known.contains(id)) {
            storage::remove(kernel, location.as_ref()).await?;
            removed += 1;
        }
    }
    Ok(removed)
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
