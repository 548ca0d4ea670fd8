//! A real terminal, tmux's: records fit it, the bar never mixes with them and leaves nothing.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use vt_simulator::{KEY, Kind, Object};

use crate::env::{Env, Run, has};

const LONGEST: Duration = Duration::from_secs(60);

/// A tmux server of the test's own, with one window of this width.
struct Terminal<'e> {
    env: &'e Env,
    columns: usize,
}

impl<'e> Terminal<'e> {
    /// Opens it and has its shell run a command line, in which `vtscan` is vtscan.
    fn open(env: &'e Env, columns: usize, line: &str) -> Self {
        let terminal = Self { env, columns };
        let vtscan = env!("CARGO_BIN_EXE_vtscan");
        // The prompt at the end tells that the program has ended, and how.
        let script = format!(
            "trap : INT\nvtscan() {{ {vtscan} \"$@\"; }}\n{line}\necho \"[ended $?]\"\nread -r _\n"
        );
        let path = env.write("run.sh", script);
        let size = columns.to_string();
        let new = ["new-session", "-d", "-x", &size, "-y", "50", "sh"];
        terminal.tmux(new.iter().map(AsRef::as_ref).chain([path.as_path()]));
        terminal
    }

    fn tmux<'a>(&self, args: impl IntoIterator<Item = &'a Path>) -> Run {
        let mut command = Command::new("tmux");
        // Without a locale of UTF-8 tmux writes underscores.
        command.args(["-u", "-f", "/dev/null", "-S"]).arg(self.env.home().join("tmux"));
        command.args(args).env("LC_ALL", "C.UTF-8").env("TERM", "xterm-256color");
        command.env("VT_API_KEY", KEY).env("VTSCAN_API_URL", self.env.simulator.url());
        command.env("HOME", self.env.home()).env("XDG_CACHE_HOME", self.env.home());
        command.env("XDG_CONFIG_HOME", self.env.home()).env_remove("NO_COLOR").env_remove("TMUX");
        command.current_dir(self.env.work());
        Run::of(&mut command)
    }

    /// The screen's rows.
    fn rows(&self) -> Vec<String> {
        let args = ["capture-pane", "-p"].map(Path::new);
        self.tmux(args).stdout.lines().map(str::to_owned).collect()
    }

    /// The screen's lines: rows that the terminal wrapped are one.
    fn lines(&self) -> Vec<String> {
        let args = ["capture-pane", "-p", "-J"].map(Path::new);
        self.tmux(args).stdout.lines().map(|line| line.trim_end().to_owned()).collect()
    }

    /// Waits until a row holds a text; gives the screen of that moment.
    #[track_caller]
    fn shows(&self, text: &str) -> Vec<String> {
        let start = Instant::now();
        loop {
            let rows = self.rows();
            if rows.iter().any(|row| row.contains(text)) {
                return rows;
            }
            assert!(start.elapsed() < LONGEST, "no {text:?} on:\n{}", rows.join("\n"));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn presses(&self, key: &str) {
        self.tmux(["send-keys", key].map(Path::new));
    }

    /// Asserts that each record has one row of its own, whole and within the screen: only what
    /// is said on stderr may go on in the next row.
    #[track_caller]
    fn holds_records(&self, rows: &[String], count: usize) {
        let screen = rows.join("\n");
        assert_eq!(rows.iter().filter(|row| is_record(row)).count(), count, "{screen}");
        let is_whole_hash = |row: &str| row.split_whitespace().nth(3).is_some_and(is_hash);
        let fits = |row: &String| {
            !is_record(row) || row.chars().count() <= self.columns || is_whole_hash(row)
        };
        assert!(rows.iter().all(fits), "{screen}");
        let mut may_go_on = false;
        for row in rows.iter().filter(|row| !row.is_empty()) {
            let is_bar = row.contains(['█', '░']);
            let is_start = is_record(row) || is_bar || row.starts_with('[');
            // The terminal echoes an interrupt.
            let said = row.trim_start_matches("^C");
            may_go_on = said.starts_with("vtscan: ") || may_go_on && !is_start;
            assert!(is_start || may_go_on, "a broken line, {row:?}, on:\n{screen}");
        }
    }
}

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 32 | 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The counts on stderr may wrap, and begin a row with a verdict's name.
fn is_record(row: &str) -> bool {
    let verdicts = ["malicious", "suspicious", "undetected", "unknown", "skipped", "invalid"];
    let words: Vec<&str> = row.split_whitespace().collect();
    words.len() >= 4 && verdicts.contains(&words[0]) && (words[1] == "-" || words[1].contains('/'))
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        self.tmux(["kill-server"].map(Path::new));
    }
}

/// A list whose lines do not fit any narrow terminal.
fn long_list(env: &Env) -> String {
    let long = format!("http://example.com/{}/end.html", "path/".repeat(60));
    let titled = "http://titled.example.com/";
    let body = serde_json::json!({"data": {"type": "url", "id": "0".repeat(64), "attributes": {
        "title": "文件下载 ".repeat(20), "last_analysis_stats": {"malicious": 4, "harmless": 9}}}});
    env.simulator.set(Kind::Url, titled, Object::Body(body.to_string()));
    format!("{long}\n{titled}\n8.8.8.8\n{}\n10.0.0.1\n{}\n", "ab".repeat(32), "ab".repeat(20) + "a")
}

#[test]
fn records_fit_every_width_and_the_bar_is_gone_at_the_end() {
    if !has("tmux") {
        return;
    }
    for columns in [60, 80, 100, 120, 200] {
        let env = Env::new();
        env.write("list.txt", long_list(&env));
        let terminal = Terminal::open(&env, columns, "vtscan --rate unlimited list.txt");
        terminal.shows("[ended 1]");
        let rows = terminal.lines();
        terminal.holds_records(&rows, 6);
        let screen = rows.join("\n");
        // A URL is told by its host and its end.
        let url = rows.iter().find(|row| row.contains("http://exam")).expect(&screen);
        assert!(url.contains('…') && url.contains(".html"), "{screen}");
        assert!(
            !screen.contains("█") && !screen.contains(" left"),
            "the bar is still there:\n{screen}"
        );
    }
}

#[test]
fn a_hash_was_cut_where_the_terminal_was_narrow() {
    if !has("tmux") {
        return;
    }
    for columns in [60, 80, 100, 120, 200] {
        let env = Env::new();
        let hashes = ["ab".repeat(32), "cd".repeat(20), "ef".repeat(16)];
        let name = format!("{}.example.com", "name".repeat(12));
        let address = "2001:4860:4860:aaaa:bbbb:cccc:dddd:8888";
        let whole = [&*hashes[0], &*hashes[1], &*hashes[2], &*name, address];
        env.write("list.txt", whole.join("\n"));
        let line = "vtscan -q --rate unlimited list.txt; echo";
        let terminal = Terminal::open(&env, columns, line);
        terminal.shows("[ended 0]");
        let lines = terminal.lines();
        for indicator in whole {
            let is_it = |line: &&String| line.split_whitespace().nth(3) == Some(indicator);
            assert!(lines.iter().any(|line| is_it(&line)), "{indicator}\n{}", lines.join("\n"));
        }
    }
}

#[test]
fn the_end_is_one_line_without_zeros_and_what_scrolled_away_is_shown_once_more() {
    if !has("tmux") {
        return;
    }
    let env = Env::new();
    let judged =
        |malicious| Object::Judged { malicious, suspicious: 0, undetected: 9, harmless: 0 };
    let list: String = (1..=70).map(|n| format!("45.9.9.{n}\n")).collect();
    for n in 1..=70 {
        let malicious = if n <= 12 { 10 + n } else { 0 };
        env.simulator.set(Kind::Ip, &format!("45.9.9.{n}"), judged(malicious));
    }
    env.write("list.txt", list);
    let terminal = Terminal::open(&env, 120, "vtscan --rate unlimited list.txt");
    let rows = terminal.shows("[ended 1]");
    let screen = rows.join("\n");
    let said = |text: &str| rows.iter().position(|row| row.contains(text)).expect(&screen);
    let heading = said("vtscan: the worst 10 of 12 flagged (");
    let flagged = rows.iter().skip(heading).filter(|row| is_record(row)).count();
    assert_eq!(flagged, 10, "{screen}");
    assert!(
        said("malicious     22/31  ip      45.9.9.12") > heading,
        "the worst is the first:\n{screen}"
    );
    let last = said("vtscan: 12 malicious · 58 undetected · 70 requests · ");
    assert!(rows[last].ends_with(" s · exit 1"), "{screen}");
    assert!(!rows[last].contains(" 0 "), "{screen}");
    let env = Env::new();
    env.simulator.set(Kind::Ip, "45.9.9.1", judged(9));
    let one = Terminal::open(&env, 120, "vtscan --rate unlimited 45.9.9.1");
    let rows = one.shows("[ended 1]");
    let screen = rows.join("\n");
    assert!(screen.contains("vtscan: 1 malicious · 1 request · "), "{screen}");
    assert!(!screen.contains("flagged"), "{screen}");
}

#[test]
fn the_bar_says_what_is_waited_for_and_stays_below_the_records() {
    if !has("tmux") {
        return;
    }
    for columns in [60, 80, 200] {
        let env = Env::new();
        let list: String = (1..=12).map(|n| format!("45.9.9.{n}\n")).collect();
        env.write("list.txt", list);
        let terminal = Terminal::open(&env, columns, "vtscan --rate 4/min list.txt");
        // Of the first four turns one is the look at the key's quotas.
        let rows = terminal.shows("3/12  next request in ");
        let screen = rows.join("\n");
        terminal.holds_records(&rows, 3);
        let bar = rows.iter().rposition(|row| !row.is_empty()).unwrap();
        assert!(rows[bar].contains(" min left"), "{screen}");
        assert_eq!(rows.iter().filter(|row| row.contains("/12  ")).count(), 1, "{screen}");
        terminal.presses("C-c");
        let rows = terminal.shows("[ended 130]");
        terminal.holds_records(&rows, 3);
        assert!(!rows.iter().any(|row| row.contains("next request")), "{}", rows.join("\n"));
    }
}

#[test]
fn a_pipe_and_a_file_get_nothing_of_the_terminals() {
    if !has("tmux") {
        return;
    }
    let env = Env::new();
    env.write("list.txt", long_list(&env));
    let line =
        "vtscan --rate unlimited list.txt > out.txt; vtscan list.txt 2> err.txt | cat > piped.txt";
    let terminal = Terminal::open(&env, 60, line);
    terminal.shows("[ended 0]");
    for name in ["out.txt", "piped.txt", "err.txt"] {
        let text = std::fs::read_to_string(env.work().join(name)).unwrap();
        assert!(!text.contains(['\u{1b}', '\r', '█', '…']), "{name}: {text:?}");
        assert!(name == "err.txt" || text.contains(&"path/".repeat(60)), "{name}: {text}");
    }
}

#[test]
fn wide_and_combining_characters_keep_the_columns() {
    if !has("tmux") {
        return;
    }
    let env = Env::new();
    env.write("list.txt", "文件文件文件文件\ne\u{301}e\u{301}e\u{301}\nplain-text-here\n");
    let terminal = Terminal::open(&env, 120, "vtscan --whole-lines list.txt");
    terminal.shows("[ended 2]");
    // Where each line's details begin is asked of the terminal itself: it is searched cell by cell.
    let rows = terminal.rows();
    let columns: Vec<usize> = rows
        .iter()
        .filter_map(|row| row.split_once("Invalid: "))
        .map(|(before, _)| unicode_width::UnicodeWidthStr::width(before))
        .collect();
    assert_eq!(columns.len(), 3, "{}", rows.join("\n"));
    assert!(columns.iter().all(|column| *column == columns[0]), "{columns:?}\n{}", rows.join("\n"));
}

#[test]
fn an_indicator_links_to_its_report_where_the_terminal_can() {
    if !has("script") {
        return;
    }
    let env = Env::new();
    let line = format!("{} --rate unlimited 8.8.8.8", env!("CARGO_BIN_EXE_vtscan"));
    let typed = |name: &str, value: &str| {
        let mut script = Command::new("script");
        script
            .args(["-qec", &line, "/dev/null"])
            .env_remove("NO_COLOR")
            .env("TERM", "xterm-256color");
        script.env("VT_API_KEY", KEY).env("VTSCAN_API_URL", env.simulator.url());
        script.env("HOME", env.home()).env("XDG_CACHE_HOME", env.home()).env(name, value);
        script.env("XDG_CONFIG_HOME", env.home()).current_dir(env.work());
        Run::of(&mut script).stdout
    };
    let link = "\u{1b}]8;;https://www.virustotal.com/gui/ip-address/8.8.8.8\u{1b}\\8.8.8.8\u{1b}]8;;\u{1b}\\";
    let linked = typed("FORCE_HYPERLINK", "1");
    assert!(linked.contains(link), "{linked:?}");
    assert!(!typed("FORCE_HYPERLINK", "0").contains("\u{1b}]8;"));
    assert!(!typed("NO_COLOR", "1").contains("\u{1b}]8;"));
}
