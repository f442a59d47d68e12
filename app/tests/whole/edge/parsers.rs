//! What reads text from outside never panics and never lets through what it should not, whatever
//! it is given.

use base::{Currency, Money};
use kernel::{Input, Reader, list::Paging};
use proptest::prelude::*;

struct Row {
    title: String,
}
impl Input for Row {
    fn read(r: &mut Reader) -> Self {
        Self {
            title: r.line("title", 1, 10),
        }
    }
}

struct Everything {
    line: String,
    block: String,
    rows: Vec<Row>,
    paging: Paging,
}
impl Input for Everything {
    fn read(r: &mut Reader) -> Self {
        let all = Self {
            line: r.line("line", 0, 20),
            block: r.block("block", 0, 40),
            rows: r.objects("rows", 0, 3),
            paging: Paging::read(r),
        };
        let _ = (
            r.email("email"),
            r.choice_opt("choice", &["a", "b"]),
            r.integer_opt("integer", -5, 5),
            r.flag("flag"),
            r.id_opt("id"),
            r.link_opt("link"),
            r.money_opt("money"),
            r.lines("lines", 0, 3, 5),
            r.ids("ids", 0, 3),
            r.secret("secret", 20),
        );
        all
    }
}

/// Names as forms have them, and as nobody should write them.
fn name() -> impl Strategy<Value = String> {
    let known = "line|block|rows|limit|cursor|page|email|choice|integer|flag|id|link|money|money_currency|lines|ids|secret";
    prop_oneof![
        known,
        "rows\\.[0-9]{1,3}\\.(title|x)",
        "[a-z.\\[\\]0-9]{0,12}",
        ".{0,8}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn pairs_of_any_kind_are_read_or_refused(pairs in prop::collection::vec((name(), ".{0,30}"), 0..12), literal in any::<bool>()) {
        if let Ok(all) = Reader::query::<Everything>(&pairs, literal, Currency::USD, b"key", "/list") {
            prop_assert!(all.line.chars().count() <= 20 && all.block.chars().count() <= 40);
            prop_assert!(all.rows.iter().all(|r| !r.title.is_empty()));
            prop_assert!((1..=10_000).contains(&all.paging.limit));
            // No cursor but one of ours is taken.
            prop_assert!(all.paging.position::<(i64, i64)>().is_ok_and(|p| p.is_none())
                || pairs.iter().any(|(n, _)| n == "cursor"));
            prop_assert!(all.paging.position::<(i64, i64)>().map_or(true, |p| p.is_none()));
        }
    }

    #[test]
    fn json_of_any_kind_is_read_or_refused(text in "[\\[\\]{}\",:a-z0-9. \\\\u-]{0,60}", name in name()) {
        let value = serde_json::from_str(&text).unwrap_or_else(|_| serde_json::json!({name: text}));
        let _ = Reader::json::<Everything>(value, Currency::USD);
    }

    #[test]
    fn cleaned_text_stays_clean(text in ".{0,60}") {
        let line = base::text::line(&text);
        prop_assert_eq!(base::text::line(&line), line.clone());
        let odd = line.chars().any(|c| c.is_control() || c == '\u{200B}' || c == '\u{202E}');
        prop_assert!(!odd);
        let block = base::text::block(&text);
        prop_assert_eq!(base::text::block(&block), block);
        let _ = base::text::words(&text);
        if let Some(address) = base::text::email(&text) {
            prop_assert!(!address.contains(['\r', '\n', ' ', '<', '>']));
            prop_assert_eq!(base::text::email(&address), Some(address));
        }
    }

    #[test]
    fn money_reads_back_what_it_writes(text in "[0-9٠-٩., -]{0,24}", minor in 1..=base::money::MAX_MINOR) {
        if let Ok(money) = Money::parse(&text, Currency::USD) {
            prop_assert!((0..=base::money::MAX_MINOR).contains(&money.minor));
        }
        let money = Money::new(minor, Currency::USD);
        prop_assert_eq!(Money::parse(&money.decimal(), Currency::USD), Ok(money));
    }

    #[test]
    fn markdown_lets_no_markup_through(text in "[<>\"'a-z\\[\\]()!#*_`:/ \\n&;=-]{0,120}") {
        let html = ui::parts::markdown(&text).into_string().to_lowercase();
        for bad in ["<script", "<img", "<iframe", " onerror=", "href=\"javascript", "href=\"data", "<style"] {
            prop_assert!(!html.contains(bad), "{}", html);
        }
    }

    #[test]
    fn languages_and_links_are_read_or_refused(text in ".{0,60}") {
        let _ = ui::text::Locale::negotiate(&text);
        if kernel::input::is_link(&text) {
            prop_assert!(text.starts_with("http://") || text.starts_with("https://"));
        }
    }
}
