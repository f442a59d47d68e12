//! Which payouts wait for a second pair of eyes, and what an instant one costs: data of the workspace.

use crate::fees::Dollars;
use base::{Instant, Money};
use kernel::{Action, Cx, Error, Input, Reader, Result, Tx};
use serde::Serialize;

/// Changes the rules.
pub const UPDATE: Action = Action::new(
    "payout_policy.update",
    "payout_policy",
    "payout_policy.show",
);

/// The rules as they are. Sums are cents of a US dollar; in the payout's currency about as much.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PayoutPolicyView {
    /// Payouts above this wait for a person; nobody looks when there is none.
    pub review_above_hundredths: Option<i64>,
    /// Payouts to a destination younger than this wait for a person; off when there is none.
    pub young_destination_hours: Option<i32>,
    /// The fee of an instant payout; 100 are one percent.
    pub instant_fee_basis_points: i32,
    /// The least fee of an instant payout.
    pub instant_fee_least_hundredths: i64,
    /// Changes with every change; 0 before the first.
    pub version: i64,
}

impl Default for PayoutPolicyView {
    fn default() -> Self {
        Self {
            review_above_hundredths: None,
            young_destination_hours: None,
            instant_fee_basis_points: 150,
            instant_fee_least_hundredths: 50,
            version: 0,
        }
    }
}

impl PayoutPolicyView {
    /// Why this payout must wait for a person: `amount`, `young_destination`; mostly nothing.
    pub(crate) fn causes(
        &self,
        amount: Money,
        destination_since: Instant,
        now: Instant,
        dollars: &Dollars,
    ) -> Vec<String> {
        let mut causes = vec![];
        if self
            .review_above_hundredths
            .is_some_and(|above| amount.minor > dollars.cents_in(above, amount.currency))
        {
            causes.push("amount".to_owned());
        }
        if self
            .young_destination_hours
            .is_some_and(|hours| now.seconds_since(destination_since) < i64::from(hours) * 3600)
        {
            causes.push("young_destination".to_owned());
        }
        causes
    }

    /// What an instant payout of this amount costs.
    pub(crate) fn instant_fee(&self, amount: Money, dollars: &Dollars) -> Money {
        let points = u32::try_from(self.instant_fee_basis_points).unwrap_or(0);
        let least = dollars.cents_in(self.instant_fee_least_hundredths, amount.currency);
        Money::new(amount.split(points).0.minor.max(least), amount.currency)
    }
}

/// The rules in force in the transaction's workspace.
///
/// # Errors
/// The database's.
pub async fn current(tx: &mut Tx) -> Result<PayoutPolicyView> {
    let workspace = tx.workspace();
    Ok(sqlx::query_as!(
        PayoutPolicyView,
        "select review_above as review_above_hundredths, young_destination_hours, instant_fee_basis_points,
           instant_fee_least as instant_fee_least_hundredths, version
         from ledger.payout_policy where workspace_id = $1",
        workspace
    )
    .fetch_optional(&mut **tx)
    .await?
    .unwrap_or_default())
}

/// New rules, whole.
pub struct NewPolicy {
    /// In cents of a US dollar; nothing switches it off.
    pub review_above_hundredths: Option<i64>,
    /// 1 to 2160; nothing switches it off.
    pub young_destination_hours: Option<i64>,
    /// 0 to 1000.
    pub instant_fee_basis_points: i64,
    /// 0 to 100000.
    pub instant_fee_least_hundredths: i64,
}

impl Input for NewPolicy {
    fn read(r: &mut Reader) -> Self {
        Self {
            review_above_hundredths: r.integer_opt("review_above_hundredths", 1, 1_000_000_000_000),
            young_destination_hours: r.integer_opt("young_destination_hours", 1, 2160),
            instant_fee_basis_points: r.integer("instant_fee_basis_points", 0, 1000),
            instant_fee_least_hundredths: r.integer("instant_fee_least_hundredths", 0, 100_000),
        }
    }
}

/// The rules, for those who may see them.
///
/// # Errors
/// The database's.
pub async fn show(cx: &Cx) -> Result<PayoutPolicyView> {
    let mut tx = cx.read().await?;
    let policy = current(&mut tx).await?;
    tx.finish().await?;
    Ok(policy)
}

/// Sets the rules, if they still have `version`; payouts asked for before keep those of their time.
///
/// # Errors
/// 412 `stale`, or the database's.
pub async fn update(cx: &Cx, version: i64, new: &NewPolicy) -> Result<uuid::Uuid> {
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let permit = cx.authorize(&UPDATE, workspace, &[])?;
    let before = current(&mut tx).await?;
    if before.version != version {
        return Err(Error::stale());
    }
    let narrow = |n: i64| i32::try_from(n).map_err(|_| Error::invalid("", "too_large"));
    let hours = new.young_destination_hours.map(narrow).transpose()?;
    let done = sqlx::query!(
        "insert into ledger.payout_policy (workspace_id, review_above, young_destination_hours, instant_fee_basis_points, instant_fee_least, updated_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (workspace_id) do update set review_above = excluded.review_above, young_destination_hours = excluded.young_destination_hours,
           instant_fee_basis_points = excluded.instant_fee_basis_points, instant_fee_least = excluded.instant_fee_least,
           updated_at = excluded.updated_at, version = ledger.payout_policy.version + 1
         where ledger.payout_policy.version = $7",
        workspace,
        new.review_above_hundredths,
        hours,
        narrow(new.instant_fee_basis_points)?,
        new.instant_fee_least_hundredths,
        now as _,
        version
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(Error::stale());
    }
    tx.change(
        "review_above",
        before.review_above_hundredths,
        new.review_above_hundredths,
    );
    tx.change(
        "young_destination_hours",
        before.young_destination_hours,
        hours,
    );
    tx.commit(permit).await?;
    Ok(workspace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Currency;

    #[test]
    fn rules_are_off_until_set() {
        let (now, old) = (
            Instant::from_unix_seconds(1_000_000),
            Instant::from_unix_seconds(0),
        );
        let usd = |minor| Money::new(minor, Currency::USD);
        let dollars = Dollars::default();
        let mut policy = PayoutPolicyView::default();
        assert!(policy.causes(usd(i64::MAX), now, now, &dollars).is_empty());
        policy.review_above_hundredths = Some(10_000);
        policy.young_destination_hours = Some(72);
        assert!(policy.causes(usd(10_000), old, now, &dollars).is_empty());
        assert_eq!(policy.causes(usd(10_001), old, now, &dollars), ["amount"]);
        assert_eq!(
            policy.causes(usd(10_001), now, now, &dollars),
            ["amount", "young_destination"]
        );
        assert_eq!(
            (
                policy.instant_fee(usd(10_000), &dollars).minor,
                policy.instant_fee(usd(2000), &dollars).minor
            ),
            (150, 50)
        );
    }
}
