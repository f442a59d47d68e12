//! The contract's states as one pure function.

use kernel::{Error, Result};

/// Where a contract stands. An offer is a contract in state `Offered`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The client offered; the freelancer has not answered.
    Offered,
    /// The freelancer said no.
    Declined,
    /// The client took the offer back.
    Retracted,
    /// Nobody answered in time.
    Expired,
    /// Both signed; nothing is funded yet.
    Accepted,
    /// Ended before any money was held.
    Cancelled,
    /// At least one milestone was funded.
    Active,
    /// One side asked that work stand still; no delivery, no funding.
    Paused,
    /// A party is suspended; money stays in escrow until the platform's staff decide.
    OnHold,
    /// One side ends it; what becomes of the money in escrow is being agreed.
    Terminating,
    /// All milestones are approved; both are asked to sign off.
    Closing,
    /// Done.
    Completed,
    /// Ended early, all escrow settled.
    Terminated,
}

/// What happens to a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The freelancer accepts.
    Accept,
    /// The freelancer declines.
    Decline,
    /// The client retracts.
    Retract,
    /// The time to answer passed.
    Lapse,
    /// A party cancels before funding.
    Cancel,
    /// The first milestone was funded.
    Start,
    /// The last milestone was approved.
    Finish,
    /// Both signed off, or silence counted.
    Complete,
    /// A party stops work for a time.
    Pause,
    /// A party takes it up again.
    Resume,
    /// A party was suspended.
    Hold,
    /// A party, or staff, ends it.
    Terminate,
    /// A hold or a termination is called off: work goes on.
    BackToActive,
    /// A hold or a termination of a paused contract is called off.
    BackToPaused,
    /// A termination of a held contract is called off.
    BackToHold,
    /// The escrow of an ending contract is settled.
    Settle,
}

impl State {
    /// Every state, in order of life.
    pub const ALL: [Self; 13] = [
        Self::Offered,
        Self::Declined,
        Self::Retracted,
        Self::Expired,
        Self::Accepted,
        Self::Cancelled,
        Self::Active,
        Self::Paused,
        Self::OnHold,
        Self::Terminating,
        Self::Closing,
        Self::Completed,
        Self::Terminated,
    ];

    /// Its name in the database and in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Declined => "declined",
            Self::Retracted => "retracted",
            Self::Expired => "expired",
            Self::Accepted => "accepted",
            Self::Cancelled => "cancelled",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::OnHold => "on_hold",
            Self::Terminating => "terminating",
            Self::Closing => "closing",
            Self::Completed => "completed",
            Self::Terminated => "terminated",
        }
    }

    /// Reads a name of the database.
    ///
    /// # Errors
    /// A name that is none of ours, which the schema rules out.
    pub fn read(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|s| s.name() == name)
            .ok_or(Error::NotFound)
    }

    /// The state after a step, or nothing where the step is illegal.
    #[must_use]
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Offered, Step::Accept) => Some(Self::Accepted),
            (Self::Offered, Step::Decline) => Some(Self::Declined),
            (Self::Offered, Step::Retract) => Some(Self::Retracted),
            (Self::Offered, Step::Lapse) => Some(Self::Expired),
            (Self::Accepted, Step::Cancel) => Some(Self::Cancelled),
            (Self::Accepted, Step::Start) => Some(Self::Active),
            (Self::Active, Step::Finish) => Some(Self::Closing),
            (Self::Closing, Step::Complete) => Some(Self::Completed),
            (Self::Active, Step::Pause) => Some(Self::Paused),
            (Self::Paused, Step::Resume) => Some(Self::Active),
            (Self::Active | Self::Paused, Step::Hold) => Some(Self::OnHold),
            (Self::Active | Self::Paused | Self::OnHold, Step::Terminate) => {
                Some(Self::Terminating)
            }
            (Self::OnHold | Self::Terminating, Step::BackToActive) => Some(Self::Active),
            (Self::OnHold | Self::Terminating, Step::BackToPaused) => Some(Self::Paused),
            (Self::Terminating, Step::BackToHold) => Some(Self::OnHold),
            (Self::Terminating, Step::Settle) => Some(Self::Terminated),
            _ => None,
        }
    }

    /// The step that leads back to this state from a hold or a termination.
    #[must_use]
    pub const fn back(self) -> Option<Step> {
        match self {
            Self::Active => Some(Step::BackToActive),
            Self::Paused => Some(Step::BackToPaused),
            Self::OnHold => Some(Step::BackToHold),
            _ => None,
        }
    }

    /// Whether work is under way and stands still for now: clocks keep what remains of them.
    #[must_use]
    pub const fn is_stopped(self) -> bool {
        matches!(self, Self::Paused | Self::OnHold | Self::Terminating)
    }

    /// Whether nothing more happens on it but reviews.
    #[must_use]
    pub const fn has_ended(self) -> bool {
        matches!(
            self,
            Self::Declined
                | Self::Retracted
                | Self::Expired
                | Self::Cancelled
                | Self::Completed
                | Self::Terminated
        )
    }

    /// Whether the terms may be changed by both now.
    #[must_use]
    pub const fn takes_amendments(self) -> bool {
        matches!(self, Self::Accepted | Self::Active | Self::Paused)
    }

    /// Whether a change of the terms may wait for an answer: one that was proposed, or a counter to
    /// the offer.
    #[must_use]
    pub const fn keeps_amendments(self) -> bool {
        matches!(self, Self::Offered) || self.takes_amendments()
    }

    /// Whether milestones may be funded now.
    #[must_use]
    pub const fn takes_funding(self) -> bool {
        matches!(self, Self::Accepted | Self::Active)
    }

    /// Whether money that was paid while milestones might be funded is still taken: also where
    /// work stands still meanwhile, since it goes on.
    #[must_use]
    pub const fn takes_captured(self) -> bool {
        matches!(
            self,
            Self::Accepted | Self::Active | Self::Paused | Self::OnHold
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{State, Step};

    #[test]
    fn the_table_is_this() {
        let steps = [
            Step::Accept,
            Step::Decline,
            Step::Retract,
            Step::Lapse,
            Step::Cancel,
            Step::Start,
            Step::Finish,
            Step::Complete,
            Step::Pause,
            Step::Resume,
            Step::Hold,
            Step::Terminate,
            Step::BackToActive,
            Step::BackToPaused,
            Step::BackToHold,
            Step::Settle,
        ];
        let table: Vec<String> = State::ALL
            .into_iter()
            .map(|from| {
                let row: Vec<&str> = steps
                    .iter()
                    .map(|step| from.after(*step).map_or("-", State::name))
                    .collect();
                format!("{}: {}", from.name(), row.join(" "))
            })
            .collect();
        let expected = [
            "offered: accepted declined retracted expired - - - - - - - - - - - -",
            "declined: - - - - - - - - - - - - - - - -",
            "retracted: - - - - - - - - - - - - - - - -",
            "expired: - - - - - - - - - - - - - - - -",
            "accepted: - - - - cancelled active - - - - - - - - - -",
            "cancelled: - - - - - - - - - - - - - - - -",
            "active: - - - - - - closing - paused - on_hold terminating - - - -",
            "paused: - - - - - - - - - active on_hold terminating - - - -",
            "on_hold: - - - - - - - - - - - terminating active paused - -",
            "terminating: - - - - - - - - - - - - active paused on_hold terminated",
            "closing: - - - - - - - completed - - - - - - - -",
            "completed: - - - - - - - - - - - - - - - -",
            "terminated: - - - - - - - - - - - - - - - -",
        ];
        assert_eq!(table, expected);
    }

    #[test]
    fn names_read_back() {
        for state in State::ALL {
            assert_eq!(State::read(state.name()).ok(), Some(state));
        }
    }
}
