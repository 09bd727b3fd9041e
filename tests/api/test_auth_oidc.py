"""Signing in at an identity provider, against npm oidc-provider."""

import pytest

from api.auth_world import *  # noqa: F403
from api.contract import Contract
from api.oidc import Provider, Surfer, error_of

STACK = {"features": "directory auth"}


@pytest.fixture(scope="module", params=["client_secret_basic RS256", "client_secret_post ES256"])
def provider(request, shared_stack):
    method, alg = request.param.split()
    one = Provider(shared_stack, method, alg)
    shared_stack.configure(http=one.directive(label="省政务服务网统一身份认证"))
    shared_stack.reload()
    yield one
    one.close()


def test_thin_thread(stack, provider):
    """away, sign in there, back, signed in here by cookies; the next time the same account"""
    contract = Contract(stack)
    ways = stack.get("/api/v1/auth/ways")
    contract.check(ways)
    assert ways.json()["oidc"] and ways.json()["oidc_label"] == "省政务服务网统一身份认证"

    surfer = Surfer(stack)
    answer = surfer.start("/me?tab=1")
    contract.check(answer)
    back = surfer.sign_in_there(answer.headers["location"], "alice")
    answer = surfer.come_back(back)
    contract.check(answer)
    assert answer.status_code == 303 and answer.headers["location"] == "/me?tab=1"
    me = surfer.get("/api/v1/me").json()
    assert me["kind"] == "citizen"
    other = Surfer(stack)
    other.sign_in("alice")
    assert other.get("/api/v1/me").json()["id"] == me["id"]
    third = Surfer(stack)
    third.sign_in("bob")
    assert third.get("/api/v1/me").json()["id"] != me["id"]
    sessions = other.get("/api/v1/me/sessions").json()["items"]
    assert len(sessions) == 2 and {one["method"] for one in sessions} == {"oidc"}
