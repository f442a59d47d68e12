//! The books as a plain-text journal that hledger reads: debit is positive, every transfer is one
//! transaction, and the last transactions assert every balance as the database has it.

use crate::account::stored;
use base::Instant;
use futures_util::TryStreamExt;
use kernel::{Error, Kernel, Result};
use std::{io::Write, sync::Arc};

fn io(error: std::io::Error) -> Error {
    Error::Internal(anyhow::Error::new(error).context("the journal could not be written"))
}

/// Writes all books of all workspaces to `out`, as they are at one moment.
///
/// # Errors
/// The database's, or what `out` says.
pub async fn export_journal(kernel: &Arc<Kernel>, out: &mut (impl Write + Send)) -> Result<()> {
    let mut tx = kernel.db.begin_snapshot().await?;
    writeln!(out, "; Guildhall: all books. Debit is positive.").map_err(io)?;
    let currencies = sqlx::query_scalar!("select code from ledger.currency order by code")
        .fetch_all(&mut *tx)
        .await?;
    for code in currencies {
        writeln!(
            out,
            "commodity {}",
            sample(stored(100_000, &code)?.currency)
        )
        .map_err(io)?;
    }
    {
        let mut accounts = sqlx::query!(
            r#"select w.slug, k.class, a.kind, a.owner_id, w.workspace_id from ledger.account a
               join ledger.account_kind k on k.kind = a.kind join kernel.workspace w on w.workspace_id = a.workspace_id
               group by w.slug, k.class, a.kind, a.owner_id, w.workspace_id order by w.slug, k.class, a.kind, a.owner_id"#
        )
        .fetch(&mut *tx);
        while let Some(a) = accounts.try_next().await? {
            let owner = (a.owner_id != a.workspace_id).then_some(a.owner_id);
            let letter = match a.class.as_str() {
                "assets" => 'A',
                "liabilities" => 'L',
                "revenues" => 'R',
                _ => 'X',
            };
            writeln!(
                out,
                "account {}  ; type:{letter}",
                name(&a.slug, &a.class, &a.kind, owner)
            )
            .map_err(io)?;
        }
    }
    let mut last: Option<Instant> = None;
    {
        let mut transfers = sqlx::query!(
            r#"select t.booked_at as "booked_at: Instant", t.cause, t.kind, t.amount_minor, t.currency, w.slug, w.workspace_id,
                 f.kind as from_kind, f.owner_id as from_owner, fk.class as from_class, o.kind as to_kind, o.owner_id as to_owner, ok.class as to_class
               from ledger.transfer t
               join kernel.workspace w on w.workspace_id = t.workspace_id
               join ledger.account f on f.workspace_id = t.workspace_id and f.id = t.from_id
               join ledger.account_kind fk on fk.kind = f.kind
               join ledger.account o on o.workspace_id = t.workspace_id and o.id = t.to_id
               join ledger.account_kind ok on ok.kind = o.kind
               order by t.booked_at, t.id"#
        )
        .fetch(&mut *tx);
        while let Some(t) = transfers.try_next().await? {
            let amount = stored(t.amount_minor, &t.currency)?;
            let owner = |id| (id != t.workspace_id).then_some(id);
            writeln!(
                out,
                "\n{} ({}) {}",
                day(t.booked_at),
                plain(&t.cause),
                plain(&t.kind)
            )
            .map_err(io)?;
            // Leaving an account whose balance is of credit is its debit.
            writeln!(
                out,
                "    {}  {amount_text}",
                name(&t.slug, &t.from_class, &t.from_kind, owner(t.from_owner)),
                amount_text = text(amount)
            )
            .map_err(io)?;
            let negative = base::Money::new(-amount.minor, amount.currency);
            writeln!(
                out,
                "    {}  {}",
                name(&t.slug, &t.to_class, &t.to_kind, owner(t.to_owner)),
                text(negative)
            )
            .map_err(io)?;
            last = last.max(Some(t.booked_at));
        }
    }
    if let Some(last) = last {
        let mut balances = sqlx::query!(
            r#"select b.kind as "kind!", b.owner_id as "owner_id!", b.currency as "currency!", b.balance_minor as "balance!", k.class, w.slug, w.workspace_id
               from ledger.balance b join ledger.account_kind k on k.kind = b.kind join kernel.workspace w on w.workspace_id = b.workspace_id
               order by w.slug, k.class, b.kind, b.owner_id, b.currency"#
        )
        .fetch(&mut *tx);
        while let Some(b) = balances.try_next().await? {
            let owner = (b.owner_id != b.workspace_id).then_some(b.owner_id);
            let balance = stored(-b.balance, &b.currency)?;
            let zero = text(base::Money::zero(balance.currency));
            writeln!(
                out,
                "\n{} balance\n    {}  {zero} = {}",
                day(last),
                name(&b.slug, &b.class, &b.kind, owner),
                text(balance)
            )
            .map_err(io)?;
        }
    }
    tx.commit().await?;
    out.flush().map_err(io)
}

/// `atelier:liabilities:escrow:ID`; accounts of the platform have no id.
fn name(slug: &str, class: &str, kind: &str, owner: Option<uuid::Uuid>) -> String {
    let tail = owner.map(|id| format!(":{id}")).unwrap_or_default();
    format!("{slug}:{class}:{kind}{tail}")
}

fn text(amount: base::Money) -> String {
    format!("{} {}", amount.decimal(), amount.currency)
}

/// hledger wants a decimal mark even where there are no digits after it.
fn sample(currency: base::Currency) -> String {
    format!("1000.{} {currency}", "0".repeat(currency.digits() as usize))
}

fn day(at: Instant) -> String {
    at.rfc3339().chars().take(10).collect()
}

/// Words that cannot end a code or begin a comment.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| {
            if matches!(c, '(' | ')' | ';' | '|') || c.is_control() {
                '_'
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{Currency, Money};

    #[test]
    fn lines_are_what_hledger_reads() {
        let yen: Currency = "JPY".parse().unwrap_or(Currency::USD);
        assert_eq!(sample(Currency::USD), "1000.00 USD");
        assert_eq!(sample(yen), "1000. JPY");
        assert_eq!(text(Money::new(-5, Currency::USD)), "-0.05 USD");
        assert_eq!(
            name("atelier", "assets", "clearing", None),
            "atelier:assets:clearing"
        );
        assert_eq!(plain("a(b);c"), "a_b__c");
        assert_eq!(day(Instant::from_unix_seconds(0)), "1970-01-01");
    }
}
