use std::path::PathBuf;

use super::*;
use crate::source;

fn standards() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../core/standards")
}

#[test]
fn built_in_packs_compile() {
    for inputs in source::load_packs(&standards()).expect("sources") {
        let start = std::time::Instant::now();
        match compile(&inputs) {
            Ok(bytes) => println!("{}: {} bytes, {:?}", inputs.name, bytes.len(), start.elapsed()),
            Err(errors) => {
                for error in &errors {
                    println!("{error}");
                }
                panic!("{}: {} errors", inputs.name, errors.len());
            }
        }
    }
}

#[test]
fn sizes() {
    for inputs in source::load_packs(&standards()).expect("sources") {
        let bytes = compile(&inputs).expect("compiles");
        let pack = crate::pack::Pack::open(&bytes).expect("opens");
        macro_rules! show { ($($t:ident)*) => { $(println!("{:22} {:7} rows {:9} bytes", stringify!($t), pack.$t.len(), std::mem::size_of_val(pack.$t));)* } }
        show!(meta namespaces names name_index elements global_elements types global_types simples members enums automata automaton_bytes automaton_steps models states steps any_steps wildcards wildcard_namespaces attributes global_attributes code_types lists columns cells cell_text list_order messages rules rule_refs rule_code schemas extras text);
        let xsf: usize = pack.schemas.iter().map(|s| s.text.len.get() as usize).sum();
        let ext: usize = pack.extras.iter().map(|s| s.text.len.get() as usize).sum();
        println!("xsf {xsf} extras {ext} total {}", bytes.len());
    }
}
