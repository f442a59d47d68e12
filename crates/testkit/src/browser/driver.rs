//! The driver's process, and the commands that WebDriver has no word for.

use serde_json::{Value, json};
use std::{
    io::BufRead,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The driver's process; killed when dropped, and the browser with it.
pub(super) struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(super) fn driver() -> (Driver, String) {
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
pub(super) struct Log;

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
pub(super) struct Devtools(pub(super) &'static str, pub(super) Value);

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
