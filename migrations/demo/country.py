"""The large size: every county of the country, until there are 200,000 practitioners."""

from places import Bodies, People, PLACES, Place

PRACTITIONERS = 200_000

# Longitude and latitude of the provinces' seats, to half a degree: positions are invented anyway.
SEATS = {
    "11": (116.5, 40.0), "12": (117.0, 39.0), "13": (114.5, 38.0), "14": (112.5, 38.0),
    "15": (111.5, 41.0), "21": (123.5, 42.0), "22": (125.5, 44.0), "23": (126.5, 45.5),
    "31": (121.5, 31.0), "32": (119.0, 32.0), "33": (120.0, 30.5), "34": (117.0, 32.0),
    "35": (119.5, 26.0), "36": (116.0, 28.5), "37": (117.0, 36.5), "41": (113.5, 34.5),
    "42": (114.5, 30.5), "43": (113.0, 28.0), "44": (113.5, 23.0), "45": (108.5, 23.0),
    "46": (110.5, 20.0), "50": (106.5, 29.5), "51": (104.0, 30.5), "52": (106.5, 26.5),
    "53": (102.5, 25.0), "54": (91.0, 29.5), "61": (109.0, 34.5), "62": (104.0, 36.0),
    "63": (102.0, 36.5), "64": (106.0, 38.5), "65": (87.5, 44.0),
}  # fmt: skip


def bodies():
    return [
        Bodies("律师事务所", ("law_firm",), 3, 3, "{prefix}{firm}律师事务所"),
        Bodies("基层法律服务所", ("grassroots_legal_service",), 1, 3, "{region}{firm}法律服务所"),
        Bodies("公证机构", ("notary_office",), 1, 3, "{region}{firm}公证处"),
        Bodies("人民调解委员会", ("mediation_enterprise",), 5, 3, "{region}{firm}人民调解委员会"),
    ]


def people(number):
    lawyers, workers, notaries = number // 3, number // 12, number // 25
    mediators = number - lawyers - workers - notaries
    return [
        People("律师", "lawyer", lawyers, ("law_firm",), "lawyer", legal_aid=0.4),
        People("基层法律服务工作者", "grassroots_legal_worker", workers,
               ("grassroots_legal_service",), "worker", legal_aid=0.5),
        People("公证员", "notary", notaries, ("notary_office",), "notary"),
        People("人民调解员", "mediator", mediators, ("mediation_enterprise",), "mediator"),
    ]  # fmt: skip


def fill(generator):
    counties = [
        region
        for region in generator.regions.values()
        if region.level == 3
        and region.code[:2] in SEATS
        and not any(region.above(2).code == p.code or region.code == p.code for p in PLACES)
    ]
    missing = PRACTITIONERS - generator.staff.serial
    for i, county in enumerate(counties):
        number = missing * (i + 1) // len(counties) - missing * i // len(counties)
        city = county.above(2)
        longitude, latitude = SEATS[county.code[:2]]
        shift = int(city.code[2:4]) % 9
        generator.place(
            Place(
                key=f"county{county.code}",
                code=county.code,
                city=county.full_name,
                center=(longitude + (shift % 3 - 1) * 0.9, latitude + (shift // 3 - 1) * 0.9),
                area_code="0999",
                phone_digits=7,
                firm_prefix=county.above(1).name[:2],
                counsel=0,
                counsel_source="",
                languages=(("en", 0.02),),
                bodies=bodies(),
                people=people(number),
            )
        )
