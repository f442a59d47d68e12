//! Projects as they are shown: one query for a page of them, sealed where bids are concerned.

use super::{
    input::{Question, Wishes},
    revision::{self, ProjectRevision},
    state::State,
    store::{self, relations},
};
use crate::{category, policy};
use base::{Instant, Money};
use kernel::{Cx, Error, Result, Tx};
use serde::Serialize;
use uuid::Uuid;

/// A project with what its reader may know.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its id.
    pub id: Uuid,
    /// Its client.
    pub owner_id: Uuid,
    /// The client's name.
    pub owner_name: String,
    /// Whether the payment provider has verified a means of payment of the client's.
    pub payment_verified: bool,
    /// Where it stands.
    pub state: State,
    /// Title.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// Key of its category.
    pub category: String,
    /// Name of its category in the reader's language.
    pub category_name: String,
    /// Skills asked for.
    pub skills: Vec<String>,
    /// Least budget.
    pub budget_min: Money,
    /// Most budget.
    pub budget_max: Money,
    /// Expected duration in days.
    pub duration_days: i32,
    /// Experience asked for.
    pub level: String,
    /// How many are to be hired.
    pub positions: i32,
    /// How many are.
    pub hired: i32,
    /// Who may find it.
    pub visibility: String,
    /// Bids; sealed from others than the client while there are few.
    pub proposals: Option<i32>,
    /// Lowest and highest bid, under the same seal.
    pub bids: Option<(Money, Money)>,
    /// What is wished beside.
    pub wishes: Wishes,
    /// Whether the reader has a proposal that was neither declined nor withdrawn.
    pub is_bidder: bool,
    /// The reader's own proposal, the newest.
    pub my_proposal: Option<(Uuid, String)>,
    /// The reader's invitation: its id and state.
    pub my_invitation: Option<(Uuid, String)>,
    /// When it was put away.
    pub archived_at: Option<Instant>,
    /// When it was written.
    pub created_at: Instant,
    /// When it was first opened.
    pub published_at: Option<Instant>,
    /// When it expires.
    pub expires_at: Option<Instant>,
    /// Counts changes.
    pub version: i64,
    /// Whether the reader is its client.
    pub is_mine: bool,
}

impl Shown {
    /// Facts about the reader and this project.
    #[must_use]
    pub fn relations(&self) -> Vec<&'static str> {
        relations(
            self.is_mine,
            self.is_bidder,
            self.my_invitation
                .as_ref()
                .is_some_and(|(_, state)| state == "invited"),
            self.state,
            &self.visibility,
        )
    }

    /// Whether this reader may see it; visitors see what is open to the public, members what their
    /// roles show them.
    #[must_use]
    pub fn visible_to(&self, cx: &Cx) -> bool {
        if cx.reads_as_member() {
            cx.can("project.show", &self.relations())
        } else {
            self.state == State::Open && self.visibility == "public"
        }
    }
}

/// A project.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProjectView {
    /// Its id.
    pub id: Uuid,
    /// The client's member id.
    pub owner_id: Uuid,
    /// The client's name.
    pub owner_name: String,
    /// Whether the payment provider has verified a means of payment of the client's.
    pub payment_verified: bool,
    /// draft, open, paused, expired, in_progress, completed or cancelled.
    pub state: String,
    /// Title.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// Key of its category.
    pub category: String,
    /// Skills asked for.
    pub skills: Vec<String>,
    /// Least budget.
    pub budget_min: base::money::View,
    /// Most budget.
    pub budget_max: base::money::View,
    /// Expected duration in days.
    pub duration_days: i32,
    /// entry, intermediate or expert.
    pub level: String,
    /// How many are to be hired.
    pub positions: i32,
    /// How many are hired.
    pub hired: i32,
    /// public, members or invite_only.
    pub visibility: String,
    /// How many proposals it has; null for others than its client below five.
    pub proposals: Option<i32>,
    /// Lowest bid; null for others than its client below five proposals.
    pub bid_min: Option<base::money::View>,
    /// Highest bid, under the same seal.
    pub bid_max: Option<base::money::View>,
    /// The country the freelancer should work in.
    pub country: Option<String>,
    /// The time zone whose working hours should be shared.
    pub time_zone: Option<String>,
    /// Hours of a working day to be shared with it.
    pub overlap_hours: Option<i64>,
    /// The day by which the work is wanted.
    pub deadline: Option<String>,
    /// What every bidder is asked.
    pub questions: Vec<Question>,
    /// Whether the parties will sign a non-disclosure agreement.
    pub nda: bool,
    /// The caller's own proposal on it.
    pub my_proposal_id: Option<Uuid>,
    /// The caller's invitation to it.
    pub my_invitation_id: Option<Uuid>,
    /// When it was put away by its client.
    pub archived_at: Option<Instant>,
    /// When it was written.
    pub created_at: Instant,
    /// When it was first opened.
    pub published_at: Option<Instant>,
    /// When it expires unless something happens.
    pub expires_at: Option<Instant>,
    /// Counts changes; also the `ETag`.
    pub version: i64,
}

impl From<Shown> for ProjectView {
    fn from(p: Shown) -> Self {
        Self {
            id: p.id,
            owner_id: p.owner_id,
            owner_name: p.owner_name,
            payment_verified: p.payment_verified,
            state: p.state.name().to_owned(),
            title: p.title,
            description: p.description,
            category: p.category,
            skills: p.skills,
            budget_min: p.budget_min.into(),
            budget_max: p.budget_max.into(),
            duration_days: p.duration_days,
            level: p.level,
            positions: p.positions,
            hired: p.hired,
            visibility: p.visibility,
            proposals: p.proposals,
            bid_min: p.bids.map(|b| b.0.into()),
            bid_max: p.bids.map(|b| b.1.into()),
            country: p.wishes.country,
            time_zone: p.wishes.time_zone,
            overlap_hours: p.wishes.overlap_hours,
            deadline: p.wishes.deadline,
            questions: p.wishes.questions,
            nda: p.wishes.nda,
            my_proposal_id: p.my_proposal.map(|m| m.0),
            my_invitation_id: p.my_invitation.map(|m| m.0),
            archived_at: p.archived_at.filter(|_| p.is_mine),
            created_at: p.created_at,
            published_at: p.published_at,
            expires_at: p.expires_at,
            version: p.version,
        }
    }
}

/// These projects in this order, without judging whether the reader may see them.
///
/// # Errors
/// The database's.
pub async fn load(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Shown>> {
    let (workspace, me, locale) = (tx.workspace(), tx.cx().me(), tx.cx().locale);
    let now = tx.now();
    let categories = category::all(tx, locale).await?;
    let rows = sqlx::query!(
        r#"select p.id, p.owner_id, m.display_name, p.state, p.title, p.description, p.category, p.skills, p.budget_min_minor,
                  p.budget_max_minor, p.currency, p.duration_days, p.level, p.positions, p.hired, p.visibility, p.proposals,
                  p.created_at, p.published_at, p.expires_at, p.version, p.country, p.time_zone, p.overlap_hours,
                  p.deadline::text as "deadline?", p.questions, p.nda, p.archived_at as "archived_at: Instant",
                  exists (select 1 from ledger.payment_verified v where v.workspace_id = p.workspace_id and v.member_id = p.owner_id
                    and v.until > $4) as "payment_verified!",
                  i.id as "invitation_id?", i.state as "invitation_state?",
                  b.least as "least?", b.most as "most?", own.id as "own_id?", own.state as "own_state?",
                  exists (select 1 from market.proposal where workspace_id = p.workspace_id and project_id = p.id and freelancer_id = $3
                    and state not in ('withdrawn', 'declined')) as "is_bidder!"
           from unnest($2::uuid[]) with ordinality as wanted (id, place)
           join market.project p on p.workspace_id = $1 and p.id = wanted.id
           join kernel.member m on m.workspace_id = p.workspace_id and m.id = p.owner_id
           left join lateral (
               select min(bid_minor) as least, max(bid_minor) as most from market.proposal
               where workspace_id = p.workspace_id and project_id = p.id and state <> 'withdrawn'
           ) b on true
           left join lateral (
               select id, state from market.proposal
               where workspace_id = p.workspace_id and project_id = p.id and freelancer_id = $3
               order by submitted_at desc, id desc limit 1
           ) own on true
           left join market.invitation i on i.workspace_id = p.workspace_id and i.project_id = p.id and i.freelancer_id = $3
           order by wanted.place"#,
        workspace,
        ids,
        me,
        now as _
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|r| {
            let is_mine = me == Some(r.owner_id);
            let open = is_mine || r.proposals >= policy::BIDS_SHOWN_FROM;
            let bids = match (open, r.least, r.most) {
                (true, Some(least), Some(most)) => Some((
                    policy::money(least, &r.currency)?,
                    policy::money(most, &r.currency)?,
                )),
                _ => None,
            };
            Ok(Shown {
                id: r.id,
                owner_id: r.owner_id,
                owner_name: r.display_name,
                payment_verified: r.payment_verified,
                state: State::parse(&r.state)?,
                title: r.title,
                description: r.description,
                category_name: category::name_of(&categories, &r.category),
                category: r.category,
                skills: r.skills,
                budget_min: policy::money(r.budget_min_minor, &r.currency)?,
                budget_max: policy::money(r.budget_max_minor, &r.currency)?,
                duration_days: r.duration_days,
                level: r.level,
                positions: r.positions,
                hired: r.hired,
                visibility: r.visibility,
                proposals: open.then_some(r.proposals),
                bids,
                wishes: Wishes {
                    country: r.country,
                    time_zone: r.time_zone,
                    overlap_hours: r.overlap_hours.map(i64::from),
                    deadline: r.deadline,
                    questions: store::questions(r.questions)?,
                    nda: r.nda,
                },
                is_bidder: r.is_bidder,
                my_proposal: r.own_id.zip(r.own_state),
                my_invitation: r.invitation_id.zip(r.invitation_state),
                archived_at: r.archived_at,
                created_at: r.created_at,
                published_at: r.published_at,
                expires_at: r.expires_at,
                version: r.version,
                is_mine,
            })
        })
        .collect()
}

/// One project, if the reader may see it.
///
/// # Errors
/// 404.
pub async fn seen(tx: &mut Tx, id: Uuid) -> Result<Shown> {
    let cx = tx.cx().clone();
    let found = load(tx, &[id]).await?.pop();
    found.filter(|p| p.visible_to(&cx)).ok_or(Error::NotFound)
}

/// A project on its own: with its files.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProjectRoomView {
    /// The project.
    #[serde(flatten)]
    pub project: ProjectView,
    /// Files that go with it, for members who may see it.
    pub files: Vec<files::FileView>,
    /// What was changed after freelancers had bid, newest first, at most 20.
    pub revisions: Vec<ProjectRevision>,
}

/// One project on its own, for answers.
///
/// # Errors
/// 404.
pub async fn show(cx: &Cx, id: Uuid) -> Result<ProjectRoomView> {
    let mut tx = cx.read_records().await?;
    let shown = seen(&mut tx, id).await?;
    let files = attached(&mut tx, cx, id).await?;
    let revisions = revision::of(&mut tx, id).await?;
    tx.finish().await?;
    Ok(ProjectRoomView {
        project: shown.into(),
        files,
        revisions: revisions.into_iter().map(ProjectRevision::from).collect(),
    })
}

/// The files of a project or proposal, for members: visitors cannot download.
///
/// # Errors
/// The database's.
pub async fn attached(tx: &mut Tx, cx: &Cx, id: Uuid) -> Result<Vec<files::FileView>> {
    if !cx.reads_as_member() {
        return Ok(vec![]);
    }
    Ok(files::of(tx, &[id]).await?.remove(&id).unwrap_or_default())
}

/// A project that the reader may do something to, for the pages on which they do.
///
/// # Errors
/// 404 when it may not be seen, 403 without the permission.
pub async fn owned(tx: &mut Tx, cx: &Cx, id: Uuid, permission: &str) -> Result<Shown> {
    let project = seen(tx, id).await?;
    if cx.can(permission, &project.relations()) {
        Ok(project)
    } else {
        Err(Error::Forbidden("forbidden"))
    }
}
