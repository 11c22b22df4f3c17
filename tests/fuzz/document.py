"""The OpenAPI document as the application gives it, with what is really there as examples."""

import json
import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from marketplace.api.answers import KEY
from marketplace.core.identity import Identity
from tests.fuzz.things import named_by, numbers_of
from tests.isolation.addresses import table_of

Json = dict[str, Any]
# `<id:order_id>` in Flask is `{order_id}` in OpenAPI.
BLANK = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


def document_of(app: Flask) -> Json:
    answer = app.test_client().get("/api/v1/openapi.json")
    return dict(json.loads(answer.get_data()))


def seeded(app: Flask, session: Session, identity: Identity | None, *, only: bool) -> Json:
    """The document with examples of what is there; with `only`, nothing else is valid."""
    document = document_of(app)
    for schema, values in _blanks(app, document, session, identity):
        _seed(schema, values, only=only)
    for name, schema in _fields(document):
        _seed(schema, named_by(session, name, identity), only=only)
    return document


def without_keys(document: Json) -> Json:
    """The document without idempotency keys: a key used twice would hide everything else."""
    for _, operation in _operations(document):
        rest = [one for one in operation.get("parameters", ()) if one["name"] != KEY]
        operation["parameters"] = rest
    return document


def _seed(schema: Json, values: list[Any], *, only: bool) -> None:
    if values:
        schema["examples"] = values
        if only:
            empty = [None] if "null" in schema["type"] else []
            schema["enum"] = values + empty


def _blanks(
    app: Flask, document: Json, session: Session, identity: Identity | None
) -> Iterator[tuple[Json, list[Any]]]:
    rules = {BLANK.sub(r"{\1}", rule.rule): rule.endpoint for rule in app.url_map.iter_rules()}
    for path, item in document["paths"].items():
        for blank in item.get("parameters", ()):
            if blank["name"] == "code":
                kind = "village" if "/villages/" in path else "township"
                yield blank["schema"], named_by(session, kind, identity)
            else:
                table = table_of(rules[path], blank["name"])
                yield blank["schema"], numbers_of(session, table, identity)


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, item in document["paths"].items():
        for name, operation in item.items():
            if name != "parameters":
                yield path, operation


def _fields(document: Json) -> Iterator[tuple[str, Json]]:
    """Every field of a query and of a body that comes in, with its schema."""
    schemas = document["components"]["schemas"]
    waiting = []
    for _, operation in _operations(document):
        for one in operation.get("parameters", ()):
            yield one["name"], one["schema"]
        waiting.append(operation.get("requestBody", {}))
    incoming = _reached(schemas, waiting)
    for name in incoming:
        yield from schemas[name].get("properties", {}).items()


def _reached(schemas: Json, waiting: list[Any]) -> list[str]:
    """Names of the schemas that something refers to, and of those that these refer to."""
    found: list[str] = []
    while waiting:
        text = json.dumps(waiting.pop())
        for name in re.findall(r"#/components/schemas/(\w+)", text):
            if name not in found:
                found.append(name)
                waiting.append(schemas[name])
    return found
