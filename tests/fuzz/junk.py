"""What nobody should type, and bodies that no browser sends."""

import io
import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from tests.fuzz.forms import Form

NUMBERS = (
    "0", "-1", "1.5", "1e9", "１２", "٣", "²", "-0", "0.001", "0.005", "1,000", "1e400", "NaN",
    "Infinity", "99999999999", "9" * 18, "9" * 19, str(2**31), str(2**63), "0" * 25 + "9" * 30,
    "9" * 5_000, "100", "100.01", "999999999",
)  # fmt: skip
DAYS = (
    "0001-01-01", "9999-12-31", "1999-12-31", "2100-01-01", "2026-02-30", "2026-W47-1", "20261120",
    "9999-12", "0000-00", "0001-01", "2026-13", "9999-12-31T23:59", "0001-01-01T00:00",
    "2026-11-20T25:00", "2026-11-20T10:00+14:00", "２０２６-１１-２０", "today", "-1",
)  # fmt: skip
WORDS = (
    "", "   ", "\x00", "a\x00b", "长" * 10_000, "长" * 60, "\x1b[31m", "\u202e\u200b", "😀" * 50,
    "%s %(x)s {0} {{ 7*7 }}", "'; DROP TABLE purchase; --", "<script>alert(1)</script>",
    "../../../../etc/passwd", "//evil.example", "javascript:alert(1)", "[]", '{"a": 1}', "true",
    "null", ":", "order:" + "9" * 30, "1:2:3", "=1+1", "1\r\nSet-Cookie: a=b",
)  # fmt: skip
VALUES = NUMBERS + DAYS + WORDS
How = dict[str, Any]
FORM = "application/x-www-form-urlencoded"


def wrong(form: Form, name: str, random: Random) -> str:
    """Mostly what is nearly right: a number for a number, a day for a day."""
    kind = form.kinds.get(name, "")
    near = {"date": DAYS, "month": DAYS, "datetime-local": DAYS, "number": NUMBERS}.get(
        kind, VALUES
    )
    return random.choice(near if random.random() < 0.8 else VALUES)


def one_wrong(form: Form, random: Random) -> How:
    """Everything as it should be but one field."""
    name = random.choice(sorted(form.values) or ["name"])
    return {"data": {**filled(form), name: wrong(form, name, random)}}


def all_wrong(form: Form, random: Random) -> How:
    return {"data": {name: wrong(form, name, random) for name in form.values}}


def missing(form: Form, random: Random) -> How:
    left = sorted(form.values)
    gone = random.choice(left) if left else ""
    return {"data": {name: value for name, value in filled(form).items() if name != gone}}


def doubled(form: Form, random: Random) -> How:
    """Every field twice: as it should be, and wrong; either may come first."""
    pairs = [(name, value) for name, value in form.values.items()]
    pairs += [(name, wrong(form, name, random)) for name in form.values]
    random.shuffle(pairs)
    return {"data": urlencode(pairs, errors="replace"), "content_type": FORM}


def file_for_text(form: Form, random: Random) -> How:
    name = random.choice(sorted(form.values) or ["name"])
    return {"data": {**filled(form), name: _file(b"\x89PNG\x00", "x.png")}}


def text_for_file(form: Form, random: Random) -> How:
    return {"data": {**filled(form), **dict.fromkeys(form.files, random.choice(VALUES))}}


def strange_file(form: Form, random: Random) -> How:
    """A file that is not what its name says."""
    content = random.choice([b"", b"\x00" * 300, b"PK\x03\x04 torn", b"\xff\xfe\xff", b"a,b\n" * 9])
    name = random.choice(["x.xlsx", "x.csv", "x.pdf", "x.png", "../x", "a\x00b.csv", "长" * 300])
    files = {one: _file(content, name) for one in form.files or {"file"}}
    return {"data": {**filled(form), **files}}


def torn_multipart(form: Form, random: Random) -> How:
    kind = random.choice(["multipart/form-data", "multipart/form-data; boundary=x"])
    head = b'--x\r\nContent-Disposition: form-data; name="' + random.choice([b"a", b"\xff", b""])
    return {"data": head + b'"\r\n\r\nhalf', "content_type": kind}


def json_body(form: Form, random: Random) -> How:
    body = random.choice(["{", "[" * 9_000, json.dumps(form.values), "NaN", '"text"', "[1]"])
    return {"data": body, "content_type": "application/json"}


def other_kind(form: Form, random: Random) -> How:
    kind = random.choice(["text/plain", "image/png", "application/xml", "", "a/b; charset=nope"])
    return {"data": urlencode(form.values, errors="replace"), "content_type": kind}


def other_alphabet(form: Form, random: Random) -> How:
    """Bytes that are no UTF-8, in names, values and the query."""
    body = b"&".join(quote(name).encode() + b"=%ff%fe\xff" for name in form.values) + b"&%ff=%00"
    return {"data": body, "content_type": FORM, "query_string": "page=%ff&%fe=%00"}


def far_too_long(form: Form, random: Random) -> How:
    name = random.choice(sorted(form.values) or ["name"])
    return {"data": {**filled(form), name: "x" * 1_500_000}}


def nothing(_form: Form, _random: Random) -> How:
    return {"data": b""}


def as_meant(form: Form, _random: Random) -> How:
    return {"data": filled(form)}


KINDS: tuple[Callable[[Form, Random], How], ...] = (
    one_wrong,
    one_wrong,
    one_wrong,
    all_wrong,
    missing,
    doubled,
    file_for_text,
    text_for_file,
    strange_file,
    torn_multipart,
    json_body,
    other_kind,
    other_alphabet,
    far_too_long,
    nothing,
    as_meant,
)


def filled(form: Form) -> Mapping[str, Any]:
    return dict(form.values)


def _file(content: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name
