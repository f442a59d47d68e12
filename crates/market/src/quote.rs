//! What an amount costs the client and leaves the freelancer, by the fee schedule in force: the
//! same sums that are posted later.

use crate::policy;
use base::{Currency, Money};
use http::Method;
use kernel::{Body, Cx, Error, Fault, Input, Query, Reader, Result, Route, Tx, extract};
use ledger::fees::{FeeSchedule, Item, Side, Terms};
use serde::Serialize;
use ui::parts::MoneyLine;
use uuid::Uuid;

/// A fee schedule for what one project's contracts pay.
#[derive(Debug, Clone)]
pub struct Rates {
    /// The schedule.
    pub fees: FeeSchedule,
    /// Key of the project's category, as far as fees depend on it.
    pub category: Option<String>,
    /// One of [`ledger::fees::CONTRACT_TYPES`].
    pub contract_type: &'static str,
}

impl Rates {
    /// The same for another type of payment: `bonus`, `order`, …
    #[must_use]
    pub fn with_type(self, contract_type: &'static str) -> Self {
        Self {
            contract_type,
            ..self
        }
    }

    /// What an amount costs either side.
    #[must_use]
    pub fn terms(&self, amount: Money) -> Terms {
        self.fees.terms(&self.item(), amount)
    }

    /// The freelancer's rate for it; 100 are one percent.
    #[must_use]
    pub fn payee_basis_points(&self) -> u32 {
        self.fees.rule(Side::Payee, &self.item()).basis_points
    }

    /// What a milestone of this amount costs the freelancer by it.
    #[must_use]
    pub fn charge(&self, amount: Money) -> crate::milestone::show::Charge {
        crate::milestone::show::Charge {
            version: self.fees.version,
            basis_points: self.payee_basis_points(),
            fee: self.terms(amount).payee_fee,
        }
    }

    fn item(&self) -> Item<'_> {
        Item {
            category: self.category.as_deref(),
            contract_type: self.contract_type,
        }
    }
}

/// The schedule in force for what a project's contracts pay this freelancer.
///
/// # Errors
/// The database's.
pub async fn rates(tx: &mut Tx, project: Uuid, payee: Uuid) -> Result<Rates> {
    let fees = ledger::fees::current(tx, Some(payee)).await?;
    with_category(tx, fees, project).await
}

/// The schedule of a version for what a project's contracts pay this freelancer.
///
/// # Errors
/// Not found; the database's.
pub async fn rates_of(tx: &mut Tx, version: i32, project: Uuid, payee: Uuid) -> Result<Rates> {
    let fees = ledger::fees::by_version(tx, version, Some(payee)).await?;
    with_category(tx, fees, project).await
}

async fn with_category(tx: &mut Tx, fees: FeeSchedule, project: Uuid) -> Result<Rates> {
    let workspace = tx.workspace();
    // Most schedules have no rules for categories: then nothing depends on the project's.
    let category = if fees.rules.iter().all(|r| r.category.is_none()) {
        None
    } else {
        sqlx::query_scalar!(
            "select category from market.project where workspace_id = $1 and id = $2",
            workspace,
            project
        )
        .fetch_optional(&mut **tx)
        .await?
    };
    Ok(Rates {
        fees,
        category,
        contract_type: "fixed",
    })
}

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
pub fn of(rates: &Rates, parts: &[Money], currency: Currency) -> Result<Breakdown> {
    let zero = Money::zero(currency);
    let mut sums = (zero, zero, zero);
    let far = |e: base::money::MoneyError| Error::Internal(e.into());
    for part in parts {
        sums.0 = sums.0.plus(*part).map_err(far)?;
        let terms = rates.terms(*part);
        sums.1 = sums.1.plus(terms.client_fee).map_err(far)?;
        sums.2 = sums.2.plus(terms.payee_fee).map_err(far)?;
    }
    Ok(Breakdown {
        version: rates.fees.version,
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
pub async fn current(
    tx: &mut Tx,
    project: Uuid,
    payee: Uuid,
    parts: &[Money],
    currency: Currency,
) -> Result<Breakdown> {
    of(&rates(tx, project, payee).await?, parts, currency)
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
    category: Option<String>,
    contract_type: Option<&'static str>,
    plan: Option<&'static str>,
}
impl Input for QuoteQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            amount_minor: r.integer("amount_minor", 1, base::money::MAX_MINOR),
            currency: r.line_opt("currency", 3),
            category: r.line_opt("category", 41),
            contract_type: r.choice_opt("contract_type", ledger::fees::CONTRACT_TYPES),
            plan: r.choice_opt("plan", ledger::fees::PLANS),
        }
    }
}

/// What is asked: amounts funded and released one by one.
pub struct NewQuote {
    milestones: Vec<Part>,
    category: Option<String>,
    contract_type: Option<&'static str>,
    plan: Option<&'static str>,
}
struct Part(Money);
impl Input for Part {
    fn read(r: &mut Reader) -> Self {
        Self(r.money("amount"))
    }
}
impl Input for NewQuote {
    fn read(r: &mut Reader) -> Self {
        Self {
            milestones: r.objects::<Part>("milestones", 1, 50),
            category: r.line_opt("category", 41),
            contract_type: r.choice_opt("contract_type", ledger::fees::CONTRACT_TYPES),
            plan: r.choice_opt("plan", ledger::fees::PLANS),
        }
    }
}

/// The fees of an amount, by the plan that was asked for, else by the asker's own.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct QuoteView {
    /// Version of the fee schedule it was reckoned by.
    pub fee_version: i32,
    /// The freelancer's plan it was reckoned by: `free`, `pro` or `business`.
    pub plan: String,
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
    /// Tax, of which there is none so far.
    pub tax: base::money::View,
}

async fn reckon(
    cx: &Cx,
    parts: &[Money],
    category: Option<String>,
    contract_type: Option<&'static str>,
    plan: Option<&'static str>,
) -> Result<QuoteView> {
    let own = cx.workspace()?.currency;
    let mut tx = cx.read().await?;
    let fees = ledger::fees::current(&mut tx, cx.me()).await?;
    tx.finish().await?;
    let fees = match plan {
        Some(plan) => fees.for_plan(plan),
        None => fees,
    };
    let rates = Rates {
        fees,
        category,
        contract_type: contract_type.unwrap_or("fixed"),
    };
    let quote = of(&rates, parts, own)?;
    Ok(QuoteView {
        fee_version: quote.version,
        plan: rates.fees.plan.clone(),
        amount: quote.amount.into(),
        client_fee: quote.client_fee.into(),
        client_total: quote.client_total.into(),
        freelancer_fee: quote.payee_fee.into(),
        freelancer_net: quote.payee_net.into(),
        tax: Money::zero(own).into(),
    })
}

async fn api_show(cx: Cx, Query(query): Query<QuoteQuery>) -> Result<axum::response::Response> {
    let own = cx.workspace()?.currency;
    let currency = query.currency.as_deref().unwrap_or(own.code());
    let amount = policy::money(query.amount_minor, currency)
        .map_err(|_| Error::Invalid(vec![Fault::new("/currency", "unknown_currency")]))?;
    if amount.currency != own {
        return Err(Error::invalid("/currency", "currency_not_accepted"));
    }
    let view = reckon(
        &cx,
        &[amount],
        query.category,
        query.contract_type,
        query.plan,
    )
    .await?;
    Ok(extract::data(&view))
}

async fn api_create(cx: Cx, Body(new): Body<NewQuote>) -> Result<axum::response::Response> {
    let own = cx.workspace()?.currency;
    let mut faults = vec![];
    for (n, part) in new.milestones.iter().enumerate() {
        let at = |name: &str| format!("/milestones/{n}/amount/{name}");
        if part.0.currency != own {
            faults.push(Fault::new(at("currency"), "currency_not_accepted"));
        } else if part.0.minor < 1 {
            faults.push(Fault::new(at("amount_minor"), "too_small"));
        }
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let parts: Vec<Money> = new.milestones.iter().map(|p| p.0).collect();
    let view = reckon(&cx, &parts, new.category, new.contract_type, new.plan).await?;
    Ok(extract::data(&view))
}

/// The routes of quotes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let example = serde_json::json!({"milestones": [{"amount": {"amount_minor": 150_000, "currency": "USD"}}]});
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
        Route::api(
            Method::POST,
            "/w/{workspace}/quotes",
            "quote.create",
            axum::routing::post(api_create),
        )
        .product("market")
        .permission("quote.show")
        .body::<NewQuote>()
        .example(example)
        .answers::<QuoteView>(200),
    ]
}
