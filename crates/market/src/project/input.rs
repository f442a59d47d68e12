//! What a client says of a project, in JSON and in forms alike.

use base::Money;
use kernel::{Input, Reader, list::Paging};

/// Experience asked for.
pub const LEVELS: &[&str] = &["entry", "intermediate", "expert"];
/// Who may find a project.
pub const VISIBILITIES: &[&str] = &["public", "members", "invite_only"];
/// Most characters of a description.
pub const DESCRIPTION_MOST: usize = 20_000;

/// A project's terms.
#[derive(Debug, Clone)]
pub struct NewProject {
    /// Title.
    pub title: String,
    /// Markdown; a draft may lack it.
    pub description: String,
    /// Key of a category.
    pub category: String,
    /// Skills; a draft may lack them.
    pub skills: Vec<String>,
    /// Least budget.
    pub budget_min: Money,
    /// Most budget.
    pub budget_max: Money,
    /// Expected duration.
    pub duration_days: i64,
    /// Experience asked for.
    pub level: &'static str,
    /// How many are to be hired.
    pub positions: i64,
    /// Who may find it.
    pub visibility: &'static str,
}

impl Input for NewProject {
    fn read(r: &mut Reader) -> Self {
        let project = Self {
            title: r.line("title", 1, 120),
            description: r.block("description", 0, DESCRIPTION_MOST),
            category: r.line("category", 1, 41),
            skills: distinct(r.lines("skills", 0, 15, 40)),
            budget_min: r.money("budget_min"),
            budget_max: r.money("budget_max"),
            duration_days: r.integer("duration_days", 1, 730),
            level: r.choice("level", LEVELS),
            positions: r.integer_opt("positions", 1, 20).unwrap_or(1),
            visibility: r.choice_opt("visibility", VISIBILITIES).unwrap_or("public"),
        };
        if r.is_sound() {
            budget(r, project.budget_min, project.budget_max);
        }
        project
    }
}

/// Changes to a project's terms; what is absent stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ChangeProject {
    /// Title.
    pub title: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// Key of a category.
    pub category: Option<String>,
    /// Skills, all of them.
    pub skills: Option<Vec<String>>,
    /// Least budget.
    pub budget_min: Option<Money>,
    /// Most budget.
    pub budget_max: Option<Money>,
    /// Expected duration.
    pub duration_days: Option<i64>,
    /// Experience asked for.
    pub level: Option<&'static str>,
    /// How many are to be hired.
    pub positions: Option<i64>,
    /// Who may find it.
    pub visibility: Option<&'static str>,
}

impl Input for ChangeProject {
    fn read(r: &mut Reader) -> Self {
        let change = Self {
            title: r.line_opt("title", 120),
            description: Some(r.block("description", 0, DESCRIPTION_MOST))
                .filter(|d| !d.is_empty()),
            category: r.line_opt("category", 41),
            skills: Some(distinct(r.lines("skills", 0, 15, 40))).filter(|s| !s.is_empty()),
            budget_min: r.money_opt("budget_min"),
            budget_max: r.money_opt("budget_max"),
            duration_days: r.integer_opt("duration_days", 1, 730),
            level: r.choice_opt("level", LEVELS),
            positions: r.integer_opt("positions", 1, 20),
            visibility: r.choice_opt("visibility", VISIBILITIES),
        };
        if r.is_sound()
            && let (Some(min), Some(max)) = (change.budget_min, change.budget_max)
        {
            budget(r, min, max);
        }
        change
    }
}

impl From<NewProject> for ChangeProject {
    fn from(all: NewProject) -> Self {
        Self {
            title: Some(all.title),
            description: Some(all.description),
            category: Some(all.category),
            skills: Some(all.skills),
            budget_min: Some(all.budget_min),
            budget_max: Some(all.budget_max),
            duration_days: Some(all.duration_days),
            level: Some(all.level),
            positions: Some(all.positions),
            visibility: Some(all.visibility),
        }
    }
}

/// The page's form for an edit: all terms, and the version they were shown in.
pub struct EditForm {
    /// The version the form was filled from.
    pub version: i64,
    /// All terms.
    pub terms: NewProject,
}

impl Input for EditForm {
    fn read(r: &mut Reader) -> Self {
        Self {
            version: r.integer("version", 1, i64::MAX),
            terms: NewProject::read(r),
        }
    }
}

/// Which projects a list shows.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// Words.
    pub q: Option<String>,
    /// Key of a category.
    pub category: Option<String>,
    /// All of these skills.
    pub skills: Vec<String>,
    /// Budgets reaching at least this, decimal text in the workspace's currency.
    pub budget_min: Option<String>,
    /// Budgets beginning at most at this.
    pub budget_max: Option<String>,
    /// Experience asked for.
    pub level: Option<&'static str>,
    /// `open` (what is taking proposals) or `mine`.
    pub scope: Option<&'static str>,
    /// State, among one's own.
    pub state: Option<&'static str>,
    /// Order of what is open: `newest` or `budget`, the highest first.
    pub sort: Option<&'static str>,
    /// Which page.
    pub paging: Paging,
}

/// Orders of open projects.
pub const SORTS: &[&str] = &["newest", "budget"];

/// States one's own projects can be filtered by.
pub const STATES: &[&str] = &[
    "draft",
    "open",
    "expired",
    "in_progress",
    "completed",
    "cancelled",
];

impl Input for ListQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            q: r.line_opt("q", 200),
            category: r.line_opt("category", 41),
            skills: distinct(r.lines("skills", 0, 15, 40)),
            budget_min: r.line_opt("budget_min", 20),
            budget_max: r.line_opt("budget_max", 20),
            level: r.choice_opt("level", LEVELS),
            scope: r.choice_opt("scope", &["open", "mine"]),
            state: r.choice_opt("state", STATES),
            sort: r.choice_opt("sort", SORTS),
            paging: Paging::read(r),
        }
    }
}

fn budget(r: &mut Reader, min: Money, max: Money) {
    if min.currency != max.currency {
        r.fault("budget_max/currency", "currency_mismatch");
    } else if min.minor > max.minor {
        r.fault("budget_min", "min_above_max");
        r.fault("budget_max", "min_above_max");
    }
}

/// Skills are kept in small letters and once each, so that filters find them.
fn distinct(skills: Vec<String>) -> Vec<String> {
    let mut seen: Vec<String> = vec![];
    for skill in skills {
        let skill = skill.to_lowercase();
        if !seen.contains(&skill) {
            seen.push(skill);
        }
    }
    seen
}
