//! Lists: a bounded page of rows, opaque cursors both ways, over stored columns.

use crate::{Error, Input, Reader, Result};
use data_encoding::BASE64URL_NOPAD;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::{Arc, OnceLock};

/// How many rows a page may hold, and holds when nothing is said.
pub const MOST: i64 = 100;
/// Rows of a page when nothing is said.
pub const USUAL: i64 = 50;

/// Numbered pages reach this far into a list; past it, cursors lead on.
pub const NUMBERED: i64 = 10_000;

/// What makes a list's cursors its own: a key made of the process's secret, the list's address and
/// the filters that were read. It is filled in when the whole query has been read.
#[derive(Debug, Clone, Default)]
pub struct Seal(Arc<OnceLock<Vec<u8>>>);

impl Seal {
    /// The seal of the list at `path`, under the installation's key, as filtered by what was
    /// `noted` of its query.
    pub(crate) fn close(&self, key: &[u8], path: &str, noted: &[String]) {
        let mut text = format!("cursor\0{path}");
        for one in noted {
            text.push('\0');
            text.push_str(one);
        }
        // A query is read once.
        let _ = self.0.set(base::secret::hmac(key, text.as_bytes()));
    }

    fn tag(&self, payload: &[u8]) -> Vec<u8> {
        let key = self.0.get().map_or(&[][..], Vec::as_slice);
        let mut tag = base::secret::hmac(key, payload);
        tag.truncate(TAG);
        tag
    }
}

/// Bytes of a cursor that prove where it comes from.
const TAG: usize = 16;

/// Which page of a list is asked for. Read it with [`Paging::read`] inside a query's `read`.
#[derive(Debug, Clone)]
pub struct Paging {
    /// Rows to fetch (and one more, which tells whether there is a next page): the page's size,
    /// and for a numbered page also the rows before it, which [`Page::of`] leaves out.
    pub limit: i64,
    size: i64,
    cursor: Option<String>,
    seal: Seal,
}

impl Input for Paging {
    fn read(r: &mut Reader) -> Self {
        let size = r.integer_opt("limit", 1, MOST).unwrap_or(USUAL);
        let cursor = r.line_opt("cursor", 500);
        let page = r.integer_opt("page", 1, NUMBERED);
        if page.is_some() && cursor.is_some() {
            r.fault("page", "page_with_cursor");
            r.fault("cursor", "page_with_cursor");
        }
        let page = page.unwrap_or(1);
        if page.saturating_mul(size) > NUMBERED {
            r.fault("page", "page_too_far");
        }
        Self {
            limit: page.saturating_mul(size).clamp(1, NUMBERED),
            size,
            cursor,
            seal: r.seal(),
        }
    }
}

impl Paging {
    /// The first page of this size.
    #[must_use]
    pub fn first(limit: i64) -> Self {
        Self {
            limit,
            size: limit,
            cursor: None,
            seal: Seal::default(),
        }
    }

    /// Rows a page shows at most, for links to other pages of the list.
    #[must_use]
    pub fn size(&self) -> i64 {
        self.size
    }

    /// The position after (or before) which rows are asked for.
    ///
    /// # Errors
    /// 400 `invalid_cursor` when it is not one that this list gave out under these filters.
    pub fn position<K: DeserializeOwned>(&self) -> Result<Option<Position<K>>> {
        let Some(text) = &self.cursor else {
            return Ok(None);
        };
        let bad = || Error::refused(400, "invalid_cursor").at("/cursor");
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| bad())?;
        let (tag, payload) = bytes.split_at_checked(TAG).ok_or_else(bad)?;
        if self.seal.0.get().is_none() || !base::secret::equal(tag, &self.seal.tag(payload)) {
            return Err(bad());
        }
        let (back, key) = serde_json::from_slice(payload).map_err(|_| bad())?;
        Ok(Some(Position { back, key }))
    }

    /// The cursor that continues after (or, `back`, before) a row with this key.
    fn cursor<K: Serialize>(&self, back: bool, key: &K) -> String {
        let payload = serde_json::to_vec(&(back, key)).unwrap_or_default();
        let mut bytes = self.seal.tag(&payload);
        bytes.extend(payload);
        BASE64URL_NOPAD.encode(&bytes)
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
        // The first page tells the number of rows when it is the last one too.
        let total = (position.is_none() && !more).then(|| i64::try_from(rows.len()).ok());
        let skipped = usize::try_from(paging.limit - paging.size).unwrap_or(0);
        rows.drain(..skipped.min(rows.len()));
        let after = if back { true } else { more };
        let before = if back {
            more
        } else {
            position.is_some() || skipped > 0
        };
        let next = rows
            .last()
            .filter(|_| after)
            .map(|r| paging.cursor(false, &key(r)));
        let prev = rows
            .first()
            .filter(|_| before)
            .map(|r| paging.cursor(true, &key(r)));
        Self {
            rows,
            next,
            prev,
            limit: paging.size,
            total: total.flatten(),
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

/// The query of a list that is short by nature and read whole: kinds of work, payment methods.
pub struct Short {
    paging: Paging,
}

impl Input for Short {
    fn read(r: &mut Reader) -> Self {
        Self {
            paging: Paging::read(r),
        }
    }
}

impl Short {
    /// One page of a whole list.
    ///
    /// # Errors
    /// 400 `invalid_cursor`.
    pub fn page<T>(&self, all: Vec<T>) -> Result<Page<T>> {
        let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let position = self.paging.position::<i64>()?;
        let mut rows: Vec<(i64, T)> = (0..).zip(all).collect();
        if let Some(position) = &position {
            rows.retain(|(at, _)| {
                if position.back {
                    *at < position.key
                } else {
                    *at > position.key
                }
            });
            if position.back {
                rows.reverse();
            }
        }
        let page = Page::of(rows, &self.paging, position.as_ref(), |(at, _)| *at);
        Ok(page.with_total(total).map(|(_, row)| row))
    }
}

/// Up to this many rows a total is counted; past it, it is told as an estimate.
pub const COUNTED: i64 = 10_000;

impl<T: Serialize> Page<T> {
    /// The answer of a list: `{"data": […], "page": {…}}`.
    #[must_use]
    pub fn answer(self) -> axum::response::Response {
        self.answer_with(serde_json::Value::Null)
    }

    /// The same with more fields beside `data` and `page`: what the list knows of itself, such as
    /// `facets`.
    #[must_use]
    pub fn answer_with(self, more: serde_json::Value) -> axum::response::Response {
        let estimate = self.total.is_some_and(|t| t > COUNTED);
        let total = self.total.map(|t| t.min(COUNTED));
        let mut body = serde_json::json!({"data": self.rows, "page": {
            "next_cursor": self.next, "prev_cursor": self.prev, "limit": self.limit,
            "total": total, "total_is_estimate": estimate}});
        if let (Some(body), serde_json::Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        crate::extract::json(http::StatusCode::OK, &body)
    }
}
