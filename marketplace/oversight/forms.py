"""What is typed about signals: what is wanted of them, words, and thresholds."""

from collections.abc import Callable, Mapping
from datetime import date

from werkzeug.datastructures import FileStorage

from marketplace.oversight.commands.steps import Answer
from marketplace.oversight.queries.signals import Wish
from marketplace.oversight.rules.kinds import (
    THRESHOLDS,
    Kind,
    Measure,
    Threshold,
    Thresholds,
    kind_of,
)
from marketplace.oversight.rules.states import Side, State
from marketplace.uploads.forms import read_file
from marketplace.web.fields import NOT_AN_AMOUNT, Fields

MOST_WORDS = 1000
MOST_REASON = 500


def read_wish(values: Mapping[str, str], area: str) -> Wish:
    """What the address asks for of an area; what cannot be looked for is left out."""
    state = values.get("tab", "").upper()
    return Wish(
        state=state if state in tuple(State) else State.OPEN,
        kind=kind_of(values.get("kind", "")),
        unit=_words(values, "unit"),
        producer=_words(values, "producer"),
        month=_month(values.get("month", "")),
        area=area,
    )


def _words(values: Mapping[str, str], name: str) -> str:
    fields = Fields(values)
    typed = fields.text(name, 60, required=False)
    return "" if fields.errors else typed


def _month(typed: str) -> str:
    """A month like 2026-11, or nothing."""
    try:
        day = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return ""
    return typed if len(typed) == 7 and 2000 <= day.year <= 2100 else ""


def read_question(values: Mapping[str, str]) -> tuple[Side, str]:
    """Who is asked, and what."""
    fields = Fields(values)
    side = fields.choice("side", tuple(Side))
    words = fields.text("words", MOST_WORDS)
    fields.check()
    return Side(side), words


def read_reason(values: Mapping[str, str], name: str = "reason") -> str:
    """Why something is closed or opened again."""
    fields = Fields(values)
    reason = fields.text(name, MOST_REASON)
    fields.check()
    return reason


def read_answer(values: Mapping[str, str], file: FileStorage | None) -> Answer:
    """What those who were asked say, with a paper if there is one."""
    fields = Fields(values)
    words = fields.text("words", MOST_WORDS)
    fields.check()
    return Answer(words, read_file("file", file))


def read_day(values: Mapping[str, str]) -> date:
    """From which day on the past is to be looked at."""
    fields = Fields(values)
    from_on = fields.day("from_on")
    fields.check()
    assert from_on is not None
    return from_on


def read_thresholds(values: Mapping[str, str], kind: Kind) -> Thresholds:
    """All thresholds of a kind. Raises InvalidInput, naming each that cannot be."""
    fields = Fields(values)
    found = _read_all(fields, kind)
    fields.check()
    return found


def read_published(values: Mapping[str, str], kind: Kind) -> tuple[Thresholds, str]:
    """The thresholds with the reason for them."""
    fields = Fields(values)
    found = _read_all(fields, kind)
    reason = fields.text("reason", MOST_REASON)
    fields.check()
    return found, reason


def _read_all(fields: Fields, kind: Kind) -> dict[str, int]:
    read: Mapping[Measure, Callable[[Fields, Threshold], int]] = {
        Measure.FEN: _fen,
        Measure.PPM: _ppm,
        Measure.NUMBER: _number,
    }
    return {one.name: read[one.measure](fields, one) for one in THRESHOLDS[kind]}


def _fen(fields: Fields, one: Threshold) -> int:
    amount_fen = fields.yuan(one.name, least_fen=one.least)
    if amount_fen > one.most and not fields.errors:
        fields.refuse(one.name, NOT_AN_AMOUNT)
    return amount_fen


def _ppm(fields: Fields, one: Threshold) -> int:
    return fields.percent(one.name, least_ppm=one.least, most_ppm=one.most)


def _number(fields: Fields, one: Threshold) -> int:
    return fields.number(one.name, least=one.least, most=one.most)
