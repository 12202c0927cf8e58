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
