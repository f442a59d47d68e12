//! The start page drawn: first what waits, then figures, then what runs.

use super::load::{self, DashboardSums, Own, WaitingView, WorkspaceFigures};
use crate::contract::list::{ContractSummary, table};
use axum::response::Response;
use base::{Instant, Money};
use kernel::{Cx, Result, page as frame};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{self, Button, Figure, MoneyState},
};

/// The start page.
///
/// # Errors
/// The database's.
pub async fn page(cx: Cx) -> Result<Response> {
    let view = load::parts(&cx).await?;
    let name = cx.member()?.display_name.clone();
    let market = cx.workspace()?.has("market");
    let (hires, works) = (
        cx.member()?.grants.has("project.create"),
        cx.member()?.grants.has("proposal.submit"),
    );
    // Whoever runs the workspace without working in it has errands all the same.
    let errands = hires
        || works
        || ["contract.decide", "payout.approve", "bank_receipt.confirm"]
            .iter()
            .any(|p| cx.can(p, &[]));
    let body = html! {
        header.page-head {
            div {
                h1 { (cx.tr("work-dashboard-title", &[("person", name.as_str().into())])) }
                p.lead { (cx.workspace()?.name) }
            }
            div.actions {
                @if market && hires { (Button::primary(cx.t("work-post-project")).href(cx.href("/projects/new")).icon(Icon::Plus)) }
                @if market && works { (Button::quiet(cx.t("work-find-projects")).href(cx.href("/projects")).icon(Icon::Search)) }
                (Button::quiet(cx.t("work-notices")).href(cx.href("/notifications")).icon(Icon::Bell))
            }
        }
        div.stack {
        @if market && errands {
            @let fresh = is_fresh(&view);
            (view.waiting.draw(&cx, "part-waiting", |rows| waiting(&cx, view.now, rows, hires, works, fresh)))
        }
        @if market && (hires || works) {
            (view.money.draw(&cx, "part-money", |own| money(&cx, own, hires, works)))
        }
        @if let Some(figures) = &view.workspace {
            (figures.draw(&cx, "part-workspace", |figures| workspace(&cx, figures, market)))
        }
        @if market && (hires || works) {
            (view.running.draw(&cx, "part-running", |(rows, all)| running(&cx, rows, *all, hires, works)))
        }
        @if !(market && errands) && view.workspace.is_none() {
            @let act = html! {
                @if market { (Button::quiet(cx.t("work-find-projects")).href(cx.href("/projects"))) }
                @else { (Button::quiet(cx.t("work-notices")).href(cx.href("/notifications"))) }
            };
            (parts::empty_state(Icon::House, cx.t("work-dashboard-empty"), cx.t("work-dashboard-empty-text"), act))
        }
        }
    };
    frame::page(&cx, cx.t("work-dashboard"), body).await
}

fn waiting(
    cx: &Cx,
    now: Instant,
    rows: &[WaitingView],
    hires: bool,
    works: bool,
    fresh: bool,
) -> Markup {
    html! {
        section.panel aria-labelledby="waiting" {
            h2 #waiting { (cx.t("work-waiting")) @if !rows.is_empty() { " " span.count { (ui::text::number(cx.locale, i64::try_from(rows.len()).unwrap_or(0))) } } }
            @if rows.is_empty() && fresh && (hires || works) {
                (first_steps(cx, hires, works))
            } @else if rows.is_empty() {
                (parts::empty_state(Icon::CircleCheck, cx.t("work-waiting-none"), cx.t("work-waiting-none-text"), ways(cx, hires, works)))
            } @else {
                ul.plain.stack { @for row in rows { li { (one(cx, now, row)) } } }
            }
        }
    }
}

/// Whether nothing runs, lies or is offered: nobody has begun here yet, or all is done.
fn is_fresh(view: &load::Parts) -> bool {
    let idle = view.running.get().is_some_and(|(_, all)| *all == 0);
    let empty = |own: &Own| {
        let sums = own.sums.iter().flat_map(|s| s.parts);
        own.projects == 0 && own.proposals == 0 && sums.map(|m| m.minor).all(|minor| minor == 0)
    };
    idle && view.money.get().is_some_and(empty)
}

/// How one begins, by what one came for.
fn first_steps(cx: &Cx, hires: bool, works: bool) -> Markup {
    let step = |key: &str, path: &str| {
        html! { li { a href=(cx.href(path)) { (cx.t(&format!("work-first-{key}"))) } p.hint { (cx.t(&format!("work-first-{key}-text"))) } } }
    };
    html! {
        p { (cx.t("work-first")) }
        ol.first-steps {
            @if hires {
                (step("project", "/projects/new"))
                (step("people", "/freelancers"))
                (step("card", "/payment-methods/new"))
            }
            @if works {
                (step("profile", "/profile/edit"))
                (step("find", "/projects"))
                (step("bank", "/destinations/new"))
            }
        }
    }
}

/// The ways to new work for whoever may take them.
fn ways(cx: &Cx, hires: bool, works: bool) -> Markup {
    html! {
        @if hires { (Button::primary(cx.t("work-post-project")).href(cx.href("/projects/new"))) }
        @if works { (Button::quiet(cx.t("work-find-projects")).href(cx.href("/projects"))) }
    }
}

fn one(cx: &Cx, now: Instant, row: &WaitingView) -> Markup {
    let (key, icon) = match row.kind.as_str() {
        "answer_offer" => ("work-waiting-answer", Icon::Handshake),
        "answer_invitation" => ("work-waiting-invitation", Icon::Mail),
        "answer_change" => ("work-waiting-change", Icon::FileText),
        "answer_end" => ("work-waiting-end", Icon::Handshake),
        "review_delivery" => ("work-waiting-judge", Icon::PackageCheck),
        "deliver" => ("work-waiting-deliver", Icon::Upload),
        "fund" => ("work-waiting-fund", Icon::Lock),
        "sign_off" => ("work-waiting-sign-off", Icon::CircleCheck),
        "write_review" => ("work-waiting-review", Icon::Star),
        "decide_contract" => ("work-waiting-decide", Icon::Gavel),
        "review_payouts" => ("work-waiting-payouts", Icon::Banknote),
        "confirm_receipts" => ("work-waiting-receipts", Icon::Landmark),
        "publish_project" => ("work-waiting-publish", Icon::Send),
        _ => ("work-waiting-proposals", Icon::FileText),
    };
    let words = cx.tr(
        key,
        &[
            ("title", row.title.as_str().into()),
            ("person", row.person.as_deref().unwrap_or_default().into()),
            ("n", row.count.unwrap_or(0).into()),
        ],
    );
    html! {
        div.errand {
            (icon)
            div.row {
                a href=(row.href) { (words) }
                @if let Some(amount) = row.amount.as_ref().and_then(read) { (parts::money(cx.locale, amount)) }
                @if let Some(due) = row.due_at { (parts::deadline(cx.locale, now, due)) }
            }
        }
    }
}

fn read(view: &base::money::View) -> Option<Money> {
    Some(Money::new(view.amount_minor, view.currency.parse().ok()?))
}

fn money(cx: &Cx, own: &Own, hires: bool, works: bool) -> Markup {
    let mut all = vec![];
    for sums in &own.sums {
        all.extend(figures_of(cx, sums, hires, works));
    }
    if hires {
        all.push(Figure {
            label: cx.t("work-figure-projects"),
            value: html! { (ui::text::number(cx.locale, own.projects)) },
            note: None,
            href: Some(cx.href("/projects/mine")),
        });
    }
    if works {
        all.push(Figure {
            label: cx.t("work-figure-proposals"),
            value: html! { (ui::text::number(cx.locale, own.proposals)) },
            note: None,
            href: Some(cx.href("/proposals")),
        });
    }
    html! {
        section.panel aria-labelledby="money" {
            h2 #money { (cx.t("work-figures")) }
            (parts::figures(&all))
        }
    }
}

fn figures_of(cx: &Cx, sums: &DashboardSums, hires: bool, works: bool) -> Vec<Figure> {
    let [held, secured, pending, available] = sums.parts;
    let figure = |key: &str, state, sum, href: &str, note: Option<String>| Figure {
        label: cx.t(key),
        value: parts::money_state(cx.locale, state, sum),
        note,
        href: Some(cx.href(href)),
    };
    let mut all = vec![];
    if hires {
        all.push(figure(
            "work-figure-held",
            MoneyState::Held,
            held,
            "/contracts?state=open",
            None,
        ));
    }
    if works {
        all.push(figure(
            "work-figure-secured",
            MoneyState::Held,
            secured,
            "/contracts?state=open",
            Some(cx.t("work-figure-secured-note")),
        ));
        all.push(figure(
            "work-figure-pending",
            MoneyState::Pending,
            pending,
            "/wallet",
            None,
        ));
        all.push(figure(
            "work-figure-available",
            MoneyState::Available,
            available,
            "/wallet",
            None,
        ));
    }
    all
}

fn workspace(cx: &Cx, figures: &WorkspaceFigures, market: bool) -> Markup {
    let count = |key: &str, n: i64, href: Option<&str>| Figure {
        label: cx.t(key),
        value: html! { (ui::text::number(cx.locale, n)) },
        note: None,
        href: href.map(|path| cx.href(path)),
    };
    let mut all = vec![count(
        "work-figure-members",
        figures.members,
        Some("/members"),
    )];
    if market {
        all.push(count(
            "work-figure-open-projects",
            figures.open_projects,
            Some("/projects"),
        ));
        all.push(count(
            "work-figure-running",
            figures.running_contracts,
            None,
        ));
        all.extend(figures.sums.iter().map(|sum| Figure {
            label: cx.t("work-figure-escrow"),
            value: parts::money_state(cx.locale, MoneyState::Held, *sum),
            note: None,
            href: None,
        }));
    }
    html! {
        section.panel aria-labelledby="workspace" {
            h2 #workspace { (cx.t("work-workspace")) }
            (parts::figures(&all))
        }
    }
}

fn running(cx: &Cx, rows: &[ContractSummary], all: i64, hires: bool, works: bool) -> Markup {
    html! {
        section.stack aria-labelledby="running" {
            h2 #running { (cx.t("work-running")) }
            @if rows.is_empty() {
                (parts::empty_state(Icon::Handshake, cx.t("work-running-none"), cx.t("work-running-none-text"),
                    ways(cx, hires, works)))
            } @else {
                (table(cx, rows))
                @if all > load::RUNNING_MOST {
                    p { a href=(cx.href("/contracts?state=open")) { (cx.tr("work-running-all", &[("n", all.into())])) } }
                }
            }
        }
    }
}
