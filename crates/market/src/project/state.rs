//! The states of a project and what leads from one to another.

use kernel::Result;

/// Where a project stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Being written; only its owner sees it.
    Draft,
    /// Taking proposals.
    Open,
    /// Thirty days without activity; reopening undoes it.
    Expired,
    /// All positions are filled.
    InProgress,
    /// All contracts have ended.
    Completed,
    /// Given up by its owner.
    Cancelled,
}

/// What may happen to a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The owner shows it to others.
    Publish,
    /// Its terms change.
    Edit,
    /// A freelancer bids.
    Bid,
    /// An offer is made on a bid.
    Offer,
    /// One more position is filled, others are still free.
    Hire,
    /// The last position is filled.
    Fill,
    /// A hired freelancer's contract ended before work began.
    Release,
    /// All contracts have ended.
    Complete,
    /// Thirty days without activity.
    Expire,
    /// The owner takes it up again.
    Reopen,
    /// The owner gives it up.
    Cancel,
}

impl State {
    /// All states.
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::Open,
        Self::Expired,
        Self::InProgress,
        Self::Completed,
        Self::Cancelled,
    ];

    /// Its name in the database and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Expired => "expired",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads a stored state.
    ///
    /// # Errors
    /// Internal, for a state this version does not know.
    pub fn parse(name: &str) -> Result<Self> {
        let known = Self::ALL.into_iter().find(|s| s.name() == name);
        Ok(known.ok_or_else(|| anyhow::anyhow!("a project is stored as {name}"))?)
    }

    /// The state after a step, or nothing where the step is not allowed.
    #[must_use]
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Draft, Step::Publish) | (Self::Expired, Step::Reopen) => Some(Self::Open),
            (Self::Draft, Step::Edit) => Some(Self::Draft),
            (Self::Open, Step::Edit | Step::Bid | Step::Offer | Step::Hire | Step::Release) => {
                Some(Self::Open)
            }
            (Self::Open | Self::Expired, Step::Fill) => Some(Self::InProgress),
            (Self::Expired, Step::Hire | Step::Release) => Some(Self::Expired),
            (Self::InProgress, Step::Release) => Some(Self::Open),
            (Self::InProgress, Step::Complete) => Some(Self::Completed),
            (Self::Open, Step::Expire) => Some(Self::Expired),
            (Self::Draft | Self::Open | Self::Expired, Step::Cancel) => Some(Self::Cancelled),
            _ => None,
        }
    }
}

impl Step {
    /// All steps.
    pub const ALL: [Self; 11] = [
        Self::Publish,
        Self::Edit,
        Self::Bid,
        Self::Offer,
        Self::Hire,
        Self::Fill,
        Self::Release,
        Self::Complete,
        Self::Expire,
        Self::Reopen,
        Self::Cancel,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table() {
        let table: [(State, [Option<State>; 11]); 6] = {
            use State::{
                Cancelled as X, Completed as C, Draft as D, Expired as E, InProgress as P,
                Open as O,
            };
            [
                //  Publish  Edit     Bid      Offer    Hire     Fill     Release  Complete Expire   Reopen   Cancel
                (
                    D,
                    [
                        Some(O),
                        Some(D),
                        None,
                        None,
                        None,
                        None,
                        None,
                        None,
                        None,
                        None,
                        Some(X),
                    ],
                ),
                (
                    O,
                    [
                        None,
                        Some(O),
                        Some(O),
                        Some(O),
                        Some(O),
                        Some(P),
                        Some(O),
                        None,
                        Some(E),
                        None,
                        Some(X),
                    ],
                ),
                (
                    E,
                    [
                        None,
                        None,
                        None,
                        None,
                        Some(E),
                        Some(P),
                        Some(E),
                        None,
                        None,
                        Some(O),
                        Some(X),
                    ],
                ),
                (
                    P,
                    [
                        None,
                        None,
                        None,
                        None,
                        None,
                        None,
                        Some(O),
                        Some(C),
                        None,
                        None,
                        None,
                    ],
                ),
                (C, [None; 11]),
                (X, [None; 11]),
            ]
        };
        for (state, row) in table {
            let found = Step::ALL.map(|step| state.after(step));
            assert_eq!(found, row, "{state:?}");
        }
    }

    #[test]
    fn names_are_read_back() {
        for state in State::ALL {
            assert_eq!(State::parse(state.name()).ok(), Some(state));
        }
        assert!(State::parse("removed").is_err());
    }
}
