//! The fee schedule: data, versioned. The version in force is frozen on an item when it is funded.

use base::Instant;
use kernel::{Result, Tx, events::Consumer};
use sqlx::PgConnection;
use uuid::Uuid;

/// What fees, clearance and least withdrawal are in one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeeSchedule {
    /// Its version, to be frozen on an item.
    pub version: i32,
    /// The payee's fee; 100 are one percent.
    pub payee_basis_points: u32,
    /// The client's fee on top; 100 are one percent.
    pub client_basis_points: u32,
    /// Days for which released earnings stay pending.
    pub clearance_days: i64,
    /// The least withdrawal, in hundredths of a currency unit; see [`FeeSchedule::minimum_payout`].
    pub minimum_payout_minor: i64,
}

/// The first version of every workspace.
const FIRST: FeeSchedule = FeeSchedule {
    version: 1,
    payee_basis_points: 500,
    client_basis_points: 0,
    clearance_days: 5,
    minimum_payout_minor: 2000,
};

impl FeeSchedule {
    /// The least withdrawal in a currency, minor units: 20.00 USD, 20 JPY, 20.000 KWD.
    #[must_use]
    pub fn minimum_payout(&self, currency: base::Currency) -> i64 {
        let digits = currency.digits();
        if digits >= 2 {
            self.minimum_payout_minor
                .saturating_mul(10_i64.pow(digits - 2))
        } else {
            self.minimum_payout_minor / 10_i64.pow(2 - digits)
        }
    }
}

/// The schedule in force now in the transaction's workspace.
///
/// # Errors
/// The database's.
pub async fn current(tx: &mut Tx) -> Result<FeeSchedule> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = sqlx::query!(
        "select version, payee_basis_points, client_basis_points, clearance_days, minimum_payout_minor
         from ledger.fee_schedule where workspace_id = $1 and effective_at <= $2 order by effective_at desc, version desc limit 1",
        workspace,
        now as _
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map_or(FIRST, |r| FeeSchedule {
        version: r.version,
        payee_basis_points: points(r.payee_basis_points),
        client_basis_points: points(r.client_basis_points),
        clearance_days: i64::from(r.clearance_days),
        minimum_payout_minor: r.minimum_payout_minor,
    }))
}

/// A version frozen on an item.
///
/// # Errors
/// Not found, or the database's.
pub async fn by_version(tx: &mut Tx, version: i32) -> Result<FeeSchedule> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        "select version, payee_basis_points, client_basis_points, clearance_days, minimum_payout_minor
         from ledger.fee_schedule where workspace_id = $1 and version = $2",
        workspace,
        version
    )
    .fetch_optional(&mut **tx)
    .await?;
    match row {
        Some(r) => Ok(FeeSchedule {
            version: r.version,
            payee_basis_points: points(r.payee_basis_points),
            client_basis_points: points(r.client_basis_points),
            clearance_days: i64::from(r.clearance_days),
            minimum_payout_minor: r.minimum_payout_minor,
        }),
        None if version == FIRST.version => Ok(FIRST),
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
    sqlx::query!(
        "insert into ledger.fee_schedule (workspace_id, version, effective_at, payee_basis_points, client_basis_points, minimum_payout_minor, clearance_days)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        workspace,
        FIRST.version,
        now as _,
        i32::try_from(FIRST.payee_basis_points).unwrap_or(0),
        i32::try_from(FIRST.client_basis_points).unwrap_or(0),
        FIRST.minimum_payout_minor,
        i32::try_from(FIRST.clearance_days).unwrap_or(0)
    )
    .execute(connection)
    .await?;
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

    #[test]
    fn the_least_withdrawal_follows_the_digits() {
        let of = |code: &str| FIRST.minimum_payout(code.parse().unwrap_or(base::Currency::USD));
        assert_eq!((of("USD"), of("JPY"), of("KWD")), (2000, 20, 20_000));
    }
}
