"""What is typed of pairings."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from marketplace.core.errors import invalid
from marketplace.core.sheets import read_sheet
from marketplace.geography.forms import read_village
from marketplace.geography.rules import Villages
from marketplace.pairings.rules import MOST_ROWS, NO_HEAD, NO_ROWS, GivenPairing, TypedPairing
from marketplace.pairings.rules import read_rows as rows_of
from marketplace.units.forms import read_unit
from marketplace.web.fields import Fields


def read_pairing(
    where: tuple[Session, str], values: Mapping[str, str], villages: Villages, today: date
) -> GivenPairing:
    """One pairing of a unit and a village by their names; without a day it begins today."""
    fields = Fields(values)
    unit_id = read_unit(where, fields, "unit")
    code = read_village(fields, "village", villages)
    from_on = fields.day("from_on", required=False) or today
    basis = fields.text("basis", 120, required=False)
    fields.check()
    assert unit_id is not None
    return GivenPairing(unit_id, code, from_on, basis)


def read_end(values: Mapping[str, str], today: date) -> tuple[date, str]:
    """(last day, reason)."""
    fields = Fields(values)
    last_on = fields.day("until_on", required=False) or today
    reason = fields.text("reason", 200)
    fields.check()
    return last_on, reason


def read_table(content: bytes) -> list[TypedPairing]:
    """The rows of a table. Raises InvalidInput."""
    typed = rows_of(read_sheet("file", content, MOST_ROWS))
    if typed is None:
        raise invalid("file", NO_HEAD)
    if not typed:
        raise invalid("file", NO_ROWS)
    return typed
