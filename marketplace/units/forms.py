"""A unit that is typed, by its full name."""

from sqlalchemy.orm import Session

from marketplace.geography.rules import is_within
from marketplace.units.queries import find_unit
from marketplace.units.rules import MOST_NAME, NO_SUCH_UNIT
from marketplace.web.fields import Fields


def read_unit(
    where: tuple[Session, str], fields: Fields, name: str, *, required: bool = True
) -> int | None:
    """The living unit of a full name, in the area of whoever asks; what is wrong with it stands
    in the fields."""
    session, area = where
    typed = fields.text(name, MOST_NAME, required=required)
    if not typed or name in {one.field for one in fields.errors}:
        return None
    unit = find_unit(session, typed)
    if unit is None or unit.ended_on or not is_within(unit.division_code, area):
        fields.refuse(name, NO_SUCH_UNIT)
        return None
    return unit.id
