use maud::{Markup, PreEscaped, html};
use std::{collections::HashSet, sync::LazyLock};

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::empty();
    cleaner
        .tags(HashSet::from([
            "p",
            "br",
            "strong",
            "em",
            "del",
            "code",
            "pre",
            "blockquote",
            "ul",
            "ol",
            "li",
            "a",
            "hr",
            "h3",
            "h4",
            "h5",
            "h6",
        ]))
        .tag_attributes(
            [
                ("a", HashSet::from(["href"])),
                ("ol", HashSet::from(["start"])),
            ]
            .into(),
        )
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener nofollow ugc"));
    cleaner
});

/// Levels of nesting that are drawn; deeper text is shown as it was typed.
const DEPTH_MOST: usize = 40;

/// Text a person wrote, as Markdown: emphasis, lists, quotes, code and links to `http`, `https` and `mailto`.
/// Raw HTML, pictures and every other scheme are dropped; headings begin at the third level.
#[must_use]
pub fn markdown(text: &str) -> Markup {
    let mut options = comrak::Options::default();
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.render.hardbreaks = true;
    let arena = comrak::Arena::new();
    let root = comrak::parse_document(&arena, text, &options);
    if is_too_deep(root) {
        return as_typed(text);
    }
    for node in root.descendants() {
        if let comrak::nodes::NodeValue::Heading(heading) = &mut node.data.borrow_mut().value {
            heading.level = heading.level.saturating_add(2).min(6);
        }
    }
    let mut raw = String::new();
    if comrak::format_html(root, &options, &mut raw).is_err() {
        return as_typed(text);
    }
    html! { div.prose dir="auto" { (PreEscaped(cleaned(&raw))) } }
}

/// The escapes that stand for signs in text, and what stands in their place while it is cleaned.
const ESCAPES: [(&str, char); 4] = [
    ("&amp;", '\u{E000}'),
    ("&lt;", '\u{E001}'),
    ("&gt;", '\u{E002}'),
    ("&quot;", '\u{E003}'),
];

/// The cleaner's parser takes time with the square of the escapes in a text (2 seconds for 20,000
/// of them), so they wait outside: as signs of private use, which mean nothing in HTML and are
/// dropped from what came in.
fn cleaned(raw: &str) -> String {
    let mut text = raw.replace(|c| ESCAPES.iter().any(|(_, sign)| *sign == c), "");
    for (escape, sign) in ESCAPES {
        text = text.replace(escape, sign.encode_utf8(&mut [0; 4]));
    }
    let mut clean = CLEANER.clean(&text).to_string();
    for (escape, sign) in ESCAPES {
        clean = clean.replace(sign, escape);
    }
    clean
}

fn as_typed(text: &str) -> Markup {
    html! { div.prose dir="auto" { p { (text) } } }
}

/// Whether quotes and lists are nested as no person nests them: cleaning what comes of thousands
/// of levels takes seconds, for every reader anew.
fn is_too_deep<'a>(root: &'a comrak::nodes::AstNode<'a>) -> bool {
    let mut depth = 0_usize;
    root.traverse().any(|edge| {
        match edge {
            comrak::arena_tree::NodeEdge::Start(_) => depth += 1,
            comrak::arena_tree::NodeEdge::End(_) => depth = depth.saturating_sub(1),
        }
        depth > DEPTH_MOST
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn quotes_without_end_are_shown_as_typed() {
        let shown = super::markdown(&">".repeat(20_000)).into_string();
        assert!(!shown.contains("<blockquote>"), "drawn all the same");
        let shown = super::markdown("> > said").into_string();
        assert!(shown.contains("<blockquote>"), "{shown}");
    }

    #[test]
    fn signs_in_great_number_are_drawn_at_once() {
        let began = std::time::Instant::now();
        for (sign, escaped) in [("&", "&amp;"), ("\"", "&quot;")] {
            let shown = super::markdown(&sign.repeat(20_000)).into_string();
            assert_eq!(shown.matches(escaped).count(), 20_000);
        }
        assert!(began.elapsed().as_secs() < 2, "{:?}", began.elapsed());
        let shown =
            super::markdown("a < b & \u{E001}script> [x](https://e.org/?a=1&b=2)").into_string();
        assert!(
            shown.contains("a &lt; b &amp; script&gt;")
                && shown.contains("href=\"https://e.org/?a=1&amp;b=2\""),
            "{shown}"
        );
    }

    #[test]
    fn nothing_dangerous_survives() {
        let shown = super::markdown(
            "# Title\n\n<script>alert(1)</script> <b onclick=x>y</b> ![p](https://e.org/x.png)\n\n\
             [bad](javascript:alert(1)) [rel](/own) [good](https://example.org) **bold** <style>x{}</style>",
        )
        .into_string();
        for bad in [
            "<script",
            "onclick",
            "<img",
            "javascript:",
            "href=\"/own\"",
            "<style",
            "<h1",
            "style=",
        ] {
            assert!(!shown.contains(bad), "{bad} in {shown}");
        }
        assert!(shown.contains("<h3>Title</h3>"), "{shown}");
        assert!(shown.contains("<strong>bold</strong>"), "{shown}");
        assert!(
            shown.contains(r#"<a href="https://example.org" rel="noopener nofollow ugc">good</a>"#),
            "{shown}"
        );
    }
}
