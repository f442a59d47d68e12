//! Refunds: money goes back to the method it came from, and is gone only by the provider's fact, or
//! by the bank's statement where it came by transfer. What the payer's bank took back by a lost
//! chargeback is not sent a second time: it meets the claim.

mod book;
pub(crate) mod claim;
pub(crate) mod desk;

pub(crate) use book::paid_by_bank;
use book::{paid, turn};

use crate::{
    account::{AccountKey, account, stored},
    notice,
    posting::{Posting, post},
    provider::{CallError, RefundFact, port},
};
use base::Money;
use kernel::{
    Action, Cx, Error, Kernel, Result, Tx,
    events::Event,
    jobs::{JobKind, NewJob},
};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

const SETTLE: Action = Action::new("refund.settle", "refund", "payment.show");

/// Tries at the provider before people must look at it.
const TRIES: i32 = 5;

/// Does a refund; a failed one is tried again with the pauses of jobs.
pub(crate) const JOB: JobKind = JobKind::new("ledger.refund", |kernel, job| {
    Box::pin(async move {
        let id = job.payload["refund_id"]
            .as_str()
            .and_then(|t| t.parse().ok())
            .unwrap_or_default();
        drive(&kernel, job.workspace_id, id).await.map(drop)
    })
});

/// What is to be given back of one payment.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The payment.
    pub payment: Uuid,
    /// The milestone, order or bonus it was for; nothing when the money never reached one.
    pub item: Option<Uuid>,
    /// Where that payment's money lies now: `unapplied`, `escrow`, `pending`, …
    pub from: AccountKey,
    /// How much goes back, without the client's fee.
    pub amount: Money,
    /// The part of `amount` that lies in the platform's fees, not in `from`.
    pub payee_fee: Money,
    /// The client's fee that goes back on top of it.
    pub client_fee: Money,
    /// Why, for people.
    pub reason: &'static str,
}

impl Ask {
    /// A refund without fees.
    #[must_use]
    pub fn of(payment: Uuid, from: AccountKey, amount: Money, reason: &'static str) -> Self {
        let none = Money::zero(amount.currency);
        Self {
            payment,
            item: None,
            from,
            amount,
            payee_fee: none,
            client_fee: none,
            reason,
        }
    }
}

/// Begins to give `amount` of a captured payment back to its payer, out of the account where that
/// payment's money lies now (`unapplied`, `escrow`, `pending`, …), with the command that decided so.
///
/// # Errors
/// As [`begin`].
pub async fn ask(
    tx: &mut Tx,
    payment_id: Uuid,
    from: AccountKey,
    amount: Money,
    reason: &'static str,
) -> Result<Uuid> {
    begin(tx, Ask::of(payment_id, from, amount, reason)).await
}

/// Begins a refund with the fees that go back with it.
///
/// # Errors
/// Not found, 409 `refund_exceeds_payment` when more would go back than came in; at commit 409
/// `insufficient_available` when the account does not hold that much of this payment.
pub async fn begin(tx: &mut Tx, ask: Ask) -> Result<Uuid> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let too_much = || Error::conflict("refund_exceeds_payment");
    let payment = crate::payment::find(tx, workspace, ask.payment, true)
        .await?
        .ok_or(Error::NotFound)?;
    let refunded = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor), 0)::bigint as "sum!" from ledger.refund where workspace_id = $1 and payment_id = $2"#,
        workspace,
        ask.payment
    )
    .fetch_one(&mut **tx)
    .await?;
    let most = payment.amount()?;
    let whole = ask.amount.plus(ask.client_fee).map_err(|_| too_much())?;
    let from_account = ask.amount.minus(ask.payee_fee).map_err(|_| too_much())?;
    if payment.state != "captured"
        || whole.currency != most.currency
        || from_account.minor < 0
        || refunded.saturating_add(whole.minor) > most.minor
    {
        return Err(too_much());
    }
    let id = base::id::new();
    sqlx::query!(
        "insert into ledger.refund (workspace_id, id, payment_id, item_id, amount_minor, client_fee_minor, payee_fee_minor, released, currency, reason, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        workspace,
        id,
        ask.payment,
        ask.item,
        whole.minor,
        ask.client_fee.minor,
        ask.payee_fee.minor,
        matches!(ask.from.kind, "pending" | "available"),
        whole.currency.code(),
        ask.reason,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    let (fees, transit) = (account("fees", workspace), account("refund_in_transit", id));
    let posting = Posting::because(format!("ledger.refund/{id}"))
        .transfer("refund", ask.from, transit, from_account)
        .from_payment(ask.payment)
        .transfer("fee_reversed", fees, transit, ask.payee_fee)
        .from_payment(ask.payment)
        .transfer("client_fee_reversed", fees, transit, ask.client_fee)
        .from_payment(ask.payment);
    post(tx, posting).await?;
    tx.enqueue(NewJob {
        kind: "ledger.refund",
        payload: json!({"refund_id": id}),
        dedup: Some(id.to_string()),
        delay_seconds: 0,
    });
    Ok(id)
}

struct Row {
    item_id: Option<Uuid>,
    client_fee_minor: i64,
    payee_fee_minor: i64,
    payment_id: Uuid,
    payer_id: Uuid,
    amount_minor: i64,
    currency: String,
    state: String,
    spent: i32,
    version: i64,
    provider_payment_id: Option<String>,
    /// State of the payment's chargeback.
    dispute: Option<String>,
}

impl Row {
    /// Whether nothing more becomes of it.
    fn is_over(&self) -> bool {
        matches!(self.state.as_str(), "succeeded" | "charged_back")
    }
}

async fn find(tx: &mut sqlx::PgConnection, workspace: Uuid, id: Uuid, lock: bool) -> Result<Row> {
    if lock {
        sqlx::query!("select 1 as one from ledger.refund where workspace_id = $1 and id = $2 for no key update", workspace, id)
            .fetch_optional(&mut *tx)
            .await?;
    }
    sqlx::query_as!(
        Row,
        r#"select r.item_id, r.client_fee_minor, r.payee_fee_minor, r.payment_id, p.payer_id, r.amount_minor, r.currency, r.state, r.spent,
             r.version, p.provider_payment_id, c.state as "dispute?"
           from ledger.refund r join ledger.payment p on p.workspace_id = r.workspace_id and p.id = r.payment_id
           left join ledger.chargeback c on c.workspace_id = r.workspace_id and c.payment_id = r.payment_id
           where r.workspace_id = $1 and r.id = $2"#,
        workspace,
        id
    )
    .fetch_optional(tx)
    .await?
    .ok_or(Error::NotFound)
}

/// Takes all refunds of a payment as far as they go now, those that wait for people as well.
///
/// # Errors
/// What must be tried again.
pub(crate) async fn drive_all(kernel: &Arc<Kernel>, workspace: Uuid, payment: Uuid) -> Result<()> {
    let mut tx = kernel.db.begin_system(Some(workspace)).await?;
    let open = sqlx::query_scalar!(
        "select id from ledger.refund where workspace_id = $1 and payment_id = $2 and state not in ('succeeded', 'charged_back') order by id",
        workspace,
        payment
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    for id in open {
        drive(kernel, workspace, id).await?;
    }
    Ok(())
}

/// Takes a refund as far as it goes now; says whether anything changed.
///
/// # Errors
/// What must be tried again.
pub(crate) async fn drive(kernel: &Arc<Kernel>, workspace: Uuid, id: Uuid) -> Result<bool> {
    let mut tx = kernel.db.begin_system(Some(workspace)).await?;
    let row = find(&mut tx, workspace, id, false).await?;
    tx.commit().await?;
    let dispute = row.dispute.as_deref();
    if row.is_over() || (row.state == "manual" && dispute != Some("lost")) {
        return Ok(false);
    }
    // What came by bank transfer goes back by one: people do that.
    let Some(charge) = row.provider_payment_id else {
        return settle(kernel, workspace, id, Outcome::Manual(0)).await;
    };
    let provider = port(kernel)?;
    // Earlier tries first: one of them may have gone through without our hearing of it.
    let tries = provider.find_refunds(id).await?;
    if let Some(done) = tries.iter().find(|t| t.status == "succeeded") {
        return settle(kernel, workspace, id, Outcome::Made(done)).await;
    }
    match dispute {
        // The payer's bank decides first; see `chargeback::follow`.
        Some("open") => return Ok(false),
        Some("lost") if claim::meet(kernel, workspace, id, row.payment_id).await? => {
            return Ok(true);
        }
        _ => {}
    }
    if row.state == "manual" {
        return Ok(false);
    }
    let failed = i32::try_from(tries.len()).unwrap_or(i32::MAX - 1);
    let most = row.spent.saturating_add(TRIES);
    if failed >= most {
        return settle(kernel, workspace, id, Outcome::Manual(failed)).await;
    }
    match provider
        .refund(id, failed + 1, &charge, row.amount_minor)
        .await
    {
        Ok(fact) if fact.status == "succeeded" => {
            settle(kernel, workspace, id, Outcome::Made(&fact)).await
        }
        Ok(_) if failed + 1 >= most => {
            settle(kernel, workspace, id, Outcome::Manual(failed + 1)).await
        }
        Ok(_) => {
            settle(kernel, workspace, id, Outcome::Failed(failed + 1)).await?;
            Err(Error::unavailable("payment_unavailable"))
        }
        // Disputed, and we have not heard of it yet: it waits for how that ends.
        Err(CallError::Refused(code)) if code == "payment_disputed" && dispute != Some("lost") => {
            Ok(false)
        }
        // The provider will never do this one (more would go back than came, …).
        Err(CallError::Refused(code)) => {
            tracing::warn!(key = "refund.refused", refund = %id, code);
            settle(kernel, workspace, id, Outcome::Manual(failed + 1)).await
        }
        Err(error) => Err(error.into()),
    }
}

enum Outcome<'a> {
    Made(&'a RefundFact),
    Failed(i32),
    Manual(i32),
}

async fn settle(
    kernel: &Arc<Kernel>,
    workspace: Uuid,
    id: Uuid,
    outcome: Outcome<'_>,
) -> Result<bool> {
    let cx = Cx::system_in(kernel, workspace, "provider").await?;
    let mut tx = cx.begin().await?;
    let row = find(&mut tx, workspace, id, true).await?;
    let made = matches!(outcome, Outcome::Made(_));
    if row.is_over() || (row.state == "manual" && !made) {
        if made && row.state == "charged_back" {
            tracing::error!(key = "refund.paid_twice", refund = %id);
        }
        tx.finish().await?;
        return Ok(false);
    }
    let amount = stored(row.amount_minor, &row.currency)?;
    match outcome {
        Outcome::Made(fact) => {
            paid(
                &mut tx,
                id,
                &row,
                Some(&fact.id),
                account("clearing", workspace),
            )
            .await?;
        }
        Outcome::Manual(n) => {
            turn(&mut tx, id, &row, "manual", Some(n)).await?;
            let kind = if row.provider_payment_id.is_some() {
                "refund_stuck"
            } else {
                "refund_by_bank"
            };
            let notify: Vec<_> = notice::staff(&mut tx)
                .await?
                .into_iter()
                .map(|o| notice::about(o, kind, "/refunds", amount))
                .collect();
            tx.emit(Event::new(
                "ledger.refund_stuck",
                "refund",
                id,
                row.version + 1,
                json!({"payment_id": row.payment_id, "notify": notify}),
            ));
        }
        Outcome::Failed(n) => turn(&mut tx, id, &row, "failed", Some(n)).await?,
    }
    let permit = cx.authorize(&SETTLE, id, &[])?;
    tx.commit(permit).await?;
    Ok(true)
}
