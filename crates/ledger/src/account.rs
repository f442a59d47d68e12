//! Accounts by kind and owner, their locks and balances. A balance is of credit: what the book
//! owes the account's owner is positive, what it has (assets) is negative.

use base::{Currency, Money};
use kernel::{Error, Result, Tx};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// The one book of a workspace's marketplace money.
pub(crate) const BOOK: &str = "escrow";
/// The provider whose account backs that book.
pub(crate) const PROVIDER: &str = "simulator";

/// Names an account of the workspace's book: its kind and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountKey {
    /// `clearing`, `unapplied`, `escrow`, `pending`, `available`, `payout_in_transit`,
    /// `refund_in_transit`, `disputed`, `fees` or `provider_fees`.
    pub kind: &'static str,
    /// A payment, milestone, member, payout or refund; the workspace for accounts of the platform.
    pub owner: Uuid,
}

/// The account of this kind and owner. It is opened by the first posting to it.
#[must_use]
pub fn account(kind: &'static str, owner: Uuid) -> AccountKey {
    AccountKey { kind, owner }
}

/// Balances read under their locks.
#[derive(Debug, Default)]
pub struct Balances(HashMap<(String, Uuid), i64>);

impl Balances {
    /// The balance in minor units; an account that was never opened has none: 0.
    #[must_use]
    pub fn of(&self, key: &AccountKey) -> i64 {
        self.0
            .get(&(key.kind.to_owned(), key.owner))
            .copied()
            .unwrap_or(0)
    }
}

/// Locks these accounts of one currency until the end of the transaction, in one order for all
/// callers, and reads their balances. Accounts without a floor (fees, clearing) are read only.
///
/// # Errors
/// The database's.
pub async fn lock(tx: &mut Tx, keys: &[AccountKey], currency: Currency) -> Result<Balances> {
    let workspace = tx.workspace();
    let kinds: Vec<String> = keys.iter().map(|k| k.kind.to_owned()).collect();
    let owners: Vec<Uuid> = keys.iter().map(|k| k.owner).collect();
    let ids = sqlx::query_scalar!(
        "select a.id from ledger.account a
         join ledger.book b on b.workspace_id = a.workspace_id and b.id = a.book_id
         join unnest($2::text[], $3::uuid[]) as k (kind, owner) on a.kind = k.kind and a.owner_id = k.owner
         where a.workspace_id = $1 and a.currency = $4 and b.purpose = $5 and b.provider = $6 and b.owner_id = $1",
        workspace,
        &kinds,
        &owners,
        currency.code(),
        BOOK,
        PROVIDER
    )
    .fetch_all(&mut **tx)
    .await?;
    if ids.is_empty() {
        return Ok(Balances::default());
    }
    sqlx::query_scalar!(
        r#"select 1 as "done!" from (select ledger.lock_accounts($1)) as locked"#,
        &ids
    )
    .fetch_one(&mut **tx)
    .await?;
    let rows = sqlx::query!(
        r#"select kind as "kind!", owner_id as "owner!", balance_minor as "balance!" from ledger.balance
           where workspace_id = $1 and account_id = any($2)"#,
        workspace,
        &ids
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(Balances(
        rows.into_iter()
            .map(|r| ((r.kind, r.owner), r.balance))
            .collect(),
    ))
}

/// What an account holds, as pages show it.
#[derive(Debug, Clone)]
pub struct Balance {
    /// Kind of the account.
    pub kind: String,
    /// Its balance: positive is owed to the owner.
    pub amount: Money,
}

/// The balances of all accounts of an owner (a milestone's escrow, a member's wallet), without
/// locks: for showing, never for deciding.
///
/// # Errors
/// The database's.
pub async fn balances(tx: &mut Tx, owner: Uuid) -> Result<Vec<Balance>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select kind as "kind!", currency as "currency!", balance_minor as "balance!" from ledger.balance
           where workspace_id = $1 and owner_id = $2 order by currency, kind"#,
        workspace,
        owner
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Balance {
                kind: r.kind,
                amount: stored(r.balance, &r.currency)?,
            })
        })
        .collect()
}

/// Money as a row keeps it.
pub(crate) fn stored(minor: i64, code: &str) -> Result<Money> {
    let currency = code
        .parse()
        .map_err(|_| Error::Internal(anyhow::anyhow!("a row has the currency {code}")))?;
    Ok(Money::new(minor, currency))
}

/// Refuses a currency in which money cannot come in (`pay_in`) or go out.
pub(crate) async fn check_currency(
    connection: &mut PgConnection,
    currency: Currency,
    pay_in: bool,
) -> Result<()> {
    let known = sqlx::query!(
        "select pay_in, pay_out from ledger.currency where code = $1",
        currency.code()
    )
    .fetch_optional(connection)
    .await?;
    if known.is_some_and(|c| if pay_in { c.pay_in } else { c.pay_out }) {
        Ok(())
    } else {
        Err(Error::invalid("/amount/currency", "currency_not_enabled"))
    }
}
