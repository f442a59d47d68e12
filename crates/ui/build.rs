//! Embeds what pages need: our styles and scripts, htmx, fonts and icons from `node_modules`, and the
//! words of every crate. Names carry a hash of the content; brotli and gzip are made here, once.

use sha2::{Digest, Sha256};
use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Icons that may be drawn: file names in lucide.
const ICONS: &str = include_str!("assets/icons.txt");
/// The layers in their order; within a layer the files go by name.
const LAYERS: &str = "@layer reset,tokens,base,layout,components,utilities;\n";
const FONTS: &[(&str, &str)] = &[
    (
        "plex-latin-400",
        "@fontsource/ibm-plex-sans/files/ibm-plex-sans-latin-400-normal.woff2",
    ),
    (
        "plex-latin-600",
        "@fontsource/ibm-plex-sans/files/ibm-plex-sans-latin-600-normal.woff2",
    ),
    (
        "plex-arabic-400",
        "@fontsource/ibm-plex-sans-arabic/files/ibm-plex-sans-arabic-arabic-400-normal.woff2",
    ),
    (
        "plex-arabic-600",
        "@fontsource/ibm-plex-sans-arabic/files/ibm-plex-sans-arabic-arabic-600-normal.woff2",
    ),
];

fn main() {
    for path in ["build.rs", "assets", "package-lock.json"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let modules = Path::new("node_modules");
    if !modules.join("htmx.org/dist/htmx.min.js").exists()
        || !modules.join("lucide-static/icons").exists()
    {
        println!("cargo::error=ui: run npm ci --ignore-scripts in crates/ui");
        return;
    }
    let mut table = Table::new();
    for (name, file) in FONTS {
        table.add(
            name,
            "woff2",
            &fs::read(modules.join(file)).expect("font of package-lock.json"),
        );
    }
    table.add(
        "favicon",
        "svg",
        &fs::read("assets/favicon.svg").expect("assets/favicon.svg"),
    );
    let css = styles(&table);
    table.add("app", "css", css.as_bytes());
    table.add("app", "js", scripts().as_bytes());
    let htmx = modules.join("htmx.org/dist");
    table.add("htmx", "js", &without_map(&htmx.join("htmx.min.js")));
    table.add(
        "hx-sse",
        "js",
        &without_map(&htmx.join("ext/hx-sse.min.js")),
    );
    table.write();
    icons(&modules.join("lucide-static/icons"));
    words();
}

/// The assets collected so far, as Rust source.
struct Table {
    out: PathBuf,
    release: bool,
    rows: String,
    names: String,
    urls: Vec<(String, String)>,
}

impl Table {
    fn new() -> Self {
        Self {
            out: PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR")),
            release: env::var("PROFILE").is_ok_and(|profile| profile == "release"),
            rows: String::new(),
            names: String::new(),
            urls: Vec::new(),
        }
    }

    fn add(&mut self, stem: &str, ext: &str, body: &[u8]) {
        let mut hash = String::new();
        for byte in &Sha256::digest(body)[..8] {
            write!(hash, "{byte:02x}").expect("text");
        }
        let url = format!("/assets/{stem}.{hash}.{ext}");
        let mime = match ext {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => "font/woff2",
        };
        let raw = self.file(&format!("{stem}.{ext}"), body);
        let (br, gz) = if ext == "woff2" {
            ("None".to_owned(), "None".to_owned())
        } else {
            let (br, gz) = self.compress(body);
            let packed = |suffix: &str, data: &[u8]| {
                if data.len() < body.len() {
                    format!(
                        "Some({})",
                        self.file(&format!("{stem}.{ext}.{suffix}"), data)
                    )
                } else {
                    "None".to_owned()
                }
            };
            (packed("br", &br), packed("gz", &gz))
        };
        let constant: String = format!("{stem}_{ext}")
            .chars()
            .map(|c| {
                if c.is_alphanumeric() {
                    c.to_ascii_uppercase()
                } else {
                    '_'
                }
            })
            .collect();
        writeln!(
            self.rows,
            "    Asset {{ url: {constant}, mime: {mime:?}, etag: \"\\\"{hash}\\\"\", raw: {raw}, br: {br}, gz: {gz} }},"
        )
        .expect("text");
        writeln!(
            self.names,
            "/// URL of {stem}.{ext}.\npub const {constant}: &str = {url:?};"
        )
        .expect("text");
        self.urls.push((stem.to_owned(), url));
    }

    fn compress(&self, body: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let mut br = vec![];
        let quality = if self.release { 11 } else { 4 };
        let params = brotli::enc::BrotliEncoderParams {
            quality,
            ..Default::default()
        };
        brotli::BrotliCompress(&mut &body[..], &mut br, &params).expect("memory");
        let level = flate2::Compression::new(if self.release { 9 } else { 3 });
        let mut gz = flate2::write::GzEncoder::new(vec![], level);
        gz.write_all(body).expect("memory");
        (br, gz.finish().expect("memory"))
    }

    fn file(&self, name: &str, data: &[u8]) -> String {
        let path = self.out.join(name);
        fs::write(&path, data).expect("OUT_DIR is writable");
        format!("include_bytes!({path:?})")
    }

    fn write(&self) {
        let source = format!(
            "{}\n/// Every embedded file.\npub static ALL: &[Asset] = &[\n{}];\n",
            self.names, self.rows
        );
        fs::write(self.out.join("assets.rs"), source).expect("OUT_DIR is writable");
    }
}

fn sorted(dir: &str, ext: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(dir) else {
        return vec![];
    };
    let mut files: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|found| found == ext))
        .collect();
    files.sort();
    files
}

/// All styles in one file, without comments and indents, `url(font:NAME)` made a hashed URL.
fn styles(table: &Table) -> String {
    let mut all = LAYERS.to_owned();
    for path in sorted("assets/css", "css") {
        let text = fs::read_to_string(&path).expect("css");
        let mut rest = text.as_str();
        let mut bare = String::new();
        while let Some((before, after)) = rest.split_once("/*") {
            bare.push_str(before);
            rest = after.split_once("*/").map_or("", |(_, after)| after);
        }
        bare.push_str(rest);
        for line in bare.lines().map(str::trim).filter(|line| !line.is_empty()) {
            all.push_str(line);
            all.push('\n');
        }
    }
    for (name, url) in &table.urls {
        all = all.replace(&format!("url(font:{name})"), &format!("url({url})"));
    }
    assert!(
        !all.contains("url(font:"),
        "a font in assets/css is not embedded"
    );
    all
}

/// All our scripts in one module; each stands in a block of its own and fails alone.
fn scripts() -> String {
    let mut all = String::new();
    for path in sorted("assets/js", "js") {
        let name = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("name")
            .to_owned();
        let text = fs::read_to_string(&path).expect("js");
        all.push_str("try{\n");
        for line in text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
        {
            all.push_str(line);
            all.push('\n');
        }
        writeln!(all, "}}catch(error){{console.error({name:?},error)}}").expect("text");
    }
    all
}

fn without_map(path: &Path) -> Vec<u8> {
    let text = fs::read_to_string(path).expect("htmx of package-lock.json");
    let kept: Vec<_> = text
        .lines()
        .filter(|line| !line.starts_with("//# sourceMappingURL"))
        .collect();
    kept.join("\n").into_bytes()
}

/// An enum of the chosen icons with their inner paths.
fn icons(dir: &Path) {
    let (mut variants, mut arms, mut all) = (String::new(), String::new(), String::new());
    for name in ICONS.split_whitespace() {
        let Ok(svg) = fs::read_to_string(dir.join(format!("{name}.svg"))) else {
            println!("cargo::error=ui: lucide has no icon {name} (assets/icons.txt)");
            continue;
        };
        let start = svg
            .find("<svg")
            .and_then(|at| svg[at..].find('>').map(|end| at + end + 1))
            .expect("svg");
        let inner: Vec<_> = svg[start..]
            .trim_end()
            .trim_end_matches("</svg>")
            .lines()
            .map(str::trim)
            .collect();
        let inner = inner.concat().replace(" />", "/>");
        let variant: String = name
            .split('-')
            .map(|part| part[..1].to_ascii_uppercase() + &part[1..])
            .collect();
        writeln!(variants, "    /// lucide `{name}`.\n    {variant},").expect("text");
        writeln!(arms, "            Self::{variant} => {inner:?},").expect("text");
        write!(all, "Self::{variant}, ").expect("text");
    }
    let source = format!(
        "/// A drawn sign; always beside a word or with a name for screen readers.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum Icon {{\n{variants}}}\n\
         impl Icon {{\n    /// Every icon.\n    pub const ALL: &[Self] = &[{all}];\n\
         \x20   const fn inner(self) -> &'static str {{\n        match self {{\n{arms}        }}\n    }}\n}}\n"
    );
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("icons.rs"), source).expect("OUT_DIR is writable");
}

/// Embeds `locales/LANG.ftl` and `locales/LANG/*.ftl` of every crate beside this one and of the program.
fn words() {
    let mut source = String::new();
    let mut crates: Vec<_> = fs::read_dir("..")
        .expect("crates")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    crates.push(PathBuf::from("../../app"));
    crates.sort();
    for dir in &crates {
        let locales = dir.join("locales");
        if locales.is_dir() {
            println!("cargo::rerun-if-changed={}", locales.display());
        }
    }
    for (language, constant) in [("en", "EN"), ("ar", "AR")] {
        writeln!(source, "/// Catalogues of `{language}`: path and text.\npub static {constant}: &[(&str, &str)] = &[").expect("text");
        for dir in &crates {
            let locales = dir.join("locales");
            let mut files = sorted(&locales.join(language).to_string_lossy(), "ftl");
            files.insert(0, locales.join(format!("{language}.ftl")));
            for file in files.into_iter().filter(|file| file.is_file()) {
                let full = fs::canonicalize(&file).expect("path");
                writeln!(
                    source,
                    "    ({:?}, include_str!({full:?})),",
                    file.to_string_lossy()
                )
                .expect("text");
            }
        }
        source.push_str("];\n");
    }
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("words.rs"), source).expect("OUT_DIR is writable");
}
