//! Proposals as they are shown: to their author and the project's client, to nobody else.

use super::{
    answer::Answer,
    state::State,
    store::{Part, relations},
};
use crate::policy;
use base::{Instant, Money};
use kernel::{Cx, Error, Result, Tx};
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// A proposal with its plan.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its id.
    pub id: Uuid,
    /// Its project.
    pub project_id: Uuid,
    /// The project's title.
    pub project_title: String,
    /// The project's state.
    pub project_state: String,
    /// Whether the project is shown to those who were invited or bid alone.
    pub project_hidden: bool,
    /// The project's client.
    pub client_id: Uuid,
    /// The client's name.
    pub client_name: String,
    /// Who bids.
    pub freelancer_id: Uuid,
    /// Their name.
    pub freelancer_name: String,
    /// What they call themselves.
    pub freelancer_title: String,
    /// Their skills.
    pub freelancer_skills: Vec<String>,
    /// Where it stands.
    pub state: State,
    /// The bid.
    pub bid: Money,
    /// The letter.
    pub cover_letter: String,
    /// Duration in days.
    pub duration_days: i32,
    /// Why it was turned down.
    pub decline_reason: Option<String>,
    /// The client's private note; shown to nobody else.
    pub client_note: String,
    /// When the client first opened it.
    pub viewed_at: Option<Instant>,
    /// The plan.
    pub parts: Vec<Part>,
    /// What was asked and answered.
    pub answers: Vec<Answer>,
    /// The first day on which work can begin.
    pub available_from: Option<String>,
    /// Hours a week that are free for it.
    pub weekly_hours: Option<i32>,
    /// Files that go with it.
    pub files: Vec<files::FileView>,
    /// The newest offer or contract made on it.
    pub contract_id: Option<Uuid>,
    /// When it was sent.
    pub submitted_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
    /// Counts changes.
    pub version: i64,
    /// Facts about the reader.
    pub relations: Vec<&'static str>,
}

impl Shown {
    /// Whether the reader may still open the project.
    pub fn leads_to_project(&self) -> bool {
        self.is_client()
            || !self.project_hidden
            || !matches!(self.state, State::Declined | State::Withdrawn)
    }
    /// Whether the reader is the project's client.
    #[must_use]
    pub fn is_client(&self) -> bool {
        self.relations.contains(&"client")
    }

    /// The amounts of the plan.
    #[must_use]
    pub fn amounts(&self) -> Vec<Money> {
        self.parts.iter().map(|p| p.amount).collect()
    }
}

/// A part of a proposal's plan.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProposalMilestoneView {
    /// Its place, from 1.
    pub position: i32,
    /// What is delivered.
    pub title: String,
    /// For how much.
    pub amount: base::money::View,
    /// Days after it is funded.
    pub due_days: i32,
}

/// A proposal.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProposalView {
    /// Its id.
    pub id: Uuid,
    /// Its project.
    pub project_id: Uuid,
    /// The project's title.
    pub project_title: String,
    /// The client's member id.
    pub client_id: Uuid,
    /// The client's name.
    pub client_name: String,
    /// The freelancer's member id.
    pub freelancer_id: Uuid,
    /// The freelancer's name.
    pub freelancer_name: String,
    /// submitted, shortlisted, declined, withdrawn, closed, offered or hired.
    pub state: String,
    /// The whole amount.
    pub bid: base::money::View,
    /// The letter.
    pub cover_letter: String,
    /// Duration in days.
    pub duration_days: i32,
    /// Why it was turned down.
    pub decline_reason: Option<String>,
    /// The client's private note; null for everybody else.
    pub client_note: Option<String>,
    /// When the client first opened it, by its page or `proposal.receipt`, or acted on it.
    pub viewed_at: Option<Instant>,
    /// The plan; its parts sum to the bid.
    pub milestones: Vec<ProposalMilestoneView>,
    /// What the project asked and what was answered.
    pub answers: Vec<Answer>,
    /// The first day on which work can begin, `YYYY-MM-DD`.
    pub available_from: Option<String>,
    /// Hours a week that are free for it.
    pub weekly_hours: Option<i32>,
    /// Files that go with it.
    pub files: Vec<files::FileView>,
    /// The newest offer or contract made on it.
    pub contract_id: Option<Uuid>,
    /// When it was sent.
    pub submitted_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
    /// Counts changes; also the `ETag`.
    pub version: i64,
}

impl From<Shown> for ProposalView {
    fn from(p: Shown) -> Self {
        let part = |m: Part| ProposalMilestoneView {
            position: m.position,
            title: m.title,
            amount: m.amount.into(),
            due_days: m.due_days,
        };
        let client_note = p.is_client().then_some(p.client_note);
        Self {
            id: p.id,
            project_id: p.project_id,
            project_title: p.project_title,
            client_id: p.client_id,
            client_name: p.client_name,
            freelancer_id: p.freelancer_id,
            freelancer_name: p.freelancer_name,
            state: p.state.name().to_owned(),
            bid: p.bid.into(),
            cover_letter: p.cover_letter,
            duration_days: p.duration_days,
            decline_reason: p.decline_reason,
            client_note,
            viewed_at: p.viewed_at,
            milestones: p.parts.into_iter().map(part).collect(),
            answers: p.answers,
            available_from: p.available_from,
            weekly_hours: p.weekly_hours,
            files: p.files,
            contract_id: p.contract_id,
            submitted_at: p.submitted_at,
            updated_at: p.updated_at,
            version: p.version,
        }
    }
}

/// These proposals in this order, without judging whether the reader may see them.
///
/// # Errors
/// The database's.
pub async fn load(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Shown>> {
    let (workspace, me) = (tx.workspace(), tx.cx().me());
    let rows = sqlx::query!(
        r#"select b.id, b.project_id, p.title as project_title, p.state as project_state,
                  p.visibility = 'invite_only' as "project_hidden!", p.owner_id, client.display_name as client_name,
                  b.freelancer_id, f.display_name as "freelancer_name!", f.title as "freelancer_title!", f.skills as "freelancer_skills!",
                  b.state, b.bid_minor, b.currency, b.cover_letter, b.duration_days, b.decline_reason, b.client_note,
                  b.viewed_at as "viewed_at: Instant", c.id as "contract_id?",
                  b.submitted_at, b.updated_at, b.version, b.answers, b.available_from::text as "available_from?", b.weekly_hours
           from unnest($2::uuid[]) with ordinality as wanted (id, place)
           join market.proposal b on b.workspace_id = $1 and b.id = wanted.id
           join market.project p on p.workspace_id = b.workspace_id and p.id = b.project_id
           join kernel.member client on client.workspace_id = b.workspace_id and client.id = p.owner_id
           join people.card f on f.workspace_id = b.workspace_id and f.member_id = b.freelancer_id
           left join lateral (select id from market.contract where workspace_id = b.workspace_id and proposal_id = b.id
               order by offered_at desc, id desc limit 1) c on true
           order by wanted.place"#,
        workspace,
        ids
    )
    .fetch_all(&mut **tx)
    .await?;
    let parts = sqlx::query!(
        "select proposal_id, position, title, amount_minor, due_days from market.proposal_milestone
         where workspace_id = $1 and proposal_id = any($2) order by proposal_id, position",
        workspace,
        ids
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut plans: HashMap<Uuid, Vec<(i32, String, i64, i32)>> = HashMap::new();
    for r in parts {
        plans.entry(r.proposal_id).or_default().push((
            r.position,
            r.title,
            r.amount_minor,
            r.due_days,
        ));
    }
    let mut attached = files::of(tx, ids).await?;
    rows.into_iter()
        .map(|r| {
            let bid = policy::money(r.bid_minor, &r.currency)?;
            let plan = plans.remove(&r.id).unwrap_or_default();
            let part = |(position, title, minor, due_days)| Part {
                position,
                title,
                amount: Money::new(minor, bid.currency),
                due_days,
            };
            Ok(Shown {
                id: r.id,
                project_id: r.project_id,
                project_title: r.project_title,
                project_state: r.project_state,
                project_hidden: r.project_hidden,
                client_id: r.owner_id,
                client_name: r.client_name,
                freelancer_id: r.freelancer_id,
                freelancer_name: r.freelancer_name,
                freelancer_title: r.freelancer_title,
                freelancer_skills: r.freelancer_skills,
                state: State::parse(&r.state)?,
                bid,
                cover_letter: r.cover_letter,
                duration_days: r.duration_days,
                decline_reason: r.decline_reason,
                client_note: r.client_note,
                viewed_at: r.viewed_at,
                parts: plan.into_iter().map(part).collect(),
                answers: serde_json::from_value(r.answers).map_err(anyhow::Error::from)?,
                available_from: r.available_from,
                weekly_hours: r.weekly_hours,
                files: attached.remove(&r.id).unwrap_or_default(),
                contract_id: r.contract_id,
                submitted_at: r.submitted_at,
                updated_at: r.updated_at,
                version: r.version,
                relations: relations(me, r.owner_id, r.freelancer_id),
            })
        })
        .collect()
}

/// One proposal, if the reader may see it.
///
/// # Errors
/// 404.
pub async fn seen(tx: &mut Tx, id: Uuid) -> Result<Shown> {
    let cx = tx.cx().clone();
    let found = load(tx, &[id]).await?.pop();
    found
        .filter(|p| cx.can("proposal.show", &p.relations))
        .ok_or(Error::NotFound)
}

/// One proposal on its own, for answers.
///
/// # Errors
/// 404.
pub async fn show(cx: &Cx, id: Uuid) -> Result<ProposalView> {
    let mut tx = cx.read().await?;
    let shown = seen(&mut tx, id).await?;
    tx.finish().await?;
    Ok(shown.into())
}
