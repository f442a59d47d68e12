//! Payment by bank transfer: the workspace says where to, the payer gets a reference, and waits
//! until staff have seen the money at the bank.

use super::{NewPayment, Row, find, settle};
use crate::account::check_currency;
use base::Instant;
use data_encoding::BASE32_NOPAD;
use kernel::{Action, Cx, Error, Input, Kernel, Reader, Result, Tx, deadline::Deadline};
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

/// Says where transfers go.
pub const CONFIGURE: Action = Action::new(
    "bank_transfer.configure",
    "bank_transfer_setting",
    "bank_transfer.settings",
);
/// Gives up a transfer that was announced.
pub const CANCEL: Action = Action::new("payment.cancel", "payment", "payment.show");
const EXPIRE: Action = Action::new("payment.settle", "payment", "payment.show");

/// Days a transfer is waited for.
const DAYS: i64 = 14;

/// Where a transfer goes.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BankDetailsView {
    /// Whose account it is.
    pub holder: String,
    /// Its bank.
    pub bank: String,
    /// Its number or IBAN.
    pub account: String,
    /// What else the payer should know.
    pub note: String,
}

/// Whether and where this workspace takes bank transfers.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct BankTransferSettingView {
    /// Whether clients may choose it.
    pub enabled: bool,
    /// Whose account it is.
    pub holder: String,
    /// Its bank.
    pub bank: String,
    /// Its number or IBAN.
    pub account: String,
    /// What else the payer should know.
    pub note: String,
    /// Changes with every change; 0 before the first.
    pub version: i64,
}

impl BankTransferSettingView {
    /// What the payer sees of it.
    #[must_use]
    pub fn details(self) -> BankDetailsView {
        BankDetailsView {
            holder: self.holder,
            bank: self.bank,
            account: self.account,
            note: self.note,
        }
    }
}

/// The workspace's setting.
///
/// # Errors
/// The database's.
pub async fn current(tx: &mut Tx) -> Result<BankTransferSettingView> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        BankTransferSettingView,
        "select enabled, holder, bank, account, note, version from ledger.bank_transfer_setting where workspace_id = $1",
        workspace
    )
    .fetch_optional(&mut **tx)
    .await?
    .unwrap_or_default())
}

/// A new setting, whole.
pub struct NewSetting {
    /// Whether clients may choose it.
    pub enabled: bool,
    /// Needed when enabled.
    pub holder: String,
    /// Its bank.
    pub bank: String,
    /// Needed when enabled.
    pub account: String,
    /// What else the payer should know.
    pub note: String,
}

impl Input for NewSetting {
    fn read(r: &mut Reader) -> Self {
        let enabled = r.flag("enabled");
        let holder = r.line_opt("holder", 140).unwrap_or_default();
        let bank = r.line_opt("bank", 140).unwrap_or_default();
        let account = r.line_opt("account", 60).unwrap_or_default();
        let note = r.block("note", 0, 500);
        if r.is_sound() && enabled {
            if holder.is_empty() {
                r.fault("holder", "required");
            }
            if account.is_empty() {
                r.fault("account", "required");
            }
        }
        Self {
            enabled,
            holder,
            bank,
            account,
            note,
        }
    }
}

/// The setting, for those who may see it.
///
/// # Errors
/// The database's.
pub async fn settings(cx: &Cx) -> Result<BankTransferSettingView> {
    let mut tx = cx.read().await?;
    let setting = current(&mut tx).await?;
    tx.finish().await?;
    Ok(setting)
}

/// Says whether and where transfers go, if the setting still has `version`; payers who have announced
/// one see the new place.
///
/// # Errors
/// 412 `stale`, or the database's.
pub async fn configure(cx: &Cx, version: i64, new: &NewSetting) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let permit = cx.authorize(&CONFIGURE, workspace, &[])?;
    let before = current(&mut tx).await?;
    if before.version != version {
        return Err(Error::stale());
    }
    let done = sqlx::query!(
        "insert into ledger.bank_transfer_setting (workspace_id, enabled, holder, bank, account, note, updated_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (workspace_id) do update set enabled = excluded.enabled, holder = excluded.holder, bank = excluded.bank,
           account = excluded.account, note = excluded.note, updated_at = excluded.updated_at, version = ledger.bank_transfer_setting.version + 1
         where ledger.bank_transfer_setting.version = $8",
        workspace,
        new.enabled,
        new.holder,
        new.bank,
        new.account,
        new.note,
        now as _,
        version
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(Error::stale());
    }
    tx.change("enabled", before.enabled, new.enabled);
    tx.change("account_changed", false, before.account != new.account);
    tx.commit(permit).await?;
    Ok(workspace)
}

/// Announces a transfer by the acting member, with the command that needs it.
///
/// # Errors
/// 409 `bank_transfer_unavailable` where the workspace takes none, 409 `funding_in_progress`,
/// 422 `currency_not_enabled`.
pub async fn intend(tx: &mut Tx, cx: &Cx, new: NewPayment) -> Result<Uuid> {
    let payer = cx.member()?.id;
    let (workspace, now) = (tx.workspace(), tx.now());
    if !current(tx).await?.enabled {
        return Err(Error::conflict("bank_transfer_unavailable").at("/pay_by"));
    }
    check_currency(tx, new.amount.currency, true).await?;
    let id = base::id::new();
    // 48 random bits: short enough to be typed at a bank, and no two alike by constraint.
    let reference = format!("GH-{}", BASE32_NOPAD.encode(&id.as_bytes()[10..]));
    sqlx::query!(
        "insert into ledger.payment (workspace_id, id, payer_id, bank_reference, purpose_kind, purpose_id, amount_minor, currency, state, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'awaiting_transfer', $9, $9)
         on conflict (workspace_id, purpose_kind, purpose_id) where not late and (state in ('created', 'processing', 'requires_action', 'awaiting_transfer') or (state = 'captured' and applied = 'no')) do nothing",
        workspace,
        id,
        payer,
        reference,
        new.purpose_kind,
        new.purpose_id,
        new.amount.minor,
        new.amount.currency.code(),
        now as _
    )
    .execute(&mut **tx)
    .await?;
    super::alone(tx, new.purpose_kind, new.purpose_id, id).await?;
    Ok(id)
}

/// Gives up a transfer that has not come, so that the payer can pay in another way.
///
/// # Errors
/// Not found, 409 `payment_not_awaited`, 409 `transfer_received` once the bank has told of it.
pub async fn cancel(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let workspace = tx.workspace();
    let row = find(&mut tx, workspace, id, true)
        .await?
        .ok_or(Error::NotFound)?;
    let permit = cx.authorize(&CANCEL, id, &crate::own(cx, row.payer_id))?;
    if row.state != "awaiting_transfer" {
        return Err(Error::conflict("payment_not_awaited"));
    }
    if told_of(&mut tx, &row).await? {
        return Err(Error::conflict("transfer_received"));
    }
    settle::fail(&mut tx, &row, None, "failed", "canceled").await?;
    tx.commit(permit).await?;
    Ok(id)
}

/// Gives up the transfers that were announced for these, because what they were for is over; one of
/// which the bank has told is kept, and goes back once it is confirmed. The caller holds what they
/// are for.
///
/// # Errors
/// The database's.
pub async fn give_up(tx: &mut Tx, purpose_kind: &str, purpose_ids: &[Uuid]) -> Result<()> {
    let workspace = tx.workspace();
    let announced = sqlx::query_scalar!(
        "select id from ledger.payment
         where workspace_id = $1 and purpose_kind = $2 and purpose_id = any($3) and not late and state = 'awaiting_transfer' order by id",
        workspace,
        purpose_kind,
        purpose_ids
    )
    .fetch_all(&mut **tx)
    .await?;
    for id in announced {
        let row = find(tx, workspace, id, true)
            .await?
            .ok_or(Error::NotFound)?;
        if row.state == "awaiting_transfer" && !told_of(tx, &row).await? {
            settle::fail(tx, &row, None, "failed", "target_closed").await?;
        }
    }
    Ok(())
}

/// Whether staff have noted money for it that was not sent back.
async fn told_of(tx: &mut Tx, row: &Row) -> Result<bool> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select coalesce(bool_or(state = 'recorded') or sum(case direction when 'in' then amount_minor else -amount_minor end) <> 0, false) as "told!"
           from ledger.bank_receipt where workspace_id = $1 and payment_id = $2 and state <> 'rejected'"#,
        workspace,
        row.id
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Transfers that never come are given up, but not one of which the bank has told; one that comes
/// later is taken all the same.
pub(crate) const DEADLINE: Deadline = Deadline {
    name: "ledger.transfers",
    next: Some(|tx| Box::pin(next(tx))),
    sweep: |kernel, now| Box::pin(sweep(kernel, now)),
};

async fn next(tx: &mut sqlx::PgConnection) -> Result<Option<Instant>> {
    let first = sqlx::query_scalar!(
        r#"select p.created_at as "at!: Instant" from ledger.payment p
           where p.state = 'awaiting_transfer' and not exists (
               select 1 from ledger.bank_receipt r where r.workspace_id = p.workspace_id and r.payment_id = p.id and r.state <> 'rejected'
               having bool_or(r.state = 'recorded') or sum(case r.direction when 'in' then r.amount_minor else -r.amount_minor end) <> 0)
           order by p.created_at limit 1"#
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(first.map(|at| at.plus_days(DAYS)))
}

async fn sweep(kernel: Arc<Kernel>, now: Instant) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let due = sqlx::query!(
        "select p.workspace_id, p.id from ledger.payment p
         where p.state = 'awaiting_transfer' and p.created_at <= $1 and not exists (
             select 1 from ledger.bank_receipt r where r.workspace_id = p.workspace_id and r.payment_id = p.id and r.state <> 'rejected'
             having bool_or(r.state = 'recorded') or sum(case r.direction when 'in' then r.amount_minor else -r.amount_minor end) <> 0)
         order by p.created_at limit 100",
        now.plus_days(-DAYS) as _
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut done = 0;
    for row in due {
        match expire(&kernel, row.workspace_id, row.id).await {
            Ok(changed) => done += usize::from(changed),
            Err(error) => {
                tracing::warn!(key = "transfer.expiry_failed", payment = %row.id, error = %error);
            }
        }
    }
    Ok(done)
}

async fn expire(kernel: &Arc<Kernel>, workspace: Uuid, id: Uuid) -> Result<bool> {
    let cx = Cx::system_in(kernel, workspace, "scheduler").await?;
    let mut tx = cx.begin().await?;
    let row = find(&mut tx, workspace, id, true)
        .await?
        .ok_or(Error::NotFound)?;
    if row.state != "awaiting_transfer"
        || row.created_at.plus_days(DAYS) > tx.now()
        || told_of(&mut tx, &row).await?
    {
        tx.finish().await?;
        return Ok(false);
    }
    settle::fail(&mut tx, &row, None, "expired", "transfer_expired").await?;
    let permit = cx.authorize(&EXPIRE, id, &[])?;
    tx.commit(permit).await?;
    Ok(true)
}
