//! What a client says of a project, in JSON and in forms alike.

use base::Money;
use kernel::{Input, Reader};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Experience asked for.
pub const LEVELS: &[&str] = &["entry", "intermediate", "expert"];
/// Who may find a project.
pub const VISIBILITIES: &[&str] = &["public", "members", "invite_only"];
/// Most characters of a description.
pub const DESCRIPTION_MOST: usize = 20_000;

/// Questions a project asks at most.
pub const QUESTIONS_MOST: usize = 10;

/// A question to everyone who bids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ProjectQuestion)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// Whether a proposal must answer it.
    pub required: bool,
}
impl Input for Question {
    fn read(r: &mut Reader) -> Self {
        Self {
            text: r.line("text", 1, 300),
            required: r.flag("required"),
        }
    }
}

/// What a client wishes beside the work itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// The country the freelancer should work in, ISO 3166-1.
    pub country: Option<String>,
    /// The time zone whose working hours should be shared, an IANA name.
    pub time_zone: Option<String>,
    /// Hours of a working day to be shared with it.
    pub overlap_hours: Option<i64>,
    /// The day by which the work is wanted, `YYYY-MM-DD`.
    pub deadline: Option<String>,
    /// What every bidder is asked.
    pub questions: Vec<Question>,
    /// Whether the parties will sign a non-disclosure agreement.
    pub nda: bool,
}
impl Input for Wishes {
    fn read(r: &mut Reader) -> Self {
        let wishes = Self {
            country: r
                .choice_opt("country", people::COUNTRIES)
                .map(str::to_owned),
            time_zone: zone(r),
            overlap_hours: r.integer_opt("overlap_hours", 1, 8),
            deadline: date(r, "deadline"),
            questions: r.objects("questions", 0, QUESTIONS_MOST),
            nda: r.flag("nda"),
        };
        if r.is_sound() && wishes.overlap_hours.is_some() && wishes.time_zone.is_none() {
            r.fault("time_zone", "required");
        }
        wishes
    }
}

/// A time zone by its IANA name.
pub(crate) fn zone(r: &mut Reader) -> Option<String> {
    let zone = r.line_opt("time_zone", 64);
    if zone.as_deref().is_some_and(|z| !people::is_zone(z)) {
        r.fault("time_zone", "invalid_choice");
        return None;
    }
    zone
}

/// A day, `YYYY-MM-DD`.
pub(crate) fn date(r: &mut Reader, name: &str) -> Option<String> {
    let text = r.line_opt(name, 10);
    r.document(name, json!({"format": "date", "example": "2027-03-01"}));
    let text = text?;
    let day: Option<jiff::civil::Date> = text.parse().ok();
    if day.is_none_or(|d| d.year() < 2000 || d.to_string() != text) {
        r.fault(name, "invalid_format");
        return None;
    }
    Some(text)
}

/// Skills are wanted where they are named at all: a draft may leave them away, but not say there are
/// none.
fn skills(r: &mut Reader) -> Vec<String> {
    let none = r.is_empty_list("skills");
    let named = distinct(r.lines("skills", 0, 15, 40));
    r.document("skills", json!({"minItems": 1}));
    if none {
        r.fault("skills", "required");
    }
    named
}

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
    /// What is wished beside.
    pub wishes: Wishes,
    /// Files that go with it.
    pub files: Vec<Uuid>,
}

impl Input for NewProject {
    fn read(r: &mut Reader) -> Self {
        let project = Self {
            title: r.line("title", 1, 120),
            description: r.block("description", 0, DESCRIPTION_MOST),
            category: r.line("category", 1, 41),
            skills: skills(r),
            budget_min: r.money("budget_min"),
            budget_max: r.money("budget_max"),
            duration_days: r.integer("duration_days", 1, 730),
            level: r.choice("level", LEVELS),
            positions: r.integer_opt("positions", 1, 20).unwrap_or(1),
            visibility: r.choice_opt("visibility", VISIBILITIES).unwrap_or("public"),
            wishes: Wishes::read(r),
            files: r.ids("files", 0, files::MOST_FILES),
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
    /// What is wished beside; each wish that is named.
    pub wishes: ChangeWishes,
}

/// Changes to the wishes: `Some(None)` takes one away.
#[derive(Debug, Clone, Default)]
pub struct ChangeWishes {
    /// The country.
    pub country: Option<Option<String>>,
    /// The time zone.
    pub time_zone: Option<Option<String>>,
    /// Hours shared with it.
    pub overlap_hours: Option<Option<i64>>,
    /// The day.
    pub deadline: Option<Option<String>>,
    /// All questions.
    pub questions: Option<Vec<Question>>,
    /// The agreement.
    pub nda: Option<bool>,
}
impl Input for ChangeWishes {
    fn read(r: &mut Reader) -> Self {
        let named = [
            "country",
            "time_zone",
            "overlap_hours",
            "deadline",
            "questions",
            "nda",
        ]
        .map(|name| r.given(name));
        let [country, time_zone, overlap, deadline, questions, nda] = named;
        // All are asked for, whichever the request names, so that the document knows them.
        let zone = zone(r);
        let (place, hours) = (
            r.choice_opt("country", people::COUNTRIES),
            r.integer_opt("overlap_hours", 1, 8),
        );
        let day = date(r, "deadline");
        let (asked, agreed) = (r.objects("questions", 0, QUESTIONS_MOST), r.flag("nda"));
        Self {
            country: country.then(|| place.map(str::to_owned)),
            time_zone: time_zone.then_some(zone),
            overlap_hours: overlap.then_some(hours),
            deadline: deadline.then_some(day),
            questions: questions.then_some(asked),
            nda: nda.then_some(agreed),
        }
    }
}
impl ChangeWishes {
    /// The wishes after this change.
    #[must_use]
    pub fn over(self, old: &Wishes) -> Wishes {
        let time_zone = self.time_zone.unwrap_or_else(|| old.time_zone.clone());
        let hours = self.overlap_hours.unwrap_or(old.overlap_hours);
        Wishes {
            country: self.country.unwrap_or_else(|| old.country.clone()),
            overlap_hours: hours.filter(|_| time_zone.is_some()),
            time_zone,
            deadline: self.deadline.unwrap_or_else(|| old.deadline.clone()),
            questions: self.questions.unwrap_or_else(|| old.questions.clone()),
            nda: self.nda.unwrap_or(old.nda),
        }
    }
}
impl From<Wishes> for ChangeWishes {
    fn from(all: Wishes) -> Self {
        Self {
            country: Some(all.country),
            time_zone: Some(all.time_zone),
            overlap_hours: Some(all.overlap_hours),
            deadline: Some(all.deadline),
            questions: Some(all.questions),
            nda: Some(all.nda),
        }
    }
}

impl Input for ChangeProject {
    fn read(r: &mut Reader) -> Self {
        let change = Self {
            title: r.line_opt("title", 120),
            description: Some(r.block("description", 0, DESCRIPTION_MOST))
                .filter(|d| !d.is_empty()),
            category: r.line_opt("category", 41),
            skills: Some(skills(r)).filter(|s| !s.is_empty()),
            budget_min: r.money_opt("budget_min"),
            budget_max: r.money_opt("budget_max"),
            duration_days: r.integer_opt("duration_days", 1, 730),
            level: r.choice_opt("level", LEVELS),
            positions: r.integer_opt("positions", 1, 20),
            visibility: r.choice_opt("visibility", VISIBILITIES),
            wishes: ChangeWishes::read(r),
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
            wishes: all.wishes.into(),
        }
    }
}

fn budget(r: &mut Reader, min: Money, max: Money) {
    if min.currency != max.currency {
        r.fault("budget_min/currency", "currency_mismatch");
        r.fault("budget_max/currency", "currency_mismatch");
    } else if min.minor > max.minor {
        r.fault("budget_min", "min_above_max");
        r.fault("budget_max", "min_above_max");
    }
}

/// Skills are kept in small letters and once each, so that filters find them.
pub(super) fn distinct(skills: Vec<String>) -> Vec<String> {
    let mut seen: Vec<String> = vec![];
    for skill in skills {
        let skill = skill.to_lowercase();
        if !seen.contains(&skill) {
            seen.push(skill);
        }
    }
    seen
}
