//! Receipts and awaited transfers, as the finance desk sees them.

use crate::account::stored;
use base::Instant;
use files::FileView;
use kernel::{
    Cx, Error, Input, Reader, Result, Tx,
    list::{Page, Paging},
};
use serde::Serialize;
use uuid::Uuid;

/// States of a receipt.
pub(crate) const STATES: &[&str] = &["recorded", "confirmed", "rejected"];

/// A recorded transfer.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BankReceiptView {
    /// Its id.
    pub id: Uuid,
    /// The payment it is for.
    pub payment_id: Uuid,
    /// The reference on the transfer.
    pub bank_reference: String,
    /// The payer's name.
    pub payer: String,
    /// What the payment asks for.
    pub expected: base::money::View,
    /// `in` or `out`.
    pub direction: String,
    /// How much.
    pub amount: base::money::View,
    /// The day in the statement.
    pub booked_on: String,
    /// The bank's own reference of the line; empty when none was given.
    pub statement_reference: String,
    /// What else was said.
    pub note: String,
    /// `recorded`, `confirmed` or `rejected`.
    pub state: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// That person's id.
    pub recorded_by_id: Uuid,
    /// When.
    pub recorded_at: Instant,
    /// Who confirmed or rejected it.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Instant>,
    /// The evidence.
    pub files: Vec<FileView>,
    /// Changes with every change.
    pub version: i64,
}

struct Row {
    id: Uuid,
    payment_id: Uuid,
    bank_reference: String,
    payer: String,
    expected_minor: i64,
    direction: String,
    amount_minor: i64,
    currency: String,
    booked_on: String,
    statement_reference: String,
    note: String,
    state: String,
    recorded_by: String,
    recorded_by_id: Uuid,
    recorded_at: Instant,
    decided_by: Option<String>,
    decided_at: Option<Instant>,
    version: i64,
}

macro_rules! rows {
    ($tail:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            Row,
            r#"select r.id, r.payment_id, p.bank_reference as "bank_reference!", m.display_name as payer, p.amount_minor as expected_minor, r.direction,
                 r.amount_minor, r.currency, r.booked_on::text as "booked_on!", r.statement_reference, r.note, r.state, b.display_name as recorded_by,
                 r.recorded_by as recorded_by_id, r.recorded_at, d.display_name as "decided_by?", r.decided_at, r.version
               from ledger.bank_receipt r
               join ledger.payment p on p.workspace_id = r.workspace_id and p.id = r.payment_id
               join kernel.member m on m.workspace_id = p.workspace_id and m.id = p.payer_id
               join kernel.member b on b.workspace_id = r.workspace_id and b.id = r.recorded_by
               left join kernel.member d on d.workspace_id = r.workspace_id and d.id = r.decided_by
               where r.workspace_id = $1 "# + $tail,
            $($arg),*
        )
    };
}

async fn views(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<BankReceiptView>> {
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut evidence = files::of(tx, &ids).await?;
    rows.into_iter()
        .map(|r| {
            Ok(BankReceiptView {
                expected: stored(r.expected_minor, &r.currency)?.into(),
                amount: stored(r.amount_minor, &r.currency)?.into(),
                files: evidence.remove(&r.id).unwrap_or_default(),
                id: r.id,
                payment_id: r.payment_id,
                bank_reference: r.bank_reference,
                payer: r.payer,
                direction: r.direction,
                booked_on: r.booked_on,
                statement_reference: r.statement_reference,
                note: r.note,
                state: r.state,
                recorded_by: r.recorded_by,
                recorded_by_id: r.recorded_by_id,
                recorded_at: r.recorded_at,
                decided_by: r.decided_by,
                decided_at: r.decided_at,
                version: r.version,
            })
        })
        .collect()
}

/// Which receipts are asked for.
pub struct ReceiptQuery {
    /// Only those in this state.
    pub state: Option<&'static str>,
    /// Which page.
    pub paging: Paging,
}

impl Input for ReceiptQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            state: r.choice_opt("state", STATES),
            paging: Paging::read(r),
        }
    }
}

/// The workspace's receipts, the newest first.
///
/// # Errors
/// 400 `invalid_cursor`, or the database's.
pub async fn list(cx: &Cx, query: &ReceiptQuery) -> Result<Page<BankReceiptView>> {
    let position = query.paging.position::<(Instant, Uuid)>()?;
    let far = (Instant::from_unix_seconds(i64::MAX), Uuid::max());
    let (back, (at, last)) = position.as_ref().map_or((false, far), |p| (p.back, p.key));
    let limit = query.paging.limit + 1;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let rows = if back {
        rows!(
            "and (r.recorded_at, r.id) > ($2, $3) and ($4::text is null or r.state = $4) order by r.recorded_at, r.id limit $5",
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
            "and (r.recorded_at, r.id) < ($2, $3) and ($4::text is null or r.state = $4) order by r.recorded_at desc, r.id desc limit $5",
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
        r#"select count(*) as "n!" from (select 1 from ledger.bank_receipt where workspace_id = $1
             and ($2::text is null or state = $2) limit 10001) as c"#,
        workspace,
        query.state
    )
    .fetch_one(&mut *tx)
    .await?;
    let rows = views(&mut tx, rows).await?;
    tx.finish().await?;
    Ok(Page::of(rows, &query.paging, position.as_ref(), |r| {
        (r.recorded_at, r.id)
    })
    .with_total(total))
}

/// One receipt.
///
/// # Errors
/// Not found.
pub async fn show(cx: &Cx, id: Uuid) -> Result<BankReceiptView> {
    if !cx.can("bank_receipt.show", &[]) {
        return Err(Error::NotFound);
    }
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let rows = rows!("and r.id = $2", workspace, id)
        .fetch_all(&mut *tx)
        .await?;
    let found = views(&mut tx, rows).await?.into_iter().next();
    tx.finish().await?;
    found.ok_or(Error::NotFound)
}

/// A payment by bank transfer, as the finance desk sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BankTransferView {
    /// The payment's id.
    pub payment_id: Uuid,
    /// The reference on the transfer.
    pub bank_reference: String,
    /// The payer's name.
    pub payer: String,
    /// What the payment asks for.
    pub amount: base::money::View,
    /// What has come and is not the payment's: less or more than it, or too late.
    pub unmatched: base::money::View,
    /// The payment's state.
    pub state: String,
    /// When it was announced.
    pub created_at: Instant,
}

/// Which transfers are asked for.
pub struct TransferQuery {
    /// Only those that are awaited, or have money that does not fit.
    pub open: bool,
    /// Which page.
    pub paging: Paging,
}

impl Input for TransferQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            open: r.flag("open"),
            paging: Paging::read(r),
        }
    }
}

/// Payments by bank transfer, the newest first.
///
/// # Errors
/// 400 `invalid_cursor`, or the database's.
pub async fn transfers(cx: &Cx, query: &TransferQuery) -> Result<Page<BankTransferView>> {
    struct Row {
        id: Uuid,
        bank_reference: String,
        payer: String,
        amount_minor: i64,
        currency: String,
        unmatched: i64,
        state: String,
        created_at: Instant,
    }
    macro_rules! rows {
        ($tail:literal, $($arg:expr),*) => {
            sqlx::query_as!(
                Row,
                r#"select p.id, p.bank_reference as "bank_reference!", m.display_name as payer, p.amount_minor, p.currency, p.state, p.created_at,
                     coalesce(a.balance_minor, 0) as "unmatched!"
                   from ledger.payment p
                   join kernel.member m on m.workspace_id = p.workspace_id and m.id = p.payer_id
                   left join ledger.account a on a.workspace_id = p.workspace_id and a.owner_id = p.id and a.kind = 'bank_unmatched'
                   where p.workspace_id = $1 and p.bank_reference is not null
                     and (not $2 or p.state = 'awaiting_transfer' or a.balance_minor > 0) "# + $tail,
                $($arg),*
            )
        };
    }
    let position = query.paging.position::<(Instant, Uuid)>()?;
    let far = (Instant::from_unix_seconds(i64::MAX), Uuid::max());
    let (back, (at, last)) = position.as_ref().map_or((false, far), |p| (p.back, p.key));
    let limit = query.paging.limit + 1;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let rows = if back {
        rows!(
            "and (p.created_at, p.id) > ($3, $4) order by p.created_at, p.id limit $5",
            workspace,
            query.open,
            at as _,
            last,
            limit
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        rows!(
            "and (p.created_at, p.id) < ($3, $4) order by p.created_at desc, p.id desc limit $5",
            workspace,
            query.open,
            at as _,
            last,
            limit
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from ledger.payment p
             left join ledger.account a on a.workspace_id = p.workspace_id and a.owner_id = p.id and a.kind = 'bank_unmatched'
             where p.workspace_id = $1 and p.bank_reference is not null
               and (not $2 or p.state = 'awaiting_transfer' or a.balance_minor > 0) limit 10001) as c"#,
        workspace,
        query.open
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let rows = rows.into_iter().map(|r| {
        Ok(BankTransferView {
            amount: stored(r.amount_minor, &r.currency)?.into(),
            unmatched: stored(r.unmatched, &r.currency)?.into(),
            payment_id: r.id,
            bank_reference: r.bank_reference,
            payer: r.payer,
            state: r.state,
            created_at: r.created_at,
        })
    });
    let rows = rows.collect::<Result<Vec<_>>>()?;
    Ok(Page::of(rows, &query.paging, position.as_ref(), |r| {
        (r.created_at, r.payment_id)
    })
    .with_total(total))
}
