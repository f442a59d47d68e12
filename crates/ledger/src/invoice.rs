//! Papers: the client's receipt and the freelancer's earning statement of a release, the credit
//! note of a refund. Each is issued once, with what it is issued for, under a number without a gap
//! per workspace and kind, and never changes.

mod page;
mod show;
pub(crate) mod web;

pub use show::{
    InvoiceLineView, InvoiceQuery, InvoiceView, Short, list, of_items, of_record, show,
};

use base::{Instant, Money};
use kernel::{BoxFuture, Error, Result, Tx, events::Event, tx::AtCommit};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

/// What a release came to, for its papers.
#[derive(Debug, Clone)]
pub struct Released<'a> {
    /// `milestone`, `bonus` or `order`.
    pub item_kind: &'static str,
    /// The milestone, bonus or order: its papers are issued once.
    pub item_id: Uuid,
    /// Who paid.
    pub client: Uuid,
    /// Who earned.
    pub freelancer: Uuid,
    /// What it was for, as the papers say it for ever.
    pub title: &'a str,
    /// Where the record's page lies below the workspace, such as `/contracts/`.
    pub record_path: &'static str,
    /// The record of that page.
    pub record_id: Uuid,
    /// What was released, both fees aside.
    pub gross: Money,
    /// What the client paid on top.
    pub client_fee: Money,
    /// What the platform kept of `gross`.
    pub payee_fee: Money,
    /// The fee schedule's version.
    pub fee_version: i32,
}

/// A paper before it has its number.
struct Paper {
    id: Uuid,
    kind: &'static str,
    recipient: Uuid,
    other: String,
    name: String,
    item_kind: &'static str,
    item_id: Uuid,
    title: String,
    record_path: &'static str,
    record_id: Uuid,
    gross: Money,
    fee: Money,
    fee_version: Option<i32>,
}

/// Issues the receipt and the earning statement of a release in the caller's transaction, after
/// its [`crate::post`]: the numbers are given last before the commit.
///
/// # Errors
/// The database's; at commit 409 `invoice_exists` for an item that has its papers.
pub async fn of_release(tx: &mut Tx, released: &Released<'_>) -> Result<()> {
    let names = names(tx, &[released.client, released.freelancer]).await?;
    let name = |of: Uuid| {
        let found = names.iter().find(|(id, _)| *id == of);
        found.map(|(_, name)| name.clone()).unwrap_or_default()
    };
    let paper = |kind, recipient, other, fee| Paper {
        id: base::id::new(),
        kind,
        recipient,
        other: name(other),
        name: name(recipient),
        item_kind: released.item_kind,
        item_id: released.item_id,
        title: released.title.to_owned(),
        record_path: released.record_path,
        record_id: released.record_id,
        gross: released.gross,
        fee,
        fee_version: Some(released.fee_version),
    };
    let (client, freelancer) = (released.client, released.freelancer);
    let papers = vec![
        paper("earning", freelancer, client, released.payee_fee),
        paper("receipt", client, freelancer, released.client_fee),
    ];
    issue(tx, papers)
}

/// Issues the credit note of a refund that the provider has made.
pub(crate) async fn of_refund(
    tx: &mut Tx,
    refund: Uuid,
    payer: Uuid,
    payment: Uuid,
    item: Option<Uuid>,
    amount: Money,
    client_fee: Money,
) -> Result<()> {
    let workspace = tx.workspace();
    let names = names(tx, &[payer]).await?;
    let receipt = match item {
        Some(item) => {
            sqlx::query!(
                "select title, other_name from ledger.invoice where workspace_id = $1 and item_id = $2 and kind = 'receipt'",
                workspace,
                item
            )
            .fetch_optional(&mut **tx)
            .await?
        }
        None => None,
    };
    let locale = tx.cx().workspace()?.locale;
    let (title, other) = receipt.map_or_else(
        || (ui::t(locale, "ledger-invoice-refund-title"), String::new()),
        |r| (r.title, r.other_name),
    );
    let gross = Money::new(amount.minor - client_fee.minor, amount.currency);
    let note = Paper {
        id: base::id::new(),
        kind: "credit_note",
        recipient: payer,
        other,
        name: names
            .into_iter()
            .next()
            .map(|(_, name)| name)
            .unwrap_or_default(),
        item_kind: "refund",
        item_id: refund,
        title,
        record_path: "/payments/",
        record_id: payment,
        gross,
        fee: client_fee,
        fee_version: None,
    };
    issue(tx, vec![note])
}

async fn names(tx: &mut Tx, members: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        "select id, display_name from kernel.member where workspace_id = $1 and id = any($2)",
        workspace,
        members
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.display_name)).collect())
}

fn issue(tx: &mut Tx, papers: Vec<Paper>) -> Result<()> {
    let issuer = tx.cx().workspace()?.name.clone();
    for paper in &papers {
        let kind = match paper.kind {
            "earning" => "earning_issued",
            "receipt" => "receipt_issued",
            _ => "credit_note_issued",
        };
        let paid = paper.net().unwrap_or(paper.gross);
        let notify = json!({"member": paper.recipient, "kind": kind, "href": format!("/invoices/{}", paper.id),
            "args": {"amount": ui::text::money(ui::Locale::En, paid), "title": paper.title}});
        tx.emit(Event::new(
            "ledger.invoice_issued",
            "invoice",
            paper.id,
            1,
            json!({"kind": paper.kind, "item_kind": paper.item_kind, "item_id": paper.item_id, "recipient_id": paper.recipient,
                   "amount_minor": paid.minor, "currency": paid.currency.code(), "notify": [notify]}),
        ));
    }
    let workspace = tx.workspace();
    tx.at_commit(Box::new(Ready {
        workspace,
        issuer,
        papers,
    }));
    Ok(())
}

impl Paper {
    /// What was paid, or earned.
    fn net(&self) -> Option<Money> {
        if self.kind == "earning" {
            self.gross.minus(self.fee).ok()
        } else {
            self.gross.plus(self.fee).ok()
        }
    }
}

struct Ready {
    workspace: Uuid,
    issuer: String,
    papers: Vec<Paper>,
}

impl AtCommit for Ready {
    fn run<'a>(
        mut self: Box<Self>,
        connection: &'a mut PgConnection,
        now: Instant,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            // Series are locked in the order of their names, by everyone.
            self.papers.sort_by_key(|paper| paper.kind);
            for paper in &self.papers {
                number(connection, self.workspace, &self.issuer, paper, now).await?;
            }
            Ok(())
        })
    }
}

/// Takes the next number of the kind and writes the paper under it, in one statement.
async fn number(
    connection: &mut PgConnection,
    workspace: Uuid,
    issuer: &str,
    paper: &Paper,
    now: Instant,
) -> Result<()> {
    let net = paper
        .net()
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("a paper's sums do not fit")))?;
    sqlx::query!(
        "with taken as (
             insert into ledger.invoice_series (workspace_id, kind, next_number) values ($1, $3, 2)
             on conflict (workspace_id, kind) do update set next_number = ledger.invoice_series.next_number + 1
             returning next_number - 1 as number)
         insert into ledger.invoice (workspace_id, id, kind, number, recipient_id, item_kind, item_id, record_id, record_path, title,
             issuer_name, recipient_name, other_name, currency, gross_minor, fee_minor, net_minor, fee_version, issued_at)
         select $1, $2, $3, taken.number, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18 from taken",
        workspace,
        paper.id,
        paper.kind,
        paper.recipient,
        paper.item_kind,
        paper.item_id,
        paper.record_id,
        paper.record_path,
        paper.title,
        issuer,
        paper.name,
        paper.other,
        paper.gross.currency.code(),
        paper.gross.minor,
        paper.fee.minor,
        net.minor,
        paper.fee_version,
        now as _
    )
    .execute(connection)
    .await?;
    Ok(())
}
