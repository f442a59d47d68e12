//! The workroom: where the contract stands, who acts next, its milestones, deliveries and story.

mod aside;
mod milestones;

pub(crate) use aside::actor;

use super::{ContractView, State, list::badge, next, show, termination};
use crate::{
    activity, amendment, delivery,
    milestone::{MilestoneView, State as Work, fund},
    review, share,
};
use axum::response::Response;
use base::Instant;
use http::StatusCode;
use kernel::{Cx, Id, Part, Result, Tx, page as frame};
use maud::{Markup, html};
use ui::parts::{self, Banner, Workroom};
use uuid::Uuid;

/// Entries of the story on the page; older ones are in the audit.
const STORY: i64 = 50;

/// All that the workroom shows.
pub(crate) struct Room {
    pub view: ContractView,
    pub state: State,
    pub role: Option<&'static str>,
    pub next: next::Next,
    /// What the client pays in all for each milestone that may be funded now.
    pub prices: Vec<(Uuid, base::Money)>,
    pub deliveries: Vec<delivery::DeliveryView>,
    pub shares: Vec<share::ShareView>,
    /// The open change of terms.
    pub amendment: Option<amendment::show::Waiting>,
    pub running: Vec<(Uuid, fund::Running)>,
    pub reviews: Vec<review::ReviewView>,
    pub reviewed: bool,
    /// Whether the reader may see what others wrote about the other party.
    pub other_open: bool,
    pub money: Part<Money>,
    pub story: Part<Vec<activity::ActivityRow>>,
    pub now: Instant,
}

/// Bonuses and papers of a contract.
pub(crate) struct Money {
    pub bonuses: Vec<crate::bonus::Paid>,
    pub papers: Vec<ledger::invoice::Short>,
}

impl Room {
    /// The newest delivery of a milestone.
    pub fn latest(&self, milestone: Uuid) -> Option<&delivery::DeliveryView> {
        self.deliveries.iter().find(|d| d.milestone_id == milestone)
    }
    /// The payment that runs for a milestone.
    pub fn running(&self, milestone: Uuid) -> Option<&fund::Running> {
        self.running
            .iter()
            .find(|(id, _)| *id == milestone)
            .map(|(_, r)| r)
    }
    /// "Fund milestone 1 · 1,030.00": the act of funding with all that the client pays.
    pub fn fund_words(&self, cx: &Cx, milestone: &MilestoneView) -> String {
        let known = self.prices.iter().find(|(id, _)| *id == milestone.id);
        let total = known.map_or(milestone.amount_money(), |(_, total)| *total);
        cx.tr(
            "work-fund-act",
            &[
                ("n", i64::from(milestone.position).into()),
                ("amount", ui::text::money(cx.locale, total).into()),
            ],
        )
    }
    /// Path of the act that moves the contract on, with the key of its words.
    pub fn act(&self, cx: &Cx, act: next::Act) -> Option<(&'static str, String)> {
        let href = |path: String| cx.href(&path);
        let id = self.view.id;
        Some(match act {
            next::Act::Answer => (
                "work-act-answer",
                href(format!("/contracts/{id}/acceptance")),
            ),
            next::Act::Fund(m) => ("work-act-fund", href(format!("/milestones/{m}/funding"))),
            next::Act::Deliver(m) => (
                "work-act-deliver",
                href(format!("/milestones/{m}/deliveries")),
            ),
            next::Act::Judge(m) => (
                "work-act-approve",
                href(format!("/deliveries/{}/approval", self.latest(m)?.id)),
            ),
            next::Act::SignOff => (
                "work-act-sign-off",
                href(format!("/contracts/{id}/sign-off")),
            ),
            next::Act::Review => ("work-act-review", href(format!("/contracts/{id}/reviews"))),
            next::Act::Amendment(a) => ("amend-act-answer", href(format!("/amendments/{a}"))),
            next::Act::Settle => (
                "amend-act-settle",
                href(format!("/contracts/{id}/termination/acceptance")),
            ),
            next::Act::Resume => (
                "amend-resume-act",
                href(format!("/contracts/{id}/resumption")),
            ),
            next::Act::End => (
                "amend-act-end",
                href(format!("/contracts/{id}/termination")),
            ),
        })
    }
    /// Whether the reader has still to do their part of the next act.
    pub fn mine(&self) -> bool {
        let done = match (self.next.act, self.role) {
            (Some(next::Act::SignOff), Some("client")) => self.view.client_signed_off_at.is_some(),
            (Some(next::Act::SignOff), Some("freelancer")) => {
                self.view.freelancer_signed_off_at.is_some()
            }
            (Some(next::Act::Review), _) => self.reviewed,
            _ => false,
        };
        self.next.who.is(self.role) && !done
    }
}

/// The way back from a page about one contract: the section, then the contract.
pub(crate) fn trail(cx: &Cx, id: Uuid, title: &str) -> Vec<(String, String)> {
    vec![
        (cx.t("work-contracts-title"), cx.href("/contracts")),
        (title.to_owned(), cx.href(&format!("/contracts/{id}"))),
    ]
}

async fn load(cx: &Cx, id: Uuid) -> Result<Room> {
    let mut tx = cx.read().await?;
    let now = tx.now();
    let view = show::read(&mut tx, cx, id).await?;
    let state = State::read(&view.state)?;
    let role = view.role_of(cx.me());
    let deliveries = delivery::show::of_contract(&mut tx, &view.milestones).await?;
    let ids: Vec<Uuid> = view.milestones.iter().map(|m| m.id).collect();
    let mut shares = share::show::of_milestones(&mut tx, &ids, 100).await?;
    if !shares.is_empty() {
        let shown: Vec<Uuid> = shares.iter().map(|s| s.id).collect();
        let mut own = files::of(&mut tx, &shown).await?;
        for one in &mut shares {
            one.files = own.remove(&one.id).unwrap_or_default();
        }
    }
    let running = fund::running(&mut tx, &ids).await?;
    let amendment = if state.keeps_amendments() {
        amendment::show::waiting(&mut tx, id).await?
    } else {
        None
    };
    let reviews = review::of_contract(&mut tx, cx, id).await?;
    let other = view.other(cx.me()).id;
    let other_open = people::freelancer::visible(&mut tx, cx, other).await?;
    let prices = prices(&mut tx, &view, state, role).await?;
    let money = money(&mut tx, cx, id).await;
    let money = tx.part("contract.money", money).await?;
    let story = activity::of(&mut tx, &[id], STORY).await;
    let story = tx.part("contract.story", story).await?;
    tx.finish().await?;
    let reviewed = reviews.iter().any(|r| Some(r.author.id) == cx.me());
    let mut next = next::of(&view, state);
    if let Some(open) = &amendment {
        next = next::with_amendment(next, view.client.id, open);
    }
    next = next::with_review(next, role, reviewed);
    Ok(Room {
        view,
        state,
        role,
        next,
        prices,
        deliveries,
        shares,
        amendment,
        running,
        reviews,
        reviewed,
        other_open,
        money,
        story,
        now,
    })
}

/// What funding each open milestone would cost the client, fees and all, as the page of funding says.
async fn prices(
    tx: &mut Tx,
    view: &ContractView,
    state: State,
    role: Option<&str>,
) -> Result<Vec<(Uuid, base::Money)>> {
    let open = |m: &&MilestoneView| m.state == Work::Agreed.name();
    let pays = role == Some("client") && state.takes_funding();
    if !pays || !view.milestones.iter().any(|m| open(&m)) {
        return Ok(vec![]);
    }
    let fees = crate::quote::rates(tx, view.project_id, view.freelancer.id).await?;
    let all = view.milestones.iter().filter(open);
    all.map(|m| Ok((m.id, fund::price(&fees.terms(m.amount_money()))?.total)))
        .collect()
}

/// What was paid beside the milestones, and the papers about it.
async fn money(tx: &mut Tx, cx: &Cx, id: Uuid) -> Result<Money> {
    let bonuses = crate::bonus::of_contract(tx, id).await?;
    let papers = match cx.me() {
        Some(me) => ledger::invoice::of_record(tx, id, me).await?,
        None => vec![],
    };
    Ok(Money { bonuses, papers })
}

/// The workroom.
///
/// # Errors
/// 404 for everyone but the parties.
pub async fn room(cx: Cx, Id(id): Id<Uuid>) -> Result<Response> {
    room_with(&cx, id, StatusCode::OK, &vec![]).await
}

/// The workroom with what a refused act said on top.
///
/// # Errors
/// As [`room`].
pub(crate) async fn room_with(
    cx: &Cx,
    id: Uuid,
    status: StatusCode,
    messages: &frame::Messages,
) -> Result<Response> {
    let room = load(cx, id).await?;
    let other = room.view.other(cx.me());
    let shown = Workroom {
        title: room.view.title.clone(),
        badge: Some(badge(cx, &room.view.state)),
        meta: Some(html! {
            span { (cx.tr("work-with", &[("person", other.display_name.as_str().into())])) }
            a href=(cx.href(&format!("/projects/{}", room.view.project_id))) { bdi { (room.view.project_title) } }
        }),
        main: main(cx, &room, messages),
        aside: Some(aside::draw(cx, &room)),
        ..Workroom::default()
    };
    let trail = vec![(cx.t("work-contracts-title"), cx.href("/contracts"))];
    frame::page_under_with(
        cx,
        status,
        room.view.title.clone(),
        trail,
        html! { (shown) },
    )
    .await
}

fn main(cx: &Cx, room: &Room, messages: &frame::Messages) -> Markup {
    html! {
        (parts::error_summary(cx.locale, messages))
        (banners(cx, room))
        (steps(cx, room.state, room.view.reviews_published_at.is_some()))
        (milestones::draw(cx, room))
        (super::answer::terms(cx, &room.view.terms))
        @if room.view.review_until.is_some() || !room.reviews.is_empty() { (reviews(cx, room)) }
        (room.story.draw(cx, "story", |story| activity::timeline(cx, room.now, story)))
    }
}

/// The way every contract goes, and where this one is.
fn steps(cx: &Cx, state: State, reviewed: bool) -> Markup {
    let at = match state {
        State::Offered => 0,
        State::Accepted => 1,
        State::Active | State::Paused | State::OnHold | State::Terminating => 2,
        State::Closing => 3,
        State::Completed if reviewed => 5,
        State::Completed => 4,
        State::Declined
        | State::Retracted
        | State::Expired
        | State::Cancelled
        | State::Terminated => {
            return html! {};
        }
    };
    let keys = [
        "work-step-offer",
        "work-step-fund",
        "work-step-work",
        "work-step-sign-off",
        "work-step-review",
    ];
    let steps: Vec<parts::Step> = keys
        .iter()
        .enumerate()
        .map(|(n, key)| {
            let standing = match n.cmp(&at) {
                std::cmp::Ordering::Less => parts::StepState::Done,
                std::cmp::Ordering::Equal => parts::StepState::Current,
                std::cmp::Ordering::Greater => parts::StepState::Todo,
            };
            parts::Step::new(cx.t(key), standing)
        })
        .collect();
    parts::progress_steps(cx.locale, &steps)
}

fn banners(cx: &Cx, room: &Room) -> Markup {
    let nothing_held = !room.view.milestones.iter().any(|m| {
        matches!(
            m.state.as_str(),
            "funded" | "submitted" | "changes_requested"
        )
    });
    let unfunded = room.view.milestones.iter().any(|m| m.state == "agreed");
    let paying = room
        .running
        .iter()
        .find_map(|(id, r)| (r.state == "requires_action").then_some((id, r)));
    html! {
        @if room.state.takes_funding() && nothing_held && unfunded {
            @if room.role == Some("freelancer") {
                (Banner::waiting(cx.t("work-do-not-start")).text(cx.t("work-do-not-start-text")))
            } @else {
                (Banner::waiting(cx.t("work-fund-first")).text(cx.t("work-fund-first-text")))
            }
        }
        @if let (Some((id, _)), Some("client")) = (paying, room.role) {
            (Banner::waiting(cx.t("work-fund-confirm")).text(cx.t("work-fund-confirm-text"))
                .action(cx.t("work-fund-confirm-act"), cx.href(&format!("/milestones/{id}/funding"))))
        } @else if !room.running.is_empty() {
            (Banner::info(cx.t("work-fund-processing")).text(cx.t("work-fund-processing-text")))
        }
        (stopped(cx, room))
        @if let Some(open) = &room.amendment {
            @let key = if open.counter { "amend-banner-counter" } else { "amend-banner" };
            @let mine = Some(open.proposed_by) == cx.me();
            (Banner::info(cx.t(&format!("{key}-{}", if mine { "mine" } else { "theirs" }))).action(cx.t("amend-banner-act"), cx.href(&format!("/amendments/{}", open.id))))
        }
        @if let Some(reason) = &room.view.end_reason {
            (Banner::info(cx.t("work-end-reason")).text(reason))
        }
    }
}

/// Why work stands still, and what that means for the reader.
fn stopped(cx: &Cx, room: &Room) -> Markup {
    let view = &room.view;
    let reason = view.stop_reason.clone().unwrap_or_default();
    match room.state {
        State::Paused => {
            html! { (Banner::waiting(cx.t("amend-banner-paused")).text(reason)) }
        }
        State::OnHold => {
            let banner = Banner::bad(cx.t("amend-banner-held"));
            if room.role == Some("client") {
                html! { (banner.text(cx.t("amend-banner-held-client"))
                .action(cx.t("amend-ask-refund"), cx.href(&format!("/contracts/{}/termination", view.id)))) }
            } else {
                html! { (banner.text(cx.t("amend-banner-held-freelancer"))) }
            }
        }
        State::Terminating => match termination::page::proposed(view) {
            Some(proposal) => html! {
                (Banner::waiting(cx.t("amend-banner-ending")).text(proposal.reason.clone()))
                section.panel {
                    h2 { (cx.t("amend-end-proposed")) }
                    (parts::money_lines(cx.locale, &termination::page::lines(cx, view, proposal)))
                }
            },
            None => {
                html! { (Banner::waiting(cx.t("amend-banner-staff")).text(cx.t("amend-banner-staff-text"))) }
            }
        },
        _ => html! {},
    }
}

fn reviews(cx: &Cx, room: &Room) -> Markup {
    html! {
        section.panel {
            h2 { (cx.t("work-reviews")) }
            @if room.reviews.is_empty() {
                p.hint { (cx.t(if room.view.reviews_published_at.is_some() { "work-reviews-none" } else { "work-reviews-hidden" })) }
            }
            @for one in &room.reviews { (review::page::card(cx, room.now, one)) }
            @if !room.reviews.is_empty() && room.view.reviews_published_at.is_none() { p.hint { (cx.t("work-reviews-hidden")) } }
        }
    }
}
