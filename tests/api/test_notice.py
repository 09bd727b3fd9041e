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


def message_to(stack, phone):
    found = lambda: [one for one in messages(stack) if one["to"] == phone]
    wait_for(lambda: found(), "message in the file", 30)
    return found()[-1]


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
