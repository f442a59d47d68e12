//! What the bank's statement says of transfers: recorded by one with evidence, confirmed by another;
//! only then it is money. The exact sum is the payment's; any other waits, visibly, to be made
//! whole or sent back.

mod list;

pub(crate) use list::STATES;
pub use list::{
    BankReceiptView, BankTransferView, ReceiptQuery, TransferQuery, list, show, transfers,
};

use super::{Row as Payment, find, settle};
use crate::{
    account::{account, lock, stored},
    notice,
    posting::{Posting, post},
    refund,
};
use base::{Instant, Money};
use kernel::{Action, Cx, Error, Input, Reader, Result, Tx, events::Event};
use serde_json::json;
use uuid::Uuid;

/// Records what the bank says.
pub const RECORD: Action = Action::new("bank_receipt.record", "bank_receipt", "bank_receipt.show");
/// Confirms what another recorded.
pub const CONFIRM: Action =
    Action::new("bank_receipt.confirm", "bank_receipt", "bank_receipt.show");
/// Takes back or refuses a record.
pub const REJECT: Action = Action::new("bank_receipt.reject", "bank_receipt", "bank_receipt.show");

/// The kind of record that evidence belongs to.
pub(crate) const RECORD_KIND: &str = "bank_receipt";

/// Evidence of transfers, for the files' own doors.
#[must_use]
pub fn record_kind() -> files::RecordKind {
    files::RecordKind {
        kind: RECORD_KIND,
        may_see: |cx, _| Box::pin(async move { Ok(cx.can("bank_receipt.show", &[])) }),
    }
}

/// What the bank's statement says.
pub struct NewReceipt {
    /// `in`, or `out` for money sent back to the payer.
    pub direction: &'static str,
    /// How much.
    pub amount: Money,
    /// The day in the statement.
    pub booked_on: String,
    /// The bank's own reference of the line, where two lines of one day and sum must be told apart.
    pub statement_reference: String,
    /// What else is to be said.
    pub note: String,
    /// The evidence: the statement or the bank's letter.
    pub files: Vec<Uuid>,
}

impl Input for NewReceipt {
    fn read(r: &mut Reader) -> Self {
        let direction = r.choice_opt("direction", &["in", "out"]).unwrap_or("in");
        let amount = r.money("amount");
        let booked_on = r.line("booked_on", 10, 10);
        let statement_reference = r.line_opt("statement_reference", 64).unwrap_or_default();
        let note = r.block("note", 0, 500);
        let files = r.ids("files", 0, files::MOST_FILES);
        if r.is_sound() && booked_on.parse::<jiff::civil::Date>().is_err() {
            r.fault("booked_on", "invalid_date");
        }
        Self {
            direction,
            amount,
            booked_on,
            statement_reference,
            note,
            files,
        }
    }
}

/// Nobody has a hand in money that is theirs, or that they recorded.
fn none_of(cx: &Cx, people: &[Uuid]) -> Result<()> {
    if cx.me().is_some_and(|me| people.contains(&me)) {
        Err(Error::Forbidden("second_person_needed"))
    } else {
        Ok(())
    }
}

/// Whose money a payment is: its payer's, and that of all who take part in what it is for. Asked
/// for before the command's own transaction begins.
async fn parties(cx: &Cx, payment: Uuid) -> Result<Vec<Uuid>> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let found = find(&mut tx, workspace, payment, false).await?;
    tx.finish().await?;
    let Some(payment) = found else {
        return Ok(vec![]);
    };
    let mut all = vec![payment.payer_id];
    if let Some(purpose) = super::purpose(&payment.purpose_kind) {
        all.extend((purpose.parties)(cx.kernel.clone(), workspace, payment.purpose_id).await?);
    }
    Ok(all)
}

/// The payment of a receipt.
async fn payment_of(cx: &Cx, receipt: Uuid) -> Result<Uuid> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let payment = sqlx::query_scalar!(
        "select payment_id from ledger.bank_receipt where workspace_id = $1 and id = $2",
        workspace,
        receipt
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.finish().await?;
    payment.ok_or(Error::NotFound)
}

/// Hours by which a day has begun somewhere before it does in UTC.
const AHEAD: i64 = 14;

/// Refuses a day that has begun nowhere yet.
fn not_ahead(booked_on: &str, now: Instant) -> Result<()> {
    let latest = now.plus_seconds(AHEAD * 3600).rfc3339();
    // Both as year, month and day, so that the texts compare as the days do.
    if latest.get(..10).is_some_and(|day| booked_on > day) {
        Err(Error::invalid("/booked_on", "date_ahead"))
    } else {
        Ok(())
    }
}

/// Records what the bank's statement says of a payment, with evidence. Nothing is booked yet.
///
/// # Errors
/// Not found, 403 `second_person_needed` for those whose money it is, 409 `not_a_bank_transfer`,
/// 422 `evidence_required` at `/files`, 422 `currency_mismatch`, 422 `date_ahead` at `/booked_on`,
/// 422 `unknown_file`, 409 `receipt_exists` for a line of the statement that was recorded before: two
/// equal lines are told apart by the bank's references, which both must have.
pub async fn record(cx: &Cx, payment_id: Uuid, new: &NewReceipt) -> Result<Uuid> {
    let me = cx.member()?.id;
    let parties = parties(cx, payment_id).await?;
    let mut tx = cx.begin().await?;
    let (workspace, now, id) = (tx.workspace(), tx.now(), base::id::new());
    let payment = find(&mut tx, workspace, payment_id, true)
        .await?
        .ok_or(Error::NotFound)?;
    let permit = cx.authorize(&RECORD, id, &[])?;
    none_of(cx, &parties)?;
    if payment.bank_reference.is_none() {
        return Err(Error::conflict("not_a_bank_transfer"));
    }
    if new.files.is_empty() {
        return Err(Error::invalid("/files", "evidence_required"));
    }
    if new.amount.currency.code() != payment.currency {
        return Err(Error::invalid("/amount/currency", "currency_mismatch"));
    }
    not_ahead(&new.booked_on, now)?;
    let known = sqlx::query_scalar!(
        r#"select exists (select 1 from ledger.bank_receipt where workspace_id = $1 and payment_id = $2 and direction = $3
             and amount_minor = $4 and booked_on = ($5::text)::date and state <> 'rejected'
             and (statement_reference = $6 or '' in (statement_reference, $6))) as "known!""#,
        workspace,
        payment_id,
        new.direction,
        new.amount.minor,
        new.booked_on,
        new.statement_reference
    )
    .fetch_one(&mut *tx)
    .await?;
    if known {
        return Err(Error::conflict("receipt_exists"));
    }
    sqlx::query!(
        "insert into ledger.bank_receipt (workspace_id, id, payment_id, direction, amount_minor, currency, booked_on, note, recorded_by, recorded_at, statement_reference)
         values ($1, $2, $3, $4, $5, $6, ($7::text)::date, $8, $9, $10, $11)",
        workspace,
        id,
        payment_id,
        new.direction,
        new.amount.minor,
        new.amount.currency.code(),
        new.booked_on,
        new.note,
        me,
        now as _,
        new.statement_reference
    )
    .execute(&mut *tx)
    .await?;
    files::attach(&mut tx, cx, &new.files, RECORD_KIND, id).await?;
    let href = format!("/bank-receipts/{id}");
    let notify: Vec<_> = notice::staff(&mut tx)
        .await?
        .into_iter()
        .filter(|s| *s != me && *s != payment.payer_id)
        .map(|s| notice::about(s, "receipt_recorded", &href, new.amount))
        .collect();
    tx.change("payment_id", "", payment_id.to_string());
    tx.emit(Event::new(
        "ledger.receipt_recorded",
        "bank_receipt",
        id,
        1,
        json!({"payment_id": payment_id, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// Confirms what another recorded: the money is booked, and applied when it is the payment's sum.
/// What was sent back makes the refunds that waited for it.
///
/// # Errors
/// Not found, 403 `second_person_needed` for the recorder and those whose money it is,
/// 409 `receipt_decided`, 409 `insufficient_available` where more would be sent back than lies there.
pub async fn confirm(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let parties = parties(cx, payment_of(cx, id).await?).await?;
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let (payment, receipt) = locked(&mut tx, id).await?;
    let permit = cx.authorize(&CONFIRM, id, &[])?;
    none_of(cx, &[receipt.recorded_by])?;
    none_of(cx, &parties)?;
    decide(&mut tx, id, "confirmed", cx.me(), now).await?;
    let amount = stored(receipt.amount_minor, &payment.currency)?;
    if receipt.direction == "out" && refund::paid_by_bank(&mut tx, payment.id, amount).await? {
        tx.change("state", "recorded", "confirmed");
        tx.commit(permit).await?;
        return Ok(id);
    }
    let (bank, unmatched) = (
        account("bank_clearing", workspace),
        account("bank_unmatched", payment.id),
    );
    let have = lock(&mut tx, &[unmatched], amount.currency)
        .await?
        .of(&unmatched);
    let (kind, from, to, after) = if receipt.direction == "in" {
        (
            "bank_received",
            bank,
            unmatched,
            have.saturating_add(amount.minor),
        )
    } else {
        (
            "bank_sent_back",
            unmatched,
            bank,
            have.saturating_sub(amount.minor),
        )
    };
    let posting =
        Posting::because(format!("ledger.bank_receipt/{id}")).transfer(kind, from, to, amount);
    post(&mut tx, posting).await?;
    let waits = payment.state == "awaiting_transfer" || payment.is_given_up();
    if waits && after == payment.amount_minor {
        capture(&mut tx, &payment).await?;
    } else if receipt.direction == "in" {
        let notify: Vec<_> = notice::staff(&mut tx)
            .await?
            .into_iter()
            .map(|s| notice::about(s, "receipt_unmatched", "/bank-receipts", amount))
            .collect();
        tx.emit(Event::new(
            "ledger.receipt_unmatched",
            "bank_receipt",
            id,
            2,
            json!({"payment_id": payment.id, "notify": notify}),
        ));
    }
    tx.change("state", "recorded", "confirmed");
    tx.commit(permit).await?;
    // Should this not succeed, the poller applies it.
    if let Err(error) = settle::apply(&cx.kernel, workspace, payment.id).await {
        tracing::warn!(key = "payment.waits", payment = %payment.id, error = %error);
    }
    Ok(id)
}

/// Takes back or refuses a record that nobody has confirmed.
///
/// # Errors
/// Not found, 403 `second_person_needed` for those whose money it is, 409 `receipt_decided`.
pub async fn reject(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let parties = parties(cx, payment_of(cx, id).await?).await?;
    let mut tx = cx.begin().await?;
    let now = tx.now();
    let _ = locked(&mut tx, id).await?;
    let permit = cx.authorize(&REJECT, id, &[])?;
    none_of(cx, &parties)?;
    decide(&mut tx, id, "rejected", cx.me(), now).await?;
    tx.change("state", "recorded", "rejected");
    tx.commit(permit).await?;
    Ok(id)
}

struct Locked {
    direction: String,
    amount_minor: i64,
    recorded_by: Uuid,
}

/// The payment, then the receipt, under their locks.
async fn locked(tx: &mut Tx, id: Uuid) -> Result<(Payment, Locked)> {
    let workspace = tx.workspace();
    let payment_id = sqlx::query_scalar!(
        "select payment_id from ledger.bank_receipt where workspace_id = $1 and id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    let payment = find(tx, workspace, payment_id, true)
        .await?
        .ok_or(Error::NotFound)?;
    let receipt = sqlx::query_as!(
        Locked,
        "select direction, amount_minor, recorded_by from ledger.bank_receipt where workspace_id = $1 and id = $2 for no key update",
        workspace,
        id
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((payment, receipt))
}

async fn decide(
    tx: &mut Tx,
    id: Uuid,
    to: &'static str,
    by: Option<Uuid>,
    now: Instant,
) -> Result<()> {
    let workspace = tx.workspace();
    let done = sqlx::query!(
        "update ledger.bank_receipt set state = $3, decided_by = $4, decided_at = $5, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'recorded'",
        workspace,
        id,
        to,
        by,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Error::conflict("receipt_decided"))
    }
}

/// The whole sum has come: it is the payment's, whatever became of what it was for.
async fn capture(tx: &mut Tx, row: &Payment) -> Result<()> {
    let (workspace, now, amount) = (tx.workspace(), tx.now(), row.amount()?);
    sqlx::query!(
        "update ledger.payment set state = 'captured', captured_at = $3, provider_fee_minor = 0, failure_code = null, late = $4,
           updated_at = $3, version = version + 1
         where workspace_id = $1 and id = $2",
        workspace,
        row.id,
        now as _,
        row.is_given_up()
    )
    .execute(&mut **tx)
    .await?;
    let posting = Posting::because(format!("ledger.capture/{}", row.id))
        .transfer(
            "capture",
            account("bank_unmatched", row.id),
            account("unapplied", row.id),
            amount,
        )
        .from_payment(row.id);
    post(tx, posting).await?;
    settle::tell_captured(tx, row);
    Ok(())
}
