//! A file becomes part of a record, once, in the command that writes the record.

use kernel::{Cx, Error, Result, Tx};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use ui::{parts::FileRow, text::Locale};
use uuid::Uuid;

/// A file as it is shown.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FileView {
    /// Its id.
    pub id: Uuid,
    /// Its name, cleaned.
    pub name: String,
    /// What its content is, whatever its name says.
    pub media_type: String,
    /// Its length in bytes.
    pub size_bytes: i64,
    /// Path from which a browser downloads it.
    pub href: String,
}

impl FileView {
    pub(crate) fn new(
        cx: &Cx,
        id: Uuid,
        name: String,
        media_type: String,
        size_bytes: i64,
    ) -> Self {
        Self {
            id,
            name,
            media_type,
            size_bytes,
            href: cx.href(&format!("/files/{id}")),
        }
    }

    /// The row of a list of files, with its download link.
    #[must_use]
    pub fn row(&self, locale: Locale) -> FileRow {
        FileRow::new(locale, self.name.clone(), self.size_bytes).href(self.href.clone())
    }
}

/// Attaches files the actor uploaded, and that belong to nothing yet, to a record. The kind must
/// be registered with [`crate::product`].
///
/// # Errors
/// 422 `unknown_file` at `/files` when one is another's, attached already or absent; 422
/// `too_many_files` for more than [`crate::MOST_FILES`]; the database's.
pub async fn attach(
    tx: &mut Tx,
    cx: &Cx,
    files: &[Uuid],
    record_kind: &str,
    record_id: Uuid,
) -> Result<()> {
    let ids: Vec<Uuid> = files
        .iter()
        .copied()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    if ids.len() > crate::MOST_FILES {
        return Err(Error::invalid("/files", "too_many_files"));
    }
    let owner = cx.me().ok_or(Error::NotFound)?;
    let workspace = tx.workspace();
    let done = sqlx::query!(
        "update files.file set record_kind = $4, record_id = $5
         where workspace_id = $1 and id = any($2) and owner_id = $3 and record_id is null",
        workspace,
        &ids,
        owner,
        record_kind,
        record_id
    )
    .execute(&mut **tx)
    .await?;
    if usize::try_from(done.rows_affected()).is_ok_and(|n| n != ids.len()) {
        return Err(Error::invalid("/files", "unknown_file"));
    }
    let all = sqlx::query_scalar!(
        r#"select count(*) as "n!" from files.file where workspace_id = $1 and record_id = $2"#,
        workspace,
        record_id
    )
    .fetch_one(&mut **tx)
    .await?;
    if all > crate::MOST_OF_RECORD {
        return Err(Error::invalid("/files", "too_many_files"));
    }
    Ok(())
}

/// Those of these files that the actor uploaded and that belong to nothing yet, in the order of their
/// upload.
///
/// # Errors
/// The database's.
pub async fn loose(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<FileView>> {
    let (workspace, cx) = (tx.workspace(), tx.cx().clone());
    let rows = sqlx::query!(
        "select id, name, media_type, size_bytes from files.file
         where workspace_id = $1 and id = any($2) and owner_id = $3 and record_id is null order by id",
        workspace,
        ids,
        cx.me()
    )
    .fetch_all(&mut **tx)
    .await?;
    let shown = rows
        .into_iter()
        .map(|r| FileView::new(&cx, r.id, r.name, r.media_type, r.size_bytes));
    Ok(shown.collect())
}

/// The files of many records at once, oldest first; a record without files has no entry.
///
/// # Errors
/// The database's.
pub async fn of(tx: &mut Tx, records: &[Uuid]) -> Result<HashMap<Uuid, Vec<FileView>>> {
    let mut found: HashMap<Uuid, Vec<FileView>> = HashMap::new();
    if records.is_empty() {
        return Ok(found);
    }
    let (workspace, cx) = (tx.workspace(), tx.cx().clone());
    let rows = sqlx::query!(
        r#"select id, name, media_type, size_bytes, record_id as "record_id!" from files.file
           where workspace_id = $1 and record_id = any($2) order by record_id, id"#,
        workspace,
        records
    )
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        let view = FileView::new(&cx, row.id, row.name, row.media_type, row.size_bytes);
        found.entry(row.record_id).or_default().push(view);
    }
    Ok(found)
}

/// Takes a file from its record again; nobody sees it then, and it is swept.
///
/// # Errors
/// 422 `unknown_file` at `/file_id` when it does not belong to that record; the database's.
pub async fn detach(tx: &mut Tx, file: Uuid, record_kind: &str, record_id: Uuid) -> Result<()> {
    let workspace = tx.workspace();
    let done = sqlx::query!(
        "update files.file set record_kind = null, record_id = null
         where workspace_id = $1 and id = $2 and record_kind = $3 and record_id = $4",
        workspace,
        file,
        record_kind,
        record_id
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::invalid("/file_id", "unknown_file"))
    }
}
