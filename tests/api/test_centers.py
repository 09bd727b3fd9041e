"""The list of service centers that needs no JavaScript: conf/bin/centers.py and where it appears."""

import datetime
import importlib.util
import re
import subprocess

import pytest

from harness.process import TOP

SCRIPT = TOP / "conf/bin/centers.py"
TEMPLATE = TOP / "build/centers.html"
WEEK = [1, 2, 3, 4, 5]


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("centers", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(url, file):
    command = [SCRIPT, url, TEMPLATE, file]
    return subprocess.run(command, timeout=120, capture_output=True, text=True)


def center(**more):
    return {"name": "甲中心", "address": None, "phone": None, "opening_hours": [], **more}


def made(script, *members):
    groups = [("甲市", members)] if members else []
    return script.page(TEMPLATE.read_text(), groups, datetime.date(2026, 3, 4))


def test_nothing_from_the_data_is_markup(script):
    page = made(script, center(address="<script>alert(1)</script>", phone='1"><b>2'))
    assert "<script" not in page and "<b>" not in page
    assert "&lt;script&gt;" in page
    assert 'href="tel:12"' in page


def test_times_of_the_same_days_stand_together(script):
    spans = [
        {"days": WEEK, "opens": "14:00", "closes": "17:30"},
        {"days": WEEK, "opens": "09:00", "closes": "12:00"},
        {"days": [6], "opens": "09:00", "closes": "12:00"},
    ]
    page = made(script, center(opening_hours=spans))
    assert "周一至周五 09:00-12:00、14:00-17:30；周六 09:00-12:00" in page


def test_what_is_not_known_is_left_out_and_no_place_stays_open(script):
    page = made(script, center())
    assert "甲中心" in page
    assert "地址" not in page.split("<ul")[1]
    assert re.findall(r"\{\w+\}|%\w+:|<!--", page) == []
    assert "2026年3月4日" in page


def test_without_centers_it_says_whom_to_call(stack):
    file = stack.directory / "pages/centers.html"
    assert stack.get("/centers.html").status_code == 404
    result = run(f"{stack.url}/api/v1", file)
    assert result.returncode == 0, result.stderr
    answer = stack.get("/centers.html")
    assert answer.status_code == 200
    assert "名单里还没有中心" in answer.text
    assert 'href="tel:12348"' in answer.text
    assert "<script" not in answer.text


def test_when_the_api_is_away_the_last_list_stays(tmp_path):
    file = tmp_path / "centers.html"
    file.write_text("the last one")
    result = run("http://127.0.0.1:1/api/v1", file)
    assert result.returncode == 1
    assert "does not say the centers" in result.stderr
    assert file.read_text() == "the last one"


def test_below_a_prefix_it_knows_where_it_is(stack, stack_factory):
    portal = stack_factory(database=stack.database, prefix="/legal")
    result = run(f"{portal.url}/legal/api/v1/", portal.directory / "pages/centers.html")
    assert result.returncode == 0, result.stderr
    assert '<base href="/legal/"' in portal.get("/legal/centers.html").text
