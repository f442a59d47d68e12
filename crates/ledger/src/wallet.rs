//! A member's wallet: what is available, pending, on its way and held for their projects, per
//! currency, and the entries behind each sum.

pub(crate) mod web;

use crate::account::{BOOK, stored};
use base::{Currency, Instant, Money};
use kernel::{
    Cx, Input, Reader, Result,
    list::{Page, Paging},
};
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A wallet in all its currencies.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WalletView {
    /// Whose it is.
    pub member_id: Uuid,
    /// One for each currency, the workspace's own first.
    pub balances: Vec<WalletBalanceView>,
}

/// A wallet in one currency.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WalletBalanceView {
    /// ISO 4217 code.
    pub currency: String,
    /// What is booked as available, without what a payer's bank disputes. Of it `owed` goes first.
    pub available: base::money::View,
    /// Owed from lost chargebacks: it was paid out before, and is taken from whatever comes next.
    /// `wallet.holds` says for which payments.
    pub owed: base::money::View,
    /// Earned, in clearance.
    pub pending: base::money::View,
    /// What waits because a payer's bank disputes the payment: in `pending`, or left out of `available`.
    pub held: base::money::View,
    /// Reserved for payouts on their way.
    pub in_transit: base::money::View,
    /// The same under the name that withdrawals use: out of `available`, not paid out yet.
    pub reserved: base::money::View,
    /// Paid in by this member and held for milestones that are not approved yet.
    pub escrowed: base::money::View,
    /// When pending money next becomes available.
    pub next_clearing_at: Option<Instant>,
    /// How much then.
    pub next_clearing: Option<base::money::View>,
}

/// A wallet in one currency, as numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sums {
    pub available: Money,
    pub owed: Money,
    pub pending: Money,
    pub held: Money,
    pub in_transit: Money,
    pub escrowed: Money,
    pub next: Option<(Instant, Money)>,
}

impl Sums {
    /// Whether anything here was earned, or is owed from earnings.
    pub fn has_earned(&self) -> bool {
        [
            self.available,
            self.owed,
            self.pending,
            self.held,
            self.in_transit,
        ]
        .iter()
        .any(|sum| sum.minor != 0)
    }

    /// What of the available may be withdrawn: what is owed stays.
    pub fn free(&self) -> Money {
        let free = self.available.minor.saturating_sub(self.owed.minor.max(0));
        Money::new(free.max(0), self.available.currency)
    }
}

/// The acting member's wallet, the workspace's currency first.
pub(crate) async fn sums(cx: &Cx) -> Result<Vec<Sums>> {
    let me = cx.member()?.id;
    let home = cx.workspace()?.currency;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select kind as "part!", currency as "currency!", balance_minor as "amount!", null::timestamptz as "at: Instant" from ledger.balance
             where workspace_id = $1 and owner_id = $2 and kind in ('available', 'pending', 'chargeback_debt')
           union all
           select 'in_transit', currency, coalesce(sum(amount_minor), 0)::bigint, null from ledger.payout
             where workspace_id = $1 and member_id = $2 and state in ('requested', 'approved', 'in_review', 'processing') group by currency
           union all
           select 'escrowed', a.currency, sum(l.remaining_minor)::bigint, null from ledger.payment p
             join ledger.lot l on l.workspace_id = p.workspace_id and l.payment_id = p.id and l.remaining_minor > 0
             join ledger.account a on a.workspace_id = l.workspace_id and a.id = l.account_id and a.kind = 'escrow'
             where p.workspace_id = $1 and p.payer_id = $2 group by a.currency
           union all
           (select distinct on (a.currency) 'next', a.currency, sum(l.remaining_minor)::bigint, l.clears_at from ledger.account a
             join ledger.lot l on l.workspace_id = a.workspace_id and l.account_id = a.id and l.remaining_minor > 0 and l.clears_at is not null
             where a.workspace_id = $1 and a.owner_id = $2 and a.kind = 'pending'
               and not exists (select 1 from ledger.chargeback c where c.workspace_id = l.workspace_id and c.payment_id = l.payment_id and c.state = 'open')
             group by a.currency, l.clears_at order by a.currency, l.clears_at)
           union all
           select 'held_' || a.kind, a.currency, sum(l.remaining_minor)::bigint, null from ledger.account a
             join ledger.lot l on l.workspace_id = a.workspace_id and l.account_id = a.id and l.remaining_minor > 0
             join ledger.chargeback c on c.workspace_id = l.workspace_id and c.payment_id = l.payment_id and c.state = 'open'
             where a.workspace_id = $1 and a.owner_id = $2 and a.kind in ('pending', 'available') group by a.kind, a.currency"#,
        workspace,
        me
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.finish().await?;
    let none = |currency| {
        let zero = Money::zero(currency);
        Sums {
            available: zero,
            owed: zero,
            pending: zero,
            held: zero,
            in_transit: zero,
            escrowed: zero,
            next: None,
        }
    };
    let mut all: BTreeMap<(bool, &'static str), Sums> =
        BTreeMap::from([((false, home.code()), none(home))]);
    for row in rows {
        let amount = stored(row.amount, &row.currency)?;
        let code = amount.currency.code();
        let sums = all
            .entry((code != home.code(), code))
            .or_insert_with(|| none(amount.currency));
        match (row.part.as_str(), row.at) {
            ("available", _) => sums.available.minor += amount.minor,
            // A debt is less than nothing.
            ("chargeback_debt", _) => sums.owed.minor = -amount.minor,
            ("pending", _) => sums.pending = amount,
            ("held_pending", _) => sums.held.minor += amount.minor,
            ("held_available", _) => {
                sums.held.minor += amount.minor;
                sums.available.minor -= amount.minor;
            }
            ("in_transit", _) => sums.in_transit = amount,
            ("escrowed", _) => sums.escrowed = amount,
            (_, at) => sums.next = at.map(|at| (at, amount)),
        }
    }
    Ok(all.into_values().collect())
}

/// The acting member's wallet.
///
/// # Errors
/// The database's.
pub async fn show(cx: &Cx) -> Result<WalletView> {
    let balances = sums(cx).await?.into_iter().map(|s| WalletBalanceView {
        currency: s.available.currency.code().to_owned(),
        available: s.available.into(),
        owed: s.owed.into(),
        pending: s.pending.into(),
        held: s.held.into(),
        in_transit: s.in_transit.into(),
        reserved: s.in_transit.into(),
        escrowed: s.escrowed.into(),
        next_clearing_at: s.next.map(|(at, _)| at),
        next_clearing: s.next.map(|(_, sum)| sum.into()),
    });
    Ok(WalletView {
        member_id: cx.member()?.id,
        balances: balances.collect(),
    })
}

/// Which entries are asked for.
pub struct StatementQuery {
    /// `available` (when nothing is said) or `pending`.
    pub account: &'static str,
    /// The workspace's when nothing is said.
    pub currency: Option<Currency>,
    /// Which page.
    pub paging: Paging,
}

impl Input for StatementQuery {
    fn read(r: &mut Reader) -> Self {
        let account = r
            .choice_opt("account", &["available", "pending"])
            .unwrap_or("available");
        r.document(
            "account",
            serde_json::json!({"default": "available", "description": "Which account; `available` when nothing is said."}),
        );
        let code = r.line_opt("currency", 3);
        let currency = code.as_deref().and_then(|c| c.parse().ok());
        if code.is_some() && currency.is_none() {
            r.fault("currency", "unknown_currency");
        }
        Self {
            account,
            currency,
            paging: Paging::read(r),
        }
    }
}

/// One entry of a statement.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StatementEntryView {
    /// Its place in the account, from 1 without a gap.
    pub sequence: i64,
    /// Why the money moved: `market.release/ID`.
    pub cause: String,
    /// `release`, `clear`, `payout`, …
    pub kind: String,
    /// Added, or (negative) taken.
    pub amount: base::money::View,
    /// The balance after it.
    pub balance_after: base::money::View,
    /// When it was booked.
    pub booked_at: Instant,
    /// Page of what caused it, if it has one.
    pub href: Option<String>,
    /// The receipt or earning statement of what caused it.
    pub invoice_id: Option<Uuid>,
}

/// One entry, as numbers.
pub(crate) struct Line {
    pub sequence: i64,
    /// The paper of what caused it.
    pub paper: Option<crate::invoice::Short>,
    pub cause: String,
    pub kind: String,
    pub amount: Money,
    pub balance: Money,
    pub at: Instant,
}

struct EntryRow {
    sequence: i64,
    cause: String,
    kind: String,
    amount_minor: i64,
    balance_after: i64,
    booked_at: Instant,
}

/// The milestone, bonus or order that a cause of the marketplace names.
fn item_of(cause: &str) -> Option<Uuid> {
    let (what, id) = cause.split_once('/')?;
    what.strip_prefix("market.")?;
    id.get(..36)?.parse().ok()
}

/// The entries of one of the acting member's accounts, the newest first.
pub(crate) async fn lines(cx: &Cx, query: &StatementQuery) -> Result<Page<Line>> {
    let me = cx.member()?.id;
    let currency = query.currency.unwrap_or(cx.workspace()?.currency);
    let position = query.paging.position::<i64>()?;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let account = sqlx::query!(
        "select a.id, a.next_sequence from ledger.account a join ledger.book b on b.workspace_id = a.workspace_id and b.id = a.book_id
         where a.workspace_id = $1 and a.owner_id = $2 and a.kind = $3 and a.currency = $4 and b.purpose = $5",
        workspace,
        me,
        query.account,
        currency.code(),
        BOOK
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(account) = account else {
        tx.finish().await?;
        return Ok(
            Page::of(vec![], &query.paging, position.as_ref(), |l: &Line| {
                l.sequence
            })
            .with_total(0),
        );
    };
    let back = position.as_ref().is_some_and(|p| p.back);
    let key = position.as_ref().map_or(i64::MAX, |p| p.key);
    // One stretch of the primary key either way, read in its order: nothing is sorted.
    let rows = if back {
        sqlx::query_as!(
            EntryRow,
            r#"select e.sequence, t.cause, t.kind, e.amount_minor, e.balance_after, e.booked_at as "booked_at: Instant"
               from (select sequence, transfer_id, amount_minor, balance_after, booked_at from ledger.entry
                     where workspace_id = $1 and account_id = $2 and sequence > $3 order by sequence limit $4) as e
               join ledger.transfer t on t.workspace_id = $1 and t.id = e.transfer_id order by e.sequence"#,
            workspace,
            account.id,
            key,
            query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_as!(
            EntryRow,
            r#"select e.sequence, t.cause, t.kind, e.amount_minor, e.balance_after, e.booked_at as "booked_at: Instant"
               from (select sequence, transfer_id, amount_minor, balance_after, booked_at from ledger.entry
                     where workspace_id = $1 and account_id = $2 and sequence < $3 order by sequence desc limit $4) as e
               join ledger.transfer t on t.workspace_id = $1 and t.id = e.transfer_id order by e.sequence desc"#,
            workspace,
            account.id,
            key,
            query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let items: Vec<Uuid> = rows.iter().filter_map(|r| item_of(&r.cause)).collect();
    let papers = crate::invoice::of_items(&mut tx, &items, me).await?;
    tx.finish().await?;
    let lines = rows
        .into_iter()
        .map(|r| Line {
            paper: item_of(&r.cause).and_then(|item| papers.get(&item).cloned()),
            sequence: r.sequence,
            cause: r.cause,
            kind: r.kind,
            amount: Money::new(r.amount_minor, currency),
            balance: Money::new(r.balance_after, currency),
            at: r.booked_at,
        })
        .collect();
    Ok(
        Page::of(lines, &query.paging, position.as_ref(), |l| l.sequence)
            .with_total(account.next_sequence - 1),
    )
}

/// The entries as answers show them.
///
/// # Errors
/// 400 `invalid_cursor`, or the database's.
pub async fn statement(cx: &Cx, query: &StatementQuery) -> Result<Page<StatementEntryView>> {
    Ok(lines(cx, query).await?.map(|l| StatementEntryView {
        sequence: l.sequence,
        href: href_of(&l.cause).map(|path| cx.href(&path)),
        invoice_id: l.paper.as_ref().map(|p| p.id),
        cause: l.cause,
        kind: l.kind,
        amount: l.amount.into(),
        balance_after: l.balance.into(),
        booked_at: l.at,
    }))
}

/// The page, below the workspace, of what a cause names.
pub(crate) fn href_of(cause: &str) -> Option<String> {
    let (what, id) = cause.split_once('/')?;
    let id: Uuid = id.get(..36)?.parse().ok()?;
    match what {
        "ledger.payout"
        | "ledger.payout_cancelled"
        | "ledger.payout_paid"
        | "ledger.payout_failed"
        | "ledger.payout_returned" => Some(format!("/payouts/{id}")),
        "market.bonus" => Some(format!("/bonuses/{id}")),
        "ledger.capture" => Some(format!("/payments/{id}")),
        _ if what.starts_with("market.") => Some(format!("/milestones/{id}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::href_of;

    #[test]
    fn causes_lead_to_their_pages() {
        let id = "01936f0e-0000-7000-8000-000000000000";
        assert_eq!(
            href_of(&format!("ledger.payout/{id}")),
            Some(format!("/payouts/{id}"))
        );
        assert_eq!(
            href_of(&format!("market.bonus/{id}")),
            Some(format!("/bonuses/{id}"))
        );
        assert_eq!(href_of(&format!("ledger.clear/{id}")), None);
        assert_eq!(href_of("nonsense"), None);
    }
}
