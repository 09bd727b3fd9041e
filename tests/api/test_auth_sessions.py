"""From a phone number to a session and back: codes, tokens, renewal, sign-out."""

import concurrent.futures
import re

import pytest

from api.auth_world import *  # noqa: F403
from api.auth_world import STACK  # noqa: F401
from api.contract import Contract


@pytest.fixture(autouse=True)
def fresh(request):
    if "stack" in request.fixturenames:
        forget(request.getfixturevalue("stack"))


def test_thin_thread(stack):
    """phone -> code -> session -> me -> refresh -> sign out -> over"""
    contract = Contract(stack)
    person = Person(stack).sign_in()
    me = person.call("GET", "/api/v1/me")
    contract.check(me)
    assert me.json()["id"] == str(person.account)
    assert me.json()["phone"] == person.phone[:3] + "****" + person.phone[-4:]
    assert me.json()["kind"] == "citizen"
    grants = person.call("GET", "/api/v1/me/grants")
    contract.check(grants)
    assert grants.json()["items"] == [] and grants.json()["permissions"] == []
    assert me.json()["assurance"] == 1

    first = person.tokens
    answer = person.try_refresh()
    contract.check(answer)
    person.tokens = answer.json()
    assert person.tokens["refresh_token"] != first["refresh_token"]
    assert person.tokens["session"] == first["session"]
    assert person.call("GET", "/api/v1/me").status_code == 200

    out = stack.post("/api/v1/auth/sign-out", json={"refresh_token": person.tokens["refresh_token"]})
    contract.check(out)
    assert out.status_code == 204
    problem(person.call("GET", "/api/v1/me"), 401, "token_stale")
    problem(person.try_refresh(), 401, "refresh_refused")


def test_an_account_stays_the_same(stack):
    phone = new_phone()
    first = Person(stack, phone).sign_in()
    forget(stack)
    second = Person(stack, phone).sign_in()
    assert first.account == second.account and first.session != second.session
    assert len(first.call("GET", "/api/v1/me/sessions").json()["items"]) == 2


def test_nothing_clear_in_the_database(stack):
    person = Person(stack).sign_in()
    for table in ("account", "session", "refresh_token", "login_code", "sign_in_attempt", "outbox"):
        for row in stack.sql(f"SELECT * FROM {table}"):
            text = repr(row)
            assert person.phone not in text and person.device not in text
            assert person.tokens["refresh_token"] not in text
    audit = stack.sql("SELECT action, account_id, detail, subject_id FROM audit_event")
    assert any(row["account_id"] == person.account.bytes for row in audit)
    assert person.phone not in repr(audit)


def test_logs_hold_nothing_personal(stack):
    person = Person(stack).sign_in()
    person.try_sign_in(password="wrong secret here")
    person.call("GET", "/api/v1/me")
    person.refresh()
    stack.reopen()
    log = "\n".join(stack.error_log() + stack.access_log())
    for secret in (person.phone, person.device, *person.tokens.values(), "wrong secret"):
        assert str(secret) not in log or secret in (900, False, "Bearer", person.tokens["session"])


def test_the_answer_does_not_tell_who_has_an_account(stack):
    known = Person(stack).sign_in()
    forget(stack)
    body = lambda phone: {"phone": phone}
    answers = [
        stack.post("/api/v1/auth/codes", json=body(phone)) for phone in (known.phone, new_phone())
    ]
    assert {(a.status_code, a.text) for a in answers} == {(200, answers[0].text)}
    refusals = [
        Person(stack, phone).try_sign_in(**how)
        for phone in (known.phone, new_phone())
        for how in ({"code": "000000"}, {"password": "no such password"})
    ]
    texts = {(a.status_code, a.json()["code"], a.json()["title"]) for a in refusals}
    assert len(texts) == 1 and refusals[0].json()["code"] == "sign_in_refused"


@pytest.mark.parametrize("phone", ["12345", "057788001234", "1380013800a", "12348", ""])
def test_only_mobile_numbers(stack, phone):
    answer = stack.post("/api/v1/auth/codes", json={"phone": phone})
    assert problem(answer, 422, "validation_failed")["errors"][0]["name"] == "phone"


# Codes


def test_a_code_is_good_once(stack):
    person = Person(stack)
    code = ask_code(stack, person.phone)
    assert person.try_sign_in(code=code).status_code == 200
    problem(person.try_sign_in(code=code), 401, "sign_in_refused")


def test_of_many_who_give_the_same_code_one_wins(stack):
    phone = new_phone()
    code = ask_code(stack, phone)
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = list(
            pool.map(lambda _: Person(stack, phone).try_sign_in(code=code).status_code, range(12))
        )
    assert sorted(answers)[0] == 200 and answers.count(200) == 1, answers
    assert set(answers) <= {200, 401}
    assert len(stack.sql("SELECT id FROM account WHERE phone_index IS NOT NULL AND id IN"
                         " (SELECT account_id FROM session)")) >= 1


def test_five_tries(stack):
    person = Person(stack)
    code = ask_code(stack, person.phone)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        problem(person.try_sign_in(code=wrong), 401, "sign_in_refused")
    problem(person.try_sign_in(code=code), 401, "sign_in_refused")


def test_an_old_code_is_over(stack):
    person = Person(stack)
    code = ask_code(stack, person.phone)
    stack.sql("UPDATE login_code SET expires_at = UTC_TIMESTAMP(6)")
    problem(person.try_sign_in(code=code), 401, "sign_in_refused")


def test_a_new_code_ends_the_one_before(stack):
    person = Person(stack)
    first = ask_code(stack, person.phone)
    stack.sql(
        "UPDATE login_code SET created_at = created_at - INTERVAL 61 SECOND, slot = slot - 2"
    )
    second = ask_code(stack, person.phone)
    if first != second:
        problem(person.try_sign_in(code=first), 401, "sign_in_refused")
    assert person.try_sign_in(code=second).status_code == 200


def test_a_code_is_for_its_phone_and_purpose(stack):
    one, other = Person(stack), Person(stack)
    code = ask_code(stack, one.phone)
    problem(other.try_sign_in(code=code), 401, "sign_in_refused")
    assert one.try_sign_in(code=code).status_code == 200
    code = ask_code(stack, other.phone, purpose="set_password")
    problem(other.try_sign_in(code=code), 401, "sign_in_refused")


def test_quotas(stack):
    phone = new_phone()
    ask_code(stack, phone)
    answer = stack.post("/api/v1/auth/codes", json={"phone": phone})
    problem(answer, 429, "too_many_codes")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert len(codes_of(stack, phone)) == 1

    for _ in range(4):
        stack.sql("UPDATE login_code SET created_at = created_at - INTERVAL 61 SECOND, slot = slot - 2")
        ask_code(stack, phone)
    stack.sql("UPDATE login_code SET created_at = created_at - INTERVAL 61 SECOND, slot = slot - 2")
    problem(stack.post("/api/v1/auth/codes", json={"phone": phone}), 429, "too_many_codes")
    assert stack.post("/api/v1/auth/codes", json={"phone": new_phone()}).status_code == 200


def test_a_device_and_an_address_have_quotas(stack):
    device = new_device()
    stack.sql("UPDATE rule SET value = 2 WHERE name = 'code.device_day'")
    try:
        send = lambda **more: stack.post("/api/v1/auth/codes", json={"phone": new_phone(), **more})
        assert [send(device=device).status_code for _ in range(3)] == [200, 200, 429]
        assert send().status_code == 200
        stack.sql("UPDATE rule SET value = 3 WHERE name = 'code.address_hour'")
        problem(send(), 429, "too_many_codes")
    finally:
        stack.sql("UPDATE rule SET value = 20 WHERE name = 'code.device_day'")
        stack.sql("UPDATE rule SET value = 100 WHERE name = 'code.address_hour'")


def test_ten_who_ask_at_once_send_one_message(stack):
    phone = new_phone()
    ask = lambda _: stack.post("/api/v1/auth/codes", json={"phone": phone}).status_code
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(ask, range(10)))
    # at the border of two slots of time there may be two
    assert 1 <= len(codes_of(stack, phone)) <= 2
    assert answers.count(200) == len(codes_of(stack, phone)) and set(answers) <= {200, 429}


# Refresh tokens


def test_a_second_use_ends_the_session(stack):
    person = Person(stack).sign_in()
    first = person.tokens["refresh_token"]
    person.refresh().refresh()
    problem(person.try_refresh(first), 401, "refresh_refused")
    problem(person.try_refresh(), 401, "refresh_refused")
    problem(person.call("GET", "/api/v1/me"), 401, "token_stale")
    ended = stack.sql("SELECT ended_why FROM session WHERE id = %s", person.session.bytes)
    assert ended == [{"ended_why": "reuse"}]


def test_a_lost_answer_signs_nobody_out(stack):
    person = Person(stack).sign_in()
    lost = person.try_refresh()
    assert lost.status_code == 200
    again = person.try_refresh()
    assert again.status_code == 200
    assert again.json()["refresh_token"] != lost.json()["refresh_token"]
    person.tokens = again.json()
    person.refresh()
    assert person.call("GET", "/api/v1/me").status_code == 200
    # what was lost is now as used as its sibling: somebody else has found it
    problem(person.try_refresh(lost.json()["refresh_token"], new_device()), 401, "refresh_refused")
    problem(person.try_refresh(), 401, "refresh_refused")


def test_another_device_gets_no_grace(stack):
    person = Person(stack).sign_in()
    first = person.tokens["refresh_token"]
    person.refresh()
    problem(person.try_refresh(first, new_device()), 401, "refresh_refused")
    problem(person.try_refresh(), 401, "refresh_refused")


def test_no_grace_after_a_while(stack):
    person = Person(stack).sign_in()
    first = person.tokens["refresh_token"]
    person.refresh()
    stack.sql("UPDATE refresh_token SET used_at = used_at - INTERVAL 31 SECOND")
    problem(person.try_refresh(first), 401, "refresh_refused")
    problem(person.try_refresh(), 401, "refresh_refused")


def test_two_windows_that_refresh_at_once_stay_signed_in(stack):
    person = Person(stack).sign_in()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: person.try_refresh(), range(4)))
    assert {answer.status_code for answer in answers} == {200}
    person.tokens = answers[-1].json()
    person.refresh()
    assert person.call("GET", "/api/v1/me").status_code == 200


@pytest.mark.parametrize("token", ["A" * 43, "=" * 43, "b" * 43, "." * 43])
def test_made_up_refresh_tokens_write_nothing(stack, token):
    before = stack.sql("SELECT COUNT(*) AS n FROM audit_event")
    answer = stack.post("/api/v1/auth/refresh", json={"refresh_token": token})
    problem(answer, 401, "refresh_refused")
    assert stack.sql("SELECT COUNT(*) AS n FROM audit_event") == before


def test_a_session_has_an_end(stack):
    person = Person(stack).sign_in()
    stack.sql("UPDATE session SET expires_at = UTC_TIMESTAMP(6) WHERE id = %s", person.session.bytes)
    problem(person.try_refresh(), 401, "refresh_refused")


def test_a_disabled_account_gets_nothing(stack):
    person = Person(stack).sign_in()
    stack.sql("UPDATE account SET status = 'disabled' WHERE id = %s", person.account.bytes)
    problem(person.try_refresh(), 401, "refresh_refused")
    forget(stack)
    code = ask_code(stack, person.phone)
    problem(person.try_sign_in(code=code), 401, "sign_in_refused")


# My sessions


def test_end_one_and_end_the_others(stack):
    contract = Contract(stack)
    people = []
    phone = new_phone()
    for name in ("phone", "tablet", "office"):
        forget(stack)
        people.append(Person(stack, phone).sign_in(device_name=name))
    one, two, three = people

    listed = one.call("GET", "/api/v1/me/sessions")
    contract.check(listed)
    items = {item["device_name"]: item for item in listed.json()["items"]}
    assert [items[name]["current"] for name in ("phone", "tablet", "office")] == [True, False, False]

    path = f"/api/v1/me/sessions/{two.session}"
    assert one.call("DELETE", path).status_code == 204
    problem(one.call("DELETE", path), 404, "not_found")
    wait_until_refused(two)
    problem(two.try_refresh(), 401, "refresh_refused")

    assert one.call("DELETE", "/api/v1/me/sessions").status_code == 204
    wait_until_refused(three)
    problem(three.try_refresh(), 401, "refresh_refused")
    assert one.ask("GET", "/api/v1/me").status_code == 200


def test_of_another_nobody_ends_a_session(stack):
    mine, other = Person(stack).sign_in(), Person(stack).sign_in()
    problem(mine.call("DELETE", f"/api/v1/me/sessions/{other.session}"), 404, "not_found")
    assert other.call("GET", "/api/v1/me").status_code == 200
    listed = mine.call("GET", "/api/v1/me/sessions").json()["items"]
    assert [item["id"] for item in listed] == [str(mine.session)]


# Cookies


def test_a_browser_never_sees_its_tokens(stack):
    browser = Browser(stack).sign_in()
    assert set(browser.answer.json()) == {"session", "expires_in", "must_change_password"}
    set_cookie = browser.answer.headers.get_list("set-cookie")
    assert sorted(line.split("=")[0] for line in set_cookie) == ["ln_at", "ln_dv", "ln_rt"]
    for line in set_cookie:
        assert "; HttpOnly; SameSite=Strict" in line
        path = "/" if line.startswith("ln_at") else "/api/v1/auth/"
        assert f"; Path={path};" in line
    assert browser.client.get("/api/v1/me").status_code == 200

    assert browser.client.post("/api/v1/auth/refresh", json={}).status_code == 200
    assert browser.client.get("/api/v1/me").status_code == 200
    assert browser.client.post("/api/v1/auth/sign-out", json={}).status_code == 204
    problem(browser.client.get("/api/v1/me"), 401, "sign_in_required")


def test_a_stale_cookie_does_not_hide_public_pages(stack):
    browser = Browser(stack).sign_in()
    browser.client.cookies.set("ln_at", "a.b.c", domain="127.0.0.1", path="/")
    assert browser.client.get("/api/v1/languages").status_code in (200, 401)
    client = httpx.Client(base_url=stack.url, cookies={"ln_at": "a.b.c"})
    assert client.get("/api/v1/languages").status_code == 200
    problem(client.get("/api/v1/me"), 401, "sign_in_required")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "OURS"},
    ],
)
def test_other_sites_cannot_use_the_cookies(stack, headers):
    browser = Browser(stack).sign_in()
    headers = {name: stack.url if value == "OURS" else value for name, value in headers.items()}
    session = browser.answer.json()["session"]
    del browser.client.headers["Origin"]
    send = lambda method, path, **more: browser.client.request(
        method, path, headers=headers, **more
    )
    problem(send("DELETE", f"/api/v1/me/sessions/{session}"), 403, "origin_refused")
    problem(send("POST", "/api/v1/auth/refresh", json={}), 403, "origin_refused")
    problem(send("POST", "/api/v1/auth/sign-out", json={}), 403, "origin_refused")
    body = {"phone": new_phone(), "code": "123456", "transport": "cookie"}
    problem(send("POST", "/api/v1/auth/sessions", json=body), 403, "origin_refused")
    assert send("GET", "/api/v1/me").status_code == 200


def test_every_write_says_that_it_refuses_other_sites(stack):
    """What signs in, renews or leaves needs its body for that: there, only that it is said."""
    contract = Contract(stack)
    browser = Browser(stack).sign_in()
    refused = []
    for method, path, operation in contract.operations():
        if method == "get":
            continue
        assert "403" in operation["responses"], f"{method} {path}"
        if path.startswith("/api/v1/auth/") and path != "/api/v1/auth/factor":
            continue
        asked = re.sub(r"\{\w+\}", "1", path)
        headers = {"Origin": "https://evil.example"}
        answer = browser.client.request(method, asked, headers=headers)
        problem(answer, 403, "origin_refused")
        contract.check(answer)
        refused.append(path)
    assert len(refused) > 30
    assert browser.client.get("/api/v1/me").status_code == 200


def test_a_sign_in_never_takes_a_session_that_was_brought(stack):
    """Fixation: what an attacker planted before is not what is used after."""
    attacker = Person(stack).sign_in()
    client = Browser(stack)
    client.client.cookies.set("ln_rt", attacker.tokens["refresh_token"], path="/api/v1/auth/")
    client.sign_in()
    assert client.answer.json()["session"] != str(attacker.session)
    assert client.answer.cookies["ln_rt"] != attacker.tokens["refresh_token"]


# Bearer tokens


def test_hostile_tokens_from_outside(stack):
    person = Person(stack).sign_in()
    good = person.tokens["access_token"]
    head, body, signature = good.split(".")
    hostile = [
        "x", "a.b.c", good[:-1], good + "A", f"{head}.{body}.", f"{head}.{body}",
        f"{head}.{body}.{'A' * 43}", f"..{signature}", "A" * 6000, good.swapcase(),
        f"eyJhbGciOiJub25lIn0.{body}.", person.tokens["refresh_token"],
    ]
    for token in hostile:
        answer = stack.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, token[:60]
        public = stack.get("/api/v1/languages", headers={"Authorization": f"Bearer {token}"})
        assert public.status_code == 401
    assert person.call("GET", "/api/v1/me").status_code == 200


def test_the_keys_of_another_installation(stack):
    person = Person(stack).sign_in()
    head, body, _ = person.tokens["access_token"].split(".")
    for key, status in ((TOKEN_KEY, 200), (b"\5" * 32, 401), (b"", 401), (b"\1", 401)):
        mac = hmac.digest(key, f"{head}.{body}".encode(), "sha256")
        signature = base64.urlsafe_b64encode(mac).decode().rstrip("=")
        headers = {"Authorization": f"Bearer {head}.{body}.{signature}"}
        assert stack.get("/api/v1/me", headers=headers).status_code == status


# Bodies


@pytest.mark.parametrize(
    "body,field",
    [
        ({}, "password"),
        ({"phone": "13800138000"}, "password"),
        ({"phone": "13800138000", "code": "123456", "password": "x"}, "code"),
        ({"name": "someone", "code": "123456"}, "name"),
        ({"name": "someone", "phone": "13800138000", "password": "x"}, "name"),
        ({"password": "x"}, "phone"),
        ({"phone": "1", "code": "1"}, "phone"),
        ({"phone": "13800138000", "code": "123456", "outcome": "accepted"}, "outcome"),
        ({"phone": "13800138000", "code": "123456", "account": "0" * 32}, "account"),
        ({"phone": "13800138000", "code": "123456", "transport": "header"}, "transport"),
        ({"phone": "13800138000", "code": "123456", "device": "short"}, "device"),
    ],
)
def test_bad_bodies(stack, body, field):
    answer = stack.post("/api/v1/auth/sessions", json=body)
    errors = problem(answer, 422, "validation_failed")["errors"]
    assert field in {error["name"] for error in errors}


# Behind a server that ends TLS

BEHIND = "https://law.example.gov.cn"


def cookie_sign_in(stack, origin, **headers):
    forget(stack)
    phone = new_phone()
    body = {"phone": phone, "code": ask_code(stack, phone), "transport": "cookie"}
    return stack.post("/api/v1/auth/sessions", json=body, headers={"Origin": origin, **headers})


def test_behind_a_server_that_ends_tls(stack_factory):
    """What the browser sees is said by the operator; the connection and its Host say another."""
    stack = stack_factory(features="directory auth", http=f"legalnet_origin {BEHIND};\n")
    for origin in (BEHIND, BEHIND + ":443", "HTTPS://LAW.example.gov.cn"):
        answer = cookie_sign_in(stack, origin)
        assert answer.status_code == 200, answer.text
        cookies = {text.split("=")[0]: text for text in answer.headers.get_list("set-cookie")}
        assert set(cookies) == {"__Host-ln_at", "__Secure-ln_rt", "__Secure-ln_dv"}
        assert all("; Secure" in text for text in cookies.values())
    for origin in (
        *(stack.url, "http://law.example.gov.cn", "https://example.gov.cn", "null"),
        *("https://law.example.gov.cn.evil.example", "https://law.example.gov.cn:8443"),
    ):
        problem(cookie_sign_in(stack, origin), 403, "origin_refused")
    headers = {"Host": "law.example.gov.cn"}
    problem(cookie_sign_in(stack, "http://law.example.gov.cn", **headers), 403, "origin_refused")


@pytest.mark.parametrize(
    "text",
    ["law.example", "ftp://law.example", "https://", "https://law.example/", "https://a@b", "https://a b"],
)
def test_origins_that_are_none(stack, text):
    fine, output = stack.test_configuration(http=f'legalnet_origin "{text}";\n')
    assert not fine and "legalnet_origin" in output
