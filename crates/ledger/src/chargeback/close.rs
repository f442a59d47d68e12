//! How a chargeback ends, and how what it cost is recovered.

use crate::{
    account::{account, lock, stored},
    notice, payment,
    posting::{Posting, post},
};
use base::{Currency, Money};
use kernel::{Action, Cx, Error, Kernel, Result, Tx, events::Event};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

const CLOSE: Action = Action::new("chargeback.close", "chargeback", "payment.show");

/// How the provider says it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Won,
    Lost,
}

impl End {
    const fn name(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }
}

/// Members who have earnings of this payment that have not left the platform.
pub(crate) async fn holders(tx: &mut Tx, payment: Uuid) -> Result<Vec<Uuid>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        "select distinct a.owner_id from ledger.lot l
         join ledger.account a on a.workspace_id = l.workspace_id and a.id = l.account_id and a.kind in ('pending', 'available')
         where l.workspace_id = $1 and l.payment_id = $2 and l.remaining_minor > 0 limit 100",
        workspace,
        payment
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Ends a chargeback and posts what follows; says whether it was open.
///
/// # Errors
/// Not found, or the database's.
pub(crate) async fn close(
    kernel: &Arc<Kernel>,
    workspace: Uuid,
    payment_id: Uuid,
    end: End,
) -> Result<bool> {
    let cx = Cx::system_in(kernel, workspace, "provider").await?;
    let mut tx = cx.begin().await?;
    let payment = payment::find(&mut tx, workspace, payment_id, true)
        .await?
        .ok_or(Error::NotFound)?;
    let row = sqlx::query!(
        "select id, amount_minor, currency, state, version from ledger.chargeback where workspace_id = $1 and payment_id = $2 for no key update",
        workspace,
        payment_id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if row.state != "open" {
        tx.finish().await?;
        return Ok(false);
    }
    let amount = stored(row.amount_minor, &row.currency)?;
    let now = tx.now();
    let mut told = holders(&mut tx, payment_id).await?;
    let outstanding = match end {
        End::Won => {
            won(&mut tx, payment_id, amount).await?;
            0
        }
        End::Lost => lost(&mut tx, payment_id, amount, &mut told).await?,
    };
    let closed = sqlx::query!(
        "update ledger.chargeback set state = $3, closed_at = $4, outstanding_minor = $5, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'open'",
        workspace,
        row.id,
        end.name(),
        now as _,
        outstanding
    )
    .execute(&mut *tx)
    .await?;
    if closed.rows_affected() != 1 {
        return Err(Error::conflict("in_progress"));
    }
    let href = format!("/chargebacks/{}", row.id);
    let kind = match end {
        End::Won => "chargeback_won",
        End::Lost => "chargeback_lost",
    };
    let mut notify: Vec<_> = notice::staff(&mut tx)
        .await?
        .into_iter()
        .filter(|s| !told.contains(s))
        .map(|s| notice::about(s, kind, &href, amount))
        .collect();
    told.sort_unstable();
    told.dedup();
    let payees = match end {
        End::Won => "chargeback_released",
        End::Lost => "chargeback_taken",
    };
    notify.extend(
        told.iter()
            .map(|member| notice::about(*member, payees, "/wallet/holds", amount)),
    );
    tx.change("state", "open", end.name());
    tx.emit(Event::new("ledger.chargeback_closed", "chargeback", row.id, row.version + 1, json!({
        "payment_id": payment_id, "purpose_kind": payment.purpose_kind, "purpose_id": payment.purpose_id, "outcome": end.name(),
        "amount_minor": amount.minor, "currency": amount.currency.code(), "notify": notify})));
    let permit = cx.authorize(&CLOSE, row.id, &[])?;
    tx.commit(permit).await?;
    Ok(true)
}

/// The provider gives the sum back: the claim is met, and what was held may clear.
async fn won(tx: &mut Tx, payment: Uuid, amount: Money) -> Result<()> {
    let workspace = tx.workspace();
    let posting = Posting::because(format!("ledger.chargeback_won/{payment}")).transfer(
        "chargeback_won",
        account("clearing", workspace),
        account("disputed", workspace),
        amount,
    );
    post(tx, posting).await
}

/// A member's account with lots of one payment: kind, owner, how much is left.
struct Part {
    kind: &'static str,
    owner: Uuid,
    minor: i64,
}

/// The sum stays away. It is taken from the payment's money where that still is: earnings in
/// clearance, then available ones. What lies in escrow stays for its milestone and is outstanding
/// until it is released. The platform gives up its fee; the rest was paid out and is owed by those
/// who got it. Gives what is outstanding, and adds to `told` who owes.
async fn lost(tx: &mut Tx, payment: Uuid, amount: Money, told: &mut Vec<Uuid>) -> Result<i64> {
    let (workspace, currency) = (tx.workspace(), amount.currency);
    let disputed = account("disputed", workspace);
    let parts = earnings(tx, payment, currency).await?;
    let keys: Vec<_> = parts.iter().map(|p| account(p.kind, p.owner)).collect();
    lock(tx, &keys, currency).await?;
    // Read again: they may have cleared, or left, while we waited for the locks.
    let parts = earnings(tx, payment, currency).await?;
    let mut posting = Posting::because(format!("ledger.chargeback_lost/{payment}"));
    let mut left = amount.minor;
    for part in &parts {
        let take = part.minor.min(left);
        left -= take;
        posting = posting
            .transfer(
                "chargeback_taken",
                account(part.kind, part.owner),
                disputed,
                Money::new(take, currency),
            )
            .from_payment(payment);
    }
    let waiting = in_escrow(tx, payment).await?.min(left);
    left -= waiting;
    let spread = spread(tx, payment).await?;
    let fee = spread.fees.min(left);
    left -= fee;
    posting = posting.transfer(
        "chargeback_fee",
        account("fees", workspace),
        disputed,
        Money::new(fee, currency),
    );
    let mut paid_out = spread.members;
    for part in &parts {
        if let Some(sum) = paid_out.get_mut(&part.owner) {
            *sum = sum.saturating_sub(part.minor);
        }
    }
    for (member, sum) in paid_out {
        let owes = sum.clamp(0, left);
        left -= owes;
        if owes > 0 {
            posting = posting.transfer(
                "chargeback_debt",
                account("chargeback_debt", member),
                disputed,
                Money::new(owes, currency),
            );
            told.push(member);
        }
    }
    // What nobody here ever had (it went back by another way) stays the platform's claim.
    post(tx, posting).await?;
    Ok(waiting)
}

async fn earnings(tx: &mut Tx, payment: Uuid, currency: Currency) -> Result<Vec<Part>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select a.kind, a.owner_id, sum(l.remaining_minor)::bigint as "minor!" from ledger.lot l
           join ledger.account a on a.workspace_id = l.workspace_id and a.id = l.account_id and a.kind in ('pending', 'available')
           where l.workspace_id = $1 and l.payment_id = $2 and l.remaining_minor > 0 and a.currency = $3
           group by a.kind, a.owner_id order by a.kind desc, a.owner_id"#,
        workspace,
        payment,
        currency.code()
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Part {
            kind: if r.kind == "pending" {
                "pending"
            } else {
                "available"
            },
            owner: r.owner_id,
            minor: r.minor,
        })
        .collect())
}

async fn in_escrow(tx: &mut Tx, payment: Uuid) -> Result<i64> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(l.remaining_minor), 0)::bigint as "minor!" from ledger.lot l
           join ledger.account a on a.workspace_id = l.workspace_id and a.id = l.account_id and a.kind in ('escrow', 'unapplied')
           where l.workspace_id = $1 and l.payment_id = $2"#,
        workspace,
        payment
    )
    .fetch_one(&mut **tx)
    .await?)
}

/// Who got money of a payment: members by release, the platform by its fees.
struct Spread {
    members: BTreeMap<Uuid, i64>,
    fees: i64,
}

async fn spread(tx: &mut Tx, payment: Uuid) -> Result<Spread> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select o.kind, o.owner_id, sum(u.amount_minor)::bigint as "minor!" from ledger.lot l
           join ledger.lot_use u on u.workspace_id = l.workspace_id and u.lot_id = l.id
           join ledger.transfer t on t.workspace_id = u.workspace_id and t.id = u.transfer_id
           join ledger.account f on f.workspace_id = t.workspace_id and f.id = t.from_id and f.kind in ('escrow', 'unapplied')
           join ledger.account o on o.workspace_id = t.workspace_id and o.id = t.to_id and o.kind in ('pending', 'available', 'fees')
           where l.workspace_id = $1 and l.payment_id = $2 group by o.kind, o.owner_id"#,
        workspace,
        payment
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut spread = Spread {
        members: BTreeMap::new(),
        fees: 0,
    };
    for row in rows {
        if row.kind == "fees" {
            spread.fees += row.minor;
        } else {
            *spread.members.entry(row.owner_id).or_default() += row.minor;
        }
    }
    Ok(spread)
}

/// A lot that would clear belongs to a payment whose chargeback was lost while it lay in escrow:
/// takes what is outstanding from it, under the locks of `clear`, and gives what may clear.
pub(crate) async fn before_clearing(
    tx: &mut Tx,
    lot: Uuid,
    payment: Uuid,
    owner: Uuid,
    amount: Money,
) -> Result<Money> {
    let workspace = tx.workspace();
    let lost = sqlx::query!(
        "select id, outstanding_minor from ledger.chargeback
         where workspace_id = $1 and payment_id = $2 and state = 'lost' and outstanding_minor > 0 for no key update",
        workspace,
        payment
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(lost) = lost else { return Ok(amount) };
    let take = amount.minor.min(lost.outstanding_minor);
    let mut left = lost.outstanding_minor - take;
    let disputed = account("disputed", workspace);
    let mut posting = Posting::because(format!("ledger.chargeback_taken/{lot}"))
        .transfer(
            "chargeback_taken",
            account("pending", owner),
            disputed,
            Money::new(take, amount.currency),
        )
        .from_payment(payment);
    if in_escrow(tx, payment).await? == 0 && left > 0 {
        // The milestone's fee was part of what lay there: the platform gives it up as well.
        let fee = spread(tx, payment).await?.fees.min(left);
        posting = posting.transfer(
            "chargeback_fee",
            account("fees", workspace),
            disputed,
            Money::new(fee, amount.currency),
        );
        left = 0;
    }
    post(tx, posting).await?;
    sqlx::query!(
        "update ledger.chargeback set outstanding_minor = $3, version = version + 1 where workspace_id = $1 and id = $2",
        workspace,
        lost.id,
        left
    )
    .execute(&mut **tx)
    .await?;
    Ok(Money::new(amount.minor - take, amount.currency))
}

/// What a member owes from lost chargebacks, read under its lock, at most `most`.
pub(crate) async fn recover(
    tx: &mut Tx,
    owner: Uuid,
    most: Money,
    cause: Uuid,
) -> Result<Option<Money>> {
    let debt = account("chargeback_debt", owner);
    let owed = -lock(tx, &[debt], most.currency).await?.of(&debt);
    let take = Money::new(owed.min(most.minor), most.currency);
    if take.minor <= 0 {
        return Ok(None);
    }
    let posting = Posting::because(format!("ledger.debt_recovered/{cause}")).transfer(
        "debt_recovered",
        account("available", owner),
        debt,
        take,
    );
    post(tx, posting).await?;
    Ok(Some(take))
}
