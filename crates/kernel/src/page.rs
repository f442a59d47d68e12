//! Pages: the frame around a body, with the sections this reader may open.

use crate::{
    Cx, Error, Kernel, Result, problem,
    route::{Access, Kind},
};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use maud::Markup;
use std::sync::Arc;
use ui::{
    frame::{self, Frame},
    text::Locale,
};

mod merge;

pub use merge::{Stale, stale};

/// The address of the sign-in page; other crates link to it.
pub const SIGN_IN: &str = "/login";

/// A page in the workspace's frame (or the public one for a visitor).
///
/// # Errors
/// The database's, for the number of unread notices.
pub async fn page(cx: &Cx, title: impl Into<String>, body: Markup) -> Result<Response> {
    framed(cx, StatusCode::OK, title.into(), vec![], body).await
}

/// The same with a status: a refused form is 422.
///
/// # Errors
/// As [`page`].
pub async fn page_with(
    cx: &Cx,
    status: StatusCode,
    title: impl Into<String>,
    body: Markup,
) -> Result<Response> {
    framed(cx, status, title.into(), vec![], body).await
}

/// A page with the way back as (label, path). Where the trail begins with a section of the rail, that is the
/// section the page belongs to, whatever its own address.
///
/// # Errors
/// As [`page`].
pub async fn page_under(
    cx: &Cx,
    title: impl Into<String>,
    trail: Vec<(String, String)>,
    body: Markup,
) -> Result<Response> {
    framed(cx, StatusCode::OK, title.into(), trail, body).await
}

/// The same with a status: a refused form is 422.
///
/// # Errors
/// As [`page`].
pub async fn page_under_with(
    cx: &Cx,
    status: StatusCode,
    title: impl Into<String>,
    trail: Vec<(String, String)>,
    body: Markup,
) -> Result<Response> {
    framed(cx, status, title.into(), trail, body).await
}

async fn framed(
    cx: &Cx,
    status: StatusCode,
    title: String,
    trail: Vec<(String, String)>,
    body: Markup,
) -> Result<Response> {
    let mut frame = around(cx, title, trail);
    if let Some(me) = &mut frame.me {
        let known = cx.told.lock().ok().and_then(|mut slot| slot.take());
        let told = match (known, cx.kernel.wiring().unread) {
            (Some(told), _) => told,
            (None, Some(tell)) if cx.member.is_some() => {
                let mut tx = cx.read_records().await?;
                let told = tell(cx, &mut tx).await?;
                if let Ok(mut slot) = cx.told.lock() {
                    // So that the end of this read does not ask once more.
                    *slot = Some(crate::product::Told::default());
                }
                tx.finish().await?;
                told
            }
            _ => crate::product::Told::default(),
        };
        frame.flash = told.banner;
        me.unread = told.unread;
    }
    let markup = if cx.session.is_some() {
        frame::page(&frame, body)
    } else {
        frame::public_page(&frame, body)
    };
    Ok((status, markup).into_response())
}

/// The frame of a page for this reader, as far as memory tells it: without the number of notices.
fn around(cx: &Cx, title: String, trail: Vec<(String, String)>) -> Frame {
    let mut frame = Frame::new(cx.locale, title);
    frame.theme = cx.theme;
    frame.path = cx.path.to_string();
    frame.breadcrumbs = trail;
    frame.closed = cx.workspace.is_none() && !cx.kernel.config.open_founding;
    if let Some(workspace) = &cx.workspace {
        frame.workspace = Some(frame::Workspace {
            name: workspace.name.clone(),
            slug: workspace.slug.clone(),
        });
        for section in &cx.kernel.wiring().nav {
            let on = section.product.is_none_or(|p| workspace.has(p));
            let may = match &cx.member {
                Some(member) => member.grants.has(section.permission),
                None => is_public(cx, section.path),
            };
            if on && may {
                let href = cx.href(section.path);
                // Two crates may bring the same section; the first one names it.
                if frame.nav.iter().any(|known| known.href == href) {
                    continue;
                }
                let mut item = frame::NavItem::new(href, cx.t(section.label), section.icon);
                let short = format!("{}-short", section.label);
                item.short = ui::text::has(cx.locale, &short).then(|| cx.t(&short));
                frame.nav.push(item);
            }
        }
        if cx.member.is_some() && workspace.has("market") {
            frame.search = Some(cx.href("/projects"));
        }
        light(&mut frame, &cx.href(""));
    }
    if let Some(session) = &cx.session {
        if session.is_operator {
            let item = frame::NavItem::new("/operator", cx.t("operator-title"), ui::Icon::Activity);
            frame
                .nav
                .push(item.active(cx.path.starts_with("/operator")));
        }
        let here = cx.workspace.as_ref().map(|w| w.slug.as_str());
        frame.others = session
            .places
            .iter()
            .filter(|(slug, _)| Some(slug.as_str()) != here)
            .map(|(slug, name)| frame::Workspace {
                name: name.clone(),
                slug: slug.clone(),
            })
            .collect();
        let name = cx
            .member
            .as_ref()
            .map_or(&session.display_name, |m| &m.display_name);
        frame.me = Some(frame::Me {
            id: session.account_id.to_string(),
            name: name.clone(),
            href_account: "/account".to_owned(),
            href_notices: if cx.member.is_some() {
                cx.href("/notifications")
            } else {
                "/account".to_owned()
            },
            unread: 0,
        });
        frame.events = cx.member.is_some();
    }
    frame
}

/// Lights the section of the rail that the page belongs to: the one its trail begins with, else the one its
/// address lies in. Of a section inside another (`/projects/mine` in `/projects`) the inner one.
fn light(frame: &mut Frame, home: &str) {
    let named = frame.breadcrumbs.first().map(|(_, href)| href.clone());
    let named = named.filter(|href| frame.nav.iter().any(|item| item.href == *href));
    let current = named.unwrap_or_else(|| frame.path.split('?').next().unwrap_or("").to_owned());
    let inside =
        |href: &str| current == href || (href != home && current.starts_with(&format!("{href}/")));
    let deepest = frame
        .nav
        .iter()
        .filter(|item| inside(&item.href))
        .map(|item| item.href.len())
        .max();
    for item in &mut frame.nav {
        item.active = inside(&item.href) && Some(item.href.len()) == deepest;
    }
}

/// The frame around the page of an error, for whoever's session is remembered; without a workspace where
/// that or the membership is not. Nothing is asked of the database: it may be what failed, and the
/// request's time may be over. `token` is the browser's, `path` that of the request.
pub(crate) async fn around_error(
    kernel: &Arc<Kernel>,
    token: &str,
    locale: Locale,
    path: &str,
    reading: bool,
) -> Option<Frame> {
    let session = kernel
        .cache
        .sessions
        .get(&base::secret::hash(token))
        .await??;
    let mut cx = Cx::installation(kernel, "error_page");
    cx.system = None;
    cx.locale = locale;
    cx.theme = session.theme;
    let slug = path
        .strip_prefix("/w/")
        .and_then(|rest| rest.split('/').next());
    // Only the workspaces of this account: the answer to a stranger names none.
    if let Some(slug) = slug.filter(|slug| session.places.iter().any(|(known, _)| known == slug))
        && let Some(workspace) = kernel.cache.workspaces.get(slug).await
        && let Some(Some(member)) = kernel
            .cache
            .members
            .get(&(workspace.id, session.account_id))
            .await
    {
        cx.workspace = Some(workspace);
        cx.member = Some(member);
    }
    cx.session = Some(session);
    // To come back to after a change of language: an address that can be read.
    cx.path = if reading {
        path.into()
    } else {
        cx.href("").into()
    };
    let mut frame = around(&cx, String::new(), vec![]);
    if frame.path.is_empty() {
        frame.path = "/".to_owned();
    }
    Some(frame)
}

/// Whether anyone may open this section of a workspace, as its route declares.
fn is_public(cx: &Cx, section: &str) -> bool {
    let path = format!("/w/{{workspace}}{section}");
    let mut routes = cx.kernel.wiring().routes.iter();
    routes.any(|r| {
        r.kind == Kind::Page
            && r.method == http::Method::GET
            && r.access == Access::Public
            && r.path == path
    })
}

/// What a refused form shows: its status and the words per field (empty name: the whole form).
pub type Messages = Vec<(String, String)>;

/// Tells a refusal at the fields of its form; what a person cannot mend there becomes the answer.
///
/// # Errors
/// The error itself, for the edge to render as a page.
pub fn refusal(cx: &Cx, error: Error) -> Result<(StatusCode, Messages)> {
    // The page that tells it no longer says why; the audit does. What came first is what was refused.
    let _ = cx.refusal.set(error.code());
    problem::at_fields(error, cx.locale)
}

/// The words at one field, if any.
#[must_use]
pub fn message_of<'a>(messages: &'a Messages, field: &str) -> Option<&'a str> {
    messages
        .iter()
        .find(|(name, _)| name == field)
        .map(|(_, words)| words.as_str())
}

#[cfg(test)]
mod tests {
    use super::light;
    use ui::{
        Icon,
        frame::{Frame, NavItem},
        text::Locale,
    };

    #[test]
    fn the_trail_names_the_section_and_the_address_does_without_one() {
        for (path, first, lit) in [
            ("/w/a", None, "/w/a"),
            ("/w/a/projects", None, "/w/a/projects"),
            ("/w/a/projects/mine?x=1", None, "/w/a/projects/mine"),
            ("/w/a/projects/7", None, "/w/a/projects"),
            (
                "/w/a/projects/7",
                Some("/w/a/projects/mine"),
                "/w/a/projects/mine",
            ),
            ("/w/a/projects/7", Some("/w/a/elsewhere"), "/w/a/projects"),
            (
                "/w/a/milestones/7/funding",
                Some("/w/a/projects"),
                "/w/a/projects",
            ),
            ("/w/a/milestones/7/funding", None, ""),
        ] {
            let mut frame = Frame::new(Locale::En, "");
            frame.path = path.to_owned();
            frame.nav = ["/w/a", "/w/a/projects", "/w/a/projects/mine"]
                .map(|href| NavItem::new(href, "", Icon::House))
                .to_vec();
            frame.breadcrumbs = first
                .map(|href| (String::new(), href.to_owned()))
                .into_iter()
                .collect();
            light(&mut frame, "/w/a");
            let active: Vec<_> = frame
                .nav
                .iter()
                .filter(|i| i.active)
                .map(|i| i.href.as_str())
                .collect();
            assert_eq!(active.join(" "), lit, "{path} {first:?}");
        }
    }
}
