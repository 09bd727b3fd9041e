"""The mini-program's sign-in: code2session, and whose account an openid leads to."""

import concurrent.futures

import pytest

from api.auth_world import *  # noqa: F403
from api.contract import Contract
from api.wechat import BODIES, SECRET, WeChat

WECHAT = WeChat()
STACK = {"features": "directory auth", "http": WECHAT.directive}


@pytest.fixture(autouse=True)
def fresh(stack):
    forget(stack)
    WECHAT.mode = "fine"
    WECHAT.release.clear()


class Mini(Person):
    """Somebody with the mini-program."""

    def __init__(self, stack, phone=None, union=True, who=None):
        super().__init__(stack, phone)
        self.who_he_is = who or WECHAT.person(union)

    def try_wechat(self, code=None, **members):
        body = {"code": code or WECHAT.code(self.who_he_is), "device": self.device, **members}
        return self.stack.post("/api/v1/auth/wechat", json=body)

    def wechat(self, **members):
        answer = self.try_wechat(**members)
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()
        return self

    def bind(self):
        code = ask_code(self.stack, self.phone, purpose="bind")
        return self.wechat(phone=self.phone, sms_code=code)


def identities(stack, person):
    rows = stack.sql(
        "SELECT kind, subject FROM account_identity WHERE account_id = %s ORDER BY kind",
        person.account.bytes,
    )
    return [(row["kind"], row["subject"]) for row in rows]


def count(stack, table):
    return stack.sql(f"SELECT COUNT(*) AS n FROM {table}")[0]["n"]


def test_thin_thread(stack):
    """wx.login -> no account yet -> phone proved -> signed in -> the next time by WeChat alone"""
    contract = Contract(stack)
    ways = stack.get("/api/v1/auth/ways")
    contract.check(ways)
    assert ways.json()["wechat"] is True

    mini = Mini(stack)
    answer = mini.try_wechat()
    contract.check(answer)
    problem(answer, 409, "wechat_unbound")

    code = ask_code(stack, mini.phone, purpose="bind")
    answer = mini.try_wechat(phone=mini.phone, sms_code=code, device_name="小程序")
    contract.check(answer)
    assert answer.status_code == 200, answer.text
    mini.tokens = answer.json()
    me = mini.call("GET", "/api/v1/me").json()
    assert me["phone"] == mini.phone[:3] + "****" + mini.phone[-4:] and me["kind"] == "citizen"
    openid, unionid = mini.who_he_is
    assert identities(stack, mini) == [("wechat", openid), ("wechat_union", unionid)]

    account = mini.account
    assert mini.wechat().account == account
    assert mini.refresh().call("GET", "/api/v1/me").status_code == 200
    sessions = mini.call("GET", "/api/v1/me/sessions").json()["items"]
    assert {one["method"] for one in sessions} == {"wechat"}
    path, query = WECHAT.asked[-1]
    assert path == "/sns/jscode2session" and set(query) == {
        *("appid", "secret", "js_code", "grant_type")
    }


def test_only_what_the_documentation_asks_is_sent(stack):
    mini = Mini(stack)
    odd = "0&secret=x#é 中/%41+" + "z" * 20
    problem(mini.try_wechat(code=odd), 401, "wechat_code_refused")
    path, query = WECHAT.asked[-1]
    assert query["js_code"] == odd and query["secret"] == SECRET


@pytest.mark.parametrize(
    "mode,status,code",
    [
        (40029, 401, "wechat_code_refused"),
        (40163, 401, "wechat_code_refused"),
        (40226, 401, "wechat_blocked"),
        (45011, 429, "too_many_tries"),
        (-1, 503, "wechat_unavailable"),
        (40013, 503, "wechat_unavailable"),
        (40125, 503, "wechat_unavailable"),
        ("closed", 503, "wechat_unavailable"),
        ("huge", 503, "wechat_unavailable"),
        *[(mode, 503, "wechat_unavailable") for mode in BODIES],
    ],
)
def test_what_wechat_may_answer(stack, mode, status, code):
    """Whatever it says: a clear answer, nothing made, and well again afterwards."""
    contract = Contract(stack)
    mini = Mini(stack).bind()
    before = [count(stack, table) for table in ("account", "session", "account_identity")]
    WECHAT.mode = mode
    answer = mini.try_wechat()
    contract.check(answer)
    problem(answer, status, code)
    assert status == 401 or int(answer.headers["retry-after"]) >= 1
    assert before == [count(stack, table) for table in ("account", "session", "account_identity")]
    WECHAT.mode = "fine"
    mini.wechat()


def test_a_code_of_wechat_is_good_once(stack):
    mini = Mini(stack).bind()
    code = WECHAT.code(mini.who_he_is)
    mini.wechat(code=code)
    problem(mini.try_wechat(code=code), 401, "wechat_code_refused")


def test_wrong_secret_and_app(stack, stack_factory):
    """What the operator must mend is said in the log, without the secret."""
    WECHAT.secret_file.with_name("wrong").write_text("ffffffffffffffffffffffffffffffff\n")
    WECHAT.secret_file.with_name("wrong").chmod(0o600)
    wrong = WECHAT.directive.replace("/secret ", "/wrong ")
    other = stack_factory(features="directory auth", http=wrong)
    problem(Mini(other).try_wechat(), 503, "wechat_unavailable")
    lines = [line for line in other.error_log() if "errcode 40125" in line]
    assert len(lines) == 1 and "legalnet_wechat" in lines[0] and "ffff" not in lines[0]


# Whose account


def test_the_phone_of_an_account_that_is_there(stack):
    """Somebody who signed in by code before binds the mini-program to the same account."""
    person = Person(stack).sign_in()
    forget(stack)
    mini = Mini(stack, person.phone).bind()
    assert mini.account == person.account and mini.wechat().account == person.account


def test_a_phone_must_be_proved(stack):
    mini = Mini(stack)
    code = ask_code(stack, mini.phone, purpose="bind")
    wrong = "000000" if code != "000000" else "111111"
    answer = mini.try_wechat(phone=mini.phone, sms_code=wrong)
    problem(answer, 401, "sign_in_refused")
    assert count(stack, "account_identity WHERE subject = '%s'" % mini.who_he_is[0]) == 0
    for members, field in (({"phone": mini.phone}, "sms_code"), ({"sms_code": code}, "phone")):
        errors = problem(mini.try_wechat(**members), 422, "validation_failed")["errors"]
        assert errors[0]["name"] == field
    assert mini.wechat(phone=mini.phone, sms_code=code)


def test_five_tries_of_the_phones_code(stack):
    mini = Mini(stack)
    code = ask_code(stack, mini.phone, purpose="bind")
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        problem(mini.try_wechat(phone=mini.phone, sms_code=wrong), 401, "sign_in_refused")
    problem(mini.try_wechat(phone=mini.phone, sms_code=code), 401, "sign_in_refused")


def test_a_code_for_another_purpose_binds_nothing(stack):
    mini = Mini(stack)
    code = ask_code(stack, mini.phone)
    problem(mini.try_wechat(phone=mini.phone, sms_code=code), 401, "sign_in_refused")
    forget(stack)
    code = ask_code(stack, mini.phone, purpose="bind")
    problem(mini.try_sign_in(code=code), 401, "sign_in_refused")


def test_an_openid_of_another_account_is_a_conflict(stack):
    first = Mini(stack).bind()
    before = identities(stack, first)
    second = Mini(stack, who=first.who_he_is)
    code = ask_code(stack, second.phone, purpose="bind")
    answer = second.try_wechat(phone=second.phone, sms_code=code)
    problem(answer, 409, "wechat_bound_elsewhere")
    third = Person(stack).sign_in()
    forget(stack)
    mini = Mini(stack, third.phone, who=first.who_he_is)
    code = ask_code(stack, mini.phone, purpose="bind")
    answer = mini.try_wechat(phone=mini.phone, sms_code=code)
    problem(answer, 409, "wechat_bound_elsewhere")
    assert identities(stack, first) == before and identities(stack, third) == []
    assert Mini(stack, who=first.who_he_is).wechat().account == first.account


def test_one_person_with_several_openids(stack):
    """The unionid leads to the account, and the new openid is remembered."""
    first = Mini(stack).bind()
    other = Mini(stack, who=("o" + "x" * 27, first.who_he_is[1])).wechat()
    assert other.account == first.account
    subjects = {subject for _, subject in identities(stack, first)}
    assert subjects == {*first.who_he_is, "o" + "x" * 27}
    again = Mini(stack, who=("o" + "x" * 27, None)).wechat()
    assert again.account == first.account


def test_a_unionid_that_comes_later(stack):
    """The app joined an open platform: the next sign-in learns the unionid."""
    mini = Mini(stack, union=False).bind()
    assert identities(stack, mini) == [("wechat", mini.who_he_is[0])]
    mini.who_he_is = (mini.who_he_is[0], "uLater")
    mini.wechat()
    assert ("wechat_union", "uLater") in identities(stack, mini)


def test_disabled_accounts_and_staff(stack):
    mini = Mini(stack).bind()
    id = mini.account.bytes
    stack.sql("UPDATE account SET status = 'disabled' WHERE id = %s", id)
    problem(mini.try_wechat(), 401, "sign_in_refused")
    stack.sql("UPDATE account SET status = 'active', kind = 'staff' WHERE id = %s", id)
    problem(mini.try_wechat(), 409, "wechat_not_for_staff")
    forget(stack)
    colleague = Mini(stack, mini.phone)
    code = ask_code(stack, colleague.phone, purpose="bind")
    answer = colleague.try_wechat(phone=colleague.phone, sms_code=code)
    problem(answer, 409, "wechat_not_for_staff")
    assert len(identities(stack, mini)) == 2


# Bound to the account that is signed in


def bind_mine(person, who=None, code=None):
    code = code or WECHAT.code(who or WECHAT.person())
    return person.call("POST", "/api/v1/me/wechat", json={"code": code})


def told(stack):
    """To whom a sign-in on an unknown device was told."""
    rows = stack.sql("SELECT recipient FROM outbox WHERE template = 'new_sign_in' ORDER BY id")
    return [unseal(row["recipient"], "outbox.recipient") for row in rows]


def test_a_new_device_is_told(stack):
    one = Mini(stack).bind()
    assert told(stack) == [], "the first device is no news"
    one.wechat()
    assert told(stack) == [], "the same device"
    other = Mini(stack, who=one.who_he_is)
    WECHAT.mode = 40029
    problem(other.try_wechat(), 401, "wechat_code_refused")
    assert told(stack) == [], "only who got in is news"
    WECHAT.mode = "fine"
    other.wechat()
    assert told(stack) == [one.phone]
    other.wechat()
    assert told(stack) == [one.phone]


def test_binding_to_an_account_that_is_there_is_told(stack):
    phone = Person(stack).sign_in().phone
    forget(stack)
    Mini(stack, phone).bind()
    assert told(stack) == [phone]


def test_bound_to_who_is_signed_in(stack):
    contract = Contract(stack)
    person = Person(stack).sign_in()
    who = WECHAT.person()
    for _ in range(2):  # the second time there is nothing to do
        answer = bind_mine(person, who)
        contract.check(answer)
        assert answer.status_code == 204, answer.text
    assert identities(stack, person) == [("wechat", who[0]), ("wechat_union", who[1])]
    told = stack.sql("SELECT account_id FROM outbox WHERE template = 'identity_bound'")
    assert told == [{"account_id": person.account.bytes}]
    assert Mini(stack, who=who).wechat().account == person.account

    answer = person.call("GET", "/api/v1/me/identities")
    contract.check(answer)
    (item,) = answer.json()["items"]
    assert item["kind"] == "wechat" and who[0] not in answer.text

    answer = person.call("DELETE", "/api/v1/me/identities/wechat")
    contract.check(answer)
    assert answer.status_code == 204 and identities(stack, person) == []
    problem(Mini(stack, who=who).try_wechat(), 409, "wechat_unbound")
    problem(person.call("DELETE", "/api/v1/me/identities/wechat"), 404, "not_found")


def test_binding_what_is_anothers(stack):
    first = Mini(stack).bind()
    person = Person(stack)
    forget(stack)
    person.sign_in()
    problem(bind_mine(person, first.who_he_is), 409, "wechat_bound_elsewhere")
    problem(bind_mine(person, ("oNew", first.who_he_is[1])), 409, "wechat_bound_elsewhere")
    assert identities(stack, person) == [] and len(identities(stack, first)) == 2
    problem(person.call("DELETE", "/api/v1/me/identities/wechat"), 404, "not_found")


def test_nobody_leaves_himself_a_way_in(stack):
    """Not by a first password that others know, nor by a session that has just ended."""
    person = Person(stack).sign_in()
    mark = "UPDATE account SET password_must_change = %s WHERE id = %s"
    stack.sql(mark, 1, person.account.bytes)
    problem(bind_mine(person), 409, "password_first")
    stack.sql(mark, 0, person.account.bytes)
    stack.sql("UPDATE session SET ended_at = UTC_TIMESTAMP(6) WHERE id = %s", person.session.bytes)
    problem(bind_mine(person), 401, "refresh_refused")
    assert identities(stack, person) == []


def test_binding_when_wechat_refuses(stack):
    person = Person(stack).sign_in()
    problem(bind_mine(person, code="no such code"), 409, "wechat_code_refused")
    for mode, status, code in (
        (40226, 409, "wechat_blocked"),
        (45011, 429, "too_many_tries"),
        ("garbage", 503, "wechat_unavailable"),
    ):
        WECHAT.mode = mode
        problem(bind_mine(person), status, code)
    assert identities(stack, person) == []
    stack.sql("UPDATE account SET kind = 'staff' WHERE id = %s", person.account.bytes)
    WECHAT.mode = "fine"
    problem(bind_mine(person), 409, "wechat_not_for_staff")


def test_two_who_bind_the_same_at_once(stack):
    people = []
    for _ in range(4):
        people.append(Person(stack).sign_in())
        forget(stack)
    who = WECHAT.person()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = [one.status_code for one in pool.map(lambda one: bind_mine(one, who), people)]
    assert sorted(answers) == [204, 409, 409, 409]


def test_the_last_way_stays(stack):
    """An account that only WeChat opens (its phone went to another) keeps WeChat."""
    mini = Mini(stack).bind()
    stack.sql(
        "UPDATE account SET phone = NULL, phone_index = NULL WHERE id = %s", mini.account.bytes
    )
    problem(mini.call("DELETE", "/api/v1/me/identities/wechat"), 409, "last_way")
    assert mini.wechat()


# At once


def test_of_many_who_bind_with_one_code_one_wins(stack):
    minis = [Mini(stack) for _ in range(8)]
    code = ask_code(stack, minis[0].phone, purpose="bind")
    bind = lambda mini: mini.try_wechat(phone=minis[0].phone, sms_code=code).status_code
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(bind, minis))
    assert sorted(answers) == [200] + [401] * 7
    openids = "', '".join(mini.who_he_is[0] for mini in minis)
    assert count(stack, f"account_identity WHERE subject IN ('{openids}')") == 1


def test_two_phones_for_one_openid_at_once(stack):
    """The same WeChat user with several phones: one account gets it, no half of another."""
    who = WECHAT.person()
    minis = [Mini(stack, who=who) for _ in range(4)]
    codes = [ask_code(stack, mini.phone, purpose="bind") for mini in minis]
    accounts = count(stack, "account")
    bind = lambda n: minis[n].try_wechat(phone=minis[n].phone, sms_code=codes[n])
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = [answer.status_code for answer in pool.map(bind, range(4))]
    assert sorted(answers) == [200, 409, 409, 409]
    assert count(stack, "account") == accounts + 1
    assert count(stack, f"account_identity WHERE subject = '{who[0]}'") == 1


def test_throttling_by_address(stack):
    stack.sql("UPDATE rule SET value = 3 WHERE name = 'sign_in.address_failures'")
    try:
        mini = Mini(stack)
        for _ in range(4):
            problem(mini.try_wechat(), 409, "wechat_unbound")  # everybody is, once
        for _ in range(3):
            problem(mini.try_wechat(code="guess" * 4), 401, "wechat_code_refused")
        asked = len(WECHAT.asked)
        problem(mini.try_wechat(code="guess" * 4), 429, "too_many_tries")
        assert len(WECHAT.asked) == asked, "WeChat is not asked for it"
    finally:
        stack.sql("UPDATE rule SET value = 100 WHERE name = 'sign_in.address_failures'")


# Secrets


def test_the_session_key_stays_with_nobody(stack):
    mini = Mini(stack).bind()
    answer = mini.try_wechat()
    key = WECHAT.keys[-1]
    assert key not in answer.text
    for table in ("account", "account_identity", "session", "sign_in_attempt", "audit_event"):
        assert key not in repr(stack.sql(f"SELECT * FROM {table}"))


def test_logs_hold_no_secret(stack):
    mini = Mini(stack).bind()
    for mode in ("garbage", -1, 40125, "closed"):
        WECHAT.mode = mode
        mini.try_wechat()
    stack.reopen()
    log = "\n".join(stack.error_log() + stack.access_log())
    secrets = [SECRET, mini.phone, mini.device, *mini.who_he_is, *WECHAT.keys, *WECHAT.codes]
    secrets += [mini.tokens["access_token"], mini.tokens["refresh_token"]]
    assert not [secret for secret in secrets if secret in log]


# Configuration


@pytest.mark.parametrize(
    "change,said",
    [
        (("insecure=on", "insecure=off"), "does not begin with https://"),
        (("insecure=on", "insecure=maybe"), "neither on nor off"),
        (("http://127.0.0.1", "http://192.0.2.1"), "does not begin with https://"),
        (("http://127.0.0.1", "http://127.0.0.1.example.org"), "does not begin with https://"),
        (("app_id=", "id="), "unknown option"),
        (("timeout=2s", "timeout=2h"), "no time from"),
        (("timeout=2s", "app_id=again"), "twice"),
        (("/secret ", "/nothing "), "failed"),
        (("/secret ", "/empty "), "no secret in"),
    ],
)
def test_mistakes_show_at_nginx_t(stack, change, said):
    WECHAT.secret_file.with_name("empty").write_text("\n")
    fine, text = stack.test_configuration(http=WECHAT.directive.replace(*change))
    assert not fine and said in text and "emerg" in text and SECRET not in text


def test_not_offered(stack_factory):
    stack = stack_factory(features="directory auth")
    assert stack.get("/api/v1/auth/ways").json()["wechat"] is False
    problem(Mini(stack).try_wechat(), 404, "way_not_offered")
