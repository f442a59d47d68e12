//! Postings: transfers between accounts under one cause. They are collected on the transaction and
//! posted last before its commit, in the order in which they were asked for.

use crate::account::{AccountKey, BOOK, PROVIDER};
use base::{Instant, Money};
use kernel::{BoxFuture, Error, Result, Tx, tx::AtCommit};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

#[derive(Debug, Clone)]
struct Leg {
    kind: &'static str,
    from: AccountKey,
    to: AccountKey,
    amount: Money,
    payment: Option<Uuid>,
    clears_at: Option<Instant>,
}

/// Transfers that happen together, or not at all, because of one cause. A cause is posted once for
/// ever: asking again with the same content does nothing, with another content is refused.
#[derive(Debug, Clone)]
pub struct Posting {
    cause: String,
    legs: Vec<Leg>,
}

impl Posting {
    /// A posting for this cause, such as `market.release/ID`. Wherever it is shown, the text
    /// before the slash says what happened and the id to what.
    #[must_use]
    pub fn because(cause: impl Into<String>) -> Self {
        Self {
            cause: cause.into(),
            legs: vec![],
        }
    }

    /// Moves an amount from one account to another. Nothing moves for an amount of 0, so that a
    /// fee of nothing needs no special case.
    #[must_use]
    pub fn transfer(
        mut self,
        kind: &'static str,
        from: AccountKey,
        to: AccountKey,
        amount: Money,
    ) -> Self {
        self.legs.push(Leg {
            kind,
            from,
            to,
            amount,
            payment: None,
            clears_at: None,
        });
        self
    }

    /// The last transfer takes money of this payment alone; required where money enters accounts
    /// that remember their source from one that does not.
    #[must_use]
    pub fn from_payment(mut self, payment: Uuid) -> Self {
        if let Some(leg) = self.legs.last_mut() {
            leg.payment = Some(payment);
        }
        self
    }

    /// What the last transfer brings clears at this instant.
    #[must_use]
    pub fn clears_at(mut self, at: Instant) -> Self {
        if let Some(leg) = self.legs.last_mut() {
            leg.clears_at = Some(at);
        }
        self
    }

    /// What a repeat must be equal in. The clearing time is not part of it: a repeat at a later
    /// moment is still the same posting.
    fn hash(&self, workspace: Uuid) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(workspace.as_bytes());
        for leg in &self.legs {
            for text in [
                leg.kind,
                leg.from.kind,
                leg.to.kind,
                leg.amount.currency.code(),
            ] {
                hash.update(text.as_bytes());
                hash.update([0]);
            }
            hash.update(leg.from.owner.as_bytes());
            hash.update(leg.to.owner.as_bytes());
            hash.update(leg.payment.unwrap_or_default().as_bytes());
            hash.update(leg.amount.minor.to_be_bytes());
        }
        hash.finalize().to_vec()
    }
}

/// Collects a posting on the transaction; it is posted last before the commit, after those
/// collected earlier.
///
/// # Errors
/// A negative amount. At commit: 409 `insufficient_available` where an account lacks the money,
/// 409 `cause_conflict` for a known cause with another content.
pub async fn post(tx: &mut Tx, mut posting: Posting) -> Result<()> {
    if posting.legs.iter().any(|l| l.amount.minor < 0) {
        return Err(Error::Internal(anyhow::anyhow!(
            "{}: a transfer of less than nothing",
            posting.cause
        )));
    }
    posting.legs.retain(|l| l.amount.minor > 0);
    if !posting.legs.is_empty() {
        let workspace = tx.workspace();
        tx.at_commit(Box::new(Ready { posting, workspace }));
    }
    Ok(())
}

struct Ready {
    posting: Posting,
    workspace: Uuid,
}

impl AtCommit for Ready {
    fn run<'a>(
        self: Box<Self>,
        connection: &'a mut PgConnection,
        now: Instant,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            write(connection, self.workspace, &self.posting, now)
                .await
                .map(drop)
        })
    }
}

/// Posts at once on a connection that acts in `workspace`; false when the cause was known.
pub(crate) async fn write(
    connection: &mut PgConnection,
    workspace: Uuid,
    posting: &Posting,
    now: Instant,
) -> Result<bool> {
    let legs = &posting.legs;
    let mut accounts: Vec<(AccountKey, &'static str)> = legs
        .iter()
        .flat_map(|l| {
            [
                (l.from, l.amount.currency.code()),
                (l.to, l.amount.currency.code()),
            ]
        })
        .collect();
    accounts.sort_unstable();
    accounts.dedup();
    let kinds: Vec<String> = accounts.iter().map(|(k, _)| k.kind.to_owned()).collect();
    let owners: Vec<Uuid> = accounts.iter().map(|(k, _)| k.owner).collect();
    let currencies: Vec<String> = accounts.iter().map(|(_, c)| (*c).to_owned()).collect();
    let fresh: Vec<Uuid> = accounts.iter().map(|_| base::id::new()).collect();
    let ids = sqlx::query_scalar!(
        r#"with book as materialized (select ledger.book_for($1, $2, $3, $4) as id)
           select ledger.account_for(book.id, k.kind, k.owner, k.currency, $5, k.fresh) as "id!"
           from book, unnest($6::text[], $7::uuid[], $8::text[], $9::uuid[]) with ordinality as k (kind, owner, currency, fresh, place)
           order by k.place"#,
        BOOK,
        PROVIDER,
        workspace,
        base::id::new(),
        now as _,
        &kinds,
        &owners,
        &currencies,
        &fresh
    )
    .fetch_all(&mut *connection)
    .await?;
    let id_of = |key: AccountKey, code: &'static str| {
        let at = accounts.binary_search(&(key, code)).ok();
        at.and_then(|at| ids.get(at)).copied().unwrap_or_default()
    };
    let from: Vec<Uuid> = legs
        .iter()
        .map(|l| id_of(l.from, l.amount.currency.code()))
        .collect();
    let to: Vec<Uuid> = legs
        .iter()
        .map(|l| id_of(l.to, l.amount.currency.code()))
        .collect();
    let transfers: Vec<Uuid> = legs.iter().map(|_| base::id::new()).collect();
    let names: Vec<String> = legs.iter().map(|l| l.kind.to_owned()).collect();
    let amounts: Vec<i64> = legs.iter().map(|l| l.amount.minor).collect();
    let payments: Vec<Option<Uuid>> = legs.iter().map(|l| l.payment).collect();
    let clears: Vec<Option<Instant>> = legs.iter().map(|l| l.clears_at).collect();
    sqlx::query_scalar!(
        r#"select ledger.post($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as "posted!""#,
        posting.cause,
        posting.hash(workspace),
        now as _,
        &transfers,
        &names,
        &from,
        &to,
        &amounts,
        &payments as _,
        &clears as _
    )
    .fetch_one(connection)
    .await
    .map_err(meaning)
}

/// What the ledger's own errors mean to a caller.
fn meaning(error: sqlx::Error) -> Error {
    let sqlx::Error::Database(refusal) = &error else {
        return error.into();
    };
    if refusal.constraint() == Some("account_floor") {
        return Error::conflict("insufficient_available");
    }
    match refusal.code().as_deref() {
        Some("GH001") => Error::conflict("cause_conflict"),
        Some("GH006") => Error::conflict("insufficient_available"),
        Some(code) if code.starts_with("GH0") => {
            Error::Internal(anyhow::Error::new(error).context("the ledger refused a posting"))
        }
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::account;
    use base::Currency;

    fn release(net: i64, at: i64) -> Posting {
        let (milestone, member) = (Uuid::from_u128(1), Uuid::from_u128(2));
        Posting::because("market.release/1")
            .transfer(
                "release",
                account("escrow", milestone),
                account("pending", member),
                Money::new(net, Currency::USD),
            )
            .clears_at(Instant::from_unix_seconds(at))
    }

    #[test]
    fn a_repeat_later_is_the_same_posting() {
        let workspace = Uuid::from_u128(9);
        assert_eq!(
            release(9500, 1).hash(workspace),
            release(9500, 2).hash(workspace)
        );
        assert_ne!(
            release(9500, 1).hash(workspace),
            release(9501, 1).hash(workspace)
        );
    }

    #[test]
    fn modifiers_change_the_last_transfer_only() {
        let payment = Uuid::from_u128(3);
        let posting = release(1, 1)
            .transfer(
                "fee",
                account("escrow", Uuid::nil()),
                account("fees", Uuid::nil()),
                Money::new(1, Currency::USD),
            )
            .from_payment(payment);
        assert_eq!(
            (posting.legs[0].payment, posting.legs[1].payment),
            (None, Some(payment))
        );
        assert!(posting.legs[1].clears_at.is_none());
    }
}
