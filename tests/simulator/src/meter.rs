//! Keys, the window of the minute, and the quotas of hour, day and month.

use crate::config::Config;
use crate::json::Json;
use std::collections::VecDeque;
use std::time::Instant;

/// The use of one key.
#[derive(Clone, Debug, Default)]
struct Meter {
    /// When the requests came that still lie in the window.
    window: VecDeque<Instant>,
    /// Used in the hour, the day, the month.
    used: [u64; 3],
}

/// The meters of all keys.
pub(crate) struct Meters {
    keys: Vec<(String, Meter)>,
}

const PERIODS: [&str; 3] = ["hourly", "daily", "monthly"];

impl Meters {
    pub(crate) fn new(config: &Config) -> Self {
        Meters { keys: config.keys.iter().map(|key| (key.clone(), Meter::default())).collect() }
    }

    /// The number of a key; None if it is not accepted.
    pub(crate) fn number(&self, key: &str) -> Option<usize> {
        self.keys.iter().position(|(known, _)| known == key)
    }

    /// Counts a request that came now; false if that is more than the window or a quota allows, and then it is not
    /// counted.
    pub(crate) fn admit(&mut self, number: usize, config: &Config, now: Instant) -> bool {
        let group: [u64; 3] = self.used_together();
        let meter = &mut self.keys[number].1;
        if let Some(most) = config.per_minute {
            while meter
                .window
                .front()
                .is_some_and(|&came| now.duration_since(came) >= config.window)
            {
                meter.window.pop_front();
            }
            if meter.window.len() >= most as usize {
                return false;
            }
        }
        let allowed = [config.hourly, config.daily, config.monthly];
        let spent = (0..3).any(|period| {
            let of_group = config.group_quota.is_some_and(|most| group[period] >= most[period]);
            of_group || meter.used[period] >= allowed[period]
        });
        if spent {
            return false;
        }
        if config.per_minute.is_some() {
            meter.window.push_back(now);
        }
        meter.used.iter_mut().for_each(|used| *used += 1);
        true
    }

    pub(crate) fn set_used(&mut self, used: [u64; 3]) {
        self.keys.iter_mut().for_each(|(_, meter)| meter.used = used);
    }

    /// A new day: the hour and the day start at 0.
    pub(crate) fn reset_day(&mut self) {
        self.keys.iter_mut().for_each(|(_, meter)| (meter.used[0], meter.used[1]) = (0, 0));
    }

    /// Used in the hour, the day, the month, by one key.
    pub(crate) fn used(&self, number: usize) -> [u64; 3] {
        self.keys[number].1.used
    }

    fn used_together(&self) -> [u64; 3] {
        let mut sum = [0; 3];
        for (_, meter) in &self.keys {
            (0..3).for_each(|period| sum[period] += meter.used[period]);
        }
        sum
    }

    /// The body of `overall_quotas`. There is no entry for the minute.
    pub(crate) fn overall_quotas(&self, number: usize, config: &Config) -> String {
        let (used, group) = (self.used(number), self.used_together());
        let allowed = [config.hourly, config.daily, config.monthly];
        let mut json = Json::new(1024, 0);
        json.open('{');
        json.object("data", |json| {
            for period in 0..3 {
                json.object(&format!("api_requests_{}", PERIODS[period]), |json| {
                    if let Some(most) = config.group_quota {
                        json.object("group", |json| {
                            json.number("allowed", most[period]);
                            json.text("inherited_from", "company");
                            json.number("used", group[period]);
                        });
                    }
                    json.object("user", |json| {
                        json.number("allowed", allowed[period]);
                        json.number("used", used[period]);
                    });
                });
            }
            json.object("intelligence_searches_monthly", |json| {
                json.object("user", |json| {
                    json.number("allowed", 0);
                    json.number("used", 0);
                });
            });
        });
        json.close('}');
        json.finish()
    }

    /// The body of `users/{id}`, which holds the key itself.
    pub(crate) fn user(&self, number: usize, id: &str, config: &Config) -> String {
        let used = self.used(number);
        let allowed = [config.hourly, config.daily, config.monthly];
        let mut json = Json::new(1024, 0);
        json.open('{');
        json.object("data", |json| {
            json.text("id", id);
            json.text("type", "user");
            json.object("attributes", |json| {
                json.text("status", "active");
                json.text("apikey", &self.keys[number].0);
                json.object("quotas", |json| {
                    for period in 0..3 {
                        json.object(&format!("api_requests_{}", PERIODS[period]), |json| {
                            json.number("allowed", allowed[period]);
                            json.number("used", used[period]);
                        });
                    }
                });
                json.object("privileges", |_| {});
            });
        });
        json.close('}');
        json.finish()
    }
}
