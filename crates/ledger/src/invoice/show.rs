//! Papers as answers and pages show them: each member their own, those who keep the books all.

use crate::account::stored;
use base::{Instant, Money};
use kernel::{
    Cx, Error, Input, Reader, Result, Tx,
    list::{Page, Paging},
};
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// A paper as it was issued.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InvoiceView {
    /// Its id.
    pub id: Uuid,
    /// `receipt`, `earning` or `credit_note`.
    pub kind: String,
    /// Its number, without a gap per workspace and kind: `R-000012`.
    pub number: String,
    /// The member it was issued to.
    pub recipient_id: Uuid,
    /// Their name then.
    pub recipient_name: String,
    /// Who issued it: the workspace's name then.
    pub issuer_name: String,
    /// The other side's name then; empty where there is none.
    pub other_name: String,
    /// What it is for: `milestone`, `bonus`, `order` or `refund`.
    pub item_kind: String,
    /// The milestone, bonus, order or refund.
    pub item_id: Uuid,
    /// What it was for, in words.
    pub title: String,
    /// Line by line: the parts and the sum.
    pub lines: Vec<InvoiceLineView>,
    /// The amount both fees aside.
    pub gross: base::money::View,
    /// The platform's fee: on top for the client, taken from the freelancer.
    pub fee: base::money::View,
    /// Tax, of which there is none so far.
    pub tax: base::money::View,
    /// What was paid, received or given back.
    pub net: base::money::View,
    /// Version of the fee schedule, where fees were taken.
    pub fee_version: Option<i32>,
    /// When it was issued.
    pub issued_at: Instant,
    /// Page of the contract or payment it belongs to.
    pub href: String,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) sums: Sums,
}

/// One line of a paper.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct InvoiceLineView {
    /// `gross`, `platform_fee`, `tax` or `net`.
    pub kind: String,
    /// Positive is added, negative is taken; `net` is the sum of the others.
    pub amount: base::money::View,
}

/// The sums behind a paper's view.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sums {
    pub gross: Money,
    /// Negative where it was taken.
    pub fee: Money,
    pub tax: Money,
    pub net: Money,
}

/// A paper's number and id, for a link.
#[derive(Debug, Clone)]
pub struct Short {
    /// Its id: the page is `/invoices/ID`.
    pub id: Uuid,
    /// `receipt`, `earning` or `credit_note`.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// What it was issued for.
    pub item_id: Uuid,
    /// What it was for, in words.
    pub title: String,
    /// What was paid, received or given back.
    pub net: Money,
    /// When it was issued.
    pub issued_at: Instant,
}

/// A number as papers carry it.
#[must_use]
pub(crate) fn numbered(kind: &str, number: i64) -> String {
    let letter = match kind {
        "earning" => 'E',
        "receipt" => 'R',
        _ => 'C',
    };
    format!("{letter}-{number:06}")
}

struct Row {
    id: Uuid,
    kind: String,
    number: i64,
    recipient_id: Uuid,
    item_kind: String,
    item_id: Uuid,
    record_id: Uuid,
    record_path: String,
    title: String,
    issuer_name: String,
    recipient_name: String,
    other_name: String,
    currency: String,
    gross_minor: i64,
    fee_minor: i64,
    tax_minor: i64,
    net_minor: i64,
    fee_version: Option<i32>,
    issued_at: Instant,
}

impl Row {
    fn view(self, cx: &Cx) -> Result<InvoiceView> {
        let taken = if self.kind == "earning" { -1 } else { 1 };
        let sums = Sums {
            gross: stored(self.gross_minor, &self.currency)?,
            fee: stored(self.fee_minor * taken, &self.currency)?,
            tax: stored(self.tax_minor * taken, &self.currency)?,
            net: stored(self.net_minor, &self.currency)?,
        };
        let line = |kind: &str, amount: Money| InvoiceLineView {
            kind: kind.to_owned(),
            amount: amount.into(),
        };
        Ok(InvoiceView {
            number: numbered(&self.kind, self.number),
            href: cx.href(&format!("{}{}", self.record_path, self.record_id)),
            lines: vec![
                line("gross", sums.gross),
                line("platform_fee", sums.fee),
                line("tax", sums.tax),
                line("net", sums.net),
            ],
            id: self.id,
            kind: self.kind,
            recipient_id: self.recipient_id,
            recipient_name: self.recipient_name,
            issuer_name: self.issuer_name,
            other_name: self.other_name,
            item_kind: self.item_kind,
            item_id: self.item_id,
            title: self.title,
            gross: sums.gross.into(),
            fee: stored(self.fee_minor, &self.currency)?.into(),
            tax: stored(self.tax_minor, &self.currency)?.into(),
            net: sums.net.into(),
            fee_version: self.fee_version,
            issued_at: self.issued_at,
            sums,
        })
    }
}

/// One paper, for its recipient and for those who keep the books.
///
/// # Errors
/// Not found for anyone else's.
pub async fn show(cx: &Cx, id: Uuid) -> Result<InvoiceView> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let row = sqlx::query_as!(
        Row,
        r#"select id, kind, number, recipient_id, item_kind, item_id, record_id, record_path, title, issuer_name, recipient_name,
             other_name, currency, gross_minor, fee_minor, tax_minor, net_minor, fee_version, issued_at as "issued_at: Instant"
           from ledger.invoice where workspace_id = $1 and id = $2"#,
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    tx.finish().await?;
    if !cx.can("invoice.show", &crate::own(cx, row.recipient_id)) {
        return Err(Error::NotFound);
    }
    row.view(cx)
}

/// Which papers are asked for.
pub struct InvoiceQuery {
    /// One kind alone.
    pub kind: Option<&'static str>,
    /// Which page.
    pub paging: Paging,
}

impl Input for InvoiceQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            kind: r.choice_opt("kind", &["receipt", "earning", "credit_note"]),
            paging: Paging::read(r),
        }
    }
}

/// The papers the actor may see, the newest first: their own, or all for those who keep the books.
///
/// # Errors
/// 400 `invalid_cursor`, or the database's.
pub async fn list(cx: &Cx, query: &InvoiceQuery) -> Result<Page<InvoiceView>> {
    let all = cx.grants("invoice.list", kernel::access::ANY);
    let me = cx.member()?.id;
    let position = query.paging.position::<(Instant, Uuid)>()?;
    let back = position.as_ref().is_some_and(|p| p.back);
    let key = position.as_ref().map(|p| p.key);
    let (at, after) = (key.map(|k| k.0), key.map(|k| k.1));
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let rows = if back {
        sqlx::query_as!(
            Row,
            r#"select id, kind, number, recipient_id, item_kind, item_id, record_id, record_path, title, issuer_name, recipient_name,
                 other_name, currency, gross_minor, fee_minor, tax_minor, net_minor, fee_version, issued_at as "issued_at: Instant"
               from ledger.invoice where workspace_id = $1 and ($2 or recipient_id = $3) and ($4::text is null or kind = $4)
                 and (issued_at, id) > ($5, $6) order by issued_at, id limit $7"#,
            workspace,
            all,
            me,
            query.kind,
            at as Option<Instant>,
            after,
            query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_as!(
            Row,
            r#"select id, kind, number, recipient_id, item_kind, item_id, record_id, record_path, title, issuer_name, recipient_name,
                 other_name, currency, gross_minor, fee_minor, tax_minor, net_minor, fee_version, issued_at as "issued_at: Instant"
               from ledger.invoice where workspace_id = $1 and ($2 or recipient_id = $3) and ($4::text is null or kind = $4)
                 and ($5::timestamptz is null or (issued_at, id) < ($5, $6)) order by issued_at desc, id desc limit $7"#,
            workspace,
            all,
            me,
            query.kind,
            at as Option<Instant>,
            after,
            query.paging.limit + 1
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from ledger.invoice
           where workspace_id = $1 and ($2 or recipient_id = $3) and ($4::text is null or kind = $4) limit 10001) as c"#,
        workspace,
        all,
        me,
        query.kind
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let rows = rows
        .into_iter()
        .map(|row| row.view(cx))
        .collect::<Result<Vec<_>>>()?;
    let page = Page::of(rows, &query.paging, position.as_ref(), |v| {
        (v.issued_at, v.id)
    });
    Ok(page.with_total(total))
}

struct ShortRow {
    id: Uuid,
    kind: String,
    number: i64,
    item_id: Uuid,
    title: String,
    net_minor: i64,
    currency: String,
    issued_at: Instant,
}

impl ShortRow {
    fn read(self) -> Result<Short> {
        Ok(Short {
            number: numbered(&self.kind, self.number),
            net: stored(self.net_minor, &self.currency)?,
            id: self.id,
            kind: self.kind,
            item_id: self.item_id,
            title: self.title,
            issued_at: self.issued_at,
        })
    }
}

/// A member's papers of a contract (or another record), the oldest first, at most 200.
///
/// # Errors
/// The database's.
pub async fn of_record(tx: &mut Tx, record: Uuid, member: Uuid) -> Result<Vec<Short>> {
    let workspace = tx.workspace();
    let rows = sqlx::query_as!(
        ShortRow,
        r#"select id, kind, number, item_id, title, net_minor, currency, issued_at as "issued_at: Instant"
           from ledger.invoice where workspace_id = $1 and record_id = $2 and recipient_id = $3 order by issued_at, id limit 200"#,
        workspace,
        record,
        member
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(ShortRow::read).collect()
}

/// A member's papers of these milestones, bonuses or orders.
///
/// # Errors
/// The database's.
pub async fn of_items(tx: &mut Tx, items: &[Uuid], member: Uuid) -> Result<HashMap<Uuid, Short>> {
    let workspace = tx.workspace();
    let rows = sqlx::query_as!(
        ShortRow,
        r#"select id, kind, number, item_id, title, net_minor, currency, issued_at as "issued_at: Instant"
           from ledger.invoice where workspace_id = $1 and item_id = any($2) and recipient_id = $3"#,
        workspace,
        items,
        member
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| Ok((row.item_id, row.read()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn numbers_name_their_kind() {
        assert_eq!(numbered("receipt", 12), "R-000012");
        assert_eq!(numbered("earning", 1), "E-000001");
        assert_eq!(numbered("credit_note", 1_234_567), "C-1234567");
    }
}
