//! Which projects a list is asked for.

use super::input::{LEVELS, distinct, zone};
use kernel::{Input, Reader, list::Paging};

/// Filters and order of a list of projects.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// Words, and phrases in quotes.
    pub q: Option<String>,
    /// Key of a category; the kinds under it are found with it.
    pub category: Option<String>,
    /// These skills.
    pub skills: Vec<String>,
    /// `all` of the skills or `any` of them.
    pub match_skills: Option<&'static str>,
    /// Budgets reaching at least this, decimal text in the workspace's currency.
    pub budget_min: Option<String>,
    /// Budgets beginning at most at this.
    pub budget_max: Option<String>,
    /// Experience asked for.
    pub level: Option<&'static str>,
    /// The country wished for.
    pub country: Option<&'static str>,
    /// A time zone with which the wished one shares working hours today.
    pub time_zone: Option<String>,
    /// How many hours; 4 when nothing is said.
    pub overlap_hours: Option<i64>,
    /// The client's mean rating is at least this, in tenths of a star.
    pub client_rating: Option<&'static str>,
    /// `true` keeps those whose client's means of payment is verified.
    pub payment_verified: Option<&'static str>,
    /// `open` (what is taking proposals) or `mine`.
    pub scope: Option<&'static str>,
    /// State, among one's own; `archived` are those put away.
    pub state: Option<&'static str>,
    /// Order of what is open.
    pub sort: Option<&'static str>,
    /// `false` leaves the counts of further filters away.
    pub facets: Option<&'static str>,
    /// Which page.
    pub paging: Paging,
}

/// Orders of open projects; `relevance` stands first where words are asked for.
pub const SORTS: &[&str] = &["relevance", "newest", "budget", "budget_low", "deadline"];

/// Least ratings of clients that can be asked for, in tenths of a star.
pub const RATINGS: &[&str] = &["30", "40", "45"];

/// States one's own projects can be filtered by.
pub const STATES: &[&str] = &[
    "draft",
    "open",
    "paused",
    "expired",
    "in_progress",
    "completed",
    "cancelled",
    "archived",
];

impl Input for ListQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            q: r.line_opt("q", 200),
            category: r.line_opt("category", 41),
            skills: distinct(r.lines("skills", 0, 15, 40)),
            match_skills: r.choice_opt("match", &["all", "any"]),
            budget_min: r.sum_opt("budget_min", "Projects whose budget reaches at least this"),
            budget_max: r.sum_opt("budget_max", "Projects whose budget begins at most at this"),
            level: r.choice_opt("level", LEVELS),
            country: r.choice_opt("country", people::COUNTRIES),
            time_zone: zone(r),
            overlap_hours: people::freelancer::overlap(r),
            client_rating: r.choice_opt("client_rating", RATINGS),
            payment_verified: r.choice_opt("payment_verified", &["true", "false"]),
            scope: r.choice_opt("scope", &["open", "mine"]),
            state: r.choice_opt("state", STATES),
            sort: r.choice_opt("sort", SORTS),
            facets: r.choice_opt("facets", &["true", "false"]),
            paging: Paging::read(r),
        }
    }
}

impl ListQuery {
    /// The order that holds: by relevance where words are asked for and nothing is said.
    #[must_use]
    pub fn order(&self) -> &'static str {
        match self.sort {
            Some("relevance") if self.q.is_none() => "newest",
            Some(sort) => sort,
            None if self.q.is_some() => "relevance",
            None => "newest",
        }
    }

    /// Hours to be shared with the time zone asked for.
    #[must_use]
    pub fn overlap(&self) -> i64 {
        self.overlap_hours.unwrap_or(4)
    }

    /// The least rating of clients, in tenths of a star.
    #[must_use]
    pub fn rating(&self) -> Option<i32> {
        self.client_rating.and_then(|tenths| tenths.parse().ok())
    }

    /// Whether only clients with verified payment are asked for.
    #[must_use]
    pub fn verified(&self) -> bool {
        self.payment_verified == Some("true")
    }

    /// Whether anything narrows the list.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.q.is_some()
            || self.category.is_some()
            || !self.skills.is_empty()
            || self.budget_min.is_some()
            || self.budget_max.is_some()
            || self.level.is_some()
            || self.country.is_some()
            || self.time_zone.is_some()
            || self.client_rating.is_some()
            || self.verified()
    }
}
