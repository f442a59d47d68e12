//! Sending a bonus: its payment is intended with it, and taken as far as it goes at once.

use super::{BonusView, PURPOSE, show};
use crate::{
    contract::{self, State},
    quote,
};
use base::Money;
use kernel::{Action, Cx, Error, Input, Reader, Result};
use ledger::payment::NewPayment;
use uuid::Uuid;

/// Sending a bonus.
pub const SEND: Action = Action::new("bonus.send", "bonus", "contract.show");

/// A bonus to be sent.
pub struct NewBonus {
    amount: Money,
    note: String,
    payment_method_id: Option<Uuid>,
}
impl Input for NewBonus {
    fn read(r: &mut Reader) -> Self {
        Self {
            amount: r.money("amount"),
            note: r.line("note", 1, 500),
            payment_method_id: r.id_opt("payment_method_id"),
        }
    }
}

/// Whether a contract in this state takes a bonus: work goes on, or was done.
#[must_use]
pub fn takes_bonus(state: State) -> bool {
    matches!(
        state,
        State::Active | State::Paused | State::Closing | State::Completed
    )
}

/// Intends a bonus and its payment; call [`settle`] after it.
///
/// # Errors
/// 404 for strangers, 403 for the freelancer, 409 `contract_takes_no_bonus`, `no_payment_method`;
/// 422 `currency_mismatch`, `payment_method_unknown`.
pub async fn send(cx: &Cx, contract_id: Uuid, new: &NewBonus) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract = contract::store::lock(&mut tx, cx, contract_id).await?;
    let id = base::id::new();
    let permit = cx.authorize(&SEND, id, &contract.relations(cx))?;
    if !takes_bonus(contract.state) {
        return Err(Error::conflict("contract_takes_no_bonus"));
    }
    if new.amount.currency != contract.total.currency {
        return Err(Error::invalid("/amount/currency", "currency_mismatch"));
    }
    let rates = quote::rates(&mut tx, contract.project_id, contract.freelancer_id)
        .await?
        .with_type("bonus");
    let terms = rates.terms(new.amount);
    let payment = NewPayment {
        purpose_kind: PURPOSE,
        purpose_id: id,
        method: new.payment_method_id,
        amount: terms.total()?,
    };
    let payment = ledger::payment::intend(&mut tx, cx, payment).await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "insert into market.bonus (workspace_id, id, contract_id, client_id, freelancer_id, amount_minor, currency, note,
                fee_version, client_fee_minor, payee_fee_minor, clearance_days, payment_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        workspace,
        id,
        contract_id,
        contract.client_id,
        contract.freelancer_id,
        new.amount.minor,
        new.amount.currency.code(),
        new.note,
        terms.version,
        terms.client_fee.minor,
        terms.payee_fee.minor,
        i32::try_from(rates.fees.clearance_days).unwrap_or(0),
        payment,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    tx.change("state", serde_json::Value::Null, "intended");
    tx.commit(permit).await?;
    Ok(id)
}

/// Takes a bonus's payment as far as it goes now and tells how it stands.
///
/// # Errors
/// 402 `payment_declined` when the provider refused it: a repeat gives the same answer.
pub async fn settle(cx: &Cx, id: Uuid) -> Result<BonusView> {
    let bonus = show::show(cx, id).await?;
    let back = format!(
        "{}{}",
        cx.kernel.base_url(),
        cx.href(&format!("/bonuses/{id}"))
    );
    let workspace = cx.workspace()?.id;
    let payment =
        ledger::payment::advance(&cx.kernel, workspace, bonus.payment_id, Some(back)).await?;
    if matches!(payment.state.as_str(), "failed" | "expired") {
        return Err(Error::payment("payment_declined"));
    }
    show::show(cx, id).await
}
