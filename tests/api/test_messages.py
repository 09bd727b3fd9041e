"""The catalogues: complete in every language, and nothing in them that nobody says."""

import json
import re

import pytest

from harness.process import TOP

MESSAGES = TOP / "conf/messages"
LOCALES = sorted(MESSAGES.glob("*.json"))
TEXTS = {path.stem: json.loads(path.read_text()) for path in LOCALES}
FOLDERS = sorted(path.name for path in (TOP / "modules").iterdir() if path.name != "tool")


def sources(*folders):
    for folder in folders:
        for path in sorted((TOP / "modules" / folder).glob("*.[ch]")):
            yield path, path.read_text()


def said():
    """Every text in C and in C's statements that could be a code."""
    found = set()
    for _, text in sources(*FOLDERS):
        found |= set(re.findall(r'"([a-z]+(?:_[a-z0-9]+)*)"', text))
        found |= set(re.findall(r"'([a-z]+(?:_[a-z0-9]+)*)'", text))
        found |= set(re.findall(r'"problem\.([a-z0-9_]+)', text))
    return found


def test_all_languages_say_the_same_things():
    first = TEXTS["zh-CN"]
    for locale, texts in TEXTS.items():
        assert list(texts) == list(first), locale


def test_places_are_the_same_in_every_language():
    for key, text in TEXTS["zh-CN"].items():
        places = set(re.findall(r"\{\w+\}", text))
        assert places <= {"{min}", "{max}"}, key
        for locale, texts in TEXTS.items():
            assert set(re.findall(r"\{\w+\}", texts[key])) == places, f"{locale}: {key}"


def test_chinese_is_chinese():
    for key, text in TEXTS["zh-CN"].items():
        assert re.search(r"[\u4e00-\u9fff]", text), key


def test_every_text_is_used():
    codes = said()
    for key in TEXTS["zh-CN"]:
        code = key.split(".")[1]
        assert code in codes, f"nothing says {key}"


def test_every_detail_has_a_title():
    for key in TEXTS["zh-CN"]:
        if key.endswith(".detail"):
            assert key.removesuffix(".detail") in TEXTS["zh-CN"]


@pytest.mark.parametrize(
    "kind, pattern",
    [
        ("problem", r'ln_fail\((?:[^;"]*,\s*)?"([a-z0-9_]+)"\)'),
        ("problem", r'ln_write_refuse\([^;"]*"([a-z0-9_]+)"\)'),
        ("problem", r"'([a-z0-9_]+)'[^;]{0,40}?AS code"),
        ("field", r'ln_field_error\([^;"]*"([a-z0-9_]+)"'),
        ("field", r'ln_fail_field\([^;"]*"[a-z_.]+",\s*"([a-z0-9_]+)"'),
        ("field", r'ln_body_error\([^;"]*"([a-z0-9_]+)"'),
    ],
)
def test_every_code_has_a_text(kind, pattern):
    found = 0
    for path, text in sources(*FOLDERS):
        for code in re.findall(pattern, text):
            found += 1
            assert f"{kind}.{code}" in TEXTS["zh-CN"], f"{path.name} says {code}"
    assert found or "AS code" in pattern or "fail_field" in pattern


def test_what_values_are_refused_for_has_a_text():
    text = (TOP / "modules/core/ln_value.c").read_text()
    body = (TOP / "modules/core/ln_body.c").read_text()
    codes = re.findall(r'(?:return|code =|\?|:)\s*"([a-z0-9_]+)"', text + body)
    codes += re.findall(r'\? NULL : "([a-z0-9_]+)"', text)
    assert len(set(codes)) > 15
    for code in set(codes):
        assert f"field.{code}" in TEXTS["zh-CN"], code
