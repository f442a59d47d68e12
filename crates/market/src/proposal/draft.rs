//! A proposal that is being written, kept by the API as its page keeps it: whatever is there so far.
//! Both see the same draft. Nothing is judged until the proposal is sent.

use crate::{draft, project};
use axum::{
    response::{IntoResponse, Response},
    routing::{delete, get, put},
};
use base::{Currency, Instant, Money};
use http::{Method, StatusCode};
use kernel::{
    Body, Cx, Error, Fault, Id, Input, Reader, Result, Route,
    extract::{self, Typed},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// A part of a plan that is being written.
#[derive(Debug, Clone, Default)]
pub struct DraftPart {
    title: Option<String>,
    amount: Option<Money>,
    due_days: Option<i64>,
}
impl Input for DraftPart {
    fn read(r: &mut Reader) -> Self {
        Self {
            title: r.line_opt("title", 120),
            amount: r.money_opt("amount"),
            due_days: r.integer_opt("due_days", 1, 730),
        }
    }
}

/// An answer that is being written.
#[derive(Debug, Clone, Default)]
pub struct DraftAnswer {
    position: i64,
    answer: String,
}
impl Input for DraftAnswer {
    fn read(r: &mut Reader) -> Self {
        Self {
            position: r.integer("position", 1, 10),
            answer: r.block("answer", 0, 2000),
        }
    }
}

/// A proposal as far as it is written: the fields of `proposal.submit`, each of which may be absent.
/// Files are attached when it is sent.
#[derive(Debug, Clone, Default)]
pub struct DraftProposal {
    bid: Option<Money>,
    cover_letter: String,
    duration_days: Option<i64>,
    milestones: Vec<DraftPart>,
    answers: Vec<DraftAnswer>,
    available_from: Option<String>,
    weekly_hours: Option<i64>,
}
impl Input for DraftProposal {
    fn read(r: &mut Reader) -> Self {
        Self {
            bid: r.money_opt("bid"),
            cover_letter: r.block("cover_letter", 0, 5000),
            duration_days: r.integer_opt("duration_days", 1, 730),
            milestones: r.objects("milestones", 0, 20),
            answers: r.objects("answers", 0, project::input::QUESTIONS_MOST),
            available_from: project::input::date(r, "available_from"),
            weekly_hours: r.integer_opt("weekly_hours", 1, 80),
        }
    }
}

impl DraftProposal {
    /// As the page's form would have been typed.
    fn typed(&self) -> Typed {
        let mut typed = Typed::default();
        let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        let sum = |m: Option<Money>| m.map(Money::decimal).unwrap_or_default();
        typed.set("bid", sum(self.bid));
        typed.set("cover_letter", &self.cover_letter);
        typed.set("duration_days", number(self.duration_days));
        for (at, part) in self.milestones.iter().enumerate() {
            let name = |field: &str| format!("milestones.{at}.{field}");
            typed.set(&name("title"), part.title.clone().unwrap_or_default());
            typed.set(&name("amount"), sum(part.amount));
            typed.set(&name("due_days"), number(part.due_days));
        }
        for answer in &self.answers {
            let name = |field: &str| format!("answers.{}.{field}", answer.position - 1);
            typed.set(&name("position"), answer.position.to_string());
            typed.set(&name("answer"), &answer.answer);
        }
        typed.set(
            "available_from",
            self.available_from.clone().unwrap_or_default(),
        );
        typed.set("weekly_hours", number(self.weekly_hours));
        typed
    }

    /// What of a typed form can be read: what is no number yet, or no day, is left out.
    fn readable(typed: Typed, currency: Currency) -> Self {
        let mut pairs = typed.0;
        loop {
            let faults = match Reader::pairs(&pairs, currency) {
                Ok(draft) => return draft,
                Err(faults) => faults,
            };
            let many = pairs.len();
            let names: Vec<String> = faults
                .iter()
                .map(|f| f.pointer.trim_start_matches('/').replace('/', "."))
                .collect();
            pairs.retain(|(name, _)| !names.contains(name));
            if pairs.len() == many {
                let first = |name: &str| name.split('.').next().map(str::to_owned);
                pairs.retain(|(name, _)| !names.iter().any(|n| first(n) == first(name)));
            }
            if pairs.len() == many {
                return Self::default();
            }
        }
    }

    /// Each amount that is not in the workspace's currency.
    fn foreign(&self, own: Currency) -> Vec<Fault> {
        let parts = self.milestones.iter().enumerate();
        let all = std::iter::once(("/bid".to_owned(), self.bid))
            .chain(parts.map(|(at, part)| (format!("/milestones/{at}/amount"), part.amount)));
        all.filter(|(_, sum)| sum.is_some_and(|s| s.currency != own))
            .map(|(at, _)| Fault::new(format!("{at}/currency"), "currency_mismatch"))
            .collect()
    }
}

/// A part of a plan that is being written.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DraftMilestoneView {
    /// What is delivered.
    pub title: Option<String>,
    /// For how much.
    pub amount: Option<base::money::View>,
    /// Days after it is funded.
    pub due_days: Option<i64>,
}

/// An answer that is being written.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DraftAnswerView {
    /// The question's place, from 1.
    pub position: i64,
    /// What is answered.
    pub answer: String,
}

/// A proposal as far as it is written; only its author sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProposalDraftView {
    /// The project it is for.
    pub project_id: Uuid,
    /// The whole amount.
    pub bid: Option<base::money::View>,
    /// The letter.
    pub cover_letter: String,
    /// Duration in days.
    pub duration_days: Option<i64>,
    /// The plan.
    pub milestones: Vec<DraftMilestoneView>,
    /// Answers to the project's questions.
    pub answers: Vec<DraftAnswerView>,
    /// The first day on which work can begin, `YYYY-MM-DD`.
    pub available_from: Option<String>,
    /// Hours a week that are free for it.
    pub weekly_hours: Option<i64>,
    /// When it was last kept.
    pub saved_at: Instant,
}

impl ProposalDraftView {
    fn of(project_id: Uuid, draft: DraftProposal, saved_at: Instant) -> Self {
        let part = |part: DraftPart| DraftMilestoneView {
            title: part.title,
            amount: part.amount.map(Into::into),
            due_days: part.due_days,
        };
        let answer = |answer: DraftAnswer| DraftAnswerView {
            position: answer.position,
            answer: answer.answer,
        };
        Self {
            project_id,
            bid: draft.bid.map(Into::into),
            cover_letter: draft.cover_letter,
            duration_days: draft.duration_days,
            milestones: draft.milestones.into_iter().map(part).collect(),
            answers: draft.answers.into_iter().map(answer).collect(),
            available_from: draft.available_from,
            weekly_hours: draft.weekly_hours,
            saved_at,
        }
    }
}

const PATH: &str = "/w/{workspace}/projects/{project}/proposal-draft";

/// Routes of the draft; its page saves itself by [`crate::draft`].
pub(super) fn routes() -> Vec<Route> {
    let example = json!({"cover_letter": "I have built two such sites", "milestones": [{"title": "First version"}]});
    vec![
        Route::api(Method::GET, PATH, "proposal.show_draft", get(show))
            .permission("draft.save")
            .answers::<ProposalDraftView>(200),
        Route::api(Method::PUT, PATH, "proposal.save_draft", put(save))
            .permission("draft.save")
            .body::<DraftProposal>()
            .example(example)
            .answers::<ProposalDraftView>(200),
        Route::api(
            Method::DELETE,
            PATH,
            "proposal.discard_draft",
            delete(discard),
        )
        .permission("draft.save")
        .status(204),
    ]
}

async fn show(cx: Cx, Id(project): Id<Uuid>) -> Result<Response> {
    draft::seen(&cx, project).await?;
    Ok(extract::data(&kept(&cx, project).await?))
}

async fn save(cx: Cx, Id(project): Id<Uuid>, Body(input): Body<DraftProposal>) -> Result<Response> {
    draft::seen(&cx, project).await?;
    let faults = input.foreign(cx.workspace()?.currency);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    draft::keep(&cx, draft::PROPOSAL, project, Some(&input.typed())).await?;
    Ok(extract::data(&kept(&cx, project).await?))
}

async fn discard(cx: Cx, Id(project): Id<Uuid>) -> Result<Response> {
    draft::seen(&cx, project).await?;
    draft::keep(&cx, draft::PROPOSAL, project, None).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The draft as it is kept.
///
/// # Errors
/// 404 when there is none.
async fn kept(cx: &Cx, project: Uuid) -> Result<ProposalDraftView> {
    let found = draft::kept_since(cx, draft::PROPOSAL, project).await?;
    let (typed, saved_at) = found.ok_or(Error::NotFound)?;
    let draft = DraftProposal::readable(typed, cx.workspace()?.currency);
    Ok(ProposalDraftView::of(project, draft, saved_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_read_back_as_it_was_kept() {
        let body = json!({"bid": {"amount_minor": 150_050, "currency": "USD"}, "cover_letter": "So far",
            "milestones": [{"title": "First"}, {"amount": {"amount_minor": 90_000, "currency": "USD"}, "due_days": 5}],
            "answers": [{"position": 2, "answer": "Yes"}]});
        let draft = Reader::json::<DraftProposal>(body, Currency::USD).unwrap_or_default();
        let again = DraftProposal::readable(draft.typed(), Currency::USD);
        assert_eq!(again.bid, Some(Money::new(150_050, Currency::USD)));
        assert_eq!(again.cover_letter, "So far");
        assert_eq!(again.milestones[0].title.as_deref(), Some("First"));
        assert_eq!(again.milestones[1].due_days, Some(5));
        assert_eq!(again.answers[0].position, 2);
        assert_eq!(again.duration_days, None);
    }

    #[test]
    fn what_is_half_typed_hides_nothing_else() {
        let mut typed = Typed::default();
        typed.set("bid", "15oo");
        typed.set("cover_letter", "So far");
        typed.set("milestones.0.title", "First");
        typed.set("milestones.0.due_days", "soon");
        typed.set("step", "2");
        let draft = DraftProposal::readable(typed, Currency::USD);
        assert_eq!((draft.bid, draft.cover_letter.as_str()), (None, "So far"));
        assert_eq!(draft.milestones[0].title.as_deref(), Some("First"));
    }
}
