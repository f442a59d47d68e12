//! How an audited act is told to a person: from its name, `noun.verb`, and what it changed.

use super::read::{AuditChangeView, AuditView};
use base::{Currency, Money};
use kernel::Cx;

/// What was done, or that somebody tried to: every act has words, from its own key or from those of its
/// record and verb.
pub(super) fn act(cx: &Cx, row: &AuditView) -> String {
    if row.outcome == "denied" {
        return of_verb(cx, "tried", &row.action);
    }
    let key = format!("audit-did-{}", row.action.replace(['.', '_'], "-"));
    if ui::text::has(cx.locale, &key) {
        cx.t(&key)
    } else {
        of_verb(cx, "did", &row.action)
    }
}

/// `Tried to publish: Project`, `Publish: Project`.
fn of_verb(cx: &Cx, how: &str, action: &str) -> String {
    let (noun, verb) = action.split_once('.').unwrap_or((action, ""));
    let key = format!("audit-verb-{}", verb.replace('_', "-"));
    let noun = kind(cx, noun);
    if ui::text::has(cx.locale, &key) {
        let verb = cx.t(&key);
        cx.tr(
            &format!("audit-{how}"),
            &[("verb", verb.into()), ("what", noun.into())],
        )
    } else {
        cx.tr(&format!("audit-{how}-something"), &[("what", noun.into())])
    }
}

/// The word for a kind of record.
pub(super) fn kind(cx: &Cx, kind: &str) -> String {
    let key = format!("audit-kind-{}", kind.replace('_', "-"));
    if ui::text::has(cx.locale, &key) {
        cx.t(&key)
    } else {
        cx.t("audit-kind-other")
    }
}

/// A field's value, a sum of money as money.
pub(super) fn value(cx: &Cx, row: &AuditView, field: &str, value: Option<&str>) -> String {
    let Some(value) = value else {
        return cx.t("audit-nothing");
    };
    if let Some(money) = money(cx, row, field, value) {
        return ui::text::money(cx.locale, money);
    }
    let mut cut: String = value.chars().take(120).collect();
    if cut.len() < value.len() {
        cut.push('…');
    }
    cut
}

/// The sum that the act was about, if it says one.
pub(super) fn sum(cx: &Cx, row: &AuditView) -> Option<Money> {
    row.changes
        .iter()
        .find_map(|c| money(cx, row, &c.field, c.after.as_deref()?))
}

fn money(cx: &Cx, row: &AuditView, field: &str, value: &str) -> Option<Money> {
    if !is_money(field) {
        return None;
    }
    let minor = value.parse().ok()?;
    Some(Money::new(minor, currency(cx, &row.changes)?))
}

/// Fields whose whole numbers are minor units.
fn is_money(field: &str) -> bool {
    field.ends_with("_minor")
        || matches!(
            field,
            "amount" | "bid" | "budget_min" | "budget_max" | "total" | "review_above"
        )
}

/// The currency that the act itself names, else the workspace's.
fn currency(cx: &Cx, changes: &[AuditChangeView]) -> Option<Currency> {
    let named = changes.iter().find(|c| c.field == "currency");
    match named.and_then(|c| c.after.as_deref()) {
        Some(code) => code.parse().ok(),
        None => cx.workspace().ok().map(|w| w.currency),
    }
}

#[cfg(test)]
mod tests {
    use super::is_money;

    #[test]
    fn what_counts_minor_units_is_money() {
        let told: Vec<_> = [
            "total_minor",
            "bid",
            "duration_days",
            "amount_of_files",
            "times",
        ]
        .into_iter()
        .map(is_money)
        .collect();
        assert_eq!(told, [true, true, false, false, false]);
    }
}
