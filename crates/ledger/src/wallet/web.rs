//! The wallet and its statement: API and pages.

use super::{
    Line, StatementEntryView, StatementQuery, Sums, WalletView, href_of, lines, show, statement,
    sums,
};
use crate::words;
use axum::{response::Response, routing::get};
use http::Method;
use kernel::{Cx, Query, Result, Route, extract, list::Page, page};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{
        Button, Figure, ListPage, MoneyState, Statement, StatementLine, Tab, empty_state, figures,
        money, money_state, pager, tabs,
    },
};

const WALLET: &str = "/w/{workspace}/wallet";
/// Entries that the wallet itself shows.
const RECENT: i64 = 5;
const STATEMENT: &str = "/w/{workspace}/wallet/statement";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::GET, WALLET, "wallet.show", get(api_show))
            .product("market")
            .permission("wallet.show")
            .answers::<WalletView>(200),
        Route::api(
            Method::GET,
            STATEMENT,
            "wallet.statement",
            get(api_statement),
        )
        .product("market")
        .permission("wallet.statement")
        .query::<StatementQuery>()
        .lists::<StatementEntryView>(),
        Route::page(Method::GET, WALLET, "wallet.show", get(wallet_page))
            .product("market")
            .permission("wallet.show"),
        Route::page(
            Method::GET,
            STATEMENT,
            "wallet.statement",
            get(statement_page),
        )
        .product("market")
        .permission("wallet.statement")
        .query::<StatementQuery>(),
    ]
}

/// The way back from a page that the wallet leads to.
pub(crate) fn trail(cx: &Cx) -> Vec<(String, String)> {
    vec![(cx.t("ledger-wallet"), cx.href("/wallet"))]
}

async fn api_show(cx: Cx) -> Result<Response> {
    Ok(extract::data(&show(&cx).await?))
}

async fn api_statement(cx: Cx, Query(query): Query<StatementQuery>) -> Result<Response> {
    Ok(statement(&cx, &query).await?.answer())
}

async fn wallet_page(cx: Cx) -> Result<Response> {
    let all = sums(&cx).await?;
    let has = |right: &str| cx.member().is_ok_and(|m| m.grants.has(right));
    let quiet = |key: &str, path: &str| Button::quiet(cx.t(key)).href(cx.href(path));
    // What may be withdrawn is the act of whoever earns; whoever pays has their cards first.
    // The page of withdrawals works in the workspace's currency.
    let home = cx.workspace()?.currency;
    let ready = all
        .iter()
        .find(|s| s.available.currency == home && s.free().minor > 0);
    let may_withdraw =
        cx.can("payout.request", &["own"]) && (has("proposal.submit") || ready.is_some());
    let actions = html! {
        @if let (true, Some(sums)) = (may_withdraw, ready) {
            @let sum = ui::text::money(cx.locale, sums.free());
            (Button::primary(cx.tr("ledger-withdraw-sum", &[("amount", sum.into())])).icon(Icon::ArrowRight).href(cx.href("/payouts/new")))
        }
        @if has("project.create") { (quiet("ledger-methods", "/payment-methods").icon(Icon::CreditCard)) }
        @if may_withdraw {
            (quiet("ledger-payouts", "/payouts"))
            (quiet("ledger-destinations", "/destinations"))
        }
        (quiet("ledger-invoices", "/invoices").icon(Icon::Receipt))
    };
    let recent = recent(&cx).await?;
    // Who only pays is not told of earnings that cannot come; who once earned keeps what was.
    let earns = has("proposal.submit") || recent.is_some() || all.iter().any(Sums::has_earned);
    let body = html! {
        div.stack-wide {
            div.stack { @for one in &all { (currency(&cx, one, earns, all.len() > 1)) } }
            @if let Some(recent) = recent { (recent) }
            @else if earns { (no_entries(&cx)) }
            @else if all.iter().all(|s| s.escrowed.minor == 0) {
                (empty_state(
                    Icon::Lock,
                    cx.t("ledger-nothing-held"),
                    cx.t("ledger-nothing-held-text"),
                    crate::finance::way(&cx, "ledger-to-contracts", "/contracts"),
                ))
            }
        }
    };
    let title = cx.t("ledger-wallet");
    let lead = earns.then(|| cx.t("ledger-wallet-lead"));
    page::page(
        &cx,
        title.clone(),
        html! { (ListPage { title, lead, actions: Some(actions), body, ..Default::default() }) },
    )
    .await
}

/// The newest entries, and the way to all of them, where there are any.
async fn recent(cx: &Cx) -> Result<Option<Markup>> {
    if !cx.can("wallet.statement", &["own"]) {
        return Ok(None);
    }
    let query = StatementQuery {
        account: "available",
        currency: None,
        paging: kernel::list::Paging::first(RECENT),
    };
    let page = lines(cx, &query).await?;
    Ok((!page.rows.is_empty()).then(|| {
        html! {
            section.stack {
                (table(cx, &page, cx.t("ledger-recent")))
                a href=(cx.href("/wallet/statement")) { (cx.t("ledger-all-entries")) }
            }
        }
    }))
}

/// That nothing has moved yet, and where that begins.
fn no_entries(cx: &Cx) -> Markup {
    empty_state(
        Icon::Receipt,
        cx.t("ledger-statement-empty"),
        cx.t("ledger-statement-empty-text"),
        crate::finance::way(cx, "ledger-to-contracts", "/contracts"),
    )
}

fn currency(cx: &Cx, s: &Sums, earns: bool, named: bool) -> Markup {
    let code = s.available.currency.code();
    let to = |account: &str| {
        Some(cx.href(&format!(
            "/wallet/statement?account={account}&currency={code}"
        )))
    };
    let figure = |key: &str, value: Markup, note: Option<String>, href: Option<String>| Figure {
        label: cx.t(key),
        value,
        note,
        href,
    };
    let next = s.next.map(|(at, sum)| {
        cx.tr(
            "ledger-next-clearing",
            &[
                ("amount", ui::text::money(cx.locale, sum).into()),
                ("date", ui::text::date(cx.locale, at).into()),
            ],
        )
    });
    let held = (s.held.minor > 0).then(|| {
        cx.tr(
            "ledger-held",
            &[("amount", ui::text::money(cx.locale, s.held).into())],
        )
    });
    let earned = [
        figure(
            "ledger-available",
            money_state(cx.locale, MoneyState::Available, s.available),
            Some(cx.t("ledger-available-note")),
            to("available"),
        ),
        figure(
            "ledger-pending",
            money_state(cx.locale, MoneyState::Pending, s.pending),
            next.or_else(|| Some(cx.t("ledger-pending-note"))),
            to("pending"),
        ),
        figure(
            "ledger-in-transit",
            money(cx.locale, s.in_transit),
            Some(cx.t("ledger-in-transit-note")),
            Some(cx.href("/payouts")),
        ),
    ];
    let mut all: Vec<Figure> = earned.into_iter().filter(|_| earns).collect();
    if s.escrowed.minor > 0 || !earns {
        let note = Some(cx.t("ledger-escrowed-note"));
        all.push(figure(
            "ledger-escrowed",
            money_state(cx.locale, MoneyState::Held, s.escrowed),
            note,
            Some(cx.href("/contracts")),
        ));
    }
    html! {
        section aria-label=(code) {
            @if named { h2 { bdi dir="ltr" { (code) } } }
            (figures(&all))
            @if s.owed.minor > 0 {
                @let owed = cx.tr("ledger-owed", &[("amount", ui::text::money(cx.locale, s.owed).into())]);
                p.hint { a href=(cx.href("/wallet/holds")) { (owed) } }
            }
            @if let Some(held) = held { p.hint { a href=(cx.href("/wallet/holds")) { (held) } } }
        }
    }
}

async fn statement_page(cx: Cx, Query(query): Query<StatementQuery>) -> Result<Response> {
    let rows = lines(&cx, &query).await?;
    let currency = query.currency.unwrap_or(cx.workspace()?.currency);
    let base = |account: &str| {
        cx.href(&format!(
            "/wallet/statement?account={account}&currency={}",
            currency.code()
        ))
    };
    let label = |account: &str| cx.t(&format!("ledger-{account}"));
    let views = tabs(
        &cx.t("ledger-statement"),
        &["available", "pending"].map(|a| Tab::new(label(a), base(a), query.account == a)),
    );
    let turn = |cursor: &Option<String>| {
        cursor
            .as_ref()
            .map(|c| format!("{}&cursor={c}", base(query.account)))
    };
    let (next, prev) = (turn(&rows.next), turn(&rows.prev));
    let total = rows
        .total
        .map(|n| cx.tr("ledger-entries", &[("n", n.into())]));
    let body = if rows.rows.is_empty() {
        no_entries(&cx)
    } else {
        table(
            &cx,
            &rows,
            cx.tr(
                "ledger-statement-of",
                &[
                    ("account", label(query.account).into()),
                    ("currency", currency.code().into()),
                ],
            ),
        )
    };
    let title = cx.t("ledger-statement");
    let trail = trail(&cx);
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
        lead: Some(cx.t("ledger-statement-lead")),
        views: Some(views),
        body,
        pager,
        ..Default::default()
    };
    page::page_under(&cx, title, trail, html! { (view) }).await
}

/// Newest first: what stands now is above, what stood before the page's first entry below.
fn table(cx: &Cx, page: &Page<Line>, caption: String) -> Markup {
    let entries = page.rows.iter().map(|l| StatementLine {
        at: l.at,
        cause: html! {
            @match href_of(&l.cause) {
                Some(path) => { a href=(cx.href(&path)) { (words(cx, "ledger-kind", &l.kind)) } }
                None => { (words(cx, "ledger-kind", &l.kind)) }
            }
            @if let Some(paper) = &l.paper {
                " · " a href=(cx.href(&format!("/invoices/{}", paper.id))) { bdi dir="ltr" { (paper.number) } }
            }
        },
        sum: l.amount,
        balance: l.balance,
    });
    html! { (Statement { caption, opening: None, lines: entries.collect(), closing: None, locale: cx.locale }) }
}
