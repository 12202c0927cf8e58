#!/usr/bin/env python3
"""How well and how fast `azrkit reconcile pair` and `dedupe` pair persons, beside Splink 4 on DuckDB, in one run on the same files.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install 'splink<5' duckdb recordlinkage
    cargo build --release
    /tmp/peers/bin/python compare/pairing/run.py --persons 217500          # two stocks of about 200,000
    /tmp/peers/bin/python compare/pairing/run.py --febrl                   # the febrl sets of recordlinkage

Printed are F1, precision and recall at the best threshold and at the chosen one, against the same truth, and wall-clock seconds from the CSV files to
the scored pairs. azrkit chooses its threshold itself; for Splink, which leaves the choice to its user, the chosen one is a probability of 0.5.
"""

import argparse
import csv
import itertools
import json
import os
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def quality(pairs, true_pairs, chosen):
    """F1, precision, recall and threshold, at the best threshold and at the chosen one. `pairs` are (probability, is right)."""
    pairs = sorted(pairs, reverse=True)
    best, right = (0.0, 0.0, 0.0, 1.0), 0
    at_chosen = best
    for index, (probability, is_right) in enumerate(pairs, 1):
        right += is_right
        # A threshold lies between two probabilities, never within equal ones.
        if index < len(pairs) and pairs[index][0] == probability:
            continue
        point = (2 * right / (index + true_pairs), right / index, right / true_pairs, probability)
        best = max(best, point)
        if probability >= chosen:
            at_chosen = point
    return best, at_chosen


def show(name, seconds, best, chosen):
    def line(point):
        return f"F1 {point[0]:.4f} (precision {point[1]:.4f}, recall {point[2]:.4f}, from {point[3]:.4f})"

    print(f"  {name:8} {seconds:8.1f} s   best {line(best)}\n  {'':8} {'':10}   chosen {line(chosen)}", flush=True)


def azrkit(binary, arguments, is_right, true_pairs, threads):
    with tempfile.NamedTemporaryFile(suffix=".csv") as out:
        begun = time.perf_counter()
        with open(out.name, "w") as to:
            command = [binary, "reconcile", *arguments, "--out", "csv", "--all", "--threads", str(threads)]
            told = subprocess.run(command, stdout=to, stderr=subprocess.PIPE, text=True, check=False)
        seconds = time.perf_counter() - begun
        if told.returncode == 2:
            raise SystemExit(told.stderr)
        with open(out.name, newline="") as file:
            rows = [(float(row["probability"]), is_right(row["key_1"], row["key_2"]), row["grade"]) for row in csv.DictReader(file)]
    likely = min((row[0] for row in rows if row[2] in ("sure", "likely")), default=1.0)
    return (seconds, *quality([row[:2] for row in rows], true_pairs, likely))


def splink(tables, settings, is_right, true_pairs, threads):
    """`settings` gives, for the column names, comparisons, blocking rules, deterministic rules and training rules."""
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator

    begun = time.perf_counter()
    connection = duckdb.connect()
    connection.execute(f"SET threads={threads}")
    names = []
    for name, (path, clean) in tables.items():
        source = f"read_csv('{path}', header=true, all_varchar=true, nullstr='')"
        connection.execute(f"CREATE TABLE {name} AS SELECT {clean} FROM {source}")
        names.append(name)
    link = len(names) > 1
    creator = SettingsCreator(
        link_type="link_only" if link else "dedupe_only",
        unique_id_column_name="key",
        comparisons=settings["comparisons"],
        blocking_rules_to_generate_predictions=settings["blocking"],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    linker = Linker(names if link else names[0], creator, db_api=DuckDBAPI(connection=connection), set_up_basic_logging=False)
    linker.training.estimate_probability_two_random_records_match(settings["deterministic"], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=settings.get("pairs", 1e7), seed=1)
    for rule in settings["training"]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_probability=0.001)
    rows = connection.execute(f"SELECT key_l, key_r, match_probability FROM {predicted.physical_name}").fetchall()
    seconds = time.perf_counter() - begun
    pairs = [(probability, is_right(left, right)) for left, right, probability in rows]
    return (seconds, *quality(pairs, true_pairs, 0.5))


# Small letters, no marks: as Splink's documentation advises to prepare data.
PERSON = """key, nullif(lower(strip_accents(familienname)), '') AS familienname, nullif(lower(strip_accents(vorname)), '') AS vorname,
  lower(strip_accents(vorname)) || ' ' || lower(strip_accents(familienname)) AS name, geschlecht, geburtsdatum,
  lower(strip_accents(geburtsort)) AS geburtsort, nullif(staatsangehoerigkeit, '998') AS staatsangehoerigkeit,
  lower(strip_accents(strasse)) AS strasse, plz, upper(dokument) AS dokument,
  lower(strip_accents(regexp_replace(strasse, '(s|S)tr\\.$', '\\1traße'))) || ' ' || hausnummer || ' ' || plz AS anschrift"""


def person_settings():
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import block_on

    address = cl.CustomComparison(
        output_column_name="anschrift",
        comparison_levels=[
            cll.NullLevel("anschrift"),
            cll.ExactMatchLevel("anschrift", term_frequency_adjustments=True),
            cll.And(cll.ExactMatchLevel("plz"), cll.JaroWinklerLevel("strasse", 0.9)),
            cll.ExactMatchLevel("plz"),
            cll.ElseLevel(),
        ],
    )
    return {
        "comparisons": [
            cl.ForenameSurnameComparison("vorname", "familienname", forename_surname_concat_col_name="name"),
            cl.DateOfBirthComparison("geburtsdatum", input_is_string=True),
            cl.ExactMatch("geschlecht"),
            cl.ExactMatch("staatsangehoerigkeit").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("geburtsort", [0.9, 0.8]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("dokument", 1),
            address,
        ],
        "blocking": [
            block_on("dokument"),
            block_on("geburtsdatum", "vorname"),
            block_on("geburtsdatum", "familienname"),
            block_on("geburtsdatum", "geburtsort"),
            block_on("geburtsdatum", "plz"),
            block_on("vorname", "familienname", "substr(geburtsdatum, 1, 4)"),
            block_on("vorname", "familienname", "geburtsort"),
            block_on("vorname", "familienname", "plz"),
            block_on("vorname", "anschrift"),
            block_on("substr(geburtsdatum, 1, 4)", "anschrift"),
            "l.vorname = r.familienname AND l.familienname = r.vorname",
        ],
        "deterministic": [block_on("dokument", "geburtsdatum"), block_on("vorname", "familienname", "geburtsdatum")],
        "training": [block_on("geburtsdatum"), block_on("vorname", "familienname"), block_on("dokument")],
    }


def synthetic(arguments):
    folder = arguments.folder or tempfile.mkdtemp()
    command = [arguments.azrkit, "reconcile", "synth", "--persons", str(arguments.persons), "--seed", str(arguments.seed), "--out", folder]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    who = {"local": {}, "register": {}}
    with open(f"{folder}/truth.tsv") as file:
        for stock, key, person, _ in (line.rstrip("\n").split("\t") for line in file if not line.startswith("#")):
            who[stock][key] = person
    counts = Counter(who["local"].values())
    true_pairs = sum(counts[person] for person in who["register"].values())
    everyone = who["local"] | who["register"]
    is_right = lambda a, b: everyone[a] == everyone[b]
    print(f"{len(who['local'])} x {len(who['register'])} persons, {true_pairs} pairs of one person, {arguments.threads} threads")
    stocks = ["pair", "--local", f"{folder}/local.csv", "--register", f"{folder}/register.csv"]
    ours = azrkit(arguments.azrkit, stocks, is_right, true_pairs, arguments.threads)
    show("azrkit", *ours)
    tables = {stock: (f"{folder}/{stock}.csv", PERSON) for stock in who}
    theirs = splink(tables, person_settings(), is_right, true_pairs, arguments.threads)
    show("Splink", *theirs)
    print(f"  azrkit is {theirs[0] / ours[0]:.1f} times as fast")


FEBRL = """rec_id AS key, nullif(given_name, '') AS given_name, nullif(surname, '') AS surname, given_name || ' ' || surname AS name, street_number,
  address_1, suburb, postcode, state, soc_sec_id,
  CASE WHEN length(date_of_birth) = 8 THEN substr(date_of_birth, 1, 4) || '-' || substr(date_of_birth, 5, 2) || '-' || substr(date_of_birth, 7, 2) END
    AS date_of_birth"""


def febrl_settings():
    import splink.comparison_library as cl
    from splink import block_on

    # As in Splink's own example on febrl4.
    return {
        "comparisons": [
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
            cl.JaroWinklerAtThresholds("suburb", [0.9, 0.7]),
        ],
        "blocking": [
            block_on("given_name", "surname"),
            "l.given_name = r.surname AND l.surname = r.given_name",
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        "deterministic": [
            block_on("soc_sec_id"),
            block_on("given_name", "surname", "date_of_birth"),
            "l.given_name = r.surname AND l.surname = r.given_name AND l.date_of_birth = r.date_of_birth",
        ],
        "training": [block_on("date_of_birth"), block_on("postcode"), block_on("given_name", "surname")],
        "pairs": 1e6,
    }


def febrl(arguments):
    from recordlinkage import datasets

    folder = Path(tempfile.mkdtemp())

    def number(key):
        return key.split("-")[1]

    def write(name, frame):
        frame.to_csv(folder / f"{name}.csv", index_label="rec_id")
        return folder / f"{name}.csv"

    for name in ("febrl4", "febrl1", "febrl2", "febrl3"):
        loaded = getattr(datasets, f"load_{name}")()
        if name == "febrl4":
            left, right = (write(f"{name}{side}", frame) for side, frame in zip("ab", loaded))
            keys = set(map(number, loaded[0].index))
            true_pairs = sum(number(key) in keys for key in loaded[1].index)
            command = ["pair", "--local", str(left), "--register", str(right)]
            tables = {"a": (left, FEBRL), "b": (right, FEBRL)}
            print(f"{name}: {len(loaded[0])} x {len(loaded[1])} persons, {true_pairs} pairs")
        else:
            path = write(name, loaded)
            counts = Counter(map(number, loaded.index))
            true_pairs = sum(count * (count - 1) // 2 for count in counts.values())
            command = ["dedupe", "--stock", str(path)]
            tables = {"a": (path, FEBRL)}
            print(f"{name}: {len(loaded)} persons, {true_pairs} pairs")
        is_right = lambda a, b: number(a) == number(b)
        ours = azrkit(arguments.azrkit, command, is_right, true_pairs, arguments.threads)
        show("azrkit", *ours)
        theirs = splink(tables, febrl_settings(), is_right, true_pairs, arguments.threads)
        show("Splink", *theirs)
        print(f"  azrkit is {theirs[0] / ours[0]:.1f} times as fast")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--azrkit", default=str(ROOT / "target/release/azrkit"))
    parser.add_argument("--persons", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", help="keep the stocks there")
    parser.add_argument("--febrl", action="store_true")
    arguments = parser.parse_args()
    (febrl if arguments.febrl else synthetic)(arguments)


if __name__ == "__main__":
    main()
