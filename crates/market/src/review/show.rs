//! Reviews as answers and pages show them: the own one always, the other's once published.

use base::{Instant, Money};
use kernel::{
    Cx, Error, Input, Reader, Result, Tx,
    list::{COUNTED, Page, Paging},
};
use uuid::Uuid;

use crate::{contract::ContractParty, policy, standing};

/// A party's verdict on the other.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct ReviewView {
    /// Its id.
    pub id: Uuid,
    /// The contract it is about: a review cannot be without one.
    pub contract_id: Uuid,
    /// Who wrote it.
    pub author: ContractParty,
    /// What the author was in the contract: `client` or `freelancer`.
    pub author_role: String,
    /// Whom it is about.
    pub subject: ContractParty,
    /// Quality, 1 to 5.
    pub quality: i32,
    /// Communication, 1 to 5.
    pub communication: i32,
    /// Timeliness, 1 to 5.
    pub timeliness: i32,
    /// Value, 1 to 5.
    pub value: i32,
    /// What the author wrote.
    pub body: String,
    /// A note to the platform; only its author sees it.
    pub private_note: Option<String>,
    /// The project; null where its title is.
    pub project_id: Option<Uuid>,
    /// The project's title; null where it was not shown to such a reader.
    pub project_title: Option<String>,
    /// The project's category.
    pub category: String,
    /// How large the contract was: `under_500`, `500_to_5000`, `over_5000` in its currency's units.
    pub value_band: String,
    /// When it was written.
    pub submitted_at: Instant,
    /// When it became visible to the other party and to others.
    pub published_at: Option<Instant>,
    /// Its version.
    pub version: i64,
}

impl ReviewView {
    /// The mean of the four ratings, in tenths.
    #[must_use]
    pub fn tenths(&self) -> u32 {
        let sum = self.quality + self.communication + self.timeliness + self.value;
        u32::try_from((sum * 10 + 2) / 4).unwrap_or(0)
    }
}

/// How a member stands in all published reviews about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The mean rating in tenths of a star.
    pub tenths: u32,
    /// How many reviews.
    pub count: i64,
}

/// Whose reviews are asked for.
pub struct ListQuery {
    /// The member they are about.
    pub member_id: Uuid,
    /// Which page.
    pub paging: Paging,
}
impl Input for ListQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            member_id: r.id("member_id"),
            paging: Paging::read(r),
        }
    }
}

struct Raw {
    id: Uuid,
    contract_id: Uuid,
    author_id: Uuid,
    author_name: String,
    author_role: String,
    subject_id: Uuid,
    subject_name: String,
    quality: i32,
    communication: i32,
    timeliness: i32,
    value: i32,
    body: String,
    private_note: String,
    project_id: Uuid,
    project_title: String,
    visibility: String,
    category: String,
    total_minor: i64,
    currency: String,
    submitted_at: Instant,
    published_at: Option<Instant>,
    version: i64,
}

fn view(cx: &Cx, r: Raw) -> Result<ReviewView> {
    let own = cx.me() == Some(r.author_id);
    let titled = match r.visibility.as_str() {
        "public" => true,
        "members" => standing::reads_listed(cx),
        _ => false,
    };
    Ok(ReviewView {
        id: r.id,
        contract_id: r.contract_id,
        author: ContractParty {
            id: r.author_id,
            display_name: r.author_name,
        },
        author_role: r.author_role,
        subject: ContractParty {
            id: r.subject_id,
            display_name: r.subject_name,
        },
        quality: r.quality,
        communication: r.communication,
        timeliness: r.timeliness,
        value: r.value,
        body: r.body,
        private_note: (own && !r.private_note.is_empty()).then_some(r.private_note),
        project_id: titled.then_some(r.project_id),
        project_title: titled.then_some(r.project_title),
        category: r.category,
        value_band: band(policy::money(r.total_minor, &r.currency)?).to_owned(),
        submitted_at: r.submitted_at,
        published_at: r.published_at,
        version: r.version,
    })
}

/// The band of a contract's value, in whole units of its currency.
#[must_use]
pub fn band(total: Money) -> &'static str {
    let units = total.minor / 10_i64.pow(total.currency.digits());
    match units {
        ..500 => "under_500",
        500..=5000 => "500_to_5000",
        _ => "over_5000",
    }
}

/// One review, for its author always, for everyone else once published and as long as the page of
/// its subject may be seen.
///
/// # Errors
/// 404.
pub async fn show(cx: &Cx, id: Uuid) -> Result<ReviewView> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let me = cx.me();
    let row = sqlx::query_as!(
        Raw,
        "select r.id, r.contract_id, r.author_id, a.display_name as author_name, r.author_role, r.subject_id, s.display_name as subject_name,
                r.quality, r.communication, r.timeliness, r.value, r.body, r.private_note, p.id as project_id, p.title as project_title, p.visibility, p.category,
                c.total_minor, c.currency, r.submitted_at, r.published_at, r.version
         from market.review r
         join market.contract c on c.workspace_id = r.workspace_id and c.id = r.contract_id
         join market.project p on p.workspace_id = c.workspace_id and p.id = c.project_id
         join kernel.member a on a.workspace_id = r.workspace_id and a.id = r.author_id
         join kernel.member s on s.workspace_id = r.workspace_id and s.id = r.subject_id
         where r.workspace_id = $1 and r.id = $2 and (r.author_id = $3 or r.published_at is not null)",
        workspace,
        id,
        me
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let own = me.is_some_and(|me| me == row.author_id || me == row.subject_id);
    if !own && !people::freelancer::visible(&mut tx, cx, row.subject_id).await? {
        return Err(Error::NotFound);
    }
    tx.finish().await?;
    view(cx, row)
}

/// The reviews of a contract the asking party may see: their own, and both once published.
///
/// # Errors
/// The database's.
pub async fn of_contract(tx: &mut Tx, cx: &Cx, contract: Uuid) -> Result<Vec<ReviewView>> {
    let workspace = tx.workspace();
    let me = cx.me();
    let rows = sqlx::query_as!(
        Raw,
        "select r.id, r.contract_id, r.author_id, a.display_name as author_name, r.author_role, r.subject_id, s.display_name as subject_name,
                r.quality, r.communication, r.timeliness, r.value, r.body, r.private_note, p.id as project_id, p.title as project_title, p.visibility, p.category,
                c.total_minor, c.currency, r.submitted_at, r.published_at, r.version
         from market.review r
         join market.contract c on c.workspace_id = r.workspace_id and c.id = r.contract_id
         join market.project p on p.workspace_id = c.workspace_id and p.id = c.project_id
         join kernel.member a on a.workspace_id = r.workspace_id and a.id = r.author_id
         join kernel.member s on s.workspace_id = r.workspace_id and s.id = r.subject_id
         where r.workspace_id = $1 and r.contract_id = $2 and (r.author_id = $3 or r.published_at is not null)
         order by r.submitted_at, r.id limit 2",
        workspace,
        contract,
        me
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(|r| view(cx, r)).collect()
}

/// The newest published reviews about a member, for their profile.
///
/// # Errors
/// The database's.
pub async fn published_for(
    tx: &mut Tx,
    cx: &Cx,
    member: Uuid,
    limit: i64,
) -> Result<Vec<ReviewView>> {
    published(tx, cx, member, None, None, limit).await
}

async fn published(
    tx: &mut Tx,
    cx: &Cx,
    member: Uuid,
    at: Option<Instant>,
    id: Option<Uuid>,
    limit: i64,
) -> Result<Vec<ReviewView>> {
    let workspace = tx.workspace();
    let rows = sqlx::query_as!(
        Raw,
        "select r.id, r.contract_id, r.author_id, a.display_name as author_name, r.author_role, r.subject_id, s.display_name as subject_name,
                r.quality, r.communication, r.timeliness, r.value, r.body, ''::text as \"private_note!\", p.id as project_id, p.title as project_title, p.visibility,
                p.category, c.total_minor, c.currency, r.submitted_at, r.published_at, r.version
         from market.review r
         join market.contract c on c.workspace_id = r.workspace_id and c.id = r.contract_id
         join market.project p on p.workspace_id = c.workspace_id and p.id = c.project_id
         join kernel.member a on a.workspace_id = r.workspace_id and a.id = r.author_id
         join kernel.member s on s.workspace_id = r.workspace_id and s.id = r.subject_id
         where r.workspace_id = $1 and r.subject_id = $2 and r.published_at is not null
           and ($3::timestamptz is null or (r.published_at, r.id) < ($3, $4))
         order by r.published_at desc, r.id desc limit $5",
        workspace,
        member,
        at as _,
        id,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(|r| view(cx, r)).collect()
}

async fn published_before(
    tx: &mut Tx,
    cx: &Cx,
    member: Uuid,
    at: Option<Instant>,
    id: Option<Uuid>,
    limit: i64,
) -> Result<Vec<ReviewView>> {
    let workspace = tx.workspace();
    let rows = sqlx::query_as!(
        Raw,
        "select r.id, r.contract_id, r.author_id, a.display_name as author_name, r.author_role, r.subject_id, s.display_name as subject_name,
                r.quality, r.communication, r.timeliness, r.value, r.body, ''::text as \"private_note!\", p.id as project_id, p.title as project_title, p.visibility,
                p.category, c.total_minor, c.currency, r.submitted_at, r.published_at, r.version
         from market.review r
         join market.contract c on c.workspace_id = r.workspace_id and c.id = r.contract_id
         join market.project p on p.workspace_id = c.workspace_id and p.id = c.project_id
         join kernel.member a on a.workspace_id = r.workspace_id and a.id = r.author_id
         join kernel.member s on s.workspace_id = r.workspace_id and s.id = r.subject_id
         where r.workspace_id = $1 and r.subject_id = $2 and r.published_at is not null
           and (r.published_at, r.id) > ($3, $4)
         order by r.published_at, r.id limit $5",
        workspace,
        member,
        at as _,
        id,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(|r| view(cx, r)).collect()
}

/// How a member stands in published reviews; nothing while there are none.
///
/// # Errors
/// The database's.
pub async fn standing(tx: &mut Tx, member: Uuid) -> Result<Option<Standing>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select count(*) as "n!", coalesce(sum(quality + communication + timeliness + value), 0)::bigint as "sum!"
           from market.review where workspace_id = $1 and subject_id = $2 and published_at is not null"#,
        workspace,
        member
    )
    .fetch_one(&mut **tx)
    .await?;
    if row.n == 0 {
        return Ok(None);
    }
    let tenths = (row.sum * 10 + row.n * 2) / (row.n * 4);
    Ok(Some(Standing {
        tenths: u32::try_from(tenths).unwrap_or(0),
        count: row.n,
    }))
}

/// The published reviews about a member, newest first.
///
/// # Errors
/// 404 for a member who does not exist or whose page is hidden; 400 for a cursor that is not ours.
pub async fn list(cx: &Cx, query: &ListQuery) -> Result<Page<ReviewView>> {
    let position = query.paging.position::<(Option<Instant>, Uuid)>()?;
    let (at, id) = position
        .as_ref()
        .map_or((None, None), |p| (p.key.0, Some(p.key.1)));
    let most = query.paging.limit + 1;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    // Who hides their page hides what was written about them with it.
    if !people::freelancer::visible(&mut tx, cx, query.member_id).await? {
        return Err(Error::NotFound);
    }
    let rows = if position.as_ref().is_some_and(|p| p.back) {
        published_before(&mut tx, cx, query.member_id, at, id, most).await?
    } else {
        published(&mut tx, cx, query.member_id, at, id, most).await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from market.review
             where workspace_id = $1 and subject_id = $2 and published_at is not null limit $3) counted"#,
        workspace,
        query.member_id,
        COUNTED + 1
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    Ok(Page::of(rows, &query.paging, position.as_ref(), |r| {
        (r.published_at, r.id)
    })
    .with_total(total))
}

#[cfg(test)]
mod tests {
    use super::band;
    use base::{Currency, Money};

    #[test]
    fn bands_are_in_whole_units() {
        let bands: Vec<_> = [49_999, 50_000, 500_099, 500_100]
            .into_iter()
            .map(|minor| band(Money::new(minor, Currency::USD)))
            .collect();
        assert_eq!(
            bands,
            ["under_500", "500_to_5000", "500_to_5000", "over_5000"]
        );
    }
}
