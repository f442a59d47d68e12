//! Amounts: an object in JSON, decimal text in forms.

use super::{Mode, Reader};
use base::{Currency, Money};
use serde_json::{Value, json};

impl Reader {
    /// A positive amount. JSON: `{"amount_minor", "currency"}`; forms: decimal text under `name`
    /// and optionally `name_currency`, by default the workspace's currency.
    pub fn money(&mut self, name: &str) -> Money {
        self.amount(name, true)
            .unwrap_or(Money::new(1, self.currency))
    }

    /// A positive amount, or nothing.
    pub fn money_opt(&mut self, name: &str) -> Option<Money> {
        self.amount(name, false)
    }

    /// A sum by which a list is filtered, as a person types it: its text, in the workspace's currency.
    /// Whether it is an amount is for the list to say, beside its form.
    pub fn sum_opt(&mut self, name: &str, what: &str) -> Option<String> {
        let text = self.line_opt(name, 20);
        let told = format!(
            "{what}: a decimal amount in the workspace's currency, in its major unit, such as 1500 or 1500.50"
        );
        self.document(
            name,
            // No pattern: signs that nobody sees are taken out before the text is looked at.
            json!({"description": told, "example": "1500.00"}),
        );
        text
    }

    fn amount(&mut self, name: &str, required: bool) -> Option<Money> {
        let most = base::money::MAX_MINOR;
        let schema = json!({"type": "object", "additionalProperties": false, "required": ["amount_minor", "currency"], "properties": {
            "amount_minor": {"type": "integer", "format": "int64", "minimum": 1, "maximum": most},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}});
        let value = self.take(name, required, schema);
        if self.mode == Mode::Text {
            let currency_name = format!("{name}_currency");
            self.taken.push(currency_name.clone());
            let currency = match self.fields.get(&currency_name).and_then(Value::as_str) {
                None => self.currency,
                Some(code) => match code.parse() {
                    Ok(currency) => currency,
                    Err(_) => {
                        self.fault(name, "unknown_currency");
                        return None;
                    }
                },
            };
            return match value?.as_str().map(|text| Money::parse(text, currency)) {
                Some(Ok(money)) if money.minor > 0 => {
                    self.note(name, format_args!("{} {}", money.minor, currency.code()));
                    Some(money)
                }
                Some(Ok(_)) => {
                    self.fault_with(name, "too_small", vec![("least", 1.into())]);
                    None
                }
                Some(Err(base::money::MoneyError::Range)) => {
                    self.fault_with(name, "too_large", vec![("most", most.into())]);
                    None
                }
                _ => {
                    self.fault(name, "invalid_format");
                    None
                }
            };
        }
        let Value::Object(fields) = value? else {
            self.fault(name, "invalid_type");
            return None;
        };
        let mut inner = Self::new(
            Mode::Json,
            format!("{}/{name}", self.path),
            fields,
            self.currency,
        );
        let minor = inner.number("amount_minor", true, 1, most);
        let code = inner.string("currency", true, Value::Null);
        let currency: Option<Currency> = code.as_deref().and_then(|c| c.parse().ok());
        if code.is_some() && currency.is_none() {
            inner.fault("currency", "unknown_currency");
        }
        inner.leftovers();
        self.faults.append(&mut inner.faults);
        Some(Money::new(minor?, currency?))
    }
}
