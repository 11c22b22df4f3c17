"""Answers as JSON; a write that is asked again under its key gets the first answer again."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from marshmallow import Schema

from marketplace.api.reading import read_json
from marketplace.core.errors import N_, invalid
from marketplace.outbox import commands as outbox
from marketplace.outbox.rules import RememberedAnswer, fingerprint_of
from marketplace.web import commit, current_identity, now, session
from marketplace.web.access import find_identity

KEY = "Idempotency-Key"
LONGEST_KEY = 100


@dataclass(frozen=True)
class Stood:
    """What a call was to make had been made before by one just like it: here it is, answered with
    200."""

    value: Any


def to_json(schema: Schema, value: Any) -> str:
    """The text of an answer."""
    return json.dumps(schema.dump(value), ensure_ascii=False, separators=(",", ":"))


def respond(text: str, status: int = 200) -> Response:
    """An answer in JSON that no cache keeps."""
    answer = Response(text, status=status, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def write_once(answer: Callable[[], RememberedAnswer]) -> Response:
    """Carries a write out and commits it; under a known key it gives the first answer again.

    The key, the effect and the answer are one transaction: either all of them last, or none. Keys
    belong to persons; what the gateway tells has a key of its own.
    """
    key = request.headers.get(KEY) if find_identity() else None
    if key is None:
        given = answer()
    else:
        asked = (current_identity().person_id, _check(key), _fingerprint())
        given = outbox.answer_once(session(), asked, now(), answer)
    commit()
    return respond(given.body, given.status)


def _check(key: str) -> str:
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise invalid(KEY, N_("幂等键是 1 到 100 个可见的 ASCII 字符,例如一个 UUID。"))
    return key


def _fingerprint() -> str:
    """The same request whatever the order of its fields and the blanks between them."""
    body = request.get_data(cache=True)
    is_file = request.mimetype not in ("", "application/json")
    plain = json.dumps(read_json(body), sort_keys=True).encode() if body and not is_file else body
    path = request.full_path if request.query_string else request.path
    return fingerprint_of(request.method, path, hashlib.sha256(plain).digest())
