//! The pages of papers: a list, and the paper itself, made to be printed.

use super::{InvoiceQuery, InvoiceView};
use kernel::{Cx, Result, list::Page, page};
use maud::html;
use ui::{
    Icon,
    parts::{
        Column, ListPage, MoneyLine, Tab, Table, clear_filters, description_list, empty_state,
        money, money_lines, pager, tabs, time_exact,
    },
};

/// The words for a kind of paper.
pub(super) fn kind(cx: &Cx, kind: &str) -> String {
    cx.t(&format!("ledger-invoice-{}", kind.replace('_', "-")))
}

pub(super) async fn list(
    cx: &Cx,
    query: &InvoiceQuery,
    papers: &Page<InvoiceView>,
) -> Result<axum::response::Response> {
    let base = |of: Option<&str>| match of {
        Some(of) => cx.href(&format!("/invoices?kind={of}")),
        None => cx.href("/invoices"),
    };
    let mut views = vec![Tab::new(
        cx.t("ledger-invoice-all"),
        base(None),
        query.kind.is_none(),
    )];
    for one in ["receipt", "earning", "credit_note"] {
        views.push(Tab::new(
            kind(cx, one),
            base(Some(one)),
            query.kind == Some(one),
        ));
    }
    let turn = |cursor: &Option<String>| {
        let joint = if query.kind.is_some() { '&' } else { '?' };
        cursor
            .as_ref()
            .map(|c| format!("{}{joint}cursor={c}", base(query.kind)))
    };
    let (next, prev) = (turn(&papers.next), turn(&papers.prev));
    let total = papers
        .total
        .map(|n| cx.tr("ledger-invoices-count", &[("n", n.into())]));
    let body = if papers.rows.is_empty() && query.kind.is_some() {
        empty_state(
            Icon::Receipt,
            cx.t("ledger-invoices-none-such"),
            cx.t("ledger-invoices-none-such-text"),
            clear_filters(cx.locale, base(None)),
        )
    } else if papers.rows.is_empty() {
        empty_state(
            Icon::Receipt,
            cx.t("ledger-invoices-empty"),
            cx.t("ledger-invoices-empty-text"),
            crate::finance::way(cx, "ledger-to-contracts", "/contracts"),
        )
    } else {
        let columns = vec![
            Column::text(cx.t("ledger-invoice-number")),
            Column::text(cx.t("ledger-invoice-kind")),
            Column::text(cx.t("ledger-invoice-for")),
            Column::text(cx.t("ledger-invoice-issued")),
            Column::number(cx.t("ledger-sum")),
        ];
        let table = Table::new(cx.t("ledger-invoices"), columns).rows(papers.rows.iter().map(|p| {
            vec![
                html! { a href=(cx.href(&format!("/invoices/{}", p.id))) { bdi dir="ltr" { (p.number) } } },
                html! { (kind(cx, &p.kind)) },
                html! { bdi { (p.title) } },
                time_exact(cx.locale, p.issued_at),
                money(cx.locale, p.sums.net),
            ]
        }));
        html! { (table) }
    };
    let title = cx.t("ledger-invoices");
    let pager = (next.is_some() || prev.is_some()).then(|| {
        pager(
            cx.locale,
            prev.as_deref(),
            next.as_deref(),
            total.as_deref(),
        )
    });
    let view = ListPage {
        title: title.clone(),
        count: total.clone(),
        lead: Some(cx.t("ledger-invoices-lead")),
        views: Some(tabs(&cx.t("ledger-invoices"), &views)),
        body,
        pager,
        ..Default::default()
    };
    page::page(cx, title, html! { (view) }).await
}

pub(super) async fn one(cx: &Cx, p: &InvoiceView) -> Result<axum::response::Response> {
    let title = cx.tr(
        "ledger-invoice-title",
        &[
            ("kind", kind(cx, &p.kind).into()),
            ("number", p.number.as_str().into()),
        ],
    );
    let party = |name: &str| html! { bdi { (name) } };
    let mut facts = vec![
        (
            cx.t("ledger-invoice-number"),
            html! { bdi dir="ltr" { (p.number) } },
        ),
        (
            cx.t("ledger-invoice-issued"),
            time_exact(cx.locale, p.issued_at),
        ),
        (cx.t("ledger-invoice-issuer"), party(&p.issuer_name)),
        (cx.t("ledger-invoice-recipient"), party(&p.recipient_name)),
    ];
    let earning = p.kind == "earning";
    if !p.other_name.is_empty() {
        let label = if earning {
            "ledger-invoice-payer"
        } else {
            "ledger-invoice-payee"
        };
        facts.push((cx.t(label), party(&p.other_name)));
    }
    facts.push((
        cx.t("ledger-invoice-for"),
        html! { a href=(p.href) { bdi { (p.title) } } " · " (cx.t(&format!("ledger-invoice-item-{}", p.item_kind))) },
    ));
    let sum = match p.kind.as_str() {
        "earning" => "ledger-invoice-net-earned",
        "receipt" => "ledger-invoice-net-paid",
        _ => "ledger-invoice-net-back",
    };
    let lines = [
        MoneyLine::new(cx.t("ledger-invoice-gross"), p.sums.gross),
        MoneyLine::new(cx.t("ledger-invoice-fee"), p.sums.fee),
        MoneyLine::new(cx.t("ledger-invoice-tax"), p.sums.tax),
        MoneyLine::total(cx.t(sum), p.sums.net),
    ];
    let body = html! {
        article.measure.stack {
            h1 { (title) }
            (description_list(&facts))
            (money_lines(cx.locale, &lines))
            p.hint { (cx.t("ledger-invoice-print-hint")) }
        }
    };
    let trail = vec![(cx.t("ledger-invoices"), cx.href("/invoices"))];
    page::page_under(cx, title, trail, body).await
}
