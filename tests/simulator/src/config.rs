//! What a simulator is told at its start.

use std::time::Duration;

/// The key that a simulator accepts unless told otherwise.
pub const KEY: &str = "5d1ab0c2f7e94836a1d2c3b4e5f60718293a4b5c6d7e8f901234567890abcdef";

/// The id of the user whom the first key belongs to; the second key's is this with a 2, and so on.
pub const USER: &str = "analyst";

/// What a simulator is told at its start. Counts and limits are per key.
#[derive(Clone, Debug)]
pub struct Config {
    /// The keys that are accepted.
    pub keys: Vec<String>,
    /// More requests than this in any sliding [`window`](Self::window) are refused with a 429. Refused requests, quota
    /// reads that are free, and those that a scripted status answered take no place in the window.
    pub per_minute: Option<u32>,
    /// The length of the window that [`per_minute`](Self::per_minute) speaks of.
    pub window: Duration,
    /// Requests allowed in an hour. Use is only ever reset by [`reset_day`](crate::Simulator::reset_day), never by the
    /// clock: a run at midnight must be like any other.
    pub hourly: u64,
    /// Requests allowed in a day. A 404 counts as used, a 429 does not (the API documents neither).
    pub daily: u64,
    /// Requests allowed in a month.
    pub monthly: u64,
    /// Whether reading one's quota counts as use (the API does not say).
    pub quota_reads_cost: bool,
    /// What a group's members may use together in an hour, a day, a month; None for a key without a group.
    pub group_quota: Option<[u64; 3]>,
    /// How long every answer takes.
    pub latency: Latency,
    /// Answers about objects are padded to about this size. Their natural size is the least: 15 to 25 KB.
    pub body_bytes: usize,
    /// Whether to compress for clients that accept it. A 429 is never compressed.
    pub gzip: bool,
    /// Whether to serve https, HTTP/2 included, with a certificate of [`ca_pem`](crate::Simulator::ca_pem)'s.
    pub tls: bool,
    /// How many polls of an analysis find it unfinished: the first half of them queued, the others in progress.
    pub analysis_polls: u32,
    /// How many polls of a completed analysis still find all its counts zero, as is seen now and then.
    pub zero_stats_polls: u32,
    /// Threads that serve. One is enough for most, and leaves a core to the client.
    pub threads: usize,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            keys: vec![KEY.to_owned()],
            per_minute: None,
            window: Duration::from_secs(60),
            // As large as the API's own "no limit"; more than 32 bits hold.
            hourly: 60_000_000_000,
            daily: 1_000_000_000,
            monthly: 1_000_000_000,
            quota_reads_cost: false,
            group_quota: None,
            latency: Latency::None,
            body_bytes: 4096,
            gzip: true,
            tls: false,
            analysis_polls: 2,
            zero_stats_polls: 0,
            threads: 1,
        }
    }
}

/// How long answers take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latency {
    /// As long as it takes.
    None,
    /// Always so long.
    Fixed(Duration),
    /// Between these, drawn from the path and how often it was asked: a run that repeats waits alike.
    Uniform(Duration, Duration),
}
