//! Funding: the client pays a milestone's full amount into its own escrow account.

use super::{
    MilestoneView,
    state::{State, Step},
    store,
};
use crate::contract;
use base::Money;
use kernel::{Action, Cx, Error, Input, Reader, Result, Tx};
use ledger::payment::{NewPayment, PaymentView};
use uuid::Uuid;

/// Funding a milestone.
pub const FUND: Action = Action::new("milestone.fund", "milestone", "contract.show");

/// The word that payments for milestones carry in the ledger.
pub const PURPOSE: &str = "milestone";

/// With which saved method a milestone is paid.
pub struct Funding {
    /// The method; the default one when absent.
    pub payment_method_id: Option<Uuid>,
    /// By bank transfer instead, where the workspace takes them.
    pub by_transfer: bool,
}
impl Input for Funding {
    fn read(r: &mut Reader) -> Self {
        Self {
            payment_method_id: r.id_opt("payment_method_id"),
            by_transfer: r.choice_opt("pay_by", &["card", "bank_transfer"])
                == Some("bank_transfer"),
        }
    }
}

/// How the funding of a milestone stands: its payment and the milestone itself.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct FundingView {
    /// The payment: `captured`, `processing`, `awaiting_transfer` with the reference, or `requires_action` with the address to go to.
    pub payment: PaymentView,
    /// The milestone: `funded` once the money is in its escrow.
    pub milestone: MilestoneView,
}

/// What the client pays: the amount and, on top, the client's fee of the contract's schedule.
#[derive(Debug, Clone, Copy)]
pub struct Price {
    /// Goes into escrow.
    pub amount: Money,
    /// The platform's fee on the paying side.
    pub fee: Money,
    /// Both together.
    pub total: Money,
}

/// The price of a milestone under the terms of a schedule.
///
/// # Errors
/// Never for amounts that a contract may have.
pub fn price(terms: &ledger::fees::Terms) -> Result<Price> {
    Ok(Price {
        amount: terms.amount,
        fee: terms.client_fee,
        total: terms.total()?,
    })
}

/// Intends the payment of a milestone; the answer is the payment's id. Call [`settle`] after it.
///
/// # Errors
/// 404 for strangers, 403 for the freelancer, 409 `already_funded`, `contract_not_fundable`,
/// `party_suspended`, `funding_in_progress`, `no_payment_method`; 422 for a method that is not the
/// client's.
pub async fn fund(cx: &Cx, id: Uuid, input: &Funding) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let contract_id = store::contract_of(&mut tx, id).await?;
    let contract = contract::store::lock(&mut tx, cx, contract_id).await?;
    let milestone = store::lock(&mut tx, id).await?;
    let permit = cx.authorize(&FUND, id, &contract.relations(cx))?;
    if milestone.state.after(Step::Fund).is_none() {
        let held_or_paid = milestone.state != State::Cancelled;
        return Err(Error::conflict(if held_or_paid {
            "already_funded"
        } else {
            "contract_not_fundable"
        }));
    }
    if !contract.state.takes_funding() {
        return Err(Error::conflict("contract_not_fundable"));
    }
    let payment = intend(&mut tx, cx, &contract, &milestone, input).await?;
    tx.change("payment", (), payment.to_string());
    tx.change("amount_minor", (), milestone.amount.minor);
    tx.answer_with(payment);
    tx.commit(permit).await?;
    Ok(payment)
}

/// Intends the payment in the caller's transaction, which holds contract and milestone.
///
/// # Errors
/// 409 `party_suspended`, `funding_in_progress`, `no_payment_method`; 422 for a method that is not
/// the client's.
pub(crate) async fn intend(
    tx: &mut Tx,
    cx: &Cx,
    contract: &contract::store::Row,
    milestone: &store::Row,
    input: &Funding,
) -> Result<Uuid> {
    if contract::hold::suspended(tx, &contract.parties())
        .await?
        .is_some()
    {
        return Err(Error::conflict("party_suspended"));
    }
    // The schedule in force now is frozen with the payment, and the fee on top with it: it is what
    // the client sees and pays, however long the money is on its way.
    let rates = crate::quote::rates(tx, contract.project_id, contract.freelancer_id).await?;
    let price = price(&rates.terms(milestone.amount))?;
    let workspace = tx.workspace();
    sqlx::query!(
        "update market.milestone set fee_version = $3, client_fee_minor = $4 where workspace_id = $1 and id = $2",
        workspace,
        milestone.id,
        rates.fees.version,
        price.fee.minor
    )
    .execute(&mut **tx)
    .await?;
    let new = NewPayment {
        purpose_kind: PURPOSE,
        purpose_id: milestone.id,
        method: input.payment_method_id,
        amount: price.total,
    };
    if input.by_transfer {
        ledger::payment::transfer::intend(tx, cx, new).await
    } else {
        ledger::payment::intend(tx, cx, new).await
    }
}

/// Brings an intended payment as far as it goes now and tells how it stands. The payer returns to
/// the milestone's funding page from wherever the provider sends them.
///
/// # Errors
/// 402 `payment_declined` when the provider refused it, 409 `funding_refunded` when the contract was
/// ended while it ran, so that it goes back: a repeat gives the same answer.
pub async fn settle(cx: &Cx, milestone: Uuid, payment: Uuid) -> Result<FundingView> {
    let back = format!(
        "{}{}",
        cx.kernel.base_url(),
        cx.href(&format!(
            "/milestones/{milestone}/funding?payment={payment}"
        ))
    );
    let payment =
        ledger::payment::advance(&cx.kernel, cx.workspace()?.id, payment, Some(back)).await?;
    if matches!(payment.state.as_str(), "failed" | "expired") {
        return Err(Error::payment("payment_declined"));
    }
    if payment.applied == "refunded" {
        return Err(Error::conflict("funding_refunded"));
    }
    let milestone = super::show::show(cx, milestone).await?;
    Ok(FundingView { payment, milestone })
}

/// A payment of a milestone whose end is not known yet: its state and where the payer must go.
#[derive(Debug, Clone)]
pub struct Running {
    /// The payment.
    pub id: Uuid,
    /// `created`, `processing`, `requires_action`, or `captured` while it is being applied.
    pub state: String,
    /// Where the payer confirms it.
    pub next_action_url: Option<String>,
}

/// The payments that run now for these milestones, by milestone.
///
/// # Errors
/// The database's.
pub async fn running(tx: &mut Tx, milestones: &[Uuid]) -> Result<Vec<(Uuid, Running)>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        "select purpose_id, id, state, next_action_url from ledger.payment
         where workspace_id = $1 and purpose_kind = $2 and purpose_id = any($3)
           and (state in ('created', 'processing', 'requires_action', 'awaiting_transfer') or (state = 'captured' and applied = 'no'))",
        workspace,
        PURPOSE,
        milestones
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            (
                r.purpose_id,
                Running {
                    id: r.id,
                    state: r.state,
                    next_action_url: r.next_action_url,
                },
            )
        })
        .collect())
}
