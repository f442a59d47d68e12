//! What becomes of a payout at the provider: sent once, looked up whenever in doubt, booked by its
//! facts.

use super::{
    Row, find, in_transit,
    state::{Step, after},
};
use crate::{
    account::account,
    chargeback::close::recover,
    notice,
    posting::{Posting, post},
    provider::{CallError, PayoutFact, port},
};
use base::Money;
use kernel::{Action, Cx, Error, Kernel, Result, Tx, events::Event, jobs::JobKind};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

const SETTLE: Action = Action::new("payout.settle", "payout", "payout.show");

/// Sends a payout when its grace has passed.
pub(crate) const JOB: JobKind = JobKind::new("ledger.payout", |kernel, job| {
    Box::pin(async move {
        let id = job.payload["payout_id"]
            .as_str()
            .and_then(|t| t.parse().ok())
            .unwrap_or_default();
        match drive(&kernel, job.workspace_id, id).await {
            // It waits for a proof without a fault, however long that takes: whoever looks after
            // open payouts takes it up again.
            Err(error) if error.code() == "books_under_review" => Ok(()),
            driven => driven.map(drop),
        }
    })
});

async fn read(kernel: &Arc<Kernel>, workspace: Uuid, id: Uuid) -> Result<Row> {
    let mut tx = kernel.db.begin_system(Some(workspace)).await?;
    let row = find(&mut tx, workspace, id, false).await?;
    tx.commit().await?;
    row.ok_or(Error::NotFound)
}

/// Takes a payout as far as it goes now; says whether anything changed.
pub(crate) async fn drive(kernel: &Arc<Kernel>, workspace: Uuid, id: Uuid) -> Result<bool> {
    let row = read(kernel, workspace, id).await?;
    if !matches!(row.state.as_str(), "requested" | "processing") {
        return refresh(kernel, workspace, id).await;
    }
    let provider = port(kernel)?;
    if row.state == "requested" {
        may_leave(kernel, workspace).await?;
        if !begin(kernel, workspace, id).await? {
            return Ok(false);
        }
    }
    // It may have been sent before: look first, and send only under the same key.
    let found = provider.find_payout(id).await?;
    if found.is_none() {
        may_leave(kernel, workspace).await?;
    }
    let fact = match found {
        Some(fact) => fact,
        None => match provider
            .payout(
                id,
                &row.destination_token,
                row.net()?.minor,
                &row.currency,
                row.speed == "instant",
            )
            .await
        {
            Ok(fact) => fact,
            Err(CallError::Refused(code)) => {
                tracing::warn!(key = "payout.refused", payout = %id, code);
                PayoutFact {
                    id: String::new(),
                    status: "failed".to_owned(),
                    failure_code: Some("refused".to_owned()),
                }
            }
            Err(error) => return Err(error.into()),
        },
    };
    settle(kernel, workspace, id, &fact).await
}

/// Looks up what the provider has of a payout and books it; says whether anything changed.
pub(crate) async fn refresh(kernel: &Arc<Kernel>, workspace: Uuid, id: Uuid) -> Result<bool> {
    match port(kernel)?.find_payout(id).await? {
        Some(fact) => settle(kernel, workspace, id, &fact).await,
        None => Ok(false),
    }
}

/// Refuses while the workspace's books are looked into: the payout waits until they are not.
async fn may_leave(kernel: &Arc<Kernel>, workspace: Uuid) -> Result<()> {
    let mut tx = kernel.db.begin_system(Some(workspace)).await?;
    crate::review::clear(&mut tx, workspace).await?;
    tx.commit().await?;
    Ok(())
}

/// From here on it cannot be taken back.
async fn begin(kernel: &Arc<Kernel>, workspace: Uuid, id: Uuid) -> Result<bool> {
    let cx = Cx::system_in(kernel, workspace, "provider").await?;
    let mut tx = cx.begin().await?;
    let now = tx.now();
    let to = after("requested", Step::Begin);
    let begun = sqlx::query!(
        "update ledger.payout set state = coalesce($4, state), updated_at = $3, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'requested'",
        workspace,
        id,
        now as _,
        to
    )
    .execute(&mut *tx)
    .await?
    .rows_affected()
        == 1;
    if !begun {
        tx.finish().await?;
        return Ok(false);
    }
    tx.change("state", "requested", to);
    let permit = cx.authorize(&SETTLE, id, &[])?;
    tx.commit(permit).await?;
    Ok(true)
}

async fn settle(
    kernel: &Arc<Kernel>,
    workspace: Uuid,
    id: Uuid,
    fact: &PayoutFact,
) -> Result<bool> {
    let cx = Cx::system_in(kernel, workspace, "provider").await?;
    let mut tx = cx.begin().await?;
    let row = find(&mut tx, workspace, id, true)
        .await?
        .ok_or(Error::NotFound)?;
    let step = Step::of_fact(&fact.status);
    let Some(to) = step.and_then(|step| after(&row.state, step)) else {
        tx.finish().await?;
        return Ok(false);
    };
    let (now, amount) = (tx.now(), row.amount()?);
    let (transit, available) = (
        account("payout_in_transit", id),
        account("available", row.member_id),
    );
    let clearing = account("clearing", workspace);
    let fees = account("fees", workspace);
    let mut came = vec![];
    match (row.state.as_str(), to) {
        (_, "paid") => {
            let posting = Posting::because(format!("ledger.payout_paid/{id}"))
                .transfer("payout_paid", transit, clearing, row.net()?)
                .transfer("payout_fee", transit, fees, row.fee()?);
            post(&mut tx, posting).await?;
        }
        ("paid", _) => {
            let mut posting = Posting::because(format!("ledger.payout_returned/{id}"));
            // What was not paid in the end costs nothing either: the fee comes back with it.
            let mut net = row.net()?.minor;
            came = sources(&mut tx, &row).await?;
            for &(payment, part) in &came {
                let paid = part.minor.min(net);
                net -= paid;
                for (from, minor) in [(clearing, paid), (fees, part.minor - paid)] {
                    posting = posting
                        .transfer(
                            "payout_returned",
                            from,
                            available,
                            Money::new(minor, part.currency),
                        )
                        .from_payment(payment);
                }
            }
            post(&mut tx, posting).await?;
        }
        _ => {
            came = in_transit(&mut tx, id, amount.currency).await?;
            let posting = Posting::because(format!("ledger.payout_{to}/{id}")).transfer(
                kind_of(to),
                transit,
                available,
                amount,
            );
            post(&mut tx, posting).await?;
        }
    }
    let reason = if to == "paid" {
        None
    } else {
        Some(fact.failure_code.as_deref().unwrap_or("refused"))
    };
    let paid_at = if to == "paid" { Some(now) } else { row.paid_at };
    sqlx::query!(
        "update ledger.payout set state = $3, reason = $4, paid_at = $5, provider_payout_id = coalesce(nullif($6, ''), provider_payout_id),
           updated_at = $7, version = version + 1
         where workspace_id = $1 and id = $2",
        workspace,
        id,
        to,
        reason,
        paid_at as _,
        fact.id,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    tx.change("state", row.state.as_str(), to);
    let (kind, notice) = match to {
        "paid" => ("ledger.payout_paid", "payout_paid"),
        "failed" => ("ledger.payout_failed", "payout_failed"),
        _ => ("ledger.payout_returned", "payout_returned"),
    };
    let notify = [notice::about(
        row.member_id,
        notice,
        &format!("/payouts/{id}"),
        amount,
    )];
    // What came back goes to what the member owes first.
    recover(&mut tx, row.member_id, &came, ("payout", id)).await?;
    tx.emit(Event::new(
        kind,
        "payout",
        id,
        row.version + 1,
        json!({"member_id": row.member_id, "reason": reason, "notify": notify}),
    ));
    let permit = cx.authorize(&SETTLE, id, &[])?;
    tx.commit(permit).await?;
    Ok(true)
}

fn kind_of(state: &str) -> &'static str {
    if state == "failed" {
        "payout_failed"
    } else {
        "payout_returned"
    }
}

/// From which payments the money of a payout came, so that what is returned keeps its source.
async fn sources(tx: &mut Tx, row: &Row) -> Result<Vec<(Uuid, Money)>> {
    let (workspace, currency) = (tx.workspace(), row.amount()?.currency);
    let rows = sqlx::query!(
        r#"select l.payment_id, sum(u.amount_minor)::bigint as "amount!"
           from ledger.transfer t
           join ledger.lot_use u on u.workspace_id = t.workspace_id and u.transfer_id = t.id
           join ledger.lot l on l.workspace_id = u.workspace_id and l.id = u.lot_id
           where t.workspace_id = $1 and t.cause = $2 group by l.payment_id order by l.payment_id"#,
        workspace,
        format!("ledger.payout_paid/{}", row.id)
    )
    .fetch_all(&mut **tx)
    .await?;
    let parts: Vec<_> = rows
        .into_iter()
        .map(|r| (r.payment_id, Money::new(r.amount, currency)))
        .collect();
    if parts.iter().map(|(_, m)| m.minor).sum::<i64>() == row.amount_minor {
        Ok(parts)
    } else {
        Err(Error::Internal(anyhow::anyhow!(
            "payout {} does not remember where its money came from",
            row.id
        )))
    }
}
