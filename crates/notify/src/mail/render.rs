//! A mail's subject, text and HTML from its template, arguments and path. Links are made of the
//! configured base address alone; a one-time token appears here and nowhere else.

use super::Mail;
use crate::kind::{arguments, worded};
use maud::{DOCTYPE, Markup, html};
use ui::{
    Arg, Locale,
    text::{has, plain, tr},
};

/// A mail as it is sent.
#[derive(Debug, Clone)]
pub(super) struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The button's address first.
    pub links: Vec<String>,
}

const SUBJECT_MOST: usize = 200;
const PAGE: &str = "margin:0;padding:24px;background:#f6f5f2;color:#1c1b1a;font:16px/1.55 'IBM Plex Sans','IBM Plex Sans Arabic',system-ui,sans-serif";
const SHEET: &str = "max-width:560px;margin:0 auto;padding:28px;background:#ffffff;border:1px solid #dcd9d2;border-radius:6px";
const BUTTON: &str = "display:inline-block;padding:11px 20px;background:#1f4d3f;color:#ffffff;text-decoration:none;border-radius:4px;font-weight:600";
const SMALL: &str = "font-size:13px;line-height:1.5;color:#5b5852";

struct Words {
    subject: String,
    paragraphs: Vec<String>,
    plain_paragraphs: Vec<String>,
    button: Option<String>,
}

/// Renders a mail. `key` is the secret from which one-time tokens are derived.
pub(super) fn render(mail: &Mail, base_url: &str, key: &[u8]) -> Rendered {
    let locale = mail.locale();
    let words = words(mail, locale);
    let path = match mail.link_id {
        Some(link) => mail
            .path
            .replace("{token}", &base::secret::link_token(key, link)),
        None => mail.path.clone(),
    };
    let open =
        (path.starts_with('/') && !path.starts_with("//")).then(|| format!("{base_url}{path}"));
    let settings = settings_of(mail).map(|path| format!("{base_url}{path}"));
    let foot = if mail.is_notice() {
        "mail-foot-notice"
    } else {
        "mail-foot-account"
    };
    let html = page(
        &words,
        locale,
        open.as_deref(),
        settings.as_deref(),
        &tr(locale, foot, &[]),
    )
    .into_string();
    let text = text(
        &words,
        locale,
        open.as_deref(),
        settings.as_deref(),
        &plain(locale, foot, &[]),
    );
    Rendered {
        subject: words.subject,
        text,
        html,
        links: open.into_iter().chain(settings).collect(),
    }
}

/// The page of switches, for a notice of a workspace.
fn settings_of(mail: &Mail) -> Option<String> {
    let slug = mail.path.strip_prefix("/w/")?.split('/').next()?;
    mail.is_notice()
        .then(|| format!("/w/{slug}/notifications/preferences"))
}

fn words(mail: &Mail, locale: Locale) -> Words {
    let args = arguments(locale, &mail.arguments);
    let (subject, body, button) = if mail.is_notice() {
        let part = |part: &str| worded(locale, &format!("{}-{part}", mail.template));
        (part("title"), part("body"), "mail-open".to_owned())
    } else {
        let part = |part: &str| worded(locale, &format!("mail-{}-{part}", mail.template));
        (part("subject"), part("body"), part("button"))
    };
    Words {
        subject: header(&plain(locale, &subject, &args)),
        paragraphs: paragraphs(&tr(locale, &body, &args)),
        plain_paragraphs: paragraphs(&plain(locale, &body, &args)),
        button: button_words(locale, &button, &args),
    }
}

fn button_words(locale: Locale, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
    has(locale, key).then(|| plain(locale, key, args))
}

/// One line without controls or direction marks, so that no name can add a header.
fn header(words: &str) -> String {
    base::text::line(words).chars().take(SUBJECT_MOST).collect()
}

fn paragraphs(words: &str) -> Vec<String> {
    words
        .split("\n\n")
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .map(str::to_owned)
        .collect()
}

fn page(
    words: &Words,
    locale: Locale,
    open: Option<&str>,
    settings: Option<&str>,
    foot: &str,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(locale.code()) dir=(locale.dir()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (words.subject) }
            }
            body style=(PAGE) {
                div lang=(locale.code()) dir=(locale.dir()) style=(SHEET) {
                    h1 style="margin:0 0 16px;font-size:21px;line-height:1.3" { bdi { (words.subject) } }
                    @for paragraph in &words.paragraphs { p style="margin:0 0 16px" { (paragraph) } }
                    @if let Some(open) = open {
                        @if let Some(button) = &words.button { p style="margin:24px 0" { a href=(open) style=(BUTTON) { (button) } } }
                        p style=(SMALL) { (tr(locale, "mail-copy-link", &[])) br; a href=(open) style="color:#1f4d3f;word-break:break-all" { bdi dir="ltr" { (open) } } }
                    }
                    hr style="margin:24px 0 16px;border:0;border-top:1px solid #dcd9d2";
                    p style=(SMALL) {
                        (foot)
                        @if let Some(settings) = settings { " " a href=(settings) style="color:#1f4d3f" { (tr(locale, "mail-preferences", &[])) } }
                    }
                }
            }
        }
    }
}

fn text(
    words: &Words,
    locale: Locale,
    open: Option<&str>,
    settings: Option<&str>,
    foot: &str,
) -> String {
    let mut parts = words.plain_paragraphs.clone();
    if let Some(open) = open {
        parts.push(match &words.button {
            Some(button) => format!("{button}:\n{open}"),
            None => open.to_owned(),
        });
    }
    parts.push(format!("--\n{foot}"));
    if let Some(settings) = settings {
        parts.push(format!(
            "{}:\n{settings}",
            plain(locale, "mail-preferences", &[])
        ));
    }
    parts.join("\n\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mail(
        locale: &str,
        template: &str,
        arguments: serde_json::Value,
        path: &str,
        link: bool,
    ) -> Mail {
        Mail {
            id: base::id::new(),
            workspace_id: None,
            dedup: String::new(),
            to_address: "a@b.test".to_owned(),
            locale: locale.to_owned(),
            template: template.to_owned(),
            arguments,
            path: path.to_owned(),
            link_id: link.then(uuid::Uuid::nil),
            link_key: None,
            created_at: base::instant::wall(),
        }
    }

    #[test]
    fn arabic_mail_reads_from_the_right() {
        let mail = mail(
            "ar",
            "test",
            json!({"name": "Ana <b>"}),
            "/verify/{token}",
            true,
        );
        let rendered = render(&mail, "https://g.test", b"key");
        assert!(rendered.html.contains(r#"<html lang="ar" dir="rtl">"#));
        assert!(rendered.html.contains("رسالة تجربة"));
        assert!(rendered.html.contains("Ana &lt;b&gt;") && !rendered.html.contains("<b>"));
        assert!(
            rendered
                .html
                .contains(r#"<bdi dir="ltr">https://g.test/verify/"#)
        );
    }

    #[test]
    fn a_name_cannot_add_a_header_or_marks() {
        let mail = mail(
            "en",
            "test",
            json!({"name": "Ana\r\nBcc: x@y.test\u{202E}"}),
            "/x",
            false,
        );
        let rendered = render(&mail, "https://g.test", b"key");
        assert_eq!(rendered.subject, "Test mail for Ana Bcc: x@y.test");
        assert!(
            !rendered
                .subject
                .chars()
                .any(|c| c.is_control() || ('\u{2066}'..='\u{2069}').contains(&c))
        );
        assert!(!rendered.text.contains('\u{2068}'));
    }

    #[test]
    fn a_link_has_our_base_and_the_derived_token() {
        let mail = mail("en", "test", json!({"name": "x"}), "/verify/{token}", true);
        let rendered = render(&mail, "https://g.test", b"key");
        let expected = format!(
            "https://g.test/verify/{}",
            base::secret::link_token(b"key", uuid::Uuid::nil())
        );
        assert_eq!(rendered.links, std::slice::from_ref(&expected));
        assert!(rendered.text.contains(&expected) && rendered.html.contains(&expected));
    }

    #[test]
    fn a_path_that_leads_away_is_no_link() {
        for path in ["//evil.test", "https://evil.test", ""] {
            let rendered = render(
                &mail("en", "test", json!({"name": "x"}), path, false),
                "https://g.test",
                b"key",
            );
            assert!(
                rendered.links.is_empty() && !rendered.html.contains("evil"),
                "{path}"
            );
        }
    }

    #[test]
    fn a_notice_leads_to_its_switches() {
        let rendered = render(
            &mail(
                "en",
                "notice-test",
                json!({}),
                "/w/atelier/projects/1",
                false,
            ),
            "https://g.test",
            b"key",
        );
        assert_eq!(
            rendered.links,
            [
                "https://g.test/w/atelier/projects/1",
                "https://g.test/w/atelier/notifications/preferences"
            ]
        );
    }
}
