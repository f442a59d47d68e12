//! What every form and button of the market does with its command.

use axum::response::Response;
use kernel::{
    Cx, Error, Fault, Result,
    extract::{self, Typed},
    once,
};
use maud::{Markup, html};
use ui::parts::{Choice, Field};
use uuid::Uuid;

/// Runs a form's command on what was typed, or refuses with all that is wrong with it.
///
/// # Errors
/// 422 with the faults; the command's own.
pub(crate) async fn run<T, F>(
    input: std::result::Result<T, Vec<Fault>>,
    command: impl FnOnce(T) -> F,
) -> Result<Uuid>
where
    F: Future<Output = Result<Uuid>>,
{
    once(command(input.map_err(Error::Invalid)?).await)
}

/// Runs a command and leads on to the page of what it gives, below `path`.
///
/// # Errors
/// The command's own.
pub(crate) async fn lead(
    cx: &Cx,
    path: &str,
    command: impl Future<Output = Result<Uuid>>,
) -> Result<Response> {
    let id = once(command.await)?;
    Ok(extract::see_other(&cx.href(&format!("{path}/{id}"))))
}

/// Whether a record was there for the reader.
///
/// # Errors
/// What was not about that.
pub(crate) fn is_seen<T>(found: Result<T>) -> Result<bool> {
    match found {
        Ok(_) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The field in which files stay with a form that was refused, so that nobody sends them again.
const KEPT: &str = "kept";

/// Notes the files that came with a form.
pub(crate) fn keep(typed: &mut Typed, uploaded: &[Uuid]) {
    for id in uploaded {
        typed.set(KEPT, id.to_string());
    }
}

/// What was typed, with all files of the form as its `files`.
pub(crate) fn with_files(typed: &Typed) -> Vec<(String, String)> {
    let renamed = typed.0.iter().map(|(name, value)| {
        let name = if name == KEPT { "files" } else { name };
        (name.to_owned(), value.clone())
    });
    renamed.collect()
}

/// The files that came before with a form that was refused; whoever does not want one unticks it.
///
/// # Errors
/// The database's.
pub(crate) async fn kept(cx: &Cx, typed: &Typed) -> Result<Markup> {
    let ids: Vec<Uuid> = typed
        .all(KEPT)
        .filter_map(|id| Uuid::try_parse(id).ok())
        .collect();
    if ids.is_empty() {
        return Ok(html! {});
    }
    let mut tx = cx.read().await?;
    let files = files::loose(&mut tx, &ids).await?;
    tx.finish().await?;
    let ids: Vec<String> = files.iter().map(|f| f.id.to_string()).collect();
    let choices: Vec<Choice> = files
        .into_iter()
        .map(|f| Choice::new(f.id.to_string(), f.name))
        .collect();
    Ok(html! {
        @if !choices.is_empty() {
            (Field::checkboxes(KEPT, cx.t("work-kept-files"), choices).values(ids).hint(cx.t("work-kept-files-hint")))
        }
    })
}
