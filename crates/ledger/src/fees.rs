//! The fee schedule: data, versioned. The version in force is frozen on an item when it is funded.
//! A schedule has one general rate for each side and rules that say more for a category or a type
//! of contract; it is proposed by one person and confirmed by another.

pub(crate) mod change;
mod dollars;
pub mod plan;
pub(crate) mod web;

pub use dollars::Dollars;

use base::{Currency, Instant, Money};
use kernel::{Result, Tx, events::Consumer};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

/// Who pays a fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The freelancer, out of what is released.
    Payee,
    /// The client, on top of the amount.
    Client,
}

impl Side {
    /// Its name in rows and answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Payee => "payee",
            Self::Client => "client",
        }
    }
}

/// The plans by which a payee is charged; without one a member has the first.
pub const PLANS: &[&str] = &["free", "pro", "business"];
/// What a fee may depend on besides its side and category.
pub const CONTRACT_TYPES: &[&str] = &["fixed", "hourly", "order", "bonus"];

/// What is paid for, as far as fees depend on it.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// Key of the project's category, if it has one.
    pub category: Option<&'a str>,
    /// One of [`CONTRACT_TYPES`].
    pub contract_type: &'a str,
}

/// One rule of a schedule. Sums are in cents of a US dollar, as they are for the least withdrawal, and
/// scaled to other currencies by [`Dollars`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FeeRule {
    /// `payee` or `client`.
    pub side: String,
    /// The payee's plan it is for; every one when `None`.
    pub plan: Option<String>,
    /// The category it is for; every one when `None`.
    pub category: Option<String>,
    /// The type of contract it is for; every one when `None`.
    pub contract_type: Option<String>,
    /// 100 are one percent.
    pub basis_points: u32,
    /// Added to the share.
    pub fixed_minor: i64,
    /// The fee is never less.
    pub least_minor: i64,
    /// The fee is never more.
    pub most_minor: Option<i64>,
}

impl FeeRule {
    /// The rate alone, for everything.
    #[must_use]
    pub fn general(side: Side, basis_points: u32) -> Self {
        Self {
            side: side.name().to_owned(),
            plan: None,
            category: None,
            contract_type: None,
            basis_points,
            fixed_minor: 0,
            least_minor: 0,
            most_minor: None,
        }
    }

    /// How special it is for this item and plan; nothing when it is for others. A category says more
    /// than a type of contract, and that more than a plan. What a client pays has no plan.
    fn weight(&self, side: Side, item: &Item, plan: &str) -> Option<u8> {
        let fits = |of: &Option<String>, is: Option<&str>| match of {
            None => Some(0),
            Some(of) => (Some(of.as_str()) == is).then_some(1),
        };
        let ours = self.side == side.name();
        let plan = match side {
            Side::Payee => fits(&self.plan, Some(plan))?,
            Side::Client => 0,
        };
        let category = fits(&self.category, item.category)?;
        let contract_type = fits(&self.contract_type, Some(item.contract_type))?;
        ours.then_some(category * 4 + contract_type * 2 + plan)
    }

    /// The fee of an amount: share, rounded half up, and fixed part, within least and most. A
    /// payee never pays more than there is.
    #[must_use]
    pub fn of(&self, amount: Money, dollars: &Dollars) -> Money {
        if amount.minor <= 0 {
            return Money::zero(amount.currency);
        }
        let scaled = |cents| dollars.cents_in(cents, amount.currency);
        let share = amount.split(self.basis_points).0.minor;
        let mut fee = share
            .saturating_add(scaled(self.fixed_minor))
            .max(scaled(self.least_minor));
        if let Some(most) = self.most_minor {
            fee = fee.min(scaled(most));
        }
        if self.side == Side::Payee.name() {
            fee = fee.min(amount.minor);
        }
        Money::new(fee, amount.currency)
    }
}

/// What fees, clearance and least withdrawal are in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeSchedule {
    /// Its version, to be frozen on an item.
    pub version: i32,
    /// The payee's general fee; 100 are one percent.
    pub payee_basis_points: u32,
    /// The client's general fee on top; 100 are one percent.
    pub client_basis_points: u32,
    /// Days for which released earnings stay pending.
    pub clearance_days: i64,
    /// The least withdrawal, in cents of a US dollar; see [`FeeSchedule::minimum_payout`].
    pub minimum_payout_minor: i64,
    /// What differs from the general rates.
    pub rules: Vec<FeeRule>,
    /// The plan of the payee it was read for.
    pub plan: String,
    /// How thresholds are scaled to other currencies.
    pub dollars: Dollars,
}

/// What an amount costs either side under one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The version.
    pub version: i32,
    /// What is agreed, and goes into escrow.
    pub amount: Money,
    /// The client's fee on top.
    pub client_fee: Money,
    /// The payee's fee out of the amount.
    pub payee_fee: Money,
}

impl Terms {
    /// What the client pays in all.
    ///
    /// # Errors
    /// 422 `too_large` where the sum does not fit.
    pub fn total(&self) -> Result<Money> {
        self.amount
            .plus(self.client_fee)
            .map_err(|_| kernel::Error::invalid("/amount", "too_large"))
    }

    /// What the payee receives.
    #[must_use]
    pub fn net(&self) -> Money {
        Money::new(
            self.amount.minor - self.payee_fee.minor,
            self.amount.currency,
        )
    }
}

/// The first version of every workspace: 5 % of what a payee earns, 3 % on Pro, 1 % on Business.
fn first() -> FeeSchedule {
    let plan = |plan: &str, basis_points| FeeRule {
        plan: Some(plan.to_owned()),
        ..FeeRule::general(Side::Payee, basis_points)
    };
    FeeSchedule {
        version: 1,
        payee_basis_points: 500,
        client_basis_points: 0,
        clearance_days: 5,
        minimum_payout_minor: 2000,
        rules: vec![plan("pro", 300), plan("business", 100)],
        plan: PLANS[0].to_owned(),
        dollars: Dollars::default(),
    }
}

/// The share of a fee that belongs to `part` of `whole` after `before` was dealt with: whatever the
/// parts, their shares add up to the whole fee.
#[must_use]
pub fn part(fee: Money, whole: Money, before: Money, part: Money) -> Money {
    let upto = |minor: i64| {
        if whole.minor <= 0 {
            return 0;
        }
        let scaled = i128::from(fee.minor) * i128::from(minor.clamp(0, whole.minor)) * 2;
        let share = (scaled + i128::from(whole.minor)).div_euclid(i128::from(whole.minor) * 2);
        i64::try_from(share).unwrap_or(fee.minor)
    };
    let share = upto(before.minor.saturating_add(part.minor)) - upto(before.minor);
    Money::new(share, fee.currency)
}

impl FeeSchedule {
    /// The least withdrawal in a currency, minor units: 20.00 USD, and about as much in any other.
    #[must_use]
    pub fn minimum_payout(&self, currency: Currency) -> i64 {
        self.dollars.cents_in(self.minimum_payout_minor, currency)
    }

    /// The same schedule for a payee of another plan.
    #[must_use]
    pub fn for_plan(self, plan: &str) -> Self {
        Self {
            plan: plan.to_owned(),
            ..self
        }
    }

    /// The rule that counts for an item: the most special one, else the general rate.
    #[must_use]
    pub fn rule(&self, side: Side, item: &Item) -> FeeRule {
        let special = self
            .rules
            .iter()
            .filter_map(|rule| Some((rule.weight(side, item, &self.plan)?, rule)))
            .max_by_key(|(weight, _)| *weight);
        special.map_or_else(
            || {
                let general = match side {
                    Side::Payee => self.payee_basis_points,
                    Side::Client => self.client_basis_points,
                };
                FeeRule::general(side, general)
            },
            |(_, rule)| rule.clone(),
        )
    }

    /// What an amount costs either side, as it is posted later.
    #[must_use]
    pub fn terms(&self, item: &Item, amount: Money) -> Terms {
        Terms {
            version: self.version,
            amount,
            client_fee: self.rule(Side::Client, item).of(amount, &self.dollars),
            payee_fee: self.rule(Side::Payee, item).of(amount, &self.dollars),
        }
    }
}

/// A schedule as its row and rules come.
struct Row {
    version: i32,
    payee_basis_points: i32,
    client_basis_points: i32,
    clearance_days: i32,
    minimum_payout_minor: i64,
    rules: serde_json::Value,
    plan: String,
    dollars: serde_json::Value,
}

impl Row {
    fn read(self) -> Result<FeeSchedule> {
        Ok(FeeSchedule {
            version: self.version,
            payee_basis_points: points(self.payee_basis_points),
            client_basis_points: points(self.client_basis_points),
            clearance_days: i64::from(self.clearance_days),
            minimum_payout_minor: self.minimum_payout_minor,
            rules: serde_json::from_value(self.rules).map_err(anyhow::Error::from)?,
            plan: self.plan,
            dollars: serde_json::from_value(self.dollars).map_err(anyhow::Error::from)?,
        })
    }
}

/// The schedule in force now in the transaction's workspace, as it charges `payee` (nobody in
/// particular: as without a plan).
///
/// # Errors
/// The database's.
pub async fn current(tx: &mut Tx, payee: Option<Uuid>) -> Result<FeeSchedule> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = sqlx::query_as!(
        Row,
        r#"select s.version, s.payee_basis_points, s.client_basis_points, s.clearance_days, s.minimum_payout_minor,
             (select coalesce(jsonb_agg(r order by r.position), '[]') from ledger.fee_rule r
              where r.workspace_id = s.workspace_id and r.version = s.version) as "rules!",
             coalesce((select p.plan from ledger.member_plan p where p.workspace_id = s.workspace_id and p.member_id = $3), 'free') as "plan!",
             (select jsonb_object_agg(c.code, c.dollar_minor) from ledger.currency c) as "dollars!"
           from ledger.fee_schedule s where s.workspace_id = $1 and s.state = 'confirmed' and s.effective_at <= $2
           order by s.effective_at desc, s.version desc limit 1"#,
        workspace,
        now as _,
        payee
    )
    .fetch_optional(&mut **tx)
    .await?;
    match row {
        Some(row) => row.read(),
        None => unstored(tx, payee).await,
    }
}

/// The first version, where it has not been written yet.
async fn unstored(tx: &mut Tx, payee: Option<Uuid>) -> Result<FeeSchedule> {
    let plan = match payee {
        Some(payee) => plan::of(tx, payee).await?,
        None => PLANS[0].to_owned(),
    };
    let dollars = dollars::read(tx).await?;
    Ok(FeeSchedule {
        plan,
        dollars,
        ..first()
    })
}

/// A version frozen on an item, as it charges `payee`.
///
/// # Errors
/// Not found, or the database's.
pub async fn by_version(tx: &mut Tx, version: i32, payee: Option<Uuid>) -> Result<FeeSchedule> {
    let workspace = tx.workspace();
    let row = sqlx::query_as!(
        Row,
        r#"select s.version, s.payee_basis_points, s.client_basis_points, s.clearance_days, s.minimum_payout_minor,
             (select coalesce(jsonb_agg(r order by r.position), '[]') from ledger.fee_rule r
              where r.workspace_id = s.workspace_id and r.version = s.version) as "rules!",
             coalesce((select p.plan from ledger.member_plan p where p.workspace_id = s.workspace_id and p.member_id = $3), 'free') as "plan!",
             (select jsonb_object_agg(c.code, c.dollar_minor) from ledger.currency c) as "dollars!"
           from ledger.fee_schedule s where s.workspace_id = $1 and s.version = $2"#,
        workspace,
        version,
        payee
    )
    .fetch_optional(&mut **tx)
    .await?;
    match row {
        Some(row) => row.read(),
        None if version == first().version => unstored(tx, payee).await,
        None => Err(kernel::Error::NotFound),
    }
}

/// Writes the first version of a workspace's schedule unless there is one.
///
/// # Errors
/// The database's.
pub async fn ensure_schedule(
    connection: &mut PgConnection,
    workspace: Uuid,
    now: Instant,
) -> Result<()> {
    let first = first();
    let int = |n: u32| i32::try_from(n).unwrap_or(0);
    let made = sqlx::query!(
        "insert into ledger.fee_schedule (workspace_id, version, effective_at, payee_basis_points, client_basis_points, minimum_payout_minor, clearance_days)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        workspace,
        first.version,
        now as _,
        int(first.payee_basis_points),
        int(first.client_basis_points),
        first.minimum_payout_minor,
        i32::try_from(first.clearance_days).unwrap_or(0)
    )
    .execute(&mut *connection)
    .await?;
    if made.rows_affected() == 0 {
        return Ok(());
    }
    for (position, rule) in (1_i32..).zip(&first.rules) {
        sqlx::query!(
            "insert into ledger.fee_rule (workspace_id, version, position, side, plan, basis_points) values ($1, $2, $3, $4, $5, $6)",
            workspace,
            first.version,
            position,
            rule.side,
            rule.plan,
            int(rule.basis_points)
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Gives each new workspace its first schedule.
pub(crate) const FOUNDED: Consumer = Consumer {
    name: "ledger.fees",
    wants: |kind| kind == "identity.workspace_founded",
    run: |kernel, event| {
        Box::pin(async move {
            let mut tx = kernel.db.begin_system(Some(event.workspace_id)).await?;
            ensure_schedule(&mut tx, event.workspace_id, event.occurred_at).await?;
            tx.commit().await?;
            Ok(())
        })
    },
};

fn points(stored: i32) -> u32 {
    u32::try_from(stored).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }
    fn rule(category: Option<&str>, contract_type: Option<&str>, basis_points: u32) -> FeeRule {
        FeeRule {
            category: category.map(str::to_owned),
            contract_type: contract_type.map(str::to_owned),
            ..FeeRule::general(Side::Payee, basis_points)
        }
    }

    #[test]
    fn each_plan_has_its_own_rate() {
        let item = Item {
            category: None,
            contract_type: "fixed",
        };
        let of = |plan: &str| {
            first()
                .for_plan(plan)
                .terms(&item, usd(10_000))
                .payee_fee
                .minor
        };
        assert_eq!((of("free"), of("pro"), of("business")), (500, 300, 100));
    }

    #[test]
    fn the_most_special_rule_counts() {
        let rules = vec![
            rule(None, Some("bonus"), 100),
            rule(Some("design"), None, 200),
            rule(Some("design"), Some("bonus"), 300),
        ];
        let schedule = FeeSchedule { rules, ..first() };
        let of = |category, contract_type| {
            let item = Item {
                category,
                contract_type,
            };
            schedule.terms(&item, usd(10_000)).payee_fee.minor
        };
        assert_eq!(of(None, "fixed"), 500);
        assert_eq!(of(Some("law"), "bonus"), 100);
        assert_eq!(of(Some("design"), "fixed"), 200);
        assert_eq!(of(Some("design"), "bonus"), 300);
    }

    #[test]
    fn fixed_part_least_and_most_bound_the_share() {
        let dollars = Dollars::of(&[("USD", 100), ("JPY", 150)]);
        let rule = FeeRule {
            fixed_minor: 30,
            least_minor: 100,
            most_minor: Some(5_000),
            ..FeeRule::general(Side::Payee, 290)
        };
        assert_eq!(rule.of(usd(10_000), &dollars).minor, 320);
        assert_eq!(rule.of(usd(1_000), &dollars).minor, 100);
        assert_eq!(rule.of(usd(40), &dollars).minor, 40);
        assert_eq!(rule.of(usd(1_000_000), &dollars).minor, 5_000);
        // 30 cents and one dollar, where a dollar is 150 of them.
        let yen = "JPY".parse().expect("a currency");
        assert_eq!(rule.of(Money::new(10_000, yen), &dollars).minor, 335);
        assert_eq!(rule.of(Money::new(1_000, yen), &dollars).minor, 150);
    }

    #[test]
    fn shares_of_parts_add_up_whatever_the_parts() {
        let mut seed = 0x2545_F491_4F6C_DD1D_u64;
        let mut next = |most: i64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            i64::try_from(seed >> 2).unwrap_or(0) % most
        };
        for _ in 0..20_000 {
            let whole = 1 + next(1_000_000_000);
            let fee = next(whole + 1);
            let (mut before, mut sum) = (0, 0);
            while before < whole {
                let piece = (1 + next(whole)).min(whole - before);
                let share = part(usd(fee), usd(whole), usd(before), usd(piece)).minor;
                assert!(share >= 0 && share <= piece);
                sum += share;
                before += piece;
            }
            assert_eq!(sum, fee);
        }
    }
}
