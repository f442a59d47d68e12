//! Both reviews of a contract become visible at once: when both are in, or when the window ends.

use crate::{
    activity,
    contract::{self, store::Row},
};
use base::Instant;
use kernel::{Action, Cx, Kernel, Result, Tx, events::Event};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// The end of the window.
const PUBLISH: Action = Action::new("review.publish", "contract", "contract.show");

/// Publishes what has been written about a contract the caller holds; no more is taken after it.
///
/// # Errors
/// The database's.
pub(crate) async fn publish(tx: &mut Tx, contract: &Row) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let published = sqlx::query_scalar!(
        "update market.review set published_at = $3, version = version + 1
         where workspace_id = $1 and contract_id = $2 and published_at is null returning subject_id",
        workspace,
        contract.id,
        now as _
    )
    .fetch_all(&mut **tx)
    .await?;
    sqlx::query!(
        "update market.contract set reviews_published_at = $3, version = version + 1
         where workspace_id = $1 and id = $2 and state in ('completed', 'terminated') and reviews_published_at is null",
        workspace,
        contract.id,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    if published.is_empty() {
        return Ok(());
    }
    activity::note(
        tx,
        contract.id,
        "reviews_published",
        json!({"n": published.len()}),
    )
    .await?;
    let args = json!({"contract": contract.title});
    let notices: Vec<_> = [contract.client_id, contract.freelancer_id]
        .into_iter()
        .map(|member| activity::notice(member, "review_published", &contract.href(), args.clone()))
        .collect();
    tx.emit(Event::new(
        "market.reviews_published",
        "contract",
        contract.id,
        contract.version + 1,
        json!({"contract_id": contract.id, "subjects": published, "notify": notices}),
    ));
    Ok(())
}

/// Ends the window of one contract; false when it is not due any more.
///
/// # Errors
/// The database's.
pub async fn end_window(cx: &Cx, id: Uuid) -> Result<bool> {
    let mut tx = cx.begin().await?;
    let contract = contract::store::lock(&mut tx, cx, id).await?;
    let now = tx.now();
    let due = contract.reviews_published_at.is_none()
        && contract.review_until.is_some_and(|until| until <= now);
    if !due {
        tx.finish().await?;
        return Ok(false);
    }
    let permit = cx.authorize(&PUBLISH, id, &[])?;
    publish(&mut tx, &contract).await?;
    tx.commit(permit).await?;
    Ok(true)
}

/// The earliest end of a review window.
///
/// # Errors
/// The database's.
pub async fn next(tx: &mut sqlx::PgConnection) -> Result<Option<Instant>> {
    let due = sqlx::query_scalar!(
        r#"select min(review_until) as "due: Instant" from market.contract where state in ('completed', 'terminated') and reviews_published_at is null"#
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(due)
}

/// Ends a batch of windows; says how many.
///
/// # Errors
/// The database's.
pub async fn sweep(kernel: Arc<Kernel>, now: Instant) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let due = sqlx::query!(
        "select workspace_id, id from market.contract
         where state in ('completed', 'terminated') and reviews_published_at is null and review_until <= $1 order by review_until limit 100",
        now as _
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut done = 0;
    for row in due {
        let changed = async {
            let cx = Cx::system_in(&kernel, row.workspace_id, "scheduler").await?;
            end_window(&cx, row.id).await
        };
        done += contract::counted("market.reviews_publish", row.id, changed.await);
    }
    Ok(done)
}
