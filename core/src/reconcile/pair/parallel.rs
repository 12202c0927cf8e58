//! Work cut into pieces that threads take one after the other. The pieces do not depend on the number of threads, so neither does the result.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Does each of `pieces` pieces of work, on so many threads, and gives the results in the order of the pieces. Each thread has a state of its
/// own, which must not change results.
pub(super) fn each<S, T: Send>(
    threads: usize,
    pieces: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> T + Sync,
) -> Vec<T> {
    if threads <= 1 || pieces <= 1 {
        let mut own = state();
        return (0..pieces).map(|piece| work(&mut own, piece)).collect();
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(pieces));
    std::thread::scope(|scope| {
        for _ in 0..threads.min(pieces) {
            scope.spawn(|| {
                let mut own = state();
                loop {
                    let piece = next.fetch_add(1, Ordering::Relaxed);
                    if piece >= pieces {
                        break;
                    }
                    let result = work(&mut own, piece);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((piece, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(piece, _)| *piece);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Where a piece of `n` things begins and ends.
pub(super) fn range(n: usize, pieces: usize, piece: usize) -> std::ops::Range<usize> {
    let at = |piece: usize| (n as u128 * piece as u128 / pieces.max(1) as u128) as usize;
    at(piece)..at(piece + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_for_any_number_of_threads() {
        for threads in [0, 1, 2, 7] {
            let sums = each(threads, 10, || (), |(), piece| range(103, 10, piece).sum::<usize>());
            assert_eq!(sums.len(), 10);
            assert_eq!(sums.iter().sum::<usize>(), (0..103).sum::<usize>());
            assert_eq!(sums[0], (0..10).sum::<usize>());
        }
        assert!(each(2, 0, || (), |(), piece| piece).is_empty());
    }
}
