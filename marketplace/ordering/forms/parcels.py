"""Parcels for the people of an order: chosen by address, or all of them, or by a filled file."""

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict

from marketplace.core.errors import N_, invalid
from marketplace.core.sheets import read_sheet
from marketplace.ordering.queries.gifts import Person
from marketplace.ordering.queries.parcels import group_by_address
from marketplace.ordering.rules.labels import plain_tracking
from marketplace.ordering.rules.parcels import NOBODY_CHOSEN, FilledFile, read_filled
from marketplace.ordering.rules.wishes import SentParcel
from marketplace.uploads.rules import GivenFile
from marketplace.web.fields import Fields

NO_FILE = N_("请选择填好运单号的表格。")


def read_sending(values: MultiDict[str, str], people: Sequence[Person]) -> SentParcel:
    """One parcel for everyone who waits, or for those at the addresses that were ticked."""
    fields = Fields(values)
    carrier, tracking = fields.text("carrier", 60), plain_tracking(fields.text("tracking", 60))
    waiting = [group for group in group_by_address(people) if not group.is_sent]
    ticked = set(values.getlist("group"))
    if values.get("step") != "all":
        waiting = [group for group in waiting if str(group.key) in ticked]
    if not waiting and not fields.errors:
        fields.refuse("group", NOBODY_CHOSEN)
    fields.check()
    inside = tuple(person.id for group in waiting for person in group.people)
    return SentParcel(carrier, tracking, inside)


def read_parcel_file(
    values: MultiDict[str, str], file: GivenFile | None, people: Sequence[Person]
) -> FilledFile:
    """A parcel table with numbers filled in. Raises InvalidInput with every row that is wrong."""
    carrier, given = read_carrier_and_file(values, file, "parcels")
    return read_filled("parcels", read_sheet(given.field, given.content), people, carrier)


def read_carrier_and_file(
    values: MultiDict[str, str], file: GivenFile | None, field: str
) -> tuple[str, GivenFile]:
    """A filled table, and the carrier of the rows that name none."""
    if file is None:
        raise invalid(field, NO_FILE)
    fields = Fields(values)
    carrier = fields.text("file_carrier", 60, required=False)
    fields.check()
    return carrier, file
