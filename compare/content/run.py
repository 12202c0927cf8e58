#!/usr/bin/env python3
"""How fast, and in how much memory, azrkit compares two stocks by number, beside DuckDB doing a full outer join and comparing the same fields.

Both read the same two JSON Lines files, made by generate.py. DuckDB is asked in several ways and the fastest counts; its files are
read into the page cache before. Needs: pip install duckdb; cargo build --release -p azrkit-cli.

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


def by_data(local, register):
    """Whole entries compared as typed values, fields not told."""
    side = lambda file: f"""(SELECT azrNummer, list_transform(entries, lambda e: struct_pack(kind := e.kind, data := e.data)) AS entries
        FROM read_json('{file}', format='newline_delimited', columns={COLUMNS}))"""
    return f"""SELECT coalesce(l.azrNummer, r.azrNummer) AS azrNummer, l.entries AS here, r.entries AS there FROM {side(local)} l
        FULL OUTER JOIN {side(register)} r ON l.azrNummer = r.azrNummer WHERE l.entries IS DISTINCT FROM r.entries ORDER BY 1"""


def extracted(local, register):
    """Each line as JSON, every field taken out by its path."""
    paths = ["$.azrNummer"]
    for at, kind in enumerate(("Grundpersonalien", "Anschrift", "Meldestatus")):
        for field in FIELDS[kind]:
            paths.append(f"$.entries[{at}].data." + field.replace("[1]", "[0]"))
    for field in ("duldungArt.code", "aufenthaltserlaubnisArt.code", "ereignisdatum", "befristungsdatum", "bescheinigungsNummer",
                  "nummerAufenthaltstitel"):
        paths.append("$.entries[3].data." + field)
    listed = ", ".join(f"'{path}'" for path in paths)
    side = lambda file: f"""(SELECT v[1] AS azrNummer, v FROM (SELECT json_extract_string(json, [{listed}]) AS v
        FROM read_ndjson_objects('{file}')))"""
    return f"""SELECT coalesce(l.azrNummer, r.azrNummer) AS azrNummer, l.v AS here, r.v AS there FROM {side(local)} l
        FULL OUTER JOIN {side(register)} r ON l.azrNummer = r.azrNummer WHERE l.v IS DISTINCT FROM r.v ORDER BY 1"""


WAYS = {"typed fields": typed, "whole entries": by_data, "extracted by path": extracted}
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
    persons = {json.loads(line)["azrNummer"] for line in open(out, encoding="utf-8")}
    return min(run[0] for run in runs), max(run[1] for run in runs), len(persons)


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
    best = None
    for name, way in WAYS.items():
        out = folder / "duckdb.csv"
        query = way(folder / "local.jsonl", folder / "register.jsonl")
        command = [sys.executable, "-c", CHILD, str(args.threads), str(out)]
        runs = [measure(command, query) for _ in range(args.repeat)]
        taken, used = min(run[0] for run in runs), min(run[1] for run in runs)
        with open(out, encoding="utf-8") as file:
            rows = sum(1 for _ in file) - 1
        print(f"DuckDB, {name + ':':26}{taken:7.2f} s  peak {used:6.0f} MB  {rows} persons differ")
        if rows != persons:
            sys.exit("they do not find the same")
        best = min(best or taken, taken)
    print(f"ratio to DuckDB's fastest:        {best / seconds:7.2f}")
    seconds, memory, persons = azrkit(args, folder, "--today", "2026-11-25")
    print(f"azrkit, compared and plausibility: {seconds:6.2f} s  peak {memory:6.0f} MB  {persons} persons with a Hinweis")
    for count in (int(count) for count in args.flat.split(",") if count):
        other = stocks(args.data, count)
        warm(other)
        seconds, memory, _ = azrkit(args, other, "--no-plausibility")
        print(f"azrkit, {count:9} persons:        {seconds:7.2f} s  peak {memory:6.0f} MB")


if __name__ == "__main__":
    main()
