//! What a US dollar is in other currencies, roughly: thresholds and least sums are kept in cents of
//! a dollar and hold about the same in every currency. No amount is ever reckoned by it.

use base::Currency;
use kernel::Result;
use serde::Deserialize;
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// How many minor units of a currency are one US dollar, by the currency's code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Dollars(BTreeMap<String, i64>);

impl Dollars {
    /// Those given.
    #[cfg(test)]
    pub(crate) fn of(known: &[(&str, i64)]) -> Self {
        Self(known.iter().map(|(c, n)| ((*c).to_owned(), *n)).collect())
    }

    /// Cents of a US dollar as minor units of a currency, rounded half up; one that is not known
    /// counts as if one unit were a dollar.
    #[must_use]
    pub fn cents_in(&self, cents: i64, currency: Currency) -> i64 {
        let dollar = self
            .0
            .get(currency.code())
            .copied()
            .unwrap_or_else(|| 10_i64.pow(currency.digits()));
        let scaled = (i128::from(cents) * i128::from(dollar) + 50).div_euclid(100);
        i64::try_from(scaled).unwrap_or(i64::MAX)
    }
}

/// The rates as they are stored.
///
/// # Errors
/// The database's.
pub(crate) async fn read(connection: &mut PgConnection) -> Result<Dollars> {
    let rates = sqlx::query_scalar!(
        r#"select jsonb_object_agg(code, dollar_minor) as "rates!" from ledger.currency"#
    )
    .fetch_one(connection)
    .await?;
    Ok(serde_json::from_value(rates).map_err(anyhow::Error::from)?)
}

#[cfg(test)]
mod tests {
    use super::Dollars;
    use base::Currency;

    #[test]
    fn twenty_dollars_are_about_as_much_everywhere() {
        let dollars = Dollars::of(&[("USD", 100), ("JPY", 150), ("KWD", 300), ("EGP", 5_000)]);
        let of = |code: &str| dollars.cents_in(2_000, code.parse().unwrap_or(Currency::USD));
        assert_eq!(
            (of("USD"), of("JPY"), of("KWD"), of("EGP")),
            (2_000, 3_000, 6_000, 100_000)
        );
        assert_eq!(Dollars::default().cents_in(2_000, Currency::USD), 2_000);
    }
}
