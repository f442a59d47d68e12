use super::{Locale, tr};
use base::Money;

/// Digits grouped by thousands; U+2212 as the minus sign.
pub(super) fn group(number: i64) -> String {
    let sign = if number < 0 { "\u{2212}" } else { "" };
    format!("{sign}{}", grouped(&number.unsigned_abs().to_string()))
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A whole number for reading: `1,234,567`. Latin digits in both languages.
#[must_use]
pub fn number(_locale: Locale, number: i64) -> String {
    group(number)
}

/// An exact sum for reading: `1,500.00 USD`, `−0.005 KWD`, `1,500 JPY`. Never rounds.
#[must_use]
pub fn money(_locale: Locale, money: Money) -> String {
    let decimal = money.decimal();
    let (sign, decimal) = decimal
        .strip_prefix('-')
        .map_or(("", decimal.as_str()), |rest| ("\u{2212}", rest));
    let (whole, part) = decimal
        .split_once('.')
        .map_or((decimal, None), |(whole, part)| (whole, Some(part)));
    let (whole, code) = (grouped(whole), money.currency.code());
    match part {
        Some(part) => format!("{sign}{whole}.{part} {code}"),
        None => format!("{sign}{whole} {code}"),
    }
}

/// The sum as a form field takes it: `1500.00`, without the currency.
#[must_use]
pub fn amount(money: Money) -> String {
    money.decimal()
}

/// The size of a file for reading, rounded up: `0 bytes`, `12 kB`, `3 MB`.
#[must_use]
pub fn bytes(locale: Locale, bytes: i64) -> String {
    match bytes.max(0) {
        small @ 0..1_000 => tr(locale, "ui-size-bytes", &[("n", small.into())]),
        kilo @ 1_000..1_000_000 => tr(
            locale,
            "ui-size-kb",
            &[("n", kilo.saturating_add(999).div_euclid(1_000).into())],
        ),
        mega => tr(
            locale,
            "ui-size-mb",
            &[(
                "n",
                mega.saturating_add(999_999).div_euclid(1_000_000).into(),
            )],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Currency;

    fn shown(minor: i64, code: &str) -> String {
        money(
            Locale::En,
            Money::new(minor, code.parse::<Currency>().unwrap()),
        )
    }

    #[test]
    fn sums_are_exact() {
        assert_eq!(shown(150_000, "USD"), "1,500.00 USD");
        assert_eq!(shown(-5, "USD"), "\u{2212}0.05 USD");
        assert_eq!(shown(1_500, "JPY"), "1,500 JPY");
        assert_eq!(shown(1_234_567, "KWD"), "1,234.567 KWD");
        assert_eq!(shown(i64::MAX, "USD"), "92,233,720,368,547,758.07 USD");
        assert_eq!(
            shown(i64::MIN, "USD"),
            "\u{2212}92,233,720,368,547,758.08 USD"
        );
        assert_eq!(
            shown(i64::MIN, "JPY"),
            "\u{2212}9,223,372,036,854,775,808 JPY"
        );
    }

    #[test]
    fn a_field_takes_back_what_it_shows() {
        let usd = |minor| amount(Money::new(minor, Currency::USD));
        assert_eq!(
            (usd(150_000).as_str(), usd(-1).as_str(), usd(0).as_str()),
            ("1500.00", "-0.01", "0.00")
        );
    }

    #[test]
    fn groups() {
        assert_eq!(number(Locale::Ar, -1_234_567), "\u{2212}1,234,567");
        assert_eq!(number(Locale::En, 999), "999");
    }
}
