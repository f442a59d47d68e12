//! Two to five proposals side by side.

use super::{
    for_client,
    inbox_page::{badge, shortlist_button},
    input::CompareQuery,
    view::{self, Shown},
};
use crate::{project, quote};
use axum::response::Response;
use http::StatusCode;
use kernel::{Cx, Error, Id, Query, Result, Tx, page};
use maud::{Markup, html};
use std::collections::HashMap;
use ui::{
    Icon,
    parts::{Banner, Button, comparison, markdown, money, person, stars},
};
use uuid::Uuid;

/// Shows the proposals a client ticked; one that is not of this project is not found.
pub(super) async fn show(
    cx: Cx,
    Id(id): Id<Uuid>,
    Query(query): Query<CompareQuery>,
) -> Result<Response> {
    let mut tx = cx.read().await?;
    let project = for_client(&mut tx, &cx, id, "proposal.compare").await?;
    let title = cx.t("market-compare-title");
    let back = cx.href(&format!("/projects/{id}/proposals"));
    let trail = vec![
        (project.title.clone(), cx.href(&format!("/projects/{id}"))),
        (cx.t("market-proposals"), back.clone()),
    ];
    let mut ids = query.ids;
    ids.sort_unstable();
    ids.dedup();
    if !(2..=5).contains(&ids.len()) {
        tx.finish().await?;
        let banner = Banner::waiting(cx.t("market-compare-count"))
            .text(cx.t("market-compare-count-text"))
            .action(cx.t("market-back"), back);
        return page::page_with(
            &cx,
            StatusCode::UNPROCESSABLE_ENTITY,
            title.clone(),
            html! { h1 { (title) } (banner) },
        )
        .await;
    }
    let proposals = view::load(&mut tx, &ids).await?;
    if proposals.len() != ids.len() || proposals.iter().any(|p| p.project_id != id) {
        return Err(Error::NotFound);
    }
    let fees = ledger::fees::current(&mut tx).await?;
    let ratings = ratings(&mut tx, &proposals).await?;
    tx.finish().await?;
    let rows = rows(&cx, &project, &proposals, &fees, &ratings)?;
    let heads: Vec<Markup> = proposals
        .iter()
        .map(|p| html! { a href=(cx.href(&format!("/proposals/{}", p.id))) { (person(&p.freelancer_name, None)) } })
        .collect();
    let body = html! {
        header.page-head { div { h1 { (title) } p.lead { bdi { (project.title) } } } }
        div.wide { (comparison(cx.locale, &title, &heads, &rows)) }
    };
    page::page_under(&cx, title, trail, body).await
}

fn rows(
    cx: &Cx,
    project: &project::view::Shown,
    proposals: &[Shown],
    fees: &ledger::fees::FeeSchedule,
    ratings: &HashMap<Uuid, (i64, i64)>,
) -> Result<Vec<(String, Vec<Markup>)>> {
    let each = |of: &dyn Fn(&Shown) -> Markup| proposals.iter().map(of).collect::<Vec<_>>();
    let totals = proposals
        .iter()
        .map(|p| {
            Ok(money(
                cx.locale,
                quote::of(fees, &p.amounts(), p.bid.currency)?.client_total,
            ))
        })
        .collect::<Result<Vec<_>>>()?;
    let matching = |p: &Shown| {
        let found: Vec<&str> = project
            .skills
            .iter()
            .filter(|s| {
                p.freelancer_skills
                    .iter()
                    .any(|own| own.to_lowercase() == **s)
            })
            .map(String::as_str)
            .collect();
        let (n, all) = (found.len(), project.skills.len());
        html! { (cx.tr("market-matching", &[("n", n.into()), ("all", all.into())])) @for skill in found { " " (ui::parts::chip(skill)) } }
    };
    let rating = |p: &Shown| match ratings.get(&p.freelancer_id) {
        Some((sum, n)) if *n > 0 => stars(
            cx.locale,
            u32::try_from((sum * 10 + n * 2) / (n * 4)).unwrap_or(0),
            Some(*n),
        ),
        _ => html! { (cx.t("market-no-reviews")) },
    };
    let acts = |p: &Shown| {
        let waiting = p.state.after(super::Step::Offer).is_some();
        html! {
            div.stack {
                @if waiting {
                    (Button::primary(cx.t("market-make-offer")).icon(Icon::Handshake).href(cx.href(&format!("/proposals/{}/offer", p.id))))
                    (shortlist_button(cx, p))
                    (Button::quiet(cx.t("market-decline")).icon(Icon::CircleX).href(cx.href(&format!("/proposals/{}/declination", p.id))))
                }
            }
        }
    };
    Ok(vec![
        (cx.t("market-state"), each(&|p| badge(cx, p.state))),
        (cx.t("market-bid"), each(&|p| money(cx.locale, p.bid))),
        (cx.t("market-quote-client-total"), totals),
        (
            cx.t("market-duration"),
            each(&|p| html! { (cx.tr("market-days", &[("n", p.duration_days.into())])) }),
        ),
        (
            cx.t("market-plan"),
            each(
                &|p| html! { ol { @for part in &p.parts { li { bdi { (part.title) } " · " (money(cx.locale, part.amount)) } } } },
            ),
        ),
        (cx.t("market-rating"), each(&rating)),
        (cx.t("market-matching-skills"), each(&matching)),
        (
            cx.t("market-cover-letter"),
            each(&|p| html! { div dir="auto" { (markdown(&p.cover_letter)) } }),
        ),
        (cx.t("market-next"), each(&acts)),
    ])
}

/// Sum of all four marks and number of published reviews, per freelancer.
async fn ratings(tx: &mut Tx, proposals: &[Shown]) -> Result<HashMap<Uuid, (i64, i64)>> {
    let workspace = tx.workspace();
    let members: Vec<Uuid> = proposals.iter().map(|p| p.freelancer_id).collect();
    let rows = sqlx::query!(
        r#"select subject_id, sum(quality + communication + timeliness + value) as "sum!", count(*) as "n!" from market.review
           where workspace_id = $1 and subject_id = any($2) and published_at is not null group by subject_id"#,
        workspace,
        &members
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| (r.subject_id, (r.sum, r.n)))
        .collect())
}
