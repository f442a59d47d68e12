//! A form that changes what others may change too: it carries the version it was made against.

use kernel::{Input, Reader};

/// The form's fields beside the version that was shown.
pub(crate) struct Edit<T> {
    /// 0 where nothing was stored.
    pub version: i64,
    /// The fields themselves.
    pub input: T,
}

impl<T: Input> Input for Edit<T> {
    fn read(r: &mut Reader) -> Self {
        Self {
            version: r.integer("version", 0, i64::MAX),
            input: T::read(r),
        }
    }
}
