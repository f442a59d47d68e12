//! Chromium, driven through chromedriver as a person would: by labels, names and buttons.

mod acts;
mod demands;
mod driver;

use driver::{Devtools, Driver};
use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// A browser with a fresh profile, at one server.
pub struct Browser {
    /// The session.
    pub client: Client,
    /// Address of the server.
    pub url: String,
    screenshots: PathBuf,
    axe: String,
    expected: Vec<String>,
    _profile: tempfile::TempDir,
    _driver: Driver,
}

impl Browser {
    /// Opens a browser that prefers `language` and, if so, a dark look.
    ///
    /// # Panics
    /// When Chromium or its driver is not installed.
    pub async fn open(bin: &str, url: &str, language: &str, dark: bool) -> Self {
        let (driver, address) = driver::driver();
        let profile = tempfile::tempdir().expect("a profile folder");
        let mut arguments: Vec<String> = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--window-size=1280,900",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        arguments.push(format!("--lang={language}"));
        arguments.push(format!("--accept-lang={language}"));
        if dark {
            arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        let capabilities = json!({
            "goog:chromeOptions": {"args": arguments, "prefs": {"intl.accept_languages": language}},
            "goog:loggingPrefs": {"browser": "ALL"}});
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities.as_object().expect("an object").clone())
            .connect(&address)
            .await
            .expect("a browser");
        let axe =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
        let screenshots = crate::cluster::target(Path::new(bin)).join("screenshots");
        std::fs::create_dir_all(&screenshots).expect("a folder for screenshots");
        Self {
            client,
            url: url.to_owned(),
            screenshots,
            axe: std::fs::read_to_string(axe).expect("axe-core (npm ci in crates/ui)"),
            expected: vec![],
            _profile: profile,
            _driver: driver,
        }
    }

    /// Sets the size of the view in CSS pixels.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn resize(&self, width: u32, height: u32) {
        // A window cannot be made as narrow as a phone; the view can.
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
    }

    /// Sends a command of the browser's own protocol.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        self.client
            .issue_cmd(Devtools(command, parameters))
            .await
            .unwrap_or_else(|e| panic!("{command}: {e}"))
    }

    /// From now on pages run no scripts of their own.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn without_scripts(&self) {
        self.devtools(
            "Emulation.setScriptExecutionDisabled",
            json!({"value": true}),
        )
        .await;
    }

    /// From the next page on, this runs before the page's own scripts.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn before_pages(&self, script: &str) {
        self.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": script}),
        )
        .await;
    }

    /// Cuts the browser off, or connects it again.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn offline(&self, offline: bool) {
        self.devtools("Network.enable", json!({})).await;
        self.devtools(
            "Network.emulateNetworkConditions",
            json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}),
        )
        .await;
    }

    /// Runs a script in the page and gives what it returns.
    ///
    /// # Panics
    /// With the script's error.
    pub async fn run(&self, script: &str) -> Value {
        self.client
            .execute(script, vec![])
            .await
            .unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// Waits until a script returns true.
    ///
    /// # Panics
    /// When it does not within this time.
    pub async fn until(&self, script: &str, within: Duration) {
        let began = Instant::now();
        loop {
            if self.run(&format!("return Boolean({script})")).await == true {
                return;
            }
            assert!(
                began.elapsed() < within,
                "{script} on {}:\n{}",
                self.path().await,
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Goes to a path of the server by its address, as one who typed it in.
    ///
    /// # Panics
    /// When there is no page.
    pub async fn goto(&self, path: &str) {
        let to = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.url)
        };
        self.client
            .goto(&to)
            .await
            .unwrap_or_else(|e| panic!("{to}: {e}"));
    }

    /// Path and query of the page shown.
    ///
    /// # Panics
    /// When there is no page.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        url.query()
            .map_or_else(|| url.path().to_owned(), |q| format!("{}?{q}", url.path()))
    }

    /// The visible text of the page.
    ///
    /// # Panics
    /// When there is no page.
    pub async fn text(&self) -> String {
        let body = self
            .client
            .find(Locator::Css("body"))
            .await
            .expect("a body");
        body.text().await.expect("its text")
    }

    /// Waits until the page shows these words.
    ///
    /// # Panics
    /// With what it shows instead.
    pub async fn sees(&self, words: &str) {
        let began = Instant::now();
        loop {
            if let Ok(body) = self.client.find(Locator::Css("body")).await
                && let Ok(text) = body.text().await
            {
                if flat(&text)
                    .to_lowercase()
                    .contains(&flat(words).to_lowercase())
                {
                    return;
                }
                assert!(
                    began.elapsed() < PATIENCE,
                    "{} does not show “{words}” but:\n{text}",
                    self.path().await
                );
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The first visible element.
    ///
    /// # Panics
    /// When none appears.
    pub async fn find(&self, css: &str) -> Element {
        self.visible(Locator::Css(css), css).await
    }

    async fn visible(&self, locator: Locator<'_>, name: &str) -> Element {
        let began = Instant::now();
        loop {
            for element in self.client.find_all(locator).await.unwrap_or_default() {
                if element.is_displayed().await.unwrap_or(false) {
                    return element;
                }
            }
            if began.elapsed() > PATIENCE {
                let text = self.text().await;
                panic!("no {name} on {}:\n{text}", self.path().await);
            }
            tokio::time::sleep(Duration::from_millis(80)).await;
        }
    }

    /// Whether something of the kind is on the page now.
    pub async fn has(&self, css: &str) -> bool {
        for element in self
            .client
            .find_all(Locator::Css(css))
            .await
            .unwrap_or_default()
        {
            if element.is_displayed().await.unwrap_or(false) {
                return true;
            }
        }
        false
    }

    /// An attribute of the document's root: `dir`, `lang`.
    ///
    /// # Panics
    /// When there is no page.
    pub async fn root(&self, attribute: &str) -> String {
        let root = self
            .client
            .find(Locator::Css("html"))
            .await
            .expect("a root");
        root.attr(attribute)
            .await
            .expect("an attribute")
            .unwrap_or_default()
    }

    /// Ends the browser.
    pub async fn close(self) {
        let _ = self.client.clone().close().await;
    }
}

/// Text without the invisible marks around directions, and with single spaces.
fn flat(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}'))
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
