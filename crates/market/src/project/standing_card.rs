//! Where a project stands for its reader: who acts next, and by which one act.

use super::{list_page::badge, state::State, view::Shown};
use crate::{
    amendment,
    contract::{
        self, ContractView,
        next::{Act, Next},
    },
};
use base::Instant;
use kernel::{Cx, Result, Tx, page};
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{Button, Standing, form_button, person},
};
use uuid::Uuid;

/// A contract of the project that concerns the reader.
pub(super) struct ProjectContract {
    pub id: Uuid,
    pub state: String,
    /// Name of the other party.
    pub other: String,
    /// Whether the reader has reviewed it.
    pub reviewed: bool,
}

impl ProjectContract {
    /// Whether nothing more happens on it but reviews.
    pub fn has_ended(&self) -> bool {
        contract::State::read(&self.state).is_ok_and(contract::State::has_ended)
    }
}

/// The contract that the card speaks of: the newest that goes on, else the newest.
fn current(agreed: &[ProjectContract]) -> Option<&ProjectContract> {
    let going_on = agreed.iter().find(|c| !c.has_ended());
    going_on.or(agreed.first())
}

/// The reader's contract on the project, and what comes next on it.
pub(super) struct Acting {
    view: ContractView,
    next: Next,
}

/// What comes next on the reader's contract, for whoever is at work on the project: the client of
/// one freelancer, and whoever was hired or has an offer. Where a client has several contracts that
/// run, each of them says so itself.
///
/// # Errors
/// The database's.
pub(super) async fn acting(
    tx: &mut Tx,
    cx: &Cx,
    project: &Shown,
    agreed: &[ProjectContract],
) -> Result<Option<Acting>> {
    let chosen =
        matches!(&project.my_proposal, Some((_, state)) if state == "hired" || state == "offered");
    let alone = agreed.iter().filter(|c| !c.has_ended()).count() < 2;
    let working = matches!(project.state, State::InProgress | State::Completed);
    let concerned = chosen || (project.is_mine && working && alone);
    let Some(current) = current(agreed).filter(|_| concerned) else {
        return Ok(None);
    };
    let view = contract::show::any(tx, current.id).await?;
    let state = contract::State::read(&view.state)?;
    let role = view.role_of(cx.me());
    let mut next = contract::next::of(&view, state);
    if state.keeps_amendments()
        && let Some(open) = amendment::show::waiting(tx, current.id).await?
    {
        next = contract::next::with_amendment(next, view.client.id, &open);
    }
    let next = contract::next::with_review(next, role, current.reviewed);
    Ok(Some(Acting { view, next }))
}

/// Draws the card.
pub(super) fn draw(
    cx: &Cx,
    now: Instant,
    project: &Shown,
    agreed: &[ProjectContract],
    acting: Option<&Acting>,
) -> Markup {
    let room = cx.href(&format!("/projects/{}", project.id));
    let n = project.proposals.unwrap_or(0);
    let mut standing = if project.is_mine {
        for_client(cx, now, project, acting)
    } else {
        for_others(cx, now, project, agreed, acting)
    };
    if let (true, Some(contract), State::InProgress | State::Completed) =
        (project.is_mine, current(agreed), project.state)
    {
        standing = standing.act(open_contract(cx, contract.id, "market-open-contract"));
    }
    if project.is_mine && n > 0 && project.state != State::Open {
        standing = standing.more(
            html! { a href=(format!("{room}/proposals")) { (cx.t("market-read-proposals")) } },
        );
    }
    if let (true, Some(expires)) = (project.is_mine, project.expires_at) {
        standing = standing.fact(
            cx.t("market-expires"),
            ui::parts::deadline(cx.locale, now, expires),
        );
    }
    html! { (standing) }
}

fn card(cx: &Cx, project: &Shown, words: String) -> Standing {
    Standing::new(cx.locale, badge(cx, project.state), words)
}

fn you(cx: &Cx) -> Markup {
    html! { (cx.t("market-you")) }
}

fn nobody(cx: &Cx) -> Markup {
    html! { (cx.t("work-nobody")) }
}

fn open_contract(cx: &Cx, id: Uuid, label: &str) -> Markup {
    let href = cx.href(&format!("/contracts/{id}"));
    html! { (Button::primary(cx.t(label)).icon(Icon::Handshake).href(href)) }
}

/// With the words and the actor of a contract that goes on.
fn of_contract(cx: &Cx, now: Instant, project: &Shown, acting: &Acting) -> Standing {
    let Acting { view, next } = acting;
    let who = contract::page::actor(cx, next.who, view);
    let standing = card(cx, project, cx.t(next.words)).who(who);
    match next.due {
        Some(due) => standing.due(now, due),
        None => standing,
    }
}

fn for_client(cx: &Cx, now: Instant, project: &Shown, acting: Option<&Acting>) -> Standing {
    let room = cx.href(&format!("/projects/{}", project.id));
    let n = project.proposals.unwrap_or(0);
    let card = |words: String| card(cx, project, words);
    let button = |what: &str, label: Button| {
        form_button(&format!("{room}/{what}"), Some(&cx.form_key()), &label, &[])
    };
    match project.state {
        State::Draft => card(cx.t("market-stands-draft"))
            .who(you(cx))
            .act(html! { (Button::primary(cx.t("market-publish")).icon(Icon::Send).href(format!("{room}/publication"))) }),
        State::Open if n == 0 => card(cx.t("market-stands-waiting"))
            .who(html! { (cx.t("market-freelancers")) })
            .act(html! { (Button::primary(cx.t("market-find-freelancers")).icon(Icon::Users).href(cx.href("/freelancers"))) }),
        State::Open => card(cx.tr("market-stands-proposals", &[("n", n.into())]))
            .who(you(cx))
            .act(html! { (Button::primary(cx.t("market-read-proposals")).icon(Icon::Inbox).href(format!("{room}/proposals"))) }),
        State::Expired => card(cx.t("market-stands-expired")).who(you(cx)).act(button(
            "reopening",
            Button::primary(cx.t("market-reopen")).icon(Icon::RotateCcw),
        )),
        State::Paused => card(cx.t("market-stands-paused")).who(you(cx)).act(button(
            "resumption",
            Button::primary(cx.t("market-resume")).icon(Icon::CirclePlay),
        )),
        State::InProgress if project.hired < project.positions => {
            let reopen = Button::quiet(cx.t("market-reopen-position")).icon(Icon::RotateCcw);
            card(cx.t("market-stands-hiring-ended")).more(button("reopening", reopen))
        }
        State::InProgress => match acting {
            Some(acting) => of_contract(cx, now, project, acting),
            None => card(cx.t("market-stands-in-progress")),
        },
        State::Completed => match acting {
            Some(acting) => of_contract(cx, now, project, acting),
            None => card(cx.t("market-stands-completed")).who(nobody(cx)),
        },
        State::Cancelled => card(cx.t("market-stands-cancelled")).who(nobody(cx)),
    }
}

fn for_others(
    cx: &Cx,
    now: Instant,
    project: &Shown,
    agreed: &[ProjectContract],
    acting: Option<&Acting>,
) -> Standing {
    let room = cx.href(&format!("/projects/{}", project.id));
    let card = |words: String| card(cx, project, words);
    let may_bid = project.state == State::Open && cx.can("proposal.submit", &project.relations());
    let write = |label: &str| html! { (Button::primary(cx.t(label)).icon(Icon::Send).href(format!("{room}/proposals/new"))) };
    if let Some((proposal, state)) = &project.my_proposal {
        let words = cx.t(&format!("market-proposal-stands-{state}"));
        let href = cx.href(&format!("/proposals/{proposal}"));
        let open = |button: Button| html! { (button.icon(Icon::FileText).href(href.clone())) };
        let own = cx.t("market-open-proposal");
        let answered = |a: &Acting| matches!(a.next.act, Some(Act::Amendment(_)));
        match (state.as_str(), current(agreed), acting) {
            // Whoever countered an offer waits for the client.
            ("offered", Some(offer), Some(acting)) if answered(acting) => {
                return of_contract(cx, now, project, acting)
                    .act(open_contract(cx, offer.id, "market-open-contract"))
                    .more(open(Button::quiet(own)));
            }
            ("offered", Some(offer), _) => {
                return card(words)
                    .who(you(cx))
                    .act(open_contract(cx, offer.id, "market-answer-offer"))
                    .more(open(Button::quiet(own)));
            }
            ("hired", Some(contract), Some(acting)) => {
                return of_contract(cx, now, project, acting)
                    .act(open_contract(cx, contract.id, "market-open-contract"))
                    .more(open(Button::quiet(own)));
            }
            ("declined" | "closed", _, _) if may_bid => {
                let words = if state == "closed" {
                    cx.t("market-proposal-closed-open-again")
                } else {
                    words
                };
                return card(words)
                    .who(nobody(cx))
                    .act(write("market-propose"))
                    .more(open(Button::quiet(own)));
            }
            ("declined" | "closed" | "withdrawn", _, _) if !may_bid => {
                return card(words).who(nobody(cx)).more(open(Button::quiet(own)));
            }
            // Whoever took a proposal back is where others are who may send one.
            ("withdrawn", _, _) => {}
            _ => {
                return card(words)
                    .who(person(&project.owner_name, None))
                    .act(open(Button::primary(own)));
            }
        }
    }
    let invitation = project
        .my_invitation
        .as_ref()
        .filter(|(_, state)| state == "invited");
    if may_bid {
        let words = if invitation.is_some() {
            "market-stands-invited"
        } else {
            "market-stands-open"
        };
        let mut standing = card(cx.t(words)).who(you(cx)).act(write("market-propose"));
        if let Some((invitation, _)) = invitation {
            standing = standing.more(form_button(
                &cx.href(&format!("/project-invitations/{invitation}/declination")),
                Some(&cx.form_key()),
                &Button::quiet(cx.t("market-invitation-decline")).icon(Icon::CircleX),
                &[],
            ));
        }
        return standing;
    }
    match project.state {
        State::Open if cx.session.is_none() => {
            let back =
                serde_urlencoded::to_string([("return_to", room.as_str())]).unwrap_or_default();
            card(cx.t("market-stands-open"))
                .act(html! { (Button::primary(cx.t("market-sign-in-to-propose")).icon(Icon::LogIn).href(format!("{}?{back}", page::SIGN_IN))) })
                .more(html! { a href=(cx.href("/register")) { (cx.t("market-join")) } })
        }
        State::Open => card(cx.t("market-stands-open")).who(html! { (cx.t("market-freelancers")) }),
        State::Completed | State::Cancelled => card(cx.t("market-stands-closed")).who(nobody(cx)),
        _ => card(cx.t("market-stands-closed")),
    }
}

/// The reader's contracts on the project.
pub(super) fn contracts_panel(cx: &Cx, agreed: &[ProjectContract]) -> Markup {
    html! {
        section.panel {
            h2 { (cx.t("market-nav-contracts")) }
            ul {
                @for contract in agreed { li { (contract_link(cx, contract)) } }
            }
        }
    }
}

/// One of them, with where it stands.
pub(super) fn contract_link(cx: &Cx, contract: &ProjectContract) -> Markup {
    html! {
        a href=(cx.href(&format!("/contracts/{}", contract.id))) { (cx.t("market-contract-with")) " " bdi { (contract.other) } }
        " " (contract::list::badge(cx, &contract.state))
    }
}

/// The reader's contracts on a project, newest first.
///
/// # Errors
/// The database's.
pub(super) async fn contracts(tx: &mut Tx, cx: &Cx, id: Uuid) -> Result<Vec<ProjectContract>> {
    let (workspace, me) = (tx.workspace(), cx.me());
    Ok(sqlx::query_as!(
        ProjectContract,
        r#"select c.id, c.state, m.display_name as other,
                  exists (select 1 from market.review r where r.workspace_id = c.workspace_id and r.contract_id = c.id
                    and r.author_id = $3) as "reviewed!"
           from market.contract c
           join kernel.member m on m.workspace_id = c.workspace_id
               and m.id = case when c.client_id = $3 then c.freelancer_id else c.client_id end
           where c.workspace_id = $1 and c.project_id = $2 and (c.client_id = $3 or c.freelancer_id = $3)
           order by c.offered_at desc, c.id desc limit 20"#,
        workspace,
        id,
        me
    )
    .fetch_all(&mut **tx)
    .await?)
}
