//! The kinds of notices, and where their words are.

use serde_json::Value;
use ui::{Arg, Locale, text};

/// The kinds a member may switch off, in the order of the page. A kind that is not listed is
/// always on; so are those that begin with `security_`.
pub const KINDS: &[&str] = &[
    "project_edited",
    "project_cancelled",
    "project_position_free",
    "project_expiring",
    "project_expired",
    "proposal_received",
    "proposal_withdrawn",
    "proposal_shortlisted",
    "proposal_declined",
    "proposal_closed",
    "offer_received",
    "offer_retracted",
    "offer_accepted",
    "offer_declined",
    "offer_expired",
    "contract_cancelled",
    "milestone_funded",
    "milestone_paid",
    "delivery_submitted",
    "review_reminder",
    "changes_requested",
    "delivery_approved",
    "milestone_released",
    "delivery_auto_approved",
    "sign_off_asked",
    "contract_signed_off",
    "contract_completed",
    "review_received",
    "review_published",
    "payment_failed",
    "refund_made",
    "refund_stuck",
    "chargeback_opened",
    "payout_paid",
    "payout_failed",
    "payout_returned",
];

/// The locale key of a part (`title`, `body`) of a notice's words.
pub(crate) fn key(locale: Locale, kind: &str, part: &str) -> String {
    worded(locale, &format!("notice-{kind}-{part}"))
}

/// A key as its crate wrote it: with dashes, or with the underscores of the kind.
pub(crate) fn worded(locale: Locale, key: &str) -> String {
    let dashed = key.replace('_', "-");
    if text::has(locale, &dashed) {
        dashed
    } else {
        key.to_owned()
    }
}

/// The fields of a JSON object as arguments of words: texts and whole numbers.
pub(crate) fn arguments(fields: &Value) -> Vec<(&str, Arg<'_>)> {
    let fields = fields.as_object().into_iter().flatten();
    fields
        .filter_map(|(name, value)| match value {
            Value::String(text) => Some((name.as_str(), text.as_str().into())),
            Value::Number(number) => number.as_i64().map(|n| (name.as_str(), n.into())),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_words() {
        for (locale, kind) in Locale::ALL
            .iter()
            .flat_map(|l| KINDS.iter().map(move |k| (*l, *k)))
        {
            let label = format!("notify-kind-{}", kind.replace('_', "-"));
            assert!(text::has(locale, &label), "{label} in {}", locale.code());
            for part in ["title", "body"] {
                let key = key(locale, kind, part);
                assert!(text::has(locale, &key), "{key} in {}", locale.code());
            }
        }
    }
}
