//! The clock and the random bytes of the system.

use std::time::{SystemTime, UNIX_EPOCH};

use azrkit::message::header::uuid;
use azrkit::time::Timestamp;
use azrkit::transmit::Environment;
use ring::digest::{Context, SHA256};
use ring::rand::{SecureRandom, SystemRandom};

use crate::failure::Failure;

/// The system. Its random bytes are drawn once, at the beginning: later it cannot fail.
pub(crate) struct System {
    seed: [u8; 32],
    drawn: u64,
}

impl System {
    /// Draws from the system.
    pub(crate) fn new() -> Result<Self, Failure> {
        let mut seed = [0; 32];
        let drawn = SystemRandom::new().fill(&mut seed);
        drawn.map_err(|_| Failure::call("AZK-C105: the system gives no random bytes"))?;
        Ok(Self { seed, drawn: 0 })
    }

    /// A UUID of version 4.
    pub(crate) fn uuid(&mut self) -> String {
        uuid(u128::from_be_bytes(self.random()), 4)
    }
}

impl Environment for System {
    fn now(&mut self) -> Timestamp {
        now()
    }

    fn random(&mut self) -> [u8; 16] {
        self.drawn += 1;
        let mut context = Context::new(&SHA256);
        context.update(&self.seed);
        context.update(&self.drawn.to_be_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&context.finish().as_ref()[..16]);
        bytes
    }
}

/// The time of the system's clock.
pub(crate) fn now() -> Timestamp {
    let millis = |time: std::time::Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp(since.map_or_else(|before| -millis(before.duration()), millis))
}

/// The time that `--at` says; without it, now.
pub(crate) fn at_or_now(at: Option<&str>) -> Result<Timestamp, Failure> {
    let Some(text) = at else { return Ok(now()) };
    Timestamp::parse(text).ok_or_else(|| Failure::call(format!("--at {text}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_bytes_never_come_twice() {
        let mut seen = std::collections::HashSet::new();
        for _ in 0..3 {
            let mut system = System::new().expect("random bytes");
            assert!((0..100).all(|_| seen.insert(system.random())));
        }
    }

    #[test]
    fn the_clock_goes() {
        // 2026-01-01
        assert!(
            now() > Timestamp(1_735_689_600_000)
                && now() < Timestamp::parse("2200-01-01T00:00:00").expect("a time")
        );
    }
}
