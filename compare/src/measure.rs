//! Peers that take turns, and the median of what they reach.

use std::time::{Duration, Instant};

/// How long is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Contest {
    /// How many rounds.
    pub(crate) rounds: usize,
    /// How long a peer works in a round, in milliseconds.
    pub(crate) milliseconds: u64,
}

/// What a peer reached in each round, in megabytes a second.
#[derive(Debug, Clone)]
pub(crate) struct Rate {
    pub(crate) name: &'static str,
    rounds: Vec<f64>,
}

/// One thing that is measured: its name, and a run over all messages that gives the number of bytes.
pub(crate) type Peer<'a> = (&'static str, Box<dyn FnMut() -> usize + 'a>);

impl Contest {
    /// Lets the peers take turns.
    pub(crate) fn run<const N: usize>(&self, mut peers: [Peer<'_>; N]) -> [Rate; N] {
        let mut rates: [Rate; N] = std::array::from_fn(|at| Rate { name: peers[at].0, rounds: Vec::new() });
        for (_, run) in &mut peers {
            run();
        }
        for round in 0..self.rounds {
            for step in 0..N {
                // Another one begins each time.
                let at = (round + step) % N;
                let (start, limit) = (Instant::now(), Duration::from_millis(self.milliseconds));
                let mut bytes = 0;
                while start.elapsed() < limit {
                    bytes += (peers[at].1)();
                }
                rates[at].rounds.push(bytes as f64 / start.elapsed().as_secs_f64() / 1e6);
            }
        }
        rates
    }

    /// The median time of a call.
    pub(crate) fn time(&self, mut call: impl FnMut() -> bool) -> Duration {
        let mut times: Vec<Duration> = (0..self.rounds.max(5) * 5)
            .map(|_| {
                let start = Instant::now();
                call();
                start.elapsed()
            })
            .collect();
        times.sort();
        times[times.len() / 2]
    }
}

impl Rate {
    /// No round yet.
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, rounds: Vec::new() }
    }

    /// One more round, in times a second.
    pub(crate) fn add(&mut self, times: usize, took: Duration) {
        self.rounds.push(times as f64 / took.as_secs_f64());
    }

    /// The median of the rounds.
    pub(crate) fn median(&self) -> f64 {
        quantiles(self.rounds.clone()).1
    }

    /// The ratio to a peer, of each round: lower quartile, median, upper quartile.
    pub(crate) fn ratio(&self, peer: &Rate) -> (f64, f64, f64) {
        quantiles(self.rounds.iter().zip(&peer.rounds).map(|(mine, other)| mine / other).collect())
    }
}

fn quantiles(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |share: usize| values.get(values.len() * share / 4).copied().unwrap_or(0.0);
    (at(1), at(2), at(3))
}
