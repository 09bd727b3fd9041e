"""Client certificates as the second factor of staff: a real authority, nginx with TLS."""

import secrets
import ssl
import uuid

import httpx
import pytest
from cryptography import x509

from api.auth_world import PASSWORD, Person, claims, forget, problem
from api.authority import SERVER, Authority
from api.contract import Contract
from api.test_auth_admin import admins, clerk, grant  # noqa: F401
from api.test_auth_factor import enroll, totp
from harness.process import free_ports, new_directory

FACTOR = "/api/v1/auth/factor"
MINE = "/api/v1/me/certificates"


@pytest.fixture(scope="module")
def papers():
    directory = new_directory("authority")
    ours, other = Authority(directory, "ours"), Authority(directory, "other")
    found = {
        "server": ours.issue("localhost", SERVER),
        "foreign": other.issue("clerk"),
        "revoked": ours.issue("revoked"),
        "ours": ours,
    }
    found["expired"] = ours.expire(ours.issue("expired"))
    found["crl"] = ours.revoke(found["revoked"])
    return found


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory, papers):
    (port,) = free_ports(1)
    pem, key = papers["server"]
    stack = module_stack_factory(
        features="directory auth",
        server=f"""
            listen 127.0.0.1:{port} ssl;
            ssl_certificate {pem};
            ssl_certificate_key {key};
            ssl_client_certificate {papers['ours'].pem};
            ssl_crl {papers['crl']};
            ssl_verify_client optional;
        """,
    )
    stack.tls_url = f"https://localhost:{port}"
    return stack


@pytest.fixture(autouse=True)
def fresh(request):
    if "stack" in request.fixturenames:
        forget(request.getfixturevalue("stack"))


class Desk:
    """A machine with somebody's UKey in it."""

    def __init__(self, stack, papers, paper=None):
        context = ssl.create_default_context(cafile=str(papers["ours"].pem))
        if paper:
            context.load_cert_chain(*map(str, paper))
        self.client = httpx.Client(base_url=stack.tls_url, verify=context, timeout=20)

    def ask(self, person, method, path, **options):
        """As person.ask(), over this machine's connection."""
        for _ in range(3):
            answer = self.client.request(method, path, headers=person.headers(), **options)
            if answer.status_code != 401 or answer.json()["code"] != "token_stale":
                return answer
            person.refresh()
        return answer

    def prove(self, person):
        return self.ask(
            person, "POST", FACTOR, json={"certificate": True, "device": person.device}
        )


def new_paper(papers):
    return papers["ours"].issue(f"clerk-{secrets.token_hex(4)}")


def serial(paper):
    return f"{x509.load_pem_x509_certificate(paper[0].read_bytes()).serial_number:X}"


def again(person):
    return Person(person.stack, name=person.name).sign_in(password=PASSWORD)


def test_bind_and_prove(stack, admins, papers):
    contract = Contract(stack)
    person = clerk(stack, admins)
    paper = new_paper(papers)
    desk = Desk(stack, papers, paper)
    bound = desk.ask(person, "POST", MINE, json={})
    contract.check(bound)
    assert bound.status_code == 204, bound.text
    listed = person.ask("GET", MINE)
    contract.check(listed)
    (item,) = listed.json()["items"]
    assert item["serial"].lstrip("0") == serial(paper)
    person.refresh()
    assert claims(person.tokens["access_token"])["aal"] == 2, "presenting it is a proof"

    later = again(person)
    assert later.tokens["factor"] == "certificate"
    problem(later.call("GET", MINE), 401, "factor_required")
    assert later.ask("GET", "/api/v1/me").json()["factor"] == "certificate"
    answer = desk.prove(later)
    contract.check(answer)
    assert answer.status_code == 200, answer.text
    later.tokens = answer.json()
    assert claims(later.tokens["access_token"])["aal"] == 2
    # from then on it need not be there
    assert later.ask("GET", MINE).status_code == 200
    stored = repr(stack.sql("SELECT * FROM account_identity"))
    assert "clerk-" not in stored, "nobody's name"


@pytest.mark.parametrize("which", ["none", "foreign", "revoked", "expired", "plain"])
def test_what_nginx_does_not_answer_for(stack, admins, papers, which):
    """Whatever nginx lets through as unverified counts as none; the rest it refuses itself."""
    person = clerk(stack, admins)
    right = Desk(stack, papers, new_paper(papers))
    assert right.ask(person, "POST", MINE, json={}).status_code == 204
    later = again(person)
    if which == "plain":
        answer = later.ask("POST", FACTOR, json={"certificate": True})
        bind = person.ask("POST", MINE, json={})
    else:
        desk = Desk(stack, papers, papers.get(which))
        answer = desk.prove(later)
        bind = desk.ask(person, "POST", MINE, json={})
    if which in ("none", "plain"):
        errors = problem(answer, 422, "validation_failed")["errors"]
        assert errors[0]["code"] == "certificate_missing"
        problem(bind, 409, "certificate_missing")
    else:
        assert answer.status_code == 400 and bind.status_code == 400
    later.refresh()
    assert later.tokens["factor"] == "certificate"


def test_anothers_certificate(stack, admins, papers):
    mine, other = clerk(stack, admins), clerk(stack, admins)
    desks = [Desk(stack, papers, new_paper(papers)) for _ in range(2)]
    for desk, person in zip(desks, (mine, other)):
        assert desk.ask(person, "POST", MINE, json={}).status_code == 204
    problem(desks[1].ask(mine, "POST", MINE, json={}), 409, "certificate_taken")
    later = again(mine)
    errors = problem(desks[1].prove(later), 422, "validation_failed")["errors"]
    assert errors[0]["code"] == "certificate_unknown"
    assert desks[0].prove(later).status_code == 200


def test_a_header_is_no_certificate(stack, admins, papers):
    """What a client says of itself is not what nginx says."""
    person = clerk(stack, admins)
    pem = new_paper(papers)[0].read_text().strip().replace("\n", " ")
    headers = {"X-SSL-Client-Verify": "SUCCESS", "X-SSL-Client-Cert": pem}
    problem(person.ask("POST", MINE, json={}, headers=headers), 409, "certificate_missing")
    body = {"certificate": True, "issuer": "a" * 64, "number": "01"}
    answer = person.ask("POST", FACTOR, json=body, headers=headers)
    names = {e["name"] for e in problem(answer, 422, "validation_failed")["errors"]}
    assert {"issuer", "number"} <= names


def test_citizens_bind_none(stack, papers):
    person = Person(stack).sign_in()
    desk = Desk(stack, papers, new_paper(papers))
    problem(desk.ask(person, "POST", MINE, json={}), 403, "forbidden")
    assert person.ask("GET", MINE).json()["items"] == []


def test_an_administrator_binds_it(stack, admins, papers):
    contract = Contract(stack)
    person, paper = clerk(stack, admins), new_paper(papers)
    path = f"/api/v1/admin/accounts/{person.account}/certificates"
    body = {"certificate": paper[0].read_text()}
    answer = admins["security"].ask("POST", path, json=body)
    contract.check(answer)
    assert answer.status_code == 204, answer.text
    problem(admins["security"].ask("POST", path, json=body), 409, "certificate_taken")
    problem(admins["system"].ask("POST", path, json=body), 403, "forbidden")
    own = f"/api/v1/admin/accounts/{admins['security'].account}/certificates"
    fresh_paper = {"certificate": new_paper(papers)[0].read_text()}
    problem(admins["security"].ask("POST", own, json=fresh_paper), 409, "own_account")
    nobody = f"/api/v1/admin/accounts/{uuid.uuid4()}/certificates"
    problem(admins["security"].ask("POST", nobody, json=fresh_paper), 404, "not_found")
    for text in ("x" * 100, body["certificate"] * 2, body["certificate"][:200]):
        bad = admins["security"].ask("POST", path, json={"certificate": text})
        errors = problem(bad, 422, "validation_failed")["errors"]
        assert errors[0]["code"] == "bad_certificate"
    later = again(person)
    assert later.tokens["factor"] == "certificate"
    assert Desk(stack, papers, paper).prove(later).status_code == 200


def test_unbind(stack, admins, papers):
    person, paper = clerk(stack, admins), new_paper(papers)
    desk = Desk(stack, papers, paper)
    assert desk.ask(person, "POST", MINE, json={}).status_code == 204
    (item,) = person.ask("GET", MINE).json()["items"]
    other = clerk(stack, admins)
    problem(other.ask("DELETE", f"{MINE}/{item['serial']}"), 404, "not_found")
    assert person.ask("DELETE", f"{MINE}/{item['serial']}").status_code == 204
    problem(person.ask("DELETE", f"{MINE}/{item['serial']}"), 404, "not_found")
    person.refresh()
    assert claims(person.tokens["access_token"])["aal"] == 1
    assert "factor" not in again(person).tokens


def test_reset_unbinds(stack, admins, papers):
    person = clerk(stack, admins)
    desk = Desk(stack, papers, new_paper(papers))
    assert desk.ask(person, "POST", MINE, json={}).status_code == 204
    path = f"/api/v1/admin/accounts/{person.account}/reset"
    password = admins["security"].ask("POST", path, json={}).json()["password"]
    later = Person(stack, name=person.name).sign_in(password=password)
    assert "factor" not in later.tokens


def test_either_of_two_factors(stack, admins, papers):
    person = enroll(clerk(stack, admins))
    desk = Desk(stack, papers, new_paper(papers))
    assert desk.ask(person, "POST", MINE, json={}).status_code == 204
    one, two = again(person), again(person)
    assert one.tokens["factor"] == "totp"
    assert desk.prove(one).status_code == 200
    body = {"code": totp(person.secret), "device": two.device}
    assert two.ask("POST", FACTOR, json=body).status_code == 200
