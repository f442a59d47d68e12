//! What becomes of a payment: the provider is asked, its facts are posted first, then the money is
//! applied to its purpose or given back. Every step may be repeated, by anyone, in any order.

use super::{Captured, PaymentView, Row, find, purpose};
use crate::{
    account::account,
    notice,
    posting::{Posting, post},
    provider::{CallError, Charge, NewCharge, port},
    refund,
};
use base::Money;
use kernel::{Action, Cx, Error, Kernel, Result, Tx, events::Event, jobs::JobKind};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// The system's own act: a payment follows the provider's facts.
const SETTLE: Action = Action::new("payment.settle", "payment", "payment.show");

/// Seconds after which a payment that the provider does not know is not sent any more.
const LATEST: i64 = 86_400;

/// The backup of the inline call, should the process have ended in between.
pub(crate) const JOB: JobKind = JobKind::new("ledger.payment", |kernel, job| {
    Box::pin(async move {
        let id = job.payload["payment_id"]
            .as_str()
            .and_then(|t| t.parse().ok())
            .unwrap_or_default();
        let row = drive(&kernel, job.workspace_id, id, None).await?;
        // Sent, but nobody knows what became of it: look again later.
        if row.is_open() && row.provider_payment_id.is_none() {
            Err(Error::unavailable("payment_unavailable"))
        } else {
            Ok(())
        }
    })
});

/// Takes a payment as far as it goes now: charges it, posts what the provider says, applies it.
/// Call it after the commit of [`super::intend`], and whenever the payer comes back. A provider
/// that cannot be reached leaves the payment `processing`: a job goes on.
///
/// # Errors
/// Not found, or the database's.
pub async fn advance(
    kernel: &Arc<Kernel>,
    workspace: Uuid,
    payment_id: Uuid,
    return_url: Option<String>,
) -> Result<PaymentView> {
    match drive(kernel, workspace, payment_id, return_url).await {
        Ok(row) => row.view(),
        Err(Error::NotFound) => Err(Error::NotFound),
        Err(error) => {
            tracing::warn!(key = "payment.waits", payment = %payment_id, error = %error);
            read(kernel, workspace, payment_id).await?.view()
        }
    }
}

/// As [`advance`], but tells when something must be tried again.
pub(crate) async fn drive(
    kernel: &Arc<Kernel>,
    workspace: Uuid,
    id: Uuid,
    return_url: Option<String>,
) -> Result<Row> {
    let row = read(kernel, workspace, id).await?;
    if row.is_open() {
        match ask(kernel, workspace, &row, return_url).await? {
            Answer::Fact(charge) => settle(kernel, workspace, id, &charge).await.map(drop)?,
            Answer::Refused(code) => refuse(kernel, workspace, id, code).await?,
            Answer::Nothing => {}
        }
    }
    apply(kernel, workspace, id).await?;
    read(kernel, workspace, id).await
}

/// As [`drive`] for a payment that may never have reached the provider, else as [`refresh`]; says
/// whether anything changed.
pub(crate) async fn look_after(kernel: &Arc<Kernel>, workspace: Uuid, id: Uuid) -> Result<bool> {
    let before = read(kernel, workspace, id).await?;
    if !before.is_open() || before.provider_payment_id.is_some() {
        return refresh(kernel, workspace, id).await;
    }
    let after = drive(kernel, workspace, id, None).await?;
    Ok(after.state != before.state || after.applied != before.applied)
}

/// Looks up what the provider has of a payment and settles it; says whether anything changed.
pub(crate) async fn refresh(kernel: &Arc<Kernel>, workspace: Uuid, id: Uuid) -> Result<bool> {
    let row = read(kernel, workspace, id).await?;
    let mut changed = false;
    if (row.is_open() || row.is_given_up())
        && let Some(charge) = port(kernel)?.find_charge(id).await?
    {
        changed = settle(kernel, workspace, id, &charge).await?;
    }
    Ok(apply(kernel, workspace, id).await? || changed)
}

async fn read(kernel: &Arc<Kernel>, workspace: Uuid, id: Uuid) -> Result<Row> {
    let mut tx = kernel.db.begin_system(Some(workspace)).await?;
    let row = find(&mut tx, workspace, id, false).await?;
    tx.commit().await?;
    row.ok_or(Error::NotFound)
}

enum Answer {
    Fact(Charge),
    Refused(&'static str),
    Nothing,
}

/// Charges, or finds the charge that was made. A payment that may have been sent is looked up
/// before it is sent again, and then under the same key.
async fn ask(
    kernel: &Arc<Kernel>,
    workspace: Uuid,
    row: &Row,
    return_url: Option<String>,
) -> Result<Answer> {
    let provider = port(kernel)?;
    let mut tx = kernel.db.begin_system(Some(workspace)).await?;
    let now = kernel::clock::business(&mut tx, kernel.config.has_test()).await?;
    let first = sqlx::query!(
        "update ledger.payment set state = 'processing', updated_at = $3, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'created'",
        workspace,
        row.id,
        now as _
    )
    .execute(&mut *tx)
    .await?
    .rows_affected()
        == 1;
    tx.commit().await?;
    if !first {
        match provider.find_charge(row.id).await {
            Ok(Some(charge)) => return Ok(Answer::Fact(charge)),
            // Nobody expects to be charged that late: it is over, and nothing was made.
            Ok(None) if now.seconds_since(row.created_at) > LATEST => {
                return Ok(Answer::Refused("refused"));
            }
            Ok(None) => {}
            Err(_) => return Ok(Answer::Nothing),
        }
    }
    let locale = kernel::workspace::by_id(kernel, workspace)
        .await?
        .map_or("en", |w| w.locale.code());
    let new = NewCharge {
        payment_id: row.id,
        method_token: row.method_token.clone().ok_or_else(|| {
            Error::Internal(anyhow::anyhow!(
                "payment {} has no method to charge",
                row.id
            ))
        })?,
        amount_minor: row.amount_minor,
        currency: row.currency.clone(),
        return_url,
        locale,
    };
    match provider.charge(&new).await {
        Ok(charge) => Ok(Answer::Fact(charge)),
        Err(CallError::Refused(code)) => Ok(Answer::Refused(plain(&code))),
        Err(CallError::Unreachable) => Ok(Answer::Nothing),
        Err(CallError::Unsure | CallError::TimedOut | CallError::Unknown) => {
            match provider.find_charge(row.id).await {
                Ok(Some(charge)) => Ok(Answer::Fact(charge)),
                _ => Ok(Answer::Nothing),
            }
        }
    }
}

/// The provider's refusals of a request in our own few words.
fn plain(code: &str) -> &'static str {
    match code {
        "payment_method_unknown" | "payment_method_detached" | "wrong_customer" => {
            "payment_method_gone"
        }
        "amount_too_small" | "amount_too_large" | "currency_invalid" => "amount_refused",
        _ => "refused",
    }
}

/// The request itself was refused: no charge exists, so the payment has failed.
async fn refuse(kernel: &Arc<Kernel>, workspace: Uuid, id: Uuid, code: &'static str) -> Result<()> {
    let cx = Cx::system_in(kernel, workspace, "provider").await?;
    let mut tx = cx.begin().await?;
    let row = find(&mut tx, workspace, id, true)
        .await?
        .ok_or(Error::NotFound)?;
    if !row.is_open() {
        return tx.finish().await;
    }
    fail(&mut tx, &row, None, "failed", code).await?;
    let permit = cx.authorize(&SETTLE, id, &[])?;
    tx.commit(permit).await
}

/// Posts what the provider says of a payment; says whether anything changed.
async fn settle(kernel: &Arc<Kernel>, workspace: Uuid, id: Uuid, charge: &Charge) -> Result<bool> {
    let cx = Cx::system_in(kernel, workspace, "provider").await?;
    let mut tx = cx.begin().await?;
    let row = find(&mut tx, workspace, id, true)
        .await?
        .ok_or(Error::NotFound)?;
    if charge.amount_minor != row.amount_minor || charge.currency != row.currency {
        return Err(Error::Internal(anyhow::anyhow!(
            "the provider's charge of payment {id} is of another amount"
        )));
    }
    let url = charge.next_action.as_ref().map(|a| a.url.clone());
    let same = row.state == charge.status
        && row.provider_payment_id.is_some()
        && row.next_action_url == url;
    // What the provider has is posted even for a payment given up before.
    let late = row.is_given_up() && charge.status == "succeeded";
    if (!row.is_open() && !late) || same {
        tx.finish().await?;
        return Ok(false);
    }
    match charge.status.as_str() {
        "succeeded" => capture(&mut tx, &row, charge).await?,
        "failed" => {
            let code = charge.failure_code.as_deref().unwrap_or("refused");
            let state = if code == "action_expired" {
                "expired"
            } else {
                "failed"
            };
            fail(&mut tx, &row, Some(&charge.id), state, code).await?;
        }
        state @ ("processing" | "requires_action") => {
            let now = tx.now();
            sqlx::query!(
                "update ledger.payment set state = $3, provider_payment_id = $4, next_action_url = $5, updated_at = $6, version = version + 1
                 where workspace_id = $1 and id = $2",
                workspace,
                id,
                state,
                charge.id,
                url,
                now as _
            )
            .execute(&mut *tx)
            .await?;
            tx.change("state", row.state.as_str(), state);
        }
        other => {
            return Err(Error::Internal(anyhow::anyhow!(
                "the provider calls payment {id} {other}"
            )));
        }
    }
    let permit = cx.authorize(&SETTLE, id, &[])?;
    tx.commit(permit).await?;
    Ok(true)
}

/// The provider has the money: that is posted, whatever became of the purpose.
async fn capture(tx: &mut Tx, row: &Row, charge: &Charge) -> Result<()> {
    let (workspace, now, amount) = (tx.workspace(), tx.now(), row.amount()?);
    let fee = Money::new(charge.fee_minor.max(0), amount.currency);
    sqlx::query!(
        "update ledger.payment set state = 'captured', captured_at = $3, provider_payment_id = $4, provider_fee_minor = $5,
           next_action_url = null, failure_code = null, late = $6, updated_at = $3, version = version + 1
         where workspace_id = $1 and id = $2",
        workspace,
        row.id,
        now as _,
        charge.id,
        fee.minor,
        row.is_given_up()
    )
    .execute(&mut **tx)
    .await?;
    let clearing = account("clearing", workspace);
    let posting = Posting::because(format!("ledger.capture/{}", row.id))
        .transfer("capture", clearing, account("unapplied", row.id), amount)
        .from_payment(row.id)
        .transfer(
            "provider_fee",
            account("provider_fees", workspace),
            clearing,
            fee,
        );
    post(tx, posting).await?;
    tell_captured(tx, row);
    Ok(())
}

/// Tells that the money is here. Whoever takes it for its purpose tells the payer; a refund is told
/// when it is made.
pub(super) fn tell_captured(tx: &mut Tx, row: &Row) {
    tx.change("state", row.state.as_str(), "captured");
    tx.emit(Event::new(
        "ledger.payment_captured",
        "payment",
        row.id,
        row.version + 1,
        json!({
        "purpose_kind": row.purpose_kind, "purpose_id": row.purpose_id, "payer_id": row.payer_id,
        "amount_minor": row.amount_minor, "currency": row.currency, "notify": []}),
    ));
}

pub(super) async fn fail(
    tx: &mut Tx,
    row: &Row,
    provider_id: Option<&str>,
    state: &'static str,
    code: &str,
) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update ledger.payment set state = $3, failure_code = $4, provider_payment_id = coalesce($5, provider_payment_id),
           next_action_url = null, updated_at = $6, version = version + 1
         where workspace_id = $1 and id = $2",
        workspace,
        row.id,
        state,
        code,
        provider_id,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    tx.change("state", row.state.as_str(), state);
    let notify = notice::about(
        row.payer_id,
        "payment_failed",
        &format!("/payments/{}", row.id),
        row.amount()?,
    );
    tx.emit(Event::new(
        "ledger.payment_failed",
        "payment",
        row.id,
        row.version + 1,
        json!({
        "purpose_kind": row.purpose_kind, "purpose_id": row.purpose_id, "payer_id": row.payer_id,
        "failure_code": code, "notify": [notify]}),
    ));
    Ok(())
}

/// Takes captured money to its purpose, or gives it back; says whether anything changed.
pub(crate) async fn apply(kernel: &Arc<Kernel>, workspace: Uuid, id: Uuid) -> Result<bool> {
    let row = read(kernel, workspace, id).await?;
    if row.state != "captured" || row.applied != "no" {
        return Ok(false);
    }
    let purpose = purpose(&row.purpose_kind).ok_or_else(|| {
        Error::Internal(anyhow::anyhow!(
            "nobody takes payments for a {}",
            row.purpose_kind
        ))
    })?;
    let captured = Captured {
        payment_id: id,
        purpose_id: row.purpose_id,
        payer_id: row.payer_id,
        amount: row.amount()?,
    };
    let mut tries = 0;
    let taken = loop {
        match (purpose.apply)(kernel.clone(), workspace, captured).await {
            Err(error) if tries < 3 && error.status_and_code().1 == "in_progress" => tries += 1,
            other => break other?,
        }
    };
    if !taken {
        give_back(kernel, workspace, id).await?;
    }
    Ok(true)
}

async fn give_back(kernel: &Arc<Kernel>, workspace: Uuid, id: Uuid) -> Result<()> {
    let cx = Cx::system_in(kernel, workspace, "provider").await?;
    let mut tx = cx.begin().await?;
    let row = find(&mut tx, workspace, id, true)
        .await?
        .ok_or(Error::NotFound)?;
    if row.state != "captured" || row.applied != "no" {
        return tx.finish().await;
    }
    refund::ask(
        &mut tx,
        id,
        account("unapplied", id),
        row.amount()?,
        "target_closed",
    )
    .await?;
    let now = tx.now();
    sqlx::query!(
        "update ledger.payment set applied = 'refunded', updated_at = $3, version = version + 1 where workspace_id = $1 and id = $2",
        workspace,
        id,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    tx.change("applied", "no", "refunded");
    let permit = cx.authorize(&SETTLE, id, &[])?;
    tx.commit(permit).await
}
