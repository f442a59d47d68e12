//! What the market adds to a freelancer's page: figures, badges, work history, and the way to
//! invite them.

use crate::standing::{self, FreelancerStanding, WorkView};
use kernel::{Cx, Result};
use maud::{Markup, html};
use serde_json::{Value, json};
use ui::{
    Icon,
    parts::{Button, Column, Figure, Table, Tone, figures, stars, state_badge, time_exact},
};
use uuid::Uuid;

/// The part of a freelancer's page that the market fills.
#[must_use]
pub fn section() -> people::ProfileSection {
    people::ProfileSection {
        render: |cx, member| Box::pin(async move { draw(&cx, member).await }),
        act: invite,
        data: |cx, member| Box::pin(async move { data(&cx, member).await }),
    }
}

async fn load(cx: &Cx, member: Uuid) -> Result<(FreelancerStanding, Vec<WorkView>)> {
    let mut tx = cx.read().await?;
    let standing = standing::of(&mut tx, &[member]).await?.remove(&member);
    let history = standing::history(&mut tx, cx, member).await?;
    tx.finish().await?;
    Ok((standing.unwrap_or_default(), history))
}

async fn data(cx: &Cx, member: Uuid) -> Result<Value> {
    let (standing, history) = load(cx, member).await?;
    Ok(json!({"standing": standing, "history": history}))
}

/// A success in percent, or why there is none yet: three ended contracts are needed for one.
pub(crate) fn success(cx: &Cx, standing: &FreelancerStanding) -> Markup {
    match standing.success_percent {
        Some(n) => html! { (cx.tr("market-success-told", &[("n", n.into())])) },
        None => html! { "– " span.hint { (cx.t("market-success-none")) } },
    }
}

/// The time to answer an offer as words.
pub(crate) fn answer(cx: &Cx, standing: &FreelancerStanding) -> String {
    match standing.answer_hours {
        Some(n) => cx.tr("market-answer-told", &[("n", n.into())]),
        None => cx.t("market-answer-none"),
    }
}

/// A rating as stars, or that there is none.
pub(crate) fn rating(cx: &Cx, standing: &FreelancerStanding) -> Markup {
    if standing.reviews > 0 {
        let tenths = u32::try_from(standing.rating_tenths).unwrap_or(0);
        stars(cx.locale, tenths, Some(standing.reviews))
    } else {
        html! { (cx.t("market-no-reviews")) }
    }
}

/// The way to invite them, for whoever has projects.
fn invite(cx: &Cx, member: Uuid) -> Option<Markup> {
    let invites = cx.me() != Some(member)
        && cx
            .member
            .as_ref()
            .is_some_and(|m| m.grants.has("project.create"));
    let href = cx.href(&format!("/freelancers/{member}/invitation"));
    let button = Button::primary(cx.t("market-invite-to-project"));
    invites.then(|| html! { (button.icon(Icon::Send).href(href)) })
}

async fn draw(cx: &Cx, member: Uuid) -> Result<Markup> {
    let (standing, history) = load(cx, member).await?;
    let figure = |label: &str, value: Markup| Figure {
        label: cx.t(label),
        value,
        note: None,
        href: None,
    };
    let all = [
        figure("market-rating", rating(cx, &standing)),
        match standing.success_percent {
            Some(_) => figure("market-success", success(cx, &standing)),
            None => Figure {
                note: Some(cx.t("market-success-none")),
                ..figure("market-success", html! { "–" })
            },
        },
        figure(
            "market-completed",
            html! { (ui::text::number(cx.locale, standing.completed)) },
        ),
        figure("market-answer-time", html! { (answer(cx, &standing)) }),
    ];
    Ok(html! {
        section.panel #work {
            h2 { (cx.t("market-work")) }
            @if !standing.badges.is_empty() {
                div.row { @for badge in &standing.badges {
                    (state_badge(Tone::Good, Icon::Award, cx.t(&format!("market-badge-{}", badge.replace('_', "-")))))
                } }
            }
            (figures(&all))
            p.hint { (cx.t("market-standing-hint")) }
            @if history.is_empty() { p.hint { (cx.t("market-history-none")) } }
            @else { (table(cx, &history)) }
        }
    })
}

fn table(cx: &Cx, history: &[WorkView]) -> Markup {
    let columns = vec![
        Column::text(cx.t("market-title")),
        Column::text(cx.t("market-history-ended")),
        Column::text(cx.t("market-rating")),
    ];
    let rows = history.iter().map(|work| {
        let title = work
            .title
            .clone()
            .unwrap_or_else(|| cx.t("market-history-private"));
        let tenths = work.rating_tenths.and_then(|t| u32::try_from(t).ok());
        vec![
            html! { bdi { (title) } },
            time_exact(cx.locale, work.ended_at),
            html! { @if let Some(tenths) = tenths { (stars(cx.locale, tenths, None)) } @else { "–" } },
        ]
    });
    html! { (Table::new(cx.t("market-work"), columns).rows(rows)) }
}
