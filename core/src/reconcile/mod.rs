//! The Abgleich (§ 8a AZRG): an authority's stock and the register, compared.
//!
//! | module | subject |
//! |---|---|
//! | [`content`] | the content of both stocks, person by person, field by field; plausibility |
//! | [`decide`] | what becomes of Hinweise: decisions, records to submit, changes to take over |
//! | [`due`] | regular checks: who is to be looked at on which day |
//! | [`hinweis`] | the Hinweis: what may be wrong, for a person to decide or a rule to |
//! | [`pair`] | persons without a number: pairs with a probability |
//! | [`protocol`] | the official Abgleich: 090020 to 090023, result codes |
//! | [`synth`] | stocks that are made up, and the truth about them |
//! | [`source`] | reading stocks: files of records, tables, messages of the register, a store |

pub mod content;
pub mod decide;
pub mod due;
pub mod hinweis;
pub mod pair;
pub mod protocol;
pub mod source;
pub mod synth;
