"""How a failure is told in a log that people's words must not come into.

What an exception says often holds what somebody typed: a database quotes the row that it refused,
a number that cannot be read is shown. So only its kind is told, and where it happened.
"""

import json
import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

MOST_FRAMES = 30
LONGEST_EVENT = 200

# One encoder for all lines: json.dumps would make one for each.
encoder = json.JSONEncoder(ensure_ascii=False, default=repr)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """What was raised, and what it was raised from."""
    seen: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in seen:
        seen.append(link)
        yield link
        link = link.__cause__ or link.__context__


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    places = ("/".join(frame.filename.split("/")[-3:]) for frame in frames)
    return [
        f"{place}:{frame.lineno} {frame.name}" for place, frame in zip(places, frames, strict=True)
    ]


def _broken_rule(error: BaseException) -> dict[str, str]:
    """What PostgreSQL calls it, and the constraint: names of ours."""
    told = getattr(error, "diag", None)
    names = {
        "sqlstate": getattr(told, "sqlstate", None),
        "constraint": getattr(told, "constraint_name", None),
    }
    return {name: str(value) for name, value in names.items() if value}


def without_words(error: BaseException) -> dict[str, Any]:
    """Kinds of an exception and of its causes, the rule that was broken, and where."""
    chain = list(_chain(error))
    rules = [rule for link in chain if (rule := _broken_rule(link))]
    return {
        "error": [type(link).__name__ for link in chain],
        **(rules[0] if rules else {}),
        "trace": _frames(error),
    }


class PlainLines(logging.Formatter):
    """Lines of other libraries: the sentence as it stands in their program, and only numbers of
    what was put into it."""

    def format(self, record: logging.LogRecord) -> str:
        sentence = str(record.msg).partition("\n")[0][:LONGEST_EVENT]
        given = record.args if isinstance(record.args, tuple) else ()
        line: dict[str, Any] = {
            "event": sentence,
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if numbers := [one for one in given if isinstance(one, int)]:
            line["numbers"] = numbers
        if record.exc_info and record.exc_info[1] is not None:
            line |= without_words(record.exc_info[1])
        return encoder.encode(line)


def speak_plainly() -> None:
    """What libraries of this process say goes through these lines."""
    root = logging.getLogger()
    if not any(isinstance(one.formatter, PlainLines) for one in root.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(PlainLines())
        root.addHandler(handler)
