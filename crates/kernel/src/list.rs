//! Lists: a bounded page of rows, opaque cursors both ways, over stored columns.

use crate::{Error, Input, Reader, Result};
use data_encoding::BASE64URL_NOPAD;
use serde::{Serialize, de::DeserializeOwned};

/// How many rows a page may hold, and holds when nothing is said.
pub const MOST: i64 = 100;
/// Rows of a page when nothing is said.
pub const USUAL: i64 = 50;

/// Which page of a list is asked for. Read it with [`Paging::read`] inside a query's `read`.
#[derive(Debug, Clone)]
pub struct Paging {
    /// Rows at most.
    pub limit: i64,
    cursor: Option<String>,
}

impl Input for Paging {
    fn read(r: &mut Reader) -> Self {
        Self {
            limit: r.integer_opt("limit", 1, MOST).unwrap_or(USUAL),
            cursor: r.line_opt("cursor", 500),
        }
    }
}

impl Paging {
    /// The first page of this size.
    #[must_use]
    pub fn first(limit: i64) -> Self {
        Self {
            limit,
            cursor: None,
        }
    }

    /// The position after (or before) which rows are asked for.
    ///
    /// # Errors
    /// 400 `invalid_cursor` when it is not one of ours.
    pub fn position<K: DeserializeOwned>(&self) -> Result<Option<Position<K>>> {
        let Some(text) = &self.cursor else {
            return Ok(None);
        };
        let bad = || Error::refused(400, "invalid_cursor").at("/cursor");
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| bad())?;
        let (back, key) = serde_json::from_slice(&bytes).map_err(|_| bad())?;
        Ok(Some(Position { back, key }))
    }
}

/// A place in a list: the sort key of its first or last row, and the direction.
#[derive(Debug, Clone)]
pub struct Position<K> {
    /// True when the page before this place is asked for.
    pub back: bool,
    /// The sort key, with its unique tie-break.
    pub key: K,
}

/// The cursor that continues after (or, `back`, before) a row with this key.
#[must_use]
pub fn cursor<K: Serialize>(back: bool, key: &K) -> String {
    BASE64URL_NOPAD.encode(&serde_json::to_vec(&(back, key)).unwrap_or_default())
}

/// One page of rows and the way on.
#[derive(Debug)]
pub struct Page<T> {
    /// The rows, in list order.
    pub rows: Vec<T>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Cursor of the page before.
    pub prev: Option<String>,
    /// How many rows were asked for.
    pub limit: i64,
    /// All rows of the list, exact up to 10 000.
    pub total: Option<i64>,
}

impl<T> Page<T> {
    /// Makes a page of rows fetched with `limit + 1` in the direction of `position` (backwards
    /// when it looks back), `key` giving each row's sort key.
    pub fn of<K: Serialize + Clone>(
        mut rows: Vec<T>,
        paging: &Paging,
        position: Option<&Position<K>>,
        key: impl Fn(&T) -> K,
    ) -> Self {
        let limit = usize::try_from(paging.limit).unwrap_or(50);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let back = position.is_some_and(|p| p.back);
        if back {
            rows.reverse();
        }
        let after = if back { true } else { more };
        let before = if back { more } else { position.is_some() };
        let next = rows
            .last()
            .filter(|_| after)
            .map(|r| cursor(false, &key(r)));
        let prev = rows
            .first()
            .filter(|_| before)
            .map(|r| cursor(true, &key(r)));
        Self {
            rows,
            next,
            prev,
            limit: paging.limit,
            total: None,
        }
    }

    /// Adds the number of all rows.
    #[must_use]
    pub fn with_total(mut self, total: i64) -> Self {
        self.total = Some(total);
        self
    }

    /// The same page of other rows.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            rows: self.rows.into_iter().map(f).collect(),
            next: self.next,
            prev: self.prev,
            limit: self.limit,
            total: self.total,
        }
    }
}

/// Up to this many rows a total is counted; past it, it is told as an estimate.
pub const COUNTED: i64 = 10_000;

impl<T: Serialize> Page<T> {
    /// The answer of a list: `{"data": […], "page": {…}}`.
    #[must_use]
    pub fn answer(self) -> axum::response::Response {
        let estimate = self.total.is_some_and(|t| t > COUNTED);
        let total = self.total.map(|t| t.min(COUNTED));
        let body = serde_json::json!({"data": self.rows, "page": {
            "next_cursor": self.next, "prev_cursor": self.prev, "limit": self.limit,
            "total": total, "total_is_estimate": estimate}});
        crate::extract::json(http::StatusCode::OK, &body)
    }
}
