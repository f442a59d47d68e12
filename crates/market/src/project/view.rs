//! Projects as they are shown: one query for a page of them, sealed where bids are concerned.

use super::{state::State, store::relations};
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
    /// The reader's own proposal, the newest.
    pub my_proposal: Option<(Uuid, String)>,
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
            self.my_proposal.is_some(),
            self.state,
            &self.visibility,
        )
    }

    /// Whether this reader may see it; visitors see what is open to the public.
    #[must_use]
    pub fn visible_to(&self, cx: &Cx) -> bool {
        let public = self.state == State::Open && self.visibility == "public";
        public || cx.can("project.show", &self.relations())
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
    /// draft, open, expired, in_progress, completed or cancelled.
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
    /// The caller's own proposal on it.
    pub my_proposal_id: Option<Uuid>,
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
            my_proposal_id: p.my_proposal.map(|m| m.0),
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
    let categories = category::all(tx, locale).await?;
    let rows = sqlx::query!(
        r#"select p.id, p.owner_id, m.display_name, p.state, p.title, p.description, p.category, p.skills, p.budget_min_minor,
                  p.budget_max_minor, p.currency, p.duration_days, p.level, p.positions, p.hired, p.visibility, p.proposals,
                  p.created_at, p.published_at, p.expires_at, p.version,
                  b.least as "least?", b.most as "most?", own.id as "own_id?", own.state as "own_state?"
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
           order by wanted.place"#,
        workspace,
        ids,
        me
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
                my_proposal: r.own_id.zip(r.own_state),
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

/// One project on its own, for answers.
///
/// # Errors
/// 404.
pub async fn show(cx: &Cx, id: Uuid) -> Result<ProjectView> {
    let mut tx = cx.read().await?;
    let shown = seen(&mut tx, id).await?;
    tx.finish().await?;
    Ok(shown.into())
}
