//! The states of a proposal and what leads from one to another.

use kernel::Result;

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Sent, not yet judged.
    Submitted,
    /// Among those the client considers.
    Shortlisted,
    /// Turned down by the client.
    Declined,
    /// Taken back by the freelancer.
    Withdrawn,
    /// Hiring ended with others.
    Closed,
    /// An offer was made on it.
    Offered,
    /// The offer was accepted.
    Hired,
}

/// What may happen to a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The freelancer changes it.
    Edit,
    /// The freelancer takes it back.
    Withdraw,
    /// The client considers it.
    Shortlist,
    /// The client no longer does.
    Unshortlist,
    /// The client turns it down.
    Decline,
    /// Hiring is over.
    Close,
    /// The client makes an offer on it.
    Offer,
    /// The client takes the offer back.
    OfferRetracted,
    /// Nobody answered the offer.
    OfferLapsed,
    /// The freelancer declines the offer.
    OfferDeclined,
    /// The freelancer accepts the offer.
    Hire,
    /// The contract was cancelled before any money was held.
    Release,
}

impl State {
    /// All states.
    pub const ALL: [Self; 7] = [
        Self::Submitted,
        Self::Shortlisted,
        Self::Declined,
        Self::Withdrawn,
        Self::Closed,
        Self::Offered,
        Self::Hired,
    ];

    /// Its name in the database and the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Shortlisted => "shortlisted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Closed => "closed",
            Self::Offered => "offered",
            Self::Hired => "hired",
        }
    }

    /// Reads a stored state.
    ///
    /// # Errors
    /// Internal, for a state this version does not know.
    pub fn parse(name: &str) -> Result<Self> {
        let known = Self::ALL.into_iter().find(|s| s.name() == name);
        Ok(known.ok_or_else(|| anyhow::anyhow!("a proposal is stored as {name}"))?)
    }

    /// The state after a step, or nothing where the step is not allowed.
    #[must_use]
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Submitted, Step::Edit) | (Self::Shortlisted, Step::Unshortlist) => {
                Some(Self::Submitted)
            }
            (Self::Submitted, Step::Shortlist)
            | (Self::Offered, Step::OfferRetracted | Step::OfferLapsed) => Some(Self::Shortlisted),
            (Self::Submitted | Self::Shortlisted, Step::Withdraw)
            | (Self::Offered, Step::OfferDeclined) => Some(Self::Withdrawn),
            (Self::Submitted | Self::Shortlisted, Step::Decline) => Some(Self::Declined),
            (Self::Submitted | Self::Shortlisted, Step::Close) | (Self::Hired, Step::Release) => {
                Some(Self::Closed)
            }
            (Self::Submitted | Self::Shortlisted, Step::Offer) => Some(Self::Offered),
            (Self::Offered, Step::Hire) => Some(Self::Hired),
            _ => None,
        }
    }
}

impl Step {
    /// All steps.
    pub const ALL: [Self; 12] = [
        Self::Edit,
        Self::Withdraw,
        Self::Shortlist,
        Self::Unshortlist,
        Self::Decline,
        Self::Close,
        Self::Offer,
        Self::OfferRetracted,
        Self::OfferLapsed,
        Self::OfferDeclined,
        Self::Hire,
        Self::Release,
    ];

    /// The code with which this step is refused where it is not allowed.
    #[must_use]
    pub const fn refusal(self) -> &'static str {
        match self {
            Self::Edit => "proposal_not_editable",
            Self::Offer => "proposal_not_offerable",
            Self::OfferRetracted | Self::OfferLapsed | Self::OfferDeclined | Self::Hire => {
                "offer_not_open"
            }
            Self::Release => "contract_not_cancellable",
            _ => "proposal_not_open",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table() {
        use State::{
            Closed as C, Declined as D, Hired as H, Offered as O, Shortlisted as L, Submitted as S,
            Withdrawn as W,
        };
        let table: [(State, [Option<State>; 12]); 7] = [
            //  Edit     Withdraw Shortl.  Unshort. Decline  Close    Offer    Retract  Lapse    Declined Hire     Release
            (
                S,
                [
                    Some(S),
                    Some(W),
                    Some(L),
                    None,
                    Some(D),
                    Some(C),
                    Some(O),
                    None,
                    None,
                    None,
                    None,
                    None,
                ],
            ),
            (
                L,
                [
                    None,
                    Some(W),
                    None,
                    Some(S),
                    Some(D),
                    Some(C),
                    Some(O),
                    None,
                    None,
                    None,
                    None,
                    None,
                ],
            ),
            (
                O,
                [
                    None,
                    None,
                    None,
                    None,
                    None,
                    None,
                    None,
                    Some(L),
                    Some(L),
                    Some(W),
                    Some(H),
                    None,
                ],
            ),
            (D, [None; 12]),
            (W, [None; 12]),
            (C, [None; 12]),
            (
                H,
                [
                    None,
                    None,
                    None,
                    None,
                    None,
                    None,
                    None,
                    None,
                    None,
                    None,
                    None,
                    Some(C),
                ],
            ),
        ];
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
        assert!(State::parse("draft").is_err());
    }
}
