//! A member's own profile: looked at, changed, and seen as others would see it.

mod edit;
mod page;
mod show;

pub(crate) use show::rate;
pub use show::{Profile, ProfileView, Told, load, own_zone, tell};
pub use {edit::is_zone, page::countries, page::zones};

use axum::routing::get;
use http::Method;
use kernel::{Idempotency, Route};
use serde_json::json;

/// Who may see a profile, from the widest to nobody else.
pub(crate) const VISIBILITIES: &[&str] = &["public", "members", "hidden"];
/// Whether new work is welcome.
pub(crate) const AVAILABILITIES: &[&str] = &["open", "limited", "closed"];

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::GET, "/w/{workspace}/profile", "profile.show", get(show::api_show)).permission("profile.update").answers::<ProfileView>(200),
        Route::api(Method::PATCH, "/w/{workspace}/profile", "profile.update", axum::routing::patch(edit::api_update))
            .permission("profile.update")
            .if_match()
            .idempotency(Idempotency::Accepted)
            .body::<edit::Changes>()
            .example(json!({
                "title": "Type designer", "bio": "Arabic and Latin type since 2012.", "skills": ["type design", "glyphs"], "languages": ["Arabic", "English"],
                "country": "EG", "time_zone": "Africa/Cairo", "hourly_rate": {"amount_minor": 6000, "currency": "USD"},
                "availability": "open", "visibility": "public"
            }))
            .answers::<ProfileView>(200),
        Route::page(Method::GET, "/w/{workspace}/profile/edit", "profile.update", get(page::edit_page)).permission("profile.update"),
        Route::page(Method::POST, "/w/{workspace}/profile/edit", "profile.update", axum::routing::post(page::form_update))
            .permission("profile.update")
            .idempotency(Idempotency::Accepted)
            .body::<kernel::Edit<edit::Changes>>(),
    ]
}
