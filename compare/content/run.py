#!/usr/bin/env python3
"""How fast, and in how much memory, azrkit compares two stocks by number, beside DuckDB doing a full outer join and comparing the same fields.

Both read the same two JSON Lines files, made by generate.py, which are read into the page cache before. Entries are paired by their kind,
since they have no order. DuckDB is asked in several ways. Two compare field by field, as azrkit does, and the faster counts; three compare
whole entries, as values or as text: they tell that something differs, not what, and the text of two equal entries may differ. Needs: pip install duckdb; cargo build --release -p azrkit-cli.

    compare/content/run.py --azrkit target/release/azrkit --data DIR [--count 1000000] [--threads 2] [--repeat 3] [--flat 100000,2000000]
"""
import argparse
import importlib.metadata
import json
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent

COLUMNS = """{'key': 'VARCHAR', 'azrNummer': 'VARCHAR', 'entries': 'STRUCT(kind VARCHAR, "key" VARCHAR, referenzId VARCHAR, data STRUCT(
  familienname STRUCT("name" VARCHAR), vorname STRUCT("name" VARCHAR), geschlecht STRUCT(geschlecht STRUCT(code VARCHAR)),
  geburtsangaben STRUCT(geburtsort STRUCT(ort VARCHAR), geburtsortStaat STRUCT(staatsangehoerigkeit STRUCT(code VARCHAR)),
    tagDerGeburt STRUCT(teilbekanntesDatum STRUCT(jahrMonatTag VARCHAR))),
  staatsangehoerigkeit STRUCT(staatsangehoerigkeit STRUCT(code VARCHAR))[],
  anschrift STRUCT(hausnummer VARCHAR, postleitzahl VARCHAR, strasse VARCHAR, wohnort VARCHAR), fruehereAnschrift BOOLEAN,
  einzugsdatum VARCHAR, meldestatusArt STRUCT(code VARCHAR), ereignisdatum VARCHAR, duldungArt STRUCT(code VARCHAR),
  befristungsdatum VARCHAR, bescheinigungsNummer VARCHAR, aufenthaltserlaubnisArt STRUCT(code VARCHAR), nummerAufenthaltstitel VARCHAR))[]'}"""

FIELDS = {
    "Grundpersonalien": ["familienname.name", "vorname.name", "geschlecht.geschlecht.code", "geburtsangaben.geburtsort.ort",
                         "geburtsangaben.geburtsortStaat.staatsangehoerigkeit.code",
                         "geburtsangaben.tagDerGeburt.teilbekanntesDatum.jahrMonatTag",
                         "staatsangehoerigkeit[1].staatsangehoerigkeit.code"],
    "Anschrift": ["anschrift.hausnummer", "anschrift.postleitzahl", "anschrift.strasse", "anschrift.wohnort", "fruehereAnschrift",
                  "einzugsdatum"],
    "Meldestatus": ["meldestatusArt.code", "ereignisdatum"],
    "Duldung": ["duldungArt.code", "ereignisdatum", "befristungsdatum", "bescheinigungsNummer"],
    "Aufenthaltserlaubnis": ["aufenthaltserlaubnisArt.code", "ereignisdatum", "befristungsdatum", "nummerAufenthaltstitel"],
}


def typed(local, register):
    """Every field as a typed column, each compared."""
    kinds = ", ".join(f"list_filter(entries, lambda e: e.kind = '{kind}')[1].data AS {kind}" for kind in FIELDS)
    side = lambda file: f"(SELECT azrNummer, {kinds} FROM read_json('{file}', format='newline_delimited', columns={COLUMNS}))"
    fields = [f"{kind}.{field}" for kind, all_fields in FIELDS.items() for field in all_fields]
    values = ", ".join(f"l.{field} IS DISTINCT FROM r.{field} AS d{at}" for at, field in enumerate(fields))
    any_field = " OR ".join(f"d{at}" for at in range(len(fields)))
    return f"""SELECT * FROM (SELECT coalesce(l.azrNummer, r.azrNummer) AS azrNummer, l.azrNummer IS NULL AS missing_here,
        r.azrNummer IS NULL AS missing_there, {values}, l, r FROM {side(local)} l FULL OUTER JOIN {side(register)} r
        ON l.azrNummer = r.azrNummer) WHERE missing_here OR missing_there OR {any_field} ORDER BY azrNummer"""


def by_position(local, register):
    """The first four entries taken out by position with all fields of all kinds, brought into the order of kinds, fields compared."""
    fields = sorted({field.replace("[1]", "[0]") for all_fields in FIELDS.values() for field in all_fields})
    paths = ["$.azrNummer"] + [f"$.entries[{at}].{part}" for at in range(4) for part in ["kind"] + [f"data.{f}" for f in fields]]
    size = len(fields) + 1
    listed = ", ".join(f"'{path}'" for path in paths)
    parts = ", ".join(f"v[{2 + at * size}:{1 + (at + 1) * size}]" for at in range(4))
    side = lambda file: f"""(SELECT v[1] AS azrNummer, list_sort([{parts}]) AS entries FROM (SELECT json_extract_string(json, [{listed}]) AS v
        FROM read_ndjson_objects('{file}')))"""
    return whole(side(local), side(register))


def as_values(local, register):
    """Whole entries as typed values, sorted."""
    side = lambda file: f"""(SELECT azrNummer, list_sort(list_transform(entries, lambda e: struct_pack(kind := e.kind, data := e.data))) AS
        entries FROM read_json('{file}', format='newline_delimited', columns={COLUMNS}))"""
    return whole(side(local), side(register))


def as_json(local, register):
    """Whole entries as JSON, sorted."""
    columns = "{'azrNummer': 'VARCHAR', 'entries': 'STRUCT(kind VARCHAR, data JSON)[]'}"
    side = lambda file: f"""(SELECT azrNummer, list_sort(entries) AS entries FROM
        read_json('{file}', format='newline_delimited', columns={columns}))"""
    return whole(side(local), side(register))


def as_text(local, register):
    """The first four entries taken out by position as text, sorted."""
    paths = ", ".join(f"'$.entries[{at}].kind', '$.entries[{at}].data'" for at in range(4))
    texts = ", ".join(f"v[{2 * at + 2}] || v[{2 * at + 3}]" for at in range(4))
    side = lambda file: f"""(SELECT v[1] AS azrNummer, list_sort([{texts}]) AS entries FROM (SELECT json_extract_string(json,
        ['$.azrNummer', {paths}]) AS v FROM read_ndjson_objects('{file}')))"""
    return whole(side(local), side(register))


def whole(local, register):
    return f"""SELECT coalesce(l.azrNummer, r.azrNummer) AS azrNummer, l.entries AS here, r.entries AS there FROM {local} l
        FULL OUTER JOIN {register} r ON l.azrNummer = r.azrNummer WHERE l.entries IS DISTINCT FROM r.entries ORDER BY 1"""


BY_FIELD = {"typed fields": typed, "fields by position": by_position}
WHOLE = {"entries as values": as_values, "entries as JSON": as_json, "entries as text": as_text}
CHILD = """
import duckdb, sys, json
con = duckdb.connect()
con.execute("SET threads TO %d" % int(sys.argv[1]))
con.execute("COPY (%s) TO '%s' (FORMAT csv)" % (sys.stdin.read(), sys.argv[2]))
"""


def measure(command, text=None):
    """Seconds and peak memory in MB of a program."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if text is not None:
        process.stdin.write(text.encode())
    process.stdin.close()
    output = process.stdout.read() + process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{command}: {output.decode()}")
    return seconds, usage.ru_maxrss / 1024, output.decode()


def warm(folder):
    for name in ("local.jsonl", "register.jsonl"):
        with open(folder / name, "rb") as file:
            while file.read(1 << 24):
                pass


def stocks(data, count):
    folder = data / str(count)
    if not (folder / "register.jsonl").exists():
        subprocess.run([sys.executable, HERE / "generate.py", str(count), folder], check=True)
    return folder


def azrkit(args, folder, *more):
    out = folder / "hinweise.jsonl"
    command = [args.azrkit, "reconcile", "content", "--local", folder / "local.jsonl", "--register", folder / "register.jsonl",
               "--out", out, "--threads", str(args.threads), "--memory", args.memory, *more]
    runs = [measure(command) for _ in range(args.repeat)]
    # Hinweise come by number, so that counting needs no memory: a child's peak begins with that of its parent.
    persons, last = 0, None
    with open(out, encoding="utf-8") as file:
        for line in file:
            number = json.loads(line)["azrNummer"]
            persons, last = persons + (number != last), number
    return min(run[0] for run in runs), max(run[1] for run in runs), persons


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--azrkit", required=True, type=pathlib.Path)
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--memory", default="256M")
    parser.add_argument("--flat", default="100000,2000000")
    args = parser.parse_args()
    # Not imported here: a child's peak memory begins with that of its parent.
    duckdb = importlib.metadata.version("duckdb")
    folder = stocks(args.data, args.count)
    size = sum((folder / name).stat().st_size for name in ("local.jsonl", "register.jsonl")) / 1e6
    print(f"{args.count} persons, {size:.0f} MB of JSON Lines, {args.threads} threads, best of {args.repeat}, DuckDB {duckdb}")
    warm(folder)
    seconds, memory, persons = azrkit(args, folder, "--no-plausibility")
    print(f"azrkit, compared:                 {seconds:7.2f} s  peak {memory:6.0f} MB  {persons} persons differ")
    for group, ways in (("field by field", BY_FIELD), ("whole entries", WHOLE)):
        best = None
        for name, way in ways.items():
            out = folder / "duckdb.csv"
            query = way(folder / "local.jsonl", folder / "register.jsonl")
            command = [sys.executable, "-c", CHILD, str(args.threads), str(out)]
            runs = [measure(command, query) for _ in range(args.repeat)]
            taken, used = min(run[0] for run in runs), min(run[1] for run in runs)
            with open(out, encoding="utf-8") as file:
                rows = sum(1 for _ in file) - 1
            print(f"DuckDB, {name + ':':26}{taken:7.2f} s  peak {used:6.0f} MB  {rows} persons differ", flush=True)
            if rows != persons:
                sys.exit("they do not find the same")
            best = min(best or taken, taken)
        print(f"ratio to DuckDB's fastest, {group + ':':15}{best / seconds:7.2f}", flush=True)
    seconds, memory, persons = azrkit(args, folder, "--today", "2026-11-25")
    print(f"azrkit, compared and plausibility: {seconds:6.2f} s  peak {memory:6.0f} MB  {persons} persons with a Hinweis")
    for count in (int(count) for count in args.flat.split(",") if count):
        other = stocks(args.data, count)
        warm(other)
        seconds, memory, _ = azrkit(args, other, "--no-plausibility")
        print(f"azrkit, {count:9} persons:        {seconds:7.2f} s  peak {memory:6.0f} MB")


if __name__ == "__main__":
    main()
