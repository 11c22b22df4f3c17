"""How much of each pack of a plan is wanted, as it was edited."""

from collections.abc import Mapping

from marketplace.core.errors import N_
from marketplace.ordering.rules import MAX_LINES, MAX_QUANTITY
from marketplace.planner.rules.shapes import Strategy
from marketplace.web.fields import Fields

NOTHING = N_("请至少留下一种商品。")


def read_strategy(values: Mapping[str, str]) -> Strategy:
    """The strategy in an address; what is none of them is the first."""
    typed = values.get("strategy", "")
    return Strategy(typed) if typed in list(Strategy) else Strategy.FEWEST_PARCELS


def read_quantities(values: Mapping[str, str]) -> dict[int, int]:
    """Packs by variant; 0 leaves one out. Raises InvalidInput by the name of each field."""
    fields = Fields(values)
    names = [name for name in values if name.startswith("quantity-")][:MAX_LINES]
    wanted: dict[int, int] = {}
    for name in names:
        key = name.removeprefix("quantity-")
        if key.isascii() and key.isdigit() and len(key) < 19:
            quantity = fields.count(name, most=MAX_QUANTITY)
            if quantity:
                wanted[int(key)] = quantity
    if not wanted:
        fields.refuse("plan", NOTHING)
    fields.check()
    return wanted
