//! Debian's chromium, driven over WebDriver, for one test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};

/// chromedriver, ended with the test.
pub(super) struct Driver {
    child: Child,
    url: String,
    profile: TempDir,
}

impl Driver {
    /// Starts it on a port of its own choice.
    pub(super) fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .env("HOME", profile.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let line = line.ok()?;
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let url = format!("http://127.0.0.1:{}", port.expect("chromedriver says its port"));
        Self { child, url, profile }
    }

    /// A browser with a profile of its own, which asks the network for nothing.
    pub(super) async fn browser(&self) -> WebDriver {
        let mut wanted = DesiredCapabilities::chrome();
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1280,900",
            &format!("--user-data-dir={}", self.profile.path().join("profile").display()),
        ] {
            wanted.add_arg(argument).unwrap();
        }
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        WebDriver::new(&self.url, wanted).await.unwrap()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // After the end there is nothing left to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a script returns.
pub(super) async fn js(browser: &WebDriver, script: &str, args: Vec<Value>) -> Value {
    match browser.execute(script, args).await {
        Ok(returned) => returned.json().clone(),
        Err(error) => panic!("{error}\n{script}"),
    }
}

/// What a script hands to its last argument.
pub(super) async fn js_async(browser: &WebDriver, script: &str, args: Vec<Value>) -> Value {
    match browser.execute_async(script, args).await {
        Ok(returned) => returned.json().clone(),
        Err(error) => panic!("{error}\n{script}"),
    }
}
