"""A capacity as a producer types it, and the reason of a no."""

from collections.abc import Mapping

from marketplace.capacity.rules import MOST_AMOUNT, DeclaredCapacity, Measure, Period
from marketplace.web.fields import Fields


def read_capacity(values: Mapping[str, str]) -> tuple[int, DeclaredCapacity]:
    """The workshop, and what it can make."""
    fields = Fields(values)
    workshop_id = fields.number("workshop")
    declared = DeclaredCapacity(
        period=fields.choice("period", tuple(Period)),
        measure=fields.choice("measure", tuple(Measure)),
        amount=fields.number("amount", most=MOST_AMOUNT),
    )
    fields.check()
    return workshop_id, declared


def read_refusal(values: Mapping[str, str]) -> str:
    fields = Fields(values)
    words = fields.text("reason", 200)
    fields.check()
    return words
