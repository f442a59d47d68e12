//! What members owe from lost chargebacks is taken at once out of what they have: what is available
//! first, then what still clears; never what another open chargeback holds.

use crate::{
    account::{AccountKey, account},
    posting::{Posting, post},
};
use base::{Currency, Money};
use kernel::{Result, Tx};
use uuid::Uuid;

/// The accounts of a member that a debt is taken from, with the debt's own.
pub(super) fn accounts(member: Uuid) -> [AccountKey; 3] {
    ["available", "pending", "chargeback_debt"].map(|kind| account(kind, member))
}

/// Takes what members owe (each with the sum, under the locks of their [`accounts`]) out of what
/// they have, after the postings so far. `payment` is the one whose chargeback ends now; `frees`
/// says whether its own money is free from now on. Answers what was taken of whom.
pub(super) async fn recover(
    tx: &mut Tx,
    debts: &[(Uuid, i64)],
    currency: Currency,
    payment: Uuid,
    frees: bool,
) -> Result<Vec<(Uuid, Money)>> {
    let workspace = tx.workspace();
    let members: Vec<Uuid> = debts.iter().map(|(member, _)| *member).collect();
    let lots = sqlx::query!(
        r#"select a.owner_id, a.kind, l.payment_id, sum(l.remaining_minor)::bigint as "minor!"
           from ledger.account a
           join ledger.lot l on l.workspace_id = a.workspace_id and l.account_id = a.id and l.remaining_minor > 0
           where a.workspace_id = $1 and a.owner_id = any($2) and a.kind in ('available', 'pending') and a.currency = $3
             and case when l.payment_id = $4 then $5 else not exists (
                 select 1 from ledger.chargeback c where c.workspace_id = l.workspace_id and c.payment_id = l.payment_id
                   and (c.state = 'open' or c.outstanding_minor > 0)) end
           group by a.owner_id, a.kind, l.payment_id order by a.kind, min(l.clears_at) nulls first, min(l.id::text)"#,
        workspace,
        &members,
        currency.code(),
        payment,
        frees
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut posting = Posting::because(format!("ledger.debt_recovered/{payment}"));
    let mut taken = vec![];
    for (member, owes) in debts {
        let mut left = *owes;
        for lot in lots.iter().filter(|l| l.owner_id == *member) {
            let take = lot.minor.min(left);
            left -= take;
            let from = if lot.kind == "available" {
                "available"
            } else {
                "pending"
            };
            posting = posting
                .transfer(
                    "debt_recovered",
                    account(from, *member),
                    account("chargeback_debt", *member),
                    Money::new(take, currency),
                )
                .from_payment(lot.payment_id);
        }
        if left < *owes {
            taken.push((*member, Money::new(owes - left, currency)));
        }
    }
    post(tx, posting).await?;
    Ok(taken)
}
