//! A form that came too late: what was typed and what the record says now, field by field, to
//! choose from and send again. Every edit form uses this one.

use super::page_with;
use crate::{Cx, Result, extract, extract::Typed};
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use ui::{
    Icon,
    parts::{Button, Form as Drawn, FormPage, comparison, hidden},
};

/// What a stale edit is shown with.
pub struct Stale<'a> {
    /// Title of the edit's page.
    pub title: String,
    /// Where the form posts to, and the merged one again.
    pub action: String,
    /// The record's own page, for who gives the edit up.
    pub back: String,
    /// What was sent.
    pub mine: &'a Typed,
    /// The form as it would be filled now, with its `version`.
    pub now: &'a Typed,
    /// The words of a field's name.
    pub label: &'a (dyn Fn(&str) -> String + Send + Sync),
    /// How a field's value reads; codes of choices become words.
    pub shown: &'a (dyn Fn(&str, &str) -> String + Send + Sync),
}

impl Typed {
    /// One text per field, in the order of the form; a repeated name is a list between commas.
    fn grouped(&self) -> Vec<(String, String)> {
        let mut groups: Vec<(String, String)> = vec![];
        for (name, value) in &self.0 {
            let value = value.replace("\r\n", "\n");
            match groups.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) => {
                    known.push_str(", ");
                    known.push_str(&value);
                }
                None => groups.push((name.clone(), value)),
            }
        }
        groups
    }
}

/// Whether two texts of a field say the same: white space and the spelling of lists aside.
fn same(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || c == ',')
            .filter(|word| !word.is_empty())
            .collect();
        words.join(" ")
    };
    plain(one) == plain(other)
}

/// The page (412) on which the two versions are compared and merged. When they do not differ in
/// any field, nothing is left to do: on to the record.
///
/// # Errors
/// The frame's.
pub async fn stale(cx: &Cx, stale: Stale<'_>) -> Result<Response> {
    let now = stale.now.grouped();
    let mut fields = stale.mine.grouped();
    for (name, _) in &now {
        if !fields.iter().any(|(known, _)| known == name) {
            fields.push((name.clone(), String::new()));
        }
    }
    let value_now = |name: &str| {
        now.iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, value)| value.as_str())
    };
    let (mut kept, mut rows) = (vec![], vec![]);
    for (name, mine) in &fields {
        if name == "version" {
            continue;
        }
        let theirs = value_now(name);
        if same(mine, theirs) {
            kept.push((name, mine));
            continue;
        }
        let cell = |value: &str| -> Markup {
            let shown = if value.trim().is_empty() {
                cx.t("ui-merge-empty")
            } else {
                (stale.shown)(name, value)
            };
            html! { label.choice { input type="radio" name=(name) value=(value) required; pre { bdi { (shown) } } } }
        };
        rows.push(((stale.label)(name), vec![cell(mine), cell(theirs)]));
    }
    if rows.is_empty() {
        return Ok(extract::see_other(&stale.back));
    }
    let heads = [
        html! { (cx.t("ui-merge-mine")) },
        html! { (cx.t("ui-merge-now")) },
    ];
    let body = html! {
        (hidden("version", value_now("version")))
        @for (name, value) in kept { (hidden(name, value)) }
        div data-merge { (comparison(cx.locale, &cx.t("ui-merge-caption"), &heads, &rows)) }
        div.actions {
            (Button::primary(cx.t("ui-merge-save")).icon(Icon::Save))
            (Button::quiet(cx.t("ui-merge-drop")).href(stale.back.clone()))
        }
    };
    let form = Drawn::post(stale.action.clone(), body)
        .key(cx.form_key())
        .guard();
    let body = html! { (FormPage {
        title: cx.t("ui-merge-title"), lead: Some(cx.t("ui-merge-lead")), form: html! { (form) }, ..Default::default()
    }) };
    page_with(cx, StatusCode::PRECONDITION_FAILED, stale.title, body).await
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn spelling_is_no_difference() {
        assert!(same("rust, axum", "rust,axum"));
        assert!(same("a\nb", "a b"));
        assert!(!same("1,500", "1,600"));
        assert!(!same("", "x"));
    }
}
