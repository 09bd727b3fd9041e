"""The demonstration data: the same every time, in the numbers that it states, nobody real."""

import collections
import csv
import re
import subprocess

import pytest

from db.schema import MIGRATIONS, build_regions

DEMO = MIGRATIONS / "demo"


def generate(directory, regions, *options):
    subprocess.run(
        ["/usr/bin/python3", "-B", DEMO / "generate.py", "--regions", regions / "regions.tsv",
         "--output", directory, *options],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return directory


@pytest.fixture(scope="module")
def regions(tmp_path_factory):
    return build_regions(tmp_path_factory.mktemp("regions"))


@pytest.fixture(scope="module")
def made(tmp_path_factory, regions):
    return generate(tmp_path_factory.mktemp("demo"), regions)


def read(path, delimiter=","):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


@pytest.fixture(scope="module")
def organizations(made):
    return read(made / "organizations.csv")


@pytest.fixture(scope="module")
def practitioners(made):
    return read(made / "practitioners.csv")


def test_the_same_bytes_every_time(made, regions, tmp_path):
    again = generate(tmp_path, regions)
    for name in ("organizations.csv", "practitioners.csv", "counts.tsv"):
        assert (made / name).read_bytes() == (again / name).read_bytes()


def test_numbers_are_those_of_the_readme(made):
    readme = (DEMO / "README.md").read_text(encoding="utf-8")
    table = readme.split("<!-- numbers -->\n")[1].split("<!-- end of numbers -->")[0]
    stated = [line.strip("| ").split(" | ")[:3] for line in table.splitlines()[2:]]
    counts = read(made / "counts.tsv", "\t")
    counted = [[row["place"], row["what"], row["number"]] for row in counts]
    assert stated == counted


def of(rows, place):
    return [row for row in rows if row["source_key"].startswith(place + "-")]


@pytest.mark.parametrize(
    "place,pattern,number",
    [
        ("shenyang", "^law_firm$", 260),
        ("shenyang", "^reasoning_point$", 2411),
        ("shenyang", "^mediation_(village|town|enterprise)$", 2626),
        ("shenyang", "^mediation_(family|medical|traffic|labor|property|intellectual_.*)$", 12),
        ("shenyang", "^mediation_center$", 14),
        ("shenyang", "^hotline$", 6),
        ("wenzhou", "^notary_office$", 12),
        ("huaibei", "^reasoning_point$", 452),
        ("leshan", "^law_firm$", 57),
        ("leshan", "^grassroots_legal_service$", 31),
        ("leshan", "^notary_office$", 12),
        ("leshan", "^legal_aid_center$", 12),
        ("leshan", "^forensic_appraisal$", 1),
        ("leshan", "^mediation_", 1946),
        ("leshan", "^service_station", 132),
        ("leshan", "^service_room$", 696),
        ("leshan", "^lawyer_mediation_studio$", 12),
        ("leshan", "^police_mediation_room$", 115),
        ("dongan", "^service_station", 7),
    ],
)
def test_bodies_of_the_papers(organizations, place, pattern, number):
    """Counted from the file itself, by the main type."""
    found = [r for r in of(organizations, place) if re.search(pattern, r["types"])]
    assert len(found) == number


@pytest.mark.parametrize(
    "place,kind,number",
    [
        ("shenyang", "lawyer", 1300),
        ("shenyang", "mediator", 12022),
        ("leshan", "mediator", 8970),
    ],
)
def test_people_of_the_papers(practitioners, place, kind, number):
    assert sum(r["qualification_kind"] == kind for r in of(practitioners, place)) == number


@pytest.mark.parametrize(
    "place,villages", [("shenyang", 2460), ("leshan", 1370), ("huaibei", 452), ("dongan", 41)]
)
def test_every_counsel_has_villages(practitioners, place, villages):
    served = [
        code
        for row in of(practitioners, place)
        for code in row["regions_served"].split(";")
        if code
    ]
    assert len(served) == len(set(served)) == villages


def test_yi_is_spoken_where_yi_people_live(practitioners):
    yi = [row for row in of(practitioners, "leshan") if "ii" in row["languages"].split(";")]
    there = [row for row in yi if row["region"][:6] in ("511132", "511133")]
    assert len(there) > 200
    seats = [row for row in yi if row["qualification_kind"] == "legal_aid_worker"]
    assert len(seats) >= 2


def test_keys_and_references(organizations, practitioners):
    keys = {row["source_key"] for row in organizations}
    assert len(keys) == len(organizations)
    assert len({row["source_key"] for row in practitioners}) == len(practitioners)
    assert {row["organization"] for row in practitioners} <= keys
    licences = [row["licence_number"] for row in practitioners if row["licence_number"]]
    assert len(licences) == len(set(licences))


def test_codes_are_in_the_vocabularies(database, organizations, practitioners):
    def known(table):
        return {row["code"] for row in database.sql(f"SELECT code FROM {table}")}

    def used(rows, column, separator=";"):
        return {code for row in rows for code in row[column].split(separator) if code}

    assert used(organizations, "types") <= known("organization_type")
    assert used(organizations, "areas") | used(practitioners, "areas") <= known("practice_area")
    assert used(practitioners, "languages") <= known("language")
    assert used(practitioners, "qualification_kind") <= known("qualification_kind")
    further = {q.split("|")[0] for q in used(practitioners, "qualifications")}
    assert further <= known("qualification_kind")


# GB 32100: values of the characters, and the weights 3^i mod 31 as the standard prints them.
CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]


def check_character(code):
    total = sum(weight * CHARACTERS.index(c) for weight, c in zip(WEIGHTS, code))
    return CHARACTERS[(31 - total % 31) % 31]


def test_the_check_is_the_standards():
    assert check_character("91350100M000100Y4") == "3"
    assert check_character("31110000E00017891") == "P"


def test_credit_codes_are_right_and_nobody_s(organizations):
    codes = [row["uscc"] for row in organizations if row["uscc"]]
    assert len(codes) > 500 and len(set(codes)) == len(codes)
    for code in codes:
        assert len(code) == 18 and code[17] == check_character(code)
        assert code[8:10] == "XD"


def test_nothing_rings_anywhere(organizations, practitioners):
    for row in practitioners:
        assert re.fullmatch(r"190000\d{5}", row["phone"])
    for row in organizations:
        assert re.fullmatch(r"190000\d{5}|0\d{2,3}-00\d{5,6}|12348", row["phone"])


def test_positions_are_marked(organizations):
    assert {row["location_quality"] for row in organizations} == {"demo"}
    near = [row for row in of(organizations, "wenzhou")]
    assert all(118 < float(row["longitude"]) < 123 for row in near)
    assert all(26 < float(row["latitude"]) < 30 for row in near)


def test_the_large_size(regions, tmp_path):
    generate(tmp_path, regions, "--size", "large")
    rows = read(tmp_path / "practitioners.csv")
    assert len(rows) == 200_000
    provinces = collections.Counter(row["region"][:2] for row in rows)
    assert len(provinces) == 31 and min(provinces.values()) > 500
