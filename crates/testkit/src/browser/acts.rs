//! What a person does: keys, fields, buttons, links.

use super::Browser;
use fantoccini::{
    Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
};
use std::{
    path::Path,
    time::{Duration, Instant},
};

impl Browser {
    /// Presses keys where the focus is.
    ///
    /// # Panics
    /// When nothing takes them.
    pub async fn keys(&self, keys: &str) {
        let focused = self.client.active_element().await.expect("a focus");
        focused
            .send_keys(keys)
            .await
            .unwrap_or_else(|e| panic!("keys: {e}"));
    }

    /// Presses Tab, wherever the focus is (a field for files takes no keys from the driver).
    async fn tab(&self) {
        let press = KeyActions::new("keys".to_owned())
            .then(KeyAction::Down { value: '\u{e004}' })
            .then(KeyAction::Up { value: '\u{e004}' });
        self.client.perform_actions(press).await.expect("a key");
    }

    /// Walks by the Tab key to the first visible element.
    ///
    /// # Panics
    /// When it cannot be reached so.
    pub async fn tab_to(&self, css: &str) {
        let element = self.find(css).await;
        let target = serde_json::to_value(&element).expect("an element");
        for _ in 0..250 {
            let there = self
                .client
                .execute(
                    "return document.activeElement === arguments[0]",
                    vec![target.clone()],
                )
                .await;
            if there.is_ok_and(|t| t == true) {
                let seen = self.run("const r = document.activeElement.getBoundingClientRect(); return r.bottom > 0 && r.top < innerHeight").await;
                assert_eq!(seen, true, "what has the focus is in sight: {css}");
                return;
            }
            self.tab().await;
        }
        panic!("{css} cannot be reached by keys on {}", self.path().await);
    }

    /// Presses Enter on an element reached by the Tab key, and waits for the next page.
    ///
    /// # Panics
    /// When it cannot be reached.
    pub async fn enter(&self, css: &str) {
        self.tab_to(css).await;
        self.mark().await;
        self.keys("\u{e007}").await;
        self.turned().await;
    }

    async fn mark(&self) {
        let script = "window.__old = true; const m = document.querySelector('main'); if (m) m.__old = true; document.querySelector('[data-send-note]')?.removeAttribute('data-send-note')";
        let _ = self.client.execute(script, vec![]).await;
    }

    /// Waits for the next page, or for the answer put into this one.
    async fn turned(&self) {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(5) {
            let script = "return document.readyState === 'complete' && (window.__old !== true || document.querySelector('main')?.__old !== true || Boolean(document.querySelector('[data-send-note]')))";
            if self
                .client
                .execute(script, vec![])
                .await
                .is_ok_and(|s| s == true)
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Puts text into the field of this name.
    ///
    /// # Panics
    /// When there is no such field.
    pub async fn fill(&self, name: &str, value: &str) {
        let field = self
            .find(&format!("[name='{name}']:not([type=hidden])"))
            .await;
        let kind = field.tag_name().await.unwrap_or_default();
        if kind == "select" {
            field
                .select_by_value(value)
                .await
                .unwrap_or_else(|e| panic!("{name} takes {value}: {e}"));
        } else {
            let _ = field.clear().await;
            field
                .send_keys(value)
                .await
                .unwrap_or_else(|e| panic!("{name} takes {value}: {e}"));
        }
    }

    /// Ticks the box or radio of this name (and value).
    ///
    /// # Panics
    /// When there is no such box.
    pub async fn tick(&self, name: &str, value: Option<&str>) {
        let value = value.map_or(String::new(), |v| format!("[value='{v}']"));
        let css = format!("input[name='{name}']{value}:not([type=hidden])");
        let found = self
            .client
            .find(Locator::Css(&css))
            .await
            .unwrap_or_else(|e| panic!("{css}: {e}"));
        if !found.is_selected().await.unwrap_or(false) {
            // A person clicks the label; the box itself may be drawn by it.
            self.client
                .execute(
                    "arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()",
                    vec![serde_json::to_value(&found).expect("an element")],
                )
                .await
                .unwrap_or_else(|e| panic!("{css}: {e}"));
        }
    }

    /// Puts a file into the file field of this name.
    ///
    /// # Panics
    /// When there is no such field.
    pub async fn attach(&self, name: &str, file: &Path) {
        let css = format!("input[type=file][name='{name}']");
        let field = self
            .client
            .find(Locator::Css(&css))
            .await
            .unwrap_or_else(|e| panic!("{css}: {e}"));
        field
            .send_keys(&file.display().to_string())
            .await
            .expect("the file");
    }

    /// Presses the button, or follows the link, with these words, and waits for the next page.
    ///
    /// # Panics
    /// When there is none.
    pub async fn press(&self, words: &str) {
        let quoted = format!("\"{words}\"");
        let xpath = format!(
            "//main//button[normalize-space()={quoted}] | //main//a[normalize-space()={quoted}] | //button[normalize-space()={quoted}] | //a[normalize-space()={quoted}] | //input[@type='submit' and @value={quoted}]"
        );
        let element = self.visible(Locator::XPath(&xpath), words).await;
        self.click(element).await;
    }

    /// Follows the first visible link of the page itself whose address ends so.
    ///
    /// # Panics
    /// When there is none.
    pub async fn follow(&self, ending: &str) {
        self.click_on(&format!("main a[href$='{ending}']")).await;
    }

    /// Follows a link of the frame around the page: a section, the way in.
    ///
    /// # Panics
    /// When there is none.
    pub async fn section(&self, path: &str) {
        self.click_on(&format!("a[href='{path}']")).await;
    }

    /// Sends the form whose target ends so, by its button.
    ///
    /// # Panics
    /// When there is none.
    pub async fn submit(&self, ending: &str) {
        self.click_on(&format!(
            "main form[action$='{ending}'] button:not([type=button])"
        ))
        .await;
    }

    /// Clicks the first visible element and waits for the next page.
    ///
    /// # Panics
    /// When there is none.
    pub async fn click_on(&self, css: &str) {
        let element = self.find(css).await;
        self.click(element).await;
    }

    async fn click(&self, element: Element) {
        self.mark().await;
        let _ = self
            .client
            .execute(
                "arguments[0].scrollIntoView({block: 'center'})",
                vec![serde_json::to_value(&element).expect("an element")],
            )
            .await;
        element
            .click()
            .await
            .unwrap_or_else(|e| panic!("click: {e}"));
        self.turned().await;
    }

    /// Signs in on the page.
    ///
    /// # Panics
    /// When it does not lead inside.
    pub async fn sign_in(&self, email: &str, password: &str) {
        self.goto("/login").await;
        self.fill("email", email).await;
        self.fill("password", password).await;
        self.click_on("main form button[type=submit], main form button:not([type])")
            .await;
        let path = self.path().await;
        assert!(
            !path.starts_with("/login"),
            "{email} is signed in: {}",
            self.text().await
        );
    }
}
