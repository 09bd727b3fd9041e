"""Notices by the file of a demonstration: from an act to a message that somebody reads."""

import re
import stat

import pytest

from api.auth_world import *  # noqa: F403
from api.auth_world import forget, problem
from api.contract import Contract
from api.notice_world import *  # noqa: F403
from api.notice_world import STACK  # noqa: F401


@pytest.fixture(autouse=True)
def fresh(request):
    if "stack" in request.fixturenames:
        stack = request.getfixturevalue("stack")
        forget(stack)
        never_quiet(stack)


def test_thin_thread(stack):
    """A code is asked for, stands in the file, signs in, and is nowhere afterwards."""
    answer = stack.get("/api/v1/notices/channels")
    Contract(stack).check(answer)
    assert answer.json() == {"sms": "file"}
    phone = new_phone()
    assert stack.post("/api/v1/auth/codes", json={"phone": phone}).status_code == 200
    message = message_to(stack, phone)
    code = message["params"]["code"]
    assert re.fullmatch(r"\d{6}", code) and code in message["text"]
    assert message["template"] == "sign_in_code" and message["wording"] == "plain"
    assert Person(stack, phone).sign_in(code=code).call("GET", "/api/v1/me").status_code == 200
    sent = lambda: stack.sql("SELECT state, params, gateway, tries, sent_at FROM outbox")[0]
    wait_for(lambda: sent()["state"] == "sent", "settled row")
    assert sent()["params"] is None and sent()["gateway"] == "file" and sent()["tries"] == 1
    path = stack.directory / "notices.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    log = "\n".join(stack.error_log() + stack.access_log())
    assert code not in log and phone not in log


@pytest.fixture
def person(stack):
    return signed_in(stack)


def contact(person, **members):
    """Says how one may be reached; what is not said is yes."""
    yes = dict.fromkeys(("may_call", "may_text", "may_leave_message", "may_name_us"), True)
    version = person.call("GET", "/api/v1/me/contact").json()["version"]
    answer = person.call("PUT", "/api/v1/me/contact", json={**yes, "version": version, **members})
    assert answer.status_code == 200, answer.text
    return answer.json()


def sent_to(stack, one):
    until(stack, one, "sent")
    return next(message for message in messages(stack) if message["id"] == str(one))


@pytest.mark.parametrize(
    "column,expected", [(None, "zh-CN"), ("en", "en"), ("zh-CN", "zh-CN"), ("ug", "zh-CN")]
)
def test_the_language_of_the_row_or_else_chinese(stack, column, expected):
    message = sent_to(stack, put(stack, "sign_in_code", params={"code": "424242"}, locale=column))
    assert message["locale"] == expected and "424242" in message["text"]
    assert bool(re.search(r"[\u4e00-\u9fff]", message["text"])) is (expected == "zh-CN")


def test_the_language_of_the_account(stack, person):
    stack.sql("UPDATE account SET locale = 'en' WHERE id = %s", person.account.bytes)
    assert sent_to(stack, put(stack, account=person.account))["locale"] == "en"
    assert sent_to(stack, put(stack, account=person.account, locale="zh-CN"))["locale"] == "zh-CN"


def test_the_newest_version_is_sent_and_noted(stack):
    old = sent_to(stack, put(stack))
    assert old["version"] == 1
    stack.sql(
        "INSERT INTO notice_template (name, locale, version, urgent, body, neutral, created_at)"
        " VALUES ('new_sign_in', 'zh-CN', 2, 0, '新的', '新的', UTC_TIMESTAMP(6))"
    )
    try:
        one = put(stack)
        assert sent_to(stack, one)["text"] == "新的"
        used = stack.sql(
            "SELECT t.version FROM outbox o JOIN notice_template t ON t.id = o.template_id"
            " WHERE o.id = %s",
            one.bytes,
        )
        assert used == [{"version": 2}]
    finally:
        stack.sql("UPDATE outbox SET template_id = NULL")
        stack.sql("DELETE FROM notice_template WHERE version = 2")


def test_every_name_has_both_languages_and_neutral_words(stack):
    rows = stack.sql("SELECT name, locale, urgent, body, neutral FROM notice_template")
    for name in {row["name"] for row in rows}:
        mine = [row for row in rows if row["name"] == name]
        assert {row["locale"] for row in mine} == {"zh-CN", "en"}, name
        assert len({row["urgent"] for row in mine}) == 1, name
    for row in rows:
        assert not re.search("法律|律师|司法|legal|lawyer|law", row["neutral"], re.I), row
        places = re.findall(r"\{\w+\}", row["body"])
        assert places == re.findall(r"\{\w+\}", row["neutral"]), row


def test_who_has_said_nothing_gets_neutral_words(stack, person):
    for account in (None, person.account):
        message = sent_to(stack, put(stack, account=account))
        assert message["wording"] == "neutral" and "法律" not in message["text"]


def test_may_we_name_ourselves(stack, person):
    contact(person, may_name_us=True)
    assert "公共法律服务网" in sent_to(stack, put(stack, account=person.account))["text"]
    contact(person, may_name_us=False)
    for template, params in (("new_sign_in", None), ("sign_in_code", {"code": "424242"})):
        one = put(stack, template, params=params, account=person.account)
        message = sent_to(stack, one)
        assert message["wording"] == "neutral" and "法律" not in message["text"]
        assert row(stack, one)["wording"] == "neutral"


def test_a_code_that_is_asked_for_knows_whose_it_is(stack, person):
    contact(person, may_name_us=False)
    stack.sql("DELETE FROM login_code")
    assert stack.post("/api/v1/auth/codes", json={"phone": person.phone}).status_code == 200
    second = lambda: [one for one in messages(stack) if one["to"] == person.phone][1:]
    wait_for(lambda: second(), "another message")
    assert second()[0]["wording"] == "neutral"


def test_no_texts_means_withheld_but_for_codes(stack, person):
    contact(person, may_text=False)
    one = put(stack, account=person.account, params={"secret": "sesame"})
    found = until(stack, one, "withheld")
    assert found["params"] is None and found["reason"] == "no_texts"
    assert str(one) not in {message["id"] for message in messages(stack)}
    sent_to(stack, put(stack, "sign_in_code", params={"code": "424242"}, account=person.account))


def test_quiet_hours_postpone_what_was_not_just_asked_for(stack, person):
    contact(person, quiet_from=minutes_from_now(-60), quiet_to=minutes_from_now(60))
    one = put(stack, account=person.account)
    wait_for(lambda: row(stack, one)["reason"] == "quiet_hours", "postponed notice")
    found = stack.sql(
        "SELECT state, tries, TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), due_at) AS later"
        " FROM outbox WHERE id = %s",
        one.bytes,
    )[0]
    assert found["state"] == "waiting" and found["tries"] == 0
    assert 3400 < found["later"] <= 3600
    sent_to(stack, put(stack, "sign_in_code", params={"code": "424242"}, account=person.account))
    assert state(stack, one) == "waiting"
    # the end of the hours is there
    contact(person)
    stack.sql("UPDATE outbox SET due_at = UTC_TIMESTAMP(6) WHERE id = %s", one.bytes)
    sent_to(stack, one)


def test_quiet_hours_of_who_has_said_nothing_are_a_rule(stack):
    hours = {"quiet_from": minutes_from_now(-30), "quiet_to": minutes_from_now(30)}
    for name, at in hours.items():
        minute = int(at[:2]) * 60 + int(at[3:])
        stack.sql("UPDATE rule SET value = %s WHERE name = %s", minute, f"notice.{name}")
    one = put(stack)
    wait_for(lambda: row(stack, one)["reason"] == "quiet_hours", "postponed notice")


def test_the_safe_number_for_all_but_codes(stack, person):
    safe = new_phone()
    answer = contact(person, safe_phone=f"+86 {safe}")
    assert answer["safe_phone"] == safe[:3] + "****" + safe[-4:]
    one = put(stack, account=person.account, phone=person.phone)
    assert sent_to(stack, one)["to"] == safe
    code = put(
        stack, "sign_in_code", person.phone, params={"code": "424242"}, account=person.account
    )
    assert sent_to(stack, code)["to"] == person.phone
    contact(person, no_safe_phone=True)
    assert sent_to(stack, put(stack, account=person.account, phone=person.phone))["to"] == person.phone


def test_a_row_without_a_number_goes_to_the_account_s_own(stack, person):
    own = lambda **more: put(stack, "proposal_decided", account=person.account, own=True, **more)
    assert sent_to(stack, own())["to"] == person.phone
    safe = new_phone()
    contact(person, safe_phone=safe)
    assert sent_to(stack, own())["to"] == safe
    contact(person, may_text=False)
    assert until(stack, own(), "withheld")["reason"] == "no_texts"


def test_without_any_number_nothing_is_sent(stack, person):
    number = "UPDATE account SET phone = NULL, phone_index = NULL WHERE id = %s"
    stack.sql(number, person.account.bytes)
    own = lambda **more: put(stack, own=True, **more)
    for one in (own(account=person.account), own(), own(template="account_reset")):
        assert until(stack, one, "withheld")["reason"] == "no_phone"
    safe = new_phone()
    contact(person, safe_phone=safe)
    assert sent_to(stack, own(account=person.account))["to"] == safe


def test_what_is_over_is_not_sent(stack):
    one = put(stack, "sign_in_code", params={"code": "424242"}, expires=-1)
    assert until(stack, one, "expired")["params"] is None
    assert str(one) not in {message["id"] for message in messages(stack)}


def test_not_before_it_is_due(stack):
    later, now = put(stack, due=3600), put(stack)
    until(stack, now, "sent")
    assert state(stack, later) == "waiting" and row(stack, later)["tries"] == 0


@pytest.mark.parametrize(
    "template,params,reason",
    [
        ("unheard_of", None, "no_template"),
        ("sign_in_code", None, "bad_params"),
        ("sign_in_code", {"other": "1"}, "bad_params"),
    ],
)
def test_what_cannot_be_said_fails(stack, template, params, reason):
    stack.sql("UPDATE rule SET value = 1 WHERE name = 'notice.tries'")
    try:
        assert until(stack, put(stack, template, params=params), "failed")["reason"] == reason
    finally:
        stack.sql("UPDATE rule SET value = 20 WHERE name = 'notice.tries'")


def test_a_row_that_does_not_open(stack):
    one = put(stack)
    stack.sql("UPDATE outbox SET recipient = %s WHERE id = %s", b"\1\1" + b"x" * 40, one.bytes)
    wait_for(lambda: row(stack, one)["reason"] == "unreadable", "tried row", 60)


def test_a_file_that_cannot_be_written(stack):
    """What could not be written is tried again, and nothing of it is in the log."""
    path = stack.directory / "notices.jsonl"
    aside = path.rename(path.with_suffix(".aside"))
    path.mkdir()
    stack.sql("UPDATE rule SET value = 1 WHERE name IN ('notice.pause', 'notice.pause_most')")
    one = put(stack, "sign_in_code", params={"code": "551177"})
    wait_for(lambda: row(stack, one)["reason"] == "file", "failed try", 60)
    path.rmdir()
    aside.rename(path)
    found = until(stack, one, "sent", seconds=60)
    assert found["tries"] > 1 and found["reason"] is None
    assert any("legalnet_notice_file" in line for line in stack.error_log())
    assert "551177" not in "\n".join(stack.error_log())


def test_no_parameter_adds_a_line_or_a_message(stack):
    phone = new_phone()
    one = put(stack, "sign_in_code", phone, {"code": '1\n{"id": "x", "to": "110"}\r2'})
    message = sent_to(stack, one)
    assert "\n" not in message["text"] and "\r" not in message["text"]
    assert "110" not in {one["to"] for one in messages(stack)}


def test_measures_and_logs(stack):
    phone, code = new_phone(), "837261"
    until(stack, put(stack, "sign_in_code", phone, {"code": code}), "sent")
    metrics = lambda: stack.ops.get("/metrics").text
    wait_for(lambda: re.search(r'legalnet_notices_total\{outcome="sent"\} [1-9]', metrics()), "count")
    assert re.search(r"legalnet_notice_wait_seconds_count [1-9]", metrics())
    stack.sql("UPDATE outbox SET due_at = due_at + INTERVAL 1 HOUR WHERE state = 'waiting'")
    put(stack, "unheard_of")
    wait_for(lambda: re.search(r"legalnet_notices_given_up [1-9]", metrics()), "gauge", 60)
    wait_for(lambda: re.search(r"legalnet_notices_oldest_seconds 0\b", metrics()), "gauge", 60)
    stack.reopen()
    log = "\n".join(stack.error_log() + stack.access_log())
    assert code not in log and phone not in log


def test_what_has_served_its_time_goes(stack_factory):
    stack = stack_factory(**STACK)
    stack.sql("DELETE FROM job WHERE name LIKE 'notice.%'")
    stack.stop()
    ids = {}
    for name, (became, age) in {
        "old": ("sent", 181),
        "young": ("sent", 179),
        "waiting": ("waiting", 181),
        "failed": ("failed", 8),
        "fresh": ("failed", 6),
    }.items():
        ids[name] = put(stack, params={"code": "1"}, due=9**7)
        stack.sql(
            "UPDATE outbox SET state = %s, updated_at = UTC_TIMESTAMP(6) - INTERVAL %s DAY"
            " WHERE id = %s",
            *(became, age, ids[name].bytes),
        )
    stack.start()
    there = lambda one: stack.sql("SELECT id FROM outbox WHERE id = %s", one.bytes)
    wait_for(lambda: not there(ids["old"]), "removed row", 60)
    wait_for(lambda: row(stack, ids["failed"])["params"] is None, "erased parameters", 60)
    assert all(there(ids[name]) for name in ids if name != "old")
    assert row(stack, ids["fresh"])["params"] and row(stack, ids["waiting"])["params"]
