//! The milestone's states as one pure function.

use kernel::{Error, Result};

/// Where a milestone stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Part of the agreement, without money.
    Agreed,
    /// Its full amount lies in escrow; work may start.
    Funded,
    /// A delivery waits for the client.
    Submitted,
    /// The client asked for changes; the clock stands.
    ChangesRequested,
    /// Approved and released.
    Approved,
    /// Fell away with its contract, or by an amendment, before funding.
    Cancelled,
    /// Its contract ended early and all of it went back to the client.
    Refunded,
    /// Its contract ended early: a part was released, the rest went back.
    Split,
}

/// What happens to a milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Its payment was captured.
    Fund,
    /// The freelancer delivers.
    Submit,
    /// The client asks for changes.
    AskChanges,
    /// The client, or silence, approves.
    Approve,
    /// The contract ended before funding.
    Cancel,
    /// The contract ends early: all of it is released.
    SettleRelease,
    /// The contract ends early: all of it goes back.
    SettleRefund,
    /// The contract ends early: some is released, some goes back.
    SettleSplit,
}

impl State {
    /// Every state, in order of life.
    pub const ALL: [Self; 8] = [
        Self::Agreed,
        Self::Funded,
        Self::Submitted,
        Self::ChangesRequested,
        Self::Approved,
        Self::Cancelled,
        Self::Refunded,
        Self::Split,
    ];

    /// Its name in the database and in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agreed => "agreed",
            Self::Funded => "funded",
            Self::Submitted => "submitted",
            Self::ChangesRequested => "changes_requested",
            Self::Approved => "approved",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
            Self::Split => "split",
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
            (Self::Agreed, Step::Fund) => Some(Self::Funded),
            (Self::Agreed, Step::Cancel) => Some(Self::Cancelled),
            (Self::Funded | Self::ChangesRequested, Step::Submit) => Some(Self::Submitted),
            (Self::Submitted, Step::AskChanges) => Some(Self::ChangesRequested),
            (Self::Submitted, Step::Approve) => Some(Self::Approved),
            (held, Step::SettleRelease) if held.is_held() => Some(Self::Approved),
            (held, Step::SettleRefund) if held.is_held() => Some(Self::Refunded),
            (held, Step::SettleSplit) if held.is_held() => Some(Self::Split),
            _ => None,
        }
    }

    /// Whether its amount lies in escrow.
    #[must_use]
    pub const fn is_held(self) -> bool {
        matches!(
            self,
            Self::Funded | Self::Submitted | Self::ChangesRequested
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{State, Step};

    #[test]
    fn the_table_is_this() {
        let steps = [
            Step::Fund,
            Step::Submit,
            Step::AskChanges,
            Step::Approve,
            Step::Cancel,
            Step::SettleRelease,
            Step::SettleRefund,
            Step::SettleSplit,
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
            "agreed: funded - - - cancelled - - -",
            "funded: - submitted - - - approved refunded split",
            "submitted: - - changes_requested approved - approved refunded split",
            "changes_requested: - submitted - - - approved refunded split",
            "approved: - - - - - - - -",
            "cancelled: - - - - - - - -",
            "refunded: - - - - - - - -",
            "split: - - - - - - - -",
        ];
        assert_eq!(table, expected);
    }

    #[test]
    fn money_is_held_in_exactly_three_states() {
        let held: Vec<_> = State::ALL
            .into_iter()
            .filter(|s| s.is_held())
            .map(State::name)
            .collect();
        assert_eq!(held, ["funded", "submitted", "changes_requested"]);
    }
}
