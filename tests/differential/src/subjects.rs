//! The standards under test: the built-in ones, and XWasser from its official files.

use std::path::Path;

use azrkit::Standards;
use azrkit::message::sample::{Sampler, Size, Which};
use azrkit_standard::compile::{Inputs, compile};
use azrkit_standard::error::SchemaError;
use azrkit_standard::pack::Pack;
use azrkit_standard::{genericode, xsd};

use crate::peer::Peer;
use crate::subject::{Exported, Subject, files, shared};

/// A subject with the packs by which azrkit reads its messages.
pub struct Loaded {
    /// The packs.
    pub standards: Standards,
    /// The subject.
    pub subject: Subject,
}

/// Sizes of samples.
pub const SIZES: [(Size, &str); 3] =
    [(Size::Small, "small"), (Size::Typical, "typical"), (Size::Large, "large")];

/// Seed of the samples that mutants are made of. They are the same whatever the mutants' seed is.
const SAMPLES: u64 = 2611;

/// Samples of all messages of the built-in pack whose name begins so, `per` of each size.
///
/// # Errors
/// Where a sample cannot be made.
pub fn built_in(name: &str, per: u32) -> Result<Loaded, String> {
    let standards = standards()?;
    let packs = standards.packs();
    let at = pack_of(&packs, name)?;
    let mut sampler = Sampler::new(&packs);
    let mut messages = Vec::new();
    for which in messages_of(&packs, at) {
        for (size, size_name) in SIZES {
            for index in 0..per {
                let bytes =
                    sampler.generate(which, SAMPLES, index, size).map_err(|error| error.to_string())?;
                messages.push((format!("{} {size_name} {index}", element_name(&packs, which)), bytes));
            }
        }
    }
    let subject = Subject::new(name, &packs[at], messages)?;
    drop(sampler);
    drop(packs);
    Ok(Loaded { standards, subject })
}

/// The built-in standards.
///
/// # Errors
/// Never, if the packs are sound.
pub fn standards() -> Result<Standards, String> {
    let mut standards = Standards::empty();
    for (_, bytes) in azrkit::standard::builtin() {
        standards.add(bytes).map_err(|error| error.to_string())?;
    }
    Ok(standards)
}

/// The pack whose name begins so.
///
/// # Errors
/// Where there is none.
pub fn pack_of(packs: &[Pack<'_>], name: &str) -> Result<usize, String> {
    let found = packs
        .iter()
        .position(|pack| pack.meta.first().is_some_and(|meta| pack.str(meta.name).starts_with(name)));
    found.ok_or_else(|| format!("no pack {name}"))
}

/// All global elements of a pack's main namespace; where that has none, of all that are not XML Signature's.
pub fn messages_of(packs: &[Pack<'_>], at: usize) -> Vec<Which<'static>> {
    let Some(pack) = packs.get(at) else { return Vec::new() };
    let all = |wanted: &dyn Fn(u16, &str) -> bool| -> Vec<Which<'static>> {
        let own = |row: u32| {
            let name = pack.names.get(row as usize);
            let namespace = name.and_then(|name| pack.namespaces.get(usize::from(name.namespace.get())));
            namespace.is_some_and(|namespace| wanted(namespace.flags.get(), pack.str(namespace.uri)))
        };
        let globals = pack.global_elements.iter().filter(|global| own(global.name.get()));
        globals.map(|global| Which::Element { pack: at, row: global.row.get() }).collect()
    };
    let main = all(&|flags, _| flags & 1 != 0);
    if main.is_empty() { all(&|_, uri| !uri.starts_with("http://www.w3.org/")) } else { main }
}

/// Local name of a message's root element.
pub fn element_name(packs: &[Pack<'_>], which: Which<'_>) -> String {
    let Which::Element { pack, row } = which else { return which.to_string() };
    let Some(pack) = packs.get(pack) else { return String::new() };
    pack.elements
        .get(row as usize)
        .map_or_else(String::new, |element| pack.local(element.name.get()).to_owned())
}

/// XWasser 1.0.0: its own four valid messages, and samples. None, with a line on standard error, where its files are
/// not there.
///
/// # Errors
/// Where its files do not compile, or a message cannot be made.
pub fn xwasser(given: Option<&Path>) -> Result<Option<Loaded>, String> {
    let Some(root) = shared(given, "XWasser") else { return Ok(None) };
    let root = root.join("standard");
    let bytes = xwasser_pack(&root)?;
    let mut standards = Standards::empty();
    standards.add(bytes).map_err(|error| error.to_string())?;
    let packs = standards.packs();
    let exported = Exported::new(&crate::subject::schemas_of(&packs[0])?)?;
    let mut peer = Peer::open(exported.top())?;
    let mut messages = files(&root.join("xwasser-1.0.0/messages"), "xml")?;
    messages.retain(|(_, bytes)| peer.judge(bytes).is_valid());
    let mut sampler = Sampler::new(&packs);
    for which in messages_of(&packs, 0) {
        for (size, size_name) in SIZES {
            for index in 0..4 {
                let name = format!("{} {size_name} {index}", element_name(&packs, which));
                // A standard that the sampler was not made for: not every element can be made.
                match sampler.generate(which, SAMPLES, index, size) {
                    Ok(bytes) => messages.push((name, bytes)),
                    Err(error) => eprintln!("no sample {name}: {error}"),
                }
            }
        }
    }
    let subject = Subject::new("xwasser", &packs[0], messages)?;
    drop(sampler);
    drop(packs);
    Ok(Some(Loaded { standards, subject }))
}

/// The pack of XWasser, compiled from its official files.
///
/// # Errors
/// What the compiler says.
pub fn xwasser_pack(standard: &Path) -> Result<Vec<u8>, String> {
    let text = |errors: Vec<SchemaError>| {
        errors.iter().take(5).map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let schemas = |folder: &str| {
        let files = files(&standard.join(folder), "xsd")?;
        files
            .iter()
            .map(|(name, bytes)| xsd::parse(bytes, name).map_err(text))
            .collect::<Result<Vec<_>, String>>()
    };
    let lists = files(&standard.join("xwasser-1.0.0/codelists"), "xml")?;
    let lists = lists.iter().map(|(name, bytes)| genericode::parse(bytes, name).map_err(text));
    let inputs = Inputs {
        name: "xwasser-1.0.0".to_owned(),
        standard: "XWasser".to_owned(),
        version: "1.0.0".to_owned(),
        namespaces: vec!["https://gitlab.opencode.de/akdb/xoev/xwasser/-/raw/main/V1_0_0".to_owned()],
        schemas: schemas("xwasser-1.0.0/xsd")?,
        library: schemas("xoev")?,
        lists: lists.collect::<Result<_, _>>()?,
        ..Inputs::default()
    };
    compile(&inputs).map_err(text)
}
