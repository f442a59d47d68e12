//! Chromium, driven through chromedriver as a person would: by labels, names and buttons.

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
};
use serde_json::{Value, json};
use std::{
    io::BufRead,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// The driver's process; killed when dropped, and the browser with it.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn driver() -> (Driver, String) {
    let mut child = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver (Debian package chromium-driver)");
    let output = std::io::BufReader::new(child.stdout.take().expect("its output"));
    let (tell, told) = std::sync::mpsc::channel();
    // Keep draining: a closed pipe would end chromedriver.
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if let Some(port) = line.split("on port ").nth(1) {
                let _ = tell.send(port.trim_end_matches('.').to_owned());
            }
        }
    });
    let port = loop {
        let port = told
            .recv_timeout(Duration::from_secs(30))
            .expect("chromedriver says its port");
        if port != "0" {
            break port;
        }
    };
    (Driver(child), format!("http://127.0.0.1:{port}"))
}

/// Reads the browser's console.
#[derive(Debug)]
struct Log;

impl fantoccini::wd::WebDriverCompatibleCommand for Log {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }
    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (
            http::Method::POST,
            Some(json!({"type": "browser"}).to_string()),
        )
    }
}

/// A command of the browser's own protocol.
#[derive(Debug)]
struct Devtools(&'static str, Value);

impl fantoccini::wd::WebDriverCompatibleCommand for Devtools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }
    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let body = json!({"cmd": self.0, "params": self.1});
        (http::Method::POST, Some(body.to_string()))
    }
}

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
        let (driver, address) = driver();
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
