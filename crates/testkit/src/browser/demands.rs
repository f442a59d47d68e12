//! What is demanded of a page as a whole, and its picture.

use super::{Browser, driver::Log};
use serde_json::{Value, json};

impl Browser {
    /// Keeps a picture of the page.
    ///
    /// # Panics
    /// When there is none.
    pub async fn screenshot(&self, name: &str) {
        let picture = self.client.screenshot().await.expect("a picture");
        std::fs::write(self.screenshots.join(format!("{name}.png")), picture).expect("a file");
    }

    /// Demands that axe finds nothing on this page, and that it fits.
    ///
    /// # Panics
    /// With what was found.
    pub async fn audit(&self) {
        self.client.execute(&self.axe, vec![]).await.expect("axe");
        let script = "const [done] = arguments; axe.run().then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' — ' + (n.any[0]?.message || n.all[0]?.message || n.none[0]?.message || '')).join(' | '))))";
        let found = self
            .client
            .execute_async(script, vec![])
            .await
            .expect("axe runs");
        assert_eq!(found, json!([]), "accessibility of {}", self.path().await);
        self.fits().await;
    }

    /// Demands that the page is no wider than the view.
    ///
    /// # Panics
    /// With what is too wide.
    pub async fn fits(&self) {
        let script = "const most = document.documentElement.clientWidth; \
            return [window.innerWidth, document.documentElement.scrollWidth - most, [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > most + 1 || e.getBoundingClientRect().left < -1).slice(0, 3).map(e => e.outerHTML.slice(0, 120))]";
        let found = self
            .client
            .execute(script, vec![])
            .await
            .expect("the width");
        assert_eq!(
            found[1],
            json!(0),
            "{} scrolls sideways at {} pixels: {}",
            self.path().await,
            found[0],
            found[2]
        );
    }

    /// From now on an error in the console with these words is no surprise (a page that is meant
    /// to answer 4xx).
    pub fn expect(&mut self, words: &str) {
        self.expected.push(words.to_owned());
    }

    /// Demands that the console holds no error and no violation of the content security policy.
    ///
    /// # Panics
    /// With what it holds.
    pub async fn quiet_console(&self) {
        let log: Value = self.client.issue_cmd(Log).await.expect("the console");
        let bad: Vec<_> = log
            .as_array()
            .into_iter()
            .flatten()
            .filter(|entry| {
                let text = entry["message"].as_str().unwrap_or("");
                (entry["level"] == "SEVERE" || text.contains("Content Security Policy"))
                    && !self.expected.iter().any(|e| text.contains(e))
            })
            .collect();
        assert!(bad.is_empty(), "console of {}: {bad:?}", self.path().await);
    }
}
