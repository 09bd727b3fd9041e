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
