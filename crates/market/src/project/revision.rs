//! What was changed of a project after freelancers had bid on it.

use base::Instant;
use kernel::{Result, Tx};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// Revisions that are shown at most; older ones are in the audit.
const SHOWN: i64 = 20;

/// An edit that bidders were told of.
pub(super) struct Revision {
    pub at: Instant,
    /// Field by field what it was and what it became: `{"title": [before, after]}`.
    pub changed: Value,
}

/// A field that an edit changed.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RevisedField {
    /// Its name, as in `project.update`.
    pub field: String,
    /// What it was; amounts in minor units of the project's currency.
    pub before: Value,
    /// What it became.
    pub after: Value,
}

/// An edit made after freelancers had bid, of which they were told.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProjectRevision {
    /// When it was made.
    pub changed_at: Instant,
    /// The fields it changed.
    pub changes: Vec<RevisedField>,
}

impl From<Revision> for ProjectRevision {
    fn from(revision: Revision) -> Self {
        let changes = revision.changed.as_object().into_iter().flatten();
        Self {
            changed_at: revision.at,
            changes: changes
                .map(|(field, pair)| RevisedField {
                    field: field.clone(),
                    before: pair[0].clone(),
                    after: pair[1].clone(),
                })
                .collect(),
        }
    }
}

/// The newest revisions of a project, newest first.
///
/// # Errors
/// The database's.
pub(super) async fn of(tx: &mut Tx, id: Uuid) -> Result<Vec<Revision>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        Revision,
        "select changed_at as at, changed from market.project_revision where workspace_id = $1 and project_id = $2 order by version desc limit $3",
        workspace,
        id,
        SHOWN
    )
    .fetch_all(&mut **tx)
    .await?)
}
