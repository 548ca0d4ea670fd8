//! What a key may spend, and when: windows, hours, days and months as pure
//! functions of instants. Nothing here reads a clock.
//!
//! VirusTotal counts a key's requests by the minute, the hour, the UTC day
//! (reset at 00:00 UTC) and the UTC month (reset on the 1st); see "Quotas" in
//! its documentation (`docs.virustotal.com/docs/consumption-quotas-handled`).

mod account;
mod limits;
mod period;
mod spending;

pub use self::account::{Account, Counts, KnownQuotas, NotBefore};
pub use self::limits::{Limits, PUBLIC_PER_DAY, PUBLIC_PER_MINUTE, Quota, Quotas, Rate, Window};
pub use self::period::Period;
pub use self::spending::{Pause, Room, Spending, room, room_in_window};
