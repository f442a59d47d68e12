//! Bonuses as answers and pages show them, to both parties of their contract.

use crate::{contract, policy};
use base::{Instant, Money};
use kernel::{
    Cx, Error, Result, Tx,
    list::{Page, Paging},
};
use serde::Serialize;
use uuid::Uuid;

/// A bonus.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BonusView {
    /// Its id.
    pub id: Uuid,
    /// Its contract.
    pub contract_id: Uuid,
    /// What was given.
    pub amount: base::money::View,
    /// What the client paid on top.
    pub client_fee: base::money::View,
    /// What the platform kept.
    pub fee: base::money::View,
    /// What the freelancer receives.
    pub net: base::money::View,
    /// The client's words.
    pub note: String,
    /// `intended` while its payment runs, `paid`, or `failed`.
    pub state: String,
    /// Its payment.
    pub payment_id: Uuid,
    /// Where the payer must confirm the payment, if they must.
    pub next_action_url: Option<String>,
    /// When it was sent.
    pub created_at: Instant,
    /// When it was paid.
    pub paid_at: Option<Instant>,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) sums: Sums,
}

/// The sums behind the view.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sums {
    pub amount: Money,
    pub client_fee: Money,
    pub fee: Money,
    pub net: Money,
}

struct Row {
    id: Uuid,
    contract_id: Uuid,
    amount_minor: i64,
    currency: String,
    client_fee_minor: i64,
    payee_fee_minor: i64,
    note: String,
    state: String,
    payment_id: Uuid,
    payment_state: String,
    next_action_url: Option<String>,
    created_at: Instant,
    paid_at: Option<Instant>,
}

impl Row {
    fn view(self, payer: bool) -> Result<BonusView> {
        let amount = policy::money(self.amount_minor, &self.currency)?;
        let sum = |minor| Money::new(minor, amount.currency);
        let sums = Sums {
            amount,
            client_fee: sum(self.client_fee_minor),
            fee: sum(self.payee_fee_minor),
            net: sum(amount.minor - self.payee_fee_minor),
        };
        let failed = matches!(self.payment_state.as_str(), "failed" | "expired");
        Ok(BonusView {
            id: self.id,
            contract_id: self.contract_id,
            amount: sums.amount.into(),
            client_fee: sums.client_fee.into(),
            fee: sums.fee.into(),
            net: sums.net.into(),
            note: self.note,
            state: if failed {
                "failed".to_owned()
            } else {
                self.state
            },
            payment_id: self.payment_id,
            next_action_url: self.next_action_url.filter(|_| payer),
            created_at: self.created_at,
            paid_at: self.paid_at,
            sums,
        })
    }
}

/// One bonus, for the parties of its contract; the freelancer sees it once it is paid.
///
/// # Errors
/// 404.
pub async fn show(cx: &Cx, id: Uuid) -> Result<BonusView> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let parties = sqlx::query!(
        "select client_id, freelancer_id, state from market.bonus where workspace_id = $1 and id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let relations = contract::store::relations(cx, parties.client_id, parties.freelancer_id);
    let payer = cx.me() == Some(parties.client_id);
    if !cx.can("bonus.show", &relations) || (!payer && parties.state != "paid") {
        return Err(Error::NotFound);
    }
    let row = sqlx::query_as!(
        Row,
        r#"select b.id, b.contract_id, b.amount_minor, b.currency, b.client_fee_minor, b.payee_fee_minor, b.note, b.state, b.payment_id,
             p.state as payment_state, p.next_action_url, b.created_at as "created_at: Instant", b.paid_at as "paid_at: Instant"
           from market.bonus b join ledger.payment p on p.workspace_id = b.workspace_id and p.id = b.payment_id
           where b.workspace_id = $1 and b.id = $2"#,
        workspace,
        id
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    row.view(payer)
}

/// The paid bonuses of a contract, the newest first, for its parties.
///
/// # Errors
/// 404, 400 `invalid_cursor`.
pub async fn list(cx: &Cx, contract_id: Uuid, paging: &Paging) -> Result<Page<BonusView>> {
    let mut tx = cx.read().await?;
    let found = contract::store::load(&mut tx, contract_id)
        .await?
        .ok_or(Error::NotFound)?;
    if !cx.can("bonus.show", &found.relations(cx)) {
        return Err(Error::NotFound);
    }
    let position = paging.position::<(Instant, Uuid)>()?;
    let back = position.as_ref().is_some_and(|p| p.back);
    let key = position.as_ref().map(|p| p.key);
    let workspace = tx.workspace();
    let mut rows = sqlx::query_as!(
        Row,
        r#"select b.id, b.contract_id, b.amount_minor, b.currency, b.client_fee_minor, b.payee_fee_minor, b.note, b.state, b.payment_id,
             p.state as payment_state, p.next_action_url, b.created_at as "created_at: Instant", b.paid_at as "paid_at: Instant"
           from market.bonus b join ledger.payment p on p.workspace_id = b.workspace_id and p.id = b.payment_id
           where b.workspace_id = $1 and b.contract_id = $2 and b.state = 'paid' and ($5::timestamptz is null
             or ($3 and (b.created_at, b.id) > ($5, $6)) or (not $3 and (b.created_at, b.id) < ($5, $6)))
           order by case when $3 then b.created_at end, case when $3 then b.id end, b.created_at desc, b.id desc limit $4"#,
        workspace,
        contract_id,
        back,
        paging.limit + 1,
        key.map(|k| k.0) as Option<Instant>,
        key.map(|k| k.1)
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.finish().await?;
    let payer = cx.me() == Some(found.client_id);
    let rows = rows
        .drain(..)
        .map(|row| row.view(payer))
        .collect::<Result<Vec<_>>>()?;
    Ok(Page::of(rows, paging, position.as_ref(), |b| {
        (b.created_at, b.id)
    }))
}

/// A bonus on its contract's page.
#[derive(Debug, Clone)]
pub struct Paid {
    /// Its id: the page is `/bonuses/ID`.
    pub id: Uuid,
    /// What was given.
    pub amount: Money,
    /// The client's words.
    pub note: String,
    /// When it was paid.
    pub paid_at: Instant,
}

/// The paid bonuses of a contract, the oldest first, at most 50.
///
/// # Errors
/// The database's.
pub async fn of_contract(tx: &mut Tx, contract_id: Uuid) -> Result<Vec<Paid>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select id, amount_minor, currency, note, paid_at as "paid_at!: Instant" from market.bonus
           where workspace_id = $1 and contract_id = $2 and state = 'paid' order by created_at, id limit 50"#,
        workspace,
        contract_id
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Paid {
                id: r.id,
                amount: policy::money(r.amount_minor, &r.currency)?,
                note: r.note,
                paid_at: r.paid_at,
            })
        })
        .collect()
}
