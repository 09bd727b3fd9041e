#!/usr/bin/python3
"""Makes the demonstration data: bodies and people that do not exist, in the numbers of real places.

    generate.py --regions regions.tsv --output DIRECTORY [--size small|large]

writes organizations.csv and practitioners.csv (for `legalnet import`) and counts.tsv (what was
made, and which sentence states the number). The same input always gives the same bytes.
"""

import argparse
import csv
import random
from pathlib import Path

import codes
import country
from names import Names, STUDIO_NAMES
from people import AREA_GROUPS, Staff, pick
from places import EACH, PLACES

SEED = "legalnet demonstration"
VERIFIED_ON = "2026-10-01"

HOURS = {
    "office": "1-5 08:30-12:00 13:30-17:30",
    "weekend": "1-5 08:30-12:00 13:30-17:30; 6-7 09:00-12:00",
    "evening": "1-5 09:00-11:30 14:00-17:00 19:00-20:30",
    "always": "24h",
}

# First two characters of the credit code; bodies that are not listed have none.
CREDIT_CODE_PREFIXES = {
    "law_firm": "31",
    "notary_office": "32",
    "grassroots_legal_service": "33",
    "forensic_appraisal": "34",
    "arbitration_commission": "35",
}

ORGANIZATION_COLUMNS = (
    "source_key name types uscc region address longitude latitude datum location_quality "
    "opening_hours phone phone_private areas outreach_places established_on status last_verified_on"
).split()
PRACTITIONER_COLUMNS = (
    "source_key name sex organization region qualification_kind licence_number "
    "qualification_status valid_from valid_to qualifications areas languages regions_served "
    "legal_aid practicing_since phone introduction status last_verified_on"
).split()

# How far, in degrees, a region of this level may lie from the middle of its parent.
SPREAD = {3: 0.12, 4: 0.05, 5: 0.015}


class Region:
    """A region of regions.tsv, with what lies in it."""

    def __init__(self, code, name, full_name, level, parent):
        self.code, self.name, self.full_name, self.level = code, name, full_name, level
        self.parent = parent
        self.children = []
        if parent:
            parent.children.append(self)

    def below(self, level):
        """All regions of that level in this one, in the order of their codes."""
        if self.level == level:
            return [self]
        return [region for child in self.children for region in child.below(level)]

    def above(self, level):
        region = self
        while region and region.level > level:
            region = region.parent
        return region

    def name_at(self, level):
        region = self.above(level)
        return region.name if region and region.level == level else ""


def read_regions(path):
    regions = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            parent = regions.get(row["parent_code"])
            regions[row["code"]] = Region(
                row["code"], row["name"], row["full_name"], int(row["level"]), parent
            )
    return regions


class Positions:
    """Invented positions: regions scatter around the middle of the city that holds them."""

    def __init__(self, root, center):
        self.known = {root.code: center}

    def of(self, region):
        position = self.known.get(region.code)
        if position is None:
            longitude, latitude = self.of(region.parent)
            rng = random.Random(f"{SEED}/position/{region.code}")
            reach = SPREAD[region.level]
            position = (longitude + rng.gauss(0, reach), latitude + rng.gauss(0, reach))
            self.known[region.code] = position
        return position


class Generator:
    def __init__(self, regions, organizations, practitioners):
        self.regions = regions
        self.organizations = organizations
        self.staff = Staff(practitioners, VERIFIED_ON)
        self.serial = 0
        self.made = []

    def place(self, place):
        """All bodies and people of one place."""
        rng = random.Random(f"{SEED}/{place.key}")
        names = Names(rng)
        root = self.regions[place.code]
        positions = Positions(root, place.center)
        bodies = []
        for line in place.bodies:
            made = [
                self.body(place, line, region, number, rng, names, positions)
                for number, region in enumerate(self.sites(line, root, rng), 1)
            ]
            bodies += made
            self.made.append((place.city, line.what, len(made), line.source))
        counsel = rng.sample(root.below(5), min(place.counsel, len(root.below(5))))
        if counsel:
            self.made.append((place.city, "有法律顾问的村、社区", len(counsel), place.counsel_source))
        for line, number in self.staff.hire(place, bodies, counsel, rng, names):
            self.made.append((place.city, line.what, number, line.source))

    def sites(self, line, root, rng):
        """The region of each body of a line."""
        regions = root.below(line.level) or [root]
        if line.number == EACH:
            return regions
        if line.number <= len(regions):
            chosen = set(rng.sample(range(len(regions)), line.number))
            return [region for i, region in enumerate(regions) if i in chosen]
        whole, rest = divmod(line.number, len(regions))
        more = set(rng.sample(range(len(regions)), rest))
        return [r for i, r in enumerate(regions) for _ in range(whole + (i in more))]

    def body(self, place, line, region, number, rng, names, positions):
        self.serial += 1
        main = line.types[0]
        longitude, latitude = positions.of(region)
        longitude, latitude = longitude + rng.gauss(0, 0.004), latitude + rng.gauss(0, 0.004)
        town = region.above(4) if region.level >= 4 else None
        name = line.name.format(
            place=place.city,
            prefix=place.firm_prefix,
            county=region.name_at(3),
            town=town.name if town else "",
            region=region.name,
            firm=names.firm() if "{firm}" in line.name else "",
            studio=STUDIO_NAMES[number % len(STUDIO_NAMES)],
            n="一二三四五六七八九"[min(number, 9) - 1],
        )
        row = {
            "source_key": f"{place.key}-{self.serial:06d}",
            "name": name,
            "types": ";".join(line.types),
            "region": region.code,
            "address": names.address(region),
            "longitude": f"{longitude:.6f}",
            "latitude": f"{latitude:.6f}",
            "datum": "wgs-84",
            "location_quality": "demo",
            "opening_hours": HOURS[line.hours],
            "phone": self.phone(place, main, rng),
            "phone_private": "yes" if main == "reasoning_point" else "no",
            "areas": ";".join(line.areas or self.areas(main, rng)),
            "established_on": f"{rng.randrange(1985, 2022)}-{rng.randrange(1, 13):02d}-01",
            "status": "active",
            "last_verified_on": VERIFIED_ON,
        }
        if main in CREDIT_CODE_PREFIXES:
            row["uscc"] = codes.credit_code(
                CREDIT_CODE_PREFIXES[main], region.code[:6], self.serial
            )
        if rng.random() < line.outreach:
            row["outreach_places"] = self.outreach(region, rng, names)
        self.organizations.writerow(row)
        return {**row, "main": main, "region": region, "number": number}

    def areas(self, main, rng):
        """Firms name what they are good at; committees take whatever comes."""
        group = {"law_firm": "lawyer", "grassroots_legal_service": "worker"}.get(main)
        return pick(rng, *AREA_GROUPS[group]) if group else ()

    def phone(self, place, main, rng):
        if main == "hotline":
            return "12348"
        if main == "reasoning_point":
            return codes.mobile(rng.randrange(100000))
        return codes.landline(place.area_code, place.phone_digits, rng.randrange(100000))

    def outreach(self, region, rng, names):
        """One or two places in the towns around that are served on some days."""
        around = (region.above(3) if region.level >= 3 else region).below(4) or [region]
        chosen = rng.sample(around, min(len(around), rng.randrange(1, 3)))
        return ";".join(
            f"{town.name}法律服务点|{town.code}|{names.address(town)}|||"
            f"每月第{rng.choice('一二三四')}个星期{rng.choice('一二三四五')}上午"
            for town in chosen
        )


def table(made):
    """The numbers as README.md shows them."""
    lines = ["| place | what | number | sentence of its paper |", "|---|---|---:|---|"]
    for row in made:
        lines.append("| " + " | ".join(str(cell) for cell in row) + " |")
    return "\n".join(lines) + "\n"


def write_readme(made):
    path = Path(__file__).with_name("README.md")
    begin, end = "<!-- numbers -->\n", "<!-- end of numbers -->"
    before, rest = path.read_text(encoding="utf-8").split(begin)
    after = rest.split(end)[1]
    path.write_text(before + begin + table(made) + end + after, encoding="utf-8")


def write_counts(path, made):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(("place", "what", "number", "source"))
        writer.writerows(made)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--regions", required=True, type=Path)
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--size", choices=("small", "large"), default="small")
    parser.add_argument("--readme", action="store_true", help="renew the table in README.md")
    options = parser.parse_args()

    options.output.mkdir(parents=True, exist_ok=True)
    with open(
        options.output / "organizations.csv", "w", encoding="utf-8", newline=""
    ) as organizations, open(
        options.output / "practitioners.csv", "w", encoding="utf-8", newline=""
    ) as practitioners:
        writers = [
            csv.DictWriter(file, columns, restval="", extrasaction="ignore", lineterminator="\n")
            for file, columns in (
                (organizations, ORGANIZATION_COLUMNS),
                (practitioners, PRACTITIONER_COLUMNS),
            )
        ]
        for writer in writers:
            writer.writeheader()
        generator = Generator(read_regions(options.regions), *writers)
        for place in PLACES:
            generator.place(place)
        made = list(generator.made)
        if options.size == "large":
            country.fill(generator)
    write_counts(options.output / "counts.tsv", made)
    if options.readme:
        write_readme(made)
    print(f"{generator.serial} organizations, {generator.staff.serial} practitioners")


if __name__ == "__main__":
    main()
