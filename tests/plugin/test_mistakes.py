"""Every mistake in a table stops nginx -t, which names feature, route and name."""

import pytest

from plugin import notes

MISTAKES = {
    "NOTES_WRONG_ABI": ['feature "notes"', "ABI", "build it again"],
    "NOTES_WRONG_LAYOUT": ['feature "notes"', "layout", "build it again"],
    "NOTES_TWICE": ['feature "notes"', "twice"],
    "NOTES_DUPLICATE_PATH": ['of "notes"', "duplicate", '"GET /api/v1/notes/{id}"'],
    "NOTES_NO_NEEDS": ['feature "notes"', '"GET /api/v1/note-boxes/{box}"', ".needs"],
    "NOTES_NO_SUMMARY": ['feature "notes"', '"GET /api/v1/note-boxes/{box}"', ".summary"],
    "NOTES_NO_WORK": ['feature "notes"', '"GET /api/v1/note-boxes/{box}"', "exactly one of"],
    "NOTES_TWO_WORKS": ['feature "notes"', '"GET /api/v1/note-boxes/{box}"', "exactly one of"],
    "NOTES_UNTOLD_READING": ['feature "notes"', '"GET /api/v1/note-boxes/{box}"', ".answer"],
    "NOTES_UNKNOWN_DETAIL": ['feature "notes"', '"GET /api/v1/note-boxes/{box}"', "reason"],
    "NOTES_UNKNOWN_NAME": ['feature "notes"', '"GET /api/v1/note-boxes/{box}"', "bax"],
    "NOTES_NEVER_NULL": ['feature "notes"', '"GET /api/v1/note-boxes/{box}"', "box.given"],
    "NOTES_NULL_IN_PATH": ['feature "notes"', '"GET /api/v1/note-boxes/{box}"', "null", "box"],
    "NOTES_KEY_NOT_IN_SQL": ['feature "notes"', '"GET /api/v1/note-boxes/{box}"', "key"],
    "NOTES_CACHED_SELF": ['feature "notes"', '"GET /api/v1/note-boxes/{box}"', "self"],
}


@pytest.fixture(scope="module")
def stack(module_stack_factory):
    return module_stack_factory()


def test_without_a_mistake(stack):
    passed, said = stack.test_configuration(**notes.settings())
    assert passed, said


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake(stack, mistake):
    changes = {**notes.settings(), "modules": [notes.build(mistake)]}
    passed, said = stack.test_configuration(**changes)
    assert not passed, said
    line = next(line for line in said.splitlines() if "[emerg]" in line)
    for part in MISTAKES[mistake]:
        assert part in line, line


def test_a_text_that_one_language_lacks(stack, tmp_path):
    (tmp_path / "notes.zh-CN.json").write_text('{"field.strange": "奇怪"}')
    passed, said = stack.test_configuration(http=f"legalnet_messages {tmp_path};\n")
    assert not passed
    assert 'locale "en" lacks the text "field.strange"' in said


@pytest.mark.parametrize(
    "text, part",
    [
        ('{"field.a": 1}', 'the text "field.a" of locale "en" is not a string'),
        ('{"field.a": "x", "field.a": "y"}', "duplicate object key"),
        ('{"field.required": "x"}', 'the text "field.required" stands twice in locale "en"'),
        ("[]", "not an object"),
        ('{"field.a"', "line 1"),
    ],
)
def test_a_broken_catalogue(stack, tmp_path, text, part):
    (tmp_path / "own.en.json").write_text(text)
    passed, said = stack.test_configuration(http=f"legalnet_messages {tmp_path};\n")
    assert not passed
    assert part in said


def test_no_catalogue_of_our_own(stack, tmp_path):
    (tmp_path / "fr.json").write_text('{"field.required": "obligatoire"}')
    passed, said = stack.test_configuration(http=f"legalnet_messages {tmp_path};\n")
    assert not passed
    assert 'locale "fr" lacks the text "problem.' in said
