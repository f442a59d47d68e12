//! Payments: one charge of a payer for one purpose. Intended with the command that needs it,
//! captured only by a provider's fact, then applied to its purpose or given back.

pub mod receipt;
pub(crate) mod receipt_web;
pub(crate) mod settle;
pub mod transfer;
pub(crate) mod web;

pub use settle::advance;

use crate::account::{check_currency, stored};
use base::{Instant, Money};
use kernel::{BoxFuture, Cx, Error, Kernel, Result, Tx, jobs::NewJob};
use serde::Serialize;
use sqlx::PgConnection;
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// Answers with members, asked about a thing of a workspace, which is named first.
pub type MembersOf = fn(Arc<Kernel>, Uuid, Uuid) -> BoxFuture<'static, Result<Vec<Uuid>>>;

/// What a payment may be for, and how captured money reaches it.
#[derive(Clone, Copy)]
pub struct Purpose {
    /// The `purpose_kind` of its payments.
    pub kind: &'static str,
    /// Applies captured money in a transaction of its own: posts `unapplied(payment)` to where it
    /// belongs and calls [`mark_applied`]. True when done (now or before), false when the target is
    /// closed: the ledger then gives the money back. It may be asked more than once.
    pub apply: fn(Arc<Kernel>, Uuid, Captured) -> BoxFuture<'static, Result<bool>>,
    /// Whether this member (of the workspace named first) has yet to pay for something of this kind.
    pub owes: fn(Arc<Kernel>, Uuid, Uuid) -> BoxFuture<'static, Result<bool>>,
    /// Who takes part in a thing of this kind (of the workspace named first): they have no hand in
    /// what the bank's statement says of its payments.
    pub parties: MembersOf,
}

/// Money that has come in for a purpose.
#[derive(Debug, Clone, Copy)]
pub struct Captured {
    /// The payment; its money lies in `account("unapplied", payment_id)`.
    pub payment_id: Uuid,
    /// What it is for.
    pub purpose_id: Uuid,
    /// The member who paid.
    pub payer_id: Uuid,
    /// How much.
    pub amount: Money,
}

/// For purposes that nobody has to pay for beforehand.
#[must_use]
pub fn owes_nothing(_: Arc<Kernel>, _: Uuid, _: Uuid) -> BoxFuture<'static, Result<bool>> {
    Box::pin(async { Ok(false) })
}

/// For purposes that nobody but the payer takes part in.
#[must_use]
pub fn nobody_else(_: Arc<Kernel>, _: Uuid, _: Uuid) -> BoxFuture<'static, Result<Vec<Uuid>>> {
    Box::pin(async { Ok(vec![]) })
}

static PURPOSES: OnceLock<Vec<Purpose>> = OnceLock::new();

/// Tells the purposes once, when the process is wired.
pub(crate) fn register(purposes: Vec<Purpose>) {
    // A second wiring in one process (tests) carries the same table.
    let _ = PURPOSES.set(purposes);
}

/// Whether a member has yet to pay for anything.
pub(crate) async fn owes(kernel: &Arc<Kernel>, workspace: Uuid, member: Uuid) -> Result<bool> {
    for purpose in PURPOSES.get().into_iter().flatten() {
        if (purpose.owes)(kernel.clone(), workspace, member).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(crate) fn purpose(kind: &str) -> Option<Purpose> {
    PURPOSES.get()?.iter().find(|p| p.kind == kind).copied()
}

/// A payment to be made.
#[derive(Debug, Clone)]
pub struct NewPayment {
    /// A registered [`Purpose::kind`].
    pub purpose_kind: &'static str,
    /// What it is for.
    pub purpose_id: Uuid,
    /// Which saved method to charge; the payer's default when `None`.
    pub method: Option<Uuid>,
    /// How much, above 0.
    pub amount: Money,
}

/// A payment as its payer sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PaymentView {
    /// Its id.
    pub id: Uuid,
    /// What it is for: `milestone`.
    pub purpose_kind: String,
    /// What it is for.
    pub purpose_id: Uuid,
    /// How much.
    pub amount: base::money::View,
    /// The method charged; none for a bank transfer.
    pub method_id: Option<Uuid>,
    /// What the payer must write on a bank transfer.
    pub bank_reference: Option<String>,
    /// Where a bank transfer goes, while it is awaited; for the payer alone.
    pub bank_details: Option<transfer::BankDetailsView>,
    /// `created`, `processing`, `requires_action`, `awaiting_transfer`, `captured`, `failed` or `expired`.
    pub state: String,
    /// Whether captured money has reached its purpose (`purpose`), went back (`refunded`) or not yet (`no`).
    pub applied: String,
    /// Why it failed: `card_declined`, `insufficient_funds`, `expired_card`, `authentication_failed`, …
    pub failure_code: Option<String>,
    /// Where the payer must confirm it, with `requires_action`; for the payer alone.
    pub next_action_url: Option<String>,
    /// Who pays.
    pub payer_id: Uuid,
    /// When it was begun.
    pub created_at: Instant,
    /// When the provider told of the capture.
    pub captured_at: Option<Instant>,
    /// Changes with every change.
    pub version: i64,
}

/// A payment as it is stored.
pub(crate) struct Row {
    pub id: Uuid,
    pub payer_id: Uuid,
    pub method_id: Option<Uuid>,
    pub bank_reference: Option<String>,
    pub purpose_kind: String,
    pub purpose_id: Uuid,
    pub amount_minor: i64,
    pub currency: String,
    pub state: String,
    pub applied: String,
    pub provider_payment_id: Option<String>,
    pub failure_code: Option<String>,
    pub next_action_url: Option<String>,
    pub created_at: Instant,
    pub captured_at: Option<Instant>,
    pub version: i64,
    pub method_token: Option<String>,
}

impl Row {
    /// The amount charged.
    pub fn amount(&self) -> Result<Money> {
        stored(self.amount_minor, &self.currency)
    }

    /// Whether its end is not known yet.
    pub fn is_open(&self) -> bool {
        matches!(
            self.state.as_str(),
            "created" | "processing" | "requires_action"
        )
    }

    /// Whether it was given up without money; a late success may still be heard of.
    pub fn is_given_up(&self) -> bool {
        matches!(self.state.as_str(), "failed" | "expired")
    }

    /// What its payer sees.
    pub fn view(self) -> Result<PaymentView> {
        Ok(PaymentView {
            amount: self.amount()?.into(),
            id: self.id,
            purpose_kind: self.purpose_kind,
            purpose_id: self.purpose_id,
            method_id: self.method_id,
            bank_reference: self.bank_reference,
            bank_details: None,
            state: self.state,
            applied: self.applied,
            failure_code: self.failure_code,
            next_action_url: self.next_action_url,
            payer_id: self.payer_id,
            created_at: self.created_at,
            captured_at: self.captured_at,
            version: self.version,
        })
    }
}

/// Reads a payment; with `lock` it stays as it is until the transaction ends.
pub(crate) async fn find(
    connection: &mut PgConnection,
    workspace: Uuid,
    id: Uuid,
    lock: bool,
) -> Result<Option<Row>> {
    if lock {
        sqlx::query!("select 1 as one from ledger.payment where workspace_id = $1 and id = $2 for no key update", workspace, id)
            .fetch_optional(&mut *connection)
            .await?;
    }
    Ok(sqlx::query_as!(
        Row,
        r#"select p.id, p.payer_id, p.method_id, p.bank_reference, p.purpose_kind, p.purpose_id, p.amount_minor, p.currency, p.state, p.applied,
           p.provider_payment_id, p.failure_code, p.next_action_url, p.created_at, p.captured_at, p.version,
           m.provider_token as "method_token?"
         from ledger.payment p
         left join ledger.payment_method m on m.workspace_id = p.workspace_id and m.id = p.method_id
         where p.workspace_id = $1 and p.id = $2"#,
        workspace,
        id
    )
    .fetch_optional(connection)
    .await?)
}

/// Intends a payment by the acting member, with the command that needs it; call [`advance`] after
/// the commit. A job takes over should the process end in between.
///
/// # Errors
/// 409 `no_payment_method`, 409 `funding_in_progress` while another payment runs for the same
/// purpose, 422 `payment_method_unknown`, 422 `currency_not_enabled`, 503 `payment_unavailable`.
pub async fn intend(tx: &mut Tx, cx: &Cx, new: NewPayment) -> Result<Uuid> {
    crate::provider::ready(&cx.kernel)?;
    let payer = cx.member()?.id;
    let (workspace, now) = (tx.workspace(), tx.now());
    check_currency(tx, new.amount.currency, true).await?;
    let method = sqlx::query_scalar!(
        "select id from ledger.payment_method
         where workspace_id = $1 and member_id = $2 and removed_at is null and (id = $3 or ($3::uuid is null and is_default))",
        workspace,
        payer,
        new.method
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(method) = method else {
        return Err(match new.method {
            Some(_) => Error::invalid("/payment_method_id", "payment_method_unknown"),
            None => Error::conflict("no_payment_method"),
        });
    };
    let id = base::id::new();
    sqlx::query!(
        "insert into ledger.payment (workspace_id, id, payer_id, method_id, purpose_kind, purpose_id, amount_minor, currency, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
         on conflict (workspace_id, purpose_kind, purpose_id) where not late and (state in ('created', 'processing', 'requires_action', 'awaiting_transfer') or (state = 'captured' and applied = 'no')) do nothing",
        workspace,
        id,
        payer,
        method,
        new.purpose_kind,
        new.purpose_id,
        new.amount.minor,
        new.amount.currency.code(),
        now as _
    )
    .execute(&mut **tx)
    .await?;
    alone(tx, new.purpose_kind, new.purpose_id, id).await?;
    tx.enqueue(NewJob {
        kind: "ledger.payment",
        payload: serde_json::json!({"payment_id": id}),
        dedup: Some(id.to_string()),
        delay_seconds: 20,
    });
    Ok(id)
}

/// Refuses where the index that lets one payment run for a purpose kept `id` out, naming the one
/// that runs.
async fn alone(tx: &mut Tx, purpose_kind: &str, purpose_id: Uuid, id: Uuid) -> Result<()> {
    let running = sqlx::query_scalar!(
        "select id from ledger.payment where workspace_id = $1 and purpose_kind = $2 and purpose_id = $3
           and not late and (state in ('created', 'processing', 'requires_action', 'awaiting_transfer') or (state = 'captured' and applied = 'no'))",
        tx.workspace(),
        purpose_kind,
        purpose_id
    )
    .fetch_optional(&mut **tx)
    .await?;
    match running {
        Some(running) if running == id => Ok(()),
        // It ended a moment ago.
        None => Err(Error::conflict("funding_in_progress")),
        Some(running) => {
            Err(Error::conflict("funding_in_progress").with("running_id", running.to_string()))
        }
    }
}

/// Notes, in the purpose's own transaction, that captured money has reached its purpose.
///
/// # Errors
/// 409 `payment_not_captured` when there is no such money; nothing for a repeat.
pub async fn mark_applied(tx: &mut Tx, payment_id: Uuid) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let applied = sqlx::query_scalar!(
        "update ledger.payment set applied = 'purpose', updated_at = $3, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'captured' and applied in ('no', 'purpose') returning applied",
        workspace,
        payment_id,
        now as _
    )
    .fetch_optional(&mut **tx)
    .await?;
    applied
        .map(drop)
        .ok_or(Error::conflict("payment_not_captured"))
}

/// A payment as it stands now; what only its payer can act on is left out for anyone else.
///
/// # Errors
/// Not found for those who may not see it.
pub async fn show(cx: &Cx, id: Uuid) -> Result<PaymentView> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let row = find(&mut tx, workspace, id, false)
        .await?
        .ok_or(Error::NotFound)?;
    let payer = cx.me() == Some(row.payer_id);
    let details = if payer && row.state == "awaiting_transfer" {
        Some(transfer::current(&mut tx).await?.details())
    } else {
        None
    };
    tx.finish().await?;
    if !cx.can("payment.show", &crate::own(cx, row.payer_id)) {
        return Err(Error::NotFound);
    }
    let mut view = row.view()?;
    view.bank_details = details;
    view.next_action_url = view.next_action_url.filter(|_| payer);
    Ok(view)
}

pub use crate::method::{MethodView, methods};
