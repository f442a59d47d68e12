//! The design system: plain values in, markup out. Knows no product, no database and no request.
//!
//! [`frame`] draws whole documents, [`parts`] what stands in them, [`text`] holds the words, numbers and
//! dates of both languages, [`assets`] the embedded files, [`gallery`] shows every part in all variants.

pub mod assets;
pub mod frame;
mod gallery;
mod icon;
pub mod parts;
pub mod text;

pub use gallery::gallery;
pub use icon::{Icon, icon, icon_named};
pub use maud::{Markup, PreEscaped, Render, html};
pub use text::{Arg, Locale, plain, t, tr};
