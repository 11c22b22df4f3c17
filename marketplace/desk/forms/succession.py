"""What is typed when units change: other units by their full names, a day and a reason."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from marketplace.units.commands import Change, Merger, UnitPart
from marketplace.units.forms import read_unit
from marketplace.units.rules import MOST_HEADCOUNT, MOST_NAME, MOST_REASON
from marketplace.web.fields import Fields

KINDS = ("rename", "move", "merge", "split")
# How many units one may be split into on one page.
PARTS = (1, 2, 3)
INTO = ("THIS", "OTHER", "NEW")
Values = Mapping[str, str]


def _change(fields: Fields) -> Change:
    change = Change(fields.day("on_day") or date.min, fields.text("reason", MOST_REASON))
    fields.check()
    return change


def read_rename(values: Values) -> tuple[str, Change]:
    fields = Fields(values)
    name = fields.text("name", MOST_NAME)
    return name, _change(fields)


def read_move(session: Session, area: str, values: Values) -> tuple[int | None, Change]:
    """The new supervising unit; an empty field is none."""
    fields = Fields(values)
    parent_id = read_unit((session, area), fields, "parent_name", required=False)
    return parent_id, _change(fields)


def read_merger(session: Session, area: str, unit_id: int, values: Values) -> tuple[Merger, Change]:
    """The other unit, and whether one of both or a new one goes on."""
    fields = Fields(values)
    other_id = read_unit((session, area), fields, "other_name")
    into = fields.choice("into", INTO)
    name = fields.text("name", MOST_NAME, required=into == "NEW")
    headcount = fields.number("headcount", least=0, most=MOST_HEADCOUNT, default=-1)
    change = _change(fields)
    assert other_id is not None
    into_id = {"THIS": unit_id, "OTHER": other_id, "NEW": None}[into]
    return Merger((unit_id, other_id), headcount, into_id, name), change


def read_split(values: Values) -> tuple[list[UnitPart], Change]:
    """At least two names with their headcounts; a row without a name is left out."""
    fields = Fields(values)
    parts = []
    for number in PARTS:
        name = fields.text(f"part_{number}_name", MOST_NAME, required=number <= 2)
        if name or number <= 2:
            field = f"part_{number}_headcount"
            heads = fields.number(field, least=0, most=MOST_HEADCOUNT, default=-1)
            parts.append(UnitPart(name, heads))
    return parts, _change(fields)
