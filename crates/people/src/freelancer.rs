//! Freelancers as others see them: found by words, skills and country, and their public page.

mod filter_page;
mod list;
mod page;
mod show;

pub use filter_page::rating_name;
pub use list::overlap;

use crate::{profile, profile::Profile, showcase::ShowcaseView};
use axum::routing::get;
use http::Method;
use kernel::{Cx, Result, Route, Tx};
use serde::Serialize;
use uuid::Uuid;

/// A freelancer in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FreelancerCard {
    /// The member's id.
    pub member_id: Uuid,
    /// The name shown to others.
    pub display_name: String,
    /// One line about the work.
    pub title: String,
    /// Skills.
    pub skills: Vec<String>,
    /// ISO 3166-1 code.
    pub country: Option<String>,
    /// Price of an hour.
    pub hourly_rate: Option<base::money::View>,
    /// `open`, `limited` or `closed` to new work.
    pub availability: String,
    /// IANA name of the time zone.
    pub time_zone: String,
    /// Languages spoken.
    pub languages: Vec<String>,
    /// Mean rating in tenths of a star, 0 without reviews.
    pub rating_tenths: i32,
    /// How many reviews.
    pub reviews: i32,
    /// Share of their contracts that went well, in percent.
    pub success_percent: Option<i32>,
    /// Path of the page.
    pub href: String,
}

/// A freelancer's page.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FreelancerView {
    /// The member's id.
    pub member_id: Uuid,
    /// The name shown to others.
    pub display_name: String,
    /// One line about the work.
    pub title: String,
    /// Markdown about the person.
    pub bio: String,
    /// Skills.
    pub skills: Vec<String>,
    /// Languages spoken.
    pub languages: Vec<String>,
    /// ISO 3166-1 code.
    pub country: Option<String>,
    /// IANA name.
    pub time_zone: String,
    /// Price of an hour.
    pub hourly_rate: Option<base::money::View>,
    /// The time there now, RFC 3339 with its offset.
    pub local_time: String,
    /// Hours a week that are free for work.
    pub weekly_hours: Option<i64>,
    /// `open`, `limited` or `closed` to new work.
    pub availability: String,
    /// Mean rating in tenths of a star, 0 without reviews.
    pub rating_tenths: i32,
    /// How many reviews.
    pub reviews: i32,
    /// Share of their contracts that went well, in percent.
    pub success_percent: Option<i32>,
    /// Pieces of work they show.
    pub portfolio: Vec<ShowcaseView>,
    /// Where they learnt.
    pub education: Vec<ShowcaseView>,
    /// What they can prove.
    pub certificates: Vec<ShowcaseView>,
    /// What the workspace's products know of their work: `standing` and `history`.
    #[schema(value_type = Object)]
    pub work: serde_json::Value,
    /// Path of the page.
    pub href: String,
}

pub(crate) fn routes() -> Vec<Route> {
    let (list, one) = (
        "/w/{workspace}/freelancers",
        "/w/{workspace}/freelancers/{member}",
    );
    vec![
        Route::api(Method::GET, list, "freelancer.list", get(list::api_list))
            .public()
            .product("market")
            .query::<list::ListQuery>()
            .lists::<FreelancerCard>(),
        Route::api(Method::GET, one, "freelancer.show", get(show::api_show))
            .public()
            .product("market")
            .answers::<FreelancerView>(200),
        Route::page(Method::GET, list, "freelancer.list", get(page::list_page))
            .public()
            .product("market")
            .query::<list::ListQuery>(),
        Route::page(Method::GET, one, "freelancer.show", get(show::page)).public(),
    ]
}

/// Whether a reader other than the owner may see this profile. `is_member` says whether they belong
/// to the workspace; a member who is no freelancer is nobody to visitors.
fn shown_to(profile: &Profile, is_member: bool) -> bool {
    match profile.visibility.as_str() {
        "public" => is_member || profile.is_freelancer,
        "members" => is_member,
        _ => false,
    }
}

/// Whether the reader of this request may see it.
pub(crate) fn may_see(cx: &Cx, profile: &Profile) -> bool {
    cx.me() == Some(profile.member_id)
        || shown_to(profile, cx.reads_as_member() && cx.can("profile.show", &[]))
}

/// Whether the reader may see this member's page: what was written about them goes with it.
///
/// # Errors
/// The database's.
pub async fn visible(tx: &mut Tx, cx: &Cx, member: Uuid) -> Result<bool> {
    let found = profile::load(tx, member).await?;
    Ok(found.is_some_and(|p| may_see(cx, &p)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(visibility: &str, is_freelancer: bool) -> Profile {
        Profile {
            member_id: Uuid::nil(),
            display_name: "Ana".to_owned(),
            title: String::new(),
            bio: String::new(),
            country: None,
            time_zone: "UTC".to_owned(),
            languages: vec![],
            skills: vec![],
            hourly_rate: None,
            availability: "open".to_owned(),
            visibility: visibility.to_owned(),
            is_freelancer,
            weekly_hours: None,
            told: crate::profile::Told::default(),
            updated_at: None,
            version: 1,
        }
    }

    #[test]
    fn the_owner_decides_who_sees() {
        for (visibility, freelancer, visitor, member) in [
            ("public", true, true, true),
            ("public", false, false, true),
            ("members", true, false, true),
            ("hidden", true, false, false),
        ] {
            let profile = profile(visibility, freelancer);
            assert_eq!(
                (shown_to(&profile, false), shown_to(&profile, true)),
                (visitor, member),
                "{visibility}"
            );
        }
    }
}
