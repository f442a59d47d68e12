//! `freelancer.show`: a member's page, for those to whom they show it.

use super::{FreelancerView, may_see, page::country, shown_to};
use crate::{
    profile::{self, Profile},
    showcase::{self, ShowcaseView},
};
use axum::{extract::RawQuery, response::Response};
use base::Instant;
use kernel::{Cx, Error, Id, Part, Result, extract};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{Banner, Button, Tone, Workroom, badge, chip, description_list, markdown, state_badge},
    text,
};
use uuid::Uuid;

pub(super) async fn api_show(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    let (profile, all) = load(&cx, id).await?;
    let all = all.whole()?;
    let now = cx.kernel.now().await?;
    let mut work = serde_json::Map::new();
    for section in crate::sections() {
        if let serde_json::Value::Object(fields) = (section.data)(cx.clone(), id).await? {
            work.extend(fields);
        }
    }
    let of = |kind: &str| all.iter().filter(|e| e.kind == kind).cloned().collect();
    Ok(extract::data(&FreelancerView {
        href: cx.href(&format!("/freelancers/{}", profile.member_id)),
        local_time: local(&profile, now),
        portfolio: of("portfolio"),
        education: of("education"),
        certificates: of("certificate"),
        work: work.into(),
        rating_tenths: profile.told.rating_tenths,
        reviews: profile.told.reviews,
        success_percent: profile.told.success_percent,
        weekly_hours: profile.weekly_hours,
        member_id: profile.member_id,
        display_name: profile.display_name,
        title: profile.title,
        bio: profile.bio,
        skills: profile.skills,
        languages: profile.languages,
        country: profile.country,
        time_zone: profile.time_zone,
        hourly_rate: profile.hourly_rate.map(Into::into),
        availability: profile.availability,
    }))
}

fn zone(profile: &Profile) -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get(&profile.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
}

/// The time where they are, `2026-11-20T14:05:00+02:00`.
fn local(profile: &Profile, now: Instant) -> String {
    let zoned = now.0.to_zoned(zone(profile));
    jiff::fmt::strtime::format("%Y-%m-%dT%H:%M:%S%:z", &zoned).unwrap_or_else(|_| now.rfc3339())
}

async fn load(cx: &Cx, id: Uuid) -> Result<(Profile, Part<Vec<ShowcaseView>>)> {
    let mut tx = cx.read().await?;
    let profile = profile::load(&mut tx, id)
        .await?
        .filter(|p| may_see(cx, p))
        .ok_or(Error::NotFound)?;
    let all = showcase::of(&mut tx, cx, id).await;
    let all = tx.part("freelancer.showcase", all).await?;
    tx.finish().await?;
    Ok((profile, all))
}

/// The page; its owner may look at it as a visitor or member would (`?as=public`, `?as=members`).
pub(super) async fn page(cx: Cx, Id(id): Id<Uuid>, RawQuery(query): RawQuery) -> Result<Response> {
    let (profile, all) = load(&cx, id).await?;
    let is_mine = cx.me() == Some(profile.member_id);
    let preview = match query.as_deref() {
        Some("as=public") if is_mine => Some(false),
        Some("as=members") if is_mine => Some(true),
        _ => None,
    };
    let now = cx.kernel.now().await?;
    // What is told of work belongs to a market.
    let market = cx.workspace()?.has("market");
    let known = if market { crate::sections() } else { &[] };
    let acts: Vec<Markup> = known
        .iter()
        .filter_map(|s| (s.act)(&cx, id))
        .filter(|_| preview.is_none())
        .collect();
    let mut sections = vec![];
    for section in known {
        let drawn = (section.render)(cx.clone(), id).await;
        sections.push(Part::confine("freelancer.section", drawn)?);
    }
    let room = Workroom {
        title: profile.display_name.clone(),
        badge: market.then(|| availability(&cx, &profile.availability)),
        meta: (!profile.title.is_empty()).then(|| html! { bdi { (profile.title) } }),
        actions: if is_mine && preview.is_none() {
            Some(owner_actions(&cx, market))
        } else {
            (!acts.is_empty()).then(|| html! { @for act in &acts { (act) } })
        },
        main: html! {
            @if !profile.bio.is_empty() { section.panel { h2 { (cx.t("people-about")) } div dir="auto" { (markdown(&profile.bio)) } } }
            @else { section.panel { h2 { (cx.t("people-about")) } p.hint { (cx.t("people-about-empty")) } } }
            @if market { (all.draw(&cx, "showcase", |all| html! { @for kind in showcase::KINDS { (showcase::panel(&cx, kind, all, None)) } })) }
            @for (n, section) in sections.iter().enumerate() { (section.draw(&cx, &format!("part-{n}"), Clone::clone)) }
        },
        aside: Some(facts(&cx, &profile, now)),
        ..Workroom::default()
    };
    let body = html! {
        @if let Some(is_member) = preview { (preview_banner(&cx, &profile, is_member)) }
        @if preview.is_none_or(|is_member| shown_to(&profile, is_member)) { (room) }
        @else { header.page-head { div { h1 { bdi { (profile.display_name) } } } } }
    };
    kernel::page::page(&cx, profile.display_name.clone(), body).await
}

fn owner_actions(cx: &Cx, market: bool) -> Markup {
    html! {
        (Button::quiet(cx.t("people-edit")).icon(Icon::Pencil).href(cx.href("/profile/edit")))
        @if market { (Button::quiet(cx.t("people-showcase")).icon(Icon::Award).href(cx.href("/profile/showcase"))) }
    }
}

fn preview_banner(cx: &Cx, profile: &Profile, is_member: bool) -> Markup {
    let seen = shown_to(profile, is_member);
    let key = match (is_member, seen) {
        (false, true) => "people-seen-by-public",
        (false, false) => "people-unseen-by-public",
        (true, true) => "people-seen-by-members",
        (true, false) => "people-unseen-by-members",
    };
    let banner = if seen {
        Banner::info(cx.t(key))
    } else {
        Banner::waiting(cx.t(key))
    };
    html! { (banner.action(cx.t("people-edit"), cx.href("/profile/edit"))) }
}

fn facts(cx: &Cx, profile: &Profile, now: Instant) -> Markup {
    let mut rows: Vec<(String, Markup)> = vec![];
    let market = cx.workspace().is_ok_and(|w| w.has("market"));
    if let Some(rate) = profile.hourly_rate.filter(|_| market) {
        let words = cx.tr(
            "people-rate",
            &[("amount", text::money(cx.locale, rate).into())],
        );
        rows.push((cx.t("people-field-rate"), html! { (words) }));
    }
    if let Some(code) = &profile.country {
        rows.push((cx.t("people-field-country"), html! { (country(cx, code)) }));
    }
    rows.push((cx.t("people-local-time"), local_time(cx, profile, now)));
    if let Some(hours) = profile.weekly_hours.filter(|_| market) {
        let words = cx.tr("people-hours-told", &[("n", hours.into())]);
        rows.push((cx.t("people-field-weekly-hours"), html! { (words) }));
    }
    if !profile.languages.is_empty() {
        rows.push((cx.t("people-field-languages"), words(&profile.languages)));
    }
    if !profile.skills.is_empty() {
        rows.push((cx.t("people-field-skills"), words(&profile.skills)));
    }
    if cx.me() == Some(profile.member_id) {
        let key = format!("people-visibility-{}", profile.visibility);
        rows.push((
            cx.t("people-field-visibility"),
            badge(Tone::Neutral, cx.t(&key)),
        ));
    }
    html! { section.panel { (description_list(&rows)) } }
}

fn words(list: &[String]) -> Markup {
    html! { div.row { @for word in list { (chip(word.clone())) } } }
}

fn local_time(cx: &Cx, profile: &Profile, now: Instant) -> Markup {
    html! { (text::date_time_in(cx.locale, now, &zone(profile))) }
}

/// How open someone is to new work.
pub(super) fn availability(cx: &Cx, state: &str) -> Markup {
    let words = cx.t(&format!("people-availability-{state}"));
    match state {
        "open" => state_badge(Tone::Good, Icon::CircleCheck, words),
        "limited" => state_badge(Tone::Waiting, Icon::Clock, words),
        _ => state_badge(Tone::Neutral, Icon::CirclePause, words),
    }
}
