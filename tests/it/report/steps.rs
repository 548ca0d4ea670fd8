//! The page in a browser: one start, one step after the other.

use std::path::Path;

use serde_json::{Value, json};
use thirtyfour::common::print::PrintParameters;
use thirtyfour::{By, Key, WebDriver, WebDriverRunError};

use super::browser::{Driver, js, js_async};
use super::{DOMAIN, case, page};
use crate::env::has;

/// Records of a page that does not show all of them at first.
const LONG: usize = 300;
/// Records of the page that is held against the clock.
const MANY: usize = 10_000;
/// What one does not notice.
const NOTICED_MS: f64 = 200.0;

#[test]
fn the_report_works_in_a_browser() {
    if !has("chromium") || !has("chromedriver") {
        return;
    }
    let env = case();
    let page = page(&env, &[]);
    let small = env.write("report.html", &page);
    let long = env.write("long.html", multiplied(&page, LONG));
    let big = env.write("big.html", multiplied(&page, MANY));
    let driver = Driver::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let browser = driver.browser().await;
        let run = browser.run_and_quit(|browser| async move {
            reads_without_scripts(&browser, &small).await;
            runs_no_script_but_its_own(&browser, &small).await;
            filters_and_searches(&browser, &small).await;
            sorts(&browser, &small).await;
            shows_both_forms(&browser, &small).await;
            obeys_the_keyboard(&browser, &small).await;
            prints(&browser, &small, &long).await;
            fits(&browser, &small).await;
            is_accessible(&browser, &small).await;
            is_quick(&browser, &big).await;
            Ok::<(), WebDriverRunError>(())
        });
        run.await.unwrap();
    });
}

/// The page with its rows repeated up to a number.
fn multiplied(page: &str, count: usize) -> String {
    let (head, rest) = page.split_once("<tbody>\n").unwrap();
    let (rows, tail) = rest.split_once("\n</tbody>").unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    let mut big = format!("{head}<tbody>\n");
    for number in 0..count {
        let (start, end) = rows[number % rows.len()].split_once("input.txt:").unwrap();
        big += &format!("{start}list.txt:{number}/{end}\n");
    }
    big + "</tbody>" + tail
}

async fn open(browser: &WebDriver, page: &Path) {
    browser.goto(format!("file://{}", page.display())).await.unwrap();
}

/// The indicators of the rows that are displayed, in their order.
async fn shown(browser: &WebDriver) -> Vec<String> {
    let script = "return [...document.querySelectorAll('tbody th')]
        .filter((cell) => cell.getClientRects().length > 0)
        .map((cell) => cell.textContent.replace(/\\[([.:])\\]/g, '$1').replace('hxxp', 'http').slice(0, 13))";
    serde_json::from_value(js(browser, script, vec![]).await).unwrap()
}

async fn count(browser: &WebDriver) -> String {
    browser.find(By::Id("count")).await.unwrap().text().await.unwrap()
}

async fn click(browser: &WebDriver, xpath: &str) {
    browser.find(By::XPath(xpath)).await.expect(xpath).click().await.expect(xpath);
}

async fn chip(browser: &WebDriver, name: &str) {
    click(browser, &format!("//div[@class='chips']/button[starts-with(., '{name} ')]")).await;
}

async fn head(browser: &WebDriver, name: &str) {
    click(browser, &format!("//thead//button[.='{name}']")).await;
}

async fn cdp(browser: &WebDriver, method: &str, params: Value) {
    browser.cdp().send_raw(method, params).await.expect(method);
}

/// The rows in the order of the page.
const WORST_FIRST: [&str; 7] = [
    "https://login",
    "185.220.101.4",
    "cdn.example.n",
    "9.9.9.9",
    "c0ffee0123456",
    "10.0.0.12",
    "5f70bf18a0860",
];

/// What the first click on a column and the second make of that order.
const SORTED: [(&str, [usize; 7], [usize; 7]); 8] = [
    ("Detections", [0, 1, 2, 3, 4, 5, 6], [3, 2, 1, 0, 4, 5, 6]),
    ("Indicator", [6, 3, 5, 1, 4, 2, 0], [0, 2, 4, 1, 5, 3, 6]),
    ("Details", [2, 0, 1, 6, 5, 3, 4], [3, 5, 6, 1, 0, 2, 4]),
    ("Analysed", [0, 1, 2, 3, 4, 5, 6], [1, 0, 2, 3, 4, 5, 6]),
    ("Origin", [3, 2, 5, 4, 0, 1, 6], [6, 1, 0, 4, 5, 2, 3]),
    ("Seen", [0, 1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6, 0]),
    ("Kind", [2, 4, 1, 3, 5, 0, 6], [0, 1, 3, 5, 4, 2, 6]),
    ("Verdict", [0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0]),
];

async fn reads_without_scripts(browser: &WebDriver, page: &Path) {
    cdp(browser, "Emulation.setScriptExecutionDisabled", json!({"value": true})).await;
    open(browser, page).await;
    assert_eq!(shown(browser).await, WORST_FIRST);
    let controls = browser.find(By::Css(".controls")).await.unwrap();
    assert!(!controls.is_displayed().await.unwrap(), "nothing that would not work is shown");
    assert!(browser.find_all(By::Css("thead button")).await.unwrap().is_empty());
    assert_eq!(count(browser).await, "7 records");
    // What the engines said opens all the same.
    click(browser, "(//summary)[2]").await;
    let said = browser.find(By::XPath("//li[b='Bkav']")).await.unwrap();
    assert_eq!(said.text().await.unwrap(), "Bkav botnet");
    cdp(browser, "Emulation.setScriptExecutionDisabled", json!({"value": false})).await;
}

async fn runs_no_script_but_its_own(browser: &WebDriver, page: &Path) {
    open(browser, page).await;
    for details in browser.find_all(By::Css("summary")).await.unwrap() {
        details.click().await.unwrap();
    }
    let (has_controls, owned) = ("!document.querySelector('.controls').hidden", "typeof owned");
    assert_eq!(js(browser, &format!("return {has_controls}"), vec![]).await, true);
    assert_eq!(js(browser, &format!("return {owned}"), vec![]).await, "undefined");
    let strange = "return document.querySelectorAll('img, svg [onload], tbody script').length";
    assert_eq!(js(browser, strange, vec![]).await, 0);
    // A policy that refused the page's own script or style would be here too.
    let log = browser.browser_log().await.unwrap();
    assert!(log.is_empty(), "{log:?}");
    // Were a script there, the policy would refuse it, and this log would say so.
    let plant = "const s = document.createElement('script'); s.textContent = 'window.owned = 1'; document.body.append(s)";
    js(browser, plant, vec![]).await;
    assert_eq!(js(browser, &format!("return {owned}"), vec![]).await, "undefined");
    let log = browser.browser_log().await.unwrap();
    assert!(log.iter().any(|entry| entry.message.contains("Content Security Policy")), "{log:?}");
}

async fn filters_and_searches(browser: &WebDriver, page: &Path) {
    open(browser, page).await;
    assert_eq!(shown(browser).await, WORST_FIRST);
    assert_eq!(count(browser).await, "7 records");
    chip(browser, "malicious").await;
    assert_eq!(shown(browser).await, WORST_FIRST[..2]);
    chip(browser, "unknown").await;
    assert_eq!(count(browser).await, "3 of 7 records");
    chip(browser, "ip").await;
    assert_eq!(shown(browser).await, [WORST_FIRST[1]]);
    click(browser, "//button[.='Clear filters']").await;
    assert_eq!(shown(browser).await, WORST_FIRST);
    let search = browser.find(By::Id("search")).await.unwrap();
    for (typed, found) in [
        // Both forms of an indicator, and a mixture.
        (DOMAIN, &WORST_FIRST[2..3]),
        ("cdn[.]example[.]net", &WORST_FIRST[2..3]),
        ("hxxps://login.example", &WORST_FIRST[..1]),
        ("https://login[.]EXAMPLE.com", &WORST_FIRST[..1]),
        // What an engine said, context, origin; all words.
        ("botnet", &WORST_FIRST[1..2]),
        ("landing.example.org", &WORST_FIRST[..1]),
        ("imagined hosting", &WORST_FIRST[1..2]),
        ("input.txt:4", &WORST_FIRST[4..5]),
        ("avast 185", &WORST_FIRST[1..2]),
        // Labels are no content, nor is markup.
        ("registrar", &[]),
        ("<td", &[]),
        ("no such thing", &[]),
    ] {
        search.clear().await.unwrap();
        search.send_keys(typed).await.unwrap();
        assert_eq!(shown(browser).await, found, "{typed}");
        assert_eq!(count(browser).await, format!("{} of 7 records", found.len()), "{typed}");
    }
}

async fn sorts(browser: &WebDriver, page: &Path) {
    open(browser, page).await;
    for (column, first, then) in SORTED {
        let [first, then] = [first, then].map(|order| order.map(|place| WORST_FIRST[place]));
        head(browser, column).await;
        assert_eq!(shown(browser).await, first, "{column}");
        let sorted = By::XPath(format!("//th[@aria-sort][button='{column}']"));
        let direction =
            browser.find(sorted.clone()).await.unwrap().attr("aria-sort").await.unwrap();
        head(browser, column).await;
        assert_eq!(shown(browser).await, then, "{column}");
        let now = browser.find(sorted).await.unwrap().attr("aria-sort").await.unwrap();
        assert_ne!(direction, now, "{column}");
        assert_eq!(browser.find_all(By::Css("[aria-sort]")).await.unwrap().len(), 1);
    }
}

async fn shows_both_forms(browser: &WebDriver, page: &Path) {
    open(browser, page).await;
    let text = || async { browser.find(By::Css("tbody")).await.unwrap().text().await.unwrap() };
    assert!(text().await.contains("cdn[.]example[.]net"));
    click(browser, "//label[contains(., 'as looked up')]").await;
    assert!(text().await.contains("https://login.example.com/session.php"), "{}", text().await);
    assert!(!text().await.contains("[.]"), "{}", text().await);
    // It is text still, and the search knows both forms still.
    assert_eq!(js(browser, "return document.querySelectorAll('th a').length", vec![]).await, 0);
    let search = browser.find(By::Id("search")).await.unwrap();
    search.send_keys("cdn[.]example").await.unwrap();
    assert_eq!(shown(browser).await, WORST_FIRST[2..3]);
    click(browser, "//label[contains(., 'as looked up')]").await;
    assert!(text().await.contains("cdn[.]example[.]net"));
}

async fn obeys_the_keyboard(browser: &WebDriver, page: &Path) {
    open(browser, page).await;
    let press = |key: Key| async move {
        browser.active_element().await.unwrap().send_keys(key).await.unwrap();
    };
    let focused = || async { browser.active_element().await.unwrap().text().await.unwrap() };
    press(Key::Tab).await;
    press(Key::Tab).await;
    assert_eq!(focused().await, "malicious 2");
    press(Key::Space).await;
    assert_eq!(shown(browser).await, WORST_FIRST[..2]);
    let is_ringed = "return getComputedStyle(document.activeElement).outlineStyle";
    assert_eq!(js(browser, is_ringed, vec![]).await, "solid");
    js(browser, "document.querySelectorAll('thead button')[6].focus()", vec![]).await;
    press(Key::Enter).await;
    assert_eq!(shown(browser).await, WORST_FIRST[..2], "the filter outlasts the order");
    press(Key::Tab).await;
    press(Key::Tab).await;
    assert_eq!(focused().await, "2024-12-07");
    press(Key::Tab).await;
    assert_eq!(focused().await, "30 engines flagged it");
    press(Key::Enter).await;
    assert!(
        browser.find(By::XPath("//li[b='Engine 30']")).await.unwrap().is_displayed().await.unwrap()
    );
}

async fn prints(browser: &WebDriver, page: &Path, long: &Path) {
    open(browser, long).await;
    let rows = "document.querySelectorAll('tbody tr:not([hidden])').length";
    let listen = format!("addEventListener('beforeprint', () => {{ window.printed = {rows}; }})");
    js(browser, &listen, vec![]).await;
    let pdf = browser.print_page(PrintParameters::default()).await.unwrap();
    assert!(pdf.starts_with(b"%PDF"), "{}", pdf.len());
    // All are on paper, and afterwards those alone on the screen that were there.
    assert_eq!(js(browser, &format!("return [printed, {rows}]"), vec![]).await, json!([LONG, 250]));
    open(browser, page).await;
    cdp(browser, "Emulation.setEmulatedMedia", json!({"media": "print"})).await;
    assert_eq!(shown(browser).await, WORST_FIRST);
    for (selector, is_printed) in [
        (".controls", false),
        ("thead button", false),
        ("caption", true),
        ("li b", true),
        ("dd", true),
    ] {
        let element = browser.find(By::Css(selector)).await.unwrap();
        assert_eq!(element.is_displayed().await.unwrap(), is_printed, "{selector}");
    }
    let height = "return document.querySelector('details ul').checkVisibility({contentVisibilityAuto: true})";
    assert_eq!(js(browser, height, vec![]).await, true, "what can be opened is open on paper");
    cdp(browser, "Emulation.setEmulatedMedia", json!({"media": ""})).await;
}

/// Nothing is wider than the window.
async fn fits(browser: &WebDriver, page: &Path) {
    for width in [320, 390, 800, 1280] {
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        cdp(browser, "Emulation.setDeviceMetricsOverride", size).await;
        open(browser, page).await;
        js(
            browser,
            "document.querySelectorAll('details').forEach((one) => { one.open = true; })",
            vec![],
        )
        .await;
        let overflow =
            "const all = document.documentElement; return all.scrollWidth - all.clientWidth";
        assert_eq!(js(browser, overflow, vec![]).await, 0, "{width}");
        assert_eq!(shown(browser).await, WORST_FIRST, "{width}");
    }
    cdp(browser, "Emulation.clearDeviceMetricsOverride", json!({})).await;
}

/// axe-core's rules, in both schemes, wide and narrow, with everything opened.
#[allow(clippy::print_stderr, reason = "a test that was skipped should say so")]
async fn is_accessible(browser: &WebDriver, page: &Path) {
    let Some(axe) = std::env::var_os("AXE_CORE") else {
        assert!(std::env::var_os("CI").is_none(), "AXE_CORE does not name axe-core's axe.min.js");
        eprintln!(
            "SKIPPED: AXE_CORE does not name axe-core's axe.min.js: accessibility is not checked"
        );
        return;
    };
    let axe = std::fs::read_to_string(axe).unwrap();
    for (scheme, width) in [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)] {
        let feature = json!({"name": "prefers-color-scheme", "value": scheme});
        cdp(browser, "Emulation.setEmulatedMedia", json!({"features": [feature]})).await;
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        cdp(browser, "Emulation.setDeviceMetricsOverride", size).await;
        open(browser, page).await;
        js(
            browser,
            "document.querySelectorAll('details').forEach((one) => { one.open = true; })",
            vec![],
        )
        .await;
        chip(browser, "malicious").await;
        js(browser, &axe, vec![]).await;
        let run =
            "axe.run().then((found) => arguments[0]([found.violations, found.passes.length]))";
        let found = js_async(browser, run, vec![]).await;
        assert_eq!(found[0], json!([]), "{scheme} at {width}: {:#}", found[0]);
        assert!(found[1].as_u64().unwrap() > 20, "{scheme}: axe-core looked at nothing");
    }
    cdp(browser, "Emulation.setEmulatedMedia", json!({"features": []})).await;
    cdp(browser, "Emulation.clearDeviceMetricsOverride", json!({})).await;
}

/// From a keystroke to the frame that shows what it found.
async fn is_quick(browser: &WebDriver, page: &Path) {
    open(browser, page).await;
    assert_eq!(count(browser).await, "10,000 records");
    let laid_out = "return document.querySelectorAll('tbody tr:not([hidden])').length";
    assert_eq!(js(browser, laid_out, vec![]).await, 250);
    let stroke = "const [text, done] = arguments, search = document.getElementById('search');
        const start = performance.now();
        search.value = text;
        search.dispatchEvent(new Event('input'));
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => done([performance.now() - start, document.getElementById('count').textContent]);
            port2.postMessage(0);
        });";
    let typed = ["l", "lo", "log", "login", "login.example", "login.example.zzz", "", "4217", ""];
    let mut quickest = [f64::MAX; 9];
    // Others may be at work on this machine, so the best of some counts.
    for _ in 0..4 {
        for (text, best) in typed.iter().zip(&mut quickest) {
            let told = js_async(browser, stroke, vec![json!(text)]).await;
            *best = best.min(told[0].as_f64().unwrap());
            if *text == "4217" {
                assert_eq!(told[1], "1 of 10,000 records");
            }
        }
    }
    assert!(quickest.iter().all(|&took| took < NOTICED_MS), "{quickest:?} ms");
    click(browser, "//p[@id='more']/button[2]").await;
    assert_eq!(js(browser, laid_out, vec![]).await, MANY);
}
