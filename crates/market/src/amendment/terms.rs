//! The terms of a contract as a document, and what a proposal makes of them. Pure.

use super::propose::NewAmendment;
use crate::milestone::{self, State};
use base::{Money, money};
use kernel::error::Fault;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A contract's terms at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Terms {
    /// What is to be done, Markdown.
    pub description: String,
    /// Rounds of changes included per milestone.
    pub revisions: i32,
    /// The sum of the milestones.
    pub total: money::View,
    /// The milestones in order.
    pub milestones: Vec<TermsMilestone>,
}

/// A milestone in the terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TermsMilestone {
    /// The milestone; absent where it is to be added.
    pub milestone_id: Option<Uuid>,
    /// Its title.
    pub title: String,
    /// What it costs.
    pub amount: money::View,
    /// Days after funding at which it is due.
    pub due_days: i32,
    /// What a delivery must show.
    pub checklist: Vec<String>,
    /// Whether money is or was held for it, so that only its dates may change.
    pub funded: bool,
}

/// The terms that a contract's rows say.
#[must_use]
pub fn of(
    description: &str,
    revisions: i32,
    total: Money,
    milestones: &[milestone::store::Row],
) -> Terms {
    Terms {
        description: description.to_owned(),
        revisions,
        total: total.into(),
        milestones: milestones
            .iter()
            .filter(|m| m.state != State::Cancelled)
            .map(|m| TermsMilestone {
                milestone_id: Some(m.id),
                title: m.title.clone(),
                amount: m.amount.into(),
                due_days: m.due_days,
                checklist: m.checklist.clone(),
                funded: m.state != State::Agreed,
            })
            .collect(),
    }
}

/// What a proposal makes of these terms. Milestones with money keep everything but their dates and
/// checklist; those without it are replaced by the list proposed.
///
/// # Errors
/// Faults at the fields: `unknown_milestone`, `milestone_funded`, `currency_mismatch`,
/// `nothing_changed`, `too_large`.
pub fn after(before: &Terms, input: &NewAmendment) -> Result<Terms, Vec<Fault>> {
    let mut faults = vec![];
    let mut next = before.clone();
    if let Some(description) = &input.description {
        next.description.clone_from(description);
    }
    if let Some(revisions) = input.revisions {
        next.revisions = i32::try_from(revisions).unwrap_or(next.revisions);
    }
    if let Some(list) = &input.milestones {
        next.milestones
            .retain(|m| m.funded || list.iter().any(|n| n.id == m.milestone_id && !n.remove));
        for (at, new) in list.iter().enumerate() {
            let at = |field: &str, code| Fault::new(format!("/milestones/{at}/{field}"), code);
            if new.amount.currency.code() != before.total.currency {
                faults.push(at("amount/currency", "currency_mismatch"));
                continue;
            }
            let wanted = TermsMilestone {
                milestone_id: new.id,
                title: new.title.clone(),
                amount: new.amount.into(),
                due_days: i32::try_from(new.due_days).unwrap_or(1),
                checklist: new.checklist.clone(),
                funded: false,
            };
            if new.id.is_none() {
                if !new.remove {
                    next.milestones.push(wanted);
                }
                continue;
            }
            let known = before.milestones.iter().find(|m| m.milestone_id == new.id);
            match known {
                None => faults.push(at("milestone_id", "unknown_milestone")),
                Some(m)
                    if m.funded
                        && (new.remove || m.amount != wanted.amount || m.title != wanted.title) =>
                {
                    faults.push(at("amount", "milestone_funded"));
                }
                Some(_) => {
                    if let Some(m) = next
                        .milestones
                        .iter_mut()
                        .find(|m| m.milestone_id == new.id)
                    {
                        *m = TermsMilestone {
                            funded: m.funded,
                            ..wanted
                        };
                    }
                }
            }
        }
    }
    let sum = next
        .milestones
        .iter()
        .try_fold(0_i64, |sum, m| sum.checked_add(m.amount.amount_minor))
        .filter(|sum| *sum <= base::money::MAX_MINOR);
    match sum {
        Some(sum) => next.total.amount_minor = sum,
        None => faults.push(Fault::new("/milestones", "too_large")),
    }
    if next.milestones.is_empty() {
        faults.push(Fault::new("/milestones", "required"));
    }
    if faults.is_empty() && next == *before {
        faults.push(Fault::new("", "nothing_changed"));
    }
    if faults.is_empty() {
        Ok(next)
    } else {
        Err(faults)
    }
}

/// Whether an amendment still fits: whatever it changes or takes out stands as it did when it was
/// proposed.
#[must_use]
pub fn fits(before: &Terms, after: &Terms, now: &Terms) -> bool {
    before.milestones.iter().all(|old| {
        let same = |list: &Terms| {
            list.milestones
                .iter()
                .any(|m| m.milestone_id == old.milestone_id && m == old)
        };
        same(after) || same(now)
    })
}

#[cfg(test)]
mod tests {
    use super::{Terms, TermsMilestone, after, fits};
    use crate::amendment::propose::{NewAmendment, NewTerm};
    use base::{Currency, Money};
    use uuid::Uuid;

    fn money(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn term(id: Option<Uuid>, title: &str, minor: i64) -> NewTerm {
        NewTerm {
            id,
            title: title.to_owned(),
            amount: money(minor),
            due_days: 7,
            checklist: vec![],
            remove: false,
        }
    }

    fn terms() -> (Terms, Uuid, Uuid) {
        let (held, open) = (base::id::new(), base::id::new());
        let one = |id, minor, funded| TermsMilestone {
            milestone_id: Some(id),
            title: "Part".to_owned(),
            amount: money(minor).into(),
            due_days: 7,
            checklist: vec![],
            funded,
        };
        let terms = Terms {
            description: "All".to_owned(),
            revisions: 2,
            total: money(30_000).into(),
            milestones: vec![one(held, 10_000, true), one(open, 20_000, false)],
        };
        (terms, held, open)
    }

    fn change(milestones: Vec<NewTerm>) -> NewAmendment {
        NewAmendment {
            milestones: Some(milestones),
            revisions: None,
            description: None,
            note: String::new(),
        }
    }

    #[test]
    fn what_is_not_named_and_not_funded_falls_away() {
        let (before, held, open) = terms();
        let next = after(&before, &change(vec![term(None, "New", 5_000)]))
            .unwrap_or_else(|_| panic!("fits"));
        let ids: Vec<_> = next.milestones.iter().map(|m| m.milestone_id).collect();
        assert_eq!(
            (ids, next.total.amount_minor),
            (vec![Some(held), None], 15_000)
        );
        assert!(fits(&before, &next, &before));
        let mut later = before.clone();
        if let Some(m) = later
            .milestones
            .iter_mut()
            .find(|m| m.milestone_id == Some(open))
        {
            m.funded = true;
        }
        assert!(!fits(&before, &next, &later), "funded meanwhile");
    }

    #[test]
    fn funded_money_stays() {
        let (before, held, _) = terms();
        let codes = |input| {
            let faults = after(&before, &input).err().unwrap_or_default();
            faults.into_iter().map(|f| f.code).collect::<Vec<_>>()
        };
        assert_eq!(
            codes(change(vec![term(Some(held), "Part", 9_000)])),
            ["milestone_funded"]
        );
        assert_eq!(
            codes(change(vec![term(Some(base::id::new()), "Part", 9_000)])),
            ["unknown_milestone"]
        );
        let same = NewAmendment {
            milestones: None,
            revisions: Some(2),
            description: None,
            note: String::new(),
        };
        assert_eq!(codes(same), ["nothing_changed"]);
    }
}
