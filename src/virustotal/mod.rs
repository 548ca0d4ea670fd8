//! VirusTotal v3 over reqwest: one shared client, the few calls that a lookup
//! tool needs, and what can go wrong with them.

mod api_url;
mod client;
mod connection;
mod error;
mod identity;
mod wire;

pub use self::api_url::{ApiUrl, VIRUSTOTAL};
#[cfg(fuzzing)]
pub use self::client::read_every_way;
pub use self::client::{Analysis, Client};
pub use self::connection::ClientOptions;
pub use self::error::Error;
