#!/usr/bin/env python3
"""Makes two stocks of N persons as JSON Lines: local.jsonl and register.jsonl, in different orders.

One person in a hundred is on one side only, one in ten differs in one field. Entries have no order in a record: the register's stand by
kind, the local ones as they came about. The same N gives the same files.
"""
import argparse
import pathlib

FAMILY = ("Öztürk Yılmaz Al-Hassan Nguyen Popescu Kowalska Đorđević Haddad Osei Müller Traoré Petrov Šimić Rahimi Okafor Silva "
          "Hussein Kaya Ivanova Mehmeti Nowak Tesfaye García Singh Ahmadi Weiß Bakr Çelik Diallo Ødegård").split()
GIVEN = ("Zoë Mohammed Ayşe Linh Ioana Jan Ana Layla Kwame Anna Awa Sergej Marko Zahra Chidi João Ali Elif Olga Arben Piotr "
         "Hana José Priya Reza Jürgen Omar Deniz Fatou Åse").split()
STREETS = "Allee Hauptstraße Bahnhofstraße Gartenweg Lindenallee Schulstraße Am_Markt Ringstraße Mühlweg Goethestraße".split()
TOWNS = "Heilbronn Trier Ulm Halle Gera Fulda Emden Passau Worms Essen Siegen Bonn Herne Hagen Gotha".split()
STATES = "163 460 432 154 152 170 423 439 160 225 262 475 461 243 272 327".split()
ID = "0123456789ABCDEFGHIJKLMNOPQRSTUV"


def mix(number):
    number = (number ^ (number >> 33)) * 0xFF51AFD7ED558CCD & 0xFFFFFFFFFFFFFFFF
    number = (number ^ (number >> 33)) * 0xC4CEB9FE1A85EC53 & 0xFFFFFFFFFFFFFFFF
    return number ^ (number >> 33)


def reference(number):
    return "".join(ID[number >> shift & 31] for shift in range(0, 35, 5)) + "01X"


def person(at, register):
    h = mix(at + 1)
    pick = lambda of, salt: of[(h >> salt) % len(of)]
    date = lambda base, salt: f"{base + (h >> salt) % 40}-{1 + (h >> salt) % 12:02}-{1 + (h >> salt) % 28:02}"
    family, given, state = pick(FAMILY, 1), pick(GIVEN, 7), pick(STATES, 13)
    town, street, house = pick(TOWNS, 19), pick(STREETS, 23).replace("_", " "), str(1 + (h >> 29) % 150)
    born, until, art = date(1950, 3), f"{2027 + (h >> 11) % 4}-{1 + (h >> 5) % 12:02}-{1 + (h >> 9) % 28:02}", "03"
    if register and h % 10 == 0:
        which = (h >> 41) % 6
        if which == 0:
            family = family + "a"
        elif which == 1:
            born = born[:8] + "28"
        elif which == 2:
            town = "Neustadt"
        elif which == 3:
            until = "2026-" + until[5:]
        elif which == 4:
            house = str(int(house) + 1)
        else:
            state = "997"
    number = f"{at // 1000000 % 100:02}0101{at % 1000000:06}"
    key = number if register else f"akte-{at}"
    r1, r2, r3, r4 = (reference(mix(at * 4 + part)) for part in range(4))
    k1, k2, k3, k4 = (r1, r2, r3, r4) if register else ("gp", "an", "ms", "ti")
    title = (
        f'"kind":"Duldung","key":"{k4}","referenzId":"{r4}","data":{{"duldungArt":{{"code":"{art}"}},"ereignisdatum":"2025-03-01",'
        f'"befristungsdatum":"{until}","bescheinigungsNummer":"{r3[:9]}"}}'
        if h >> 3 & 1
        else f'"kind":"Aufenthaltserlaubnis","key":"{k4}","referenzId":"{r4}","data":{{"aufenthaltserlaubnisArt":{{"code":"021"}},'
        f'"ereignisdatum":"2025-03-01","befristungsdatum":"{until}","nummerAufenthaltstitel":"{r3[:9]}"}}'
    )
    entries = [
        f'{{"kind":"Grundpersonalien","key":"{k1}","referenzId":"{r1}","data":{{"familienname":{{"name":"{family}"}},'
        f'"vorname":{{"name":"{given}"}},"geschlecht":{{"geschlecht":{{"code":"{"mw"[h >> 17 & 1]}"}}}},"geburtsangaben":{{'
        f'"geburtsort":{{"ort":"{pick(TOWNS, 31)}"}},"geburtsortStaat":{{"staatsangehoerigkeit":{{"code":"{state}"}}}},'
        f'"tagDerGeburt":{{"teilbekanntesDatum":{{"jahrMonatTag":"{born}"}}}}}},'
        f'"staatsangehoerigkeit":[{{"staatsangehoerigkeit":{{"code":"{state}"}}}}]}}}}',
        f'{{"kind":"Anschrift","key":"{k2}","referenzId":"{r2}","data":{{"anschrift":{{"hausnummer":"{house}",'
        f'"postleitzahl":"{10000 + (h >> 37) % 89999}","strasse":"{street}","wohnort":"{town}"}},"fruehereAnschrift":false,'
        f'"einzugsdatum":"2024-02-01"}}}}',
        f'{{"kind":"Meldestatus","key":"{k3}","referenzId":"{r3}","data":{{"meldestatusArt":{{"code":"01"}},'
        f'"ereignisdatum":"{2015 + (h >> 43) % 10}-05-01"}}}}',
        f"{{{title}}}",
    ]
    if not register:
        first = h >> 47 & 3
        entries = entries[first:] + entries[:first]
    return f'{{"key":"{key}","azrNummer":"{number}","entries":[{",".join(entries)}]}}\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=pathlib.Path)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    for name, step, alone in (("local", 7_368_787, 1), ("register", 5_915_587, 2)):
        with open(args.folder / f"{name}.jsonl", "w", encoding="utf-8", buffering=1 << 20) as out:
            for index in range(args.count):
                # A prime that does not divide the count: each person once.
                at = index * step % args.count
                if at % 200 != alone:
                    out.write(person(at, name == "register"))


if __name__ == "__main__":
    main()
