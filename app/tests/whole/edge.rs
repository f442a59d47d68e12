//! The edge of the API, as its paper promises it: lists and their cursors, edits that come too
//! late, limits, other origins and hosts, and how refusals are told.

mod hogs;
mod kept;
mod limits;
mod lists;
mod merge;
mod origins;
mod parsers;
mod payloads;
mod refusals;
mod weight;
