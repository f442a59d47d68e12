//! The milestones of the workroom: state, money line by line, deliveries, and what may be done.

use super::Room;
use crate::{
    contract::{State, next::Act},
    delivery::DeliveryView,
    milestone::{MilestoneView, State as Work},
    share::ShareView,
};
use base::Money;
use kernel::Cx;
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{self, Button, MoneyLine, Tone},
};

/// Draws all milestones in their order.
pub(super) fn draw(cx: &Cx, room: &Room) -> Markup {
    html! {
        section.stack {
            h2 { (cx.t("work-milestones")) }
            @for milestone in &room.view.milestones { (one(cx, room, milestone)) }
        }
    }
}

/// The state of a milestone as a badge.
pub(crate) fn badge(cx: &Cx, state: &str) -> Markup {
    let (tone, icon) = match state {
        "funded" => (Tone::Info, Icon::Lock),
        "submitted" => (Tone::Waiting, Icon::Package),
        "changes_requested" => (Tone::Waiting, Icon::RotateCcw),
        "approved" => (Tone::Good, Icon::CircleCheck),
        "cancelled" => (Tone::Bad, Icon::Ban),
        "refunded" => (Tone::Neutral, Icon::Undo2),
        "split" => (Tone::Info, Icon::Split),
        _ => (Tone::Neutral, Icon::Circle),
    };
    parts::state_badge(
        tone,
        icon,
        cx.t(&format!("work-milestone-{}", state.replace('_', "-"))),
    )
}

fn one(cx: &Cx, room: &Room, milestone: &MilestoneView) -> Markup {
    let anchor = format!("milestone-{}", milestone.position);
    html! {
        article.panel id=(anchor) {
            div.panel-head {
                h3 { (i64::from(milestone.position)) ". " bdi { (milestone.title) } }
                (badge(cx, &milestone.state))
            }
            (money(cx, room, milestone))
            p.meta {
                @if let Some(until) = milestone.review_until {
                    (cx.t("work-review-until")) " " (parts::deadline(cx.locale, room.now, until))
                } @else if let Some(at) = milestone.approved_at {
                    (cx.t(if milestone.approved_by.as_deref() == Some("system") { "work-approved-by-system" } else { "work-approved-on" }))
                    " " (parts::time(cx.locale, room.now, at))
                } @else if let (Some(due), true) = (milestone.due_at, held(milestone)) {
                    (cx.t("work-due")) " " (parts::deadline(cx.locale, room.now, due))
                } @else if milestone.state == "agreed" {
                    (cx.tr("work-due-days", &[("n", i64::from(milestone.due_days).into())]))
                }
            }
            @if milestone.state == "agreed" && !room.state.is_stopped() && room.role == Some("freelancer") {
                p.hint { (cx.t("work-do-not-start")) }
            }
            @if milestone.split_from.is_some() { p.meta { (cx.t("amend-part-of")) } }
            @if !milestone.checklist.is_empty() && !room.deliveries.iter().any(|d| d.milestone_id == milestone.id) {
                div { h4 { (cx.t("amend-checklist")) } ul { @for item in &milestone.checklist { li { bdi { (item) } } } } }
            }
            @for one in room.shares.iter().filter(|s| s.milestone_id == milestone.id) { (shared(cx, room, one)) }
            @for delivery in room.deliveries.iter().filter(|d| d.milestone_id == milestone.id) { (delivered(cx, room, delivery)) }
            (acts(cx, room, milestone))
        }
    }
}

fn held(milestone: &MilestoneView) -> bool {
    matches!(
        milestone.state.as_str(),
        "funded" | "submitted" | "changes_requested"
    )
}

fn money(cx: &Cx, room: &Room, milestone: &MilestoneView) -> Markup {
    let amount = milestone.amount_money();
    let less = |sum: Money| Money::new(-sum.minor, sum.currency);
    let back = milestone
        .refunded_money()
        .map(|sum| MoneyLine::new(cx.t("work-line-refunded"), less(sum)));
    // What fell away before it was funded brings nobody anything.
    let lines = if room.role == Some("freelancer") && milestone.state != "cancelled" {
        let mut lines = vec![MoneyLine::new(cx.t("work-line-amount"), amount)];
        lines.extend(back);
        let rate = super::aside::percent(milestone.fee_basis_points);
        lines.push(
            MoneyLine::new(cx.t("work-line-fee"), less(milestone.fee_money()))
                .note(cx.tr("work-fee-percent", &[("percent", rate.as_str().into())])),
        );
        lines.push(MoneyLine::total(
            cx.t("work-line-you-receive"),
            milestone.net_money(),
        ));
        lines
    } else if let (Some(back), Some(sum)) = (back, milestone.refunded_money()) {
        let rest = Money::new(amount.minor - sum.minor, amount.currency);
        vec![
            MoneyLine::new(cx.t("work-line-amount"), amount),
            back,
            MoneyLine::total(cx.t("work-line-from-escrow"), rest),
        ]
    } else {
        vec![MoneyLine::total(cx.t("work-line-amount"), amount)]
    };
    parts::money_lines(cx.locale, &lines)
}

fn delivered(cx: &Cx, room: &Room, delivery: &DeliveryView) -> Markup {
    html! {
        div.stack {
            h4 {
                (cx.tr("work-delivery-version", &[("n", i64::from(delivery.number).into())]))
                " · " (parts::time(cx.locale, room.now, delivery.submitted_at))
            }
            div.prose dir="auto" { (parts::markdown(&delivery.message)) }
            @if !delivery.links.is_empty() {
                ul.plain { @for link in &delivery.links { li { (parts::external_link(link, link)) } } }
            }
            @if !delivery.files.is_empty() {
                @let rows: Vec<_> = delivery.files.iter().map(|f| f.row(cx.locale)).collect();
                (parts::files(&rows))
            }
            (crate::delivery::page::checklist(cx, delivery))
            @if let Some(changes) = &delivery.changes {
                div.panel {
                    h5 { (cx.t("work-changes-asked")) @if let Some(at) = delivery.changes_at { " · " (parts::time(cx.locale, room.now, at)) } }
                    div.prose dir="auto" { (parts::markdown(changes)) }
                }
            }
        }
    }
}

/// Work in progress, what was written back, and the part that waits.
fn shared(cx: &Cx, room: &Room, share: &ShareView) -> Markup {
    let open = share.part.as_ref().is_some_and(|p| p.state == "proposed");
    // What was approved or has ended is past writing back about.
    let milestone = room
        .view
        .milestones
        .iter()
        .find(|m| m.id == share.milestone_id);
    let held = milestone.is_some_and(|m| Work::read(&m.state).is_ok_and(Work::is_held));
    html! {
        div.stack {
            h4 {
                (cx.tr("amend-share-number", &[("n", i64::from(share.number).into())]))
                " · " (parts::time(cx.locale, room.now, share.shared_at))
            }
            div.prose dir="auto" { (parts::markdown(&share.message)) }
            @if !share.links.is_empty() {
                ul.plain { @for link in &share.links { li { (parts::external_link(link, link)) } } }
            }
            @if !share.files.is_empty() {
                @let rows: Vec<_> = share.files.iter().map(|f| f.row(cx.locale)).collect();
                (parts::files(&rows))
            }
            @if let Some(part) = &share.part {
                p.meta {
                    (cx.t("amend-part-asked")) " " bdi { (part.title) } " · "
                    @if let Ok(sum) = crate::policy::money(part.amount.amount_minor, &part.amount.currency) { (parts::money(cx.locale, sum)) }
                    " · " (cx.t(&format!("amend-part-{}", part.state)))
                }
            }
            @if let Some(words) = &share.feedback {
                div.panel { h5 { (cx.t("amend-feedback")) } div.prose dir="auto" { (parts::markdown(words)) } }
            } @else if room.role == Some("client") && held {
                div.actions {
                    @if open { (Button::quiet(cx.t("amend-part-look")).href(cx.href(&format!("/shares/{}/approval", share.id))).small().icon(Icon::Check)) }
                    (Button::quiet(cx.t("amend-feedback-act")).href(cx.href(&format!("/shares/{}/feedback", share.id))).small().icon(Icon::MessageSquare))
                }
            }
        }
    }
}

/// Whether the standing card already offers to fund it.
fn is_next(room: &Room, milestone: uuid::Uuid) -> bool {
    room.mine() && matches!(room.next.act, Some(Act::Fund(id)) if id == milestone)
}

/// What the reader may do with this milestone; the act of the standing card is primary there only.
fn acts(cx: &Cx, room: &Room, milestone: &MilestoneView) -> Markup {
    let amount = ui::text::money(cx.locale, milestone.amount_money());
    let quiet = |words: String, path: String| Button::quiet(words).href(cx.href(&path)).small();
    let mut buttons = vec![];
    match (milestone.state.as_str(), room.role) {
        ("agreed", Some("client"))
            if room.state.takes_funding()
                && room.running(milestone.id).is_none()
                && !is_next(room, milestone.id) =>
        {
            let words = room.fund_words(cx, milestone);
            buttons.push(
                quiet(words, format!("/milestones/{}/funding", milestone.id)).icon(Icon::Lock),
            );
        }
        ("funded" | "changes_requested", Some("freelancer")) if room.state == State::Active => {
            buttons.push(
                quiet(
                    cx.t("work-act-deliver"),
                    format!("/milestones/{}/deliveries", milestone.id),
                )
                .icon(Icon::Upload),
            );
            buttons.push(
                quiet(
                    cx.t("amend-act-share"),
                    format!("/milestones/{}/shares", milestone.id),
                )
                .icon(Icon::Eye),
            );
        }
        ("submitted", Some("client")) if room.state == State::Active => {
            if let Some((_, href)) = room.act(cx, Act::Judge(milestone.id)) {
                buttons.push(
                    Button::quiet(cx.tr("work-approve-act", &[("amount", amount.as_str().into())]))
                        .href(href)
                        .small()
                        .icon(Icon::Check),
                );
            }
            if let Some(latest) = room.latest(milestone.id) {
                buttons.push(
                    quiet(
                        cx.t("work-act-changes"),
                        format!("/deliveries/{}/changes", latest.id),
                    )
                    .icon(Icon::RotateCcw),
                );
            }
        }
        _ => {}
    }
    html! { @if !buttons.is_empty() { div.actions { @for button in &buttons { (button) } } } }
}
