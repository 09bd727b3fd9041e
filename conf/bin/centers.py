#!/usr/bin/python3
"""The list of service centers as a page that needs no JavaScript and no database.

    centers.py URL TEMPLATE FILE

asks the API at URL (http://localhost:8080/api/v1) for every public legal service
center, fills the web build's TEMPLATE with them and puts the page in place of FILE.
`make run` does so at each start; after an import, or from cron, run it again.
When the API does not answer, FILE stays as it is and the exit status is 1.
"""

import datetime
import html
import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

KIND = "service_center"
TIMEOUT = 30  # s


def answer(url, path, **query):
    address = f"{url}/{path}?{urllib.parse.urlencode(query)}"
    request = urllib.request.Request(address, headers={"Accept-Language": "zh-CN"})
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
        return json.load(response)


def centers(url):
    """All of them, by region."""
    found, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = answer(url, "organizations", type=KIND, limit=100, **more)
        found += page["items"]
        cursor = page["next"]
        if not cursor:
            return sorted(found, key=lambda one: (one["region"]["code"], one["name"]))


def cities(url, found):
    """[(name of the city, its centers)]; a region's first four digits say its city."""
    groups = {}
    for one in found:
        groups.setdefault(one["region"]["code"][:4], []).append(one)
    return [(answer(url, f"regions/{city}00")["full_name"], of) for city, of in groups.items()]


def block(name, template):
    """What stands between <!-- NAME --> and <!-- /NAME -->, and the place of all of it."""
    found = re.search(rf"<!-- {name} -->\s*(.*?)\s*<!-- /{name} -->", template, re.S)
    if not found:
        raise SystemExit(f"the template has no block {name}")
    return found.group(1), found.span()


def put(name, template, content):
    _, (start, end) = block(name, template)
    return template[:start] + content + template[end:]


def fill(text, **values):
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", html.escape(str(value)))
    return text


def hours(spans, names):
    """周一至周五 09:00-12:00、14:00-17:00, in the words of the template."""
    times = {}
    for span in spans:
        time = f"{span['opens'][:5]}-{span['closes'][:5]}"
        times.setdefault(tuple(sorted(span["days"])), []).append(time)
    said = []
    for days, at in times.items():
        row = len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1))
        words = [names["weekday"][day - 1] for day in days]
        text = names["to"].join([words[0], words[-1]]) if row else names["comma"].join(words)
        said.append(f"{text} {names['comma'].join(sorted(at))}")
    return names["semicolon"].join(said)


def line(name, template, value, **more):
    """A line of a center, left out when there is nothing to say."""
    return fill(block(name, template)[0], value=value, **more) if value else ""


def one_center(center, template, names):
    phone = center.get("phone") or ""
    number = re.sub(r"[^0-9+]", "", phone)
    text = put("address", template, line("address", template, center.get("address")))
    text = put("phone", text, line("phone", template, phone, number=number))
    spans = [one for one in center.get("opening_hours") or [] if one["days"]]
    text = put("hours", text, line("hours", template, hours(spans, names)))
    return fill(text, name=center["name"])


def page(template, groups, today):
    words, (start, end) = block("words", template)
    names = json.loads(words.strip().removeprefix("<!--").removesuffix("-->"))
    template = template[:start] + template[end:]

    city, _ = block("city", template)
    center, _ = block("center", city)
    parts = []
    for name, members in groups:
        items = "\n".join(one_center(one, center, names) for one in members)
        parts.append(put("center", fill(city, city=name), items))
    if groups:
        template = put("none", template, "")
    else:
        template = put("none", template, block("none", template)[0])
    template = put("city", template, "\n".join(parts))
    return fill(template, year=today.year, month=today.month, day=today.day)


def main(url, template_file, file):
    with open(template_file, encoding="utf-8") as source:
        template = source.read()
    try:
        groups = cities(url.rstrip("/"), centers(url.rstrip("/")))
    except (urllib.error.URLError, TimeoutError, ValueError, KeyError) as failure:
        print(f"{url} does not say the centers: {failure}", file=sys.stderr)
        return 1
    # In China's time, as all days are.
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
    with open(f"{file}.new", "w", encoding="utf-8") as result:
        result.write(page(template, groups, now.date()))
    os.chmod(f"{file}.new", 0o644)
    os.replace(f"{file}.new", file)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__.strip())
    sys.exit(main(*sys.argv[1:]))
