//! The workroom's aside: the standing card with the one primary act, the parties, the way back.

use super::Room;
use crate::contract::{
    ContractView, State, close,
    list::badge,
    next::{Act, Who},
    termination::page::proposed,
};
use kernel::Cx;
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{self, Button, Standing},
};

/// Draws the aside.
pub(super) fn draw(cx: &Cx, room: &Room) -> Markup {
    html! {
        (standing(cx, room))
        (parties(cx, room))
        (room.money.draw(cx, "money", |money| crate::bonus::section(cx, &room.view, &money.bonuses, &money.papers)))
        (links(cx, room))
    }
}

fn standing(cx: &Cx, room: &Room) -> Markup {
    let view = &room.view;
    let mut card = Standing::new(cx.locale, badge(cx, &view.state), cx.t(room.next.words))
        .held(view.held_money());
    card = card.who(actor(cx, room.next.who, view));
    if let Some(due) = room.next.due {
        card = card.due(room.now, due);
    }
    card = card.fact(
        cx.t("work-column-total"),
        parts::money(cx.locale, view.total_money()),
    );
    let done = view
        .milestones
        .iter()
        .filter(|m| m.state == "approved")
        .count();
    let (done, all) = (
        i64::try_from(done).unwrap_or(0),
        i64::try_from(view.milestones.len()).unwrap_or(0),
    );
    card = card.fact(
        cx.t("work-column-milestones"),
        html! { (cx.tr("work-milestones-of", &[("done", done.into()), ("all", all.into())])) },
    );
    if room.mine()
        && let Some((key, href)) = room.next.act.and_then(|act| room.act(cx, act))
    {
        let words = funded_next(cx, room).unwrap_or_else(|| cx.t(key));
        card = card.act(html! { (Button::primary(words).href(href).icon(Icon::ArrowRight)) });
    }
    let more = more(cx, room);
    if !more.is_empty() {
        card = card.more(html! { div.stack { @for one in &more { (one) } } });
    }
    html! { (card) }
}

/// The act of funding with its milestone and sum.
fn funded_next(cx: &Cx, room: &Room) -> Option<String> {
    let Some(Act::Fund(id)) = room.next.act else {
        return None;
    };
    let milestone = room.view.milestones.iter().find(|m| m.id == id)?;
    Some(room.fund_words(cx, milestone))
}

/// Who acts on a contract, as its reader names them.
pub(crate) fn actor(cx: &Cx, who: Who, view: &ContractView) -> Markup {
    let role = view.role_of(cx.me());
    match who {
        Who::Client | Who::Freelancer if who.is(role) => html! { (cx.t("market-you")) },
        Who::Client => parts::person(&view.client.display_name, None),
        Who::Freelancer => parts::person(&view.freelancer.display_name, None),
        Who::Both => html! { (cx.t("work-both")) },
        // What is left to staff has not ended; its words say for whom it waits.
        Who::Nobody if view.state == "terminating" => html! { (cx.t("amend-staff")) },
        Who::Nobody => html! { (cx.t("work-nobody")) },
    }
}

/// The quiet acts that this state leaves open.
fn more(cx: &Cx, room: &Room) -> Vec<Markup> {
    let id = room.view.id;
    let quiet = |key: &str, path: String| html! { (Button::quiet(cx.t(key)).href(cx.href(&path))) };
    match (room.state, room.role) {
        (State::Offered, Some("freelancer")) => {
            let mut acts = vec![];
            if room.amendment.is_none() {
                acts.push(quiet(
                    "amend-act-counter",
                    format!("/contracts/{id}/counter-offer"),
                ));
            }
            acts.push(quiet(
                "work-act-decline",
                format!("/contracts/{id}/refusal"),
            ));
            acts
        }
        (State::Offered, Some("client")) => vec![parts::form_button(
            &cx.href(&format!("/contracts/{id}/retraction")),
            Some(&cx.form_key()),
            &Button::quiet(cx.t("work-act-retract")),
            &[],
        )],
        (State::Accepted, Some(_)) => vec![
            change(room, &quiet),
            quiet("work-act-cancel", format!("/contracts/{id}/cancellation")),
        ],
        (State::Active, Some(_)) => {
            let mut acts = vec![
                change(room, &quiet),
                quiet("amend-pause-act", format!("/contracts/{id}/pause")),
            ];
            if close::may_close(&room.view, room.state) && room.running.is_empty() {
                acts.push(quiet("work-close-act", format!("/contracts/{id}/closing")));
            }
            acts.push(quiet(
                "amend-act-end",
                format!("/contracts/{id}/termination"),
            ));
            acts
        }
        (State::Paused, Some(_)) => vec![
            change(room, &quiet),
            quiet("amend-act-end", format!("/contracts/{id}/termination")),
        ],
        (State::Terminating, Some(_)) if proposed(&room.view).is_some() => vec![
            quiet(
                "amend-end-otherwise",
                format!("/contracts/{id}/termination"),
            ),
            quiet(
                "amend-end-call-off",
                format!("/contracts/{id}/termination/refusal"),
            ),
        ],
        _ => vec![],
    }
}

/// The change that waits, or the way to propose one.
fn change(room: &Room, quiet: &dyn Fn(&str, String) -> Markup) -> Markup {
    match &room.amendment {
        Some(open) => quiet("amend-banner-act", format!("/amendments/{}", open.id)),
        None => quiet(
            "amend-new",
            format!("/contracts/{}/amendments/new", room.view.id),
        ),
    }
}

fn parties(cx: &Cx, room: &Room) -> Markup {
    let view = &room.view;
    let row = |key: &str, party: &crate::contract::ContractParty| {
        let href = cx.href(&format!("/reviews?member_id={}", party.id));
        (
            cx.t(key),
            html! {
                (parts::person(&party.display_name, None))
                @if room.other_open || cx.me() == Some(party.id) { " " a.meta href=(href) { (cx.t("work-their-reviews")) } }
            },
        )
    };
    let mut rows = vec![
        row("work-role-client", &view.client),
        row("work-role-freelancer", &view.freelancer),
    ];
    rows.push((
        cx.t("work-offered-on"),
        parts::time_exact(cx.locale, view.offered_at),
    ));
    if let Some(at) = view.accepted_at {
        rows.push((cx.t("work-accepted-on"), parts::time_exact(cx.locale, at)));
    }
    if let Some(at) = view.ended_at {
        rows.push((cx.t("work-ended-on"), parts::time_exact(cx.locale, at)));
    }
    rows.push((
        cx.t("work-revisions"),
        html! { (i64::from(view.revisions)) },
    ));
    rows.push((cx.t("work-fee"), fee(cx, view)));
    html! {
        section.panel {
            h2 { (cx.t("work-agreement")) }
            (parts::description_list(&rows))
        }
    }
}

/// The rate that every milestone is charged by, or every rate where the schedule has changed between
/// their fundings.
fn fee(cx: &Cx, view: &ContractView) -> Markup {
    let charged = view.milestones.iter().filter(|m| m.state != "cancelled");
    let mut rates: Vec<u32> = charged.map(|m| m.fee_basis_points).collect();
    rates.sort_unstable();
    rates.dedup();
    match rates.as_slice() {
        [_, _, ..] => html! { (cx.t("work-fee-differs")) },
        one => {
            let rate = percent(one.first().copied().unwrap_or(view.fee_basis_points));
            html! { (cx.tr("work-fee-percent", &[("percent", rate.as_str().into())])) }
        }
    }
}

/// `5` for 500 basis points, `2.5` for 250.
pub(super) fn percent(basis_points: u32) -> String {
    let (whole, rest) = (basis_points / 100, basis_points % 100);
    if rest == 0 {
        whole.to_string()
    } else {
        format!("{whole}.{rest:02}")
            .trim_end_matches('0')
            .to_owned()
    }
}

fn links(cx: &Cx, room: &Room) -> Markup {
    html! {
        nav.panel aria-label=(cx.t("work-chain")) {
            h2 { (cx.t("work-chain")) }
            ul.plain {
                li { a href=(cx.href(&format!("/projects/{}", room.view.project_id))) { (cx.t("work-chain-project")) } }
                li { a href=(cx.href(&format!("/proposals/{}", room.view.proposal_id))) { (cx.t("work-chain-proposal")) } }
                @if room.role == Some("freelancer") { li { a href=(cx.href("/wallet")) { (cx.t("work-chain-wallet")) } } }
                li { a href=(cx.href(&format!("/contracts/{}/amendments", room.view.id))) { (cx.t("amend-all")) } }
                li { a href=(cx.href("/contracts")) { (cx.t("work-contracts-title")) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn basis_points_read_as_percent() {
        let read: Vec<_> = [0, 100, 250, 500, 1234]
            .into_iter()
            .map(super::percent)
            .collect();
        assert_eq!(read, ["0", "1", "2.5", "5", "12.34"]);
    }
}
