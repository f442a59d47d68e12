//! Money: integer minor units with their currency, one value. The one home of rounding.

use crate::Currency;

/// An amount in minor units (cents for USD) of one currency. Never a float.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// Minor units; the sign is the amount's.
    pub minor: i64,
    /// The currency the units belong to.
    pub currency: Currency,
}

/// The largest amount any field accepts: far above real use, far below overflow of a sum.
pub const MAX_MINOR: i64 = 1_000_000_000_000;

/// Why money arithmetic or parsing was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The two amounts are of different currencies.
    #[error("amounts of {0} and {1} cannot be combined")]
    Currencies(Currency, Currency),
    /// The result does not fit.
    #[error("amount out of range")]
    Range,
    /// The text is not a plain decimal amount with at most the currency's digits.
    #[error("not an amount")]
    Format,
}

impl Money {
    /// An amount of `minor` units.
    #[must_use]
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in this currency.
    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The sum of two amounts of one currency.
    ///
    /// # Errors
    /// Different currencies, or a sum that does not fit.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        let minor = self
            .minor
            .checked_add(other.minor)
            .ok_or(MoneyError::Range)?;
        Ok(Self { minor, ..self })
    }

    /// The difference of two amounts of one currency.
    ///
    /// # Errors
    /// Different currencies, or a result that does not fit.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        let minor = self
            .minor
            .checked_sub(other.minor)
            .ok_or(MoneyError::Range)?;
        Ok(Self { minor, ..self })
    }

    /// Splits off a share of `basis_points` (1 % = 100), rounded half up; returns
    /// `(share, rest)`, whose sum is exactly this amount.
    ///
    /// # Panics
    /// Never for amounts within [`MAX_MINOR`] and shares up to 10 000.
    #[must_use]
    pub fn split(self, basis_points: u32) -> (Self, Self) {
        let scaled = i128::from(self.minor) * i128::from(basis_points.min(10_000));
        let share = (scaled + 5_000).div_euclid(10_000);
        let share = i64::try_from(share).unwrap_or(self.minor);
        (
            Self::new(share, self.currency),
            Self::new(self.minor - share, self.currency),
        )
    }

    /// Reads a decimal amount such as `1,500.00` or `1500` typed by a person.
    ///
    /// # Errors
    /// Anything else, more digits than the currency has, or an amount past [`MAX_MINOR`].
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text: String = text
            .trim()
            .chars()
            .filter(|c| *c != ',' && *c != ' ')
            .map(|c| match c {
                '٠'..='٩' => char::from(b'0' + u8::try_from(c as u32 - '٠' as u32).unwrap_or(0)),
                '٫' => '.',
                c => c,
            })
            .collect();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let digits = currency.digits() as usize;
        let plain = |s: &str| s.chars().all(|c| c.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(fraction) || fraction.len() > digits {
            return Err(MoneyError::Format);
        }
        let padded = format!("{whole}{fraction:0<digits$}");
        let minor: i64 = padded.parse().map_err(|_| MoneyError::Range)?;
        if minor > MAX_MINOR {
            return Err(MoneyError::Range);
        }
        Ok(Self::new(minor, currency))
    }

    /// The plain decimal text that [`Money::parse`] reads back, without currency or grouping.
    #[must_use]
    pub fn decimal(self) -> String {
        let digits = self.currency.digits() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let units = self.minor.unsigned_abs().to_string();
        if digits == 0 {
            return format!("{sign}{units}");
        }
        let padded = format!("{units:0>width$}", width = digits + 1);
        let (whole, fraction) = padded.split_at(padded.len() - digits);
        format!("{sign}{whole}.{fraction}")
    }

    fn same(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::Currencies(self.currency, other.currency))
        }
    }
}

/// Money as answers show it: `{"amount_minor": 150000, "currency": "USD"}`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = Money)]
pub struct View {
    /// Integer minor units of the currency.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
}

impl From<Money> for View {
    fn from(money: Money) -> Self {
        Self {
            amount_minor: money.minor,
            currency: money.currency.code().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    #[test]
    fn a_million_splits_keep_the_whole() {
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..1_000_000 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let minor = i64::try_from(seed % 1_000_000_000_000).unwrap();
            let points = u32::try_from(seed >> 40).unwrap() % 10_001;
            let (share, rest) = Money::new(minor, Currency::USD).split(points);
            assert_eq!(share.minor + rest.minor, minor);
            assert!(share.minor >= 0 && rest.minor >= 0);
        }
    }

    #[test]
    fn halves_round_up() {
        let (share, rest) = Money::new(10, Currency::USD).split(500);
        assert_eq!((share.minor, rest.minor), (1, 9));
    }

    #[test]
    fn digits_follow_iso() {
        let of = |code, text| Money::parse(text, Currency::from_str(code).unwrap());
        assert_eq!(of("JPY", "1500").unwrap().minor, 1500);
        assert_eq!(of("KWD", "1.5").unwrap().minor, 1500);
        assert_eq!(of("USD", "1,500.00").unwrap().minor, 150_000);
        assert_eq!(of("JPY", "1.5"), Err(MoneyError::Format));
        assert_eq!(of("USD", "-1"), Err(MoneyError::Format));
        assert_eq!(of("USD", "99999999999999999999"), Err(MoneyError::Range));
        assert_eq!(
            Money::new(5, Currency::from_str("KWD").unwrap()).decimal(),
            "0.005"
        );
        assert_eq!(Money::new(-150, Currency::USD).decimal(), "-1.50");
    }

    #[test]
    fn currencies_do_not_mix() {
        let yen = Currency::from_str("JPY").unwrap();
        assert!(
            Money::new(1, yen)
                .plus(Money::new(1, Currency::USD))
                .is_err()
        );
    }
}
