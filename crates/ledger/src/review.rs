//! Books that are looked into: while the last proof of a workspace found a fault, no payout of it is
//! asked for or sent. The next proof that finds none lets money go again.

use base::Instant;
use kernel::{Cx, Error, Kernel, Result, Tx, product::Finding};
use maud::{Markup, html};
use serde::Serialize;
use sqlx::PgConnection;
use std::{collections::BTreeMap, sync::Arc};
use ui::parts::Banner;
use uuid::Uuid;

/// The most faults that are kept of one workspace.
const KEPT_MOST: usize = 10;

/// Seconds after which it is worth asking again.
const AGAIN_IN: i64 = 600;

/// What a proof of the whole installation found.
#[derive(Debug)]
pub struct Proof {
    /// When it began: it knows nothing of what happened since.
    pub began: Instant,
    /// The faults in the order of the checks, each with the name of its check.
    pub faults: Vec<(&'static str, Finding)>,
    /// Whether each check could be made and named all it found, so that whoever is not named is
    /// without a fault.
    pub whole: bool,
}

/// Keeps what a proof found: the workspaces in whose books it found faults are looked into, all
/// others are not. Of two proofs that overlap the one that began later counts.
///
/// # Errors
/// The database's.
pub async fn record(kernel: &Arc<Kernel>, proof: &Proof) -> Result<()> {
    let mut of: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for (check, finding) in &proof.faults {
        if let Some(workspace) = finding.workspace_id {
            let faults = of.entry(workspace).or_default();
            if faults.len() < KEPT_MOST {
                faults.push(format!("{check}: {finding}"));
            }
        }
    }
    let red: Vec<Uuid> = of.keys().copied().collect();
    let mut tx = kernel.db.begin_system(None).await?;
    if proof.whole {
        sqlx::query!(
            "delete from ledger.books_review where workspace_id <> all($1) and proved_at <= $2",
            &red,
            proof.began as _
        )
        .execute(&mut *tx)
        .await?;
    }
    for (workspace, faults) in of {
        // A tampered row may name a workspace that is not there.
        sqlx::query!(
            "insert into ledger.books_review (workspace_id, since, proved_at, faults)
             select w.workspace_id, $2, $2, $3 from kernel.workspace w where w.workspace_id = $1
             on conflict (workspace_id) do update set proved_at = excluded.proved_at, faults = excluded.faults
               where books_review.proved_at <= excluded.proved_at",
            workspace,
            proof.began as _,
            &faults
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Refuses what would take money out of a workspace whose books are looked into.
///
/// # Errors
/// 503 `books_under_review`.
pub(crate) async fn clear(connection: &mut PgConnection, workspace: Uuid) -> Result<()> {
    let looked_into = sqlx::query_scalar!(
        r#"select exists (select 1 from ledger.books_review where workspace_id = $1) as "yes!""#,
        workspace
    )
    .fetch_one(connection)
    .await?;
    if looked_into {
        Err(Error::unavailable("books_under_review").again_in(AGAIN_IN))
    } else {
        Ok(())
    }
}

/// What the last proof found in the workspace's books.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BooksReviewView {
    /// Since which proof they are looked into.
    pub since: Instant,
    /// When the last proof was made.
    pub proved_at: Instant,
    /// At most ten of the faults, each a sentence that names the row.
    pub faults: Vec<String>,
}

/// The standing review of the workspace's books, if there is one.
///
/// # Errors
/// The database's.
pub(crate) async fn standing(tx: &mut Tx) -> Result<Option<BooksReviewView>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        BooksReviewView,
        r#"select since as "since: Instant", proved_at as "proved_at: Instant", faults from ledger.books_review where workspace_id = $1"#,
        workspace
    )
    .fetch_optional(&mut **tx)
    .await?)
}

/// The banner on the pages of those who look after money; nothing while all adds up.
pub(crate) async fn banner(cx: &Cx) -> Result<Markup> {
    let mut tx = cx.read().await?;
    let standing = standing(&mut tx).await?;
    tx.finish().await?;
    let Some(review) = standing else {
        return Ok(html! {});
    };
    let since = ui::text::date(cx.locale, review.since);
    let text = cx.tr("ledger-books-review-text", &[("date", since.into())]);
    Ok(html! {
        (Banner::bad(cx.t("ledger-books-review")).text(text))
        ul { @for fault in &review.faults { li { bdi dir="ltr" { (fault) } } } }
    })
}
