//! `profile.show`: a profile as it is stored, and as its owner reads it.

use axum::response::Response;
use base::{Instant, Money};
use http::HeaderMap;
use kernel::{Cx, Error, Result, Tx, extract};
use serde::Serialize;
use uuid::Uuid;

/// A member with their profile; one who has not written anything yet has an empty one.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Whose it is.
    pub member_id: Uuid,
    /// The name shown to others.
    pub display_name: String,
    /// One line about the work.
    pub title: String,
    /// Markdown about the person.
    pub bio: String,
    /// ISO 3166-1 code.
    pub country: Option<String>,
    /// IANA name.
    pub time_zone: String,
    /// Languages spoken, in their owner's words.
    pub languages: Vec<String>,
    /// Skills, in their owner's words.
    pub skills: Vec<String>,
    /// Price of an hour.
    pub hourly_rate: Option<Money>,
    /// Hours a week that are free for work.
    pub weekly_hours: Option<i64>,
    /// `open`, `limited` or `closed` to new work.
    pub availability: String,
    /// `public`, `members` or `hidden`.
    pub visibility: String,
    /// Whether they are found among the freelancers.
    pub is_freelancer: bool,
    /// What others say of their work.
    pub told: Told,
    /// When it was changed last.
    pub updated_at: Option<Instant>,
    /// Raised with each change; 0 before the first.
    pub version: i64,
}

/// What others say of a member's work, as a product told it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// Mean rating in tenths of a star, 0 without reviews.
    pub rating_tenths: i32,
    /// How many reviews.
    pub reviews: i32,
    /// Share of their work that went well, in percent.
    pub success_percent: Option<i32>,
    /// Pieces of work completed.
    pub completed: i32,
}

/// Keeps what is said of a member's work, so that lists can be sorted by it.
///
/// # Errors
/// The database's.
pub async fn tell(
    connection: &mut sqlx::PgConnection,
    workspace: Uuid,
    member: Uuid,
    told: Told,
) -> Result<()> {
    sqlx::query!(
        "update people.profile set rating_tenths = $3, reviews = $4, success_percent = $5, jobs_completed = $6
         where workspace_id = $1 and member_id = $2",
        workspace,
        member,
        told.rating_tenths,
        told.reviews,
        told.success_percent,
        told.completed
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The actor's own profile.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProfileView {
    /// Whose it is.
    pub member_id: Uuid,
    /// The name shown to others.
    pub display_name: String,
    /// One line about the work.
    pub title: String,
    /// Markdown about the person.
    pub bio: String,
    /// ISO 3166-1 code.
    pub country: Option<String>,
    /// IANA name.
    pub time_zone: String,
    /// Languages spoken.
    pub languages: Vec<String>,
    /// Skills.
    pub skills: Vec<String>,
    /// Price of an hour.
    pub hourly_rate: Option<base::money::View>,
    /// Hours a week that are free for work.
    pub weekly_hours: Option<i64>,
    /// `open`, `limited` or `closed` to new work.
    pub availability: String,
    /// `public`, `members` or `hidden`.
    pub visibility: String,
    /// Whether they are found among the freelancers.
    pub is_freelancer: bool,
    /// Path of the page others see.
    pub href: String,
    /// When it was changed last.
    pub updated_at: Option<Instant>,
    /// For `If-Match`.
    pub version: i64,
}

pub(super) async fn api_show(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let view = show(&cx).await?;
    Ok(extract::versioned(&headers, view.version, &view))
}

/// The actor's own profile.
///
/// # Errors
/// The database's.
pub(super) async fn show(cx: &Cx) -> Result<ProfileView> {
    let profile = own(cx).await?;
    Ok(ProfileView {
        href: cx.href(&format!("/freelancers/{}", profile.member_id)),
        member_id: profile.member_id,
        display_name: profile.display_name,
        title: profile.title,
        bio: profile.bio,
        country: profile.country,
        time_zone: profile.time_zone,
        languages: profile.languages,
        skills: profile.skills,
        hourly_rate: profile.hourly_rate.map(Into::into),
        weekly_hours: profile.weekly_hours,
        availability: profile.availability,
        visibility: profile.visibility,
        is_freelancer: profile.is_freelancer,
        updated_at: profile.updated_at,
        version: profile.version,
    })
}

pub(super) async fn own(cx: &Cx) -> Result<Profile> {
    let me = cx.member()?.id;
    let mut tx = cx.read().await?;
    let profile = load(&mut tx, me).await?.ok_or(Error::NotFound)?;
    tx.finish().await?;
    Ok(profile)
}

/// The profile of an active member, whoever asks: visibility is the caller's to apply.
///
/// # Errors
/// The database's.
pub async fn load(tx: &mut Tx, member: Uuid) -> Result<Option<Profile>> {
    let workspace = tx.workspace();
    let row = sqlx::query!(
        r#"select m.id, m.display_name, coalesce(p.title, '') as "title!", coalesce(p.bio, '') as "bio!", p.country as "country?",
             coalesce(p.time_zone, 'UTC') as "time_zone!", coalesce(p.languages, '{}') as "languages!", coalesce(p.skills, '{}') as "skills!",
             p.hourly_rate_minor as "rate?", p.currency as "currency?", coalesce(p.availability, 'open') as "availability!",
             coalesce(p.visibility, 'members') as "visibility!", coalesce(p.is_freelancer, false) as "is_freelancer!",
             p.weekly_hours as "weekly_hours?", coalesce(p.rating_tenths, 0) as "rating_tenths!", coalesce(p.reviews, 0) as "reviews!",
             p.success_percent as "success_percent?", coalesce(p.jobs_completed, 0) as "completed!",
             p.updated_at as "updated_at?: Instant", coalesce(p.version, 0) as "version!"
           from kernel.member m
           left join people.profile p on p.workspace_id = m.workspace_id and p.member_id = m.id
           where m.workspace_id = $1 and m.id = $2 and m.state = 'active'"#,
        workspace,
        member
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| Profile {
        member_id: row.id,
        display_name: row.display_name,
        title: row.title,
        bio: row.bio,
        country: row.country,
        time_zone: row.time_zone,
        languages: row.languages,
        skills: row.skills,
        hourly_rate: rate(row.rate, row.currency.as_deref()),
        weekly_hours: row.weekly_hours.map(i64::from),
        availability: row.availability,
        visibility: row.visibility,
        is_freelancer: row.is_freelancer,
        told: Told {
            rating_tenths: row.rating_tenths,
            reviews: row.reviews,
            success_percent: row.success_percent,
            completed: row.completed,
        },
        updated_at: row.updated_at,
        version: row.version,
    }))
}

/// The time zone of the reader's own profile, by which a list shares working hours with them where
/// they name no other.
///
/// # Errors
/// 422 at `/time_zone` for visitors and whoever has no profile.
pub async fn own_zone(tx: &mut Tx, cx: &Cx) -> Result<String> {
    let (workspace, me) = (tx.workspace(), cx.me());
    let zone = sqlx::query_scalar!(
        "select time_zone from people.profile where workspace_id = $1 and member_id = $2",
        workspace,
        me
    )
    .fetch_optional(&mut **tx)
    .await?;
    zone.ok_or(Error::invalid("/time_zone", "required"))
}

pub(crate) fn rate(minor: Option<i64>, currency: Option<&str>) -> Option<Money> {
    Some(Money::new(minor?, currency?.parse().ok()?))
}
