//! The Abgleich (§ 8a AZRG): an authority's stock and the register, compared.
//!
//! | module | subject |
//! |---|---|
//! | [`protocol`] | the official Abgleich: 090020 to 090023, result codes |
//! | [`synth`] | stocks that are made up, and the truth about them |
//! | [`source`] | reading stocks: files of records, tables, messages of the register, a store |

pub mod protocol;
pub mod source;
pub mod synth;
