//! What every form and button of the market does with its command.

use axum::response::Response;
use kernel::{Cx, Error, Fault, Result, extract, once};
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
