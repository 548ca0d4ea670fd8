//! Bodies that were made before, ready to be sent again.

use hyper::body::Bytes;
use std::collections::{HashMap, VecDeque};

/// The most bytes that stand on the shelf: some thousands of bodies.
const ROOM: usize = 48 << 20;

/// Bodies by name, the oldest thrown out first.
#[derive(Default)]
pub(crate) struct Shelf {
    bodies: HashMap<String, Bytes>,
    order: VecDeque<String>,
    bytes: usize,
}

impl Shelf {
    pub(crate) fn get(&self, name: &str) -> Option<Bytes> {
        self.bodies.get(name).cloned()
    }

    pub(crate) fn put(&mut self, name: String, body: Bytes) {
        self.bytes += body.len();
        if let Some(before) = self.bodies.insert(name.clone(), body) {
            self.bytes -= before.len();
        } else {
            self.order.push_back(name);
        }
        while self.bytes > ROOM {
            let Some(oldest) = self.order.pop_front() else {
                break;
            };
            self.bytes -= self.bodies.remove(&oldest).map_or(0, |body| body.len());
        }
    }
}
