"""What the API says about itself: one OpenAPI document, and a page that people can read."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from flask import Blueprint, Flask, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.api.answers import KEY, LONGEST_KEY, respond
from marketplace.core.errors import N_
from marketplace.web import public
from marketplace.web.access import Public, rule_of
from marketplace.web.database import SAFE_METHODS

blueprint = Blueprint("api_document", __name__, url_prefix="/api/v1")

KEY_PARAMETER = {
    "in": "header",
    "name": KEY,
    "required": False,
    "description": N_("同一个键和同样的内容得到第一次的答复;同一个键换了内容会被拒绝。"),
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_KEY,
        "examples": ["5b0e7a34-1a52-4a0d-9f7c-1d1b6a3f2c10"],
    },
}
# `<id:order_id>` in Flask is `{order_id}` in OpenAPI.
_CONVERTED = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
# What these name in a query may not be there, or not for the one who asks.
NAMING = frozenset({"object", "county"})
SPOKEN = frozenset({"summary", "description"})


@dataclass(frozen=True)
class Call:
    """One operation as the page shows it."""

    method: str
    path: str
    summary: str
    operation_id: str
    is_public: bool
    parameters: tuple[Mapping[str, Any], ...]
    status: str
    request: str | None
    answer: str
    refusals: tuple[str, ...]


ABOUT = N_(
    "金额一律为整数分,比例为百万分之一,重量为克;时刻为 UTC 的 ISO 8601,日期为 YYYY-MM-DD。"
    "先用 POST /api/v1/tokens 取得令牌,再带上请求头 Authorization: Bearer。"
)


def preface() -> dict[str, Any]:
    """What the document says before the calls."""
    return {"info": {"description": ABOUT}, "servers": [{"url": "/"}]}


def complete(app: Flask, document: dict[str, Any]) -> dict[str, Any]:
    """Adds to every operation what follows from its route: who may call, and how it may refuse."""
    for rule in app.url_map.iter_rules():
        path = _CONVERTED.sub(r"{\1}", rule.rule)
        for method in sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}):
            operation = document["paths"].get(path, {}).get(method.lower())
            if operation is not None:
                _complete_operation(app.view_functions[rule.endpoint], (method, path), operation)
                operation["operationId"] = rule.endpoint.removeprefix("api_").replace(".", "_")
    document["tags"] = [{"name": name} for name in _tags(document)]
    return document


def _complete_operation(
    view: Callable[..., Any], name: tuple[str, str], operation: dict[str, Any]
) -> None:
    is_public = rule_of(view) is Public
    operation["security"] = [{}] if is_public else [{"bearer": []}]
    for status in _refusals(operation, name, is_public):
        reference = {"$ref": f"#/components/responses/{HTTPStatus(status).name}"}
        operation["responses"].setdefault(str(status), reference)
    operation["responses"] = dict(sorted(operation["responses"].items()))
    if getattr(view, "is_written_once", False) and not is_public:
        operation.setdefault("parameters", []).append(KEY_PARAMETER)


def _refusals(operation: Mapping[str, Any], name: tuple[str, str], is_public: bool) -> set[int]:
    """The statuses with which a call may refuse."""
    method, path = name
    statuses = {401, 429, 503}
    if not is_public:
        statuses.add(403)
    if "{" in path or NAMING & {one["name"] for one in operation.get("parameters", ())}:
        statuses.add(404)
    if method not in SAFE_METHODS:
        statuses |= {404, 409, 422}
    if "requestBody" in operation:
        statuses |= {400, 413, 415}
    return statuses


def _tags(document: Mapping[str, Any]) -> list[str]:
    found = (tag for _, _, operation in _operations(document) for tag in operation["tags"])
    return list(dict.fromkeys(found))


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict):
                yield method.upper(), path, operation


def in_language(value: Any) -> Any:
    """The document with its summaries and descriptions in the reader's language."""
    if isinstance(value, dict):
        return {
            key: gettext(inner) if key in SPOKEN and isinstance(inner, str) else in_language(inner)
            for key, inner in value.items()
        }
    return [in_language(inner) for inner in value] if isinstance(value, list) else value


def _call(method: str, path: str, operation: Mapping[str, Any]) -> Call:
    fine = [code for code in operation["responses"] if code.startswith("2")]
    content = operation["responses"][fine[0]]["content"]["application/json"]
    # A file has no example that could be shown.
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return Call(
        method=method,
        path=path,
        summary=operation["summary"],
        operation_id=operation["operationId"],
        is_public=operation["security"] == [{}],
        parameters=tuple(operation.get("parameters", ())),
        status=" / ".join(sorted(fine, reverse=True)),
        request=_pretty(body["example"]) if body else None,
        answer=_pretty(content["example"]),
        refusals=tuple(code for code in operation["responses"] if not code.startswith("2")),
    )


def _pretty(example: Any) -> str:
    return json.dumps(example, ensure_ascii=False, indent=2)


def description() -> dict[str, Any]:
    """The OpenAPI document in the reader's language."""
    document = current_app.extensions["api-description"]
    return cast(dict[str, Any], in_language(document))


@blueprint.get("/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    return respond(json.dumps(description(), ensure_ascii=False))


@blueprint.get("/docs")
@public
def docs() -> ResponseReturnValue:
    document = description()
    calls: dict[str, list[Call]] = {name: [] for name in _tags(document)}
    for method, path, operation in _operations(document):
        calls[operation["tags"][0]].append(_call(method, path, operation))
    return render_template("api/docs.html", info=document["info"], calls=calls)
