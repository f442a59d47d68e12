//! Ids are UUIDv7 made by the application, each kind a type of its own.

use uuid::Uuid;

/// A new time-ordered id. Its time is the machine's, not the business clock's.
#[must_use]
pub fn new() -> Uuid {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that makes time-ordered ids"
    )]
    Uuid::now_v7()
}

/// Declares an id type over [`Uuid`]: `id!(/// doc  ProjectId);`
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);
        impl $name {
            /// A fresh id, ordered by time.
            #[must_use]
            pub fn new() -> Self { Self($crate::id::new()) }
        }
        impl Default for $name { fn default() -> Self { Self::new() } }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl From<uuid::Uuid> for $name { fn from(id: uuid::Uuid) -> Self { Self(id) } }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> { s.parse().map(Self) }
        }
    };
}
