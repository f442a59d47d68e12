//! The embedded files. A missing one is a compile error, a changed one has another URL.

/// A file as it is served: `Cache-Control: public, max-age=31536000, immutable`.
pub struct Asset {
    /// `/assets/NAME.HASH.EXT`.
    pub url: &'static str,
    /// `Content-Type`.
    pub mime: &'static str,
    /// Strong `ETag` with its quotes.
    pub etag: &'static str,
    /// The bytes as they are.
    pub raw: &'static [u8],
    /// Brotli, where smaller than `raw`.
    pub br: Option<&'static [u8]>,
    /// Gzip, where smaller than `raw`.
    pub gz: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Where axe-core stands for browser tests; it is not embedded.
pub const AXE_JS_PATH: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/node_modules/axe-core/axe.min.js"
);

static ORIGIN: std::sync::OnceLock<String> = std::sync::OnceLock::new();

/// Has pages link their files from another origin (`https://assets.example.org`), which serves the
/// same `/assets/` paths. Said once, before the first page.
pub fn serve_from(origin: &str) {
    // A second word changes nothing: links of one process are alike.
    let _ = ORIGIN.set(origin.trim_end_matches('/').to_owned());
}

/// The origin that pages link their files from; empty for our own.
#[must_use]
pub fn origin() -> &'static str {
    ORIGIN.get().map_or("", String::as_str)
}

/// The address of a file as pages link it.
#[must_use]
pub fn link(url: &str) -> String {
    format!("{}{url}", origin())
}

/// The file at a request path such as `/assets/app.0011223344556677.css`.
#[must_use]
pub fn find(path: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.url == path)
}
