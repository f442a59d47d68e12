//! The states of a project and what leads from one to another.

use kernel::Result;

/// Where a project stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Being written; only its owner sees it.
    Draft,
    /// Taking proposals.
    Open,
    /// Takes no proposals for now; its clock stands.
    Paused,
    /// Thirty days without activity; reopening undoes it.
    Expired,
    /// All positions are filled, or the owner hires no more.
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
    /// The owner takes no proposals for now.
    Pause,
    /// The owner takes proposals again after a pause.
    Resume,
    /// The owner hires no more, though positions are free.
    CloseHiring,
}

impl State {
    /// All states.
    pub const ALL: [Self; 7] = [
        Self::Draft,
        Self::Open,
        Self::Paused,
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
            Self::Paused => "paused",
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
            // An expired project and one whose positions are not all filled are taken up again
            // alike; that a position is free is for the command to see.
            (Self::Draft, Step::Publish)
            | (Self::Expired | Self::InProgress, Step::Reopen)
            | (Self::Paused, Step::Resume)
            | (Self::InProgress, Step::Release)
            | (Self::Open, Step::Edit | Step::Bid | Step::Offer | Step::Hire | Step::Release) => {
                Some(Self::Open)
            }
            (Self::Draft, Step::Edit) => Some(Self::Draft),
            (Self::Open, Step::Pause) | (Self::Paused, Step::Edit | Step::Hire | Step::Release) => {
                Some(Self::Paused)
            }
            (Self::Open | Self::Paused | Self::Expired, Step::Fill)
            | (Self::Open | Self::Paused, Step::CloseHiring) => Some(Self::InProgress),
            (Self::Open, Step::Expire) | (Self::Expired, Step::Hire | Step::Release) => {
                Some(Self::Expired)
            }
            (Self::InProgress, Step::Complete) => Some(Self::Completed),
            (Self::Draft | Self::Open | Self::Paused | Self::Expired, Step::Cancel) => {
                Some(Self::Cancelled)
            }
            _ => None,
        }
    }
}

impl Step {
    /// All steps.
    pub const ALL: [Self; 14] = [
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
        Self::Pause,
        Self::Resume,
        Self::CloseHiring,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In the order of `Step::ALL`: publish, edit, bid, offer, hire, fill, release, complete, expire,
    /// reopen, cancel, pause, resume, close hiring.
    const TABLE: [(&str, &str); 7] = [
        ("draft", "open draft - - - - - - - - cancelled - - -"),
        (
            "open",
            "- open open open open in_progress open - expired - cancelled paused - in_progress",
        ),
        (
            "paused",
            "- paused - - paused in_progress paused - - - cancelled - open in_progress",
        ),
        (
            "expired",
            "- - - - expired in_progress expired - - open cancelled - - -",
        ),
        ("in_progress", "- - - - - - open completed - open - - - -"),
        ("completed", "- - - - - - - - - - - - - -"),
        ("cancelled", "- - - - - - - - - - - - - -"),
    ];

    #[test]
    fn the_whole_table() {
        for (state, (name, row)) in State::ALL.into_iter().zip(TABLE) {
            assert_eq!(state.name(), name);
            let found = Step::ALL.map(|step| state.after(step).map_or("-", State::name));
            assert_eq!(found.join(" "), row, "{name}");
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
