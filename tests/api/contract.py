"""Answers against /api/v1/openapi.json: the document has to be true."""

import copy
import re

import jsonschema


class Contract:
    """check(answer) fails unless the document describes this answer, all of it."""

    def __init__(self, stack):
        self.document = stack.get("/api/v1/openapi.json").json()
        self.prefix = self.document["servers"][0]["url"].rstrip("/")
        self.strict = closed(self.document)
        self.paths = {
            re.compile("^" + re.sub(r"\{\w+\}", "[^/]+", path) + "$"): path
            for path in sorted(self.document["paths"], key=lambda path: path.count("{"))
        }
        self.seen = set()

    def operations(self):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                yield method, path, operation

    def check(self, answer):
        asked = answer.request.url.path.removeprefix(self.prefix)
        path = next(known for pattern, known in self.paths.items() if pattern.match(asked))
        method = answer.request.method.lower()
        status = str(answer.status_code)
        responses = self.document["paths"][path][method]["responses"]
        assert status in responses, f"{method} {path} answers {status}, which is not documented"
        self.seen.add((method, path, status))
        pointer = ["paths", path, method, "responses", status]
        if "$ref" in responses[status]:
            pointer = responses[status]["$ref"].removeprefix("#/").split("/")
        described = self.strict
        for step in pointer:
            described = described[step]
        if "content" not in described:
            assert answer.content == b"", f"{method} {path} {status} has a body"
            return
        kind = answer.headers["content-type"]
        assert kind in described["content"], f"{method} {path} {status} is {kind}"
        pointer += ["content", kind, "schema"]
        steps = "/".join(step.replace("~", "~0").replace("/", "~1") for step in pointer)
        jsonschema.validate(
            answer.json(), {**self.strict, "$ref": f"#/{steps}"}, jsonschema.Draft202012Validator
        )


def closed(document):
    """The document with every object closed: an undescribed member is an error."""
    document = copy.deepcopy(document)
    parts = set()

    def close(node, part=False):
        if isinstance(node, list):
            for one in node:
                close(one)
        elif isinstance(node, dict):
            if "allOf" in node:
                for one in node["allOf"]:
                    parts.add(one.get("$ref", "").rpartition("/")[2])
                    close(one, part=True)
                if not part:
                    node["unevaluatedProperties"] = False
            for name, value in node.items():
                if name != "allOf":
                    close(value)
            if isinstance(node.get("properties"), dict) and "type" in node and not part:
                node["unevaluatedProperties"] = False

    close(document)
    for name in parts - {""}:
        document["components"]["schemas"][name].pop("unevaluatedProperties", None)
    return document
