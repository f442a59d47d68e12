//! Where a payout stands and what may become of it.

/// What is done to a payout, or heard of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A second person lets it go.
    Approve,
    /// A second person sends the money back to the payee.
    Reject,
    /// The payee takes it back.
    Cancel,
    /// It is sent.
    Begin,
    /// The provider's fact.
    Paid,
    Failed,
    Returned,
}

impl Step {
    /// The step of a provider's word; nothing for one that changes nothing.
    pub(crate) fn of_fact(word: &str) -> Option<Self> {
        match word {
            "paid" => Some(Self::Paid),
            "failed" => Some(Self::Failed),
            "returned" => Some(Self::Returned),
            _ => None,
        }
    }
}

/// Where a payout in `state` stands after a step; `None` when the step is not for it.
pub(crate) fn after(state: &str, step: Step) -> Option<&'static str> {
    match (state, step) {
        ("in_review", Step::Approve) => Some("requested"),
        ("in_review", Step::Reject) => Some("rejected"),
        ("requested" | "in_review", Step::Cancel) => Some("cancelled"),
        ("requested", Step::Begin) => Some("processing"),
        ("requested" | "processing", Step::Paid) => Some("paid"),
        ("requested" | "processing", Step::Failed) => Some("failed"),
        ("requested" | "processing" | "paid", Step::Returned) => Some("returned"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, after};

    #[test]
    fn the_whole_table() {
        let states = [
            "requested",
            "in_review",
            "processing",
            "paid",
            "failed",
            "returned",
            "cancelled",
            "rejected",
        ];
        let steps = [
            Step::Approve,
            Step::Reject,
            Step::Cancel,
            Step::Begin,
            Step::Paid,
            Step::Failed,
            Step::Returned,
        ];
        let mut lines = vec![];
        for state in states {
            for step in steps {
                if let Some(to) = after(state, step) {
                    lines.push(format!("{state} {step:?} {to}"));
                }
            }
        }
        assert_eq!(
            lines,
            [
                "requested Cancel cancelled",
                "requested Begin processing",
                "requested Paid paid",
                "requested Failed failed",
                "requested Returned returned",
                "in_review Approve requested",
                "in_review Reject rejected",
                "in_review Cancel cancelled",
                "processing Paid paid",
                "processing Failed failed",
                "processing Returned returned",
                "paid Returned returned",
            ]
        );
    }
}
