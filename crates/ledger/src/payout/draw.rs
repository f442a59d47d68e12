//! From which money a payout is taken: not from what a payer's bank disputes, nor from what the
//! member owes.

use crate::account::{BOOK, account, lock};
use base::{Currency, Money};
use kernel::{Error, Result, Tx};
use uuid::Uuid;

/// What a member can withdraw, under the locks of their accounts.
pub(crate) struct Purse {
    /// How much, all in all.
    pub most: Money,
    /// Where the payments whose money may go must be named, because others may not: theirs, in the
    /// order in which they go.
    free: Option<Vec<(Uuid, i64)>>,
}

/// Locks what is available to a member and what they owe, and says what may go.
pub(crate) async fn purse(tx: &mut Tx, member: Uuid, currency: Currency) -> Result<Purse> {
    let workspace = tx.workspace();
    let (available, debt) = (
        account("available", member),
        account("chargeback_debt", member),
    );
    let balances = lock(tx, &[available, debt], currency).await?;
    let have = balances.of(&available) + balances.of(&debt).min(0);
    let lots = sqlx::query!(
        r#"select l.payment_id, sum(l.remaining_minor)::bigint as "minor!",
             exists (select 1 from ledger.chargeback c where c.workspace_id = l.workspace_id and c.payment_id = l.payment_id and c.state = 'open') as "held!"
           from ledger.account a
           join ledger.book b on b.workspace_id = a.workspace_id and b.id = a.book_id and b.purpose = $4
           join ledger.lot l on l.workspace_id = a.workspace_id and l.account_id = a.id and l.remaining_minor > 0
           where a.workspace_id = $1 and a.owner_id = $2 and a.kind = 'available' and a.currency = $3
           group by l.workspace_id, l.payment_id order by min(l.clears_at) nulls first, min(l.id::text)"#,
        workspace,
        member,
        currency.code(),
        BOOK
    )
    .fetch_all(&mut **tx)
    .await?;
    let held: i64 = lots.iter().filter(|l| l.held).map(|l| l.minor).sum();
    let free = lots.iter().filter(|l| !l.held);
    Ok(Purse {
        most: Money::new((have - held).max(0), currency),
        free: (held > 0).then(|| free.map(|l| (l.payment_id, l.minor)).collect()),
    })
}

impl Purse {
    /// The parts in which an amount is taken, each with the payment it must come from if that
    /// matters.
    ///
    /// # Errors
    /// 409 `insufficient_available` at `/amount`.
    pub fn take(&self, amount: Money) -> Result<Vec<(Option<Uuid>, Money)>> {
        let short = || Error::conflict("insufficient_available").at("/amount");
        if amount.minor > self.most.minor {
            return Err(short());
        }
        let Some(free) = &self.free else {
            return Ok(vec![(None, amount)]);
        };
        let (mut left, mut parts) = (amount.minor, vec![]);
        for (payment, minor) in free {
            let piece = left.min(*minor);
            if piece > 0 {
                parts.push((Some(*payment), Money::new(piece, amount.currency)));
                left -= piece;
            }
        }
        if left > 0 { Err(short()) } else { Ok(parts) }
    }
}
