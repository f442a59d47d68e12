//! Reading a bank account. As with cards, the number does not leave these functions.

use serde::{Deserialize, Serialize};

use crate::card;
use crate::model::DestinationKind;
use crate::money;
use crate::refusal::Refusal;

/// What happens to payouts to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BankDoes {
    Pay,
    Closed,
}

/// What we keep of a bank account.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) last4: String,
    pub(crate) holder: String,
    pub(crate) country: String,
    pub(crate) currency: String,
    pub(crate) does: BankDoes,
    pub(crate) kind: DestinationKind,
}

/// Payouts to this account number fail.
const CLOSED: &str = "000111111116";

/// Checks what was typed; exactly one of number, IBAN and debit card counts as given when not blank.
///
/// # Errors
/// A refusal naming the field, as a 422.
pub(crate) fn read(
    account_number: Option<&str>,
    iban: Option<&str>,
    debit: Option<&str>,
    holder: &str,
    country: &str,
    currency: &str,
) -> Result<Account, Refusal> {
    let given = |text: Option<&str>| {
        text.map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let holder = holder.trim();
    if holder.is_empty() || holder.chars().count() > 140 || holder.chars().any(char::is_control) {
        return Err(Refusal::unprocessable(
            "holder_invalid",
            "The holder's name has 1 to 140 characters.",
            "holder",
        ));
    }
    let country = country.trim().to_ascii_uppercase();
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(Refusal::unprocessable(
            "country_invalid",
            "The country must be an ISO code of two letters.",
            "country",
        ));
    }
    let currency = currency.trim().to_ascii_uppercase();
    money::check_currency(&currency)?;
    let mut kind = DestinationKind::Bank;
    let number = match (given(account_number), given(iban), given(debit)) {
        (None, None, Some(number)) => {
            kind = DestinationKind::Card;
            card::debit(&number)?
        }
        (Some(number), None, None) => card::digits(&number)
            .filter(|digits| (4..=17).contains(&digits.len()))
            .ok_or_else(|| {
                Refusal::unprocessable(
                    "account_number_invalid",
                    "The account number has 4 to 17 digits.",
                    "account_number",
                )
            })?,
        (None, Some(iban), None) => read_iban(&iban).ok_or_else(|| {
            Refusal::unprocessable("iban_invalid", "This is not an IBAN.", "iban")
        })?,
        _ => {
            return Err(Refusal::unprocessable(
                "account_required",
                "Give an account number, an IBAN or a debit card.",
                "account_number",
            ));
        }
    };
    Ok(Account {
        last4: number
            .get(number.len().saturating_sub(4)..)
            .unwrap_or_default()
            .to_owned(),
        holder: holder.to_owned(),
        country,
        currency,
        does: if number == CLOSED {
            BankDoes::Closed
        } else {
            BankDoes::Pay
        },
        kind,
    })
}

/// The IBAN without spaces, if its check digits fit.
fn read_iban(text: &str) -> Option<String> {
    let iban: String = text
        .chars()
        .filter(|sign| !sign.is_whitespace())
        .map(|sign| sign.to_ascii_uppercase())
        .collect();
    let plain = iban.is_ascii()
        && (15..=34).contains(&iban.len())
        && iban.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
        && iban
            .bytes()
            .skip(2)
            .take(2)
            .all(|byte| byte.is_ascii_digit())
        && iban.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !plain {
        return None;
    }
    let (front, rest) = iban.split_at(4);
    let rest = rest
        .bytes()
        .chain(front.bytes())
        .fold(0_u32, |rest, byte| match byte {
            b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
            _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
        });
    (rest == 1).then_some(iban)
}

#[cfg(test)]
mod tests {
    use super::{BankDoes, DestinationKind, read};

    fn fault(number: Option<&str>, iban: Option<&str>) -> &'static str {
        read(number, iban, None, "Ann", "DE", "EUR")
            .err()
            .map_or("none", |refusal| refusal.code)
    }

    #[test]
    fn reads_accounts() {
        assert_eq!(fault(None, Some("DE89 3704 0044 0532 0130 00")), "none");
        assert_eq!(fault(None, Some("DE88370400440532013000")), "iban_invalid");
        assert_eq!(fault(None, Some("ß£")), "iban_invalid");
        assert_eq!(fault(Some("12"), None), "account_number_invalid");
        assert_eq!(fault(Some(" "), None), "account_required");
        assert_eq!(fault(Some("12345"), Some("x")), "account_required");
        let account =
            read(Some("000111111116"), None, None, "Ann", "us", "usd").expect("an account");
        assert_eq!(account.does, BankDoes::Closed);
        assert_eq!(account.last4, "1116");
        let card =
            read(None, None, Some("4000 0566 5566 5556"), "Ann", "us", "usd").expect("a card");
        assert_eq!(
            (card.kind, card.last4.as_str()),
            (DestinationKind::Card, "5556")
        );
    }
}
