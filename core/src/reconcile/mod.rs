//! The Abgleich (§ 8a AZRG): an authority's stock and the register, compared.
//!
//! | module | subject |
//! |---|---|
//! | [`source`] | reading stocks: files of records, tables, messages of the register, a store |

pub mod source;
