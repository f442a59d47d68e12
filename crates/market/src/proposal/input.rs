//! What a freelancer says in a proposal, in JSON and in forms alike.

use crate::project::input::{QUESTIONS_MOST, date};
use base::Money;
use kernel::{Input, Reader, list::Paging};
use uuid::Uuid;

/// A part of the plan.
#[derive(Debug, Clone)]
pub struct NewPart {
    /// What is delivered.
    pub title: String,
    /// For how much.
    pub amount: Money,
    /// Days after it is funded.
    pub due_days: i64,
}
impl Input for NewPart {
    fn read(r: &mut Reader) -> Self {
        Self {
            title: r.line("title", 1, 120),
            amount: r.money("amount"),
            due_days: r.integer("due_days", 1, 730),
        }
    }
}

/// An answer to a question of the project.
#[derive(Debug, Clone)]
pub struct NewAnswer {
    /// The question's place, from 1.
    pub position: i64,
    /// What is answered; empty leaves it open.
    pub answer: String,
}
impl Input for NewAnswer {
    fn read(r: &mut Reader) -> Self {
        Self {
            position: r.integer("position", 1, 10),
            answer: r.block("answer", 0, 2000),
        }
    }
}

/// A bid with its plan.
#[derive(Debug, Clone)]
pub struct NewProposal {
    /// The whole amount; the parts sum to it.
    pub bid: Money,
    /// The letter.
    pub cover_letter: String,
    /// Duration in days.
    pub duration_days: i64,
    /// The parts, in order.
    pub milestones: Vec<NewPart>,
    /// Answers to the project's questions.
    pub answers: Vec<NewAnswer>,
    /// The first day on which work can begin, `YYYY-MM-DD`.
    pub available_from: Option<String>,
    /// Hours a week that are free for it.
    pub weekly_hours: Option<i64>,
    /// Files that go with it.
    pub files: Vec<Uuid>,
}
impl Input for NewProposal {
    fn read(r: &mut Reader) -> Self {
        let proposal = Self {
            bid: r.money("bid"),
            cover_letter: r.block("cover_letter", 1, 5000),
            duration_days: r.integer("duration_days", 1, 730),
            milestones: r.objects("milestones", 1, 20),
            answers: r.objects("answers", 0, QUESTIONS_MOST),
            available_from: date(r, "available_from"),
            weekly_hours: r.integer_opt("weekly_hours", 1, 80),
            files: r.ids("files", 0, files::MOST_FILES),
        };
        if r.is_sound() {
            for fault in sums(proposal.bid, &proposal.milestones) {
                r.fault(&fault.0, fault.1);
            }
        }
        proposal
    }
}

/// Changes to a proposal; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct ChangeProposal {
    /// The whole amount.
    pub bid: Option<Money>,
    /// The letter.
    pub cover_letter: Option<String>,
    /// Duration in days.
    pub duration_days: Option<i64>,
    /// All parts.
    pub milestones: Option<Vec<NewPart>>,
    /// All answers.
    pub answers: Option<Vec<NewAnswer>>,
    /// The first day, or none.
    pub available_from: Option<Option<String>>,
    /// Hours a week, or none.
    pub weekly_hours: Option<Option<i64>>,
}
impl Input for ChangeProposal {
    fn read(r: &mut Reader) -> Self {
        let [answered, dated, timed] =
            ["answers", "available_from", "weekly_hours"].map(|name| r.given(name));
        let answers = r.objects("answers", 0, QUESTIONS_MOST);
        let (day, hours) = (
            date(r, "available_from"),
            r.integer_opt("weekly_hours", 1, 80),
        );
        Self {
            answers: answered.then_some(answers),
            available_from: dated.then_some(day),
            weekly_hours: timed.then_some(hours),
            bid: r.money_opt("bid"),
            cover_letter: Some(r.block("cover_letter", 0, 5000)).filter(|t| !t.is_empty()),
            duration_days: r.integer_opt("duration_days", 1, 730),
            milestones: Some(r.objects("milestones", 0, 20))
                .filter(|m: &Vec<NewPart>| !m.is_empty()),
        }
    }
}
impl From<NewProposal> for ChangeProposal {
    fn from(all: NewProposal) -> Self {
        Self {
            bid: Some(all.bid),
            cover_letter: Some(all.cover_letter),
            duration_days: Some(all.duration_days),
            milestones: Some(all.milestones),
            answers: Some(all.answers),
            available_from: Some(all.available_from),
            weekly_hours: Some(all.weekly_hours),
        }
    }
}

/// What is wrong with the sums of a plan: pointer and code.
#[must_use]
pub fn sums(bid: Money, parts: &[NewPart]) -> Vec<(String, &'static str)> {
    let foreign = parts
        .iter()
        .enumerate()
        .filter(|(_, p)| p.amount.currency != bid.currency);
    let mut faults: Vec<_> = foreign
        .map(|(at, _)| {
            (
                format!("milestones/{at}/amount/currency"),
                "currency_mismatch",
            )
        })
        .collect();
    if !faults.is_empty() {
        faults.insert(0, ("bid/currency".to_owned(), "currency_mismatch"));
    }
    let sum = parts
        .iter()
        .try_fold(0_i64, |sum, p| sum.checked_add(p.amount.minor));
    if faults.is_empty() && sum != Some(bid.minor) {
        faults.push(("bid".to_owned(), "milestones_do_not_sum"));
        faults.push(("milestones".to_owned(), "milestones_do_not_sum"));
    }
    faults
}

/// Why a proposal is turned down.
pub struct Decline {
    /// Told to the freelancer.
    pub reason: Option<String>,
}
impl Input for Decline {
    fn read(r: &mut Reader) -> Self {
        Self {
            reason: Some(r.block("reason", 0, 1000)).filter(|t| !t.is_empty()),
        }
    }
}

/// Most characters of a client's note.
pub const NOTE_MOST: usize = 2000;

/// What a client notes for themselves about a proposal.
pub struct NewNote {
    /// Empty takes the note away.
    pub note: String,
}
impl Input for NewNote {
    fn read(r: &mut Reader) -> Self {
        Self {
            note: r.block("note", 0, NOTE_MOST),
        }
    }
}

/// States a list of proposals can be filtered by.
pub const STATES: &[&str] = &[
    "submitted",
    "shortlisted",
    "offered",
    "hired",
    "declined",
    "withdrawn",
    "closed",
];
/// Orders of a client's inbox.
pub const SORTS: &[&str] = &["newest", "lowest", "highest", "quickest", "rating"];

/// Which proposals a list shows.
#[derive(Debug, Clone)]
pub struct ProposalsQuery {
    /// Only in this state.
    pub state: Option<&'static str>,
    /// Order; only in a client's inbox.
    pub sort: Option<&'static str>,
    /// Whether the client has opened them; only in a client's inbox.
    pub viewed: Option<&'static str>,
    /// Bids up to this, decimal text in the workspace's currency; only in a client's inbox.
    pub bid_max: Option<String>,
    /// Which page.
    pub paging: Paging,
}
impl ProposalsQuery {
    /// Asks whether there is any, in whatever state.
    #[must_use]
    pub fn all() -> Self {
        Self {
            state: None,
            sort: None,
            viewed: None,
            bid_max: None,
            paging: Paging::first(1),
        }
    }
}
impl Input for ProposalsQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            state: r.choice_opt("state", STATES),
            sort: r.choice_opt("sort", SORTS),
            viewed: r.choice_opt("viewed", &["true", "false"]),
            bid_max: r.sum_opt("bid_max", "Bids up to this; only in a client's inbox"),
            paging: Paging::read(r),
        }
    }
}

/// Which proposals are put side by side.
pub struct CompareQuery {
    /// Their ids.
    pub ids: Vec<uuid::Uuid>,
}
impl Input for CompareQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            ids: r.ids("ids", 0, 100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Currency;
    use serde_json::json;

    #[test]
    fn a_plan_in_another_currency_is_told_wherever_it_shows() {
        let part = |minor, currency| NewPart {
            title: "Part".to_owned(),
            amount: Money::new(minor, currency),
            due_days: 5,
        };
        let euro = "EUR".parse().expect("a currency");
        let parts = [part(400, Currency::USD), part(600, euro)];
        let faults = sums(Money::new(1_000, Currency::USD), &parts);
        let told: Vec<_> = faults.iter().map(|f| f.0.as_str()).collect();
        assert_eq!(told, ["bid/currency", "milestones/1/amount/currency"]);
    }

    #[test]
    fn a_plan_that_does_not_sum_is_told_at_both_ends() {
        let usd = |n: i64| json!({"amount_minor": n, "currency": "USD"});
        let body = json!({"bid": usd(1000), "cover_letter": "I can", "duration_days": 5,
            "milestones": [{"title": "All", "amount": usd(999), "due_days": 5}]});
        let faults = Reader::json::<NewProposal>(body, Currency::USD)
            .err()
            .unwrap_or_default();
        let pointers: Vec<_> = faults
            .iter()
            .map(|f| (f.pointer.as_str(), f.code))
            .collect();
        assert_eq!(
            pointers,
            [
                ("/bid", "milestones_do_not_sum"),
                ("/milestones", "milestones_do_not_sum")
            ]
        );
    }
}
