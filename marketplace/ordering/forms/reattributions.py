"""What is typed to count an order for another unit."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from marketplace.ordering.queries.reattributions import find_order_of_unit
from marketplace.ordering.rules.reattribution import NO_SUCH_ORDER, NO_SUCH_UNIT
from marketplace.units.queries import find_unit
from marketplace.web.fields import Fields


def read_reattribution(
    session: Session, unit_id: int, values: Mapping[str, str]
) -> tuple[int, int, str]:
    """The order by its number, the other unit by its name, and the reason."""
    fields = Fields(values)
    number = fields.text("number", 20)
    name = fields.text("to_unit_name", 120)
    reason = fields.text("why", 500)
    order_id = find_order_of_unit(session, unit_id, number) if number else None
    unit = find_unit(session, name) if name else None
    named = {one.field for one in fields.errors}
    if order_id is None and "number" not in named:
        fields.refuse("number", NO_SUCH_ORDER)
    if (unit is None or unit.ended_on) and "to_unit_name" not in named:
        fields.refuse("to_unit_name", NO_SUCH_UNIT)
    fields.check()
    assert order_id is not None
    assert unit is not None
    return order_id, unit.id, reason
