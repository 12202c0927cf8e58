//! Complex types in JSON Schema.

use std::collections::{HashMap, HashSet};

use azrkit_standard::datatype::Builtin;
use azrkit_standard::pack::Pack;
use azrkit_standard::pack::rows::{self, NONE, Step, Text, attribute, element, kind, step, type_flag};
use serde_json::{Map, Value, json};

use super::simple;
use crate::message::json::input::fill::labelled_code;
use crate::message::json::lexical::{Native, native};
use crate::message::json::order::{Choice, Content, name_row, uri_of};
use crate::message::json::output::homonym_key;
use crate::message::report::Lang;
use crate::message::write::prefixes::standard_prefix;

/// The `$defs` of a schema, as they come about.
pub(super) struct Types<'p, 'a> {
    pack: &'p Pack<'a>,
    lang: Lang,
    /// The entry of each type (row of `types`).
    names: HashMap<u32, String>,
    defs: Map<String, Value>,
    /// Types whose entry is still to be made.
    todo: Vec<u32>,
    /// Local name of the root element.
    root: &'a str,
}

impl<'p, 'a> Types<'p, 'a> {
    pub(super) fn new(pack: &'p Pack<'a>, root: &'a str, lang: Lang) -> Self {
        Self { pack, lang, names: HashMap::new(), defs: Map::new(), todo: Vec::new(), root }
    }

    /// The schema of the root's type, written out.
    pub(super) fn root(&mut self, ty: u32) -> Map<String, Value> {
        let Some(row) = self.pack.types.get(ty as usize) else { return Map::new() };
        self.object(row)
    }

    /// All entries.
    pub(super) fn finish(mut self) -> Map<String, Value> {
        while let Some(ty) = self.todo.pop() {
            let Some(row) = self.pack.types.get(ty as usize) else { continue };
            let mut schema = self.definition(ty, row);
            let label = self.text(row.label, row.label_en).to_owned();
            describe(&mut schema, &label, self.pack.str(row.meaning));
            if let Some(name) = self.names.get(&ty) {
                self.defs.insert(name.clone(), Value::Object(schema));
            }
        }
        let others = ["$attributes", "$any", "$content"];
        for name in others {
            let items = json!({
                "type": "object",
                "required": ["$name"],
                "properties": { "$name": { "type": "string" }, "$namespace": { "type": "string" } }
            });
            let items =
                if name == "$content" { json!({ "anyOf": [{ "type": "string" }, items] }) } else { items };
            self.defs.insert(name.to_owned(), json!({ "type": "array", "items": items }));
        }
        self.defs.sort_keys();
        self.defs
    }

    /// A text in the language asked for.
    pub(super) fn text(&self, german: Text, english: Text) -> &'a str {
        self.lang.choose(self.pack.str(german), self.pack.str(english))
    }

    /// A reference to the entry of a type. Anonymous simple types are written out.
    fn reference(&mut self, ty: u32) -> Map<String, Value> {
        let Some(row) = self.pack.types.get(ty as usize) else { return Map::new() };
        let is_builtin = u8::try_from(ty).is_ok_and(|number| Builtin::from_u8(number).is_some());
        if row.kind == kind::SIMPLE
            && row.flags & type_flag::COMPLEX == 0
            && (is_builtin || row.name.get() == NONE)
        {
            return into_map(simple::simple(self.pack, row.simple.get()));
        }
        if row.kind == kind::ANY {
            return Map::new();
        }
        if !self.names.contains_key(&ty) {
            let name = self.entry_name(row);
            self.names.insert(ty, name);
            self.todo.push(ty);
        }
        let name = self.names.get(&ty).map_or("", String::as_str);
        into_map(json!({ "$ref": pointer(name) }))
    }

    /// The name of a type, or its path; with its prefix or a number if that is not enough.
    fn entry_name(&self, row: &rows::Type) -> String {
        let name = row.name.get();
        let plain = if name == NONE {
            self.pack.str(row.path).replace('/', ".")
        } else {
            self.pack.local(name).to_owned()
        };
        let prefix = if name == NONE {
            ""
        } else {
            standard_prefix(std::slice::from_ref(self.pack), uri_of(self.pack, name))
        };
        let taken: HashSet<&String> = self.names.values().collect();
        let numbered = (2..).map(|number| format!("{plain}.{number}"));
        [plain.clone(), format!("{prefix}:{plain}")]
            .into_iter()
            .chain(numbered)
            .find(|name| !name.is_empty() && !name.starts_with(':') && !taken.contains(name))
            .unwrap_or(plain)
    }

    /// What an entry says.
    fn definition(&mut self, ty: u32, row: &'a rows::Type) -> Map<String, Value> {
        if row.kind == kind::SIMPLE && row.flags & type_flag::COMPLEX == 0 {
            return into_map(simple::simple(self.pack, row.simple.get()));
        }
        if let Some(code) = self.pack.code_types.get(row.code.get() as usize) {
            return self.code(ty, row, code);
        }
        let own = Value::Object(self.object(row));
        let bare = row.kind == kind::SIMPLE;
        let mut ways = vec![own];
        if bare {
            ways.push(simple::simple(self.pack, row.simple.get()));
        }
        let derived = self.derived(ty);
        if !derived.is_empty() {
            ways.push(json!({ "type": "object", "required": ["$type"], "properties": { "$type": { "enum": derived } } }));
        }
        if row.flags & type_flag::ABSTRACT != 0 && ways.len() > 1 {
            ways.remove(0);
        }
        if ways.len() == 1 {
            return into_map(ways.remove(0));
        }
        into_map(json!({ "anyOf": ways }))
    }

    /// Names of the types that can stand for a type by `$type`.
    fn derived(&self, base: u32) -> Vec<&'a str> {
        let pack = self.pack;
        let descends = |mut at: u32| {
            while let Some(row) = pack.types.get(at as usize).filter(|row| row.base.get() < at) {
                at = row.base.get();
                if at == base {
                    return true;
                }
            }
            false
        };
        let found = pack.global_types.iter().filter(|global| descends(global.row.get())).filter(|global| {
            pack.types.get(global.row.get() as usize).is_some_and(|row| row.flags & type_flag::ABSTRACT == 0)
        });
        found.map(|global| pack.local(global.name.get())).collect()
    }

    /// A code: an object, or a string where the object would have nothing else.
    fn code(&mut self, ty: u32, row: &'a rows::Type, code: &'a rows::CodeType) -> Map<String, Value> {
        let pack = self.pack;
        let Some(content) = Content::of(pack, row) else { return self.object(row) };
        let simple_of = |local: &str| {
            let found = content.find(name_row(pack, "", local)?)?;
            let element = pack.elements.get(found.element.get() as usize)?;
            Some(pack.types.get(element.ty.get() as usize)?.simple.get())
        };
        let value =
            simple_of("code").map_or(json!({ "type": "string" }), |row| simple::code(pack, code, row));
        // A list stands once for both ways.
        let pointer =
            self.names.get(&ty).map_or(String::new(), |name| pointer(&format!("{name}/$defs/code")));
        let reference = json!({ "$ref": pointer });
        let is_list = value.get("type").is_none();
        let way = if is_list { reference } else { value.clone() };
        let mut properties = Map::new();
        properties.insert("code".into(), way.clone());
        if let Some(name) = simple_of("name") {
            properties.insert("name".into(), simple::simple(pack, name));
        }
        for local in ["listVersionID", "listURI"] {
            let given = pack.attributes_of(row).iter().find(|row| pack.local(row.name.get()) == local);
            properties.extend(given.map(|row| (local.to_owned(), self.attribute(row))));
        }
        let object = json!({
            "type": "object",
            "properties": properties,
            "required": ["code"],
            "patternProperties": { "^\\$": {} },
            "additionalProperties": false
        });
        let mut schema = into_map(json!({ "anyOf": [object, way] }));
        if is_list {
            schema.insert("$defs".into(), json!({ "code": value }));
        }
        let title = pack.str(code.title);
        if !title.is_empty() {
            schema.insert("title".into(), title.into());
        }
        schema
    }

    /// The object form of a type.
    fn object(&mut self, row: &'a rows::Type) -> Map<String, Value> {
        let pack = self.pack;
        let mut properties = Map::new();
        let mut required: Vec<Value> = Vec::new();
        for row in pack.attributes_of(row).iter().filter(|row| uri_of(pack, row.name.get()).is_empty()) {
            let mark = if row.flags.get() & attribute::HOMONYM != 0 { "@" } else { "" };
            let key = format!("{mark}{}", pack.local(row.name.get()));
            const FILLED: u16 = attribute::REQUIRED | attribute::FIXED;
            if row.flags.get() & FILLED == attribute::REQUIRED {
                required.push(key.clone().into());
            }
            properties.insert(key, self.attribute(row));
        }
        let mut one_of = Vec::new();
        match row.kind {
            kind::SIMPLE => {
                properties.insert("$text".into(), simple::simple(pack, row.simple.get()));
            }
            kind::MIXED | kind::ANY => {
                properties.insert("$text".into(), json!({ "type": "string" }));
            }
            _ => {
                if let Some(content) = Content::of(pack, row) {
                    one_of = self.elements(content, &mut properties, &mut required);
                }
            }
        }
        properties.insert("$attributes".into(), json!({ "$ref": "#/$defs/$attributes" }));
        let mut schema = into_map(json!({ "type": "object", "properties": properties }));
        schema.insert("required".into(), required.into());
        if one_of.len() > 1 {
            schema.insert("oneOf".into(), one_of.into());
        }
        schema.insert("patternProperties".into(), json!({ "^\\$(type|nil|order|content)$": {} }));
        schema.insert("additionalProperties".into(), row.kind.eq(&kind::ANY).into());
        schema
    }

    /// The elements of a content model. Gives the ways of a choice between single elements.
    fn elements(
        &mut self,
        content: Content<'p, 'a>,
        properties: &mut Map<String, Value>,
        required: &mut Vec<Value>,
    ) -> Vec<Value> {
        let pack = self.pack;
        let mut steps: Vec<&'a Step> = Vec::new();
        for found in content.steps() {
            if !steps.iter().any(|have| have.name == found.name) {
                steps.push(found);
            }
        }
        steps.sort_by_key(|found| found.order.get());
        let key = |found: &Step| {
            if found.flags.get() & step::HOMONYM != 0 {
                homonym_key(pack, found.name.get())
            } else {
                pack.local(found.name.get()).to_owned()
            }
        };
        for found in &steps {
            let Some(row) = pack.elements.get(found.element.get() as usize) else { continue };
            let is_filled = row.flags.get() & element::FIXED != 0 || self.names_the_message(row);
            if !is_filled && content.needs(found.name.get()) {
                required.push(key(found).into());
            }
            properties.insert(key(found), self.element(row, found.flags.get() & step::REPEATS != 0));
        }
        if content.has_wildcard() {
            properties.insert("$any".into(), json!({ "$ref": "#/$defs/$any" }));
        }
        let ways: Vec<Value> = steps.iter().map(|found| json!({ "required": [key(found)] })).collect();
        match content.choice() {
            Choice::None => Vec::new(),
            Choice::AtMostOne if ways.len() < 2 => Vec::new(),
            Choice::One => ways,
            Choice::AtMostOne => {
                let none = json!({ "not": { "anyOf": ways } });
                ways.into_iter().chain([none]).collect()
            }
        }
    }

    /// Whether an element is a code that has the message among its values: in the message's head it need not stand.
    fn names_the_message(&self, row: &rows::Element) -> bool {
        let ty = self.pack.types.get(row.ty.get() as usize).filter(|ty| ty.code.get() != NONE);
        ty.is_some_and(|ty| labelled_code(self.pack, ty, self.root).is_some())
    }

    fn element(&mut self, row: &'a rows::Element, repeats: bool) -> Value {
        let mut schema = self.reference(row.ty.get());
        let ty = self.pack.types.get(row.ty.get() as usize);
        if row.flags.get() & element::FIXED != 0
            && let Some(ty) = ty.filter(|ty| ty.kind == kind::SIMPLE)
        {
            schema = fixed(self.pack, ty.simple.get(), self.pack.str(row.value));
        }
        if row.flags.get() & element::NILLABLE != 0 {
            let nil = json!({ "type": "object", "properties": { "$nil": { "type": "boolean" } }, "required": ["$nil"] });
            schema = into_map(json!({ "anyOf": [schema, nil] }));
        }
        if repeats {
            schema = into_map(json!({ "type": "array", "items": schema }));
        }
        let label = self.text(row.label, row.label_en).to_owned();
        describe(&mut schema, &label, self.pack.str(row.meaning));
        Value::Object(schema)
    }

    fn attribute(&self, row: &rows::Attribute) -> Value {
        let mut schema = if row.flags.get() & attribute::FIXED != 0 {
            fixed(self.pack, row.simple.get(), self.pack.str(row.value))
        } else {
            into_map(simple::simple(self.pack, row.simple.get()))
        };
        describe(&mut schema, self.text(row.label, row.label_en), "");
        Value::Object(schema)
    }
}

/// The reference to an entry of `$defs`, or to a part of one: a JSON Pointer as the fragment of a URI.
pub(super) fn pointer(name: &str) -> String {
    let mut out = String::from("#/$defs/");
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'$' | b':' | b'/' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A fixed value.
fn fixed(pack: &Pack<'_>, simple: u32, value: &str) -> Map<String, Value> {
    let values = match native(pack, simple) {
        // Other ways to write the same value are strings.
        Native::Boolean => {
            let value = value == "true" || value == "1";
            json!([value, if value { "1" } else { "0" }])
        }
        Native::Integer => json!([value.parse::<i64>().unwrap_or_default(), value]),
        Native::String => json!([value]),
    };
    into_map(json!({ "enum": values }))
}

/// Title and description; those of the place win over those of the type.
fn describe(schema: &mut Map<String, Value>, title: &str, description: &str) {
    if !title.is_empty() {
        schema.insert("title".into(), title.into());
    }
    if !description.is_empty() {
        schema.insert("description".into(), description.into());
    }
}

fn into_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
