"""The people of a place: who works where, on what, in which languages."""

import codes
from places import MEDIATION

LAWYER_AREAS = (
    "wage_arrears work_injury dismissal labor_contract labor_dispatch divorce child_custody "
    "inheritance elder_support domestic_violence traffic_compensation vehicle_insurance "
    "private_lending sale_contract service_contract enforcement house_sale house_lease demolition "
    "property_management construction personal_injury medical_dispute consumer reputation "
    "school_injury criminal_defense victim_representation juvenile_crime administrative_review "
    "state_compensation social_security veterans land_contract homestead collective_income "
    "environment company bankruptcy finance compliance trademark_patent copyright trade_secret "
    "foreign_affairs"
).split()
COMMON = "wage_arrears work_injury divorce traffic_compensation private_lending inheritance".split()
NEIGHBORS = (
    "divorce elder_support property_management private_lending land_contract homestead "
    "personal_injury traffic_compensation wage_arrears consumer"
).split()

# Group of practice areas: what is drawn from, fewest and most.
AREA_GROUPS = {
    "lawyer": (LAWYER_AREAS + COMMON * 3, 2, 4),
    "worker": (NEIGHBORS + COMMON, 2, 4),
    "mediator": (NEIGHBORS, 1, 2),
    "village": (NEIGHBORS, 1, 1),
    "notary": (["notarization", "inheritance", "house_sale", "foreign_affairs"], 1, 3),
    "appraiser": (["appraisal", "traffic_compensation", "medical_dispute", "work_injury"], 1, 3),
    "arbitrator": (["arbitration", "sale_contract", "construction", "company", "finance"], 1, 3),
}

# What a committee for one kind of dispute mediates.
COMMITTEE_AREAS = {
    "mediation_family": ["divorce", "child_custody", "elder_support"],
    "mediation_medical": ["medical_dispute"],
    "mediation_traffic": ["traffic_compensation", "vehicle_insurance"],
    "mediation_labor": ["wage_arrears", "work_injury", "dismissal"],
    "mediation_property": ["property_management"],
    "mediation_intellectual_property": ["trademark_patent", "copyright"],
    "mediation_environment": ["environment"],
    "mediation_trade": ["sale_contract", "foreign_affairs"],
    "mediation_women_business": ["company", "sale_contract"],
    "mediation_commerce": ["sale_contract", "company"],
    "mediation_finance": ["finance", "vehicle_insurance"],
}

LICENCES = {"notary": 2, "forensic_appraiser": 3, "grassroots_legal_worker": 4}
YOUNGEST_START = {"lawyer": 2024, "mediator": 2023}


def pick(rng, pool, fewest, most):
    chosen = []
    for area in rng.choices(pool, k=rng.randint(fewest, most)):
        if area not in chosen:
            chosen.append(area)
    return chosen


class Staff:
    def __init__(self, writer, verified_on):
        self.writer = writer
        self.verified_on = verified_on
        self.serial = 0

    def hire(self, place, bodies, counsel, rng, names):
        """Writes the people of every line; yields the line and how many they are."""
        served = {}
        counselors = [line for line in place.people if line.kind == "lawyer"]
        for line in place.people:
            homes = [body for body in bodies if body["main"] in line.of]
            posts = self.posts(line, homes, rng)
            if counsel and line in counselors:
                served = self.share(counsel, len(posts))
            for i, body in enumerate(posts):
                villages = served.get(i, []) if line in counselors else []
                self.person(place, line, body, villages, rng, names)
            yield line, len(posts)

    def posts(self, line, homes, rng):
        """The body of each person: everybody gets one, bodies differ in size."""
        if not homes:
            return []
        if isinstance(line.number, tuple):
            return [body for body in homes for _ in range(line.number[0])]
        if line.number <= len(homes):
            return homes[: line.number]
        weights = [rng.choice((1, 1, 2, 2, 3, 6)) for _ in homes]
        posts = homes + rng.choices(homes, weights, k=line.number - len(homes))
        posts.sort(key=lambda body: body["source_key"])
        return posts

    def share(self, villages, people):
        shares = {}
        for i, village in enumerate(villages):
            shares.setdefault(i % people, []).append(village)
        return shares

    def person(self, place, line, body, villages, rng, names):
        self.serial += 1
        region = body["region"]
        sex = "female" if rng.random() < 0.45 else "male"
        at_yi = region.name_at(3) and region.above(3).code in place.yi_counties
        yi = "ii" in line.languages or (bool(at_yi) and rng.random() < 0.6)
        since = rng.randrange(1992, YOUNGEST_START.get(line.kind, 2022))
        key = f"{place.key}-p{self.serial:06d}"
        kind, licence = line.kind, ""
        if kind == "lawyer":
            licence = codes.lawyer_licence(region.code, since, sex, self.serial)
        elif kind in LICENCES:
            licence = codes.other_licence(LICENCES[kind], region.code, since, self.serial)
        areas = self.areas(line, body, rng)
        self.writer.writerow(
            {
                "source_key": key,
                "name": names.person(sex, yi),
                "sex": sex,
                "organization": body["source_key"],
                "region": region.code,
                "qualification_kind": kind,
                "licence_number": licence,
                "qualification_status": "active",
                "valid_from": f"{since}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
                "qualifications": self.others(kind, body, villages, since, rng),
                "areas": ";".join(areas),
                "languages": ";".join(self.languages(place, line, yi, rng)),
                "regions_served": ";".join(village.code for village in villages),
                "legal_aid": "yes" if rng.random() < line.legal_aid else "no",
                "practicing_since": f"{since}-{rng.randrange(1, 13):02d}-01",
                "phone": codes.mobile(rng.randrange(100000)),
                "status": "active",
                "last_verified_on": self.verified_on,
            }
        )

    def areas(self, line, body, rng):
        if line.kind == "mediator" and body["main"] in COMMITTEE_AREAS:
            return COMMITTEE_AREAS[body["main"]]
        return pick(rng, *AREA_GROUPS[line.areas])

    def languages(self, place, line, yi, rng):
        spoken = ["zh", *line.languages]
        if yi and "ii" not in spoken:
            spoken.append("ii")
        for language, share in place.languages:
            if rng.random() < share and language not in spoken:
                spoken.append(language)
        if line.kind in ("lawyer", "arbitrator") and rng.random() < 0.05 and "en" not in spoken:
            spoken.append("en")
        if rng.random() < 0.004:
            spoken.append("csl")
        return spoken

    def others(self, kind, body, villages, since, rng):
        """Further qualifications: village counsel now, or something that ended long ago."""
        further = []
        if villages:
            further.append(f"village_counsel||{body['source_key']}|active|2021-01-01|")
        if kind == "lawyer" and rng.random() < 0.04:
            further.append(f"grassroots_legal_worker|||cancelled|{since - 4}-01-01|{since}-01-01")
        if kind == "mediator" and body["main"] in MEDIATION[:2] and rng.random() < 0.01:
            further.append(f"justice_assistant|||cancelled|{since - 9}-03-01|{since}-03-01")
        return ";".join(further)
