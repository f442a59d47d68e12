//! The kinds of notices, and where their words are.

use base::Instant;
use serde::Deserialize;
use serde_json::Value;
use ui::{Arg, Locale, text};

/// The kinds a member may switch off, in the order of the page. A kind that is not listed is
/// always on; so are those that begin with `security_`.
pub const KINDS: &[&str] = &[
    "project_edited",
    "project_invitation",
    "invitation_declined",
    "project_paused",
    "project_resumed",
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
    "refund_by_bank",
    "receipt_issued",
    "earning_issued",
    "credit_note_issued",
    "fee_schedule_proposed",
    "bonus_received",
    "chargeback_opened",
    "chargeback_held",
    "chargeback_won",
    "chargeback_lost",
    "chargeback_released",
    "chargeback_taken",
    "debt_recovered",
    "earnings_available",
    "plan_set",
    "payout_review",
    "payout_approved",
    "payout_rejected",
    "payout_schedule_halted",
    "receipt_recorded",
    "receipt_unmatched",
    "payment_method_expiring",
    "payout_paid",
    "payout_failed",
    "contract_paused",
    "contract_resumed",
    "contract_held",
    "contract_disputed",
    "contract_dispute_won",
    "contract_dispute_lost",
    "contract_reactivated",
    "contract_terminated",
    "termination_proposed",
    "termination_called_off",
    "settlement_lapsed",
    "settlement_waits",
    "hold_decision",
    "amendment_proposed",
    "amendment_accepted",
    "amendment_declined",
    "amendment_withdrawn",
    "amendment_lapsed",
    "offer_countered",
    "counter_accepted",
    "work_shared",
    "part_delivered",
    "feedback_given",
    "payout_returned",
];

/// The rights of whom a kind can concern; none: everyone. One of them is enough.
pub(crate) fn rights(kind: &str) -> &'static [&'static str] {
    match kind {
        "project_position_free"
        | "project_expiring"
        | "project_expired"
        | "proposal_received"
        | "proposal_withdrawn"
        | "invitation_declined"
        | "offer_accepted"
        | "offer_declined"
        | "offer_countered"
        | "milestone_paid"
        | "delivery_submitted"
        | "review_reminder"
        | "work_shared"
        | "part_delivered"
        | "payment_failed"
        | "refund_made"
        | "payment_method_expiring" => &["project.create"],
        "project_invitation"
        | "project_paused"
        | "project_resumed"
        | "project_edited"
        | "project_cancelled"
        | "proposal_shortlisted"
        | "proposal_declined"
        | "proposal_closed"
        | "offer_received"
        | "offer_retracted"
        | "counter_accepted"
        | "milestone_funded"
        | "milestone_released"
        | "changes_requested"
        | "delivery_approved"
        | "feedback_given"
        | "bonus_received"
        | "earning_issued"
        | "chargeback_held"
        | "chargeback_released"
        | "chargeback_taken"
        | "debt_recovered"
        | "earnings_available"
        | "plan_set"
        | "payout_approved"
        | "payout_rejected"
        | "payout_schedule_halted"
        | "payout_paid"
        | "payout_failed"
        | "payout_returned" => &["proposal.submit"],
        "payout_review" => &["payout_review.list"],
        "fee_schedule_proposed" => &["fee_schedule.list"],
        "receipt_recorded" | "receipt_unmatched" => &["bank_receipt.list", "bank_receipt.record"],
        "settlement_waits" | "hold_decision" => &["contract.decide"],
        _ => &[],
    }
}

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

/// The fields of a JSON object as arguments of words: texts, whole numbers, and under names that end
/// in `_at` instants (RFC 3339), told as day and minute in the reader's language.
pub(crate) fn arguments(locale: Locale, fields: &Value) -> Vec<(&str, Arg<'_>)> {
    let fields = fields.as_object().into_iter().flatten();
    let instant = |name: &str, value: &Value| {
        let named = name.ends_with("_at").then_some(value)?;
        Some(text::date_time(locale, Instant::deserialize(named).ok()?))
    };
    fields
        .filter_map(|(name, value)| match value {
            Value::String(text) => {
                let told = instant(name, value).map_or_else(|| text.as_str().into(), Arg::from);
                Some((name.as_str(), told))
            }
            Value::Number(number) => number.as_i64().map(|n| (name.as_str(), n.into())),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_told_in_the_language_of_its_reader() {
        let fields = serde_json::json!({"until_at": "2026-11-20T15:45:00Z", "title": "2026-11-20T15:45:00Z"});
        let told = arguments(Locale::En, &fields);
        let text = |name: &str| {
            told.iter().find_map(|(n, v)| match v {
                Arg::Text(text) if *n == name => Some(text.to_string()),
                _ => None,
            })
        };
        assert_eq!(
            text("until_at").as_deref(),
            Some("20 November 2026, 15:45 UTC")
        );
        assert_eq!(text("title").as_deref(), Some("2026-11-20T15:45:00Z"));
    }

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
