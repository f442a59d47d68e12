//! What an amount costs the client and leaves the freelancer, by the fee schedule in force: the
//! same sums that are posted later.

use crate::policy;
use base::{Currency, Money};
use http::Method;
use kernel::{Cx, Error, Fault, Input, Query, Reader, Result, Route, Tx, extract};
use ledger::fees::FeeSchedule;
use serde::Serialize;
use ui::parts::MoneyLine;

/// An amount with the fees on either side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breakdown {
    /// The schedule's version.
    pub version: i32,
    /// What is agreed.
    pub amount: Money,
    /// What the client pays on top.
    pub client_fee: Money,
    /// What the client pays in all.
    pub client_total: Money,
    /// What is taken from the freelancer.
    pub payee_fee: Money,
    /// What the freelancer receives.
    pub payee_net: Money,
}

/// The fees of parts that are funded and released one by one; each is rounded on its own.
///
/// # Errors
/// Amounts whose sum does not fit.
pub fn of(fees: &FeeSchedule, parts: &[Money], currency: Currency) -> Result<Breakdown> {
    let zero = Money::zero(currency);
    let mut sums = (zero, zero, zero);
    let far = |e: base::money::MoneyError| Error::Internal(e.into());
    for part in parts {
        sums.0 = sums.0.plus(*part).map_err(far)?;
        sums.1 = sums
            .1
            .plus(part.split(fees.client_basis_points).0)
            .map_err(far)?;
        sums.2 = sums
            .2
            .plus(part.split(fees.payee_basis_points).0)
            .map_err(far)?;
    }
    Ok(Breakdown {
        version: fees.version,
        amount: sums.0,
        client_fee: sums.1,
        client_total: sums.0.plus(sums.1).map_err(far)?,
        payee_fee: sums.2,
        payee_net: sums.0.minus(sums.2).map_err(far)?,
    })
}

/// [`of`] by the schedule in force.
///
/// # Errors
/// The database's.
pub async fn current(tx: &mut Tx, parts: &[Money], currency: Currency) -> Result<Breakdown> {
    let fees = ledger::fees::current(tx).await?;
    of(&fees, parts, currency)
}

impl Breakdown {
    /// Line by line, as the client sees it.
    #[must_use]
    pub fn client_lines(&self, cx: &Cx) -> Vec<MoneyLine> {
        vec![
            MoneyLine::new(cx.t("market-quote-amount"), self.amount),
            MoneyLine::new(cx.t("market-quote-client-fee"), self.client_fee),
            MoneyLine::total(cx.t("market-quote-client-total"), self.client_total),
        ]
    }

    /// Line by line, as the freelancer sees it.
    #[must_use]
    pub fn freelancer_lines(&self, cx: &Cx) -> Vec<MoneyLine> {
        let fee = Money::new(-self.payee_fee.minor, self.payee_fee.currency);
        vec![
            MoneyLine::new(cx.t("market-quote-amount"), self.amount),
            MoneyLine::new(cx.t("market-quote-payee-fee"), fee),
            MoneyLine::total(cx.t("market-quote-payee-net"), self.payee_net),
        ]
    }
}

/// What is asked: an amount funded as one part.
pub struct QuoteQuery {
    amount_minor: i64,
    currency: Option<String>,
}
impl Input for QuoteQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            amount_minor: r.integer("amount_minor", 1, base::money::MAX_MINOR),
            currency: r.line_opt("currency", 3),
        }
    }
}

/// The fees of an amount.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct QuoteView {
    /// Version of the fee schedule it was reckoned by.
    pub fee_version: i32,
    /// What is agreed.
    pub amount: base::money::View,
    /// What the client pays on top.
    pub client_fee: base::money::View,
    /// What the client pays in all.
    pub client_total: base::money::View,
    /// What is taken from the freelancer.
    pub freelancer_fee: base::money::View,
    /// What the freelancer receives.
    pub freelancer_net: base::money::View,
}

async fn api_show(cx: Cx, Query(query): Query<QuoteQuery>) -> Result<axum::response::Response> {
    let own = cx.workspace()?.currency;
    let currency = query.currency.as_deref().unwrap_or(own.code());
    let amount = policy::money(query.amount_minor, currency)
        .map_err(|_| Error::Invalid(vec![Fault::new("/currency", "unknown_currency")]))?;
    if amount.currency != own {
        return Err(Error::invalid("/currency", "currency_not_accepted"));
    }
    let mut tx = cx.read().await?;
    let quote = current(&mut tx, &[amount], own).await?;
    tx.finish().await?;
    Ok(extract::data(&QuoteView {
        fee_version: quote.version,
        amount: quote.amount.into(),
        client_fee: quote.client_fee.into(),
        client_total: quote.client_total.into(),
        freelancer_fee: quote.payee_fee.into(),
        freelancer_net: quote.payee_net.into(),
    }))
}

/// The route of quotes.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::api(
            Method::GET,
            "/w/{workspace}/quotes",
            "quote.show",
            axum::routing::get(api_show),
        )
        .product("market")
        .permission("quote.show")
        .query::<QuoteQuery>()
        .answers::<QuoteView>(200),
    ]
}
