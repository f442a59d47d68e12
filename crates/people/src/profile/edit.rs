//! `profile.update`: the owner changes what they name; the rest stays.

use super::{AVAILABILITIES, VISIBILITIES, show};
use crate::{country, words};
use axum::response::Response;
use base::Money;
use http::HeaderMap;
use kernel::{
    Action, Body, Cx, Error, Input, Reader, Result, events::Event, extract, extract::IfMatch, once,
};
use serde_json::json;
use std::collections::HashSet;
use uuid::Uuid;

const UPDATE: Action = Action::new("profile.update", "profile", "profile.show");

/// What an edit changes; `None` leaves a field as it is.
pub(crate) struct Changes {
    title: Option<String>,
    bio: Option<String>,
    skills: Option<Vec<String>>,
    languages: Option<Vec<String>>,
    country: Option<Option<&'static str>>,
    time_zone: Option<String>,
    hourly_rate: Option<Option<Money>>,
    weekly_hours: Option<Option<i64>>,
    availability: Option<&'static str>,
    visibility: Option<&'static str>,
}

impl Input for Changes {
    fn read(r: &mut Reader) -> Self {
        let changes = Self {
            title: r.given("title").then(|| r.line("title", 0, 120)),
            bio: r.given("bio").then(|| r.block("bio", 0, 5000)),
            skills: r
                .given("skills")
                .then(|| once_each(r.lines("skills", 0, 30, 40))),
            languages: r
                .given("languages")
                .then(|| once_each(r.lines("languages", 0, 10, 40))),
            country: r
                .given("country")
                .then(|| r.choice_opt("country", country::ALL)),
            time_zone: r.line_opt("time_zone", 64),
            hourly_rate: r.given("hourly_rate").then(|| r.money_opt("hourly_rate")),
            weekly_hours: r
                .given("weekly_hours")
                .then(|| r.integer_opt("weekly_hours", 1, 80)),
            availability: r.choice_opt("availability", AVAILABILITIES),
            visibility: r.choice_opt("visibility", VISIBILITIES),
        };
        if changes
            .time_zone
            .as_deref()
            .is_some_and(|zone| !is_zone(zone))
        {
            r.fault("time_zone", "invalid_choice");
        }
        changes
    }
}

/// Whether this names a place's time zone, or UTC.
#[must_use]
pub fn is_zone(name: &str) -> bool {
    name == "UTC" || (name.contains('/') && jiff::tz::TimeZone::get(name).is_ok())
}

/// Equal words of a list count once, whatever their case; the first stays.
fn once_each(mut list: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    list.retain(|word| seen.insert(word.to_lowercase()));
    list
}

pub(super) async fn api_update(
    cx: Cx,
    IfMatch(version): IfMatch,
    headers: HeaderMap,
    Body(changes): Body<Changes>,
) -> Result<Response> {
    let edited = once(update(&cx, version, changes).await);
    extract::or_current(edited, show::show(&cx)).await?;
    let view = show::show(&cx).await?;
    Ok(extract::versioned(
        &without_condition(headers),
        view.version,
        &view,
    ))
}

/// The answer of an edit is the new state, never 304.
fn without_condition(mut headers: HeaderMap) -> HeaderMap {
    headers.remove(http::header::IF_NONE_MATCH);
    headers
}

/// Changes the actor's own profile, made against `version`; gives the member.
///
/// # Errors
/// 412 `stale`; the database's.
pub(super) async fn update(cx: &Cx, version: i64, changes: Changes) -> Result<Uuid> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let permit = cx.authorize(&UPDATE, me, &["own"])?;
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "insert into people.profile (workspace_id, member_id, currency, created_at, updated_at, version)
         values ($1, $2, $3, $4, $4, 0) on conflict do nothing",
        workspace,
        me,
        cx.workspace()?.currency.code(),
        now as _
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("select 1 as one from people.profile where workspace_id = $1 and member_id = $2 for no key update", workspace, me)
        .fetch_one(&mut *tx)
        .await?;
    let old = show::load(&mut tx, me).await?.ok_or(Error::NotFound)?;
    if old.version != version {
        return Err(Error::refused(412, "stale"));
    }
    let title = changes.title.unwrap_or(old.title.clone());
    let bio = changes.bio.unwrap_or(old.bio.clone());
    let skills = changes.skills.unwrap_or(old.skills.clone());
    let languages = changes.languages.unwrap_or(old.languages.clone());
    let country = changes
        .country
        .map_or(old.country.clone(), |c| c.map(str::to_owned));
    let time_zone = changes.time_zone.unwrap_or(old.time_zone.clone());
    let rate = changes.hourly_rate.unwrap_or(old.hourly_rate);
    let availability = changes
        .availability
        .map_or(old.availability.clone(), str::to_owned);
    let visibility = changes
        .visibility
        .map_or(old.visibility.clone(), str::to_owned);
    let currency = rate.map_or(cx.workspace()?.currency, |r| r.currency);
    let hours = changes.weekly_hours.unwrap_or(old.weekly_hours);
    let words = words::stored(&old.display_name, &title, &bio, &skills);
    if visibility != "hidden" && old.is_freelancer {
        let all = [old.display_name.as_str(), &title, &bio, &skills.join(" ")];
        words::learn(&mut tx, workspace, &all).await?;
    }
    sqlx::query!(
        "update people.profile set title = $3, bio = $4, skills = $5, languages = $6, country = $7, time_zone = $8, hourly_rate_minor = $9,
           currency = $10, availability = $11, visibility = $12, words = $13::text::tsvector, updated_at = $14, skill_keys = $15,
           language_keys = $16, weekly_hours = $17, version = version + 1
         where workspace_id = $1 and member_id = $2",
        workspace,
        me,
        title,
        bio,
        &skills,
        &languages,
        country,
        time_zone,
        rate.map(|r| r.minor),
        currency.code(),
        availability,
        visibility,
        words,
        now as _,
        &base::search::skills(&skills),
        &words::languages(&languages),
        hours.and_then(|h| i32::try_from(h).ok())
    )
    .execute(&mut *tx)
    .await?;
    // What people say of themselves is named, not told.
    for (field, changed) in [
        ("title", title != old.title),
        ("bio", bio != old.bio),
        ("skills", skills != old.skills),
        ("languages", languages != old.languages),
        ("country", country != old.country),
        ("time_zone", time_zone != old.time_zone),
        ("hourly_rate", rate != old.hourly_rate),
        ("weekly_hours", hours != old.weekly_hours),
    ] {
        if changed {
            tx.change_masked(field);
        }
    }
    tx.differs("visibility", old.visibility, visibility.clone());
    tx.differs("availability", old.availability, availability.clone());
    let payload = json!({"member": me, "visibility": visibility, "availability": availability});
    tx.emit(Event::new(
        "people.profile_updated",
        "profile",
        me,
        version + 1,
        payload,
    ));
    tx.commit(permit).await?;
    Ok(me)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: serde_json::Value) -> Result<Changes, Vec<&'static str>> {
        Reader::json(body, base::Currency::USD).map_err(|f| f.into_iter().map(|f| f.code).collect())
    }

    #[test]
    fn an_edit_names_what_it_changes() {
        let changes =
            read(json!({"title": "", "country": null, "skills": ["Rust", "rust", "SQL"]}))
                .unwrap_or_else(|f| panic!("{f:?}"));
        assert_eq!(changes.title.as_deref(), Some(""));
        assert_eq!(changes.country, Some(None));
        assert_eq!(
            changes.skills.as_deref(),
            Some(&["Rust".to_owned(), "SQL".to_owned()][..])
        );
        assert!(
            changes.bio.is_none() && changes.hourly_rate.is_none() && changes.visibility.is_none()
        );
    }

    #[test]
    fn places_and_choices_are_known_ones() {
        assert_eq!(
            read(json!({"country": "XX", "visibility": "all", "time_zone": "Mars/Base"})).err(),
            Some(vec!["invalid_choice", "invalid_choice", "invalid_choice"])
        );
        assert!(read(json!({"time_zone": "UTC", "country": "EG"})).is_ok());
        assert_eq!(
            read(json!({"email": "x"})).err(),
            Some(vec!["unknown_field"])
        );
    }
}
