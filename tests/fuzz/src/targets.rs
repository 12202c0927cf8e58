//! The readers, each with a corpus of good input and the words of its language.

use azrkit::Standards;
use azrkit::message::read::Options;
use azrkit::message::report::Lang;
use azrkit::message::sample::{Sampler, Size, Which};
use azrkit::message::{json, json_schema, show, write};
use azrkit_standard::compile::{Inputs, compile};
use azrkit_standard::model::Schema;
use azrkit_standard::pack::Pack;
use azrkit_standard::{genericode, pattern, rule, tsv, xsd, xsf};

/// What all targets share.
pub struct World {
    /// The built-in packs.
    pub standards: Standards,
    messages: Vec<Vec<u8>>,
    schemas: Vec<Schema>,
}

/// A reader under test.
pub struct Target {
    /// Its name on the command line.
    pub name: &'static str,
    /// Good input.
    pub corpus: Vec<Vec<u8>>,
    /// What the input's language is made of.
    pub words: &'static [&'static str],
    /// Hands the input over; whether it was taken as good.
    pub run: fn(&World, &[u8]) -> bool,
    /// Bytes that a run may ask of the allocator whatever the input is.
    pub base: usize,
    /// Bytes that a run may ask of the allocator for each byte of input.
    pub factor: f64,
    /// Makes an input good again in what every blind change spoils (a checksum); the number says how often not to.
    pub mend: Option<fn(&mut [u8], usize)>,
}

impl World {
    /// The built-in packs and messages of them.
    ///
    /// # Errors
    /// Where a sample cannot be made.
    pub fn new() -> Result<Self, String> {
        let mut standards = Standards::empty();
        for (_, bytes) in azrkit::standard::builtin() {
            standards.add(bytes).map_err(|error| error.to_string())?;
        }
        let packs = standards.packs();
        let mut sampler = Sampler::new(&packs);
        let mut messages = Vec::new();
        for (number, size) in [
            ("090001", Size::Typical),
            ("090009", Size::Typical),
            ("090010", Size::Typical),
            ("090010", Size::Large),
            ("090022", Size::Small),
            ("090023", Size::Typical),
            ("090012", Size::Typical),
            ("090099", Size::Typical),
        ] {
            messages
                .push(sampler.generate(Which::Name(number), 7, 0, size).map_err(|error| error.to_string())?);
        }
        let parse = |source: &azrkit_standard::pack::rows::Source| {
            xsf::parse(packs[0].str(source.text), packs[0].str(source.file)).ok()
        };
        let schemas = packs[0].schemas.iter().filter_map(parse).collect();
        drop(sampler);
        drop(packs);
        Ok(Self { standards, messages, schemas })
    }

    fn small_schemas(&self, longest: usize) -> impl Iterator<Item = (&Schema, String)> {
        let written = self.schemas.iter().map(|schema| (schema, xsd::write(schema)));
        written.filter(move |(_, text)| text.len() <= longest)
    }
}

/// All targets.
pub fn targets(world: &World) -> Vec<Target> {
    let packs = world.standards.packs();
    let texts = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>();
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(
        "<?xml version='1.0' encoding='UTF-16'?><a b='1'>ü😀</a>".encode_utf16().flat_map(u16::to_le_bytes),
    );
    let mut messages = world.messages.clone();
    messages.push(utf16);
    let mut reader = world.standards.reader();
    let json_corpus = world
        .messages
        .iter()
        .map(|bytes| json::to_json(&reader.read(bytes, &Options::default()).document).into_bytes());
    let mut schemas: Vec<Vec<u8>> = world.small_schemas(30_000).map(|(_, text)| text.into_bytes()).collect();
    schemas.extend(texts(&[SCHEMA]));
    let mut facts: Vec<Vec<u8>> =
        world.small_schemas(30_000).map(|(schema, _)| xsf::write(schema).into_bytes()).collect();
    facts.extend(xsd::parse(SCHEMA.as_bytes(), "s.xsd").ok().map(|schema| xsf::write(&schema).into_bytes()));
    let rules: Vec<Vec<u8>> = packs
        .iter()
        .flat_map(|pack| pack.rules.iter().map(|row| pack.str(row.expr).as_bytes().to_vec()))
        .collect();
    let target = |name, corpus, words, run, base, factor| Target {
        name,
        corpus,
        words,
        run,
        base,
        factor,
        mend: None,
    };
    vec![
        target("message", messages, XML, message, 4 << 20, 64.0),
        target("json", json_corpus.collect(), JSON, from_json, 8 << 20, 128.0),
        Target {
            mend: Some(mend_pack),
            ..target("pack", small_packs(world), &[], open_pack, 16 << 20, 64.0)
        },
        target("xsd", schemas, XSD, from_xsd, 512 << 20, 256.0),
        target("xsf", facts, XSF, from_xsf, 512 << 20, 256.0),
        target("genericode", texts(&[GENERICODE]), GC, from_genericode, 4 << 20, 64.0),
        target(
            "tsv",
            texts(&[TSV]),
            &["\t", "\n", "#list ", "#columns ", "#version ", "#valid ", "#title ", "code", "\r\n", "#"],
            from_tsv,
            4 << 20,
            200.0,
        ),
        target("pattern", texts(PATTERNS), PATTERN, from_pattern, 512 << 20, 64.0),
        target(
            "rule",
            if rules.is_empty() { texts(&["a = 1"]) } else { rules },
            RULE,
            from_rule,
            64 << 20,
            2000.0,
        ),
    ]
}

fn message(world: &World, bytes: &[u8]) -> bool {
    use_message(&world.standards, bytes)
}

/// Reads a message and does everything with it that can be done with one.
fn use_message(standards: &Standards, bytes: &[u8]) -> bool {
    let mut reader = standards.reader();
    let message = reader.read(bytes, &Options::default());
    let texts = (
        show::to_text(&message.document, Lang::De),
        json::to_json(&message.document),
        write::to_xml(&message.document),
    );
    std::hint::black_box(texts);
    message.report.schema_valid
}

fn from_json(world: &World, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = world.standards.reader();
    json::check(&mut reader, &text, &Options::default()).report.valid
}

fn open_pack(world: &World, bytes: &[u8]) -> bool {
    let Ok(pack) = Pack::open(bytes) else { return false };
    for global in pack.global_elements.iter().take(4) {
        std::hint::black_box(json_schema::of_element(&pack, global.row.get(), Lang::En));
    }
    let mut standards = Standards::empty();
    if standards.add(bytes.to_vec()).is_err() {
        return false;
    }
    let packs = standards.packs();
    for message in world.messages.iter().take(2).map(Vec::as_slice).chain([SMALL.as_bytes()]) {
        use_message(&standards, message);
    }
    let mut reader = standards.reader();
    std::hint::black_box(json::check(&mut reader, SMALL_JSON, &Options::default()));
    let row = packs.first().and_then(|pack| pack.global_elements.first()).map(|global| global.row.get());
    if let Some(row) = row {
        let made = Sampler::new(&packs).generate(Which::Element { pack: 0, row }, 1, 0, Size::Small);
        std::hint::black_box(made.is_ok());
    }
    true
}

/// Writes the checksum anew, most of the time, so that what lies behind it is reached.
fn mend_pack(bytes: &mut [u8], chance: usize) {
    if chance == 0 || bytes.len() < 24 {
        return;
    }
    let length = (bytes.len() as u32).to_le_bytes();
    if chance < 4 && bytes.len() >= 16 {
        bytes[12..16].copy_from_slice(&length);
    }
    let sum = crc32fast::hash(&bytes[20..]).to_le_bytes();
    bytes[16..20].copy_from_slice(&sum);
}

fn small_packs(world: &World) -> Vec<Vec<u8>> {
    let own = xsd::parse(SCHEMA.as_bytes(), "s.xsd").ok();
    let lists: Vec<_> = genericode::parse(GENERICODE.as_bytes(), "g.xml").into_iter().collect();
    let target = "urn:example:s";
    let mut packs = Vec::new();
    for schemas in [
        own.into_iter().collect::<Vec<_>>(),
        world.schemas.iter().filter(|schema| schema.target.contains("datum")).cloned().collect(),
    ] {
        let namespace = schemas.first().map_or(target, |schema| schema.target.as_str()).to_owned();
        let inputs = Inputs {
            name: "klein".to_owned(),
            standard: "Klein".to_owned(),
            version: "1".to_owned(),
            namespaces: vec![namespace],
            schemas,
            lists: lists.clone(),
            library: world.schemas.clone(),
            ..Inputs::default()
        };
        packs.extend(compile(&inputs).ok());
    }
    packs
}

fn from_xsd(world: &World, bytes: &[u8]) -> bool {
    xsd::parse(bytes, "fuzz.xsd").is_ok_and(|schema| use_schema(world, schema))
}

fn from_xsf(world: &World, bytes: &[u8]) -> bool {
    xsf::parse(&String::from_utf8_lossy(bytes), "fuzz.xsf").is_ok_and(|schema| use_schema(world, schema))
}

fn use_schema(world: &World, schema: Schema) -> bool {
    std::hint::black_box((xsd::write(&schema), xsf::write(&schema)));
    let own = |library: &&Schema| library.file != schema.file && library.target != schema.target;
    let inputs = Inputs {
        name: "fuzz".to_owned(),
        standard: "Fuzz".to_owned(),
        version: "1".to_owned(),
        namespaces: vec![schema.target.clone()],
        library: world.schemas.iter().filter(own).cloned().collect(),
        schemas: vec![schema],
        ..Inputs::default()
    };
    compile(&inputs).is_ok_and(|bytes| Pack::open(&bytes).is_ok())
}

fn from_genericode(_: &World, bytes: &[u8]) -> bool {
    genericode::parse(bytes, "fuzz.xml").is_ok()
}

fn from_tsv(_: &World, bytes: &[u8]) -> bool {
    tsv::parse_codelist(&String::from_utf8_lossy(bytes), "fuzz.tsv").is_ok()
}

fn from_pattern(_: &World, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let text: String = text.chars().take(500).collect();
    let Ok(automaton) = pattern::compile(&[&text], pattern::Limits::default()) else { return false };
    for value in ["", "a", "2026-01-01", "Ž̦ß", &text] {
        std::hint::black_box((automaton.is_match(value.as_bytes()), automaton.first_bad(value.as_bytes())));
    }
    true
}

fn from_rule(_: &World, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    rule::parse_expr(&text).is_ok()
        | rule::parse_path(&text).is_ok()
        | rule::parse_rules(&text, "fuzz.tsv").is_ok()
}

const SMALL: &str = "<s:n xmlns:s='urn:example:s' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' a='1'><s:k><code>01</code></s:k>\
<s:d>2026-01-01</s:d><s:w xsi:type='s:W2'><s:x>1</s:x><s:y>2</s:y></s:w></s:n>";

const SMALL_JSON: &str =
    r#"{"n": {"@a": "1", "k": {"code": "01"}, "d": "2026-01-01", "w": {"@type": "W2", "x": 1}}}"#;

/// Every construct of XML Schema that the XÖV standards use.
const SCHEMA: &str = r###"<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:s="urn:example:s" targetNamespace="urn:example:s"
 elementFormDefault="qualified" attributeFormDefault="unqualified" version="1">
 <xs:annotation><xs:appinfo><standard/></xs:appinfo><xs:documentation>d</xs:documentation></xs:annotation>
 <xs:element name="n"><xs:complexType><xs:sequence>
  <xs:element name="k" type="s:Code" minOccurs="0" maxOccurs="unbounded"/>
  <xs:element name="d" type="xs:date" nillable="true" default="2026-01-01" minOccurs="0"/>
  <xs:element name="w" type="s:W1"/>
  <xs:choice minOccurs="0" maxOccurs="3"><xs:element ref="s:kopf"/><xs:group ref="s:g"/></xs:choice>
  <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
 </xs:sequence><xs:attribute name="a" type="s:Klein" use="required"/><xs:attributeGroup ref="s:ag"/>
 <xs:anyAttribute namespace="urn:a urn:b ##local" processContents="skip"/></xs:complexType></xs:element>
 <xs:group name="g"><xs:sequence><xs:element name="e" fixed="1" type="xs:int"/></xs:sequence></xs:group>
 <xs:attributeGroup name="ag"><xs:attribute name="b" type="xs:boolean" default="true"/></xs:attributeGroup>
 <xs:element name="kopf" type="xs:string" abstract="true"/><xs:element name="glied" type="xs:token" substitutionGroup="s:kopf"/>
 <xs:complexType name="Code"><xs:sequence><xs:element name="code" type="xs:token" form="unqualified"/>
  <xs:element name="name" type="xs:normalizedString" form="unqualified" minOccurs="0"/></xs:sequence>
  <xs:attribute name="listURI" type="xs:anyURI" fixed="urn:example:liste"/><xs:attribute name="listVersionID" type="xs:normalizedString" fixed="1"/></xs:complexType>
 <xs:complexType name="W1" abstract="true"><xs:sequence><xs:element name="x" type="xs:integer" minOccurs="0" maxOccurs="20"/></xs:sequence></xs:complexType>
 <xs:complexType name="W2" mixed="false"><xs:complexContent><xs:extension base="s:W1"><xs:sequence><xs:element name="y" type="s:U"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
 <xs:complexType name="W3"><xs:complexContent><xs:restriction base="s:W2"><xs:sequence><xs:element name="x" type="xs:integer"/><xs:element name="y" type="s:U"/></xs:sequence></xs:restriction></xs:complexContent></xs:complexType>
 <xs:complexType name="A"><xs:all><xs:element name="p" type="xs:string" minOccurs="0"/><xs:element name="q" type="s:L"/></xs:all></xs:complexType>
 <xs:complexType name="T"><xs:simpleContent><xs:extension base="s:Klein"><xs:attribute name="t" type="xs:ID"/></xs:extension></xs:simpleContent></xs:complexType>
 <xs:simpleType name="Klein"><xs:restriction base="xs:token"><xs:pattern value="[a-z0-9]{1,20}|\p{L}+"/><xs:maxLength value="30"/><xs:enumeration value="1"/></xs:restriction></xs:simpleType>
 <xs:simpleType name="U"><xs:union memberTypes="xs:date xs:gYear"><xs:simpleType><xs:restriction base="xs:decimal"><xs:minInclusive value="1"/><xs:fractionDigits value="2"/><xs:totalDigits value="5"/></xs:restriction></xs:simpleType></xs:union></xs:simpleType>
 <xs:simpleType name="L"><xs:list itemType="xs:NMTOKEN"/></xs:simpleType>
</xs:schema>"###;

const GENERICODE: &str = r#"<?xml version="1.0"?>
<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/">
 <Annotation><Description/></Annotation>
 <Identification><ShortName>liste</ShortName><LongName>Liste</LongName><Version>1</Version><CanonicalUri>urn:example:liste</CanonicalUri>
 <CanonicalVersionUri>urn:example:liste_1</CanonicalVersionUri></Identification>
 <ColumnSet><Column Id="code" Use="required"><ShortName>code</ShortName><Data Type="string"/></Column>
 <Column Id="name" Use="optional"><ShortName>name</ShortName><Data Type="string"/></Column><Key Id="k"><ShortName>k</ShortName><ColumnRef Ref="code"/></Key></ColumnSet>
 <SimpleCodeList><Row><Value ColumnRef="code"><SimpleValue>01</SimpleValue></Value><Value><SimpleValue>Eins</SimpleValue></Value></Row>
 <Row><Value ColumnRef="code"><SimpleValue>02</SimpleValue></Value></Row></SimpleCodeList></gc:CodeList>"#;

const TSV: &str = "#list urn:example:liste\n#version 1\n#title Liste\n#valid 2025-11-01\n#columns code\tname\tmeldbar-ab\n01\tEins\t\n02\tZwei\t2026-01-01\n";

const PATTERNS: &[&str] = &[
    r"[A-Z0-9]{9,15}",
    r"\d{4}-\d\d-\d\d(Z|[+\-]\d\d:\d\d)?",
    r"([ !-~]|[\p{L}-[A-F]]|\i\c*){0,90}",
    r"(a|ab)(c|bcd)*d?",
    r"[^\s&&]+|\P{Lu}*",
    r"\p{IsBasicLatin}{1,100}(,\p{Lu}{2}){0,5}",
    r"[\-+^\]]",
    r"((a*)*)*",
    r".{1,250}",
];

const XML: &[&str] = &[
    "<",
    ">",
    "</",
    "/>",
    "<a>",
    "</a>",
    "<a ",
    "='",
    "\"",
    "'",
    "&amp;",
    "&#",
    "&#x10FFFF;",
    "&",
    ";",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "<!DOCTYPE a [",
    "<!ENTITY a '",
    "xmlns",
    "xmlns:",
    "xsi:type='",
    "xsi:nil='true'",
    "xml:",
    ":",
    "<?xml version='1.0' encoding='",
    "UTF-16",
    "ISO-8859-1",
    "\u{FEFF}",
    "\0",
    "\r",
    "ü",
    "\u{301}",
    "😀",
    "code>",
    "<code>",
    "listURI=",
    "listVersionID='",
    "<a><a><a><a>",
];

const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "null",
    "true",
    "false",
    "-",
    "0",
    "1e9",
    "1.5",
    "\\u0000",
    "\\ud800",
    "\\udc00",
    "\\",
    "\"code\":",
    "\"#text\":",
    "\"@",
    "\"$",
    "[[[[",
    "{\"a\":",
    "ü",
    "😀",
    "\u{FEFF}",
    "\"listURI\":",
    "\"type\":",
];

const XSD: &[&str] = &[
    "<xs:sequence>",
    "</xs:sequence>",
    "<xs:choice maxOccurs='unbounded'>",
    "</xs:choice>",
    "<xs:all>",
    "<xs:any/>",
    "<xs:element name='a'",
    " ref='s:n'",
    " type='",
    "xs:string",
    "minOccurs='0'",
    "maxOccurs='4294967295'",
    "maxOccurs='unbounded'",
    "maxOccurs='1000'",
    "<xs:extension base='s:W1'>",
    "<xs:restriction base='",
    "<xs:pattern value='",
    "((((a{1,1000}){1,1000}){1,1000}){1,1000})",
    "<xs:import/>",
    "<xs:include schemaLocation='fuzz.xsd'/>",
    "<xs:group ref='s:g'/>",
    "substitutionGroup='s:kopf'",
    "abstract='true'",
    "fixed=''",
    "default='x'",
    "<xs:union",
    "<xs:list",
    "memberTypes='s:U'",
    "nillable='1'",
    "xs:",
    "s:",
    "<!DOCTYPE",
    "&a;",
    "<xs:redefine/>",
    "<xs:key/>",
    "##any",
    "##other",
    "processContents='strict'",
];

const XSF: &[&str] = &[
    "\n",
    "  ",
    "    ",
    "complex ",
    "simple ",
    "element ",
    "seq",
    "choice *",
    "all",
    "any * ##other lax",
    " extends ",
    " restricts ",
    " union ",
    " list ",
    "pattern ",
    "attr a required xs:string",
    "{}",
    "<>",
    " 1 ",
    " ? ",
    " * ",
    " 0..99999 ",
    "ref ",
    "fixed=",
    "default=",
    "code X uri=u version=* name=?",
    "  = 01 x",
    "group ",
    "include fuzz.xsf",
    "import",
    "ns ",
    "#",
    "\t",
    "abstract",
    "substitutes",
];

const GC: &[&str] = &[
    "<Row>",
    "</Row>",
    "<Value>",
    "<Value ColumnRef='code'>",
    "<SimpleValue>",
    "</SimpleValue>",
    "<Column Id='",
    "<Key>",
    "<ColumnRef Ref='",
    "<SimpleCodeList>",
    "<gc:",
    "xmlns=''",
    "<!DOCTYPE",
    "<Identification>",
    "<Version>",
    "<ComplexValue>",
    "<CodeListRef>",
    "&",
    "<![CDATA[",
];

const PATTERN: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "*",
    "+",
    "?",
    "|",
    "\\",
    "\\p{",
    "\\P{L}",
    "\\i",
    "\\c",
    "\\d",
    "\\s",
    "\\w",
    "[^",
    "-[",
    "{1,",
    "{1000}",
    "{0,65535}",
    ".",
    "^",
    "$",
    "\\p{IsGreek}",
    "a-z",
    "\\n",
    "{,5}",
    "()",
    "(a|b)*",
    "[a-]",
    "ü",
    "😀",
];

const RULE: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "/",
    "//",
    "..",
    ".",
    "@",
    "and",
    "or",
    "not",
    "=",
    "!=",
    "<",
    "<=",
    "count(",
    "exists(",
    "'",
    "\"",
    "1",
    "if",
    "then",
    "else",
    "in",
    "some",
    "every",
    "$",
    ",",
    "+",
    "-",
    "*",
    "every x in a/b",
    "((((((((",
    "date(",
    "\t",
    "\n",
];
