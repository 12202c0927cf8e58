//! SplitMix64 (Steele, Lea, Flood): numbers that look random and follow from a seed alone.

/// What the state grows by from one number to the next.
pub(crate) const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// The next number of a state.
pub(crate) fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(STEP);
    mix(*state)
}

/// Spreads the bits of a number over all of them; different numbers stay different.
pub(crate) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
