//! Who may do what. A product declares actions; roles (data) grant a permission for relations;
//! the relations of an actor to a record are facts the product reads from the record.

use std::collections::HashMap;
use uuid::Uuid;

/// The relation every member has to every record of their workspace.
pub const ANY: &str = "any";

/// Something a member may be allowed to do to a record of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Action {
    /// The permission that roles grant; also its name in the audit.
    pub permission: &'static str,
    /// The kind of record it acts on, in the audit.
    pub record: &'static str,
    /// The permission by which the record may be seen at all; without it the answer is 404.
    pub see: &'static str,
}

impl Action {
    /// An action on records of `record`, which are seen by permission `see`.
    #[must_use]
    pub const fn new(permission: &'static str, record: &'static str, see: &'static str) -> Self {
        Self {
            permission,
            record,
            see,
        }
    }
}

/// Proof that an action on a record was authorized: what [`crate::Tx::commit`] takes. Only
/// [`crate::Cx::authorize`] and its siblings make one.
#[derive(Debug)]
#[must_use]
pub struct Permit {
    pub(crate) action: &'static str,
    pub(crate) record_kind: &'static str,
    pub(crate) record_id: Uuid,
    pub(crate) outcome: &'static str,
}

impl Permit {
    /// The same for an attempt that failed and is kept all the same: a wrong password counts.
    pub fn failed(self) -> Self {
        Self {
            outcome: "failed",
            ..self
        }
    }

    /// The record it was given for.
    #[must_use]
    pub fn record_id(&self) -> Uuid {
        self.record_id
    }
}

/// What an actor's roles grant: permission to the relations it holds for.
#[derive(Debug, Default, Clone)]
pub struct Grants(HashMap<String, Vec<String>>);

impl Grants {
    /// Collects rows of (permission, relations) from all roles of a member; a permission for no
    /// relation is none.
    #[must_use]
    pub fn collect(rows: impl IntoIterator<Item = (String, Vec<String>)>) -> Self {
        let mut grants: HashMap<String, Vec<String>> = HashMap::new();
        for (permission, relations) in rows {
            if relations.is_empty() {
                continue;
            }
            let held = grants.entry(permission).or_default();
            for relation in relations {
                if !held.contains(&relation) {
                    held.push(relation);
                }
            }
        }
        Self(grants)
    }

    /// Whether the permission is held for any relation at all.
    #[must_use]
    pub fn has(&self, permission: &str) -> bool {
        self.0.contains_key(permission)
    }

    /// Whether the permission is held for this very relation (or for all records).
    #[must_use]
    pub fn for_relation(&self, permission: &str, relation: &str) -> bool {
        self.0
            .get(permission)
            .is_some_and(|held| held.iter().any(|r| r == ANY || r == relation))
    }

    /// Whether the permission is held for one of these relations.
    #[must_use]
    pub fn allow(&self, permission: &str, relations: &[&str]) -> bool {
        self.0.get(permission).is_some_and(|held| {
            held.iter()
                .any(|r| r == ANY || relations.contains(&r.as_str()))
        })
    }

    /// The permissions held, sorted, for matrices in tests.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.0.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }
}
