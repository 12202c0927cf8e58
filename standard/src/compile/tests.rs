use super::*;
use crate::pack::Pack;
use crate::pack::rows::*;
use crate::test_support::built_in;
use crate::xsf;

mod damage;
mod known;
mod models;
mod random;

/// Compiles schemas that are written in XSF; the name of the n-th is `n.xsd`.
fn pack_of(schemas: &[&str]) -> Result<Vec<u8>, Vec<SchemaError>> {
    let parsed =
        schemas.iter().enumerate().map(|(at, text)| xsf::parse(text, &format!("{at}.xsd")).expect("XSF"));
    compile(&Inputs { schemas: parsed.collect(), namespaces: vec!["urn:a".to_owned()], ..Inputs::default() })
}

/// The first error: line and text.
fn error_of(schemas: &[&str]) -> (u32, String) {
    let errors = pack_of(schemas).expect_err("refused");
    (errors[0].line, errors[0].to_string())
}

/// A schema whose type `T` has the given content; lines are indented by four blanks at least.
fn with_content(content: &str) -> String {
    format!("schema urn:a\nns a urn:a\ncomplex T\n  seq\n{content}")
}

fn type_row<'a>(pack: &Pack<'a>, local: &str) -> &'a Type {
    let namespace = pack.namespace(b"urn:a").expect("namespace");
    let name = pack.name(namespace, local.as_bytes()).expect("name");
    &pack.types[pack.global_type(name).expect("type") as usize]
}

fn states<'a>(pack: &Pack<'a>, ty: &Type) -> &'a [State] {
    pack.states_of(&pack.models[ty.model.get() as usize])
}

/// Whether a type's content takes elements of these local names.
fn takes(pack: &Pack<'_>, ty: &Type, names: &[&str]) -> bool {
    let states = states(pack, ty);
    let mut state = &states[0];
    for name in names {
        let found = pack.steps_of(state).iter().find(|step| pack.local(step.name.get()) == *name);
        match found {
            Some(step) => state = &states[usize::from(step.next.get())],
            None => return false,
        }
    }
    state.accept == 1
}
