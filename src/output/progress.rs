//! The progress bar: how far the run is, what it waits for, how long it will take.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use console::Term;
use indicatif::{ProgressDrawTarget, ProgressStyle, TermLike};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::console::Console;
use crate::gate::{Gate, Waiting};
use crate::quota::{Pause, Period};
use crate::wording::{counted, duration};

/// How often the bar's text is renewed.
const EVERY: Duration = Duration::from_millis(200);

/// Shows the bar on stderr and keeps it up to date, for as long as it is polled.
pub(super) async fn follow(console: &Console, gate: &Gate<'_>, total: usize) -> Infallible {
    let bar = &console.bar;
    let style = ProgressStyle::with_template("{bar:12} {pos}/{len}  {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar.set_length(total as u64);
    let stderr = Term::buffered_stderr();
    if stderr.features().is_attended() {
        bar.set_draw_target(ProgressDrawTarget::term_like_with_hz(Box::new(Narrower(stderr)), 10));
    }
    let start = Instant::now();
    let waiting = gate.waiting();
    loop {
        let left = (total as u64).saturating_sub(bar.position());
        bar.set_message(message(gate, *waiting.borrow(), left, start.elapsed()));
        bar.tick();
        tokio::time::sleep(EVERY).await;
    }
}

/// stderr, four columns narrower than it is: a terminal echoes `^C` behind the bar, and
/// where that has no room in the bar's row the bar stays on the screen.
#[derive(Debug)]
struct Narrower(Term);

impl TermLike for Narrower {
    fn width(&self) -> u16 {
        self.0.size().1.saturating_sub(4)
    }

    fn height(&self) -> u16 {
        self.0.size().0
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_left(n)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}

fn message(gate: &Gate<'_>, waiting: Option<Waiting>, left: u64, elapsed: Duration) -> String {
    let requests = gate.requests();
    let window = gate.limits().window;
    // What one looks for goes first: a narrow terminal cuts the end off.
    let mut parts = Vec::with_capacity(4);
    if let Some(Waiting { until, why }) = waiting {
        let wait = until.duration_since(Timestamp::now()).max(SignedDuration::ZERO);
        let wait = duration(wait + SignedDuration::from_secs(1));
        parts.push(match why {
            Pause::Window => format!("next request in {wait}"),
            Pause::RateLimited => format!("refused by VirusTotal, again in {wait}"),
            Pause::Spent(Period::Hour) => {
                format!("this hour's quota is spent, again in {wait}")
            }
            Pause::Spent(period) => {
                format!("the {}'s quota is spent, again in {wait}", period.as_str())
            }
        });
    }
    let each = match window {
        Some(window) => window.span.as_secs_f64() / window.requests as f64,
        None => elapsed.as_secs_f64() / requests.max(1) as f64,
    };
    parts.push(format!(
        "{} left",
        duration(SignedDuration::from_secs((each * left as f64).ceil() as i64))
    ));
    parts.push(counted(requests, "request"));
    parts.push(window.map_or_else(|| "no rate limit".to_owned(), |window| window.to_string()));
    parts.join(", ")
}
