//! `azrkit pack`: standard packs are built, described, and written back as XSD.

mod build;

use std::path::Path;

use azrkit::Standards;
use azrkit::message::report::Lang;
use azrkit::standard::model::{Position, Schema};
use azrkit::standard::pack::Pack;
use azrkit::standard::{xsd, xsf};

use crate::args::{self, Common};
use crate::failure::Failure;
use crate::output::Output;
use crate::{Outcome, standards};

pub(crate) fn run(args: &args::Pack, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    match args {
        args::Pack::Build(args) => build::run(args, out),
        args::Pack::Info { pack } => info(pack.as_deref(), common, out),
        args::Pack::ExportXsd { pack, dir } => export(pack, dir, common, out),
    }
}

/// Runs with a pack that is named by its file, or by its name among the open ones.
fn with_pack<T>(
    name: &str,
    common: &Common,
    run: impl FnOnce(&Pack<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let file = Path::new(name);
    if file.is_file() {
        let mut standards = Standards::empty();
        standards::add(&mut standards, file)?;
        return match standards.packs().first() {
            Some(pack) => run(pack),
            None => Err(Failure::call(format!("{name} holds no pack"))),
        };
    }
    let standards = standards::load(common)?;
    let packs = standards.packs();
    match packs.iter().find(|pack| pack_name(pack) == name) {
        Some(pack) => run(pack),
        None => {
            let names: Vec<&str> = packs.iter().map(pack_name).collect();
            Err(Failure::call(format!(
                "{name} is neither a file nor the name of a pack ({})",
                names.join(", ")
            )))
        }
    }
}

fn pack_name<'a>(pack: &Pack<'a>) -> &'a str {
    pack.meta.first().map_or("", |meta| pack.str(meta.name))
}

fn info(name: Option<&str>, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let lang = Lang::from(common.lang);
    if let Some(name) = name {
        with_pack(name, common, |pack| describe(pack, lang, out))?;
    } else {
        let standards = standards::load(common)?;
        for (number, pack) in standards.packs().iter().enumerate() {
            if number > 0 {
                out.line("")?;
            }
            describe(pack, lang, out)?;
        }
    }
    Ok(Outcome::Clean)
}

fn describe(pack: &Pack<'_>, lang: Lang, out: &mut Output) -> Result<(), Failure> {
    let word = |de, en| if lang == Lang::De { de } else { en };
    let title = pack.meta.first().map_or("", |meta| pack.str(meta.title));
    let heading = out.paint.bold(&format!("{} {}", pack.standard(), pack.version()));
    out.line(&heading)?;
    let rows: usize = pack.lists.iter().map(|list| list.rows.get() as usize).sum();
    let facts = [
        (word("Name", "Name"), pack_name(pack).to_owned()),
        (word("Titel", "Title"), title.to_owned()),
        (word("Nachrichten", "Messages"), pack.messages.len().to_string()),
        (word("Globale Elemente", "Global elements"), pack.global_elements.len().to_string()),
        (word("Typen", "Types"), pack.types.len().to_string()),
        (word("Elemente", "Elements"), pack.elements.len().to_string()),
        (
            word("Codelisten", "Code lists"),
            format!("{} ({rows} {})", pack.lists.len(), word("Schlüssel", "codes")),
        ),
        (word("Regeln", "Rules"), pack.rules.len().to_string()),
        (word("Schemadateien", "Schema files"), pack.schemas.len().to_string()),
    ];
    for (label, value) in facts {
        if !value.is_empty() {
            out.line(&format!("  {label:<18}{value}"))?;
        }
    }
    out.line(&format!("  {}", word("Namensräume", "Namespaces")))?;
    let own = |uri: &str| !uri.is_empty() && uri != azrkit::standard::model::XS;
    for namespace in pack.namespaces.iter().filter(|row| own(pack.str(row.uri))) {
        let main = if namespace.flags.get() & 1 != 0 { word(" (Nachrichten)", " (messages)") } else { "" };
        out.line(&format!("    {:<16}{}{main}", pack.str(namespace.prefix), pack.str(namespace.uri)))?;
    }
    Ok(())
}

fn export(name: &str, dir: &Path, common: &Common, out: &mut Output) -> Result<Outcome, Failure> {
    let files = with_pack(name, common, |pack| {
        let schemas = schemas_of(pack)?;
        let mut files = xsd::write_set(&schemas);
        files.extend(drivers(pack, &schemas));
        Ok(files)
    })?;
    std::fs::create_dir_all(dir).map_err(Failure::file(dir))?;
    for (name, text) in &files {
        // A file's name comes from the pack: it must not lead out of the folder.
        let Some(name) = Path::new(name).file_name() else { continue };
        let file = dir.join(name);
        std::fs::write(&file, text).map_err(Failure::file(&file))?;
    }
    out.line(&match Lang::from(common.lang) {
        Lang::De => format!("{} Schemadateien in {}", files.len(), dir.display()),
        Lang::En => format!("{} schema files in {}", files.len(), dir.display()),
    })?;
    if let Some((driver, _)) = files.last() {
        out.line(&format!("xmllint --noout --schema {} …", dir.join(driver).display()))?;
    }
    Ok(Outcome::Clean)
}

/// Files that include and import all others, for tools that take one file; the last one is that file.
fn drivers(pack: &Pack<'_>, schemas: &[Schema]) -> Vec<(String, String)> {
    let mut drivers = Vec::new();
    let mut top = Schema::default();
    for namespace in pack.namespaces.iter().filter(|row| row.has_elements.get() != 0) {
        let uri = pack.str(namespace.uri);
        let files: Vec<&str> =
            schemas.iter().filter(|schema| schema.target == uri).map(|schema| schema.file.as_str()).collect();
        let file = match files.as_slice() {
            [] => continue,
            [file] => (*file).to_owned(),
            _ => {
                let file = format!("{}-{}.driver.xsd", pack_name(pack), drivers.len() + 1);
                drivers.push((file.clone(), xsd::write_driver(schemas, uri)));
                file
            }
        };
        top.imports.push((uri.to_owned(), Some(file), Position::default()));
    }
    drivers.push((format!("{}.driver.xsd", pack_name(pack)), xsd::write(&top)));
    drivers
}

/// The schemas that a pack carries in XSF, under the names of their XSD files.
pub(crate) fn schemas_of(pack: &Pack<'_>) -> Result<Vec<Schema>, Failure> {
    let parse = |source: &azrkit::standard::pack::rows::Source| {
        let file = pack.str(source.file);
        let file = file.strip_suffix(".xsf").map_or_else(|| file.to_owned(), |stem| format!("{stem}.xsd"));
        xsf::parse(pack.str(source.text), &file).map_err(|error| Failure::call(error.to_string()))
    };
    pack.schemas.iter().map(parse).collect()
}
