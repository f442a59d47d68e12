//! Clearance: released earnings stay pending for some days, then become available by themselves,
//! lot by lot and exactly once. What came from a payment under chargeback waits.

use crate::{
    account::{account, stored},
    chargeback::close::{before_clearing, recover},
    notice,
    posting::{Posting, post},
};
use base::Instant;
use kernel::{Action, Cx, Kernel, Result, deadline::Deadline, events::Event};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

const CLEAR: Action = Action::new("wallet.clear", "account", "wallet.show");

/// Accounts taken up at a time.
const ACCOUNTS: i64 = 100;
/// Lots of one account cleared in one transaction.
const LOTS: i64 = 200;

/// What clears on the business clock.
pub(crate) const DEADLINE: Deadline = Deadline {
    name: "ledger.clearance",
    next: Some(|tx| Box::pin(next(tx))),
    sweep: |kernel, now| Box::pin(sweep(kernel, now)),
};

async fn next(tx: &mut sqlx::PgConnection) -> Result<Option<Instant>> {
    let due = sqlx::query_scalar!(
        r#"select l.clears_at as "due!: Instant" from ledger.lot l
           join ledger.account a on a.workspace_id = l.workspace_id and a.id = l.account_id
           where l.remaining_minor > 0 and l.clears_at is not null and a.kind = 'pending'
             and not exists (select 1 from ledger.chargeback c where c.workspace_id = l.workspace_id and c.payment_id = l.payment_id and c.state = 'open')
           order by l.clears_at limit 1"#
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(due)
}

async fn sweep(kernel: Arc<Kernel>, now: Instant) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let due = sqlx::query!(
        r#"select l.workspace_id, a.id as account_id, a.owner_id, a.currency from ledger.lot l
           join ledger.account a on a.workspace_id = l.workspace_id and a.id = l.account_id
           where l.remaining_minor > 0 and l.clears_at <= $1 and a.kind = 'pending'
             and not exists (select 1 from ledger.chargeback c where c.workspace_id = l.workspace_id and c.payment_id = l.payment_id and c.state = 'open')
           group by l.workspace_id, a.id, a.owner_id, a.currency order by min(l.clears_at) limit $2"#,
        now as _,
        ACCOUNTS
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut cleared = 0;
    for row in due {
        match clear(
            &kernel,
            row.workspace_id,
            row.account_id,
            row.owner_id,
            &row.currency,
        )
        .await
        {
            Ok(n) => cleared += n,
            Err(error) => {
                tracing::warn!(key = "clearance.failed", account = %row.account_id, error = %error)
            }
        }
    }
    Ok(cleared)
}

/// Clears what is due in one account, looked at again under its lock.
async fn clear(
    kernel: &Arc<Kernel>,
    workspace: Uuid,
    account_id: Uuid,
    owner: Uuid,
    currency: &str,
) -> Result<usize> {
    let cx = Cx::system_in(kernel, workspace, "scheduler").await?;
    let mut tx = cx.begin().await?;
    let now = tx.now();
    let (pending, available) = (account("pending", owner), account("available", owner));
    crate::account::lock(
        &mut tx,
        &[pending, available, account("chargeback_debt", owner)],
        stored(0, currency)?.currency,
    )
    .await?;
    let lots = sqlx::query!(
        "select l.id, l.payment_id, l.remaining_minor from ledger.lot l
         where l.workspace_id = $1 and l.account_id = $2 and l.remaining_minor > 0 and l.clears_at <= $3
           and not exists (select 1 from ledger.chargeback c where c.workspace_id = l.workspace_id and c.payment_id = l.payment_id and c.state = 'open')
         order by l.clears_at, l.id limit $4",
        workspace,
        account_id,
        now as _,
        LOTS
    )
    .fetch_all(&mut *tx)
    .await?;
    if lots.is_empty() {
        tx.finish().await?;
        return Ok(0);
    }
    let mut sum = 0_i64;
    let mut lost = 0_i64;
    let mut came = vec![];
    // Lots leave by payment and clearing time, so in this order each posting takes exactly its lot.
    for lot in &lots {
        let amount = stored(lot.remaining_minor, currency)?;
        let whole = amount;
        let amount = before_clearing(&mut tx, lot.id, lot.payment_id, owner, whole).await?;
        lost += whole.minor - amount.minor;
        sum += amount.minor;
        came.push((lot.payment_id, amount));
        let posting = Posting::because(format!("ledger.clear/{}", lot.id))
            .transfer("clear", pending, available, amount)
            .from_payment(lot.payment_id);
        post(&mut tx, posting).await?;
    }
    // What the member owes from a lost chargeback goes first.
    let recovered = recover(&mut tx, owner, &came, ("account", lots[0].id)).await?;
    let left = sum - recovered;
    let mut notify = vec![];
    if lost > 0 {
        let taken = stored(lost, currency)?;
        notify.push(notice::about(
            owner,
            "chargeback_taken",
            "/wallet/holds",
            taken,
        ));
    }
    if left > 0 {
        let available = stored(left, currency)?;
        // An event of its own: of one event a member is told one thing.
        let told = [notice::about(
            owner,
            "earnings_available",
            "/wallet",
            available,
        )];
        tx.emit(Event::new(
            "ledger.earnings_available",
            "account",
            account_id,
            0,
            json!({"member_id": owner, "notify": told}),
        ));
    }
    tx.emit(Event::new("ledger.cleared", "account", account_id, 0, json!({
        "member_id": owner, "amount_minor": sum, "currency": currency, "lots": lots.len(), "notify": notify})));
    let permit = cx.authorize(&CLEAR, account_id, &[])?;
    tx.commit(permit).await?;
    Ok(lots.len())
}
