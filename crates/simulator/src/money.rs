//! Amounts: integers in minor units.

use iso_currency::Currency;

use crate::refusal::Refusal;

/// Largest amount of one call, minor units.
pub(crate) const MOST: i64 = 1_000_000_000_000;
/// Smallest payment, minor units: its net stays above nothing.
pub(crate) const LEAST_PAYMENT: i64 = 50;

/// The provider's fee on a payment: 2.9 % rounded half up, and 30.
pub(crate) fn fee(amount_minor: i64) -> i64 {
    (amount_minor * 290 + 5_000) / 10_000 + 30
}

pub(crate) fn check_amount(amount_minor: i64, least: i64) -> Result<(), Refusal> {
    if amount_minor < least {
        return Err(Refusal::unprocessable(
            "amount_too_small",
            format!("The amount must be at least {least} minor units."),
            "amount_minor",
        ));
    }
    if amount_minor > MOST {
        return Err(Refusal::unprocessable(
            "amount_too_large",
            format!("The amount must be at most {MOST} minor units."),
            "amount_minor",
        ));
    }
    Ok(())
}

pub(crate) fn check_currency(code: &str) -> Result<(), Refusal> {
    if code.len() == 3
        && code.bytes().all(|byte| byte.is_ascii_uppercase())
        && Currency::from_code(code).is_some()
    {
        return Ok(());
    }
    Err(Refusal::unprocessable(
        "currency_invalid",
        "The currency must be an ISO 4217 code in capitals.",
        "currency",
    ))
}

/// An amount for people's eyes: `100.00 USD`.
pub(crate) fn shown(amount_minor: i64, code: &str) -> String {
    let digits = Currency::from_code(code)
        .and_then(Currency::exponent)
        .unwrap_or(2);
    let one = 10_i64.pow(u32::from(digits.min(6)));
    let width = usize::from(digits.min(6));
    if width == 0 {
        return format!("{amount_minor} {code}");
    }
    format!(
        "{}.{:0width$} {code}",
        amount_minor / one,
        (amount_minor % one).abs()
    )
}

#[cfg(test)]
mod tests {
    use super::{fee, shown};

    #[test]
    fn fees_round_half_up() {
        assert_eq!(fee(10_000), 320);
        assert_eq!(fee(50), 31);
        // 2.9 % of 50 is 1.45, of 500 is 14.5.
        assert_eq!(fee(500), 45);
        assert_eq!(fee(499), 44);
        assert!(fee(super::LEAST_PAYMENT) < super::LEAST_PAYMENT);
    }

    #[test]
    fn amounts_follow_the_currency() {
        assert_eq!(shown(10_005, "USD"), "100.05 USD");
        assert_eq!(shown(10_005, "JPY"), "10005 JPY");
        assert_eq!(shown(10_005, "KWD"), "10.005 KWD");
    }
}
