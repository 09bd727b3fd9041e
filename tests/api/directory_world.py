"""A small invented directory, and a plain model of what its search must answer.

The world is drawn from a seed, written into the tables of record, and projected
by `legalnet reindex` as an import would.  `World.practitioners()` and
`World.organizations()` say by brute force what a search finds, in which order.
"""

import dataclasses
import datetime
import hashlib
import json
import math
import random
import subprocess
import tempfile

REGIONS = {  # code: parent
    "330000": None,
    "330300": "330000",
    "330302": "330300",
    "330302001": "330302",
    "330302002": "330302",
    "330381": "330300",
    "330381001": "330381",
    "510000": None,
    "511100": "510000",
    "511102": "511100",
    "511133": "511100",
    "511133001": "511133",
}
AREAS = {  # code: (parent, name), of the migrations
    "labor": (None, "劳动用工"),
    "wage_arrears": ("labor", "欠薪讨薪"),
    "work_injury": ("labor", "工伤待遇"),
    "family": (None, "婚姻家庭"),
    "divorce": ("family", "离婚"),
    "consumer": ("injury", "消费者权益"),
}
KINDS = {"lawyer": 1, "notary": 3, "mediator": 5, "village_counsel": 8}
TYPES = {  # code: parent
    "law_firm": None,
    "notary_office": None,
    "mediation_committee": None,
    "mediation_village": "mediation_committee",
    "mediation_town": "mediation_committee",
    "legal_aid": None,
    "legal_aid_center": "legal_aid",
}
LANGUAGES = ["zh", "ii", "wuu-x-wenzhou", "en"]
# Characters of people, firms and areas do not overlap, so that a word says
# where it comes from.
SURNAMES = {"张": "zhang", "王": "wang", "李": "li", "陈": "chen"}
GIVEN = {"伟": "wei", "芳": "fang", "敏": "min", "强": "qiang", "丽": "li"}
FIRMS = ["海平", "天衡", "大正", "金川", "光明"]
CENTERS = {"330302": (120.65, 28.01), "330381": (120.66, 27.78), "511102": (103.76, 29.55)}
EARTH = 6371008.8
INTRODUCTION = '说“好”\n\\ "人"'


@dataclasses.dataclass
class Organization:
    id: int
    name: str
    word: str
    region: str
    types: list
    areas: list
    point: tuple
    status: str
    phone: str
    phone_private: bool
    languages: set = dataclasses.field(default_factory=set)
    rank: int = 0


@dataclasses.dataclass
class Practitioner:
    id: int
    name: str
    pinyin: str
    initials: str
    sex: str
    organization: Organization
    region: str
    served: list
    areas: list
    languages: list
    kinds: set
    legal_aid: bool
    since: datetime.date
    phone: str
    status: str
    rank: int = 0


def pick(draw, things, least, most):
    return draw.sample(list(things), draw.randint(least, min(most, len(things))))


def ancestors(code):
    found = []
    while code:
        found.append(code)
        code = REGIONS[code]
    return found


def with_parents(codes, parents):
    return {parent for code in codes for parent in (code, parents(code)) if parent}


def area_parent(code):
    return AREAS[code][0]


class World:
    def __init__(self, database, tool, seed, organizations=40, practitioners=200):
        self.database = database
        self.draw = random.Random(seed)
        self.today = self.value("SELECT DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR)")
        self.region_ids = {}
        self.rows = {}
        self.make_regions()
        self.orgs = [self.make_organization(i + 1) for i in range(organizations)]
        self.people = [self.make_practitioner(i + 1) for i in range(practitioners)]
        for statement, rows in self.rows.items():
            self.database.sql_many(statement, rows)
        self.reindex(tool)

    # Making it

    def value(self, statement, *values):
        return next(iter(self.database.sql(statement, *values)[0].values()))

    def add(self, statement, *rows):
        """Rows for later: those of one statement go together, in order of first use."""
        self.rows.setdefault(statement, []).extend(rows)

    def codes(self, table):
        return {row["code"]: row["id"] for row in self.database.sql(f"SELECT code, id FROM {table}")}

    def make_regions(self):
        sql, many = self.database.sql, self.database.sql_many
        for code, parent in REGIONS.items():
            level = {6: 3 - (code[4:] == "00") - (code[2:] == "0000"), 9: 4}[len(code)]
            sql(
                "INSERT INTO region (code, name, full_name, level, parent_id, pinyin, initials)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                *(code, f"区{code}", f"全{code}", level, self.region_ids.get(parent), "qu", "q"),
            )
            self.region_ids[code] = self.value("SELECT id FROM region WHERE code = %s", code)
        many(
            "INSERT INTO region_closure (ancestor_id, descendant_id, depth) VALUES (%s, %s, %s)",
            [
                (self.region_ids[above], self.region_ids[code], depth)
                for code in REGIONS
                for depth, above in enumerate(ancestors(code))
            ],
        )
        self.area_ids = self.codes("practice_area")
        self.area_words = {
            row["code"]: {row["name"], *row["plain"].split()}
            for row in sql("SELECT code, name, plain FROM practice_area")
        }
        self.type_ids = self.codes("organization_type")
        self.language_ids = self.codes("language")
        self.kind_ids = self.codes("qualification_kind")

    def make_organization(self, key):
        draw = self.draw
        word = draw.choice(FIRMS)
        center = draw.choice([*CENTERS.values(), None])
        point = center and tuple(round(x + draw.uniform(-0.3, 0.3), 6) for x in center)
        one = Organization(
            id=key,
            name=f"{word}律师事务所",
            word=word,
            region=draw.choice(list(REGIONS)),
            types=pick(draw, TYPES, 1, 2),
            areas=pick(draw, AREAS, 0, 3),
            point=point,
            status=draw.choice(["active"] * 8 + ["suspended", "closed"]),
            phone=draw.choice(["13812345678", "0577-88001234"]),
            phone_private=draw.random() < 0.3,
        )
        one.rank = self.rank(key)
        self.add(
            "INSERT INTO organization (id, name, region_id, longitude, latitude, location_quality,"
            " phone, phone_private, opening_hours, status, source, source_key, created_at,"
            " updated_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'test', %s, UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6))",
            (
                *(key, one.name, self.region_ids[one.region], *(point or (None, None))),
                *("demo" if point else "unknown", one.phone, int(one.phone_private)),
                json.dumps([{"days": [1, 2], "opens": "09:00", "closes": "17:00"}]),
                *(one.status, f"o{key}"),
            ),
        )
        self.add(
            "INSERT INTO organization_hat (organization_id, type_id, position) VALUES (%s, %s, %s)",
            *((key, self.type_ids[code], place) for place, code in enumerate(one.types)),
        )
        self.add(
            "INSERT INTO organization_area (organization_id, area_id) VALUES (%s, %s)",
            *((key, self.area_ids[code]) for code in one.areas),
        )
        return one

    def make_practitioner(self, key):
        draw = self.draw
        surname = draw.choice(list(SURNAMES))
        given = draw.sample(list(GIVEN), draw.randint(1, 2))
        readings = [SURNAMES[surname], *(GIVEN[character] for character in given)]
        since = self.today - datetime.timedelta(days=draw.randint(0, 40 * 365))
        one = Practitioner(
            id=key,
            name=surname + "".join(given),
            pinyin="".join(readings),
            initials="".join(reading[0] for reading in readings),
            sex=draw.choice(["male", "female", None]),
            organization=draw.choice([*self.orgs, None]),
            region=draw.choice(list(REGIONS)),
            served=pick(draw, REGIONS, 0, 1),
            areas=pick(draw, AREAS, 0, 3),
            languages=pick(draw, LANGUAGES, 0, 2),
            kinds=set(),
            legal_aid=draw.random() < 0.5,
            since=draw.choice([since, since, since, None]),
            phone=f"139{draw.randint(10**7, 10**8 - 1)}",
            status=draw.choice(["active"] * 9 + ["inactive"]),
        )
        one.rank = self.rank(key)
        self.store(one)
        return one

    def store(self, one):
        self.add(
            "INSERT INTO practitioner (id, name, sex, organization_id, region_id, phone, legal_aid,"
            " practicing_since, introduction, status, source, source_key, created_at, updated_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'test', %s, UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6))",
            (
                *(one.id, one.name, one.sex, one.organization and one.organization.id),
                *(self.region_ids[one.region], one.phone, int(one.legal_aid), one.since),
                *(INTRODUCTION, one.status, f"p{one.id}"),
            ),
        )
        for table, column, ids, codes in (
            ("practitioner_area", "area_id", self.area_ids, one.areas),
            ("practitioner_language", "language_id", self.language_ids, one.languages),
            ("practitioner_region", "region_id", self.region_ids, one.served),
        ):
            self.add(
                f"INSERT INTO {table} (practitioner_id, {column}) VALUES (%s, %s)",
                *((one.id, ids[code]) for code in codes),
            )
        for kind in pick(self.draw, KINDS, 1, 2):
            self.qualify(one, kind)
        if one.organization and one.status == "active":
            one.organization.languages.update(one.languages)

    def qualify(self, one, kind):
        day = datetime.timedelta(days=1)
        status, begins, ends, current = self.draw.choice(
            [
                ("active", None, None, True),
                ("active", self.today, self.today, True),
                ("active", self.today - 900 * day, self.today + day, True),
                ("active", self.today - 900 * day, self.today - day, False),
                ("active", self.today + day, None, False),
                ("suspended", None, None, False),
                ("cancelled", None, None, False),
                ("revoked", None, None, False),
            ]
        )
        if current:
            one.kinds.add(kind)
        self.add(
            "INSERT INTO qualification (practitioner_id, kind_id, licence_number, organization_id,"
            " status, valid_from, valid_to, source) VALUES (%s, %s, %s, %s, %s, %s, %s, 'test')",
            (
                *(one.id, self.kind_ids[kind], f"1{one.id:016d}"),
                *(one.organization and one.organization.id, status, begins, ends),
            ),
        )

    def reindex(self, tool):
        """The projections, made by the program as after an import."""
        url = self.database.url.replace(f":{self.database.password}@", "@")
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(self.database.password)
            file.flush()
            result = subprocess.run(
                [tool, "reindex", "--database", url, "--password-file", file.name],
                capture_output=True,
                text=True,
            )
        assert result.returncode == 0, result.stdout + result.stderr

    def ranked_on(self, key):
        """The first of the seven days that the entry keeps its place."""
        days = (self.today - datetime.date(1970, 1, 1)).days
        return self.today - datetime.timedelta(days=(days + key) % 7)

    def rank(self, key):
        digest = hashlib.sha256(f"{self.ranked_on(key)}:{key}".encode()).hexdigest()
        return int(digest[:6], 16)

    # What a search must answer

    def practitioners(self, **asked):
        found = []
        for one in self.people:
            if one.status != "active" or not one.kinds:
                continue
            weight = self.text_weight(one, asked["q"]) if "q" in asked else 0
            point = one.organization and one.organization.point
            metres = distance(point, asked.get("near"))
            if weight is not None and self.holds(one, asked, metres):
                found.append((one, weight, metres))
        return [one.id for one, *_ in self.ordered(found, asked)]

    def holds(self, one, asked, metres):
        regions = {above for code in (one.region, *one.served) for above in ancestors(code)}
        tests = {
            "region": lambda value: value in regions,
            "type": lambda value: value in one.kinds,
            "area": lambda value: with_parents(one.areas, area_parent) & set(value),
            "language": lambda value: value in one.languages,
            "legal_aid": lambda value: one.legal_aid == value,
            "sex": lambda value: one.sex == value,
            "min_years": lambda value: one.since and years(one.since, self.today) >= value,
            "near": lambda value: metres is not None and metres <= asked.get("radius", 50) * 1000,
        }
        return all(test(asked[name]) for name, test in tests.items() if name in asked)

    def organizations(self, **asked):
        found = []
        for one in self.orgs:
            if one.status != "active":
                continue
            weight = (0 if asked["q"] in one.name else None) if "q" in asked else 0
            metres = distance(one.point, asked.get("near"))
            tests = {
                "region": lambda value: value in ancestors(one.region),
                "type": lambda value: value in with_parents(one.types, TYPES.get),
                "area": lambda value: with_parents(one.areas, area_parent) & set(value),
                "language": lambda value: value in one.languages,
                "near": lambda value: metres is not None
                and metres <= asked.get("radius", 50) * 1000,
            }
            if weight is not None and all(tests[name](asked[name]) for name in tests if name in asked):
                found.append((one, weight, metres))
        return [one.id for one, *_ in self.ordered(found, asked)]

    def text_weight(self, one, q):
        """How well a single word is found, or None."""
        word = one.organization.word if one.organization else ""
        weights = [
            (0, q in (one.name, one.pinyin, one.initials)),
            (1, q in one.name),
            (2, len(q) > 1 and q in word),
            (3, any(q in self.area_words[code] for code in with_parents(one.areas, area_parent))),
        ]
        return next((weight for weight, found in weights if found), None)

    @staticmethod
    def ordered(found, asked):
        default = "distance" if "near" in asked else "relevance" if "q" in asked else "rank"
        order = {
            "rank": lambda item: (item[0].rank, item[0].id),
            "years": lambda item: (item[0].since or datetime.date.max, item[0].rank, item[0].id),
            "relevance": lambda item: (item[1], item[0].rank, item[0].id),
            "distance": lambda item: (item[2], item[0].id),
        }
        return sorted(found, key=order[asked.get("sort", default)])


def years(since, today):
    return today.year - since.year - ((today.month, today.day) < (since.month, since.day))


def distance(point, near):
    """Metres on a sphere of the mean radius, rounded; None without two points."""
    if not point or not near:
        return None
    (x, y), (nx, ny) = [[math.radians(value) for value in one] for one in (point, near)]
    h = math.sin((y - ny) / 2) ** 2 + math.cos(ny) * math.cos(y) * math.sin((x - nx) / 2) ** 2
    return round(2 * EARTH * math.asin(math.sqrt(h)))


def query(asked):
    """The model's question as parameters of the request."""
    params = []
    for name, value in asked.items():
        if name == "area":
            params += [("area", code) for code in value]
        elif name == "near":
            params.append((name, f"{value[0]},{value[1]}"))
        elif isinstance(value, bool):
            params.append((name, "true" if value else "false"))
        else:
            params.append((name, str(value)))
    return params


def walk(stack, path, asked, limit=20):
    """All items, page by page."""
    items, cursor = [], None
    for _ in range(1000):
        params = query(asked) + [("limit", str(limit))]
        answer = stack.get(path, params=params + ([("cursor", cursor)] if cursor else []))
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert len(body["items"]) <= limit
        items += body["items"]
        cursor = body["next"]
        if cursor is None:
            return items
        assert len(body["items"]) == limit
    raise AssertionError("pages without end")
