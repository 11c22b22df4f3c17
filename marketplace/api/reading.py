"""Reading what programs send: strictly, and naming every field that is wrong."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import flask
import marshmallow
from webargs.flaskparser import FlaskParser, is_json_request

from marketplace.api.schemas.fields import Phrase
from marketplace.core.errors import N_, FieldError, InvalidInput

BODY = "body"
MOST_ERRORS = 50
LONGEST_NAME = 80


class NotJson(InvalidInput):
    """The body cannot be read at all."""

    code = "input.not_json"
    status = 400
    message = N_("请求正文不是有效的 JSON。")


class WrongContentType(InvalidInput):
    """The body is of a kind that no call takes."""

    code = "input.content_type"
    status = 415
    message = N_("请求正文必须是 JSON,并带上 Content-Type: application/json。")


class StrictParser(FlaskParser):
    """Refuses unknown fields by name, duplicate names, and anything that is not plain JSON."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "json": marshmallow.RAISE,
        "query": marshmallow.RAISE,
    }

    def load_json(
        self,
        req: flask.Request,
        schema: marshmallow.Schema,  # noqa: ARG002
    ) -> Any:
        """The body as JSON. A call whose fields are all optional needs no body."""
        body = req.get_data(cache=True)
        if not body:
            return {}
        if not is_json_request(req):
            raise WrongContentType(
                FieldError("Content-Type", N_("请使用 application/json。")),
            )
        return read_json(body)

    def handle_error(
        self,
        error: marshmallow.ValidationError,
        req: flask.Request,  # noqa: ARG002
        schema: marshmallow.Schema,  # noqa: ARG002
        *,
        error_status_code: int | None,  # noqa: ARG002
        error_headers: Mapping[str, str] | None,  # noqa: ARG002
    ) -> NoReturn:
        """What marshmallow found wrong, as the refusal of this house."""
        found = [
            field
            for messages in error.messages_dict.values()
            for field in name_errors(messages, "")
        ]
        raise InvalidInput(*found[:MOST_ERRORS]) from error


def read_json(body: bytes) -> Any:
    """The value a JSON text stands for. Raises NotJson, or InvalidInput for a name given twice."""
    try:
        return json.loads(body, parse_constant=_refuse_constant, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise NotJson(FieldError(BODY, N_("请检查 JSON 的写法。"))) from error


def name_errors(messages: Any, path: str) -> Iterator[FieldError]:
    """Marshmallow's nested messages as fields with paths such as `lines.0.quantity`."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from name_errors(inner, _join(path, key))
    elif isinstance(messages, list):
        for message in messages[:1]:
            yield from name_errors(message, path)
    else:
        params = messages.params if isinstance(messages, Phrase) else {}
        yield FieldError(path or BODY, str(messages), tuple(params.items()))


def printable(name: str) -> str:
    """A field's name as it may be sent back: short, and without characters that break answers."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in name)[
        :LONGEST_NAME
    ]


def _join(path: str, key: object) -> str:
    if key == "_schema":
        return path
    name = printable(str(key))
    return f"{path}.{name}" if path else name


def _refuse_constant(name: str) -> NoReturn:
    # NaN and Infinity are Python's addition to JSON.
    raise ValueError(name)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for name, inner in pairs:
        if name in value:
            raise InvalidInput(FieldError(printable(name), N_("这个字段出现了两次。")))
        value[name] = inner
    return value
