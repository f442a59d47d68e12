//! Reading a card. Its number lives only inside these functions: what comes out is the brand, the
//! last four digits, the expiry and what a payment with it does.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// What happens to payments with a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CardDoes {
    Succeed,
    Decline,
    Insufficient,
    Action,
    Dispute,
    Late,
    RefundFails,
}

/// What we keep of a card.
pub(crate) struct Card {
    pub(crate) brand: &'static str,
    pub(crate) last4: String,
    pub(crate) exp_month: u8,
    pub(crate) exp_year: u16,
    pub(crate) does: CardDoes,
}

const TEST_CARDS: [(&str, CardDoes); 9] = [
    ("4242424242424242", CardDoes::Succeed),
    ("5555555555554444", CardDoes::Succeed),
    ("378282246310005", CardDoes::Succeed),
    ("4000000000000002", CardDoes::Decline),
    ("4000000000009995", CardDoes::Insufficient),
    ("4000002500003155", CardDoes::Action),
    ("4000000000000259", CardDoes::Dispute),
    ("4000000000000077", CardDoes::Late),
    ("4000000000005126", CardDoes::RefundFails),
];

/// Checks what was typed, in the order of the form's fields.
///
/// # Errors
/// A refusal naming the field, as a 422.
pub(crate) fn read(
    number: &str,
    exp_month: &str,
    exp_year: &str,
    cvc: &str,
    now: Timestamp,
) -> Result<Card, Refusal> {
    let number_fault = |code, message| Refusal::unprocessable(code, message, "number");
    let invalid = || number_fault("number_invalid", "This is not a card number.");
    let digits = digits(number).ok_or_else(invalid)?;
    let brand = brand(&digits);
    let length_fits = match brand {
        "amex" => digits.len() == 15,
        "visa" => matches!(digits.len(), 13 | 16 | 19),
        "mastercard" => digits.len() == 16,
        _ => (13..=19).contains(&digits.len()),
    };
    if !length_fits || !luhn(&digits) {
        return Err(invalid());
    }
    let does = TEST_CARDS
        .iter()
        .find(|(card, _)| *card == digits)
        .map(|(_, does)| *does)
        .ok_or_else(|| {
            number_fault(
                "test_card_required",
                "This provider is for tests: use one of its test cards.",
            )
        })?;

    let exp_month = whole(exp_month)
        .and_then(|month| u8::try_from(month).ok())
        .filter(|month| (1..=12).contains(month))
        .ok_or_else(|| {
            Refusal::unprocessable(
                "exp_month_invalid",
                "The month must be 1 to 12.",
                "exp_month",
            )
        })?;
    let exp_year = whole(exp_year)
        .map(|year| if year < 100 { year + 2000 } else { year })
        .filter(|year| (2000..=2199).contains(year))
        .and_then(|year| u16::try_from(year).ok())
        .ok_or_else(|| {
            Refusal::unprocessable("exp_year_invalid", "This is not a year.", "exp_year")
        })?;
    if expired(exp_month, exp_year, now) {
        return Err(Refusal::unprocessable(
            "card_expired",
            "This card has expired.",
            "exp_year",
        ));
    }

    let wanted = if brand == "amex" { 4 } else { 3 };
    if self::digits(cvc).is_none_or(|cvc| cvc.len() != wanted) {
        return Err(Refusal::unprocessable(
            "cvc_invalid",
            "The security code has 3 digits (4 for American Express).",
            "cvc",
        ));
    }
    Ok(Card {
        brand,
        last4: digits
            .get(digits.len().saturating_sub(4)..)
            .unwrap_or_default()
            .to_owned(),
        exp_month,
        exp_year,
        does,
    })
}

/// The debit card to which payouts go at once.
const DEBIT: &str = "4000056655665556";

/// The digits of a debit card that takes payouts.
///
/// # Errors
/// 422 `card_number_invalid` or `test_card_required`, naming the field.
pub(crate) fn debit(number: &str) -> Result<String, Refusal> {
    let fault = |code, message| Refusal::unprocessable(code, message, "card_number");
    let digits = digits(number)
        .filter(|digits| digits.len() == 16 && luhn(digits))
        .ok_or_else(|| fault("card_number_invalid", "This is not a card number."))?;
    if digits == DEBIT {
        Ok(digits)
    } else {
        Err(fault(
            "test_card_required",
            "This provider is for tests: use its debit test card.",
        ))
    }
}

/// Whether a card is past the end of its month (UTC).
pub(crate) fn expired(month: u8, year: u16, now: Timestamp) -> bool {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    (i32::from(today.year()), i32::from(today.month())) > (i32::from(year), i32::from(month))
}

/// The ASCII digits of a text of digits (Latin or Arabic), spaces and hyphens; `None` for others.
pub(crate) fn digits(text: &str) -> Option<String> {
    let mut out = String::new();
    for sign in text.trim().chars() {
        match sign {
            '0'..='9' => out.push(sign),
            '\u{660}'..='\u{669}' => out.push(char::from_digit(sign as u32 - 0x660, 10)?),
            '\u{6f0}'..='\u{6f9}' => out.push(char::from_digit(sign as u32 - 0x6f0, 10)?),
            ' ' | '-' | '\u{a0}' => {}
            _ => return None,
        }
        if out.len() > 34 {
            return None;
        }
    }
    Some(out)
}

fn whole(text: &str) -> Option<u32> {
    let digits = digits(text)?;
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    digits.parse().ok()
}

fn brand(digits: &str) -> &'static str {
    let front = |length: usize| -> u32 {
        digits
            .get(..length)
            .and_then(|front| front.parse().ok())
            .unwrap_or(0)
    };
    match (front(1), front(2), front(4)) {
        (4, ..) => "visa",
        (_, 34 | 37, _) => "amex",
        (_, 51..=55, _) | (_, _, 2221..=2720) => "mastercard",
        (_, 65, _) | (_, _, 6011) => "discover",
        (_, 62, _) => "unionpay",
        _ => "unknown",
    }
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            match (place % 2, digit * 2) {
                (0, _) => digit,
                (_, double) if double > 9 => double - 9,
                (_, double) => double,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::{CardDoes, TEST_CARDS, expired, luhn, read};

    fn now() -> jiff::Timestamp {
        "2026-11-20T12:00:00Z".parse().expect("a time")
    }

    fn fault(number: &str, month: &str, year: &str, cvc: &str) -> &'static str {
        read(number, month, year, cvc, now())
            .err()
            .map_or("none", |refusal| refusal.code)
    }

    #[test]
    fn reads_test_cards() {
        for (number, _) in TEST_CARDS {
            assert!(luhn(number), "{number}");
        }
        let card = read("٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢", "12", "30", "١٢٣", now())
            .unwrap_or_else(|refusal| panic!("{}", refusal.code));
        assert_eq!((card.brand, card.last4.as_str()), ("visa", "4242"));
        assert_eq!((card.exp_month, card.exp_year), (12, 2030));
        assert_eq!(card.does, CardDoes::Succeed);
    }

    #[test]
    fn names_the_fault() {
        assert_eq!(
            fault("4242424242424241", "12", "2030", "123"),
            "number_invalid"
        );
        assert_eq!(fault("42424242x", "12", "2030", "123"), "number_invalid");
        assert_eq!(fault("", "12", "2030", "123"), "number_invalid");
        assert_eq!(
            fault("4111111111111111", "12", "2030", "123"),
            "test_card_required"
        );
        assert_eq!(
            fault("4242424242424242", "13", "2030", "123"),
            "exp_month_invalid"
        );
        assert_eq!(
            fault("4242424242424242", "12", "", "123"),
            "exp_year_invalid"
        );
        assert_eq!(
            fault("4242424242424242", "10", "2026", "123"),
            "card_expired"
        );
        assert_eq!(fault("4242424242424242", "11", "2026", "12"), "cvc_invalid");
        assert_eq!(fault("4242424242424242", "11", "2026", "123"), "none");
        assert_eq!(fault("378282246310005", "11", "2026", "1234"), "none");
        assert!(expired(10, 2026, now()) && !expired(11, 2026, now()));
    }
}
