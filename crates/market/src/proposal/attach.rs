//! Files that go with a proposal: added and taken away while it may change.

use super::{RECORD, UPDATE, state::Step, store, view};
use crate::{
    activity, forms,
    project::attach::{NewFiles, OldFile},
};
use kernel::{Cx, Error, Result, events::Event};
use serde_json::json;
use uuid::Uuid;

/// The files of proposals, for its author and the project's client.
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

/// Adds files.
///
/// # Errors
/// 409 once shortlisted, 422 `unknown_file`, `too_many_files`.
pub(super) async fn add(cx: &Cx, id: Uuid, input: NewFiles) -> Result<Uuid> {
    change(cx, id, &input.files, None).await
}

/// Takes a file away.
///
/// # Errors
/// 409 once shortlisted, 422 `unknown_file`.
pub(super) async fn remove(cx: &Cx, id: Uuid, input: OldFile) -> Result<Uuid> {
    change(cx, id, &[], Some(input.file_id)).await
}

async fn change(cx: &Cx, id: Uuid, added: &[Uuid], removed: Option<Uuid>) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let row = store::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let permit = cx.authorize(&UPDATE, id, &row.relations(cx))?;
    row.state
        .after(Step::Edit)
        .ok_or(Error::conflict(Step::Edit.refusal()).with("state", row.state.name()))?;
    files::attach(&mut tx, cx, added, RECORD, id).await?;
    if let Some(file) = removed {
        files::detach(&mut tx, file, RECORD, id).await?;
    }
    let (workspace, now) = (tx.workspace(), tx.now());
    let version = sqlx::query_scalar!(
        "update market.proposal set version = version + 1, updated_at = $3 where workspace_id = $1 and id = $2 returning version",
        workspace,
        id,
        now as _
    )
    .fetch_one(&mut *tx)
    .await?;
    activity::note(&mut tx, id, "proposal_files", json!({})).await?;
    tx.emit(Event::new(
        "market.proposal_edited",
        "proposal",
        id,
        version,
        json!({"notify": []}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}
