//! What notices are about: their type, by which the list is filtered; and whether their reader may
//! still see that kind of record.

use crate::KINDS;
use kernel::Cx;

/// The types of notices, in the order of the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Projects,
    Proposals,
    Contracts,
    Deliveries,
    Money,
    Reviews,
    Other,
}

impl About {
    pub(crate) const ALL: [Self; 7] = [
        Self::Projects,
        Self::Proposals,
        Self::Contracts,
        Self::Deliveries,
        Self::Money,
        Self::Reviews,
        Self::Other,
    ];
    /// The codes, for a choice.
    pub(super) const CODES: [&'static str; 7] = [
        "projects",
        "proposals",
        "contracts",
        "deliveries",
        "money",
        "reviews",
        "other",
    ];

    pub(crate) const fn code(self) -> &'static str {
        Self::CODES[self as usize]
    }

    pub(super) fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|about| about.code() == code)
    }

    /// The type of a kind, by its first word.
    pub(crate) fn of(kind: &str) -> Self {
        match kind.split('_').next().unwrap_or("") {
            _ if kind == "review_reminder" => Self::Deliveries,
            "project" => Self::Projects,
            "proposal" | "invitation" => Self::Proposals,
            "offer" | "contract" | "sign" | "amendment" => Self::Contracts,
            "delivery" | "changes" => Self::Deliveries,
            "milestone" | "payment" | "refund" | "payout" | "chargeback" | "invoice" => Self::Money,
            "review" => Self::Reviews,
            _ => Self::Other,
        }
    }

    /// The kinds of this type, and whether they are meant or all others are.
    pub(super) fn kinds(self) -> (Vec<String>, bool) {
        let among = |about: Self| {
            KINDS
                .iter()
                .filter(move |kind| Self::of(kind) == about)
                .map(|kind| (*kind).to_owned())
        };
        if self == Self::Other {
            let named = Self::ALL.into_iter().filter(|a| *a != Self::Other);
            (named.flat_map(among).collect(), false)
        } else {
            (among(self).collect(), true)
        }
    }
}

/// Whether the reader may still see records of this kind: the permission to show them was not
/// taken away. The record itself is authorised when it is opened.
pub(super) fn still_open(cx: &Cx, record_kind: &str) -> bool {
    let permission = match record_kind {
        "project" => "project.show",
        "proposal" => "proposal.show",
        "contract" | "milestone" | "delivery" | "review" => "contract.show",
        "payout" => "payout.show",
        _ => return true,
    };
    cx.member
        .as_ref()
        .is_some_and(|member| member.grants.has(permission))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_of_one_type() {
        for about in About::ALL {
            assert_eq!(About::parse(about.code()), Some(about));
            let (kinds, meant) = about.kinds();
            assert_eq!(meant, about != About::Other);
            assert!(kinds.iter().all(|k| (About::of(k) == about) == meant));
        }
    }
}
