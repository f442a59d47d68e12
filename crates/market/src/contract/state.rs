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
    /// All milestones are approved; both are asked to sign off.
    Closing,
    /// Done.
    Completed,
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
}

impl State {
    /// Every state, in order of life.
    pub const ALL: [Self; 9] = [
        Self::Offered,
        Self::Declined,
        Self::Retracted,
        Self::Expired,
        Self::Accepted,
        Self::Cancelled,
        Self::Active,
        Self::Closing,
        Self::Completed,
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
            Self::Closing => "closing",
            Self::Completed => "completed",
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
            _ => None,
        }
    }

    /// Whether milestones may be funded now.
    #[must_use]
    pub const fn takes_funding(self) -> bool {
        matches!(self, Self::Accepted | Self::Active)
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
            "offered: accepted declined retracted expired - - - -",
            "declined: - - - - - - - -",
            "retracted: - - - - - - - -",
            "expired: - - - - - - - -",
            "accepted: - - - - cancelled active - -",
            "cancelled: - - - - - - - -",
            "active: - - - - - - closing -",
            "closing: - - - - - - - completed",
            "completed: - - - - - - - -",
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
