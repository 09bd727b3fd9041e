"""WeChat or the identity provider slow, wrong, dead; the database away; a worker that must end."""

import concurrent.futures
import socket
import time

import pytest

from api.auth_world import *  # noqa: F403
from api.oidc import RETURN, SECRET, Hostile, Surfer, come_back, error_of, signed_in
from api.test_auth_oidc_bind import BIND, Holder
from api.test_auth_wechat import Mini
from api.test_auth_wechat import WECHAT as wechat
from fault.outage import metric

FEATURES = "directory auth"
TABLES = ("account", "session", "refresh_token", "account_identity")
STACK = {"features": FEATURES, "http": wechat.directive}


@pytest.fixture(scope="module")
def one_provider(shared_stack):
    one = Hostile(shared_stack)
    shared_stack.configure(http=wechat.directive + one.directive())
    shared_stack.reload()
    yield one
    one.shutdown()


@pytest.fixture
def provider(stack, one_provider):
    quiet(stack)
    one_provider.reset()
    stack.reload()
    yield one_provider
    one_provider.release.set()


@pytest.fixture(autouse=True)
def fine():
    wechat.mode = "fine"
    wechat.release.clear()
    yield
    wechat.release.set()


def quiet(stack):
    forget(stack)
    wait_for(lambda: running(stack) == 0, "end of all calls")


def running(stack):
    return metric(stack, "legalnet_http_calls_running")


def count(stack):
    return [stack.sql(f"SELECT COUNT(*) AS n FROM {table}")[0]["n"] for table in TABLES]


def others_are_answered(stack, waiting):
    """While `waiting` says that the other server holds somebody."""
    person = Person(stack).sign_in()
    for _ in range(5):
        assert person.call("GET", "/api/v1/me").status_code == 200
        assert stack.get("/api/v1/regions").status_code == 200
        assert stack.ops.get("/healthz").status_code == 200
        assert waiting(), "and he is held all the while"


def go(provider, surfer):
    code, state = provider.code(surfer.start().headers["location"])
    return lambda: surfer.back(code=code, state=state)


def test_wechat_is_silent(stack, provider):
    mini = Mini(stack).bind()
    forget(stack)
    before = count(stack)
    wechat.mode = "silent"
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(mini.try_wechat)
        wait_for(lambda: wechat.waiting == 1, "call of WeChat")
        assert running(stack) == 1
        answer = asked.result()
    problem(answer, 503, "wechat_unavailable")
    assert count(stack) == before and running(stack) == 0
    wechat.mode = "fine"
    mini.wechat()


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
def test_others_do_not_wait(stack, provider, path):
    """One worker, and somebody whose sign-in hangs at the other server."""
    surfer = Surfer(stack)
    slow = provider.directive(timeout="8s")
    stack.configure(http=wechat.directive.replace("timeout=2s", "timeout=8s") + slow)
    stack.reload()
    try:
        if path.startswith("/.well"):
            back = surfer.start
        else:
            back = go(provider, surfer)
        provider.mode[path] = "silent"
        wechat.mode = "silent"
        mini = Mini(stack)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            hanging = [pool.submit(back), pool.submit(mini.try_wechat)]
            waiting = lambda: provider.waiting == 1 and wechat.waiting == 1
            wait_for(waiting, "two calls that hang")
            others_are_answered(stack, waiting)
            provider.release.set()
            wechat.release.set()
            answers = [one.result() for one in hanging]
        assert error_of(answers[0]) == "oidc_unavailable"
        problem(answers[1], 503, "wechat_unavailable")
    finally:
        stack.configure(http=wechat.directive + provider.directive())
        stack.reload()


@pytest.mark.parametrize("mode", ["silent", "closed"])
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
def test_a_provider_that_hangs_or_hangs_up(stack, provider, path, mode):
    """A page with a code within the deadline, nothing made, no call left, and well again."""
    surfer = Surfer(stack)
    before = count(stack)
    back = surfer.start if path.startswith("/.well") else go(provider, surfer)
    provider.mode[path] = mode
    began = time.monotonic()
    assert error_of(back()) == "oidc_unavailable"
    assert time.monotonic() - began < 20 and running(stack) == 0 and count(stack) == before
    provider.mode = {}
    provider.release.set()
    assert signed_in(come_back(provider))


def test_nobody_there(stack, stack_factory, provider):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    dead = provider.directive().replace(provider.issuer, f"http://127.0.0.1:{port}")
    other = stack_factory(features=FEATURES)
    url = f"url=http://127.0.0.1:{wechat.server_address[1]}"
    text = wechat.directive.replace(url, f"url=http://127.0.0.1:{port}")
    other.configure(http=text + dead)
    other.reload()
    problem(Mini(other).try_wechat(), 503, "wechat_unavailable")
    assert error_of(Surfer(other).start()) == "oidc_unavailable"


def test_what_was_known_serves_while_the_provider_is_away(stack, provider):
    """Addresses are kept; who went still comes back when it is there again."""
    surfer = Surfer(stack)
    come_back(provider, surfer)
    provider.mode["/.well-known/openid-configuration"] = "closed"
    assert signed_in(come_back(provider))


def test_whoever_leaves_takes_his_call_along(stack, provider):
    wechat.mode = "silent"
    body = json.dumps({"code": "0" * 32, "device": new_device()}).encode()
    head = (
        "POST /api/v1/auth/wechat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", stack.port)) as connection:
        connection.sendall(head.encode() + body)
        wait_for(lambda: running(stack) == 1, "running call")
    wait_for(lambda: running(stack) == 0, "end of the call")


def test_connections_do_not_pile_up(stack, provider):
    """Thirty sign-ins, a third of them failing: no more connections than are kept idle."""
    for n in range(30):
        provider.mode = {"/token": "closed"} if n % 3 == 0 else {}
        come_back(provider)
    assert provider.connections <= 16 and running(stack) == 0


def test_many_at_once(stack, provider):
    """More than a worker asks at a time: each is signed in or told that there is too much.
    The provider and the database share one machine with all forty: they may be late."""
    before = count(stack)
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda n: come_back_or_not(provider, f"p{n}"), range(40)))
    late = {"busy", "oidc_unavailable", "database_timeout"}
    assert set(answers) <= {"in"} | late and "in" in answers
    made = answers.count("in")
    assert count(stack) == [before[0] + made] + [n + made for n in before[1:]]


def come_back_or_not(provider, sub):
    surfer = Surfer(provider.stack)
    answer = surfer.start()
    if "sign-in" in answer.headers["location"]:
        return error_of(answer)
    code, state = provider.code(answer.headers["location"], sub=sub)
    answer = surfer.back(code=code, state=state)
    return "in" if signed_in(answer) else error_of(answer)


def test_a_worker_that_must_quit_ends_them_first(stack, provider):
    surfer = Surfer(stack)
    back = go(provider, surfer)
    provider.mode["/token"] = "slow"
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(back)
        wait_for(lambda: provider.waiting == 1, "call of the provider")
        stack.reload()
        provider.release.set()
        assert signed_in(asked.result()), "finished, not cut off"
    assert signed_in(come_back(provider))


def test_a_worker_is_killed(stack, provider):
    """In the middle of it: nothing half made, and the next one works."""
    mini = Mini(stack)
    surfer = Surfer(stack, transport=httpx.HTTPTransport())  # what is lost is not asked again
    back = go(provider, surfer)
    before = count(stack)
    wechat.mode = "silent"
    provider.mode["/token"] = "silent"
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(lost, back), pool.submit(lost, mini.try_wechat)]
        wait_for(lambda: provider.waiting == 1 and wechat.waiting == 1, "both calls")
        stack.kill_worker()
        assert [one.result() for one in asked] == [None, None]
    provider.release.set()
    wechat.release.set()
    wechat.mode, provider.mode = "fine", {}
    assert count(stack) == before
    wait_for(stack.is_ready, "ready worker")
    assert signed_in(come_back(provider))
    mini.bind()


@pytest.mark.parametrize("mode", ["silent", "closed"])
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
def test_who_binds_while_the_provider_is_away(stack, provider, path, mode):
    """Told so, still signed in, nothing bound; begun again, it is."""
    one = Holder(stack)
    first = path.startswith("/.well")
    if not first:
        one.away(provider, sub=f"lost-{path}-{mode}")
    provider.mode[path] = mode
    problem(one.begin() if first else one.post(BIND), 503, "oidc_unavailable")
    assert running(stack) == 0 and one.bound() == []
    assert one.get("/api/v1/me").status_code == 200
    provider.mode = {}
    provider.release.set()
    assert one.bind(provider, sub=f"bound-{path}-{mode}").status_code == 204


def test_a_worker_is_killed_while_somebody_binds(stack, provider):
    one = Holder(stack)
    kept = {"headers": one.client.headers, "cookies": one.client.cookies}
    one.client = httpx.Client(timeout=20, transport=httpx.HTTPTransport(), **kept)
    one.away(provider, sub="killed")
    provider.mode["/token"] = "silent"
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(lost, lambda: one.post(BIND))
        wait_for(lambda: provider.waiting == 1, "call of the provider")
        stack.kill_worker()
        assert asked.result() is None
    provider.release.set()
    provider.mode = {}
    wait_for(stack.is_ready, "ready worker")
    assert one.bound() == []
    assert one.bind(provider, sub="killed").status_code == 204 and one.bound() == ["killed"]


def lost(ask):
    try:
        return ask()
    except httpx.TransportError:
        return None


def test_nothing_secret_in_the_logs(stack, provider):
    surfer = Surfer(stack)
    location = surfer.start("/me?tab=secret-place").headers["location"]
    code, state = provider.code(location, sub="secret-subject")
    away = surfer.cookie("ln_oidc")
    assert surfer.back(code=code, state=state).status_code == 303
    for change in ({"aud": "other"}, {"nonce": "n"}, {"exp": 1}):
        provider.claims = change
        come_back(provider, path="/secret-place", sub="secret-subject")
    for mode in ("closed", "silent"):
        provider.claims, provider.mode = {}, {"/token": mode}
        come_back(provider, path="/secret-place", sub="secret-subject")
    stack.reopen()
    log = "\n".join(stack.error_log() + stack.access_log())
    query = dict(httpx.URL(location).params)
    secrets_ = [code, state, away, query["nonce"], query["code_challenge"], SECRET]
    secrets_ += ["secret-subject", "secret-place", provider.bodies[0][0]["code_verifier"]]
    secrets_ += [surfer.cookie("ln_at"), surfer.cookie("ln_rt")]
    assert not [secret for secret in secrets_ if secret and secret in log]
    assert 'call of "oidc" failed: timeout' in log


@pytest.mark.kills_database
def test_database_away(stack_factory):
    """A page with a code for the browser, problem+json for the mini-program; afterwards well."""
    stack = stack_factory(features=FEATURES)
    provider = Hostile(stack)
    stack.configure(http=wechat.directive + provider.directive())
    stack.reload()
    mini = Mini(stack).bind()
    assert signed_in(come_back(provider))
    surfer, holder = Surfer(stack), Holder(stack)
    holder.away(provider, sub="bound")
    back = go(provider, surfer)
    before = count(stack)
    stack.kill_db()
    assert error_of(back()) == "database_unavailable"
    problem(holder.post(BIND), 503, "database_unavailable")
    answer = mini.try_wechat()
    assert answer.status_code == 503 and "retry-after" in answer.headers
    stack.start_db()
    wait_for(stack.is_ready, "database that is back", 30)
    assert count(stack) == before
    assert signed_in(come_back(provider))
    assert holder.bind(provider, sub="bound").status_code == 204
    mini.wechat()
    provider.shutdown()
