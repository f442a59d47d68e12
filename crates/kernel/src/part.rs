//! Secondary parts of a page, which fail alone: the page is shown without them and says so.

use crate::{Cx, Error, Result, Tx};
use maud::{Markup, html};
use ui::parts;

/// What was read for a part of a page, or why it could not be.
#[derive(Debug)]
pub enum Part<T> {
    /// It was read.
    Read(T),
    /// It could not be read; this was logged.
    Failed(Error),
}

impl<T> Part<T> {
    /// Confines a failure of ours to this part, and logs it. Refusals stay refusals of the whole
    /// page.
    ///
    /// # Errors
    /// Refusals.
    pub fn confine(name: &'static str, read: Result<T>) -> Result<Self> {
        match read {
            Ok(value) => Ok(Self::Read(value)),
            Err(error) if error.status_and_code().0.is_server_error() => {
                tracing::error!(key = "page.part", part = name, error = %error);
                Ok(Self::Failed(error))
            }
            Err(error) => Err(error),
        }
    }

    /// What was read, for those who need all parts.
    ///
    /// # Errors
    /// The failure.
    pub fn whole(self) -> Result<T> {
        match self {
            Self::Read(value) => Ok(value),
            Self::Failed(error) => Err(error),
        }
    }

    /// What was read.
    pub fn get(&self) -> Option<&T> {
        match self {
            Self::Read(value) => Some(value),
            Self::Failed(_) => None,
        }
    }

    /// Draws the part, or in its place that it is missing, with a way to try again. `id` names the
    /// part on its page.
    pub fn draw(&self, cx: &Cx, id: &str, drawn: impl FnOnce(&T) -> Markup) -> Markup {
        match self {
            Self::Read(value) => drawn(value),
            Self::Failed(_) => html! {
                section.panel id=(id) data-panel="" { (parts::broken(cx.locale)) }
            },
        }
    }
}

impl Tx {
    /// The same for a part read in this transaction: after a failure the read goes on in a new one.
    ///
    /// # Errors
    /// Refusals, and the database's when it cannot be reached at all.
    pub async fn part<T>(&mut self, name: &'static str, read: Result<T>) -> Result<Part<T>> {
        let part = Part::confine(name, read)?;
        if matches!(part, Part::Failed(_)) {
            self.begin_again().await?;
        }
        Ok(part)
    }
}
