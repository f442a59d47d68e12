//! A payer's bank takes back money that lies in a milestone's escrow: the contract's timeline says
//! so, and the parties are told, since the work is paid for only when the dispute is won.

use super::store;
use crate::{activity, milestone, policy};
use kernel::{
    Action, Cx, Kernel, Result,
    events::{Consumer, Delivered, Event},
};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// The system notes a dispute on the contract.
const NOTE: Action = Action::new("contract.note_dispute", "contract", "contract.show");

/// Tells the parties of a contract of disputes about its escrow.
#[must_use]
pub fn consumer() -> Consumer {
    Consumer {
        name: "market.disputes",
        wants: |kind| {
            matches!(
                kind,
                "ledger.chargeback_opened" | "ledger.chargeback_closed"
            )
        },
        run: |kernel, event| Box::pin(async move { told(&kernel, &event).await }),
    }
}

/// Notes and tells one event about a milestone that is held, once.
async fn told(kernel: &Arc<Kernel>, event: &Delivered) -> Result<()> {
    let of = |field: &str| event.payload[field].as_str().unwrap_or_default().to_owned();
    let milestone_id: Uuid = of("purpose_id").parse().unwrap_or_default();
    if of("purpose_kind") != milestone::fund::PURPOSE {
        return Ok(());
    }
    let (note, kind) = match of("outcome").as_str() {
        "won" => ("money_dispute_won", "contract_dispute_won"),
        "lost" => ("money_dispute_lost", "contract_dispute_lost"),
        _ => ("money_disputed", "contract_disputed"),
    };
    let cx = Cx::system_in(kernel, event.workspace_id, "scheduler").await?;
    let mut tx = cx.begin().await?;
    let contract_id = milestone::store::contract_of(&mut tx, milestone_id).await?;
    let contract = store::lock(&mut tx, &cx, contract_id).await?;
    let milestone = milestone::store::lock(&mut tx, milestone_id).await?;
    let workspace = tx.workspace();
    let dispute = event.record_id.to_string();
    let known = sqlx::query_scalar!(
        r#"select exists (select 1 from market.activity
             where workspace_id = $1 and record_id = $2 and kind = $3 and arguments ->> 'dispute' = $4) as "known!""#,
        workspace,
        contract_id,
        note,
        dispute
    )
    .fetch_one(&mut *tx)
    .await?;
    // What was released is told by the ledger to those who hold it.
    if known || !milestone.state.is_held() {
        return tx.finish().await;
    }
    let permit = cx.authorize(&NOTE, contract_id, &[])?;
    let minor = event.payload["amount_minor"].as_i64().unwrap_or(0);
    let amount = policy::told(policy::money(minor, &of("currency"))?);
    let args = json!({"milestone": milestone.title, "amount": amount, "dispute": dispute});
    activity::note(&mut tx, contract_id, note, args).await?;
    let args = json!({"contract": contract.title, "milestone": milestone.title, "amount": amount});
    // The payer hears of the beginning from the ledger.
    let opened = note == "money_disputed";
    let notify: Vec<_> = contract
        .parties()
        .into_iter()
        .filter(|member| !opened || *member != contract.client_id)
        .map(|member| activity::notice(member, kind, &contract.href(), args.clone()))
        .collect();
    tx.emit(Event::new(
        "market.contract_disputed",
        "contract",
        contract_id,
        contract.version,
        json!({"contract_id": contract_id, "milestone_id": milestone_id, "kind": note, "notify": notify}),
    ));
    tx.commit(permit).await
}
