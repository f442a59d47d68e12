//! Chargebacks as staff see them, and what of a member's earnings waits or went because of one.

use crate::account::stored;
use base::Instant;
use kernel::{
    Cx, Error, Input, Reader, Result,
    list::{Page, Paging},
};
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// States a chargeback may be in.
pub(crate) const STATES: &[&str] = &["open", "won", "lost"];

/// A chargeback.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ChargebackView {
    /// Its id.
    pub id: Uuid,
    /// The disputed payment.
    pub payment_id: Uuid,
    /// What the payment was for: `milestone`.
    pub purpose_kind: String,
    /// What the payment was for.
    pub purpose_id: Uuid,
    /// The payer's name.
    pub payer: String,
    /// What the payer's bank took.
    pub amount: base::money::View,
    /// `open`, `won` or `lost`.
    pub state: String,
    /// What the payer's bank says.
    pub reason: String,
    /// Lost, and still to be taken from what lies in escrow.
    pub outstanding: base::money::View,
    /// Lost, and borne by the platform: nobody here has it.
    pub guarantee: base::money::View,
    /// What payees owe because it was lost, as it was booked then.
    pub debt: base::money::View,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it ended.
    pub closed_at: Option<Instant>,
    /// Changes with every change.
    pub version: i64,
}

struct Row {
    id: Uuid,
    payment_id: Uuid,
    purpose_kind: String,
    purpose_id: Uuid,
    payer: String,
    amount_minor: i64,
    currency: String,
    state: String,
    reason: String,
    outstanding_minor: i64,
    guarantee_minor: i64,
    debt_minor: i64,
    opened_at: Instant,
    closed_at: Option<Instant>,
    version: i64,
}

impl Row {
    fn view(self) -> Result<ChargebackView> {
        let sum = |minor| stored(minor, &self.currency).map(Into::into);
        Ok(ChargebackView {
            id: self.id,
            payment_id: self.payment_id,
            purpose_kind: self.purpose_kind.clone(),
            purpose_id: self.purpose_id,
            payer: self.payer.clone(),
            amount: sum(self.amount_minor)?,
            state: self.state.clone(),
            reason: self.reason.clone(),
            outstanding: sum(self.outstanding_minor)?,
            guarantee: sum(self.guarantee_minor)?,
            debt: sum(self.debt_minor)?,
            opened_at: self.opened_at,
            closed_at: self.closed_at,
            version: self.version,
        })
    }
}

/// Which chargebacks are asked for.
pub struct ChargebackQuery {
    /// Only those in this state.
    pub state: Option<&'static str>,
    /// Which page.
    pub paging: Paging,
}

impl Input for ChargebackQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            state: r.choice_opt("state", STATES),
            paging: Paging::read(r),
        }
    }
}

/// The one query of chargebacks, with what tells rows and order apart. Debt is what was booked with
/// the loss.
macro_rules! rows {
    ($tail:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            Row,
            r#"select c.id, c.payment_id, p.purpose_kind, p.purpose_id, m.display_name as payer, c.amount_minor, c.currency, c.state, c.reason,
                 c.outstanding_minor, c.guarantee_minor, c.opened_at, c.closed_at, c.version,
                 coalesce((select sum(t.amount_minor) from ledger.transfer t where t.workspace_id = c.workspace_id
                    and t.cause = 'ledger.chargeback_lost/' || c.payment_id and t.kind = 'chargeback_debt'), 0)::bigint as "debt_minor!"
               from ledger.chargeback c
               join ledger.payment p on p.workspace_id = c.workspace_id and p.id = c.payment_id
               join kernel.member m on m.workspace_id = p.workspace_id and m.id = p.payer_id
               where c.workspace_id = $1 "# + $tail,
            $($arg),*
        )
    };
}

/// The workspace's chargebacks, the newest first.
///
/// # Errors
/// 400 `invalid_cursor`, or the database's.
pub async fn list(cx: &Cx, query: &ChargebackQuery) -> Result<Page<ChargebackView>> {
    let position = query.paging.position::<(Instant, Uuid)>()?;
    let far = (Instant::from_unix_seconds(i64::MAX), Uuid::max());
    let (back, (at, last)) = position.as_ref().map_or((false, far), |p| (p.back, p.key));
    let limit = query.paging.limit + 1;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let rows = if back {
        rows!(
            "and (c.opened_at, c.id) > ($2, $3) and ($4::text is null or c.state = $4) order by c.opened_at, c.id limit $5",
            workspace,
            at as _,
            last,
            query.state,
            limit
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        rows!(
            "and (c.opened_at, c.id) < ($2, $3) and ($4::text is null or c.state = $4) order by c.opened_at desc, c.id desc limit $5",
            workspace,
            at as _,
            last,
            query.state,
            limit
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from ledger.chargeback where workspace_id = $1
             and ($2::text is null or state = $2) limit 10001) as c"#,
        workspace,
        query.state
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let rows = rows
        .into_iter()
        .map(Row::view)
        .collect::<Result<Vec<_>>>()?;
    Ok(Page::of(rows, &query.paging, position.as_ref(), |r| {
        (r.opened_at, r.id)
    })
    .with_total(total))
}

/// One chargeback.
///
/// # Errors
/// Not found.
pub async fn show(cx: &Cx, id: Uuid) -> Result<ChargebackView> {
    if !cx.can("chargeback.show", &[]) {
        return Err(Error::NotFound);
    }
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let row = rows!("and c.id = $2", workspace, id)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound)?;
    tx.finish().await?;
    row.view()
}

/// Part of a member's earnings that waits, or was taken, because a payer's bank disputes a payment.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct HoldView {
    /// The disputed payment.
    pub payment_id: Uuid,
    /// What the payment was for.
    pub purpose_id: Uuid,
    /// `held`: waits; `taken`: the dispute was lost and it is gone; `owed`: it had been paid out and
    /// is recovered from what comes next; `recovered`: it was owed, and is no more.
    pub state: String,
    /// How much.
    pub amount: base::money::View,
    /// Since when.
    pub since: Instant,
}

/// What is held of the acting member's earnings, what was taken, and what they owe.
///
/// # Errors
/// The database's.
pub async fn holds(cx: &Cx) -> Result<Vec<HoldView>> {
    let me = cx.member()?.id;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select * from (
             select c.payment_id as "payment_id!", p.purpose_id as "purpose_id!", 'held' as "state!", sum(l.remaining_minor)::bigint as "minor!",
               a.currency as "currency!", c.opened_at as "since!: Instant"
             from ledger.account a
             join ledger.lot l on l.workspace_id = a.workspace_id and l.account_id = a.id and l.remaining_minor > 0
             join ledger.chargeback c on c.workspace_id = l.workspace_id and c.payment_id = l.payment_id and c.state = 'open'
             join ledger.payment p on p.workspace_id = c.workspace_id and p.id = c.payment_id
             where a.workspace_id = $1 and a.owner_id = $2 and a.kind in ('pending', 'available')
             group by c.payment_id, p.purpose_id, a.currency, c.opened_at
             union all
             select c.payment_id, p.purpose_id, 'taken', sum(u.amount_minor)::bigint, a.currency, c.closed_at
             from ledger.account a
             join ledger.lot l on l.workspace_id = a.workspace_id and l.account_id = a.id
             join ledger.chargeback c on c.workspace_id = l.workspace_id and c.payment_id = l.payment_id and c.state = 'lost'
             join ledger.payment p on p.workspace_id = c.workspace_id and p.id = c.payment_id
             join ledger.lot_use u on u.workspace_id = l.workspace_id and u.lot_id = l.id
             join ledger.transfer t on t.workspace_id = u.workspace_id and t.id = u.transfer_id and t.kind = 'chargeback_taken'
             where a.workspace_id = $1 and a.owner_id = $2 and a.kind in ('pending', 'available')
             group by c.payment_id, p.purpose_id, a.currency, c.closed_at
             union all
             select c.payment_id, p.purpose_id, 'owed', t.amount_minor, a.currency, c.closed_at
             from ledger.account a
             join ledger.entry e on e.workspace_id = a.workspace_id and e.account_id = a.id and e.amount_minor < 0
             join ledger.transfer t on t.workspace_id = e.workspace_id and t.id = e.transfer_id
             join ledger.chargeback c on c.workspace_id = t.workspace_id and t.cause = 'ledger.chargeback_lost/' || c.payment_id
             join ledger.payment p on p.workspace_id = c.workspace_id and p.id = c.payment_id
             where a.workspace_id = $1 and a.owner_id = $2 and a.kind = 'chargeback_debt') as h
           order by 6 desc, 1 limit 500"#,
        workspace,
        me
    )
    .fetch_all(&mut *tx)
    .await?;
    let debts = sqlx::query!(
        r#"select currency as "currency!", -balance_minor as "minor!" from ledger.balance
           where workspace_id = $1 and owner_id = $2 and kind = 'chargeback_debt'"#,
        workspace,
        me
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.finish().await?;
    let mut owed: HashMap<String, i64> = debts.into_iter().map(|d| (d.currency, d.minor)).collect();
    // The newest first: what was recovered went to the oldest, so the newest are still owed.
    rows.into_iter()
        .map(|r| {
            let (mut state, mut minor) = (r.state, r.minor);
            if state == "owed" {
                let left = owed.entry(r.currency.clone()).or_default();
                let still = minor.min(*left);
                *left -= still;
                if still > 0 {
                    minor = still;
                } else {
                    state = "recovered".to_owned();
                }
            }
            Ok(HoldView {
                payment_id: r.payment_id,
                purpose_id: r.purpose_id,
                state,
                amount: stored(minor, &r.currency)?.into(),
                since: r.since,
            })
        })
        .collect()
}
