//! How a chargeback ends, and how what it cost is recovered.

use super::{
    claim::{level, set_aside, spread},
    recover::{accounts, recover as recover_free},
};
use crate::{
    account::{account, lock, stored},
    notice, payment,
    posting::{Posting, post},
};
use base::{Currency, Money};
use kernel::{Action, Cx, Error, Kernel, Result, Tx, events::Event};
use serde_json::json;
use std::sync::Arc;
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
    let claims = match end {
        End::Won => Claims {
            recovered: won(&mut tx, payment_id, amount, &told).await?,
            ..Claims::default()
        },
        End::Lost => lost(&mut tx, payment_id, amount, &mut told).await?,
    };
    let closed = sqlx::query!(
        "update ledger.chargeback set state = $3, closed_at = $4, outstanding_minor = $5, fee_minor = $6, guarantee_minor = $7, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'open'",
        workspace,
        row.id,
        end.name(),
        now as _,
        claims.outstanding,
        claims.fee,
        claims.guarantee
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
    // An event of its own: of one event a member is told one thing.
    let recovered: Vec<_> = claims
        .recovered
        .iter()
        .map(|(member, taken)| notice::about(*member, "debt_recovered", "/wallet/holds", *taken))
        .collect();
    if !recovered.is_empty() {
        tx.emit(Event::new(
            "ledger.debt_recovered",
            "chargeback",
            row.id,
            row.version + 1,
            json!({"payment_id": payment_id, "notify": recovered}),
        ));
    }
    tx.change("state", "open", end.name());
    tx.emit(Event::new("ledger.chargeback_closed", "chargeback", row.id, row.version + 1, json!({
        "payment_id": payment_id, "purpose_kind": payment.purpose_kind, "purpose_id": payment.purpose_id, "outcome": end.name(),
        "amount_minor": amount.minor, "currency": amount.currency.code(), "notify": notify})));
    let permit = cx.authorize(&CLOSE, row.id, &[])?;
    tx.commit(permit).await?;
    Ok(true)
}

/// The provider gives the sum back: the claim is met, and what was held may clear. What its holders
/// owe from other chargebacks is taken from it first.
async fn won(
    tx: &mut Tx,
    payment: Uuid,
    amount: Money,
    holders: &[Uuid],
) -> Result<Vec<(Uuid, Money)>> {
    let workspace = tx.workspace();
    let keys: Vec<_> = holders.iter().copied().flat_map(accounts).collect();
    let balances = lock(tx, &keys, amount.currency).await?;
    let debts: Vec<(Uuid, i64)> = holders
        .iter()
        .map(|member| (*member, -balances.of(&account("chargeback_debt", *member))))
        .filter(|(_, owes)| *owes > 0)
        .collect();
    let posting = Posting::because(format!("ledger.chargeback_won/{payment}")).transfer(
        "chargeback_won",
        account("clearing", workspace),
        account("disputed", workspace),
        amount,
    );
    post(tx, posting).await?;
    recover_free(tx, &debts, amount.currency, payment, true).await
}

/// A member's account with lots of one payment: kind, owner, how much is left.
struct Part {
    kind: &'static str,
    owner: Uuid,
    minor: i64,
}

/// What a lost chargeback still claims: of the payment's money that waits here, of the platform's
/// fees (given up), and of nobody: the platform bears it.
#[derive(Debug, Default)]
struct Claims {
    outstanding: i64,
    fee: i64,
    guarantee: i64,
    /// What members owed and had, and gave back at once.
    recovered: Vec<(Uuid, Money)>,
}

/// The sum stays away. It is taken from the payment's money where that still is: earnings in
/// clearance, then available ones. What lies in escrow stays for its milestone, what is on its way
/// back to the payer for its refund, and both are outstanding until they move. The platform gives
/// up its fee; the rest was paid out and is owed by those who got it: taken at once out of what else
/// they have, and what they have not stays their debt. Adds to `told` who owes.
async fn lost(tx: &mut Tx, payment: Uuid, amount: Money, told: &mut Vec<Uuid>) -> Result<Claims> {
    let (workspace, currency) = (tx.workspace(), amount.currency);
    let disputed = account("disputed", workspace);
    let parts = earnings(tx, payment, currency).await?;
    let got = spread(tx, workspace, payment).await?.members;
    let keys: Vec<_> = parts
        .iter()
        .map(|p| account(p.kind, p.owner))
        .chain(got.into_keys().flat_map(accounts))
        .collect();
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
    let waiting = set_aside(tx, workspace, payment).await?.min(left);
    left -= waiting;
    let spread = spread(tx, workspace, payment).await?;
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
    let mut debts = vec![];
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
            debts.push((member, owes));
        }
    }
    post(tx, posting).await?;
    Ok(Claims {
        recovered: recover_free(tx, &debts, currency, payment, false).await?,
        outstanding: waiting,
        fee,
        // What nobody here ever had (it went back by another way) stays the platform's claim.
        guarantee: left,
    })
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
    let posting = Posting::because(format!("ledger.chargeback_taken/{lot}"))
        .transfer(
            "chargeback_taken",
            account("pending", owner),
            account("disputed", workspace),
            Money::new(take, amount.currency),
        )
        .from_payment(payment);
    post(tx, posting).await?;
    sqlx::query!(
        "update ledger.chargeback set outstanding_minor = outstanding_minor - $3, version = version + 1 where workspace_id = $1 and id = $2",
        workspace,
        lost.id,
        take
    )
    .execute(&mut **tx)
    .await?;
    // The milestone's fee was part of what lay there: the platform gives it up as well.
    level(tx, payment);
    Ok(Money::new(amount.minor - take, amount.currency))
}

/// Takes what a member owes from lost chargebacks out of what has just come to them: `came` says
/// from which payments, and what an open chargeback holds of it stays. `cause` is what it came by.
/// The member is told by an event of its own. Ask for it after the posting that brings it.
pub(crate) async fn recover(
    tx: &mut Tx,
    owner: Uuid,
    came: &[(Uuid, Money)],
    (record_kind, cause): (&'static str, Uuid),
) -> Result<i64> {
    let Some(currency) = came.first().map(|(_, part)| part.currency) else {
        return Ok(0);
    };
    let (available, debt) = (
        account("available", owner),
        account("chargeback_debt", owner),
    );
    // Both at once, as clearance and payouts lock them.
    let mut left = -lock(tx, &[available, debt], currency).await?.of(&debt);
    if left <= 0 {
        return Ok(0);
    }
    let (workspace, payments) = (
        tx.workspace(),
        came.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
    );
    let held = sqlx::query_scalar!(
        "select payment_id from ledger.chargeback
         where workspace_id = $1 and payment_id = any($2) and (state = 'open' or outstanding_minor > 0)",
        workspace,
        &payments
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut posting = Posting::because(format!("ledger.debt_recovered/{cause}"));
    let mut taken = 0;
    for (payment, part) in came.iter().filter(|(id, _)| !held.contains(id)) {
        let take = part.minor.min(left);
        left -= take;
        taken += take;
        posting = posting
            .transfer(
                "debt_recovered",
                available,
                debt,
                Money::new(take, currency),
            )
            .from_payment(*payment);
    }
    if taken > 0 {
        post(tx, posting).await?;
        let told = notice::about(
            owner,
            "debt_recovered",
            "/wallet/holds",
            Money::new(taken, currency),
        );
        tx.emit(Event::new(
            "ledger.debt_recovered",
            record_kind,
            cause,
            0,
            json!({"member_id": owner, "notify": [told]}),
        ));
    }
    Ok(taken)
}
