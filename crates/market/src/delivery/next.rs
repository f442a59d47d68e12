//! Funding the next milestone in one act with the approval of this one.

use super::show::NextFunding;
use crate::{
    contract,
    milestone::{self, State, fund},
};
use kernel::{Cx, Error, Result, Tx};
use uuid::Uuid;

/// Intends the payment of the first milestone that is not funded, in the caller's transaction;
/// answers the payment.
///
/// # Errors
/// 403 when the actor may not fund, 409 `nothing_to_fund`, `no_payment_method`,
/// `party_suspended`, `funding_in_progress`.
pub(super) async fn intend(
    tx: &mut Tx,
    cx: &Cx,
    contract: &contract::store::Row,
    method: Option<Uuid>,
) -> Result<Uuid> {
    if !cx.can("milestone.fund", &contract.relations(cx)) {
        return Err(Error::Forbidden("forbidden"));
    }
    let milestones = milestone::store::of_contract(tx, contract.id).await?;
    let next = milestones
        .into_iter()
        .find(|m| m.state == State::Agreed)
        .ok_or(Error::conflict("nothing_to_fund"))?;
    let next = milestone::store::lock(tx, next.id).await?;
    let input = fund::Funding {
        payment_method_id: method,
        by_transfer: false,
    };
    fund::intend(tx, cx, contract, &next, &input).await
}

/// Brings the payment that was intended with an approval as far as it goes now. A refused card does
/// not undo the approval: the answer tells it.
///
/// # Errors
/// The provider's when it cannot be asked; the database's.
pub async fn advance(cx: &Cx, payment: Uuid) -> Result<Option<NextFunding>> {
    let payment = match ledger::payment::show(cx, payment).await {
        // A repeat of what was answered before payments were answered with.
        Err(Error::NotFound) => return Ok(None),
        found => found?,
    };
    let milestone_id = payment.purpose_id;
    let (state, next_action_url) = match fund::settle(cx, milestone_id, payment.id).await {
        Ok(view) => (view.payment.state, view.payment.next_action_url),
        Err(error) if error.status_and_code().1 == "payment_declined" => {
            ("failed".to_owned(), None)
        }
        // The contract was ended meanwhile: the approval stands, the money goes back.
        Err(error) if error.status_and_code().1 == "funding_refunded" => (payment.state, None),
        // The intent stands and is taken up by the job: nothing is lost.
        Err(error) if error.status_and_code().1 == "payment_unavailable" => (payment.state, None),
        Err(error) => return Err(error),
    };
    Ok(Some(NextFunding {
        milestone_id,
        payment_id: payment.id,
        state,
        next_action_url,
    }))
}
