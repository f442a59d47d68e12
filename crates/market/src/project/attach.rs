//! Files that go with a project: added and taken away while its terms may change.

use super::{RECORD, UPDATE, state::Step, store, view};
use crate::{activity, forms};
use kernel::{Cx, Error, Input, Reader, Result, events::Event};
use serde_json::{Value, json};
use uuid::Uuid;

/// Files to be added.
pub struct NewFiles {
    /// Ids of uploaded files that belong to nothing yet.
    pub files: Vec<Uuid>,
}
impl Input for NewFiles {
    fn read(r: &mut Reader) -> Self {
        Self {
            files: r.ids("files", 1, files::MOST_FILES),
        }
    }
}

/// A file to be taken away.
pub struct OldFile {
    /// Its id.
    pub file_id: Uuid,
}
impl Input for OldFile {
    fn read(r: &mut Reader) -> Self {
        Self {
            file_id: r.id("file_id"),
        }
    }
}

/// The files of projects, for those who may see the project.
#[must_use]
pub fn record_kind() -> files::RecordKind {
    files::RecordKind {
        kind: RECORD,
        may_see: |cx, id| {
            Box::pin(async move {
                let mut tx = cx.read().await?;
                let seen = view::seen(&mut tx, id).await;
                tx.finish().await?;
                forms::is_seen(seen)
            })
        },
    }
}

/// Adds files; bidders are told of them as of every change.
///
/// # Errors
/// 409 past hiring, 422 `unknown_file`, `too_many_files`.
pub async fn add(cx: &Cx, id: Uuid, input: NewFiles) -> Result<Uuid> {
    change(cx, id, Change::Add(input.files)).await
}

/// Takes a file away.
///
/// # Errors
/// 409 past hiring, 422 `unknown_file`.
pub async fn remove(cx: &Cx, id: Uuid, input: OldFile) -> Result<Uuid> {
    change(cx, id, Change::Remove(input.file_id)).await
}

enum Change {
    Add(Vec<Uuid>),
    Remove(Uuid),
}

async fn change(cx: &Cx, id: Uuid, change: Change) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let project = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let permit = cx.authorize(&UPDATE, id, &project.relations(cx))?;
    project
        .state
        .after(Step::Edit)
        .ok_or(Error::conflict("project_not_editable"))?;
    match change {
        Change::Add(all) => files::attach(&mut tx, cx, &all, RECORD, id).await?,
        Change::Remove(file) => files::detach(&mut tx, file, RECORD, id).await?,
    }
    let workspace = tx.workspace();
    let version = sqlx::query_scalar!(
        "update market.project set version = version + 1 where workspace_id = $1 and id = $2 returning version",
        workspace,
        id
    )
    .fetch_one(&mut *tx)
    .await?;
    let mut notify: Vec<Value> = vec![];
    if project.proposals > 0 {
        let args = json!({"project": project.title});
        for (proposal, member) in store::bidders(&mut tx, id).await? {
            let href = format!("/proposals/{proposal}");
            notify.push(activity::notice(
                member,
                "project_edited",
                &href,
                args.clone(),
            ));
        }
    }
    activity::note(&mut tx, id, "project_files", json!({})).await?;
    tx.emit(Event::new(
        "market.project_edited",
        "project",
        id,
        version,
        json!({"notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}
