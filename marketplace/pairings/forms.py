"""What is typed of pairings."""

from collections.abc import Mapping
from datetime import date

from marketplace.core.errors import invalid
from marketplace.core.sheets import read_sheet
from marketplace.geography.rules import BAD_CODE, is_division_code
from marketplace.pairings.rules import MOST_ROWS, NO_HEAD, NO_ROWS, GivenPairing, TypedPairing
from marketplace.pairings.rules import read_rows as rows_of
from marketplace.web.fields import Fields


def read_pairing(values: Mapping[str, str], today: date) -> GivenPairing:
    """One pairing; without a day it begins today."""
    fields = Fields(values)
    unit_id = fields.number("unit_id")
    code = fields.text("village_code", 12)
    if code and not is_division_code(code):
        fields.refuse("village_code", BAD_CODE)
    from_on = fields.day("from_on", required=False) or today
    basis = fields.text("basis", 120, required=False)
    fields.check()
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
