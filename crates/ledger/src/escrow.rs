//! Money out of an item's escrow: to the payee, back to whoever paid it, or part and part; and back
//! from the payee after the release. Every sum follows the payments it came from.

use crate::{
    account::{AccountKey, BOOK, account},
    fees::part,
    posting::{Posting, post},
    refund::{self, Ask},
};
use base::{Currency, Instant, Money};
use kernel::{Error, Result, Tx};
use uuid::Uuid;

/// What becomes of an escrow: part goes to the payee, part back to the payer.
#[derive(Debug, Clone)]
pub struct Split {
    /// Owner of the escrow account: a milestone, an order.
    pub item: Uuid,
    /// Cause of the release, once for ever: `market.settle/ID`.
    pub cause: String,
    /// The member who receives.
    pub payee: Uuid,
    /// What leaves the escrow for the payee's side, fee included.
    pub release: Money,
    /// The part of `release` that the platform keeps; see [`crate::fees::part`].
    pub payee_fee: Money,
    /// When the earnings clear.
    pub clears_at: Instant,
    /// What goes back to the payer, before the client's fee that goes back with it.
    pub refund: Money,
    /// Why, for people: `contract_ended`, `settlement`, `agreed`, …
    pub reason: &'static str,
}

/// What goes back after a release.
#[derive(Debug, Clone)]
pub struct Released {
    /// The item that was released.
    pub item: Uuid,
    /// Who received it.
    pub payee: Uuid,
    /// What was released in all, fee included.
    pub gross: Money,
    /// The fee that was taken from it.
    pub fee: Money,
    /// How much of `gross` goes back.
    pub amount: Money,
    /// Why, for people.
    pub reason: &'static str,
}

/// What an account holds of one payment.
#[derive(Debug, Clone, Copy)]
struct Slice {
    payment: Uuid,
    minor: i64,
}

/// What lies in the escrow of an item, read under its lock.
///
/// # Errors
/// The database's.
pub async fn held(tx: &mut Tx, item: Uuid, currency: Currency) -> Result<Money> {
    let key = account("escrow", item);
    let balances = crate::account::lock(tx, &[key], currency).await?;
    Ok(Money::new(balances.of(&key), currency))
}

/// Gives part of an escrow back to whoever paid it, with the client's fee of that part; answers the
/// refunds, one for each payment.
///
/// # Errors
/// 409 `insufficient_available` when the escrow holds less.
pub async fn refund(
    tx: &mut Tx,
    item: Uuid,
    amount: Money,
    reason: &'static str,
) -> Result<Vec<Uuid>> {
    let nothing = Money::zero(amount.currency);
    let now = tx.now();
    let whole = Split {
        item,
        cause: String::new(),
        payee: Uuid::nil(),
        release: nothing,
        payee_fee: nothing,
        clears_at: now,
        refund: amount,
        reason,
    };
    split(tx, whole).await
}

/// Releases part of an escrow and gives part back, in the caller's transaction; answers the refunds.
/// What is left stays in escrow.
///
/// # Errors
/// 409 `insufficient_available` when the escrow holds less than both parts; 409 `in_progress` when
/// another payment reached it at this very moment.
pub async fn split(tx: &mut Tx, split: Split) -> Result<Vec<Uuid>> {
    let currency = split.refund.currency;
    let (workspace, escrow) = (tx.workspace(), account("escrow", split.item));
    let mut slices = lock_slices(tx, &[escrow], currency).await?.remove(0);
    let all: i64 = slices.iter().map(|s| s.minor).sum();
    let wanted = split.release.plus(split.refund);
    if !wanted.is_ok_and(|wanted| wanted.minor <= all)
        || split.payee_fee.minor > split.release.minor
    {
        return Err(Error::conflict("insufficient_available"));
    }
    let mut posting = Posting::because(split.cause);
    let mut before = Money::zero(currency);
    for slice in take(&mut slices, split.release.minor) {
        let gross = Money::new(slice.minor, currency);
        let fee = part(split.payee_fee, split.release, before, gross);
        before = Money::new(before.minor + gross.minor, currency);
        let net = Money::new(gross.minor - fee.minor, currency);
        posting = posting
            .transfer("release", escrow, account("pending", split.payee), net)
            .from_payment(slice.payment)
            .clears_at(split.clears_at)
            .transfer("fee", escrow, account("fees", workspace), fee)
            .from_payment(slice.payment);
    }
    if split.release.minor > 0 {
        post(tx, posting).await?;
    }
    let mut refunds = vec![];
    for slice in take(&mut slices, split.refund.minor) {
        let amount = Money::new(slice.minor, currency);
        let ask = Ask {
            item: Some(split.item),
            client_fee: client_fee(tx, slice.payment, amount).await?,
            ..Ask::of(slice.payment, escrow, amount, split.reason)
        };
        refunds.push(refund::begin(tx, ask).await?);
    }
    Ok(refunds)
}

/// Gives back part of what was released: the payee's share out of what still clears, then out of
/// what is available, the platform's out of its fees.
///
/// # Errors
/// 409 `refund_exceeds_payment` for more than was released and not given back yet,
/// 409 `insufficient_available` when the payee no longer has it.
pub async fn refund_released(tx: &mut Tx, asked: Released) -> Result<Vec<Uuid>> {
    let (workspace, currency) = (tx.workspace(), asked.amount.currency);
    let keys = [
        account("pending", asked.payee),
        account("available", asked.payee),
    ];
    // Only the money of this item's own payments may go back.
    let own = sqlx::query_scalar!(
        "select id from ledger.payment where workspace_id = $1 and purpose_id = $2 and applied = 'purpose' order by id",
        workspace,
        asked.item
    )
    .fetch_all(&mut **tx)
    .await?;
    lock_payments(tx, &own).await?;
    crate::account::lock(tx, &keys, currency).await?;
    let mut held = slices(tx, &keys, currency).await?;
    let back = sqlx::query_scalar!(
        r#"select coalesce(sum(amount_minor - client_fee_minor), 0)::bigint as "sum!" from ledger.refund
           where workspace_id = $1 and item_id = $2 and released"#,
        workspace,
        asked.item
    )
    .fetch_one(&mut **tx)
    .await?;
    if back.saturating_add(asked.amount.minor) > asked.gross.minor {
        return Err(Error::conflict("refund_exceeds_payment"));
    }
    let before = Money::new(back, currency);
    let fee = part(asked.fee, asked.gross, before, asked.amount);
    let net = Money::new(asked.amount.minor - fee.minor, currency);
    let mut drawn: Vec<(AccountKey, Slice)> = vec![];
    let mut left = net.minor;
    for (key, slices) in keys.iter().zip(&mut held) {
        slices.retain(|s| own.contains(&s.payment));
        for slice in take(slices, left) {
            left -= slice.minor;
            drawn.push((*key, slice));
        }
    }
    if left > 0 {
        return Err(Error::conflict("insufficient_available"));
    }
    // A sum so small that the fee's share is all of it.
    if drawn.is_empty()
        && fee.minor > 0
        && let Some(payment) = own.first().copied()
    {
        drawn.push((keys[0], Slice { payment, minor: 0 }));
    }
    let mut refunds = vec![];
    let (mut done, mut reversed) = (Money::zero(currency), 0);
    let last = drawn.len();
    for (n, (key, slice)) in (1..).zip(drawn) {
        let share = Money::new(slice.minor, currency);
        let payee_fee = if n == last {
            Money::new(fee.minor - reversed, currency)
        } else {
            part(fee, net, done, share)
        };
        done = Money::new(done.minor + share.minor, currency);
        reversed += payee_fee.minor;
        let amount = Money::new(share.minor + payee_fee.minor, currency);
        let ask = Ask {
            item: Some(asked.item),
            payee_fee,
            client_fee: client_fee(tx, slice.payment, amount).await?,
            ..Ask::of(slice.payment, key, amount, asked.reason)
        };
        refunds.push(refund::begin(tx, ask).await?);
    }
    Ok(refunds)
}

/// Takes an amount off the front of what there is.
fn take(slices: &mut Vec<Slice>, mut minor: i64) -> Vec<Slice> {
    let mut taken = vec![];
    for slice in slices.iter_mut() {
        let piece = slice.minor.min(minor);
        if piece > 0 {
            taken.push(Slice {
                minor: piece,
                ..*slice
            });
            slice.minor -= piece;
            minor -= piece;
        }
    }
    slices.retain(|s| s.minor > 0);
    taken
}

/// Locks payments, then accounts, as everyone does, and reads what each account holds of each
/// payment, in the order in which postings take it.
async fn lock_slices(
    tx: &mut Tx,
    keys: &[AccountKey],
    currency: Currency,
) -> Result<Vec<Vec<Slice>>> {
    let found = slices(tx, keys, currency).await?;
    let mut payments: Vec<Uuid> = found.iter().flatten().map(|s| s.payment).collect();
    payments.sort_unstable();
    payments.dedup();
    lock_payments(tx, &payments).await?;
    crate::account::lock(tx, keys, currency).await?;
    let now = slices(tx, keys, currency).await?;
    if now
        .iter()
        .flatten()
        .any(|s| payments.binary_search(&s.payment).is_err())
    {
        return Err(Error::conflict("in_progress"));
    }
    Ok(now)
}

async fn lock_payments(tx: &mut Tx, payments: &[Uuid]) -> Result<()> {
    let workspace = tx.workspace();
    sqlx::query!(
        "select 1 as one from ledger.payment where workspace_id = $1 and id = any($2) order by id for no key update",
        workspace,
        payments
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(())
}

async fn slices(tx: &mut Tx, keys: &[AccountKey], currency: Currency) -> Result<Vec<Vec<Slice>>> {
    let workspace = tx.workspace();
    let kinds: Vec<String> = keys.iter().map(|k| k.kind.to_owned()).collect();
    let owners: Vec<Uuid> = keys.iter().map(|k| k.owner).collect();
    let rows = sqlx::query!(
        r#"select k.place as "place!", l.payment_id, sum(l.remaining_minor)::bigint as "minor!"
           from unnest($2::text[], $3::uuid[]) with ordinality as k (kind, owner, place)
           join ledger.account a on a.workspace_id = $1 and a.owner_id = k.owner and a.kind = k.kind and a.currency = $4
           join ledger.book b on b.workspace_id = a.workspace_id and b.id = a.book_id and b.purpose = $5
           join ledger.lot l on l.workspace_id = a.workspace_id and l.account_id = a.id and l.remaining_minor > 0
           group by k.place, l.payment_id order by k.place, min(l.clears_at) nulls first, min(l.id::text)"#,
        workspace,
        &kinds,
        &owners,
        currency.code(),
        BOOK
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut all = vec![vec![]; keys.len()];
    for row in rows {
        let place = usize::try_from(row.place - 1).unwrap_or(0);
        if let Some(of) = all.get_mut(place) {
            of.push(Slice {
                payment: row.payment_id,
                minor: row.minor,
            });
        }
    }
    Ok(all)
}

/// The client's fee that goes back with `amount` of a payment: what was taken on top when it was
/// applied, pro rata.
async fn client_fee(tx: &mut Tx, payment: Uuid, amount: Money) -> Result<Money> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select coalesce(sum(t.amount_minor) filter (where t.kind = 'client_fee'), 0)::bigint as "fee!",
             coalesce(sum(t.amount_minor) filter (where t.kind = 'fund'), 0)::bigint as "funded!",
             (select coalesce(sum(r.amount_minor - r.client_fee_minor), 0)::bigint from ledger.refund r
              where r.workspace_id = $1 and r.payment_id = $2) as "back!"
           from ledger.account a
           join ledger.entry e on e.workspace_id = a.workspace_id and e.account_id = a.id and e.amount_minor < 0
           join ledger.transfer t on t.workspace_id = e.workspace_id and t.id = e.transfer_id
           where a.workspace_id = $1 and a.owner_id = $2 and a.kind = 'unapplied'"#,
        workspace,
        payment
    )
    .fetch_one(&mut **tx)
    .await?;
    let sum = |minor| Money::new(minor, amount.currency);
    Ok(part(sum(row.fee), sum(row.funded), sum(row.back), amount))
}

#[cfg(test)]
mod tests {
    use super::{Slice, take};
    use uuid::Uuid;

    #[test]
    fn what_is_taken_comes_from_the_front_and_the_rest_stays() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut slices = vec![
            Slice {
                payment: a,
                minor: 30,
            },
            Slice {
                payment: b,
                minor: 50,
            },
        ];
        let first: Vec<_> = take(&mut slices, 40)
            .iter()
            .map(|s| (s.payment, s.minor))
            .collect();
        assert_eq!(first, [(a, 30), (b, 10)]);
        let rest: Vec<_> = take(&mut slices, 100)
            .iter()
            .map(|s| (s.payment, s.minor))
            .collect();
        assert_eq!(rest, [(b, 40)]);
        assert!(take(&mut slices, 0).is_empty() && slices.is_empty());
    }
}
