//! A look-alike of the VirusTotal v3 API on a loopback port, for tests, benchmarks and demonstrations.
//!
//! What an id is answered with is drawn from the id alone ([`expected`]), so runs repeat; objects can be scripted
//! ([`Simulator::set`]), and so can everything that goes wrong on the way ([`Rule`]). Every request is recorded
//! ([`Simulator::arrivals`]).
//!
//! ```
//! use vt_simulator::{Config, Fault, Kind, Object, Rule, Simulator, When, Which};
//!
//! let simulator = Simulator::start(Config { per_minute: Some(4), ..Config::default() });
//! simulator.set(Kind::Domain, "example.com", Object::Unjudged { looks: 1 });
//! simulator.script(Rule::new(Which::Kind(Kind::Ip), When::Share(0.1), Fault::Reset));
//! assert!(simulator.url().ends_with("/api/v3"));
//! assert!(simulator.arrivals().is_empty());
//! ```

mod answer;
mod api;
mod body;
mod catalogue;
mod config;
mod connection;
mod draw;
mod engines;
mod expected;
mod flow;
mod hashes;
mod json;
mod kind;
mod meter;
mod proxy;
mod record;
mod reply;
mod script;
mod sheet;
mod shelf;
mod simulator;
mod target;
mod tls;
mod wire;

pub use catalogue::Object;
pub use config::{Config, KEY, Latency, USER};
pub use expected::{Expected, expected};
pub use hashes::{FileHashes, hashes_of};
pub use hyper::Version;
pub use kind::{Kind, url_id};
pub use proxy::{Proxy, ProxyRequest};
pub use record::Arrival;
pub use script::{Fault, FaultBody, Rule, When, Which};
pub use simulator::Simulator;
pub use target::Target;
