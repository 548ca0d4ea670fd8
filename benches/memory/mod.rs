//! What a running program takes, as the kernel counts it.

use std::process::Child;
use std::time::Duration;

/// The most memory that a program took until it ended, in MiB; 0 where the system does not say.
pub(crate) fn peak(child: &Child) -> f64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0;
    // A process that has ended, and was not waited for, has no memory any more.
    while let Some(kib) = std::fs::read_to_string(&status).ok().and_then(|text| high_water(&text)) {
        peak = kib / 1024.0;
        std::thread::sleep(Duration::from_millis(1));
    }
    peak
}

fn high_water(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
