//! What the start page shows, in a fixed number of queries.

use crate::{
    contract::list::{self, ContractSummary, ListQuery},
    policy,
};
use base::{Instant, Money, money};
use kernel::{Cx, Part, Result, Tx, list::Paging};
use uuid::Uuid;

/// At most so many things are shown as waiting.
pub const WAITING_MOST: i64 = 20;
/// At most so many contracts are shown as running.
pub const RUNNING_MOST: i64 = 10;

/// Something that waits for me.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct WaitingView {
    /// `answer_offer`, `answer_invitation`, `answer_change`, `answer_end`, `review_delivery`, `deliver`, `fund`,
    /// `sign_off`, `write_review`, `publish_project` or `read_proposals`; for those who run the
    /// workspace `decide_contract`, `review_payouts` or `confirm_receipts`.
    pub kind: String,
    /// Path of the page on which to do it.
    pub href: String,
    /// What it is about: a milestone, contract or project; empty where `count` tells it.
    pub title: String,
    /// The other person, where there is one.
    pub person: Option<String>,
    /// By when; null where no clock runs.
    pub due_at: Option<Instant>,
    /// The sum it is about, where there is one.
    pub amount: Option<money::View>,
    /// How many, for `read_proposals`, `review_payouts` and `confirm_receipts`.
    pub count: Option<i64>,
}

/// Sums of one currency.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct DashboardSums {
    /// ISO 4217 code.
    pub currency: String,
    /// Held in escrow for me as a client.
    pub held: money::View,
    /// Held in escrow for work I do.
    pub secured: money::View,
    /// Released to me, not yet free.
    pub pending: money::View,
    /// Free to withdraw.
    pub available: money::View,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) parts: [Money; 4],
}

/// Counts over the whole workspace, for those who run it.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct WorkspaceFigures {
    /// Active members.
    pub members: i64,
    /// Open projects.
    pub open_projects: i64,
    /// Contracts in work or closing.
    pub running_contracts: i64,
    /// What is held in escrow, by currency.
    pub held: Vec<money::View>,
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) sums: Vec<Money>,
}

/// The start page as data.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct DashboardView {
    /// What waits for me: first what I decide for the workspace, at most 22 entries, then at most 20
    /// of my own, the most urgent first.
    pub waiting: Vec<WaitingView>,
    /// My money by currency.
    pub sums: Vec<DashboardSums>,
    /// My running contracts, newest first, at most 10.
    pub contracts: Vec<ContractSummary>,
    /// All my running contracts.
    pub contracts_running: i64,
    /// My open projects.
    pub projects_open: i64,
    /// My proposals that still wait for an answer.
    pub proposals_waiting: i64,
    /// For owners and administrators.
    pub workspace: Option<WorkspaceFigures>,
}

/// The start page in its parts, each of which may fail alone.
pub(crate) struct Parts {
    pub waiting: Part<Vec<WaitingView>>,
    pub money: Part<Own>,
    pub workspace: Option<Part<WorkspaceFigures>>,
    /// The newest, and how many there are.
    pub running: Part<(Vec<ContractSummary>, i64)>,
    pub now: Instant,
}

/// What the asking member has here.
#[derive(Default)]
pub(crate) struct Own {
    pub sums: Vec<DashboardSums>,
    pub projects: i64,
    pub proposals: i64,
}

/// Reads the start page of the asking member.
///
/// # Errors
/// The database's.
pub(crate) async fn parts(cx: &Cx) -> Result<Parts> {
    let me = cx.member()?.id;
    let market = cx.workspace()?.has("market");
    let mut tx = cx.read().await?;
    let (mut waiting, mut money) = (Ok(vec![]), Ok(Own::default()));
    if market {
        waiting = self::waiting(&mut tx, cx, me).await;
        if let Ok(rows) = &mut waiting {
            match for_staff(&mut tx, cx).await {
                Ok(more) => rows.splice(0..0, more).for_each(drop),
                Err(error) => waiting = Err(error),
            }
        }
    }
    let waiting = tx.part("dashboard.waiting", waiting).await?;
    if market {
        money = own(&mut tx, cx, me).await;
    }
    let money = tx.part("dashboard.money", money).await?;
    let workspace = if cx.can("member.list", &[]) {
        let figures = figures(&mut tx, cx).await;
        Some(tx.part("dashboard.workspace", figures).await?)
    } else {
        None
    };
    let now = tx.now();
    tx.finish().await?;
    let running = if market && cx.member()?.grants.has("contract.list") {
        let wanted = ListQuery {
            state: Some("open"),
            role: None,
            paging: Paging::first(RUNNING_MOST),
        };
        let listed = list::list(cx, &wanted).await;
        listed.map(|page| (page.rows, page.total.unwrap_or(0)))
    } else {
        Ok((vec![], 0))
    };
    Ok(Parts {
        waiting,
        money,
        workspace,
        running: Part::confine("dashboard.running", running)?,
        now,
    })
}

/// The whole start page of the asking member.
///
/// # Errors
/// The database's.
pub async fn load(cx: &Cx) -> Result<DashboardView> {
    let parts = parts(cx).await?;
    let money = parts.money.whole()?;
    let (contracts, contracts_running) = parts.running.whole()?;
    Ok(DashboardView {
        waiting: parts.waiting.whole()?,
        sums: money.sums,
        contracts,
        contracts_running,
        projects_open: money.projects,
        proposals_waiting: money.proposals,
        workspace: parts.workspace.map(Part::whole).transpose()?,
    })
}

async fn own(tx: &mut Tx, cx: &Cx, me: Uuid) -> Result<Own> {
    let sums = sums(tx, cx, me).await?;
    let (projects, proposals) = counts(tx, me).await?;
    Ok(Own {
        sums,
        projects,
        proposals,
    })
}

/// One query over all that may wait: each kind by the index of its owner, bounded.
async fn waiting(tx: &mut Tx, cx: &Cx, me: Uuid) -> Result<Vec<WaitingView>> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let rows = sqlx::query!(
        r#"with mine as materialized (
             (select c.* from market.contract c where c.workspace_id = $1 and c.client_id = $2
                and (c.state in ('offered', 'accepted', 'active', 'paused', 'terminating', 'closing') or (c.state in ('completed', 'terminated') and c.reviews_published_at is null and c.review_until > $3))
              order by c.offered_at desc limit 200)
             union all
             (select c.* from market.contract c where c.workspace_id = $1 and c.freelancer_id = $2
                and (c.state in ('offered', 'accepted', 'active', 'paused', 'terminating', 'closing') or (c.state in ('completed', 'terminated') and c.reviews_published_at is null and c.review_until > $3))
              order by c.offered_at desc limit 200)),
           work as materialized (
             select m.*, c.client_id, c.freelancer_id, c.state as contract_state,
                    bool_or(m.state in ('funded', 'submitted', 'changes_requested')) over (partition by m.contract_id) as running,
                    row_number() over (partition by m.contract_id, m.state order by m.position) as place
             from mine c join market.milestone m on m.workspace_id = c.workspace_id and m.contract_id = c.id
             where c.state in ('accepted', 'active')),
           due as (
             select 'answer_offer' as kind, c.id as target, c.title, c.client_id as other, c.offer_expires_at as due_at,
                    c.total_minor as amount, c.currency, null::bigint as n
             from mine c where c.state = 'offered' and c.freelancer_id = $2
               and not exists (select 1 from market.amendment a where a.workspace_id = c.workspace_id and a.contract_id = c.id and a.state = 'proposed')
             union all
             select 'review_delivery', d.id, w.title, w.freelancer_id, w.review_until, w.amount_minor, w.currency, null
             from work w
             cross join lateral (select d.id from market.delivery d where d.workspace_id = w.workspace_id and d.milestone_id = w.id
                                 order by d.number desc limit 1) d
             where w.state = 'submitted' and w.client_id = $2
             union all
             select 'deliver', w.id, w.title, w.client_id, w.due_at, w.amount_minor, w.currency, null
             from work w where w.state in ('funded', 'changes_requested') and w.freelancer_id = $2
             union all
             select 'fund', w.id, w.title, w.freelancer_id, null, w.amount_minor, w.currency, null
             from work w where w.state = 'agreed' and w.place = 1 and not w.running and w.client_id = $2
             union all
             select 'sign_off', c.id, c.title, case when c.client_id = $2 then c.freelancer_id else c.client_id end, c.closes_at, null, null, null
             from mine c where c.state = 'closing'
               and ((c.client_id = $2 and c.client_signed_off_at is null) or (c.freelancer_id = $2 and c.freelancer_signed_off_at is null))
             union all
             select 'write_review', c.id, c.title, case when c.client_id = $2 then c.freelancer_id else c.client_id end, c.review_until, null, null, null
             from mine c where c.state in ('completed', 'terminated')
               and not exists (select 1 from market.review r where r.workspace_id = c.workspace_id and r.contract_id = c.id and r.author_id = $2)
             union all
             select 'answer_change', a.id, c.title, a.proposed_by, a.lapses_at, null, null, null
             from mine c join market.amendment a on a.workspace_id = c.workspace_id and a.contract_id = c.id and a.state = 'proposed'
             where a.proposed_by <> $2
             union all
             select 'answer_end', c.id, c.title, t.proposed_by, t.lapses_at, null, null, null
             from mine c join market.termination t on t.workspace_id = c.workspace_id and t.contract_id = c.id and t.state = 'proposed'
             where t.proposed_by <> $2
             union all
             (select 'answer_invitation', p.id, p.title, p.owner_id, null, null, null, null
              from market.invitation i join market.project p on p.workspace_id = i.workspace_id and p.id = i.project_id
              where i.workspace_id = $1 and i.freelancer_id = $2 and i.state = 'invited' and p.state = 'open'
              order by i.invited_at desc limit 20)
             union all
             (select 'publish_project', p.id, p.title, null, null, null, null, null
              from market.project p where p.workspace_id = $1 and p.owner_id = $2 and p.state = 'draft'
              order by p.created_at desc limit 20)
             union all
             (select 'read_proposals', p.id, p.title, null, p.expires_at, null, null, count(*)
              from market.project p
              join market.proposal b on b.workspace_id = p.workspace_id and b.project_id = p.id and b.state = 'submitted'
              where p.workspace_id = $1 and p.owner_id = $2 and p.state = 'open'
              group by p.id, p.title, p.expires_at order by p.expires_at limit 20))
           select due.kind as "kind!", due.target as "target!", due.title as "title!", o.display_name as "person?", due.due_at as "due_at?: Instant",
                  due.amount as "amount?", due.currency as "currency?", due.n as "n?"
           from due left join kernel.member o on o.workspace_id = $1 and o.id = due.other
           order by due.due_at nulls last, due.kind, due.target limit $4"#,
        workspace,
        me,
        now as _,
        WAITING_MOST
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|r| {
            let path = match r.kind.as_str() {
                "answer_offer" => format!("/contracts/{}/acceptance", r.target),
                "review_delivery" => format!("/deliveries/{}/approval", r.target),
                "deliver" => format!("/milestones/{}/deliveries", r.target),
                "fund" => format!("/milestones/{}/funding", r.target),
                "sign_off" => format!("/contracts/{}/sign-off", r.target),
                "write_review" => format!("/contracts/{}/reviews", r.target),
                "answer_change" => format!("/amendments/{}", r.target),
                "answer_end" => format!("/contracts/{}/termination/acceptance", r.target),
                "read_proposals" => format!("/projects/{}/proposals", r.target),
                _ => format!("/projects/{}", r.target),
            };
            let amount = match (r.amount, r.currency) {
                (Some(minor), Some(currency)) => Some(policy::money(minor, &currency)?.into()),
                _ => None,
            };
            Ok(WaitingView {
                kind: r.kind,
                href: cx.href(&path),
                title: r.title,
                person: r.person,
                due_at: r.due_at,
                amount,
                count: r.n,
            })
        })
        .collect()
}

/// What waits for those who run the workspace: contracts whose end they are to decide, and what
/// waits at the finance desk. Each is left out for who may not do it.
async fn for_staff(tx: &mut Tx, cx: &Cx) -> Result<Vec<WaitingView>> {
    let mut all = vec![];
    if cx.can("contract.decide", &[]) {
        let workspace = tx.workspace();
        let held = sqlx::query!(
            "select c.id, c.title from market.contract c
             where c.workspace_id = $1 and (c.state = 'on_hold' or (c.state = 'terminating' and not exists (
               select 1 from market.termination t where t.workspace_id = c.workspace_id and t.contract_id = c.id and t.state = 'proposed')))
             order by c.stopped_at, c.id limit $2",
            workspace,
            WAITING_MOST
        )
        .fetch_all(&mut **tx)
        .await?;
        all.extend(held.into_iter().map(|contract| {
            let href = cx.href(&format!("/contracts/{}/decision", contract.id));
            errand("decide_contract", href, contract.title, None)
        }));
    }
    let desk = ledger::finance::waiting(tx, cx).await?;
    for (kind, path, n) in [
        ("review_payouts", "/payout-reviews", desk.payouts),
        ("confirm_receipts", "/bank-receipts", desk.receipts),
    ] {
        if n > 0 {
            all.push(errand(kind, cx.href(path), String::new(), Some(n)));
        }
    }
    Ok(all)
}

/// Something that waits without a clock.
fn errand(kind: &str, href: String, title: String, count: Option<i64>) -> WaitingView {
    WaitingView {
        kind: kind.to_owned(),
        href,
        title,
        person: None,
        due_at: None,
        amount: None,
        count,
    }
}

/// My money by currency; the workspace's currency is always there.
async fn sums(tx: &mut Tx, cx: &Cx, me: Uuid) -> Result<Vec<DashboardSums>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select currency as "currency!", coalesce(sum(held), 0)::bigint as "held!", coalesce(sum(secured), 0)::bigint as "secured!",
                  coalesce(sum(pending), 0)::bigint as "pending!", coalesce(sum(available), 0)::bigint as "available!"
           from (
             select m.currency, case when c.client_id = $2 then m.amount_minor else 0 end as held,
                    case when c.freelancer_id = $2 then m.amount_minor else 0 end as secured, 0::bigint as pending, 0::bigint as available
             from (select id, client_id, freelancer_id from market.contract where workspace_id = $1 and client_id = $2 and state in ('active', 'paused', 'on_hold', 'terminating')
                   union all
                   select id, client_id, freelancer_id from market.contract where workspace_id = $1 and freelancer_id = $2 and state in ('active', 'paused', 'on_hold', 'terminating')) c
             join market.milestone m on m.workspace_id = $1 and m.contract_id = c.id and m.state in ('funded', 'submitted', 'changes_requested')
             union all
             select b.currency, 0, 0, case when b.kind = 'pending' then b.balance_minor else 0 end,
                    case when b.kind = 'available' then b.balance_minor else 0 end
             from ledger.balance b where b.workspace_id = $1 and b.owner_id = $2 and b.kind in ('pending', 'available')) parts
           group by currency order by currency"#,
        workspace,
        me
    )
    .fetch_all(&mut **tx)
    .await?;
    let own = cx.workspace()?.currency;
    let mut all: Vec<[Money; 4]> = rows
        .into_iter()
        .map(|r| {
            let of = |minor| policy::money(minor, &r.currency);
            Ok([
                of(r.held)?,
                of(r.secured)?,
                of(r.pending)?,
                of(r.available)?,
            ])
        })
        .collect::<Result<_>>()?;
    if !all.iter().any(|parts| parts[0].currency == own) {
        all.insert(0, [Money::zero(own); 4]);
    }
    all.sort_by_key(|parts| (parts[0].currency != own, parts[0].currency.code()));
    Ok(all
        .into_iter()
        .map(|parts| {
            let [held, secured, pending, available] = parts.map(money::View::from);
            DashboardSums {
                currency: parts[0].currency.code().to_owned(),
                held,
                secured,
                pending,
                available,
                parts,
            }
        })
        .collect())
}

/// My open projects and my proposals that wait.
async fn counts(tx: &mut Tx, me: Uuid) -> Result<(i64, i64)> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select (select count(*) from market.project where workspace_id = $1 and owner_id = $2 and state = 'open') as "projects!",
                  (select count(*) from market.proposal where workspace_id = $1 and freelancer_id = $2 and state in ('submitted', 'shortlisted')) as "proposals!""#,
        workspace,
        me
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((row.projects, row.proposals))
}

/// Counts over the workspace.
async fn figures(tx: &mut Tx, cx: &Cx) -> Result<WorkspaceFigures> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select (select count(*) from kernel.member where workspace_id = $1 and state = 'active') as "members!",
                  (select count(*) from market.project where workspace_id = $1 and state = 'open') as "projects!",
                  (select count(*) from market.contract where workspace_id = $1 and state in ('accepted', 'active', 'paused', 'on_hold', 'terminating', 'closing')) as "contracts!""#,
        workspace
    )
    .fetch_one(&mut **tx)
    .await?;
    let held = if cx.can("ledger.overview", &[]) {
        sqlx::query!(
            r#"select currency as "currency!", sum(balance_minor)::bigint as "held!" from ledger.balance
               where workspace_id = $1 and kind = 'escrow' group by currency order by currency"#,
            workspace
        )
        .fetch_all(&mut **tx)
        .await?
        .into_iter()
        .map(|r| policy::money(r.held, &r.currency))
        .collect::<Result<Vec<_>>>()?
    } else {
        vec![]
    };
    Ok(WorkspaceFigures {
        members: row.members,
        open_projects: row.projects,
        running_contracts: row.contracts,
        held: held.iter().copied().map(money::View::from).collect(),
        sums: held,
    })
}
