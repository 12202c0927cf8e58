//! Several authorities, one register, and a channel that drops, doubles, delays, reorders and truncates messages; offices die at any
//! operation of their store and start again; clocks jump. Every step comes from a seed. When the channel heals, every record agrees
//! with what its owners last submitted or decided, each Meldung was applied once, and no event is missing.

pub mod office;
pub mod people;
pub mod rng;
pub mod world;
