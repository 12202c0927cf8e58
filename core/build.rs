//! Compiles the facts of the built-in standards into packs, which `src/standard.rs` embeds.

use std::path::PathBuf;

use azrkit_standard::{compile, source};

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("standards");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed={}", root.display());
    println!("cargo::rerun-if-changed=build.rs");
    let packs = source::load_packs(&root).unwrap_or_else(|errors| refuse("standards", &errors));
    for inputs in packs {
        let bytes = compile::compile(&inputs).unwrap_or_else(|errors| refuse(&inputs.name, &errors));
        let path = out.join(format!("{}.azkpack", inputs.name));
        if let Err(error) = std::fs::write(&path, bytes) {
            panic!("{}: {error}", path.display());
        }
    }
}

fn refuse<T>(what: &str, errors: &[azrkit_standard::error::SchemaError]) -> T {
    let list: Vec<String> = errors.iter().map(ToString::to_string).collect();
    panic!("{what} does not compile:\n{}", list.join("\n"));
}
