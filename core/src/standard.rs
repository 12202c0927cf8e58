//! What a standard says: packs, and the two that are built in.
//!
//! All of `azrkit_standard` is here under its own names; see there.

pub use azrkit_standard::*;

/// The built-in packs by name: XAusländer 26.11 (with XInneres and the XÖV base schemas), and XInneres 26.11 alone.
///
/// They were checked when they were made; [`pack::Pack::open`] checks them again.
pub fn builtin() -> [(&'static str, &'static [u8]); 2] {
    [
        ("xauslaender-26.11", include_bytes!(concat!(env!("OUT_DIR"), "/xauslaender-26.11.azkpack"))),
        ("xinneres-26.11", include_bytes!(concat!(env!("OUT_DIR"), "/xinneres-26.11.azkpack"))),
    ]
}

#[cfg(test)]
mod tests {
    use super::pack::Pack;

    #[test]
    fn the_built_in_packs_are_what_they_say() {
        for (name, bytes) in super::builtin() {
            let pack = Pack::open(bytes).expect("opens");
            let meta = pack.meta[0];
            assert_eq!(pack.str(meta.name), name);
            assert_eq!(pack.version(), "26.11");
        }
        let pack = Pack::open(super::builtin()[0].1).expect("opens");
        assert_eq!(pack.standard(), "XAusländer");
        let message = pack.message_by_number("090010").expect("the Folgemeldung");
        let element = pack.elements[message.element.get() as usize];
        assert_eq!(pack.local(element.name.get()), "AnAZR.AZRFolgemeldung.090010");
    }
}
