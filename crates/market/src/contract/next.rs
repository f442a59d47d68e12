//! Who acts next on a contract, by when, and by which one act. Pure, so that page and tests agree.

use super::{ContractView, State};
use crate::{
    amendment::show::Waiting,
    milestone::{MilestoneView, State as Work},
};
use base::Instant;
use uuid::Uuid;

/// Who is to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The paying side.
    Client,
    /// The working side.
    Freelancer,
    /// Both.
    Both,
    /// Nobody: it has ended.
    Nobody,
}

/// The one act that moves the contract on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Answer the offer.
    Answer,
    /// Fund this milestone.
    Fund(Uuid),
    /// Deliver this milestone.
    Deliver(Uuid),
    /// Look at the delivery of this milestone.
    Judge(Uuid),
    /// Sign off.
    SignOff,
    /// Review the other party.
    Review,
    /// Answer the change of terms that the other side proposes.
    Amendment(Uuid),
    /// Answer the proposed end.
    Settle,
    /// Take the work up again.
    Resume,
    /// Propose how to end it.
    End,
}

/// Where a contract stands for its standing card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// Who acts.
    pub who: Who,
    /// By when, if a clock runs.
    pub due: Option<Instant>,
    /// By what act.
    pub act: Option<Act>,
    /// Key of the sentence that says so.
    pub words: &'static str,
}

const fn next(who: Who, due: Option<Instant>, act: Option<Act>, words: &'static str) -> Next {
    Next {
        who,
        due,
        act,
        words,
    }
}

/// What comes next.
#[must_use]
pub fn of(contract: &ContractView, state: State) -> Next {
    let nobody = |words| next(Who::Nobody, None, None, words);
    match state {
        State::Offered => next(
            Who::Freelancer,
            contract.offer_expires_at,
            Some(Act::Answer),
            "work-stands-offered",
        ),
        State::Declined => nobody("work-stands-declined"),
        State::Retracted => nobody("work-stands-retracted"),
        State::Expired => nobody("work-stands-expired"),
        State::Cancelled => nobody("work-stands-cancelled"),
        State::Accepted | State::Active => work(&contract.milestones),
        State::Paused => next(Who::Both, None, Some(Act::Resume), "amend-stands-paused"),
        State::OnHold => next(Who::Client, None, Some(Act::End), "amend-stands-on-hold"),
        State::Terminating => settling(contract),
        State::Closing => {
            let who = match (
                contract.client_signed_off_at.is_some(),
                contract.freelancer_signed_off_at.is_some(),
            ) {
                (false, true) => Who::Client,
                (true, false) => Who::Freelancer,
                _ => Who::Both,
            };
            next(
                who,
                contract.closes_at,
                Some(Act::SignOff),
                "work-stands-closing",
            )
        }
        State::Terminated
            if contract.review_until.is_none() || contract.reviews_published_at.is_some() =>
        {
            nobody("amend-stands-terminated")
        }
        State::Completed | State::Terminated if contract.reviews_published_at.is_none() => next(
            Who::Both,
            contract.review_until,
            Some(Act::Review),
            "work-stands-reviewing",
        ),
        State::Completed | State::Terminated => nobody("work-stands-completed"),
    }
}

/// A contract that is being ended waits for whoever did not propose how, or for staff.
fn settling(contract: &ContractView) -> Next {
    let Some(open) = contract
        .termination
        .as_ref()
        .filter(|t| t.state == "proposed")
    else {
        return next(Who::Nobody, None, None, "amend-stands-for-staff");
    };
    let who = if open.proposed_by == contract.client.id {
        Who::Freelancer
    } else {
        Who::Client
    };
    next(
        who,
        Some(open.lapses_at),
        Some(Act::Settle),
        "amend-stands-terminating",
    )
}

/// An open change of terms: it goes before work that waits, unless a clock runs.
#[must_use]
pub(crate) fn with_amendment(stands: Next, client: Uuid, open: &Waiting) -> Next {
    let who = if open.proposed_by == client {
        Who::Freelancer
    } else {
        Who::Client
    };
    let words = if open.counter {
        "amend-stands-countered"
    } else {
        "amend-stands-amendment"
    };
    match stands.act {
        Some(Act::Judge(_) | Act::Settle | Act::SignOff | Act::Review) | None => stands,
        _ => next(
            who,
            Some(open.lapses_at),
            Some(Act::Amendment(open.id)),
            words,
        ),
    }
}

/// Whoever has reviewed the other waits for the other's review.
#[must_use]
pub(crate) fn with_review(stands: Next, role: Option<&str>, reviewed: bool) -> Next {
    let who = match (stands.act, role) {
        (Some(Act::Review), Some("client")) if reviewed => Who::Freelancer,
        (Some(Act::Review), Some("freelancer")) if reviewed => Who::Client,
        _ => return stands,
    };
    Next { who, ..stands }
}

/// Among the milestones: a delivery to judge goes before work to do, work before money to put in.
fn work(milestones: &[MilestoneView]) -> Next {
    let first = |states: &[Work]| {
        milestones
            .iter()
            .find(|m| states.iter().any(|s| s.name() == m.state))
    };
    if let Some(m) = first(&[Work::Submitted]) {
        return next(
            Who::Client,
            m.review_until,
            Some(Act::Judge(m.id)),
            "work-stands-submitted",
        );
    }
    if let Some(m) = first(&[Work::ChangesRequested]) {
        return next(
            Who::Freelancer,
            m.due_at,
            Some(Act::Deliver(m.id)),
            "work-stands-changes",
        );
    }
    if let Some(m) = first(&[Work::Funded]) {
        return next(
            Who::Freelancer,
            m.due_at,
            Some(Act::Deliver(m.id)),
            "work-stands-funded",
        );
    }
    match first(&[Work::Agreed]) {
        Some(m) => next(
            Who::Client,
            None,
            Some(Act::Fund(m.id)),
            "work-stands-unfunded",
        ),
        None => next(Who::Nobody, None, None, "work-stands-completed"),
    }
}

impl Who {
    /// Whether a party of this role acts.
    #[must_use]
    pub fn is(self, role: Option<&str>) -> bool {
        match self {
            Self::Both => role.is_some(),
            Self::Client => role == Some("client"),
            Self::Freelancer => role == Some("freelancer"),
            Self::Nobody => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Act, Who, work};
    use crate::milestone::{MilestoneView, State, show::Charge, store::Row};
    use base::{Currency, Money};

    fn milestone(position: i32, state: State) -> MilestoneView {
        let row = Row {
            id: base::id::new(),
            contract_id: base::id::new(),
            position,
            title: "Part".to_owned(),
            amount: Money::new(10_000, Currency::USD),
            due_days: 7,
            state,
            fee_version: None,
            fee_basis_points: None,
            payee_fee_minor: None,
            client_fee_minor: None,
            clearance_days: None,
            funded_at: None,
            due_at: None,
            submitted_at: None,
            review_until: None,
            reminders: 0,
            approved_at: None,
            approved_by: None,
            review_left_seconds: None,
            checklist: vec![],
            checklist_waiver: None,
            refunded_minor: None,
            split_from: None,
            version: 1,
        };
        let now = Charge {
            version: 1,
            basis_points: 500,
            fee: Money::new(500, Currency::USD),
        };
        MilestoneView::of(&row, now)
    }

    #[test]
    fn a_delivery_goes_before_work_and_work_before_money() {
        let all = [
            milestone(1, State::Agreed),
            milestone(2, State::Funded),
            milestone(3, State::Submitted),
        ];
        assert_eq!(work(&all).act, Some(Act::Judge(all[2].id)));
        assert_eq!(work(&all[..2]).act, Some(Act::Deliver(all[1].id)));
        assert_eq!(work(&all[..2]).who, Who::Freelancer);
        assert_eq!(work(&all[..1]).act, Some(Act::Fund(all[0].id)));
        assert_eq!(work(&all[..1]).who, Who::Client);
    }

    #[test]
    fn who_has_reviewed_waits_for_the_other() {
        let both = super::next(Who::Both, None, Some(Act::Review), "work-stands-reviewing");
        let who = |role, reviewed| super::with_review(both, role, reviewed).who;
        assert_eq!(who(Some("client"), true), Who::Freelancer);
        assert_eq!(who(Some("freelancer"), true), Who::Client);
        assert_eq!(who(Some("client"), false), Who::Both);
        assert_eq!(who(None, true), Who::Both);
    }

    #[test]
    fn fee_and_net_add_up() {
        let one = milestone(1, State::Agreed);
        assert_eq!((one.fee_money().minor, one.net_money().minor), (500, 9_500));
    }
}
