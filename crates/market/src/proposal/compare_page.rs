//! Two to five proposals side by side.

use super::{
    compare::{self, Compared},
    for_client,
    inbox_page::{badge, shortlist_button},
    input::CompareQuery,
    room_page,
    view::Shown,
};
use crate::{
    project,
    standing_page::{answer, rating, success},
};
use axum::response::Response;
use http::StatusCode;
use kernel::{Cx, Error, Id, Query, Result, page};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{Banner, Button, comparison, markdown, money, person},
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
        (cx.t("market-my-projects"), cx.href("/projects/mine")),
        (project.title.clone(), cx.href(&format!("/projects/{id}"))),
        (cx.t("market-proposals"), back.clone()),
    ];
    let compared = match compare::of(&mut tx, &project, query.ids).await {
        Ok(compared) => compared,
        Err(Error::Invalid(_)) => {
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
        Err(error) => return Err(error),
    };
    tx.finish().await?;
    let rows = rows(&cx, &project, &compared);
    let heads: Vec<Markup> = compared
        .iter()
        .map(|c| &c.proposal)
        .map(|p| html! { a href=(cx.href(&format!("/proposals/{}", p.id))) { (person(&p.freelancer_name, None)) } })
        .collect();
    let body = html! {
        header.page-head { div { h1 { (title) } p.lead { bdi { (project.title) } } } }
        div.wide { (comparison(cx.locale, &title, &heads, &rows)) }
    };
    page::page_under(&cx, title, trail, body).await
}

/// Whether the client has still to decide about it.
fn is_waiting(proposal: &Shown) -> bool {
    proposal.state.after(super::Step::Offer).is_some()
}

fn rows(
    cx: &Cx,
    project: &project::view::Shown,
    compared: &[Compared],
) -> Vec<(String, Vec<Markup>)> {
    let each = |of: &dyn Fn(&Compared) -> Markup| compared.iter().map(of).collect::<Vec<_>>();
    let of = |of: &dyn Fn(&Shown) -> Markup| {
        compared.iter().map(|c| of(&c.proposal)).collect::<Vec<_>>()
    };
    let matching = |c: &Compared| {
        let (n, all) = (c.matching.len(), project.skills.len());
        html! { (cx.tr("market-matching", &[("n", n.into()), ("all", all.into())])) @for skill in &c.matching { " " (ui::parts::chip(skill.clone())) } }
    };
    let available = |c: &Compared| {
        let own = room_page::availability(cx, &c.proposal);
        let usual = cx.t(&format!("people-availability-{}", c.availability));
        html! { (usual) @if let Some(own) = own { br; (own) } }
    };
    let acts = |p: &Shown| {
        html! {
            div.stack {
                @if is_waiting(p) {
                    (Button::primary(cx.t("market-make-offer")).icon(Icon::Handshake).href(cx.href(&format!("/proposals/{}/offer", p.id))))
                    (shortlist_button(cx, p))
                    (Button::quiet(cx.t("market-decline")).icon(Icon::CircleX).href(cx.href(&format!("/proposals/{}/declination", p.id))))
                }
            }
        }
    };
    let mut rows = vec![
        (cx.t("market-state"), of(&|p| badge(cx, p.state))),
        (cx.t("market-bid"), of(&|p| money(cx.locale, p.bid))),
        (
            cx.t("market-quote-client-total"),
            each(&|c| money(cx.locale, c.client_total)),
        ),
        (
            cx.t("market-duration"),
            of(&|p| html! { (cx.tr("market-days", &[("n", p.duration_days.into())])) }),
        ),
        (
            cx.t("market-plan"),
            of(
                &|p| html! { ol { @for part in &p.parts { li { bdi { (part.title) } " · " (money(cx.locale, part.amount)) } } } },
            ),
        ),
        (cx.t("market-rating"), each(&|c| rating(cx, &c.standing))),
        (
            cx.t("market-success"),
            each(&|c| html! { (success(cx, &c.standing)) }),
        ),
        (cx.t("market-matching-skills"), each(&matching)),
        (cx.t("market-availability"), each(&available)),
        (
            cx.t("market-answer-time"),
            each(&|c| html! { (answer(cx, &c.standing)) }),
        ),
    ];
    for (place, question) in (1_i64..).zip(&project.wishes.questions) {
        let answers = of(&|p| {
            let found = p.answers.iter().find(|a| a.position == place);
            html! { @if let Some(a) = found { div dir="auto" { (markdown(&a.answer)) } } @else { "–" } }
        });
        rows.push((question.text.clone(), answers));
    }
    rows.push((
        cx.t("market-cover-letter"),
        of(&|p| html! { div dir="auto" { (markdown(&p.cover_letter)) } }),
    ));
    if compared.iter().any(|c| is_waiting(&c.proposal)) {
        rows.push((cx.t("market-next"), of(&acts)));
    }
    rows
}
